"""Runs, the outbox and jobs in PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.content import canonical_json, run_content
from moe_memorygraph.memory.ports import Sign
from moe_memorygraph.memory.postgres.audit import ENTRY_COLUMNS, entry_row
from moe_memorygraph.memory.postgres.grouping import GroupWriter
from moe_memorygraph.memory.postgres.pool import Bound, as_json
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import columns
from moe_memorygraph.memory.values import Job, JobState, OutboxTask, RunRecord

__all__ = ["PostgresJobs", "PostgresOutbox", "PostgresRuns"]

_PUT_RUN = statement("run_put")
_GET_RUN = statement("run_get")
_CONTENTS = statement("run_contents")
_ADD = statement("outbox_add")
_CLAIM = statement("outbox_claim")
_FINISH = statement("outbox_finish")
_FAIL = statement("outbox_fail")
_PENDING = statement("outbox_pending")
_CREATE_JOB = statement("job_create")
_UPDATE_JOB = statement("job_update")
_GET_JOB = statement("job_get")


_MOST_RUNS = 64
"""Runs that share a transaction: more than a process works on at once."""


def _task_row(task: OutboxTask) -> tuple[Any, ...]:
    return (task.task_id, task.kind, as_json(dict(task.payload)), task.attempts)


@dataclass(frozen=True, slots=True)
class _Saved:
    """A run, its tasks and its audit entry as rows: what a caller changes after saving is not theirs to change any more."""

    run: tuple[Any, ...]
    tasks: list[tuple[Any, ...]]
    entries: list[tuple[Any, ...]]


def _saved(run: RunRecord, tasks: Sequence[OutboxTask], sign: Sign | None) -> _Saved:
    envelope, decision = canonical_json(dict(run.envelope)), canonical_json(dict(run.decision))
    computed = canonical_json(list(run.computed))
    row = (
        run.run_id,
        run.tool,
        run.question,
        run.created_at,
        run.answer,
        run.confidence,
        run.abstained,
        envelope,
        decision,
        computed,
    )
    entries = []
    if sign is not None:
        entries.append(entry_row(sign(run_content(run, envelope=envelope, decision=decision, computed=computed))))
    return _Saved(row, [_task_row(task) for task in tasks], entries)


class PostgresRuns:
    """Implements `RunLog`. Runs that are saved at the same time share a transaction."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self._writer = GroupWriter(self._write, most=_MOST_RUNS)

    async def save(self, run: RunRecord, tasks: Sequence[OutboxTask] = (), *, sign: Sign | None = None) -> None:
        await self._writer.submit(_saved(run, tasks, sign))

    async def _write(self, batch: Sequence[_Saved]) -> None:
        tasks = [row for saved in batch for row in saved.tasks]
        entries = [row for saved in batch for row in saved.entries]
        values = [
            *columns([saved.run for saved in batch], 10),
            *columns(tasks, 4),
            *columns(entries, ENTRY_COLUMNS),
        ]
        async with self._bound.writing() as connection:
            await connection.execute(_PUT_RUN, self._bound.tenant_id, *values)

    async def contents(self, run_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_CONTENTS, self._bound.tenant_id, list(run_ids))
        return {row["run_id"]: run_content(_run_of(row)) for row in rows}

    async def get(self, run_id: UUID) -> RunRecord | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET_RUN, self._bound.tenant_id, run_id)
        return None if row is None else _run_of(row)


def _run_of(row: Mapping[str, Any]) -> RunRecord:
    return RunRecord(**{**row, "computed": tuple(row["computed"])})


class PostgresOutbox:
    """Implements `Outbox`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def add(self, task: OutboxTask) -> None:
        async with self._bound.writing() as connection:
            await connection.execute(_ADD, self._bound.tenant_id, *columns([_task_row(task)], 4))

    async def claim(self, *, now: datetime, limit: int, lease_seconds: float) -> list[OutboxTask]:
        held_until = now + timedelta(seconds=lease_seconds)
        async with self._bound.writing() as connection:
            rows = await connection.fetch(_CLAIM, self._bound.tenant_id, now, limit, held_until)
        return [OutboxTask(**row) for row in rows]

    async def finish(self, task_id: UUID) -> None:
        async with self._bound.writing() as connection:
            await connection.execute(_FINISH, self._bound.tenant_id, task_id)

    async def fail(self, task_id: UUID, *, retry_at: datetime | None) -> None:
        async with self._bound.writing() as connection:
            await connection.execute(_FAIL, self._bound.tenant_id, task_id, retry_at)

    async def pending(self) -> int:
        async with self._bound.reading() as connection:
            return int(await connection.fetchval(_PENDING, self._bound.tenant_id))


class PostgresJobs:
    """Implements `JobLog`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def create(self, job: Job) -> None:
        row: tuple[Any, ...] = (
            job.job_id,
            job.kind,
            job.state,
            dict(job.detail),
            job.error,
            job.created_at,
            job.updated_at,
        )
        async with self._bound.writing() as connection:
            await connection.execute(_CREATE_JOB, self._bound.tenant_id, *row)

    async def update(
        self, job_id: UUID, *, state: JobState, detail: Mapping[str, Any], error: str | None, now: datetime
    ) -> None:
        row = (job_id, state, dict(detail), error, now)
        async with self._bound.writing() as connection:
            found = await connection.fetchval(_UPDATE_JOB, self._bound.tenant_id, *row)
        if found is None:
            raise NotFound("There is no job with this id.", "Take the id from the call that started the job.")

    async def get(self, job_id: UUID) -> Job | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET_JOB, self._bound.tenant_id, job_id)
        return None if row is None else Job(**row)
