"""The contract of `CustomerDirectory`, for every store."""

from dataclasses import replace
from datetime import date

import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import Customer, TenantId, WriteCounts

ACME = Customer(
    customer_id="C-2",
    name="Acme Corp",
    aliases=("Acme", 'the "A" team'),
    tier="gold",
    industry="rockets",
    region="EMEA",
    arr=120_000.5,
    status="churned",
    since=date(2021, 3, 1),
    churned_at=date(2024, 5, 31),
    churn_reason="price",
    attributes={"owner": "Kim", "note": 'it\'s \\ "quoted"'},
    content_hash=b"first",
)
PLAIN = Customer(customer_id="C-1", name="Plain", content_hash=b"plain")


async def test_a_customer_comes_back_as_it_was_put(memory: TenantMemory) -> None:
    assert await memory.customers.put_many([ACME, PLAIN]) == WriteCounts(inserted=2)
    assert await memory.customers.get("C-2") == ACME
    assert await memory.customers.get("C-1") == PLAIN
    assert await memory.customers.get("c-1") is None


async def test_all_come_by_id(memory: TenantMemory) -> None:
    upper = replace(PLAIN, customer_id="Z-1")
    await memory.customers.put_many([upper, ACME, replace(PLAIN, customer_id="a-1"), PLAIN])
    assert [one.customer_id for one in await memory.customers.all()] == ["C-1", "C-2", "Z-1", "a-1"]


async def test_the_same_content_again_changes_nothing(memory: TenantMemory) -> None:
    await memory.customers.put_many([ACME])
    before = await memory.revisions()
    assert await memory.customers.put_many([ACME]) == WriteCounts(unchanged=1)
    assert await memory.revisions() == before


async def test_other_content_updates_and_counts_a_change(memory: TenantMemory) -> None:
    await memory.customers.put_many([ACME])
    before = await memory.revisions()
    gone = replace(ACME, status="active", churned_at=None, content_hash=b"second")
    assert await memory.customers.put_many([gone, PLAIN]) == WriteCounts(inserted=1, updated=1)
    assert await memory.customers.get("C-2") == gone
    assert (await memory.revisions())["customers"] == before["customers"] + 1


async def test_of_repeated_ids_the_last_counts(memory: TenantMemory) -> None:
    last = replace(PLAIN, name="Last", content_hash=b"last")
    assert await memory.customers.put_many([PLAIN, last]) == WriteCounts(inserted=1)
    assert await memory.customers.get("C-1") == last


async def test_without_a_hash_content_is_compared(memory: TenantMemory) -> None:
    first = Customer(customer_id="C", name="One", attributes={"a": "1", "b": "2"})
    same = Customer(customer_id="C", name="One", attributes={"b": "2", "a": "1"})
    assert await memory.customers.put_many([first]) == WriteCounts(inserted=1)
    assert await memory.customers.put_many([same]) == WriteCounts(unchanged=1)
    assert await memory.customers.put_many([replace(same, name="Two")]) == WriteCounts(updated=1)


async def test_nothing_put_is_nothing_counted(memory: TenantMemory) -> None:
    assert await memory.customers.put_many([]) == WriteCounts()
    assert await memory.customers.all() == []


async def test_a_tenant_that_was_never_created_cannot_be_written(any_store: MemoryStore, tenant_id: TenantId) -> None:
    with pytest.raises(NotFound, match="tenant"):
        await any_store.tenant(tenant_id).customers.put_many([PLAIN])
    assert await any_store.tenant(tenant_id).tenant() is None
