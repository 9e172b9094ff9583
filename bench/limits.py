"""What limits and admission cost a call: CPU of this process, without protocol, transport and work.

`python bench/limits.py` needs no database: what is settled in the background is not in the figures.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic

from fairness import OneQueue

from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.quotas import Limits, Quotas
from moe_memorygraph.server.admission import Admission

ROUNDS, CALLS = 15, 2000
KEY = "acme"


async def cost(call: Callable[[], Awaitable[object]]) -> float:
    """Microseconds of CPU per call, the least of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(CALLS):
            await call()
        best = min(best, (time.process_time() - begin) / CALLS * 1e6)
    return best


async def main() -> None:
    store, tenant_id = InMemoryStore(), tenant_id_of(KEY)
    await store.create_tenant(Tenant(tenant_id=tenant_id, key=KEY, name="Acme"))

    async def memory(_: str) -> TenantMemory:
        return store.tenant(tenant_id)

    def quotas(**limits: float) -> Quotas:
        return Quotas(defaults=Limits(**limits), memory=memory, now=lambda: datetime.now(UTC), clock=monotonic)

    as_shipped = quotas(calls_per_second=1e9)
    by_the_day = quotas(calls_per_second=1e9, calls_per_day=1e12, embeddings_per_day=1e12)
    for one in (as_shipped, by_the_day):
        meter = one.meter(KEY)
        meter.give_back("calls", await meter.take("calls", CALLS * ROUNDS * 2))
        meter.give_back("embeddings", await meter.take("embeddings", CALLS * ROUNDS * 2))
    lines, queue = Admission(at_work=16, waiting=64), OneQueue(at_work=16, waiting=64)

    async def in_a_line() -> None:
        async with lines.enter(KEY, most=as_shipped.at_once(KEY)):
            pass

    async def in_one_queue() -> None:
        async with queue.enter(KEY):
            pass

    for name, call in {
        "limits as shipped": lambda: as_shipped.call(KEY, texts=1),
        "with quotas by the day": lambda: by_the_day.call(KEY, texts=1),
        "admission in a line of its own": in_a_line,
        "admission in one queue": in_one_queue,
    }.items():
        print(f"| {name} | {await cost(call):.2f} |", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
