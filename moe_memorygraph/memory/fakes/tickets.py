"""Tickets in memory."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import fmean, median
from typing import Any

from moe_memorygraph.memory.cells import URGENT
from moe_memorygraph.memory.content import check_passages, check_told, with_content_hash
from moe_memorygraph.memory.fakes.state import Passage, TenantState, as_content, as_text, drop, half, ranked
from moe_memorygraph.memory.fakes.words import lexemes, stored_lexemes
from moe_memorygraph.memory.ranking import NO_HINTS, Hints
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import (
    SETTLED,
    CustomerFigures,
    DataSpan,
    Fact,
    GroupCount,
    GroupCounts,
    GroupField,
    Ticket,
    TicketFilter,
    TicketHit,
    TicketMeasures,
    TicketPassage,
    ToldTopic,
    Vector,
    WriteCounts,
)

__all__ = ["InMemoryTickets"]

_SAMPLES = 5


class InMemoryTickets:
    """Implements `TicketMemory`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._tickets: dict[str, Ticket] = {}
        self.origin: Origin | None = None

    async def known_hashes(self, ticket_ids: Sequence[str]) -> dict[str, bytes]:
        return {one: self._tickets[one].content_hash for one in ticket_ids if one in self._tickets}

    async def put_many(self, tickets: Sequence[Ticket]) -> WriteCounts:
        latest = {ticket.ticket_id: with_content_hash(ticket) for ticket in tickets}
        if not latest:
            return WriteCounts()
        self._state.require()
        for ticket in latest.values():
            check_passages(ticket)
            check_told(ticket)
        self._state.accept([passage.embedding for ticket in latest.values() for passage in ticket.passages])
        inserted = updated = 0
        for ticket_id, ticket in latest.items():
            old = self._tickets.get(ticket_id)
            if old is not None and old.content_hash == ticket.content_hash:
                continue
            inserted, updated = inserted + (old is None), updated + (old is not None)
            passages = tuple(replace(one, embedding=half(one.embedding)) for one in ticket.passages)
            self._state.sign(self.origin, "ticket", [ticket_id])
            self._tickets[ticket_id] = replace(ticket, passages=passages, told=(), originals=None)
            self._state.keep("ticket", ticket_id, ticket.originals, is_new=old is None)
            self._state.told[ticket_id] = self._telling(ticket)
        if inserted or updated:
            self._state.changed("vector")
        return WriteCounts(inserted=inserted, updated=updated, unchanged=len(latest) - inserted - updated)

    async def get(self, ticket_id: str) -> Ticket | None:
        ticket = self._tickets.get(ticket_id)
        if ticket is None:
            return None
        passages = sorted(ticket.passages, key=lambda one: one.part)
        return replace(ticket, passages=tuple(replace(one, embedding=None) for one in passages), told_by=0)

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
        best = ranked(
            self.passages(filters),
            text=text,
            embedding=embedding,
            limit=limit,
            offset=offset,
            counts=self._state.words.get("vector"),
            hints=hints,
            distinct=distinct,
        )
        hits = []
        for scored in best:
            ticket = self._tickets[scored.key]
            passage = next(one for one in ticket.passages if one.part == scored.part)
            hits.append(
                TicketHit(
                    ticket=_bare(ticket),
                    part=scored.part,
                    text=_text(ticket, passage),
                    similarity=scored.similarity,
                    lexical=scored.lexical,
                    score=scored.score,
                )
            )
        return hits

    def passages(self, filters: TicketFilter) -> list[Passage]:
        return [
            Passage(
                key=ticket.ticket_id,
                part=one.part,
                head=ticket.subject,
                text=_text(ticket, one),
                embedding=one.embedding,
                conversation=(
                    ticket.thread_id is None,
                    ticket.thread_id or ticket.ticket_id,
                    ticket.created_at,
                    ticket.ticket_id,
                    one.part,
                ),
                author=ticket.author,
                customer_id=ticket.customer_id,
                category=ticket.category,
                created_at=ticket.created_at,
                has_form=True,
            )
            for ticket in self._fitting(filters)
            for one in ticket.passages
        ]

    async def browse(self, filters: TicketFilter, *, limit: int, offset: int = 0) -> list[Ticket]:
        return [_bare(ticket) for ticket in _newest_first(self._fitting(filters))[offset : offset + limit]]

    async def count(self, filters: TicketFilter, *, text: str | None = None) -> int:
        asked = lexemes(text or "")
        return sum(1 for ticket in self._fitting(filters) if asked <= _words(ticket))

    async def count_by(
        self, group: GroupField, filters: TicketFilter, *, text: str | None = None, limit: int = 20
    ) -> list[GroupCount]:
        groups: dict[str, list[Ticket]] = defaultdict(list)
        asked = lexemes(text or "")
        for ticket in self._fitting(filters):
            if not asked <= _words(ticket):
                continue
            for key in _keys(ticket, group):
                groups[key].append(ticket)
        counts = [
            GroupCount(
                key=key,
                count=len(tickets),
                sample=tuple(ticket.ticket_id for ticket in _newest_first(tickets)[:_SAMPLES]),
            )
            for key, tickets in groups.items()
        ]
        if group in ("month", "quarter"):
            return sorted(counts, key=lambda one: one.key)[-limit:] if limit else []
        return sorted(counts, key=lambda one: (-one.count, one.key))[:limit]

    async def tally(
        self, group: GroupField, filters: TicketFilter, *, text: str | None = None, limit: int = 20
    ) -> GroupCounts:
        asked = lexemes(text or "")
        grouped = [one for one in self._fitting(filters) if _keys(one, group) and asked <= _words(one)]
        groups = await self.count_by(group, filters, text=text, limit=limit)
        named = {key for one in grouped for key in _keys(one, group) if key}
        return GroupCounts(total=len(grouped) if groups else 0, groups=tuple(groups), named=len(named) if groups else 0)

    async def measures(self, filters: TicketFilter) -> TicketMeasures:
        fitting = self._fitting(filters)
        rated = [one.csat for one in fitting if one.csat is not None]
        hours = [
            (one.resolved_at - one.created_at) / timedelta(hours=1)
            for one in fitting
            if one.resolved_at is not None and one.resolved_at >= one.created_at
        ]
        return TicketMeasures(
            total=len(fitting),
            rated=len(rated),
            mean_csat=fmean(rated) if rated else None,
            median_csat=median(rated) if rated else None,
            resolved=len(hours),
            mean_hours=fmean(hours) if hours else None,
            median_hours=median(hours) if hours else None,
        )

    async def figures(
        self, *, before: datetime, since: datetime, until: datetime, warnings: Sequence[str]
    ) -> list[CustomerFigures]:
        written: dict[str, list[Ticket]] = defaultdict(list)
        for ticket in self._tickets.values():
            if before <= ticket.created_at < until:
                written[ticket.customer_id].append(ticket)
        warning = {
            ticket_id for ticket_id, told in self._state.told.items() if any(one.predicate in warnings for one in told)
        }
        return [_figures(customer_id, written[customer_id], since, warning) for customer_id in sorted(written)]

    async def span(self) -> DataSpan:
        times = [ticket.created_at for ticket in self._tickets.values()]
        return DataSpan(oldest=min(times, default=None), newest=max(times, default=None))

    async def unread(self, version: int, *, limit: int) -> list[Ticket]:
        found = [one for _, one in sorted(self._tickets.items()) if one.told_by < version]
        return [replace(one, passages=(), told_by=0) for one in found[:limit]]

    async def unread_count(self, version: int) -> int:
        return sum(one.told_by < version for one in self._tickets.values())

    async def read_again(self) -> int:
        read = [ticket_id for ticket_id, one in self._tickets.items() if one.told_by > 0]
        for ticket_id in read:
            self._tickets[ticket_id] = replace(self._tickets[ticket_id], told_by=0)
        return len(read)

    async def retell(self, tickets: Sequence[Ticket], version: int) -> int:
        for ticket in tickets:
            check_told(ticket)
        same = [one for one in tickets if self._hash(one.ticket_id) == one.content_hash]
        before = dict(self._state.told)
        for ticket in same:
            stored = self._tickets[ticket.ticket_id]
            self._tickets[ticket.ticket_id] = replace(stored, told_by=version)
            self._state.told[ticket.ticket_id] = self._telling(ticket, before.get(ticket.ticket_id, ()))
        if any(self._state.told[one.ticket_id] != before.get(one.ticket_id, ()) for one in same):
            self._state.changed("vector")
        return len(same)

    def _hash(self, ticket_id: str) -> bytes | None:
        stored = self._tickets.get(ticket_id)
        return None if stored is None else stored.content_hash

    def _telling(self, ticket: Ticket, before: Sequence[Fact] = ()) -> tuple[Fact, ...]:
        """What is stored of what it tells; what was so before keeps when it was recorded."""
        recorded = {replace(one, recorded_at=None): one.recorded_at for one in before}
        facts = (
            replace(one, subject=ticket.customer_id, customer_id=ticket.customer_id, tier="text") for one in ticket.told
        )
        return tuple(replace(one, recorded_at=recorded.get(one, self._state.clock())) for one in facts)

    @property
    def rows(self) -> dict[Any, tuple[str, datetime | None]]:
        """Of each ticket its id; when it was written only its origin knows."""
        return {key: (key, None) for key in self._tickets}

    def take_out(self, ticket_id: str) -> dict[str, Any]:
        self._state.told.pop(ticket_id, None)
        return as_content(self._tickets.pop(ticket_id))

    def without_category(self) -> list[Ticket]:
        """Those that have none of the tenant's, by id."""
        return [one for _, one in sorted(self._tickets.items()) if _is_untold(one)]

    def tell(self, told: ToldTopic) -> bool:
        """Give a ticket a category of ours; whether that changed it."""
        ticket = self._tickets.get(told.ticket_id)
        if ticket is None or not _is_untold(ticket):
            return False
        labelled = replace(ticket, category=told.category, topic_probability=told.probability)
        changed = (ticket.category, ticket.topic_probability) != (told.category, told.probability)
        self._tickets[told.ticket_id] = labelled
        return changed

    async def ids(self, filters: TicketFilter, *, limit: int) -> list[str]:
        return [ticket.ticket_id for ticket in _newest_first(self._fitting(filters))[:limit]]

    def forget(self, tickets: Collection[str]) -> int:
        for ticket_id in tickets:
            self._state.told.pop(ticket_id, None)
        return drop(self._tickets, lambda one: one.ticket_id in tickets)

    def old(self, before: datetime) -> list[str]:
        """Ids of tickets written before, oldest first."""
        tickets = sorted(self._tickets.values(), key=lambda one: (one.created_at, one.ticket_id))
        return [one.ticket_id for one in tickets if one.created_at < before]

    def holds(self, ticket_id: str) -> bool:
        return ticket_id in self._tickets

    def texts(self, customer_id: str | None = None) -> list[str]:
        """All that is said in each ticket, of one customer or of all."""
        return [_all_text(one) for one in self._tickets.values() if customer_id in (None, one.customer_id)]

    def naming(self, named: re.Pattern[str]) -> int:
        """How many tickets name somebody."""
        return sum(bool(named.search(_all_text(one))) for one in self._tickets.values())

    def vectors(self) -> list[Vector]:
        """Every embedding, by ticket and part."""
        return [
            passage.embedding
            for _, ticket in sorted(self._tickets.items())
            for passage in sorted(ticket.passages, key=lambda one: one.part)
            if passage.embedding is not None
        ]

    def __len__(self) -> int:
        return len(self._tickets)

    def _fitting(self, filters: TicketFilter) -> list[Ticket]:
        return [ticket for ticket in self._tickets.values() if _fits(ticket, filters)]


