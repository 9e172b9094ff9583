"""Files into memory from the command line, with a bar that says how long it will take."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread

from moe_memorygraph.cli.shell import (
    DONE,
    PARTLY,
    open_app_for,
    print_json,
    progress_bar,
    say,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.errors import PermissionDenied
from moe_memorygraph.ingestion.loader import IngestSummary, Loader, Reject, Tally
from moe_memorygraph.ingestion.presets import PRESETS, apply_preset, find_preset
from moe_memorygraph.ingestion.readers import SourceRow, count_hint, open_rows
from moe_memorygraph.ingestion.rejects import RejectsFile, open_rejects
from moe_memorygraph.ingestion.rows import REQUIRED_COLUMNS
from moe_memorygraph.memory.values import IndexProgress

if TYPE_CHECKING:
    from moe_memorygraph.server.app import App

__all__ = ["Ingest", "load_path", "read_mapping", "say_summary"]

KINDS = ("customers", "tickets", "facts", "knowledge")


@dataclass(kw_only=True)
class Ingest:
    """One `memorygraph ingest`; knows how far it came when it is interrupted."""

    kind: str
    path: Path
    tenant: str
    preset: str | None
    mapping: Sequence[str]
    rejects: Path | None
    dry_run: bool
    as_json: bool
    _tally: Tally | None = field(default=None, init=False)

    def progress(self) -> str:
        if self._tally is None:
            return "Interrupted before anything was written."
        done = f"{self._tally.done:,} of {self._tally.read:,} rows read were settled"
        return f"Interrupted: {done}. Run the same command again to go on from there."

    async def run(self) -> int:
        mapping = self._checked()
        async with open_app_for(settings_of_process()) as app:
            await app.memory(self.tenant)  # say now that there is no such tenant, before a long file is read
            summary = await load_path(
                app,
                self.kind,
                self.path,
                tenant=self.tenant,
                preset=self.preset,
                mapping=mapping,
                rejects=self.rejects,
                dry_run=self.dry_run,
                on_tally=self._keep,
            )
            if not self.dry_run:
                _, trail = await app.memory_for(self.tenant)
                counts = {name: value for name, value in summary.to_json().items() if isinstance(value, int)}
                await trail.record(f"ingest.{self.kind}", counts=counts)
        if self.as_json:
            print_json(summary.to_json())
        else:
            say_summary(self.kind, summary, dry_run=self.dry_run, rejects=self.rejects)
            if summary.run_id and summary.inserted + summary.updated:
                print(f"To take it back: memorygraph rollback --tenant {self.tenant} --run {summary.run_id}")
        return PARTLY if summary.rejected or summary.stopped else DONE

    def _keep(self, tally: Tally) -> None:
        self._tally = tally

    def _checked(self) -> dict[str, str]:
        if self.kind not in KINDS:
            wrong_usage(f"{self.kind!r} is no kind of data. Use one of: {', '.join(KINDS)}.")
        if self.kind == "knowledge" and (self.preset or self.mapping):
            wrong_usage("--preset and --map are for rows; documents have no columns.")
        if self.preset is not None and (self.preset not in PRESETS or self.kind != "tickets"):
            wrong_usage(f"--preset is for tickets, and one of: {', '.join(PRESETS)}.")
        if self.rejects is not None and self.rejects.resolve() == self.path.resolve():
            wrong_usage("--rejects names the file that is read, and would replace it. Name another.")
        return read_mapping(self.mapping)


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """`FIELD=COLUMN` pairs; wrong usage otherwise."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        field_name, equals, column = pair.partition("=")
        if not equals or not field_name.strip() or not column.strip():
            wrong_usage(f"--map {pair!r} is not FIELD=COLUMN.")
        mapping[field_name.strip()] = column.strip()
    return mapping


