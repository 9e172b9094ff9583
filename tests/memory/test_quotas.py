"""The contract of `QuotaLedger`, for every store."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import anyio
import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.quotas import QuotaClaim, QuotaStanding
from moe_memorygraph.memory.values import tenant_id_of
from tests.memory.samples import DAY, NOW, an_id
from tests.plugins.stores import created

TODAY = NOW.date()
LEASE = timedelta(seconds=60)
HOLDERS = [an_id(name) for name in ("first", "second", "third")]
CALLS = QuotaClaim(measure="calls", most=100)


async def settle(
    memory: TenantMemory, holder: UUID, *claims: QuotaClaim, day: int = 0, after: timedelta = timedelta()
) -> Sequence[QuotaStanding]:
    now = NOW + after
    account = await memory.quotas.settle(holder, claims, day=TODAY + day * DAY, now=now, until=now + LEASE)
    return account.standings


async def test_a_tenants_own_limits_are_set_and_taken_back(memory: TenantMemory) -> None:
    assert await memory.quotas.limits() == {}
    await memory.quotas.set_limits({"calls_per_second": 2.5, "rows_per_day": None})
    await memory.quotas.set_limits({"calls_per_second": 4, "calls_at_once": 3})
    assert await memory.quotas.limits() == {"calls_per_second": 4, "rows_per_day": None, "calls_at_once": 3}
    assert await memory.quotas.clear_limits(["rows_per_day", "calls_at_once", "call_burst"]) == [
        "calls_at_once",
        "rows_per_day",
    ]
    assert await memory.quotas.limits() == {"calls_per_second": 4}


async def test_what_is_lent_is_nobody_elses_until_it_is_given_back(memory: TenantMemory) -> None:
    first, second, _ = HOLDERS
    (standing,) = await settle(memory, first, replace(CALLS, needs=90))
    assert standing == QuotaStanding(measure="calls", lent=90, most=100)
    (standing,) = await settle(memory, second, replace(CALLS, needs=20))
    assert (standing.lent, standing.lent_to_others) == (10, 90)
    (standing,) = await settle(memory, first, replace(CALLS, used=30, denied=2, needs=0))
    assert (standing.used, standing.denied, standing.lent, standing.lent_to_others) == (30, 2, 0, 10)
    (standing,) = await settle(memory, second, replace(CALLS, used=10, needs=999))
    assert (standing.used, standing.lent) == (40, 60)
    assert await memory.quotas.usage(TODAY, now=NOW) == [
        QuotaStanding(measure="calls", used=40, denied=2, lent_to_others=60)
    ]
    (standing,) = await settle(memory, first, replace(CALLS, needs=50), day=1)
    assert (standing.used, standing.lent) == (0, 50)


async def test_who_only_wants_leaves_some_for_others(memory: TenantMemory) -> None:
    (standing,) = await settle(memory, HOLDERS[0], replace(CALLS, needs=3, wants=80))
    assert standing.lent == 25


async def test_what_a_process_that_is_gone_was_lent_comes_back(memory: TenantMemory) -> None:
    gone, other, _ = HOLDERS
    await settle(memory, gone, replace(CALLS, needs=100))
    (standing,) = await settle(memory, other, replace(CALLS, needs=100), after=LEASE - timedelta(seconds=1))
    assert standing.lent == 0
    (standing,) = await settle(memory, other, replace(CALLS, needs=100), after=LEASE)
    assert (standing.lent, standing.lent_to_others) == (100, 0)


async def test_the_tenants_own_limit_counts_before_the_settings(memory: TenantMemory) -> None:
    rows = QuotaClaim(measure="rows", needs=1000)
    calls, open_rows = await settle(memory, HOLDERS[0], replace(CALLS, needs=100), rows)
    assert (calls.lent, open_rows.lent, open_rows.most) == (100, 0, None)
    await memory.quotas.set_limits({"calls_per_day": 40, "rows_per_day": 5})
    calls, own_rows = await settle(memory, HOLDERS[0], replace(CALLS, used=30, needs=70), rows)
    assert (calls.most, calls.lent, own_rows.lent) == (40, 10, 5)
    await memory.quotas.set_limits({"calls_per_day": None})
    assert (await settle(memory, HOLDERS[0], CALLS))[0].most is None


@pytest.mark.parametrize("seed", range(3))
async def test_three_processes_never_use_more_than_the_limit(memory: TenantMemory, seed: int) -> None:
    """Each settles when it likes, at the same time as others, and uses all or some of what it was lent."""
    chance = random.Random(seed)
    used: list[int] = []

    async def process(holder: UUID) -> None:
        lent = 0
        while True:
            some = chance.randint(0, lent)
            needs = lent - some + chance.randint(0, 9)
            (standing,) = await settle(
                memory, holder, replace(CALLS, used=some, needs=needs, wants=chance.randint(0, 40))
            )
            assert standing.used + standing.lent + standing.lent_to_others <= 100
            assert standing.lent >= min(lent - some, needs)
            used.append(some)
            lent = standing.lent
            if standing.used + standing.lent_to_others >= 100:
                return

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for holder in HOLDERS:
                group.start_soon(process, holder)
    (standing,) = await memory.quotas.usage(TODAY, now=NOW)
    assert standing.used == sum(used) <= 100


async def test_limits_and_quotas_are_each_tenants_own_and_go_with_it(any_store: MemoryStore) -> None:
    acme, rival = await created(any_store, "acme"), await created(any_store, "rival")
    await acme.quotas.set_limits({"calls_per_day": 5})
    await settle(acme, HOLDERS[0], replace(CALLS, used=1, needs=4))
    assert await rival.quotas.limits() == {}
    assert await rival.quotas.clear_limits(["calls_per_day"]) == []
    (standing,) = await settle(rival, HOLDERS[0], replace(CALLS, needs=100))
    assert (standing.lent, standing.lent_to_others) == (100, 0)
    await any_store.erase_tenant(acme.tenant_id)
    again = await created(any_store, "acme")
    assert (await again.quotas.limits(), await again.quotas.usage(TODAY, now=NOW)) == ({}, [])
    nobody = any_store.tenant(tenant_id_of("nosuch"))
    with pytest.raises(NotFound):
        await nobody.quotas.set_limits({"calls_per_day": 1})
    with pytest.raises(NotFound):
        await settle(nobody, HOLDERS[0], CALLS)
