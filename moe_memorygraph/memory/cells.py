"""Tickets counted in cells: what is mined. Values, and how time is cut."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "QUICKEST_HOURS",
    "REPEATS_WITHIN_DAYS",
    "SLOWEST_HOURS",
    "URGENT",
    "CellRefresh",
    "Evidence",
    "EvidenceQuery",
    "Stretch",
    "TicketCells",
    "piece_of",
    "stretches",
]

Codes = NDArray[np.int32]
Counts = NDArray[np.int64]

URGENT = ("high", "higher", "highest", "urgent", "critical", "blocker", "emergency", "p0", "p1", "sev0", "sev1")
"""Priorities that count as urgent, in lower case."""
REPEATS_WITHIN_DAYS = 7
"""A ticket repeats another of the same customer and topic that came so many days before it, or fewer."""

SLOWEST_HOURS = 720.0
"""Hours to resolution count up to here, thirty days; what is open longer, or was, counts as this. So of every ticket that
is as old, its time is known, and none is left out because it takes long."""
QUICKEST_HOURS = 0.1

Evidence = Literal["any", "low_rated", "urgent", "reopened", "resolved"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A customer's time from the first day of a piece up to that of another, in UTC."""

    customer_id: str
    since: date
    until: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.since, time(), tzinfo=UTC)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.until, time(), tzinfo=UTC)

    @property
    def earlier(self) -> datetime:
        """From when on a ticket may be repeated by one of these."""
        return self.begin - timedelta(days=REPEATS_WITHIN_DAYS)


def piece_of(day: date) -> date:
    """The first of the days that the week and the month of this day have in common."""
    return max(day - timedelta(days=day.weekday()), day.replace(day=1))


def _next_piece(day: date) -> date:
    monday = day + timedelta(days=7 - day.weekday())
    return min(monday, (day.replace(day=1) + timedelta(days=32)).replace(day=1))


def stretches(touched: Iterable[tuple[str, date]]) -> list[Stretch]:
    """What must be counted anew where these customers' pieces changed, by customer and time.

    A piece, and those after it whose tickets may repeat one of its own. What overlaps is one.
    """
    found: list[Stretch] = []
    for customer, piece in sorted(touched):
        until = _next_piece(_next_piece(piece) + timedelta(days=REPEATS_WITHIN_DAYS - 1))
        if found and found[-1].customer_id == customer and piece <= found[-1].until:
            found[-1] = Stretch(customer, found[-1].since, max(until, found[-1].until))
        else:
            found.append(Stretch(customer, piece, until))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCells:
    """Columns of one length, a cell each, by customer, piece, topic, channel and product.

    A piece is the days that a week and a month have in common, named by the first of them, in UTC.
    """

    customers: tuple[str, ...]
    """Names that the codes stand for, sorted; '' where a ticket has none."""
    topics: tuple[str, ...]
    channels: tuple[str, ...]
    products: tuple[str, ...]
    customer: Codes
    topic: Codes
    channel: Codes
    product: Codes
    piece: NDArray[np.datetime64]
    """Days."""
    tickets: Counts
    rated: Counts
    """With a satisfaction score, of which `low_rated` have 1 or 2."""
    low_rated: Counts
    ranked: Counts
    """With a priority, of which `urgent` have one of `URGENT`."""
    urgent: Counts
    reopened: Counts
    repeated: Counts
    resolved: Counts
    timed: Counts
    """Of which it is known when they were resolved, or that they are open."""
    log_hours: NDArray[np.float64]
    """Sums over the timed of the logarithm of hours from creation to resolution, held between `QUICKEST_HOURS` and
    `SLOWEST_HOURS`, which the open ones count as; wrong of what is not yet as old."""
    log_hours_squared: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRefresh:
    tickets: int
    """Tickets that were counted: those of every stretch in which one had changed."""
    is_first: bool
    """Nothing was counted before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceQuery:
    """Which tickets stand behind a pattern: all that fit every given field. `since` is inclusive, `until` exclusive."""

    since: datetime
    until: datetime
    customer_id: str | None = None
    topic: str | None = None
    tier: str | None = None
    channel: str | None = None
    product: str | None = None
    only: Evidence = "any"
