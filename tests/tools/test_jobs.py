"""Jobs: they tell how they ended, and none stays running for ever."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import anyio
import pytest

from moe_memorygraph.errors import NotFound, Unavailable
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Job, Tenant, tenant_id_of
from moe_memorygraph.tools.jobs import SILENCE_SECONDS, JobRunner, Report

NOW = datetime(2026, 1, 15, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Process:
    """A process that runs jobs, and the crashes of its tasks."""

    jobs: JobRunner
    memory: TenantMemory
    clock: Clock
    group: anyio.abc.TaskGroup
    crashes: list[Exception] = field(default_factory=list)

    async def state_of(self, job_id: UUID) -> Job:
        """The job once it is over."""
        with anyio.fail_after(5):
            while (job := await self.jobs.look(self.memory, job_id)).state in ("queued", "running"):
                await anyio.lowlevel.checkpoint()
        return job


@pytest.fixture
async def memory() -> TenantMemory:
    store = InMemoryStore()
    await store.create_tenant(Tenant(tenant_id=tenant_id_of("acme"), key="acme", name="Acme"))
    return store.tenant(tenant_id_of("acme"))


@asynccontextmanager
async def process_of(memory: TenantMemory) -> AsyncIterator[Process]:
    clock = Clock()
    crashes: list[Exception] = []
    async with anyio.create_task_group() as group:

        def start_task(job_id: UUID, name: str, work: Callable[[], Awaitable[None]]) -> None:
            async def run() -> None:
                try:
                    await work()
                except Exception as error:
                    crashes.append(error)

            group.start_soon(run)

        jobs = JobRunner(start_task=start_task, now=clock)
        yield Process(jobs=jobs, memory=memory, clock=clock, group=group, crashes=crashes)
        group.cancel_scope.cancel()


async def succeed(report: Report) -> Mapping[str, Any]:
    return {"read": 3}


async def test_a_job_is_there_at_once_and_tells_its_result(memory: TenantMemory) -> None:
    async with process_of(memory) as process:
        job = await process.jobs.start(memory, "sync", succeed)
        assert (job.state, job.kind) == ("queued", "sync")
        done = await process.state_of(job.job_id)
        assert (done.state, done.detail, done.error) == ("succeeded", {"read": 3}, None)


async def test_a_job_that_fails_says_why(memory: TenantMemory) -> None:
    async def fail(report: Report) -> Mapping[str, Any]:
        raise Unavailable("The folder is away.", "Bring it back.")

    async with process_of(memory) as process:
        done = await process.state_of((await process.jobs.start(memory, "sync", fail)).job_id)
        assert (done.state, done.error) == ("failed", "unavailable: The folder is away. Bring it back.")
        assert process.crashes == []


async def test_a_job_that_crashes_keeps_the_crash_inside(memory: TenantMemory) -> None:
    async def crash(report: Report) -> Mapping[str, Any]:
        raise RuntimeError("/srv/secret.md")

    async with process_of(memory) as process:
        done = await process.state_of((await process.jobs.start(memory, "sync", crash)).job_id)
        assert done.state == "failed"
        assert "secret" not in str(done.error)
        assert [type(error) for error in process.crashes] == [RuntimeError]


async def test_one_job_of_a_kind_runs_at_a_time(memory: TenantMemory) -> None:
    release = anyio.Event()

    async def wait(report: Report) -> Mapping[str, Any]:
        await release.wait()
        return {}

    async with process_of(memory) as process:
        first = await process.jobs.start(memory, "sync", wait)
        assert (await process.jobs.start(memory, "sync", wait)).job_id == first.job_id
        release.set()
        await process.state_of(first.job_id)
        second = await process.jobs.start(memory, "sync", succeed)
        assert second.job_id != first.job_id


async def test_who_asks_while_a_job_begins_is_given_one_that_is_there(
    memory: TenantMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, begun, release = memory.jobs.create, anyio.Event(), anyio.Event()

    async def wait(report: Report) -> Mapping[str, Any]:
        await release.wait()
        return {}

    async def slow(job: Job) -> None:
        begun.set()
        await anyio.wait_all_tasks_blocked()
        await create(job)

    monkeypatch.setattr(memory.jobs, "create", slow)
    async with process_of(memory) as process:
        given: list[UUID] = []

        async def start() -> None:
            given.append((await process.jobs.start(memory, "sync", wait)).job_id)

        async with anyio.create_task_group() as group:
            group.start_soon(start)
            await begun.wait()
            group.start_soon(start)
        assert len(given) == 2
        assert len(set(given)) == 1
        release.set()


async def test_a_job_of_a_process_that_stops_is_marked_failed(memory: TenantMemory) -> None:
    started = anyio.Event()

    async def wait(report: Report) -> Mapping[str, Any]:
        started.set()
        await anyio.sleep_forever()
        return {}

    with anyio.fail_after(5):
        async with process_of(memory) as process:
            job = await process.jobs.start(memory, "sync", wait)
            await started.wait()
    kept = await memory.jobs.get(job.job_id)
    assert kept is not None
    assert kept.state == "failed"
    assert "The server stopped before the end." in str(kept.error)


@pytest.mark.parametrize("state", ["queued", "running"])
async def test_a_job_of_a_process_that_died_is_marked_failed_once_it_is_silent(
    memory: TenantMemory, state: Any
) -> None:
    job = Job(job_id=uuid7(), kind="sync", state=state, detail={}, error=None, created_at=NOW, updated_at=NOW)
    await memory.jobs.create(job)
    async with process_of(memory) as process:
        process.clock.now = NOW + timedelta(seconds=SILENCE_SECONDS)
        assert (await process.jobs.look(memory, job.job_id)).state == state
        process.clock.now += timedelta(seconds=1)
        looked = await process.jobs.look(memory, job.job_id)
        assert looked.state == "failed"
        assert "Start it again" in str(looked.error)
        kept = await memory.jobs.get(job.job_id)
        assert kept is not None
        assert kept.state == "failed"


async def test_our_own_job_is_never_taken_for_dead(memory: TenantMemory) -> None:
    release = anyio.Event()

    async def wait(report: Report) -> Mapping[str, Any]:
        await release.wait()
        return {}

    async with process_of(memory) as process:
        job = await process.jobs.start(memory, "sync", wait)
        await anyio.wait_all_tasks_blocked()
        process.clock.now = NOW + timedelta(days=1)
        assert (await process.jobs.look(memory, job.job_id)).state == "running"
        release.set()
        assert (await process.state_of(job.job_id)).state == "succeeded"


async def test_a_job_that_is_not_there_is_not_found(memory: TenantMemory) -> None:
    async with process_of(memory) as process:
        with pytest.raises(NotFound):
            await process.jobs.look(memory, uuid7())
