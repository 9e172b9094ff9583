"""Tickets counted in cells, in memory."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from math import log
from typing import Any

import numpy as np

from moe_memorygraph.memory.cells import (
    QUICKEST_HOURS,
    REPEATS_WITHIN_DAYS,
    SLOWEST_HOURS,
    URGENT,
    CellRefresh,
    EvidenceQuery,
    TicketCells,
    piece_of,
    stretches,
)
from moe_memorygraph.memory.fakes.logs import InMemoryCustomers
from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.fakes.tickets import InMemoryTickets
from moe_memorygraph.memory.values import SETTLED, Ticket, TicketFilter

__all__ = ["InMemoryMining"]

_Key = tuple[str, date, str, str, str]
_SUMS = 11


class InMemoryMining:
    """Implements `MiningMemory`: counts everything anew whenever it is asked, and says what changed in between."""

    def __init__(self, state: TenantState, tickets: InMemoryTickets, customers: InMemoryCustomers) -> None:
        self._state = state
        self._tickets = tickets
        self._customers = customers
        self._seen: dict[str, tuple[bytes, str, date]] | None = None

    async def refresh(self) -> CellRefresh:
        self._state.require()
        old, tickets = self._seen, await self._all()
        self._seen = new = await self._places(tickets)
        if old is None:
            return CellRefresh(tickets=len(tickets), is_first=True)
        changed = {place[1:] for key, place in new.items() if old.get(key) != place}
        changed |= {place[1:] for key, place in old.items() if key not in new or new[key][1:] != place[1:]}
        counted = [
            one.ticket_id
            for stretch in stretches(changed)
            for one in tickets
            if one.customer_id == stretch.customer_id and stretch.begin <= one.created_at < stretch.end
        ]
        return CellRefresh(tickets=len(counted), is_first=False)

    async def is_behind(self) -> bool:
        return self._seen is None or self._seen != await self._places(await self._all())

    async def _places(self, tickets: Sequence[Ticket]) -> dict[str, tuple[bytes, str, date]]:
        hashes = await self._tickets.known_hashes([one.ticket_id for one in tickets])
        return {one.ticket_id: (_state_of(one, hashes), one.customer_id, piece_of(_utc(one).date())) for one in tickets}

    async def cells(self) -> TicketCells:
        cells: dict[_Key, list[float]] = defaultdict(lambda: [0.0] * _SUMS)
        previous: dict[tuple[str, str], datetime] = {}
        for ticket in sorted(await self._all(), key=lambda one: (one.created_at, one.ticket_id)):
            thread = (ticket.customer_id, ticket.category or "")
            before = previous.get(thread)
            previous[thread] = ticket.created_at
            is_repeat = before is not None and ticket.created_at - before <= timedelta(days=REPEATS_WITHIN_DAYS)
            piece = piece_of(_utc(ticket).date())
            product = ticket.attributes.get("product", "")
            sums = cells[ticket.customer_id, piece, ticket.category or "", ticket.channel or "", product]
            for place, value in enumerate(_measures(ticket, is_repeat=is_repeat)):
                sums[place] += value
        return _cells(sorted(cells.items()))

    async def evidence(self, asked: Sequence[EvidenceQuery], *, limit: int) -> list[tuple[str, ...]]:
        tiers = {one.customer_id: one.tier for one in await self._customers.all()}
        tickets = await self._all()  # newest first
        return [
            tuple([one.ticket_id for one in tickets if _is_behind(one, query, tiers.get(one.customer_id))][:limit])
            for query in asked
        ]

    async def _all(self) -> list[Ticket]:
        return await self._tickets.browse(TicketFilter(), limit=len(self._tickets))


def _state_of(ticket: Ticket, hashes: Mapping[str, bytes]) -> bytes:
    return hashes[ticket.ticket_id] + (ticket.category or "").encode("utf-8", "replace")


def _utc(ticket: Ticket) -> datetime:
    return ticket.created_at.astimezone(UTC)


def _measures(ticket: Ticket, *, is_repeat: bool) -> tuple[float, ...]:
    """What a ticket adds to its cell, in the order of the columns."""
    hours = 0.0
    is_open = ticket.resolved_at is None and (ticket.status or "").lower() not in SETTLED
    is_resolved = ticket.resolved_at is not None and ticket.resolved_at >= ticket.created_at
    if is_resolved and ticket.resolved_at is not None:
        took = (ticket.resolved_at - ticket.created_at).total_seconds() / 3600
        hours = log(min(max(took, QUICKEST_HOURS), SLOWEST_HOURS))
    elif is_open:
        hours = log(SLOWEST_HOURS)
    return (
        1,
        ticket.csat is not None,
        _is_low(ticket),
        ticket.priority is not None,
        _is_urgent(ticket),
        _is_reopened(ticket),
        is_repeat,
        is_resolved,
        is_resolved or is_open,
        hours,
        hours**2,
    )


def _is_low(ticket: Ticket) -> bool:
    return ticket.csat is not None and ticket.csat <= 2


def _is_urgent(ticket: Ticket) -> bool:
    return (ticket.priority or "").lower() in URGENT


def _is_reopened(ticket: Ticket) -> bool:
    times = ticket.attributes.get("reopen_count", "").lstrip("0")
    return (
        (ticket.status or "").lower() == "reopened"
        or ticket.attributes.get("reopened", "").lower() in ("true", "yes", "y", "1")
        or times[:1] in tuple("123456789")
    )


def _is_behind(ticket: Ticket, query: EvidenceQuery, tier: str | None) -> bool:
    wanted = {
        "any": True,
        "low_rated": _is_low(ticket),
        "urgent": _is_urgent(ticket),
        "reopened": _is_reopened(ticket),
        "resolved": ticket.resolved_at is not None and ticket.resolved_at >= ticket.created_at,
    }
    return (
        query.since <= ticket.created_at < query.until
        and query.customer_id in (None, ticket.customer_id)
        and query.topic in (None, ticket.category)
        and query.tier in (None, tier)
        and query.channel in (None, ticket.channel)
        and query.product in (None, ticket.attributes.get("product"))
        and wanted[query.only]
    )


def _cells(rows: Sequence[tuple[_Key, list[float]]]) -> TicketCells:
    columns: dict[str, Any] = {}
    for name, place in (("customer", 0), ("topic", 2), ("channel", 3), ("product", 4)):
        values = [str(key[place]) for key, _ in rows]
        known = sorted(set(values))
        columns[f"{name}s"] = tuple(known)
        columns[name] = np.array([known.index(value) for value in values], dtype=np.int32)
    sums = np.array([sums for _, sums in rows], dtype=np.float64).reshape(len(rows), _SUMS)
    for place, name in enumerate(
        ("tickets", "rated", "low_rated", "ranked", "urgent", "reopened", "repeated", "resolved", "timed")
    ):
        columns[name] = sums[:, place].astype(np.int64)
    return TicketCells(
        **columns,
        piece=np.array([key[1] for key, _ in rows], dtype="datetime64[D]"),
        log_hours=sums[:, 9],
        log_hours_squared=sums[:, 10],
    )
