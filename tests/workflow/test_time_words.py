"""Time as people write it, against fixed nows and an archive that ends before them."""

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.workflow.periods import period_before
from moe_memorygraph.workflow.time_words import find_time_ranges

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ARCHIVE_END = datetime(2025, 12, 31, tzinfo=UTC)
NOWS = (
    datetime(2026, 2, 14, 12, tzinfo=UTC),
    datetime(2025, 7, 1, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 59, tzinfo=UTC),
)


def ranges(text: str) -> list[tuple[str, str, str]]:
    found = find_time_ranges(text, now=NOW, anchor=ARCHIVE_END)
    return [(m.range.label, f"{m.range.since:%Y-%m-%d}", f"{m.range.until:%Y-%m-%d}") for m in found]


def labels(text: str, *, fiscal_year_start: int = 1) -> list[str]:
    return [m.range.label for m in find_time_ranges(text, now=NOW, fiscal_year_start=fiscal_year_start)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What changed in Q4?", ("Q4 2025", "2025-10-01", "2026-01-01")),
        ("2024Q2 numbers", ("Q2 2024", "2024-04-01", "2024-07-01")),
        ("the third quarter of 2025", ("Q3 2025", "2025-07-01", "2025-10-01")),
        ("the first half of 2024", ("H1 2024", "2024-01-01", "2024-07-01")),
        ("tickets between March and May 2025?", ("March 2025 to May 2025", "2025-03-01", "2025-06-01")),
        ("from 2025-01-01 to 2025-02-01?", ("2025-01-01 to 2025-02-01", "2025-01-01", "2025-02-02")),
        ("since March 2025, what?", ("since March 2025", "2025-03-01", "2026-11-21")),
        ("what happened in March?", ("March 2025", "2025-03-01", "2025-04-01")),
        ("on 2025-11-30", ("2025-11-30", "2025-11-30", "2025-12-01")),
        ("on 3 June 2025", ("2025-06-03", "2025-06-03", "2025-06-04")),
        ("on June 3rd, 2025", ("2025-06-03", "2025-06-03", "2025-06-04")),
        ("last month", ("October 2026", "2026-10-01", "2026-11-01")),
        ("last quarter", ("Q3 2026", "2026-07-01", "2026-10-01")),
        ("this year", ("2026", "2026-01-01", "2027-01-01")),
        ("in the last 90 days?", ("the last 90 days", "2026-08-24", "2026-11-22")),
        ("yesterday", ("2026-11-20", "2026-11-20", "2026-11-21")),
        ("tickets in 2024", ("2024", "2024-01-01", "2025-01-01")),
        ("before June 2025?", ("before June 2025", "1970-01-01", "2025-06-01")),
        ("until June 2025?", ("until June 2025", "1970-01-01", "2025-07-01")),
    ],
)
def test_one_range(text: str, expected: tuple[str, str, str]) -> None:
    assert ranges(text) == [expected]


def test_two_ranges_in_the_order_named() -> None:
    assert [label for label, _, _ in ranges("What changed in Q4 2024 vs Q3 2024?")] == ["Q4 2024", "Q3 2024"]


@pytest.mark.parametrize(
    "text",
    [
        "May I ask about march orders",
        "since the outage",
        "version 2.2024.1",
        "error 40422",
        "error 2024",
        "ticket 2024 about login",
        "2000 seats",
        "the 5.8 release",
        "INV-2024 and #2024",
        "$2024 of fees",
        "2025-13",
        "2025-02-30",
        "31/31/2025",
        "30 February",
        "30 February 2025",
        "I may and march on",
        "we may 3 times call",
        "they march to may",
        "a fall in tickets",
        "spring cleaning",
        "a second half",
        "October Ventures churned?",
        "complaints of March Networks",
        "tickets from March Networks",
        "from spring",
        "monday.com",
        "Q5 and H3",
        "version 13.04.2025",
        "it took 1h",
        "24/7 support within 30 days",
        "month over month",
        "Monday the",
        "It was the last. 30 days are too few",
        "week 99 of 2025",
        "after hours, ago, since, between and from to",
        "the end of the end of the end of the end of March",
        "next quarter",
        "on the 3rd",
        "recently",
    ],
)
def test_words_that_are_no_time(text: str) -> None:
    assert ranges(text) == []


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("the next 60 days", "2026-11-21", "2027-01-20"),
        ("next quarter", "2027-01-01", "2027-04-01"),
        ("the coming month", "2026-12-01", "2027-01-01"),
        ("next fiscal year", "2027-04-01", "2028-04-01"),
        ("the next couple of weeks", "2026-11-21", "2026-12-05"),
    ],
)
def test_what_falls_due_may_lie_ahead(text: str, since: str, until: str) -> None:
    (found,) = find_time_ranges(f"who renews in {text}?", now=NOW, fiscal_year_start=4, ahead=True)
    assert (f"{found.range.since:%Y-%m-%d}", f"{found.range.until:%Y-%m-%d}") == (since, until)
    assert find_time_ranges(f"who wrote in {text}?", now=NOW) == []
    assert find_time_ranges("what did they do the next day, and next to us?", now=NOW, ahead=True) == []


