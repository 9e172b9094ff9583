"""Typed rows to values that may be stored: every free text redacted. Blocks; called in a worker thread."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from moe_memorygraph.compliance import RawText, Redactor
from moe_memorygraph.ingestion.rows import CustomerRow, FactRow, TicketRow
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Customer, Fact, Message, Ticket, fact_statement

__all__ = ["Scrubber"]

T = TypeVar("T")

MAX_LABELS = 10_000
"""Distinct labels remembered; labels repeat, so most are looked at once."""


@dataclass(slots=True)
class Scrubber:
    """Replaces personal data in rows; one per load. Not for several threads at once."""

    redactor: Redactor
    hash_key: bytes
    _labels: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def ticket(self, row: TicketRow, *, customer_id: str, content_hash: bytes) -> Ticket:
        """The ticket of a row, without passages."""
        texts = _Texts(self)
        return Ticket(
            ticket_id=row.ticket_id,
            customer_id=customer_id,
            created_at=row.created_at,
            body=texts.text(row.body),
            subject=texts.text(row.subject),
            category=texts.label(row.category),
            intent=texts.label(row.intent),
            channel=texts.label(row.channel),
            status=texts.label(row.status),
            priority=texts.label(row.priority),
            csat=row.csat,
            resolved_at=row.resolved_at,
            response=None if row.response is None else texts.text(row.response),
            author=texts.label(row.author),
            thread_id=row.thread_id,
            messages=tuple(
                Message(
                    author=texts.label(message.author) or "",
                    role=texts.label(message.role) or "",
                    at=message.at,
                    text=texts.text(message.text),
                )
                for message in row.messages
            ),
            attributes=texts.attributes(row.attributes),
            pii_types=texts.found,
            content_hash=content_hash,
        )

    def customer(self, row: CustomerRow, *, content_hash: bytes) -> Customer:
        """The customer of a row; its names stay: they are not personal data."""
        texts = _Texts(self)
        return Customer(
            customer_id=row.customer_id,
            name=row.name,
            aliases=row.aliases,
            tier=texts.label(row.tier),
            industry=texts.label(row.industry),
            region=texts.label(row.region),
            arr=row.arr,
            status=texts.label(row.status),
            since=row.since,
            churned_at=row.churned_at,
            churn_reason=None if row.churn_reason is None else texts.text(row.churn_reason),
            attributes=texts.attributes(row.attributes),
            content_hash=content_hash,
        )

    def fact(self, row: FactRow, *, customer: Customer | None, recorded_at: datetime) -> Fact:
        """The fact of a row, about the customer where its subject names one."""
        texts = _Texts(self)
        subject = texts.text(RawText(row.subject)) if customer is None else customer.name
        predicate = "_".join(row.predicate.lower().split())
        value = texts.text(row.object)
        return Fact(
            fact_id=uuid7(),
            subject=subject if customer is None else customer.customer_id,
            predicate=predicate,
            object=value,
            statement=fact_statement(subject=subject, predicate=predicate, value=value),
            customer_id=None if customer is None else customer.customer_id,
            confidence=row.confidence,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            recorded_at=recorded_at,
            source=texts.label(row.source) or "import",
        )

    def name(self, name: str) -> str:
        """What a customer without an account is called: its name, with a hash in place of an address or a number.

        Hashed, not replaced, so that two people stay two customers.
        """
        known = self._names.get(name)
        if known is None:
            redaction = self.redactor.redact(RawText(name), policy="hash", hash_key=self.hash_key)
            known = _remember(self._names, name, str(redaction.text))
        return known

    def text(self, text: RawText) -> tuple[str, frozenset[str]]:
        redaction = self.redactor.redact(text)
        return redaction.text, frozenset(entity.type for entity in redaction.entities)

    def label(self, label: str) -> tuple[str, frozenset[str]]:
        known = self._labels.get(label)
        return known or _remember(self._labels, label, self.text(RawText(label)))


def _remember(cache: dict[str, T], key: str, value: T) -> T:
    if len(cache) >= MAX_LABELS:
        cache.clear()
    cache[key] = value
    return value


class _Texts:
    """The texts of one row, and the types of personal data found in any of them."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._found: set[str] = set()

    @property
    def found(self) -> tuple[str, ...]:
        return tuple(sorted(self._found))

    def text(self, text: RawText) -> str:
        clean, types = self._scrubber.text(text)
        self._found |= types
        return clean

    def label(self, label: str | None) -> str | None:
        if label is None:
            return None
        clean, types = self._scrubber.label(label)
        self._found |= types
        return clean

    def attributes(self, attributes: Mapping[str, RawText]) -> dict[str, str]:
        return {name: self.label(value) or "" for name, value in attributes.items()}
