"""Patterns in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.content import pattern_hash, tenant_missing
from moe_memorygraph.memory.postgres.pool import Bound, Connection, half_vector
from moe_memorygraph.memory.postgres.search import Asked, find_best
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.writing import accept_vectors, bump, columns
from moe_memorygraph.memory.values import Pattern, PatternFilter, PatternHit, Vector, WriteCounts

__all__ = ["PostgresPatterns"]

_LOCK = statement("tenant_lock")
_DELETE_OTHERS = statement("pattern_delete_others")
_PUT = statement("pattern_put")
_SEEN = statement("pattern_seen")
_DELETE_EVIDENCE = statement("pattern_evidence_delete")
_PUT_EVIDENCE = statement("pattern_evidence_put")
_DELETE_EMBEDDINGS = statement("pattern_embedding_delete")
_EMBEDDED = statement("pattern_embedded")
_PUT_EMBEDDINGS = statement("pattern_embedding_put")
_READ = statement("pattern_read")
_SCOPE = statement("pattern_scope")
_SEARCH = statement("pattern_search")


class PostgresPatterns:
    """Implements `PatternMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def replace_all(self, patterns: Sequence[Pattern], *, mined_at: datetime) -> WriteCounts:
        latest = {one.pattern_id: one for one in patterns}
        rows = [_row(one) for _, one in sorted(latest.items())]
        tenant_id = self._bound.tenant_id
        async with self._bound.writing(bulk=True) as connection:
            await accept_vectors(connection, tenant_id, [one.embedding for one in latest.values()])
            if await connection.fetchval(_LOCK, tenant_id) is None:  # so that two miners replace one after the other
                raise tenant_missing()
            removed = await connection.fetch(_DELETE_OTHERS, tenant_id, list(latest))
            changed = await connection.fetch(_PUT, tenant_id, *columns(rows, 23), mined_at)
            await connection.execute(_SEEN, tenant_id, mined_at)
            await self._put_evidence(connection, [latest[row["pattern_id"]] for row in changed])
            given = [one.pattern_id for one in latest.values() if one.embedding is not None]
            await connection.execute(_DELETE_EMBEDDINGS, tenant_id, given)
            vectors = [
                (one.pattern_id, half_vector(one.embedding)) for one in latest.values() if one.embedding is not None
            ]
            if vectors:
                await connection.execute(_PUT_EMBEDDINGS, tenant_id, *columns(vectors, 2))
            if changed or removed or vectors:
                await bump(connection, tenant_id, "ltm")
        inserted = sum(row["is_new"] for row in changed)
        return WriteCounts(inserted=inserted, updated=len(changed) - inserted, unchanged=len(latest) - len(changed))

    async def _put_evidence(self, connection: Connection, patterns: list[Pattern]) -> None:
        tenant_id = self._bound.tenant_id
        await connection.execute(_DELETE_EVIDENCE, tenant_id, [one.pattern_id for one in patterns])
        rows = [(one.pattern_id, place, ticket_id) for one in patterns for place, ticket_id in enumerate(one.evidence)]
        if rows:
            await connection.execute(_PUT_EVIDENCE, tenant_id, *columns(rows, 3))

    async def embedded(self) -> dict[UUID, str]:
        async with self._bound.reading() as connection:
            return dict(await connection.fetch(_EMBEDDED, self._bound.tenant_id))

    async def get(self, pattern_id: UUID) -> Pattern | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_READ, self._bound.tenant_id, [pattern_id])
        return None if row is None else _pattern(row)

    async def search(
        self, *, text: str, embedding: Vector | None, filters: PatternFilter, limit: int, offset: int = 0
    ) -> list[PatternHit]:
        tenant_id = self._bound.tenant_id
        asked = Asked(text=text, embedding=embedding, is_narrow=bool(filters.customer_ids))
        async with self._bound.reading() as connection:
            best = await find_best(
                connection, _SEARCH, tenant_id, *_filter(filters), asked=asked, limit=limit, offset=offset
            )
            rows = await connection.fetch(_READ, tenant_id, [one.key for one in best])
        read = {row["pattern_id"]: _pattern(row) for row in rows}
        return [
            PatternHit(pattern=read[one.key], similarity=one.similarity, lexical=one.lexical, score=one.score)
            for one in best
            if one.key in read
        ]

    async def for_scope(self, filters: PatternFilter, *, limit: int) -> list[Pattern]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_SCOPE, self._bound.tenant_id, *_filter(filters), limit))
        return [_pattern(row) for row in rows]


def _filter(filters: PatternFilter) -> tuple[Any, ...]:
    return (
        list(filters.customer_ids) or None,
        list(filters.topics) or None,
        filters.kind,
        filters.since,
        filters.until,
        filters.tier,
        filters.channel,
        filters.product,
    )


def _row(one: Pattern) -> tuple[Any, ...]:
    return (
        one.pattern_id,
        one.kind,
        one.statement,
        one.customer_id,
        one.topic,
        one.period_start,
        one.period_end,
        one.baseline_start,
        one.baseline_end,
        one.count,
        one.baseline_count,
        one.change_pct,
        one.rate_ratio,
        one.ci_low,
        one.ci_high,
        one.q_value,
        one.confidence,
        pattern_hash(one),
        one.tier,
        one.channel,
        one.product,
        one.weight,
        one.expires_at,
    )


def _pattern(row: Any) -> Pattern:
    return Pattern(**{**dict(row), "evidence": tuple(row["evidence"])})
