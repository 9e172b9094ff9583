"""Which way things went, by the question; and the latest quarter where it names no time."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from moe_memorygraph.experts.values import Question
from moe_memorygraph.memory.values import Customer, DataSpan
from moe_memorygraph.workflow.asked_change import asks_ranking, asks_unusual, direction_of, latest_quarters
from moe_memorygraph.workflow.tenant_view import NameIndex, TenantView
from moe_memorygraph.workflow.understand import understand
from moe_memorygraph.workflow.values import Ask

NOW = datetime(2026, 11, 21, tzinfo=UTC)
VIEW = TenantView(
    names=NameIndex([Customer(customer_id="globex", name="Globex Industries")]),
    categories=("billing", "login"),
    predicates=("plan", "status"),
    span=DataSpan(oldest=datetime(2023, 1, 1, tzinfo=UTC), newest=datetime(2025, 12, 31, tzinfo=UTC)),
    revisions={},
)


def read(text: str) -> Question:
    return understand(Ask(tool="query_customer_intel", text=text), text, run_id=UUID(int=1), view=VIEW, now=NOW)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Which topics are growing fastest?", "up"),
        ("What's trending up?", "up"),
        ("Which problems got worse?", "up"),
        ("Why did login tickets go up?", "up"),
        ("Which topics are declining?", "down"),
        ("Why are there fewer and fewer complaints?", "down"),
        ("Did it rise or fall?", None),
        ("What is our refund policy?", None),
    ],
)
def test_the_way_things_went_is_read_from_the_words(text: str, way: str | None) -> None:
    assert direction_of(text) == way


@pytest.mark.parametrize(
    "text",
    [
        "Which topics are growing fastest?",
        "What is rising among our customers' complaints?",
        "Which issues are on the rise?",
        "What's picking up?",
        "Which customers are sending more and more tickets?",
    ],
)
def test_what_rises_is_asked_of_the_latest_complete_quarter(text: str) -> None:
    question = read(text)
    assert question.kind == "trend"
    assert question.asks_ranking
    assert question.takes_latest
    assert (question.time and question.time.label) == "Q4 2025"
    assert (question.baseline and question.baseline.label) == "Q3 2025"


def test_a_time_that_is_named_stays() -> None:
    question = read("Which topics grew fastest in 2024?")
    assert (question.time and question.time.label) == "2024"
    assert not question.takes_latest


def test_why_something_rose_takes_the_latest_quarter_and_why_somebody_left_does_not() -> None:
    assert read("Why are billing tickets rising?").takes_latest
    assert not read("Why is Globex unhappy?").takes_latest


def test_a_quarter_that_goes_on_is_not_complete() -> None:
    newest = datetime(2025, 11, 10, tzinfo=UTC)
    assert [one.label for one in latest_quarters(newest, NOW)] == ["Q3 2025", "Q2 2025"]
    assert latest_quarters(datetime(2025, 12, 29, tzinfo=UTC), NOW)[0].label == "Q4 2025"
    assert latest_quarters(datetime(2025, 12, 29, tzinfo=UTC), datetime(2025, 12, 30, tzinfo=UTC))[0].label == "Q3 2025"


def test_what_stands_out_is_asked_in_many_words() -> None:
    for text in (
        "Did anything odd happen in May?",
        "What stood out in 2025?",
        "Was there anything out of the ordinary in Q1?",
    ):
        assert asks_unusual(text)
        assert read(text).asks_unusual
    assert not asks_unusual("What happened in May?")


def test_whether_all_rose_is_no_ranking() -> None:
    assert not asks_ranking("Is the number of tickets rising?")
