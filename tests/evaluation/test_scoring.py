"""Scores of answers whose rightness is known."""

from dataclasses import replace
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation import (
    Expectation,
    GoldenQuestion,
    QuestionScore,
    below_floors,
    digest_of,
    score_answer,
    summarize,
)
from moe_memorygraph.evaluation.scoring import folded, stands_in

TICKET = "memory://tickets/T%2F1"
CHURN = GoldenQuestion(
    id="churn",
    question="Why did Acme Corp churn?",
    kind="why",
    expect=Expectation(
        claims=(("price", "pricing"), ("SSO", "single sign-on")),
        citations_any=("T/1", "plane:knowledge"),
        experts_any=("SemanticQuery",),
        forbid=("Globex",),
    ),
)
UNKNOWN = GoldenQuestion(id="unknown", question="?", kind="what_is", expect=Expectation(abstain=True))


def envelope(**changes: Any) -> dict[str, Any]:
    return {
        "answer": "Acme Corp left over Pricing and because Single Sign-On failed.",
        "confidence": 0.8,
        "abstained": False,
        "citations": [{"uri": TICKET, "quote": "too dear", "plane": "vector"}],
        "gate": {"experts_run": ["SemanticQuery", "Compliance"]},
        "audit": {"latency_ms": 20.5},
        **changes,
    }


def test_a_right_answer() -> None:
    score = score_answer(CHURN, envelope(), resources={TICKET: "It is too dear for us."})
    assert (score.right, score.claims_right, score.citations_supported) == (True, 2, 1)
    assert score.cited_as_expected is True
    assert score.experts_as_expected is True
    assert score.latency_ms == 20.5


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": "Acme Corp left over pricing."},
        {"answer": "Acme Corp left over pricing and SSO, as Globex did."},
        {"abstained": True},
    ],
)
def test_wrong_answers(changes: dict[str, Any]) -> None:
    assert score_answer(CHURN, envelope(**changes), resources={}).right is False


@pytest.mark.parametrize("text", [None, "It is too  dear.", "It is Too dear."])
def test_a_quote_must_stand_in_its_resource_to_the_letter(text: str | None) -> None:
    assert score_answer(CHURN, envelope(), resources={TICKET: text}).citations_supported == 0


def test_an_empty_quote_supports_nothing() -> None:
    citations = [{"uri": TICKET, "quote": " ", "plane": "vector"}]
    assert score_answer(CHURN, envelope(citations=citations), resources={TICKET: "a b"}).citations_supported == 0


def test_abstaining_is_right_where_it_is_expected() -> None:
    assert score_answer(UNKNOWN, envelope(abstained=True, answer=""), resources={}).right is True
    assert score_answer(UNKNOWN, envelope(), resources={}).right is False


@pytest.mark.parametrize(
    ("answer", "text", "stands"),
    [
        ("There were 120 tickets", "12", False),
        ("There were 1,200 tickets", "1200", True),
        ("There were 1.5 million", "1", False),
        ("up 40 %", "40 %", True),
        ("It rose 40\u00a0%.", "40 %", True),
        ("pricing", "price", False),
        ("It’s Acme’s", "acme's", True),
        ("ended on 2025-09-30.", "2025-09-30", True),
    ],
)
def test_texts_are_found_at_the_bounds_of_words(answer: str, text: str, stands: bool) -> None:
    assert stands_in(folded(answer), text) is stands


def scored(*, right: bool, confidence: float, abstained: bool = False, should: bool = False) -> QuestionScore:
    return QuestionScore(
        id="x",
        kind="why",
        right=right,
        should_abstain=should,
        abstained=abstained,
        claims=2,
        claims_right=2 if right else 1,
        missing=(),
        forbidden=(),
        citations=3,
        citations_supported=3,
        cited_as_expected=None,
        experts_as_expected=right,
        confidence=confidence,
        latency_ms=10.0,
    )


