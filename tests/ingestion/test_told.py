"""Facts that tickets tell, from a file of tickets on: in with the ticket, replaced with it, the same on every load."""

from typing import Any

import pytest

from moe_memorygraph.ingestion.loader import IngestSummary
from moe_memorygraph.memory.values import Fact, ToldFilter
from tests.ingestion.test_loader import Bench, bench, redactor, ticket

__all__ = ["bench", "redactor"]

BODY = "Hi, I am kim@example.com. We pay $49 per seat per month. Please cancel our subscription."


async def told(bench: Bench) -> list[Fact]:
    found = await bench.memory.semantic.told(ToldFilter(), limit=50)
    return sorted(found, key=lambda one: one.predicate)


async def load(bench: Bench, *rows: dict[str, object]) -> IngestSummary:
    return await bench.loader().load_tickets(rows)


async def test_a_load_stores_what_its_tickets_tell(bench: Bench) -> None:
    await load(bench, ticket(1, body=BODY))
    intent, price = await told(bench)
    stored = await bench.memory.vector.get("T-1")
    assert stored is not None
    assert "kim@example.com" not in stored.body
    for one in (intent, price):
        assert stored.body[one.quote_start : one.quote_stop] == one.statement
        assert (one.customer_id, one.valid_from) == (stored.customer_id, stored.created_at)
        assert one.source == "memory://tickets/T-1"
    assert (intent.object, price.object) == ("asks to cancel", "$49 per seat per month")


async def test_loading_again_changes_nothing_and_a_changed_ticket_tells_anew(bench: Bench) -> None:
    await load(bench, ticket(1, body=BODY))
    before = await told(bench)
    assert (await load(bench, ticket(1, body=BODY))).unchanged == 1
    assert await told(bench) == before
    await load(bench, ticket(1, body="Thanks, everything works again."))
    assert [one.predicate for one in await told(bench)] == ["resolution_confirmed"]


async def test_tickets_that_move_to_a_customer_take_along_what_they_tell(bench: Bench) -> None:
    await load(bench, ticket(1, body=BODY))
    row: dict[str, object] = {"customer_id": "C-77", "name": "Acme Corp"}
    await bench.loader().load_customers([row])
    assert {one.customer_id for one in await told(bench)} == {"C-77"}


@pytest.mark.parametrize("value", ["Initech", "a very long sentence about Initech, which is no name of anybody at all"])
async def test_rivals_on_record_are_known_by_name(bench: Bench, value: str) -> None:
    row: dict[str, Any] = {"subject": "Acme Corp", "predicate": "competitor", "object": value}
    await bench.loader().load_facts([row])
    await load(bench, ticket(1, body="The export looked like this in Initech."))
    assert [one.object for one in await told(bench)] == (["Initech"] if value == "Initech" else [])


async def test_a_dry_run_stores_nothing(bench: Bench) -> None:
    await bench.loader(dry_run=True).load_tickets([ticket(1, body=BODY)])
    assert await told(bench) == []
