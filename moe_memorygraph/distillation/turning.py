"""Weeks in which the level of a series turned, as tests. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from moe_memorygraph.distillation.cube import Scopes
from moe_memorygraph.distillation.family import Family, Places, Tests, finding_of, is_beyond
from moe_memorygraph.distillation.findings import Finding
from moe_memorygraph.distillation.periods import Calendar, Period
from moe_memorygraph.distillation.rates import Floats, rate_ratios
from moe_memorygraph.distillation.turns import MIN_WEEKS, Turn, turns_of, week_spread

__all__ = ["MIN_TURN", "turn_tests"]

TURN_RATIO = 1.15
"""A smaller change of the weekly level, up or down by as much, is not worth telling."""
MIN_TURN = 100
"""Tickets in a series that is searched for weeks of change."""
_MONTH_WEEKS = 30 / 7


def turn_tests(family: Family, scopes: Scopes, alpha: float | None) -> Iterator[Tests]:
    """Weeks of change, in every stretch without a gap. A change must be beyond what months do anyhow, as `alpha` says."""
    for weeks in family.calendar.runs(MIN_WEEKS) if len(scopes) else ():
        counts = scopes.by_week(family.cube.tickets)[:, weeks]
        enough = counts.sum(axis=1) >= MIN_TURN
        if enough.any():
            yield _turns_in(family, scopes.only(enough), weeks, counts[enough], alpha or 0.0)


def _turns_in(family: Family, scopes: Scopes, weeks: slice, counts: Floats, alpha: float) -> Tests:
    """A found change is tested as the best of all that it could have been; a series without any counts as tested."""
    calendar, groups = family.calendar, family.groups(scopes)
    factors = _week_factors(family, weeks)[groups]
    since = np.maximum(_week_of(calendar, family.since(scopes)) - weeks.start, 0)
    spread = np.maximum(week_spread(counts, factors), 1 + alpha * counts.mean(axis=1) * _MONTH_WEEKS)
    found = turns_of(counts, factors, since, spread)
    running, exposed = (np.cumsum(np.pad(each, ((0, 0), (1, 0))), axis=1) for each in (counts, factors))

    def between(values: Floats, first: str, stop: str) -> Floats:
        return np.array([values[t.scope, getattr(t, stop)] - values[t.scope, getattr(t, first)] for t in found])

    count, base = between(running, "at", "after"), between(running, "before", "at")
    own, base_own = between(exposed, "at", "after"), between(exposed, "before", "at")
    scope = np.array([t.scope for t in found], dtype=np.int64)
    ratios = rate_ratios(count, own, base, base_own, spread=spread[scope])
    without = len(scopes) - len(set(scope.tolist()))
    p = np.minimum(1.0, ratios.p * _tries(found, counts.shape[1]))
    begins = calendar.weeks[weeks]
    ends = (*begins[1:], begins[-1] + timedelta(days=7))

    def tell(at: int, q: float) -> Finding:
        turn = found[at]
        about = scopes.scope(turn.scope)
        period = Period(start=begins[turn.at], end=ends[turn.after - 1])
        baseline = Period(start=begins[turn.before], end=begins[turn.at])
        return finding_of(
            ratios,
            at,
            kind="change_point",
            scope=about,
            period=period,
            baseline=baseline,
            count=int(count[at]),
            base_count=int(base[at]),
            exposure=float(period.days),
            base_exposure=float(baseline.days),
            p=float(p[at]),
            q=q,
            is_seasonal=bool(family.seasons.is_seasonal[groups[turn.scope]]),
            evidence=(family.query(about, period if count[at] else baseline),),
        )

    return Tests(
        p=np.concatenate([p, np.ones(without)]),
        power=np.full(len(found) + without, 0.5),
        worth=np.ones(len(found) + without),
        may_tell=np.concatenate([is_beyond(ratios.ratio, TURN_RATIO), np.zeros(without, dtype=bool)]),
        always=np.zeros(len(found) + without, dtype=bool),
        tell=tell,
    )


def _tries(found: Sequence[Turn], weeks: int) -> Floats:
    """Where a change could have been found: at any week; or, where a series has several, between any two."""
    several = Counter(turn.scope for turn in found)
    return np.array([weeks if several[one.scope] == 1 else weeks * (weeks - 1) / 2 for one in found], dtype=np.float64)


def _week_of(calendar: Calendar, months: Places) -> Places:
    """The first whole week of each of these months."""
    first = np.array([(one.start - calendar.weeks[0]).days for one in calendar.months])
    return np.ceil(first[np.minimum(months, len(first) - 1)] / 7).astype(np.int64)


def _week_factors(family: Family, weeks: slice) -> Floats:
    calendar = family.calendar
    monthly = family.seasons.factors(calendar, month=None)
    middle = [min(one + timedelta(days=3), calendar.coverage.end) for one in calendar.weeks[weeks]]
    first = calendar.months[0].start
    months = [
        min(max((one.year - first.year) * 12 + one.month - first.month, 0), len(calendar.months) - 1) for one in middle
    ]
    return monthly[:, months]
