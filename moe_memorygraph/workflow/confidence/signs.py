"""What tells a right answer from a wrong one: signs of a verified draft by name. Arithmetic over values, no I/O.

Each answer stands on one thing, by its first citation or its kind (`asked`, `facts`, `count`, `document`, `ticket`, ...),
whose name is a sign of 1: how often such answers are right at all. The other signs are 0..1 and begin with what they
are of; those that are 0 are left out.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from moe_memorygraph.experts import Compliance, Draft, Evidence, Measured, Question, Tally
from moe_memorygraph.memory.values import DocumentHit, Fact, FactHit, Pattern, PatternHit, TicketHit, TurnHit
from moe_memorygraph.workflow.confidence.asked import asks_for_many, could_be, holds, sort_asked
from moe_memorygraph.workflow.confidence.words import Explained, explained

__all__ = ["AGAINST", "FOR", "STANDS_ON", "Ground", "signs_of"]

Ground = Literal["reason", "report", "risk", "asked", "facts", "count", "document", "ticket", "turn", "nothing"]

STANDS_ON: tuple[Ground, ...] = get_args(Ground)

FOR = (
    *(f"{ground}.{name}" for ground in ("document", "ticket") for name in ("score", "similarity", "close", "words")),
    *(f"{ground}.{name}" for ground in ("document", "ticket") for name in ("margin", "similarity_margin")),
    "asked.agree",
    "asked.belief",
    "facts.fit",
    "reason.told",
    "reason.fit",
)
"""Signs that speak for an answer: their weights are 0 or more."""

AGAINST = (
    *(
        f"{ground}.{name}"
        for ground in ("asked", "facts", "count", "document", "ticket", "risk")
        for name in ("unexplained", "absent")
    ),
    *(f"{ground}.misfit" for ground in ("asked", "document", "ticket")),
    *(f"{ground}.far" for ground in ("document", "ticket")),
    *(f"{ground}.many" for ground in ("document", "ticket", "facts")),
    "document.entry",
    "document.question",
    "ticket.rule",
    "ticket.future",
    "asked.several",
    "asked.unscoped",
    "count.mention",
    "count.unasked",
    "count.elsewhere",
    "reason.unexplained",
    "fact_missing",
    "out_of_time",
    "unknown_name",
    "conflicts",
    "dropped",
    "degraded",
)
"""Signs that speak against an answer: their weights are 0 or less."""

# Signs that may speak either way are all others: the grounds themselves and kinds of question on them.

_MOST_ODDS = math.log(0.999 / 0.001)  # beyond these odds one score is as good as another
_CLOSE = 0.4  # cosine from which a passage of the shipped MiniLM is about the same thing
_FAR = 0.3  # cosine under which a passage is mostly about something else
_FULL_MARGIN = 4.0  # log-odds between the best passage and the next: more tells nothing more
_FULL_SIMILARITY_MARGIN = 0.4
_MOST_MISSING = 3.0  # words
_REASONS = frozenset(
    {
        "cancellation_done",
        "cancellation_intent",
        "churn_reason",
        "competitor",
        "competitor_mentioned",
        "switched_to",
    }
)
"""Predicates of facts that say why a customer left or may leave."""
_MENTION = re.compile(r"\bthat mention\b")
"""In what was counted where no category stands for the words of the question."""
_FUTURE = re.compile(r"\b(?:tomorrow|tonight|next (?:week|weekend|month|quarter|year)|will)\b", re.IGNORECASE)
"""In questions about what is to come, which no ticket tells."""
_INTERROGATIVE = re.compile(
    r"(?:how|what|why|when|where|who|which|can|could|do|does|did|is|are|should|may|will)\b", re.IGNORECASE
)
_OURS = re.compile(
    r"\b(?:we|us|our|tickets?|complaints?|issues?|problems?|requests?|questions?|cases?|contacts?|conversations?|messages?"
    r"|customers?|accounts?|clients?|compan(?:y|ies)|topics?|categor(?:y|ies)|channels?|incidents?|reports?)\b",
    re.IGNORECASE,
)
"""Words of which a question holds one that asks for tickets or customers to be counted."""


def signs_of(
    question: Question,
    draft: Draft,
    evidence: Sequence[Evidence],
    *,
    shares: Mapping[str, float],
    dropped: int,
    conflicts: int,
    degraded: int,
) -> dict[str, float]:
    """Signs of a verified draft, those that are not 0.

    `shares`: of the question's keywords the share of the tenant's passages that hold them; `dropped` claims did not stand
    the check; `conflicts` between facts that bear on it; `degraded`: experts that were left out.
    """
    said = [claim for claim in draft.claims if not claim.heading]
    cited = [evidence[index] for index in dict.fromkeys(index for claim in said for index in claim.cites)]
    asked = [one for one in cited if isinstance(one.payload, Fact) and one.payload.predicate in question.predicates]
    ground = _ground(question, cited, asked)
    words = explained(question, cited, shares)
    found = {ground: 1.0, **_of_words(ground, words)}
    match ground:
        case "document" | "ticket":
            found |= _of_text(ground, question, cited, evidence)
        case "asked":
            found |= _of_asked(question, [one.payload for one in asked if isinstance(one.payload, Fact)])
        case "facts":
            found |= {"facts.fit": max(one.score for one in cited), "facts.many": _many(question)}
        case "reason":
            found |= _of_reason(cited)
        case "count":
            found |= _of_count(question, cited, evidence)
        case _:
            pass
    found |= {
        "fact_missing": float(bool(question.predicates) and not asked),
        "out_of_time": float(question.time is not None and not any(_in_time(one, question) for one in cited)),
        "unknown_name": float(bool(question.unknown_names)),
        "conflicts": float(bool(conflicts)),
        "dropped": dropped / (dropped + len(said)) if dropped else 0.0,
        "degraded": min(degraded, 2) / 2,
    }
    return {name: value for name, value in found.items() if value}


def _ground(question: Question, cited: Sequence[Evidence], asked: Sequence[Evidence]) -> Ground:
    if not cited:
        return "nothing"
    if question.kind == "report":
        return "report"
    if question.kind == "why" and question.customers:
        return "reason"
    if cited[0].expert == Compliance.name:
        return "risk"
    match cited[0].payload:
        case Fact() | FactHit():
            return "asked" if asked else "facts"
        case Tally() | Measured() | Pattern() | PatternHit():
            return "count"
        case DocumentHit():
            return "document"
        case TicketHit():
            return "ticket"
        case TurnHit():
            return "turn"
        case None:
            return "nothing"


def _of_words(ground: Ground, words: Explained) -> dict[str, float]:
    """Content words that nothing cited holds: of passages their share, of facts and counts, which say little, their sum."""
    is_text = ground in ("document", "ticket")
    unexplained = (
        words.missing / max(words.wanted, 1.0) if is_text else min(words.missing, _MOST_MISSING) / _MOST_MISSING
    )
    return {f"{ground}.unexplained": unexplained, f"{ground}.absent": min(words.absent, 2) / 2}


def _of_text(
    ground: Ground, question: Question, cited: Sequence[Evidence], evidence: Sequence[Evidence]
) -> dict[str, float]:
    """How well the passages fit, by words and by meaning, and how far the first stands out from those not cited first."""
    hits = [one.payload for one in cited if isinstance(one.payload, TicketHit | DocumentHit | TurnHit)]
    first = next(one for one in cited if isinstance(one.payload, TicketHit | DocumentHit | TurnHit))
    others = [
        one.payload for one in evidence if one.uri != first.uri and isinstance(one.payload, TicketHit | DocumentHit)
    ]
    similarity = max(0.0, *(one.similarity for one in hits))
    margin = _odds(hits[0].score) - max((_odds(one.score) for one in others), default=-_MOST_ODDS)
    apart = hits[0].similarity - max((one.similarity for one in others), default=0.0)
    sort = sort_asked(question.text)
    return {
        f"{ground}.score": (_odds(max(one.score for one in hits)) + _MOST_ODDS) / (2 * _MOST_ODDS),
        f"{ground}.similarity": similarity,
        f"{ground}.close": max(similarity - _CLOSE, 0.0) / (1 - _CLOSE),
        f"{ground}.far": max(_FAR - similarity, 0.0) / _FAR,
        f"{ground}.words": max(one.lexical for one in hits),
        f"{ground}.margin": _within(margin, _FULL_MARGIN),
        f"{ground}.similarity_margin": _within(apart, _FULL_SIMILARITY_MARGIN),
        f"{ground}.misfit": float(not any(holds(one.quote, sort) for one in cited)),
        f"{ground}.many": _many(question),
        f"{ground}.future": float(ground == "ticket" and _FUTURE.search(question.text) is not None),
        f"{ground}.question": float(isinstance(hits[0], DocumentHit) and _answers_a_question(hits[0])),
        f"{ground}.entry": float(isinstance(hits[0], DocumentHit) and hits[0].heading in ("", hits[0].title)),
        f"{ground}.rule": float(ground == "ticket" and question.kind == "policy"),
    }


def _answers_a_question(hit: DocumentHit) -> bool:
    """Whether a passage is headed by a question: it answers that one, and may be near many others."""
    head = (hit.heading or hit.title).strip()
    return head.endswith("?") or _INTERROGATIVE.match(head) is not None


def _of_asked(question: Question, facts: Sequence[Fact]) -> dict[str, float]:
    compared = question.kind == "compare"  # "who has more seats" asks for a customer, by numbers
    sort = None if compared else sort_asked(question.text)
    first = facts[0]
    agreeing = {
        fact.source
        for fact in facts
        if fact.predicate == first.predicate and fact.object.casefold() == first.object.casefold()
    }
    return {
        "asked.misfit": float(not any(could_be(fact.object, sort) for fact in facts)),
        "asked.several": float(len({fact.predicate for fact in facts}) > 1),
        "asked.unscoped": float(not (question.customers or question.subjects)),
        "asked.agree": float(len(agreeing) > 1),
        "asked.belief": max(fact.confidence for fact in facts),
    }


def _of_reason(cited: Sequence[Evidence]) -> dict[str, float]:
    facts = [one for one in cited if isinstance(one.payload, Fact)]
    told = any(isinstance(one.payload, Fact) and one.payload.predicate in _REASONS for one in facts)
    return {"reason.told": float(told), "reason.fit": max((one.score for one in facts), default=0.0)}


def _of_count(question: Question, cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> dict[str, float]:
    """A count of tickets that mention a word is not the count of those about it."""
    tallies = [one.payload for one in cited if isinstance(one.payload, Tally)]
    return {
        "count.mention": float(any(_MENTION.search(tally.what) for tally in tallies)),
        "count.named": float(bool(question.customers)),
        "count.unasked": float(not (question.customers or question.categories or _OURS.search(question.text))),
        f"count.{question.kind}": float(question.kind != "how_many"),
        "count.elsewhere": _elsewhere(cited, evidence),
    }


def _elsewhere(cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> float:
    """How close the closest document is that was found and not cited: it may be what was asked for."""
    known = {one.uri for one in cited}
    found = (
        one.payload.similarity for one in evidence if isinstance(one.payload, DocumentHit) and one.uri not in known
    )
    return max(max(found, default=0.0) - _CLOSE, 0.0) / (1 - _CLOSE)


def _many(question: Question) -> float:
    return float(not question.customers and asks_for_many(question.text))


def _in_time(one: Evidence, question: Question) -> bool:
    """Whether a piece of evidence speaks of the time asked about."""
    time = question.time
    if time is None:
        return True
    match one.payload:
        case Tally(filters=filters, time=counted):
            return counted is not None or filters.since is not None
        case Fact(valid_from=since, valid_to=until):
            return (since is None or since < time.until) and (until is None or until > time.since)
        case TicketHit(ticket=ticket):
            return time.since <= ticket.created_at < time.until
        case Pattern():
            return True
        case _:
            return False


def _odds(score: float) -> float:
    if score <= 0.0 or score >= 1.0:
        return math.copysign(_MOST_ODDS, score - 0.5)
    return min(max(math.log(score / (1.0 - score)), -_MOST_ODDS), _MOST_ODDS)


def _within(value: float, full: float) -> float:
    return min(max(value, 0.0), full) / full
