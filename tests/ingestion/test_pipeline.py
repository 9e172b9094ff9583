"""Stages pass on every item once, overlap, and stop together."""

from collections.abc import Iterator

import anyio
import pytest

from moe_memorygraph.ingestion.pipeline import Stage, run_stages


class Source:
    """Numbers from a file that must be closed."""

    def __init__(self, count: int, *, breaks_at: int | None = None) -> None:
        self.read, self.closed = 0, False
        self._count, self._breaks_at = count, breaks_at

    def __iter__(self) -> Iterator[int]:
        return self

    def __next__(self) -> int:
        if self.read == self._breaks_at:
            raise OSError("the file is gone")
        if self.read == self._count:
            raise StopIteration
        self.read += 1
        return self.read

    def close(self) -> None:
        self.closed = True


async def add_one(number: int) -> int:
    return number + 1


@pytest.mark.parametrize("workers", [1, 3])
async def test_every_item_goes_through_every_stage_once(workers: int) -> None:
    seen: list[int] = []

    async def keep(number: int) -> None:
        seen.append(number)

    source = Source(50)
    await run_stages(source, Stage(add_one), Stage(add_one, workers=workers), Stage(keep))
    assert sorted(seen) == list(range(3, 53))
    assert source.closed
    if workers == 1:
        assert seen == sorted(seen)


async def test_stages_work_at_the_same_time_and_wait_for_the_slowest() -> None:
    gate = anyio.Event()
    reached: list[int] = []

    async def early(number: int) -> int:
        reached.append(number)
        return number

    async def late(number: int) -> None:
        if number == 1:
            await gate.wait()

    source = Source(100)
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:

            async def run() -> None:
                await run_stages(source, Stage(early), Stage(late))

            group.start_soon(run)
            while len(reached) < 3:
                await anyio.lowlevel.checkpoint()
            await anyio.wait_all_tasks_blocked()
            assert source.read < 10  # what waits between the stages is bounded
            gate.set()
    assert reached == list(range(1, 101))


@pytest.mark.parametrize("failing", [0, 1, 2])
async def test_the_first_error_stops_all_and_comes_out_bare(failing: int) -> None:
    async def fail(number: int) -> int:
        if number > 2:
            raise LookupError("wrong")
        return number

    stages = [Stage(fail if place == failing else add_one, workers=2) for place in range(3)]
    source = Source(1000)
    with anyio.fail_after(5), pytest.raises(LookupError, match="wrong"):
        await run_stages(source, *stages)
    assert source.closed
    assert source.read < 100


async def test_an_error_of_the_source_comes_out_bare() -> None:
    source = Source(10, breaks_at=4)
    with anyio.fail_after(5), pytest.raises(OSError, match="the file is gone"):
        await run_stages(source, Stage(add_one), Stage(add_one))
    assert source.closed


async def test_cancelling_stops_and_closes() -> None:
    source = Source(10_000)
    done: list[int] = []
    with anyio.fail_after(5), anyio.CancelScope() as scope:

        async def keep(number: int) -> None:
            done.append(number)
            if len(done) == 5:
                scope.cancel()
                await anyio.lowlevel.checkpoint()

        await run_stages(source, Stage(keep))
    assert len(done) == 5
    assert source.closed