def _fits(ticket: Ticket, filters: TicketFilter) -> bool:
    return (
        (not filters.customer_ids or ticket.customer_id in filters.customer_ids)
        and (not filters.categories or ticket.category in filters.categories)
        and (filters.channel is None or ticket.channel == filters.channel)
        and (filters.status is None or ticket.status == filters.status)
        and (filters.since is None or ticket.created_at >= filters.since)
        and (filters.until is None or ticket.created_at < filters.until)
        and (not filters.with_pii or bool(ticket.pii_types))
    )


def _is_untold(ticket: Ticket) -> bool:
    return ticket.category is None or ticket.topic_probability is not None


def _bare(ticket: Ticket) -> Ticket:
    return replace(ticket, passages=(), content_hash=b"", told_by=0)


def _text(ticket: Ticket, passage: TicketPassage) -> str:
    source = ticket.body if passage.field == "body" else ticket.response or ""
    return source[passage.start : passage.stop]


def _all_text(ticket: Ticket) -> str:
    talk = [part for one in ticket.messages for part in (one.author or "", one.text)]
    parts = (ticket.subject, ticket.body, ticket.response or "", ticket.author or "", *talk)
    return "\n".join((*parts, as_text(ticket.attributes)))


def _words(ticket: Ticket) -> frozenset[str]:
    if not ticket.passages:
        return frozenset()
    return stored_lexemes("\n".join([ticket.subject, *(_text(ticket, one) for one in ticket.passages)]))


