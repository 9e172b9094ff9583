"""A customer's health: half of what can be had for nothing, and drivers that add to it or take from it, exactly.

Each driver holds one figure of the customer against the same figure of all customers of the tenant. It is worth
`weight × (1 - 2 × rank) × trust`: `rank` is the share of customers that fare better in it (equal ones count half), 0..1;
`trust`, 0..1, is how much the figure says, `n / (n + HALF)` for n tickets behind it and `m / (m + HALF)` for m
customers to compare with. Rounded to a tenth, the drivers and the start add up to the score.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Literal

from moe_memorygraph.memory.values import CustomerFigures

__all__ = ["BASELINE", "BEST", "WARNINGS", "WINDOW", "Driver", "Health", "health_of"]

WINDOW = timedelta(days=90)
BASELINE = timedelta(days=270)
"""The time before the window that a customer's own usual number of tickets comes from."""
WARNINGS = ("breach_reported", "cancellation_done", "cancellation_intent", "competitor_mentioned", "escalation_request")
"""What tickets tell that warns of a loss."""

START = 50.0
BEST = 100.0
HALF = 3.0  # tickets, or customers, whose figure is trusted by half
_PRIOR = 4.0  # tickets of the average customer that a share is mixed with: two of two is no 100 %


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """One figure of the customer and what it adds to the score."""

    name: str
    points: float
    """Rounded to a tenth; below 0 it takes from the score."""
    most: float
    """Points that it could add or take."""
    value: float | None
    """None: nothing is known of it, so it adds nothing."""
    typical: float | None
    """The median of the tenant's customers."""
    rank: float | None
    """Share of the tenant's customers that fare better in it, 0..1; equal ones count half."""
    support: int
    """Tickets of the customer behind the figure."""
    unit: Literal["ratio", "share", "stars", "hours", "tickets"]
    gained_at_typical: float
    """Points more, if the figure were the median: the customer's own is then the median among all, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`score` is 0..100 and the sum of `start` and the drivers' points, to the tenth."""

    score: float
    start: float
    drivers: tuple[Driver, ...]
    """The largest effect first."""
    compared_with: int
    """Customers of the tenant that wrote in the window, this one among them if it did."""
    figures: CustomerFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    name: str
    most: float
    unit: Literal["ratio", "share", "stars", "hours", "tickets"]
    value: Callable[[CustomerFigures, "_Averages"], float | None]
    support: Callable[[CustomerFigures], int]
    more_is_worse: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Averages:
    """Over all tickets of the tenant in the window."""

    urgent: float
    unsettled: float
    csat: float
    baseline: float
    """Length of the time before the window, in windows."""


def health_of(customer_id: str, all_figures: Sequence[CustomerFigures], *, baseline: timedelta = BASELINE) -> Health:
    """The health of one customer among all that wrote in the window or the time before; see the module's text.

    `baseline` is how long the time before was: shorter where the tenant's data begin in it.
    """
    own = next((one for one in all_figures if one.customer_id == customer_id), _nothing(customer_id))
    others = [one for one in all_figures if one.tickets]
    averages = _averages(others, baseline / WINDOW)
    drivers = [_driver(figure, own, others, averages) for figure in _FIGURES]
    return Health(
        score=round(START + sum(one.points for one in drivers), 1),
        start=START,
        drivers=tuple(sorted(drivers, key=lambda one: (-abs(one.points), one.name))),
        compared_with=len(others),
        figures=own,
    )


def _driver(figure: _Figure, own: CustomerFigures, others: Sequence[CustomerFigures], averages: _Averages) -> Driver:
    value = figure.value(own, averages)
    values = [one for other in others if (one := figure.value(other, averages)) is not None]
    support = figure.support(own)
    trust = support / (support + HALF) * len(values) / (len(values) + HALF)

    def points(rank: float) -> float:
        return round(figure.most * (1 - 2 * rank) * trust, 1) + 0.0  # no negative zero

    typical = median(values) if values else None
    rank = None if value is None or not values else _rank(value, values, more_is_worse=figure.more_is_worse)
    gained = 0.0
    if rank is not None and typical is not None:
        others_values = list(values)
        if own.tickets and value is not None:
            others_values[others_values.index(value)] = typical
        gained = points(_rank(typical, others_values, more_is_worse=figure.more_is_worse)) - points(rank)
    return Driver(
        name=figure.name,
        points=0.0 if rank is None else points(rank),
        most=figure.most,
        value=value,
        typical=typical,
        rank=rank,
        support=support,
        unit=figure.unit,
        gained_at_typical=round(gained, 1) + 0.0,
    )


def _rank(value: float, values: Sequence[float], *, more_is_worse: bool) -> float:
    better = sum((one < value) if more_is_worse else (one > value) for one in values)
    return (better + 0.5 * sum(one == value for one in values)) / len(values)


def _averages(figures: Sequence[CustomerFigures], baseline: float) -> _Averages:
    def share(part: Callable[[CustomerFigures], int], of: Callable[[CustomerFigures], int]) -> float:
        whole = sum(of(one) for one in figures)
        return sum(part(one) for one in figures) / whole if whole else 0.0

    rated = sum(one.rated for one in figures)
    return _Averages(
        urgent=share(lambda one: one.urgent, lambda one: one.ranked),
        unsettled=share(lambda one: one.unsettled, lambda one: one.with_status),
        csat=sum((one.csat or 0.0) * one.rated for one in figures) / rated if rated else 0.0,
        baseline=baseline,
    )


def _mixed(part: float, whole: int, average: float) -> float | None:
    return (part + _PRIOR * average) / (whole + _PRIOR) if whole else None


def _volume(one: CustomerFigures, averages: _Averages) -> float | None:
    """Tickets in the window against as long a time before it, half a ticket added to both."""
    if averages.baseline <= 0 or not one.tickets + one.earlier:
        return None
    return (one.tickets + 0.5) / (one.earlier / averages.baseline + 0.5)


_FIGURES = (
    _Figure(name="volume", most=10.0, unit="ratio", value=_volume, support=lambda one: one.tickets + one.earlier),
    _Figure(
        name="warnings",
        most=12.0,
        unit="tickets",
        value=lambda one, _: float(one.warning) if one.tickets else None,
        support=lambda one: one.tickets,
    ),
    _Figure(
        name="satisfaction",
        most=10.0,
        unit="stars",
        value=lambda one, averages: _mixed((one.csat or 0.0) * one.rated, one.rated, averages.csat),
        support=lambda one: one.rated,
        more_is_worse=False,
    ),
    _Figure(
        name="urgency",
        most=7.0,
        unit="share",
        value=lambda one, averages: _mixed(one.urgent, one.ranked, averages.urgent),
        support=lambda one: one.ranked,
    ),
    _Figure(
        name="unsettled",
        most=5.0,
        unit="share",
        value=lambda one, averages: _mixed(one.unsettled, one.with_status, averages.unsettled),
        support=lambda one: one.with_status,
    ),
    _Figure(
        name="resolution time",
        most=6.0,
        unit="hours",
        value=lambda one, _: one.hours,
        support=lambda one: one.resolved,
    ),
)


def _nothing(customer_id: str) -> CustomerFigures:
    return CustomerFigures(
        customer_id=customer_id,
        tickets=0,
        earlier=0,
        rated=0,
        csat=None,
        ranked=0,
        urgent=0,
        resolved=0,
        hours=None,
        with_status=0,
        unsettled=0,
        warning=0,
    )
