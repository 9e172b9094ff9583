"""Tenants from the command line: create, set, list, export, erase."""

import calendar
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import anyio.to_thread

from moe_memorygraph import __version__
from moe_memorygraph.cli.shell import (
    DONE,
    HELD,
    existing_tenant,
    open_store_for,
    print_json,
    record_act,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.errors import Conflict, InvalidArgument
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import (
    SERVER_KEY,
    Customer,
    Document,
    Fact,
    FactFilter,
    Pattern,
    PatternFilter,
    Tenant,
    Ticket,
    TicketFilter,
    tenant_id_of,
)

__all__ = ["create_tenant", "erase_tenant", "export_tenant", "list_tenants", "set_tenant"]

PAGE = 500  # rows read at once
ALL_PATTERNS = 1_000_000

T = TypeVar("T")


async def create_tenant(key: str, *, name: str | None, fiscal_year_start: int = 1, as_json: bool) -> int:
    tenant = Tenant(tenant_id=tenant_id_of(key), key=key, name=name or key, fiscal_year_start=fiscal_year_start)
    if key == SERVER_KEY:
        raise Conflict(f"{key} is the server's own name.", "Give another key.")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        if not await store.create_tenant(tenant):
            raise Conflict(f"Tenant {key} exists already.", "Load data with `memorygraph ingest`, or give another key.")
        await record_act(settings, store, store.tenant(tenant.tenant_id), "tenant.create")
        await record_act(settings, store, None, "tenant.create", objects=[("tenant", key)])
    if as_json:
        print_json(
            {
                "tenant": key,
                "tenant_id": str(tenant.tenant_id),
                "name": tenant.name,
                "fiscal_year_start": fiscal_year_start,
            }
        )
    else:
        print(f"Created tenant {key}. Load data with `memorygraph ingest tickets FILE --tenant {key}`.")
    return DONE


async def set_tenant(key: str, *, fiscal_year_start: int | None, trust: Sequence[str], as_json: bool) -> int:
    given = read_trust(trust)
    if fiscal_year_start is None and not given:
        wrong_usage("Give --fiscal-year-start, --trust or both.")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, key)
        if fiscal_year_start is not None:
            await store.set_fiscal_year_start(memory.tenant_id, fiscal_year_start)
        if given:
            await store.set_source_trust(memory.tenant_id, given)
        changed = {"fiscal_year_start": fiscal_year_start, "source_trust": given}
        await record_act(settings, store, memory, "tenant.set", content=changed)
        tenant = await memory.tenant()
    assert tenant is not None  # noqa: S101  it was there a moment ago
    if as_json:
        chosen = {"fiscal_year_start": tenant.fiscal_year_start, "source_trust": dict(tenant.source_trust)}
        print_json({"tenant": key, **chosen})
    else:
        print(f"The fiscal year of tenant {key} begins in {calendar.month_name[tenant.fiscal_year_start]}.")
        for source, value in sorted(tenant.source_trust.items()):
            print(f"Facts from {source} are trusted {value:g}.")
    return DONE


def read_trust(pairs: Sequence[str]) -> dict[str, float]:
    """`SOURCE=NUMBER` pairs; wrong usage otherwise."""
    trust: dict[str, float] = {}
    for pair in pairs:
        source, _, number = pair.rpartition("=")
        try:
            trust[source] = float(number)
        except ValueError:
            wrong_usage(f"--trust {pair!r} is not SOURCE=NUMBER.")
        if not source.strip() or not 0.0 <= trust[source] <= 1.0:
            wrong_usage(f"--trust {pair!r} is not a source and a number from 0 to 1.")
    return trust


async def list_tenants(*, as_json: bool) -> int:
    async with open_store_for(settings_of_process()) as store:
        rows = [await _described(store.tenant(tenant.tenant_id), tenant) for tenant in await store.list_tenants()]
    if as_json:
        print_json(rows)
    elif not rows:
        print("There is no tenant. Create one with `memorygraph tenant create T`, or run `memorygraph demo`.")
    else:
        from rich.console import Console
        from rich.table import Table

        table = Table("tenant", "name", "model", "fiscal year", "holds", box=None, pad_edge=False)
        for row in rows:
            held = ", ".join(f"{HELD[plane]} {items:,}" for plane, items in row["planes"].items() if items)
            begins = f"from {calendar.month_name[row['fiscal_year_start']]}"
            table.add_row(row["tenant"], row["name"], row["embedding_model"] or "-", begins, held or "empty")
        Console().print(table)
    return DONE


async def _described(memory: TenantMemory, tenant: Tenant) -> dict[str, Any]:
    return {
        "tenant": tenant.key,
        "tenant_id": str(tenant.tenant_id),
        "name": tenant.name,
        "embedding_model": tenant.embedding_model,
        "created_at": tenant.created_at,
        "fiscal_year_start": tenant.fiscal_year_start,
        "source_trust": dict(tenant.source_trust),
        "planes": {status.plane: status.items for status in await memory.status()},
    }


