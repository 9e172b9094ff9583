"""How frequent words are in a tenant's planes: what tells a rare word from a common one, which PostgreSQL does not."""

from collections.abc import Mapping
from typing import Any, get_args

from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.selection import is_outgrown
from moe_memorygraph.memory.values import Plane

__all__ = ["refresh_statistics"]

_SAMPLE = 20_000  # passages: a word that one in a thousand holds is counted to a fifth
_TIMEOUT = 70.0  # seconds for one plane: longer than the server's own limit for bulk work

_DUE = statement("statistics_due")
_SEEN = statement("statistics_seen")
_LOCK = statement("tenant_lock")
_DELETE = statement("word_frequency_delete")
_COUNT = {plane: statement(f"statistics_{plane}") for plane in get_args(Plane) if plane != "stm"}


async def refresh_statistics(bound: Bound) -> tuple[str, ...]:
    """Count the words of the planes that were never counted or have grown or shrunk by a tenth since; which.

    Where no plane has changed at all, this is one look-up.
    """
    async with bound.reading() as connection:
        if not await connection.fetch(_DUE, bound.tenant_id):
            return ()
    async with bound.writing(bulk=True) as connection:
        await connection.execute(_LOCK, bound.tenant_id)
        rows = await connection.fetch(_DUE, bound.tenant_id, timeout=_TIMEOUT)
        outgrown = [row for row in rows if is_outgrown(row["counted"], row["passages"])]
        for row in rows:
            if row not in outgrown:
                await connection.execute(_SEEN, bound.tenant_id, row["plane"], row["revision"])
        for row in outgrown:
            await _count(connection, bound, row)
    return tuple(row["plane"] for row in outgrown)


async def _count(connection: Any, bound: Bound, row: Mapping[str, Any]) -> None:
    plane = row["plane"]
    await connection.execute(_DELETE, bound.tenant_id, plane, timeout=_TIMEOUT)
    values = (row["revision"], row["passages"], _SAMPLE)
    await connection.execute(_COUNT[plane], bound.tenant_id, *values, timeout=_TIMEOUT)
