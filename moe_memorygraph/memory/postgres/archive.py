"""Everything that makes a tenant's memory, row by row: read out at one moment, and put back into a tenant that is new.

`KEPT` and `LEFT_OUT` together name every table; a test holds them against the catalogue.
"""

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from moe_memorygraph.errors import Conflict
from moe_memorygraph.memory.postgres.pool import Connection, Pool, snapshot, tenant_transaction
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import bump
from moe_memorygraph.memory.values import Tenant, TenantId

__all__ = ["KEPT", "LEFT_OUT", "Archive", "Row", "reading_archive", "restore"]

Row = Mapping[str, Any]

KEPT = (
    "origin",
    "customer",
    "ticket",
    "ticket_passage",
    "ticket_embedding",
    "told_fact",
    "fact",
    "fact_embedding",
    "fact_again",
    "pattern",
    "pattern_evidence",
    "pattern_embedding",
    "document",
    "document_passage",
    "document_embedding",
    "session_turn",
    "turn_embedding",
    "retracted",
    "quarantine",
    "run",
    "predicate",
    "topic",
    "retention",
    "redaction_policy",
    "pseudonym_counter",
)
"""Tables that are archived and restored, each after those that it refers to."""

LEFT_OUT: Mapping[str, str] = {
    "tenant": "it is in the manifest",
    "api_key": "a key belongs to its tenant and installation: make new ones",
    "tenant_limit": "limits are set by whoever runs the installation",
    "quota_day": "what was used of this installation",
    "quota_lease": "what was used of this installation",
    "audit_entry": "the trail tells of this tenant here, under its own keys",
    "audit_seal": "the trail tells of this tenant here, under its own keys",
    "data_key": "it opens nothing in another tenant",
    "vault_entry": "it is sealed for this tenant",
    "pseudonym": "it is known by this tenant's key; no number is given twice",
    "outbox": "work that this installation still does",
    "job": "work of this installation",
    "plane_revision": "counted anew",
    "plane_statistics": "counted anew",
    "word_frequency": "counted anew",
    "ticket_cell": "counted anew",
    "ticket_cell_mark": "counted anew",
}
"""Tables that are not, and why."""

_ARCHIVE = {table: statement(f"archive_{table}") for table in KEPT}
_RESTORE = {table: statement(f"restore_{table}") for table in KEPT}
_SUPERSEDED = statement("restore_superseded")
_CREATE = statement("tenant_create")

_AT_ONCE = 500  # rows in memory
_TIMEOUT = 70.0  # seconds for one list of rows: longer than the server's own limit for bulk work


class Archive:
    """A tenant's rows as they were at one moment."""

    def __init__(self, connection: Connection, tenant_id: TenantId) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    async def rows(self, table: str) -> AsyncIterator[Row]:
        """Every row of one of `KEPT`, by key; few of them are in memory at a time."""
        async for row in self._connection.cursor(_ARCHIVE[table], self._tenant_id, prefetch=_AT_ONCE):
            yield row["content"]


@asynccontextmanager
async def reading_archive(pool: Pool, tenant_id: TenantId) -> AsyncIterator[Archive]:
    """All reads inside see the same moment; writers go on."""
    async with snapshot(pool, tenant_id) as connection:
        yield Archive(connection, tenant_id)


async def restore(
    pool: Pool, tenant: Tenant, rows: AsyncIterable[tuple[str, Sequence[Row]]], superseded: AsyncIterable[Sequence[Row]]
) -> dict[str, int]:
    """Create the tenant with these rows, in one transaction; how many there are of each table.

    `rows`: tables of `KEPT` in their order, each with some of its rows, as often as it takes. `superseded`: facts again,
    once all are there. Raises `Conflict` where the tenant exists, and `InvalidArgument` for what no archive holds.
    """
    counts = dict.fromkeys(KEPT, 0)
    async with tenant_transaction(pool, tenant.tenant_id, bulk=True) as connection:
        values = (tenant.key, tenant.name, tenant.embedding_model, tenant.embedding_dim, tenant.created_at)
        more = (tenant.fiscal_year_start, dict(tenant.source_trust))
        if await connection.fetchval(_CREATE, tenant.tenant_id, *values, *more) is None:
            raise Conflict(f"Tenant {tenant.key} exists already.", "Import into a tenant that does not exist yet.")
        async for table, some in rows:
            await connection.execute(_RESTORE[table], tenant.tenant_id, list(some), timeout=_TIMEOUT)
            counts[table] += len(some)
        async for some in superseded:
            await connection.execute(_SUPERSEDED, tenant.tenant_id, list(some), timeout=_TIMEOUT)
        for plane in ("customers", "ltm", "semantic", "vector", "knowledge"):
            await bump(connection, tenant.tenant_id, plane)
    return counts
