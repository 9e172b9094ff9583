"""From what a model wrote to the draft that is shown: its sentences that stand, then what they left out."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from moe_memorygraph.experts.retelling.bearing import Fault, fault_of
from moe_memorygraph.experts.retelling.reply import Sentence
from moe_memorygraph.experts.values import Claim, Draft, Evidence, Question, Tally
from moe_memorygraph.experts.verifier import Verifier
from moe_memorygraph.memory.values import DocumentHit, Fact, Pattern, TicketHit, TurnHit
from moe_memorygraph.words import stems

__all__ = ["Retold", "join"]


_MAY_SHORTEN = frozenset({"why", "trend", "compare"})
"""Kinds in which what is quoted from tickets and documents illustrates facts and counts, and is not the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """A verified draft that holds a model's sentences."""

    draft: Draft
    kept: int
    """Sentences of the model that stand."""
    dropped: Mapping[Fault, int]
    """Sentences that do not, by what is wrong with them."""


def join(
    question: Question,
    draft: Draft,
    evidence: Sequence[Evidence],
    sentences: Sequence[Sentence | None],
    *,
    fixed: Collection[Claim] = (),
) -> Retold:
    """The sentences that their evidence bears, once each, then the claims that must not be missing.

    The answer's confidence is that of the whole draft, so nothing that it rests on may go: the `fixed` claims, and each
    that no sentence tells. Only quotes beside what explains a matter may be left out, by a model's choice and not by its
    failure. A draft with headings is a report: it stays whole, and the sentences sum it up. With no sentence left, it is
    `draft`.
    """
    faults: Counter[Fault] = Counter()
    told: list[Claim] = []
    failed: set[int] = set()
    for sentence in sentences:
        fault = fault_of(sentence, question, draft.claims, evidence)
        if fault is not None:
            faults[fault] += 1
            failed.update((sentence.cites if sentence else None) or ())
        elif sentence is not None and sentence.cites is not None:
            text = _attributed(sentence, question, draft, evidence)
            claim = Claim(text=text, cites=sentence.cites)
            told += [claim] if claim not in told else []
    if not told:
        return Retold(draft=draft, kept=0, dropped=faults)
    kept = len(told)
    if any(claim.heading for claim in draft.claims):
        told = [Claim(text="In short", heading=True), *told]
        left = list(draft.claims)
    else:
        left = _left_out(question, draft, evidence, told, failed, fixed)
    whole = replace(draft, claims=(*told, *left))
    return Retold(draft=Verifier().verify(question, whole, evidence).draft, kept=kept, dropped=faults)


def _left_out(
    question: Question,
    draft: Draft,
    evidence: Sequence[Evidence],
    told: Sequence[Claim],
    failed: Set[int],
    fixed: Collection[Claim],
) -> list[Claim]:
    """What is still to be said. `failed`: what sentences cite that do not stand."""
    first = draft.claims[0]

    def must_stand(claim: Claim) -> bool:
        is_needed = claim is first or question.kind not in _MAY_SHORTEN or _weighs(claim, evidence)
        return (is_needed or not failed.isdisjoint(claim.cites)) and not _is_told(claim, told, evidence)

    return [claim for claim in draft.claims if claim in fixed or must_stand(claim)]


def _is_told(claim: Claim, told: Sequence[Claim], evidence: Sequence[Evidence]) -> bool:
    """Sentences cite all that it cites, and hold the values and numbers that it is there for.

    Of sources that say the same, one is enough.
    """
    about = [one for one in told if set(one.cites) & set(claim.cites)]
    text = " ".join(one.text for one in about)
    payloads = [evidence[index].payload for index in claim.cites]
    facts = [payload for payload in payloads if isinstance(payload, Fact)]
    if facts and len(facts) == len(payloads):
        return bool(about) and any(stems(fact.object) <= stems(text) for fact in facts)
    if any(isinstance(payload, Tally) for payload in payloads) and not _numbers(claim.text) <= _numbers(text):
        return False
    return {index for one in about for index in one.cites}.issuperset(claim.cites)


def _numbers(text: str) -> set[str]:
    """All but percentages, which follow from the others."""
    return set(re.findall(r"\d++(?:[.,-]\d+)*+(?!\s*%)", text))


def _weighs(claim: Claim, evidence: Sequence[Evidence]) -> bool:
    return any(isinstance(evidence[index].payload, Fact | Tally | Pattern) for index in claim.cites)


def _attributed(sentence: Sentence, question: Question, draft: Draft, evidence: Sequence[Evidence]) -> str:
    """The sentence; one that rests on others' words, or on a document, says whose or which, whether the model did or not."""
    cites = sentence.cites or ()
    hearsay = [index for index in cites if _is_hearsay(evidence[index])]
    documents = [index for index in cites if isinstance(evidence[index].payload, DocumentHit)]

    def stands_without(left: Sequence[int]) -> bool:
        rest = tuple(index for index in cites if index not in left)
        return fault_of(replace(sentence, cites=rest or None), question, draft.claims, evidence) is None

    origins = []
    if documents and not stands_without(documents):
        titles = dict.fromkeys(evidence[index].title for index in documents)
        origins += [title for title in titles if title not in sentence.text]
    if hearsay and not stands_without(hearsay):
        tickets = {_ticket_of(evidence[index]) for index in hearsay}
        part = "" if len(hearsay) == len(cites) else "in part "
        where = _where(tickets)
        origins += (
            [f"{part}as told {where}"]
            if len(tickets) > 1 or not any(one and one in sentence.text for one in tickets)
            else []
        )
    return f"{sentence.text.rstrip('.')} ({'; '.join(origins)})." if origins else sentence.text


def _where(tickets: set[str | None]) -> str:
    if len(tickets) > 1:
        return "in what is cited"
    [ticket] = tickets
    return f"in ticket {ticket}" if ticket else "in this session"


def _is_hearsay(item: Evidence) -> bool:
    return isinstance(item.payload, TicketHit | TurnHit) or _ticket_of(item) is not None


def _ticket_of(item: Evidence) -> str | None:
    match item.payload:
        case TicketHit(ticket=ticket):
            return ticket.ticket_id
        case Fact() as fact:
            return fact.ticket_id
        case _:
            return None
