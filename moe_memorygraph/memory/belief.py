"""How far a value is believed that one or several sources state."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from moe_memorygraph.memory.trust import ceiling
from moe_memorygraph.memory.values import Fact

__all__ = ["FULL_TRUST", "SNAPSHOT_SOURCE", "aged", "belief_in", "capped", "is_snapshot"]

SNAPSHOT_SOURCE = "crm"
"""The source of facts made from customers' columns: what the CRM said when it was loaded, of all the time since."""

FULL_TRUST = 1.0
"""In a source of which the tenant said nothing."""


def is_snapshot(fact: Fact) -> bool:
    """Whether the CRM says it: a writer that only claims to be the CRM does not."""
    return fact.source == SNAPSHOT_SOURCE and fact.tier == "record"


def capped(fact: Fact, trust: Mapping[str, float]) -> Fact:
    """The fact with no more confidence than its writer's tier allows."""
    most = ceiling(fact.tier, trust)
    return fact if fact.confidence <= most else replace(fact, confidence=most)


def aged(fact: Fact, *, at: datetime, half_lives: Mapping[str, float]) -> Fact:
    """The fact as it is believed at a time: confidence x 0.5 ^ (age / half-life), both in days.

    Its age counts from the day from which it holds, or from when it was recorded where that is not known; of the CRM's
    snapshot, which says at each load what holds now, from the later of the two. Only an open fact of a predicate with a
    half-life grows old: where the end is known, it held until then. Facts to come have no age.
    """
    half_life = half_lives.get(fact.predicate)
    began = fact.valid_from or fact.recorded_at
    if half_life is None or began is None or fact.valid_to is not None:
        return fact
    if is_snapshot(fact) and fact.recorded_at is not None:
        began = max(began, fact.recorded_at)
    age = max((at - began) / timedelta(days=1), 0.0)
    return replace(fact, confidence=fact.confidence * 0.5 ** (age / half_life))


def belief_in(facts: Iterable[Fact], trust: Mapping[str, float]) -> float:
    """The probability, 0..1, that a value holds which these facts state: noisy-or over their sources.

    Each source is right with its fact's confidence times the tenant's trust in it; the value is wrong only if all are
    (Pearl 1988, section 4.3.2). A source that repeats itself counts once, with its surest statement. Facts of the most
    trusted tier alone count, up to its ceiling: one writer may name as many sources as it likes.
    """
    stated = list(facts)
    most = max((ceiling(fact.tier, trust) for fact in stated), default=0.0)
    surest: dict[str, float] = {}
    for fact in stated:
        if ceiling(fact.tier, trust) == most:
            source = fact.source.casefold()
            surest[source] = max(surest.get(source, 0.0), fact.confidence * trust.get(source, FULL_TRUST))
    wrong = 1.0
    for right in surest.values():
        wrong *= 1.0 - right
    return min(1.0 - wrong, most)
