"""Reads at once: results in order, and a failure comes out as itself."""

import anyio
import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.experts.concurrent import run_all, run_both


async def _late(value: int) -> int:
    await anyio.lowlevel.checkpoint()
    return value


async def _fails() -> int:
    await anyio.lowlevel.checkpoint()
    raise NotFound("Nothing there.")


async def test_results_stand_in_the_order_of_the_jobs() -> None:
    assert await run_all([lambda n=n: _late(n) for n in range(5)]) == list(range(5))  # type: ignore[misc]  # a default binds n
    assert await run_all([]) == []


async def test_a_failure_comes_out_bare_however_deep_it_was_raised() -> None:
    async def nested() -> int:
        return (await run_all([_fails]))[0]

    with pytest.raises(NotFound, match="Nothing there"):
        await run_both(lambda: _late(1), nested)


async def test_cancellation_passes_through() -> None:
    with anyio.move_on_after(0.01) as scope:
        await run_all([anyio.sleep_forever])
    assert scope.cancelled_caught
