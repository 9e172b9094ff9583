"""What SemanticQuery makes of facts that tickets tell: used where nothing recorded answers, cited by their tickets."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.experts import Question, SemanticQuery
from moe_memorygraph.experts.values import Evidence, TimeRange
from moe_memorygraph.experts.verifier import quote_stands
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.values import Customer, Fact, PlanesPreview, Tenant, tenant_id_of
from tests.memory.samples import DAY, NOW, fact, ticket, told

ACME = Customer(customer_id="C-1", name="Acme Corp")
PRICE = "We pay $49 per seat per month."
LEAVING = "We will not renew with you."
ASKED = Question(
    run_id=UUID(int=1), text="What does Acme Corp pay?", kind="what_is", asked_at=NOW + 30 * DAY, customers=(ACME,)
)


async def found(question: Question, *recorded: Fact, times: int = 1) -> list[Evidence]:
    """Evidence from a memory in which one ticket a month names a price and announces the end."""
    store = InMemoryStore()
    tenant = tenant_id_of("t")
    await store.create_tenant(Tenant(tenant_id=tenant, key="t", name="T"))
    memory = store.tenant(tenant)
    await memory.semantic.put_many(recorded, now=NOW)
    for number in range(times):
        name, at = f"T-{number}", NOW - number * DAY
        more: dict[str, Any] = {"valid_from": at}
        facts = (
            told(name, "price_mentioned", "$49 per seat per month", PRICE, **more),
            told(name, "cancellation_intent", "will leave", LEAVING, start=len(PRICE) + 1, **more),
        )
        await memory.vector.put_many([ticket(name, f"{PRICE} {LEAVING}", at=at, told=facts)])
    return list((await SemanticQuery().gather(question, memory)).evidence)


async def test_a_ticket_answers_where_nothing_is_recorded() -> None:
    (one,) = await found(ASKED)
    assert (one.quote, one.uri, one.source) == (PRICE, "memory://tickets/T-0", "ticket")
    assert quote_stands(one)


async def test_what_is_recorded_makes_the_ticket_needless() -> None:
    found_now = await found(ASKED, fact("C-1", "contract_value", "$20,000", customer_id="C-1"))
    assert [one.uri.partition("/tickets/")[1] for one in found_now] == [""]


async def test_a_ticket_counts_for_less_than_a_record() -> None:
    why = replace(ASKED, text="Why did Acme Corp leave?", kind="why")
    recorded = fact("C-1", "churn_reason", "price", customer_id="C-1")
    first, second = await found(why, recorded)
    assert (first.payload, second.quote) == (replace(recorded, recorded_at=NOW), LEAVING)
    assert first.score > second.score


async def test_of_several_tickets_that_say_the_same_the_newest_is_told() -> None:
    (one,) = await found(ASKED, times=3)
    assert one.uri == "memory://tickets/T-0"


async def test_only_the_time_asked_about_counts() -> None:
    day = TimeRange(since=NOW - 2 * DAY, until=NOW - DAY, label="that day")
    (one,) = await found(replace(ASKED, time=day), times=4)
    assert one.uri == "memory://tickets/T-2"
    assert await found(replace(ASKED, as_of=datetime(2020, 1, 1, tzinfo=UTC))) == []


async def test_another_question_asks_no_ticket() -> None:
    assert await found(replace(ASKED, text="Where is Acme Corp?")) == []
    assert await found(replace(ASKED, kind="how_many")) == []


async def test_get_facts_reads_what_tickets_tell_by_its_own_predicates() -> None:
    tool = replace(
        ASKED, kind="general", text="", options={"tool": "get_facts", "predicate": "price_mentioned"}, limit=2
    )
    assert [one.uri.rpartition("/")[2] for one in await found(tool, times=4)] == ["T-0", "T-1"]
    assert [one.uri.rpartition("/")[2] for one in await found(replace(tool, offset=2), times=4)] == ["T-2", "T-3"]
    assert [one.uri.rpartition("/")[2] for one in await found(replace(tool, as_of=NOW - 3 * DAY), times=4)] == ["T-3"]
    assert await found(replace(tool, options={**tool.options, "predicate": "tier"})) == []


async def test_get_facts_finds_nothing_told_by_somebody_unknown() -> None:
    options = {"tool": "get_facts", "predicate": "price_mentioned", "subject": "Nobody Inc"}
    assert await found(replace(ASKED, customers=(), kind="general", text="", options=options)) == []


def test_it_may_have_something_to_say_where_only_tickets_do() -> None:
    expert, tickets = SemanticQuery(), PlanesPreview(vector_tickets=5)
    asked = expert.estimate(ASKED, tickets)
    assert asked > expert.estimate(replace(ASKED, text="Where is Acme Corp?"), tickets)
    assert asked > expert.estimate(ASKED, PlanesPreview())
    assert asked <= expert.estimate(ASKED, PlanesPreview(semantic_facts=3))
