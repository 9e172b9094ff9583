"""What this machine does: embedding, exact search, answers by stage, throughput. Input and machine stand beside it."""

import os
import platform
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import anyio

from moe_memorygraph import __version__
from moe_memorygraph.cli.demo import QUESTIONS, TENANT, prepare_demo
from moe_memorygraph.cli.shell import DONE, open_app_for, print_json, say, settings_of_process
from moe_memorygraph.distillation import distill
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Tenant, Ticket, TicketFilter, tenant_id_of
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.values import Ask

if TYPE_CHECKING:
    from moe_memorygraph.embedding import Embedder
    from moe_memorygraph.server.app import App

__all__ = ["run_bench"]

QUERIES = 100
ASKS = 60
SELF = 200
"""Tickets that are looked for by their own passage."""
BULK = 1024  # passages
CONCURRENCY = (1, 4, 16)

TEMPLATES = (
    "Why did {name} complain?",
    "How many tickets did {name} open in 2025?",
    "What is the status of {name}?",
    "What does {name} say about {category}?",
    "Which customers write about {category}?",
    "What changed for {name} in Q4 2025?",
)


async def run_bench(*, rows: int | None, as_json: bool) -> int:
    async with _tenant(rows) as (app, key):
        memory = await app.memory(key)
        report = await _measure(memory, await app.workflow(), await app.embedder())
    report = {"version": __version__, "machine": _machine(), **report}
    if as_json:
        print_json(report)
    else:
        _show(report)
    return DONE


@asynccontextmanager
async def _tenant(rows: int | None) -> AsyncIterator[tuple["App", str]]:
    """The demo's tenant, or one of so many generated tickets in a temporary home, which is removed."""
    if rows is None:
        settings = settings_of_process()
        async with open_app_for(settings) as app:
            await prepare_demo(app, settings.home / "sample", tell=say)
            yield app, TENANT
        return
    with tempfile.TemporaryDirectory(prefix="memorygraph-bench-") as folder:
        settings = settings_of_process(home=Path(folder) / "home", database_url=None)
        async with open_app_for(settings) as app:
            await _load_generated(app, rows)
            yield app, "bench"
            store = await app.store()
            await store.erase_tenant(tenant_id_of("bench"))


async def _load_generated(app: "App", rows: int) -> None:
    store = await app.store()
    await store.create_tenant(Tenant(tenant_id=tenant_id_of("bench"), key="bench", name="Benchmark"))
    memory, embedder = await app.memory("bench"), await app.embedder()
    loader = Loader(
        store=store,
        memory=memory,
        embedder=embedder,
        redactor=await app.redactor(),
        now=lambda: datetime.now(UTC),
    )
    say(f"Generating and loading {rows:,} tickets ...")
    summary = await loader.load_tickets(_generated(rows))
    say(f"{summary.inserted:,} tickets in {summary.seconds:.1f} s ({summary.inserted / summary.seconds:,.0f} rows/s)")
    await distill(memory, embedder, now=datetime.now(UTC))


def _generated(rows: int) -> Iterator[Mapping[str, object]]:
    """Tickets of the sample corpus, one seed after the other."""
    from moe_memorygraph.sample import generate_sample

    made, seed = 0, 1
    while made < rows:
        for ticket in generate_sample(seed=seed).tickets:
            if made == rows:
                return
            row = ticket.row()
            yield {**row, "ticket_id": f"{seed}-{row['ticket_id']}"}
            made += 1
        seed += 1


async def _measure(memory: TenantMemory, workflow: Workflow, embedder: "Embedder") -> dict[str, Any]:
    tickets = await memory.vector.browse(TicketFilter(), limit=BULK)
    questions = await _questions(memory)
    texts = [ticket.body[:1000] for ticket in tickets]

    async def embed_one(text: str) -> None:
        await embedder.embed_query(text)

    async def floor(text: str) -> None:
        vector = await embedder.embed_query(text)
        await memory.vector.search(text="", embedding=vector, filters=TicketFilter(), limit=10)

    async def ask(text: str) -> Mapping[str, Any]:
        return (await workflow.ask(memory, Ask(tool="query_customer_intel", text=text))).envelope

    planes = {status.plane: status.items for status in await memory.status()}
    report: dict[str, Any] = {"planes": planes}
    report["embed_query_ms"] = await _times(embed_one, _fresh(questions, QUERIES, "embed"))
    begin = perf_counter()
    await embedder.embed_passages(texts)
    report["embed_passages_per_s"] = round(len(texts) / (perf_counter() - begin), 1)
    report["recall_of_itself_at_10"] = await _self_recall(memory, embedder, tickets[:SELF])
    report["floor_ms"] = await _times(floor, _fresh(questions, QUERIES, "floor"))
    envelopes: list[Mapping[str, Any]] = []

    async def ask_and_keep(text: str) -> None:
        envelopes.append(await ask(text))

    await ask(questions[0])  # views and connections are warm from here on
    report["ask_ms"] = await _times(ask_and_keep, _fresh(questions, ASKS, ""))
    report["ask_stage_ms"] = _stages(envelopes)
    report["throughput"] = [await _throughput(ask, _fresh(questions, ASKS, ""), clients) for clients in CONCURRENCY]
    return report


