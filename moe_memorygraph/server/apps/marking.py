"""HTTP without sessions, in the handshake protocol: what a client said of apps at its handshake, told back by itself.

There each request stands alone, and only the first says what the client can. So the answer to a handshake that declares
the extension carries a session id which says just that; the client sends it with every request, to whatever replica.
It is kept nowhere, opens nothing and names nobody: whoever makes one up is shown where the pages are.
"""

from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

from mcp.server import ServerRequestContext
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic_core import from_json
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moe_memorygraph.server.exchange import first_then

__all__ = ["HandshakeMark", "declares_apps", "is_marked"]

_HEADER = b"mcp-session-id"
_MARK = "apps-"


def declares_apps(capabilities: Any) -> bool:
    """Whether a client's capabilities, as they came, name the extension and the only kind of page that we have."""
    settings: Any = capabilities
    for name in ("extensions", EXTENSION_ID, "mimeTypes"):
        settings = settings.get(name) if isinstance(settings, dict) else None
    return isinstance(settings, list) and APP_MIME_TYPE in settings


def is_marked(ctx: ServerRequestContext[Any, Any]) -> bool:
    """Whether a request came by HTTP with a mark of ours, in the protocol that has session ids."""
    if ctx.request is None or ctx.protocol_version not in HANDSHAKE_PROTOCOL_VERSIONS:
        return False
    return bool(ctx.request.headers.get(_HEADER.decode(), "").startswith(_MARK))


class HandshakeMark:
    """ASGI middleware at `path`, for a server without sessions. Bodies come to it in one piece."""

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        first = await receive()
        if _is_handshake_of_a_host(first.get("body", b"")):
            send = _marking(send)
        await self._app(scope, first_then(first, receive), send)


def _is_handshake_of_a_host(body: bytes) -> bool:
    if b"initialize" not in body or EXTENSION_ID.encode() not in body:
        return False
    try:
        message = from_json(body)
        return bool(message["method"] == "initialize" and declares_apps(message["params"]["capabilities"]))
    except (ValueError, TypeError, KeyError):
        return False  # whatever it is, the transport says so


def _marking(send: Send) -> Send:
    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            message = _with_header(message)
        await send(message)

    return send_marked


def _with_header(message: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {**message, "headers": [*message.get("headers", ()), (_HEADER, f"{_MARK}{uuid4().hex}".encode())]}
