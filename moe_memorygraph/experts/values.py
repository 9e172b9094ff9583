"""What goes into an expert and what comes out: questions and evidence. Plain values, no I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal, Protocol
from uuid import UUID

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.ranking import Hints
from moe_memorygraph.memory.values import (
    Customer,
    DocumentHit,
    Fact,
    FactHit,
    GroupCount,
    Pattern,
    PatternHit,
    Plane,
    PlanesPreview,
    TicketFilter,
    TicketHit,
    TurnHit,
    Vector,
)

__all__ = [
    "Claim",
    "CustomerState",
    "Direction",
    "Draft",
    "Evidence",
    "EvidenceExpert",
    "Findings",
    "Measure",
    "Measured",
    "Part",
    "Question",
    "QuestionKind",
    "Reckoned",
    "Tally",
    "TallyRole",
    "TicketMeasure",
    "TimeRange",
]

QuestionKind = Literal[
    "why", "what_is", "how_many", "trend", "compare", "list", "similar", "policy", "report", "compliance", "general"
]
TallyRole = Literal["period", "baseline", "peers", "peers_before", "related", "searched", "told", "writers", "all"]
"""What a count is for: the time asked about, the time before it, both over all customers, the topic of what was looked
for, all among which it was, the tickets that tell it in whatever words, the customers that wrote them, or by itself."""
CustomerState = Literal["lost", "at_risk", "active"]
Direction = Literal["up", "down"]
Measure = Literal["total", "average", "median"]
TicketMeasure = Literal["csat", "resolution", "share", "per_customer"]
"""What is reckoned of tickets: their rating, how long they took, their share of all, or how many a customer has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRange:
    """From `since` (inclusive) to `until` (exclusive); `label` is how people say it, for example "Q4 2025"."""

    since: datetime
    until: datetime
    label: str

    def before(self) -> "TimeRange":
        """The range of the same length that ends where this one starts, or all time before where that is shorter."""
        earliest = datetime(1, 1, 1, tzinfo=UTC)
        length = min(self.until - self.since, self.since - earliest)
        return TimeRange(since=self.since - length, until=self.since, label="the period before")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of several questions in one."""

    label: str
    """What it asks for, in words."""
    predicates: tuple[str, ...]
    """Of the facts that it asks for; () where no fact of anybody records that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question, understood. `text` has been cleaned of personal data and of what PostgreSQL cannot hold."""

    run_id: UUID
    text: str
    kind: QuestionKind
    asked_at: datetime
    customers: tuple[Customer, ...] = ()
    """Customers it names, in the order named."""
    customer_names: Mapping[str, str] = field(default_factory=dict)
    """Id to name, for every customer of the tenant: what counts by customer are labelled with."""
    subjects: tuple[str, ...] = ()
    """Subjects of facts that it names and that are no customers ("Idris Voss"), as facts carry them."""
    unknown_names: tuple[str, ...] = ()
    """Names that it treats as customers and that the tenant does not know."""
    time: TimeRange | None = None
    takes_latest: bool = False
    """It names no time, and `time` is the latest complete quarter of the data."""
    baseline: TimeRange | None = None
    """What `time` is compared with, where the question says so or its kind needs one."""
    undated: str = ""
    """An event that bounds the time asked about ("the outage"), where nothing says when it was."""
    as_of: datetime | None = None
    known_at: datetime | None = None
    """It asks for what was known at that time. Where it is set, `as_of` is set too."""
    categories: tuple[str, ...] = ()
    """Ticket categories of this tenant that it names."""
    meant_stems: frozenset[str] = frozenset()
    """Stems of words by which it means those categories without naming them ("invoice" for billing)."""
    predicates: tuple[str, ...] = ()
    """Predicates of facts that it asks for."""
    parts: tuple[Part, ...] = ()
    """What each of several questions in one asks for; () where there is but one."""
    half_lives: Mapping[str, float] = field(default_factory=dict)
    """Predicate to the days after which an open fact of it is believed half as much."""
    source_trust: Mapping[str, float] = field(default_factory=dict)
    """How far the tenant trusts sources and tiers of writers."""
    unexplained: tuple[str, ...] = ()
    """Of a question for a value of somebody named: its content words, as written, that neither the names, times and
    predicates nor the frame of a question explain. Without predicates they are what is asked for and what no fact
    records ("rent" in "what rent does Acme pay"); beside predicates, what the facts may leave open."""
    asks_customers: bool = False
    """Customers are what it asks for: "Which accounts ...?", "Who left us?"."""
    state: CustomerState | None = None
    """The state of the customers that it asks for."""
    of_whom: str = ""
    """The customers to which tickets are narrowed beside those named, in words: "of customers of tier Gold"."""
    of_tickets: TicketMeasure | None = None
    """What is to be reckoned of tickets; `measure` says how."""
    measure: Measure | None = None
    """What it asks for of the amounts that facts of `predicates` hold: "total ARR", "average contract value"."""
    ranks_values: bool = False
    """It asks which value of `predicates` most customers have, or named: "our main competitors"."""
    asks_health: bool = False
    """It asks how one customer fares, in short: "Is Acme happy?"."""
    asks_whether: bool = False
    """It asks if something was said or happened: "Has anyone asked for an API?"."""
    direction: Direction | None = None
    """The way in which it says that things went: "growing fastest", "why did complaints drop"."""
    asks_ranking: bool = False
    """It asks which went that way, not whether all did."""
    asks_unusual: bool = False
    """It asks for what stood out."""
    risks: tuple[str, ...] = ()
    """Keys of the compliance risks that it speaks of."""
    keywords: tuple[str, ...] = ()
    """Its content words without names, times and question words."""
    session_id: str | None = None
    wants_verbatim: bool = False
    """It asks for quotes, examples or exact words."""
    limit: int = 10
    offset: int = 0
    embedding: Vector | None = None
    newest: bool = False
    """It asks for the newest tickets, not for those that are nearest to its words."""
    ticket_filter: TicketFilter | None = None
    """Filters that the caller gave in so many words; they are kept, whatever the text says."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What one tool alone may ask of one expert (for example `include_superseded`)."""

    @property
    def customer_ids(self) -> tuple[str, ...]:
        return tuple(customer.customer_id for customer in self.customers)

    def tickets(self, **changes: Any) -> TicketFilter:
        """The ticket filter that the question implies."""
        given = self.ticket_filter or TicketFilter()
        fields: dict[str, Any] = {
            "customer_ids": given.customer_ids or self.customer_ids,
            "categories": given.categories,
            "channel": given.channel,
            "status": given.status,
            "since": given.since or (self.time.since if self.time else None),
            "until": given.until or (self.time.until if self.time else None) or self.as_of,
        }
        if self.known_at is not None:  # what was written later was not known
            fields["until"] = min(fields["until"] or self.known_at, self.known_at)
        return TicketFilter(**{**fields, **changes})

    def hints(self) -> Hints:
        """What its words prefer among the tickets: a time that was not given in so many words, topics, the latest."""
        given = self.ticket_filter or TicketFilter()
        time = None if given.since or given.until else self.time
        return Hints(
            since=time.since if time else None,
            until=time.until if time else None,
            categories=() if given.categories else self.categories,
            recent=_RECENT.search(self.text) is not None,
        )


