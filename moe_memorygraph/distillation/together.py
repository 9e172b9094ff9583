"""Topics that come together, and what rises before customers leave, as tests. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from moe_memorygraph.distillation.company import precursors, topic_pairs
from moe_memorygraph.distillation.cube import Cube, Scope
from moe_memorygraph.distillation.family import Family, Tests, finding_of
from moe_memorygraph.distillation.findings import Finding
from moe_memorygraph.distillation.periods import Calendar, Period
from moe_memorygraph.distillation.rates import expected_ratios
from moe_memorygraph.distillation.seasons import Seasons

__all__ = ["leaving_tests", "pair_tests"]

TOGETHER_RATIO = 1.3
MIN_TOGETHER = 10
MIN_TOPIC = 20
"""Customers' months that a topic must have come in to be paired."""
MIN_LEAVERS = 5
LEAVING_WORTH = 10.0
"""Of any other test: one a topic, on a handful of customers, among thousands of tests of tickets."""
EVIDENCE_CUSTOMERS = 10
"""Customers that left, of whom tickets are named."""
RECENT = 24
"""Months in which topics are paired: what is told of the present must be of the present."""


def pair_tests(family: Family) -> Iterator[Tests]:
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
        return finding_of(
            ratios,
            at,
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
            q=q,
            evidence=tuple(family.query(Scope(topic=one), period) for one in (first, second)),
        )

    yield Tests.of(ratios, may_tell=(ratios.ratio >= TOGETHER_RATIO) & (pairs.observed >= MIN_TOGETHER), tell=tell)


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
        return finding_of(
            ratios,
            at,
            kind="churn_precursor",
            measure="leavers",
            scope=scope,
            period=period,
            baseline=period,
            count=int(found.observed[kind]),
            base_count=round(float(found.expected[kind])),
            exposure=float(found.leavers),
            base_exposure=float(found.expected[kind]),
            q=q,
            evidence=tuple(
                family.query(
                    replace(scope, customer=customers[one]),
                    Period(start=_month(calendar, left_in[one] - 3), end=_month(calendar, left_in[one])),
                )
                for one in with_rise[:EVIDENCE_CUSTOMERS]
            ),
        )

    yield Tests.of(
        ratios,
        worth=np.full(len(some), LEAVING_WORTH),
        may_tell=(ratios.ratio >= TOGETHER_RATIO) & (found.observed[some] >= 3),
        tell=tell,
    )


def _month(calendar: Calendar, month: int) -> datetime:
    return calendar.months[month].start if month < len(calendar.months) else calendar.months[-1].end
