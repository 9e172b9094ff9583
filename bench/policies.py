"""What a tenant's policies cost a load: CPU of making what is stored of the sample's tickets, batch by batch.

    python bench/policies.py

In memory, one policy after the other in each round; the best round of each counts. PostgreSQL adds one statement a batch
with `pseudonym`, two more where values are new, and with the vault one statement a batch.
"""

import asyncio
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from time import process_time

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.ingestion.rows import TicketRow, parse_ticket
from moe_memorygraph.ingestion.scrub import Scrubber
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.sample import generate_sample
from moe_memorygraph.vault import MasterKeys, open_privacy, opened_key

ROUNDS = 4
BATCH = 128
MASTERS = MasterKeys.made_of(["a master key for the benchmark alone"])
CASES: Mapping[str, tuple[str | None, bool]] = {
    "replace": (None, False),
    "mask": ("mask", False),
    "hash": ("hash", False),
    "encrypt": ("encrypt", False),
    "pseudonym": ("pseudonym", False),
    "replace, vault on": (None, True),
}
"""Policy of every type, and whether originals are kept."""


def _now() -> datetime:
    return datetime.now(UTC)


async def main() -> None:
    rows = [parse_ticket(ticket.row()) for ticket in generate_sample().tickets]
    redactor = Redactor()
    redactor.load()
    best = dict.fromkeys(CASES, float("inf"))
    for _ in range(ROUNDS):
        for name, (policy, keeps) in CASES.items():
            memory = await tenant(policy, keeps=keeps)
            best[name] = min(best[name], await measured(memory, rows, redactor))
    print(f"Python {platform.python_version()}, {len(rows):,} tickets")
    for name, seconds in best.items():
        print(f"{name}: {1e6 * seconds / len(rows):.0f} µs a ticket, {seconds / best['replace'] - 1:+.0%}")


async def tenant(policy: str | None, *, keeps: bool) -> TenantMemory:
    """A tenant that has seen no value yet."""
    store, tenant_id = InMemoryStore(), tenant_id_of("bench")
    await store.create_tenant(Tenant(tenant_id=tenant_id, key="bench", name="Benchmark"))
    memory = store.tenant(tenant_id)
    if policy is not None:
        await memory.privacy.set_policy("DEFAULT", policy)
    if keeps:
        await opened_key(memory, MASTERS, now=_now)
        await memory.privacy.keep_originals(True)
    return memory


async def measured(memory: TenantMemory, rows: Sequence[TicketRow], redactor: Redactor) -> float:
    """Seconds of CPU for all rows."""
    privacy = await open_privacy(memory, MASTERS, now=_now)
    scrubber = Scrubber(redactor, hash_key=memory.tenant_id.bytes, privacy=privacy)
    begin = process_time()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        await scrubber.settled(
            lambda batch=batch: [scrubber.ticket(row, customer_id="c", content_hash=b"h") for row in batch],
            lambda: privacy.number_wanted(memory),
        )
    return process_time() - begin


if __name__ == "__main__":
    asyncio.run(main())
