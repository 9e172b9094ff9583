"""The contract of facts that tickets tell, for every store: stored with the ticket, read by themselves, gone with it."""

from dataclasses import replace
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import FactFilter, ToldFilter, WriteCounts
from tests.memory.samples import DAY, NOW, fact, ticket, told

ALL = ToldFilter()
CANCEL = "Please cancel our plan. 🎉 We pay $9 a month."
INTENT = told("T-1", "cancellation_intent", "asks to cancel", "Please cancel our plan.")
PRICE = told("T-1", "price_mentioned", "$9 per month", "We pay $9 a month.", start=26)


async def ids(memory: TenantMemory, filters: ToldFilter = ALL, **page: Any) -> list[str]:
    return [one.object for one in await memory.semantic.told(filters, **{"limit": 9} | page)]


async def test_what_a_ticket_tells_comes_back_with_its_sentence(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket("T-1", CANCEL, told=(INTENT, PRICE))])
    found = await memory.semantic.told(ALL, limit=9)
    assert {replace(one, recorded_at=None) for one in found} == {INTENT, PRICE}
    assert all(one.recorded_at is not None for one in found)
    assert await memory.semantic.get(PRICE.fact_id) in found
    assert all(CANCEL[one.quote_start : one.quote_stop] == one.statement for one in found)


async def test_writing_the_same_ticket_again_changes_nothing(memory: TenantMemory) -> None:
    one = ticket("T-1", CANCEL, told=(INTENT,))
    await memory.vector.put_many([one])
    assert await memory.vector.put_many([one]) == WriteCounts(unchanged=1)
    assert await ids(memory) == ["asks to cancel"]


async def test_a_ticket_that_changes_tells_what_it_says_now(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket("T-1", CANCEL, told=(INTENT, PRICE)), ticket("T-2", "Thanks.")])
    later = "We pay $9 a month."
    again = told("T-1", "price_mentioned", "$9 per month", later, customer_id="C-2")
    await memory.vector.put_many([ticket("T-1", later, customer="C-2", told=(again,))])
    assert await memory.semantic.get(INTENT.fact_id) is None
    (one,) = await memory.semantic.told(ALL, limit=9)
    assert (one.customer_id, one.quote_start, one.statement) == ("C-2", 0, later)


async def test_they_are_found_by_customer_kind_and_time_the_newest_first(memory: TenantMemory) -> None:
    said = [
        ticket(
            f"T-{number}",
            CANCEL,
            customer=customer,
            told=(told(f"T-{number}", kind, f"{number}", CANCEL, customer_id=customer, valid_from=NOW - number * DAY),),
        )
        for number, (customer, kind) in enumerate([("C-1", "praise"), ("C-2", "praise"), ("C-1", "data_request")])
    ]
    await memory.vector.put_many(said)
    assert await ids(memory) == ["0", "1", "2"]
    assert await ids(memory, limit=1, offset=1) == ["1"]
    assert await ids(memory, ToldFilter(customer_ids=("C-1",))) == ["0", "2"]
    assert await ids(memory, ToldFilter(predicates=("data_request",))) == ["2"]
    assert await ids(memory, ToldFilter(since=NOW - DAY, until=NOW)) == ["1"]
    assert await ids(memory, ToldFilter(customer_ids=("C-9",))) == []


async def test_what_is_told_is_never_taken_for_what_is_recorded(memory: TenantMemory) -> None:
    await memory.semantic.put_many([fact("C-1", "tier", "gold")], now=NOW)
    before = await memory.semantic.find(FactFilter(include_superseded=True), limit=9)
    predicates, items = await memory.predicates(), await memory.status()
    await memory.vector.put_many([ticket("T-1", CANCEL, told=(INTENT, PRICE))])
    assert await memory.semantic.find(FactFilter(include_superseded=True), limit=9) == before
    assert await memory.predicates() == predicates
    found = await memory.semantic.search(text="cancel plan", embedding=None, filters=FactFilter(), limit=9)
    assert [one.fact.predicate for one in found] in ([], ["tier"])
    assert [one for one in await memory.status() if one.plane == "semantic"] == [
        one for one in items if one.plane == "semantic"
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(INTENT, statement="Please renew our plan."),
        replace(INTENT, quote_start=1),
        replace(INTENT, quote_stop=None),
        replace(INTENT, ticket_id="T-2"),
        replace(INTENT, confidence=1.5),
        replace(INTENT, valid_from=None),
        replace(INTENT, quote_start=5, quote_stop=5, statement=""),
    ],
)
async def test_a_fact_that_its_ticket_does_not_say_is_refused_with_the_ticket(memory: TenantMemory, wrong: Any) -> None:
    with pytest.raises(InvalidArgument):
        await memory.vector.put_many([ticket("T-1", CANCEL, told=(wrong,))])
    assert await memory.vector.get("T-1") is None
