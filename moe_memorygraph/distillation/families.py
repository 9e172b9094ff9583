"""The families of tests that a run makes: each says how likely chance is for everything that it compared. Pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.distillation.company import precursors, topic_pairs
from moe_memorygraph.distillation.cube import Cube, Scope, Scopes, distinct
from moe_memorygraph.distillation.findings import Finding
from moe_memorygraph.distillation.levels import (
    LONGEST,
    Comparisons,
    Exposures,
    by_month,
    by_quarter,
    with_spread,
)
from moe_memorygraph.distillation.periods import Calendar, Period, spanning
from moe_memorygraph.distillation.rates import Floats, Ratios, expected_ratios, rate_ratios, time_ratios
from moe_memorygraph.distillation.seasons import Seasons
from moe_memorygraph.distillation.turns import MIN_WEEKS, Turn, turns_of, week_spread
from moe_memorygraph.memory.cells import REPEATS_WITHIN_DAYS, Evidence, EvidenceQuery

__all__ = ["MIN_COUNT", "SIGNIFICANT", "Tests", "families", "leaving_tests"]

Bools = NDArray[np.bool_]
Places = NDArray[np.int64]
Shape = tuple[str, ...]

MIN_COUNT = 20
"""Tickets in period and baseline together, under which nothing is tested."""
MIN_TROUBLE = 10
"""The same for low ratings, urgent, reopened and repeated tickets."""
SIGNIFICANT = 0.05
SPIKE_RATIO = 1.5
"""A month this far above the three before is a spike; a smaller one shows in its quarter."""
LEVEL_RATIO = 1.1
"""A smaller change of a quarter, up or down by as much, is not worth telling, however sure."""
TURN_RATIO = 1.15
"""A smaller change of the weekly level, up or down by as much, is not worth telling."""
TROUBLE_RATIO = 1.15
TOGETHER_RATIO = 1.3
MIN_TURN = 100
"""Tickets in a series that is searched for weeks of change."""
MIN_TOGETHER = 10
MIN_TOPIC = 20
"""Customers' months that a topic must have come in to be paired."""
MIN_RESOLVED = 10
MIN_LEAVERS = 5
EVIDENCE_CUSTOMERS = 10
"""Customers that left, of whom tickets are named."""
_NEARLY_ALL = 0.9
_MONTH_WEEKS = 30 / 7
_FEW, _MANY = 12, 60
"""Comparisons of enough tickets that say roughly, or well, how much counts spread."""
RECENT = 24
"""Months in which topics are paired: what is told of the present must be of the present."""

SHAPES: tuple[Shape, ...] = (
    (),
    ("topic",),
    ("customer",),
    ("customer", "topic"),
    ("tier",),
    ("tier", "topic"),
    ("channel",),
    ("channel", "topic"),
    ("product",),
    ("product", "topic"),
)
_BROAD: tuple[Shape, ...] = ((), ("topic",), ("customer",), ("tier",), ("channel",), ("product",))
"""What is not of tickets as such is told of these: their narrower parts seldom have the numbers."""

