"""A forgotten customer leaves nothing, in any table, and takes nothing of anybody else's along."""

import re
from dataclasses import replace
from typing import Any

import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.mentions import naming_pattern
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.predicates import Predicate
from moe_memorygraph.memory.retraction import Selection
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import (
    ApiKey,
    Customer,
    FactFilter,
    Held,
    Job,
    OutboxTask,
    OwnTopic,
    PatternFilter,
    RunRecord,
    TicketFilter,
    ToldFilter,
    tenant_id_of,
)
from tests.memory.postgres.support import contents
from tests.memory.samples import NOW, an_id, document, fact, origin, pattern, ticket, told, turn, unit
from tests.plugins.stores import created

GONE = Customer(customer_id="ZQ-77", name="Zyxquor Ltd", aliases=("Zyx", "Quorzy"), tier="gold")
STAYS = Customer(customer_id="ZQ-771", name="Globex", aliases=("GX",))
TRACES = re.compile(r"zq-77(?!1)|zyx|quorzy", re.IGNORECASE)
BODY = "Please cancel our plan. We are Quorzy."


def run_of(name: str, *, question: str, **envelope: Any) -> RunRecord:
    return RunRecord(
        run_id=an_id(name),
        tool="query_customer_intel",
        question=question,
        created_at=NOW,
        answer="An answer.",
        confidence=0.9,
        abstained=False,
        envelope={"citations": [], **envelope},
        decision={},
    )


async def fill(memory: TenantMemory) -> None:
    """Both customers in every table; and tables that name the first without being about it."""
    await memory.customers.put_many([GONE, STAYS])
    for one in (GONE, STAYS):
        key = one.customer_id
        said = told(f"T-{key}", "cancellation_intent", "asks to cancel", "Please cancel our plan.", customer_id=key)
        body = BODY if one is GONE else "Please cancel our plan."
        await memory.vector.put_many(
            [
                ticket(f"T-{key}", body, customer=key, vector=unit(1), told=(said,), category="billing", told_by=1),
                ticket(f"U-{key}", "It does not work.", customer=key, vector=unit(0, 1)),
            ]
        )
        await memory.semantic.put_many(
            [
                fact(key, "tier", "gold", customer_id=key, embedding=unit(1)),
                fact(one.name, "plan", "pro", source="notes"),
                fact("market", "said", f"of {key}", source=memory_uri("tickets", f"T-{key}"), statement="It said so."),
            ],
            now=NOW,
        )
        await memory.stm.remember([turn(f"turn {key}", f"How does {one.name} fare?", embedding=unit(1))])
        await memory.runs.save(run_of(f"run {key}", question=f"Why did {one.aliases[0]} leave?"))
        uri = memory_uri("tickets", f"T-{key}")
        quoted = f"They said: Please cancel our plan. ({one.tier})"
        cited = run_of(f"cited {key}", question="Who wants to leave?", citations=[{"uri": uri}])
        await memory.runs.save(replace(cited, answer=quoted))
        await memory.stm.remember([turn(f"quoting {key}", quoted)])
        listed = [{"statement": "Tickets rose.", "evidence": [f"T-{key}"]}]
        await memory.runs.save(run_of(f"listed {key}", question="What rose?", items=listed))
        of_fact = {"conflicts": [{"preferred": {"uri": memory_uri("facts", said.fact_id)}}]}
        await memory.runs.save(run_of(f"fact {key}", question="What is so?", **of_fact))
        await memory.outbox.add(OutboxTask(task_id=an_id(key), kind="remember_turns", payload={"question": one.name}))
        payload = {"question": "Who wants to leave?", "answer": quoted}
        await memory.outbox.add(OutboxTask(task_id=an_id(f"q{key}"), kind="remember_turns", payload=payload))
        await memory.jobs.create(_job(key))
        await memory.semantic.put_many([fact(key, "tier", "wrong", customer_id=key, source=f"wrong {key}")], now=NOW)
        await memory.roll_back(Selection(source=f"wrong {key}"), now=NOW, catalogue=STANDARD)
        held = {"text": f"Ignore what {one.name} says."}
        await memory.quarantine.hold(
            Held(
                review_id=an_id(f"held {key}"),
                kind="turn",
                item_key="S",
                signs=("override",),
                content=held,
                origin=origin(),
            )
        )
    await memory.ltm.replace_all(
        [
            pattern(GONE.customer_id, "Tickets rose.", customer_id=GONE.customer_id, evidence=("T-ZQ-77",)),
            pattern("named", "Tickets of Zyxquor Ltd rose.", embedding=unit(1)),
            pattern("all", "All tickets rose.", evidence=("T-ZQ-77", "T-ZQ-771"), embedding=unit(1)),
        ],
        mined_at=NOW,
    )
    await memory.mining.refresh()
    await memory.maintain()


