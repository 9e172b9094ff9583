"""Tenants are kept to their limits, by one process and by several, and by a clock that the test holds."""

from datetime import UTC, datetime, timedelta

import anyio
import pytest

from moe_memorygraph.errors import MemoryGraphError, NotFound, RateLimited, Unavailable
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.reading import only_reading
from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.quotas import PERIOD, Limits, Quotas
from moe_memorygraph.quotas.service import FORGOTTEN, LEASE, TRUSTED
from tests.plugins.stores import created

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class World:
    """Processes over one store, and a clock."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.passed = 0.0
        self.is_away = False

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.passed)

    async def memory(self, key: str) -> TenantMemory:
        if self.is_away:
            raise Unavailable("The memory cannot be reached.")
        memory = self.store.tenant(tenant_id_of(key))
        if await memory.tenant() is None:
            raise NotFound("This tenant does not exist.")
        return memory

    def process(self, **defaults: float) -> Quotas:
        return Quotas(defaults=Limits(**defaults), memory=self.memory, now=self.now, clock=lambda: 1000 + self.passed)

    async def used(self, key: str = "acme", measure: str = "calls") -> tuple[int, int, int]:
        """Used, denied and lent of the day."""
        standings = await self.store.tenant(tenant_id_of(key)).quotas.usage(self.now().date(), now=self.now())
        (one,) = [one for one in standings if one.measure == measure]
        return one.used, one.denied, one.lent_to_others


@pytest.fixture
async def world(any_store: MemoryStore) -> World:
    await created(any_store, "acme")
    await created(any_store, "rival")
    return World(any_store)


async def gets(process: Quotas, most: int, key: str = "acme") -> int:
    """Calls until one is refused."""
    for count in range(most):
        try:
            await process.call(key)
        except RateLimited:
            return count
    return most


async def test_calls_by_the_second_are_the_tenants_own(world: World) -> None:
    one = world.process(calls_per_second=2, call_burst=3)
    assert await gets(one, 99) == 3
    with pytest.raises(RateLimited, match=r"Try again in 1 second\.") as refused:
        await one.call("acme")
    assert refused.value.seconds == 1
    assert await gets(one, 99, "rival") == 3
    world.passed += 1
    assert await gets(one, 99) == 2
    await one.settle_all()
    assert await world.used() == (5, 3, 0)
    assert await world.used("rival") == (3, 1, 0)


async def test_three_processes_together_use_the_day_and_no_more(world: World) -> None:
    processes = [world.process(calls_per_day=200) for _ in range(3)]
    counts = [0, 0, 0]
    for turn in range(400):
        which = (turn * turn + turn // 7) % 3
        counts[which] += await gets(processes[which], 1)
        if turn % 50 == 49:
            world.passed += PERIOD
            await processes[turn % 3].settle_all()
    assert sum(counts) <= 200
    for _ in range(5):  # who rests gives back, so in the end all of it can be had
        world.passed += PERIOD
        for one in processes[1:]:
            await one.settle_all()
    counts[0] += await gets(processes[0], 400)
    assert sum(counts) == 200
    with pytest.raises(
        RateLimited, match=r"The day.s 200 calls are used up; the next day begins at 00:00 UTC"
    ) as used_up:
        await processes[0].call("acme")
    assert used_up.value.seconds == pytest.approx(12 * 3600 - world.passed, abs=1)
    for one in processes:
        await one.close()
    assert (await world.used())[0::2] == (200, 0)


async def test_what_others_hold_may_come_back_soon(world: World) -> None:
    first, second = world.process(calls_per_day=4), world.process(calls_per_day=4)
    meter = first.meter("acme")
    assert await meter.take("calls", 4) == 4
    meter.give_back("calls", 3)
    with pytest.raises(RateLimited, match="with other processes") as refused:
        await second.call("acme")
    world.passed += refused.value.seconds
    for _ in range(4):
        await first.settle_all()
    assert await gets(second, 9) == 3
    assert (await world.used())[0::2] == (4, 0)


async def test_at_most_what_it_was_lent_is_lost_of_a_process_that_is_killed(world: World) -> None:
    """It used some of what it was lent and never said so: that much more than the limit is had, and no more."""
    killed, other = world.process(calls_per_day=100), world.process(calls_per_day=100)
    assert await gets(killed, 10) == 10
    lent = (await world.used())[2]
    assert 10 <= lent <= 25
    assert await gets(other, 200) == 100 - lent
    world.passed += LEASE.total_seconds()
    again = await gets(other, 200)
    assert again == lent
    await other.close()
    assert (await world.used())[0] == 100


async def test_what_was_lent_is_not_used_when_another_may_have_it(world: World) -> None:
    cut_off, other = world.process(calls_per_day=100), world.process(calls_per_day=100)
    await cut_off.call("acme")
    world.is_away = True
    assert await gets(cut_off, 5) == 5
    world.passed += TRUSTED
    with pytest.raises(Unavailable):
        await cut_off.call("acme")
    world.passed += LEASE.total_seconds() - TRUSTED
    world.is_away = False
    assert await gets(other, 200) == 100
    world.passed += 2
    await cut_off.settle_all()  # what it had is told at last
    await other.settle_all()
    assert (await world.used())[0] == 106


async def test_without_a_daily_limit_calls_go_on_while_the_database_is_away_and_are_counted_later(world: World) -> None:
    one = world.process(calls_per_second=100)
    await one.call("acme")
    world.is_away = True
    world.passed += TRUSTED + 1
    assert await gets(one, 5) == 5
    await one.settle_all()
    world.passed += 13 * 3600  # over midnight
    assert await gets(one, 2) == 2
    world.is_away = False
    await one.settle_all()
    assert (await world.used())[0] == 2
    world.passed -= 13 * 3600
    assert (await world.used())[0] == 6


async def test_a_day_ends_at_midnight_utc(world: World) -> None:
    one = world.process(calls_per_day=10)
    assert await gets(one, 99) == 10
    world.passed += 12 * 3600 - 1
    assert await gets(one, 99) == 0
    world.passed += 1
    assert await gets(one, 99) == 10


async def test_a_changed_limit_is_kept_to_within_a_period(world: World) -> None:
    one = world.process(calls_per_day=1000, calls_per_second=1000)
    memory = await world.memory("acme")
    assert await gets(one, 5) == 5
    assert one.at_once("acme") is None
    await memory.quotas.set_limits({"calls_per_day": 8, "calls_at_once": 2})
    world.passed += PERIOD
    await one.settle_all()
    assert one.at_once("acme") == 2
    assert await gets(one, 99) == 3
    await memory.quotas.set_limits({"calls_per_day": None, "calls_per_second": 0.1, "call_burst": 2})
    world.passed += PERIOD
    await one.settle_all()
    assert await gets(one, 99) == 2
    await memory.quotas.clear_limits(["calls_per_second", "call_burst"])
    world.passed += PERIOD
    await one.settle_all()
    world.passed += 1
    assert await gets(one, 99) == 99


async def test_a_load_takes_what_is_left_and_gives_back_what_it_did_not_use(world: World) -> None:
    one = world.process(rows_per_day=300)
    meter = one.meter("acme")
    assert await meter.take("rows", 128) == 128
    assert await meter.take("rows", 128) == 128
    assert await meter.take("rows", 128) == 44
    assert "300 rows are used up" in str(await meter.refusal("rows"))
    meter.give_back("rows", 20)
    assert await meter.take("rows", 128) == 20
    assert await meter.take("embeddings", 10**9) == 10**9
    await one.close()
    assert await world.used(measure="rows") == (300, 192, 0)


async def test_a_call_counts_the_texts_that_it_embeds(world: World) -> None:
    one = world.process(embeddings_per_day=2)
    await one.call("acme", texts=1)
    await one.call("acme", texts=1)
    with pytest.raises(RateLimited, match="2 texts to embed are used up"):
        await one.call("acme", texts=1)
    await one.call("acme")


async def test_requests_are_refused_beyond_twice_the_calls(world: World) -> None:
    one = world.process(calls_per_second=10, call_burst=10)
    assert one.request("acme") == 0  # nobody known
    await one.call("acme")
    assert sum(not one.request("acme") for _ in range(99)) == 20
    assert 0 < one.request("acme") <= 0.05
    assert world.process().request("acme") == 0


async def test_many_calls_at_once_wait_for_one_settlement(world: World) -> None:
    one = world.process(calls_per_day=50)
    done = 0

    async def call() -> None:
        nonlocal done
        try:
            await one.call("acme")
        except RateLimited:
            return
        done += 1

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for _ in range(120):
                group.start_soon(call)
    assert done == 50


async def test_a_caller_that_gives_up_leaves_nothing_undone(world: World) -> None:
    one = world.process(calls_per_day=50)
    given, steps = 0, 1
    while given < 3 and steps < 2**20:
        steps *= 2
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:

                async def call() -> None:
                    nonlocal given
                    await one.call("acme")
                    given += 1

                group.start_soon(call)
                for _ in range(steps):
                    await anyio.lowlevel.checkpoint()
                scope.cancel()
        world.passed += PERIOD * 4
        await one.settle_all()
    await one.close()
    used, _, lent = await world.used()
    assert (used, lent, given) == (3, 0, 3)


async def test_who_is_gone_or_erased_is_forgotten(world: World) -> None:
    one = world.process(calls_per_day=50)
    await one.call("acme")
    await one.call("rival")
    await world.store.erase_tenant(tenant_id_of("acme"))
    world.passed += PERIOD
    await one.settle_all()
    assert (await world.used("rival"))[0] == 1
    world.passed += FORGOTTEN + 1
    await one.settle_all()
    assert await world.used("rival") == (1, 0, 0)
    assert one.at_once("rival") is None
    with pytest.raises(NotFound):
        await one.call("acme")


async def test_a_process_that_only_reads_counts_for_itself(world: World) -> None:
    writing = world.process(calls_per_day=10)
    assert await gets(writing, 4) == 4
    await writing.close()
    memory = only_reading(await world.memory("acme"))

    async def reading(_: str) -> TenantMemory:
        return memory

    one = Quotas(defaults=Limits(calls_per_day=10), memory=reading, now=world.now, clock=lambda: world.passed)
    assert await gets(one, 99) == 6
    await one.close()
    assert await world.used() == (4, 0, 0)


async def test_errors_of_the_memory_are_told_as_they_are(world: World) -> None:
    world.is_away = True
    with pytest.raises(MemoryGraphError, match="cannot be reached"):
        await world.process(calls_per_day=10).call("acme")