def test_without_an_archive_the_quarter_is_the_latest_that_has_begun() -> None:
    assert find_time_ranges("Q4", now=NOW)[0].range.label == "Q4 2026"
    assert find_time_ranges("Q1", now=datetime(2026, 1, 15, tzinfo=UTC))[0].range.label == "Q1 2026"


EXPRESSIONS: list[tuple[str, ...]] = [
    ("last quarter", "2025-10-01..2026-01-01", "2025-04-01..2025-07-01", "2024-07-01..2024-10-01"),
    ("this quarter", "2026-01-01..2026-04-01", "2025-07-01..2025-10-01", "2024-10-01..2025-01-01"),
    ("the previous month", "2026-01-01..2026-02-01", "2025-06-01..2025-07-01", "2024-11-01..2024-12-01"),
    ("last week", "2026-02-02..2026-02-09", "2025-06-23..2025-06-30", "2024-12-23..2024-12-30"),
    ("this year", "2026-01-01..2027-01-01", "2025-01-01..2026-01-01", "2024-01-01..2025-01-01"),
    ("last year", "2025-01-01..2026-01-01", "2024-01-01..2025-01-01", "2023-01-01..2024-01-01"),
    ("the week before last", "2026-01-26..2026-02-02", "2025-06-16..2025-06-23", "2024-12-16..2024-12-23"),
    ("the month before last", "2025-12-01..2026-01-01", "2025-05-01..2025-06-01", "2024-10-01..2024-11-01"),
    ("last calendar year", "2025-01-01..2026-01-01", "2024-01-01..2025-01-01", "2023-01-01..2024-01-01"),
    ("this past month", "2026-01-01..2026-02-01", "2025-06-01..2025-07-01", "2024-11-01..2024-12-01"),
    ("today", "2026-02-14..2026-02-15", "2025-07-01..2025-07-02", "2024-12-31..2025-01-01"),
    ("yesterday", "2026-02-13..2026-02-14", "2025-06-30..2025-07-01", "2024-12-30..2024-12-31"),
    ("the day before yesterday", "2026-02-12..2026-02-13", "2025-06-29..2025-06-30", "2024-12-29..2024-12-30"),
    ("two months ago", "2025-12-01..2026-01-01", "2025-05-01..2025-06-01", "2024-10-01..2024-11-01"),
    ("3 weeks ago", "2026-01-19..2026-01-26", "2025-06-09..2025-06-16", "2024-12-09..2024-12-16"),
    ("a year ago", "2025-01-01..2026-01-01", "2024-01-01..2025-01-01", "2023-01-01..2024-01-01"),
    ("10 days ago", "2026-02-04..2026-02-05", "2025-06-21..2025-06-22", "2024-12-21..2024-12-22"),
    ("a couple of months ago", "2025-12-01..2026-01-01", "2025-05-01..2025-06-01", "2024-10-01..2024-11-01"),
    ("a few weeks ago", "2026-01-19..2026-01-26", "2025-06-09..2025-06-16", "2024-12-09..2024-12-16"),
    ("a quarter ago", "2025-10-01..2026-01-01", "2025-04-01..2025-07-01", "2024-07-01..2024-10-01"),
    ("36 hours ago", "2026-02-13..2026-02-14", "2025-06-29..2025-06-30", "2024-12-30..2024-12-31"),
    ("1 year and 2 months ago", "2024-12-01..2025-01-01", "2024-05-01..2024-06-01", "2023-10-01..2023-11-01"),
    ("a decade ago", "2016-01-01..2017-01-01", "2015-01-01..2016-01-01", "2014-01-01..2015-01-01"),
    ("last 30 days", "2026-01-16..2026-02-15", "2025-06-02..2025-07-02", "2024-12-02..2025-01-01"),
    ("in the past six weeks", "2026-01-04..2026-02-15", "2025-05-21..2025-07-02", "2024-11-20..2025-01-01"),
    ("the last couple of months", "2025-12-16..2026-02-15", "2025-05-02..2025-07-02", "2024-11-01..2025-01-01"),
    ("the last few weeks", "2026-01-25..2026-02-15", "2025-06-11..2025-07-02", "2024-12-11..2025-01-01"),
    (
        "past 24 hours",
        "2026-02-13T12:00..2026-02-14T12:00",
        "2025-06-30..2025-07-01",
        "2024-12-30T23:59..2024-12-31T23:59",
    ),
    ("the last 3 quarters", "2025-05-17..2026-02-15", "2024-10-01..2025-07-02", "2024-04-02..2025-01-01"),
    ("over the last two years", "2024-02-16..2026-02-15", "2023-07-03..2025-07-02", "2023-01-02..2025-01-01"),
    ("trailing 12 months", "2025-02-15..2026-02-15", "2024-07-02..2025-07-02", "2024-01-02..2025-01-01"),
    ("year to date", "2026-01-01..2026-02-15", "2025-01-01..2025-07-02", "2024-01-01..2025-01-01"),
    ("YTD", "2026-01-01..2026-02-15", "2025-01-01..2025-07-02", "2024-01-01..2025-01-01"),
    ("quarter to date", "2026-01-01..2026-02-15", "2025-07-01..2025-07-02", "2024-10-01..2025-01-01"),
    ("month to date", "2026-02-01..2026-02-15", "2025-07-01..2025-07-02", "2024-12-01..2025-01-01"),
    ("MTD", "2026-02-01..2026-02-15", "2025-07-01..2025-07-02", "2024-12-01..2025-01-01"),
    ("so far this year", "2026-01-01..2026-02-15", "2025-01-01..2025-07-02", "2024-01-01..2025-01-01"),
    ("so far this quarter", "2026-01-01..2026-02-15", "2025-07-01..2025-07-02", "2024-10-01..2025-01-01"),
    ("this month so far", "2026-02-01..2026-02-15", "2025-07-01..2025-07-02", "2024-12-01..2025-01-01"),
    ("this week so far", "2026-02-09..2026-02-15", "2025-06-30..2025-07-02", "2024-12-30..2025-01-01"),
    ("since Monday", "2026-02-09..2026-02-14T12:00", "2025-06-30..2025-07-01", "2024-12-30..2024-12-31T23:59"),
    ("on Friday", "2026-02-13..2026-02-14", "2025-06-27..2025-06-28", "2024-12-27..2024-12-28"),
    ("last Tuesday", "2026-02-10..2026-02-11", "2025-06-24..2025-06-25", "2024-12-24..2024-12-25"),
    ("this Wednesday", "2026-02-11..2026-02-12", "2025-07-02..2025-07-03", "2025-01-01..2025-01-02"),
    ("Monday of last week", "2026-02-02..2026-02-03", "2025-06-23..2025-06-24", "2024-12-23..2024-12-24"),
    ("the week of March 3", "2025-03-03..2025-03-10", "2025-03-03..2025-03-10", "2024-02-26..2024-03-04"),
    ("the week of 2025-07-09", "2025-07-07..2025-07-14"),
    ("week 12 of 2025", "2025-03-17..2025-03-24"),
    ("2025-W01", "2024-12-30..2025-01-06"),
    ("in early March", "2025-03-01..2025-03-11", "2025-03-01..2025-03-11", "2024-03-01..2024-03-11"),
    ("mid-March 2025", "2025-03-11..2025-03-21"),
    ("late April 2025", "2025-04-21..2025-05-01"),
    ("mid 2025", "2025-04-01..2025-10-01"),
    ("early 2025", "2025-01-01..2025-04-01"),
    ("late last year", "2025-10-01..2026-01-01", "2024-10-01..2025-01-01", "2023-10-01..2024-01-01"),
    ("end of Q3 2025", "2025-09-01..2025-10-01"),
    ("beginning of the quarter", "2026-01-01..2026-02-01", "2025-07-01..2025-08-01", "2024-10-01..2024-11-01"),
    ("at the end of last year", "2025-10-01..2026-01-01", "2024-10-01..2025-01-01", "2023-10-01..2024-01-01"),
    ("the start of March 2025", "2025-03-01..2025-03-11"),
    ("middle of last month", "2026-01-11..2026-01-21", "2025-06-11..2025-06-21", "2024-11-11..2024-11-21"),
    ("early this week", "2026-02-09..2026-02-11", "2025-06-30..2025-07-02", "2024-12-30..2025-01-01"),
    ("until the end of March", "1970-01-01..2025-04-01", "1970-01-01..2025-04-01", "1970-01-01..2024-04-01"),
    (
        "since the beginning of the year",
        "2026-01-01..2026-02-14T12:00",
        "2025-01-01..2025-07-01",
        "2024-01-01..2024-12-31T23:59",
    ),
    ("since the end of 2024", "2025-01-01..2026-02-14T12:00", "2025-01-01..2025-07-01", ""),
    ("before the end of Q2 2025", "1970-01-01..2025-07-01"),
    ("by the end of June 2025", "1970-01-01..2025-07-01"),
    ("summer of 2025", "2025-06-01..2025-09-01"),
    ("last spring", "2025-03-01..2025-06-01", "2025-03-01..2025-06-01", "2024-03-01..2024-06-01"),
    ("last winter", "2024-12-01..2025-03-01", "2024-12-01..2025-03-01", "2023-12-01..2024-03-01"),
    ("in winter 2024/25", "2024-12-01..2025-03-01"),
    ("winter 2024", "2024-12-01..2025-03-01"),
    ("in the fall", "2025-09-01..2025-12-01", "2024-09-01..2024-12-01", "2024-09-01..2024-12-01"),
    ("this summer", "2026-06-01..2026-09-01", "2025-06-01..2025-09-01", "2024-06-01..2024-09-01"),
    ("autumn 2024", "2024-09-01..2024-12-01"),
    ("since March 3rd, 2025", "2025-03-03..2026-02-14T12:00", "2025-03-03..2025-07-01", ""),
    ("since March 2025", "2025-03-01..2026-02-14T12:00", "2025-03-01..2025-07-01", ""),
    ("since Q2", "2025-04-01..2026-02-14T12:00", "2025-04-01..2025-07-01", "2024-04-01..2024-12-31T23:59"),
    ("since 2024", "2024-01-01..2026-02-14T12:00", "2024-01-01..2025-07-01", "2024-01-01..2024-12-31T23:59"),
    ("since last month", "2026-01-01..2026-02-14T12:00", "2025-06-01..2025-07-01", "2024-11-01..2024-12-31T23:59"),
    ("since yesterday", "2026-02-13..2026-02-14T12:00", "2025-06-30..2025-07-01", "2024-12-30..2024-12-31T23:59"),
    ("after March 2025", "2025-04-01..2026-02-14T12:00", "2025-04-01..2025-07-01", ""),
    ("after 2025-03-04", "2025-03-05..2026-02-14T12:00", "2025-03-05..2025-07-01", ""),
    ("following Q1 2025", "2025-04-01..2026-02-14T12:00", "2025-04-01..2025-07-01", ""),
    ("between March 3 and April 15, 2025", "2025-03-03..2025-04-16"),
    ("between March and May", "2025-03-01..2025-06-01", "2025-03-01..2025-06-01", "2024-03-01..2024-06-01"),
    ("between March 2025 and May", "2025-03-01..2025-06-01"),
    ("between November and February 2025", "2024-11-01..2025-03-01"),
    ("from 3 March to 15 April 2025", "2025-03-03..2025-04-16"),
    ("from Q3 2024 until Q1 2025", "2024-07-01..2025-04-01"),
    ("from March through May 2025", "2025-03-01..2025-06-01"),
    ("from 2024 on", "2024-01-01..2026-02-14T12:00", "2024-01-01..2025-07-01", "2024-01-01..2024-12-31T23:59"),
    ("from June 2025 to date", "2025-06-01..2026-02-14T12:00", "2025-06-01..2025-07-01", ""),
    ("March to May 2025", "2025-03-01..2025-06-01"),
    ("Q1–Q3 2025", "2025-01-01..2025-10-01"),
    ("Q3-Q4 2024", "2024-07-01..2025-01-01"),
    ("2023-2024", "2023-01-01..2025-01-01"),
    ("Jan-Mar 2025", "2025-01-01..2025-04-01"),
    ("2025-01-01 to 2025-02-15", "2025-01-01..2025-02-16"),
    ("3 March 2025", "2025-03-03..2025-03-04"),
    ("March 3, 2025", "2025-03-03..2025-03-04"),
    ("March 3,2025", "2025-03-03..2025-03-04"),
    ("the 3rd of March 2025", "2025-03-03..2025-03-04"),
    ("3rd March", "2025-03-03..2025-03-04", "2025-03-03..2025-03-04", "2024-03-03..2024-03-04"),
    ("Tuesday, 4 March 2025", "2025-03-04..2025-03-05"),
    ("3-Mar-2025", "2025-03-03..2025-03-04"),
    ("13/4/2025", "2025-04-13..2025-04-14"),
    ("4/13/2025", "2025-04-13..2025-04-14"),
    ("3/4/2025", "2025-03-04..2025-03-05"),
    ("2025/03/04", "2025-03-04..2025-03-05"),
    ("2025-03-04", "2025-03-04..2025-03-05"),
    ("03/2025", "2025-03-01..2025-04-01"),
    ("2025-03", "2025-03-01..2025-04-01"),
    ("March '25", "2025-03-01..2025-04-01"),
    ("Q1'25", "2025-01-01..2025-04-01"),
    ("Q4/2024", "2024-10-01..2025-01-01"),
    ("Q4-2024", "2024-10-01..2025-01-01"),
    ("2024Q4", "2024-10-01..2025-01-01"),
    ("2024 Q4", "2024-10-01..2025-01-01"),
    ("Q4, 2024", "2024-10-01..2025-01-01"),
    ("Q4 of last year", "2025-10-01..2026-01-01", "2024-10-01..2025-01-01", "2023-10-01..2024-01-01"),
    ("last year's Q4", "2025-10-01..2026-01-01", "2024-10-01..2025-01-01", "2023-10-01..2024-01-01"),
    ("the third quarter", "2025-07-01..2025-10-01", "2025-07-01..2025-10-01", "2024-07-01..2024-10-01"),
    ("the third quarter of 2025", "2025-07-01..2025-10-01"),
    ("second half of 2025", "2025-07-01..2026-01-01"),
    ("first half of 2025", "2025-01-01..2025-07-01"),
    ("H2", "2025-07-01..2026-01-01", "2025-07-01..2026-01-01", "2024-07-01..2025-01-01"),
    ("H1 2025", "2025-01-01..2025-07-01"),
    ("second half of March 2025", "2025-03-16..2025-04-01"),
    ("the first week of March 2025", "2025-03-01..2025-03-08"),
    ("last week of March", "2025-03-25..2025-04-01", "2025-03-25..2025-04-01", "2024-03-25..2024-04-01"),
    ("the last month of 2024", "2024-12-01..2025-01-01"),
    ("first three months of 2025", "2025-01-01..2025-04-01"),
    ("the last two weeks of Q1 2025", "2025-03-18..2025-04-01"),
    ("the last day of February 2024", "2024-02-29..2024-03-01"),
    ("last March", "2025-03-01..2025-04-01", "2025-03-01..2025-04-01", "2024-03-01..2024-04-01"),
    ("last Q4", "2025-10-01..2026-01-01", "2024-10-01..2025-01-01", "2023-10-01..2024-01-01"),
    ("this March", "2026-03-01..2026-04-01", "2025-03-01..2025-04-01", "2024-03-01..2024-04-01"),
    ("in November", "2025-11-01..2025-12-01", "2024-11-01..2024-12-01", "2024-11-01..2024-12-01"),
    ("in May", "2025-05-01..2025-06-01", "2025-05-01..2025-06-01", "2024-05-01..2024-06-01"),
    ("during 2024", "2024-01-01..2025-01-01"),
    ("the year 2024", "2024-01-01..2025-01-01"),
    ("the month of May 2025", "2025-05-01..2025-06-01"),
    ("29 February", "2024-02-29..2024-03-01"),
    ("before June", "1970-01-01..2025-06-01", "1970-01-01..2025-06-01", "1970-01-01..2024-06-01"),
    ("before June 2025", "1970-01-01..2025-06-01"),
    ("until June 2025", "1970-01-01..2025-07-01"),
    ("up to Q2 2025", "1970-01-01..2025-07-01"),
    ("prior to March 3, 2025", "1970-01-01..2025-03-03"),
    ("FY25", "2024-04-01..2025-04-01"),
    ("FY2025 Q2", "2024-07-01..2024-10-01"),
    ("Q2 FY25", "2024-07-01..2024-10-01"),
    ("Q2 of FY25", "2024-07-01..2024-10-01"),
    ("fiscal year 2025", "2024-04-01..2025-04-01"),
    ("fiscal 2025", "2024-04-01..2025-04-01"),
    ("FY24/25", "2024-04-01..2025-04-01"),
    ("fiscal Q2", "2025-07-01..2025-10-01", "2025-07-01..2025-10-01", "2024-07-01..2024-10-01"),
    ("this fiscal year", "2025-04-01..2026-04-01", "2025-04-01..2026-04-01", "2024-04-01..2025-04-01"),
    ("last fiscal year", "2024-04-01..2025-04-01", "2024-04-01..2025-04-01", "2023-04-01..2024-04-01"),
    ("last fiscal quarter", "2025-10-01..2026-01-01", "2025-04-01..2025-07-01", "2024-07-01..2024-10-01"),
    ("this fiscal quarter", "2026-01-01..2026-04-01", "2025-07-01..2025-10-01", "2024-10-01..2025-01-01"),
    ("fiscal year to date", "2025-04-01..2026-02-15", "2025-04-01..2025-07-02", "2024-04-01..2025-01-01"),
    ("the second fiscal quarter of 2025", "2024-07-01..2024-10-01"),
    ("first half of FY25", "2024-04-01..2024-10-01"),
    ("the end of the fiscal year", "2026-01-01..2026-04-01", "2026-01-01..2026-04-01", "2025-01-01..2025-04-01"),
    ("the 90 days before March 3, 2025", "2024-12-03..2025-03-03"),
    ("two weeks after 2025-03-04", "2025-03-05..2025-03-19"),
    ("3 months prior to Q3 2025", "2025-04-01..2025-07-01"),
    ("3. März 2025", "2025-03-03..2025-03-04"),
    ("3 de marzo de 2025", "2025-03-03..2025-03-04"),
    ("le 3 août 2025", "2025-08-03..2025-08-04"),
    ("Q4 2024 vs Q3", "2024-10-01..2025-01-01; 2024-07-01..2024-10-01"),
    ("Q3 vs Q4 2024", "2024-07-01..2024-10-01; 2024-10-01..2025-01-01"),
    ("Q4 vs Q1 2025", "2024-10-01..2025-01-01; 2025-01-01..2025-04-01"),
    (
        "Q4 2024 vs Q1",
        "2024-10-01..2025-01-01; 2025-01-01..2025-04-01",
        "2024-10-01..2025-01-01; 2025-01-01..2025-04-01",
        "2024-10-01..2025-01-01; 2024-01-01..2024-04-01",
    ),
    ("Q1 vs Q4 2024", "2024-01-01..2024-04-01; 2024-10-01..2025-01-01"),
    ("March vs April 2025", "2025-03-01..2025-04-01; 2025-04-01..2025-05-01"),
    ("compare March and April 2025", "2025-03-01..2025-04-01; 2025-04-01..2025-05-01"),
    (
        "December 2024 vs January",
        "2024-12-01..2025-01-01; 2025-01-01..2025-02-01",
        "2024-12-01..2025-01-01; 2025-01-01..2025-02-01",
        "2024-12-01..2025-01-01; 2024-01-01..2024-02-01",
    ),
    ("H1 vs H2 2024", "2024-01-01..2024-07-01; 2024-07-01..2025-01-01"),
    ("Q2 FY25 vs Q1", "2024-07-01..2024-10-01; 2024-04-01..2024-07-01"),
    ("Q1, Q2 and Q3 2024", "2024-01-01..2024-04-01; 2024-04-01..2024-07-01; 2024-07-01..2024-10-01"),
    (
        "this year compared with last year",
        "2026-01-01..2027-01-01; 2025-01-01..2026-01-01",
        "2025-01-01..2026-01-01; 2024-01-01..2025-01-01",
        "2024-01-01..2025-01-01; 2023-01-01..2024-01-01",
    ),
    ("March 3 vs March 4 2025", "2025-03-03..2025-03-04; 2025-03-04..2025-03-05"),
    (
        "since March 2025 were there more in June",
        "2025-03-01..2026-02-14T12:00; 2025-06-01..2025-07-01",
        "2025-03-01..2025-07-01; 2025-06-01..2025-07-01",
        "2024-06-01..2024-07-01",
    ),
    ("Q4 2024 compared with the same quarter last year", "2024-10-01..2025-01-01; 2023-10-01..2024-01-01"),
    ("the 24 hours before 3 March 2025", "2025-03-02..2025-03-03"),
    ("the week before March 3, 2025", "2025-02-24..2025-03-03"),
    ("by end of quarter", "1970-01-01..2026-04-01", "1970-01-01..2025-10-01", "1970-01-01..2025-01-01"),
    ("2024 was bad, in Q4 too", "2024-01-01..2025-01-01; 2024-10-01..2025-01-01"),
    ("early 2025 against late 2024", "2025-01-01..2025-04-01; 2024-10-01..2025-01-01"),
    ("Compare Q4 2024 to Q3 2024", "2024-10-01..2025-01-01; 2024-07-01..2024-10-01"),
    ("Compare Q4 2024 to Q3", "2024-10-01..2025-01-01; 2024-07-01..2024-10-01"),
    ("from Q4 2024 to Q3 2024", "2024-10-01..2025-01-01; 2024-07-01..2024-10-01"),
    ("between May 2025 and March 2025", "2025-05-01..2025-06-01; 2025-03-01..2025-04-01"),
    ("between Q1 and Q2 FY25", "2024-04-01..2024-10-01"),
    ("tickets from March", "2025-03-01..2025-04-01", "2025-03-01..2025-04-01", "2024-03-01..2024-04-01"),
    ("March – May 2025", "2025-03-01..2025-06-01"),
    ("from June on", "2025-06-01..2026-02-14T12:00", "2025-06-01..2025-07-01", "2024-06-01..2024-12-31T23:59"),
    ("between Q3 2024, and Q1 2025", "2024-07-01..2025-04-01"),
]
"""Of each expression its ranges on the three days; one column where they are the same. The fiscal year begins in April."""


