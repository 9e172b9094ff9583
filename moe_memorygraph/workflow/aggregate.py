"""From each expert's findings to one ranked list without repeats, and the contradictions among its facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from moe_memorygraph.experts import Evidence, Findings
from moe_memorygraph.memory.predicates import is_single_valued
from moe_memorygraph.memory.values import Fact

__all__ = ["FactConflict", "find_conflicts", "merge"]

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_PREFERENCES: tuple[tuple[str, Callable[[Fact], Any]], ...] = (
    ("it is valid from a later date", lambda fact: fact.valid_from or _ALWAYS),
    ("it was entered for its date, while the CRM holds a snapshot", lambda fact: fact.source != SNAPSHOT_SOURCE),
    ("its source states it with more confidence", lambda fact: fact.confidence),
    ("it was recorded later", lambda fact: fact.recorded_at or _ALWAYS),
)
SNAPSHOT_SOURCE = "crm"
"""The source of facts made from customers' columns: what the CRM said when it was loaded, of all the time since."""
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactConflict:
    """Two facts that cannot both hold, and which of them is to be preferred, with the reason."""

    preferred: Fact
    other: Fact
    reason: str


def merge(findings: Mapping[str, Findings], weights: Mapping[str, float]) -> list[Evidence]:
    """All evidence, best first; the same quote from the same resource once.

    Evidence is ranked by its score, lifted by up to a third with the gate's weight for the expert that brought it.
    """
    ranked: dict[tuple[str, str], tuple[float, Evidence]] = {}
    for expert, found in findings.items():
        lift = 1.0 + weights.get(expert, 0.0) / 3
        for evidence in found.evidence:
            key = (evidence.uri, " ".join(evidence.quote.split()))
            rank = evidence.score * lift
            if key not in ranked or rank > ranked[key][0]:
                ranked[key] = (rank, evidence)
    ordered = sorted(ranked.values(), key=lambda pair: (-pair[0], pair[1].uri, pair[1].quote))
    return [evidence for _, evidence in ordered]


def find_conflicts(evidence: Sequence[Evidence], *, at: datetime) -> list[FactConflict]:
    """Facts about one subject whose predicate has one value at a time, which say different things of the time `at`."""
    facts = [item.payload for item in evidence if isinstance(item.payload, Fact)]
    current = [
        fact for fact in facts if fact.superseded_by is None and is_single_valued(fact.predicate) and _holds(fact, at)
    ]
    found = []
    for one, two in combinations(current, 2):
        same = _subject(one) == _subject(two) and one.predicate == two.predicate
        if same and one.object.casefold() != two.object.casefold():
            found.append(_settle(one, two))
    return found


def _subject(fact: Fact) -> str:
    return fact.customer_id or fact.subject.casefold()


def _holds(fact: Fact, at: datetime) -> bool:
    return (fact.valid_from or _ALWAYS) <= at < (fact.valid_to or _NEVER)


def _settle(one: Fact, two: Fact) -> FactConflict:
    """Later validity wins, then a dated entry over a snapshot, then higher confidence, then the later record; where all are equal, neither is better."""
    for reason, key in _PREFERENCES:
        if key(one) != key(two):
            preferred, other = (one, two) if key(one) > key(two) else (two, one)
            return FactConflict(preferred=preferred, other=other, reason=reason)
    preferred, other = sorted((one, two), key=lambda fact: str(fact.fact_id))
    return FactConflict(
        preferred=preferred, other=other, reason="nothing tells them apart; the first recorded is shown first"
    )
