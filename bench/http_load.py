"""Load of `query_customer_intel` over streamable HTTP, beside the floor that no retrieval can be under.

    python bench/http_load.py --tenant cfpb [--home FOLDER] [--calls 200] [--callers 1,16] [--json]

A server process is started on the tenant and asked from this one. The floor is measured in the same run, here, with
the same embedder and store: embed the question, then one exact vector query for ten passages. Questions are made
from the tenant's own customers and categories, all different, the same on every run; the floor asks the same ones.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import anyio
import httpx2

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.values import TicketFilter
from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.settings import Settings, load_settings

PHRASES = (
    "Why do customers of {customer} complain about {category}?",
    "What changed for {customer} in {category}?",
    "How many {category} tickets did {customer} have?",
    "Show examples of {category} problems at {customer}.",
)
FLOOR = """
SELECT e.ticket_id, e.part FROM ticket_embedding AS e WHERE e.tenant_id = $1
ORDER BY (e.embedding <=> $2::halfvec) + 0, e.ticket_id, e.part LIMIT 10
"""
WARM_UP = 10
HEADERS = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}


async def questions_of(memory: TenantMemory, count: int) -> list[str]:
    largest = await memory.vector.count_by("customer_id", TicketFilter(), limit=20)
    names = {one.customer_id: one.name for one in await memory.customers.all()}
    customers = [names.get(group.key, group.key) for group in largest]
    categories = [group.key for group in (await memory.categories())[:10]] or ["billing"]
    made = (
        phrase.format(customer=customer, category=category)
        for category, customer, phrase in product(categories, customers, PHRASES)
    )
    return list(islice(cycle(list(made)), count))


async def measure(ask: Callable[[str], Awaitable[None]], questions: Sequence[str], callers: int) -> dict[str, float]:
    """Ask every question once, so many callers at a time; milliseconds and calls a second."""
    took: list[float] = []
    waiting = iter(questions)

    async def call() -> None:
        for question in waiting:
            begin = time.perf_counter()
            await ask(question)
            took.append((time.perf_counter() - begin) * 1000)

    begin = time.perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(callers):
            group.start_soon(call)
    seconds = time.perf_counter() - begin
    return {
        "p50_ms": round(statistics.median(took), 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
        "calls_per_s": round(len(took) / seconds, 1),
    }


@contextmanager
def serving(tenant: str, settings: Settings) -> Iterator[str]:
    """A server process on a free port; its URL."""
    script = "from moe_memorygraph.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "serve", "--transport", "http", "--tenant", tenant, "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MEMORYGRAPH_HOME": str(settings.home)},
    )
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if " at http://" in line:
                yield line.split(" at ")[1].split()[0]
                break
        else:
            sys.exit("The server did not start; try `memorygraph serve` yourself.")
    finally:
        process.terminate()
        process.communicate(timeout=60)


async def asker(client: httpx2.AsyncClient, url: str) -> Callable[[str], Awaitable[None]]:
    async def ask(question: str) -> None:
        request = {"name": "query_customer_intel", "arguments": {"question": question}}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": request}
        response = await client.post(url, json=body, headers=HEADERS)
        result = response.json()["result"]
        if result.get("isError"):
            sys.exit(f"A call failed: {result['content'][0]['text']}")

    return ask


async def floor_of(app: App, tenant: str) -> Callable[[str], Awaitable[None]]:
    store: Any = await app.store()
    memory, embedder = await app.memory(tenant), await app.embedder()
    bound = Bound(store.pool, memory.tenant_id)

    async def ask(question: str) -> None:
        embedding = await embedder.embed_query(question)
        async with bound.reading() as connection:
            await connection.fetch(FLOOR, memory.tenant_id, embedding)

    return ask


async def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    settings = load_settings(**({"home": Path(options.home)} if options.home else {}))
    rows: list[dict[str, Any]] = []
    async with open_app(settings) as app:
        memory = await app.memory(options.tenant)
        questions = await questions_of(memory, options.calls)
        warm_up = [f"{question} Please." for question in questions[:WARM_UP]]
        tickets = await memory.vector.count(TicketFilter())
        floor = await floor_of(app, options.tenant)
        with serving(options.tenant, settings) as url:
            async with httpx2.AsyncClient(timeout=120) as client:
                ask = await asker(client, url)
                for target in (ask, floor):
                    await measure(target, warm_up, 1)
                for callers in options.callers:
                    measured = await measure(ask, questions, callers)
                    rows.append({"what": "query_customer_intel", "callers": callers, "tickets": tickets, **measured})
                    measured = await measure(floor, questions, callers)
                    rows.append({"what": "floor", "callers": callers, "tickets": tickets, **measured})
    return rows


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure query_customer_intel over HTTP, and the floor under it.")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--home", help="MEMORYGRAPH_HOME; default: the environment's")
    parser.add_argument("--calls", type=int, default=200, help="per number of callers; default: %(default)s")
    parser.add_argument("--callers", type=numbers, default=[1, 16], help="default: 1,16")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = anyio.run(run, options)
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{options.calls} calls each, {rows[0]['tickets']} tickets")
    print(f"{'':24}{'callers':>8}{'p50 ms':>10}{'p95 ms':>10}{'calls/s':>10}")
    for row in rows:
        print(f"{row['what']:24}{row['callers']:>8}{row['p50_ms']:>10}{row['p95_ms']:>10}{row['calls_per_s']:>10}")


if __name__ == "__main__":
    main()
