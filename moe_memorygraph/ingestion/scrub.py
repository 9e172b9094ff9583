"""Typed rows to values that may be stored: every free text redacted as the tenant asks. Blocks; called in a worker thread."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

import anyio.to_thread

from moe_memorygraph.compliance import NAMES, Entity, KeptNames, RawText, Redaction, Redactor, Replaced
from moe_memorygraph.ingestion.rows import CustomerRow, DocumentRow, FactRow, TicketRow
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Customer, Document, Fact, Message, Ticket, fact_statement
from moe_memorygraph.vault import Privacy

__all__ = ["Scrubber", "free_texts"]

T = TypeVar("T")

MAX_LABELS = 10_000
"""Distinct labels remembered; labels repeat, so most are looked at once."""


@dataclass(slots=True)
class Scrubber:
    """Replaces personal data in rows; one per load. Not for several threads at once."""

    redactor: Redactor
    hash_key: bytes
    privacy: Privacy = field(default_factory=Privacy)
    """What the tenant asks of redaction."""
    is_customer: Callable[[str], bool] | None = None
    """Tells the names of the tenant's own customers."""
    _labels: dict[str, Redaction] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _found: dict[str, tuple[Entity, ...]] = field(default_factory=dict)
    """What was found in the texts of a batch that may have to be written twice, or in which names were looked for."""

    def read_ahead(self, texts: Iterable[RawText], *, customers: Iterable[Customer]) -> None:
        """Look for names in these texts, all at once, before they are written.

        Only for a tenant whose rules say what is made of names; where it keeps its customers', they are none.
        """
        if not self.looks_for_names:
            return
        keeps = self.privacy.policies.keep_customers
        kept = KeptNames(name for one in customers for name in (one.name, *one.aliases)) if keeps else None
        new = list({text: None for text in texts if text not in self._found})
        found = self.redactor.find_many(new, names=self.privacy.policies.replaced_names, kept=kept)
        self._found.update(zip(new, found, strict=True))

    @property
    def looks_for_names(self) -> bool:
        return self.redactor.names is not None and bool(self.privacy.policies.replaced_names)

    async def settled(self, make: Callable[[], T], numbering: Callable[[], Awaitable[bool]]) -> T:
        """What `make` makes of rows in a worker thread, again where values had to be numbered for it.

        `numbering` learns the numbers of the values that `make` met, and says whether there were any.
        """
        made = await anyio.to_thread.run_sync(make)
        if await numbering():
            self._labels.clear()
            made = await anyio.to_thread.run_sync(make)
        self._found.clear()
        return made

    def ticket(self, row: TicketRow, *, customer_id: str, content_hash: bytes) -> Ticket:
        """The ticket of a row, without passages."""
        texts = _Texts(self)
        return Ticket(
            ticket_id=row.ticket_id,
            customer_id=customer_id,
            created_at=row.created_at,
            body=texts.text("body", row.body),
            subject=texts.text("subject", row.subject),
            category=texts.label("category", row.category),
            intent=texts.label("intent", row.intent),
            channel=texts.label("channel", row.channel),
            status=texts.label("status", row.status),
            priority=texts.label("priority", row.priority),
            csat=row.csat,
            resolved_at=row.resolved_at,
            response=None if row.response is None else texts.text("response", row.response),
            author=texts.label("author", row.author),
            thread_id=row.thread_id,
            messages=tuple(
                Message(
                    author=texts.label(f"messages[{place}].author", message.author) or "",
                    role=texts.label(f"messages[{place}].role", message.role) or "",
                    at=message.at,
                    text=texts.text(f"messages[{place}].text", message.text),
                )
                for place, message in enumerate(row.messages)
            ),
            attributes=texts.attributes(row.attributes),
            pii_types=texts.found,
            content_hash=content_hash,
            originals=self.privacy.seal("ticket", row.ticket_id, texts.replaced),
        )

    def customer(self, row: CustomerRow, *, content_hash: bytes) -> Customer:
        """The customer of a row; its names stay: they are not personal data."""
        texts = _Texts(self)
        return Customer(
            customer_id=row.customer_id,
            name=row.name,
            aliases=row.aliases,
            tier=texts.label("tier", row.tier),
            industry=texts.label("industry", row.industry),
            region=texts.label("region", row.region),
            arr=row.arr,
            status=texts.label("status", row.status),
            since=row.since,
            churned_at=row.churned_at,
            churn_reason=None if row.churn_reason is None else texts.text("churn_reason", row.churn_reason),
            attributes=texts.attributes(row.attributes),
            content_hash=content_hash,
            originals=self.privacy.seal("customer", row.customer_id, texts.replaced),
        )

    def fact(self, row: FactRow, *, customer: Customer | None, recorded_at: datetime) -> Fact:
        """The fact of a row, about the customer where its subject names one."""
        texts = _Texts(self)
        fact_id = uuid7()
        subject = texts.text("subject", RawText(row.subject)) if customer is None else customer.name
        predicate = "_".join(row.predicate.lower().split())
        value = texts.text("object", row.object)
        return Fact(
            fact_id=fact_id,
            subject=subject if customer is None else customer.customer_id,
            predicate=predicate,
            object=value,
            statement=fact_statement(subject=subject, predicate=predicate, value=value),
            customer_id=None if customer is None else customer.customer_id,
            confidence=row.confidence,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            recorded_at=recorded_at,
            source=texts.label("source", row.source) or "import",
            tier=row.writer_tier,
            originals=self.privacy.seal("fact", str(fact_id), texts.replaced),
        )

    def document(self, row: DocumentRow, *, content_hash: bytes) -> Document:
        """The document of a file, without passages."""
        texts = _Texts(self)
        return Document(
            document_id=row.document_id,
            path=texts.text("path", RawText(row.path)),
            title=texts.text("title", row.title),
            text=texts.text("text", row.text),
            content_hash=content_hash,
            originals=self.privacy.seal("document", row.document_id, texts.replaced),
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

    def redaction(self, text: RawText, found: tuple[Entity, ...] | None = None) -> Redaction:
        """The text as the tenant's rules write it; where it keeps the names of its own customers, they are not found.

        `found`: what the redactor found in it, where it was asked before.
        """
        known = self._found.get(text)
        if known is None:
            known = self.redactor.find(text) if found is None else found
            if self.is_customer is not None and self.privacy.policies.keep_customers:
                known = tuple(_without_customers(text, known, self.is_customer))
            if self.privacy.numbers_values:
                self._found[text] = known
        return self.redactor.rewrite(text, self.privacy.write, entities=known)

    def label(self, label: str) -> Redaction:
        known = self._labels.get(label)
        return known or _remember(self._labels, label, self.redaction(RawText(label)))


def free_texts(row: TicketRow) -> tuple[RawText, ...]:
    """What people wrote in a ticket; labels and attributes are fields, which a model of running text cannot tell."""
    texts = (row.subject, row.body, row.response, *(message.text for message in row.messages))
    return tuple(text for text in texts if text)


def _without_customers(text: str, found: tuple[Entity, ...], is_customer: Callable[[str], bool]) -> Iterator[Entity]:
    for entity in found:
        if entity.type not in NAMES or not is_customer(text[entity.start : entity.end]):
            yield entity


def _remember(cache: dict[str, T], key: str, value: T) -> T:
    if len(cache) >= MAX_LABELS:
        cache.clear()
    cache[key] = value
    return value


class _Texts:
    """The texts of one row, the types of personal data found in any of them, and what was replaced in which."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._found: set[str] = set()
        self.replaced: list[tuple[str, Replaced]] = []

    @property
    def found(self) -> tuple[str, ...]:
        return tuple(sorted(self._found))

    def text(self, part: str, text: RawText) -> str:
        return self._taken(part, self._scrubber.redaction(text))

    def label(self, part: str, label: str | None) -> str | None:
        return None if label is None else self._taken(part, self._scrubber.label(label))

    def attributes(self, attributes: Mapping[str, RawText]) -> dict[str, str]:
        return {name: self.label(name, value) or "" for name, value in attributes.items()}

    def _taken(self, part: str, redaction: Redaction) -> str:
        if redaction.entities:
            self._found |= {entity.type for entity in redaction.entities}
            self.replaced += [(part, one) for one in redaction.replaced]
        return redaction.text
