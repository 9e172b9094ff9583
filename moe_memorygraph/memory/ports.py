"""What the rest of the program may ask of memory.

Implemented by `memory.postgres` and, for speed in tests, by `memory.fakes`.

A `TenantMemory` is bound to one tenant when it is made: no method takes a tenant, so none can be asked for another's
data. All methods raise `Unavailable` when the database cannot be reached and `DeadlineExceeded` when it is too slow.
Orders are total: ties are broken by id, so the same call gives the same answer.
Values come back without their embeddings. Every write raises `NotFound` where the tenant was never created, `Conflict`
for an embedding of another dimension than the tenant's first, and `InvalidArgument` for what cannot be stored.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from numpy import float32
from numpy.typing import NDArray

from moe_memorygraph.memory.cells import CellRefresh, EvidenceQuery, TicketCells
from moe_memorygraph.memory.predicates import Predicate, PredicateCatalogue
from moe_memorygraph.memory.quotas import LimitName, QuotaAccount, QuotaClaim, QuotaStanding
from moe_memorygraph.memory.ranking import NO_HINTS, Hints
from moe_memorygraph.memory.retraction import RolledBack, Selection
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import (
    ApiKey,
    AuditEntry,
    AuditSeal,
    Customer,
    CustomerFigures,
    DataKey,
    DataSpan,
    Document,
    DocumentHit,
    Fact,
    FactFilter,
    FactHit,
    FactNames,
    Forgotten,
    GroupCount,
    GroupCounts,
    GroupField,
    Held,
    HeldKind,
    HeldState,
    IndexNeed,
    IndexProgress,
    ItemKind,
    Job,
    JobState,
    KeptPlane,
    OutboxTask,
    OwnTopic,
    Pattern,
    PatternFilter,
    PatternHit,
    Plane,
    PlanesPreview,
    PlaneStatus,
    PreviewRequest,
    PrivacyRules,
    Purged,
    RunRecord,
    SealedOriginals,
    Tenant,
    TenantId,
    Ticket,
    TicketFilter,
    TicketHit,
    TicketMeasures,
    ToldFilter,
    ToldTopic,
    Turn,
    TurnHit,
    UntoldTicket,
    Vector,
    WriteCounts,
)

__all__ = [
    "AuditLog",
    "CustomerDirectory",
    "DocumentMemory",
    "FactMemory",
    "JobLog",
    "KeyRing",
    "MemoryStore",
    "MiningMemory",
    "Outbox",
    "PatternMemory",
    "PrivacyMemory",
    "Quarantine",
    "QuotaLedger",
    "RetentionRules",
    "RunLog",
    "Seal",
    "SessionMemory",
    "Sign",
    "TenantMemory",
    "TicketMemory",
    "TopicMemory",
]


class CustomerDirectory(Protocol):
    """The tenant's accounts."""

    async def put_many(self, customers: Sequence[Customer]) -> WriteCounts:
        """Insert or update by id; rows whose content hash is stored already are unchanged."""
        ...

    async def get(self, customer_id: str) -> Customer | None: ...

    async def all(self) -> list[Customer]:
        """Every customer, by id: what the in-memory name cache is made of."""
        ...


class SessionMemory(Protocol):
    """STM: turns of a session with a time to live."""

    async def remember(self, turns: Sequence[Turn]) -> None:
        """Store turns; one whose id is stored already changes nothing."""
        ...

    async def live_turns(self, session_id: str, *, now: datetime, limit: int = 50) -> list[Turn]:
        """The session's newest turns that have not expired, oldest first."""
        ...

    async def search(
        self, session_id: str, *, text: str, embedding: Vector | None, now: datetime, limit: int
    ) -> list[TurnHit]:
        """Live turns of the session, best first."""
        ...

    async def sweep(self, *, now: datetime) -> int:
        """Remove expired turns; how many."""
        ...


