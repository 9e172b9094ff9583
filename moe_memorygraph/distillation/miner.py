"""From cells of tickets to patterns: what changed, by how much, and how surely. Pure: no I/O, no clock."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, time, timedelta
from math import log2
from uuid import UUID, uuid5

import numpy as np

from moe_memorygraph.distillation.cube import Cube
from moe_memorygraph.distillation.families import SIGNIFICANT, families
from moe_memorygraph.distillation.family import Tests
from moe_memorygraph.distillation.findings import Finding
from moe_memorygraph.distillation.periods import Coverage
from moe_memorygraph.distillation.rates import Floats, false_discovery_rates
from moe_memorygraph.distillation.statements import change_pct, statement_of
from moe_memorygraph.distillation.together import leaving_tests
from moe_memorygraph.memory.cells import EvidenceQuery, TicketCells
from moe_memorygraph.memory.values import Customer, DataSpan, Pattern

__all__ = ["KEEP_Q", "Mined", "MinedPattern", "mine"]

KEEP_Q = 0.05
"""Findings with a false discovery rate up to this are kept."""
STRONGEST = 3
"""Beside them, so many changes with p < 0.05 per customer (and for all together) are kept as leads, said to be such."""
MOST_LEADS = 300
MOST = 5_000
"""Patterns kept, the surest first: each is embedded, and a reader of more is not helped."""
EQUIVALENCE = (0.8, 1.25)
"""An interval inside these bounds says "no change" rather than "not known"."""
LEVEL_SHARE, OTHER_SHARE = 0.7, 0.15
"""Of the false discovery rate, for changes of quarters, which are asked most, and for all else. The rest is kept for what
the proof does not cover: spreads are estimated, and a quarter is compared and then part of a baseline."""
_FLOOR = 0.1
"""Of the weight of a test, whatever its power: a change from nothing to a dozen is seen without any."""

HALF_LIFE_DAYS = {"spike": 365.0}
"""After the end of its period, a pattern says half as much about now; here for what is short, else two years."""
_HALF_LIFE = 730.0
EXPIRED = 0.1
"""A weight under which a pattern is not mined any more."""

_PATTERN_SPACE = UUID("0d2a6f0c-9f3e-5b0a-8a54-6b1f0d1f7f5e")


@dataclass(frozen=True, slots=True)
class MinedPattern:
    pattern: Pattern
    """Without evidence and embedding."""
    evidence: tuple[EvidenceQuery, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """What was found, and what it was found among."""

    patterns: tuple[MinedPattern, ...] = ()
    tested: int = 0
    """Tests made; the false discovery rate is over all of them."""
    found: int = 0
    """Of these, with a false discovery rate up to `KEEP_Q` and worth telling."""
    left_out: int = 0
    """Patterns that were found and not kept, because there are too many."""


def mine(cells: TicketCells, span: DataSpan, *, customers: Sequence[Customer]) -> Mined:
    """Test every scope for every kind of change, and keep what is sure at one false discovery rate over all tests.

    A test weighs as much as it could see, and what is new more than what is old (see `false_discovery_rates`): so what
    concerns everybody is not drowned by thousands of small counts. Beside what is sure, the `STRONGEST` of each customer
    with p < 0.05 are kept, and one line per quarter on all tickets together. The result depends on the cells alone.

    The confidence of a change is 1 - q: of changes stated with 0.95, nineteen of twenty are no chance. Where no change is
    clear, it is 0.9 if the interval excludes a change by a quarter, else 0.5.
    """
    if span.oldest is None or span.newest is None or not len(cells):
        return Mined()
    coverage = Coverage.of(oldest=span.oldest, newest=span.newest, tickets=int(cells.tickets.sum()))
    tiers = {one.customer_id: one.tier for one in customers if one.tier}
    cube = Cube(cells, coverage, tiers=tiers)
    left = {
        one.customer_id: datetime.combine(one.churned_at, time(), tzinfo=UTC)
        for one in customers
        if one.churned_at is not None
    }
    tests = [*families(cube), *leaving_tests(cube, left)]
    if not tests:
        return Mined()
    by_test = _rates(tests)
    findings = list(_kept(tests, by_test))
    names = {one.customer_id: one.name for one in customers}
    patterns = [_pattern(one, names=names, newest=span.newest) for one in findings]
    living = [one for one in patterns if (one.pattern.weight or 0.0) >= EXPIRED]
    living.sort(key=lambda one: (-(one.pattern.weight or 0.0), -one.pattern.count, one.pattern.pattern_id))
    return Mined(
        patterns=tuple(living[:MOST]),
        tested=sum(len(one.p) for one in tests),
        found=sum(one.q <= KEEP_Q and one.kind != "no_clear_change" for one in findings),
        left_out=max(len(living) - MOST, 0),
    )


def _rates(tests: Sequence[Tests]) -> list[Floats]:
    """The q value of every test: of what is told with as much or less, the share that is chance.

    Quarters and all else are two groups, each with its share of the rate: so the rate of either is lower still, and that
    of both together holds, also where nothing has changed at all. A change too small to tell was tested and counts among
    the tests, but not among the findings: what is told would owe its rank to what is not.
    """
    found: list[Floats] = [np.zeros(0)] * len(tests)
    for is_level, share in ((True, LEVEL_SHARE), (False, OTHER_SHARE)):
        group = [place for place, one in enumerate(tests) if one.is_level == is_level]
        p = [np.where(tests[place].may_tell, tests[place].p, 1.0) for place in group]
        weights = [(tests[place].power + _FLOOR) * tests[place].worth for place in group]
        if group:
            rates = np.minimum(1.0, false_discovery_rates(np.concatenate(p), np.concatenate(weights)) / share)
            parts = np.split(rates, np.cumsum([len(one) for one in p])[:-1])
            for place, part in zip(group, parts, strict=True):
                found[place] = part
    return found


def _kept(tests: Sequence[Tests], rates: Sequence[np.ndarray]) -> Iterator[Finding]:
    leads: dict[str | None, list[Finding]] = defaultdict(list)
    for one, q in zip(tests, rates, strict=True):
        sure = one.may_tell & (one.p < SIGNIFICANT) & (q <= KEEP_Q)
        for at in np.flatnonzero(sure | one.always):
            yield one.tell(int(at), float(q[at]))
        if one.is_lead:
            unsure = np.flatnonzero(one.may_tell & (one.p < SIGNIFICANT) & ~sure & ~one.always)
            # Of so many, only the strongest can be among those kept.
            for at in unsure[np.argsort(one.p[unsure], kind="stable")][: 20 * MOST_LEADS]:
                lead = one.tell(int(at), float(q[at]))
                leads[lead.scope.customer].append(lead)
    strongest = [lead for each in leads.values() for lead in sorted(each, key=_strength)[:STRONGEST]]
    yield from sorted(strongest, key=_strength)[:MOST_LEADS]


def _strength(one: Finding) -> tuple[object, ...]:
    return (one.p, -one.count, one.period, str(one.scope))


def _confidence(one: Finding) -> float:
    if one.kind == "no_clear_change":
        return 0.9 if EQUIVALENCE[0] <= one.low and one.high <= EQUIVALENCE[1] else 0.5
    return min(0.99, max(0.01, 1 - one.q))


def _pattern(one: Finding, *, names: dict[str, str], newest: datetime) -> MinedPattern:
    confidence = round(_confidence(one), 4)
    half_life = HALF_LIFE_DAYS.get(one.kind, _HALF_LIFE)
    age = max((newest - one.period.end) / timedelta(days=1), 0.0)
    change = change_pct(one)
    pattern = Pattern(
        pattern_id=_id(one),
        kind=one.kind,
        statement=statement_of(one, names=names, keep_q=KEEP_Q),
        customer_id=one.scope.customer,
        topic=one.scope.topic,
        tier=one.scope.tier,
        channel=one.scope.channel,
        product=one.scope.product,
        period_start=one.period.start,
        period_end=one.period.end,
        baseline_start=one.baseline.start,
        baseline_end=one.baseline.end,
        count=one.count,
        baseline_count=one.base_count,
        change_pct=None if change is None else round(change, 1),
        rate_ratio=round(one.ratio, 4),
        ci_low=round(one.low, 4),
        ci_high=round(one.high, 4),
        q_value=one.q,
        confidence=confidence,
        weight=round(confidence * 2 ** (-age / half_life), 2),
        expires_at=one.period.end + timedelta(days=round(half_life * max(log2(confidence / EXPIRED), 0.0))),
    )
    return MinedPattern(pattern, one.evidence)


def _id(one: Finding) -> UUID:
    """Derived from what a pattern is about: found again with other numbers, it is the same one."""
    family = "quarter" if one.measure == "tickets" and one.kind not in ("spike", "change_point") else one.kind
    scope = [getattr(one.scope, field.name) or "" for field in fields(one.scope)]
    when = [] if family in ("co_occurrence", "churn_precursor") else [one.period.start.isoformat()]
    if family not in ("co_occurrence", "churn_precursor", "change_point"):
        when.append(one.period.end.isoformat())
    return uuid5(_PATTERN_SPACE, "\x1f".join([family, one.measure, *scope, one.other_topic or "", *when]))
