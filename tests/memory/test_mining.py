"""The contract of `MiningMemory`, for every store: cells are exact, and follow what changes."""

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.cells import CellRefresh, EvidenceQuery, Stretch, TicketCells, stretches
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import Customer, Ticket, tenant_id_of

MARCH = datetime(2025, 3, 1, tzinfo=UTC)


def ticket(name: str, at: datetime, **more: Any) -> Ticket:
    return Ticket(**{"ticket_id": name, "customer_id": "acme", "created_at": at, "body": "It broke.", **more})


def rows(cells: TicketCells) -> list[tuple[Any, ...]]:
    return [
        (
            cells.customers[cells.customer[at]],
            str(cells.piece[at]),
            cells.topics[cells.topic[at]],
            cells.channels[cells.channel[at]],
            cells.products[cells.product[at]],
            *(
                int(getattr(cells, name)[at])
                for name in (
                    "tickets",
                    "rated",
                    "low_rated",
                    "ranked",
                    "urgent",
                    "reopened",
                    "repeated",
                    "resolved",
                    "timed",
                )
            ),
            round(float(cells.log_hours[at]), 6),
            round(float(cells.log_hours_squared[at]), 6),
        )
        for at in range(len(cells))
    ]


async def counted(memory: TenantMemory) -> list[tuple[Any, ...]]:
    await memory.mining.refresh()
    return rows(await memory.mining.cells())


async def test_it_is_behind_until_what_changed_is_counted(memory: TenantMemory) -> None:
    assert await memory.mining.is_behind()
    await memory.mining.refresh()
    assert not await memory.mining.is_behind()
    await memory.customers.put_many([Customer(customer_id="acme", name="Acme")])
    await memory.vector.put_many([ticket("T-1", MARCH)])
    assert await memory.mining.is_behind()
    await memory.mining.refresh()
    assert not await memory.mining.is_behind()
    await memory.vector.put_many([ticket("T-1", MARCH, category="login")])
    assert await memory.mining.is_behind()


async def test_nothing_has_no_cells(memory: TenantMemory) -> None:
    assert await memory.mining.refresh() == CellRefresh(tickets=0, is_first=True)
    assert await memory.mining.refresh() == CellRefresh(tickets=0, is_first=False)
    assert len(await memory.mining.cells()) == 0


async def test_without_a_tenant_there_is_nothing_to_count(any_store: MemoryStore) -> None:
    with pytest.raises(NotFound):
        await any_store.tenant(tenant_id_of("nobody")).mining.refresh()


async def test_a_cell_holds_every_measure(memory: TenantMemory) -> None:
    at = datetime(2025, 3, 5, 23, 30, tzinfo=UTC)  # a Wednesday: the piece begins on Monday
    same = {"category": "billing, “late”", "channel": "chat", "attributes": {"product": "Cards\n& loans"}}
    await memory.vector.put_many(
        [
            ticket("a", at, csat=2, priority="Urgent", resolved_at=at + timedelta(hours=2), **same),
            ticket("b", at + timedelta(days=1), csat=5, priority="low", status="reopened", **same),
            ticket("c", at + timedelta(days=2), resolved_at=at + timedelta(days=900), **same),
            ticket("d", at + timedelta(days=3), resolved_at=at, **same),  # before it was made: not counted as resolved
            ticket("e", at + timedelta(days=3), status="Closed", **same),  # nobody knows when
        ]
    )
    log_2, log_720 = np.log(2), np.log(720)  # thirty days at most, and for what is open
    names = ("acme", "2025-03-03", "billing, “late”", "chat", "Cards\n& loans")
    hours = (round(log_2 + 2 * log_720, 6), round(log_2**2 + 2 * log_720**2, 6))
    assert await counted(memory) == [(*names, 5, 2, 1, 2, 1, 1, 4, 2, 3, *hours)]


async def test_pieces_end_with_weeks_and_months_in_utc(memory: TenantMemory) -> None:
    days = [datetime(2025, 3, day, tzinfo=UTC) for day in (1, 2, 3, 30, 31)] + [datetime(2025, 4, 1, tzinfo=UTC)]
    await memory.vector.put_many([ticket(f"{day:%m%d}", day) for day in days])
    found = {row[1]: row[5] for row in await counted(memory)}
    assert found == {"2025-03-01": 2, "2025-03-03": 1, "2025-03-24": 1, "2025-03-31": 1, "2025-04-01": 1}


async def test_what_is_reopened(memory: TenantMemory) -> None:
    attributes = [{"reopened": "Yes"}, {"reopen_count": "02"}, {"reopen_count": "0"}, {"reopened": "no"}, {}]
    tickets = [ticket(f"{at}", MARCH, attributes=values) for at, values in enumerate(attributes)]
    await memory.vector.put_many(tickets)
    (row,) = await counted(memory)
    assert (row[5], row[10]) == (5, 2)


async def test_a_repeat_looks_back_seven_days_over_the_month(memory: TenantMemory) -> None:
    first = ticket("first", MARCH - timedelta(days=3), category="login")
    await memory.vector.put_many([ticket("second", MARCH + timedelta(days=4), category="login")])
    assert [row[11] for row in await counted(memory)] == [0]
    await memory.vector.put_many([first, ticket("other", MARCH + timedelta(days=5), category="billing")])
    assert sum(row[11] for row in await counted(memory)) == 1
    await memory.vector.put_many([replace(first, created_at=MARCH - timedelta(days=3, seconds=1))])
    assert sum(row[11] for row in await counted(memory)) == 0


