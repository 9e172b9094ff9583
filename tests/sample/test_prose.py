"""Tickets read as if different people wrote them: measured, since nobody rereads thousands."""

import re
import statistics
from collections import Counter
from datetime import date

import pytest

from moe_memorygraph.sample import Sample
from moe_memorygraph.sample.accounts import BY_ID
from moe_memorygraph.sample.details import Details
from moe_memorygraph.sample.stories import STORIES
from moe_memorygraph.sample.topics import ACCOUNT_COLOUR, ISSUES, TOPIC_COLOUR, TOPICS
from moe_memorygraph.sample.wording import UnfilledDetail, stream, wordings, write

MOST_USES_OF_A_SENTENCE = 14


def test_no_body_stands_twice(sample: Sample) -> None:
    assert len({ticket.body for ticket in sample.tickets}) == len(sample.tickets)


def test_bodies_have_the_length_of_real_tickets(sample: Sample) -> None:
    lengths = [len(ticket.body.split()) for ticket in sample.tickets]
    assert 55 <= statistics.mean(lengths) <= 90
    assert statistics.stdev(lengths) > 20
    assert min(lengths) >= 8


def test_most_runs_of_eight_words_are_unique(sample: Sample) -> None:
    runs: Counter[tuple[str, ...]] = Counter()
    for ticket in sample.tickets:
        words = re.findall(r"\w+", ticket.body.lower())
        runs.update({tuple(words[at : at + 8]) for at in range(len(words) - 7)})
    assert len(runs) / sum(runs.values()) > 0.8


def test_no_sentence_is_worn_out(sample: Sample) -> None:
    sentences = Counter(
        sentence
        for ticket in sample.tickets
        for sentence in re.split(r"(?<=[.?!])\s+", ticket.body)
        if len(sentence.split()) >= 5
    )
    sentence, uses = sentences.most_common(1)[0]
    assert uses <= MOST_USES_OF_A_SENTENCE, sentence


def test_no_two_tickets_begin_alike_too_often(sample: Sample) -> None:
    """Beyond the greeting, that is."""
    begins = Counter(
        " ".join(ticket.body.split("\n\n", 1)[-1].split()[:7]) for ticket in sample.tickets if len(ticket.body) > 120
    )
    assert begins.most_common(1)[0][1] <= 12


@pytest.mark.parametrize(
    "blemish",
    [
        r"[\[\]{}|]",  # a slot that nobody filled
        r"\b(?:[Tt]he the|a a|an an|a the|the a|an the|the our|our the|of of|to to|is is|in in|for for)\b",
        r"[^\S\n]{2,}",
        r"\s[,.;?!]",
        r"[,;:][.,;?!]",
        r"\.\.(?!\.)(?<!\.\.\.)",
        r"\bNone\b(?! of)|\bnan\b",
        r"\\n",
        r"(?<![.\w])\ba (?:[aeio]\w+|hour)\b(?<!a one)",
    ],
)
def test_no_text_has_blemishes(sample: Sample, blemish: str) -> None:
    pattern = re.compile(blemish)
    for ticket in sample.tickets:
        for text in (ticket.body, ticket.subject, ticket.response):
            found = pattern.search(text)
            assert not found, f"{ticket.ticket_id}: {text[max(0, found.start() - 40) : found.end() + 20]!r}"


def test_people_write_differently(sample: Sample) -> None:
    """Length and habits differ from account to account, more than chance would make them."""
    words: dict[str, list[int]] = {}
    for ticket in sample.tickets:
        if not ticket.story:
            words.setdefault(ticket.customer_id, []).append(len(ticket.body.split()))
    means = {customer: statistics.mean(lengths) for customer, lengths in words.items()}
    assert max(means.values()) > 1.4 * min(means.values())
    assert means["cobalt"] < means["willow"]  # curt and plain against plain and rambling


def test_enough_is_written_by_hand() -> None:
    assert len(STORIES) >= 50
    assert len({story.key for story in STORIES}) == len(STORIES)
    assert all(len(story.body.split()) >= 12 for story in STORIES)


def _phrases() -> list[tuple[str, str]]:
    phrases = [
        (issue.key, phrase)
        for issue in ISSUES.values()
        for part in (issue.subjects, issue.opens, issue.details, issue.asks, issue.notes, issue.replies)
        for phrase in part
    ]
    phrases += [(name, phrase) for name, topic in TOPICS.items() for phrase in topic.impacts]
    phrases += [(name, phrase) for name, bank in (*TOPIC_COLOUR.items(), *ACCOUNT_COLOUR.items()) for phrase in bank]
    return phrases


def test_every_phrase_can_be_written() -> None:
    for key, phrase in _phrases():
        details = Details(BY_ID["castell"], date(2025, 3, 12), stream(1, key))
        details.pin(outage_day="Tuesday", outage_number="2", long_ago="That was yesterday")
        for turn in range(3):
            text = write(phrase, stream(turn, key, phrase), details)
            assert not re.search(r"[\[\]{}|]", text), phrase


def test_details_have_enough_wordings() -> None:
    few = [phrase for issue in ISSUES.values() for phrase in issue.details if wordings(phrase) < 2]
    assert not few


def test_topics_cover_every_category_and_account() -> None:
    assert set(TOPIC_COLOUR) == set(TOPICS)
    assert set(ACCOUNT_COLOUR) == set(BY_ID)


@pytest.mark.parametrize("phrase", ["{a|b", "a}", "[name", "{a|[b}"])
def test_a_badly_written_phrase_is_refused(phrase: str) -> None:
    with pytest.raises(UnfilledDetail):
        write(phrase, stream(1), str)


def test_wordings_are_drawn_and_tidied() -> None:
    drawn = {
        write("{we|they} {can't  open|see} [thing] , {really|}.", stream(1, n), {"thing": "it"}.__getitem__)
        for n in range(60)
    }
    assert len(drawn) == 8
    assert "We see it, really." in drawn
    assert all(text == text.strip() and "  " not in text for text in drawn)


def test_questions_end_as_questions_and_requests_do_not() -> None:
    assert write("can you help {now}.", stream(1), str) == "Can you help now?"
    assert write("please help now?", stream(1), str) == "Please help now."
