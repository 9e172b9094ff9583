"""Which facts a question asks for, and what it leaves unexplained."""

import pytest

from moe_memorygraph.experts.values import QuestionKind
from moe_memorygraph.memory.predicates import Predicate, PredicateCatalogue
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.words import tokens
from moe_memorygraph.workflow.asked_facts import Asked, NamedFacts

RECORDED = (
    "account_owner",
    "contract_value",
    "data_region",
    "employer",
    "industry",
    "primary_contact",
    "region",
    "renewal_date",
    "seat_price",
    "seats",
    "status",
    "tier",
)


def asked(
    text: str,
    *,
    kind: QuestionKind = "what_is",
    recorded: tuple[str, ...] = RECORDED,
    of_somebody: bool = True,
    catalogue: PredicateCatalogue = STANDARD,
) -> Asked:
    """What is asked; words in capitals stand for a name."""
    words = tokens(text)
    named = frozenset(place for place, word in enumerate(words) if word.isupper() and len(word) > 1)
    found = NamedFacts([word.lower() for word in words], named, catalogue=catalogue, recorded=recorded)
    return found.asked(kind, of_somebody=of_somebody)


@pytest.mark.parametrize(
    ("text", "predicates"),
    [
        ("Who takes care of ACME for us?", ("account_owner",)),
        ("Whose account is ACME, who handles it?", ("account_owner",)),
        ("Who is managing ACME at the moment?", ("account_owner",)),
        ("Which of our people is the success manager of ACME?", ("account_owner",)),
        ("How many licenses has ACME purchased?", ("seats",)),
        ("For how many users is ACME entitled?", ("seats",)),
        ("What is the price per seat that ACME pays?", ("seat_price",)),
        ("How much is ACME paying us?", ("contract_value",)),
        ("How big is the deal with ACME?", ("contract_value",)),
        ("When does the contract of ACME run out?", ("renewal_date",)),
        ("By what date must the ACME renewal be signed?", ("renewal_date",)),
        ("Who should I talk to at ACME?", ("primary_contact",)),
        ("Where do we keep data of ACME?", ("data_region",)),
        ("Which package did ACME buy?", ("tier",)),
        ("Which package does ACME pay for?", ("tier",)),
        ("What line of business is ACME in?", ("industry",)),
        ("Where in the world is ACME?", ("employer", "region")),
        ("Is ACME still active?", ("status",)),
        ("Who employs IDRIS VOSS?", ("employer",)),
        ("What are the tier and the seats of ACME?", ("tier", "seats")),
        ("When did ACME move to its tier?", ("tier",)),
    ],
)
def test_facts_are_asked_for_in_peoples_words(text: str, predicates: tuple[str, ...]) -> None:
    assert asked(text).predicates == predicates


@pytest.mark.parametrize(
    ("text", "unexplained"),
    [
        ("What rent does ACME pay for its office?", ("rent", "pay", "office")),
        ("When is the birthday of our contact at ACME?", ("birthday", "contact")),
        ("What is the phone number of the owner of ACME?", ("phone", "owner")),
        ("What revenue did ACME announce to investors?", ("revenue", "announce", "investors")),
        ("How many employees does ACME have?", ("employees",)),
        ("Which bank does ACME use?", ("bank",)),
        ("How many children does IDRIS VOSS have?", ("children",)),
        ("Who audits ACME?", ("audits",)),
    ],
)
def test_what_no_fact_records_is_no_fact_beside_it(text: str, unexplained: tuple[str, ...]) -> None:
    assert asked(text) == Asked(predicates=(), unexplained=unexplained)


def test_what_a_fact_may_leave_open_is_told_beside_it() -> None:
    assert asked("Who is the owner of ACME in Chicago?") == Asked(
        predicates=("account_owner",), unexplained=("Chicago".lower(),)
    )


def test_a_value_of_another_type_is_no_answer() -> None:
    assert asked("Who renews ACME?").predicates == ()
    assert asked("Where is the contract of ACME?").predicates == ()
    assert asked("How much storage comes with the tier?", of_somebody=False).predicates == ()


def test_customers_are_asked_for_by_facts_about_them() -> None:
    assert asked("Who is on the GOLD plan?", of_somebody=False).predicates == ("tier",)
    assert asked("How many customers are on the GOLD plan?", of_somebody=False).predicates == ("tier",)


def test_their_own_words_are_no_owner() -> None:
    assert asked("What did ACME say in their own words?").predicates == ()


def test_other_kinds_of_question_weigh_facts_beside_other_things() -> None:
    assert asked("Who has more seats, ACME or GLOBEX?", kind="compare").predicates == ("seats",)
    assert asked("Why did ACME churn?", kind="why", recorded=("churned_at", "churn_reason")).predicates == (
        "churn_reason",
        "churned_at",
    )


def test_a_predicate_that_nobody_described_is_asked_for_by_its_name() -> None:
    recorded = ("go_live_date", "fiscal_sponsor", "onboarding_weeks")
    assert asked("When did ACME go live?", recorded=recorded).predicates == ("go_live_date",)
    assert asked("Who is the fiscal sponsor of ACME?", recorded=recorded).predicates == ("fiscal_sponsor",)
    assert asked("How many weeks did onboarding take at ACME?", recorded=recorded).predicates == ("onboarding_weeks",)


def test_a_tenants_own_words_ask_for_its_own_predicates() -> None:
    own = Predicate(name="bay", single=True, value="place", aliases=("hangar",), asked_by=("parked", "berth"))
    catalogue = STANDARD.with_own([own])
    assert asked("Where is ACME parked?", recorded=("bay",), catalogue=catalogue).predicates == ("bay",)
    assert asked("Where is ACME parked?", recorded=("hangar",), catalogue=catalogue).predicates == ("hangar",)
    assert asked("Where is ACME parked?", recorded=("bay",)).predicates == ()
