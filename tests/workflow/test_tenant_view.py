"""What a process keeps of a tenant: what questions wait for, and what is brought up to date behind them."""

import numpy as np
import pytest

from moe_memorygraph.embedding import open_embedder
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import Customer, OwnTopic, Ticket
from moe_memorygraph.workflow.tenant_view import PATIENCE, NameIndex, TenantView, TenantViews
from tests.memory.samples import NOW, fact, ticket, unit
from tests.plugins.stores import created

LARGE = 1500


class Seconds:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def views(clock: Seconds) -> TenantViews:
    return TenantViews(clock=clock)


@pytest.fixture
async def memory() -> TenantMemory:
    return await created(InMemoryStore(), "acme")


def tickets(count: int, category: str) -> list[Ticket]:
    return [ticket(f"{category}-{row}", "text", category=category, vector=unit(1, row)) for row in range(count)]


async def asked(views: TenantViews, memory: TenantMemory) -> TenantView:
    """The view that a question is answered with."""
    view = await views.get(memory)
    if view.is_behind(await memory.revisions()):
        view = await views.refresh(memory, stale=view)
    return view


async def test_a_change_of_a_small_tenant_is_known_to_the_next_question(
    views: TenantViews, memory: TenantMemory
) -> None:
    await memory.vector.put_many(tickets(3, "billing"))
    assert (await asked(views, memory)).categories == ("billing",)
    await memory.vector.put_many(tickets(2, "outage"))
    await memory.semantic.put_many([fact("C-1", "tier", "gold")], now=NOW)
    view = await asked(views, memory)
    assert view.categories == ("billing", "outage")
    assert view.predicates == ("tier",)
    assert len(view.representatives["vector"]) == 5
    assert not await views.renew(memory)


async def test_what_a_large_plane_changes_waits_but_names_do_not(views: TenantViews, memory: TenantMemory) -> None:
    await memory.vector.put_many(tickets(LARGE, "billing"))
    first = await asked(views, memory)
    await memory.vector.put_many(tickets(2, "outage"))
    assert await asked(views, memory) is first
    await memory.customers.put_many([Customer(customer_id="C-1", name="Acme Corp")])
    second = await asked(views, memory)
    assert second.names.find("Acme Corp") is not None
    assert second.categories == ("billing",)
    assert second.representatives["vector"] is first.representatives["vector"]
    assert await views.renew(memory)
    third = await asked(views, memory)
    assert third.categories == ("billing", "outage")
    assert third.span == await memory.vector.span()
    assert not await views.renew(memory)
    assert await asked(views, memory) is not second


async def test_a_change_that_nobody_renews_for_is_known_after_a_while(
    views: TenantViews, memory: TenantMemory, clock: Seconds
) -> None:
    await memory.vector.put_many(tickets(LARGE, "billing"))
    await asked(views, memory)
    await memory.vector.put_many(tickets(2, "outage"))
    clock.now = PATIENCE
    assert (await asked(views, memory)).categories == ("billing",)
    clock.now = PATIENCE + 1
    assert (await asked(views, memory)).categories == ("billing", "outage")


async def test_a_change_of_names_does_not_put_off_what_waits(
    views: TenantViews, memory: TenantMemory, clock: Seconds
) -> None:
    await memory.vector.put_many(tickets(LARGE, "billing"))
    await asked(views, memory)
    await memory.vector.put_many(tickets(2, "outage"))
    for step in range(1, 6):
        clock.now = step * PATIENCE / 4
        await memory.customers.put_many([Customer(customer_id=f"C-{step}", name=f"Company {step}")])
        view = await asked(views, memory)
    assert view.categories == ("billing", "outage")


async def test_a_tenant_that_nobody_asks_about_is_not_renewed(views: TenantViews, memory: TenantMemory) -> None:
    await memory.vector.put_many(tickets(3, "billing"))
    assert not await views.renew(memory)


