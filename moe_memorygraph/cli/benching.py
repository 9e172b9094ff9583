"""What this machine does with one tenant, as tables or JSON; the machine and the tenant stand beside the figures."""

import os
import platform
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moe_memorygraph import __version__
from moe_memorygraph.cli.demo import SOURCES, TENANT, prepare_demo
from moe_memorygraph.cli.loading import load_path
from moe_memorygraph.cli.measuring import measure
from moe_memorygraph.cli.shell import DONE, HOME, open_app_for, print_json, say, settings_of_process, temporary_folder
from moe_memorygraph.distillation import distill
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.memory.values import Tenant, tenant_id_of

if TYPE_CHECKING:
    from rich.table import Table

    from moe_memorygraph.server.app import App

__all__ = ["machine", "run_bench"]

GENERATED = "bench"


async def run_bench(*, rows: int | None, tenant: str | None, asks: int, as_json: bool) -> int:
    async with _tenant(rows, tenant) as (app, key):
        memory = await app.memory(key)
        report = await measure(memory, await app.workflow(), await app.embedder(), asks=asks)
    report = {"version": __version__, "machine": machine(), **report}
    if as_json:
        print_json(report)
    else:
        _show(report)
    return DONE


@asynccontextmanager
async def _tenant(rows: int | None, tenant: str | None) -> AsyncIterator[tuple["App", str]]:
    """The named tenant, the demo's, or one of so many generated tickets in a temporary home, which is removed."""
    if rows is None:
        settings = settings_of_process()
        async with open_app_for(settings) as app:
            if tenant is None:
                await prepare_demo(app, settings.home / "sample", tell=say)
            yield app, tenant or TENANT
        return
    with temporary_folder("bench") as folder:
        settings = settings_of_process(home=folder / HOME, database_url=None)
        async with open_app_for(settings) as app:
            await load_generated(app, folder / "sample", rows)
            yield app, GENERATED


async def load_generated(app: "App", folder: Path, rows: int, *, tenant: str = GENERATED) -> None:
    """The sample's customers, facts and documents, and as many tickets as asked for."""
    from moe_memorygraph.sample import write_sample

    store = await app.store()
    await store.create_tenant(Tenant(tenant_id=tenant_id_of(tenant), key=tenant, name="Benchmark"))
    say(f"Generating and loading {rows:,} tickets ...")
    write_sample(folder)
    for kind, name in SOURCES:
        if kind != "tickets":
            await load_path(app, kind, folder / name, tenant=tenant)
    memory, embedder = await app.memory(tenant), await app.embedder()
    loader = Loader(
        store=store,
        memory=memory,
        embedder=embedder,
        redactor=await app.redactor(),
        now=lambda: datetime.now(UTC),
    )
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


def machine() -> dict[str, Any]:
    """What stands beside every figure."""
    return {
        "platform": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def _show(report: Mapping[str, Any]) -> None:
    from rich.console import Console

    host = report["machine"]
    held = ", ".join(f"{plane} {items:,}" for plane, items in report["planes"].items())
    console = Console(file=sys.stdout)
    console.print(
        f"{host['platform']}, Python {host['python']}, {host['cores']} cores, load {host['load']:.1f}\n{held}",
        highlight=False,
    )
    console.print(_tools(report["tools"]), _stages(report["stages_ms"]), _crowds(report["throughput"]), sep="\n")
    embed, batch = report["embed_query_ms"], report["batch"]
    console.print(
        f"one question embedded: p50 {embed['p50']:.1f} ms, p95 {embed['p95']:.1f} ms; "
        f"in bulk: {report['embed_passages_per_s']:.0f} passages/s\n"
        f"a batch of {batch['questions']} questions: {batch['seconds']:.2f} s\n"
        f"tickets found by their own words: {report['recall_of_itself_at_10']}",
        highlight=False,
    )


def _tools(rows: Sequence[Mapping[str, Any]]) -> "Table":
    table = _table("Tools, without transport", "tool", "p50 ms", "p95 ms", "floor p50", "floor p95", "ratio of p50")
    for row in rows:
        floor = row["floor_ms"]
        times = [f"{value:.1f}" for value in (row["p50"], row["p95"], floor["p50"], floor["p95"])]
        table.add_row(row["tool"], *times, f"{row['ratio']:.2f}")
    return table


def _stages(stages: Mapping[str, Mapping[str, float]]) -> "Table":
    table = _table("Stages of query_customer_intel", "stage", "p50 ms", "p95 ms", "share", "runs")
    for name, times in stages.items():
        label = f"  {name.partition(':')[2]}" if ":" in name else name
        table.add_row(label, f"{times['p50']:.2f}", f"{times['p95']:.2f}", f"{times['share']:.0%}", str(times["n"]))
    return table


def _crowds(rows: Sequence[Mapping[str, Any]]) -> "Table":
    table = _table("Throughput", "clients", "asks/s", "p50 ms", "p95 ms")
    for row in rows:
        table.add_row(str(row["clients"]), f"{row['asks_per_s']:.1f}", f"{row['p50']:.0f}", f"{row['p95']:.0f}")
    return table


def _table(title: str, first: str, *numbers: str) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None)
    table.add_column(first)
    for number in numbers:
        table.add_column(number, justify="right")
    return table
