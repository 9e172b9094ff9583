"""Sealing what a client carries from one round of a call to the next, with the server's secret, as it does cursors."""

from collections.abc import Callable

from mcp.server.request_state import AESGCMRequestStateCodec, InvalidRequestState

from moe_memorygraph.server.secret import ServerSecret

__all__ = ["SecretSeal"]


class SecretSeal:
    """The SDK's AES-GCM under a key of ours, so that replicas and a restarted process know each other's seals.

    The secret loads behind the handshake; a seal that comes back sooner than that is refused, and the client asks again.
    """

    def __init__(self, secret: Callable[[], ServerSecret | None]) -> None:
        self._secret = secret
        self._codec: AESGCMRequestStateCodec | None = None

    def seal(self, payload: bytes) -> str:
        return self._ready().seal(payload)

    def unseal(self, token: str) -> bytes:
        return self._ready().unseal(token)

    def _ready(self) -> AESGCMRequestStateCodec:
        if self._codec is None:
            secret = self._secret()
            if secret is None:
                raise InvalidRequestState("no key yet")
            self._codec = AESGCMRequestStateCodec([secret.key("request state")])
        return self._codec
