"""How long distilling takes, from nothing and after an increment; and how well it tells changes from chance.

    python bench/distill.py --rows 1000000
    python bench/distill.py --rows 100000 --home /tmp/distill --keep --json
    python bench/distill.py --seeds 200

With `--rows`, so many tickets of 5,000 customers, 30 topics, 4 channels and 8 products over three years are written by
SQL (loading is another bench's matter), with four changes planted. Then: the first distilling, one without anything
new, one after the next 10,000 tickets (as many days as that takes), and one after 10,000 of any time. Seconds are the
wall's; beside them, the processor time of this process and of the database, which a busy machine does not change.

With `--seeds`, nothing is loaded: generated series are mined in memory, without a change, shuffled, and with changes
planted of which the recall is told by their size and by tickets a month. `--first-seed` takes seeds not seen before.
"""

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import anyio
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from moe_memorygraph.distillation import KEEP_Q, distill, mine
from moe_memorygraph.embedding import open_embedder
from moe_memorygraph.extraction import EXTRACTION_VERSION
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres import open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer, open_embedded
from moe_memorygraph.memory.postgres.embedded.layout import Layout
from moe_memorygraph.memory.postgres.migration import connect_admin
from moe_memorygraph.memory.values import Customer, PatternFilter, Tenant, TenantId, tenant_id_of
from moe_memorygraph.telemetry import configure_logging
from tests.distillation.planting import MONTHS, YEARS, drawn, patterns_of

CUSTOMERS = 5_000
TOPICS = 30
NOW = datetime(2026, 1, 5, tzinfo=UTC)
BATCH = 100_000

# Customers' and topics' shares fall as 1 / (rank + 5): a few are large. A quarter of topic 2's tickets, and of customer
# 7's, are moved into the last quarter; topic 9's urgent tickets double there; those of channel chat take three times as
# long.
TICKETS = f"""
INSERT INTO mg.ticket (
    tenant_id, ticket_id, customer_id, created_at, subject, body, category, channel, priority, csat, status,
    resolved_at, messages, attributes, pii_types, content_hash, told_by
)
SELECT
    $1::uuid, 'T-' || one.number, 'C-' || one.customer, one.at, 'Subject of ' || one.number, repeat('It does not work. ', 25),
    'topic-' || one.topic, one.channel,
    CASE WHEN one.r1 < (CASE WHEN one.topic = 9 AND one.at >= $5 THEN 0.4 ELSE 0.2 END) THEN 'urgent' ELSE 'normal' END,
    CASE WHEN one.r2 < 0.4 THEN 1 + floor(5 * one.r1) END,
    CASE WHEN one.r3 < 0.03 THEN 'reopened' ELSE 'closed' END,
    one.at + (exp(2.5 + one.r4) * CASE WHEN one.channel = 'chat' AND one.at >= $5 THEN 3 ELSE 1 END) * interval '1 hour',
    '[]', jsonb_build_object('product', 'product-' || floor(8 * one.r5)), '{{}}', sha256(one.number::text::bytea), {EXTRACTION_VERSION}
FROM (
    SELECT
        drawn.*,
        CASE WHEN (drawn.topic = 2 OR drawn.customer = 7) AND drawn.r6 < 0.25 THEN $5::timestamptz + drawn.r7 * ($4::timestamptz - $5)
        ELSE $3::timestamptz + drawn.r7 * ($4 - $3) END AS at
    FROM (
        SELECT
            number, floor(5 * (pow({1 + TOPICS / 5}::float8, random()) - 1))::int AS topic,
            floor(5 * (pow({1 + CUSTOMERS / 5}::float8, random()) - 1))::int AS customer,
            (ARRAY['email', 'chat', 'phone', 'web'])[1 + floor(4 * random())::int] AS channel,
            random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6,
            random() AS r7
        FROM generate_series($2::bigint, $6::bigint) AS number
    ) AS drawn
) AS one
"""


async def load(
    server: EmbeddedServer, tenant_id: TenantId, first: int, count: int, since: datetime, until: datetime
) -> None:
    """Tickets numbered from `first`, at times from `since` to `until`."""
    where = {"host": str(server.socket_dir), "port": server.port, "database": server.database}
    planted = datetime(2025, 10, 1, tzinfo=UTC)
    async with connect_admin(**where, user=server.superuser, password=server.superuser_password) as connection:
        await connection.execute("SELECT setseed(0.5)")
        for begin in range(first, first + count, BATCH):
            last = min(begin + BATCH, first + count) - 1
            # Within a batch of the recent, what is planted for the last quarter stays in the time that was asked for.
            await connection.execute(TICKETS, tenant_id, begin, since, until, max(since, planted), last, timeout=600)
        await connection.execute("ANALYZE mg.ticket", timeout=600)


