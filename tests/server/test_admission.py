"""Admission: so many at work, each tenant in a line of its own, and no place ever lost."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import anyio
import anyio.lowlevel
import pytest

from moe_memorygraph.errors import RateLimited, Unavailable
from moe_memorygraph.server.admission import RECENT, Admission, stepping_aside


@dataclass
class Work:
    """Calls that are at work until they are let go, in the order in which they began."""

    admission: Admission
    group: anyio.abc.TaskGroup
    begun: list[str] = field(default_factory=list)
    gates: list[anyio.Event] = field(default_factory=list)
    refused: list[Exception] = field(default_factory=list)

    async def call(self, tenant: str, count: int = 1, most: int | None = None) -> None:
        async def one() -> None:
            try:
                async with self.admission.enter(tenant, most=most):
                    self.begun.append(tenant)
                    gate = anyio.Event()
                    self.gates.append(gate)
                    await gate.wait()
            except (RateLimited, Unavailable) as error:
                self.refused.append(error)

        for _ in range(count):
            self.group.start_soon(one)
        await anyio.wait_all_tasks_blocked()

    async def end_first(self, count: int = 1) -> None:
        for _ in range(count):
            self.gates.pop(0).set()
            await anyio.wait_all_tasks_blocked()


@pytest.fixture
def time() -> list[float]:
    return [0.0]


def admission(time: list[float], *, at_work: int, waiting: int, crowded: int = 1, in_all: int = 99) -> Admission:
    return Admission(at_work=at_work, waiting=waiting, waiting_in_all=in_all, crowded=crowded, clock=lambda: time[0])


async def test_who_calls_alone_has_all_places_and_beyond_its_queue_is_refused_at_once(time: list[float]) -> None:
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            work = Work(admission(time, at_work=2, waiting=3), group)
            await work.call("a", 6)
            assert (len(work.begun), len(work.refused)) == (2, 1)
            assert isinstance(work.refused[0], RateLimited)
            assert "Try again in 1 second." in str(work.refused[0])
            await work.end_first(5)
            assert len(work.begun) == 5
    async with work.admission.enter("a"):  # and the place is free again
        pass


async def test_a_flood_fills_its_own_queue_and_the_next_tenant_works_at_once(time: list[float]) -> None:
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            work = Work(admission(time, at_work=4, waiting=8), group)
            await work.call("flood", 99)
            assert (len(work.begun), len(work.refused)) == (4, 99 - 12)
            await work.call("b")  # no place is free
            await work.end_first()
            assert work.begun[-1] == "b"
            await work.end_first(3)  # the flood's: none of it follows while it has its share
            assert (work.begun.count("flood"), work.begun[-1]) == (5, "flood")
            assert len(work.gates) == 2
            await work.call("b")
            assert work.begun[-1] == "flood", "b has its share, too"
            work.gates.pop(0).set()  # b's
            await anyio.wait_all_tasks_blocked()
            assert work.begun[-1] == "b"
            group.cancel_scope.cancel()


async def test_who_has_not_called_for_long_leaves_its_share(time: list[float]) -> None:
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            work = Work(admission(time, at_work=3, waiting=9), group)
            await work.call("b")
            await work.end_first()
            time[0] += RECENT
            await work.call("a", 3)
            assert work.begun.count("a") == 1
            time[0] += RECENT / 2
            await work.call("a")
            assert work.begun.count("a") == 3
            group.cancel_scope.cancel()


async def test_a_tenants_own_limit_of_calls_at_once_is_kept(time: list[float]) -> None:
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            work = Work(admission(time, at_work=9, waiting=9), group)
            await work.call("a", 5, most=2)
            assert len(work.begun) == 2
            await work.end_first(5)
            assert (len(work.begun), work.refused) == (5, [])


async def test_a_free_place_goes_to_whom_had_least_time(time: list[float]) -> None:
    """Three tenants at one place, always with calls waiting: the one whose calls take four times as long gets a quarter."""
    entrance, begun = admission(time, at_work=1, waiting=9), Counter[str]()

    async def caller(tenant: str, seconds: float) -> None:
        while begun.total() < 600:
            async with entrance.enter(tenant):
                if begun.total() == 100:
                    begun.clear()  # by then it is known how long each one's calls take
                    begun["counted"] = 101
                begun[tenant] += 1
                await anyio.lowlevel.checkpoint()
                time[0] += seconds

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            for tenant, seconds in {"slow": 4.0, "quick": 1.0, "brisk": 1.0}.items():
                for _ in range(3):
                    group.start_soon(caller, tenant, seconds)
    assert begun["quick"] / begun["slow"] == pytest.approx(4, rel=0.1)
    assert begun["brisk"] / begun["quick"] == pytest.approx(1, rel=0.1)


async def test_all_queues_together_have_an_end(time: list[float]) -> None:
    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            work = Work(admission(time, at_work=1, waiting=9, in_all=2), group)
            for tenant in ("a", "b", "c", "d"):
                await work.call(tenant)
            assert [type(error) for error in work.refused] == [Unavailable]
            group.cancel_scope.cancel()


async def test_who_waits_for_a_model_gives_its_place_to_others(time: list[float]) -> None:
    answered, aside = anyio.Event(), anyio.Event()
    entrance = admission(time, at_work=1, waiting=2)

    async def asks_a_model() -> None:
        async with entrance.enter("a"):
            with stepping_aside():
                aside.set()
                await answered.wait()

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(asks_a_model)
            await aside.wait()
            async with entrance.enter("a"):
                answered.set()
        for _ in range(3):
            async with entrance.enter("a"):
                pass
    with stepping_aside():  # outside of any call
        pass


@pytest.mark.parametrize("seed", range(6))
async def test_no_place_is_lost_whatever_ends_a_call(seed: int) -> None:
    """Calls of three tenants fail, wait aside, time out and are cancelled at any step: in the end all places are free."""
    chance, at_work, most = random.Random(seed), 0, 0
    entrance = Admission(at_work=3, waiting=5, waiting_in_all=9, crowded=chance.choice([1, 2]))

    async def steps(count: int) -> None:
        for _ in range(count):
            await anyio.lowlevel.checkpoint()

    async def call() -> None:
        nonlocal at_work, most
        with suppress(RateLimited, Unavailable, ZeroDivisionError):
            async with entrance.enter(chance.choice("abc"), most=chance.choice([None, None, 1])):
                at_work += 1
                most = max(most, at_work)
                try:
                    await steps(chance.randrange(4))
                    if chance.random() < 0.2:
                        raise ZeroDivisionError
                finally:
                    at_work -= 1
                if chance.random() < 0.3:
                    with stepping_aside():
                        await steps(chance.randrange(4))

    async def cancelled() -> None:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:
                group.start_soon(call)
                await steps(chance.randrange(12))
                if chance.random() < 0.6:
                    scope.cancel()

    async def many() -> None:
        for _ in range(60):
            await cancelled()

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for _ in range(20):
                group.start_soon(many)
    assert most == 3
    assert (entrance._at_work, entrance._queued) == (0, 0)
    assert all(line.is_idle for line in entrance._lines.values())
