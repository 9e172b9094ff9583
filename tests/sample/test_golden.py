"""Golden questions ask only for what the corpus holds, and cover every kind of question."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from moe_memorygraph.sample import Sample, golden_questions
from moe_memorygraph.sample.values import TODAY

EXPERTS = {
    "STMRecall",
    "LTMRecall",
    "SemanticQuery",
    "VectorRetrieve",
    "KnowledgeRetrieve",
    "Compliance",
    "Verifier",
    "Synthesizer",
}
PLANES = {"plane:stm", "plane:ltm", "plane:semantic", "plane:vector", "plane:knowledge"}
KINDS = {
    "why",
    "what_is",
    "as_of",
    "how_many",
    "trend",
    "compare",
    "list",
    "similar",
    "policy",
    "report",
    "compliance",
    "abstain",
}


@pytest.fixture(scope="module")
def golden(sample: Sample) -> list[dict[str, Any]]:
    return golden_questions(sample)


def _folded(text: str) -> str:
    return re.sub(r"(?<=\d),(?=\d{3})", "", re.sub(r"\s+", " ", text)).casefold()


def test_there_are_enough_of_every_kind(golden: list[dict[str, Any]]) -> None:
    kinds = Counter(row["kind"] for row in golden)
    assert set(kinds) == KINDS
    assert sum(not row["expect"]["abstain"] for row in golden) >= 70
    assert sum(row["expect"]["abstain"] for row in golden) >= 12


def test_ids_and_wordings_are_unique(golden: list[dict[str, Any]]) -> None:
    assert len({row["id"] for row in golden}) == len(golden)
    assert len({(row["question"], row.get("as_of"), row.get("known_at")) for row in golden}) == len(golden)


def test_rows_have_the_agreed_form(golden: list[dict[str, Any]]) -> None:
    for row in golden:
        assert set(row) <= {"id", "question", "kind", "customer", "as_of", "known_at", "since", "until", "expect"}
        assert set(row["expect"]) == {"abstain", "claims", "citations_any", "experts_any", "forbid"}
        for name in ("as_of", "since", "until"):
            assert name not in row or date.fromisoformat(row[name]) <= TODAY
        assert set(row["expect"]["experts_any"]) <= EXPERTS


def test_an_answer_is_expected_or_none_is(golden: list[dict[str, Any]]) -> None:
    for row in golden:
        expect = row["expect"]
        assert bool(expect["claims"]) != expect["abstain"], row["id"]
        assert all(claim["any_of"] for claim in expect["claims"])


def test_cited_tickets_exist_and_hold_the_matter(sample: Sample, golden: list[dict[str, Any]]) -> None:
    tickets = {f"memory://tickets/{ticket.ticket_id}" for ticket in sample.tickets}
    for row in golden:
        for target in row["expect"]["citations_any"]:
            assert target in tickets | PLANES, row["id"]


def test_policy_answers_stand_in_the_documents(sample: Sample, golden: list[dict[str, Any]]) -> None:
    documents = [_folded(text) for text in sample.documents.values()]
    for row in golden:
        if row["kind"] == "policy":
            spellings = [[_folded(text) for text in claim["any_of"]] for claim in row["expect"]["claims"]]
            assert any(all(any(text in document for text in claim) for claim in spellings) for document in documents), (
                row["id"]
            )


def test_other_answers_stand_in_what_they_may_cite(sample: Sample, golden: list[dict[str, Any]]) -> None:
    """A claim of a question about texts or facts can be read somewhere: a ticket, a fact, a document."""
    corpus = _folded(
        "\n".join(
            [
                *(f"{ticket.subject} {ticket.body} {ticket.response} {ticket.author}" for ticket in sample.tickets),
                *(f"{fact.object} {fact.valid_from}" for fact in sample.facts),
                *(" ".join(account.row().values()) for account in sample.customers),
                *sample.documents.values(),
            ]
        )
    )
    for row in golden:
        if row["kind"] in {"why", "what_is", "as_of", "list", "similar", "report", "compliance"}:
            for claim in row["expect"]["claims"]:
                assert any(_folded(text) in corpus for text in claim["any_of"]), row["id"]


def test_forbidden_texts_are_not_expected_ones(golden: list[dict[str, Any]]) -> None:
    for row in golden:
        expected = {text for claim in row["expect"]["claims"] for text in claim["any_of"]}
        assert expected.isdisjoint(row["expect"]["forbid"])


def test_unknown_customers_are_unknown(sample: Sample, golden: list[dict[str, Any]]) -> None:
    names = {name.casefold() for account in sample.customers for name in (account.name, *account.aliases)}
    texts = "\n".join(ticket.body for ticket in sample.tickets).casefold()
    for row in golden:
        if row["id"].startswith("no-customer"):
            stranger = re.search(r"[A-Z]\w+ (?:Toys|Shipping|Textiles)", row["question"])
            assert stranger
            assert stranger.group().casefold() not in names
            assert stranger.group().casefold() not in texts


def test_periods_to_abstain_from_hold_nothing(sample: Sample) -> None:
    assert min(ticket.created_at.year for ticket in sample.tickets) > 2019
    late_acme = [t for t in sample.tickets if t.customer_id == "acme" and t.created_at.date() >= date(2025, 12, 1)]
    assert late_acme == []