class PatternMemory(Protocol):
    """LTM: distilled patterns."""

    async def replace_all(self, patterns: Sequence[Pattern], *, mined_at: datetime) -> WriteCounts:
        """Make these the tenant's patterns. Ids are derived from what a pattern is about, so one found again keeps its id.

        One without an embedding keeps that which is stored for its id.
        """
        ...

    async def embedded(self) -> dict[UUID, str]:
        """The statements of the patterns that have an embedding."""
        ...

    async def get(self, pattern_id: UUID) -> Pattern | None: ...

    async def search(
        self, *, text: str, embedding: Vector | None, filters: PatternFilter, limit: int, offset: int = 0
    ) -> list[PatternHit]: ...

    async def for_scope(self, filters: PatternFilter, *, limit: int) -> list[Pattern]:
        """Patterns that fit the filter, strongest first: by confidence, or by weight where no time is asked for; then by count."""
        ...


class PredicateDirectory(Protocol):
    """What the tenant says of predicates: its own, and the usual ones described otherwise.

    Every change counts as one of `customers`, so that whoever keeps something of the tenant in memory reads it again.
    """

    async def all(self) -> list[Predicate]:
        """By name; none where the tenant is content with the usual ones."""
        ...

    async def put(self, predicate: Predicate) -> None:
        """Describe a predicate, or describe it anew."""
        ...

    async def remove(self, name: str) -> bool:
        """Take back what was said of it; whether there was anything. The usual description holds again."""
        ...


