"""A tenant's own topics, and tickets that have no category of the tenant's, in PostgreSQL."""

from collections.abc import Sequence

from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import bump, columns
from moe_memorygraph.memory.values import OwnTopic, ToldTopic, UntoldTicket

__all__ = ["PostgresTopics"]

_ALL = statement("topic_all")
_PUT = statement("topic_put")
_REMOVE = statement("topic_remove")
_UNTOLD = statement("ticket_untold")
_TELL = statement("ticket_tell_topic")

_TIMEOUT = 70.0  # seconds for one bulk statement: longer than the server's own limit for it


class PostgresTopics:
    """Implements `TopicMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def own(self) -> list[OwnTopic]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_ALL, self._bound.tenant_id)
        return [
            OwnTopic(
                name=row["name"],
                label=row["label"],
                names=tuple(row["names"]),
                words=tuple(row["words"]),
                examples=tuple(row["examples"]),
                is_retired=row["is_retired"],
            )
            for row in rows
        ]

    async def put(self, topic: OwnTopic) -> None:
        values = (topic.name, topic.label, list(topic.names), list(topic.words), list(topic.examples), topic.is_retired)
        async with self._bound.writing() as connection:
            await connection.execute(_PUT, self._bound.tenant_id, *values)
            await bump(connection, self._bound.tenant_id, "vector")

    async def remove(self, name: str) -> bool:
        async with self._bound.writing() as connection:
            removed = await connection.fetchval(_REMOVE, self._bound.tenant_id, name) is not None
            if removed:
                await bump(connection, self._bound.tenant_id, "vector")
        return removed

    async def untold(self, *, after: str = "", limit: int) -> list[UntoldTicket]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_UNTOLD, self._bound.tenant_id, after, limit)
        return [UntoldTicket(**row) for row in rows]

    async def tell(self, told: Sequence[ToldTopic]) -> int:
        rows = [(one.ticket_id, one.category, one.probability) for one in told]
        async with self._bound.writing(bulk=True) as connection:
            changed = await connection.fetchval(_TELL, self._bound.tenant_id, *columns(rows, 3), timeout=_TIMEOUT)
            if changed:
                await bump(connection, self._bound.tenant_id, "vector")
        return int(changed)
