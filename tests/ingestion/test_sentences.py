"""Sentences: where they end, and where they do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.ingestion.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:stop] for start, stop in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It failed! Why? Nobody knows.", ["It failed!", "Why?", "Nobody knows."]),
        ("it broke. then i called", ["it broke.", "then i called"]),
        ("Mr. Smith met Dr. Jones vs. the others, e.g. Ann.", ["Mr. Smith met Dr. Jones vs. the others, e.g. Ann."]),
        ("We paid Acme Inc. on Jan. 5, approx. $3.50 each.", ["We paid Acme Inc. on Jan. 5, approx. $3.50 each."]),
        ("We bought it from Acme Inc. They left.", ["We bought it from Acme Inc.", "They left."]),
        ("Ask J. Doe. She knows.", ["Ask J. Doe.", "She knows."]),
        (
            "See https://x.example/a.b?c=d.e. Then v1.2.3 of a.b@c.example.",
            ["See https://x.example/a.b?c=d.e.", "Then v1.2.3 of a.b@c.example."],
        ),
        ('He said "No." Then he left.', ['He said "No."', "Then he left."]),
        ("Invoice No. 5 is open. No. It is paid.", ["Invoice No. 5 is open.", "No.", "It is paid."]),
        ("Well... and so on. Wait... What?", ["Well... and so on.", "Wait...", "What?"]),
        ("1. Open it.\n2. Close it.", ["1. Open it.", "2. Close it."]),
        ("Steps:\n- one\n- two", ["Steps:", "- one", "- two"]),
        ("A line that is\nwrapped here. Done", ["A line that is\nwrapped here.", "Done"]),
        ("First part\n## Heading\nText", ["First part", "## Heading\nText"]),
        ("One\n\nTwo\n \nThree", ["One", "Two", "Three"]),
        ("你好。再见！好的", ["你好。", "再见！", "好的"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@settings(deadline=None)
@given(st.text(alphabet=st.one_of(st.sampled_from("aA1 .!?…。\n\t-#|>\"')I"), st.characters())))
def test_every_sign_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    covered = [place for start, stop in spans for place in range(start, stop)]
    assert covered == sorted(set(covered))
    assert all(text[place].isspace() for place in set(range(len(text))) - set(covered))
    assert all(text[start:stop] == text[start:stop].strip() != "" for start, stop in spans)


@pytest.mark.parametrize("sign", [*".!?…。\n *_\"'([:-#|1", "a.", ". ", "1. ", "\n ", ".)", '."', "\n-", "\n1."])
def test_no_text_takes_longer_than_its_length(sign: str) -> None:
    """A quadratic rule would need minutes for these."""
    text = sign * 100_000 + "x"
    spans = sentence_spans(text)
    assert spans[-1][1] == len(text)
