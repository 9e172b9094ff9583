"""Customers, runs, outbox and jobs in memory."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.content import run_content, with_content_hash
from moe_memorygraph.memory.fakes.audit import InMemoryAudit
from moe_memorygraph.memory.fakes.state import TenantState, as_text, drop
from moe_memorygraph.memory.ports import Sign
from moe_memorygraph.memory.values import Customer, Job, JobState, OutboxTask, RunRecord, WriteCounts

__all__ = ["InMemoryCustomers", "InMemoryJobs", "InMemoryOutbox", "InMemoryRuns"]


class InMemoryCustomers:
    """Implements `CustomerDirectory`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._customers: dict[str, Customer] = {}

    async def put_many(self, customers: Sequence[Customer]) -> WriteCounts:
        latest = {one.customer_id: with_content_hash(one) for one in customers}
        if not latest:
            return WriteCounts()
        self._state.require()
        old = self._customers
        inserted = len(latest.keys() - old.keys())
        unchanged = sum(1 for key, one in latest.items() if key in old and old[key].content_hash == one.content_hash)
        for key, one in latest.items():
            if key not in old or old[key].content_hash != one.content_hash:
                self._state.keep("customer", key, one.originals, is_new=key not in old)
                old[key] = replace(one, originals=None)
        if unchanged < len(latest):
            self._state.changed("customers")
        return WriteCounts(inserted=inserted, updated=len(latest) - inserted - unchanged, unchanged=unchanged)

    async def get(self, customer_id: str) -> Customer | None:
        return self._customers.get(customer_id)

    async def all(self) -> list[Customer]:
        return [self._customers[key] for key in sorted(self._customers)]

    def holds(self, customer_id: str) -> bool:
        return customer_id in self._customers

    def texts(self, customer_id: str | None = None) -> list[str]:
        customers = self._customers.values()
        return [
            f"{one.name}\n{one.churn_reason}\n{as_text(one.attributes)}"
            for one in customers
            if customer_id in (None, one.customer_id)
        ]

    def forget(self, customer_id: str) -> int:
        return int(self._customers.pop(customer_id, None) is not None)

    def __len__(self) -> int:
        return len(self._customers)


@dataclass(slots=True, kw_only=True)
class _Entry:
    task: OutboxTask
    order: int
    due_at: datetime | None = None
    held_until: datetime | None = None
    is_dead: bool = False


