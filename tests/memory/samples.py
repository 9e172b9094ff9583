"""Small values for tests of memory: vectors one can reason about, tickets, facts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import numpy as np

from moe_memorygraph.memory.trust import Origin, Tier
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import (
    AuditEntry,
    AuditSeal,
    Document,
    DocumentPassage,
    Fact,
    Pattern,
    Ticket,
    TicketPassage,
    Turn,
    Vector,
    fact_statement,
)

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)

_SPACE = UUID("8f6fb2a4-52c4-4d0a-9f33-5b1f7f2b1c11")


def an_id(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(_SPACE, name)


def unit(*numbers: float, dim: int = 4) -> Vector:
    """A unit vector that points where these coordinates say."""
    vector = np.zeros(dim, dtype=np.float32)
    vector[: len(numbers)] = numbers
    normal: Vector = vector / np.linalg.norm(vector)
    return normal


def ticket(
    ticket_id: str,
    body: str,
    *,
    customer: str = "C-1",
    at: datetime = NOW,
    vector: Vector | None = None,
    **more: Any,
) -> Ticket:
    """A ticket of one passage, unless `passages` say otherwise."""
    passages = more.pop("passages", (TicketPassage(part=0, field="body", start=0, stop=len(body), embedding=vector),))
    return Ticket(ticket_id=ticket_id, customer_id=customer, created_at=at, body=body, passages=passages, **more)


def fact(subject: str, predicate: str, value: str, *, name: str = "", **more: Any) -> Fact:
    """A fact whose id follows from what it says, or from `name`."""
    return Fact(
        fact_id=an_id(name or f"{subject}|{predicate}|{value}|{more.get('source', '')}"),
        subject=subject,
        predicate=predicate,
        object=value,
        statement=more.pop("statement", fact_statement(subject=subject, predicate=predicate, value=value)),
        source=more.pop("source", "crm"),
        **more,
    )


def origin(tier: Tier = "agent", *, at: datetime = NOW, **more: Any) -> Origin:
    """Who writes: an agent with a key, unless `more` says otherwise."""
    values: dict[str, Any] = {"actor": "key:1", "tool": "record_fact", "origin_id": an_id(f"{tier}|{at}|{more}")} | more
    return Origin(tier=tier, written_at=at, **values)


def told(ticket_id: str, predicate: str, value: str, quote: str, *, start: int = 0, **more: Any) -> Fact:
    """A fact that the words `quote` of a ticket tell, from `start` on in its body."""
    values: dict[str, Any] = {"confidence": 0.75, "valid_from": NOW, "customer_id": "C-1"} | more
    return Fact(
        fact_id=an_id(f"{ticket_id}|{predicate}|{value}"),
        subject=values["customer_id"],
        predicate=predicate,
        object=value,
        statement=quote,
        source=memory_uri("tickets", ticket_id),
        ticket_id=ticket_id,
        quote_start=start,
        quote_stop=start + len(quote),
        tier="text",
        **values,
    )


def pattern(name: str, statement: str, **more: Any) -> Pattern:
    """A pattern of the last 30 days against the 30 before."""
    values: dict[str, Any] = {
        "kind": "volume_shift",
        "customer_id": None,
        "topic": None,
        "period_start": NOW - 30 * DAY,
        "period_end": NOW,
        "baseline_start": NOW - 60 * DAY,
        "baseline_end": NOW - 30 * DAY,
        "count": 12,
        "baseline_count": 3,
        "change_pct": 300.0,
        "rate_ratio": 4.0,
        "ci_low": 1.3,
        "ci_high": 12.1,
        "q_value": 0.02,
        "confidence": 0.9,
    }
    return Pattern(pattern_id=an_id(name), statement=statement, **(values | more))


def document(
    document_id: str, *sections: tuple[str, str], vectors: Sequence[Vector | None] = (), **more: Any
) -> Document:
    """A document of (heading, text) sections, one passage each."""
    passages, text = [], ""
    for part, (heading, body) in enumerate(sections):
        start = len(text) + len(heading) + 1
        text += f"{heading}\n{body}\n"
        vector = vectors[part] if part < len(vectors) else None
        passages.append(
            DocumentPassage(part=part, heading=heading, start=start, stop=start + len(body), embedding=vector)
        )
    more = {"path": f"{document_id}.md", "title": document_id.title()} | more
    return Document(document_id=document_id, text=text, passages=tuple(passages), **more)


def turn(name: str, text: str, *, session: str = "S-1", at: datetime = NOW, ttl: timedelta = DAY, **more: Any) -> Turn:
    """A turn that says what its name says, for a day."""
    return Turn(
        turn_id=an_id(name),
        session_id=session,
        role=more.pop("role", "user"),
        text=text,
        created_at=at,
        expires_at=at + ttl,
        **more,
    )


def entry(name: str, **more: Any) -> AuditEntry:
    """An audit entry. Its MAC is none: memory keeps entries and does not judge them."""
    return AuditEntry(
        **{"entry_id": an_id(name), "at": NOW, "actor": "test", "action": "ask", "mac": bytes(32), **more}
    )


def sealing(last: AuditSeal | None, entries: Sequence[AuditEntry]) -> tuple[AuditSeal, list[bytes]]:
    """A seal that counts, and links that number the entries."""
    seal = AuditSeal(
        number=last.number + 1 if last else 1,
        entries=len(entries),
        total=(last.total if last else 0) + len(entries),
        previous=last.hash if last else bytes(32),
        link=bytes([len(entries)] * 32),
        sealed_at=NOW,
        key_id=bytes(8),
        hash=bytes([last.number + 1 if last else 1] * 32),
        mac=bytes(32),
    )
    return seal, [bytes([place] * 32) for place in range(1, len(entries) + 1)]
