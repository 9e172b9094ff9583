"""What a generated world is made of: a tenant with customers, tickets, facts and documents, and questions about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

__all__ = [
    "CUSTOMER_COLUMNS",
    "Company",
    "FactRow",
    "Quarter",
    "TicketRow",
    "Turn",
    "World",
    "WorldSize",
    "quarter_of",
]

CUSTOMER_COLUMNS = (
    "customer_id",
    "name",
    "aliases",
    "tier",
    "industry",
    "region",
    "status",
    "since",
    "churned_at",
    "churn_reason",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSize:
    """How large a world is. A world tells all its plots from 22 customers and about 150 tickets on."""

    customers: int = 30
    tickets: int = 900
    """About so many; the plots' own tickets come on top."""
    questions: int | None = None
    """At most so many, the same share of each kind; None: all."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter; `number` is 1 to 4."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    def plus(self, quarters: int) -> "Quarter":
        """The quarter so many later, or earlier where negative."""
        year, index = divmod(self.year * 4 + self.number - 1 + quarters, 4)
        return Quarter(year, index + 1)


def quarter_of(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A customer. Columns that are empty are not written."""

    customer_id: str
    name: str
    aliases: tuple[str, ...]
    tier: str
    industry: str
    region: str
    worth: int  # US dollars a year; told by contracts, with their history, and no column
    status: str
    since: date
    churned_at: date | None = None
    churn_reason: str = ""
    weight: float = 1.0  # relative number of tickets; no column

    def row(self) -> dict[str, str]:
        return {
            "customer_id": self.customer_id,
            "name": self.name,
            "aliases": ";".join(self.aliases),
            "tier": self.tier,
            "industry": self.industry,
            "region": self.region,
            "status": self.status,
            "since": self.since.isoformat(),
            "churned_at": self.churned_at.isoformat() if self.churned_at else "",
            "churn_reason": self.churn_reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    """One row of facts.csv; an open end is None."""

    subject: str
    predicate: str
    object: str
    valid_from: date
    valid_to: date | None = None
    source: str
    confidence: float = 0.95

    def row(self) -> dict[str, str]:
        return {
            "subject": self.subject,
            "predicate": self.predicate,
            "object": self.object,
            "confidence": f"{self.confidence:g}",
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "source": self.source,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    """One row of tickets.jsonl, with what only the truth knows of it."""

    ticket_id: str
    company: Company
    customer: str  # as the row writes it: id, name or alias
    created_at: datetime
    subject: str
    body: str
    category: str
    channel: str
    status: str
    priority: str
    resolved_at: datetime | None = None
    response: str = ""
    topic: str = ""
    plot: str = ""  # of which planted plot it is a part

    def row(self) -> dict[str, str]:
        values = {
            "ticket_id": self.ticket_id,
            "customer": self.customer,
            "created_at": _stamp(self.created_at),
            "subject": self.subject,
            "body": self.body,
            "category": self.category,
            "channel": self.channel,
            "status": self.status,
            "priority": self.priority,
            "resolved_at": _stamp(self.resolved_at) if self.resolved_at else "",
            "response": self.response,
        }
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a session that is stored before the questions are asked."""

    session_id: str
    role: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A tenant, whole. `neighbour` is another tenant of the same database, which must never show."""

    seed: int
    tenant_name: str
    customers: Sequence[Company]
    tickets: Sequence[TicketRow]  # by time
    facts: Sequence[FactRow]
    documents: Mapping[str, str]  # file name to markdown
    turns: Sequence[Turn] = ()
    questions: Sequence[Mapping[str, Any]] = ()  # rows of golden.jsonl
    neighbour: "World | None" = field(default=None, repr=False)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