def database_cpu(postmaster: int) -> float:
    """Seconds that the server's processes have used, with those that ended."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            numbers = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(stat.parent.name) == postmaster:
            ticks += sum(map(int, numbers[11:15]))
        elif int(numbers[1]) == postmaster:
            ticks += sum(map(int, numbers[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


async def measured(memory: TenantMemory, embedder: Any, postmaster: int, what: str) -> dict[str, Any]:
    begin, cpu, of_database = perf_counter(), process_time(), database_cpu(postmaster)
    summary = await distill(memory, embedder, now=NOW)
    row = {
        "run": what,
        "seconds": round(perf_counter() - begin, 2),
        "own_cpu_seconds": round(process_time() - cpu, 2),
        "database_cpu_seconds": round(database_cpu(postmaster) - of_database, 2),
        **{name: value for name, value in summary.to_json().items() if name != "seconds"},
    }
    print(json.dumps(row), file=sys.stderr)
    return row


async def at_scale(rows: int, home: Path) -> list[dict[str, Any]]:
    tenant_id = tenant_id_of("distill")
    found = []
    async with open_embedded(home) as server, open_store(server, pool_size=2) as store, open_embedder() as embedder:
        await embedder.ready()
        found_process = Layout(home / "postgres").postmaster()
        if found_process is None:
            sys.exit("The database's process was not found.")
        postmaster = found_process[0]
        await store.create_tenant(Tenant(tenant_id=tenant_id, key="distill", name="Distill"))
        memory = store.tenant(tenant_id)
        tiers = ("gold", "silver", "basic")
        await memory.customers.put_many(
            [
                Customer(customer_id=f"C-{at}", name=f"Customer {at}", tier=tiers[at % 3], churned_at=_left(at))
                for at in range(CUSTOMERS)
            ]
        )
        begin = perf_counter()
        begun, ended = datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
        next_days = (ended - begun) * (10_000 / (rows + 10_000))
        await load(server, tenant_id, 0, rows, begun, ended - next_days)
        print(f"{rows:,} tickets written in {perf_counter() - begin:.0f} s", file=sys.stderr)
        found.append(await measured(memory, embedder, postmaster, "first"))
        found.append(await measured(memory, embedder, postmaster, "nothing new"))
        await load(server, tenant_id, rows, 10_000, ended - next_days, ended)
        found.append(await measured(memory, embedder, postmaster, "the next 10,000"))
        await load(server, tenant_id, rows + 10_000, 10_000, begun, ended)
        found.append(await measured(memory, embedder, postmaster, "10,000 of any time"))
        for kind in ("level_change", "rising_trouble", "slow_resolution"):
            for pattern in await memory.ltm.for_scope(PatternFilter(kind=kind), limit=3):
                print(f"{kind}: {pattern.statement}", file=sys.stderr)
    return found


def _left(at: int) -> Any:
    return datetime(2025, 1 + at % 12, 1, tzinfo=UTC).date() if at % 50 == 0 else None


def of_seeds(first: int, count: int) -> Iterator[dict[str, Any]]:
    """Claims on data without change, and the share of planted changes that are found."""
    levels = (15.0, 40.0, 5.0, 100.0, 2.0)
    seeds = range(first, first + count)
    for alpha in (0.0, 0.02, 0.1):
        runs = [
            mine(
                drawn(np.random.default_rng(seed), np.full((20, 5, 24), levels[seed % 5]), alpha=alpha),
                YEARS,
                customers=(),
            )
            for seed in seeds
        ]
        yield {
            "data": "no change",
            "alpha": alpha,
            "tested": sum(one.tested for one in runs),
            "claims": sum(one.found for one in runs),
            "runs_with_a_claim": round(sum(one.found > 0 for one in runs) / count, 3),
        }
    with_claims = 0
    for seed in seeds:
        rng = np.random.default_rng(seed)
        means = np.full((20, 5, 24), 40.0)
        means[:8, :2, -3:] *= 1.5
        cells = drawn(rng, means)
        order = rng.permutation(len(cells))
        shuffled = replace(cells, customer=cells.customer[order], topic=cells.topic[order])
        stated = [one for one in patterns_of(mine(shuffled, YEARS, customers=())) if one.customer_id and _is_claim(one)]
        with_claims += bool(stated)
    yield {"data": "shuffled", "runs_with_a_claim": round(with_claims / count, 3)}
    for factor in (1.2, 1.4, 1.6, 0.6):
        for level in (33, 50, 75, 100, 200):
            yield _recall(factor, level, seeds[: max(count // 5, 1)])


def _is_claim(one: Any) -> bool:
    return one.kind != "no_clear_change" and one.q_value is not None and one.q_value <= KEEP_Q


def _recall(factor: float, level: int, seeds: Sequence[int]) -> dict[str, Any]:
    found = planted = false = 0
    for seed in seeds:
        rng = np.random.default_rng(1000 + seed)
        means = np.full((20, 5, 24), float(level))
        changed = {(int(a), int(b)) for a, b in zip(rng.integers(0, 20, 5), rng.integers(0, 5, 5), strict=True)}
        for customer, topic in changed:
            means[customer, topic, -3:] *= factor
        truth = {(f"customer-{customer:04}", f"topic-{topic:03}") for customer, topic in changed}
        stated = {
            (one.customer_id, one.topic)
            for one in patterns_of(mine(drawn(rng, means), YEARS, customers=()))
            if _is_claim(one) and one.kind == "level_change" and one.customer_id and one.topic
            if one.period_start == MONTHS[-3]
        }
        found, planted, false = found + len(stated & truth), planted + len(truth), false + len(stated - truth)
    return {
        "planted": factor,
        "tickets_a_month": level,
        "recall": round(found / planted, 3),
        "false_share": round(false / max(found + false, 1), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--first-seed", type=int, default=0, help="settings were chosen on those from 0 to 239")
    parser.add_argument("--home", type=Path)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    configure_logging("CRITICAL")
    found: list[dict[str, Any]] = []
    if arguments.rows:
        home = arguments.home or Path(tempfile.mkdtemp(prefix="distill-"))
        try:
            found += anyio.run(at_scale, arguments.rows, home)
        finally:
            if not arguments.keep:
                shutil.rmtree(home, ignore_errors=True)
    if arguments.seeds:
        found += of_seeds(arguments.first_seed, arguments.seeds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if arguments.json:
        print(json.dumps({"runs": found, "peak_mib": round(peak), "cores": os.cpu_count()}))
        return
    for row in found:
        print(", ".join(f"{name} {value}" for name, value in row.items()))
    print(f"peak memory of this process {peak:,.0f} MiB, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
