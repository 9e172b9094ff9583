"""Mine a tenant's tickets and put the patterns into its long-term memory, with the tickets behind each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any

import anyio.to_thread
import structlog

from moe_memorygraph.distillation.miner import Mined, mine
from moe_memorygraph.distillation.statements import gist_of
from moe_memorygraph.embedding import Embedder
from moe_memorygraph.extraction import read_stored
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Pattern, kept_since

__all__ = ["DistillSummary", "distill"]

log = structlog.get_logger(__name__)

READ = 20_000
"""Tickets that older patterns read, or none, and that one run reads again: some twelve seconds. The rest waits."""
EVIDENCE = 20
"""Tickets named behind a pattern, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistillSummary:
    """What a run of the miner found and changed."""

    tickets: int
    told: int
    """Tickets that were read again for what they tell: none of the present patterns for that had read them."""
    recounted: int
    """Tickets that were counted anew: those of every time in which one had changed since the last run."""
    tested: int
    """Tests made; the false discovery rate is over all of them."""
    patterns: int
    left_out: int
    """Patterns found beyond the most that are kept."""
    inserted: int
    updated: int
    unchanged: int
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return {
            "tickets": self.tickets,
            "told": self.told,
            "recounted": self.recounted,
            "tested": self.tested,
            "patterns": self.patterns,
            "left_out": self.left_out,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "seconds": round(self.seconds, 3),
        }


async def distill(memory: TenantMemory, embedder: Embedder, *, now: datetime) -> DistillSummary:
    """Make the patterns of the tickets as they are now the tenant's patterns; those no longer found go.

    Only what changed since the last run is counted again; everything is tested again. Running it again without new
    tickets changes nothing. Before, up to `READ` tickets that the present patterns for what tickets tell have not read
    are read.
    """
    begin = perf_counter()
    told = await read_stored(memory, most=READ)
    refreshed = await memory.mining.refresh()
    cells = await memory.mining.cells()
    span = await memory.vector.span()
    customers = await memory.customers.all()
    mined = await anyio.to_thread.run_sync(lambda: mine(cells, span, customers=customers))
    found = await _kept(memory, await _with_evidence(memory, mined), now=now)
    patterns = await _embedded(memory, embedder, found)
    written = await memory.ltm.replace_all(patterns, mined_at=now)
    summary = DistillSummary(
        tickets=int(cells.tickets.sum()),
        told=told.read,
        recounted=refreshed.tickets,
        tested=mined.tested,
        patterns=len(patterns),
        left_out=mined.left_out,
        inserted=written.inserted,
        updated=written.updated,
        unchanged=written.unchanged,
        seconds=perf_counter() - begin,
    )
    log.info("patterns_distilled", **summary.to_json())
    return summary


async def _with_evidence(memory: TenantMemory, mined: Mined) -> list[Pattern]:
    found = iter(
        await memory.mining.evidence([query for one in mined.patterns for query in one.evidence], limit=EVIDENCE)
    )
    patterns = []
    for one in mined.patterns:
        lists = [next(found) for _ in one.evidence]
        share = EVIDENCE // max(len(lists), 1)
        tickets = dict.fromkeys(ticket for each in lists for ticket in each[:share])
        patterns.append(replace(one.pattern, evidence=tuple(tickets)))
    return patterns


async def _kept(memory: TenantMemory, patterns: list[Pattern], *, now: datetime) -> list[Pattern]:
    """Without those of periods so long past that the tenant keeps no pattern of them."""
    days = (await memory.retention.all()).get("ltm")
    return patterns if days is None else [one for one in patterns if one.period_end >= kept_since(now, days)]


async def _embedded(memory: TenantMemory, embedder: Embedder, patterns: Sequence[Pattern]) -> list[Pattern]:
    """With an embedding of its gist where that is new; the others keep theirs."""
    known = await memory.ltm.embedded()
    new = [one for one in patterns if gist_of(known.get(one.pattern_id, "")) != gist_of(one.statement)]
    if not new:
        return list(patterns)
    vectors = await embedder.embed_passages([gist_of(one.statement) for one in new])
    by_id = {one.pattern_id: vector for one, vector in zip(new, vectors, strict=True)}
    return [replace(one, embedding=by_id.get(one.pattern_id)) for one in patterns]
