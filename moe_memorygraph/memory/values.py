"""The values that every memory plane speaks in. No I/O, no driver.

Times are aware and in UTC. Text in a value has been cleaned: personal data replaced, nothing that PostgreSQL
cannot hold. Scores say their range where they stand.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, NewType
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.trust import Origin, Tier

__all__ = [
    "LONGEST_NAME",
    "PLANES",
    "SERVER_KEY",
    "SETTLED",
    "ApiKey",
    "AuditEntry",
    "AuditSeal",
    "Customer",
    "CustomerFigures",
    "DataKey",
    "DataSpan",
    "Document",
    "DocumentHit",
    "DocumentPassage",
    "Fact",
    "FactFilter",
    "FactHit",
    "FactNames",
    "Forgotten",
    "GroupCount",
    "GroupCounts",
    "GroupField",
    "Held",
    "HeldKind",
    "HeldState",
    "IndexNeed",
    "IndexProgress",
    "ItemKind",
    "Job",
    "JobState",
    "KeptPlane",
    "Message",
    "OutboxTask",
    "OwnTopic",
    "PassageField",
    "Pattern",
    "PatternFilter",
    "PatternHit",
    "Plane",
    "PlaneStatus",
    "PlanesPreview",
    "PreviewRequest",
    "PrivacyRules",
    "Purged",
    "RunRecord",
    "SealedOriginals",
    "Tenant",
    "TenantId",
    "Ticket",
    "TicketFilter",
    "TicketHit",
    "TicketMeasures",
    "TicketPassage",
    "ToldFilter",
    "ToldTopic",
    "Turn",
    "TurnHit",
    "UntoldTicket",
    "Vector",
    "WriteCounts",
    "fact_statement",
    "kept_since",
    "tenant_id_of",
]

Plane = Literal["stm", "ltm", "semantic", "vector", "knowledge"]
PLANES: tuple[Plane, ...] = ("stm", "ltm", "semantic", "vector", "knowledge")

KeptPlane = Literal["stm", "ltm", "semantic", "vector", "knowledge", "runs"]
"""What a tenant may say how long to keep: the planes, and its questions with their answers and finished work."""

Vector = NDArray[np.float32]
"""Shape (dim,), float32, unit length (L2)."""

TenantId = NewType("TenantId", UUID)

_TENANT_SPACE = UUID("5d1c7d5e-6a0e-5c1b-9a55-3f0e6f0b8a11")
_TENANT_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


SERVER_KEY = "memorygraph.server"
"""The key of a tenant that is nobody's: what is audited of the server itself hangs on it."""


def tenant_id_of(key: str) -> TenantId:
    """The id of the tenant with this key: a version 5 UUID of the key.

    Derived, not looked up, so that nothing has to read the list of tenants before a tenant is bound.
    Raises `InvalidArgument` for a key that is not 1 to 63 of a-z, 0-9, '.', '_', '-', starting with a letter or digit.
    """
    if not _TENANT_KEY.fullmatch(key):
        raise InvalidArgument(
            "A tenant's key has 1 to 63 characters of a-z, 0-9, '.', '_' and '-', and starts with a letter or digit.",
            "Give another key.",
        )
    return TenantId(uuid5(_TENANT_SPACE, key))


