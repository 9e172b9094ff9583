"""From what a plane found to evidence: where it can be opened, what is quoted, how much it weighs."""

from collections.abc import Iterable

from moe_memorygraph.abbreviations import other_forms
from moe_memorygraph.experts.quotes import best_quote, is_courtesy
from moe_memorygraph.experts.tallies import tally_sentence
from moe_memorygraph.experts.values import Evidence, Question, Tally
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import DocumentHit, Fact, Pattern, TicketHit, TurnHit
from moe_memorygraph.words import label_stems, stem, stems

__all__ = [
    "best_first",
    "document_evidence",
    "fact_evidence",
    "pattern_evidence",
    "tally_evidence",
    "ticket_evidence",
    "turn_evidence",
    "wanted_stems",
]

DOCUMENT_QUOTE = 640  # characters: a rule is read with its conditions, and most sections are shorter than this


def best_first(evidence: Evidence) -> tuple[float, str]:
    """Sorts by score, the best first; ties by URI."""
    return (-evidence.score, evidence.uri)


def wanted_stems(question: Question, *more: str) -> set[str]:
    """Stems that a good quote holds: the question's keywords, its categories, and any the expert adds."""
    wanted = set(map(stem, question.keywords))
    wanted.update(*map(label_stems, (*question.categories, *more)))
    return wanted.union(*(stems(other) for _, other in other_forms(question.text)))


def ticket_evidence(
    hit: TicketHit, *, expert: str, wanted: set[str], score: float | None = None, customer_voice: bool = False
) -> Evidence:
    """A ticket's passage; with `customer_voice` the quote is the customer's even where our reply was found."""
    ticket = hit.ticket
    said_by_us = hit.text not in ticket.body
    text = ticket.body if customer_voice and said_by_us else hit.text
    quote = best_quote(text, wanted)
    if not said_by_us and is_courtesy(quote):  # the passage is a greeting: the ticket around it says something
        quote = best_quote(ticket.body, wanted)
    return Evidence(
        expert=expert,
        plane="vector",
        uri=memory_uri("tickets", ticket.ticket_id),
        title=ticket.subject or f"Ticket {ticket.ticket_id}",
        quote=quote,
        score=hit.score if score is None else score,
        source="reply to a ticket" if said_by_us and not customer_voice else "ticket",
        observed_at=ticket.created_at,
        customer_id=ticket.customer_id,
        payload=hit,
    )


def fact_evidence(fact: Fact, *, expert: str, score: float, supports: str = "") -> Evidence:
    """A fact: one that a ticket told is cited by the ticket, whose own sentence it is."""
    if fact.ticket_id is not None:
        return Evidence(
            expert=expert,
            plane="semantic",
            uri=memory_uri("tickets", fact.ticket_id),
            title=f"Ticket {fact.ticket_id}: {fact.predicate.replace('_', ' ')}",
            quote=fact.statement,
            score=score,
            source="ticket",
            observed_at=fact.valid_from,
            customer_id=fact.customer_id,
            supports=supports,
            payload=fact,
        )
    return Evidence(
        expert=expert,
        plane="semantic",
        uri=memory_uri("facts", fact.fact_id),
        title=f"Fact: {fact.subject}, {fact.predicate.replace('_', ' ')}",
        quote=fact.statement,
        score=score,
        source=fact.source,
        observed_at=fact.valid_from or fact.recorded_at,
        customer_id=fact.customer_id,
        supports=supports,
        payload=fact,
    )


def pattern_evidence(pattern: Pattern, *, expert: str, score: float) -> Evidence:
    return Evidence(
        expert=expert,
        plane="ltm",
        uri=memory_uri("patterns", pattern.pattern_id),
        title=f"Pattern: {pattern.topic or pattern.kind}",
        quote=pattern.statement,
        score=score,
        source="distilled from tickets",
        observed_at=pattern.period_start,
        customer_id=pattern.customer_id,
        payload=pattern,
    )


def document_evidence(hit: DocumentHit, *, expert: str, wanted: Iterable[str]) -> Evidence:
    heading = hit.heading.removeprefix(f"{hit.title} > ")  # a heading is given with those above it
    return Evidence(
        expert=expert,
        plane="knowledge",
        uri=memory_uri("documents", hit.document_id),
        title=f"{hit.title}: {heading}" if heading and heading != hit.title else hit.title,
        quote=best_quote(hit.text, set(wanted), longest=DOCUMENT_QUOTE),
        score=hit.score,
        source=hit.path,
        observed_at=hit.updated_at,
        payload=hit,
    )


def turn_evidence(hit: TurnHit, *, expert: str, wanted: Iterable[str]) -> Evidence:
    return Evidence(
        expert=expert,
        plane="stm",
        uri=memory_uri("sessions", hit.turn.session_id),
        title=f"Session turn by {hit.turn.role}",
        quote=best_quote(hit.turn.text, set(wanted)),
        score=hit.score,
        source=f"session ({hit.turn.role})",
        observed_at=hit.turn.created_at,
        payload=hit,
    )


def tally_evidence(tally: Tally, *, expert: str, question: Question, score: float) -> Evidence:
    """A count of this run: it is cited by the run's own resource, which holds the sentence."""
    return Evidence(
        expert=expert,
        plane="vector" if tally.noun == "ticket" else "semantic",
        uri=memory_uri("runs", question.run_id),
        title="Counted by this run",
        quote=tally_sentence(tally),
        score=score,
        source="counted in the database",
        observed_at=question.asked_at,
        customer_id=tally.filters.customer_ids[0] if len(tally.filters.customer_ids) == 1 else None,
        payload=tally,
    )
