"""Questions, evidence and drafts to judge."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.experts import Claim, Draft, Evidence, Question, Tally
from moe_memorygraph.experts.evidence import document_evidence, fact_evidence, tally_evidence, ticket_evidence
from moe_memorygraph.memory.values import Customer, DocumentHit, Fact, Ticket, TicketFilter, TicketHit, fact_statement

NOW = datetime(2026, 1, 15, tzinfo=UTC)
ACME = Customer(customer_id="acme", name="Acme Corp")


def question(text: str, **changes: Any) -> Question:
    return Question(run_id=UUID(int=7), text=text, asked_at=NOW, **{"kind": "what_is", **changes})


def fact(predicate: str, value: str, *, number: int = 1, **changes: Any) -> Evidence:
    made = Fact(
        fact_id=UUID(int=number),
        subject="Acme Corp",
        customer_id="acme",
        predicate=predicate,
        object=value,
        statement=fact_statement(subject="Acme Corp", predicate=predicate, value=value),
        **{"source": "crm", **changes},
    )
    return fact_evidence(made, expert="SemanticQuery", score=0.9)


def ticket(body: str, *, name: str = "T-1", similarity: float = 0.6, score: float = 0.7, **changes: Any) -> Evidence:
    hit = TicketHit(
        ticket=Ticket(ticket_id=name, customer_id="acme", body=body, **{"created_at": NOW, **changes}),
        part=0,
        text=body,
        similarity=similarity,
        lexical=0.5,
        score=score,
    )
    return ticket_evidence(hit, expert="VectorRetrieve", wanted=set())


def document(text: str, *, name: str = "rules", similarity: float = 0.6, score: float = 0.7) -> Evidence:
    hit = DocumentHit(
        document_id=name,
        title="Rules",
        path=f"{name}.md",
        updated_at=NOW,
        part=0,
        heading="",
        text=text,
        similarity=similarity,
        lexical=0.5,
        score=score,
    )
    return document_evidence(hit, expert="KnowledgeRetrieve", wanted=set())


def count(total: int, asked: Question, what: str = "", **filters: Any) -> Evidence:
    tally = Tally(what=what, filters=TicketFilter(**filters), total=total)
    return tally_evidence(tally, expert="VectorRetrieve", question=asked, score=0.9)


def citing(*places: int) -> Draft:
    return Draft(claims=tuple(Claim(text=f"Claim {place}.", cites=(place,)) for place in places))