class FactMemory(Protocol):
    """Semantic: facts with valid time, recorded time and provenance."""

    async def put_many(self, facts: Sequence[Fact], *, now: datetime) -> WriteCounts:
        """Store facts. The same subject, predicate, object, valid_from and source again changes nothing.

        Facts of one call may repeat. Nothing is overwritten or deleted.
        """
        ...

    async def record(
        self, fact: Fact, *, now: datetime, single_valued: bool, names: Sequence[str] = ()
    ) -> tuple[Fact, list[Fact], list[Fact]]:
        """Store one fact as (stored fact, facts it superseded, facts it contradicts).

        `names` are all names of its predicate: facts of other sources under any of them count as facts of the same. One
        source that uses two names means two things.

        On a single-valued predicate, an open older fact from the same source (or of lower confidence) is closed:
        its `valid_to` becomes the new one's `valid_from` and `superseded_by` its id; one from another source that says
        otherwise with confidence at least as high is kept open and returned as a conflict. A new fact without a start
        begins now; one that begins before a later one of its own source ends where that begins. What is held already
        changes nothing and is returned as it is.
        """
        ...

    async def get(self, fact_id: UUID) -> Fact | None:
        """One fact, recorded or told."""
        ...

    async def told(self, filters: ToldFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        """What tickets tell, newest first: facts whose source is the ticket and whose statement is its own sentence.

        They were stored with their tickets and go with them. No other method but `get` knows them: what a system
        recorded is never taken for what somebody said.
        """
        ...

    async def find(self, filters: FactFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        """Facts that fit, by subject, predicate, newest validity first."""
        ...

    async def search(
        self, *, text: str, embedding: Vector | None, filters: FactFilter, limit: int, offset: int = 0
    ) -> list[FactHit]: ...

    async def names(self, *, limit: int) -> FactNames:
        """Subjects that are no customers, and short values: what questions may name. Up to `limit` of each, by name."""
        ...


class TicketMemory(Protocol):
    """Vector: tickets, searched by words and meaning."""

    async def known_hashes(self, ticket_ids: Sequence[str]) -> dict[str, bytes]:
        """Content hashes of those that are stored: what ingestion skips."""
        ...

    async def put_many(self, tickets: Sequence[Ticket]) -> WriteCounts:
        """Insert or replace, each with its passages and what it tells, all or none."""
        ...

    async def get(self, ticket_id: str) -> Ticket | None:
        """One ticket with its passages."""
        ...

    async def search(
        self,
        *,
        text: str,
        embedding: Vector | None,
        filters: TicketFilter,
        limit: int,
        offset: int = 0,
        hints: Hints = NO_HINTS,
        distinct: bool = False,
    ) -> list[TicketHit]:
        """The best passage of each ticket that fits the filter, best first; words and vectors together.

        The filter decides; hints only prefer. With `distinct`, what says the same as a better hit comes after all that
        does not.
        """
        ...

    async def browse(self, filters: TicketFilter, *, limit: int, offset: int = 0) -> list[Ticket]:
        """Tickets that fit, newest first."""
        ...

    async def count(self, filters: TicketFilter, *, text: str | None = None) -> int:
        """How many fit; with `text`, those in which every one of its words stands (stemmed)."""
        ...

    async def count_by(
        self, group: GroupField, filters: TicketFilter, *, text: str | None = None, limit: int = 20
    ) -> list[GroupCount]:
        """Counts per group, largest first; `text` as in `count`. Months and quarters ('2025-03', '2025Q1'): the latest, in order of time."""
        ...

    async def tally(
        self, group: GroupField, filters: TicketFilter, *, text: str | None = None, limit: int = 20
    ) -> GroupCounts:
        """Groups as `count_by` gives them, and tickets and groups over all, in one round trip."""
        ...

    async def measures(self, filters: TicketFilter) -> TicketMeasures:
        """Ratings and times to resolution of those that fit."""
        ...

    async def figures(
        self, *, before: datetime, since: datetime, until: datetime, warnings: Sequence[str]
    ) -> list[CustomerFigures]:
        """Figures of every customer that wrote between `before` and `until`, by id.

        The window is from `since` (inclusive) to `until` (exclusive), the time before it from `before` on. `warnings` are
        the predicates of what tickets tell that warn of a loss.
        """
        ...

    async def span(self) -> DataSpan: ...

    async def unread(self, version: int, *, limit: int) -> list[Ticket]:
        """Tickets that were read by an older version of the patterns, or by none, with their content hashes."""
        ...

    async def unread_count(self, version: int) -> int:
        """How many they are."""
        ...

    async def read_again(self) -> int:
        """Let every ticket count as unread; how many were read. One that is interrupted is finished by another call."""
        ...

    async def retell(self, tickets: Sequence[Ticket], version: int) -> int:
        """Make what these tickets tell what is stored of them, and note the version that read them; how many it was done for.

        One that is no longer as its content hash says is left alone: whoever wrote it read it. All or none.
        """
        ...

    async def ids(self, filters: TicketFilter, *, limit: int) -> list[str]:
        """Ids of tickets that fit, newest first."""
        ...


class MiningMemory(Protocol):
    """Tickets counted in cells: what patterns are mined from."""

    async def refresh(self) -> CellRefresh:
        """Count anew the times of customers in which tickets changed, came or went since the last time.

        What is written meanwhile is counted now or the next time. One that is interrupted is begun again by the next.
        """
        ...

    async def is_behind(self) -> bool:
        """Whether tickets changed, came or went since the last `refresh`, or there was none. Counts nothing."""
        ...

    async def cells(self) -> TicketCells:
        """All cells as they were counted last."""
        ...

    async def evidence(self, asked: Sequence[EvidenceQuery], *, limit: int) -> list[tuple[str, ...]]:
        """Up to `limit` ids of tickets behind each, newest first."""
        ...


class DocumentMemory(Protocol):
    """Knowledge: business documents."""

    async def known_hashes(self, document_ids: Sequence[str]) -> dict[str, bytes]: ...

    async def put_many(self, documents: Sequence[Document], *, now: datetime) -> WriteCounts: ...

    async def remove_missing(self, present: Sequence[str]) -> int:
        """Remove documents whose ids are not among those present in the synced folder; how many."""
        ...

    async def get(self, document_id: str) -> Document | None:
        """One document with its passages."""
        ...

    async def browse(self, *, limit: int, offset: int = 0) -> list[Document]:
        """Documents without their passages, by path."""
        ...

    async def search(self, *, text: str, embedding: Vector | None, limit: int, offset: int = 0) -> list[DocumentHit]:
        """Passages, best first; a document may come more than once."""
        ...


Sign = Callable[[bytes], AuditEntry]
"""Makes of a run's content (see `memory.content.run_content`) the entry that the audit trail gets with it."""


class RunLog(Protocol):
    async def save(self, run: RunRecord, tasks: Sequence[OutboxTask] = (), *, sign: Sign | None = None) -> None:
        """Store the run and the work that follows it, in one transaction, durably, before the answer leaves.

        With `sign`, the entry that it makes of the run goes into the audit trail, in the same transaction.
        """
        ...

    async def get(self, run_id: UUID) -> RunRecord | None: ...

    async def contents(self, run_ids: Sequence[UUID]) -> dict[UUID, bytes]:
        """Of those that are stored, what `sign` was given of each."""
        ...


Seal = Callable[[AuditSeal | None, Sequence[AuditEntry]], tuple[AuditSeal, Sequence[bytes]]]
"""Makes of the last seal and of entries that have none the next seal, and each entry's link."""


class AuditLog(Protocol):
    """The tenant's audit trail. Entries are never changed; what is sealed keeps its place."""

    async def add(self, entries: Sequence[AuditEntry]) -> None:
        """Store entries; one whose id is stored already changes nothing."""
        ...

    async def seal(self, make: Seal, *, limit: int) -> AuditSeal | None:
        """Put up to `limit` entries without a seal, by id, into the chain, all or none; the new seal.

        None where nothing waits, or another process is sealing. What is committed later is sealed later.
        """
        ...

    async def head(self) -> AuditSeal | None:
        """The last seal."""
        ...

    async def seals(self, *, after: int, limit: int) -> list[AuditSeal]:
        """Seals with a number above `after`, in order."""
        ...

    async def sealed(self, *, after: tuple[int, int], limit: int) -> list[AuditEntry]:
        """Entries of the chain behind this seal and place, in order."""
        ...

    async def unsealed(self, *, after: UUID | None, limit: int) -> list[AuditEntry]:
        """Entries without a seal whose id is above `after`, by id."""
        ...

    async def latest(
        self, *, limit: int, since: datetime | None = None, action: str | None = None, about: str | None = None
    ) -> list[AuditEntry]:
        """Newest first, by id; `about`: those that hold this object."""
        ...


class Outbox(Protocol):
    async def add(self, task: OutboxTask) -> None: ...

    async def claim(self, *, now: datetime, limit: int, lease_seconds: float) -> list[OutboxTask]:
        """Take due tasks that nobody holds; one not finished within its lease is due again."""
        ...

    async def finish(self, task_id: UUID) -> None: ...

    async def fail(self, task_id: UUID, *, retry_at: datetime | None) -> None:
        """Give back; None: give up and keep it as dead."""
        ...

    async def pending(self) -> int: ...


class JobLog(Protocol):
    async def create(self, job: Job) -> None: ...

    async def update(
        self, job_id: UUID, *, state: JobState, detail: Mapping[str, Any], error: str | None, now: datetime
    ) -> None:
        """Say how the job stands; `NotFound` for an unknown one."""
        ...

    async def get(self, job_id: UUID) -> Job | None: ...


class KeyRing(Protocol):
    """API keys by which callers prove that they are this tenant's."""

    async def add(self, key: ApiKey) -> None:
        """Keep a new key; one is never changed but by `revoke` and `used`."""
        ...

    async def get(self, key_id: UUID) -> ApiKey | None: ...

    async def all(self) -> list[ApiKey]:
        """Oldest first, revoked and expired ones too."""
        ...

    async def revoke(self, key_id: UUID, *, now: datetime) -> None:
        """For good; one that is revoked already keeps its time. `NotFound` for an unknown one."""
        ...

    async def used(self, key_id: UUID, *, now: datetime) -> None:
        """Note that it was used; nothing where there is no such key."""
        ...


class QuotaLedger(Protocol):
    """The tenant's own limits, and what of its day it has had and lent to processes. A day is a date in UTC."""

    async def limits(self) -> dict[LimitName, float | None]:
        """The tenant's own, by name; None: without limit. One that is not named is as the settings say."""
        ...

    async def set_limits(self, limits: Mapping[LimitName, float | None]) -> None:
        """Give the tenant these; others stay as they are."""
        ...

    async def clear_limits(self, names: Sequence[LimitName]) -> list[LimitName]:
        """Take these back; by name those that were there."""
        ...

    async def settle(
        self, holder: UUID, claims: Sequence[QuotaClaim], *, day: date, now: datetime, until: datetime
    ) -> QuotaAccount:
        """Add what a process used to the day, and lend it what is left (`quotas.lend`) until a time; one claim a measure.

        What it was lent before is part of that, or comes back. What a process that is gone was lent comes back when its
        time is up. Together with what is used, no more is lent than the day's limit.
        """
        ...

    async def usage(self, day: date, *, now: datetime) -> list[QuotaStanding]:
        """What was used and denied of a day, and is lent now (all of it to others), by measure; nothing of `most`."""
        ...


class TopicMemory(Protocol):
    """A tenant's own topics, and the tickets that have no category of the tenant's. Writing counts as a change of tickets."""

    async def own(self) -> list[OwnTopic]:
        """What the tenant has beside the topics that all begin with, by name."""
        ...

    async def put(self, topic: OwnTopic) -> None:
        """Make this what the tenant has of one topic."""
        ...

    async def remove(self, name: str) -> bool:
        """Remove what the tenant has of one topic; whether there was anything."""
        ...

    async def untold(self, *, after: str = "", limit: int) -> list[UntoldTicket]:
        """Tickets with embeddings that have no category, or one of ours, by id from the one after `after` on."""
        ...

    async def tell(self, told: Sequence[ToldTopic]) -> int:
        """Give tickets our categories, in one transaction; how many changed. What the tenant said is never overwritten."""
        ...


class PrivacyMemory(Protocol):
    """What a tenant asks of redaction: policies, its key, the numbers of pseudonyms, originals in the vault."""

    async def rules(self) -> PrivacyRules:
        """Policies and key, in one round trip."""
        ...

    async def set_policy(self, entity_type: str, policy: str) -> None: ...

    async def reset_policies(self, entity_types: Sequence[str] | None = None) -> int:
        """Take back what the tenant said of these types, or of all; of how many it had said something."""
        ...

    async def add_key(self, key: DataKey) -> DataKey:
        """Keep the tenant's key; where there is one already, that one stays. The one that is kept."""
        ...

    async def rewrap(self, key: DataKey, *, wrapped: bytes, master_id: bytes) -> bool:
        """Put another wrapping in the place of this one; False where it is no longer there."""
        ...

    async def keep_originals(self, keeps: bool) -> bool:
        """Whether originals go to the vault from now on; False where the tenant has no key."""
        ...

    async def shred(self) -> dict[str, int]:
        """Destroy the tenant's key, and delete what only it opens: rows gone by table. Numbers are never given again."""
        ...

    async def known_numbers(self, values: Sequence[tuple[str, bytes]]) -> dict[tuple[str, bytes], int]:
        """Numbers of the pseudonyms of those (type, digest) that have one, in one round trip."""
        ...

    async def number(self, values: Sequence[tuple[str, bytes]]) -> dict[tuple[str, bytes], int]:
        """The numbers of all of them: new ones count on from the type's last, in the order given, and stay for good.

        Whoever else numbers them at the same time gets the same.
        """
        ...

    async def originals(self, kind: ItemKind, item_id: str) -> list[SealedOriginals]:
        """What is kept of one item, by type. An id that is none of this kind has nothing."""
        ...

    async def kept(self) -> dict[str, int]:
        """How many items have originals in the vault, by type."""
        ...


class RetentionRules(Protocol):
    """How many days the tenant keeps each plane; one without a rule is kept for good.

    A turn ages from when it was said, a pattern from the end of its period, a ticket from when it was written, a document
    from its last change, a run from when it was made. A fact ages from when it ended: what still holds never does.
    """

    async def all(self) -> dict[KeptPlane, int]:
        """Days by plane."""
        ...

    async def put(self, plane: KeptPlane, days: int) -> None:
        """Keep a plane for so many days, 1..36,500; `InvalidArgument` for another number."""
        ...

    async def remove(self, plane: KeptPlane) -> bool:
        """Keep it for good again; whether there was a rule."""
        ...

    async def due(self, *, now: datetime) -> dict[KeptPlane, int]:
        """How many items are too old, by plane; planes without any are left out."""
        ...

    async def sweep(self, *, now: datetime, limit: int) -> dict[KeptPlane, int]:
        """Remove up to `limit` items of each plane that are too old; how many, and nothing where none is left.

        Runs that cite what goes are removed first, with the turns and tasks that say their answers again, and counted.
        A ticket takes along what it told, the facts it is the source of, and patterns that lose their last evidence. A
        little is removed at a time, each in a transaction of its own: nobody who reads waits. Interrupted, it is
        finished by another call.
        """
        ...


class Quarantine(Protocol):
    """Writes that give orders to whoever reads them. No other method of memory gives what stands here."""

    async def hold(self, held: Held) -> None: ...

    async def all(self, *, state: HeldState | None = None, limit: int, offset: int = 0) -> list[Held]:
        """Oldest first; None: in any state."""
        ...

    async def get(self, review_id: UUID) -> Held | None: ...

    async def decided(self, kind: HeldKind, item_keys: Sequence[str]) -> dict[str, HeldState]:
        """How the last one of each item stands, of those that were ever held."""
        ...

    async def settle(self, review_id: UUID, state: HeldState, *, now: datetime) -> bool:
        """Release or discard; False where it is not held any more."""
        ...


class TenantMemory(Protocol):
    """Everything one tenant remembers."""

    @property
    def tenant_id(self) -> TenantId: ...
    @property
    def customers(self) -> CustomerDirectory: ...
    @property
    def catalogue(self) -> PredicateDirectory: ...
    @property
    def stm(self) -> SessionMemory: ...
    @property
    def ltm(self) -> PatternMemory: ...
    @property
    def semantic(self) -> FactMemory: ...
    @property
    def vector(self) -> TicketMemory: ...
    @property
    def mining(self) -> MiningMemory: ...
    @property
    def knowledge(self) -> DocumentMemory: ...
    @property
    def runs(self) -> RunLog: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def audit(self) -> AuditLog: ...
    @property
    def jobs(self) -> JobLog: ...
    @property
    def keys(self) -> KeyRing: ...
    @property
    def quotas(self) -> QuotaLedger: ...
    @property
    def topics(self) -> TopicMemory: ...
    @property
    def retention(self) -> RetentionRules: ...
    @property
    def privacy(self) -> PrivacyMemory: ...
    @property
    def quarantine(self) -> Quarantine: ...

    @property
    def origin(self) -> Origin | None:
        """Who writes; None where it was not told."""
        ...

    def writing_as(self, origin: Origin) -> "TenantMemory":
        """The same memory, where all that is written is marked with who writes. Facts get the tier of the origin."""
        ...

    async def who_wrote(self, origin_id: UUID) -> Origin | None: ...

    async def roll_back(
        self, selection: Selection, *, now: datetime, catalogue: PredicateCatalogue, dry_run: bool = False
    ) -> RolledBack:
        """Take back what fits the selection. It leaves every plane, and is what was known until now (`FactFilter.known_at`).

        Facts of others that it had closed, cut short or kept out are settled again as if it had never been said
        (`memory.retraction`). Patterns keep their counts until they are mined again. A ticket or document that it had
        replaced does not come back: load it again. With `dry_run` nothing is changed, and the counts are the same.
        Again, it finds nothing.
        """
        ...

    def reading_together(self) -> AbstractAsyncContextManager["TenantMemory"]:
        """The same memory for reads that come soon after each other: they share what it costs to begin and to end.

        Inside, each read still sees what was committed when it began, and one that fails fails alone.
        """
        ...

    async def tenant(self) -> Tenant | None:
        """The tenant itself; None where it was never created."""
        ...

    async def preview(self, request: PreviewRequest, *, now: datetime) -> PlanesPreview:
        """What each plane has for a question: one round trip for all planes."""
        ...

    async def maintain(self) -> tuple[str, ...]:
        """Count anew how frequent words are in planes that were never counted or grew or shrank by a tenth; which.

        Until it was called, all words weigh the same in a search. Cheap where nothing changed; for the end of a load and
        for idle moments.
        """
        ...

    async def forget_customer(self, customer_id: str) -> Forgotten:
        """Delete a customer, its tickets with all that was made of them, and whatever else names it, in one transaction.

        By its id, name or an alias as words: facts, patterns, turns of sessions, runs, tasks and jobs; and runs that cite
        what goes, with the turns and tasks that say their answers again. Others' tickets and documents that name it stay,
        and are counted, as do topics, predicates and keys. Patterns of wider scopes keep their counts until they are mined
        again. An unknown id deletes what names it, too.
        """
        ...

    async def revisions(self) -> dict[str, int]:
        """Plane (or 'customers') to its count of changes; one that never changed may be absent."""
        ...

    async def status(self) -> list[PlaneStatus]:
        """Items and vectors of each plane, in the order of `PLANES`."""
        ...

    async def categories(self) -> list[GroupCount]:
        """Ticket categories, most frequent first."""
        ...

    async def predicates(self) -> list[str]:
        """Predicates in use, by name."""
        ...

    async def sample_vectors(self, plane: Plane, *, limit: int) -> NDArray[float32]:
        """Up to `limit` embeddings of the plane, shape (n, dim), picked evenly and alike on every call."""
        ...


class MemoryStore(Protocol):
    """All tenants' memory; one for the life of the process."""

    def tenant(self, tenant_id: TenantId) -> TenantMemory: ...

    async def create_tenant(self, tenant: Tenant) -> bool:
        """Create; False where it exists already."""
        ...

    async def list_tenants(self) -> list[Tenant]:
        """Every tenant, by key, but the server itself. For administrators: needs the owner's connection."""
        ...

    async def erase_tenant(self, tenant_id: TenantId) -> dict[str, int]:
        """Delete the tenant and all it has, in one transaction; rows erased by table."""
        ...

    async def purge(self, *, on_progress: Callable[[int, int], None] | None = None) -> Purged:
        """Write out of the database's files what was erased, of whatever tenant: deleted rows stand there as bytes.

        Tables are locked, one after the other, while they are written anew. Interrupted, it is begun again by the next
        call. `on_progress` is told how many bytes are done, and of how many. Needs the owner's connection: raises
        `PermissionDenied` without one.
        """
        ...

    async def claim_model(self, tenant_id: TenantId, *, model: str, dimension: int) -> None:
        """Fix the tenant's embedding model at its first vector; another one later raises `Conflict` with advice."""
        ...

    async def set_fiscal_year_start(self, tenant_id: TenantId, month: int) -> None:
        """Say in which calendar month (1..12) the tenant's fiscal year begins; `InvalidArgument` for another number.

        Counts as a change of `customers`, so that whoever keeps something of the tenant in memory reads it again.
        """
        ...

    async def set_source_trust(self, tenant_id: TenantId, trust: Mapping[str, float]) -> None:
        """Say how far the tenant trusts these sources, 0..1; others stay as they are. Counts as `set_fiscal_year_start`.

        `InvalidArgument` for another number.
        """
        ...

    async def index_need(self, tenant_id: TenantId) -> IndexNeed:
        """How the tenant's own indexes stand: a large tenant should have them."""
        ...

    async def build_index(
        self,
        tenant_id: TenantId,
        *,
        wait: bool = False,
        on_progress: Callable[[IndexProgress], None] | None = None,
    ) -> bool:
        """Do what `index_need` says, while readers and writers go on; whether anything was done. May take minutes.

        Another index that is being built is waited for with `wait`; else nothing is done. Interrupted, it is begun
        again by the next call. Needs the owner's connection: raises `PermissionDenied` without one.
        """
        ...

    async def health(self) -> Mapping[str, Any]:
        """Server version, pgvector version, schema version, pool size and use."""
        ...
