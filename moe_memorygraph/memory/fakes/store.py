"""All tenants' memory in dictionaries, for tests that need no database; it lives as long as the object."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.errors import Conflict, InvalidArgument
from moe_memorygraph.memory.content import (
    check_fiscal_year_start,
    checked_trust,
    dimension_conflict,
    folded,
    tenant_missing,
)
from moe_memorygraph.memory.fakes.audit import InMemoryAudit
from moe_memorygraph.memory.fakes.documents import InMemoryDocuments
from moe_memorygraph.memory.fakes.facts import InMemoryFacts
from moe_memorygraph.memory.fakes.keys import InMemoryKeys
from moe_memorygraph.memory.fakes.logs import InMemoryCustomers, InMemoryJobs, InMemoryOutbox, InMemoryRuns
from moe_memorygraph.memory.fakes.mining import InMemoryMining
from moe_memorygraph.memory.fakes.patterns import InMemoryPatterns
from moe_memorygraph.memory.fakes.predicates import InMemoryPredicates
from moe_memorygraph.memory.fakes.privacy import InMemoryPrivacy
from moe_memorygraph.memory.fakes.quarantine import InMemoryQuarantine
from moe_memorygraph.memory.fakes.quotas import InMemoryQuotas
from moe_memorygraph.memory.fakes.retention import InMemoryRetention
from moe_memorygraph.memory.fakes.rollback import roll_back
from moe_memorygraph.memory.fakes.sessions import InMemorySessions
from moe_memorygraph.memory.fakes.state import Clock, TenantState
from moe_memorygraph.memory.fakes.tickets import InMemoryTickets
from moe_memorygraph.memory.fakes.topics import InMemoryTopics
from moe_memorygraph.memory.mentions import names_of, naming_pattern
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.retraction import RolledBack, Selection
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import (
    PLANES,
    SERVER_KEY,
    FactFilter,
    Forgotten,
    GroupCount,
    IndexNeed,
    IndexProgress,
    ItemKind,
    PatternFilter,
    Plane,
    PlanesPreview,
    PlaneStatus,
    PreviewRequest,
    Purged,
    Tenant,
    TenantId,
    TicketFilter,
    tenant_id_of,
)

__all__ = ["InMemoryStore", "InMemoryTenant"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class InMemoryTenant:
    """Implements `TenantMemory`."""

    def __init__(self, tenant_id: TenantId, *, clock: Clock) -> None:
        self.tenant_id = tenant_id
        self.state = TenantState(clock=clock)
        self.customers = InMemoryCustomers(self.state)
        self.catalogue = InMemoryPredicates(self.state)
        self.stm = InMemorySessions(self.state)
        self.ltm = InMemoryPatterns(self.state)
        self.semantic = InMemoryFacts(self.state)
        self.vector = InMemoryTickets(self.state)
        self.mining = InMemoryMining(self.state, self.vector, self.customers)
        self.knowledge = InMemoryDocuments(self.state)
        self.outbox = InMemoryOutbox(self.state)
        self.audit = InMemoryAudit(self.state)
        self.runs = InMemoryRuns(self.state, self.outbox, self.audit)
        self.jobs = InMemoryJobs(self.state)
        self.keys = InMemoryKeys(self.state)
        self.quotas = InMemoryQuotas(self.state)
        self.topics = InMemoryTopics(self.state, self.vector)
        self.retention = InMemoryRetention(self.state, self)
        self.privacy = InMemoryPrivacy(self.state, self._holds)
        self.quarantine = InMemoryQuarantine(self.state)
        self.origin: Origin | None = None

    def writing_as(self, origin: Origin) -> "InMemoryTenant":
        signed = copy(self)
        signed.origin = origin
        for name in ("stm", "semantic", "vector", "knowledge"):  # the copies share what they hold
            plane = copy(getattr(self, name))
            plane.origin = origin
            setattr(signed, name, plane)
        return signed

    async def who_wrote(self, origin_id: UUID) -> Origin | None:
        return self.state.origins.get(origin_id)

    async def roll_back(
        self, selection: Selection, *, now: datetime, catalogue: PredicateCatalogue, dry_run: bool = False
    ) -> RolledBack:
        self.state.require()
        return roll_back(self, selection, now=now, catalogue=catalogue, dry_run=dry_run)

    def take_out(self, kind: str, key: Any) -> dict[str, Any]:
        """Remove a turn, ticket or document; what it was."""
        planes: Mapping[str, Any] = {"session_turn": self.stm, "ticket": self.vector, "document": self.knowledge}
        self.state.written.pop((kind, key), None)
        taken: dict[str, Any] = planes[kind].take_out(key)
        return taken

    @asynccontextmanager
    async def reading_together(self) -> AsyncIterator["InMemoryTenant"]:
        yield self

    async def tenant(self) -> Tenant | None:
        return self.state.tenant

    async def preview(self, request: PreviewRequest, *, now: datetime) -> PlanesPreview:
        about = PatternFilter(customer_ids=request.customer_ids, since=request.since, until=request.until)
        facts = []
        if request.customer_ids:
            as_of = request.as_of or now
            facts = self.semantic.fitting(FactFilter(subjects=request.customer_ids, as_of=as_of))
            if request.as_of is None:
                facts = [fact for fact in facts if fact.superseded_by is None]
        tickets = TicketFilter(customer_ids=request.customer_ids, since=request.since, until=request.until)
        in_category = replace(tickets, categories=request.categories)
        passages, matches = self.knowledge.matches(request.text, at_least=2, at_most=50)
        return PlanesPreview(
            stm_turns=len(self.stm.live(request.session_id, now)),
            ltm_patterns=len(self.ltm.fitting(about)),
            semantic_facts=len(facts),
            semantic_predicate_facts=sum(1 for fact in facts if fact.predicate in request.predicates),
            vector_tickets=await self.vector.count(tickets),
            vector_category_tickets=await self.vector.count(in_category) if request.categories else 0,
            knowledge_passages=passages,
            knowledge_matches=matches,
            word_shares=self.state.shares(request.words),
            revisions=await self.revisions(),
        )

    async def maintain(self) -> tuple[str, ...]:
        texts = {
            "knowledge": [one.words for one in self.knowledge.passages()],
            "ltm": self.ltm.texts(),
            "semantic": self.semantic.texts(),
            "vector": [one.words for one in self.vector.passages(TicketFilter())],
        }
        return tuple(
            plane for plane, one in texts.items() if plane in self.state.revisions and self.state.count(plane, one)
        )

    async def forget_customer(self, customer_id: str) -> Forgotten:
        self.state.require()
        customer = await self.customers.get(customer_id)
        names = (customer.name, *customer.aliases) if customer else ()
        named = re.compile(naming_pattern(customer_id, names), re.IGNORECASE)
        tickets = set(await self.vector.ids(TicketFilter(customer_ids=(customer_id,)), limit=len(self.vector)))
        tickets |= self.state.retracted_tickets(customer_id)
        uris = {memory_uri("tickets", one) for one in tickets}
        before = [
            *self.customers.texts(customer_id),
            *self.vector.texts(customer_id),
            *self.semantic.texts(customer_id),
        ]
        told = self.state.forget_told(customer_id, named)
        facts = self.semantic.forget(set(folded(names_of(customer_id, names))), named, uris)
        patterns = self.ltm.forget(customer_id, named, tickets)
        retracted = self.state.forget_retracted(customer_id, named, uris)
        facts_gone = [*map(str, (*told, *facts)), *(item_id for kind, item_id in retracted if kind == "fact")]
        uris |= {memory_uri("facts", one) for one in facts_gone} | {memory_uri("patterns", one) for one in patterns}
        answers = self.runs.forget(named, uris, tickets)
        said = set(answers) - {""}
        erased = {
            "customer": self.customers.forget(customer_id),
            "ticket": self.vector.forget(tickets),
            "fact": len(facts),
            "told_fact": len(told),
            "pattern": len(patterns),
            "session_turn": self.stm.forget(named, said),
            "run": len(answers),
            "outbox": self.outbox.forget(named, said),
            "job": self.jobs.forget(named),
            "retracted": len(retracted),
            "quarantine": self.quarantine.forget(named),
        }
        planes = (self.customers, self.vector, self.semantic, self.knowledge, self.stm)
        erased["pseudonym"] = self.privacy.forget(before, (text for plane in planes for text in plane.texts()))
        self.state.words.clear()
        for plane in ("customers", "vector", "semantic", "ltm"):
            self.state.changed(plane)
        await self.maintain()
        naming = {
            "ticket": self.vector.naming(named),
            "document": self.knowledge.naming(named),
            "topic": self.topics.naming(named),
            "predicate": self.catalogue.naming(named),
            "key": self.keys.naming(named),
        }
        return Forgotten(erased=erased, naming=naming)

    def _holds(self, kind: ItemKind, item_id: str) -> bool:
        planes = {
            "customer": self.customers.holds,
            "document": self.knowledge.holds,
            "fact": self.semantic.holds,
            "ticket": self.vector.holds,
            "turn": self.stm.holds,
        }
        return planes[kind](item_id)

    async def revisions(self) -> dict[str, int]:
        return {plane: revision for plane, (revision, _) in self.state.revisions.items()}

    async def status(self) -> list[PlaneStatus]:
        return [
            PlaneStatus(
                plane=plane,
                items=len(getattr(self, plane)),
                vectors=len(getattr(self, plane).vectors()),
                changed_at=self.stm.newest() if plane == "stm" else self.state.revisions.get(plane, (0, None))[1],
            )
            for plane in PLANES
        ]

    async def categories(self) -> list[GroupCount]:
        counts = await self.vector.count_by("category", TicketFilter(), limit=len(self.vector))
        return [replace(one, sample=()) for one in counts if one.key]

    async def predicates(self) -> list[str]:
        return self.semantic.predicates()

    async def sample_vectors(self, plane: Plane, *, limit: int) -> NDArray[np.float32]:
        vectors = getattr(self, plane).vectors()
        total, wanted = len(vectors), min(limit, len(vectors))
        picked = [one for row, one in enumerate(vectors) if (row + 1) * wanted // total > row * wanted // total]
        return np.stack(picked) if picked else np.zeros((0, self.state.dimension or 0), dtype=np.float32)

    def rows(self) -> dict[str, int]:
        """How much there is of everything, without what there is none of."""
        parts = (
            "customers",
            "catalogue",
            "stm",
            "ltm",
            "semantic",
            "vector",
            "knowledge",
            "outbox",
            "runs",
            "audit",
            "jobs",
            "keys",
            "privacy",
            "quotas",
            "quarantine",
        )
        return {part: count for part in parts if (count := len(getattr(self, part)))}


class InMemoryStore:
    """Implements `MemoryStore`; `clock` says what is valid now."""

    def __init__(self, *, clock: Clock = _utc_now) -> None:
        self._clock = clock
        self._tenants: dict[TenantId, InMemoryTenant] = {}

    def tenant(self, tenant_id: TenantId) -> InMemoryTenant:
        return self._tenants.setdefault(tenant_id, InMemoryTenant(tenant_id, clock=self._clock))

    async def create_tenant(self, tenant: Tenant) -> bool:
        if tenant.tenant_id != tenant_id_of(tenant.key):
            raise InvalidArgument("A tenant's id is derived from its key.", "Use `tenant_id_of(key)`.")
        check_fiscal_year_start(tenant.fiscal_year_start)
        state = self.tenant(tenant.tenant_id).state
        if state.tenant is not None:
            return False
        trust = checked_trust(tenant.source_trust)
        state.tenant = replace(tenant, created_at=tenant.created_at or self._clock(), source_trust=trust)
        state.dimension = tenant.embedding_dim
        return True

    async def list_tenants(self) -> list[Tenant]:
        tenants = [one.state.tenant for one in self._tenants.values() if one.state.tenant is not None]
        return sorted((one for one in tenants if one.key != SERVER_KEY), key=lambda one: one.key)

    async def index_need(self, tenant_id: TenantId) -> IndexNeed:  # noqa: ARG002
        return IndexNeed()

    async def build_index(
        self,
        tenant_id: TenantId,  # noqa: ARG002  what is in memory needs no index
        *,
        wait: bool = False,  # noqa: ARG002
        on_progress: Callable[[IndexProgress], None] | None = None,  # noqa: ARG002
    ) -> bool:
        return False

    async def erase_tenant(self, tenant_id: TenantId) -> dict[str, int]:
        erased = self._tenants.pop(tenant_id, None)
        return erased.rows() if erased is not None else {}

    async def purge(self, *, on_progress: Callable[[int, int], None] | None = None) -> Purged:  # noqa: ARG002
        return Purged(tables=0, bytes_before=0, bytes_after=0)  # what is dropped from a dictionary is in no file

    async def claim_model(self, tenant_id: TenantId, *, model: str, dimension: int) -> None:
        state = self.tenant(tenant_id).state
        if state.tenant is None:
            raise tenant_missing()
        if state.tenant.embedding_model not in (None, model):
            raise Conflict(
                f"This tenant's memory was embedded with {state.tenant.embedding_model}, not with {model}.",
                "Set EMBEDDING_MODEL to that model, or load the data into a new tenant.",
            )
        if state.dimension not in (None, dimension):
            raise dimension_conflict()
        state.dimension = dimension
        state.tenant = replace(state.tenant, embedding_model=model, embedding_dim=dimension)

    async def set_fiscal_year_start(self, tenant_id: TenantId, month: int) -> None:
        check_fiscal_year_start(month)
        state = self.tenant(tenant_id).state
        if state.tenant is None:
            raise tenant_missing()
        state.tenant = replace(state.tenant, fiscal_year_start=month)
        state.changed("customers")

    async def set_source_trust(self, tenant_id: TenantId, trust: Mapping[str, float]) -> None:
        checked = checked_trust(trust)
        state = self.tenant(tenant_id).state
        if state.tenant is None:
            raise tenant_missing()
        state.tenant = replace(state.tenant, source_trust={**state.tenant.source_trust, **checked})
        state.changed("customers")

    async def health(self) -> Mapping[str, Any]:
        return {"store": "memory", "tenants": sum(1 for one in self._tenants.values() if one.state.tenant)}
