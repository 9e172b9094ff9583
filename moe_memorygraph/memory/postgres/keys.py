"""API keys in PostgreSQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.content import key_missing
from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.values import ApiKey

__all__ = ["PostgresKeys"]

_ADD = statement("key_add")
_GET = statement("key_get")
_ALL = statement("key_all")
_REVOKE = statement("key_revoke")
_USED = statement("key_used")


class PostgresKeys:
    """Implements `KeyRing`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def add(self, key: ApiKey) -> None:
        row = (key.key_id, key.name, key.digest, list(key.scopes), key.created_at, key.expires_at)
        async with self._bound.writing() as connection:
            await connection.execute(_ADD, self._bound.tenant_id, *row)

    async def get(self, key_id: UUID) -> ApiKey | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET, self._bound.tenant_id, key_id)
        return None if row is None else _key_of(row)

    async def all(self) -> list[ApiKey]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_ALL, self._bound.tenant_id)
        return [_key_of(row) for row in rows]

    async def revoke(self, key_id: UUID, *, now: datetime) -> None:
        async with self._bound.writing() as connection:
            found = await connection.fetchval(_REVOKE, self._bound.tenant_id, key_id, now)
        if found is None:
            raise key_missing()

    async def used(self, key_id: UUID, *, now: datetime) -> None:
        async with self._bound.writing() as connection:
            await connection.execute(_USED, self._bound.tenant_id, key_id, now)


def _key_of(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey(**{**row, "scopes": tuple(row["scopes"])})
