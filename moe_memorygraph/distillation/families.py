"""The families of tests that a run makes: each says how likely chance is for everything that it compared. Pure."""

from collections.abc import Iterator, Mapping

import numpy as np

from moe_memorygraph.distillation.cube import Cube, Scopes, distinct
from moe_memorygraph.distillation.family import Bools, Family, Tests, fading, finding_of, is_beyond
from moe_memorygraph.distillation.findings import Finding
from moe_memorygraph.distillation.levels import LONGEST, Comparisons, by_month, by_quarter, with_spread
from moe_memorygraph.distillation.periods import spanning
from moe_memorygraph.distillation.rates import Floats, time_ratios
from moe_memorygraph.distillation.seasons import Seasons
from moe_memorygraph.distillation.together import pair_tests
from moe_memorygraph.distillation.turning import MIN_TURN, turn_tests
from moe_memorygraph.distillation.turns import week_spread
from moe_memorygraph.memory.cells import REPEATS_WITHIN_DAYS, SLOWEST_HOURS, Evidence

__all__ = ["MIN_COUNT", "SIGNIFICANT", "families"]

Shape = tuple[str, ...]

MIN_COUNT = 20
"""Tickets in period and baseline together, under which nothing is tested."""
MIN_TROUBLE = 10
"""The same for low ratings, urgent, reopened and repeated tickets."""
SIGNIFICANT = 0.05
SPIKE_RATIO = 1.5
"""A month this far above the three before is a spike; a smaller one shows in its quarter."""
SPIKE_WORTH = 0.2
"""Of any other test. Months are nearly all the tests beside quarters, and what lasts is seen in its quarter."""
LEVEL_RATIO = 1.1
"""A smaller change of a quarter, up or down by as much, is not worth telling, however sure."""
TROUBLE_RATIO = 1.15
MIN_RESOLVED = 10
"""Tickets old enough to have a time to resolution, on either side; and most of them must be resolved: where the time is
often not recorded, an open ticket says nothing."""
_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_FEW, _MANY = 12, 60
"""Comparisons of enough tickets that say roughly, or well, how much counts spread."""

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


def families(cube: Cube) -> Iterator[Tests]:
    """Everything that is tested in a run, a family after the other."""
    family = Family(cube=cube, seasons=_seasons(cube))
    wide = {shape: _distinct(cube.scopes(*shape, at_least=MIN_COUNT)) for shape in SHAPES}
    kept = {shape: scopes for shape, scopes in wide.items() if len(scopes)}
    counts = {shape: scopes.by_month(cube.tickets) for shape, scopes in kept.items()}
    monthly = {shape: _monthly(family, scopes, counts[shape]) for shape, scopes in kept.items()}
    by_shape = {shape: _monthly(family, scopes, counts[shape], before=1) for shape, scopes in kept.items()}
    alphas = _alphas(by_shape, kept, at_least=_FEW)
    yield from _level_tests(family, kept, counts, alphas)
    due: Floats | None = None
    for shape, scopes in kept.items():
        yield _month_tests(family, scopes, monthly[shape], alphas[shape])
        yield from turn_tests(family, scopes.only(scopes.totals() >= MIN_TURN), alphas[shape])
        if shape in _BROAD:
            due = _repeats_due(cube) if due is None else due
            for measure, whole, only in _TROUBLES:
                yield from _trouble_tests(family, scopes, measure, whole, only)
            yield from _repeat_tests(family, scopes, due)
            yield from _slow_tests(family, scopes)
    yield from pair_tests(family)


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
    family: Family,
    shapes: Mapping[Shape, Scopes],
    monthly: Mapping[Shape, Floats],
    alphas: Mapping[Shape, float | None],
) -> Iterator[Tests]:
    """Quarters against the steady stretch before them.

    How much their counts spread is estimated for each shape from its own comparisons, or, where it has few, from what its
    months (`alphas`) do.
    """
    calendar = family.calendar

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


