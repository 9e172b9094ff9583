"""Counts over exposures, period against what came before, for many scopes at once. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.distillation.periods import Calendar, Span
from moe_memorygraph.distillation.rates import (
    Floats,
    Ratios,
    extra_variance,
    inflation,
    poisson_variance,
    power,
    rate_ratios,
)

__all__ = ["LONGEST", "Comparisons", "Exposures", "by_month", "by_quarter", "joined", "with_spread"]

Exposures = Callable[[int], Floats]
"""For comparisons of the period that begins with this month: shape (scopes or 1, months)."""
Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

MIN_SHARE = 1 / 3
"""Share of a period that the data must cover; a period covered less is left out."""
LONGEST = 4
"""Quarters of a baseline at most: a year."""
_STEADY = 0.98
"""A baseline is steady unless its quarters differ more than this share of steady ones do."""
_WHOLE = 0.9
"""A part so large is the whole: nothing is left of it without."""
_SOME = 12
"""Comparisons that say how much counts spread, at least."""
_FIRM = 20
"""Tickets in both periods, from which on a comparison says how much counts spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparisons:
    """Columns of one length, a comparison each."""

    scope: Places
    period: Places
    """Place of the period among those compared."""
    base: Places
    """Place of the first period of the baseline, which ends where the period begins."""
    count: Floats
    exposure: Floats
    base_count: Floats
    base_exposure: Floats
    is_first: Bools
    """Nothing was counted in the scope before the period."""
    is_last: Bools
    """Nothing is counted in the scope after the period."""

    def __len__(self) -> int:
        return len(self.scope)

    @property
    def total(self) -> Floats:
        return self.count + self.base_count

    @property
    def share(self) -> Floats:
        return self.exposure / (self.exposure + self.base_exposure)

    def parts(self) -> Floats:
        """How many variances of a period a log ratio holds: its own, and that of the mean of the baseline's."""
        return 1 + 1 / (self.period - self.base)

    def ratios(self, spread: Floats) -> Ratios:
        return rate_ratios(self.count, self.exposure, self.base_count, self.base_exposure, spread=spread)

    def power(self, spread: Floats, *, effect: float) -> Floats:
        return power(self.total, self.share, spread, effect=effect)

    def firm(self) -> "Comparisons":
        """Those with tickets enough to say how much counts spread."""
        kept = (self.total >= _FIRM) & (self.count > 0) & (self.base_count > 0)
        return Comparisons(**{one.name: getattr(self, one.name)[kept] for one in fields(self)})

    def change(self) -> Floats:
        """Logarithms of the ratios."""
        return np.asarray(np.log(self.count / self.exposure) - np.log(self.base_count / self.base_exposure))

    def alpha(self, whole: "Comparisons | None", weights: Floats) -> float:
        """How much more than Poisson the counts of a period spread, as firm comparisons say (see `extra_variance`).

        What the whole did, of which each scope is a part of this weight, is taken out: it is a change of all, and no
        scope's noise. What is left of a scope's own noise is less by its part in the whole, and more by the others'.
        """
        change, variance, parts = self.change(), poisson_variance(self.total, self.share), self.parts()
        if whole is None:
            return extra_variance(change, variance, parts, at_least=_SOME)
        of_whole = dict(zip(whole.period.tolist(), whole.change().tolist(), strict=True))
        together = np.array([of_whole.get(period, np.nan) for period in self.period.tolist()])
        own = weights[self.scope]
        used = np.isfinite(together) & (own < _WHOLE)
        left = (1 - own) ** 2 + np.sum(weights**2) - own**2
        return extra_variance(
            (change - together)[used], (variance * (1 - own))[used], (parts * left)[used], at_least=_SOME
        )


def with_spread(one: Comparisons, alpha: float, *, vague: Floats | float = 0.0) -> Floats:
    """Variance over Poisson variance of each log ratio; `vague` is a variance that exposures bring, by comparison."""
    from_counts = inflation(one.total, one.share, alpha, one.parts())
    return from_counts + inflation(one.total, one.share, vague, 1.0) - 1


