"""Whether time tells another tenant's id from one that does not exist: interleaved calls, and a rank test.

    python bench/timing_leak.py --samples 400
    python bench/timing_leak.py --samples 400 --clock cpu     # of the server's process, where the machine is busy

For each tool and resource that takes an id, calls with ids that only another tenant has alternate, in random order, with
calls for ids that nobody has, of the same shape. The area under the ROC curve (Mann-Whitney U over n m) is the chance
that a call of the one kind takes longer than one of the other: 0.5 where time tells nothing. The interval is that of no
difference, sqrt((n + m + 1) / (12 n m)) for one deviation, at 99.9 %, as many are looked at. `own` is the same for ids
that the caller's own tenant has: where it does not stand out (`own_not_seen`), the machine was too busy to see anything.
"""

import argparse
import json
import platform
import random
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter_ns, process_time_ns
from typing import Any
from uuid import UUID, uuid5

import anyio
import numpy as np
from mcp import Client
from mcp.shared.exceptions import MCPError
from scipy.stats import mannwhitneyu, norm

from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import open_embedded
from moe_memorygraph.memory.values import (
    Customer,
    Document,
    DocumentPassage,
    Fact,
    Job,
    Pattern,
    RunRecord,
    Tenant,
    Ticket,
    TicketPassage,
    Turn,
    tenant_id_of,
)
from moe_memorygraph.server.app import Loaders, open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.mcp import create_server
from moe_memorygraph.server.secret import ServerSecret
from moe_memorygraph.settings import Settings
from moe_memorygraph.telemetry import configure_logging

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
THINGS = 60  # of each kind, in each tenant
CONFIDENCE = 0.999
_SPACE = UUID("5f0d4f0e-5f4a-4f57-9a5a-1f2f0a0c1e77")


def name_of(who: str, kind: str, number: int) -> str:
    """Names of all tenants are alike in length and letters."""
    return f"{kind}-{uuid5(_SPACE, f'{who} {kind} {number}').hex[:12]}"


def id_of(who: str, kind: str, number: int) -> UUID:
    return uuid5(_SPACE, f"{who} {kind} {number}")


async def plant(store: PostgresStore, who: str) -> None:
    await store.create_tenant(Tenant(tenant_id=tenant_id_of(who), key=who, name=who))
    memory, vector = store.tenant(tenant_id_of(who)), await HashEmbedder().embed_query("price raised")
    customers, tickets, facts, patterns, documents, turns = [], [], [], [], [], []
    for number in range(THINGS):
        name = partial(name_of, who, number=number)
        customer = name("customer")
        body = f"The price was raised, part {number}."
        customers.append(Customer(customer_id=customer, name=customer, content_hash=customer.encode()))
        whole = TicketPassage(part=0, field="body", start=0, stop=len(body), embedding=vector)
        tickets.append(
            Ticket(ticket_id=name("ticket"), customer_id=customer, created_at=NOW, body=body, passages=(whole,))
        )
        facts.append(
            Fact(
                fact_id=id_of(who, "fact", number),
                subject=customer,
                predicate="owner",
                object="Kim",
                statement="owner is Kim",
                source="crm",
                customer_id=customer,
            )
        )
        span = {"period_start": NOW - timedelta(days=30), "period_end": NOW}
        before = {"baseline_start": NOW - timedelta(days=60), "baseline_end": NOW - timedelta(days=30)}
        counted = {"count": 12, "baseline_count": 3, "change_pct": 300.0, "rate_ratio": 4.0}
        bounds = {"ci_low": 1.3, "ci_high": 12.1, "q_value": 0.02, "confidence": 0.9}
        patterns.append(
            Pattern(
                pattern_id=id_of(who, "pattern", number),
                kind="volume_shift",
                statement=f"Rose {number}",
                customer_id=customer,
                topic=None,
                **span,
                **before,
                **counted,
                **bounds,
            )
        )
        part = DocumentPassage(part=0, heading="", start=0, stop=len(body), embedding=vector)
        document = name("document")
        documents.append(
            Document(document_id=document, path=f"{document}.md", title=document, text=body, passages=(part,))
        )
        turns.append(
            Turn(
                turn_id=id_of(who, "turn", number),
                session_id=name("session"),
                role="user",
                text=body,
                created_at=NOW,
                expires_at=NOW + timedelta(days=9999),
            )
        )
    await memory.customers.put_many(customers)
    await memory.vector.put_many(tickets)
    await memory.semantic.put_many(facts, now=NOW)
    await memory.ltm.replace_all(patterns, mined_at=NOW)
    await memory.knowledge.put_many(documents, now=NOW)
    await memory.stm.remember(turns)
    for number in range(THINGS):
        run = RunRecord(
            run_id=id_of(who, "run", number),
            tool="query_customer_intel",
            question="What?",
            created_at=NOW,
            answer="That.",
            confidence=0.5,
            abstained=False,
            envelope={"answer": "That.", "gate": {"experts_run": [], "rationale": ""}},
            decision={"experts": []},
            computed=(),
        )
        await memory.runs.save(run)
        job = Job(
            job_id=id_of(who, "job", number),
            kind="sync",
            state="succeeded",
            detail={},
            error=None,
            created_at=NOW,
            updated_at=NOW,
        )
        await memory.jobs.create(job)
    await memory.maintain()


