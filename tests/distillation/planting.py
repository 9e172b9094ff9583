"""Cells of tickets whose truth is known: counted, drawn, and with changes planted."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.distillation import Mined, mine
from moe_memorygraph.memory.cells import TicketCells
from moe_memorygraph.memory.values import Customer, DataSpan, Pattern

MONTHS = [datetime(year, month, 1, tzinfo=UTC) for year in (2024, 2025) for month in range(1, 13)]
YEARS = DataSpan(oldest=datetime(2024, 1, 1, 1, tzinfo=UTC), newest=datetime(2025, 12, 31, 23, tzinfo=UTC))
NAMES = (Customer(customer_id="acme", name="Acme Corp"), Customer(customer_id="globex", name="Globex"))

Count = tuple[str, str, datetime, int]
"""Customer, topic, month, tickets: spread over the month's days."""

_MEASURES = ("rated", "low_rated", "ranked", "urgent", "reopened", "repeated", "resolved", "timed")


def cells_of(rows: Iterable[dict[str, Any]]) -> TicketCells:
    """Rows of customer, topic, channel, product, piece and tickets, with the other measures where they have any."""
    listed = sorted(rows, key=lambda row: (row["customer"], row["piece"], row.get("topic", "")))
    columns: dict[str, Any] = {}
    for name in ("customer", "topic", "channel", "product"):
        values = [row.get(name, "") for row in listed]
        known = sorted(set(values))
        place = {value: at for at, value in enumerate(known)}
        columns[f"{name}s"] = tuple(known)
        columns[name] = np.array([place[value] for value in values], dtype=np.int32)
    for name in ("tickets", *_MEASURES):
        columns[name] = np.array([row.get(name, 0) for row in listed], dtype=np.int64)
    for name in ("log_hours", "log_hours_squared"):
        columns[name] = np.array([row.get(name, 0.0) for row in listed], dtype=np.float64)
    return TicketCells(piece=np.array([row["piece"] for row in listed], dtype="datetime64[D]"), **columns)


def pieces_of(month: datetime) -> list[tuple[date, int]]:
    """The pieces of a month, each with its days."""
    day, after = month, (month + timedelta(days=31)).replace(day=1)
    pieces = []
    while day < after:
        end = min(day + timedelta(days=7 - day.weekday()), after)
        pieces.append((day.date(), (end - day).days))
        day = end
    return pieces


def spread_evenly(count: int, days: list[int]) -> list[int]:
    """So many tickets over days, without a remainder lost."""
    ends = np.round(count * np.cumsum([0, *days]) / sum(days)).astype(int)
    return [int(one) for one in np.diff(ends)]


def cells_of_months(counts: Iterable[Count], *, until: date | None = None) -> TicketCells:
    rows: dict[tuple[str, str, date], dict[str, Any]] = {}
    for customer, topic, month, count in counts:
        pieces = [one for one in pieces_of(month) if until is None or one[0] < until]
        for (piece, _), tickets in zip(pieces, spread_evenly(count, [days for _, days in pieces]), strict=True):
            if tickets:
                row = {"customer": customer, "topic": topic, "piece": piece, "tickets": 0}
                rows.setdefault((customer, topic, piece), row)["tickets"] += tickets
    return cells_of(rows.values())


def drawn(rng: np.random.Generator, means: NDArray[np.float64], *, alpha: float = 0.0) -> TicketCells:
    """Poisson counts, or negative binomial ones, around monthly means of the shape (customers, topics, 24).

    A month's mean is spread over its pieces by days, each drawn on its own; `alpha` spreads whole months.
    """
    if alpha:
        means = rng.gamma(1 / alpha, means * alpha)
    customers, topics, months = means.shape
    pieces = [pieces_of(month) for month in MONTHS[:months]]
    days = np.array([length for one in pieces for _, length in one], dtype=np.float64)
    of_month = np.repeat(np.arange(months), [len(one) for one in pieces])
    share = days / np.bincount(of_month, weights=days)[of_month]
    counts = rng.poisson(means[:, :, of_month] * share)
    customer, topic, piece = np.nonzero(counts)
    nothing = np.zeros(len(customer), dtype=np.int64)
    starts = np.array([start for one in pieces for start, _ in one], dtype="datetime64[D]")
    return TicketCells(
        customers=tuple(f"customer-{at:04}" for at in range(customers)),
        topics=tuple(f"topic-{at:03}" for at in range(topics)),
        channels=("",),
        products=("",),
        customer=customer.astype(np.int32),
        topic=topic.astype(np.int32),
        channel=nothing.astype(np.int32),
        product=nothing.astype(np.int32),
        piece=starts[piece],
        tickets=counts[customer, topic, piece].astype(np.int64),
        **dict.fromkeys(_MEASURES, nothing),
        log_hours=np.zeros(len(customer)),
        log_hours_squared=np.zeros(len(customer)),
    )


def patterns_of(mined: Mined) -> list[Pattern]:
    return [one.pattern for one in mined.patterns]


def mined_months(counts: Iterable[Count], span: DataSpan = YEARS) -> list[Pattern]:
    assert span.newest is not None
    cells = cells_of_months(counts, until=span.newest.date() + timedelta(days=1))
    return patterns_of(mine(cells, span, customers=NAMES))
