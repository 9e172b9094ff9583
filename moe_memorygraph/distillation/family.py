"""What every family of tests shares: its tests as columns, and what it tests in. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from moe_memorygraph.distillation.cube import Cube, Scope, Scopes
from moe_memorygraph.distillation.findings import Finding
from moe_memorygraph.distillation.levels import Exposures
from moe_memorygraph.distillation.periods import Calendar, Period
from moe_memorygraph.distillation.rates import Floats, Ratios
from moe_memorygraph.distillation.seasons import Seasons
from moe_memorygraph.memory.cells import Evidence, EvidenceQuery

__all__ = ["Bools", "Family", "Places", "Tests", "fading", "finding_of", "is_beyond"]

Bools = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Columns of one length, a test each, and how to tell what one found."""

    p: Floats
    power: Floats
    """How likely a change worth telling would have been seen, 0..1; knows nothing of the change."""
    worth: Floats
    """How much it counts among all tests that share one false discovery rate; knows nothing of the change either."""
    may_tell: Bools
    """What is worth telling, were it none of chance."""
    always: Bools
    """What is told anyhow."""
    is_level: bool = False
    """Compares quarters; has its own share of the false discovery rate."""
    is_lead: bool = False
    """Its strongest are told, as perhaps chance, where nothing is sure."""
    tell: Callable[[int, float], Finding]
    """From the place of a test and its q value."""

    @classmethod
    def of(
        cls,
        ratios: Ratios,
        *,
        may_tell: Bools,
        tell: Callable[[int, float], Finding],
        power: Floats | None = None,
        worth: Floats | None = None,
        is_lead: bool = False,
    ) -> "Tests":
        """The tests of these ratios, none of which is told anyhow; a `power` that is not known is 0.5, a `worth` 1."""
        count = len(ratios.p)
        return cls(
            p=ratios.p,
            power=np.full(count, 0.5) if power is None else power,
            worth=np.ones(count) if worth is None else worth,
            may_tell=may_tell,
            always=np.zeros(count, dtype=bool),
            is_lead=is_lead,
            tell=tell,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    cube: Cube
    seasons: Seasons
    """Of all tickets together (group 0), then of each topic."""

    @property
    def calendar(self) -> Calendar:
        return self.cube.calendar

    def exposures(self, scopes: Scopes) -> Exposures:
        """Days that the data covers of each month, each as busy as its season makes it."""
        groups = self.groups(scopes)
        kept: dict[int, Floats] = {}

        def of(month: int) -> Floats:
            if month not in kept:
                kept.clear()  # they are asked for in order of time
                days = self.seasons.factors(self.calendar, month=month) * self.calendar.month_days
                kept[month] = days[groups] if self.seasons.is_seasonal.any() else days[:1]
            return kept[month]

        return of

    def groups(self, scopes: Scopes) -> Places:
        topics = scopes.of("topic")
        return np.zeros(len(scopes), dtype=np.int64) if topics is None else topics + 1

    def since(self, scopes: Scopes) -> Places:
        """The month of the customer's first ticket; a customer that is new brings tickets, and no change of any."""
        customers = scopes.of("customer")
        return np.zeros(len(scopes), dtype=np.int64) if customers is None else self.cube.first_month[customers]

    def query(self, scope: Scope, period: Period, *, only: Evidence = "any") -> EvidenceQuery:
        return EvidenceQuery(
            since=period.start,
            until=period.end,
            customer_id=scope.customer,
            topic=scope.topic,
            tier=scope.tier,
            channel=scope.channel,
            product=scope.product,
            only=only,
        )


def fading(place: ArrayLike, *, last: int, a_year: int) -> Floats:
    """Worth of tests by the place of their period, of which `last` is the newest and so many make a year: halved a year.

    What is asked is mostly what is new; and what was found when it was new was tested then, among as few.
    """
    return np.asarray(2.0 ** ((np.asarray(place, dtype=np.float64) - last) / a_year))


def is_beyond(ratio: Floats, bound: float) -> Bools:
    """Whether a rate went up or down by as much."""
    return (ratio >= bound) | (ratio <= 1 / bound)


def finding_of(ratios: Ratios, at: int, **fields: object) -> Finding:
    """What one of these ratios found, with the other fields of a finding by name."""
    values = {name: float(getattr(ratios, name)[at]) for name in ("ratio", "low", "high", "p")}
    return Finding(**(values | fields))  # type: ignore[arg-type]  # fields by name
