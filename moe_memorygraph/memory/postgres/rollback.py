"""Taking back what one source, call, credential or time brought, in PostgreSQL.

Facts, turns and documents go in one transaction, then tickets some at a time: one that is interrupted has taken back all
or nothing of each, and is finished by calling it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.content import tenant_missing
from moe_memorygraph.memory.postgres.facts import delete_facts, fact_of, insert_facts
from moe_memorygraph.memory.postgres.pool import Bound, Connection, as_json
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.writing import bump, columns
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.retraction import (
    Given,
    Resettled,
    RolledBack,
    Selection,
    fact_from_json,
    fact_to_json,
    given_of,
    named_by,
    settle_again,
    unknown_until,
)
from moe_memorygraph.memory.values import Fact, Vector

__all__ = ["roll_back"]

_LOCK = statement("tenant_lock")
_SOURCES = statement("rollback_sources")
_DOCUMENTS_NAMED = statement("rollback_documents_named")
_FACTS = statement("rollback_facts")
_AGAIN = statement("rollback_again")
_TOPICS = statement("rollback_topics")
_AGAINS = statement("rollback_agains")
_EMBEDDINGS = statement("rollback_embeddings")
_KEEP_FACTS = statement("rollback_keep_facts")
_SET_ENDS = statement("fact_set_ends")
_SAY_AGAIN = statement("fact_again_put")
_TURNS = statement("rollback_turns")
_DOCUMENTS = statement("rollback_documents")
_TICKETS = statement("rollback_tickets")
_HELD = statement("rollback_held")

TICKETS_AT_ONCE = 1_000
_TIMEOUT = 70.0  # seconds for one statement: longer than the server's own limit for bulk work


class _OnlyTried(Exception):
    """Ends a transaction whose work is to be counted and not kept."""


async def roll_back(
    bound: Bound, selection: Selection, *, now: datetime, catalogue: PredicateCatalogue, dry_run: bool
) -> RolledBack:
    done = RolledBack()
    try:
        async with bound.writing(bulk=True) as connection:
            if await connection.fetchval(_LOCK, bound.tenant_id) is None:
                raise tenant_missing()
            work = _Work(connection, bound, selection, now)
            done = await work.all_but_tickets(catalogue)
            while dry_run and (gone := await work.tickets(TICKETS_AT_ONCE)):
                done = replace(done, tickets=done.tickets + gone)
            if dry_run:
                raise _OnlyTried
    except _OnlyTried:
        return done
    while True:
        async with bound.writing(bulk=True) as connection:
            gone = await _Work(connection, bound, selection, now).tickets(TICKETS_AT_ONCE)
            if not gone:
                return done
            await bump(connection, bound.tenant_id, "vector")
        done = replace(done, tickets=done.tickets + gone)


class _Work:
    """What is done in one transaction."""

    def __init__(self, connection: Connection, bound: Bound, selection: Selection, now: datetime) -> None:
        self._connection = connection
        self._tenant_id = bound.tenant_id
        self._selection = selection
        self._now = now

    async def all_but_tickets(self, catalogue: PredicateCatalogue) -> RolledBack:
        facts, resettled = await self._facts(catalogue)
        named = await self._documents_named()
        turns = await self._moved(_TURNS, named_by(self._selection, "sessions"))
        documents = await self._moved(_DOCUMENTS, named)
        sources = await self._sources()
        held = await self._connection.fetchval(
            *fitted(_HELD, self._tenant_id, sources, *self._writers(), self._now), timeout=_TIMEOUT
        )
        for plane, count in (("semantic", facts + resettled), ("knowledge", documents)):
            if count:
                await bump(self._connection, self._tenant_id, plane)
        return RolledBack(facts=facts, turns=turns, documents=documents, held=int(held), resettled=resettled)

    async def tickets(self, at_most: int) -> int:
        """Take back some tickets; how many. 0: there is none left."""
        return await self._moved(_TICKETS, named_by(self._selection, "tickets"), at_most)

    def _writers(self) -> tuple[Any, ...]:
        one = self._selection
        return (one.run_id, one.actor, one.since, one.until)

    async def _sources(self) -> list[str] | None:
        """The names of facts' sources that are meant; None: any."""
        if self._selection.source is None:
            return None
        rows = await self._connection.fetch(_SOURCES, self._tenant_id)
        return [row["source"] for row in rows if self._selection.names(row["source"])]

    async def _documents_named(self) -> list[str] | None:
        if self._selection.source is None:
            return None
        rows = await self._connection.fetch(_DOCUMENTS_NAMED, self._tenant_id)
        by_uri = named_by(self._selection, "documents") or []
        return [
            row["document_id"] for row in rows if row["document_id"] in by_uri or self._selection.names(row["path"])
        ]

    async def _moved(self, sql: str, ids: list[str] | None, *more: int) -> int:
        asked = (self._tenant_id, ids, *self._writers(), self._now, *more)
        return int(await self._connection.fetchval(*fitted(sql, *asked), timeout=_TIMEOUT))

    # -- facts ---------------------------------------------------------------------------------------------------

    async def _facts(self, catalogue: PredicateCatalogue) -> tuple[int, int]:
        """Take back facts and settle anew what they had changed; how many were taken back, and how many changed."""
        connection, tenant_id = self._connection, self._tenant_id
        asked = (tenant_id, await self._sources(), *self._writers())
        await connection.execute(*fitted(_AGAIN, *asked), timeout=_TIMEOUT)
        doomed = await connection.fetch(*fitted(_FACTS, *asked), timeout=_TIMEOUT)
        if not doomed:
            return 0, 0
        names = {name for row in doomed for name in catalogue.names_of(row["predicate"])}
        rows = await connection.fetch(
            _TOPICS, tenant_id, list({row["subject_key"] for row in doomed}), list(names), timeout=_TIMEOUT
        )
        stored = {row["fact_id"]: fact_of(row) for row in rows}
        given = await self._given(stored, {row["fact_id"]: row["stated_to"] for row in rows})
        gone = {row["fact_id"] for row in doomed}
        topics: dict[tuple[str, str], list[Given]] = {}
        for one in given:
            topics.setdefault((one.fact.subject.casefold(), catalogue.canonical(one.fact.predicate)), []).append(one)
        meant = {(row["subject_key"], catalogue.canonical(row["predicate"])) for row in doomed}
        settled = [settle_again(topics[topic], gone, catalogue=catalogue) for topic in sorted(meant)]
        return len(gone), await self._apply(stored, gone, settled)

    async def _given(self, stored: Mapping[UUID, Fact], stated: Mapping[UUID, datetime | None]) -> list[Given]:
        again = await self._connection.fetch(_AGAINS, self._tenant_id, list(stored))
        facts = list(stored.values())
        return [
            *(given_of(fact, stated[fact.fact_id], facts) for fact in facts),
            *(Given(fact=fact_from_json(row["content"]), held_by=row["fact_id"]) for row in again),
        ]

    async def _apply(self, stored: Mapping[UUID, Fact], gone: set[UUID], settled: Sequence[Resettled]) -> int:
        """Make what was settled what is stored; how many facts of others changed, came or went by it."""
        connection, tenant_id = self._connection, self._tenant_id
        standing = {fact.fact_id: fact for one in settled for fact in one.standing}
        revived = {fact_id for one in settled for fact_id in one.revived}
        absorbed = {given.fact.fact_id for one in settled for given, _ in one.absorbed if given.held_by is None}
        changed = [
            fact
            for fact_id, fact in standing.items()
            if fact_id not in revived
            and (fact.valid_to, fact.superseded_by) != (stored[fact_id].valid_to, stored[fact_id].superseded_by)
        ]
        leaving = gone | absorbed
        new = [standing[fact_id] for fact_id in revived]
        kept = [stored[one] for one in (*leaving, *(fact.fact_id for fact in changed))]
        await self._keep([*kept, *(unknown_until(fact, self._now) for fact in new)], stored)
        # First nothing may name what leaves; then identities are free; then everything may be named.
        await self._set_ends([replace(fact, superseded_by=None) for fact in changed])
        vectors = await self._vectors(settled)
        await delete_facts(connection, tenant_id, list(leaving))
        await insert_facts(
            connection,
            tenant_id,
            [
                (replace(fact, superseded_by=None, embedding=vectors.get(fact.fact_id)), _end_given(settled, fact))
                for fact in new
            ],
        )
        await self._set_ends([fact for fact in (*changed, *new) if fact.superseded_by is not None])
        for given, held_by in (pair for one in settled for pair in one.absorbed):
            if given.fact.origin_id is not None and given.held_by != held_by:
                content = fact_to_json(given.fact)
                await connection.execute(_SAY_AGAIN, tenant_id, held_by, given.fact.origin_id, content)
        return len(changed) + len(new) + len(absorbed)

    async def _keep(self, facts: Sequence[Fact], stored: Mapping[UUID, Fact]) -> None:
        """Keep facts as they were known until now, each with when it was learned that it had ended."""
        rows = []
        for fact in facts:
            successor = stored.get(fact.superseded_by) if fact.superseded_by else None
            closed_at = successor.recorded_at if successor else None
            content = fact_to_json(fact, closed_at=closed_at.isoformat() if closed_at else None)
            rows.append((str(fact.fact_id), as_json(content)))
        if rows:
            ids, contents = columns(rows, 2)
            await self._connection.execute(_KEEP_FACTS, self._tenant_id, ids, self._now, contents, timeout=_TIMEOUT)

    async def _set_ends(self, facts: Sequence[Fact]) -> None:
        if facts:
            rows = [(fact.fact_id, fact.valid_to, fact.superseded_by) for fact in facts]
            await self._connection.execute(_SET_ENDS, self._tenant_id, *columns(rows, 3), timeout=_TIMEOUT)

    async def _vectors(self, settled: Sequence[Resettled]) -> dict[UUID, Vector]:
        """Embeddings for what stands anew: those of the facts that said the same."""
        said_by = {one.fact.fact_id: one.held_by for result in settled for one in result.again}
        rows = await self._connection.fetch(_EMBEDDINGS, self._tenant_id, [one for one in said_by.values() if one])
        vectors = {row["fact_id"]: row["embedding"] for row in rows}
        return {new: vectors[old] for new, old in said_by.items() if old in vectors}


def _end_given(settled: Sequence[Resettled], fact: Fact) -> datetime | None:
    return next(one.fact.valid_to for result in settled for one in result.again if one.fact.fact_id == fact.fact_id)