_TROUBLES: tuple[tuple[str, str, Evidence], ...] = (
    ("low_rated", "rated", "low_rated"),
    ("urgent", "ranked", "urgent"),
    ("reopened", "tickets", "reopened"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """Columns of one length, a test each, and how to tell what one found."""

    p: Floats
    power: Floats
    """How likely a change worth telling would have been seen, 0..1; knows nothing of the change."""
    may_tell: Bools
    """What is worth telling, were it none of chance."""
    always: Bools
    """What is told anyhow."""
    is_lead: bool = False
    """Its strongest are told, as perhaps chance, where nothing is sure."""
    tell: Callable[[int, float], Finding]
    """From the place of a test and its q value."""


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


def families(cube: Cube) -> Iterator[Tests]:
    """Everything that is tested in a run, a family after the other."""
    family = Family(cube=cube, seasons=_seasons(cube))
    wide = {shape: _distinct(cube.scopes(*shape, at_least=MIN_COUNT)) for shape in SHAPES}
    kept = {shape: scopes for shape, scopes in wide.items() if len(scopes)}
    monthly = {shape: _monthly(family, scopes) for shape, scopes in kept.items()}
    by_shape = {shape: _monthly(family, scopes, before=1) for shape, scopes in kept.items()}
    alphas = _alphas(by_shape, kept, at_least=_FEW)
    yield from _level_tests(family, kept, alphas)
    due: Floats | None = None
    for shape, scopes in kept.items():
        yield _month_tests(family, scopes, monthly[shape], alphas[shape])
        yield from _turn_tests(family, scopes.only(scopes.totals() >= MIN_TURN), alphas[shape])
        if shape in _BROAD:
            due = _repeats_due(cube) if due is None else due
            for measure, whole, only in _TROUBLES:
                yield from _trouble_tests(family, scopes, measure, whole, only)
            yield from _repeat_tests(family, scopes, due)
            yield from _slow_tests(family, scopes)
    yield from _pair_tests(family)


def _distinct(scopes: Scopes) -> Scopes:
    """Without the tiers, channels and products that are nearly all of something else that is tested anyhow."""
    cube, totals = scopes.cube, scopes.totals()
    kept = np.ones(len(scopes), dtype=bool)
    if not {"tier", "channel", "product"} & set(scopes.shape):
        return scopes
    if len(scopes.shape) == 1:
        return scopes.only(totals < _NEARLY_ALL * cube.tickets.sum())
    for dimension in scopes.shape:
        codes = cube.codes[dimension]
        named = codes >= 0
        whole = np.bincount(codes[named], weights=cube.tickets[named], minlength=len(cube.names[dimension]))
        kept &= totals < _NEARLY_ALL * whole[scopes.of(dimension)]
    return scopes.only(kept)


def _seasons(cube: Cube) -> Seasons:
    months = len(cube.calendar.months)
    topics = cube.codes["topic"]
    known = topics >= 0
    by_topic = np.bincount(
        topics[known] * months + cube.month[known],
        weights=cube.tickets[known],
        minlength=len(cube.names["topic"]) * months,
    ).reshape(len(cube.names["topic"]), months)
    together = np.bincount(cube.month, weights=cube.tickets, minlength=months)
    return Seasons.of(np.vstack([together[None, :], by_topic]), cube.calendar)


def _level_tests(
    family: Family, shapes: Mapping[Shape, Scopes], alphas: Mapping[Shape, float | None]
) -> Iterator[Tests]:
    """Quarters against the steady stretch before them.

    How much their counts spread is estimated for each shape from its own comparisons, or, where it has few, from what its
    months (`alphas`) do.
    """
    calendar = family.calendar
    monthly = {shape: scopes.by_month(family.cube.tickets) for shape, scopes in shapes.items()}

    def quarters(shape: Shape, alpha: float, longest: int) -> Comparisons:
        scopes = shapes[shape]
        return by_quarter(
            monthly[shape],
            family.exposures(scopes),
            calendar,
            since=family.since(scopes),
            alpha=alpha,
            at_least=MIN_COUNT,
            longest=longest,
        )

    of_quarters = _alphas({shape: quarters(shape, 0.0, 1) for shape in shapes}, shapes, at_least=_MANY)
    for shape in shapes:
        alpha = of_quarters[shape]
        if alpha is None and (of_months := alphas[shape]) is not None:
            alpha = of_months / 3
        one = quarters(shape, alpha or 0.0, LONGEST)
        yield _quarter_tests(family, shapes[shape], one, monthly[shape], alpha)


def _monthly(family: Family, scopes: Scopes, *, before: int = 3) -> Comparisons:
    """Months against those before."""
    return by_month(
        scopes.by_month(family.cube.tickets),
        family.exposures(scopes),
        family.calendar,
        since=family.since(scopes),
        at_least=MIN_COUNT,
        before=before,
    )


def _alphas(
    by_shape: Mapping[Shape, Comparisons], shapes: Mapping[Shape, Scopes], *, at_least: int
) -> dict[Shape, float | None]:
    """How much the counts of each shape spread; None where fewer comparisons say it."""
    firm = {shape: one.firm() for shape, one in by_shape.items()}
    whole = firm.get(())
    found: dict[Shape, float | None] = {}
    for shape, one in firm.items():
        weights = shapes[shape].totals() / shapes[shape].cube.tickets.sum()
        found[shape] = one.alpha(whole if shape else None, weights) if len(one) >= at_least else None
    return found


def _spread(family: Family, scopes: Scopes, one: Comparisons, alpha: float | None, *, months: float) -> Floats:
    """Variance over Poisson variance of each comparison; by how neighbouring weeks differ where no alpha is known."""
    vague = family.seasons.vagueness(months)[family.groups(scopes)][one.scope]
    if alpha is not None:
        return with_spread(one, alpha, vague=vague)
    weekly = scopes.by_week(family.cube.tickets)
    return with_spread(one, 0.0, vague=vague) * week_spread(weekly, np.ones_like(weekly))[one.scope]


def _quarter_tests(family: Family, scopes: Scopes, one: Comparisons, counts: Floats, alpha: float | None) -> Tests:
    calendar = family.calendar
    quarters = calendar.quarters()
    groups = family.groups(scopes)
    spread = _spread(family, scopes, one, alpha, months=3)
    ratios = one.ratios(spread)
    is_summary = np.full(len(one), scopes.shape == ())
    # A customer's or a segment's first tickets of all are a beginning, not a change.
    is_large = _is_beyond(ratios.ratio, LEVEL_RATIO)
    may_tell = is_large & (("topic" in scopes.shape) | ~one.is_first)
    last = len(quarters) - 1

    def tell(at: int, q: float) -> Finding:
        place, begin = int(one.period[at]), int(one.base[at])
        scope = scopes.scope(int(one.scope[at]))
        period = quarters[place].period
        baseline = spanning(quarters[begin].period, quarters[place - 1].period)
        count, base = int(one.count[at]), int(one.base_count[at])
        before = quarters[place - 1]
        kind = "level_change"
        if ratios.p[at] >= SIGNIFICANT or not is_large[at]:
            kind = "no_clear_change"
        elif "topic" in scopes.shape and base == 0 and one.is_first[at]:
            kind = "new_topic"
        elif "topic" in scopes.shape and count == 0 and one.is_last[at] and place >= last - 1:
            kind = "vanished_topic"
        return _finding(
            kind=kind,
            scope=scope,
            period=period,
            baseline=baseline,
            one=one,
            at=at,
            ratios=ratios,
            q=q,
            before=int(counts[one.scope[at], before.first : before.stop].sum()) if place - begin > 1 else None,
            stretch=place - begin,
            exposure=calendar.days(quarters[place]),
            base_exposure=sum(calendar.days(each) for each in quarters[begin:place]),
            is_whole=all(calendar.share(each) == 1 for each in quarters[begin : place + 1]),
            is_seasonal=bool(family.seasons.is_seasonal[groups[one.scope[at]]]),
            evidence=(family.query(scope, period if count else baseline),),
        )

    return Tests(
        p=ratios.p,
        power=one.power(spread, effect=1.4),
        may_tell=may_tell,
        always=is_summary,
        is_lead=True,
        tell=tell,
    )


def _month_tests(family: Family, scopes: Scopes, one: Comparisons, alpha: float | None) -> Tests:
    calendar = family.calendar
    groups = family.groups(scopes)
    spread = _spread(family, scopes, one, alpha, months=1)
    ratios = one.ratios(spread)

    def tell(at: int, q: float) -> Finding:
        place = int(one.period[at])
        period, days = calendar.months[place], calendar.month_days
        baseline = period.before(3)
        scope = scopes.scope(int(one.scope[at]))
        return _finding(
            kind="spike",
            scope=scope,
            period=period,
            baseline=baseline,
            one=one,
            at=at,
            ratios=ratios,
            q=q,
            exposure=float(days[place]),
            base_exposure=float(days[place - 3 : place].sum()),
            is_whole=bool(days[place - 3 : place + 1].sum() == period.days + baseline.days),
            is_seasonal=bool(family.seasons.is_seasonal[groups[one.scope[at]]]),
            evidence=(family.query(scope, period),),
        )

    is_spike = (ratios.ratio >= SPIKE_RATIO) & (("topic" in scopes.shape) | ~one.is_first)
    return Tests(
        p=ratios.p,
        power=one.power(spread, effect=2.0),
        may_tell=is_spike,
        always=np.zeros(len(one), dtype=bool),
        is_lead=True,
        tell=tell,
    )


def _is_beyond(ratio: Floats, bound: float) -> Bools:
    return (ratio >= bound) | (ratio <= 1 / bound)


def _finding(
    *,
    one: Comparisons,
    at: int,
    ratios: Ratios,
    period: Period,
    baseline: Period,
    **more: object,
) -> Finding:
    values = {
        "count": int(one.count[at]),
        "base_count": int(one.base_count[at]),
        "ratio": float(ratios.ratio[at]),
        "low": float(ratios.low[at]),
        "high": float(ratios.high[at]),
        "p": float(ratios.p[at]),
    }
    return Finding(period=period, baseline=baseline, **(values | more))  # type: ignore[arg-type]  # fields by name


def _turn_tests(family: Family, scopes: Scopes, alpha: float | None) -> Iterator[Tests]:
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
        return Finding(
            kind="change_point",
            scope=about,
            period=period,
            baseline=baseline,
            count=int(count[at]),
            base_count=int(base[at]),
            exposure=float(period.days),
            base_exposure=float(baseline.days),
            ratio=float(ratios.ratio[at]),
            low=float(ratios.low[at]),
            high=float(ratios.high[at]),
            p=float(p[at]),
            q=q,
            is_seasonal=bool(family.seasons.is_seasonal[groups[turn.scope]]),
            evidence=(family.query(about, period if count[at] else baseline),),
        )

    return Tests(
        p=np.concatenate([p, np.ones(without)]),
        power=np.full(len(found) + without, 0.5),
        may_tell=np.concatenate([_is_beyond(ratios.ratio, TURN_RATIO), np.zeros(without, dtype=bool)]),
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


def _trouble_tests(family: Family, scopes: Scopes, measure: str, whole: str, only: Evidence) -> Iterator[Tests]:
    cells = family.cube.cells
    counts, of = scopes.by_month(getattr(cells, measure)), scopes.by_month(getattr(cells, whole))
    yield from _share_tests(family, scopes, counts, of, kind="rising_trouble", measure=measure, only=only)


def _repeat_tests(family: Family, scopes: Scopes, due: Floats) -> Iterator[Tests]:
    """Repeats against those that so many tickets of one customer and topic make by chance."""
    cube = family.cube
    named = np.where(cube.codes["topic"] >= 0, cube.cells.repeated, 0)
    if not named.any():
        return
    yield from _share_tests(
        family,
        scopes,
        scopes.by_month(named),
        scopes.by_month(due),
        kind="repeat_contacts",
        measure="repeated",
        only="any",
    )


def _repeats_due(cube: Cube) -> Floats:
    """Repeats that chance makes among a cell's tickets: each comes within a week after another of its customer and topic
    as often as Poisson arrivals at the rate of this and the month before do.
    """
    months, topics = len(cube.calendar.months), cube.codes["topic"]
    used = np.flatnonzero(topics >= 0)
    thread = cube.codes["customer"][used] * len(cube.names["topic"]) + topics[used]
    known, owners = distinct(thread * months + cube.month[used])
    tickets = np.bincount(owners, weights=cube.tickets[used], minlength=len(known))
    place = np.searchsorted(known, known - 1)
    has_previous = (known[np.minimum(place, len(known) - 1)] == known - 1) & (known % months > 0)
    previous = np.where(has_previous, tickets[np.minimum(place, len(known) - 1)], 0.0)
    days = cube.calendar.month_days
    at = known % months
    rate = np.maximum(tickets + previous - 1, 0.25) / (days[at] + np.where(at > 0, days[np.maximum(at - 1, 0)], 0.0))
    due = np.zeros(len(cube.cells))
    due[used] = cube.tickets[used] * (1 - np.exp(-rate * REPEATS_WITHIN_DAYS))[owners]
    return due


def _share_tests(
    family: Family, scopes: Scopes, counts: Floats, of: Floats, *, kind: str, measure: str, only: Evidence
) -> Iterator[Tests]:
    calendar = family.calendar
    if not counts.any():
        return

    def compared(alpha: float, longest: int) -> Comparisons:
        since = family.since(scopes)
        return by_quarter(
            counts, lambda _: of, calendar, since=since, alpha=alpha, at_least=MIN_TROUBLE, longest=longest
        )

    alpha = compared(0.0, 1).firm().alpha(None, np.zeros(len(scopes)))
    one = compared(alpha, LONGEST)
    spread = with_spread(one, alpha)
    ratios = one.ratios(spread)
    quarters = calendar.quarters()

    def tell(at: int, q: float) -> Finding:
        place, begin = int(one.period[at]), int(one.base[at])
        scope = scopes.scope(int(one.scope[at]))
        period = quarters[place].period
        return _finding(
            kind=kind,
            measure=measure,
            scope=scope,
            period=period,
            baseline=spanning(quarters[begin].period, quarters[place - 1].period),
            one=one,
            at=at,
            ratios=ratios,
            q=q,
            exposure=float(one.exposure[at]),
            base_exposure=float(one.base_exposure[at]),
            stretch=place - begin,
            evidence=(family.query(scope, period, only=only),),
        )

    yield Tests(
        p=ratios.p,
        power=one.power(spread, effect=1.4),
        may_tell=ratios.ratio >= TROUBLE_RATIO,
        always=np.zeros(len(one), dtype=bool),
        tell=tell,
    )


def _slow_tests(family: Family, scopes: Scopes) -> Iterator[Tests]:
    """Typical time to resolution of a quarter against that of up to four before."""
    cells, calendar = family.cube.cells, family.calendar
    if not cells.resolved.any():
        return
    quarters = calendar.quarters()
    firsts = [one.first for one in quarters]
    sums = [
        np.add.reduceat(scopes.by_month(getattr(cells, name)), firsts, axis=1)
        for name in ("resolved", "log_hours", "log_hours_squared")
    ]
    running = [np.cumsum(np.pad(one, ((0, 0), (1, 0))), axis=1) for one in sums]
    places = [
        (scope, place, max(place - 4, 0))
        for place in range(1, len(quarters))
        for scope in np.flatnonzero(
            (sums[0][:, place] >= MIN_RESOLVED)
            & (running[0][:, place] - running[0][:, max(place - 4, 0)] >= MIN_RESOLVED)
        )
    ]
    if not places:
        return
    scope, place, begin = (np.array(column) for column in zip(*places, strict=True))
    now = tuple(one[scope, place] for one in sums)
    before = tuple(one[scope, place] - one[scope, begin] for one in running)
    ratios = time_ratios((now[0], now[1], now[2]), (before[0], before[1], before[2]))

    def tell(at: int, q: float) -> Finding:
        about = scopes.scope(int(scope[at]))
        period = quarters[place[at]].period
        return Finding(
            kind="slow_resolution",
            measure="hours",
            scope=about,
            period=period,
            baseline=spanning(quarters[begin[at]].period, quarters[place[at] - 1].period),
            count=int(now[0][at]),
            base_count=int(before[0][at]),
            exposure=float(now[0][at]),
            base_exposure=float(before[0][at]),
            ratio=float(ratios.ratio[at]),
            low=float(ratios.low[at]),
            high=float(ratios.high[at]),
            p=float(ratios.p[at]),
            q=q,
            stretch=int(place[at] - begin[at]),
            hours=(float(np.exp(now[1][at] / now[0][at])), float(np.exp(before[1][at] / before[0][at]))),
            evidence=(family.query(about, period, only="resolved"),),
        )

    yield Tests(
        p=ratios.p,
        power=np.full(len(places), 0.5),
        may_tell=ratios.ratio >= TROUBLE_RATIO,
        always=np.zeros(len(places), dtype=bool),
        tell=tell,
    )


def _pair_tests(family: Family) -> Iterator[Tests]:
    cube, calendar = family.cube, family.calendar
    since = max(len(calendar.months) - RECENT, 0)
    used = (cube.codes["topic"] >= 0) & (cube.month >= since)
    pairs = topic_pairs(
        cube.codes["customer"][used],
        cube.codes["topic"][used],
        cube.month[used] - since,
        topics=len(cube.names["topic"]),
        at_least=MIN_TOPIC,
    )
    some = (pairs.expected > 0) & (np.maximum(pairs.observed, pairs.expected) >= MIN_TOGETHER)
    pairs = replace(
        pairs,
        first=pairs.first[some],
        second=pairs.second[some],
        observed=pairs.observed[some],
        expected=pairs.expected[some],
    )
    if not len(pairs.first):
        return
    ratios = expected_ratios(pairs.observed, pairs.expected)
    period = Period(start=calendar.months[since].start, end=calendar.months[-1].end)
    topics = cube.names["topic"]

    def tell(at: int, q: float) -> Finding:
        first, second = topics[pairs.first[at]], topics[pairs.second[at]]
        return Finding(
            kind="co_occurrence",
            measure="pairs",
            scope=Scope(topic=first),
            other_topic=second,
            period=period,
            baseline=period,
            count=int(pairs.observed[at]),
            base_count=round(float(pairs.expected[at])),
            exposure=float(pairs.observed[at]),
            base_exposure=float(pairs.expected[at]),
            ratio=float(ratios.ratio[at]),
            low=float(ratios.low[at]),
            high=float(ratios.high[at]),
            p=float(ratios.p[at]),
            q=q,
            evidence=tuple(family.query(Scope(topic=one), period) for one in (first, second)),
        )

    yield Tests(
        p=ratios.p,
        power=np.full(len(pairs.first), 0.5),
        may_tell=(ratios.ratio >= TOGETHER_RATIO) & (pairs.observed >= MIN_TOGETHER),
        always=np.zeros(len(pairs.first), dtype=bool),
        tell=tell,
    )


def leaving_tests(cube: Cube, left: dict[str, datetime]) -> Iterator[Tests]:
    """What rises before customers leave; `left` says when those did that did, by customer id."""
    calendar, customers = cube.calendar, cube.names["customer"]
    months, topics = len(calendar.months), cube.names["topic"]
    first = calendar.months[0].start
    left_in = np.full(len(customers), -1, dtype=np.int64)
    for place, customer in enumerate(customers):
        if (when := left.get(customer)) is not None:
            utc = when.astimezone(UTC)
            month = (utc.year - first.year) * 12 + utc.month - first.month
            left_in[place] = month if 0 <= month <= months else -1
    if int(np.sum(left_in >= 0)) < MIN_LEAVERS:
        return
    width = len(customers) * months
    unit = cube.codes["customer"] * months + cube.month
    named = cube.codes["topic"] >= 0
    counts = np.zeros((len(topics) + 1, len(customers), months))
    counts[:-1] = np.bincount(
        cube.codes["topic"][named] * width + unit[named], weights=cube.tickets[named], minlength=len(topics) * width
    ).reshape(len(topics), len(customers), months)
    counts[-1] = np.bincount(unit, weights=cube.tickets, minlength=width).reshape(len(customers), months)
    found = precursors(counts, cube.first_month, left_in)
    some = np.flatnonzero(found.expected > 0)
    if found.leavers < MIN_LEAVERS or not len(some):
        return
    ratios = expected_ratios(found.observed[some], found.expected[some])
    family = Family(cube=cube, seasons=Seasons.of(np.zeros((1, months)), calendar))
    began = calendar.months[int(left_in[left_in >= 0].min())].start
    period = Period(start=began, end=calendar.months[-1].end)

    def tell(at: int, q: float) -> Finding:
        kind = int(some[at])
        scope = Scope(topic=topics[kind] if kind < len(topics) else None)
        with_rise = np.flatnonzero(found.rose[kind])
        return Finding(
            kind="churn_precursor",
            measure="leavers",
            scope=scope,
            period=period,
            baseline=period,
            count=int(found.observed[kind]),
            base_count=round(float(found.expected[kind])),
            exposure=float(found.leavers),
            base_exposure=float(found.expected[kind]),
            ratio=float(ratios.ratio[at]),
            low=float(ratios.low[at]),
            high=float(ratios.high[at]),
            p=float(ratios.p[at]),
            q=q,
            evidence=tuple(
                family.query(
                    replace(scope, customer=customers[one]),
                    Period(start=_month(calendar, left_in[one] - 3), end=_month(calendar, left_in[one])),
                )
                for one in with_rise[:EVIDENCE_CUSTOMERS]
            ),
        )

    yield Tests(
        p=ratios.p,
        power=np.full(len(some), 0.5),
        may_tell=(ratios.ratio >= TOGETHER_RATIO) & (found.observed[some] >= 3),
        always=np.zeros(len(some), dtype=bool),
        tell=tell,
    )


def _month(calendar: Calendar, month: int) -> datetime:
    return calendar.months[month].start if month < len(calendar.months) else calendar.months[-1].end
