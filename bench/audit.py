"""What the audit trail costs: CPU on the path of a run, CPU and rate of sealing, rate of verifying.

`python bench/audit.py [--runs 4000]` makes a tenant in a temporary home with its own database; nothing else is touched.
Figures are of this process's CPU and of the wall clock; PostgreSQL works beside it, on the same machine.
"""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio

from moe_memorygraph.audit import AuditKeys, Trail, audited, verify
from moe_memorygraph.audit.recording import Notes
from moe_memorygraph.audit.sealing import seal_all
from moe_memorygraph.memory.content import canonical_json, run_content
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres.pool import as_json
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import RunRecord, Tenant, tenant_id_of
from moe_memorygraph.server.app import Loaders
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.settings import Settings

ROUNDS, CALLS, AT_ONCE = 7, 200, 32


def now() -> datetime:
    return datetime.now(UTC)


def a_run() -> RunRecord:
    """With an envelope of the size that an answer with eight citations has: about 12 kB."""
    citation = {
        "id": 1,
        "plane": "vector",
        "uri": "memory://tickets/T-1",
        "quote": "x" * 300,
        "score": 0.8125,
        "source": "crm",
    }
    experts = [
        {"name": "VectorRetrieve", "contributions": {f"feature {n}": n / 7 for n in range(20)}} for _ in range(8)
    ]
    return RunRecord(
        run_id=uuid7(),
        tool="query_customer_intel",
        question="Why did Acme Corp churn?",
        created_at=now(),
        answer="x" * 600,
        confidence=0.8,
        abstained=False,
        envelope={"citations": [citation] * 8, "audit": {"stage_ms": {f"stage {n}": n / 3 for n in range(20)}}},
        decision={"experts": experts},
    )


def microseconds(call: Any) -> float:
    """CPU of one call, the least of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(CALLS):
            call()
        best = min(best, (time.process_time() - begin) / CALLS * 1e6)
    return best


def on_the_path(memory: TenantMemory, trail: Trail) -> None:
    run = a_run()
    size = len(as_json(dict(run.envelope))) + len(as_json(dict(run.decision)))
    before = microseconds(lambda: (as_json(dict(run.envelope)), as_json(dict(run.decision))))
    ordered = microseconds(lambda: (canonical_json(dict(run.envelope)), canonical_json(dict(run.decision))))
    texts = {"envelope": canonical_json(dict(run.envelope)), "decision": canonical_json(dict(run.decision))}
    content = partial(run_content, run, **texts)
    signing = microseconds(lambda: trail.sign(run, content()))
    wrapping = microseconds(lambda: audited(memory, trail))
    print(f"a run of {size:,} bytes of JSON, on its path, CPU in microseconds:")
    print(f"  JSON as before {before:.0f}, in order {ordered:.0f} (+{ordered - before:.0f})")
    print(f"  content, its digest, the entry and its MAC {signing:.1f}; the audited memory {wrapping:.1f}")
    print(f"  added in all {ordered - before + signing + wrapping:.0f}")


async def save(memory: TenantMemory, count: int) -> float:
    """Runs in a second, from some callers at once."""
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            await memory.runs.save(a_run())

    begin = time.perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(AT_ONCE):
            group.start_soon(work)
    return count / (time.perf_counter() - begin)


async def main(runs: int) -> None:
    with tempfile.TemporaryDirectory(prefix="memorygraph-audit-") as folder:
        settings = Settings(home=Path(folder), database_url=None)
        async with Loaders().open_store(settings, None) as store:
            tenant_id = tenant_id_of("bench")
            await store.create_tenant(Tenant(tenant_id=tenant_id, key="bench", name="bench"))
            bare = store.tenant(tenant_id)
            keys = AuditKeys.derived(load_secret(settings).key, tenant_id)
            trail = Trail(bare.audit, Notes(keys), actor="key:bench", now=now, written=lambda: None)
            on_the_path(bare, trail)
            memory, rates = audited(bare, trail), {True: [0.0], False: [0.0]}
            for _ in range(4):  # by turns
                for is_audited in (False, True):
                    rates[is_audited].append(await save(memory if is_audited else bare, runs // 4))
            print(f"runs saved in a second: {max(rates[False]):,.0f} bare, {max(rates[True]):,.0f} with their entries")
            begin, cpu = time.perf_counter(), time.process_time()
            sealed = await seal_all(bare.audit, keys, now=now)
            took, cpu = time.perf_counter() - begin, time.process_time() - cpu
            print(f"sealed {sealed:,} entries: {sealed / took:,.0f} a second, {cpu / sealed * 1e6:.0f} us of CPU each")
            begin, cpu = time.perf_counter(), time.process_time()
            verdict = await verify(bare, [keys])
            took, cpu = time.perf_counter() - begin, time.process_time() - cpu
            print(
                f"verified {verdict.entries:,} entries with {verdict.runs:,} stored runs (whole: {verdict.is_whole}):"
                f" {verdict.entries / took:,.0f} a second, {cpu / verdict.entries * 1e6:.0f} us of CPU each"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000)
    asyncio.run(main(parser.parse_args().runs))
