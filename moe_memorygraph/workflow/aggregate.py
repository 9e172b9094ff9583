"""From each expert's findings to one ranked list without repeats, and the contradictions among its facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import combinations
from types import MappingProxyType
from typing import Any

from moe_memorygraph.experts import Evidence, Findings
from moe_memorygraph.memory.belief import belief_in, is_snapshot
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.supersession import same_topic
from moe_memorygraph.memory.trust import Tier, ceiling
from moe_memorygraph.memory.values import Fact

__all__ = ["FactConflict", "find_conflicts", "merge"]

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactConflict:
    """Two facts that cannot both hold, and which of them is to be preferred, with the reason."""

    preferred: Fact
    other: Fact
    reason: str


def merge(findings: Mapping[str, Findings], weights: Mapping[str, float]) -> list[Evidence]:
    """All evidence, best first; the same quote from the same resource once.

    Evidence is ranked by its score, lifted by up to a third with the gate's weight for the expert that brought it. What
    any expert knew it to be evidence of stays with it.
    """
    ranked: dict[tuple[str, str], tuple[float, Evidence]] = {}
    for expert, found in findings.items():
        lift = 1.0 + weights.get(expert, 0.0) / 3
        for evidence in found.evidence:
            key = (evidence.uri, " ".join(evidence.quote.split()))
            rank, known = evidence.score * lift, ranked.get(key)
            best, other = ((rank, evidence), known) if known is None or rank > known[0] else (known, (rank, evidence))
            if other and other[1].supports and not best[1].supports:
                best = (best[0], replace(best[1], supports=other[1].supports))
            ranked[key] = best
    ordered = sorted(ranked.values(), key=lambda pair: (-pair[0], pair[1].uri, pair[1].quote))
    return [evidence for _, evidence in ordered]


def find_conflicts(
    evidence: Sequence[Evidence],
    *,
    at: datetime,
    trust: Mapping[str, float] = MappingProxyType({}),
    catalogue: PredicateCatalogue = STANDARD,
) -> list[FactConflict]:
    """Facts about one subject whose predicate has one value at a time, which say different things of the time `at`.

    A predicate is the same under each of its names in the tenant's `catalogue`.

    One conflict for each two values, each shown by the fact that speaks best for it; of each value its most trusted
    writers speak. The policy, in this order: what comes from the more trusted tier; what is valid from a later date; what was entered for its date before the CRM's snapshot; what is believed more
    (`memory.belief`: trust in its sources, their confidence, how many agree); what was recorded later.
    """
    facts = [item.payload for item in evidence if isinstance(item.payload, Fact)]
    said: dict[tuple[str, str], dict[str, list[Fact]]] = {}
    for fact in facts:
        if fact.superseded_by is None and catalogue.is_single_valued(fact.predicate) and _holds(fact, at):
            slot = said.setdefault((fact.about, catalogue.canonical(fact.predicate)), {})
            slot.setdefault(fact.object.casefold(), []).append(fact)
    return [
        _settle(_Side.of(one, trust), _Side.of(two, trust))
        for (_, predicate), values in said.items()
        for names in [catalogue.names_of(predicate)]
        for one, two in combinations(values.values(), 2)
        if any(same_topic(first, second, names) for first in one for second in two)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One value, the fact that speaks best for it, and how far it is believed."""

    best: Fact
    belief: float
    sources: int
    ceiling: float
    """Of the tier of those that say it."""

    @classmethod
    def of(cls, facts: Sequence[Fact], trust: Mapping[str, float]) -> "_Side":
        def rank(fact: Fact) -> tuple[datetime, bool, float, datetime, str]:
            own = belief_in([fact], trust)
            return (*_standing(fact), own, fact.recorded_at or _ALWAYS, str(fact.fact_id))

        most = max(ceiling(fact.tier, trust) for fact in facts)
        speakers = [fact for fact in facts if ceiling(fact.tier, trust) == most]
        sources = {fact.source.casefold() for fact in speakers}
        return cls(
            best=max(speakers, key=rank),
            belief=round(belief_in(speakers, trust), 6),
            sources=len(sources),
            ceiling=most,
        )


def _standing(fact: Fact) -> tuple[datetime, bool]:
    return fact.valid_from or _ALWAYS, not is_snapshot(fact)


def _holds(fact: Fact, at: datetime) -> bool:
    return (fact.valid_from or _ALWAYS) <= at < (fact.valid_to or _NEVER)


def _settle(one: _Side, two: _Side) -> FactConflict:
    """Which of two values is preferred, and why; where all is equal, neither is better."""
    for reason, key in _PREFERENCES:
        if key(one) != key(two):
            better, worse = (one, two) if key(one) > key(two) else (two, one)
            return FactConflict(preferred=better.best, other=worse.best, reason=reason(better, worse))
    preferred, other = sorted((one.best, two.best), key=lambda fact: str(fact.fact_id))
    return FactConflict(
        preferred=preferred, other=other, reason="nothing tells them apart; the first recorded is shown first"
    )


def _believed(better: _Side, worse: _Side) -> str:
    agree = f"{better.sources} sources agree on it and " if better.sources > max(worse.sources, 1) else ""
    return f"{agree}it is believed more ({better.belief:.2f} against {worse.belief:.2f})"


def _trusted(better: _Side, worse: _Side) -> str:
    return f"it is {_WRITERS[better.best.tier]}, the other {_WRITERS[worse.best.tier]}"


_WRITERS: Mapping[Tier, str] = {
    "record": "from a system of record",
    "agent": "told by an agent",
    "text": "what a ticket tells",
}
_PREFERENCES: tuple[tuple[Callable[[_Side, _Side], str], Callable[[_Side], Any]], ...] = (
    (_trusted, lambda side: side.ceiling),
    (lambda _, __: "it is valid from a later date", lambda side: side.best.valid_from or _ALWAYS),
    (
        lambda _, __: "it was entered for its date, while the CRM holds a snapshot",
        lambda side: not is_snapshot(side.best),
    ),
    (_believed, lambda side: side.belief),
    (lambda _, __: "it was recorded later", lambda side: side.best.recorded_at or _ALWAYS),
)
