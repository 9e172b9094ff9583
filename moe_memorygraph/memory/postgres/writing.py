"""What every writer shares: the tenant's dimension, fixed by its first vector, and the count of a plane's changes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.content import dimension_conflict, one_dimension, tenant_missing
from moe_memorygraph.memory.postgres.pool import Bound, Connection
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.values import TenantId, Vector

__all__ = ["accept_vectors", "bump", "columns", "note_origin"]

_DIMENSION = statement("tenant_dimension")
_BUMP = statement("revision_bump")
_ORIGIN = statement("origin_put")


async def accept_vectors(connection: Connection, tenant_id: TenantId, vectors: Sequence[Vector | None]) -> None:
    """Raise `Conflict` unless the vectors have the tenant's dimension; the first ones fix it."""
    dimension = one_dimension(vectors)
    if dimension is None:
        return
    for _ in range(2):  # a writer that fixes it at the same moment hides it from the first look
        fixed = await connection.fetchval(_DIMENSION, tenant_id, dimension)
        if fixed == dimension:
            return
        if fixed is not None:
            raise dimension_conflict()
    raise tenant_missing()


async def bump(connection: Connection, tenant_id: TenantId, plane: str) -> None:
    """Count one change of a plane; caches that hold an older count are stale once this commits."""
    await connection.execute(_BUMP, tenant_id, plane)


async def note_origin(connection: Connection, bound: Bound) -> UUID | None:
    """The id of who writes, noted in the same transaction; None where it was not told."""
    origin = bound.origin
    if origin is None:
        return None
    said = (origin.tier, origin.actor, origin.tool, origin.run_id, origin.written_at)
    await connection.execute(_ORIGIN, bound.tenant_id, origin.origin_id, *said)
    return origin.origin_id


def columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows as one array per column, as `unnest` takes them."""
    return [[row[column] for row in rows] for column in range(width)]
