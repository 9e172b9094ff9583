"""Which content words of a question the cited evidence explains, and how much the others weigh. No I/O."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from moe_memorygraph.abbreviations import other_forms
from moe_memorygraph.experts import Evidence, Question
from moe_memorygraph.memory.values import DocumentHit, Fact, TicketHit, TurnHit
from moe_memorygraph.words import label_stems, standing_in, stem, stems

__all__ = ["Explained", "explained", "rarity", "unexplained_words"]

_FRAME = frozenset(
    stems(
        """churn leave left cancel lose lost unhappy upset reason cause driver drive risk compliance health policy rule
        complaint issue problem ticket request change trend compare similar list top main common many often count total
        happen current currently still exactly biggest business status doing think account owner overall company experience
        quote verbatim example show find explain concern tell raise mention increase decrease rise fall grow drop spike
        allow permit procedure conversation support team person personal data kind type sort use used using work works
        working going go went big major report most least long within record recorded system ever never anyone anybody someone somebody affect hit impact suffer experience threaten right now
        still"""
    )
)
"""Words that say which answer is wanted, not what it is about."""

_UNKNOWN = 0.6
"""Rarity of a word where a tenant's words were never counted: that of one in 70 passages, about."""
_PER_MILLE = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Content words by rarity, summed."""

    wanted: float
    """All that the evidence has to explain; a word that stands nowhere counts 1."""
    missing: float
    """Those of them that no cited evidence holds."""
    absent: int
    """How many of the missing stand in no two passages of the tenant's."""


def rarity(share: float) -> float:
    """1 for a word that stands nowhere, 0 for one in every passage; in between by the logarithm of the share."""
    return 1.0 - math.log1p(_PER_MILLE * share) / math.log1p(_PER_MILLE)


def explained(question: Question, cited: Sequence[Evidence], shares: Mapping[str, float]) -> Explained:
    """`shares`: of the question's keywords the share of passages that hold them."""
    rare = {stem(word): rarity(share) for word, share in shares.items()}
    wanted = {one: rare.get(one, _UNKNOWN) for one in map(stem, _wanted_words(question, cited))}
    missing = _missing(wanted, question, cited)
    return Explained(
        wanted=sum(wanted.values()),
        missing=sum(wanted[one] for one in missing),
        absent=sum(wanted[one] == 1.0 for one in missing),
    )


def unexplained_words(question: Question, cited: Sequence[Evidence], shares: Mapping[str, float]) -> list[str]:
    """The words that no cited evidence holds, as written, the rarest first."""
    words = _wanted_words(question, cited)
    missing = _missing([stem(word) for word in words], question, cited)
    return sorted((word for word in words if stem(word) in missing), key=lambda word: shares.get(word, 0.0))


def _wanted_words(question: Question, cited: Sequence[Evidence]) -> list[str]:
    """Content words that are neither the question's frame nor what categories or cited facts were asked for by."""
    words, taken = question.keywords, [_FRAME, question.meant_stems, *map(label_stems, question.categories)]
    if any(isinstance(one.payload, Fact) and one.payload.predicate in question.predicates for one in cited):
        if question.customers or question.subjects:
            words = question.unexplained
        else:
            taken.append(_predicate_stems(question))
    return [word for word in words if not any(stem(word) in known for known in taken)]


def _predicate_stems(question: Question) -> frozenset[str]:
    """Words by which facts were asked for: they need not stand in the fact ("owns" asks for account_owner)."""
    parts = {part[:3] for predicate in question.predicates for part in predicate.split("_")}
    return frozenset(one for one in map(stem, question.keywords) if one[:3] in parts)


def _missing(wanted: Collection[str], question: Question, cited: Sequence[Evidence]) -> set[str]:
    missing = set(wanted)
    forms = [(stems(said), stems(other)) for said, other in other_forms(question.text)] if missing else []
    for item in cited:
        if not missing:
            break
        text = _text_of(item)
        missing -= standing_in(text, missing)
        missing.difference_update(*(said for said, other in forms if len(standing_in(text, other)) == len(other)))
    return missing


def _text_of(item: Evidence) -> str:
    match item.payload:
        case TicketHit(ticket=ticket, text=text):
            return f"{item.quote} {item.title} {text} {(ticket.category or '').replace('_', ' ')}"
        case DocumentHit(text=text):
            return f"{item.quote} {item.title} {text}"
        case TurnHit(turn=turn):
            return f"{item.quote} {turn.text}"
        case _:
            return f"{item.quote} {item.title}"