async def test_a_large_plane_that_shrank_is_small_again(views: TenantViews) -> None:
    store = InMemoryStore()
    many = await created(store, "acme")
    await many.vector.put_many(tickets(LARGE, "billing"))
    view = await asked(views, many)
    assert view.large == {"vector"}
    await store.erase_tenant(many.tenant_id)
    fresh = await created(store, "acme")
    await fresh.vector.put_many(tickets(3, "outage"))
    assert await views.renew(fresh)
    view = await asked(views, fresh)
    assert view.large == frozenset()
    assert view.categories == ("outage",)
    assert view.representatives["vector"].dtype == np.float32


async def test_nothing_is_left_of_a_tenant_that_was_erased_and_made_anew(
    views: TenantViews, any_store: MemoryStore
) -> None:
    """Whatever the new one has: nothing yet, or as many changes of as many planes."""
    first = await created(any_store, "acme")
    await first.customers.put_many([Customer(customer_id="C-1", name="Zyxquor Ltd")])
    await first.vector.put_many(tickets(2, "billing"))
    assert (await asked(views, first)).names.find("Zyxquor Ltd") is not None
    await any_store.erase_tenant(first.tenant_id)
    view = await asked(views, await created(any_store, "acme"))
    assert (view.names.find("Zyxquor Ltd"), view.categories) == (None, ())
    for name, category in (("Globex", "outage"), ("Initech", "login")):
        await any_store.erase_tenant(first.tenant_id)
        again = await created(any_store, "acme")
        await again.customers.put_many([Customer(customer_id="C-1", name=name)])
        await again.vector.put_many(tickets(2, category))
        view = await asked(views, again)
        assert view.names.find(name) is not None
        assert (view.names.find("Globex") is None, view.categories) == (name != "Globex", (category,))


async def test_a_fiscal_year_that_was_changed_is_known_to_the_next_question(views: TenantViews) -> None:
    store = InMemoryStore()
    memory = await created(store, "acme")
    assert (await asked(views, memory)).fiscal_year_start == 1
    await store.set_fiscal_year_start(memory.tenant_id, 4)
    assert (await asked(views, memory)).fiscal_year_start == 4


async def test_labels_mean_what_their_words_and_the_tenants_topics_say(
    views: TenantViews, memory: TenantMemory
) -> None:
    await memory.vector.put_many([*tickets(3, "billing_invoices"), *tickets(2, "rota_plan")])
    first = await asked(views, memory)
    assert first.category_index is not None
    assert first.category_index.meant("How many invoice tickets?").categories == ("billing_invoices",)
    assert first.category_index.meant("How many shift swap tickets?").categories == ()
    await memory.topics.put(OwnTopic(name="rota", names=("shift swap",)))
    second = await asked(views, memory)
    assert second.category_index is not None
    assert second.category_index.meant("How many shift swap tickets?").categories == ("rota_plan",)


async def test_a_label_that_no_word_tells_is_read_by_its_meaning(clock: Seconds, memory: TenantMemory) -> None:
    label = "Customer wants to leave"
    await memory.vector.put_many(tickets(3, label))
    async with open_embedder() as embedder:
        view = await asked(TenantViews(embedder=embedder, clock=clock), memory)
        assert view.meanings == {label: "cancellation"}
        assert view.category_index is not None
        assert view.category_index.meant("How many cancellation tickets?").categories == (label,)


async def test_without_a_model_labels_mean_what_their_words_say(clock: Seconds, memory: TenantMemory) -> None:
    await memory.vector.put_many(tickets(3, "Customer wants to leave"))
    async with open_embedder("no-such-model-anywhere") as embedder:
        view = await asked(TenantViews(embedder=embedder, clock=clock), memory)
    assert view.meanings == {}
    assert view.categories == ("Customer wants to leave",)


def test_an_alias_of_two_customers_names_neither_and_a_name_comes_before_anothers_alias() -> None:
    index = NameIndex(
        [
            Customer(customer_id="f", name="Vireby Freight", aliases=("Vireby", "Brewers")),
            Customer(customer_id="b", name="Vireby Brewing", aliases=("VIREBY",)),
            Customer(customer_id="c", name="Brewers", aliases=("f",)),
        ]
    )
    assert index.find("Vireby") is None
    assert index.in_text("Who owns Vireby?") == ()
    found = [index.find(name) for name in ("Brewers", "f", "Vireby Brewing")]
    assert [one.customer_id for one in found if one] == ["c", "f", "b"]
