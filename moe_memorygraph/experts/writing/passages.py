"""The strongest passages of any plane, for questions that no fact and no count answers."""

import re
from collections.abc import Sequence

from moe_memorygraph.experts.counting import COUNTING_WORDS
from moe_memorygraph.experts.values import Claim, Draft
from moe_memorygraph.experts.writing.phrases import fact_claims, quote_document, quote_ticket
from moe_memorygraph.experts.writing.sources import Cited, Sources
from moe_memorygraph.memory.values import DocumentHit, Ticket
from moe_memorygraph.words import label_stems, standing_in, stem

__all__ = ["STRONG", "counted_tickets", "extract", "strong_documents", "strong_tickets"]

STRONG = 0.45  # a score from which a passage is worth quoting on its own
_SURE = 0.6  # a score from which a document needs no ticket beside it
_HAPPENED = re.compile(
    r"\b(?:did|was|were|has|have|had|any(?:one|body)|some(?:one|body)|who|tickets?)\b", re.IGNORECASE
)
_RULE_BONUS = 0.15  # of a question about nobody in particular, a document is the rule and a ticket one case of it


def extract(sources: Sources, *, front: Sequence[Claim] = (), missing: str) -> Draft:
    """The strongest passages of any plane, best first; where none is strong, the two best.

    Of a question about nobody in particular and nothing that happened, documents that surely fit stand alone: they are
    the rule.
    """
    general = not sources.question.customers
    rules = strong_documents(sources)[:2] if general and not front else []
    if rules and rules[0].evidence.score >= _SURE and not _HAPPENED.search(sources.question.text):
        return Draft(claims=tuple(quote_document(cited, sources) for cited in rules))
    claims = [
        (c.evidence.score + (_RULE_BONUS if general else 0.0), quote_document(c, sources))
        for c in sources.documents[:3]
    ]
    claims += [(c.evidence.score, quote_ticket(c, sources)) for c in sources.tickets[:4]]
    claims += [(c.evidence.score, claim) for c in sources.facts[:4] for claim in fact_claims([c], sources)]
    claims += [(c.evidence.score, _turn_claim(c.index, c.evidence.quote)) for c in sources.turns[:2]]
    ranked = sorted(claims, key=lambda pair: -pair[0])
    kept = [claim for score, claim in ranked if score >= STRONG][:4] or [claim for _, claim in ranked[:2]]
    return Draft(claims=(*front, *kept), missing="" if kept or front else missing)


def strong_tickets(sources: Sources) -> list[Cited[Ticket]]:
    return [cited for cited in sources.tickets if cited.evidence.score >= STRONG] or sources.tickets[:1]


def counted_tickets(sources: Sources) -> list[Cited[Ticket]]:
    """Customers' words that are of what was counted: of the topics asked for, or with most of the words asked for; those
    whose quote says more of them first."""
    question = sources.question
    wanted = {stem(word) for word in question.keywords} - COUNTING_WORDS
    wanted -= frozenset().union(*map(label_stems, question.categories))
    counted = sources.tally("all")
    if (counted and counted.payload.filters.categories) or not (counted and counted.payload.total):
        wanted -= question.meant_stems
    found = []
    for cited in sources.tickets:
        ticket = cited.payload
        said = standing_in(f"{ticket.subject} {ticket.body}", wanted)
        if cited.evidence.source == "ticket" and (wanted or ticket.category in question.categories) and said == wanted:
            found.append(cited)
    return sorted(found, key=lambda one: -len(standing_in(one.evidence.quote, wanted)))


def strong_documents(sources: Sources) -> list[Cited[DocumentHit]]:
    return [cited for cited in sources.documents if cited.evidence.score >= STRONG]


def _turn_claim(index: int, quote: str) -> Claim:
    return Claim(text=f"Earlier in this session: “{' '.join(quote.split())}”", cites=(index,))
