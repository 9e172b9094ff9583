"""From what a model wrote to the draft that is shown: its sentences that stand, then what they left out."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from moe_memorygraph.experts.retelling.bearing import Fault, fault_of
from moe_memorygraph.experts.retelling.reply import Sentence
from moe_memorygraph.experts.values import Claim, Draft, Evidence, Question, Tally
from moe_memorygraph.experts.verifier import Verifier
from moe_memorygraph.memory.values import Fact, Pattern, TicketHit, TurnHit

__all__ = ["Retold", "join"]


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

    Those are the `fixed` ones, the first, and every one about facts, counts or patterns that no sentence cites: the
    answer's confidence is that of the whole draft, so nothing that it rests on may go. With no sentence left, `draft`.
    """
    faults: Counter[Fault] = Counter()
    told: list[Claim] = []
    for sentence in sentences:
        fault = fault_of(sentence, question, draft.claims, evidence)
        if fault is not None:
            faults[fault] += 1
        elif sentence is not None and sentence.cites is not None:
            text = _attributed(sentence, sentence.cites, question, draft, evidence)
            claim = Claim(text=text, cites=sentence.cites)
            told += [claim] if claim not in told else []
    if not told:
        return Retold(draft=draft, kept=0, dropped=faults)
    left = _left_out(draft, told, evidence, fixed)
    headed = [Claim(text="In short", heading=True)] if any(claim.heading for claim in left) else []
    whole = replace(draft, claims=(*headed, *told, *left))
    return Retold(draft=Verifier().verify(question, whole, evidence).draft, kept=len(told), dropped=faults)


def _left_out(
    draft: Draft, told: Sequence[Claim], evidence: Sequence[Evidence], fixed: Collection[Claim]
) -> list[Claim]:
    """Headings with what is still to be said under them."""
    cited = {index for claim in told for index in claim.cites}
    first = next((claim for claim in draft.claims if not claim.heading), None)
    left = [
        claim
        for claim in draft.claims
        if claim.heading
        or claim in fixed
        or ((claim is first or _weighs(claim, evidence)) and not _is_told(claim, cited, evidence))
    ]
    return [
        one
        for one, after in zip(left, [*left[1:], None], strict=False)
        if not one.heading or (after and not after.heading)
    ]


def _is_told(claim: Claim, cited: set[int], evidence: Sequence[Evidence]) -> bool:
    """All that it cites is; of sources that say the same, one is enough."""
    alike = all(isinstance(evidence[index].payload, Fact) for index in claim.cites)
    return bool(cited.intersection(claim.cites)) if alike else cited.issuperset(claim.cites)


def _weighs(claim: Claim, evidence: Sequence[Evidence]) -> bool:
    return any(isinstance(evidence[index].payload, Fact | Tally | Pattern) for index in claim.cites)


def _attributed(
    sentence: Sentence, cites: Sequence[int], question: Question, draft: Draft, evidence: Sequence[Evidence]
) -> str:
    """The sentence; one that others' words are needed for says whose they are, whether the model did or not."""
    hearsay = [index for index in cites if _is_hearsay(evidence[index])]
    records = tuple(index for index in cites if index not in hearsay)
    alone = replace(sentence, cites=records or None)
    if not hearsay or fault_of(alone, question, draft.claims, evidence) is None:
        return sentence.text
    tickets = {_ticket_of(evidence[index]) for index in hearsay}
    ticket = tickets.pop()
    if tickets:
        origin = "in what is cited"
    elif ticket is None:
        origin = "in this session"
    elif ticket in sentence.text:
        return sentence.text
    else:
        origin = f"in ticket {ticket}"
    part = "in part " if records else ""
    return f"{sentence.text.rstrip('.')} ({part}as told {origin})."


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
