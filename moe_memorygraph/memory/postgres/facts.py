"""Facts in PostgreSQL. Every writer of facts counts the change first: that row lock puts them in one order per tenant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.content import check_facts, fact_identity, folded
from moe_memorygraph.memory.postgres.pool import Bound, Connection, half_vector
from moe_memorygraph.memory.postgres.privacy import put_originals
from moe_memorygraph.memory.postgres.search import Asked, find_best
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.told import find_told, read_told
from moe_memorygraph.memory.postgres.writing import accept_vectors, bump, columns
from moe_memorygraph.memory.supersession import same_topic, settle
from moe_memorygraph.memory.values import (
    LONGEST_NAME,
    Fact,
    FactFilter,
    FactHit,
    FactNames,
    ToldFilter,
    Vector,
    WriteCounts,
)

__all__ = ["PostgresFacts"]

_PUT = statement("fact_put")
_PUT_EMBEDDINGS = statement("fact_embedding_put")
_OPEN = statement("fact_open")
_CLOSE = statement("fact_close")
_BY_IDENTITY = statement("fact_by_identity")
_READ = statement("fact_read")
_FIND = statement("fact_find")
_SEARCH = statement("fact_search")
_SUBJECTS = statement("fact_subjects")
_VALUES = statement("fact_values")


class _Nothing(Exception):
    pass


class PostgresFacts:
    """Implements `FactMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def put_many(self, facts: Sequence[Fact], *, now: datetime) -> WriteCounts:
        if not facts:
            return WriteCounts()
        check_facts(facts)
        inserted = 0
        try:
            async with self._bound.writing(bulk=True) as connection:
                await accept_vectors(connection, self._bound.tenant_id, [fact.embedding for fact in facts])
                await bump(connection, self._bound.tenant_id, "semantic")
                stored = [replace(fact, recorded_at=fact.recorded_at or now) for fact in facts]
                inserted = await self._insert(connection, stored)
                if not inserted:
                    raise _Nothing
        except _Nothing:
            pass
        return WriteCounts(inserted=inserted, unchanged=len(facts) - inserted)

    async def record(
        self, fact: Fact, *, now: datetime, single_valued: bool, names: Sequence[str] = ()
    ) -> tuple[Fact, list[Fact], list[Fact]]:
        tenant_id = self._bound.tenant_id
        check_facts([fact])
        known, conflicts = fact, tuple[Fact, ...]()
        try:
            async with self._bound.writing() as connection:
                await accept_vectors(connection, tenant_id, [fact.embedding])
                await bump(connection, tenant_id, "semantic")
                asked = list({fact.predicate, *names})
                rows = await connection.fetch(_OPEN, tenant_id, fact.subject.casefold(), asked)
                beside = [one for one in map(_fact, rows) if same_topic(fact, one, names)]
                settlement = settle(fact, beside, now=now, single_valued=single_valued)
                known, conflicts = settlement.stored, settlement.conflicts
                if settlement.is_known:
                    raise _Nothing
                said = await connection.fetchrow(_BY_IDENTITY, tenant_id, fact_identity(known))
                if said is not None:
                    known, conflicts = _fact(said), ()
                    raise _Nothing
                await self._insert(connection, [known])
                if settlement.superseded:
                    closed = [one.fact_id for one in settlement.superseded]
                    await connection.execute(_CLOSE, tenant_id, closed, known.valid_from, known.fact_id)
        except _Nothing:
            return known, [], list(conflicts)
        return replace(known, embedding=None), list(settlement.superseded), list(conflicts)

    async def _insert(self, connection: Connection, facts: list[Fact]) -> int:
        by_id = {fact.fact_id: fact for fact in facts[::-1]}  # of repeated ids, the first counts
        rows = sorted((_row(fact) for fact in by_id.values()), key=lambda row: row[1])
        new = await connection.fetch(_PUT, self._bound.tenant_id, *columns(rows, len(rows[0])))
        vectors = [
            (row["fact_id"], half_vector(embedding))
            for row in new
            if (embedding := by_id[row["fact_id"]].embedding) is not None
        ]
        if vectors:
            await connection.execute(_PUT_EMBEDDINGS, self._bound.tenant_id, *columns(vectors, 2))
        originals = {str(row["fact_id"]): by_id[row["fact_id"]].originals for row in new}
        await put_originals(connection, self._bound.tenant_id, "fact", originals)
        return len(new)

    async def get(self, fact_id: UUID) -> Fact | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_READ, self._bound.tenant_id, [fact_id], None)
            return _fact(row) if row is not None else await read_told(connection, self._bound.tenant_id, fact_id)

    async def told(self, filters: ToldFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        async with self._bound.reading() as connection:
            return await find_told(connection, self._bound.tenant_id, filters, limit=limit, offset=offset)

    async def find(self, filters: FactFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_FIND, self._bound.tenant_id, *_filter(filters), limit, offset))
        return [_fact(row) for row in rows]

    async def search(
        self, *, text: str, embedding: Vector | None, filters: FactFilter, limit: int, offset: int = 0
    ) -> list[FactHit]:
        tenant_id = self._bound.tenant_id
        asked = Asked(text=text, embedding=embedding, is_narrow=bool(filters.subjects))
        async with self._bound.reading() as connection:
            best = await find_best(
                connection, _SEARCH, tenant_id, *_filter(filters), asked=asked, limit=limit, offset=offset
            )
            rows = await connection.fetch(_READ, tenant_id, [one.key for one in best], filters.known_at)
        read = {row["fact_id"]: _fact(row) for row in rows}
        return [
            FactHit(fact=read[one.key], similarity=one.similarity, lexical=one.lexical, score=one.score)
            for one in best
            if one.key in read
        ]

    async def names(self, *, limit: int) -> FactNames:
        async with self._bound.reading() as connection:
            subjects = await connection.fetch(_SUBJECTS, self._bound.tenant_id, limit)
            values = await connection.fetch(_VALUES, self._bound.tenant_id, LONGEST_NAME, limit)
        return FactNames(
            subjects=tuple(row["subject"] for row in subjects),
            values=tuple((row["predicate"], row["object"]) for row in values),
        )


def _filter(filters: FactFilter) -> tuple[Any, ...]:
    return (
        folded(filters.subjects) or None,
        list(filters.predicates) or None,
        filters.as_of or filters.known_at,
        filters.include_superseded,
        filters.known_at,
    )


def _row(fact: Fact) -> tuple[Any, ...]:
    return (
        fact.fact_id,
        fact_identity(fact),
        fact.subject,
        fact.subject.casefold(),
        fact.predicate,
        fact.object,
        fact.statement,
        fact.customer_id,
        fact.customer_id.casefold() if fact.customer_id is not None else None,
        fact.confidence,
        fact.valid_from,
        fact.valid_to,
        fact.recorded_at,
        fact.superseded_by,
        fact.source,
    )


def _fact(row: Any) -> Fact:
    return Fact(**row)
