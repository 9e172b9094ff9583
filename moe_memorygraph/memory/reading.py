"""A tenant's memory for a process that only reads.

What a run leaves is kept in the process, so that what an answer counted itself can still be opened; nothing else is
written. That nothing can be is the database's to hold: see `open_pool`.
"""

from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

from moe_memorygraph.memory.ports import RunLog, Sign, TenantMemory
from moe_memorygraph.memory.values import OutboxTask, RunRecord

__all__ = ["MOST_KEPT", "only_reading"]

MOST_KEPT = 256
"""Runs of one tenant; the oldest go first."""


def only_reading(memory: TenantMemory) -> TenantMemory:
    """The same memory; what runs leave stays in this process."""
    return cast("TenantMemory", _OnlyReading(memory, _KeptRuns(memory.runs)))


class _OnlyReading:
    """Implements `TenantMemory`: all of the memory behind it but runs."""

    def __init__(self, memory: TenantMemory, runs: "_KeptRuns") -> None:
        self._memory = memory
        self.runs = runs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._memory, name)

    @asynccontextmanager
    async def reading_together(self) -> AsyncIterator["_OnlyReading"]:
        async with self._memory.reading_together() as reads:
            yield _OnlyReading(reads, self.runs)


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