async def erase_tenant(key: str, *, confirm: str, as_json: bool) -> int:
    if confirm != key:
        wrong_usage("--confirm must repeat the tenant's key.")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, key)
        erased = await store.erase_tenant(memory.tenant_id)
        # Its own trail went with it: that it did stands in the server's.
        await record_act(settings, store, None, "tenant.erase", objects=[("tenant", key)], counts=erased)
    if as_json:
        print_json({"tenant": key, "erased": erased})
    else:
        rows = sum(erased.values())
        print(f"Erased tenant {key}: {rows:,} rows in {len(erased)} tables.")
    return DONE


async def export_tenant(key: str, *, out: Path, as_json: bool) -> int:
    """JSON lines that `memorygraph ingest` reads: customers, tickets, facts, documents as files; patterns to look at."""
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, key)
        await record_act(settings, store, memory, "tenant.export")
        tenant = await memory.tenant()
        own = await memory.catalogue.all()
        _make_folder(out)
        written = {
            "customers.jsonl": await _write(out / "customers.jsonl", _once(await memory.customers.all()), customer_row),
            "tickets.jsonl": await _write(out / "tickets.jsonl", _tickets(memory), ticket_row),
            "facts.jsonl": await _write(out / "facts.jsonl", _facts(memory), fact_row),
            "patterns.jsonl": await _write(out / "patterns.jsonl", _once(await _patterns(memory)), pattern_row),
            "knowledge": await _write_documents(out / "knowledge", memory),
        }
    manifest = {
        "tenant": key,
        "fiscal_year_start": tenant.fiscal_year_start if tenant else 1,
        "version": __version__,
        "exported_at": datetime.now(UTC),
        "written": written,
        "predicates": [asdict(predicate) for predicate in own],
        "left_out": "sessions, runs and vectors: they belong to this installation",
    }
    (out / "manifest.json").write_text(json.dumps(manifest, default=_plain, indent=2) + "\n", encoding="utf-8")
    if as_json:
        print_json({"tenant": key, "folder": str(out), "written": written})
    else:
        print(f"Wrote {', '.join(f'{count:,} to {name}' for name, count in written.items())} in {out}.")
    return DONE


def _make_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise InvalidArgument("The folder is not empty.", "Give an empty or new one with --out.")
    folder.chmod(0o700)


async def _write(path: Path, values: AsyncIterator[T], row: Callable[[T], Mapping[str, Any]]) -> int:
    count = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        async for value in values:
            filled = {name: item for name, item in row(value).items() if item not in (None, "", [], {}, ())}
            file.write(json.dumps(filled, ensure_ascii=False, default=_plain) + "\n")
            count += 1
    return count


async def _once(values: Iterable[T]) -> AsyncIterator[T]:
    for value in values:
        yield value


async def _tickets(memory: TenantMemory) -> AsyncIterator[Ticket]:
    offset = 0
    while page := await memory.vector.browse(TicketFilter(), limit=PAGE, offset=offset):
        for ticket in page:
            yield ticket
        offset += len(page)


async def _facts(memory: TenantMemory) -> AsyncIterator[Fact]:
    offset = 0
    while page := await memory.semantic.find(FactFilter(include_superseded=True), limit=PAGE, offset=offset):
        for fact in page:
            yield fact
        offset += len(page)


async def _patterns(memory: TenantMemory) -> list[Pattern]:
    return await memory.ltm.for_scope(PatternFilter(), limit=ALL_PATTERNS)


async def _write_documents(folder: Path, memory: TenantMemory) -> int:
    count = 0
    while page := await memory.knowledge.browse(limit=PAGE, offset=count):
        for document in page:
            await anyio.to_thread.run_sync(_write_document, folder, document)
        count += len(page)
    return count


def _write_document(folder: Path, document: Document) -> None:
    """As Markdown, whatever it was; its path is taken from us, but never out of the folder."""
    parts = [part for part in Path(document.path).parts if part not in ("/", "..", ".")]
    target = folder.joinpath(*parts) if parts else folder / "document"
    if target.suffix.lower() != ".md":
        target = target.with_name(f"{target.name}.md")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.write_text(document.text + "\n", encoding="utf-8")


def customer_row(customer: Customer) -> dict[str, Any]:
    """The columns of a customer file."""
    row = asdict(customer)
    attributes = row.pop("attributes")
    del row["content_hash"]
    return {**attributes, **row, "aliases": ";".join(customer.aliases)}


def ticket_row(ticket: Ticket) -> dict[str, Any]:
    """The columns of a ticket file."""
    row = asdict(ticket)
    for name in (
        "attributes",
        "passages",
        "content_hash",
        "pii_types",
        "customer_id",
        "topic_probability",
        "told",
        "told_by",
    ):
        del row[name]
    if ticket.topic_probability is not None:
        row["category"] = None  # ours: loaded again, it would be taken for the tenant's
    return {**ticket.attributes, **row, "customer": ticket.customer_id}


def fact_row(fact: Fact) -> dict[str, Any]:
    """The columns of a facts file; what else there is comes back as columns nobody asks for."""
    row = asdict(fact)
    for name in ("embedding", "statement", "customer_id"):
        del row[name]
    return row


def pattern_row(pattern: Pattern) -> dict[str, Any]:
    row = asdict(pattern)
    del row["embedding"]
    return row


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
