"""Calendar periods and how much of each the data covers. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["Coverage", "Period", "month_of", "quarter_of"]

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
        year = "" if self.start.year == last.year else f" {self.start.year}"
        return f"{_MONTHS[self.start.month - 1]}{year} to {_MONTHS[last.month - 1]} {last.year}"

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