class InMemoryOutbox:
    """Implements `Outbox`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._entries: dict[UUID, _Entry] = {}
        self._added = 0

    async def add(self, task: OutboxTask) -> None:
        self._state.require()
        self._added += 1
        self._entries.setdefault(task.task_id, _Entry(task=task, order=self._added))

    async def claim(self, *, now: datetime, limit: int, lease_seconds: float) -> list[OutboxTask]:
        due = [one for one in self._entries.values() if _is_due(one, now)]
        due.sort(key=lambda one: (one.order, one.task.task_id))
        for one in due[:limit]:
            one.task = replace(one.task, attempts=one.task.attempts + 1)
            one.held_until = now + timedelta(seconds=lease_seconds)
        return [one.task for one in due[:limit]]

    async def finish(self, task_id: UUID) -> None:
        self._entries.pop(task_id, None)

    async def fail(self, task_id: UUID, *, retry_at: datetime | None) -> None:
        entry = self._entries.get(task_id)
        if entry is not None:
            entry.held_until, entry.due_at, entry.is_dead = None, retry_at, retry_at is None

    async def pending(self) -> int:
        return sum(1 for one in self._entries.values() if not one.is_dead)

    def forget(self, named: re.Pattern[str], answers: Collection[str]) -> int:
        return drop(
            self._entries,
            lambda one: bool(named.search(as_text(one.task.payload))) or one.task.payload.get("answer") in answers,
        )

    def drop_saying(self, answers: Collection[str]) -> None:
        drop(self._entries, lambda one: one.task.payload.get("answer") in answers)

    def __len__(self) -> int:
        return len(self._entries)


def _is_due(entry: _Entry, now: datetime) -> bool:
    waits = entry.due_at is not None and entry.due_at > now
    held = entry.held_until is not None and entry.held_until > now
    return not (entry.is_dead or waits or held)


class InMemoryRuns:
    """Implements `RunLog`."""

    def __init__(self, state: TenantState, outbox: InMemoryOutbox, audit: InMemoryAudit) -> None:
        self._state = state
        self._outbox = outbox
        self._audit = audit
        self._runs: dict[UUID, RunRecord] = {}

    async def save(self, run: RunRecord, tasks: Sequence[OutboxTask] = (), *, sign: Sign | None = None) -> None:
        self._state.require()
        if run.run_id not in self._runs:  # what a caller changes after saving is not theirs to change any more
            self._runs[run.run_id] = deepcopy(run)
        if sign is not None:
            await self._audit.add([sign(run_content(run))])
        for task in tasks:
            await self._outbox.add(task)

    async def get(self, run_id: UUID) -> RunRecord | None:
        return self._runs.get(run_id)

    async def contents(self, run_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        return {one: run_content(self._runs[one]) for one in run_ids if one in self._runs}

    def forget(self, named: re.Pattern[str], uris: Collection[str], tickets: Collection[str]) -> list[str]:
        """Drop runs that name somebody or cite something; their answers."""

        def is_of(run: RunRecord) -> bool:
            said = "\n".join((run.question, run.answer, *run.computed, as_text(run.envelope), as_text(run.decision)))
            return bool(named.search(said)) or cites(run.envelope, uris, tickets)

        gone = [run.answer for run in self._runs.values() if is_of(run)]
        drop(self._runs, is_of)
        return gone

    def drop_citing(self, uris: Collection[str], tickets: Collection[str]) -> list[str]:
        """Drop runs that cite one of these; their answers."""
        gone = [one.answer for one in self._runs.values() if cites(one.envelope, uris, tickets)]
        drop(self._runs, lambda one: cites(one.envelope, uris, tickets))
        return gone

    def old(self, before: datetime) -> list[str]:
        """Ids of runs made before, oldest first."""
        runs = sorted(self._runs.values(), key=lambda one: (one.created_at, one.run_id))
        return [str(one.run_id) for one in runs if one.created_at < before]

    def drop_ids(self, ids: Collection[str]) -> int:
        return drop(self._runs, lambda one: str(one.run_id) in ids)

    def __len__(self) -> int:
        return len(self._runs)


def cites(envelope: Mapping[str, Any], uris: Collection[str], tickets: Collection[str]) -> bool:
    """Whether an answer names one of these URIs anywhere, or a pattern in it one of these tickets as evidence."""
    items = [one for one in envelope.get("items", ()) if isinstance(one, Mapping)]
    return any(one in uris for one in _strings(envelope)) or any(
        ticket in tickets for item in items for ticket in item.get("evidence", ())
    )


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _strings(one)


class InMemoryJobs:
    """Implements `JobLog`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._jobs: dict[UUID, Job] = {}

    async def create(self, job: Job) -> None:
        self._state.require()
        self._jobs.setdefault(job.job_id, job)

    async def update(
        self, job_id: UUID, *, state: JobState, detail: Mapping[str, Any], error: str | None, now: datetime
    ) -> None:
        if job_id not in self._jobs:
            raise NotFound("There is no job with this id.", "Take the id from the call that started the job.")
        self._jobs[job_id] = replace(self._jobs[job_id], state=state, detail=dict(detail), error=error, updated_at=now)

    async def get(self, job_id: UUID) -> Job | None:
        return self._jobs.get(job_id)

    def forget(self, named: re.Pattern[str]) -> int:
        return drop(self._jobs, lambda one: bool(named.search(f"{as_text(one.detail)}\n{one.error or ''}")))

    def drop_finished(self, before: datetime) -> None:
        drop(self._jobs, lambda one: one.state in ("succeeded", "failed") and one.updated_at < before)

    def __len__(self) -> int:
        return len(self._jobs)
