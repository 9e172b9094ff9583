"""What an entry and a seal say, as bytes, and how they are chained: pure functions. `docs/reference/audit.md` specifies it.

A MAC proves that this server wrote something; a hash proves, to anybody, that it came before what was chained after it.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.memory.values import AuditEntry, AuditSeal, TenantId

__all__ = ["BEGINNING", "AuditKeys", "entry_bytes", "link_of", "next_seal", "seal_hash", "signed"]

BEGINNING = bytes(32)
"""What the first seal holds on to."""

_UNSIGNED = bytes(32)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class AuditKeys:
    """The keys of one tenant's trail, made of the server's secret."""

    tenant_id: TenantId
    content: bytes = field(repr=False)
    identity: bytes = field(repr=False)
    entry: bytes = field(repr=False)
    seal: bytes = field(repr=False)
    key_id: bytes

    @classmethod
    def derived(cls, key: Callable[[str], bytes], tenant_id: TenantId) -> "AuditKeys":
        """`key` gives a key of 32 bytes per purpose."""
        content, identity, entry, seal = (
            key(f"audit {part} of {tenant_id}") for part in ("content", "identity", "entry", "seal")
        )
        return cls(tenant_id, content, identity, entry, seal, key("audit key id")[:8])

    def content_digest(self, content: bytes) -> bytes:
        """Keyed, so that nobody without the secret can try whether some text was it."""
        return hmac.digest(self.content, content, "sha256")

    def object_id(self, kind: str, identity: object) -> str:
        """`kind:id`; an id that is no UUID may name a person, and is kept as a keyed digest of 16 bytes."""
        if isinstance(identity, UUID):
            return f"{kind}:{identity}"
        return f"{kind}:{hmac.digest(self.identity, f'{kind}:{identity}'.encode(), 'sha256')[:16].hex()}"


def entry_bytes(tenant_id: TenantId, entry: AuditEntry) -> bytes:
    """All that an entry says, as RFC 8785 writes it."""
    said = {
        "action": entry.action,
        "actor": entry.actor,
        "at": _time(entry.at),
        "counts": dict(entry.counts),
        "digest": None if entry.digest is None else entry.digest.hex(),
        "entry": str(entry.entry_id),
        "objects": entry.objects,
        "outcome": entry.outcome,
        "tenant": str(tenant_id),
    }
    return b"memorygraph audit entry 1\n" + _encode(said).encode()


def signed(keys: AuditKeys, entry: AuditEntry) -> AuditEntry:
    """The entry with its MAC."""
    return replace(entry, mac=hmac.digest(keys.entry, entry_bytes(keys.tenant_id, entry), "sha256"))


def link_of(previous: bytes, mac: bytes, said: bytes) -> bytes:
    """The chain up to an entry that says this: SHA-256 over the chain before it, its MAC and what it says."""
    return hashlib.sha256(previous + mac + said).digest()


def seal_hash(tenant_id: TenantId, seal: AuditSeal) -> bytes:
    """Of all that a seal says."""
    said = {
        "entries": seal.entries,
        "key": seal.key_id.hex(),
        "link": seal.link.hex(),
        "number": seal.number,
        "previous": seal.previous.hex(),
        "sealed_at": _time(seal.sealed_at),
        "tenant": str(tenant_id),
        "total": seal.total,
    }
    return hashlib.sha256(b"memorygraph audit seal 1\n" + _encode(said).encode()).digest()


def next_seal(
    keys: AuditKeys, last: AuditSeal | None, entries: Sequence[AuditEntry], *, now: datetime
) -> tuple[AuditSeal, list[bytes]]:
    """The seal over these entries (at least one) in their order, after `last`, and each entry's link."""
    previous = link = last.hash if last else BEGINNING
    links = []
    for entry in entries:
        link = link_of(link, entry.mac, entry_bytes(keys.tenant_id, entry))
        links.append(link)
    seal = AuditSeal(
        number=last.number + 1 if last else 1,
        entries=len(entries),
        total=(last.total if last else 0) + len(entries),
        previous=previous,
        link=link,
        sealed_at=now,
        key_id=keys.key_id,
        hash=_UNSIGNED,
        mac=_UNSIGNED,
    )
    digest = seal_hash(keys.tenant_id, seal)
    return replace(seal, hash=digest, mac=hmac.digest(keys.seal, digest, "sha256")), links


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
