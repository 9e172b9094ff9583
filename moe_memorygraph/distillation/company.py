"""What comes together: topics in the same customer and month, and what rises before a customer leaves. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.distillation.cube import distinct
from moe_memorygraph.distillation.rates import Floats

__all__ = ["Pairs", "Precursors", "precursors", "topic_pairs"]

Places = NDArray[np.int64]

WINDOW = 3
"""Months before a loss."""
HISTORY = 9
"""Months before those, at most, that say what is usual for a customer; at least three."""
RISE = 1.5
"""Times the usual: fewer is no rise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Columns of one length, a pair of topics each."""

    first: Places
    second: Places
    observed: Floats
    """Customers' months with both."""
    expected: Floats
    """How many there would be, were a topic's months those of any other: by customer and by month."""


def topic_pairs(customer: Places, topic: Places, month: Places, *, topics: int, at_least: int) -> Pairs:
    """Pairs of topics that each came in so many customers' months; the arguments are codes, one entry per cell.

    A topic's chance in a customer's month is its share of the customer's months and of the month's customers. So a
    large customer, or a busy month, makes no pair.
    """
    from scipy import sparse

    customers, months = (int(one.max()) + 1 if len(one) else 0 for one in (customer, month))
    known, _ = distinct((customer * months + month) * topics + topic)
    present = sparse.csr_matrix(
        (np.ones(len(known)), (known // max(topics, 1), known % max(topics, 1))),
        shape=(customers * months, topics),
        dtype=np.float64,
    )
    often = np.flatnonzero(np.asarray(present.sum(axis=0)).ravel() >= at_least)
    present = present[:, often].tocoo()
    in_total = np.asarray(present.sum(axis=0)).ravel()

    def shared(group: Places, size: int) -> Floats:
        sums = sparse.csr_matrix((present.data, (group, present.col)), shape=(size, len(often)))
        return np.asarray((sums.T @ sums).todense())

    by_customer, by_month = (
        shared(present.row // max(months, 1), customers),
        shared(present.row % max(months, 1), months),
    )
    observed = shared(present.row, customers * months)
    first, second = np.triu_indices(len(often), k=1)
    scale = np.maximum(np.outer(in_total, in_total), 1.0)
    return Pairs(
        first=often[first],
        second=often[second],
        observed=observed[first, second],
        expected=(by_customer * by_month / scale)[first, second],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Precursors:
    """What customers had in the months before they left, by topic; the last is all topics together."""

    observed: Floats
    """Customers that left with a rise of it before."""
    expected: Floats
    """How many of them would have had one, had they been as the others were at the time."""
    leavers: int
    """Customers that left and had a history."""
    rose: NDArray[np.bool_]
    """Shape (topics + 1, customers): those that left with a rise."""


def precursors(counts: Floats, first_month: Places, left_in: Places) -> Precursors:
    """Compare each customer that left with all that were there at that time: as the log-rank test does, month by month.

    `counts` has the shape (topics + 1, customers, months); `left_in` is the month in which a customer left, -1 for none.
    A rise is at least two tickets in the three months before, and half as many again as is usual for this customer.
    """
    kinds, customers, months = counts.shape
    running = np.cumsum(np.pad(counts, ((0, 0), (0, 0), (1, 0))), axis=2)
    observed, expected = np.zeros(kinds), np.zeros(kinds)
    rose_of_leavers = np.zeros((kinds, customers), dtype=bool)
    leavers = 0
    for month in np.unique(left_in[left_in >= 0]):
        begin = month - WINDOW
        history = np.minimum(begin - np.maximum(first_month, begin - HISTORY), HISTORY)
        at_risk = (history >= WINDOW) & ((left_in < 0) | (left_in >= month)) & (month <= months)
        leaving = at_risk & (left_in == month)
        if not leaving.any():
            continue
        window = running[:, :, month] - running[:, :, begin]
        usual = running[:, :, begin] - running[:, np.arange(customers), np.maximum(begin - history, 0)]
        rise = (window >= 2) & (window / WINDOW >= RISE * usual / np.maximum(history, 1)) & at_risk
        observed += rise[:, leaving].sum(axis=1)
        expected += leaving.sum() * rise.sum(axis=1) / at_risk.sum()
        rose_of_leavers |= rise & leaving
        leavers += int(leaving.sum())
    return Precursors(observed=observed, expected=expected, leavers=leavers, rose=rose_of_leavers)