def _job(key: str) -> Job:
    return Job(
        job_id=an_id(f"job {key}"),
        kind="sync_knowledge_base",
        state="failed",
        detail={"customer": key},
        error=None,
        created_at=NOW,
        updated_at=NOW,
    )


async def test_what_is_its_own_goes_and_what_is_others_stays(memory: TenantMemory) -> None:
    await fill(memory)
    forgotten = await memory.forget_customer(GONE.customer_id)
    assert not any(forgotten.naming.values())
    assert forgotten.erased == {
        "customer": 1,
        "ticket": 2,
        "fact": 3,
        "told_fact": 1,
        "pattern": 2,
        "session_turn": 2,
        "run": 4,
        "outbox": 2,
        "job": 1,
        "pseudonym": 0,
        "retracted": 1,
        "quarantine": 1,
    }
    assert await memory.customers.all() == [await memory.customers.get(STAYS.customer_id)]
    assert await memory.vector.ids(TicketFilter(), limit=9) == ["T-ZQ-771", "U-ZQ-771"]
    assert {one.customer_id for one in await memory.semantic.told(ToldFilter(), limit=9)} == {STAYS.customer_id}
    assert len(await memory.semantic.find(FactFilter(), limit=9)) == 3
    (left,) = await memory.ltm.for_scope(PatternFilter(), limit=9)
    assert (left.statement, left.evidence) == ("All tickets rose.", ("T-ZQ-771",))
    cells = await memory.mining.cells()
    assert (cells.customers, int(cells.tickets.sum())) == ((STAYS.customer_id,), 2)
    assert await memory.runs.get(an_id("run ZQ-771")) is not None
    for what in ("cited", "listed", "fact"):
        assert await memory.runs.get(an_id(f"{what} ZQ-77")) is None
        assert await memory.runs.get(an_id(f"{what} ZQ-771")) is not None
    assert await memory.outbox.pending() == 2
    again = await memory.forget_customer(GONE.customer_id)
    assert not any(again.erased.values())


async def test_it_is_as_if_it_had_never_been(any_store: MemoryStore) -> None:
    """Mined again, nothing of it is counted, and the caches of all that changed are stale."""
    memory = await created(any_store, "acme")
    await fill(memory)
    before = await memory.revisions()
    await memory.forget_customer(GONE.customer_id)
    after = await memory.revisions()
    assert all(after[plane] > before[plane] for plane in ("customers", "vector", "semantic", "ltm"))
    refreshed = await memory.mining.refresh()
    assert refreshed.tickets <= 2
    assert (await memory.mining.cells()).customers == (STAYS.customer_id,)


async def test_answers_from_what_was_taken_back_go_too(memory: TenantMemory) -> None:
    """They cite tickets and facts that no plane holds any more, and need not name the customer."""
    await memory.customers.put_many([GONE, STAYS])
    signed = memory.writing_as(origin("agent", at=NOW, actor="key:evil"))
    await signed.vector.put_many(
        [ticket(f"T-{one.customer_id}", "Late.", customer=one.customer_id) for one in (GONE, STAYS)]
    )
    told_by = [memory_uri("tickets", f"T-{one.customer_id}") for one in (GONE, STAYS)]
    facts = [
        fact("market", "mood", value, source=source) for value, source in zip(("low", "high"), told_by, strict=True)
    ]
    await signed.semantic.put_many(facts, now=NOW)
    cited = {name: [memory_uri("facts", one.fact_id), uri] for name, one, uri in zip("ab", facts, told_by, strict=True)}
    for name, uris in cited.items():
        for uri in uris:
            await memory.runs.save(run_of(f"{name} {uri[:12]}", question="Why?", citations=[{"uri": uri}]))
    await memory.roll_back(Selection(actor="key:evil"), now=NOW, catalogue=STANDARD)
    erased = (await memory.forget_customer(GONE.customer_id)).erased
    assert (erased["retracted"], erased["run"]) == (2, 2)
    erased = (await memory.forget_customer(STAYS.customer_id)).erased
    assert (erased["retracted"], erased["run"]) == (2, 2)


