"""How likely an answer is right, from what it stands on, and whether it is good enough to give."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from moe_memorygraph.abbreviations import other_forms
from moe_memorygraph.experts import Draft, Evidence, Question, Tally
from moe_memorygraph.memory.values import DataSpan, Fact, Pattern
from moe_memorygraph.words import standing_in, stem, stems

__all__ = ["Assessment", "assess"]

_FRAME = {
    stem(word)
    for word in [
        "churn",
        "leave",
        "left",
        "cancel",
        "lose",
        "lost",
        "unhappy",
        "upset",
        "reason",
        "cause",
        "driver",
        "drive",
        "risk",
        "compliance",
        "health",
        "policy",
        "rule",
        "complaint",
        "issue",
        "problem",
        "ticket",
        "request",
        "change",
        "trend",
        "compare",
        "similar",
        "list",
        "top",
        "main",
        "common",
        "many",
        "often",
        "count",
        "total",
        "main",
        "happen",
        "current",
        "currently",
        "still",
        "exactly",
        "main",
        "biggest",
        "business",
        "status",
        "doing",
        "think",
        "account",
        "owner",
        "overall",
        "company",
        "experience",
        "quote",
        "verbatim",
        "example",
        "show",
        "find",
        "explain",
        "concern",
        "tell",
        "raise",
        "mention",
        "increase",
        "decrease",
        "rise",
        "fall",
        "grow",
        "drop",
        "spike",
        "allow",
        "permit",
        "procedure",
        "conversation",
        "support",
        "team",
        "person",
        "personal",
        "data",
        "kind",
        "type",
        "sort",
        "use",
        "used",
        "using",
        "work",
        "works",
        "working",
        "going",
        "go",
        "went",
        "big",
        "major",
        "report",
        "most",
        "least",
        "main",
        "long",
        "within",
        "record",
        "recorded",
        "system",
    ]
}
"""Words that say which answer is wanted, not what it is about."""


# Fitted on the golden questions of the sample corpus by scripts/fit_confidence.py (ridge logistic regression).
# Breadth came out with the sign that it must not have, too small to tell from none: it weighs nothing. The sample has
# too few conflicts, drops no claims and loses no experts; these four are set by hand, there as here.
_BIAS = -2.11
_WEIGHTS = {
    "best_score": 2.98,
    "coverage": 2.35,
    "breadth": 0.0,
    "direct": 3.38,
    "conflicts": -1.7,
    "dropped": -1.0,
    "degraded": -1.0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    confidence: float
    """0..1."""
    abstained: bool
    missing: str
    """Why it abstains, as a sentence; '' where it does not."""
    features: dict[str, float]
    is_hard: bool = False
    """It abstains for a reason that no score outweighs (an unknown name, a time without data, nothing to say)."""


def assess(
    question: Question,
    draft: Draft,
    evidence: Sequence[Evidence],
    *,
    span: DataSpan,
    dropped: int,
    conflicts: int,
    degraded: int,
    abstain_below: float,
) -> Assessment:
    """Judge a verified draft.

    A logistic over: the best cited score, the share of the question's content words that cited evidence
    holds, how many pieces are cited, whether facts or counts answer directly, and what speaks against (conflicts,
    dropped claims, experts left out).
    """
    cited = [evidence[index] for index in sorted({index for claim in draft.claims for index in claim.cites})]
    said = [claim for claim in draft.claims if not claim.heading]
    features = _features(question, cited, said_count=len(said), dropped=dropped, conflicts=conflicts, degraded=degraded)
    reason = _hard_reason(question, cited, draft, span)
    logit = _BIAS + sum(weight * features[name] for name, weight in _WEIGHTS.items())
    confidence = round(1 / (1 + math.exp(-logit)), 4)
    if reason:
        return Assessment(
            confidence=min(confidence, 0.05), abstained=True, missing=reason, features=features, is_hard=True
        )
    if confidence < abstain_below:
        missing = draft.missing or "evidence that speaks of what was asked"
        return Assessment(
            confidence=confidence, abstained=True, missing=f"What is missing: {missing}.", features=features
        )
    return Assessment(confidence=confidence, abstained=False, missing="", features=features)


def _features(
    question: Question, cited: Sequence[Evidence], *, said_count: int, dropped: int, conflicts: int, degraded: int
) -> dict[str, float]:
    direct = [item for item in cited if isinstance(item.payload, Tally | Pattern) or _is_asked_fact(item, question)]
    return {
        "best_score": max((item.score for item in cited), default=0.0),
        "coverage": _coverage(question, cited),
        "breadth": min(len({item.uri for item in cited}), 4) / 4,
        "direct": 1.0 if direct else 0.0,
        "conflicts": 1.0 if conflicts else 0.0,
        "dropped": dropped / (dropped + said_count) if dropped else 0.0,
        "degraded": min(degraded, 2) / 2,
    }


def _is_asked_fact(item: Evidence, question: Question) -> bool:
    return isinstance(item.payload, Fact) and item.payload.predicate in question.predicates


def _coverage(question: Question, cited: Sequence[Evidence]) -> float:
    """Share of the question's content words that the cited evidence holds; 1 where it has none beyond its frame."""
    wanted = set(map(stem, question.keywords)) - _FRAME
    wanted.difference_update(*map(_topic_words, question.categories))
    if any(_is_asked_fact(item, question) for item in cited):
        wanted -= {stem(word) for word in _predicate_words(question)}
    if not wanted:
        return 1.0
    missing = set(wanted)
    forms = [(stems(said), stems(other)) for said, other in other_forms(question.text)]
    for item in cited:
        if not missing:
            break
        text = f"{item.quote} {item.title} {getattr(item.payload, 'text', '')}"
        missing -= standing_in(text, missing)
        missing.difference_update(*(said for said, other in forms if len(standing_in(text, other)) == len(other)))
    return (len(wanted) - len(missing)) / len(wanted)


