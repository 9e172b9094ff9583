"""Session turns in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from moe_memorygraph.memory.postgres.pool import Bound, half_vector
from moe_memorygraph.memory.postgres.privacy import put_originals
from moe_memorygraph.memory.postgres.search import Asked, find_best
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import accept_vectors, columns, note_origin
from moe_memorygraph.memory.values import Turn, TurnHit, Vector

__all__ = ["PostgresSessions"]

_PUT = statement("turn_put")
_PUT_EMBEDDINGS = statement("turn_embedding_put")
_LIVE = statement("turn_live")
_SEARCH = statement("turn_search")
_READ = statement("turn_read")
_SWEEP = statement("turn_sweep")


class PostgresSessions:
    """Implements `SessionMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def remember(self, turns: Sequence[Turn]) -> None:
        if not turns:
            return
        by_id = {turn.turn_id: turn for turn in turns}
        rows = [
            (turn.turn_id, turn.session_id, turn.role, turn.text, turn.created_at, turn.expires_at)
            for _, turn in sorted(by_id.items())
        ]
        tenant_id = self._bound.tenant_id
        async with self._bound.writing() as connection:
            await accept_vectors(connection, tenant_id, [turn.embedding for turn in by_id.values()])
            origin_id = await note_origin(connection, self._bound)
            new = await connection.fetch(_PUT, tenant_id, *columns(rows, 6), origin_id)
            vectors = [
                (row["turn_id"], half_vector(embedding))
                for row in new
                if (embedding := by_id[row["turn_id"]].embedding) is not None
            ]
            if vectors:
                await connection.execute(_PUT_EMBEDDINGS, tenant_id, *columns(vectors, 2))
            originals = {str(row["turn_id"]): by_id[row["turn_id"]].originals for row in new}
            await put_originals(connection, tenant_id, "turn", originals)

    async def live_turns(self, session_id: str, *, now: datetime, limit: int = 50) -> list[Turn]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_LIVE, self._bound.tenant_id, session_id, now, limit)
        return [_turn(row) for row in reversed(rows)]

    async def search(
        self, session_id: str, *, text: str, embedding: Vector | None, now: datetime, limit: int
    ) -> list[TurnHit]:
        tenant_id = self._bound.tenant_id
        asked = Asked(text=text, embedding=embedding)
        async with self._bound.reading() as connection:
            best = await find_best(connection, _SEARCH, tenant_id, session_id, now, asked=asked, limit=limit)
            rows = await connection.fetch(_READ, tenant_id, [one.key for one in best])
        read = {row["turn_id"]: _turn(row) for row in rows}
        return [
            TurnHit(turn=read[one.key], similarity=one.similarity, lexical=one.lexical, score=one.score)
            for one in best
            if one.key in read
        ]

    async def sweep(self, *, now: datetime) -> int:
        async with self._bound.writing() as connection:
            return int(await connection.fetchval(_SWEEP, self._bound.tenant_id, now))


def _turn(row: Any) -> Turn:
    return Turn(
        turn_id=row["turn_id"],
        session_id=row["session_id"],
        role=row["role"],
        text=row["body"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
    )
