"""Calendar periods and how much of each the data covers. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

__all__ = ["Calendar", "Coverage", "Period", "Span", "day_label", "month_of", "quarter_of", "spanning"]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAY = 86_400.0  # seconds
_GAP = 0.05
"""Share of what is usual, under which a month's tickets are missing rather than few."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Period:
    """From `start` (inclusive) to `end` (exclusive), at the bounds of calendar months in UTC."""

    start: datetime
    end: datetime

    @property
    def label(self) -> str:
        """How people say it: "Q4 2025", "May 2024", "February to April 2024"."""
        last = self.end - timedelta(days=1)
        if self.start.month == last.month and self.start.year == last.year:
            return f"{_MONTHS[self.start.month - 1]} {self.start.year}"
        if self == quarter_of(self.start):
            return f"Q{(self.start.month + 2) // 3} {self.start.year}"
        if self.start == quarter_of(self.start).start and self.end == quarter_of(self.end).start:
            first, final = quarter_of(self.start).label, quarter_of(last).label
            return f"{first[:2] if first[3:] == final[3:] else first} to {final}"
        year = "" if self.start.year == last.year else f" {self.start.year}"
        return f"{_MONTHS[self.start.month - 1]}{year} to {_MONTHS[last.month - 1]} {last.year}"

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def before(self, months: int) -> "Period":
        """The months that end where this period starts."""
        return Period(start=_shift(self.start, -months), end=self.start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The time in which the data says something: outside it, no tickets means no data."""

    start: datetime
    end: datetime

    @classmethod
    def of(cls, *, oldest: datetime, newest: datetime, tickets: int) -> "Coverage":
        """From the first day with a ticket to the last.

        Few tickets leave gaps, so a bound that lies within three mean gaps of the end of its month counts as that end.
        """
        start = oldest.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        end = newest.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        slack = 3 * (end - start) / max(tickets, 1)
        first = month_of(oldest)
        last = month_of(newest)
        return cls(
            start=first.start if start - first.start <= slack else start,
            end=last.end if last.end - end <= slack else end,
        )

    def days(self, period: Period) -> float:
        """Days of the period that the data covers."""
        covered = min(self.end, period.end) - max(self.start, period.start)
        return max(0.0, covered.total_seconds() / _DAY)

    def share(self, period: Period) -> float:
        """The same as a share of the period, 0..1."""
        return self.days(period) / ((period.end - period.start).total_seconds() / _DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period as months of a calendar: from `first` up to, but without, `stop`."""

    first: int
    stop: int
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The months and weeks that the data covers, numbered from 0, and how many days of each it covers."""

    coverage: Coverage
    months: tuple[Period, ...]
    month_days: NDArray[np.float64]
    weeks: tuple[datetime, ...]
    """Mondays."""
    week_days: NDArray[np.float64]

    @classmethod
    def of(cls, coverage: Coverage, tickets: NDArray[np.float64] | None = None) -> "Calendar":
        """`tickets` says how many each month has: one with under a twentieth of what is usual is a gap in the data.

        Usual is the month that half of all tickets lie in months at least as large as. Without `tickets`, nothing is.
        """
        months = tuple(_running(month_of(coverage.start), coverage.end))
        days = np.array([coverage.days(one) for one in months])
        if tickets is not None:
            days[tickets < _GAP * _usual(tickets)] = 0.0
        monday = coverage.start - timedelta(days=coverage.start.weekday())
        weeks = tuple(_weeks(monday, coverage.end))
        covered = np.zeros(7 * len(weeks))
        for month, length in zip(months, days, strict=True):
            first, last = max(month.start, coverage.start), min(month.end, coverage.end)
            if length:
                covered[(first - monday).days : (last - monday).days] = 1.0
        return cls(
            coverage=coverage, months=months, month_days=days, weeks=weeks, week_days=covered.reshape(-1, 7).sum(axis=1)
        )

    def share(self, span: Span) -> float:
        """How much of a period the data covers, 0..1."""
        return self.days(span) / span.period.days

    def days(self, span: Span) -> float:
        return float(self.month_days[span.first : span.stop].sum())

    def runs(self, shortest: int) -> list[slice]:
        """Weeks that the data covers without a gap, so many or more in a row."""
        whole = np.flatnonzero(np.diff(np.pad((self.week_days == 7).astype(int), 1)))
        return [slice(int(a), int(b)) for a, b in whole.reshape(-1, 2) if b - a >= shortest]

    def quarters(self) -> list[Span]:
        """Those that the data touches, in order; the first and the last may have fewer than three months here."""
        spans: list[Span] = []
        for place, month in enumerate(self.months):
            quarter = quarter_of(month.start)
            if spans and spans[-1].period == quarter:
                spans[-1] = Span(first=spans[-1].first, stop=place + 1, period=quarter)
            else:
                spans.append(Span(first=place, stop=place + 1, period=quarter))
        return spans


def _usual(counts: NDArray[np.float64]) -> float:
    by_size = np.sort(counts)
    return float(by_size[np.searchsorted(np.cumsum(by_size), by_size.sum() / 2)]) if by_size.sum() else 0.0


def _weeks(monday: datetime, end: datetime) -> Iterator[datetime]:
    while monday < end:
        yield monday
        monday += timedelta(days=7)


def _running(month: Period, end: datetime) -> Iterator[Period]:
    while month.start < end:
        yield month
        month = month_of(month.end)


def spanning(first: Period, last: Period) -> Period:
    return Period(start=first.start, end=last.end)


def day_label(at: datetime) -> str:
    """For example "3 March 2025"."""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def _shift(start: datetime, months: int) -> datetime:
    index = start.year * 12 + start.month - 1 + months
    return start.replace(year=index // 12, month=index % 12 + 1)


def _from_month(when: datetime, *, back: int, months: int) -> Period:
    first = _shift(datetime(when.year, when.month, 1, tzinfo=UTC), -back)
    return Period(start=first, end=_shift(first, months))


def month_of(when: datetime) -> Period:
    return _from_month(when.astimezone(UTC), back=0, months=1)


def quarter_of(when: datetime) -> Period:
    utc = when.astimezone(UTC)
    return _from_month(utc, back=(utc.month - 1) % 3, months=3)