def test_the_report_adds_up() -> None:
    report = summarize(
        [
            scored(right=True, confidence=0.9),
            scored(right=False, confidence=0.9),
            scored(right=True, confidence=0.1, abstained=True, should=True),
            scored(right=False, confidence=0.1, abstained=True),
        ]
    )
    assert (report.right, report.claims_right, report.citations_supported) == (0.5, 6 / 8, 1.0)
    assert (report.abstention_precision, report.abstention_recall) == (0.5, 1.0)
    assert report.brier == pytest.approx((0.1**2 + 0.9**2) / 2)
    assert report.ece == pytest.approx(0.4)
    assert report.cited_as_expected is None
    assert report.by_kind == {"why": (2, 4)}


def test_confidence_that_tells_right_from_wrong() -> None:
    told = [
        scored(right=right, confidence=sure) for right, sure in ((True, 0.9), (True, 0.7), (False, 0.7), (False, 0.2))
    ]
    report = summarize([*told, scored(right=True, confidence=0.95)])
    assert report.auroc == pytest.approx(5.5 / 6)  # of six pairs one is a tie
    assert report.risk_at_80 == pytest.approx(1 / 4)
    assert summarize([scored(right=True, confidence=0.9)]).auroc is None


def test_the_report_tells_why_it_abstained_and_what_that_cost() -> None:
    unsure = replace(
        scored(right=False, confidence=0.4, abstained=True), kind="policy", reason="unsure", withheld_right=True
    )
    unknown = scored(right=True, confidence=0.05, abstained=True, should=True)
    kept = [
        scored(right=True, confidence=0.9),
        unsure,
        replace(unknown, reason="unknown_name", withheld_right=False),
        replace(unknown, reason="unsure", confidence=0.45, withheld_right=False),
        unknown,
    ]
    report = summarize(kept)
    assert report.abstained_for == {"unsure": (1, 2), "not told": (1, 1), "unknown_name": (1, 1)}
    assert report.auroc is None  # nothing wrong was given
    assert report.auroc_composed == pytest.approx(3 / 4)
    assert report.certainty_by_kind["why"].answers == 1
    assert report.certainty_by_kind["policy"].answers == 0
    (only,) = report.to_json()["reliability"]
    assert only == {"low": 0.9, "high": 1.0, "answers": 1, "confidence": 0.9, "right": 1.0}
    assert report.to_json()["abstained_for"]["unsure"] == {"rightly": 1, "all": 2}


def test_the_digest_is_of_what_is_said_and_not_of_the_run() -> None:
    counted = {"uri": "memory://runs/0198-a", "quote": "12 tickets.", "id": "1", "observed_at": "2026-01-01"}
    again = {**counted, "uri": "memory://runs/0198-b", "observed_at": "2026-01-02"}
    one, same = envelope(run_id="a", citations=[counted]), envelope(run_id="b", citations=[again])
    assert digest_of(one) == digest_of(same)
    for changes in ({"answer": "No."}, {"confidence": 0.79}, {"citations": [{**counted, "quote": "13 tickets."}]}):
        assert digest_of({**one, **changes}) != digest_of(one)
    assert digest_of(envelope()) != digest_of(envelope(citations=[{"uri": "memory://tickets/2", "quote": "too dear"}]))


def test_floors() -> None:
    report = summarize([scored(right=True, confidence=0.9), scored(right=False, confidence=0.9)])
    assert below_floors(report, {"right": 0.5}) == []
    assert below_floors(report, {"right": 0.6}) == ["right is 0.500, under its floor 0.600"]
    assert below_floors(report, {"abstention_recall": 0.1}) == ["abstention_recall is not known, under its floor 0.100"]
    with pytest.raises(InvalidArgument, match="no figure 'speed'"):
        below_floors(report, {"speed": 1})


def test_nothing_cannot_be_summarized() -> None:
    with pytest.raises(InvalidArgument, match="No question was scored"):
        summarize([])
