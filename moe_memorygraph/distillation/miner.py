"""From monthly counts to patterns: what rose, fell or appeared, by how much, and how surely. Pure: no I/O, no clock."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from moe_memorygraph.distillation.periods import Coverage, Period, month_of, quarter_of
from moe_memorygraph.distillation.statements import statement_of
from moe_memorygraph.distillation.statistics import RateRatio, dispersion, false_discovery_rates, rate_ratio
from moe_memorygraph.memory.values import DataSpan, Pattern

__all__ = ["KEEP_Q", "KINDS", "MIN_COUNT", "Mined", "mine"]

KINDS = ("level_change", "new_topic", "spike", "no_clear_change")

MIN_COUNT = 6
"""Tickets in period and baseline together, under which nothing is tested: fewer cannot reach p < 0.05."""
SIGNIFICANT = 0.05
"""A p value under this: the 95 % interval leaves out 1. Nothing else is called a change."""
KEEP_Q = 0.1
"""Changes with a false discovery rate up to this are kept."""
STRONGEST = 3
"""Beside them, so many changes with p < 0.05 per customer (and for all together) are kept as leads, said to be such."""
MIN_SHARE = 1 / 3
"""Share of a period that the data must cover; a period covered less is left out."""
SPIKE_RATIO = 1.5
"""A month this far above the three before is a spike; a smaller one shows in its quarter."""
EQUIVALENCE = (0.8, 1.25)
"""An interval inside these bounds says "no change" rather than "not known"."""

_PATTERN_SPACE = UUID("0d2a6f0c-9f3e-5b0a-8a54-6b1f0d1f7f5e")

MonthlyCount = tuple[str, str, datetime, int]
"""Customer id, category, first instant of the month, tickets."""
_Scope = tuple[str | None, str | None]
"""Customer id (None: all customers), category (None: all categories)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comparison:
    scope: _Scope
    spike: bool
    period: Period
    baseline: Period
    days: float
    baseline_days: float
    count: int
    baseline_count: int
    seen_before: bool
    """There are tickets of this scope before the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """What was found, and what it was found among."""

    patterns: tuple[Pattern, ...] = ()
    """Without evidence and embedding."""
    tested: int = 0
    """Comparisons made; the false discovery rate is over all of them."""
    overdispersion: float = 1.0
    """Variance over mean of the counts, estimated from all comparisons; it widened every interval."""


def mine(counts: Sequence[MonthlyCount], span: DataSpan, *, names: Mapping[str, str]) -> Mined:
    """Compare every quarter with the one before, and every month with the three before, for each customer and category.

    The false discovery rate (q) is within a family: all customers together or one, quarters or months.

    `names` gives the customers' names for the statements. Kept are changes with q ≤ `KEEP_Q`; beside them the
    `STRONGEST` of each customer with p < 0.05, and one line per quarter on all tickets together. The result depends
    on the counts alone, not on their order.

    The confidence of a change is 1 - q: of changes stated with 0.9, nine of ten are no chance. Where no change is
    clear, it is 0.9 if the interval excludes a change by a quarter, else 0.5.
    """
    if span.oldest is None or span.newest is None or not counts:
        return Mined()
    coverage = Coverage.of(oldest=span.oldest, newest=span.newest, tickets=sum(count for *_, count in counts))
    comparisons = list(_comparisons(counts, coverage))
    plain = [_ratio(each) for each in comparisons]
    spread = dispersion(
        [ratio.z for ratio, each in zip(plain, comparisons, strict=True) if each.count and each.baseline_count]
    )
    ratios = [_ratio(each, overdispersion=spread) for each in comparisons]
    rates = _rates(comparisons, ratios)
    found = list(zip(comparisons, ratios, rates, strict=True))
    kept = _keep(found)
    patterns = [_pattern(each, ratio, q, names=names, coverage=coverage) for each, ratio, q in kept]
    return Mined(
        patterns=tuple(sorted(patterns, key=lambda pattern: (-pattern.confidence, -pattern.count, pattern.pattern_id))),
        tested=len(comparisons),
        overdispersion=spread,
    )


def _rates(comparisons: Sequence[_Comparison], ratios: Sequence[RateRatio]) -> list[float]:
    """False discovery rates within families: what concerns all customers is not drowned by thousands of small counts.

    Source: stratified false discovery control, Sun, Craiu, Paterson and Bull, Genetic Epidemiology 2006.
    """
    families: dict[tuple[bool, bool], list[int]] = defaultdict(list)
    for index, comparison in enumerate(comparisons):
        families[(comparison.scope[0] is None, comparison.spike)].append(index)
    rates = [1.0] * len(comparisons)
    for members in families.values():
        found = false_discovery_rates([ratios[index].p_value for index in members])
        for index, rate in zip(members, found, strict=True):
            rates[index] = rate
    return rates


def _ratio(comparison: _Comparison, *, overdispersion: float = 1.0) -> RateRatio:
    return rate_ratio(
        comparison.count,
        comparison.days,
        comparison.baseline_count,
        comparison.baseline_days,
        overdispersion=overdispersion,
    )


def _by_scope(counts: Sequence[MonthlyCount]) -> dict[_Scope, dict[datetime, int]]:
    months: dict[_Scope, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    for customer, category, month, count in counts:
        scopes: set[_Scope] = {(None, None), (customer, None)}
        if category:
            scopes |= {(None, category), (customer, category)}
        for scope in scopes:
            months[scope][month_of(month).start] += count
    return months


def _comparisons(counts: Sequence[MonthlyCount], coverage: Coverage) -> Iterator[_Comparison]:
    quarters = _quarters(coverage)
    months = [month for quarter in quarters for month in _months(quarter)]
    for scope, series in sorted(_by_scope(counts).items(), key=lambda item: (item[0][0] or "", item[0][1] or "")):
        if sum(series.values()) < MIN_COUNT:
            continue
        for period in quarters:
            yield from _compare(scope, series, period, period.before(3), coverage, spike=False)
        for period in months:
            yield from _compare(scope, series, period, period.before(3), coverage, spike=True)


def _quarters(coverage: Coverage) -> list[Period]:
    periods: list[Period] = []
    period = quarter_of(coverage.start)
    while period.start < coverage.end:
        periods.append(period)
        period = quarter_of(period.end)
    return periods


def _months(quarter: Period) -> list[Period]:
    months = [month_of(quarter.start)]
    while months[-1].end < quarter.end:
        months.append(month_of(months[-1].end))
    return months


def _compare(
    scope: _Scope,
    series: Mapping[datetime, int],
    period: Period,
    baseline: Period,
    coverage: Coverage,
    *,
    spike: bool,
) -> Iterator[_Comparison]:
    if coverage.share(period) < MIN_SHARE or coverage.share(baseline) < MIN_SHARE:
        return
    count, baseline_count = _total(series, period), _total(series, baseline)
    if count + baseline_count < MIN_COUNT:
        return
    seen_before = any(month < period.start for month in series)
    if scope[1] is None and not seen_before:
        return  # a customer's first tickets are a beginning, not a change
    yield _Comparison(
        scope=scope,
        spike=spike,
        period=period,
        baseline=baseline,
        days=coverage.days(period),
        baseline_days=coverage.days(baseline),
        count=count,
        baseline_count=baseline_count,
        seen_before=seen_before,
    )


def _total(series: Mapping[datetime, int], period: Period) -> int:
    return sum(count for month, count in series.items() if period.start <= month < period.end)


_Found = tuple[_Comparison, RateRatio, float]


def _keep(found: Sequence[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    leads: dict[str | None, list[_Found]] = defaultdict(list)
    for item in found:
        comparison, ratio, q = item
        if comparison.spike and ratio.ratio < SPIKE_RATIO:
            continue
        changed = ratio.p_value < SIGNIFICANT
        summary = comparison.scope == (None, None) and not comparison.spike
        if summary or (changed and q <= KEEP_Q):
            kept.append(item)
        elif changed:
            leads[comparison.scope[0]].append(item)
    for candidates in leads.values():
        strongest = sorted(candidates, key=lambda item: (item[1].p_value, -item[0].count, item[0].period))
        kept.extend(strongest[:STRONGEST])
    return kept


def _kind(comparison: _Comparison, ratio: RateRatio) -> str:
    if ratio.p_value >= SIGNIFICANT:
        return "no_clear_change"
    if comparison.spike:
        return "spike"
    return "level_change" if comparison.seen_before else "new_topic"


def _confidence(kind: str, ratio: RateRatio, q: float) -> float:
    if kind == "no_clear_change":
        return 0.9 if EQUIVALENCE[0] <= ratio.ci_low and ratio.ci_high <= EQUIVALENCE[1] else 0.5
    return min(0.99, max(0.01, 1 - q))


def _pattern(
    comparison: _Comparison, ratio: RateRatio, q: float, *, names: Mapping[str, str], coverage: Coverage
) -> Pattern:
    kind = _kind(comparison, ratio)
    customer, topic = comparison.scope
    period, baseline = comparison.period, comparison.baseline
    about = (
        kind if kind == "spike" else "quarter",
        customer or "",
        topic or "",
        period.start.isoformat(),
        period.end.isoformat(),
    )
    whole = coverage.share(period) == 1 and coverage.share(baseline) == 1
    change = _change_pct(comparison, ratio, whole=whole)
    return Pattern(
        pattern_id=uuid5(_PATTERN_SPACE, "\x1f".join(about)),
        kind=kind,
        statement=statement_of(
            kind=kind,
            customer=None if customer is None else names.get(customer, customer),
            topic=topic,
            period=period,
            baseline=baseline,
            count=comparison.count,
            baseline_count=comparison.baseline_count,
            days=comparison.days,
            baseline_days=comparison.baseline_days,
            whole=whole,
            change_pct=change,
            ratio=ratio,
            q_value=q,
            keep_q=KEEP_Q,
        ),
        customer_id=customer,
        topic=topic,
        period_start=period.start,
        period_end=period.end,
        baseline_start=baseline.start,
        baseline_end=baseline.end,
        count=comparison.count,
        baseline_count=comparison.baseline_count,
        change_pct=None if change is None else round(change, 1),
        rate_ratio=round(ratio.ratio, 4),
        ci_low=round(ratio.ci_low, 4),
        ci_high=round(ratio.ci_high, 4),
        q_value=q,
        confidence=round(_confidence(kind, ratio, q), 4),
    )


def _change_pct(comparison: _Comparison, ratio: RateRatio, *, whole: bool) -> float | None:
    """Of the counts where two whole quarters are compared, as people reckon; of the daily rates everywhere else."""
    if comparison.baseline_count == 0:
        return None
    if whole and not comparison.spike:
        return 100 * (comparison.count / comparison.baseline_count - 1)
    return -100.0 if comparison.count == 0 else 100 * (ratio.ratio - 1)
