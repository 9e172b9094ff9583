"""The audit trail in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.errors import Conflict
from moe_memorygraph.memory.content import canonical_json
from moe_memorygraph.memory.ports import Seal
from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.writing import columns
from moe_memorygraph.memory.values import AuditEntry, AuditSeal

__all__ = ["ENTRY_COLUMNS", "PostgresAudit", "entry_row"]

_PUT = statement("audit_put")
_LOCK = statement("audit_lock")
_HEAD = statement("audit_head")
_SEAL = statement("audit_seal")
_SEALS = statement("audit_seals")
_SEALED = statement("audit_sealed")
_UNSEALED = statement("audit_unsealed")
_LATEST = statement("audit_latest")

ENTRY_COLUMNS = 9


def entry_row(entry: AuditEntry) -> tuple[Any, ...]:
    """What is written of a new entry."""
    return (
        entry.entry_id,
        entry.at,
        entry.actor,
        entry.action,
        entry.outcome,
        " ".join(entry.objects),
        canonical_json(dict(entry.counts)),
        entry.digest,
        entry.mac,
    )


class PostgresAudit:
    """Implements `AuditLog`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def add(self, entries: Sequence[AuditEntry]) -> None:
        values = columns([entry_row(one) for one in entries], ENTRY_COLUMNS)
        async with self._bound.writing() as connection:
            await connection.execute(_PUT, self._bound.tenant_id, *values)

    async def seal(self, make: Seal, *, limit: int) -> AuditSeal | None:
        tenant_id = self._bound.tenant_id
        async with self._bound.writing() as connection:
            if not await connection.fetchval(_LOCK, tenant_id):
                return None
            # Read after the lock is held: nobody else adds a seal before this transaction ends.
            head = await connection.fetchrow(_HEAD, tenant_id)
            rows = await connection.fetch(*fitted(_UNSEALED, tenant_id, None, limit))
            if not rows:
                return None
            entries = [_entry_of(row) for row in rows]
            seal, links = make(None if head is None else AuditSeal(**head), entries)
            values = (
                seal.number,
                seal.entries,
                seal.total,
                seal.previous,
                seal.link,
                seal.sealed_at,
                seal.key_id,
                seal.hash,
                seal.mac,
            )
            ids = [one.entry_id for one in entries]
            if await connection.fetchval(_SEAL, tenant_id, ids, list(links), *values) is None:
                raise Conflict("An audit entry was sealed by somebody else.", "Try again.")
            return seal

    async def head(self) -> AuditSeal | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_HEAD, self._bound.tenant_id)
        return None if row is None else AuditSeal(**row)

    async def seals(self, *, after: int, limit: int) -> list[AuditSeal]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_SEALS, self._bound.tenant_id, after, limit)
        return [AuditSeal(**row) for row in rows]

    async def sealed(self, *, after: tuple[int, int], limit: int) -> list[AuditEntry]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_SEALED, self._bound.tenant_id, *after, limit)
        return [_entry_of(row) for row in rows]

    async def unsealed(self, *, after: UUID | None, limit: int) -> list[AuditEntry]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_UNSEALED, self._bound.tenant_id, after, limit))
        return [_entry_of(row) for row in rows]

    async def latest(
        self, *, limit: int, since: datetime | None = None, action: str | None = None, about: str | None = None
    ) -> list[AuditEntry]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_LATEST, self._bound.tenant_id, since, action, about, limit))
        return [_entry_of(row) for row in rows]


def _entry_of(row: Mapping[str, Any]) -> AuditEntry:
    return AuditEntry(**{**row, "objects": tuple(row["objects"])})
