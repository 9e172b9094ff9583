"""Removing what a tenant keeps no longer: for the server's idle moments and for the command line."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from uuid import uuid5

import structlog

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import KeptPlane, OutboxTask

__all__ = ["keep_no_longer"]

log = structlog.get_logger(__name__)

BATCH = 500
"""Items of each plane that go in one transaction: some 0.1 s for tickets."""

Swept = dict[KeptPlane, int]


async def keep_no_longer(
    memory: TenantMemory, *, now: datetime, batches: int | None = None, on_batch: Callable[[Swept], None] | None = None
) -> Swept:
    """Remove what is older than the tenant's rules say, up to so many batches (None: all); how many items, by plane.

    Where tickets went, patterns are left to be mined anew from those that stay: what is gone is counted no more.
    """
    swept: Counter[KeptPlane] = Counter()
    while batches is None or batches > 0:
        gone = await memory.retention.sweep(now=now, limit=BATCH)
        if not gone:
            break
        swept.update(gone)
        batches = None if batches is None else batches - 1
        if on_batch is not None:
            on_batch(dict(swept))
    if swept["vector"]:
        task_id = uuid5(memory.tenant_id, f"distill what is kept {now.isoformat(timespec='minutes')}")
        await memory.outbox.add(OutboxTask(task_id=task_id, kind="distill", payload={}))
    if swept:
        log.info("kept_no_longer", **dict(sorted(swept.items())))
        await memory.maintain()
    return {plane: count for plane, count in swept.items() if count}
