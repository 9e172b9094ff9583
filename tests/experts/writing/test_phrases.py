"""Facts in words: one sentence for a history, commas in bare amounts."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.experts import Evidence, Question, Synthesizer, Verifier
from moe_memorygraph.experts.evidence import fact_evidence
from moe_memorygraph.memory.values import Customer, Fact
from tests.memory.samples import NOW, fact

ACME = Customer(customer_id="acme", name="Acme Corp")
ASKED = Question(
    run_id=UUID(int=1),
    text="What was the health score of Acme Corp?",
    kind="what_is",
    asked_at=NOW,
    customers=(ACME,),
    customer_names={"acme": "Acme Corp"},
    predicates=("health_score", "arr", "seats", "plan"),
)


def held(predicate: str, value: str, since: int, until: int | None = None) -> Fact:
    times = [datetime(year, 1, 1, tzinfo=UTC) if year else None for year in (since, until)]
    return replace(
        fact("acme", predicate, value, name=f"{predicate}{value}"),
        customer_id="acme",
        valid_from=times[0],
        valid_to=times[1],
        source="crm",
    )


def told(*facts: Fact, question: Question = ASKED) -> list[str]:
    evidence: list[Evidence] = [fact_evidence(one, expert="SemanticQuery", score=0.9) for one in facts]
    verdict = Verifier().verify(question, Synthesizer().compose(question, evidence), evidence)
    assert not verdict.dropped
    return [claim.text for claim in verdict.draft.claims]


def test_values_that_follow_each_other_are_one_sentence_in_order() -> None:
    scores = [held("health_score", "61", 2022, 2023), held("health_score", "82", 2021, 2022)]
    (sentence,) = told(*scores, held("health_score", "24", 2023))
    assert sentence == (
        "The health score of Acme Corp was 82 (crm, from 2021-01-01 to 2022-01-01), then 61 (crm, from 2022-01-01 to "
        "2023-01-01), and is 24 (crm, from 2023-01-01)."
    )


def test_values_at_the_same_time_stay_apart() -> None:
    assert len(told(held("plan", "Gold", 2021), held("plan", "Pro", 2022))) == 2


def test_bare_amounts_have_commas_and_are_borne_by_what_is_cited() -> None:
    assert told(held("arr", "148000", 2022)) == [
        "Annual recurring revenue from Acme Corp is 148,000 (crm, from 2022-01-01)."
    ]
    assert told(held("seats", "9500", 2022)) == ["Acme Corp has 9500 seats (crm, from 2022-01-01)."]
    assert "0017450" in told(held("plan", "0017450", 2022))[0]
