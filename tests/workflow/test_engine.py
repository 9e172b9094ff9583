"""Whole runs over the in-memory store: what is answered, what it stands on, what is stored, what happens when parts fail."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.errors import InvalidArgument, NotFound, Unavailable
from moe_memorygraph.experts import Compliance, Findings, Question, SemanticQuery, VectorRetrieve
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import Predicate
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import (
    Customer,
    Fact,
    Plane,
    PlanesPreview,
    Tenant,
    Ticket,
    TicketFilter,
    TicketPassage,
    Turn,
    fact_statement,
    tenant_id_of,
)
from moe_memorygraph.settings import Settings
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.render import read_resource
from moe_memorygraph.workflow.values import Ask

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
EMBEDDER = HashEmbedder(dimension=128)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    workflow: Workflow
    memory: TenantMemory

    async def ask(self, text: str, **fields: Any) -> Mapping[str, Any]:
        result = await self.workflow.ask(self.memory, Ask(tool="query_customer_intel", text=text, **fields))
        return result.envelope


def settings(**fields: Any) -> Settings:
    return Settings(_env_file=None, **fields)


def workflow(**fields: Any) -> Workflow:
    return Workflow(settings=settings(), embedder=EMBEDDER, redactor=Redactor(), now=lambda: NOW, **fields)


async def _ticket(number: int, customer: str, at: datetime, category: str, body: str) -> Ticket:
    vector = (await EMBEDDER.embed_passages([body]))[0]
    return Ticket(
        ticket_id=f"T-{number}",
        customer_id=customer,
        created_at=at,
        category=category,
        status="closed",
        body=body,
        content_hash=str(number).encode(),
        passages=(TicketPassage(part=0, field="body", start=0, stop=len(body), embedding=vector),),
    )


async def _fact(subject: str, customer: str, predicate: str, value: str, *, source: str, since: date | None) -> Fact:
    statement = fact_statement(subject=subject, predicate=predicate, value=value)
    return Fact(
        fact_id=uuid7(),
        subject=subject,
        customer_id=customer,
        predicate=predicate,
        object=value,
        statement=statement,
        source=source,
        confidence=0.9,
        valid_from=datetime(since.year, since.month, since.day, tzinfo=UTC) if since else None,
        embedding=(await EMBEDDER.embed_passages([statement]))[0],
    )


@pytest.fixture
async def world() -> World:
    store = InMemoryStore()
    tenant = tenant_id_of("t")
    await store.create_tenant(Tenant(tenant_id=tenant, key="t", name="T"))
    memory = store.tenant(tenant)
    await memory.customers.put_many(
        [
            Customer(customer_id="acme", name="Acme Corp", churned_at=date(2025, 11, 30), content_hash=b"a"),
            Customer(customer_id="globex", name="Globex", content_hash=b"g"),
        ]
    )
    autumn, spring = datetime(2025, 10, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)
    tickets = [
        await _ticket(n, "acme", autumn + timedelta(days=n), "login", f"SSO login fails again with error SAML-{n}.")
        for n in range(6)
    ]
    tickets += [
        await _ticket(
            20 + n, "acme", autumn + timedelta(days=n), "pricing", f"The renewal price for {100 + n} seats is too high."
        )
        for n in range(4)
    ]
    tickets += [
        await _ticket(40 + n, "acme", spring + timedelta(days=n), "pricing", f"Question about price list number {n}.")
        for n in range(2)
    ]
    tickets += [
        await _ticket(60 + n, "globex", autumn + timedelta(days=n), "billing", f"Invoice {n} shows a wrong amount.")
        for n in range(5)
    ]
    await memory.vector.put_many(tickets)
    await memory.semantic.put_many(
        [
            await _fact("Acme Corp", "acme", "status", "churned", source="crm", since=date(2025, 11, 30)),
            await _fact("Acme Corp", "acme", "churn_reason", "price", source="crm", since=date(2025, 11, 30)),
            await _fact("Globex", "globex", "tier", "Enterprise", source="crm", since=date(2024, 1, 1)),
            await _fact("Globex", "globex", "tier", "Pro", source="billing", since=date(2025, 6, 1)),
        ],
        now=NOW,
    )
    return World(workflow=workflow(), memory=memory)


async def test_a_why_question_names_the_reasons_and_every_citation_opens(world: World) -> None:
    answer = await world.ask("Why did Acme Corp churn?")
    assert not answer["abstained"]
    assert "price" in answer["answer"]
    assert "login 6 (none before; all customers 6, 0 before)" in answer["answer"]
    assert answer["citations"]
    for citation in answer["citations"]:
        text = (await read_resource(world.memory, citation["uri"], now=NOW)).text
        assert citation["quote"] in text
        assert f"[{citation['id']}]" in answer["answer"]


async def test_a_count_is_the_databases_and_not_the_length_of_a_hit_list(world: World) -> None:
    answer = await world.ask("How many tickets did Acme Corp send in 2025?", limit=3)
    assert answer["answer"].startswith("12 tickets of Acme Corp in 2025")
    assert await world.memory.vector.count(TicketFilter(customer_ids=("acme",))) == 12


async def test_contradicting_sources_are_shown_with_both_sides(world: World) -> None:
    answer = await world.ask("Which tier is Globex in?")
    [conflict] = answer["conflicts"]
    assert (conflict["preferred"]["object"], conflict["other"]["object"]) == ("Pro", "Enterprise")
    assert "Sources disagree" in answer["answer"]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Why did Initech churn?", "Initech"),
        ("How many tickets in 2031?", "Nothing is stored for 2031"),
        ("Who won the football match yesterday evening?", "I don't know"),
    ],
)
async def test_what_is_not_known_is_not_answered(world: World, question: str, reason: str) -> None:
    answer = await world.ask(question)
    assert answer["abstained"]
    assert reason in answer["answer"]
    assert answer["citations"] == []


async def test_what_was_true_then_and_what_was_known_then(world: World) -> None:
    """Told in September that another had looked after the account since June."""
    dana = await _fact("Acme Corp", "acme", "csm", "Dana Lee", source="crm", since=date(2025, 1, 1))
    kim = await _fact("Acme Corp", "acme", "csm", "Kim Roe", source="crm", since=date(2025, 6, 1))
    for one, told in ((dana, datetime(2025, 1, 2, tzinfo=UTC)), (kim, datetime(2025, 9, 1, tzinfo=UTC))):
        await world.memory.semantic.record(one, now=told, single_valued=True)
    then = datetime(2025, 7, 31, tzinfo=UTC)
    asked = "Who is the csm of Acme Corp?"
    for answer, name in (
        (await world.ask(asked), "Kim Roe"),
        (await world.ask(asked, as_of=then), "Kim Roe"),
        (await world.ask(asked, known_at=then), "Dana Lee"),
        (await world.ask("What did we know about the csm of Acme Corp in July 2025?"), "Dana Lee"),
        (await world.ask(asked, as_of=then, known_at=NOW), "Kim Roe"),
    ):
        assert name in answer["answer"]
        assert not answer["abstained"]
    known = await world.ask("How many tickets did Acme Corp send?", known_at=then)
    assert known["answer"].startswith("2 tickets")


async def test_the_run_is_stored_as_it_was_answered(world: World) -> None:
    answer = await world.ask("Why did Acme Corp churn?")
    run = await world.memory.runs.get(UUID(answer["run_id"]))
    assert run is not None
    assert run.answer == answer["answer"]
    assert run.envelope["citations"] == answer["citations"]
    assert [e["name"] for e in run.decision["experts"] if e["selected"]] == answer["gate"]["experts_run"]


async def test_personal_data_in_a_question_is_reported_and_not_stored(world: World) -> None:
    answer = await world.ask("Why did Acme Corp churn? Write to jane.doe@example.com")
    assert answer["audit"]["pii_detected"] == ["EMAIL_ADDRESS"]
    run = await world.memory.runs.get(UUID(answer["run_id"]))
    assert run is not None
    assert "jane.doe" not in run.question


async def test_explanations_are_sums_and_agree_with_the_run(world: World) -> None:
    answer = await world.ask("Why did Acme Corp churn?")
    explained = (
        await world.workflow.explain(world.memory, question=None, run_id=UUID(answer["run_id"]), customer=None)
    ).envelope
    asked = (
        await world.workflow.explain(world.memory, question="Why did Acme Corp churn?", run_id=None, customer=None)
    ).envelope
    for expert in explained["experts"]:
        assert expert["logit"] == sum(expert["contributions"].values())
    assert [(e["name"], e["selected"]) for e in explained["experts"]] == [
        (e["name"], e["selected"]) for e in asked["experts"]
    ]


async def test_a_follow_up_means_the_customer_of_the_session(world: World) -> None:
    await world.ask("Why did Acme Corp churn?", session_id="s")
    assert await world.workflow.work_outbox(world.memory) == 1
    answer = await world.ask("And how many tickets in 2025?", session_id="s")
    assert "12 tickets of Acme Corp" in answer["answer"]


async def test_a_question_that_stands_alone_is_not_narrowed_by_the_session(world: World) -> None:
    await world.ask("Why did Acme Corp churn?", session_id="s")
    await world.workflow.work_outbox(world.memory)
    answer = await world.ask("How many tickets came in during 2025?", session_id="s")
    assert answer["answer"].startswith("17 tickets in 2025")


async def test_the_outbox_done_twice_remembers_once(world: World) -> None:
    await world.ask("Why did Acme Corp churn?", session_id="s")
    await world.workflow.work_outbox(world.memory)
    await world.workflow.work_outbox(world.memory)
    assert len(await world.memory.stm.live_turns("s", now=NOW)) == 2


async def test_our_own_answers_are_no_evidence(world: World) -> None:
    await world.ask("Why did Acme Corp churn?", session_id="s")
    await world.workflow.work_outbox(world.memory)
    answer = await world.ask("What did we say about why Acme churned?", session_id="s", options={"detail": "full"})
    for item in (*answer["items"], *answer["citations"]):
        assert "assistant" not in item["source"]


async def test_new_data_is_seen_by_the_next_question(world: World) -> None:
    await world.ask("How many tickets did Globex send?")
    await world.memory.vector.put_many([await _ticket(99, "globex", NOW, "outage", "Everything is down.")])
    await world.memory.customers.put_many([Customer(customer_id="initech", name="Initech", content_hash=b"i")])
    assert "6 tickets of Globex" in (await world.ask("How many tickets did Globex send?"))["answer"]
    with pytest.raises(NotFound):
        await world.ask("What happened?", customer="Hooli")
    assert (await world.ask("Tell me about it", customer="initech")) is not None


class Broken:
    name = "VectorRetrieve"
    plane: Plane = "vector"
    typical_ms = 1.0

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        return 1.0

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        raise Unavailable("gone")


async def test_a_failed_expert_degrades_the_answer_and_lowers_its_confidence(world: World) -> None:
    whole = workflow(experts=[SemanticQuery(), VectorRetrieve(), Compliance(EMBEDDER)])
    broken = workflow(experts=[SemanticQuery(), Broken(), Compliance(EMBEDDER)])
    ask = Ask(tool="query_customer_intel", text="Why did Acme Corp churn?")
    good = (await whole.ask(world.memory, ask)).envelope
    bad = (await broken.ask(world.memory, ask)).envelope
    assert bad["audit"]["degraded"] == ["VectorRetrieve"]
    assert "VectorRetrieve" not in bad["gate"]["experts_run"]
    assert "price" in bad["answer"]
    assert bad["confidence"] < good["confidence"]


async def test_the_tools_that_list_return_items_and_run_one_expert(world: World) -> None:
    result = await world.workflow.ask(world.memory, Ask(tool="search_tickets", text="login error", limit=4))
    assert [item["category"] for item in result.envelope["items"]] == ["login"] * 4
    assert result.envelope["gate"]["experts_run"] == ["VectorRetrieve", "Compliance"]
    assert result.next_offset == 4
    rest = await world.workflow.ask(world.memory, Ask(tool="search_tickets", text="login error", limit=4, offset=4))
    first, second = ({i["ticket_id"] for i in r.envelope["items"]} for r in (result, rest))
    assert not first & second


async def test_what_a_writing_tool_was_given_is_stored_only_where_it_says_so(world: World) -> None:
    async def act(_: UUID) -> Mapping[str, Any]:
        return {"text": "<EMAIL_ADDRESS>"}

    result = await world.workflow.perform(
        world.memory, "redact_pii", text="write to jane@example.com", act=act, store_text=False
    )
    assert result.envelope["text"] == "<EMAIL_ADDRESS>"
    assert result.envelope["audit"]["pii_detected"] == ["EMAIL_ADDRESS"]
    run = await world.memory.runs.get(result.run_id)
    assert run is not None
    assert run.question == ""
    assert "text" not in run.envelope


@pytest.mark.parametrize("text", ["", "   ", "x" * 5000])
async def test_questions_that_are_none_are_refused(world: World, text: str) -> None:
    with pytest.raises(InvalidArgument):
        await world.ask(text)


async def test_a_topic_that_was_merely_rare_before_is_not_called_new(world: World) -> None:
    """Dozens of topics: the count of the quarter before must hold the rare ones too."""
    summer, autumn = datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)
    many = [await _ticket(1000 + n, "globex", summer, f"topic {n % 30:02d}", f"Something {n}.") for n in range(90)]
    many += [await _ticket(2000 + n, "globex", summer, "rare", f"Rare thing {n}.") for n in range(2)]
    many += [await _ticket(3000 + n, "globex", autumn, "rare", f"Rare thing again {n}.") for n in range(9)]
    await world.memory.vector.put_many(many)
    answer = await world.ask("What changed in Q4 2025 at Globex?")
    assert "rare 9 (2 before" in answer["answer"]


async def test_where_a_count_had_to_be_cut_nothing_is_said_of_what_was_cut(world: World) -> None:
    summer, autumn = datetime(2025, 8, 1, tzinfo=UTC), datetime(2025, 11, 1, tzinfo=UTC)
    many = [await _ticket(1000 + n, "globex", summer, f"topic {n % 60:02d}", f"Something {n}.") for n in range(180)]
    many += [await _ticket(2000, "globex", summer, "rare", "Rare thing.")]
    many += [await _ticket(3000 + n, "globex", autumn, "rare", f"Rare thing again {n}.") for n in range(9)]
    await world.memory.vector.put_many(many)
    answer = await world.ask("What changed in Q4 2025 at Globex?")
    assert "rare 9 (none before)" not in answer["answer"]


async def test_a_dated_entry_beats_the_snapshot_of_the_crm_for_a_past_date(world: World) -> None:
    dated = await _fact("Acme Corp", "acme", "tier", "Pro", source="billing", since=date(2021, 12, 1))
    snapshot = await _fact("Acme Corp", "acme", "tier", "Business", source="crm", since=date(2021, 12, 1))
    await world.memory.semantic.put_many([dated], now=NOW)
    undisputed = await world.ask("Which tier was Acme Corp in?", as_of=datetime(2022, 6, 30, tzinfo=UTC))
    await world.memory.semantic.put_many([snapshot], now=NOW)
    answer = await world.ask("Which tier was Acme Corp in?", as_of=datetime(2022, 6, 30, tzinfo=UTC))
    [conflict] = answer["conflicts"]
    assert conflict["preferred"]["object"] == "Pro"
    assert "was in the Pro tier" in answer["answer"]
    assert answer["confidence"] < undisputed["confidence"]


async def test_expired_turns_are_removed_when_no_work_is_due(world: World) -> None:
    turn = Turn(
        turn_id=uuid7(),
        session_id="s",
        role="user",
        text="Forget me.",
        created_at=NOW - timedelta(days=2),
        expires_at=NOW - timedelta(days=1),
    )
    await world.memory.stm.remember([turn])
    assert await world.workflow.work_outbox(world.memory) == 0
    assert await world.memory.stm.sweep(now=NOW) == 0, "it was removed before"


async def test_of_many_quarters_the_latest_are_shown(world: World) -> None:
    old = [
        await _ticket(5000 + n, "globex", datetime(2019 + n // 4, 3 * (n % 4) + 1, 5, tzinfo=UTC), "bug", f"Bug {n}.")
        for n in range(24)
    ]
    await world.memory.vector.put_many(old)
    answer = await world.ask("Give me a health report for Globex")
    assert "2025Q4 5" in answer["answer"]
    assert "2019Q1" not in answer["answer"]


async def test_since_an_event_begins_on_its_day_and_says_which(world: World) -> None:
    outage = await _fact("Acme Corp", "acme", "outage", "sync was down", source="status page", since=date(2025, 10, 4))
    await world.memory.semantic.put_many([outage], now=NOW)
    asked = await world.ask("How many tickets did Acme Corp send since the outage?")
    assert not asked["abstained"]
    assert "since the outage (2025-10-04)" in asked["answer"]
    whole = await world.ask("How many tickets did Acme Corp send since October 4, 2025?")
    assert "since 2025-10-04" in whole["answer"]
    assert asked["answer"].split()[0] == whole["answer"].split()[0]


async def test_since_an_event_that_nothing_dates_is_not_since_ever(world: World) -> None:
    unknown = await world.ask("How many tickets did Globex send since the outage?")
    assert unknown["abstained"]
    assert "“the outage”" in unknown["answer"]
    assert "Globex" in unknown["answer"]
    nobody = await world.ask("How many tickets came since the outage?")
    assert nobody["abstained"]
    assert "name the customer" in nobody["answer"]


async def _remember(world: World, *facts: Fact) -> None:
    await world.memory.semantic.put_many(facts, now=NOW)


async def test_of_a_person_that_is_no_customer_facts_are_told(world: World) -> None:
    old = await _fact("Idris Voss", "", "employer", "Acme Corp", source="list", since=date(2022, 1, 1))
    new = await _fact("Idris Voss", "", "employer", "Globex", source="list", since=date(2025, 2, 1))
    moved = replace(old, customer_id=None, valid_to=new.valid_from)
    await _remember(world, moved, replace(new, customer_id=None))
    answer = await world.ask("Who does Idris Voss work for?")
    assert "Globex" in answer["answer"]
    assert "Acme" not in answer["answer"]
    then = await world.ask("Where did Idris Voss work in March 2024?")
    assert "Acme Corp" in then["answer"]
    assert "Globex" not in then["answer"]
    born = await world.ask("When is the birthday of Idris Voss?")
    assert born["abstained"]
    assert "Nothing is recorded about birthday" in born["answer"]


async def test_a_value_in_a_past_time_is_the_one_that_held_at_its_end(world: World) -> None:
    before = await _fact("Globex", "globex", "seats", "40", source="contract", since=date(2023, 1, 1))
    after = await _fact("Globex", "globex", "seats", "75", source="contract", since=date(2024, 9, 1))
    await _remember(world, replace(before, valid_to=after.valid_from), after)
    for asked, value in (
        ("How many licences did Globex have in Q1 2024?", "40"),
        ("How many licences did Globex have in 2024?", "75"),
        ("How many licences does Globex have today?", "75"),
    ):
        answer = await world.ask(asked)
        assert f" {value} " in f"{answer['answer']} ".replace(".", " "), asked
    history = await world.ask("How many seats did Globex have previously?")
    assert "40" in history["answer"]


async def test_a_property_that_nobody_recorded_is_not_answered_by_a_near_one(world: World) -> None:
    await _remember(world, await _fact("Globex", "globex", "contract_value", "$9,100", source="crm", since=None))
    answer = await world.ask("What rent does Globex pay for its office?")
    assert answer["abstained"]
    assert "Nothing is recorded about rent" in answer["answer"]
    assert "$9,100" in (await world.ask("What does Globex pay us?"))["answer"]


async def test_a_tenants_own_predicate_is_asked_for_and_settled_from_the_next_question_on(world: World) -> None:
    north = await _fact("Globex", "globex", "bay", "North 4", source="plan", since=date(2025, 1, 1))
    south = await _fact("Globex", "globex", "hangar", "South 2", source="visit", since=date(2025, 2, 1))
    await _remember(world, north, south)
    asked = "Where is Globex parked?"
    assert "North 4" not in (await world.ask(asked))["answer"]
    own = Predicate(name="bay", single=True, value="place", aliases=("hangar",), asked_by=("parked",))
    await world.memory.catalogue.put(own)
    answer = await world.ask(asked)
    [conflict] = answer["conflicts"]
    assert (conflict["preferred"]["object"], conflict["other"]["object"]) == ("South 2", "North 4")
    await world.memory.catalogue.remove("bay")
    assert "North 4" not in (await world.ask(asked))["answer"]


async def test_get_facts_finds_all_names_of_a_predicate_and_shows_what_age_leaves_of_belief(world: World) -> None:
    begun = (NOW - timedelta(days=360)).date()
    await _remember(world, await _fact("Globex", "globex", "health", "80", source="survey", since=begun))
    asked = Ask(tool="get_facts", text="Globex health_score", customer="Globex", options={"predicate": "Health Score"})
    (item,) = (await world.workflow.ask(world.memory, asked)).envelope["items"]
    age = (NOW - datetime(begun.year, begun.month, begun.day, tzinfo=UTC)) / timedelta(days=1)
    assert item["predicate"] == "health"
    assert item["confidence"] == pytest.approx(0.9 * 0.5 ** (age / 180), abs=1e-4)
