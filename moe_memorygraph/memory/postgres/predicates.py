"""What tenants say of predicates, in PostgreSQL."""

from typing import Any

from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import bump
from moe_memorygraph.memory.predicates import Predicate

__all__ = ["PostgresPredicates"]

_ALL = statement("predicate_all")
_PUT = statement("predicate_put")
_DELETE = statement("predicate_delete")


class PostgresPredicates:
    """Implements `PredicateDirectory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def all(self) -> list[Predicate]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_ALL, self._bound.tenant_id)
        return [_predicate(row) for row in rows]

    async def put(self, predicate: Predicate) -> None:
        async with self._bound.writing() as connection:
            await connection.execute(
                _PUT,
                self._bound.tenant_id,
                predicate.name,
                predicate.single,
                predicate.value,
                list(predicate.aliases),
                list(predicate.asked_by),
                list(predicate.hinted_by),
                predicate.half_life_days,
            )
            await bump(connection, self._bound.tenant_id, "customers")

    async def remove(self, name: str) -> bool:
        async with self._bound.writing() as connection:
            gone = await connection.fetchval(_DELETE, self._bound.tenant_id, name)
            if gone is not None:
                await bump(connection, self._bound.tenant_id, "customers")
        return gone is not None


def _predicate(row: Any) -> Predicate:
    lists = {name: tuple(row[name]) for name in ("aliases", "asked_by", "hinted_by")}
    return Predicate(**{**dict(row), **lists})
