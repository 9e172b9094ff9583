"""Jobs: work that outlives its call, as a row that tells how far it is.

A running job says every few seconds that it lives. One that has been silent for long belonged to a process that
is gone: whoever looks at it next marks it failed, so no job stays running for ever.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import anyio
import structlog

from moe_memorygraph.errors import MemoryGraphError, NotFound
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Job, JobState

if TYPE_CHECKING:
    from moe_memorygraph.memory.ports import TenantMemory

__all__ = ["HEARTBEAT_SECONDS", "SILENCE_SECONDS", "JobRunner", "Report", "Work"]

Report = Callable[[Mapping[str, Any]], None]
"""Takes how far a job is; it is stored with the next sign of life."""
Work = Callable[[Report], Awaitable[Mapping[str, Any]]]
"""Does a job and returns its result."""

log = structlog.get_logger(__name__)

HEARTBEAT_SECONDS = 10.0
SILENCE_SECONDS = 60.0  # several heartbeats, so that a busy machine does not look dead
FAREWELL_SECONDS = 3.0

_UNFINISHED: tuple[JobState, ...] = ("queued", "running")
_LOST = "The process that ran it stopped before the end. Start it again: what was done is not done twice."
_STOPPED = "The server stopped before the end. Start it again: what was done is not done twice."
_CRASHED = "It failed inside the server. Start it again; if it fails again, see the server's log."


@dataclass(slots=True, kw_only=True)
class JobRunner:
    """Starts jobs in the process's task group; `start_task` puts one there."""

    start_task: Callable[[UUID, str, Callable[[], Awaitable[None]]], None]
    now: Callable[[], datetime]
    _running: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    """(tenant, kind) to the job that this process runs: one at a time."""
    _starting: anyio.Lock = field(default_factory=anyio.Lock)

    async def start(self, memory: "TenantMemory", kind: str, work: Work) -> Job:
        """Start `work` and return its job at once; one that this process runs already is returned instead."""
        async with self._starting:  # else another call would be given a job that is not there yet
            return await self._start(memory, kind, work)

    async def _start(self, memory: "TenantMemory", kind: str, work: Work) -> Job:
        slot = (UUID(str(memory.tenant_id)), kind)
        running = self._running.get(slot)
        if running is not None:
            return await self.look(memory, running)
        begin = self.now()
        job = Job(job_id=uuid7(), kind=kind, state="queued", detail={}, error=None, created_at=begin, updated_at=begin)
        self._running[slot] = job.job_id
        try:
            await memory.jobs.create(job)
        except BaseException:
            del self._running[slot]
            raise

        async def run() -> None:
            try:
                await self._run(memory, job, work)
            finally:
                del self._running[slot]

        self.start_task(job.job_id, kind, run)
        return job

    async def look(self, memory: "TenantMemory", job_id: UUID) -> Job:
        """The job as it stands. Raises `NotFound`."""
        job = await memory.jobs.get(job_id)
        if job is None:
            raise NotFound("There is no such job.", "Give a job_id that sync_knowledge_base returned.")
        now = self.now()
        silent = now - job.updated_at > timedelta(seconds=SILENCE_SECONDS)
        if job.state in _UNFINISHED and silent and job_id not in self._running.values():
            await memory.jobs.update(job_id, state="failed", detail=job.detail, error=_LOST, now=now)
            return replace(job, state="failed", error=_LOST, updated_at=now)
        return job

    async def _run(self, memory: "TenantMemory", job: Job, work: Work) -> None:
        async def settle(state: JobState, detail: Mapping[str, Any], error: str | None) -> None:
            await memory.jobs.update(job.job_id, state=state, detail=detail, error=error, now=self.now())

        try:
            detail = await self._alive(memory, job, work)
        except MemoryGraphError as error:
            await settle("failed", {}, f"{error.code}: {error}")
        except anyio.get_cancelled_exc_class():
            with anyio.move_on_after(FAREWELL_SECONDS, shield=True):
                await settle("failed", {}, _STOPPED)
            raise
        except Exception:
            await settle("failed", {}, _CRASHED)
            raise  # logged by whoever owns the task
        else:
            await settle("succeeded", detail, None)
            log.info("job_done", job_id=str(job.job_id), kind=job.kind)

    async def _alive(self, memory: "TenantMemory", job: Job, work: Work) -> Mapping[str, Any]:
        """Do the work with a heartbeat beside it."""
        reached: dict[str, Any] = {}
        outcome: list[Mapping[str, Any]] = []
        failure: list[Exception] = []

        async def beat() -> None:
            while True:
                try:
                    await memory.jobs.update(job.job_id, state="running", detail=reached, error=None, now=self.now())
                except MemoryGraphError as error:  # the work may get through all the same
                    log.warning("heartbeat_missed", job_id=str(job.job_id), code=error.code)
                await anyio.sleep(HEARTBEAT_SECONDS)

        async with anyio.create_task_group() as group:
            group.start_soon(beat)
            try:
                outcome.append(await work(reached.update))
            except Exception as error:  # kept, so that it is raised bare and not in a group
                failure.append(error)
            group.cancel_scope.cancel()
        if failure:
            raise failure[0]
        return outcome[0]
