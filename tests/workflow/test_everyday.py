"""Everyday questions of somebody who looks after customers, in whole runs over the in-memory store."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import (
    Customer,
    Fact,
    Tenant,
    Ticket,
    TicketPassage,
    fact_statement,
    tenant_id_of,
)
from moe_memorygraph.settings import Settings
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.render import read_resource
from moe_memorygraph.workflow.values import Ask

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
EMBEDDER = HashEmbedder(dimension=128)
MARCH = datetime(2025, 3, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    workflow: Workflow
    memory: TenantMemory

    async def ask(self, text: str) -> Mapping[str, Any]:
        result = await self.workflow.ask(self.memory, Ask(tool="query_customer_intel", text=text))
        return result.envelope


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


async def _fact(customer: str, predicate: str, value: str, **fields: Any) -> Fact:
    statement = fact_statement(subject=customer, predicate=predicate, value=value)
    return Fact(
        fact_id=uuid7(),
        subject=customer,
        customer_id=customer,
        predicate=predicate,
        object=value,
        statement=statement,
        confidence=0.9,
        embedding=(await EMBEDDER.embed_passages([statement]))[0],
        **{"source": "crm", "valid_from": datetime(2024, 1, 1, tzinfo=UTC), **fields},
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
            Customer(customer_id="hooli", name="Hooli", content_hash=b"h"),
        ]
    )
    outages = [
        await _ticket(
            n, "globex" if n < 3 else "acme", MARCH + timedelta(days=n), "outage", f"Sync is down, error {n}00."
        )
        for n in range(5)
    ]
    others = [
        await _ticket(10, "hooli", MARCH, "feature_request", "Please give us a dark theme, the control room is dark."),
        await _ticket(11, "hooli", MARCH + timedelta(days=90), "privacy", "How long are backups kept in the archive?"),
        await _ticket(12, "acme", datetime(2025, 12, 30, tzinfo=UTC), "billing", "The invoice has the wrong address."),
    ]
    await memory.vector.put_many([*outages, *others])
    facts = [
        await _fact("acme", "arr", "148000"),
        await _fact("globex", "arr", "96000"),
        await _fact("hooli", "arr", "30000"),
        await _fact("acme", "status", "churned"),
        await _fact("acme", "churned_at", "2025-11-30"),
        await _fact("globex", "status", "active"),
        await _fact("globex", "tier", "Enterprise"),
        await _fact("hooli", "tier", "Enterprise"),
        await _fact("acme", "account_owner", "Ann Lee"),
        await _fact("acme", "competitor", "Planwise"),
        await _fact("globex", "competitor", "Planwise"),
        await _fact("hooli", "competitor", "Basecamp"),
        await _fact("globex", "plan", "Gold"),
    ]
    await memory.semantic.put_many(facts, now=NOW)
    workflow = Workflow(settings=Settings(_env_file=None), embedder=EMBEDDER, redactor=Redactor(), now=lambda: NOW)
    return World(workflow=workflow, memory=memory)


async def test_whether_it_happened_is_answered_with_the_count_and_the_words(world: World) -> None:
    answer = await world.ask("Did the outage in March 2025 affect Globex?")
    assert not answer["abstained"]
    assert answer["answer"].startswith("Yes: 3 tickets of Globex about outage in March 2025. [1]")
    assert "Sync is down" in answer["answer"]


async def test_of_anybody_the_count_goes_by_customer(world: World) -> None:
    answer = (await world.ask("Has anyone asked for a dark theme?"))["answer"]
    assert answer.startswith("Yes: 1 ticket that mentions dark and theme; by customer: Hooli 1.")
    assert "Please give us a dark theme" in answer


async def test_what_never_happened_says_what_was_looked_for(world: World) -> None:
    answer = await world.ask("Has anyone threatened legal action?")
    assert answer["abstained"]
    assert "0 tickets that mention legal and action, among 8 tickets" in answer["answer"]


async def test_a_topic_is_no_proof_that_the_word_was_said(world: World) -> None:
    answer = (await world.ask("Has Hooli ever asked about GDPR?"))["answer"]
    assert "0 tickets of Hooli that mention GDPR" in answer
    assert not answer.startswith("Yes")


async def test_who_complained_is_a_list_of_customers_with_their_words(world: World) -> None:
    answer = (await world.ask("Who complained about the outage?"))["answer"]
    assert answer.startswith("5 tickets about outage; by customer: Globex 3, Acme Corp 2. [1]")
    assert "Globex, 2025-03" in answer
    assert "Acme Corp, 2025-03" in answer


async def test_a_total_is_over_all_facts_of_those_asked_about(world: World) -> None:
    lost = (await world.ask("What is the total ARR of churned customers?"))["answer"]
    assert lost.startswith("The total ARR of 1 customer that we have lost is 148,000. [1]")
    ours = (await world.ask("What's our combined ARR?"))["answer"]
    assert ours.startswith("The total ARR of 2 customers that we have not lost is 126,000. [1]")


async def test_an_average_and_a_median_name_their_base(world: World) -> None:
    mean = (await world.ask("What is the average ARR of enterprise customers?"))["answer"]
    assert mean.startswith("The average ARR of 2 customers of tier Enterprise that we have not lost is 63,000. [1]")
    middle = (await world.ask("Median ARR across all active accounts?"))["answer"]
    assert "median ARR of 1 customer with us is 96,000" in middle


async def test_amounts_in_different_units_are_not_added(world: World) -> None:
    await world.memory.semantic.put_many(
        [await _fact("globex", "contract_value", "$90,000"), await _fact("hooli", "contract_value", "€40,000")], now=NOW
    )
    answer = await world.ask("What is the total contract value of our customers?")
    assert answer["abstained"]
    assert "one unit: the contract value is on record in EUR and USD" in answer["answer"]


async def test_competitors_are_told_by_how_many_customers_named_them(world: World) -> None:
    named = (await world.ask("Which competitors come up most often?"))["answer"]
    assert named.startswith("3 customers with competitor on record; by competitor: Planwise 2, Basecamp 1. [1]")
    lost_to = (await world.ask("Which competitor do we lose to most?"))["answer"]
    assert lost_to.startswith("1 customer that we have lost with competitor on record; by competitor: Planwise 1. [1]")


async def test_of_a_contradiction_the_other_side_is_told_once(world: World) -> None:
    later = datetime(2025, 6, 1, tzinfo=UTC)
    await world.memory.semantic.put_many(
        [await _fact("globex", "tier", "Pro", source="billing", valid_from=later)], now=NOW
    )
    answer = (await world.ask("Which tier is Globex in?"))["answer"]
    assert answer.count("Enterprise") == 1
    assert "Sources disagree about the tier of Globex: Pro (billing) or Enterprise (crm)" in answer


async def test_how_a_recorded_value_changed_is_told_by_its_history(world: World) -> None:
    since, until = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    await world.memory.semantic.put_many(
        [
            await _fact("hooli", "plan", "Gold", valid_from=since, valid_to=until),
            await _fact("hooli", "plan", "Silver", valid_from=until),
        ],
        now=NOW,
    )
    answer = (await world.ask("How did the plan of Hooli change?"))["answer"]
    assert (
        "The plan of Hooli was Gold (crm, from 2024-01-01 to 2025-01-01), and is Silver (crm, from 2025-01-01)."
        in answer
    )


@pytest.mark.parametrize("text", ["Is Acme Corp happy?", "How is Acme Corp doing?", "How are things with Acme Corp?"])
async def test_how_a_customer_fares_is_told_in_short_by_its_health(world: World, text: str) -> None:
    answer = await world.ask(text)
    lines = answer["answer"].splitlines()
    assert lines[0].startswith("Acme Corp churned on 2025-11-30")
    assert len(lines) <= 8
    by_tool = await world.workflow.health(world.memory, Ask(tool="customer_health", text=text, customer="acme"))
    assert f"the health of Acme Corp was {by_tool.envelope['score']:.1f} of 100" in answer["answer"]
    for driver in by_tool.envelope["drivers"]:
        assert (driver["sentence"] in answer["answer"]) == bool(driver["points"])
    for citation in answer["citations"]:
        assert citation["quote"] in (await read_resource(world.memory, citation["uri"], now=NOW)).text


async def test_a_report_that_is_asked_for_stays_whole(world: World) -> None:
    answer = (await world.ask("Give me a health report for Acme Corp"))["answer"]
    assert "## Contact" in answer
    assert "of 100" not in answer


async def test_of_two_questions_in_one_each_is_answered_or_said_to_be_unknown(world: World) -> None:
    both = (await world.ask("Who owns the Acme Corp account and what is their ARR?"))["answer"]
    assert "The owner of the Acme Corp account" in both
    assert "148,000" in both
    assert "Nothing is recorded" not in both
    one = (await world.ask("Who is the janitor at Globex and what plan are they on?"))["answer"]
    assert "Globex is on the Gold plan" in one
    assert one.endswith("Nothing is recorded about janitor.")
    three = (await world.ask("Who owns Acme Corp, what is their ARR and when did they churn?"))["answer"]
    assert "Ann Lee" in three
    assert "148,000" in three
    assert "2025-11-30" in three
    other = (await world.ask("What is the ARR of Hooli and who owns the account?"))["answer"]
    assert other.endswith("Nothing is recorded about account owner.")


async def test_what_is_not_recorded_of_a_customer_is_named(world: World) -> None:
    answer = await world.ask("Who used to own the Hooli account?")
    assert answer["abstained"]
    assert "account owner" in answer["answer"]
    assert "used" not in answer["answer"]


async def test_customers_are_counted_by_each_value(world: World) -> None:
    tiers = (await world.ask("How many customers are in each tier?"))["answer"]
    assert tiers.startswith("2 customers that we have not lost with tier on record; by tier: Enterprise 2. [1]")
    rivals = (await world.ask("Who are our biggest competitors?"))["answer"]
    assert rivals.startswith("3 customers with competitor on record; by competitor: Planwise 2, Basecamp 1. [1]")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("How many customers reported outages?", "2 customers with tickets about outage. [1]"),
        ("How many customers wrote to us in March 2025?", "3 customers with tickets in March 2025. [1]"),
        ("How many customers do we have?", "3 customers; by state: not lost 2, lost 1. [1]"),
        ("How many of our accounts are there?", "3 customers; by state: not lost 2, lost 1. [1]"),
        ("How many customers are on the Enterprise tier?", "2 customers with tier Enterprise. [1]"),
        ("Who manages the most accounts?", "1 customer with account owner on record; by account owner: Ann Lee 1. [1]"),
        ("Which tiers do our customers have?", "2 customers that we have not lost with tier on record; by tier"),
        ("Which customer churned most recently?", "1 customer that we have lost, with their last day on record"),
    ],
)
async def test_customers_are_counted_by_what_is_on_record_or_by_what_they_wrote(
    world: World, asked: str, said: str
) -> None:
    answer = await world.ask(asked)
    assert answer["answer"].startswith(said)
    assert not answer["abstained"]


@pytest.mark.parametrize(
    "asked", ["How many customers wrote more than once?", "Which accounts opened at least 2 tickets?"]
)
async def test_customers_are_not_counted_by_how_often_they_wrote(world: World, asked: str) -> None:
    answer = await world.ask(asked)
    assert answer["abstained"] or "by customer" in answer["answer"]


@pytest.mark.parametrize("asked", ["how is qwertz gmbh doing?", "health check for blorptech"])
async def test_a_report_on_a_name_that_stands_nowhere_is_none_on_all(world: World, asked: str) -> None:
    await world.memory.maintain()  # counts its words
    answer = await world.ask(asked)
    assert answer["abstained"]
    assert "speaks of" in answer["answer"]
    assert not (await world.ask("how is our business doing?"))["answer"].startswith("I don't know. Nothing that is")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Why are we losing customers?", "1 customer that we have lost with churn reason on record"),
        ("Why do customers leave?", "1 customer with churn reason on record; by churn reason: price 1"),
        (
            "Who renews in the next 60 days?",
            "1 customer with renewal date in the next 60 days. [1]\nThe renewal date of Hooli",
        ),
        (
            "Which accounts renew next quarter?",
            "1 customer with renewal date in Q2 2026. [1]\nThe renewal date of Globex",
        ),
        ("Who renews next week?", "0 customers with renewal date in the week"),
        ("Tell me about Globex", "## Globex: account\n\n- Globex is active (crm, from 2024-01-01)"),
        ("What do we know about Globex?", "## Globex: account\n\n- Globex is active (crm, from 2024-01-01)"),
        ("How is Acme doing?", "Acme Corp churned on 2025-11-30 (crm). [1]\nThe reason on record for the loss"),
    ],
)
async def test_losses_what_falls_due_and_all_about_one(world: World, asked: str, said: str) -> None:
    more = (
        ("acme", "churn_reason", "price"),
        ("globex", "renewal_date", "2026-05-01"),
        ("hooli", "renewal_date", "2026-02-10"),
    )
    await world.memory.semantic.put_many([await _fact(*one) for one in more], now=NOW)
    assert (await world.ask(asked))["answer"].startswith(said)


@pytest.mark.parametrize("asked", ["Which customers lost data?", "Which accounts left a bad review?"])
async def test_who_lost_something_is_not_lost(world: World, asked: str) -> None:
    assert "that we have lost" not in (await world.ask(asked))["answer"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("What is the average csat?", "The average CSAT of 3 tickets is 2.67; 5 more have none on record. [1]"),
        (
            "What's the median CSAT of outage tickets?",
            "The median CSAT of 3 tickets about outage is 2; 2 more have none",
        ),
        (
            "How long did it take to resolve outages?",
            "The average time to resolution of 3 tickets about outage is 36 hours;",
        ),
        ("What is the average CSAT of Hooli?", "I don't know."),
        (
            "What percentage of tickets are about outages?",
            "5 tickets about outage, which is 62.5 % of 8 on any topic. [1]",
        ),
        ("What share of Globex's tickets are about billing?", "I don't know."),
    ],
)
async def test_ratings_times_and_shares_of_tickets(world: World, asked: str, said: str) -> None:
    for n, csat in enumerate((5.0, 1.0, 2.0)):
        at = MARCH + timedelta(days=n)
        plain = await _ticket(n, "globex", at, "outage", f"Sync is down, error {n}00.")
        rated = replace(plain, csat=csat, resolved_at=at + timedelta(hours=12 * (n + 2)), content_hash=b"rated")
        await world.memory.vector.put_many([rated])
    assert (await world.ask(asked))["answer"].startswith(said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            "What do our enterprise customers complain about most?",
            "5 tickets of customers of tier Enterprise; by category",
        ),
        (
            "How many enterprise customers reported outages?",
            "1 customer of tier Enterprise with tickets about outage. [1]",
        ),
        (
            "Which enterprise customers complain about outages?",
            "3 tickets of customers of tier Enterprise about outage;",
        ),
        ("How many tickets mention the Enterprise plan?", "I don't know. None fits: 0 tickets that mention Enterprise"),
        ("Which customers have we lost to competitors?", "1 customer that we have lost. [1]\nAcme Corp churned"),
        ("Which customers have the lowest ARR?", "2 customers that we have not lost, with ARR on record, the smallest"),
    ],
)
async def test_tickets_of_those_customers_that_have_a_value(world: World, asked: str, said: str) -> None:
    assert (await world.ask(asked))["answer"].startswith(said)


@pytest.mark.parametrize(
    "asked",
    [
        "I'd like to know how long backups are kept, and I've no time to ask around. I can't wait.",
        "Deleting the account of a user: how long are backups kept?",
        "Is this a bug? My invoice has the wrong address.",
        "Accessing the EU archive of backups",
        "How many MB do backups take? Still, they are kept.",
    ],
)
async def test_words_that_begin_a_sentence_and_contractions_are_no_names(world: World, asked: str) -> None:
    assert "known by the name" not in (await world.ask(asked))["answer"]


@pytest.mark.parametrize("asked", ["Why did Sterling churn?", "Tell me. Why did Zorblax leave?", "What is SAP's tier?"])
async def test_names_that_nobody_bears_stay_names(world: World, asked: str) -> None:
    assert "known by the name" in (await world.ask(asked))["answer"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("How many tickets per customer do we have on average?", "The average number of tickets of 3 customers with"),
        ("What was our churn rate in 2025?", "I don't know. No rate is reckoned here"),
        ("Which enterprise customers had outages?", "3 tickets of customers of tier Enterprise about outage;"),
        ("When was the last time Globex wrote?", "3 tickets of Globex. [1]\nGlobex, 2025-03-05"),
        ("Which tiers churn the most?", "I don't know."),
    ],
)
async def test_ratios_and_the_last_time(world: World, asked: str, said: str) -> None:
    assert (await world.ask(asked))["answer"].startswith(said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Which customers churned in 2025 and why?", "1 customer that we have lost in 2025. [1]\nAcme Corp churned"),
        ("How did the share of outage tickets change in 2025?", "I don't know. Ratings, times and shares"),
        ("Which enterprise customers renew in the next 90 days?", "1 customer of tier Enterprise with renewal date in"),
        ("Which basic customers renew in the next 90 days?", "0 customers of tier Basic with renewal date in the next"),
    ],
)
async def test_conditions_that_stand_beside_each_other(world: World, asked: str, said: str) -> None:
    more = (
        ("hooli", "renewal_date", "2026-02-10"),
        ("acme", "renewal_date", "2026-02-11"),
        ("acme", "tier", "Pro"),
        ("initech", "tier", "Basic"),
    )
    await world.memory.semantic.put_many([await _fact(*one) for one in more], now=NOW)
    assert (await world.ask(asked))["answer"].startswith(said)
