"""How a search asks its statement: deeper where a page is not full."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres.pool import Size
from moe_memorygraph.memory.postgres.search import Asked, find_best
from moe_memorygraph.memory.values import TicketFilter
from tests.memory.samples import ticket, unit

SQL = "SELECT 1"


def found(names: str, *, by_meaning: int) -> dict[str, Any]:
    """What a statement gives: these passages, all alike."""
    count = len(names)
    return {
        "lexemes": ["refund"],
        "frequency": [1.0],
        "total": None,
        "mean_length": None,
        "is_cut": False,
        "by_meaning": by_meaning,
        "by_words": 0,
        "keys": list(names) or None,
        "parts": list(range(count)) or None,
        "threads": None,
        "is_centre": [True] * count or None,
        "similarity": [0.5] * count or None,
        "held": [1] * count or None,
        "head_held": [0] * count or None,
        "length": [3] * count or None,
        "author": None,
        "customer_id": None,
        "category": None,
        "created_at": [None] * count or None,
        "traits": [0] * count or None,
    }


class Scripted:
    """A connection that gives these rows, one after the other, and keeps what it was asked."""

    def __init__(self, *rows: Mapping[str, Any]) -> None:
        self.rows = list(rows)
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    async def fetchrow(self, sql: str, *parameters: object) -> Mapping[str, Any]:
        self.asked.append((sql, parameters))
        return self.rows.pop(0)


async def test_a_full_page_asks_once() -> None:
    connection = Scripted(found("abc", by_meaning=100))
    best = await find_best(connection, SQL, asked=Asked(text="refund", embedding=unit(1)), limit=2, offset=1)
    assert [one.key for one in best] == ["b", "c"]
    assert len(connection.asked) == 1


async def test_a_page_that_is_not_full_asks_for_more() -> None:
    connection = Scripted(found("aa", by_meaning=100), found("aab", by_meaning=100))
    await find_best(connection, SQL, asked=Asked(text="refund", embedding=unit(1)), limit=2)
    (_, first), (_, second) = connection.asked
    assert first[-2:] == (64, 320)
    assert second[-2:] == (512, 2560)


async def test_words_alone_may_lead_further() -> None:
    connection = Scripted(found("", by_meaning=0))
    assert await find_best(connection, SQL, "x", asked=Asked(text="refund", embedding=None), limit=2) == []
    assert connection.asked == [(SQL, ("x", "refund", None, 64, 2560))]


async def test_the_size_is_told() -> None:
    connection = Scripted({**found("a", by_meaning=1), "total": 7})
    size = Size()
    await find_best(connection, SQL, asked=Asked(text="refund", embedding=unit(1)), limit=1, size=size)
    assert size.passages == 7


async def test_tickets_are_found_alike_before_and_after_their_number_is_known(memory: TenantMemory) -> None:
    await memory.vector.put_many([ticket(f"T-{n}", f"refund of order {n}", vector=unit(1, n)) for n in range(9)])
    await memory.maintain()
    search = partial(
        memory.vector.search, text="refund of order 3", embedding=unit(1, 3), filters=TicketFilter(), limit=5
    )
    first, second = await search(), await search()
    assert first == second
    assert first[0].ticket.ticket_id == "T-3"