async def load_path(
    app: "App",
    kind: str,
    path: Path,
    *,
    tenant: str,
    preset: str | None = None,
    mapping: Mapping[str, str] | None = None,
    rejects: Path | None = None,
    dry_run: bool = False,
    on_tally: Callable[[Tally], None] = lambda _: None,
) -> IngestSummary:
    """Load a file, or a folder of documents, with a bar on stderr."""
    with ExitStack() as stack:
        total = None if kind == "knowledge" else await anyio.to_thread.run_sync(count_hint, path)
        tick = stack.enter_context(progress_bar(f"Loading {kind}", total=total))
        rejected = stack.enter_context(open_rejects(rejects)) if rejects is not None else None

        def on_progress(tally: Tally) -> None:
            on_tally(tally)
            tick(tally.done, total)

        loader = Loader(
            store=await app.store(),
            memory=await app.memory(tenant),
            embedder=await app.embedder(),
            redactor=await app.redactor(),
            masters=await app.masters(),
            now=lambda: datetime.now(UTC),
            on_progress=on_progress,
            on_reject=None if rejected is None else lambda reject: _write(rejected, reject),
            dry_run=dry_run,
            meter=app.quotas.meter(tenant),
        )
        if kind == "knowledge":
            return await loader.load_knowledge(path)
        rows = await anyio.to_thread.run_sync(lambda: _rows(kind, path, preset, mapping or {}))
        match kind:
            case "customers":
                return await loader.load_customers(rows)
            case "facts":
                return await loader.load_facts(rows)
            case _:
                summary = await loader.load_tickets(rows)
        if not dry_run:
            await _index(app, tenant)
        return summary


async def _index(app: "App", tenant: str) -> None:
    """Build the index that a tenant needs once it is large. Interrupted, it is built by the next load or a server."""
    store, tenant_id = await app.store(), (await app.memory(tenant)).tenant_id
    if (await store.index_need(tenant_id)).step is None:
        return
    with progress_bar("Indexing", total=None) as tick:

        def on_progress(progress: IndexProgress) -> None:
            if progress.total:
                tick(progress.done, progress.total)

        try:
            await store.build_index(tenant_id, wait=True, on_progress=on_progress)
        except PermissionDenied as error:
            say(f"{error.sentence} {error.advice}")


def _rows(kind: str, path: Path, preset: str | None, mapping: Mapping[str, str]) -> Iterator[SourceRow]:
    if preset is None:
        return open_rows(path, mapping=mapping, required=REQUIRED_COLUMNS[kind])
    published = find_preset(preset)
    return apply_preset(published, open_rows(path, mapping=mapping, required=published.required))


def _write(file: RejectsFile, reject: Reject) -> None:
    file.write(line=reject.line, reason=reject.reason, values=reject.values, raw=reject.raw)


def say_summary(
    kind: str,
    summary: IngestSummary,
    *,
    dry_run: bool = False,
    rejects: Path | None = None,
    tell: Callable[[str], None] = print,
) -> None:
    """What came of a load, for people."""
    would = "would be " if dry_run else ""
    removed = f", {summary.removed:,} removed" if summary.removed else ""
    rate = f", {summary.read / summary.seconds:,.0f} rows/s" if summary.seconds > 0 and summary.read else ""
    tell(
        f"{kind}: {summary.read:,} read, {summary.inserted:,} {would}inserted, {summary.updated:,} {would}updated, "
        f"{summary.unchanged:,} unchanged, {summary.rejected:,} rejected{removed} in {summary.seconds:.1f} s{rate}"
    )
    if summary.stopped:
        say(f"Stopped early. {summary.stopped} The same command goes on then where it stopped.")
    if not summary.rejected:
        return
    for reject in summary.rejects[:5]:
        say(f"line {reject.line}: {reject.reason}")
    if summary.rejected > len(summary.rejects[:5]):
        say(f"... and {summary.rejected - len(summary.rejects[:5]):,} more")
    say(f"All of them are in {rejects}." if rejects else "Name a file with --rejects to get all of them.")
