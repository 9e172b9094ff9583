"""Time as people write it, against a fixed now and an archive that ends before it."""

from datetime import UTC, datetime

import pytest

from moe_memorygraph.workflow.time_words import find_time_ranges

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
ARCHIVE_END = datetime(2025, 12, 31, tzinfo=UTC)


def ranges(text: str) -> list[tuple[str, str, str]]:
    found = find_time_ranges(text, now=NOW, anchor=ARCHIVE_END)
    return [(m.range.label, f"{m.range.since:%Y-%m-%d}", f"{m.range.until:%Y-%m-%d}") for m in found]


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
    ["May I ask about march orders", "since the outage", "version 2.2024.1", "error 40422", "2025-13", "30 February"],
)
def test_words_that_are_no_time(text: str) -> None:
    assert ranges(text) == []


def test_without_an_archive_the_quarter_is_the_latest_that_has_begun() -> None:
    assert find_time_ranges("Q4", now=NOW)[0].range.label == "Q4 2026"
    assert find_time_ranges("Q1", now=datetime(2026, 1, 15, tzinfo=UTC))[0].range.label == "Q1 2026"
