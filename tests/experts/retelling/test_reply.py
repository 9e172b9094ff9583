"""Reading what a model sent: lenient about the wrapping, strict about the rest."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.experts.retelling import Sentence, read_reply

INDEXES = (4, 7, 2)


def reply(*items: Any) -> str:
    return json.dumps({"sentences": list(items)})


def item(text: Any = "Acme churned.", evidence: Any = (1,)) -> dict[str, Any]:
    return {"text": text, "evidence": list(evidence) if isinstance(evidence, tuple) else evidence}


def only(text: str) -> Sentence | None:
    sentences = read_reply(text, INDEXES)
    assert sentences is not None
    [sentence] = sentences
    return sentence


def test_numbers_become_positions_in_the_evidence_once_each() -> None:
    assert only(reply(item(evidence=(3, 1, 3)))) == Sentence(text="Acme churned.", cites=(2, 4))


@pytest.mark.parametrize(
    "wrapped",
    ["```json\n{}\n```", "Here it is:\n{}\nI hope that helps.", "<think>They want {{'a': 1}}.</think>{}"],
)
def test_what_stands_around_the_json_is_overlooked(wrapped: str) -> None:
    text = wrapped.replace("{}", reply(item())).replace("{{", "{").replace("}}", "}")
    assert only(text) == Sentence(text="Acme churned.", cites=(4,))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Acme churned [1].", "Acme churned."),
        ("Acme churned [1, 2] on Monday [evidence 3]", "Acme churned on Monday."),
        ("Acme churned on November 30, 2025", "Acme churned on 2025-11-30."),
        ("Acme churned on 3rd November 2025.", "Acme churned on 2025-11-03."),
        ("Acme\nchurned\u200b\x1b[31m .", "Acme churned ."),
        ('Acme wrote "too dear".', "Acme wrote “too dear”."),
        ("Acme wrote “see https://acme.test”", "Acme wrote “see https://acme.test”"),
        ("Acme wrote from <EMAIL_ADDRESS>.", "Acme wrote from <EMAIL_ADDRESS>."),
    ],
)
def test_a_sentence_is_tidied(written: str, read: str) -> None:
    sentence = only(reply(item(text=written)))
    assert sentence is not None
    assert sentence.text == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "x" * 601,
        17,
        None,
        "Read https://evil.test now.",
        "Read www.evil.test now.",
        "![x](http://evil.test/?q=Acme)",
        "[Acme](churned).",
        "<b>Acme</b> churned.",
        "`Acme` churned.",
        "# Acme",
        "| Acme | churned |",
        "Write to a@b.test.",
    ],
)
def test_what_is_more_or_less_than_a_sentence_is_none(text: Any) -> None:
    assert only(reply(item(text=text))) is None


@pytest.mark.parametrize("evidence", [(), (0,), (4,), (-1,), (1, 99), ("1",), (True,), (1.0,), None, "1", 1, {"1": 1}])
def test_wrong_citation_numbers_are_no_citation(evidence: Any) -> None:
    sentence = only(reply(item(evidence=evidence)))
    assert sentence is not None
    assert sentence.cites is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Acme churned.",
        "[]",
        "{}",
        '{"sentences": {}}',
        '{"sentences": "Acme churned."}',
        '{"sentences": [',
        "{" * 5000 + "}" * 5000,
        '{"answer": "Acme churned."}',
    ],
)
def test_another_form_is_no_reply(text: str) -> None:
    assert read_reply(text, INDEXES) is None


def test_a_reply_without_end_is_cut() -> None:
    sentences = read_reply(reply(*[item()] * 1000), INDEXES)
    assert sentences is not None
    assert len(sentences) == 40


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    read_reply(text, INDEXES)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_anything_in_place_of_sentences_is_read_without_a_crash(value: Any) -> None:
    for sentence in read_reply(json.dumps({"sentences": [value, {"text": value, "evidence": value}]}), INDEXES) or ():
        assert sentence is None or sentence.cites is None or set(sentence.cites) <= set(INDEXES)
