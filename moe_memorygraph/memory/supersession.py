"""What one new fact does to the facts already held: pure rules, so that every store decides alike."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from moe_memorygraph.memory.trust import outranks
from moe_memorygraph.memory.values import Fact

__all__ = ["Settlement", "same_topic", "settle"]

_ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """`stored` is new unless `is_known`; `superseded` are the closed facts as they become; `conflicts` stay open."""

    stored: Fact
    is_known: bool
    superseded: tuple[Fact, ...] = ()
    conflicts: tuple[Fact, ...] = ()


def settle(fact: Fact, open_facts: list[Fact], *, now: datetime, single_valued: bool) -> Settlement:
    """Decide between a new fact and the open ones about the same subject and predicate.

    Of a single-valued predicate, an older fact is closed where the new one begins when it has the same source, or
    says otherwise with lower confidence. One that says otherwise with confidence at least as high is a conflict.
    A fact without a start begins now. A fact that begins before a later one of its own source ends where that begins.
    Facts that say the same from several sources stand beside each other.

    Two writers of different tiers are different sources, whatever they call themselves. A fact closes none of a more
    trusted tier, and is always closed by one of a more trusted tier that says otherwise.
    """
    known = _known(fact, open_facts)
    if known is not None:
        conflicts = _conflicts(known, open_facts) if single_valued else ()
        return Settlement(stored=known, is_known=True, conflicts=conflicts)
    if not single_valued:
        return Settlement(stored=replace(fact, recorded_at=fact.recorded_at or now), is_known=False)
    if fact.valid_from is None and fact.valid_to is not None and fact.valid_to <= now:  # history: it changes nothing
        return Settlement(stored=replace(fact, recorded_at=fact.recorded_at or now), is_known=False)
    start = fact.valid_from or now
    stored = replace(fact, valid_from=start, recorded_at=fact.recorded_at or now)
    later = sorted(_start(one) for one in open_facts if _start(one) > start and _is_one_source(one, fact))
    if later and (stored.valid_to is None or stored.valid_to > later[0]):
        stored = replace(stored, valid_to=later[0])
    closed = tuple(
        replace(one, valid_to=start, superseded_by=stored.fact_id)
        for one in open_facts
        if _start(one) <= start and _gives_way(one, to=stored)
    )
    gone = {one.fact_id for one in closed}
    remaining = [one for one in open_facts if one.fact_id not in gone]
    return Settlement(stored=stored, is_known=False, superseded=closed, conflicts=_conflicts(stored, remaining))


def same_topic(fact: Fact, other: Fact, names: Sequence[str]) -> bool:
    """Whether another fact about the same subject is about the same: by the same name, or by another of the predicate's
    `names` where another source gives it."""
    return other.predicate == fact.predicate or (other.predicate in names and other.source != fact.source)


def _known(fact: Fact, open_facts: list[Fact]) -> Fact | None:
    for one in open_facts:
        same = one.object == fact.object and _is_one_source(one, fact)
        if same and (fact.valid_from is None or one.valid_from == fact.valid_from):
            return one
    return None


def _gives_way(old: Fact, *, to: Fact) -> bool:
    if outranks(old.tier, to.tier):
        return False
    is_weaker = outranks(to.tier, old.tier) or old.confidence < to.confidence
    return _is_one_source(old, to) or (_differ(old, to) and is_weaker)


def _conflicts(fact: Fact, others: list[Fact]) -> tuple[Fact, ...]:
    return tuple(
        one
        for one in others
        if not _is_one_source(one, fact)
        and _differ(one, fact)
        and (outranks(one.tier, fact.tier) or one.confidence >= fact.confidence)
        and (fact.valid_to is None or _start(one) < fact.valid_to)
    )


def _is_one_source(one: Fact, other: Fact) -> bool:
    return one.source == other.source and one.tier == other.tier


def _differ(one: Fact, other: Fact) -> bool:
    return one.object.casefold() != other.object.casefold()


def _start(fact: Fact) -> datetime:
    return fact.valid_from or _ALWAYS
