"""Names that facts know and that are no customers'."""

from dataclasses import replace
from uuid import UUID

import pytest

from moe_memorygraph.experts import Question
from moe_memorygraph.words import tokens
from moe_memorygraph.workflow.known_names import KnownNames
from moe_memorygraph.workflow.understand import understand
from moe_memorygraph.workflow.values import Ask
from tests.workflow.test_understand import NOW, VIEW

KNOWN = KnownNames(
    subjects=("Idris Voss", "Globe of Steel"),
    values=(
        ("account_owner", "Tina Falk"),
        ("plan", "Gold"),
        ("industry", "Publishing"),
        ("churn_reason", "price and failures of every kind"),
        ("renewal_date", "2026-01-31"),
        ("seats", "40"),
    ),
)
PREDICATES = ("account_owner", "employer", "industry", "plan", "primary_contact", "seats")


def read(text: str) -> Question:
    view = replace(VIEW, predicates=PREDICATES, known=KNOWN)
    ask = Ask(tool="query_customer_intel", text=text)
    return understand(ask, text, run_id=UUID(int=1), view=view, now=NOW)


def test_names_are_found_by_all_their_words() -> None:
    found = KNOWN.mentions(tokens("Does idris voss know Tina Falk's Gold and her gold?"))
    assert [(one.first, one.stop, one.subject, one.is_somebody, one.predicates) for one in found] == [
        (1, 3, "Idris Voss", True, ()),
        (4, 6, None, True, ("account_owner",)),
        (6, 7, None, False, ("plan",)),
        (9, 10, None, False, ("plan",)),
    ]
    assert len(KNOWN) == 5  # no date, no number, no sentence
    assert KnownNames().mentions(["Gold"]) == []


@pytest.mark.parametrize(
    ("text", "subjects", "predicates"),
    [
        ("Who is the employer of Idris Voss?", ("Idris Voss",), ("employer",)),
        ("where does idris voss work", ("Idris Voss",), ("employer",)),
        ("Which company is Idris Voss with today?", ("Idris Voss",), ("employer",)),
        ("Who owns Tina Falk's accounts?", (), ("account_owner",)),
    ],
)
def test_facts_of_people_can_be_asked_for(text: str, subjects: tuple[str, ...], predicates: tuple[str, ...]) -> None:
    question = read(text)
    assert (question.subjects, question.predicates, question.unknown_names) == (subjects, predicates, ())


@pytest.mark.parametrize(
    ("text", "predicates"),
    [
        ("Is Acme Corp on gold?", ("plan",)),
        ("Is Acme Corp still a Gold customer?", ("plan",)),
        ("When did Acme Corp move to Gold?", ("plan",)),
        ("Is Acme Corp happy with Gold?", ()),
        ("Who has the Gold plan?", ("plan",)),
    ],
)
def test_a_value_asks_for_what_has_it(text: str, predicates: tuple[str, ...]) -> None:
    assert read(text).predicates == predicates


def test_what_nobody_recorded_of_a_person_is_told() -> None:
    question = read("When is Tina Falk's birthday?")
    assert (question.predicates, question.unexplained) == ((), ("birthday",))


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Why did Kelmton Publishing churn?", ("Kelmton Publishing",)),
        ("Which customers are on the Gold plan?", ()),
        ("How many seats does Tina Falk have?", ()),
        ("How many seats does Tina Fox have?", ("Tina Fox",)),
    ],
)
def test_a_value_within_a_longer_name_makes_it_no_known_one(text: str, unknown: tuple[str, ...]) -> None:
    assert read(text).unknown_names == unknown


def test_an_alias_that_cuts_a_name_short_is_no_namesakes() -> None:
    view = replace(VIEW, known=KnownNames())
    ask = Ask(tool="query_customer_intel", text="Why did Globex Freight churn?")
    question = understand(ask, ask.text, run_id=UUID(int=1), view=view, now=NOW)
    assert (question.customer_ids, question.unknown_names) == ((), ("Globex Freight",))
