"""Tickets that are stored already are read once by the present patterns, whatever happens meanwhile."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from moe_memorygraph.extraction import EXTRACTION_VERSION, StoredReading, read_stored, told_facts
from moe_memorygraph.extraction import stored as reading
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Customer, Ticket, ToldFilter
from tests.memory.samples import fact

AT = datetime(2026, 2, 10, 9, tzinfo=UTC)
NOTHING = StoredReading(read=0, facts=0, left=0)


def leaving(number: int, **more: Any) -> Ticket:
    body = f"Please cancel our plan number {number}. The CSV export is not working."
    return Ticket(ticket_id=f"T-{number:03}", customer_id="C-1", created_at=AT, body=body, **more)


async def told(memory: TenantMemory) -> list[tuple[str | None, str, str]]:
    facts = await memory.semantic.told(ToldFilter(), limit=10_000)
    return sorted((one.ticket_id, one.predicate, one.statement) for one in facts)


def expected(tickets: Sequence[Ticket]) -> list[tuple[str | None, str, str]]:
    return sorted((one.ticket_id, one.predicate, one.statement) for each in tickets for one in told_facts(each))


async def test_what_no_pattern_read_is_read_once(memory: TenantMemory) -> None:
    tickets = [leaving(number) for number in range(7)]
    read = leaving(8, told_by=EXTRACTION_VERSION)
    await memory.vector.put_many([*tickets, read])
    found = await read_stored(memory)
    assert found == StoredReading(read=7, facts=14, left=0)
    assert await told(memory) == expected(tickets)
    revisions = await memory.revisions()
    assert await read_stored(memory) == NOTHING
    assert await memory.revisions() == revisions


async def test_older_patterns_give_way_and_what_stays_keeps_when_it_was_recorded(memory: TenantMemory) -> None:
    one = leaving(1)
    stays, goes = told_facts(one)
    other = replace(goes, fact_id=fact("C-1", "a", "b").fact_id, object="what older patterns saw")
    await memory.vector.put_many([replace(one, told=(stays, other), told_by=1)])
    (before,) = [each for each in await memory.semantic.told(ToldFilter(), limit=9) if each.fact_id == stays.fact_id]
    assert await memory.vector.unread_count(1) == 0
    assert (await read_stored(memory, version=2)).read == 1
    after = {each.fact_id: each for each in await memory.semantic.told(ToldFilter(), limit=9)}
    assert set(after) == {stays.fact_id, goes.fact_id}
    assert after[stays.fact_id] == before
    assert await memory.vector.unread_count(2) == 0


async def test_it_stops_where_it_is_told_to_and_goes_on_from_there(memory: TenantMemory) -> None:
    await memory.vector.put_many([leaving(number) for number in range(5)])
    assert await read_stored(memory, most=2) == StoredReading(read=2, facts=4, left=3)
    assert await read_stored(memory, most=9) == StoredReading(read=3, facts=6, left=0)


async def test_a_failure_in_the_middle_leaves_whole_batches(
    memory: TenantMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [leaving(number) for number in range(10)]
    await memory.vector.put_many(tickets)
    monkeypatch.setattr(reading, "AT_ONCE", 3)

    def break_down(done: int, _: int | None) -> None:
        if done == 6:
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await read_stored(memory, on_progress=break_down)
    assert (await memory.vector.unread_count(EXTRACTION_VERSION), len(await told(memory))) == (4, 12)
    assert (await read_stored(memory)).read == 4
    assert await told(memory) == expected(tickets)


async def test_a_ticket_that_changes_meanwhile_is_left_to_who_changed_it(memory: TenantMemory) -> None:
    await memory.vector.put_many([leaving(1), leaving(2)])
    seen = await memory.vector.unread(EXTRACTION_VERSION, limit=9)
    later = replace(leaving(1), body="Thanks, all is well.", told_by=EXTRACTION_VERSION)
    await memory.vector.put_many([later])
    telling = [replace(one, told=tuple(told_facts(one))) for one in seen]
    assert await memory.vector.retell(telling, EXTRACTION_VERSION) == 1
    assert {ticket_id for ticket_id, _, _ in await told(memory)} == {"T-002"}
    assert await memory.vector.unread_count(EXTRACTION_VERSION) == 0


async def test_read_again_it_finds_competitors_that_became_known_later(memory: TenantMemory) -> None:
    await memory.customers.put_many([Customer(customer_id="C-1", name="Hooli")])
    one = Ticket(ticket_id="T-1", customer_id="C-1", created_at=AT, body="Frobnix and Hooli do this as well.")
    await memory.vector.put_many([one])
    await read_stored(memory)
    assert await told(memory) == []
    recorded = [fact("C-2", "competitor", "Frobnix"), fact("C-2", "competitor", "Hooli")]
    await memory.semantic.put_many(recorded, now=AT)
    assert await read_stored(memory) == NOTHING
    assert await memory.vector.read_again() == 1
    assert await memory.vector.read_again() == 0
    assert (await read_stored(memory)).facts == 1  # its own name is no rival's
    (found,) = await memory.semantic.told(ToldFilter(), limit=9)
    assert (found.predicate, found.object.casefold()) == ("competitor_mentioned", "frobnix")
