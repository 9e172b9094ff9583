"""Customers in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

from moe_memorygraph.memory.content import with_content_hash
from moe_memorygraph.memory.postgres.pool import Bound, as_json
from moe_memorygraph.memory.postgres.privacy import put_originals
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import bump, columns
from moe_memorygraph.memory.values import Customer, WriteCounts

__all__ = ["PostgresCustomers"]

_PUT = statement("customer_put")
_GET = statement("customer_get")
_ALL = statement("customer_all")


class PostgresCustomers:
    """Implements `CustomerDirectory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def put_many(self, customers: Sequence[Customer]) -> WriteCounts:
        latest = {one.customer_id: with_content_hash(one) for one in customers}
        if not latest:
            return WriteCounts()
        rows = [_row(one) for _, one in sorted(latest.items())]
        async with self._bound.writing(bulk=True) as connection:
            changed = await connection.fetch(_PUT, self._bound.tenant_id, *columns(rows, len(rows[0])))
            if changed:
                originals = {row["customer_id"]: latest[row["customer_id"]].originals for row in changed}
                replaced = [row["customer_id"] for row in changed if not row["is_new"]]
                await put_originals(connection, self._bound.tenant_id, "customer", originals, replaced=replaced)
                await bump(connection, self._bound.tenant_id, "customers")
        inserted = sum(row["is_new"] for row in changed)
        return WriteCounts(inserted=inserted, updated=len(changed) - inserted, unchanged=len(latest) - len(changed))

    async def get(self, customer_id: str) -> Customer | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET, self._bound.tenant_id, customer_id)
        return None if row is None else _customer(row)

    async def all(self) -> list[Customer]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_ALL, self._bound.tenant_id)
        return [_customer(row) for row in rows]


def _row(one: Customer) -> tuple[Any, ...]:
    return (
        one.customer_id,
        one.name,
        as_json(one.aliases),
        one.tier,
        one.industry,
        one.region,
        one.arr,
        one.status,
        one.since,
        one.churned_at,
        one.churn_reason,
        as_json(dict(one.attributes)),
        one.content_hash,
    )


def _customer(row: Any) -> Customer:
    return Customer(**{**dict(row), "aliases": tuple(row["aliases"])})
