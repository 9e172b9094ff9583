"""Admission: so many at work, so many waiting, the rest refused at once."""

import anyio
import pytest

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.server.admission import Admission


async def test_calls_beyond_the_queue_are_refused_at_once_and_the_others_served() -> None:
    admission = Admission(at_work=2, waiting=3)
    release, done = anyio.Event(), 0
    working = 0
    most = 0

    async def call() -> None:
        nonlocal done, working, most
        async with admission.enter():
            working += 1
            most = max(most, working)
            await release.wait()
            working -= 1
        done += 1

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(call)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(Unavailable, match="busy"):
                async with admission.enter():
                    pytest.fail("it was let in")
            release.set()
    assert (done, most) == (5, 2)
    async with admission.enter():  # and the place is free again
        pass


async def test_a_caller_that_gives_up_leaves_its_place() -> None:
    admission = Admission(at_work=1, waiting=0)
    for _ in range(3):
        with anyio.move_on_after(0):
            async with admission.enter():
                await anyio.sleep_forever()
    async with admission.enter():
        pass
