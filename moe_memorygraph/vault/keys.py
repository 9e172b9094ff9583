"""Master keys, which are outside the database, and the tenants' keys that they wrap."""

import hmac
import secrets
from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from moe_memorygraph.errors import InvalidArgument, PermissionDenied
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import DataKey
from moe_memorygraph.vault.xaes import KEY_BYTES, BoxRefused, open_box, seal_box

__all__ = ["MasterKeys", "TenantKey", "Wrapped"]

Wrapped = tuple[bytes, bytes]
"""A tenant's key as a master key wrapped it, and which one did."""

# Letters only: no number can hide in what looks like ours, and is therefore never looked into.
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_LETTERS = str.maketrans(_BASE32, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef")
_FROM_LETTERS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef", _BASE32)


@dataclass(frozen=True, slots=True)
class TenantKey:
    """A tenant's key, and its keys by purpose, so that none can stand in for another."""

    tenant_id: UUID
    key_id: UUID
    secret: bytes = field(repr=False)

    def of(self, purpose: str) -> bytes:
        return hmac.digest(self.secret, purpose.encode(), "sha256")

    def encrypt(self, entity_type: str, value: str) -> str:
        """Letters that only this key opens: the same value gives the same, so that texts stay equal and joinable.

        AES-256-SIV (RFC 5297), bound to tenant and type. Who reads two of them learns whether the values are equal, and
        how long they are; nothing else.
        """
        sealed = self._siv().encrypt(value.encode("utf-8", "surrogatepass"), self._place(entity_type))
        return b32encode(sealed).decode().rstrip("=").translate(_TO_LETTERS)

    def decrypt(self, entity_type: str, letters: str) -> str:
        """The value again; raises `BoxRefused` for what this key did not encrypt as this type."""
        padded = letters.translate(_FROM_LETTERS) + "=" * (-len(letters) % 8)
        try:
            opened = self._siv().decrypt(b32decode(padded), self._place(entity_type))
        except (InvalidTag, NotBase32, ValueError):
            raise BoxRefused from None
        return opened.decode("utf-8", "surrogatepass")

    def _siv(self) -> AESSIV:
        return AESSIV(self.of("encrypt") + self.of("encrypt, second half"))

    def _place(self, entity_type: str) -> list[bytes]:
        return [self.tenant_id.bytes, entity_type.encode()]


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """Keys that wrap the tenants' keys, 32 bytes each: the first is in use, the others still open what they wrapped."""

    keys: Sequence[bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if any(len(key) != KEY_BYTES for key in self.keys):
            raise ValueError("a master key has 32 bytes")

    @classmethod
    def made_of(cls, texts: Sequence[str], *, fallback: bytes | None = None) -> "MasterKeys":
        """Keys made of texts of any length, the one in use first; `fallback`: another key, after them."""
        made = [hmac.digest(b"moe-memorygraph master key", text.encode(), "sha256") for text in texts]
        return cls([*made, *([] if fallback is None else [fallback])])

    def new_key(self, tenant_id: UUID, *, now: datetime) -> DataKey:
        """A new key for a tenant, wrapped."""
        key_id = uuid7()
        wrapped, master_id = self.wrap(TenantKey(tenant_id, key_id, secrets.token_bytes(KEY_BYTES)))
        return DataKey(key_id=key_id, wrapped=wrapped, master_id=master_id, created_at=now)

    def wrap(self, key: TenantKey) -> Wrapped:
        if not self.keys:
            raise InvalidArgument(
                "There is no master key that would last: beside an external database one must be given.",
                "Set MEMORYGRAPH_MASTER_KEY, MEMORYGRAPH_MASTER_KEY_FILE or MEMORYGRAPH_SECRET, alike on every machine.",
            )
        return seal_box(self.keys[0], key.secret, _place(key.tenant_id, key.key_id)), _id_of(self.keys[0])

    def unwrap(self, tenant_id: UUID, key: DataKey) -> TenantKey:
        """Raises `PermissionDenied` where none of these master keys wrapped it, or the row is another tenant's."""
        for master in self.keys:
            if hmac.compare_digest(_id_of(master), key.master_id):
                try:
                    secret = open_box(master, key.wrapped, _place(tenant_id, key.key_id))
                except BoxRefused:
                    break
                return TenantKey(tenant_id, key.key_id, secret)
        raise PermissionDenied(
            f"No master key at hand opens this tenant's key: it was wrapped by master key {key.master_id.hex()}.",
            "Give that one with MEMORYGRAPH_MASTER_KEY or MEMORYGRAPH_MASTER_KEY_FILE; see docs/how-to/keep-originals.md.",
        )

    def is_in_use(self, key: DataKey) -> bool:
        """Whether the first of these wrapped it."""
        return bool(self.keys) and hmac.compare_digest(_id_of(self.keys[0]), key.master_id)


def _id_of(master: bytes) -> bytes:
    return hmac.digest(master, b"which master key", "sha256")[:8]


def _place(tenant_id: UUID, key_id: UUID) -> bytes:
    return b"data key\0" + tenant_id.bytes + key_id.bytes
