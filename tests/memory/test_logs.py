"""The contracts of `RunLog`, `Outbox` and `JobLog`, for every store."""

from dataclasses import replace
from uuid import UUID

import anyio
import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Job, OutboxTask, RunRecord
from tests.memory.samples import DAY, NOW, an_id

RUN = RunRecord(
    run_id=an_id("run"),
    tool="query_customer_intel",
    question="Why did Acme churn?",
    created_at=NOW,
    answer="Because of the price. \\ 'quoted' ✓",
    confidence=0.8125,
    abstained=False,
    envelope={"items": [{"score": 0.123456789012345, "n": None}], "deep": {"a": [1, 2.5, "x", True]}},
    decision={"experts": [{"name": "VectorRetrieve", "logit": -1.25}]},
    computed=("12 tickets in 2025Q1", 'it\'s "3"'),
)


def task(name: str, **more: object) -> OutboxTask:
    return OutboxTask(task_id=an_id(name), kind="distill", payload={"name": name, **more})


def named(tasks: list[OutboxTask]) -> list[object]:
    return [one.payload["name"] for one in tasks]


async def test_a_run_comes_back_as_it_was_saved(memory: TenantMemory) -> None:
    await memory.runs.save(RUN)
    assert await memory.runs.get(RUN.run_id) == RUN
    assert await memory.runs.get(an_id("nothing")) is None
    unsure = replace(
        RUN, run_id=an_id("unsure"), confidence=None, abstained=True, computed=(), envelope={}, decision={}
    )
    await memory.runs.save(unsure)
    assert await memory.runs.get(unsure.run_id) == unsure


async def test_a_run_is_saved_with_its_work_and_once(memory: TenantMemory) -> None:
    await memory.runs.save(RUN, [task("a"), task("b")])
    await memory.runs.save(replace(RUN, answer="other"), [task("a"), task("b")])
    assert await memory.runs.get(RUN.run_id) == RUN
    assert await memory.outbox.pending() == 2


async def test_a_claimed_task_is_nobody_elses_until_its_lease_ends(memory: TenantMemory) -> None:
    await memory.outbox.add(task("a"))
    (claimed,) = await memory.outbox.claim(now=NOW, limit=9, lease_seconds=60)
    assert claimed == replace(task("a"), attempts=1)
    assert await memory.outbox.claim(now=NOW + DAY / 1440 / 2, limit=9, lease_seconds=60) == []
    (again,) = await memory.outbox.claim(now=NOW + DAY / 1440, limit=9, lease_seconds=60)
    assert again == replace(task("a"), attempts=2)


async def test_tasks_are_claimed_in_the_order_added(memory: TenantMemory) -> None:
    for number in range(6):
        await memory.outbox.add(task(f"t{number}"))
    await memory.outbox.add(task("t0"))
    assert named(await memory.outbox.claim(now=NOW, limit=2, lease_seconds=60)) == ["t0", "t1"]
    assert named(await memory.outbox.claim(now=NOW, limit=9, lease_seconds=60)) == ["t2", "t3", "t4", "t5"]


async def test_a_finished_task_is_gone(memory: TenantMemory) -> None:
    await memory.outbox.add(task("a"))
    await memory.outbox.finish(an_id("a"))
    await memory.outbox.finish(an_id("a"))
    assert await memory.outbox.pending() == 0
    assert await memory.outbox.claim(now=NOW, limit=9, lease_seconds=60) == []


async def test_a_failed_task_is_tried_again_or_given_up(memory: TenantMemory) -> None:
    await memory.outbox.add(task("later"))
    await memory.outbox.add(task("never"))
    await memory.outbox.claim(now=NOW, limit=9, lease_seconds=3600)
    await memory.outbox.fail(an_id("later"), retry_at=NOW + DAY)
    await memory.outbox.fail(an_id("never"), retry_at=None)
    await memory.outbox.fail(an_id("nothing"), retry_at=None)
    assert await memory.outbox.pending() == 1
    assert await memory.outbox.claim(now=NOW, limit=9, lease_seconds=60) == []
    (again,) = await memory.outbox.claim(now=NOW + DAY, limit=9, lease_seconds=60)
    assert (again.payload["name"], again.attempts) == ("later", 2)


async def test_many_workers_never_take_the_same_task(memory: TenantMemory) -> None:
    for number in range(30):
        await memory.outbox.add(task(f"t{number}"))
    taken: list[UUID] = []

    async def work() -> None:
        while tasks := await memory.outbox.claim(now=NOW, limit=3, lease_seconds=60):
            taken.extend(one.task_id for one in tasks)

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(work)
    assert sorted(taken) == sorted(an_id(f"t{number}") for number in range(30))


async def test_a_job_is_followed(memory: TenantMemory) -> None:
    job = Job(
        job_id=an_id("job"),
        kind="ingest",
        state="queued",
        detail={"read": 0},
        error=None,
        created_at=NOW,
        updated_at=NOW,
    )
    await memory.jobs.create(job)
    await memory.jobs.create(replace(job, kind="other"))
    assert await memory.jobs.get(job.job_id) == job
    await memory.jobs.update(job.job_id, state="failed", detail={"read": 7}, error="It broke.", now=NOW + DAY)
    assert await memory.jobs.get(job.job_id) == replace(
        job, state="failed", detail={"read": 7}, error="It broke.", updated_at=NOW + DAY
    )
    assert await memory.jobs.get(an_id("nothing")) is None
    with pytest.raises(NotFound):
        await memory.jobs.update(an_id("nothing"), state="running", detail={}, error=None, now=NOW)
