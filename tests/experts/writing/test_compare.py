"""What is ahead is said first, on the numbers that tell, and what may be chance is called so."""

from dataclasses import replace
from uuid import UUID

from moe_memorygraph.experts import Draft, Evidence, Question, Synthesizer, Tally, Verifier
from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence
from moe_memorygraph.memory.values import Customer, GroupCount, TicketFilter
from tests.memory.samples import NOW, fact

ONE, OTHER = Customer(customer_id="one", name="Oneberg"), Customer(customer_id="two", name="Twofield")
ASKED = Question(
    run_id=UUID(int=1),
    text="Compare Oneberg and Twofield",
    kind="compare",
    asked_at=NOW,
    customers=(ONE, OTHER),
    customer_names={"one": "Oneberg", "two": "Twofield"},
)


def count_of(customer: str, total: int) -> Evidence:
    filters = TicketFilter(customer_ids=(customer,))
    tally = Tally(what=f"of {ASKED.customer_names[customer]}", filters=filters, total=total)
    return tally_evidence(tally, expert="VectorRetrieve", question=ASKED, score=0.9)


def value_of(customer: str, value: str, predicate: str = "seats") -> Evidence:
    return fact_evidence(fact(customer, predicate, value, customer_id=customer), expert="SemanticQuery", score=0.9)


def answered(question: Question, *evidence: Evidence) -> list[str]:
    """The verified sentences of the answer; none may be dropped."""
    draft = Synthesizer().compose(question, evidence)
    verdict = Verifier().verify(question, Draft(claims=draft.claims), evidence)
    assert verdict.dropped == ()
    return [claim.text for claim in verdict.draft.claims if not claim.heading]


def test_who_sent_more_is_said_first() -> None:
    assert answered(ASKED, count_of("one", 12), count_of("two", 40))[0] == (
        "Twofield sent more tickets: 40 against 12 of Oneberg."
    )


def test_a_small_difference_may_be_chance() -> None:
    assert answered(ASKED, count_of("one", 12), count_of("two", 15))[0].endswith("so small a difference may be chance.")
    assert "as many tickets: 12 each" in answered(ASKED, count_of("one", 12), count_of("two", 12))[0]


def test_of_values_asked_for_the_larger_is_said_first_and_nothing_beside_them() -> None:
    seats = replace(ASKED, predicates=("seats",))
    told = answered(seats, value_of("one", "1,200"), value_of("two", "90"), count_of("one", 3), count_of("two", 9))
    assert told[0] == "By seats, Oneberg is ahead of Twofield: 1,200 against 90."
    assert not any("tickets" in sentence for sentence in told)


def test_values_of_different_units_or_with_words_are_not_ranked() -> None:
    paid = replace(ASKED, predicates=("arr",))
    for one, other in (("$10", "€9"), ("about 10 to 20", "15"), ("10 % more", "9")):
        told = answered(paid, value_of("one", one, "arr"), value_of("two", other, "arr"))
        assert not any("ahead" in sentence for sentence in told)


def test_of_two_topics_the_larger_is_said_first_and_the_count_once() -> None:
    groups = (GroupCount(key="login", count=50), GroupCount(key="billing", count=20))
    tally = Tally(
        what="about login and billing", filters=TicketFilter(), total=70, group_field="category", groups=groups
    )
    evidence = tally_evidence(tally, expert="VectorRetrieve", question=ASKED, score=0.9)
    told = answered(replace(ASKED, customers=(), categories=("login", "billing")), evidence)
    assert told[0] == "Login is ahead: 50 tickets against 20 about billing."
    assert len(told) == len(set(told)) == 2
