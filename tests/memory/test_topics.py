"""A tenant's own topics, and the tickets that have no category of the tenant's: one contract for every store."""

from dataclasses import replace

import numpy as np
import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import OwnTopic, TicketFilter, ToldTopic, tenant_id_of
from tests.memory.samples import ticket, unit
from tests.plugins.stores import created


@pytest.fixture
async def memory(any_store: MemoryStore) -> TenantMemory:
    """Tickets with the tenant's category, with ours, with none; and one without any meaning."""
    memory = await created(any_store, "acme")
    await memory.vector.put_many(
        [
            ticket("given", "the bill is wrong", category="billing", vector=unit(1)),
            replace(ticket("ours", "the bill is wrong", category="refund", vector=unit(0, 1)), topic_probability=0.75),
            ticket("none", "the bill is wrong", category=None, vector=unit(0, 0, 1)),
        ]
    )
    return memory


async def test_a_topic_is_what_was_put_last(memory: TenantMemory) -> None:
    assert await memory.topics.own() == []
    await memory.topics.put(OwnTopic(name="rota", names=("rota",), words=("shift",), examples=("My shift is wrong.",)))
    await memory.topics.put(OwnTopic(name="billing", label="Invoices", is_retired=True))
    await memory.topics.put(OwnTopic(name="rota", words=("shift", "week")))
    assert await memory.topics.own() == [
        OwnTopic(name="billing", label="Invoices", is_retired=True),
        OwnTopic(name="rota", words=("shift", "week")),
    ]
    assert await memory.topics.remove("rota")
    assert not await memory.topics.remove("rota")
    assert [one.name for one in await memory.topics.own()] == ["billing"]


async def test_a_changed_topic_counts_as_a_change_of_tickets(memory: TenantMemory) -> None:
    before = (await memory.revisions())["vector"]
    await memory.topics.put(OwnTopic(name="rota", names=("rota",)))
    assert (await memory.revisions())["vector"] == before + 1
    await memory.topics.remove("rota")
    await memory.topics.remove("rota")
    assert (await memory.revisions())["vector"] == before + 2


async def test_tickets_without_a_category_of_the_tenants(memory: TenantMemory) -> None:
    first, second = await memory.topics.untold(limit=9)
    assert [(one.ticket_id, one.category) for one in (first, second)] == [("none", None), ("ours", "refund")]
    assert first.text.endswith("the bill is wrong")
    assert np.allclose(first.embedding, unit(0, 0, 1), atol=1e-3)
    assert [one.ticket_id for one in await memory.topics.untold(after="none", limit=9)] == ["ours"]
    assert [one.ticket_id for one in await memory.topics.untold(limit=1)] == ["none"]


async def test_told_topics_are_categories_that_are_marked_as_ours(memory: TenantMemory) -> None:
    told = [
        ToldTopic(ticket_id="given", category="login", probability=0.9),
        ToldTopic(ticket_id="none", category="billing", probability=0.625),
        ToldTopic(ticket_id="ours", category=None, probability=None),
        ToldTopic(ticket_id="nobody", category="billing", probability=0.9),
    ]
    assert await memory.topics.tell(told) == 2
    assert await memory.topics.tell(told) == 0
    found = {
        one.ticket_id: (one.category, one.topic_probability)
        for one in await memory.vector.browse(TicketFilter(), limit=9)
    }
    assert found == {"given": ("billing", None), "none": ("billing", 0.625), "ours": (None, None)}


async def test_a_told_topic_is_counted_and_filtered_by_as_a_category_is(memory: TenantMemory) -> None:
    await memory.topics.tell([ToldTopic(ticket_id="none", category="billing", probability=0.625)])
    billing = TicketFilter(categories=("billing",))
    assert await memory.vector.count(billing) == 2
    hits = await memory.vector.search(text="bill", embedding=unit(0, 0, 1), filters=billing, limit=9)
    assert {hit.ticket.ticket_id for hit in hits} == {"given", "none"}
    assert {hit.ticket.topic_probability for hit in hits} == {None, 0.625}
    assert {group.key: group.count for group in await memory.categories()} == {"billing": 2, "refund": 1}


async def test_a_told_topic_is_mined_anew(memory: TenantMemory) -> None:
    await memory.mining.refresh()
    await memory.topics.tell([ToldTopic(ticket_id="none", category="billing", probability=0.625)])
    await memory.mining.refresh()
    cells = await memory.mining.cells()
    counted = {cells.topics[code]: 0 for code in cells.topic}
    for code, tickets in zip(cells.topic, cells.tickets, strict=True):
        counted[cells.topics[code]] += int(tickets)
    assert counted == {"billing": 2, "refund": 1}


async def test_the_tenants_own_word_takes_the_place_of_ours(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket("ours", "the bill is wrong", category="claims", vector=unit(0, 1))])
    assert [one.ticket_id for one in await memory.topics.untold(limit=9)] == ["none"]
    assert await memory.topics.tell([ToldTopic(ticket_id="ours", category="refund", probability=0.9)]) == 0


async def test_topics_need_a_tenant() -> None:
    memory = InMemoryStore().tenant(tenant_id_of("nobody"))
    with pytest.raises(NotFound):
        await memory.topics.put(OwnTopic(name="rota", names=("rota",)))