@pytest.mark.parametrize("row", EXPRESSIONS, ids=lambda row: row[0])
def test_expressions_on_three_days(row: tuple[str, ...]) -> None:
    text, *expected = row
    assert [shown(text, now) for now in NOWS] == (expected * 3 if len(expected) == 1 else expected)


def shown(text: str, now: datetime) -> str:
    found = [m.range for m in find_time_ranges(text, now=now, fiscal_year_start=4)]
    return "; ".join(f"{r.since:%Y-%m-%dT%H:%M}..{r.until:%Y-%m-%dT%H:%M}".replace("T00:00", "") for r in found)


PAGE = Path(__file__).parents[2] / "docs" / "reference" / "time-words.md"


def documented() -> list[tuple[str, str]]:
    """The words of the page's tables, and the range that stands beside them."""
    rows = [
        line.strip("|\n ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"
    ]
    return [
        (words, f"{since}..{until}") for first, _, since, until in rows for words in re.findall(r"`([^`]+)`", first)
    ]


@pytest.mark.parametrize(("text", "expected"), documented())
def test_the_page_says_what_is_read(text: str, expected: str) -> None:
    assert shown(text, NOWS[0]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13/4/2025", ["2025-04-13"]),
        ("3/4/2025", ["2025-03-04"]),
        ("YTD", ["2026 to date"]),
        ("this week so far", ["the week of 2026-11-16 to date"]),
        ("end of Q3 2025", ["the end of Q3 2025"]),
        ("since the end of 2024", ["since the end of 2024"]),
        ("after March 2025", ["after March 2025"]),
        ("mid-March 2025", ["mid March 2025"]),
        ("early this week", ["early in the week of 2026-11-16"]),
        ("last winter", ["winter 2025/2026"]),
        ("the 90 days before March 3, 2025", ["the 90 days before 2025-03-03"]),
        ("the week before March 3, 2025", ["the week before 2025-03-03"]),
        ("Q2 FY25 vs Q1", ["FY2025 Q2", "FY2025 Q1"]),
        ("this year compared with the same period last year", ["2026", "2026, a year earlier"]),
    ],
)
def test_how_ranges_are_called(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize(
    ("start", "since"), [(1, "2025-01-01"), (2, "2024-02-01"), (4, "2024-04-01"), (12, "2024-12-01")]
)
def test_a_fiscal_year_bears_the_year_in_which_it_ends(start: int, since: str) -> None:
    (mention,) = find_time_ranges("FY25", now=NOW, fiscal_year_start=start)
    assert f"{mention.range.since:%Y-%m-%d}" == since
    (quarter,) = find_time_ranges("fiscal Q4 2025", now=NOW, fiscal_year_start=start)
    assert quarter.range.until == mention.range.until


@pytest.mark.parametrize(
    "text", ["tickets between March and May 2025?", "Q4 2024 vs Q3", "mid-2025 – so", "the 3rd of March, '25"]
)
def test_a_mention_says_where_it_stands(text: str) -> None:
    for mention in find_time_ranges(text, now=NOW):
        alone = find_time_ranges(text[mention.start : mention.stop], now=NOW)
        assert [one.stop - one.start for one in alone] == [mention.stop - mention.start]


def test_what_a_question_about_change_compares() -> None:
    (mention,) = find_time_ranges("between Q3 and Q4 2024", now=NOW)
    assert mention.ends is not None
    assert [time.label for time in mention.ends] == ["Q3 2024", "Q4 2024"]


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("Q1 2025", "Q4 2024"),
        ("Q3 2025", "Q2 2025"),
        ("H1 2025", "H2 2024"),
        ("January 2025", "December 2024"),
        ("2025", "2024"),
        ("FY25 Q1", "FY2024 Q4"),
        ("FY25", "FY2024"),
        ("early Q1 2025", "the period before"),
        ("2025-03-04", "the period before"),
    ],
)
def test_the_period_before(text: str, before: str) -> None:
    (mention,) = find_time_ranges(text, now=NOW, fiscal_year_start=4)
    earlier = period_before(mention.range)
    assert (earlier.label, earlier.until) == (before, mention.range.since)
    if before != "the period before":
        (named,) = find_time_ranges(before, now=NOW, fiscal_year_start=4)
        assert named.range == earlier


