"""Tickets counted in cells: what is mined. Values only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["EVIDENCE_OF", "REPEATS_WITHIN_DAYS", "URGENT", "CellRefresh", "Evidence", "EvidenceQuery", "TicketCells"]

Codes = NDArray[np.int32]
Counts = NDArray[np.int64]

URGENT = ("high", "higher", "highest", "urgent", "critical", "blocker", "emergency", "p0", "p1", "sev0", "sev1")
"""Priorities that count as urgent, in lower case."""
REPEATS_WITHIN_DAYS = 7
"""A ticket repeats another of the same customer and topic that came so many days before it, or fewer."""

Evidence = Literal["any", "low_rated", "urgent", "reopened", "resolved"]
EVIDENCE_OF: tuple[Evidence, ...] = ("any", "low_rated", "urgent", "reopened", "resolved")


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
    log_hours: NDArray[np.float64]
    """Sums over the resolved of the logarithm of hours from creation to resolution, held between 0.1 and 10,000."""
    log_hours_squared: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.piece)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellRefresh:
    months: int
    """Customers' months that were counted anew."""
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
