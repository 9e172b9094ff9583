"""API keys: made, told from forgeries without asking anybody, and looked up where they prove to be ours.

A key is `mg_` and, in the alphabet of URLs, its id (16 bytes), a secret (32), the tenant's key, and a seal (8). The seal
is an HMAC of what stands before it: a made-up key is refused in microseconds and never reaches the database. A key that
was made here is compared with the digest of its row: another HMAC of all of it, by another key. Without the server's
secret neither can be made, so a row that somebody smuggles into the table lets nobody in. The lookup is by id, which is
no secret; digests are compared in constant time.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

import structlog

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, NotFound
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import ApiKey, tenant_id_of
from moe_memorygraph.server.principal import Principal, Refused
from moe_memorygraph.server.secret import ServerSecret
from moe_memorygraph.settings import Settings
from moe_memorygraph.tools.definition import Scope

__all__ = ["PREFIX", "RECHECK_SECONDS", "KeyChecker", "KeySeal", "has_lasting_secret", "new_key", "seal_of"]

log = structlog.get_logger(__name__)

PREFIX = "mg_"
RECHECK_SECONDS = 1.0
"""A key that was found good is looked up again after so long: by then every running server knows that it was revoked."""

_ID_BYTES, _SECRET_BYTES, _SEAL_BYTES = 16, 32, 8
_MOST_CHARACTERS = 200
_MOST_KNOWN = 10_000
_NOTED_EVERY = 60.0  # seconds between notes of a key's last use


@dataclass(frozen=True, slots=True)
class KeySeal:
    """What is made of the server's secret for keys."""

    secret: ServerSecret = field(repr=False)

    def mint(self, key_id: UUID, tenant_key: str) -> str:
        body = key_id.bytes + secrets.token_bytes(_SECRET_BYTES) + tenant_key.encode("ascii")
        return PREFIX + base64.urlsafe_b64encode(body + self._seal(body)).decode().rstrip("=")

    def read(self, text: str) -> tuple[UUID, str] | None:
        """Id and tenant of a key that was sealed here; None for anything else."""
        if not text.startswith(PREFIX) or len(text) > _MOST_CHARACTERS:
            return None
        encoded = text.removeprefix(PREFIX)
        try:
            raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            return None
        body, seal = raw[:-_SEAL_BYTES], raw[-_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(body)):
            return None
        return UUID(bytes=body[:_ID_BYTES]), body[_ID_BYTES + _SECRET_BYTES :].decode("ascii")

    def digest(self, text: str) -> bytes:
        return hmac.new(self.secret.key("api key digest"), text.encode(), hashlib.sha256).digest()

    def _seal(self, body: bytes) -> bytes:
        return hmac.new(self.secret.key("api key seal"), body, hashlib.sha256).digest()[:_SEAL_BYTES]


def has_lasting_secret(settings: Settings) -> bool:
    """Whether keys would still be good tomorrow, and on another machine.

    Beside an external database the secret is otherwise made of the database's URL: good for cursors, which live for
    minutes, but a new password would end every key.
    """
    return settings.database_url is None or settings.secret is not None


def seal_of(secret: ServerSecret, settings: Settings) -> KeySeal:
    """Raises `InvalidArgument` where keys would not last."""
    if not has_lasting_secret(settings):
        raise InvalidArgument(
            "API keys need a secret of their own beside an external database.",
            "Set MEMORYGRAPH_SECRET, alike on every machine: for example `openssl rand -hex 32`.",
        )
    return KeySeal(secret)


def new_key(
    seal: KeySeal, tenant_key: str, *, name: str, scopes: tuple[Scope, ...], now: datetime, expires_at: datetime | None
) -> tuple[str, ApiKey]:
    """A key, to be shown once, and what is kept of it."""
    tenant_id_of(tenant_key)
    key_id = uuid7()
    text = seal.mint(key_id, tenant_key)
    kept = ApiKey(
        key_id=key_id, name=name, digest=seal.digest(text), scopes=scopes, created_at=now, expires_at=expires_at
    )
    return text, kept


@dataclass(frozen=True, slots=True)
class _Known:
    key: ApiKey
    tenant_key: str
    checked_at: float


class KeyChecker:
    """Whose key this is. Lives as long as the process."""

    def __init__(
        self,
        seal: Callable[[], Awaitable[KeySeal]],
        memory: Callable[[str], Awaitable[TenantMemory]],
        *,
        now: Callable[[], datetime],
        clock: Callable[[], float],
        notes_use: bool,
    ) -> None:
        """`now` is the time of day, `clock` counts seconds; `notes_use`: whether the database may be written to."""
        self._seal = seal
        self._memory = memory
        self._now = now
        self._clock = clock
        self._notes_use = notes_use
        self._known: dict[bytes, _Known] = {}

    async def principal_of(self, text: str) -> Principal:
        """Raises `Refused` for a key that is unknown, revoked or expired; `Unavailable` where that cannot be told."""
        seal = await self._seal()
        digest = seal.digest(text)
        known = self._known.get(digest)
        if known is None or self._clock() - known.checked_at >= RECHECK_SECONDS:
            known = await self._look_up(seal, text, digest)
        key, now = known.key, self._now()
        principal = Principal(
            tenant_key=known.tenant_key,
            scopes=frozenset(cast("tuple[Scope, ...]", key.scopes)),
            issuer="key",
            subject=str(key.key_id),
        )
        if not key.is_good(now):
            why = "was revoked" if key.revoked_at else "has expired"
            raise Refused(f"The API key {why}.", caller=principal)
        return principal

    async def _look_up(self, seal: KeySeal, text: str, digest: bytes) -> _Known:
        self._known.pop(digest, None)
        begin = self._clock()  # before the row is read: what is kept is never older than it says
        read = seal.read(text)
        found = None if read is None else await self._stored(*read)
        if read is None or found is None or not hmac.compare_digest(found.digest, digest):
            raise Refused("The API key is not known.")
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        known = self._known[digest] = _Known(found, read[1], begin)
        return known

    async def _stored(self, key_id: UUID, tenant_key: str) -> ApiKey | None:
        try:
            keys = (await self._memory(tenant_key)).keys
        except NotFound:
            return None
        key = await keys.get(key_id)
        now = self._now()
        if key is None or not self._notes_use or not key.is_good(now):
            return key
        if key.last_used_at is None or (now - key.last_used_at).total_seconds() >= _NOTED_EVERY:
            try:
                await keys.used(key_id, now=now)
            except MemoryGraphError as error:  # a caller is let in, though nobody can note that it was
                log.warning("key_use_not_noted", code=error.code)
        return key
