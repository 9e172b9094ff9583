"""Group commit: who writes with whom, and what becomes of the others when the one who writes fails."""

from collections.abc import Sequence
from dataclasses import replace

import anyio
import anyio.lowlevel
import pytest

from moe_memorygraph.errors import InvalidArgument, Unavailable
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.grouping import GroupWriter
from moe_memorygraph.memory.values import OutboxTask
from tests.memory.samples import an_id
from tests.memory.test_logs import RUN
from tests.plugins.stores import created


class Disk:
    """Writes nothing before it is let; notes what it wrote together, and refuses what is bad."""

    def __init__(self) -> None:
        self.written: list[list[str]] = []
        self.tried: list[list[str]] = []
        self.begun = anyio.Event()
        self.let = anyio.Event()

    async def write(self, values: Sequence[str]) -> None:
        self.tried.append(list(values))
        self.begun.set()
        await self.let.wait()
        if any(value.startswith("bad") for value in values):
            raise InvalidArgument("Bad.", "Be good.")
        self.written.append(list(values))


async def _settle() -> None:
    for _ in range(10):
        await anyio.lowlevel.checkpoint()


async def test_one_alone_is_written_at_once() -> None:
    disk = Disk()
    disk.let.set()
    writer = GroupWriter(disk.write, most=9)
    for value in ("a", "b"):
        await writer.submit(value)
    assert disk.written == [["a"], ["b"]]


async def test_what_comes_meanwhile_is_written_together_and_in_order() -> None:
    disk = Disk()
    writer = GroupWriter(disk.write, most=3)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(writer.submit, "a")
            await disk.begun.wait()
            for value in "bcdef":
                group.start_soon(writer.submit, value)
            await _settle()
            assert disk.tried == [["a"]], "nobody is written before the first is done"
            disk.let.set()
    assert disk.written == [["a"], ["b", "c", "d"], ["e", "f"]]


async def test_what_fails_fails_alone() -> None:
    disk = Disk()
    writer = GroupWriter(disk.write, most=9)
    failed: list[str] = []

    async def submit(value: str) -> None:
        try:
            await writer.submit(value)
        except InvalidArgument:
            failed.append(value)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(submit, "a")
            await disk.begun.wait()
            for value in ("bad 1", "b", "bad 2", "c"):
                group.start_soon(submit, value)
            await _settle()
            disk.let.set()
        await submit("d")
    assert sorted(failed) == ["bad 1", "bad 2"]
    assert sorted(value for batch in disk.written for value in batch) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("cancelled", ["a", "b", "c"])
async def test_a_caller_that_is_cancelled_harms_no_other(cancelled: str) -> None:
    disk = Disk()
    writer = GroupWriter(disk.write, most=9)
    scopes = {value: anyio.CancelScope() for value in "abcd"}
    done: list[str] = []

    async def submit(value: str) -> None:
        with scopes[value]:
            await writer.submit(value)
            done.append(value)

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(submit, "a")
            await disk.begun.wait()
            for value in "bcd":
                group.start_soon(submit, value)
            await _settle()
            scopes[cancelled].cancel()
            await _settle()
            disk.let.set()
        await writer.submit("e")
    assert sorted(done) == sorted(set("abcd") - {cancelled})
    assert {"e", *done} <= {value for batch in disk.written for value in batch}


async def test_the_one_who_writes_for_all_is_cancelled() -> None:
    disk = Disk()
    writer = GroupWriter(disk.write, most=9)
    leader = anyio.CancelScope()
    done: list[str] = []

    async def submit(value: str) -> None:
        await writer.submit(value)
        done.append(value)

    async def lead() -> None:
        with leader:
            await submit("b")

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(submit, "a")
            await disk.begun.wait()
            group.start_soon(lead)
            await _settle()
            for value in "cd":
                group.start_soon(submit, value)
            await _settle()
            disk.let.set()
            disk.let = anyio.Event()
            while len(disk.tried) < 2:
                await anyio.lowlevel.checkpoint()
            assert disk.tried[1] == ["b", "c", "d"]
            leader.cancel()
            await _settle()
            disk.let.set()
    assert sorted(done) == ["a", "c", "d"]
    assert sorted(disk.written) == [["a"], ["c"], ["d"]]


@pytest.mark.postgres
async def test_runs_saved_at_once_are_all_there_with_their_work(postgres_store: PostgresStore) -> None:
    memory = await created(postgres_store, "a")
    runs = [replace(RUN, run_id=an_id(f"run {number}"), answer=f"Answer {number}.") for number in range(40)]
    async with anyio.create_task_group() as group:
        for run in runs:
            task = OutboxTask(task_id=an_id(f"task {run.run_id}"), kind="distill", payload={"run": str(run.run_id)})
            group.start_soon(memory.runs.save, run, [task])
    assert [await memory.runs.get(run.run_id) for run in runs] == runs
    assert await memory.outbox.pending() == 40


@pytest.mark.postgres
async def test_a_run_that_cannot_be_stored_fails_alone(postgres_store: PostgresStore) -> None:
    memory = await created(postgres_store, "a")
    runs = [replace(RUN, run_id=an_id(f"run {number}")) for number in range(6)]
    runs[3] = replace(runs[3], question="NUL \x00")
    failed = []

    async def save(number: int) -> None:
        try:
            await memory.runs.save(runs[number])
        except InvalidArgument:
            failed.append(number)

    async with anyio.create_task_group() as group:
        for number in range(len(runs)):
            group.start_soon(save, number)
    assert failed == [3]
    assert [run.run_id for run in runs if await memory.runs.get(run.run_id)] == [
        run.run_id for number, run in enumerate(runs) if number != 3
    ]


@pytest.mark.postgres
async def test_without_a_database_every_caller_is_told(postgres_store: PostgresStore) -> None:
    memory = await created(postgres_store, "a")
    await postgres_store.pool.close()
    told = []

    async def save(number: int) -> None:
        try:
            await memory.runs.save(replace(RUN, run_id=an_id(f"run {number}")))
        except Unavailable:
            told.append(number)

    async with anyio.create_task_group() as group:
        for number in range(4):
            group.start_soon(save, number)
    assert sorted(told) == [0, 1, 2, 3]
