"""Everything one tenant remembers, in PostgreSQL."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.content import folded, tenant_missing
from moe_memorygraph.memory.mentions import names_of, naming_pattern
from moe_memorygraph.memory.postgres.audit import PostgresAudit
from moe_memorygraph.memory.postgres.customers import PostgresCustomers
from moe_memorygraph.memory.postgres.documents import PostgresDocuments
from moe_memorygraph.memory.postgres.facts import PostgresFacts
from moe_memorygraph.memory.postgres.keys import PostgresKeys
from moe_memorygraph.memory.postgres.logs import PostgresJobs, PostgresOutbox, PostgresRuns
from moe_memorygraph.memory.postgres.mining import PostgresMining
from moe_memorygraph.memory.postgres.patterns import PostgresPatterns
from moe_memorygraph.memory.postgres.pool import Bound, sharing_reads
from moe_memorygraph.memory.postgres.predicates import PostgresPredicates
from moe_memorygraph.memory.postgres.privacy import PostgresPrivacy, forget_pseudonyms, pseudonyms_of
from moe_memorygraph.memory.postgres.quarantine import PostgresQuarantine
from moe_memorygraph.memory.postgres.quotas import PostgresQuotas
from moe_memorygraph.memory.postgres.retention import PostgresRetention
from moe_memorygraph.memory.postgres.rollback import roll_back
from moe_memorygraph.memory.postgres.sessions import PostgresSessions
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.statistics import refresh_statistics
from moe_memorygraph.memory.postgres.tickets import PostgresTickets
from moe_memorygraph.memory.postgres.topics import PostgresTopics
from moe_memorygraph.memory.postgres.writing import bump
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.retraction import RolledBack, Selection
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import (
    PLANES,
    Forgotten,
    GroupCount,
    Plane,
    PlanesPreview,
    PlaneStatus,
    PreviewRequest,
    Tenant,
    TenantId,
)

__all__ = ["PostgresTenant", "tenant_of"]

_GET = statement("tenant_get")
_ORIGIN = statement("origin_get")
_LOCK = statement("tenant_lock")
_FORGET = statement("customer_forget")
_TICKETS_OF = statement("customer_tickets")
_FORGETTING = 70.0  # seconds for one statement: longer than the server's own limit for bulk work
_PREVIEW = statement("preview")
_REVISIONS = statement("revisions")
_STATUS = statement("status")
_CATEGORIES = statement("ticket_categories")
_PREDICATES = statement("fact_predicates")
_VECTORS = {plane: statement(f"vectors_{plane}") for plane in get_args(Plane)}


class PostgresTenant:
    """Implements `TenantMemory`: bound to one tenant for good."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound
        self.customers = PostgresCustomers(bound)
        self.catalogue = PostgresPredicates(bound)
        self.stm = PostgresSessions(bound)
        self.ltm = PostgresPatterns(bound)
        self.semantic = PostgresFacts(bound)
        self.vector = PostgresTickets(bound)
        self.mining = PostgresMining(bound)
        self.knowledge = PostgresDocuments(bound)
        self.runs = PostgresRuns(bound)
        self.outbox = PostgresOutbox(bound)
        self.audit = PostgresAudit(bound)
        self.jobs = PostgresJobs(bound)
        self.keys = PostgresKeys(bound)
        self.quotas = PostgresQuotas(bound)
        self.topics = PostgresTopics(bound)
        self.retention = PostgresRetention(bound)
        self.privacy = PostgresPrivacy(bound)
        self.quarantine = PostgresQuarantine(bound)

    @property
    def tenant_id(self) -> TenantId:
        return self._bound.tenant_id

    @property
    def origin(self) -> Origin | None:
        return self._bound.origin

    def writing_as(self, origin: Origin) -> "PostgresTenant":
        bound = self._bound
        return PostgresTenant(Bound(bound.pool, bound.tenant_id, bound.size, origin))

    async def who_wrote(self, origin_id: UUID) -> Origin | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_ORIGIN, self.tenant_id, origin_id)
        return None if row is None else Origin(**row)

    async def roll_back(
        self, selection: Selection, *, now: datetime, catalogue: PredicateCatalogue, dry_run: bool = False
    ) -> RolledBack:
        return await roll_back(self._bound, selection, now=now, catalogue=catalogue, dry_run=dry_run)

    @asynccontextmanager
    async def reading_together(self) -> AsyncIterator["PostgresTenant"]:
        async with sharing_reads(self._bound) as shared:
            yield PostgresTenant(shared)

    async def tenant(self) -> Tenant | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET, self.tenant_id)
        return None if row is None else tenant_of(row)

    async def preview(self, request: PreviewRequest, *, now: datetime) -> PlanesPreview:
        parameters = (
            request.text,
            list(request.customer_ids) or None,
            folded(request.customer_ids) or None,
            list(request.categories) or None,
            list(request.predicates),
            request.session_id,
            request.since,
            request.until,
            request.as_of,
            now,
            list(request.words),
        )
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(*fitted(_PREVIEW, self.tenant_id, *parameters))
        return PlanesPreview(**{**row, "word_shares": tuple(row["word_shares"])})

    async def maintain(self) -> tuple[str, ...]:
        return await refresh_statistics(self._bound)

    async def forget_customer(self, customer_id: str) -> Forgotten:
        customer = await self.customers.get(customer_id)
        names = (customer.name, *customer.aliases) if customer else ()
        async with self._bound.writing(bulk=True) as connection:
            # A miner counts and writes under this lock: none puts back what goes here.
            if await connection.fetchval(_LOCK, self.tenant_id) is None:
                raise tenant_missing()
            rows = await connection.fetch(_TICKETS_OF, self.tenant_id, customer_id, timeout=_FORGETTING)
            tickets = [row["ticket_id"] for row in rows]
            used = await pseudonyms_of(connection, self.tenant_id, customer_id, seconds=_FORGETTING)
            row = await connection.fetchrow(
                _FORGET,
                self.tenant_id,
                customer_id,
                folded(names_of(customer_id, names)),
                naming_pattern(customer_id, names),
                tickets,
                [memory_uri("tickets", one) for one in tickets],
                timeout=_FORGETTING,
            )
            pseudonyms = await forget_pseudonyms(connection, self.tenant_id, used, seconds=_FORGETTING)
            for plane in ("customers", "vector", "semantic", "ltm"):
                await bump(connection, self.tenant_id, plane)
        await self.maintain()
        counts = dict(row) | {"pseudonym": pseudonyms}
        naming = {
            kind: counts.pop(f"{kind}s_naming_it") for kind in ("ticket", "document", "topic", "predicate", "key")
        }
        return Forgotten(erased=counts, naming=naming)

    async def revisions(self) -> dict[str, int]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_REVISIONS, self.tenant_id)
        return {row["plane"]: row["revision"] for row in rows}

    async def status(self) -> list[PlaneStatus]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_STATUS, self.tenant_id)
        by_plane = {row["plane"]: PlaneStatus(**row) for row in rows}
        return [by_plane[plane] for plane in PLANES]

    async def categories(self) -> list[GroupCount]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_CATEGORIES, self.tenant_id)
        return [GroupCount(key=row["key"], count=row["tickets"]) for row in rows]

    async def predicates(self) -> list[str]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_PREDICATES, self.tenant_id)
        return [row["predicate"] for row in rows]

    async def sample_vectors(self, plane: Plane, *, limit: int) -> NDArray[np.float32]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_VECTORS[plane], self.tenant_id, limit)
        if not rows:
            tenant = await self.tenant()
            return np.zeros((0, (tenant and tenant.embedding_dim) or 0), dtype=np.float32)
        return np.stack([row["embedding"] for row in rows])


def tenant_of(row: Any) -> Tenant:
    return Tenant(**row)
