"""What holds of every text: quotes stand, nothing is random, nothing breaks, the work grows with the text and no faster."""

from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.extraction import extract
from moe_memorygraph.extraction.extractor import LONGEST, MOST_MENTIONS, MOST_TEXT, RULES
from moe_memorygraph.extraction.rule import Rule
from moe_memorygraph.extraction.sentence import folded
from moe_memorygraph.memory.predicates import TOLD
from tests.extraction.test_kinds import SAYS, SAYS_NOTHING

SAID_AT = datetime(2026, 2, 10, 9, tzinfo=UTC)

SENTENCES = (
    "Please cancel our subscription.",
    "we pay $49 per seat per month",
    "Our renewal is on 31 March 2026.",
    "The app keeps crashing!",
    "I cannot log in?",
    "“We will not renew with you.”",
    "We are evaluating Initech as a cheaper alternative…",
    "İstanbul office: SSO fails for everyone.",
    "That fixed it, thanks 🎉",
    "Nothing to say here.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES) | st.text(max_size=40), max_size=12).map(" \n".join)


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_every_quote_stands_in_the_text_and_every_mention_is_sound(text: str) -> None:
    mentions = extract(text, said_at=SAID_AT)
    for one in mentions:
        assert 0 <= one.start < one.stop <= len(text)
        assert one.stop - one.start <= LONGEST
        assert text[one.start : one.stop].strip() == text[one.start : one.stop]
        assert one.predicate in TOLD
        assert one.value
        assert 0 < one.confidence < 1
        assert one.valid_from <= SAID_AT
    assert len({(one.predicate, one.value.casefold()) for one in mentions}) == len(mentions)


@given(TEXTS)
@settings(max_examples=50, deadline=None)
def test_the_same_text_says_the_same(text: str) -> None:
    assert extract(text, said_at=SAID_AT) == extract(text, said_at=SAID_AT)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(folded(text)) == len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x01",
        "\ud800",
        "🎉" * 50,
        "a" * 50_000,
        "." * 50_000,
        "?!" * 9_000,
        "\n" * 50_000,
        "cancel " * 9_000,
    ],
)
def test_an_odd_text_says_nothing(text: str) -> None:
    assert extract(text, said_at=SAID_AT) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.predicate}-{rule.pattern.pattern[:20]}")
def test_what_keeps_a_rule_from_looking_holds_in_all_that_it_finds(rule: Rule) -> None:
    found = 0
    for text in (*(text for text, _ in SAYS), *SAYS_NOTHING, *SENTENCES):
        low = folded(text)
        if rule.pattern.search(low) is not None:
            found += 1
            assert any(need in low for need in rule.needs), text
            assert rule.gate is None or rule.gate.search(low) is not None, text
    assert found > 0


def test_a_very_long_text_is_read_to_a_bound() -> None:
    text = "word " * (MOST_TEXT // 5) + "Please cancel our subscription."
    assert extract(text, said_at=SAID_AT) == []


def test_a_ticket_tells_a_bounded_number_of_facts() -> None:
    text = " ".join(f"We pay ${n} per seat per month." for n in range(1, 200))
    assert len(extract(text, said_at=SAID_AT)) == MOST_MENTIONS


@pytest.mark.parametrize(
    "piece",
    [
        "i want to ", "please cancel my ", "the app ", "not ", "never use you ", "$1 per ", "switching to A ", "great ", "locked out ",
        "delete my ", "if we will ", "error in the ", "i asked to speak to ", "it is now ", "renewal date is ", '"', "( ", "my my my ",
        "we have filed a ", "app is still ", "our a b c ", "on aaaa ",
    ],
)  # fmt: skip
def test_the_work_grows_no_faster_than_the_text(piece: str) -> None:
    """Compared is the time for four times the text: linear work takes about four times as long, quadratic sixteen."""
    extract(piece * 10, said_at=SAID_AT)
    short, long = piece * (4_000 // len(piece)), piece * (16_000 // len(piece))
    assert _seconds(long) < 10 * _seconds(short) + 0.02


def _seconds(text: str) -> float:
    best = float("inf")
    for _ in range(3):
        begin = process_time()
        extract(text, said_at=SAID_AT)
        best = min(best, process_time() - begin)
    return best
