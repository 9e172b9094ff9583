"""Events as times: which words name one, where its day is looked up, and what range it bounds."""

from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Customer, Fact
from moe_memorygraph.workflow.events import EventMention, date_of, find_event, read_date, told_of
from tests.memory.samples import DAY, NOW, fact, ticket, told

ACME = Customer(customer_id="C-1", name="Acme")


def found(text: str) -> EventMention:
    event = find_event(text)
    assert event is not None
    assert " ".join(text[event.start : event.stop].split()).endswith(event.name)
    return event


@pytest.mark.parametrize(
    ("text", "said", "name", "window"),
    [
        ("How many tickets since the outage?", "since", "the outage", None),
        ("What changed after the price increase for Acme?", "after", "the price increase", None),
        ("complaints before the migration, please", "before", "the migration", None),
        ("how many (after the launch)?", "after", "the launch", None),
        ("prior to our last escalation", "prior to", "our last escalation", None),
        ("since  the\n SSO   outage did logins fail", "since", "the SSO outage", None),
        ("tickets in the 90 days before the renewal", "before", "the renewal", (90, "day")),
        ("in the 90 days before renewal", "before", "renewal", (90, "day")),
        ("two weeks after the launch", "after", "the launch", (2, "week")),
        ("the month following their onboarding", "following", "their onboarding", (1, "month")),
    ],
)
def test_words_that_name_an_event(text: str, said: str, name: str, window: tuple[int, str] | None) -> None:
    event = found(text)
    assert (event.said, event.name, event.window) == (said, name, window)


@pytest.mark.parametrize(
    "text",
    [
        "since Monday",
        "since the first quarter",
        "before the end of March",
        "after the fact",
        "since the customer joined",
        "after hours",
        "before you answer",
        "How long after the invoice can a customer ask?",
        "How many business days before the renewal must we write?",
        "after the 5.8 release",
        "the thereafter",
    ],
)
def test_words_that_name_none(text: str) -> None:
    assert find_event(text) is None


def test_the_head_of_the_name_says_what_tickets_tell_of_it() -> None:
    assert told_of(found("since the SSO outage")) == ("outage_reported",)
    assert told_of(found("after the price increase")) == ()  # that a price was mentioned is no increase
    assert told_of(found("since the renewal")) == ()


def day(number: int) -> datetime:
    return datetime(2025, 3, number, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("since the outage", [fact("Acme", "outage", "two hours", valid_from=day(4))], day(4)),
        (
            "since the outage",
            [fact("Acme", "outage", "a", valid_from=day(4)), fact("Acme", "outage", "b", valid_from=day(9))],
            day(9),
        ),
        ("since the outage", [fact("Acme", "outage", "b", valid_from=NOW + DAY)], None),
        ("since the outage", [fact("Acme", "outage", "b")], None),
        ("after the price increase", [fact("Acme", "notice", "price increase of 9 %", valid_from=day(2))], day(2)),
        ("after the price increase", [fact("Acme", "churn_reason", "price increase", valid_from=day(2))], None),
        ("after the price increase", [fact("Acme", "price", "9 %", valid_from=day(2))], None),
        (
            "before the renewal",
            [
                fact("Acme", "renewal_date", "2025-03-07", valid_from=day(1)),
                fact("Acme", "renewal_quote", "$9", valid_from=day(20)),
            ],
            datetime(2025, 3, 7, tzinfo=UTC),
        ),
    ],
)
def test_the_day_of_an_event_is_the_latest_that_is_recorded(
    text: str, facts: list[Fact], expected: datetime | None
) -> None:
    assert date_of(found(text), facts, by=NOW) == expected


@pytest.mark.parametrize(
    ("text", "label", "since", "until"),
    [
        ("since the outage", "since the outage (2025-03-04)", "2025-03-04T00:00", f"{NOW:%Y-%m-%dT%H:%M}"),
        ("after the outage", "after the outage (2025-03-04)", "2025-03-05T00:00", f"{NOW:%Y-%m-%dT%H:%M}"),
        ("following the outage", "after the outage (2025-03-04)", "2025-03-05T00:00", f"{NOW:%Y-%m-%dT%H:%M}"),
        ("before the outage", "before the outage (2025-03-04)", "1970-01-01T00:00", "2025-03-04T00:00"),
        ("30 days before the outage", "the 30 days before the outage (2025-03-04)", "2025-02-02T00:00", "2025-03-04T00:00"),
        ("a week after the outage", "the week after the outage (2025-03-04)", "2025-03-05T00:00", "2025-03-12T00:00"),
    ],
)  # fmt: skip
def test_the_range_says_which_day_was_taken(text: str, label: str, since: str, until: str) -> None:
    mention = found(text).mention(day(4), now=NOW)
    assert mention is not None
    assert (mention.range.label, f"{mention.range.since:%Y-%m-%dT%H:%M}", f"{mention.range.until:%Y-%m-%dT%H:%M}") == (
        label,
        since,
        until,
    )


def test_after_today_there_is_nothing_yet() -> None:
    assert found("after the outage").mention(NOW, now=NOW) is None


async def test_what_was_recorded_comes_before_what_tickets_tell(memory: TenantMemory) -> None:
    event, quote = found("since the outage"), "Everything is down."
    assert await read_date(memory, event, [ACME], by=NOW) is None
    for name, who, age in (("T-1", "C-1", 5 * DAY), ("T-2", "C-1", 9 * DAY), ("T-3", "C-2", DAY)):
        saying = told(name, "outage_reported", "down", quote, customer_id=who, valid_from=NOW - age)
        await memory.vector.put_many([ticket(name, quote, customer=who, told=(saying,))])
    assert await read_date(memory, event, [ACME], by=NOW) == NOW - 5 * DAY
    assert await read_date(memory, event, [ACME], by=NOW - 6 * DAY) == NOW - 9 * DAY
    assert await read_date(memory, found("since the SSO outage"), [ACME], by=NOW) is None
    assert await read_date(memory, event, [], by=NOW) is None
    await memory.semantic.put_many([fact("Acme", "outage", "a day long", valid_from=NOW - 30 * DAY)], now=NOW)
    assert await read_date(memory, event, [ACME], by=NOW) == NOW - 30 * DAY


@given(text=st.text(max_size=80), words=st.sampled_from(["since the ", "90 days after our ", "before renewal", ""]))
def test_any_text_can_be_read(text: str, words: str) -> None:
    event = find_event(text + words + text)
    if event is not None:
        assert 0 <= event.start < event.stop <= 2 * len(text) + len(words)
        assert event.mention(day(4), now=NOW) is not None


@pytest.mark.parametrize(
    "piece", ["since the ", "since ", "  ", "after the outage ", "a-", "1 day ", "the 9 days before the "]
)
def test_time_grows_with_the_text_and_no_more(piece: str) -> None:
    def seconds(text: str) -> float:
        started = process_time()
        find_event(text)
        return process_time() - started

    text = piece * (100_000 // len(piece))
    assert seconds(text) < 15 * seconds(text[:20_000]) + 0.1
