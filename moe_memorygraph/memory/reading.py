"""A tenant's memory for a process that only reads.

What a run leaves is kept in the process, so that what an answer counted itself can still be opened, and what of a day's
quotas the process used, which no other process hears of; nothing else is written. That nothing can be is the database's to hold: see `open_pool`.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from moe_memorygraph.memory.ports import QuotaLedger, RunLog, Sign, TenantMemory
from moe_memorygraph.memory.quotas import LimitName, Measure, QuotaAccount, QuotaClaim, QuotaStanding, lend, most_a_day
from moe_memorygraph.memory.values import OutboxTask, RunRecord

__all__ = ["MOST_KEPT", "only_reading"]

MOST_KEPT = 256
"""Runs of one tenant; the oldest go first."""


def only_reading(memory: TenantMemory) -> TenantMemory:
    """The same memory; what runs leave stays in this process."""
    return cast("TenantMemory", _OnlyReading(memory, _KeptRuns(memory.runs), _KeptQuotas(memory.quotas)))


class _OnlyReading:
    """Implements `TenantMemory`: all of the memory behind it but runs and quotas."""

    def __init__(self, memory: TenantMemory, runs: "_KeptRuns", quotas: "_KeptQuotas") -> None:
        self._memory = memory
        self.runs = runs
        self.quotas = quotas

    def __getattr__(self, name: str) -> Any:
        return getattr(self._memory, name)

    @asynccontextmanager
    async def reading_together(self) -> AsyncIterator["_OnlyReading"]:
        async with self._memory.reading_together() as reads:
            yield _OnlyReading(reads, self.runs, self.quotas)


class _KeptRuns:
    """Implements `RunLog`."""

    def __init__(self, stored: RunLog) -> None:
        self._stored = stored
        self._kept: OrderedDict[UUID, RunRecord] = OrderedDict()

    async def save(
        self,
        run: RunRecord,
        tasks: Sequence[OutboxTask] = (),  # noqa: ARG002 - they would write
        *,
        sign: Sign | None = None,  # noqa: ARG002
    ) -> None:
        self._kept.setdefault(run.run_id, run)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    async def get(self, run_id: UUID) -> RunRecord | None:
        return self._kept.get(run_id) or await self._stored.get(run_id)

    async def contents(self, run_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        return await self._stored.contents(run_ids)


class _KeptQuotas:
    """Implements `QuotaLedger` but for what changes limits: those are not this process's to change."""

    def __init__(self, stored: QuotaLedger) -> None:
        self._stored = stored
        self._day = date.min
        self._used: dict[Measure, int] = {}

    async def limits(self) -> dict[LimitName, float | None]:
        return await self._stored.limits()

    async def usage(self, day: date, *, now: datetime) -> list[QuotaStanding]:
        return await self._stored.usage(day, now=now)

    async def settle(
        self,
        holder: UUID,  # noqa: ARG002 - one process alone settles here
        claims: Sequence[QuotaClaim],
        *,
        day: date,
        now: datetime,
        until: datetime,  # noqa: ARG002
    ) -> QuotaAccount:
        if day > self._day:
            self._day, self._used = day, {}
        limits = await self._stored.limits()
        stored = {one.measure: one for one in await self._stored.usage(day, now=now)} if claims else {}
        return QuotaAccount(limits=limits, standings=tuple(self._standing(one, limits, stored, day) for one in claims))

    def _standing(
        self,
        claim: QuotaClaim,
        limits: Mapping[LimitName, float | None],
        stored: Mapping[Measure, QuotaStanding],
        day: date,
    ) -> QuotaStanding:
        measure = claim.measure
        if day == self._day:
            self._used[measure] = self._used.get(measure, 0) + claim.used
        known = stored.get(measure, QuotaStanding(measure=measure))
        used = known.used + self._used.get(measure, 0)
        most = most_a_day(claim, limits)
        lent = lend(claim, most=most, used=used, lent_to_others=known.lent_to_others)
        return QuotaStanding(
            measure=measure, used=used, denied=known.denied, lent=lent, lent_to_others=known.lent_to_others, most=most
        )
