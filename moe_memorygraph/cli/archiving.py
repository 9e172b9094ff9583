"""A tenant as a folder of files, and back.

What stands on top is for people and other programs, in the rows that `ingest` reads. `memory/` holds each table as it is,
so that `tenant import` brings back just what was exported.
"""

import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import anyio.to_thread

from moe_memorygraph import __version__
from moe_memorygraph.cli.shell import (
    DONE,
    existing_tenant,
    open_store_for,
    print_json,
    progress_bar,
    record_act,
    say,
    settings_of_process,
)
from moe_memorygraph.errors import Conflict, InvalidArgument, PermissionDenied
from moe_memorygraph.memory.content import check_fiscal_year_start, checked_trust
from moe_memorygraph.memory.ports import MemoryStore
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.archive import KEPT, LEFT_OUT, Archive, Row, reading_archive, restore
from moe_memorygraph.memory.postgres.migration import schema_version
from moe_memorygraph.memory.values import SERVER_KEY, Tenant, TenantId, tenant_id_of

__all__ = ["export_tenant", "import_tenant"]

FORMAT = 1
MANIFEST = "manifest.json"
AT_ONCE = 200  # rows in one statement
_DAMAGED = "Export the tenant again."


async def export_tenant(key: str, *, out: Path, as_json: bool) -> int:
    """As it was at one moment; whoever writes meanwhile is not in it, and nobody waits."""
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, key)
        await record_act(settings, store, memory, "tenant.export")
        tenant = await memory.tenant()
        assert tenant is not None  # noqa: S101  it was there a moment ago
        await anyio.to_thread.run_sync(_make_folder, out)
        with ExitStack() as stack:
            files = _Files(out, stack)
            async with reading_archive(_postgres(store).pool, memory.tenant_id) as archive:
                for table in KEPT:
                    await _write_table(archive, table, files)
        described = files.described()
    manifest = {
        "format": FORMAT,
        "tenant": {
            "key": key,
            "name": tenant.name,
            "fiscal_year_start": tenant.fiscal_year_start,
            "source_trust": dict(sorted(tenant.source_trust.items())),
            "embedding_model": tenant.embedding_model,
            "embedding_dim": tenant.embedding_dim,
        },
        "schema_version": schema_version(),
        "version": __version__,
        "exported_at": datetime.now(UTC).isoformat(),
        "files": described,
        "left_out": dict(LEFT_OUT),
    }
    with _private(out / MANIFEST) as file:
        file.write(json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n")
    rows = {name: one["rows"] for name, one in described.items() if not name.startswith("knowledge/")}
    rows["knowledge"] = sum(name.startswith("knowledge/") for name in described)
    if as_json:
        print_json({"tenant": key, "folder": str(out), "written": rows})
    else:
        shown = {name: count for name, count in rows.items() if count and not name.startswith("memory/")}
        print(
            f"Wrote {', '.join(f'{count:,} to {name}' for name, count in shown.items()) or 'an empty tenant'} in {out}."
        )
    return DONE


async def import_tenant(key: str, *, folder: Path, as_json: bool) -> int:
    """Every file is held against the manifest first; then all goes in, or nothing."""
    tenant_id = tenant_id_of(key)
    if key == SERVER_KEY:
        raise Conflict(f"{key} is the server's own name.", "Give another key.")
    manifest = await anyio.to_thread.run_sync(_checked_manifest, folder)
    said = manifest["tenant"]
    tenant = Tenant(
        tenant_id=tenant_id,
        key=key,
        name=said["name"],
        fiscal_year_start=said["fiscal_year_start"],
        source_trust=checked_trust(said["source_trust"]),
        embedding_model=said["embedding_model"],
        embedding_dim=said["embedding_dim"],
    )
    check_fiscal_year_start(tenant.fiscal_year_start)
    total = sum(one["rows"] for name, one in manifest["files"].items() if name.startswith("memory/"))
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        with progress_bar("Importing", total=total) as tick:
            rows = _rows_of(folder, on_rows=lambda done: tick(done, total))
            written = await restore(_postgres(store).pool, tenant, rows, _batches(folder / "memory" / "fact.jsonl"))
        await record_act(settings, store, store.tenant(tenant_id), "tenant.import", counts=written)
        await record_act(settings, store, None, "tenant.create", objects=[("tenant", key)])
        await store.tenant(tenant_id).maintain()
        await _index(store, tenant_id)
    written = {table: count for table, count in written.items() if count}
    if as_json:
        print_json({"tenant": key, "from": said["key"], "written": written})
    else:
        print(f"Imported {sum(written.values()):,} rows of {said['key']} as tenant {key}. It has no API keys yet.")
    return DONE


async def _index(store: MemoryStore, tenant_id: TenantId) -> None:
    """Build the indexes that a large tenant needs, where that is allowed; else a server does, or an administrator."""
    if (await store.index_need(tenant_id)).step is None:
        return
    try:
        await store.build_index(tenant_id, wait=True)
    except PermissionDenied as error:
        say(f"{error.sentence} {error.advice}")


def _postgres(store: MemoryStore) -> PostgresStore:
    """Archives are of the database's tables."""
    assert isinstance(store, PostgresStore)  # noqa: S101  the command line opens no other
    return store


# -- writing ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _File:
    """A file that is being written, its rows counted and its content hashed on the way."""

    file: IO[bytes]
    rows: int = 0
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> None:
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)
        self.rows += 1


