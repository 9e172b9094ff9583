"""Writes that wait to be looked at, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import Held, HeldKind, HeldState

__all__ = ["PostgresQuarantine"]

_PUT = statement("quarantine_put")
_LIST = statement("quarantine_list")
_GET = statement("quarantine_get")
_KNOWN = statement("quarantine_known")
_SETTLE = statement("quarantine_settle")


class PostgresQuarantine:
    """Implements `Quarantine`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def hold(self, held: Held) -> None:
        origin = held.origin
        row = (
            held.review_id,
            held.kind,
            held.item_key,
            list(held.signs),
            dict(held.content),
            origin.tier,
            origin.actor,
            origin.tool,
            origin.run_id,
            origin.written_at,
        )
        async with self._bound.writing() as connection:
            await connection.execute(_PUT, self._bound.tenant_id, *row)

    async def all(self, *, state: HeldState | None = None, limit: int, offset: int = 0) -> list[Held]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_LIST, self._bound.tenant_id, state, limit, offset))
        return [_held(row) for row in rows]

    async def get(self, review_id: UUID) -> Held | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET, self._bound.tenant_id, review_id)
        return None if row is None else _held(row)

    async def decided(self, kind: HeldKind, item_keys: Sequence[str]) -> dict[str, HeldState]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_KNOWN, self._bound.tenant_id, kind, list(item_keys))
        return {row["item_key"]: row["state"] for row in rows}

    async def settle(self, review_id: UUID, state: HeldState, *, now: datetime) -> bool:
        async with self._bound.writing() as connection:
            return await connection.fetchval(_SETTLE, self._bound.tenant_id, review_id, state, now) is not None


def _held(row: Any) -> Held:
    origin = Origin(
        tier=row["tier"],
        actor=row["actor"],
        tool=row["tool"],
        run_id=row["run_id"],
        written_at=row["held_at"],
        origin_id=row["review_id"],
    )
    return Held(
        review_id=row["review_id"],
        kind=row["kind"],
        item_key=row["item_key"],
        signs=tuple(row["signs"]),
        content=row["content"],
        origin=origin,
        state=row["state"],
        settled_at=row["settled_at"],
    )
