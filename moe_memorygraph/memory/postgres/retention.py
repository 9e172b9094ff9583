"""How long a tenant keeps what, in PostgreSQL; and removing, a little at a time, what is older."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from moe_memorygraph.memory.content import check_days, tenant_missing
from moe_memorygraph.memory.postgres.pool import Bound, Connection
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import bump
from moe_memorygraph.memory.uris import ResourceKind, memory_uri
from moe_memorygraph.memory.values import KeptPlane, kept_since

__all__ = ["PostgresRetention"]

_ALL = statement("retention_all")
_PUT = statement("retention_put")
_REMOVE = statement("retention_remove")
_OLD = {plane: statement(f"old_{plane}") for plane in get_args(KeptPlane)}
_SWEEP = {plane: statement(f"sweep_{plane}") for plane in get_args(KeptPlane)}
_CITED = statement("sweep_cited")
_WORK = statement("sweep_work")
_RETRACTED = statement("sweep_retracted")
_WORDS = statement("sweep_words")
_LOCK = statement("tenant_lock")

_RUNS_AT_ONCE = 500
_TIMEOUT = 70.0  # seconds for one statement: longer than the server's own limit for bulk work
_FIRST = UUID(int=0)
_QUOTED: Mapping[KeptPlane, ResourceKind] = {
    "ltm": "patterns",
    "semantic": "facts",
    "vector": "tickets",
    "knowledge": "documents",
}
"""Planes that answers quote, and how their items are named there."""
_RETRACTED_AS: Mapping[KeptPlane, str] = {
    "stm": "session_turn",
    "semantic": "fact",
    "vector": "ticket",
    "knowledge": "document",
}
"""Planes of which something can be taken back, and as what it is kept then."""


class PostgresRetention:
    """Implements `RetentionRules`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def all(self) -> dict[KeptPlane, int]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_ALL, self._bound.tenant_id)
        return {row["plane"]: row["days"] for row in rows}

    async def put(self, plane: KeptPlane, days: int) -> None:
        check_days(days)
        async with self._bound.writing() as connection:
            await connection.execute(_PUT, self._bound.tenant_id, plane, days)

    async def remove(self, plane: KeptPlane) -> bool:
        async with self._bound.writing() as connection:
            return bool(await connection.fetchval(_REMOVE, self._bound.tenant_id, plane))

    async def due(self, *, now: datetime) -> dict[KeptPlane, int]:
        found = {plane: await self._old(plane, days, now=now, limit=1) for plane, days in (await self.all()).items()}
        return {plane: total for plane, (_, total) in found.items() if total}

    async def sweep(self, *, now: datetime, limit: int) -> dict[KeptPlane, int]:
        rules = await self.all()
        old = {plane: (await self._old(plane, days, now=now, limit=limit))[0] for plane, days in rules.items()}
        old = {plane: ids for plane, ids in old.items() if ids}
        swept: dict[KeptPlane, int] = {}
        runs = await self._sweep_citing(old)
        for plane, ids in old.items():
            swept[plane] = await self._sweep(plane, ids)
        await self._sweep_beside({plane: kept_since(now, days) for plane, days in rules.items()})
        if runs:
            swept["runs"] = swept.get("runs", 0) + runs
        return swept

    async def _old(self, plane: KeptPlane, days: int, *, now: datetime, limit: int) -> tuple[list[str], int]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_OLD[plane], self._bound.tenant_id, kept_since(now, days), limit)
        return [row["id"] for row in rows], rows[0]["total"] if rows else 0

    async def _sweep_citing(self, old: Mapping[KeptPlane, Sequence[str]]) -> int:
        """First: interrupted, what they quote is still there, and is found again."""
        names = [memory_uri(kind, one) for plane, kind in _QUOTED.items() for one in old.get(plane, ())]
        names += old.get("vector", ())  # as patterns name their evidence
        runs, after = 0, _FIRST
        while names and after is not None:
            async with self._bound.writing(bulk=True) as connection:
                parameters = (self._bound.tenant_id, after, _RUNS_AT_ONCE, names)
                row = await connection.fetchrow(_CITED, *parameters, timeout=_TIMEOUT)
            runs, after = runs + row["runs"], row["last_id"]
        return runs

    async def _sweep(self, plane: KeptPlane, ids: Sequence[str]) -> int:
        tenant_id = self._bound.tenant_id
        values: list[Any] = [ids]
        if plane == "vector":
            values.append([memory_uri("tickets", one) for one in ids])
        async with self._bound.writing(bulk=True) as connection:
            # A miner counts and writes under this lock: none puts back what goes here.
            if await connection.fetchval(_LOCK, tenant_id) is None:
                raise tenant_missing()
            swept = int(await connection.fetchval(_SWEEP[plane], tenant_id, *values, timeout=_TIMEOUT))
            await self._tell(connection, plane)
        return swept

    async def _sweep_beside(self, before: Mapping[KeptPlane, datetime]) -> None:
        """What was taken back of a plane ages from then; work that is done, and reviews, with the runs."""
        tenant_id = self._bound.tenant_id
        if not before:
            return
        async with self._bound.writing() as connection:
            for plane, kind in _RETRACTED_AS.items():
                if plane in before:
                    await connection.execute(_RETRACTED, tenant_id, before[plane], kind)
            if "runs" in before:
                await connection.execute(_RETRACTED, tenant_id, before["runs"], None)
                await connection.execute(_WORK, tenant_id, before["runs"])

    async def _tell(self, connection: Connection, plane: KeptPlane) -> None:
        """Caches of what changed are stale, and words are counted anew."""
        if plane not in _QUOTED:
            return
        await connection.execute(_WORDS, self._bound.tenant_id)
        for changed in ("vector", "semantic", "ltm") if plane == "vector" else (plane,):
            await bump(connection, self._bound.tenant_id, changed)
