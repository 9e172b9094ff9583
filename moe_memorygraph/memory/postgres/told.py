"""What tickets tell, in PostgreSQL: written in the ticket's own transaction, gone with it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.postgres.pool import Connection
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.writing import columns
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import Fact, TenantId, Ticket, ToldFilter

__all__ = ["find_told", "put_told", "read_told", "replace_told"]

_PUT = statement("told_put")
_DELETE = statement("told_delete")
_DELETE_OTHERS = statement("told_delete_others")
_READ = statement("told_read")
_FIND = statement("told_find")


async def put_told(
    connection: Connection, tenant_id: TenantId, tickets: Sequence[Ticket], *, replaced: Sequence[str], seconds: float
) -> None:
    """Store what these tickets tell; of those `replaced`, what they told before goes. `seconds`: the limit of each statement."""
    if replaced:
        await connection.execute(_DELETE, tenant_id, list(replaced), timeout=seconds)
    rows = [_row(fact, ticket) for ticket in tickets for fact in ticket.told]
    if rows:
        await connection.execute(_PUT, tenant_id, *columns(rows, len(rows[0])), timeout=seconds)


async def replace_told(
    connection: Connection, tenant_id: TenantId, tickets: Sequence[Ticket], *, seconds: float
) -> bool:
    """Make what these tickets tell what is stored of them; whether anything changed. What stays is left as it is."""
    if not tickets:
        return False
    rows = [_row(fact, ticket) for ticket in tickets for fact in ticket.told]
    facts = [(fact_id, customer_id, *more[2:]) for fact_id, _, customer_id, *more in rows]
    gone = await connection.execute(
        _DELETE_OTHERS, tenant_id, [one.ticket_id for one in tickets], *columns(facts, 6), timeout=seconds
    )
    put = "INSERT 0 0"
    if rows:
        put = await connection.execute(_PUT, tenant_id, *columns(rows, len(rows[0])), timeout=seconds)
    return (gone, put) != ("DELETE 0", "INSERT 0 0")


async def read_told(connection: Connection, tenant_id: TenantId, fact_id: UUID) -> Fact | None:
    row = await connection.fetchrow(_READ, tenant_id, fact_id)
    return None if row is None else _fact(row)


async def find_told(
    connection: Connection, tenant_id: TenantId, filters: ToldFilter, *, limit: int, offset: int
) -> list[Fact]:
    asked = (
        tenant_id,
        list(filters.customer_ids) or None,
        list(filters.predicates) or None,
        filters.since,
        filters.until,
        limit,
        offset,
    )
    return [_fact(row) for row in await connection.fetch(*fitted(_FIND, *asked))]


def _row(fact: Fact, ticket: Ticket) -> tuple[Any, ...]:
    return (
        fact.fact_id,
        ticket.ticket_id,
        ticket.customer_id,
        fact.predicate,
        fact.object,
        fact.confidence,
        fact.valid_from,
        fact.quote_start,
        fact.quote_stop,
    )


def _fact(row: Any) -> Fact:
    return Fact(**row, subject=row["customer_id"], source=memory_uri("tickets", row["ticket_id"]), tier="text")
