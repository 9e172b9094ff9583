"""Facts in PostgreSQL. Every writer of facts counts the change first: that row lock puts them in one order per tenant."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.content import check_facts, fact_identity, folded, signed_by
from moe_memorygraph.memory.postgres.pool import Bound, Connection, half_vector
from moe_memorygraph.memory.postgres.privacy import put_originals
from moe_memorygraph.memory.postgres.search import Asked, find_best
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.told import find_told, read_told
from moe_memorygraph.memory.postgres.writing import accept_vectors, bump, columns, note_origin
from moe_memorygraph.memory.retraction import as_known_at, fact_from_json, fact_to_json, fits, in_order
from moe_memorygraph.memory.supersession import same_topic, settle
from moe_memorygraph.memory.values import (
    LONGEST_NAME,
    Fact,
    FactFilter,
    FactHit,
    FactNames,
    TenantId,
    ToldFilter,
    Vector,
    WriteCounts,
)

__all__ = ["PostgresFacts", "delete_facts", "fact_of", "insert_facts"]

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
_AGAIN = statement("fact_again_put")
_DELETE = statement("fact_delete")
_RETRACTED = statement("retracted_facts")
_RETRACTED_READ = statement("retracted_read")


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
                stored = [self._signed(replace(fact, recorded_at=fact.recorded_at or now)) for fact in facts]
                await note_origin(connection, self._bound)
                inserted = await insert_facts(
                    connection, self._bound.tenant_id, [(fact, fact.valid_to) for fact in stored]
                )
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
        fact = self._signed(fact)
        known, conflicts = fact, tuple[Fact, ...]()
        try:
            async with self._bound.writing() as connection:
                await accept_vectors(connection, tenant_id, [fact.embedding])
                await bump(connection, tenant_id, "semantic")
                asked = list({fact.predicate, *names})
                rows = await connection.fetch(_OPEN, tenant_id, fact.subject.casefold(), asked)
                beside = [one for one in map(fact_of, rows) if same_topic(fact, one, names)]
                settlement = settle(fact, beside, now=now, single_valued=single_valued)
                known, conflicts = settlement.stored, settlement.conflicts
                said = None if settlement.is_known else await self._same(connection, known)
                if said is not None:
                    known, conflicts = said, ()
                if settlement.is_known or said is not None:
                    if not await self._say_again(connection, fact, known, now=now):
                        raise _Nothing
                    return known, [], list(conflicts)
                await note_origin(connection, self._bound)
                await insert_facts(connection, tenant_id, [(known, fact.valid_to)])
                if settlement.superseded:
                    closed = [one.fact_id for one in settlement.superseded]
                    await connection.execute(_CLOSE, tenant_id, closed, known.valid_from, known.fact_id)
        except _Nothing:
            return known, [], list(conflicts)
        return replace(known, embedding=None), list(settlement.superseded), list(conflicts)

    async def _same(self, connection: Connection, fact: Fact) -> Fact | None:
        """The fact that says the same, if it is stored."""
        row = await connection.fetchrow(_BY_IDENTITY, self._bound.tenant_id, fact_identity(fact))
        return None if row is None else fact_of(row)

    async def _say_again(self, connection: Connection, fact: Fact, known: Fact, *, now: datetime) -> bool:
        """Note that another writer said what is held already; whether it was another."""
        if fact.origin_id is None or fact.origin_id == known.origin_id:
            return False
        await note_origin(connection, self._bound)
        content = fact_to_json(replace(fact, recorded_at=fact.recorded_at or now))
        await connection.execute(_AGAIN, self._bound.tenant_id, known.fact_id, fact.origin_id, content)
        return True

    def _signed(self, fact: Fact) -> Fact:
        """The fact as one of whoever writes, if that is told."""
        return signed_by(fact, self._bound.origin)

    async def get(self, fact_id: UUID) -> Fact | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_READ, self._bound.tenant_id, [fact_id], None)
            if row is not None:
                return fact_of(row)
            told = await read_told(connection, self._bound.tenant_id, fact_id)
            if told is not None:
                return told
            kept = await connection.fetchrow(_RETRACTED_READ, self._bound.tenant_id, "fact", str(fact_id))
        return None if kept is None else replace(fact_from_json(kept["content"]), retracted_at=kept["known_until"])

    async def told(self, filters: ToldFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        async with self._bound.reading() as connection:
            return await find_told(connection, self._bound.tenant_id, filters, limit=limit, offset=offset)

    async def find(self, filters: FactFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        if filters.known_at is not None:
            return await self._find_known(filters, filters.known_at, limit=limit, offset=offset)
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_FIND, self._bound.tenant_id, *_filter(filters), limit, offset))
        return [fact_of(row) for row in rows]

    async def _as_known(
        self, connection: Connection, facts: Mapping[UUID, Fact], filters: FactFilter, at: datetime
    ) -> dict[UUID, Fact]:
        """Facts as they stood at a time, where a rollback changed them since. Those that it took back are not found by
        words: their words are not indexed any more."""
        rows = await connection.fetch(_RETRACTED, self._bound.tenant_id, at)
        before = {UUID(row["content"]["fact_id"]): as_known_at(row["content"], at) for row in rows}
        known = {fact_id: before.get(fact_id, fact) for fact_id, fact in facts.items()}
        asked = filters.as_of or at
        return {
            fact_id: fact
            for fact_id, fact in known.items()
            if fact is not None and (fact_id not in before or fits(fact, filters, at=asked))
        }

    async def _find_known(self, filters: FactFilter, at: datetime, *, limit: int, offset: int) -> list[Fact]:
        """Facts as they were known at a time: those that were taken back since are there, as they stood."""
        tenant_id = self._bound.tenant_id
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_RETRACTED, tenant_id, at)
            before = {UUID(row["content"]["fact_id"]): as_known_at(row["content"], at) for row in rows}
            found = await connection.fetch(
                *fitted(_FIND, tenant_id, *_filter(filters), offset + limit + len(before), 0)
            )
        facts = [fact for row in found if (fact := fact_of(row)).fact_id not in before]
        facts += [fact for fact in before.values() if fact is not None and fits(fact, filters, at=filters.as_of or at)]
        return sorted(facts, key=in_order)[offset : offset + limit]

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
            read = {row["fact_id"]: fact_of(row) for row in rows}
            if filters.known_at is not None:
                read = await self._as_known(connection, read, filters, filters.known_at)
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


async def insert_facts(
    connection: Connection, tenant_id: TenantId, facts: Sequence[tuple[Fact, datetime | None]]
) -> int:
    """Store facts that are not stored, with the ends that were stated of them; how many were new."""
    if not facts:
        return 0
    by_id = {fact.fact_id: (fact, end) for fact, end in facts[::-1]}  # of repeated ids, the first counts
    rows = sorted((_row(fact, end) for fact, end in by_id.values()), key=lambda row: row[1])
    new = await connection.fetch(_PUT, tenant_id, *columns(rows, len(rows[0])))
    vectors = [
        (row["fact_id"], half_vector(embedding))
        for row in new
        if (embedding := by_id[row["fact_id"]][0].embedding) is not None
    ]
    if vectors:
        await connection.execute(_PUT_EMBEDDINGS, tenant_id, *columns(vectors, 2))
    originals = {str(row["fact_id"]): by_id[row["fact_id"]][0].originals for row in new}
    await put_originals(connection, tenant_id, "fact", originals)
    return len(new)


async def delete_facts(connection: Connection, tenant_id: TenantId, fact_ids: Sequence[UUID]) -> None:
    await connection.execute(_DELETE, tenant_id, list(fact_ids))


def _filter(filters: FactFilter) -> tuple[Any, ...]:
    return (
        folded(filters.subjects) or None,
        list(filters.predicates) or None,
        filters.as_of or filters.known_at,
        filters.include_superseded,
        filters.known_at,
    )


def _row(fact: Fact, stated_to: datetime | None) -> tuple[Any, ...]:
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
        fact.tier,
        fact.origin_id,
        stated_to,
    )


def fact_of(row: Any) -> Fact:
    return Fact(**{name: value for name, value in row.items() if name != "stated_to"})