class _Files:
    """Those of one export, by their names in the folder; nobody but their owner may read them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._files: dict[str, _File] = {}

    def row(self, name: str, row: Mapping[str, Any]) -> None:
        self._of(name).write(json.dumps(row, ensure_ascii=False).encode() + b"\n")

    def begin(self, name: str) -> None:
        """Make a file that may stay empty."""
        self._of(name)

    def document(self, path: str, text: str) -> None:
        """As Markdown, whatever it was; its path is taken from us, but never out of the folder."""
        parts = [part for part in Path(path).parts if part not in ("/", "..", ".")]
        target = Path("knowledge", *parts) if parts else Path("knowledge", "document")
        stem = target if target.suffix.lower() == ".md" else target.with_name(f"{target.name}.md")
        name, number = stem, 1
        while name.as_posix() in self._files:
            number += 1
            name = stem.with_name(f"{stem.stem}-{number}.md")
        written = self._of(name.as_posix())
        written.write(text.encode() + b"\n")
        written.file.close()  # there may be more documents than files that may be open

    def _of(self, name: str) -> _File:
        if name not in self._files:
            self._files[name] = _File(self._stack.enter_context(_private(self._folder / name)))
        return self._files[name]

    def described(self) -> dict[str, dict[str, Any]]:
        return {
            name: {"rows": one.rows, "bytes": one.size, "sha256": one.digest.hexdigest()}
            for name, one in sorted(self._files.items())
        }


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InvalidArgument("The folder is not empty.", "Give an empty or new one with --out.")
    folder.chmod(0o700)


def _private(path: Path) -> IO[bytes]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


async def _write_table(archive: Archive, table: str, files: _Files) -> None:
    files.begin(f"memory/{table}.jsonl")
    portable = _PORTABLE.get(table)
    if portable is not None:
        files.begin(portable[0])
    evidence = await _evidence(archive) if table == "pattern" else {}
    async for row in archive.rows(table):
        files.row(f"memory/{table}.jsonl", row)
        if portable is not None:
            name, columns = portable
            files.row(name, _filled(columns({**row, "evidence": evidence.get(row.get("pattern_id", ""), ())})))
        if table == "document":
            files.document(row["path"], row["body"])


async def _evidence(archive: Archive) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    async for row in archive.rows("pattern_evidence"):
        found.setdefault(row["pattern_id"], []).append(row["ticket_id"])
    return found


def _filled(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, "", [], {}, ())}


_OURS = ("origin_id", "pii_types", "stated_to", "tier", "told_by", "topic_probability")
"""What no file of somebody else's has, and only means something here."""


def customer_row(row: Row) -> Row:
    """The columns of a customer file."""
    own = _without(row, "attributes", "content_hash", "evidence")
    return {**row["attributes"], **own, "aliases": ";".join(row["aliases"])}


def ticket_row(row: Row) -> Row:
    """The columns of a ticket file; a category of ours would be taken for the tenant's, so it is left out."""
    own = _without(row, "attributes", "content_hash", "customer_id", "evidence", *_OURS)
    ours = {"category": None} if row["topic_probability"] is not None else {}
    return {**row["attributes"], **own, **ours, "customer": row["customer_id"]}


def fact_row(row: Row) -> Row:
    """The columns of a facts file; what else there is comes back as columns nobody asks for."""
    keys = ("customer_id", "customer_key", "subject_key", "identity", "tsv")
    told = {} if row["tier"] == "record" else {"writer_tier": row["tier"]}  # read as a load, it must not gain trust
    return {**_without(row, "statement", "evidence", *keys, *_OURS), **told}


def pattern_row(row: Row) -> Row:
    return _without(row, "content_hash", "tsv")


def _without(row: Row, *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


_PORTABLE: Mapping[str, tuple[str, Callable[[Row], Row]]] = {
    "customer": ("customers.jsonl", customer_row),
    "ticket": ("tickets.jsonl", ticket_row),
    "fact": ("facts.jsonl", fact_row),
    "pattern": ("patterns.jsonl", pattern_row),
}
"""Tables that other programs may read, too: in which file, and as what."""


# -- reading ---------------------------------------------------------------------------------------------------------


def _checked_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, after every file of `memory/` was held against it. Raises `InvalidArgument` for the first that differs."""
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["format"] != FORMAT or not isinstance(manifest["tenant"], dict):
            raise ValueError
        files: dict[str, dict[str, Any]] = manifest["files"]
        written_by = int(manifest["schema_version"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InvalidArgument("The folder is no export of a tenant.", "Give one that `tenant export` wrote.") from None
    if written_by != schema_version():
        raise InvalidArgument(
            f"The export has schema version {written_by}, and this program {schema_version()}.",
            "Import it with the version that wrote it and upgrade then, or load its files with `memorygraph ingest`.",
        )
    for table in KEPT:
        name = f"memory/{table}.jsonl"
        try:
            with (folder / name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            digest = ""
        if digest != files.get(name, {}).get("sha256"):
            raise InvalidArgument(f"{name} is not as it was exported.", _DAMAGED)
    return dict(manifest)


async def _rows_of(folder: Path, *, on_rows: Callable[[int], None]) -> AsyncIterator[tuple[str, Sequence[Row]]]:
    done = 0
    for table in KEPT:
        async for some in _batches(folder / "memory" / f"{table}.jsonl"):
            yield table, some
            done += len(some)
            on_rows(done)


async def _batches(path: Path) -> AsyncIterator[Sequence[Row]]:
    with path.open("rb") as file:
        while some := await anyio.to_thread.run_sync(_some_rows, file):
            yield some


def _some_rows(file: IO[bytes]) -> list[Row]:
    return [json.loads(line) for line in _lines(file)]


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    for _ in range(AT_ONCE):
        line = file.readline()
        if not line:
            return
        yield line
