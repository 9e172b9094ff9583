"""Signs of drafts of every kind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from moe_memorygraph.experts import Draft, Evidence, Question, TimeRange
from moe_memorygraph.memory.values import DocumentHit
from moe_memorygraph.workflow.confidence.model import SHIPPED
from moe_memorygraph.workflow.confidence.signs import STANDS_ON, signs_of
from tests.workflow.confidence.samples import ACME, NOW, citing, count, document, fact, question, ticket

SEATS = fact("seats", "120")
Q4 = TimeRange(since=datetime(2025, 10, 1, tzinfo=UTC), until=datetime(2026, 1, 1, tzinfo=UTC), label="Q4 2025")


def signs(asked: Question, evidence: Sequence[Evidence], draft: Draft | None = None, **given: int) -> dict[str, float]:
    draft = draft or citing(*range(len(evidence)))
    given = {"dropped": 0, "conflicts": 0, "degraded": 0, **given}
    return signs_of(asked, draft, evidence, shares={}, **given)


@pytest.mark.parametrize(
    ("asked", "cited", "ground"),
    [
        (question("?", predicates=("seats",)), SEATS, "asked"),
        (question("?"), SEATS, "facts"),
        (question("?"), document("Rules apply."), "document"),
        (question("?"), ticket("It fails."), "ticket"),
        (question("?", kind="how_many"), count(3, question("?")), "count"),
        (question("?", kind="why", customers=(ACME,)), ticket("It fails."), "reason"),
        (question("?", kind="why"), ticket("It fails."), "ticket"),
        (question("?", kind="report"), SEATS, "report"),
        (question("?"), replace(ticket("It fails."), expert="Compliance"), "risk"),
        (question("?"), replace(SEATS, payload=None), "nothing"),
    ],
)
def test_an_answer_stands_on_one_thing(asked: Question, cited: Evidence, ground: str) -> None:
    found = signs(asked, [cited])
    assert [name for name in STANDS_ON if name in found] == [ground]
    assert all(name in STANDS_ON or "." not in name or name.startswith(f"{ground}.") for name in found)


def test_a_draft_without_citations_stands_on_nothing() -> None:
    assert signs(question("?"), [], Draft())["nothing"] == 1.0


def test_all_signs_are_shares() -> None:
    asked = question("How many days until we get a refund?", keywords=("days", "refund"), time=Q4)
    evidence = [document("Refunds take five days.", similarity=-0.2, score=0.0), ticket("No refund yet.", score=1.0)]
    for draft in (citing(0), citing(1), citing(0, 1)):
        found = signs(asked, evidence, draft, dropped=3, conflicts=2, degraded=4)
        assert all(0.0 < value <= 1.0 for value in found.values()), found


def test_a_passage_that_fits_better_shows_it() -> None:
    asked = question("Is a parrot allowed?", keywords=("parrot",))
    near = signs(asked, [ticket("A parrot talks.", similarity=0.8, score=0.9), ticket("Noise.", name="T-2", score=0.1)])
    far = signs(
        asked, [ticket("Noise.", similarity=0.1, score=0.1), ticket("Nil.", name="T-2", similarity=0.1, score=0.1)]
    )
    for name in ("similarity", "close", "score", "margin", "similarity_margin"):
        assert near.get(f"ticket.{name}", 0.0) > far.get(f"ticket.{name}", 0.0), name
    assert "ticket.far" in far
    assert "ticket.far" not in near
    assert "ticket.unexplained" in far
    assert "ticket.unexplained" not in near


def test_the_margin_is_over_what_is_not_cited_first_cited_or_not() -> None:
    asked, best = question("?"), ticket("One.", score=0.9, similarity=0.8)
    alone = signs(asked, [best])
    beside = signs(asked, [best, ticket("Two.", name="T-2", score=0.9, similarity=0.8)], citing(0))
    assert alone["ticket.margin"] == 1.0
    assert "ticket.margin" not in beside
    assert "ticket.similarity_margin" not in beside


def test_a_value_of_another_sort_than_was_asked_for_is_a_misfit() -> None:
    asked = question("How many users does Acme have?", customers=(ACME,), predicates=("contract_value", "seats"))
    assert "asked.misfit" in signs(asked, [fact("contract_value", "$9,000")])
    assert "asked.misfit" not in signs(asked, [fact("seats", "120")])
    rule = question("How long are backups kept?", kind="policy")
    assert "document.misfit" in signs(rule, [document("Backups are kept in another country.")])
    assert "document.misfit" not in signs(rule, [document("Backups are kept for ninety days, or 3 months.")])


def test_an_entry_headed_by_a_question_answers_that_one_alone() -> None:
    asked = question("How do I mute a thread?", kind="policy")
    plain = document("Use the bell.")
    assert isinstance(plain.payload, DocumentHit)
    entry = replace(plain, payload=replace(plain.payload, title="How do I leave a thread?"))
    section = replace(plain, payload=replace(plain.payload, title="Is it free?", heading="Prices"))
    shown = [signs(asked, [one]) for one in (plain, entry, section)]
    assert [one.get("document.question") for one in shown] == [None, 1.0, None]
    assert [one.get("document.entry") for one in shown] == [1.0, 1.0, None]
    assert SHIPPED.weights["document.question"] < 0, "it is less sure to be right than a rule as near"


def test_sources_that_agree_on_the_value_count() -> None:
    asked = question("How many seats?", customers=(ACME,), predicates=("seats",))
    other = fact("seats", "120", number=2, source="contract")
    assert "asked.agree" in signs(asked, [SEATS, other])
    assert "asked.agree" not in signs(asked, [SEATS, fact("seats", "90", number=2, source="contract")])
    assert "asked.agree" not in signs(asked, [SEATS])


def test_facts_of_nobody_in_particular_are_unscoped() -> None:
    assert "asked.unscoped" in signs(question("?", predicates=("seats",)), [SEATS])
    assert "asked.unscoped" not in signs(question("?", predicates=("seats",), customers=(ACME,)), [SEATS])
    assert "asked.unscoped" not in signs(question("?", predicates=("seats",), subjects=("Acme",)), [SEATS])


def test_a_count_that_nobody_asked_for() -> None:
    weather = question("Is rain more likely in autumn?", kind="trend")
    assert "count.unasked" in signs(weather, [count(3, weather)])
    ours = question("What went up for our customers?", kind="trend")
    assert "count.unasked" not in signs(ours, [count(3, ours)])
    mention = signs(ours, [count(3, ours, what="that mention rain")])
    assert "count.mention" in mention


def test_evidence_of_another_time_than_was_asked_about() -> None:
    asked = question("What failed in Q4?", time=Q4)
    old, new = Q4.since - timedelta(days=5), Q4.since + timedelta(days=5)
    assert "out_of_time" in signs(asked, [ticket("It fails.", created_at=old)])
    assert "out_of_time" not in signs(asked, [ticket("It fails.", created_at=old), ticket("x", created_at=new)])
    assert "out_of_time" in signs(asked, [fact("status", "active", valid_from=NOW)])
    assert "out_of_time" not in signs(asked, [fact("status", "active", valid_from=old)])
    assert "out_of_time" in signs(asked, [count(3, asked)])
    assert "out_of_time" not in signs(asked, [count(3, asked, since=Q4.since)])


def test_what_speaks_against_every_answer() -> None:
    asked = question("?", predicates=("seats",), unknown_names=("Globex",))
    found = signs(asked, [ticket("It fails.")], dropped=1, conflicts=1, degraded=1)
    assert {name: found[name] for name in ("fact_missing", "unknown_name", "conflicts", "dropped", "degraded")} == {
        "fact_missing": 1.0,
        "unknown_name": 1.0,
        "conflicts": 1.0,
        "dropped": 0.5,
        "degraded": 0.5,
    }
