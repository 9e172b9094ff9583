"""Tickets in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, get_args

from moe_memorygraph.languages import language_of
from moe_memorygraph.memory.cells import URGENT
from moe_memorygraph.memory.content import check_passages, check_told, with_content_hash
from moe_memorygraph.memory.postgres.pool import Bound, Connection, as_json, half_vector
from moe_memorygraph.memory.postgres.privacy import put_originals
from moe_memorygraph.memory.postgres.search import Asked, find_best
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.told import put_told, replace_told
from moe_memorygraph.memory.postgres.writing import accept_vectors, bump, columns, note_origin
from moe_memorygraph.memory.ranking import NO_HINTS, Hints, traits_of
from moe_memorygraph.memory.values import (
    SETTLED,
    CustomerFigures,
    DataSpan,
    GroupCount,
    GroupCounts,
    GroupField,
    Message,
    Ticket,
    TicketFilter,
    TicketHit,
    TicketMeasures,
    TicketPassage,
    Vector,
    WriteCounts,
)

__all__ = ["PostgresTickets"]

_HASHES = statement("ticket_hashes")
_PUT = statement("ticket_put")
_DELETE_PASSAGES = statement("ticket_passage_delete")
_PUT_PASSAGES = statement("ticket_passage_put")
_PUT_EMBEDDINGS = statement("ticket_embedding_put")
_GET = statement("ticket_get")
_PASSAGES = statement("ticket_passages")
_READ = statement("ticket_read")
_SEARCH = statement("ticket_search")
_BROWSE = statement("ticket_browse")
_IDS = statement("ticket_ids")
_COUNT = statement("ticket_count")
_MEASURES = statement("ticket_measures")
_COUNT_WORDS = statement("ticket_count_words")
_COUNT_BY = {group: statement(f"ticket_count_by_{group}") for group in get_args(GroupField)}
_FIGURES = statement("ticket_figures")
_SPAN = statement("ticket_span")
_UNREAD = statement("ticket_unread")
_UNREAD_COUNT = statement("ticket_unread_count")
_UNREAD_AGAIN = statement("ticket_unread_again")
_TOLD_BY = statement("ticket_told_by")
_HAS_STEMS = statement("text_has_stems")


class PostgresTickets:
    """Implements `TicketMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def known_hashes(self, ticket_ids: Sequence[str]) -> dict[str, bytes]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_HASHES, self._bound.tenant_id, list(ticket_ids))
        return {row["ticket_id"]: row["content_hash"] for row in rows}

    async def put_many(self, tickets: Sequence[Ticket]) -> WriteCounts:
        latest = {ticket.ticket_id: with_content_hash(ticket) for ticket in tickets}
        if not latest:
            return WriteCounts()
        for ticket in latest.values():
            check_passages(ticket)
            check_told(ticket)
        rows = [_row(ticket) for _, ticket in sorted(latest.items())]
        tenant_id = self._bound.tenant_id
        async with self._bound.writing(bulk=True) as connection:
            await accept_vectors(
                connection, tenant_id, [one.embedding for ticket in latest.values() for one in ticket.passages]
            )
            origin_id = await note_origin(connection, self._bound)
            changed = await connection.fetch(_PUT, tenant_id, *columns(rows, len(rows[0])), origin_id, timeout=_TIMEOUT)
            replaced = [row["ticket_id"] for row in changed if not row["is_new"]]
            if replaced:
                await connection.execute(_DELETE_PASSAGES, tenant_id, replaced, timeout=_TIMEOUT)
            if changed:
                written = [latest[row["ticket_id"]] for row in changed]
                await self._put_passages(connection, written)
                await put_told(connection, tenant_id, written, replaced=replaced, seconds=_TIMEOUT)
                originals = {one.ticket_id: one.originals for one in written}
                await put_originals(connection, tenant_id, "ticket", originals, replaced=replaced)
                await bump(connection, tenant_id, "vector")
        return WriteCounts(
            inserted=len(changed) - len(replaced), updated=len(replaced), unchanged=len(latest) - len(changed)
        )

    async def _put_passages(self, connection: Connection, tickets: list[Ticket]) -> None:
        passages = [(ticket, one) for ticket in tickets for one in ticket.passages]
        rows = [
            (ticket.ticket_id, one.part, one.field, one.start, one.stop, traits_of(text), words, language_of(words))
            for ticket, one in passages
            for text in (_text(ticket, one),)
            for words in (f"{ticket.subject}\n{text}",)
        ]
        vectors = [
            (t.ticket_id, one.part, half_vector(one.embedding)) for t, one in passages if one.embedding is not None
        ]
        tenant_id = self._bound.tenant_id
        if rows:
            await connection.execute(_PUT_PASSAGES, tenant_id, *columns(rows, 8), timeout=_TIMEOUT)
        if vectors:
            await connection.execute(_PUT_EMBEDDINGS, tenant_id, *columns(vectors, 3), timeout=_TIMEOUT)

    async def get(self, ticket_id: str) -> Ticket | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET, self._bound.tenant_id, ticket_id)
            if row is None:
                return None
            passages = await connection.fetch(_PASSAGES, self._bound.tenant_id, ticket_id)
        return _ticket(row, content_hash=row["content_hash"], passages=tuple(TicketPassage(**one) for one in passages))

    async def search(
        self,
        *,
        text: str,
        embedding: Vector | None,
        filters: TicketFilter,
        limit: int,
        offset: int = 0,
        hints: Hints = NO_HINTS,
        distinct: bool = False,
    ) -> list[TicketHit]:
        tenant_id = self._bound.tenant_id
        is_narrow = bool(filters.customer_ids)
        asked = Asked(
            text=text,
            embedding=embedding,
            hints=hints,
            is_narrow=is_narrow,
            distinct=distinct,
        )
        async with self._bound.reading() as connection:
            best = await find_best(
                connection,
                _SEARCH,
                tenant_id,
                *_filter(filters),
                bool(hints.customer_ids or hints.categories),
                asked=asked,
                limit=limit,
                offset=offset,
                size=self._bound.size,
            )
            rows = await connection.fetch(_READ, tenant_id, [one.key for one in best], [one.part for one in best])
        read = {row["ticket_id"]: row for row in rows}
        return [
            TicketHit(
                ticket=_ticket(read[one.key]),
                part=one.part,
                text=read[one.key]["passage"],
                similarity=one.similarity,
                lexical=one.lexical,
                score=one.score,
            )
            for one in best
            if one.key in read
        ]

    async def browse(self, filters: TicketFilter, *, limit: int, offset: int = 0) -> list[Ticket]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_BROWSE, self._bound.tenant_id, *_filter(filters), limit, offset))
        return [_ticket(row) for row in rows]

    async def count(self, filters: TicketFilter, *, text: str | None = None) -> int:
        tenant_id = self._bound.tenant_id
        async with self._bound.reading() as connection:
            if text and await connection.fetchval(_HAS_STEMS, text):
                return int(await connection.fetchval(*fitted(_COUNT_WORDS, tenant_id, *_filter(filters), text)))
            return int(await connection.fetchval(*fitted(_COUNT, tenant_id, *_filter(filters))))

    async def count_by(
        self, group: GroupField, filters: TicketFilter, *, text: str | None = None, limit: int = 20
    ) -> list[GroupCount]:
        return list((await self.tally(group, filters, text=text, limit=limit)).groups)

    async def tally(
        self, group: GroupField, filters: TicketFilter, *, text: str | None = None, limit: int = 20
    ) -> GroupCounts:
        async with self._bound.reading() as connection:
            said = text if text and await connection.fetchval(_HAS_STEMS, text) else None
            rows = await connection.fetch(
                *fitted(_COUNT_BY[group], self._bound.tenant_id, *_filter(filters), limit, said)
            )
        groups = [GroupCount(key=row["key"], count=row["tickets"], sample=tuple(row["sample"])) for row in rows]
        in_order = groups[::-1] if group in ("month", "quarter") else groups
        total, named = (rows[0]["total"], rows[0]["groups"]) if rows else (0, 0)
        return GroupCounts(total=total, groups=tuple(in_order), named=named)

    async def measures(self, filters: TicketFilter) -> TicketMeasures:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(*fitted(_MEASURES, self._bound.tenant_id, *_filter(filters)))
        return TicketMeasures(**row)

    async def figures(
        self, *, before: datetime, since: datetime, until: datetime, warnings: Sequence[str]
    ) -> list[CustomerFigures]:
        asked = (before, since, until, list(URGENT), list(SETTLED), list(warnings))
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_FIGURES, self._bound.tenant_id, *asked)
        return [CustomerFigures(**row) for row in rows]

    async def span(self) -> DataSpan:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_SPAN, self._bound.tenant_id)
        return DataSpan(oldest=row["oldest"], newest=row["newest"])

    async def unread(self, version: int, *, limit: int) -> list[Ticket]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_UNREAD, self._bound.tenant_id, version, limit)
        return [_ticket(row, content_hash=row["content_hash"]) for row in rows]

    async def unread_count(self, version: int) -> int:
        async with self._bound.reading() as connection:
            return int(await connection.fetchval(_UNREAD_COUNT, self._bound.tenant_id, version))

    async def read_again(self) -> int:
        total = 0
        while True:
            async with self._bound.writing(bulk=True) as connection:
                count = await connection.fetchval(_UNREAD_AGAIN, self._bound.tenant_id, _AGAIN, timeout=_TIMEOUT)
            total += int(count)
            if count < _AGAIN:
                return total

    async def retell(self, tickets: Sequence[Ticket], version: int) -> int:
        for ticket in tickets:
            check_told(ticket)
        tenant_id = self._bound.tenant_id
        asked = columns([(one.ticket_id, one.content_hash) for one in tickets], 2)
        async with self._bound.writing(bulk=True) as connection:
            rows = await connection.fetch(_TOLD_BY, tenant_id, version, *asked, timeout=_TIMEOUT)
            same = {row["ticket_id"] for row in rows}
            changed = await replace_told(
                connection, tenant_id, [one for one in tickets if one.ticket_id in same], seconds=_TIMEOUT
            )
            if changed:
                await bump(connection, tenant_id, "vector")
        return len(same)

    async def ids(self, filters: TicketFilter, *, limit: int) -> list[str]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(*fitted(_IDS, self._bound.tenant_id, *_filter(filters), limit))
        return [row["ticket_id"] for row in rows]


_TIMEOUT = 70.0  # seconds for one bulk statement: longer than the server's own limit for it
_AGAIN = 20_000
"""Tickets that one transaction lets be read again."""


def _filter(filters: TicketFilter) -> tuple[Any, ...]:
    return (
        list(filters.customer_ids) or None,
        list(filters.categories) or None,
        filters.channel,
        filters.status,
        filters.since,
        filters.until,
        filters.with_pii,
    )


def _text(ticket: Ticket, passage: TicketPassage) -> str:
    source = ticket.body if passage.field == "body" else ticket.response or ""
    return source[passage.start : passage.stop]


def _row(ticket: Ticket) -> tuple[Any, ...]:
    messages = [asdict(one) | {"at": one.at.isoformat() if one.at else None} for one in ticket.messages]
    return (
        ticket.ticket_id,
        ticket.customer_id,
        ticket.created_at,
        ticket.subject,
        ticket.body,
        ticket.category,
        ticket.intent,
        ticket.channel,
        ticket.status,
        ticket.priority,
        ticket.csat,
        ticket.resolved_at,
        ticket.response,
        ticket.author,
        ticket.thread_id,
        as_json(messages),
        as_json(dict(ticket.attributes)),
        as_json(ticket.pii_types),
        ticket.content_hash,
        ticket.told_by,
        ticket.topic_probability,
    )


def _ticket(row: Any, *, content_hash: bytes = b"", passages: tuple[TicketPassage, ...] = ()) -> Ticket:
    return Ticket(
        ticket_id=row["ticket_id"],
        customer_id=row["customer_id"],
        created_at=row["created_at"],
        subject=row["subject"],
        body=row["body"],
        category=row["category"],
        intent=row["intent"],
        channel=row["channel"],
        status=row["status"],
        priority=row["priority"],
        csat=row["csat"],
        resolved_at=row["resolved_at"],
        response=row["response"],
        author=row["author"],
        thread_id=row["thread_id"],
        messages=tuple(map(_message, row["messages"])),
        attributes=row["attributes"],
        pii_types=tuple(row["pii_types"]),
        topic_probability=row["topic_probability"],
        content_hash=content_hash,
        passages=passages,
    )


def _message(stored: Any) -> Message:
    return Message(**{**stored, "at": datetime.fromisoformat(stored["at"]) if stored["at"] else None})
