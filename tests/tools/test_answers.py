"""Answers are cut to what a model can take, and say so."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.tools.answers import MAX_ANSWER_TOKENS, SHORT_QUOTE, compact_json, estimate_tokens, fit


def ticket(number: int, chars: int) -> dict[str, Any]:
    return {"ticket_id": f"T{number}", "snippet": "s" * chars, "uri": f"memory://tickets/T{number}"}


def citation(number: int, chars: int) -> dict[str, Any]:
    return {"id": str(number), "quote": "q" * chars, "uri": f"memory://tickets/T{number}"}


def envelope(items: int, chars: int, **more: Any) -> dict[str, Any]:
    return {
        "items": [ticket(n, chars) for n in range(1, items + 1)],
        "citations": [citation(n, chars) for n in range(1, items + 1)],
        "next_cursor": None,
        "truncated": False,
        **more,
    }


def test_a_short_answer_stays_as_it_is() -> None:
    answer = envelope(3, 100)
    assert fit(answer) is answer


def test_quotes_are_shortened_before_items_go() -> None:
    answer = fit(envelope(10, 2_000), next_cursor=lambda kept: f"after {kept}")
    assert len(answer["items"]) == 10
    assert {len(one["quote"]) for one in answer["citations"]} == {SHORT_QUOTE}
    assert answer["truncated"] is True


def test_items_go_from_the_end_with_their_citations_and_the_cursor_says_where() -> None:
    answer = fit(envelope(80, 2_000), next_cursor=lambda kept: f"after {kept}")
    kept = len(answer["items"])
    assert 1 < kept < 80
    assert [one["uri"] for one in answer["citations"]] == [one["uri"] for one in answer["items"]]
    assert answer["next_cursor"] == f"after {kept}"
    assert estimate_tokens(compact_json(answer)) <= MAX_ANSWER_TOKENS


def test_citations_that_the_answer_names_stay() -> None:
    citations = [citation(n, 350) for n in range(1, 101)]
    answer = fit({"answer": "So it is [3][90].", "items": [], "citations": citations, "truncated": False})
    assert {"3", "90"} <= {one["id"] for one in answer["citations"]}
    assert len(answer["citations"]) < 100
    assert estimate_tokens(compact_json(answer)) <= MAX_ANSWER_TOKENS


def test_citations_that_the_answer_names_stay_when_their_items_go() -> None:
    answer = fit(envelope(50, 2_000, answer="So it is [2][50]."))
    assert len(answer["items"]) < 49
    assert {"2", "50"} <= {one["id"] for one in answer["citations"]}
    assert estimate_tokens(compact_json(answer)) <= MAX_ANSWER_TOKENS


@given(st.integers(0, 60), st.integers(0, 4_000), st.integers(0, 60_000), st.sampled_from("a7{\x01é語😀"))
def test_it_always_fits(items: int, chars: int, text: int, letter: str) -> None:
    answer = fit(envelope(items, chars, answer=letter * text), next_cursor=str)
    assert estimate_tokens(compact_json(answer)) <= MAX_ANSWER_TOKENS


@pytest.mark.parametrize(
    ("text", "counted"),  # the most that o200k, cl100k and Claude 2's tokenizer counted
    [
        ("我们的发票被重复扣款两次，客服三周以来一直没有回复我们的询问。", 30),
        ("Die Rechnung wurde zweimal abgebucht und der Kundendienst antwortet seit drei Wochen nicht mehr.", 31),
        ('{"id":"cd613e30-d8f1-6adf-91b7-584a2265b1f5","score":0.2581,"at":"2025-10-01T09:13:44Z"}', 53),
        ("XXXX XX/XX/2023 ACCT#4411-XXXX $1,203.55 !!! ?? ", 23),
    ],
)
def test_an_estimate_is_near_what_tokenizers_count(text: str, counted: int) -> None:
    assert 0.9 * counted <= estimate_tokens(text) <= 1.7 * counted


@given(st.text(), st.text())
def test_estimates_add_up(one: str, other: str) -> None:
    assert estimate_tokens(one + other) == pytest.approx(estimate_tokens(one) + estimate_tokens(other))