def _newest_first(tickets: Iterable[Ticket]) -> list[Ticket]:
    by_id = sorted(tickets, key=lambda ticket: ticket.ticket_id)
    return sorted(by_id, key=lambda ticket: ticket.created_at, reverse=True)


def _keys(ticket: Ticket, group: GroupField) -> tuple[str, ...]:
    if group == "pii_type":
        return ticket.pii_types
    if group == "month":
        return (_month(ticket.created_at).strftime("%Y-%m"),)
    if group == "quarter":
        month = _month(ticket.created_at)
        return (f"{month.year:04d}Q{(month.month + 2) // 3}",)
    return (getattr(ticket, group) or "",)


def _month(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _figures(customer_id: str, written: Sequence[Ticket], since: datetime, warning: set[str]) -> CustomerFigures:
    window = [one for one in written if one.created_at >= since]
    ratings = [one.csat for one in window if one.csat is not None]
    resolved = [one for one in window if one.resolved_at is not None]
    took = [
        (one.resolved_at - one.created_at).total_seconds() / 3600
        for one in resolved
        if one.resolved_at is not None and one.resolved_at >= one.created_at
    ]
    statuses = [one for one in window if one.status is not None]
    return CustomerFigures(
        customer_id=customer_id,
        tickets=len(window),
        earlier=len(written) - len(window),
        rated=len(ratings),
        csat=fmean(ratings) if ratings else None,
        ranked=sum(one.priority is not None for one in window),
        urgent=sum((one.priority or "").lower() in URGENT for one in window),
        resolved=len(resolved),
        hours=median(took) if took else None,
        with_status=len(statuses),
        unsettled=sum(one.resolved_at is None and (one.status or "").lower() not in SETTLED for one in statuses),
        warning=sum(one.ticket_id in warning for one in window),
    )