@lru_cache(maxsize=4096)
def _topic_words(label: str) -> frozenset[str]:
    return frozenset(stem(word) for word in label.replace("_", " ").split())


def _predicate_words(question: Question) -> list[str]:
    """Words by which facts were asked for: they need not stand in the fact ("owns" asks for account_owner)."""
    return [
        word
        for word in question.keywords
        if any(stem(word)[:3] == stem(part)[:3] for p in question.predicates for part in p.split("_"))
    ]


def _hard_reason(question: Question, cited: Sequence[Evidence], draft: Draft, span: DataSpan) -> str:
    if question.unknown_names and not _mentioned(question.unknown_names, cited):
        names = " and ".join(f"“{name}”" for name in question.unknown_names)
        return f"No customer and no record is known by the name {names}."
    real = [claim for claim in draft.claims if not claim.heading]
    counts = [item.payload for item in cited if isinstance(item.payload, Tally)]
    if (
        question.time
        and span.oldest
        and span.newest
        and (question.time.since > span.newest or question.time.until <= span.oldest)
    ):
        return f"Nothing is stored for {question.time.label}: the tickets run from {span.oldest:%Y-%m-%d} to {span.newest:%Y-%m-%d}."
    if question.undated and question.kind in ("how_many", "trend", "compare"):
        return _undated_reason(question)
    if not real:
        return f"What is missing: {draft.missing or 'evidence that could be cited'}."
    if counts and len(counts) == len(cited) and all(tally.total == 0 for tally in counts):
        return "What is missing: tickets that fit the question; none was counted."
    return ""


def _undated_reason(question: Question) -> str:
    if not question.customers:
        return (
            f"It is not known when “{question.undated}” was: name the customer in whose records it stands, or a date."
        )
    names = " or ".join(customer.name for customer in question.customers)
    return f"It is not known when “{question.undated}” was: nothing that is stored of {names} says so."


def _mentioned(names: Sequence[str], cited: Sequence[Evidence]) -> bool:
    text = " ".join(f"{item.quote} {item.title} {getattr(item.payload, 'text', '')}" for item in cited).casefold()
    return all(name.casefold() in text for name in names)