_RECENT = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recently|last (?:tickets?|complaints?|messages?|contacts?|conversations?))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What this run measured of a customer's tickets, in words: its health, or one driver of it."""

    sentence: str
    points: float
    """Of a driver what it adds to the score; of the health the score itself."""
    is_driver: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """One figure over the amounts of several customers, or over ratings or times of tickets."""

    measure: Measure
    predicate: str
    figure: Decimal | None
    """None where the amounts have different units: they are not to be added."""
    units: tuple[str, ...]
    """Of the amounts: "USD", "percent", '' of bare numbers."""
    without: int = 0
    """Of those asked about, how many have no amount on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Tickets that the database counted for this run, or customers by their facts."""

    what: str
    """What was counted, as words: "tickets of Acme Corp about billing"."""
    filters: TicketFilter
    total: int
    group_field: str | None = None
    groups: tuple[GroupCount, ...] = ()
    has_more_groups: bool = False
    time: TimeRange | None = None
    role: TallyRole = "all"
    noun: Literal["ticket", "customer"] = "ticket"
    reckoned: Reckoned | None = None
    """What was reckoned of those counted."""
    out_of: int | None = None
    """Tickets of which those counted are a share."""

    @property
    def counts_values(self) -> bool:
        """Whether it counts customers by the values of a predicate."""
        return self.noun == "customer" and self.group_field is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an expert brings: text, score, where from."""

    expert: str
    plane: Plane
    uri: str
    """The resource that holds `quote` verbatim."""
    title: str
    quote: str
    score: float
    """How likely it bears on the question, 0..1, comparable between experts."""
    source: str
    observed_at: datetime | None = None
    customer_id: str | None = None
    supports: str = ""
    """What it is evidence of, where its expert knows: a risk's key, a topic."""
    payload: TicketHit | FactHit | PatternHit | DocumentHit | TurnHit | Tally | Measured | Fact | Pattern | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """All evidence of one expert for one question, best first."""

    evidence: tuple[Evidence, ...] = ()
    more: bool = False
    """There is more than the limit let through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One line of an answer and the evidence it leans on (positions in the evidence given to the synthesizer)."""

    text: str
    cites: tuple[int, ...] = ()
    heading: bool = False
    """A heading says nothing, so it needs no citation; it goes where nothing is left under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    claims: tuple[Claim, ...] = ()
    missing: str = ""
    """What would have to be known to answer better; '' where nothing is missing."""


class EvidenceExpert(Protocol):
    """A named unit that answers from one plane."""

    @property
    def name(self) -> str: ...
    @property
    def plane(self) -> Plane: ...
    @property
    def typical_ms(self) -> float:
        """What one call costs, in milliseconds on a quiet machine: the gate's price."""
        ...

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        """The expert's own guess, 0..1, that it has something to say. No I/O."""
        ...

    async def gather(self, question: Question, memory: TenantMemory) -> Findings: ...
