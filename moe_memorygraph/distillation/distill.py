"""Mine a tenant's tickets and put the patterns into its long-term memory, with the tickets behind each."""

from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any

import anyio.to_thread
import structlog

from moe_memorygraph.distillation.miner import mine
from moe_memorygraph.embedding import Embedder
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Pattern, TicketFilter

__all__ = ["DistillSummary", "distill"]

log = structlog.get_logger(__name__)

EVIDENCE = 20
"""Tickets named behind a pattern, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistillSummary:
    """What a run of the miner found and changed."""

    tickets: int
    tested: int
    """Comparisons made; the false discovery rate is over all of them."""
    patterns: int
    inserted: int
    updated: int
    unchanged: int
    overdispersion: float
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return {
            "tickets": self.tickets,
            "tested": self.tested,
            "patterns": self.patterns,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "overdispersion": round(self.overdispersion, 2),
            "seconds": round(self.seconds, 3),
        }


async def distill(memory: TenantMemory, embedder: Embedder, *, now: datetime) -> DistillSummary:
    """Make the patterns of the tickets as they are now the tenant's patterns; those no longer found go.

    Running it again without new tickets changes nothing.
    """
    begin = perf_counter()
    counts = await memory.vector.monthly_topic_counts()
    span = await memory.vector.span()
    names = {customer.customer_id: customer.name for customer in await memory.customers.all()}
    mined = await anyio.to_thread.run_sync(lambda: mine(counts, span, names=names))
    patterns = [replace(one, evidence=await _evidence(memory, one)) for one in mined.patterns]
    if patterns:
        vectors = await embedder.embed_passages([pattern.statement for pattern in patterns])
        patterns = [replace(one, embedding=vector) for one, vector in zip(patterns, vectors, strict=True)]
    written = await memory.ltm.replace_all(patterns, mined_at=now)
    summary = DistillSummary(
        tickets=sum(count for *_, count in counts),
        tested=mined.tested,
        patterns=len(patterns),
        inserted=written.inserted,
        updated=written.updated,
        unchanged=written.unchanged,
        overdispersion=mined.overdispersion,
        seconds=perf_counter() - begin,
    )
    log.info("patterns_distilled", **summary.to_json())
    return summary


async def _evidence(memory: TenantMemory, pattern: Pattern) -> tuple[str, ...]:
    """Tickets of the period; of a topic that vanished, tickets of the baseline."""
    since, until = pattern.period_start, pattern.period_end
    if pattern.count == 0:
        since, until = pattern.baseline_start, pattern.baseline_end
    filters = TicketFilter(
        customer_ids=(pattern.customer_id,) if pattern.customer_id else (),
        categories=(pattern.topic,) if pattern.topic else (),
        since=since,
        until=until,
    )
    return tuple(await memory.vector.ids(filters, limit=EVIDENCE))
