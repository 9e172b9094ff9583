"""Calendar periods and what the data covers of them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from moe_memorygraph.distillation.periods import Coverage, Period, month_of, quarter_of


def at(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_quarters_and_months_hold_the_time_they_are_asked_for() -> None:
    assert quarter_of(at(2025, 11, 20)) == Period(start=at(2025, 10, 1), end=at(2026, 1, 1))
    assert month_of(at(2025, 12, 31, 23)) == Period(start=at(2025, 12, 1), end=at(2026, 1, 1))


def test_periods_are_counted_in_utc() -> None:
    new_year_in_tokyo = datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    assert quarter_of(new_year_in_tokyo).label == "Q4 2025"


@pytest.mark.parametrize(
    ("period", "label"),
    [
        (quarter_of(at(2025, 1, 1)), "Q1 2025"),
        (month_of(at(2024, 5, 9)), "May 2024"),
        (month_of(at(2024, 5, 9)).before(3), "February to April 2024"),
        (month_of(at(2024, 2, 9)).before(3), "November 2023 to January 2024"),
        (month_of(at(2024, 4, 9)).before(3), "Q1 2024"),
    ],
)
def test_labels_say_what_people_say(period: Period, label: str) -> None:
    assert period.label == label


def test_dense_data_covers_exactly_its_days() -> None:
    coverage = Coverage.of(oldest=at(2025, 7, 1, 8), newest=at(2025, 11, 20, 9), tickets=100_000)
    assert coverage.days(quarter_of(at(2025, 8, 1))) == 92
    assert coverage.days(quarter_of(at(2025, 11, 1))) == 31 + 20
    assert coverage.share(quarter_of(at(2026, 1, 1))) == 0


def test_sparse_data_covers_the_month_in_which_it_ends() -> None:
    coverage = Coverage.of(oldest=at(2024, 1, 3), newest=at(2025, 12, 27), tickets=300)
    assert coverage.share(quarter_of(at(2024, 1, 1))) == 1
    assert coverage.share(quarter_of(at(2025, 12, 1))) == 1