async def _questions(memory: TenantMemory) -> list[str]:
    names = [customer.name for customer in await memory.customers.all()][:20]
    categories = [group.key.replace("_", " ") for group in (await memory.categories())[:10]]
    asked = list(QUESTIONS)
    for place, name in enumerate(names):
        category = categories[place % len(categories)] if categories else "billing"
        asked += [template.format(name=name, category=category) for template in TEMPLATES]
    return asked


def _fresh(questions: Sequence[str], count: int, word: str) -> list[str]:
    """So many questions, different from those of another measurement where a word is given: caches must not answer."""
    return [
        f"{questions[place % len(questions)]} {word} {place}" if word else questions[place % len(questions)]
        for place in range(count)
    ]


async def _times(work: Callable[[str], Awaitable[None]], texts: Sequence[str]) -> dict[str, float]:
    took = []
    for text in texts:
        begin = perf_counter()
        await work(text)
        took.append((perf_counter() - begin) * 1000)
    return _percentiles(took)


def _percentiles(took: Sequence[float]) -> dict[str, float]:
    ordered = sorted(took)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p95": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 2),
        "n": len(ordered),
    }


async def _self_recall(memory: TenantMemory, embedder: "Embedder", tickets: Sequence[Ticket]) -> float | None:
    """Share of tickets that a search by their own beginning brings among the first ten."""
    found = 0
    for ticket in tickets:
        stored = await memory.vector.get(ticket.ticket_id)
        if stored is None or not stored.passages:
            continue
        first = stored.passages[0]
        text = f"{stored.subject}\n{stored.body[first.start : first.stop]}"
        (vector,) = await embedder.embed_passages([text])
        hits = await memory.vector.search(text="", embedding=vector, filters=TicketFilter(), limit=10)
        found += any(hit.ticket.ticket_id == ticket.ticket_id for hit in hits)
    return round(found / len(tickets), 4) if tickets else None


def _stages(envelopes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    names = {name for envelope in envelopes for name in envelope["audit"]["stage_ms"]}
    stages = {
        name: _percentiles([envelope["audit"]["stage_ms"].get(name, 0.0) for envelope in envelopes])
        for name in sorted(names)
    }
    return dict(sorted(stages.items(), key=lambda item: -item[1]["p50"]))


async def _throughput(
    ask: Callable[[str], Awaitable[Mapping[str, Any]]], texts: Sequence[str], clients: int
) -> dict[str, float]:
    took: list[float] = []
    waiting = iter(texts)

    async def client() -> None:
        for text in waiting:
            begin = perf_counter()
            await ask(text)
            took.append((perf_counter() - begin) * 1000)

    begin = perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(clients):
            group.start_soon(client)
    return {"clients": clients, "asks_per_s": round(len(took) / (perf_counter() - begin), 1), **_percentiles(took)}


def _machine() -> dict[str, Any]:
    return {
        "platform": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def _show(report: Mapping[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    machine = report["machine"]
    held = ", ".join(f"{plane} {items:,}" for plane, items in report["planes"].items())
    figures = Table("figure", "p50 ms", "p95 ms", title="Measured", title_justify="left", box=None)
    for name, label in (
        ("embed_query_ms", "embed a question"),
        ("floor_ms", "floor: embed and one exact vector search"),
        ("ask_ms", "ask"),
    ):
        figures.add_row(label, f"{report[name]['p50']:.1f}", f"{report[name]['p95']:.1f}")
    for name, times in list(report["ask_stage_ms"].items())[:12]:
        figures.add_row(f"  {name}", f"{times['p50']:.1f}", f"{times['p95']:.1f}")
    rates = Table("clients", "asks/s", "p50 ms", "p95 ms", title="Throughput", title_justify="left", box=None)
    for row in report["throughput"]:
        rates.add_row(str(row["clients"]), f"{row['asks_per_s']:.1f}", f"{row['p50']:.0f}", f"{row['p95']:.0f}")
    console = Console(file=sys.stdout)
    console.print(
        f"{machine['platform']}, Python {machine['python']}, {machine['cores']} cores, load {machine['load']:.1f}\n{held}",
        highlight=False,
    )
    console.print(figures, rates, sep="\n")
    console.print(
        f"embedding in bulk: {report['embed_passages_per_s']:.0f} passages/s; "
        f"tickets found by their own words: {report['recall_of_itself_at_10']}",
        highlight=False,
    )