def _monthly(family: Family, scopes: Scopes, counts: Floats, *, before: int = 3) -> Comparisons:
    """Months against those before."""
    return by_month(
        counts,
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
    is_large = is_beyond(ratios.ratio, LEVEL_RATIO)
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
        return finding_of(
            ratios,
            at,
            kind=kind,
            scope=scope,
            period=period,
            baseline=baseline,
            count=int(one.count[at]),
            base_count=int(one.base_count[at]),
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
        worth=fading(one.period, last=last, a_year=4),
        may_tell=may_tell,
        always=is_summary,
        is_level=True,
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
        return finding_of(
            ratios,
            at,
            kind="spike",
            scope=scope,
            period=period,
            baseline=baseline,
            count=int(one.count[at]),
            base_count=int(one.base_count[at]),
            q=q,
            exposure=float(days[place]),
            base_exposure=float(days[place - 3 : place].sum()),
            is_whole=bool(days[place - 3 : place + 1].sum() == period.days + baseline.days),
            is_seasonal=bool(family.seasons.is_seasonal[groups[one.scope[at]]]),
            evidence=(family.query(scope, period),),
        )

    is_spike = (ratios.ratio >= SPIKE_RATIO) & (("topic" in scopes.shape) | ~one.is_first)
    return Tests.of(
        ratios,
        power=one.power(spread, effect=2.0),
        worth=SPIKE_WORTH * fading(one.period, last=len(calendar.months) - 1, a_year=12),
        may_tell=is_spike,
        is_lead=True,
        tell=tell,
    )


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
        return finding_of(
            ratios,
            at,
            kind=kind,
            measure=measure,
            scope=scope,
            period=period,
            baseline=spanning(quarters[begin].period, quarters[place - 1].period),
            count=int(one.count[at]),
            base_count=int(one.base_count[at]),
            q=q,
            exposure=float(one.exposure[at]),
            base_exposure=float(one.base_exposure[at]),
            stretch=place - begin,
            evidence=(family.query(scope, period, only=only),),
        )

    yield Tests.of(
        ratios,
        power=one.power(spread, effect=1.4),
        worth=fading(one.period, last=len(quarters) - 1, a_year=4),
        may_tell=ratios.ratio >= TROUBLE_RATIO,
        tell=tell,
    )


def _is_old(cube: Cube) -> Bools:
    """Whether the tickets of each cell have been there, at the end of the data, for as long as hours count."""
    end = np.datetime64(cube.calendar.coverage.end.date(), "D")
    last_day = cube.cells.piece.astype("datetime64[D]") + np.timedelta64(6, "D")
    return np.asarray(last_day + np.timedelta64(round(SLOWEST_HOURS / 24), "D") <= end)


def _slow_tests(family: Family, scopes: Scopes) -> Iterator[Tests]:
    """Typical time to resolution of a quarter against that of up to four before, of tickets old enough to tell.

    Of a young ticket only a short time can be known, so the newest quarter's resolved ones are quick. Times up to a bound,
    of tickets that are older than the bound, are known of all of them, resolved or not: the mean of these is that of the
    restricted survival time.

    Source: Royston and Parmar, BMC Medical Research Methodology 2013; here of logarithms.
    """
    cells, calendar = family.cube.cells, family.calendar
    if not cells.resolved.any():
        return
    quarters = calendar.quarters()
    firsts = [one.first for one in quarters]
    is_old = _is_old(family.cube)
    if not is_old.any():
        return
    sums = [
        np.add.reduceat(scopes.by_month(getattr(cells, name) * is_old), firsts, axis=1)
        for name in ("timed", "log_hours", "log_hours_squared", "resolved")
    ]
    running = [np.cumsum(np.pad(one, ((0, 0), (1, 0))), axis=1) for one in sums]
    places = [
        (scope, place, max(place - 4, 0))
        for place in range(1, len(quarters))
        for scope in np.flatnonzero(
            (sums[0][:, place] >= MIN_RESOLVED)
            & (running[0][:, place] - running[0][:, max(place - 4, 0)] >= MIN_RESOLVED)
            & (sums[3][:, place] >= _MOSTLY * sums[0][:, place])
            & (
                running[3][:, place] - running[3][:, max(place - 4, 0)]
                >= _MOSTLY * (running[0][:, place] - running[0][:, max(place - 4, 0)])
            )
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
        return finding_of(
            ratios,
            at,
            kind="slow_resolution",
            measure="hours",
            scope=about,
            period=period,
            baseline=spanning(quarters[begin[at]].period, quarters[place[at] - 1].period),
            count=int(now[0][at]),
            base_count=int(before[0][at]),
            exposure=float(now[0][at]),
            base_exposure=float(before[0][at]),
            q=q,
            stretch=int(place[at] - begin[at]),
            hours=(float(np.exp(now[1][at] / now[0][at])), float(np.exp(before[1][at] / before[0][at]))),
            evidence=(family.query(about, period, only="resolved"),),
        )

    worth = fading(place, last=len(quarters) - 1, a_year=4)
    yield Tests.of(ratios, worth=worth, may_tell=ratios.ratio >= TROUBLE_RATIO, tell=tell)
