"""Writing entries: with a run, by themselves, and, for refusals, a little later and the same ones together."""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, cast
from uuid import UUID

import structlog

from moe_memorygraph.audit.chain import AuditKeys, signed
from moe_memorygraph.memory.content import canonical_json
from moe_memorygraph.memory.ports import AuditLog, RunLog, TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import AuditEntry, OutboxTask, RunRecord

__all__ = ["Notes", "SilentTrail", "Trail", "audited"]

log = structlog.get_logger(__name__)

MOST_NOTES = 1_000
"""Kinds of refusals that wait to be written, of one tenant; beyond that they are counted without their callers."""
MOST_OBJECTS = 50
"""Of one entry; beyond that they are counted alone."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


@dataclass(slots=True)
class Notes:
    """What was refused or failed in a tenant and is not written yet. Lives as long as the process."""

    keys: AuditKeys
    _waiting: dict[tuple[str, str, str], tuple[int, datetime]] = field(default_factory=dict)

    def add(self, actor: str, action: str, outcome: str, *, now: datetime) -> None:
        kind = (actor, action, outcome)
        if kind not in self._waiting and len(self._waiting) >= MOST_NOTES:
            kind = ("many", action, outcome)
        count, first = self._waiting.get(kind, (0, now))
        self._waiting[kind] = (count + 1, first)

    async def write(self, to: AuditLog) -> int:
        """Write them; how many entries. What could not be written waits on."""
        if not self._waiting:
            return 0
        taken, self._waiting = self._waiting, {}
        entries = [
            _entry(self.keys, at=first, actor=actor, action=action, outcome=outcome, counts={"calls": count})
            for (actor, action, outcome), (count, first) in taken.items()
        ]
        try:
            await to.add(entries)
        except BaseException:
            for (actor, action, outcome), (count, first) in taken.items():
                later, _ = self._waiting.get((actor, action, outcome), (0, first))
                self._waiting[actor, action, outcome] = (count + later, first)
            raise
        return len(entries)

    def __len__(self) -> int:
        return len(self._waiting)


class Trail:
    """Implements `AuditTrail`. Made for one call; `written` is told of every entry, so that it gets sealed."""

    def __init__(
        self,
        log_: AuditLog,
        notes: Notes,
        *,
        actor: str,
        now: Callable[[], datetime],
        written: Callable[[], None],
    ) -> None:
        self._log = log_
        self._notes = notes
        self._actor = actor
        self._now = now
        self.written = written
        self._objects: list[tuple[str, object]] = []

    async def record(
        self,
        action: str,
        *,
        outcome: str = "ok",
        objects: Sequence[tuple[str, object]] = (),
        counts: Mapping[str, int] | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        keys = self._notes.keys
        if "." not in _named(action):
            raise ValueError("only the entry of a run has a tool's name: name another action with a dot")
        entry = _entry(
            keys,
            at=self._now(),
            actor=self._actor,
            action=action,
            outcome=_plain(outcome),
            objects=_ids(keys, objects),
            counts=_checked(counts or {}),
            digest=None if content is None else keys.content_digest(canonical_json(content).encode()),
        )
        await self._log.add([entry])
        self.written()

    def concerns(self, kind: str, *ids: object) -> None:
        self._objects.extend((kind, one) for one in ids)

    def note(self, action: str, *, outcome: str) -> None:
        self._notes.add(self._actor, _named(action), _plain(outcome), now=self._now())
        self.written()

    def sign(self, run: RunRecord, content: bytes) -> AuditEntry:
        """The entry of a run: it has the run's id and time, and what it holds of the run is a digest."""
        keys = self._notes.keys
        objects, self._objects = self._objects, []
        return _entry(
            keys,
            entry_id=run.run_id,
            at=run.created_at,
            actor=self._actor,
            action=run.tool,
            objects=_ids(keys, objects) if objects else (),
            counts={"objects": len(objects)} if len(objects) > MOST_OBJECTS else {},
            digest=keys.content_digest(content),
        )


class SilentTrail:
    """Implements `AuditTrail` where nothing may be written: what would be is logged, without its objects."""

    def __init__(self, actor: str) -> None:
        self._actor = actor

    async def record(
        self,
        action: str,
        *,
        outcome: str = "ok",
        objects: Sequence[tuple[str, object]] = (),  # noqa: ARG002
        counts: Mapping[str, int] | None = None,  # noqa: ARG002
        content: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        self.note(action, outcome=outcome)

    def concerns(self, kind: str, *ids: object) -> None:
        """Nothing is written that they could stand in."""

    def note(self, action: str, *, outcome: str) -> None:
        log.info("audited", actor=self._actor, action=_named(action), outcome=_plain(outcome))


def audited(memory: TenantMemory, trail: Trail) -> TenantMemory:
    """The same memory; every run that it saves gets an entry in the trail, in the same transaction."""
    return cast("TenantMemory", _Audited(memory, _AuditedRuns(memory.runs, trail)))


class _Audited:
    """Implements `TenantMemory`: all of the memory behind it but runs."""

    def __init__(self, memory: TenantMemory, runs: "_AuditedRuns") -> None:
        self._memory = memory
        self.runs = runs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._memory, name)

    @asynccontextmanager
    async def reading_together(self) -> AsyncIterator["_Audited"]:
        async with self._memory.reading_together() as reads:
            yield _Audited(reads, self.runs)


class _AuditedRuns:
    """Implements `RunLog`."""

    def __init__(self, runs: RunLog, trail: Trail) -> None:
        self._runs = runs
        self._trail = trail

    async def save(self, run: RunRecord, tasks: Sequence[OutboxTask] = ()) -> None:
        await self._runs.save(run, tasks, sign=partial(self._trail.sign, run))
        self._trail.written()  # not sooner: a sealer would find nothing yet

    async def get(self, run_id: UUID) -> RunRecord | None:
        return await self._runs.get(run_id)

    async def contents(self, run_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        return await self._runs.contents(run_ids)


def _entry(keys: AuditKeys, *, entry_id: UUID | None = None, **said: Any) -> AuditEntry:
    return signed(keys, AuditEntry(entry_id=entry_id or uuid7(), mac=b"", **said))


def _ids(keys: AuditKeys, objects: Sequence[tuple[str, object]]) -> tuple[str, ...]:
    return tuple(keys.object_id(_plain(kind), one) for kind, one in objects[:MOST_OBJECTS])


def _checked(counts: Mapping[str, int]) -> dict[str, int]:
    return {_plain(name): int(count) for name, count in counts.items()}


def _named(action: str) -> str:
    if not _ACTION.fullmatch(action) or len(action) > 64:
        raise ValueError("an action is named by the program, in small letters")
    return action


def _plain(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("a kind or a count is named by the program, in small letters")
    return name
