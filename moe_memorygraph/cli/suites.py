"""`bench --suite`: a public set loaded into a home of its own and asked, as a table or JSON. Nothing of it is kept."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import anyio.to_thread

from moe_memorygraph import __version__
from moe_memorygraph.cli.benching import machine
from moe_memorygraph.cli.shell import (
    DONE,
    HOME,
    open_app_for,
    print_json,
    progress_bar,
    say,
    settings_of_process,
    temporary_folder,
    wrong_usage,
)
from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation.probing import Trial, baseline_report, cross_validated, fitted_on, probe_all, report_of
from moe_memorygraph.evaluation.suites import Suite, SuiteName, known_items, read_locomo, read_stackfaq, read_tau2
from moe_memorygraph.evaluation.suites.values import find_file
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.ingestion.presets import PRESETS, apply_preset
from moe_memorygraph.ingestion.readers import SUFFIXES, open_rows
from moe_memorygraph.memory.values import Tenant, tenant_id_of

if TYPE_CHECKING:
    from rich.table import Table

    from moe_memorygraph.server.app import App

__all__ = ["SuiteBench", "ask_suite", "read_suite"]

TENANT = "suite"
SUITES: tuple[SuiteName, ...] = get_args(SuiteName)
SHOWN = {
    "R@5": "recall@5",
    "R@10": "recall@10",
    "R@20": "recall@20",
    "hit@10": "hit@10",
    "all@10": "all@10",
    "MRR": "mrr",
    "nDCG@10": "ndcg@10",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteBench:
    """One `memorygraph bench --suite NAME PATH`."""

    name: str
    path: Path
    cross_validate: bool
    as_json: bool

    async def run(self) -> int:
        suite = await anyio.to_thread.run_sync(read_suite, _known(self.name), self.path)
        trials = await ask_suite(suite)
        report = {
            "version": __version__,
            "machine": machine(),
            "suite": suite.name,
            "rows": len(suite.tickets) or len(suite.documents),
            **fitted_on(suite),
            **report_of(trials),
            "baselines": baseline_report(trials),
        }
        if self.cross_validate:
            say("Fitting weights on the other folds, fold by fold ...")
            report["cross_validated"] = await anyio.to_thread.run_sync(
                lambda: cross_validated(trials, documents=bool(suite.documents))
            )
        if self.as_json:
            print_json(report)
        else:
            _show(report)
        return DONE


def _known(name: str) -> SuiteName:
    found = next((one for one in SUITES if one == name), None)
    return found or wrong_usage(f"--suite {name!r} is none of {', '.join(SUITES)}.")


def read_suite(name: SuiteName, path: Path) -> Suite:
    """The suite from its published files. Raises `NotFound` or `InvalidArgument` where they are not there, or others."""
    readers: Mapping[SuiteName, Callable[[Path], Suite]] = {
        "locomo": read_locomo,
        "stackfaq": read_stackfaq,
        "tau2": read_tau2,
        "known_item": lambda path: known_items(_ticket_rows(path)),
    }
    suite = readers[name](path)
    if not suite.probes:
        raise InvalidArgument("The suite's files hold no question whose evidence is known.", "Give them as published.")
    return suite


def _ticket_rows(path: Path) -> Iterator[Mapping[str, object]]:
    """Rows of a file of tickets, in the columns of the contract or of a preset, whichever its header fits."""
    file = find_file(path, *(f"*{suffix}" for suffix in SUFFIXES))
    for preset in PRESETS.values():
        try:
            rows = apply_preset(preset, open_rows(file, required=preset.required))
            break
        except InvalidArgument:  # another preset's header
            continue
    else:
        rows = open_rows(file, required=(("ticket_id",), ("customer",), ("created_at",), ("body",)))
    for row in rows:
        if row.values is not None and row.values.get("body"):
            yield row.values


async def ask_suite(suite: Suite) -> list[Trial]:
    """Load the suite into an embedded database in a temporary folder, which is removed, and ask all its probes."""
    async with _loaded(suite) as app:
        with progress_bar("Asking", total=len(suite.probes), unit="questions") as tick:
            return await probe_all(
                suite,
                memory=await app.memory(TENANT),
                workflow=await app.workflow(),
                embedder=await app.embedder(),
                on_done=lambda done: tick(done, len(suite.probes)),
            )


@asynccontextmanager
async def _loaded(suite: Suite) -> AsyncIterator["App"]:
    with temporary_folder("suite") as folder:
        settings = settings_of_process(home=folder / HOME, database_url=None)
        async with open_app_for(settings) as app:
            store = await app.store()
            await store.create_tenant(Tenant(tenant_id=tenant_id_of(TENANT), key=TENANT, name="Suite"))
            loader = Loader(
                store=store,
                memory=await app.memory(TENANT),
                embedder=await app.embedder(),
                redactor=await app.redactor(),
                now=lambda: datetime.now(UTC),
            )
            say(f"Loading {len(suite.tickets) or len(suite.documents):,} rows ...")
            if suite.documents:
                documents = folder / "documents"
                await anyio.to_thread.run_sync(_write, suite.documents, documents)
                await loader.load_knowledge(documents)
            else:
                await loader.load_tickets(suite.tickets)
            yield app


def _write(documents: Mapping[str, str], folder: Path) -> None:
    folder.mkdir()
    for name, text in documents.items():
        (folder / name).write_text(text, encoding="utf-8")


def _show(report: Mapping[str, Any]) -> None:
    from rich.console import Console

    host = report["machine"]
    seen = report["weights_fitted_on_these"]
    learned = f"fitted on {len(seen)} of these parts" if seen else "never fitted on any of this"
    console = Console(file=sys.stdout)
    console.print(
        f"{host['platform']}, Python {host['python']}, {host['cores']} cores, load {host['load']:.1f}\n"
        f"{report['suite']}: {report['rows']:,} rows, {report['questions']:,} questions; shipped weights, {learned}",
        highlight=False,
    )
    console.print(_table(report))
    times = report["search_ms"]
    console.print(
        f"a search, embedding included: p50 {times['p50']:.1f} ms, p95 {times['p95']:.1f} ms", highlight=False
    )


def _table(report: Mapping[str, Any]) -> "Table":
    from rich.table import Table

    table = Table(title="What is found", title_justify="left", box=None)
    for column in ("ranking", "asked", *SHOWN):
        table.add_column(column, justify="left" if column == "ranking" else "right")
    rows = [("all", report["questions"], report["overall"])]
    if len(report["by_category"]) > 1:
        rows += [(f"  {name}", one["questions"], one) for name, one in report["by_category"].items()]
    if "cross_validated" in report:
        rows.append(("all, out of fold", report["questions"], report["cross_validated"]["overall"]))
        rows += [(f"  {name}", one["questions"], one) for name, one in report["cross_validated"]["by_category"].items()]
    rows += [(name.replace("_", " "), one["questions"], one["overall"]) for name, one in report["baselines"].items()]
    for name, questions, figures in rows:
        table.add_row(name, str(questions), *(f"{figures[one]:.3f}" for one in SHOWN.values()))
    return table
