"""Passages: verbatim, complete, within the limit; under their headings in documents."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.embedding import HashEmbedder, Tokenizer
from moe_memorygraph.embedding.onnx import OnnxModel, model_folder
from moe_memorygraph.ingestion.passages import (
    Passage,
    WordEstimate,
    split_many,
    split_markdown,
    split_passages,
)

SIGNS = st.one_of(st.sampled_from("abcABC 1 2 .!?\n\n\t-#>|`=~:;,'\"()"), st.characters())
WORDS = st.lists(st.sampled_from(["word", "Acme", "3.50", "it", "failed.", "Why?", "\n\n", "\n- ", "e.g.", "x" * 300]))
TEXTS = st.one_of(st.text(SIGNS, max_size=400), WORDS.map(" ".join), st.text(st.characters(), max_size=300))


@pytest.fixture(scope="module")
def model() -> OnnxModel:
    return OnnxModel.load(model_folder())


@pytest.fixture(scope="module", params=["words", "hash", "model"])
def tokenizer(request: pytest.FixtureRequest, model: OnnxModel) -> Tokenizer:
    every: dict[str, Tokenizer] = {"words": WordEstimate(), "hash": HashEmbedder(), "model": model}
    return every[request.param]


def assert_covers(text: str, passages: Sequence[Passage]) -> None:
    covered = {place for passage in passages for place in range(passage.start, passage.stop)}
    assert all(sign.isspace() for place, sign in enumerate(text) if place not in covered)
    for passage in passages:
        assert 0 <= passage.start < passage.stop <= len(text)
        assert text[passage.start : passage.stop].strip() == text[passage.start : passage.stop]
    ends = [(passage.start, passage.stop) for passage in passages]
    assert ends == sorted(set(ends))
    assert [stop for _, stop in ends] == sorted({stop for _, stop in ends})  # each says something new


@settings(deadline=None)
@given(text=TEXTS, max_tokens=st.integers(8, 60), overlap=st.integers(0, 3))
def test_passages_are_complete_and_within_the_limit(
    tokenizer: Tokenizer, text: str, max_tokens: int, overlap: int
) -> None:
    passages = split_passages(text, max_tokens=max_tokens, overlap_sentences=overlap, tokenizer=tokenizer)
    assert_covers(text, passages)
    counts = tokenizer.count_tokens([text[one.start : one.stop] for one in passages])
    assert max(counts, default=0) <= max_tokens


@settings(deadline=None)
@given(text=TEXTS, max_tokens=st.integers(8, 60), overlap=st.integers(0, 3))
def test_passages_of_documents_are_complete_and_within_the_limit(
    tokenizer: Tokenizer, text: str, max_tokens: int, overlap: int
) -> None:
    passages = split_markdown(text, max_tokens=max_tokens, overlap_sentences=overlap, tokenizer=tokenizer)
    assert_covers(text, passages)
    counts = tokenizer.count_tokens([text[one.start : one.stop] for one in passages])
    assert max(counts, default=0) <= max_tokens


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=5))
def test_many_texts_are_split_as_each_alone(texts: list[str]) -> None:
    assert split_many(texts, max_tokens=20) == [split_passages(text, max_tokens=20) for text in texts]


def test_a_short_text_is_one_passage_without_its_margins() -> None:
    assert split_passages("  Where is my refund?\n") == [Passage(start=2, stop=21)]
    assert split_passages("") == []
    assert split_passages(" \n ") == []


def test_a_passage_begins_with_the_end_of_the_one_before(model: OnnxModel) -> None:
    text = " ".join(f"This is sentence number {number} of the ticket." for number in range(60))
    passages = split_passages(text, max_tokens=60, overlap_sentences=1, tokenizer=model)
    assert len(passages) > 5
    for before, after in pairwise(passages):
        shared = text[after.start : before.stop]
        assert shared.startswith("This is")
        assert shared.endswith("of the ticket.")
        assert shared.count("sentence") == 1
    apart = split_passages(text, max_tokens=60, overlap_sentences=0, tokenizer=model)
    assert all(after.start > before.stop for before, after in pairwise(apart))


def test_a_sentence_beyond_the_limit_is_cut_between_words(model: OnnxModel) -> None:
    text = "and then another thing " * 100
    passages = split_passages(text, max_tokens=50, overlap_sentences=0, tokenizer=model)
    assert " ".join(text[one.start : one.stop] for one in passages) == text.strip()


def test_a_word_beyond_the_limit_is_cut_anywhere(model: OnnxModel) -> None:
    for text in ("x" * 5000, "안녕하세요" * 400, "a-" * 900):
        passages = split_passages(text, max_tokens=50, tokenizer=model)
        assert_covers(text, passages)
        assert max(model.count_tokens([text[one.start : one.stop] for one in passages])) <= 50
        assert max(one.stop - one.start for one in passages) < 1000


@pytest.mark.parametrize(("max_tokens", "overlap"), [(7, 1), (0, 0), (100, -1)])
def test_nonsense_limits_are_refused(max_tokens: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="max_tokens"):
        split_passages("a", max_tokens=max_tokens, overlap_sentences=overlap)


def headings(text: str) -> list[tuple[str, str]]:
    return [(one.heading, text[one.start : one.stop]) for one in split_markdown(text)]


def test_each_passage_knows_the_headings_above_it() -> None:
    text = "Intro.\n\n# Billing\n\n## Refunds ##\nWithin 30 days.\n\n### Late\nNo.\n\n## Invoices\nMonthly.\n\n# Access\nAsk us."
    assert headings(text) == [
        ("", "Intro."),
        ("Billing > Refunds", "# Billing\n\n## Refunds ##\nWithin 30 days."),
        ("Billing > Refunds > Late", "### Late\nNo."),
        ("Billing > Invoices", "## Invoices\nMonthly."),
        ("Access", "# Access\nAsk us."),
    ]


def test_underlined_headings_count_and_rules_do_not() -> None:
    text = "Title\n=====\nBody.\n\nPart\n----\nMore.\n\n---\n\n- item\n---\nlast line\nof two\n---\nend"
    assert [heading for heading, _ in headings(text)] == ["Title", "Title > Part"]


def test_fenced_blocks_hold_no_headings() -> None:
    text = "# One\n```sh\n# comment\n~~~\n```\n## Two\n~~~~\n# no\n~~~\n# no\n~~~~\n# Three\nx"
    assert [heading for heading, _ in headings(text)] == ["One", "One > Two", "Three"]


def test_marks_are_taken_out_of_headings() -> None:
    assert headings("# The **new** [API](https://x.example/y) for `keys`\nText.")[0][0] == "The new API for keys"
    assert headings("#hashtag is no heading")[0][0] == ""


def test_headings_without_a_text_are_kept() -> None:
    assert headings("# A\n# B\n## C") == [("A", "# A"), ("B > C", "# B\n## C")]


def test_no_passage_leaves_its_section(model: OnnxModel) -> None:
    body = " ".join(f"Rule {number} applies to every account." for number in range(80))
    text = f"# One\n{body}\n# Two\n{body}"
    passages = split_markdown(text, max_tokens=100, tokenizer=model)
    border = text.index("# Two")
    assert all(one.stop <= border for one in passages if one.heading == "One")
    assert all(one.start >= border for one in passages if one.heading == "Two")
    assert len(passages) > 8


@pytest.mark.parametrize("sign", ["# ", "[", "`", "*", "- ", "=\n", "#\n", "a\n-\n", "| ", " ", "\n", "a. "])
def test_no_document_takes_longer_than_its_length(sign: str) -> None:
    """A quadratic rule would need minutes for these."""
    text = "# " + sign * 50_000 + "x"
    assert split_markdown(text)[-1].stop == len(text)