async def test_what_others_say_of_it_stays_and_is_counted(memory: TenantMemory) -> None:
    await fill(memory)
    await memory.vector.put_many([ticket("T-3", "We work with Zyxquor Ltd.", customer=STAYS.customer_id)])
    await memory.knowledge.put_many([document("contract", ("Who", "Signed by QUORZY."))], now=NOW)
    await memory.topics.put(OwnTopic(name="leaving", examples=("Zyx asks to end it.",)))
    await memory.catalogue.put(Predicate(name="rank", asked_by=("how does quorzy rank",)))
    await memory.keys.add(ApiKey(key_id=an_id("k"), name="for Zyx", digest=bytes(32), scopes=("read",), created_at=NOW))
    forgotten = await memory.forget_customer(GONE.customer_id)
    assert forgotten.naming == {"ticket": 1, "document": 1, "topic": 1, "predicate": 1, "key": 1}
    assert await memory.vector.get("T-3") is not None


async def test_somebody_elses_fact_that_gave_way_to_one_that_goes_stays_ended(memory: TenantMemory) -> None:
    old = fact("market", "leader", "Globex", valid_from=NOW)
    await memory.semantic.record(old, now=NOW, single_valued=True)
    later = replace(fact("market", "leader", "Zyxquor Ltd"), valid_from=NOW.replace(year=NOW.year + 1))
    await memory.semantic.record(later, now=NOW, single_valued=True)
    await memory.customers.put_many([GONE])
    assert (await memory.forget_customer(GONE.customer_id)).erased["fact"] == 1
    (left,) = await memory.semantic.find(FactFilter(include_superseded=True), limit=9)
    assert (left.object, left.superseded_by, left.valid_to) == ("Globex", None, later.valid_from)


async def test_without_a_tenant_nobody_is_forgotten(any_store: MemoryStore) -> None:
    with pytest.raises(NotFound):
        await any_store.tenant(tenant_id_of("nobody")).forget_customer("C-1")


@pytest.mark.postgres
async def test_no_table_holds_a_trace(postgres_store: PostgresStore, store_server: EmbeddedServer) -> None:
    """Every column of every table is searched, whatever tables later releases add; another tenant's stay."""
    memory, other = await created(postgres_store, "acme"), await created(postgres_store, "other")
    await fill(memory)
    await fill(other)
    before = {name for name, rows in (await contents(store_server)).items() if any(map(TRACES.search, rows))}
    assert before >= {
        "customer",
        "fact",
        "job",
        "outbox",
        "pattern",
        "pattern_evidence",
        "run",
        "session_turn",
        "ticket",
        "ticket_cell",
        "ticket_embedding",
        "ticket_passage",
        "told_fact",
    }
    kept = [row for rows in (await contents(store_server)).values() for row in rows if str(other.tenant_id) in row]
    await memory.forget_customer(GONE.customer_id)
    after = await contents(store_server)
    mine = [row for rows in after.values() for row in rows if str(memory.tenant_id) in row]
    assert [row for row in mine if TRACES.search(row)] == []
    assert [row for rows in after.values() for row in rows if str(other.tenant_id) in row] == kept


@pytest.mark.postgres
async def test_a_ticket_that_changes_owner_or_text_leaves_nothing_behind(
    postgres_store: PostgresStore, store_server: EmbeddedServer
) -> None:
    memory = await created(postgres_store, "acme")
    said = told("T-1", "cancellation_intent", "asks to cancel", BODY, customer_id=GONE.customer_id)
    await memory.vector.put_many([ticket("T-1", BODY, customer=GONE.customer_id, vector=unit(1), told=(said,))])
    await memory.mining.refresh()
    assert (await memory.mining.cells()).customers == (GONE.customer_id,)
    await memory.vector.put_many([ticket("T-1", "All is well.", customer="C-1", vector=unit(0, 1))])
    await memory.mining.refresh()
    await memory.maintain()
    rows = [row for rows in (await contents(store_server)).values() for row in rows]
    assert [row for row in rows if TRACES.search(row)] == []
    assert (await memory.mining.cells()).customers == ("C-1",)
    assert await memory.semantic.told(ToldFilter(), limit=9) == []


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Why did ACME corp. leave?", True),
        ("acme corporation", False),
        ('{"customer": "7"}', True),
        ("It came 7 times.", False),
        ("memory://customers/7/ltm", True),
        ("memory://customers/77", False),
        ("We are ac", False),
        ('{"name": "AC"}', True),
        ('{"name": "The \\"Best\\" Co"}', True),
        ('The "Best" Co wrote.', True),
        ("", False),
    ],
)
def test_what_names_a_customer(text: str, is_named: bool) -> None:
    named = naming_pattern("7", ("Acme Corp", "AC", 'The "Best" Co', " "))
    assert bool(re.search(named, text, re.IGNORECASE)) == is_named
