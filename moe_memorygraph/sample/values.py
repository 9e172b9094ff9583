"""What the sample corpus is made of: accounts, tickets, facts, and the truth that was planted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

__all__ = [
    "CUSTOMER_COLUMNS",
    "FACT_COLUMNS",
    "STORY_ENDS",
    "STORY_STARTS",
    "TENANT_NAME",
    "TICKET_COLUMNS",
    "TODAY",
    "Account",
    "Fact",
    "Quarter",
    "Sample",
    "SampleSummary",
    "Span",
    "Ticket",
    "quarter_of",
    "quarters",
]

TENANT_NAME = "Northstar Cloud"
STORY_STARTS = date(2023, 1, 1)
STORY_ENDS = date(2025, 12, 31)
TODAY = date(2026, 1, 15)

CUSTOMER_COLUMNS = (
    "customer_id",
    "name",
    "aliases",
    "tier",
    "industry",
    "region",
    "arr",
    "status",
    "since",
    "churned_at",
    "churn_reason",
)
TICKET_COLUMNS = (
    "ticket_id",
    "customer",
    "created_at",
    "body",
    "subject",
    "category",
    "intent",
    "channel",
    "status",
    "priority",
    "csat",
    "resolved_at",
    "response",
    "author",
    "thread_id",
)
FACT_COLUMNS = ("subject", "predicate", "object", "confidence", "valid_from", "valid_to", "source")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Quarter:
    """A calendar quarter, written like "2025Q4"."""

    year: int
    number: int  # 1..4

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def next(self) -> "Quarter":
        return (
            Quarter(year=self.year + 1, number=1)
            if self.number == 4
            else Quarter(year=self.year, number=self.number + 1)
        )


def quarter_of(day: date) -> Quarter:
    return Quarter(year=day.year, number=(day.month + 2) // 3)


def quarters() -> tuple[Quarter, ...]:
    """The twelve quarters of the story, in order."""
    return tuple(Quarter(year=year, number=number) for year in (2023, 2024, 2025) for number in (1, 2, 3, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A customer of the tenant, and what its people are like when they write."""

    customer_id: str
    name: str
    aliases: tuple[str, ...]
    tier: str
    industry: str
    region: str
    arr: int  # US dollars a year
    status: str
    since: date
    churned_at: date | None = None
    churn_reason: str = ""
    # How they write and what they write about; never exported as columns.
    voices: tuple[str, ...] = ("plain",)
    projects: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    stack: Mapping[str, str] = field(default_factory=dict)  # idp, erp, crm, chat
    weight: float = 1.0  # relative number of tickets

    def row(self) -> dict[str, str]:
        return {
            "customer_id": self.customer_id,
            "name": self.name,
            "aliases": ";".join(self.aliases),
            "tier": self.tier,
            "industry": self.industry,
            "region": self.region,
            "arr": str(self.arr),
            "status": self.status,
            "since": self.since.isoformat(),
            "churned_at": self.churned_at.isoformat() if self.churned_at else "",
            "churn_reason": self.churn_reason,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One row of facts.csv. Times are days; an open end is None."""

    subject: str
    predicate: str
    object: str
    confidence: float
    valid_from: date | None
    valid_to: date | None
    source: str

    def row(self) -> dict[str, str]:
        return {
            "subject": self.subject,
            "predicate": self.predicate,
            "object": self.object,
            "confidence": f"{self.confidence:g}",
            "valid_from": self.valid_from.isoformat() if self.valid_from else "",
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "source": self.source,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Personal data planted in a ticket's body; offsets count code points."""

    kind: str  # Presidio's name of the entity
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One row of tickets.jsonl, with what only the truth file tells about it."""

    ticket_id: str
    customer_id: str
    customer: str  # as the row writes it: id, name or alias
    created_at: datetime
    body: str
    subject: str
    category: str
    intent: str
    channel: str
    status: str
    priority: str
    author: str
    csat: int | None = None
    resolved_at: datetime | None = None
    response: str = ""
    thread_id: str = ""
    topic: str = ""
    story: str = ""  # key of the hand-written ticket, empty for the others
    spans: tuple[Span, ...] = ()

    def row(self) -> dict[str, str | int]:
        """The filled columns only, in the contract's order."""
        values: dict[str, str | int | None] = {
            "ticket_id": self.ticket_id,
            "customer": self.customer,
            "created_at": _stamp(self.created_at),
            "body": self.body,
            "subject": self.subject,
            "category": self.category,
            "intent": self.intent,
            "channel": self.channel,
            "status": self.status,
            "priority": self.priority,
            "csat": self.csat,
            "resolved_at": _stamp(self.resolved_at) if self.resolved_at else None,
            "response": self.response,
            "author": self.author,
            "thread_id": self.thread_id,
        }
        return {name: value for name, value in values.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The whole corpus as values. `documents` maps a file name to its markdown."""

    seed: int
    customers: Sequence[Account]
    tickets: Sequence[Ticket]  # by time
    facts: Sequence[Fact]
    documents: Mapping[str, str]
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSummary:
    """What `write_sample` wrote, and where."""

    folder: Path
    customers: int
    tickets: int
    facts: int
    documents: int
    questions: int


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