Call = Callable[[Client, str, int], Awaitable[Any]]


def tool(name: str, argument: str, kind: str, *, by_name: bool = True, **rest: Any) -> tuple[str, Call]:
    async def call(client: Client, who: str, number: int) -> Any:
        given = name_of(who, kind, number) if by_name else str(id_of(who, kind, number))
        return await client.call_tool(name, {**rest, argument: given})

    return f"{name}({argument})", call


def resource(path: str, kind: str, *, by_name: bool = True, plane: str = "") -> tuple[str, Call]:
    async def call(client: Client, who: str, number: int) -> Any:
        given = name_of(who, kind, number) if by_name else str(id_of(who, kind, number))
        with suppress(MCPError):
            return await client.read_resource(f"memory://{path}/{given}{plane}")

    return f"memory://{path}/{{id}}{plane}", call


TARGETS = (
    tool("customer_health", "customer", "customer"),
    tool("search_tickets", "customer", "customer", query="price", limit=3),
    tool("recall_ltm", "customer", "customer", query="price", limit=3),
    tool("get_facts", "subject", "customer", limit=3),
    tool("explain_gate", "run_id", "run", by_name=False),
    tool("get_job_status", "job_id", "job", by_name=False),
    tool("forget_customer", "customer", "customer"),
    resource("customers", "customer"),
    resource("customers", "customer", plane="/vector"),
    resource("tickets", "ticket"),
    resource("facts", "fact", by_name=False),
    resource("patterns", "pattern", by_name=False),
    resource("sessions", "session"),
    resource("documents", "document"),
    resource("runs", "run", by_name=False),
    resource("health", "customer"),
)


CLOCKS = {"wall": perf_counter_ns, "cpu": process_time_ns}


async def measure(
    client: Client, call: Call, samples: int, rng: random.Random, clock: Callable[[], int]
) -> dict[str, Any]:
    """Microseconds of so many calls of each kind, in random order within each round."""
    took: dict[str, list[float]] = {"theirs": [], "nobody": [], "ours": []}
    for number in range(-20, samples):  # the first are not counted
        kinds = list(took)
        rng.shuffle(kinds)
        for who in kinds:
            begin = clock()
            await call(client, who, number % THINGS)
            if number >= 0:
                took[who].append((clock() - begin) / 1000)
    return {
        "theirs": auc(took["theirs"], took["nobody"]),
        "own": auc(took["ours"], took["nobody"]),
        "difference_us": round(float(np.median(took["theirs"]) - np.median(took["nobody"])), 1),
        "median_us": round(float(np.median(took["nobody"])), 1),
        "spread_us": round(float(np.subtract(*np.percentile(took["nobody"], [75, 25]))), 1),
    }


def auc(one: list[float], other: list[float]) -> float:
    statistic = mannwhitneyu(one, other, alternative="two-sided").statistic
    return round(float(statistic) / (len(one) * len(other)), 4)


def half_width(samples: int) -> float:
    """Of the interval of no difference around 0.5."""
    deviation = ((2 * samples + 1) / (12 * samples * samples)) ** 0.5
    return float(norm.ppf(0.5 + CONFIDENCE / 2) * deviation)


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Client]:
    settings = Settings(home=home, database_url=None, enable_writeback=False)
    async with open_embedded(home) as where, open_store(where, pool_size=4) as store:
        for who in ("ours", "theirs"):
            await plant(store, who)

        @asynccontextmanager
        async def held(*_: object) -> AsyncIterator[PostgresStore]:
            yield store

        loaders = Loaders(
            open_store=held,
            open_embedder=lambda _: nullcontext(HashEmbedder()),
            secret=lambda _: ServerSecret(b"t" * 32),
        )
        door = pinned("ours", scopes=("read", "write", "admin"), read_only=False)
        async with open_app(settings, loaders=loaders) as app, Client(create_server(app, door)) as client:
            yield client


async def run(samples: int, seed: int, clock: str, home: Path) -> dict[str, Any]:
    rng, rows = random.Random(seed), {}
    async with opened(home) as client:
        for label, call in TARGETS:
            rows[label] = await measure(client, call, samples, rng, CLOCKS[clock])
            print(label, rows[label], file=sys.stderr, flush=True)
    width = half_width(samples)
    outside = [label for label, row in rows.items() if abs(row["theirs"] - 0.5) > width]
    unseen = [label for label, row in rows.items() if abs(row["own"] - 0.5) <= width]
    return {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "clock": clock,
        "samples_of_each": samples,
        "interval": [round(0.5 - width, 4), round(0.5 + width, 4)],
        "targets": rows,
        "told_apart": outside,
        "own_not_seen": unseen,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clock", choices=CLOCKS, default="wall")
    arguments = parser.parse_args()
    configure_logging("CRITICAL")
    with tempfile.TemporaryDirectory(prefix="memorygraph-timing-") as folder:
        report = anyio.run(run, arguments.samples, arguments.seed, arguments.clock, Path(folder) / "home")
    print(json.dumps(report, indent=2))
    raise SystemExit(1 if report["told_apart"] else 0)


if __name__ == "__main__":
    main()
