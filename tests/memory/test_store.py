"""The contract of `MemoryStore`, for every store."""

import pytest

from moe_memorygraph.errors import Conflict, InvalidArgument, NotFound
from moe_memorygraph.memory.ports import MemoryStore
from moe_memorygraph.memory.values import Tenant, TicketFilter, tenant_id_of
from tests.memory.samples import NOW, fact, ticket, unit
from tests.plugins.stores import created

A, B = tenant_id_of("a"), tenant_id_of("b")


async def test_a_tenant_is_created_once(any_store: MemoryStore) -> None:
    tenant = Tenant(tenant_id=A, key="a", name="First", created_at=NOW)
    assert await any_store.create_tenant(tenant) is True
    assert await any_store.create_tenant(Tenant(tenant_id=A, key="a", name="Second")) is False
    assert await any_store.tenant(A).tenant() == tenant
    assert await any_store.tenant(B).tenant() is None


async def test_an_id_that_is_not_the_keys_is_refused(any_store: MemoryStore) -> None:
    with pytest.raises(InvalidArgument):
        await any_store.create_tenant(Tenant(tenant_id=A, key="b", name="B"))
    assert await any_store.list_tenants() == []


async def test_tenants_are_listed_by_key(any_store: MemoryStore) -> None:
    for key in ("b", "c", "a"):
        await created(any_store, key)
    assert [tenant.key for tenant in await any_store.list_tenants()] == ["a", "b", "c"]


async def test_the_first_model_is_the_model(any_store: MemoryStore) -> None:
    memory = await created(any_store, "a")
    await any_store.claim_model(A, model="mini", dimension=4)
    await any_store.claim_model(A, model="mini", dimension=4)
    tenant = await memory.tenant()
    assert tenant is not None
    assert (tenant.embedding_model, tenant.embedding_dim) == ("mini", 4)
    with pytest.raises(Conflict, match="mini"):
        await any_store.claim_model(A, model="large", dimension=4)
    with pytest.raises(Conflict, match="dimension"):
        await any_store.claim_model(A, model="mini", dimension=5)
    with pytest.raises(Conflict, match="dimension"):
        await memory.vector.put_many([ticket("a", "x", vector=unit(1, dim=5))])
    with pytest.raises(NotFound):
        await any_store.claim_model(B, model="mini", dimension=4)


async def test_a_model_must_fit_the_vectors_that_came_first(any_store: MemoryStore) -> None:
    memory = await created(any_store, "a")
    await memory.vector.put_many([ticket("a", "x", vector=unit(1))])
    with pytest.raises(Conflict, match="dimension"):
        await any_store.claim_model(A, model="mini", dimension=384)
    await any_store.claim_model(A, model="mini", dimension=4)


async def test_a_fiscal_year_begins_in_january_or_as_was_said(any_store: MemoryStore) -> None:
    await any_store.create_tenant(Tenant(tenant_id=A, key="a", name="A"))
    await any_store.create_tenant(Tenant(tenant_id=B, key="b", name="B", fiscal_year_start=7))
    assert [tenant.fiscal_year_start for tenant in await any_store.list_tenants()] == [1, 7]
    before = await any_store.tenant(A).revisions()
    await any_store.set_fiscal_year_start(A, 12)
    assert [tenant.fiscal_year_start for tenant in await any_store.list_tenants()] == [12, 7]
    assert (await any_store.tenant(A).revisions())["customers"] > before.get("customers", 0)


@pytest.mark.parametrize("month", [0, 13, -1])
async def test_a_fiscal_year_begins_in_a_month(any_store: MemoryStore, month: int) -> None:
    await created(any_store, "a")
    with pytest.raises(InvalidArgument, match="1 to 12"):
        await any_store.set_fiscal_year_start(A, month)
    with pytest.raises(InvalidArgument, match="1 to 12"):
        await any_store.create_tenant(Tenant(tenant_id=B, key="b", name="B", fiscal_year_start=month))
    with pytest.raises(NotFound):
        await any_store.set_fiscal_year_start(B, 4)


async def test_sources_are_trusted_fully_or_as_was_said(any_store: MemoryStore) -> None:
    await any_store.create_tenant(Tenant(tenant_id=A, key="a", name="A"))
    await any_store.create_tenant(Tenant(tenant_id=B, key="b", name="B", source_trust={"CRM": 0.5}))
    assert [dict(tenant.source_trust) for tenant in await any_store.list_tenants()] == [{}, {"crm": 0.5}]
    await any_store.set_source_trust(B, {"Exit interview": 0.9, "crm": 0})
    assert [dict(tenant.source_trust) for tenant in await any_store.list_tenants()] == [
        {},
        {"crm": 0.0, "exit interview": 0.9},
    ]


@pytest.mark.parametrize("trust", [{"crm": 1.1}, {"crm": -0.1}, {" ": 0.5}, {"crm": float("nan")}])
async def test_trust_is_a_share(any_store: MemoryStore, trust: dict[str, float]) -> None:
    await created(any_store, "a")
    with pytest.raises(InvalidArgument, match="0 to 1"):
        await any_store.set_source_trust(A, trust)
    with pytest.raises(NotFound):
        await any_store.set_source_trust(B, {"crm": 0.5})


async def test_an_erased_tenant_is_gone_and_no_other(any_store: MemoryStore) -> None:
    for key in ("a", "b"):
        memory = await created(any_store, key)
        await memory.vector.put_many([ticket("T", "x", vector=unit(1))])
        await memory.semantic.put_many([fact("C", "p", "o")], now=NOW)
        await memory.semantic.record(fact("C", "p", "q", valid_from=NOW), now=NOW, single_valued=True)
    erased = await any_store.erase_tenant(A)
    assert sum(erased.values()) > 0
    assert [tenant.key for tenant in await any_store.list_tenants()] == ["b"]
    assert await any_store.tenant(A).vector.count(TicketFilter()) == 0
    assert await any_store.tenant(B).vector.count(TicketFilter()) == 1
    assert await any_store.erase_tenant(A) == {}
    again = await created(any_store, "a")
    assert await again.revisions() == {}


async def test_tenants_may_use_the_same_ids(any_store: MemoryStore) -> None:
    a, b = await created(any_store, "a"), await created(any_store, "b")
    await a.vector.put_many([ticket("T", "text of a")])
    await b.vector.put_many([ticket("T", "text of b")])
    await a.semantic.put_many([fact("C", "p", "same", confidence=0.1)], now=NOW)
    await b.semantic.put_many([fact("C", "p", "same", confidence=0.9)], now=NOW)
    one, other = await a.vector.get("T"), await b.vector.get("T")
    assert one is not None
    assert other is not None
    assert (one.body, other.body) == ("text of a", "text of b")
    (hit,) = await b.vector.search(text="text", embedding=None, filters=TicketFilter(), limit=9)
    assert hit.text == "text of b"


async def test_health_says_what_runs(any_store: MemoryStore) -> None:
    assert (await any_store.health())["store"] in ("memory", "postgres")
