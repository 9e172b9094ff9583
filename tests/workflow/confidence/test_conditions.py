"""Questions whose condition no count or list applies are not answered by one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from moe_memorygraph.experts import Question
from moe_memorygraph.workflow.confidence.conditions import unmet_condition
from tests.workflow.confidence.samples import ACME, count, fact, question, ticket


def listing(text: str) -> Question:
    return question(text, kind="list", asks_customers=True)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Which customers are not on the Gold plan?", "customers are not on"),
        ("Which accounts haven't churned?", "accounts haven't churned"),
        ("Which clients sent no tickets in May?", "no tickets"),
        ("Which clients have never complained?", "clients have never complained"),
        ("Which customers outside of Europe are on Gold?", "outside of"),
        ("Which customers have more than 100 seats?", "more than 100"),
        ("Who pays over $50,000?", "over $50,000"),
    ],
)
def test_what_is_left_out_or_bounded_is_not_listed(text: str, named: str) -> None:
    asked = listing(text)
    assert f"(“{named}”)" in unmet_condition(asked, [count(3, asked)])
    assert not unmet_condition(asked, [ticket("It is not here.")])


@pytest.mark.parametrize(
    "text",
    [
        "How many tickets are not closed?",
        "How many tickets that are not about billing came in?",
        "How many tickets came in, excluding billing?",
        "How many non-billing tickets came in?",
    ],
)
def test_tickets_that_are_left_out_are_not_counted(text: str) -> None:
    asked = question(text, kind="how_many")
    assert "leave nothing out" in unmet_condition(asked, [count(3, asked)])


@pytest.mark.parametrize(
    "text",
    [
        "Which customers could not log in?",
        "Which customers did not receive the invoice?",
        "Which customers say that exports do not work?",
        "Which customers sent more than 20 tickets?",
        "Which customers wrote in the last 3 months?",
        "Which customers are non-profit?",
    ],
)
def test_what_tickets_are_about_leaves_nothing_out(text: str) -> None:
    asked = listing(text)
    assert not unmet_condition(asked, [count(3, asked)])


def test_a_count_of_tickets_is_none_of_customers() -> None:
    asked = question("How many customers do we have?", kind="how_many", asks_customers=True)
    assert unmet_condition(asked, [count(9, asked)]).startswith("What is missing: a count of customers")


def test_nobody_left_before_the_day_of_the_loss() -> None:
    lost = replace(ACME, churned_at=date(2025, 11, 30))
    asked = question("Why did Acme churn?", kind="why", customers=(lost,), as_of=datetime(2024, 1, 1, tzinfo=UTC))
    assert unmet_condition(asked, [ticket("Too dear.")]) == "Acme Corp had not left by 2024-01-01."
    assert not unmet_condition(replace(asked, as_of=datetime(2025, 12, 1, tzinfo=UTC)), [ticket("Too dear.")])


def test_a_ticket_that_speaks_of_leave_is_no_record_of_a_loss() -> None:
    asked = question("When did Acme leave?", customers=(ACME,), predicates=("churned_at",))
    assert unmet_condition(asked, [ticket("Our admin is on leave.")]) == "No loss of Acme Corp is on record."
    assert not unmet_condition(asked, [fact("churned_at", "2025-11-30")])
