"""What the statement of a ticket search hands to the ranker."""

from datetime import timedelta
from typing import Any

import pytest

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.ranking import NO_HINTS, Candidates, Hints, RankQuery, Trait, recorded
from moe_memorygraph.memory.values import Ticket, TicketFilter, TicketPassage
from tests.memory.postgres.support import superuser
from tests.memory.samples import NOW, ticket, unit
from tests.plugins.stores import created

pytestmark = pytest.mark.postgres

ALL = TicketFilter()
CROWD = [ticket(f"N-{number:03}", "nothing of it", vector=unit(1, 0.001 * number)) for number in range(150)]


@pytest.fixture
async def memory(postgres_store: PostgresStore) -> TenantMemory:
    memory = await created(postgres_store, "acme")
    await memory.vector.put_many(CROWD)
    return memory


async def handed_over(
    memory: TenantMemory, text: str, filters: TicketFilter = ALL, hints: Hints = NO_HINTS
) -> tuple[RankQuery, Candidates]:
    with recorded() as record:
        await memory.vector.search(text=text, embedding=unit(1), filters=filters, limit=5, hints=hints)
    (ranked,) = record
    return ranked


def far(name: str, text: str, **more: Any) -> Ticket:
    """Farther away than the crowd, so that only words find it."""
    return ticket(name, text, vector=unit(0, 1), **more)


async def test_two_before_and_two_after_come_along_from_a_thread(memory: TenantMemory) -> None:
    said = ["zero", "one", "the escrow refund", "three", "four", "five"]
    await memory.vector.put_many(
        [
            far(f"T-{5 - place}", text, at=NOW + timedelta(minutes=place), thread_id="TH", author=f"author {place}")
            for place, text in enumerate(said)
        ]
    )
    query, rows = await handed_over(memory, "escrow refunds")
    thread = [row for row, key in enumerate(rows.keys) if key.startswith("T-")]
    assert [rows.keys[row] for row in thread] == ["T-5", "T-4", "T-3", "T-2", "T-1"]
    assert [rows.after[row] for row in thread] == [*thread[1:], -1]
    assert [rows.before[row] for row in thread] == [-1, *thread[:-1]]
    assert len({rows.group[row] for row in thread}) == 1
    assert [rows.author[row] for row in thread] == [f"author {place}" for place in range(5)]
    assert [bin(rows.held[row]).count("1") for row in thread] == [0, 0, len(query.lexemes), 0, 0]
    assert len(rows) == 64 + 5  # those closest in meaning, and the thread


async def test_two_before_and_two_after_come_along_from_a_ticket(memory: TenantMemory) -> None:
    words = ["zero.", "one.", "escrow.", "three.", "four.", "five."]
    body = " ".join(words)
    starts = [body.index(word) for word in words]
    passages = tuple(
        TicketPassage(part=part, field="body", start=start, stop=start + len(words[part]), embedding=unit(0, 1))
        for part, start in enumerate(starts)
    )
    await memory.vector.put_many([ticket("T", body, passages=passages)])
    _, rows = await handed_over(memory, "escrow")
    own = [row for row, key in enumerate(rows.keys) if key == "T"]
    assert [int(rows.parts[row]) for row in own] == [0, 1, 2, 3, 4]
    assert [rows.after[row] for row in own] == [*own[1:], -1]


async def test_columns_say_what_was_stored(memory: TenantMemory) -> None:
    asking = far("T", "Where is my $20?", subject="Escrow", category="billing", customer="C-7", at=NOW)
    await memory.vector.put_many([asking])
    await memory.maintain()
    query, rows = await handed_over(memory, "my escrow of $20", hints=Hints(categories=("billing",)))
    (row,) = [row for row, key in enumerate(rows.keys) if key == "T"]
    assert query.lexemes == ("20", "escrow")
    assert query.total == 151
    assert query.frequency.tolist() == [1, 1]
    assert (rows.held[row], rows.head_held[row], rows.length[row]) == (0b11, 0b10, 2)
    assert (rows.customer_id[row], rows.category[row]) == ("C-7", "billing")
    assert rows.created_at[row] == NOW.timestamp()
    assert rows.similarity[row] == pytest.approx(0, abs=1e-3)
    assert Trait.QUESTION | Trait.FIRST_PERSON | Trait.MONEY in Trait(int(rows.traits[row]))


async def test_customers_and_categories_stay_where_nothing_prefers_any(memory: TenantMemory) -> None:
    _, rows = await handed_over(memory, "escrow")
    assert set(rows.customer_id) == set(rows.category) == {None}


async def test_a_ticket_named_like_a_thread_is_no_part_of_it(memory: TenantMemory) -> None:
    await memory.vector.put_many([far("TH", "the escrow"), far("T-1", "the escrow refund", thread_id="TH")])
    _, rows = await handed_over(memory, "escrow")
    ticket_row, thread_row = rows.keys.index("TH"), rows.keys.index("T-1")
    assert rows.group[ticket_row] != rows.group[thread_row]
    assert {rows.after[ticket_row], rows.after[thread_row]} == {-1}


async def test_a_thread_does_not_lead_out_of_the_filter(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [
            far("T-1", "the escrow refund", thread_id="TH", customer="C-7"),
            far("T-2", "after it", thread_id="TH", customer="C-8", at=NOW + timedelta(minutes=1)),
        ]
    )
    _, rows = await handed_over(memory, "escrow", TicketFilter(customer_ids=("C-7",)))
    assert list(rows.keys) == ["T-1"]


HOLDING = "SELECT ticket_id FROM mg_holding($1, $3, NULL, NULL, NULL, NULL, NULL, false, 'escrow', $2, 1000) ORDER BY 1"
SCANS = "SELECT pg_stat_get_xact_numscans('ticket_passage_words'::regclass)"


@pytest.mark.parametrize(
    ("own", "of_all", "customers", "is_looked_through"),
    [
        (4_000, 8_000, None, True),
        (5_000, 8_000, ["C-1"], False),
        (5_000, 60_000, ["C-1"], True),
        (5_000, 60_000, None, False),
    ],
)
async def test_words_are_looked_for_in_the_index_of_all_unless_few_fit_and_it_is_mostly_others(
    spoilt_server: EmbeddedServer,
    own: int,
    of_all: int,
    customers: list[str] | None,
    is_looked_through: bool,
) -> None:
    async with open_store(spoilt_server, pool_size=2) as store:
        memory, other = await created(store, "acme"), await created(store, "other")
        await memory.vector.put_many([*CROWD, *(far(f"T-{number}", "the escrow refund") for number in range(3))])
        await other.vector.put_many([far("T-1", "an escrow of others")])
        async with superuser(spoilt_server) as connection:
            await connection.execute("ANALYZE mg.ticket_passage")
            await connection.execute(
                "UPDATE pg_class SET reltuples = $1, relpages = $2 WHERE oid = 'mg.ticket_passage'::regclass",
                float(of_all),
                of_all // 20,
            )
        async with Bound(store.pool, memory.tenant_id).reading() as connection:
            before = await connection.fetchval(SCANS)
            found = [row["ticket_id"] for row in await connection.fetch(HOLDING, memory.tenant_id, own, customers)]
            scans = await connection.fetchval(SCANS) - before
    assert found == ["T-0", "T-1", "T-2"]
    assert (scans == 0) == is_looked_through
