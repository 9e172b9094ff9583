"""The contract of `TenantMemory`'s own methods, for every store."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import (
    PLANES,
    Customer,
    GroupCount,
    Plane,
    PlanesPreview,
    PlaneStatus,
    PreviewRequest,
    TenantId,
)
from tests.memory.samples import DAY, NOW, document, fact, pattern, ticket, turn, unit

EVERYTHING = PreviewRequest(
    text="How are refunds for outages paid?",
    customer_ids=("C-1",),
    categories=("billing",),
    predicates=("tier", "owner"),
    session_id="S-1",
    since=NOW - 45 * DAY,
    until=NOW,
)


@pytest.fixture
async def filled(memory: TenantMemory) -> TenantMemory:
    """A little of everything."""
    past = {"period_start": NOW - 300 * DAY, "period_end": NOW - 270 * DAY}
    await memory.customers.put_many([Customer(customer_id="C-1", name="One")])
    await memory.stm.remember(
        [
            turn("a", "x", embedding=unit(1)),
            turn("expired", "x", at=NOW - 9 * DAY),
            turn("other", "x", session="S-2"),
        ]
    )
    await memory.ltm.replace_all(
        [
            pattern("mine", "x", customer_id="C-1", embedding=unit(1)),
            pattern("past", "x", customer_id="C-1", embedding=unit(0, 1), **past),
            pattern("all", "x", embedding=unit(0, 0, 1)),
        ],
        mined_at=NOW,
    )
    await memory.semantic.put_many(
        [
            fact("C-1", "tier", "gold", embedding=unit(1)),
            fact("Acme", "owner", "Kim", customer_id="C-1"),
            fact("C-1", "status", "trial", valid_from=NOW - 99 * DAY, valid_to=NOW - 9 * DAY),
            fact("C-2", "tier", "gold"),
        ],
        now=NOW,
    )
    await memory.vector.put_many(
        [
            ticket("a", "x", at=NOW - DAY, category="billing", vector=unit(1)),
            ticket("b", "x", at=NOW - 9 * DAY, category="outage", vector=unit(0, 1)),
            ticket("c", "x", at=NOW, category="billing"),
            ticket("d", "x", at=NOW - 99 * DAY, category="billing", customer="C-2"),
            ticket("e", "x", at=NOW - 99 * DAY, customer="C-2"),
        ]
    )
    await memory.knowledge.put_many(
        [
            document("money", ("Refunds", "An outage is refunded."), ("Taxes", "Paid monthly."), vectors=(unit(1),)),
            document("uptime", ("Outages", "None promised.")),
        ],
        now=NOW,
    )
    return memory


async def test_the_preview_counts_what_each_plane_has(filled: TenantMemory) -> None:
    preview = await filled.preview(EVERYTHING, now=NOW)
    assert preview == PlanesPreview(
        stm_turns=1,
        ltm_patterns=1,
        semantic_facts=2,
        semantic_predicate_facts=2,
        vector_tickets=2,
        vector_category_tickets=1,
        knowledge_passages=3,
        knowledge_matches=1,
        revisions=await filled.revisions(),
    )
    assert set(preview.revisions) == {"customers", "ltm", "semantic", "vector", "knowledge"}


async def test_without_names_the_preview_counts_all_but_facts(filled: TenantMemory) -> None:
    preview = await filled.preview(PreviewRequest(text=""), now=NOW)
    assert preview == PlanesPreview(
        ltm_patterns=3, vector_tickets=5, knowledge_passages=3, revisions=await filled.revisions()
    )


async def test_the_preview_of_facts_looks_at_the_time_asked(filled: TenantMemory) -> None:
    then = replace(EVERYTHING, as_of=NOW - 50 * DAY, predicates=("status",))
    preview = await filled.preview(then, now=NOW)
    assert (preview.semantic_facts, preview.semantic_predicate_facts) == (3, 1)


async def test_the_preview_tells_how_common_words_are(filled: TenantMemory) -> None:
    words = ("outage", "Outages", "parrot", "the", "gold")
    asked = replace(EVERYTHING, words=words)
    assert (await filled.preview(asked, now=NOW)).word_shares == ()
    await filled.maintain()
    shares = (await filled.preview(asked, now=NOW)).word_shares
    assert shares == pytest.approx((2 / 3, 2 / 3, 0.0, 1.0, 2 / 4))


async def test_the_preview_of_an_empty_tenant_is_all_zero(memory: TenantMemory) -> None:
    assert await memory.preview(EVERYTHING, now=NOW) == PlanesPreview()


async def test_the_status_counts_items_and_vectors(filled: TenantMemory) -> None:
    status = await filled.status()
    assert [one.plane for one in status] == list(PLANES)
    assert {one.plane: (one.items, one.vectors) for one in status} == {
        "stm": (3, 1),
        "ltm": (3, 3),
        "semantic": (4, 1),
        "vector": (5, 2),
        "knowledge": (2, 1),
    }
    assert status[0].changed_at == NOW
    assert all(one.changed_at is not None for one in status)


async def test_the_status_of_an_empty_tenant_is_empty(memory: TenantMemory) -> None:
    assert await memory.status() == [PlaneStatus(plane=one, items=0, vectors=0, changed_at=None) for one in PLANES]


async def test_categories_and_predicates_in_use(filled: TenantMemory) -> None:
    assert await filled.categories() == [GroupCount(key="billing", count=3), GroupCount(key="outage", count=1)]
    assert await filled.predicates() == ["owner", "status", "tier"]


@pytest.mark.parametrize("plane", get_args(Plane))
async def test_vectors_are_sampled_from_each_plane(filled: TenantMemory, plane: Plane) -> None:
    vectors = await filled.sample_vectors(plane, limit=16)
    expected = {one.plane: one.vectors for one in await filled.status()}[plane]
    assert vectors.shape == (expected, 4)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


async def test_the_sample_is_even_and_the_same_on_every_call(memory: TenantMemory) -> None:
    angles = np.linspace(0, 1, 10)
    await memory.vector.put_many([ticket(f"T-{row}", "x", vector=unit(1, angle)) for row, angle in enumerate(angles)])
    every = await memory.sample_vectors("vector", limit=99)
    assert len(every) == 10
    few = await memory.sample_vectors("vector", limit=4)
    assert np.array_equal(few, every[[2, 4, 7, 9]])
    assert np.array_equal(few, await memory.sample_vectors("vector", limit=4))
    assert (await memory.sample_vectors("ltm", limit=4)).shape == (0, 4)


async def test_the_tenant_is_told(memory: TenantMemory, tenant_id: TenantId) -> None:
    tenant = await memory.tenant()
    assert tenant is not None
    assert (tenant.tenant_id, tenant.key, tenant.name) == (tenant_id, "acme", "Acme")
    assert memory.tenant_id == tenant_id


async def test_words_are_counted_when_much_has_changed(memory: TenantMemory) -> None:
    assert await memory.maintain() == ()
    await memory.vector.put_many([ticket(f"T-{number}", "invoice") for number in range(20)])
    await memory.knowledge.put_many([document("D-1", ("Refunds", "a refund takes five days"))], now=NOW)
    assert await memory.maintain() == ("knowledge", "vector")
    assert await memory.maintain() == ()
    await memory.vector.put_many([ticket("T-20", "invoice")])
    assert await memory.maintain() == ()
    await memory.vector.put_many([ticket(f"T-{number}", "invoice") for number in range(21, 24)])
    assert await memory.maintain() == ("vector",)