WORDS = st.sampled_from(
    """the of in to and - , . vs since until before after between from by last this first second early mid late end
    beginning half day days week month quarter quarters year years ago hours couple few 1 2 3 29 31 90 999 2024 2025
    '25 Q1 Q4 H2 FY25 fiscal March May February 3rd Monday Friday spring winter today yesterday to-date so far same
    3/4/2025 2025-03-04 2025-W01 2024Q4 Q3-Q4 1999 2099 outage Acme decade März mars""".split()  # noqa: SIM905
)
TIMES = st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@settings(max_examples=400)
@given(words=st.lists(WORDS, max_size=12), now=TIMES, anchor=st.none() | TIMES, start=st.integers(1, 12))
def test_every_range_has_a_length_and_a_place_and_is_the_same_each_time(
    words: list[str], now: datetime, anchor: datetime | None, start: int
) -> None:
    text = " ".join(words)
    found = find_time_ranges(text, now=now, anchor=anchor, fiscal_year_start=start)
    position = 0
    for mention in found:
        assert mention.range.since < mention.range.until
        assert 1 <= mention.range.since.year <= mention.range.until.year <= 9999
        assert mention.range.since.utcoffset() == timedelta(0)
        assert position <= mention.start < mention.stop <= len(text)
        position = mention.stop
        period_before(mention.range)
    assert found == find_time_ranges(text, now=now, anchor=anchor, fiscal_year_start=start)


