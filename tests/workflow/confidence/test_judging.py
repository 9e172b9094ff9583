"""Answers given and withheld, and why."""

from datetime import UTC, datetime
from typing import Any

import pytest

from moe_memorygraph.experts import Draft, Evidence, Question, Tally, TimeRange
from moe_memorygraph.experts.evidence import tally_evidence
from moe_memorygraph.memory.values import DataSpan, TicketFilter
from moe_memorygraph.workflow.confidence import Assessment, Model, assess
from moe_memorygraph.workflow.confidence.judging import HARDLY
from tests.workflow.confidence.samples import ACME, citing, count, fact, question, ticket

SPAN = DataSpan(oldest=datetime(2024, 1, 1, tzinfo=UTC), newest=datetime(2025, 12, 31, tzinfo=UTC))
SURE = Model(weights={"ticket.similarity": 0.123456789, "ticket": 3.0}, curve=((-4.0, 0.02), (4.0, 0.98)))
UNSURE = Model(weights={}, curve=((0.0, 0.3),))


def judge(
    asked: Question, evidence: list[Evidence], draft: Draft | None = None, *, model: Model = SURE, **changes: Any
) -> Assessment:
    given = {"span": SPAN, "dropped": 0, "conflicts": 0, "degraded": 0, "abstain_below": 0.5, **changes}
    return assess(asked, draft or citing(*range(len(evidence))), evidence, model=model, **given)


def test_the_contributions_add_up_to_the_digit() -> None:
    found = judge(question("?"), [ticket("It fails.", similarity=0.7)])
    assert not found.abstained
    assert found.logit == round(sum(found.contributions.values()), 6)
    assert found.contributions["ticket.similarity"] == 0.08642
    assert found.confidence == round(SURE.probability(found.logit), 4)
    assert found.explained() == {
        "logit": found.logit,
        "contributions": dict(found.contributions),
        "reason": None,
    }


def test_under_the_threshold_it_names_what_nothing_speaks_of() -> None:
    asked = question("Do we pay for parental holidays?", keywords=("pay", "parental", "holidays"))
    shares = {"pay": 0.2, "parental": 0.0, "holidays": 0.01}
    found = judge(asked, [ticket("We pay on time.")], model=UNSURE, shares=shares)
    assert (found.abstained, found.reason, found.is_hard, found.confidence) == (True, "unsure", False, 0.3)
    assert found.missing == "What is missing: evidence that speaks of “parental”, “holidays”."
    assert not judge(asked, [ticket("We pay on time.")], model=UNSURE, shares=shares, abstain_below=0.3).abstained
    known = judge(question("?"), [ticket("We pay on time.")], model=UNSURE)
    assert known.missing == "What is missing: evidence that speaks of what was asked."


@pytest.mark.parametrize(
    ("asked", "evidence", "reason"),
    [
        (question("Why did Globex leave?", unknown_names=("Globex",)), [ticket("We left.")], "unknown_name"),
        (
            question(
                "?",
                time=TimeRange(
                    since=datetime(2019, 1, 1, tzinfo=UTC), until=datetime(2020, 1, 1, tzinfo=UTC), label="2019"
                ),
            ),
            [ticket("It fails.")],
            "no_such_time",
        ),
        (question("How many since the outage?", kind="how_many", undated="outage"), [ticket("x")], "undated"),
        (
            question("What rent does Acme pay?", customers=(ACME,), unexplained=("rent",)),
            [fact("tier", "gold")],
            "unrecorded",
        ),
        (question("?"), [], "nothing_found"),
        (question("?"), [count(0, question("?"))], "nothing_counted"),
    ],
)
def test_reasons_that_no_sign_outweighs(asked: Question, evidence: list[Evidence], reason: str) -> None:
    found = judge(asked, evidence)
    assert (found.abstained, found.reason, found.is_hard) == (True, reason, True)
    assert found.confidence <= HARDLY
    assert found.missing.endswith(".")


def test_no_customers_of_a_tenant_without_tickets_are_no_answer() -> None:
    asked = question("Who is at risk?", kind="list", state="at_risk")
    tally = Tally(noun="customer", what="at risk", filters=TicketFilter(), total=0)
    none = [tally_evidence(tally, expert="SemanticQuery", question=asked, score=0.9)]
    assert judge(asked, none, span=DataSpan(oldest=None, newest=None)).reason == "nothing_counted"
    assert judge(asked, none).reason is None


def test_an_unknown_name_that_the_evidence_mentions_is_known() -> None:
    asked = question("What do customers say of Globex?", unknown_names=("Globex",))
    assert judge(asked, [ticket("Globex offers the same for less.")]).reason is None


def test_nobody_is_compared_with_a_name_that_is_only_mentioned() -> None:
    asked = question("Compare Acme and Globex", kind="compare", customers=(ACME,), unknown_names=("Globex",))
    assert judge(asked, [ticket("Globex offers the same for less.")]).reason == "unknown_name"


def test_names_that_may_have_been_meant_are_told() -> None:
    asked = question("Why did Acmee leave?", unknown_names=("Acmee",), customer_names={"acme": "Acme Corp"})
    assert judge(asked, [ticket("We left.")]).missing.endswith("known by the name “Acmee”. Did you mean Acme Corp?")


@pytest.mark.parametrize("text", ["hello", "Hi there!", "Good morning, thank you very much", "test"])
def test_a_greeting_is_answered_with_no_ticket_that_greets(text: str) -> None:
    found = judge(question(text, kind="general"), [ticket("Hello, it fails.", similarity=0.9)])
    assert (found.abstained, found.reason) == (True, "nothing_asked")


@pytest.mark.parametrize("text", ["refund?", "Okta", "hello, refunds"])
def test_one_word_is_a_question(text: str) -> None:
    assert judge(question(text, kind="general"), [ticket("It fails.", similarity=0.9)]).reason != "nothing_asked"