def by_quarter(
    counts: Floats,
    exposures: Exposures,
    calendar: Calendar,
    *,
    since: Places,
    alpha: float,
    at_least: float,
    longest: int = LONGEST,
) -> Comparisons:
    """Every quarter against the steady stretch before it: up to a year whose quarters do not differ, else one quarter.

    The stretch is chosen by the baseline alone, so that the choice says nothing about the period. `since` is the month
    from which on each scope can have tickets; its baseline begins no earlier.
    """
    quarters = calendar.quarters()
    sums = _summed(counts, quarters)
    running = _running(sums)
    is_covered = np.array([calendar.share(one) >= MIN_SHARE for one in quarters])
    latest = exposed = before = np.zeros((0, 0))
    found = []
    for place in range(1, len(quarters)):
        if not is_covered[place - 1 : place + 1].all():
            continue
        monthly = exposures(quarters[place].first)
        if monthly is not latest:  # most are the same for every period
            latest, exposed = monthly, _summed(monthly, quarters)
            before = _running(exposed)
        longest_here = min(longest, place)
        begin = np.full(len(counts), place - 1)
        for reach in range(2, longest_here + 1):
            if not is_covered[place - reach]:
                break
            stretch = slice(place - reach, place)
            steady = _is_steady(sums[:, stretch], exposed[:, stretch], alpha)
            begin = np.where(steady & (since <= quarters[place - reach].first), place - reach, begin)
        found.append(_compared(running, before, place, begin, since <= _months(quarters)[begin], at_least))
    return joined(found)


def by_month(
    counts: Floats, exposures: Exposures, calendar: Calendar, *, since: Places, at_least: float, before: int = 3
) -> Comparisons:
    """Every month against the months before it."""
    months = [Span(first=at, stop=at + 1, period=one) for at, one in enumerate(calendar.months)]
    is_covered = np.array([calendar.share(one) >= MIN_SHARE for one in months])
    running = _running(counts)
    found = []
    for place in range(before, len(months)):
        if is_covered[place - before : place + 1].all():
            begin = np.full(len(counts), place - before)
            may_compare = since <= place - before
            found.append(_compared(running, _running(exposures(place)), place, begin, may_compare, at_least))
    return joined(found)


def _running(sums: Floats) -> Floats:
    running = np.zeros((sums.shape[0], sums.shape[1] + 1))
    np.cumsum(sums, axis=1, out=running[:, 1:])
    return running


def _months(spans: Sequence[Span]) -> Places:
    return np.array([one.first for one in spans])


def _summed(values: Floats, spans: Sequence[Span]) -> Floats:
    return np.add.reduceat(values, [one.first for one in spans], axis=1)


def _is_steady(counts: Floats, exposed: Floats, alpha: float) -> Bools:
    """Whether the periods of each row differ no more than chance makes them."""
    from scipy import special

    width = counts.shape[1]
    total, all_exposed = counts.sum(axis=1, keepdims=True), exposed.sum(axis=1, keepdims=True)
    due = np.maximum(total * exposed / np.maximum(all_exposed, 1e-12), 1e-12)
    distance = ((counts - due) ** 2 / (due * (1 + alpha * due))).sum(axis=1)
    return np.asarray((distance <= special.chdtri(width - 1, 1 - _STEADY)) & (exposed > 0).all(axis=1))


def _compared(
    running: Floats, exposed: Floats, place: int, begin: Places, may_compare: Bools, at_least: float
) -> Comparisons:
    """One period of every scope against those from `begin` on, by the sums before each period of counts and exposures."""
    rows = np.arange(len(running))
    base = running[:, place] - running[rows, begin]
    base_exposed = exposed[:, place] - (exposed[rows, begin] if len(exposed) > 1 else exposed[0, begin])
    count = running[:, place + 1] - running[:, place]
    own = np.broadcast_to(exposed[:, place + 1] - exposed[:, place], len(running))
    kept = np.flatnonzero(may_compare & (count + base >= at_least) & (own > 0) & (base_exposed > 0))
    return Comparisons(
        scope=kept,
        period=np.full(len(kept), place),
        base=begin[kept],
        count=count[kept],
        exposure=own[kept],
        base_count=base[kept],
        base_exposure=base_exposed[kept],
        is_first=running[kept, place] == 0,
        is_last=running[kept, -1] == running[kept, place + 1],
    )


def joined(parts: Sequence[Comparisons]) -> Comparisons:
    def column(name: str) -> Iterator[NDArray[np.generic]]:
        return (getattr(one, name) for one in parts)

    empty = {"is_first": bool, "is_last": bool, "scope": np.int64, "period": np.int64, "base": np.int64}
    joined = {
        one.name: np.concatenate([np.zeros(0, dtype=empty.get(one.name, np.float64)), *column(one.name)])
        for one in fields(Comparisons)
    }
    return Comparisons(**joined)
