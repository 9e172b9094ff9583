"""Cells of tickets as series of months and weeks, for every scope that is large enough to be tested. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moe_memorygraph.distillation.periods import Calendar, Coverage
from moe_memorygraph.distillation.rates import Floats
from moe_memorygraph.memory.cells import TicketCells

__all__ = ["Cube", "Scope", "Scopes", "distinct"]

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What tickets a pattern is about: all that fit every given field."""

    customer: str | None = None
    tier: str | None = None
    topic: str | None = None
    channel: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """All scopes of one shape, as ("customer", "topic"), that hold enough tickets."""

    cube: "Cube"
    shape: tuple[str, ...]
    codes: Codes
    """Shape (scopes, dimensions): the name of each, as a number."""
    cells: Codes
    """Cells that belong to a scope, and which."""
    owners: Codes

    def __len__(self) -> int:
        return len(self.codes)

    def scope(self, place: int) -> Scope:
        names = {name: self.cube.names[name][self.codes[place, at]] for at, name in enumerate(self.shape)}
        return Scope(**names)

    def by_month(self, values: ArrayLike) -> Floats:
        """Sums of a value of cells, shape (scopes, months)."""
        return self._sums(values, self.cube.month, len(self.cube.calendar.months))

    def by_week(self, values: ArrayLike) -> Floats:
        return self._sums(values, self.cube.week, len(self.cube.calendar.weeks))

    def _sums(self, values: ArrayLike, time: Codes, width: int) -> Floats:
        at = self.owners * width + time[self.cells]
        weights = np.asarray(values, dtype=np.float64)[self.cells]
        sums: Floats = np.bincount(at, weights=weights, minlength=len(self) * width).astype(np.float64)
        return sums.reshape(len(self), width)

    def only(self, kept: NDArray[np.bool_]) -> "Scopes":
        place = np.cumsum(kept) - 1
        cells = kept[self.owners]
        return replace(self, codes=self.codes[kept], cells=self.cells[cells], owners=place[self.owners[cells]])

    def totals(self) -> Floats:
        sums = np.bincount(self.owners, weights=self.cube.tickets[self.cells], minlength=len(self))
        return sums.astype(np.float64)

    def of(self, dimension: str) -> Codes | None:
        """The code of each scope in a dimension; None where the shape has it not."""
        return self.codes[:, self.shape.index(dimension)] if dimension in self.shape else None


class Cube:
    """The cells that the calendar covers, with their months, weeks and names as numbers; a name that is not there is -1."""

    def __init__(self, cells: TicketCells, coverage: Coverage, *, tiers: Mapping[str, str]) -> None:
        # Of a ticket that came or went since the cells were counted, the coverage knows more than they do.
        cells = _only(cells, _within(cells.piece, coverage))
        first_month = np.datetime64(coverage.start.date(), "M")
        month: Codes = (cells.piece.astype("datetime64[M]") - first_month).astype(np.int64)
        counts = np.bincount(month, weights=cells.tickets, minlength=_length(coverage))
        calendar = Calendar.of(coverage, counts.astype(np.float64))
        covered = calendar.month_days[month] > 0
        cells = _only(cells, covered)
        self.cells = cells
        self.calendar = calendar
        self.tickets = cells.tickets.astype(np.float64)
        self.month = month[covered]
        first_week = np.datetime64(calendar.weeks[0].date(), "D")
        self.week: Codes = (cells.piece - first_week).astype(np.int64) // 7
        tier_names = tuple(sorted(set(tiers.values())))
        place = {name: at for at, name in enumerate(tier_names)}
        of_customer = np.array([place.get(tiers.get(one, ""), -1) for one in cells.customers], dtype=np.int64)
        self.names: dict[str, Sequence[str]] = {
            "customer": cells.customers,
            "tier": tier_names,
            "topic": cells.topics,
            "channel": cells.channels,
            "product": cells.products,
        }
        self.codes: dict[str, Codes] = {
            "customer": cells.customer.astype(np.int64),
            "tier": of_customer[cells.customer],
            "topic": _without_blank(cells.topics, cells.topic),
            "channel": _without_blank(cells.channels, cells.channel),
            "product": _without_blank(cells.products, cells.product),
        }
        self.first_month = np.full(len(cells.customers), len(calendar.months), dtype=np.int64)
        """Month of each customer's first ticket; beyond the last for one whose tickets all lie in gaps."""
        np.minimum.at(self.first_month, self.codes["customer"], self.month)

    def scopes(self, *shape: str, at_least: float) -> Scopes:
        """Those with so many tickets, by name."""
        used = np.ones(len(self.cells), dtype=bool)
        for name in shape:
            used &= self.codes[name] >= 0
        cells = np.flatnonzero(used)
        joint = np.zeros(len(cells), dtype=np.int64)
        for name in shape:
            joint = joint * max(len(self.names[name]), 1) + self.codes[name][cells]
        known, owners = distinct(joint)
        enough = np.bincount(owners, weights=self.tickets[cells], minlength=len(known)) >= at_least
        place = np.cumsum(enough) - 1
        kept = enough[owners]
        return Scopes(
            cube=self,
            shape=shape,
            codes=_unravel(known[enough], [max(len(self.names[name]), 1) for name in shape]),
            cells=cells[kept],
            owners=place[owners[kept]],
        )


def _within(pieces: NDArray[np.datetime64], coverage: Coverage) -> NDArray[np.bool_]:
    first = coverage.start - timedelta(days=6)  # a piece is named by its first day, which may lie before
    return (pieces >= np.datetime64(first.date(), "D")) & (pieces < np.datetime64(coverage.end.date(), "D"))


def distinct(codes: Codes) -> tuple[Codes, Codes]:
    """The codes that occur, in order, and the place of each among them; a table where that is smaller than a sort."""
    size = int(codes.max()) + 1 if len(codes) else 0
    if size > 8 * len(codes) + 1_000_000:
        known, owners = np.unique(codes, return_inverse=True)
        return known, owners
    occurs = np.zeros(size, dtype=bool)
    occurs[codes] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[codes]


def _length(coverage: Coverage) -> int:
    last = coverage.end - timedelta(microseconds=1)
    return (last.year - coverage.start.year) * 12 + last.month - coverage.start.month + 1


def _only(cells: TicketCells, kept: NDArray[np.bool_]) -> TicketCells:
    if kept.all():
        return cells
    columns: dict[str, Any] = {}
    for one in fields(cells):
        column = getattr(cells, one.name)
        columns[one.name] = column[kept] if isinstance(column, np.ndarray) else column
    return TicketCells(**columns)


def _unravel(joint: Codes, sizes: Sequence[int]) -> Codes:
    columns = []
    for size in reversed(sizes):
        columns.append(joint % size)
        joint = joint // size
    return np.stack(columns[::-1], axis=1) if columns else np.zeros((len(joint), 0), dtype=np.int64)


def _without_blank(names: Sequence[str], codes: NDArray[np.int32]) -> Codes:
    blank = names.index("") if "" in names else -1
    return np.where(codes == blank, -1, codes).astype(np.int64)
