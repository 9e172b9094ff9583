"""The audit trail from the command line: verify it, read it."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio.to_thread

from moe_memorygraph.audit import AuditKeys, Broken, Verdict, read_anchors, signed, verify
from moe_memorygraph.cli.shell import (
    DONE,
    FAILED,
    existing_tenant,
    open_store_for,
    print_json,
    print_table,
    progress_bar,
    say,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.compliance import sanitize
from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import SERVER_KEY, AuditEntry, tenant_id_of
from moe_memorygraph.server.secret import ServerSecret, earlier_secret, load_secret

__all__ = ["list_trail", "verify_trail"]


async def verify_trail(
    tenant: str | None, *, of_server: bool, anchors: Path | None, earlier: Path | None, as_json: bool
) -> int:
    """0 where the trail is whole, 1 where it is not, or nobody can tell."""
    key = _whose(tenant, of_server)
    settings = settings_of_process()
    secrets = [await anyio.to_thread.run_sync(load_secret, settings), *_earlier(earlier)]
    async with open_store_for(settings) as store:
        memory = await _memory(store, key)
        keys = [AuditKeys.derived(one.key, memory.tenant_id) for one in secrets]
        held: Mapping[int, bytes] = {}
        if anchors is not None:
            since = await _erased_at(store, key, secrets)
            held = await anyio.to_thread.run_sync(lambda: read_anchors(anchors, memory.tenant_id, since=since))
            if not held:
                raise InvalidArgument(
                    f"The file holds no anchor of {_called(key)}.",
                    "Anchors are written where MEMORYGRAPH_AUDIT_ANCHOR says.",
                )
        with progress_bar("Verifying", total=None, unit="entries") as tick:
            verdict = await verify(memory, keys, anchors=held, on_progress=lambda done: tick(done, None))
    if as_json:
        print_json(_document(key, verdict))
    elif verdict.broken is None:
        print(_whole(key, verdict, has_anchors=anchors is not None))
    else:
        say(f"The audit trail of {_called(key)} is broken{_place(verdict.broken)}: {verdict.broken.problem}")
    return DONE if verdict.is_whole else FAILED


def _whose(tenant: str | None, of_server: bool) -> str:
    if of_server:
        return SERVER_KEY
    if tenant is None:
        wrong_usage("Give --tenant or --server.")
    return tenant


def _called(key: str) -> str:
    return "the server" if key == SERVER_KEY else f"tenant {key}"


async def _memory(store: MemoryStore, key: str) -> TenantMemory:
    """The server's trail may be empty: then nothing of it is there yet."""
    return store.tenant(tenant_id_of(key)) if key == SERVER_KEY else await existing_tenant(store, key)


def _earlier(file: Path | None) -> list[ServerSecret]:
    if file is None:
        return []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InvalidArgument("The file of earlier secrets cannot be read.", "One secret a line, as text.") from None
    return [earlier_secret(line.strip()) for line in lines if line.strip()]


async def _erased_at(store: MemoryStore, key: str, secrets: list[ServerSecret]) -> datetime | None:
    """When a tenant of this key was erased last, by the server's own trail: its chain ended there, and a new one began."""
    server = tenant_id_of(SERVER_KEY)
    for secret in secrets:
        keys = AuditKeys.derived(secret.key, server)
        about = keys.object_id("tenant", key)
        for entry in await store.tenant(server).audit.latest(action="tenant.erase", about=about, limit=10):
            if _is_genuine(keys, entry):
                return entry.at
    return None


def _is_genuine(keys: AuditKeys, entry: AuditEntry) -> bool:
    return signed(keys, entry).mac == entry.mac


def _document(key: str, verdict: Verdict) -> dict[str, Any]:
    head = verdict.head
    return {
        "tenant": None if key == SERVER_KEY else key,
        "whole": verdict.is_whole,
        "seals": verdict.seals,
        "entries": verdict.entries,
        "unsealed": verdict.unsealed,
        "runs": verdict.runs,
        "runs_erased": verdict.runs_erased,
        "anchors": verdict.anchors,
        "head": None if head is None else {"seal": head.number, "hash": head.hash.hex(), "sealed_at": head.sealed_at},
        "broken": None if verdict.broken is None else asdict(verdict.broken),
    }


def _whole(key: str, verdict: Verdict, *, has_anchors: bool) -> str:
    held = f"anchors that it holds: {verdict.anchors:,}" if has_anchors else "its end was compared with no anchor"
    return (
        f"The audit trail of {_called(key)} is whole. Sealed entries: {verdict.entries:,}, seals: {verdict.seals:,}, "
        f"entries without a seal yet: {verdict.unsealed:,}; stored runs, as they were written: {verdict.runs:,}, "
        f"erased since: {verdict.runs_erased:,}; {held}."
    )


def _place(broken: Broken) -> str:
    if broken.seal is None:
        return f" at entry {broken.entry_id}, which has no seal yet" if broken.entry_id else ""
    place = f" at entry {broken.place}" if broken.place is not None else ""
    named = f" ({broken.entry_id})" if broken.entry_id else ""
    return f"{place} of seal {broken.seal}{named}" if place else f" at seal {broken.seal}"


async def list_trail(
    tenant: str | None,
    *,
    of_server: bool,
    since: str | None,
    action: str | None,
    about: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Entries, newest first."""
    key = _whose(tenant, of_server)
    after = _moment(since)
    settings = settings_of_process()
    secret = await anyio.to_thread.run_sync(load_secret, settings)
    async with open_store_for(settings) as store:
        memory = await _memory(store, key)
        wanted = _object(AuditKeys.derived(secret.key, memory.tenant_id), about)
        entries = await memory.audit.latest(since=after, action=action, about=wanted, limit=limit)
    if as_json:
        print_json([_row(one) for one in entries])
    elif not entries:
        print("There is no such entry.")
    else:
        from rich.table import Column, Table

        fold = partial(Column, overflow="fold")
        columns = (Column("at (UTC)", no_wrap=True), fold("actor"), fold("action"), "outcome", fold("about"), "seal")
        table = Table(*columns, box=None, pad_edge=False)
        for one in entries:
            about_it = [*one.objects, *(f"{name}={count:,}" for name, count in one.counts.items())]
            seal = "-" if one.seal is None else f"{one.seal}/{one.place}"
            table.add_row(f"{one.at:%Y-%m-%d %H:%M:%S}", one.actor, one.action, one.outcome, " ".join(about_it), seal)
        print_table(table)
    return DONE


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        wrong_usage("--since is not an ISO 8601 date or time, for example 2025-10-01.")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _object(keys: AuditKeys, about: str | None) -> str | None:
    """An object as entries hold it: `customer=C-17`, or an id that a list showed."""
    if about is None:
        return None
    kind, _, name = about.partition("=")
    if not name:
        return about
    try:
        return keys.object_id(kind, UUID(name))
    except ValueError:
        return keys.object_id(kind, sanitize(name))  # as ids are stored


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "entry_id": str(entry.entry_id),
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "outcome": entry.outcome,
        "objects": list(entry.objects),
        "counts": dict(entry.counts),
        "digest": entry.digest.hex() if entry.digest else None,
        "seal": entry.seal,
        "place": entry.place,
    }