async def test_only_what_changed_is_counted_again(memory: TenantMemory) -> None:
    tickets = [ticket(f"{month}", datetime(2024, month, 10, tzinfo=UTC)) for month in range(1, 13)]
    await memory.vector.put_many(tickets)
    assert await memory.mining.refresh() == CellRefresh(tickets=12, is_first=True)
    assert await memory.mining.refresh() == CellRefresh(tickets=0, is_first=False)
    await memory.vector.put_many(tickets)  # the same again
    assert (await memory.mining.refresh()).tickets == 0
    after = ticket("after", datetime(2024, 4, 16, tzinfo=UTC))
    await memory.vector.put_many([after])
    assert (await memory.mining.refresh()).tickets == 1
    await memory.vector.put_many([replace(tickets[3], category="billing"), replace(tickets[6], customer_id="globex")])
    assert (await memory.mining.refresh()).tickets == 3  # April's with that after it, and the one that moved
    found = {(row[0], row[1][:7], row[2]): row[5] for row in rows(await memory.mining.cells())}
    assert found["acme", "2024-04", "billing"] == 1
    assert ("acme", "2024-07", "") not in found
    assert found["globex", "2024-07", ""] == 1
    assert sum(found.values()) == 13


def test_what_overlaps_is_counted_once() -> None:
    monday, later = date(2025, 3, 10), date(2025, 3, 17)
    assert stretches([("acme", monday)]) == [Stretch("acme", monday, date(2025, 3, 24))]
    assert stretches([("acme", later), ("acme", monday)]) == [Stretch("acme", monday, date(2025, 3, 31))]
    assert stretches([("acme", date(2025, 3, 24))]) == [Stretch("acme", date(2025, 3, 24), date(2025, 4, 7))]
    assert len(stretches([("acme", monday), ("globex", monday), ("acme", date(2025, 5, 5))])) == 3


@pytest.mark.parametrize("seed", range(3))
async def test_cells_counted_piecemeal_are_those_counted_at_once(memory: TenantMemory, seed: int) -> None:
    chance = random.Random(seed)

    def any_ticket(name: str) -> Ticket:
        at = MARCH + timedelta(minutes=chance.randrange(120 * 24 * 60))
        return ticket(
            name,
            at,
            customer_id=chance.choice(["acme", "globex"]),
            category=chance.choice(["billing", "login", None]),
            channel=chance.choice(["chat", None]),
            csat=chance.choice([1, 4, None]),
            resolved_at=chance.choice([None, at + timedelta(hours=chance.random() * 50)]),
        )

    held: dict[str, Ticket] = {}
    for _ in range(4):
        changed = [any_ticket(f"{chance.randrange(60)}") for _ in range(25)]
        held |= {one.ticket_id: one for one in changed}
        await memory.vector.put_many(changed)
        found = await counted(memory)
    assert sum(row[5] for row in found) == len(held)
    assert sum(row[6] for row in found) == sum(one.csat is not None for one in held.values())
    by_topic = Counter[str]()
    for row in found:
        by_topic[row[2]] += row[5]
    assert by_topic == Counter(one.category or "" for one in held.values())
    latest: dict[tuple[str, str], datetime] = {}
    repeats = 0
    for one in sorted(held.values(), key=lambda each: (each.created_at, each.ticket_id)):
        thread = (one.customer_id, one.category or "")
        repeats += thread in latest and one.created_at - latest[thread] <= timedelta(days=7)
        latest[thread] = one.created_at
    assert sum(row[11] for row in found) == repeats


async def test_evidence_fits_its_scope_newest_first(memory: TenantMemory) -> None:
    await memory.customers.put_many([Customer(customer_id="acme", name="Acme", tier="gold")])
    day = timedelta(days=1)
    await memory.vector.put_many(
        [
            ticket("1", MARCH, category="billing", csat=1, priority="high"),
            ticket("2", MARCH + day, category="billing", channel="chat", status="reopened"),
            ticket("3", MARCH + 2 * day, category="login", attributes={"product": "Cards"}, csat=4),
            ticket("4", MARCH + 3 * day, customer_id="globex", category="billing", resolved_at=MARCH + 5 * day),
            ticket("5", MARCH + 40 * day, category="billing"),
        ]
    )
    about: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({}, ("4", "3", "2", "1")),
        ({"customer_id": "acme"}, ("3", "2", "1")),
        ({"customer_id": "acme", "topic": "billing"}, ("2", "1")),
        ({"topic": "billing"}, ("4", "2", "1")),
        ({"topic": "billing", "tier": "gold"}, ("2", "1")),
        ({"channel": "chat"}, ("2",)),
        ({"product": "Cards"}, ("3",)),
        ({"only": "low_rated"}, ("1",)),
        ({"only": "urgent"}, ("1",)),
        ({"only": "reopened"}, ("2",)),
        ({"only": "resolved"}, ("4",)),
        ({"topic": "nothing"}, ()),
    ]
    asked = [EvidenceQuery(since=MARCH, until=MARCH + 30 * day, **one) for one, _ in about]
    assert await memory.mining.evidence(asked, limit=9) == [found for _, found in about]
    assert await memory.mining.evidence(asked[:1], limit=2) == [("4", "3")]
    assert await memory.mining.evidence([], limit=2) == []