def kept_since(now: datetime, days: int) -> datetime:
    """The moment before which things kept for so many days are too old: the beginning, in UTC, of that day.

    By whole days, so that what grows too old in a day is removed together, once.
    """
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC) - timedelta(days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """An organisation whose data this is; the embedding model is fixed by its first vector."""

    tenant_id: TenantId
    key: str
    name: str
    embedding_model: str | None = None
    embedding_dim: int | None = None
    created_at: datetime | None = None
    fiscal_year_start: int = 1
    """The calendar month (1..12) in which its fiscal year begins; the year is named by the one in which it ends."""
    source_trust: Mapping[str, float] = field(default_factory=dict)
    """Source of facts, in lower case, to how far it is trusted, 0..1; one that is not named is trusted fully. Beside
    sources: `tier:agent` and `tier:text` (`memory.trust`), and `key:ID` of keys that write for a system of record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What is kept of a caller's API key: never the key itself."""

    key_id: UUID
    name: str
    """For people: whose it is, or what it is for. May be empty."""
    digest: bytes = field(repr=False)
    """HMAC-SHA-256 of the key, 32 bytes."""
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None = None
    """From then on it is refused; None: never."""
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    """To the minute."""

    def __post_init__(self) -> None:
        if len(self.digest) != 32:
            raise ValueError("a digest has 32 bytes")

    def is_good(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataKey:
    """A tenant's key as it is stored: wrapped by a master key that is not in the database."""

    key_id: UUID
    wrapped: bytes = field(repr=False)
    master_id: bytes
    """Which master key wrapped it, 8 bytes."""
    created_at: datetime
    keeps_originals: bool = False
    """Whether the originals of what is redacted go to the vault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRules:
    """What a tenant asks of redaction."""

    policies: Mapping[str, str] = field(default_factory=dict)
    """Type of personal data to policy, where the tenant said one."""
    key: DataKey | None = None


ItemKind = Literal["customer", "document", "fact", "ticket", "turn"]
"""What may have originals in the vault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedOriginals:
    """What stood in one item before it was redacted: all of one type, sealed."""

    entity_type: str
    box: bytes = field(repr=False)


Originals = tuple[SealedOriginals, ...] | None
"""What is kept of an item from the vault on: stored with it and gone with it. None: what is kept stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """An account of the tenant."""

    customer_id: str
    name: str
    aliases: tuple[str, ...] = ()
    tier: str | None = None
    industry: str | None = None
    region: str | None = None
    arr: float | None = None
    status: str | None = None
    since: date | None = None
    churned_at: date | None = None
    churn_reason: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    content_hash: bytes = b""
    originals: Originals = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation."""

    author: str
    role: str
    at: datetime | None
    text: str


PassageField = Literal["body", "response"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPassage:
    """`text[start:stop]` of the ticket's body or response, in code points; `embedding` is None where only words count."""

    part: int
    field: PassageField
    start: int
    stop: int
    embedding: Vector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A support conversation."""

    ticket_id: str
    customer_id: str
    created_at: datetime
    body: str
    subject: str = ""
    category: str | None = None
    intent: str | None = None
    channel: str | None = None
    status: str | None = None
    priority: str | None = None
    csat: float | None = None
    resolved_at: datetime | None = None
    response: str | None = None
    author: str | None = None
    thread_id: str | None = None
    messages: tuple[Message, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    pii_types: tuple[str, ...] = ()
    """Types of personal data that were replaced in it, sorted, without repeats."""
    content_hash: bytes = b""
    passages: tuple[TicketPassage, ...] = ()
    told: "tuple[Fact, ...]" = ()
    """What its own sentences tell: stored with it, read by `FactMemory.told`, and absent where a ticket is read."""
    told_by: int = 0
    """Version of the patterns that read its sentences, stored with it and absent where it is read; 0: none did."""
    topic_probability: float | None = None
    """How probable the category is where it is ours, 0..1; None where the tenant gave it, and without a category."""
    originals: Originals = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTopic:
    """A topic of a tenant's own, or what a tenant has beside a topic that all begin with, by name."""

    name: str
    label: str | None = None
    """What its tickets get as their category; None: the name."""
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    is_retired: bool = False
    """Never told of a ticket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UntoldTicket:
    """A ticket that has no category of the tenant's: what it says, what it means, and what we told of it."""

    ticket_id: str
    text: str
    """Subject and body."""
    embedding: Vector
    """The mean of its body's passages, not of unit length."""
    category: str | None
    """Ours, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTopic:
    """The category that a ticket gets from us; None: none that is probable enough."""

    ticket_id: str
    category: str | None
    probability: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """Which tickets: all that fit every given field. `since` is inclusive, `until` exclusive."""

    customer_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    channel: str | None = None
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    with_pii: bool = False
    """Only tickets in which personal data was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketHit:
    """A passage of a ticket that fits a query."""

    ticket: Ticket
    """Without passages and content hash."""
    part: int
    text: str
    """The passage, verbatim from the ticket's body or response."""
    similarity: float
    """Cosine of passage and query, -1..1; 0 where either has no embedding."""
    lexical: float
    """Share of the query's lexemes that the passage holds, 0..1; rare ones count for more where they were counted."""
    score: float
    """How well it fits, all in all: 0..1, comparable between queries."""


GroupField = Literal["category", "customer_id", "channel", "status", "priority", "month", "quarter", "pii_type"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCount:
    """How many tickets one group holds, counted by the database; `key` is '' where the field is empty."""

    key: str
    count: int
    sample: tuple[str, ...] = ()
    """Ids of up to five of its tickets, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCounts:
    """The leading groups, how many tickets stand in any group, each counted once, and how many groups have a name."""

    total: int
    groups: tuple[GroupCount, ...]
    named: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMeasures:
    """How many tickets fit, how they were rated (1 to 5), and how many hours they took until they were resolved.

    Means and medians are None where no ticket has the value.
    """

    total: int = 0
    rated: int = 0
    mean_csat: float | None = None
    median_csat: float | None = None
    resolved: int = 0
    mean_hours: float | None = None
    median_hours: float | None = None


SETTLED = ("closed", "resolved", "solved", "done", "completed", "cancelled", "canceled")
"""Statuses of tickets that wait for nobody, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFigures:
    """How one customer's tickets were in a window of time. Counts are of the window but for `earlier`."""

    customer_id: str
    tickets: int
    earlier: int
    """Tickets in the time before the window."""
    rated: int
    csat: float | None
    """Mean of the rated, 1..5; None where none is."""
    ranked: int
    """With a priority, of which `urgent` have a high one."""
    urgent: int
    resolved: int
    hours: float | None
    """Median from creation to resolution; None where none was resolved."""
    with_status: int
    """With a status, of which `unsettled` still wait for somebody."""
    unsettled: int
    warning: int
    """In which the customer told something that warns of a loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSpan:
    """Times of the oldest and the newest ticket of a tenant; None where it has none."""

    oldest: datetime | None
    newest: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing held to be true of a subject, in a time, from a source."""

    fact_id: UUID
    subject: str
    """A customer's id, or any other name."""
    predicate: str
    object: str
    statement: str
    """The fact as one sentence: what is quoted, embedded and searched."""
    customer_id: str | None = None
    confidence: float = 1.0
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    recorded_at: datetime | None = None
    superseded_by: UUID | None = None
    source: str = ""
    ticket_id: str | None = None
    """The ticket that tells it, of a fact that was read from one; its statement is then the ticket's own sentence."""
    quote_start: int | None = None
    """Where that sentence begins in the ticket's body, in code points."""
    quote_stop: int | None = None
    tier: Tier = "record"
    """How far its writer is trusted; the store sets it by who writes."""
    origin_id: UUID | None = None
    """The call or load that wrote it; None where that is not known."""
    retracted_at: datetime | None = None
    """When it was taken back; only `FactMemory.get` gives such a one."""
    embedding: Vector | None = None
    originals: Originals = None

    @property
    def about(self) -> str:
        """Of whom it is: the customer's id, else the subject without case."""
        return self.customer_id or self.subject.casefold()


def fact_statement(*, subject: str, predicate: str, value: str) -> str:
    """The sentence of a fact, for example "Acme Corp: churn reason is price"."""
    return f"{subject}: {predicate.replace('_', ' ')} is {value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFilter:
    """Which facts. `as_of` picks those valid at that time; None: those valid now and not superseded, or, with
    `include_superseded`, all of every time."""

    subjects: tuple[str, ...] = ()
    """Subjects or customer ids; any of them, compared without case."""
    predicates: tuple[str, ...] = ()
    as_of: datetime | None = None
    include_superseded: bool = False
    known_at: datetime | None = None
    """As it was known at that time: what was recorded later is not there, and what was superseded later was open. The
    time at which the facts are to hold is then `as_of`, or the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFilter:
    """Which facts that tickets told: all that fit every given field. `since` is inclusive, `until` exclusive; both are
    of the time from which a fact holds."""

    customer_ids: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


LONGEST_NAME = 60  # characters: a longer value is a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class FactNames:
    """What facts are about, and what they say in few words."""

    subjects: tuple[str, ...] = ()
    """Those that are no customers."""
    values: tuple[tuple[str, str], ...] = ()
    """(predicate, object), each once; objects of at most `LONGEST_NAME` characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactHit:
    fact: Fact
    similarity: float
    lexical: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A count in a period against its baseline, with its interval and the tickets behind it."""

    pattern_id: UUID
    kind: str
    statement: str
    customer_id: str | None
    topic: str | None
    period_start: datetime
    period_end: datetime
    baseline_start: datetime
    baseline_end: datetime
    count: int
    baseline_count: int
    change_pct: float | None
    rate_ratio: float | None
    ci_low: float | None
    ci_high: float | None
    q_value: float | None
    confidence: float
    evidence: tuple[str, ...] = ()
    """Ids of tickets, newest first."""
    tier: str | None = None
    """Of the customers it is about."""
    channel: str | None = None
    product: str | None = None
    weight: float | None = None
    """How much it says about now, 0..1: its confidence, less with age."""
    expires_at: datetime | None = None
    """From when on it is not mined any more, reckoned by the time of the newest ticket."""
    mined_at: datetime | None = None
    """When it was tested last."""
    embedding: Vector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternFilter:
    """Which patterns. A time range picks those whose period overlaps it."""

    customer_ids: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    tier: str | None = None
    channel: str | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternHit:
    pattern: Pattern
    similarity: float
    lexical: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPassage:
    part: int
    heading: str
    start: int
    stop: int
    embedding: Vector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    document_id: str
    path: str
    title: str
    text: str
    content_hash: bytes = b""
    updated_at: datetime | None = None
    passages: tuple[DocumentPassage, ...] = ()
    originals: Originals = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHit:
    document_id: str
    title: str
    path: str
    updated_at: datetime | None
    part: int
    heading: str
    text: str
    similarity: float
    lexical: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a session. It is never read once `expires_at` has passed."""

    turn_id: UUID
    session_id: str
    role: str
    text: str
    created_at: datetime
    expires_at: datetime
    embedding: Vector | None = None
    originals: Originals = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnHit:
    turn: Turn
    similarity: float
    lexical: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRequest:
    """What one question makes every plane look up, in one round trip."""

    text: str
    customer_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    session_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    words: tuple[str, ...] = ()
    """Words to tell how common they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanesPreview:
    """What each plane has for one question: counts only, no text.

    Of patterns, tickets and passages a thousand stand for more: nobody asks how many more, and counting costs what there is.
    """

    stm_turns: int = 0
    """Live turns of the session."""
    ltm_patterns: int = 0
    """Patterns for the named customers (all, where none is named) whose period overlaps the range."""
    semantic_facts: int = 0
    """Facts about the named customers."""
    semantic_predicate_facts: int = 0
    """Of these, with a predicate that the question asks for."""
    vector_tickets: int = 0
    """Tickets of the named customers (all, where none is named) in the range."""
    vector_category_tickets: int = 0
    """Of these, in a named category."""
    knowledge_passages: int = 0
    knowledge_matches: int = 0
    """Passages that hold at least two of the question's lexemes, at most 50 counted."""
    word_shares: tuple[float, ...] = ()
    """Of each word asked about, in their order, the share of passages that hold it, 0..1, in the plane that speaks of it
    most; 0 where at most one passage anywhere does, 1 for a stop word. Estimated; () where words were never counted."""
    revisions: Mapping[str, int] = field(default_factory=dict)
    """Plane (or 'customers') to its count of changes; a cache older than this is stale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneStatus:
    plane: Plane
    items: int
    vectors: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexNeed:
    """How a tenant's own indexes stand, and what should be done about them."""

    step: Literal["build", "drop"] | None = None
    """None: all is as it should be."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Names of those that a large tenant of this kind has and this one lacks; of each what builds it, for an
    administrator to run by hand."""
    present: tuple[str, ...] = ()
    """Names of those that are there, whole or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexProgress:
    """How far the building of an index has come."""

    phase: str
    """As the database names it."""
    done: int
    total: int
    """Rows or blocks; 0 where the phase has none to count."""


HeldKind = Literal["fact", "turn", "document"]
HeldState = Literal["held", "released", "discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A write that gives orders to whoever reads it: no expert sees it before an administrator released it."""

    review_id: UUID
    kind: HeldKind
    item_key: str
    """What it is about: a subject and predicate, a session, or a document with the digest of its content."""
    signs: tuple[str, ...]
    """Kinds of orders that were found in it."""
    content: Mapping[str, Any]
    """What was to be written, cleaned, in JSON types."""
    origin: Origin
    state: HeldState = "held"
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCounts:
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "WriteCounts") -> "WriteCounts":
        return WriteCounts(
            inserted=self.inserted + other.inserted,
            updated=self.updated + other.updated,
            unchanged=self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was erased with a customer, and what names it still."""

    erased: Mapping[str, int]
    """What was deleted: "customer", "ticket", "fact", "told_fact", "pattern", "session_turn", "run", "outbox", "job",
    "retracted", "quarantine"."""
    naming: Mapping[str, int]
    """What names it still, as it is not its own: others' "ticket" and "document", and the tenant's "topic", "predicate" and
    "key", which administrators worded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was written anew so that nothing erased stands in the database's files."""

    tables: int
    bytes_before: int
    """Of tables with their indexes."""
    bytes_after: int
    left: tuple[str, ...] = ()
    """What could not be purged, for want of rights or by the server's settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One pass of the workflow, as it is stored before its answer leaves."""

    run_id: UUID
    tool: str
    question: str
    created_at: datetime
    answer: str
    confidence: float | None
    abstained: bool
    envelope: Mapping[str, Any]
    """The whole answer as the client got it."""
    decision: Mapping[str, Any]
    """The gate's decision with every number that made it."""
    computed: tuple[str, ...] = ()
    """Sentences with numbers that this run counted itself; they are cited by the run's own URI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what, and whether it was let: ids, numbers, names from the program and digests; never anybody's words."""

    entry_id: UUID
    """Of a run's entry, the run's own."""
    at: datetime
    actor: str
    action: str
    """A tool's name; of what is no call of a tool, a name with a dot: `key.create`."""
    outcome: str = "ok"
    """`ok`, or in one word why not."""
    objects: tuple[str, ...] = ()
    """What it was about: `kind:id`, the id a UUID or a keyed digest."""
    counts: Mapping[str, int] = field(default_factory=dict)
    digest: bytes | None = None
    """HMAC-SHA-256 of the content, 32 bytes: of a run, the stored run."""
    mac: bytes = field(repr=False)
    """HMAC-SHA-256 of all of the above, 32 bytes."""
    seal: int | None = None
    """Number of the seal that it stands under, its place there from 1, and the chain up to it; None until it is sealed."""
    place: int | None = None
    link: bytes | None = None

    @property
    def is_run(self) -> bool:
        """Whether it was written with a stored run."""
        return self.digest is not None and "." not in self.action


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSeal:
    """Closes some entries of a tenant's chain and holds on to the seal before."""

    number: int
    """From 1, without gaps."""
    entries: int
    """Under this seal."""
    total: int
    """Under this one and all before."""
    previous: bytes
    """Hash of the seal before; of the first, 32 zero bytes."""
    link: bytes
    """Of its last entry."""
    sealed_at: datetime
    key_id: bytes
    """Tells which secret it was made with, 8 bytes."""
    hash: bytes
    mac: bytes = field(repr=False)


JobState = Literal["queued", "running", "succeeded", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    job_id: UUID
    kind: str
    state: JobState
    detail: Mapping[str, Any]
    error: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxTask:
    """Work that follows a run and survives a crash; `attempts` counts starts."""

    task_id: UUID
    kind: str
    payload: Mapping[str, Any]
    attempts: int = 0
