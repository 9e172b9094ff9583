"""The guided tour: a sample tenant, four questions, and how to connect an agent."""

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import anyio.to_thread

from moe_memorygraph import __version__
from moe_memorygraph.cli.connecting import command_path, connection_help
from moe_memorygraph.cli.loading import load_path, say_summary
from moe_memorygraph.cli.shell import DONE, PARTLY, open_app_for, settings_of_process
from moe_memorygraph.distillation import distill
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.workflow.values import Ask

if TYPE_CHECKING:
    from moe_memorygraph.server.app import App

__all__ = ["QUESTIONS", "SOURCES", "TENANT", "prepare_demo", "run_demo"]

TENANT = "demo"

QUESTIONS = (
    "Why did Acme Corp churn?",
    "What compliance risks are in our conversations?",
    "What changed in Q4?",
    "Give me a health report for Acme Corp.",
)

SOURCES = (
    ("customers", "customers.csv"),
    ("facts", "facts.csv"),
    ("tickets", "tickets.jsonl"),
    ("knowledge", "knowledge"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What preparing did."""

    changed: bool
    rejected: int


async def run_demo(*, refresh: bool) -> int:
    from rich.console import Console

    from moe_memorygraph.cli.show import show_answer

    settings = settings_of_process()
    begin = perf_counter()
    console = Console(file=sys.stdout)
    async with open_app_for(settings) as app:
        prepared = await prepare_demo(app, settings.home / "sample", refresh=refresh)
        memory, workflow = await app.memory(TENANT), await app.workflow()
        for number, question in enumerate(QUESTIONS):
            result = await workflow.ask(memory, Ask(tool="query_customer_intel", text=question))
            show_answer(console, question, result.envelope, result.decision)
            if number == 0:
                console.print(f"First cited answer after {perf_counter() - begin:.1f} s.", style="dim")
    console.print()
    console.print("Connect an agent", style="bold")
    console.print(connection_help(TENANT), markup=False, highlight=False, soft_wrap=True)
    console.print(
        f"\nAsk more:\n  {shlex.quote(command_path())} ask 'Which customers sent the most billing tickets in Q4 2025?' --tenant {TENANT}\n\n"
        f"The sample's files, and the truth planted in them: {settings.home / 'sample'}",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    return PARTLY if prepared.rejected else DONE


async def prepare_demo(
    app: "App", folder: Path, *, refresh: bool = False, tell: Callable[[str], None] = print
) -> Prepared:
    """The tenant `demo` with the sample corpus in all planes; does only what is not done yet."""
    tell(f"Preparing tenant {TENANT} ...")
    await anyio.to_thread.run_sync(_write_files, folder, refresh)
    store = await app.store()
    tenant = Tenant(tenant_id=tenant_id_of(TENANT), key=TENANT, name="Northstar Cloud (sample)")
    await store.create_tenant(tenant)
    memory = await app.memory(TENANT)
    changed, rejected = False, 0
    for kind, name in SOURCES:
        summary = await load_path(app, kind, folder / name, tenant=TENANT)
        say_summary(kind, summary, tell=tell)
        changed = changed or summary.inserted + summary.updated + summary.removed > 0
        rejected += summary.rejected
    if changed or not await _has_patterns(memory):
        mined = await distill(memory, await app.embedder(), now=datetime.now(UTC))
        tell(f"patterns: {mined.patterns:,} kept of {mined.tested:,} comparisons in {mined.seconds:.1f} s")
    return Prepared(changed=changed, rejected=rejected)


def _write_files(folder: Path, refresh: bool) -> None:
    """Write the corpus once per version; the marker comes last, so that a half-written one is written again."""
    from moe_memorygraph.sample import write_sample

    marker = folder / "VERSION"
    if not refresh and marker.exists() and marker.read_text(encoding="utf-8").strip() == __version__:
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # the home: nobody else's business
    folder.mkdir(exist_ok=True)
    marker.unlink(missing_ok=True)
    write_sample(folder)
    marker.write_text(f"{__version__}\n", encoding="utf-8")


async def _has_patterns(memory: TenantMemory) -> bool:
    return any(status.plane == "ltm" and status.items for status in await memory.status())