@given(words=st.lists(WORDS | st.sampled_from(["hours", "decade", "autumn", "ytd", "minutes"]), max_size=8))
def test_what_is_passed_over_unread_names_no_time(words: list[str]) -> None:
    text = " ".join(words)
    assert find_time_ranges(text, now=NOW) == find_time_ranges(f"{text} ?é", now=NOW)  # other letters: all is read


@given(text=st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for mention in find_time_ranges(text, now=NOW):
        assert 0 <= mention.start < mention.stop <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "the end of ", "in ", "   ", "Q4 2024 vs Q3 ", "between March and ", "from 3 March to ", "last ", "1 day and ",
        "2024-", "Q1-Q2-", "'", ".", "1,", "a couple of ", "March ", "the 3rd of ", "since the ", "3. ", "x", "FY25 ",
    ],
)  # fmt: skip
def test_time_grows_with_the_text_and_no_more(piece: str) -> None:
    text = f"2024 {piece * (100_000 // len(piece))}"
    find_time_ranges(text[:1000], now=NOW)
    short, long = _seconds(text[:20_000]), _seconds(text)
    assert long < 15 * short + 0.1  # five times as long; squares would be twenty-five times


def _seconds(text: str) -> float:
    started = process_time()
    find_time_ranges(text, now=NOW)
    return process_time() - started


def test_the_library_is_imported_by_none_of_our_own_rules() -> None:
    loaded = "dateparser" in sys.modules
    for row in EXPRESSIONS[:17]:
        find_time_ranges(row[0], now=NOW)
    assert ("dateparser" in sys.modules) == loaded
