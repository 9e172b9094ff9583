"""Tickets counted in cells, in PostgreSQL: made anew where they changed, read whole, column by column."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.cells import (
    QUICKEST_HOURS,
    SLOWEST_HOURS,
    URGENT,
    CellRefresh,
    EvidenceQuery,
    Stretch,
    TicketCells,
    piece_of,
    stretches,
)
from moe_memorygraph.memory.content import tenant_missing
from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.postgres.writing import columns
from moe_memorygraph.memory.values import SETTLED

__all__ = ["PostgresMining"]

_LOCK = statement("tenant_lock")
_MARK = statement("cell_mark")
_PUT_MARK = statement("cell_mark_put")
_CUSTOMERS = statement("cell_customers")
_TOUCHED = statement("cell_touched")
_TOTALS = statement("cell_totals")
_GONE = statement("cell_gone")
_DELETE = statement("cell_delete")
_PUT = statement("cell_put")
_ALL = statement("cell_all")
_EVIDENCE = statement("evidence")

_TIMEOUT = 70.0  # seconds for one bulk statement: longer than the server's own limit for it
_TICKETS_AT_ONCE = 50_000
"""Tickets counted in one transaction, in some 3 s."""
_AT_ONCE = 500
"""Stretches of time counted in one transaction."""
_ASKED_AT_ONCE = 500

_NAMES = ("customer", "topic", "channel", "product")
_COUNTS = ("tickets", "rated", "low_rated", "ranked", "urgent", "reopened", "repeated", "resolved", "timed")
_SUMS = ("log_hours", "log_hours_squared")


class PostgresMining:
    """Implements `MiningMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def refresh(self) -> CellRefresh:
        tenant_id = self._bound.tenant_id
        async with self._bound.writing(bulk=True) as connection:
            if await connection.fetchval(_LOCK, tenant_id) is None:
                raise tenant_missing()
            mark = await connection.fetchrow(_MARK, tenant_id)
            if mark["seen_before"] is None:
                batches = _of_customers(await connection.fetch(_CUSTOMERS, tenant_id, timeout=_TIMEOUT))
            else:
                rows = await connection.fetch(_TOUCHED, tenant_id, mark["seen_before"], timeout=_TIMEOUT)
                batches = _batches(rows)
        tickets = sum([await self._count(batch) for batch in batches])
        async with self._bound.writing(bulk=True) as connection:
            totals = await connection.fetchrow(_TOTALS, tenant_id, timeout=_TIMEOUT)
            # A piece that lost a ticket and got none holds too many, and none ever too few.
            is_exact = totals["standing"] == totals["counted"]
            batches = [] if is_exact else _batches(await connection.fetch(_GONE, tenant_id, timeout=_TIMEOUT))
        tickets += sum([await self._count(batch) for batch in batches])
        # Only now: one that is interrupted finds the same again.
        async with self._bound.writing() as connection:
            await connection.execute(_PUT_MARK, tenant_id, mark["until"])
        return CellRefresh(tickets=tickets, is_first=mark["seen_before"] is None)

    async def is_behind(self) -> bool:
        tenant_id = self._bound.tenant_id
        async with self._bound.reading() as connection:
            mark = await connection.fetchrow(_MARK, tenant_id)
            if mark["seen_before"] is None:
                return True
            if await connection.fetch(_TOUCHED, tenant_id, mark["seen_before"]):
                return True
            totals = await connection.fetchrow(_TOTALS, tenant_id)
        return bool(totals["standing"] != totals["counted"])

    async def _count(self, batch: Sequence[Stretch]) -> int:
        tenant_id = self._bound.tenant_id
        drop = columns([(one.customer_id, one.since, one.until) for one in batch], 3)
        put = columns([(one.customer_id, one.earlier, one.begin, one.end) for one in batch], 4)
        async with self._bound.writing(bulk=True) as connection:
            await connection.fetchval(_LOCK, tenant_id)  # another miner's cells are seen, and replaced, once it is done
            await connection.execute(_DELETE, tenant_id, *drop, timeout=_TIMEOUT)
            how = (list(URGENT), list(SETTLED), QUICKEST_HOURS, SLOWEST_HOURS)
            return int(await connection.fetchval(_PUT, tenant_id, *put, *how, timeout=_TIMEOUT))

    async def cells(self) -> TicketCells:
        copied = BytesIO()

        async def take(chunk: bytes) -> None:
            copied.write(chunk)

        async with self._bound.writing(bulk=True) as connection:
            await connection.copy_from_query(
                _ALL, self._bound.tenant_id, output=take, format="csv", header=True, timeout=_TIMEOUT
            )
        return await anyio.to_thread.run_sync(_parsed, copied)  # a second for a million cells

    async def evidence(self, asked: Sequence[EvidenceQuery], *, limit: int) -> list[tuple[str, ...]]:
        by_shape: dict[tuple[bool, bool], list[int]] = defaultdict(list)
        for place, one in enumerate(asked):
            of_customer = bool(one.customer_id)
            by_shape[of_customer, bool(one.topic) and not of_customer].append(place)
        found: list[tuple[str, ...]] = [()] * len(asked)
        for shape, places in by_shape.items():
            for begin in range(0, len(places), _ASKED_AT_ONCE):
                part = places[begin : begin + _ASKED_AT_ONCE]
                for place, ticket_ids in zip(part, await self._evidence(shape, asked, part, limit), strict=True):
                    found[place] = ticket_ids
        return found

    async def _evidence(
        self, shape: tuple[bool, bool], asked: Sequence[EvidenceQuery], places: Sequence[int], limit: int
    ) -> list[tuple[str, ...]]:
        rows = [
            (one.since, one.until, one.customer_id, one.topic, one.tier, one.channel, one.product, one.only)
            for one in (asked[place] for place in places)
        ]
        asking = fitted(_EVIDENCE, self._bound.tenant_id, *columns(rows, 8), list(URGENT), limit, *shape)
        async with self._bound.writing(bulk=True) as connection:
            found = await connection.fetch(*asking, timeout=_TIMEOUT)
        return [tuple(row["ticket_ids"]) for row in found]


def _of_customers(rows: Sequence[Any]) -> list[list[Stretch]]:
    """All time of each customer, in batches; a very large one's in stretches of a year."""
    batches: list[list[Stretch]] = [[]]
    held = 0
    for row in rows:
        for stretch in _years(
            row["customer_id"], row["oldest"], row["newest"], is_cut=row["tickets"] > _TICKETS_AT_ONCE
        ):
            if held and (held + row["tickets"] > _TICKETS_AT_ONCE or len(batches[-1]) >= _AT_ONCE):
                batches.append([])
                held = 0
            batches[-1].append(stretch)
            held += row["tickets"]
    return [one for one in batches if one]


def _years(customer: str, oldest: datetime, newest: datetime, *, is_cut: bool) -> list[Stretch]:
    first, last = oldest.astimezone(UTC).date(), newest.astimezone(UTC).date() + timedelta(days=1)
    bounds = [piece_of(first)]
    if is_cut:
        bounds += [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    (end,) = {one.until for one in stretches([(customer, piece_of(last))])}
    bounds.append(end)
    return [Stretch(customer, since, until) for since, until in pairwise(bounds) if since < until]


def _batches(rows: Sequence[Any]) -> list[list[Stretch]]:
    found = stretches((row["customer_id"], row["piece"]) for row in rows)
    return [found[begin : begin + _AT_ONCE] for begin in range(0, len(found), _AT_ONCE)]


def _parsed(copied: BytesIO) -> TicketCells:
    # Slow to import, and only needed here.
    import pyarrow as pa
    from pyarrow import csv

    types = {
        **dict.fromkeys(("customer_id", *_NAMES[1:]), pa.dictionary(pa.int32(), pa.string())),
        **dict.fromkeys(_COUNTS, pa.int64()),
        **dict.fromkeys(_SUMS, pa.float64()),
        "piece": pa.date32(),
    }
    copied.seek(0)
    table = csv.read_csv(
        copied,
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=False),
    ).unify_dictionaries()
    values: dict[str, Any] = {name: table[name].to_numpy() for name in (*_COUNTS, *_SUMS)}
    for name in _NAMES:
        column = table["customer_id" if name == "customer" else name].combine_chunks()
        values[f"{name}s"], values[name] = _sorted(column)
    return TicketCells(piece=table["piece"].to_numpy().astype("datetime64[D]"), **values)


def _sorted(column: Any) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Names by themselves rather than by first appearance, and codes that follow."""
    parts = column.chunks if hasattr(column, "chunks") else [column]
    names = parts[0].dictionary.to_pylist() if parts else []
    codes = np.concatenate([part.indices.to_numpy() for part in parts]) if parts else np.zeros(0, np.int32)
    order = sorted(range(len(names)), key=lambda place: names[place])
    rank = np.empty(len(names), dtype=np.int32)
    rank[order] = np.arange(len(names), dtype=np.int32)
    return tuple(names[place] for place in order), rank[codes] if len(names) else codes.astype(np.int32)
