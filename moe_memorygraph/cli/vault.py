"""The vault of originals from the command line: on, off, status, open, rotate, shred."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio.to_thread

from moe_memorygraph.audit import open_auditor
from moe_memorygraph.cli.shell import (
    DONE,
    FAILED,
    existing_tenant,
    open_store_for,
    print_json,
    print_table,
    record_act,
    say,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.compliance import RawText, Redactor
from moe_memorygraph.errors import MemoryGraphError, NotFound
from moe_memorygraph.memory.uris import parse_memory_uri
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import ItemKind, RunRecord
from moe_memorygraph.server.actors import own_actor
from moe_memorygraph.server.masters import load_masters
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.vault import MasterKeys, Original, opened_key, opened_originals, opened_token, rewrap

if TYPE_CHECKING:
    from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
    from moe_memorygraph.settings import Settings

__all__ = ["OpenVault", "rotate_keys", "set_vault", "show_vault", "shred_vault"]

KINDS: dict[str, ItemKind] = {"customers": "customer", "documents": "document", "facts": "fact", "tickets": "ticket"}
MOST_TURNS = 1_000
REASON_CHARS = 500
_TOKEN = re.compile(r"<([A-Z][A-Z_]{1,40}):aes:([A-Za-z]{24,40000})>")


def _now() -> datetime:
    return datetime.now(UTC)


async def set_vault(tenant: str, *, keeps: bool, as_json: bool) -> int:
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        if keeps:
            await opened_key(memory, await _masters(settings), now=_now)
        has_key = await memory.privacy.keep_originals(keeps)
        await record_act(settings, store, memory, "vault.on" if keeps else "vault.off")
    if as_json:
        print_json({"tenant": tenant, "keeps_originals": keeps})
    elif keeps:
        print(f"What is redacted for tenant {tenant} is kept in its vault from now on, sealed with its own key.")
        print("Load data again to keep the originals of what is stored already.")
    else:
        there = "What is there stays: see `memorygraph vault shred`." if has_key else "There was none."
        print(f"The vault of tenant {tenant} takes in nothing more. {there}")
    return DONE


async def show_vault(tenant: str, *, as_json: bool) -> int:
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        key = (await memory.privacy.rules()).key
        kept = await memory.privacy.kept()
    row = {
        "tenant": tenant,
        "keeps_originals": key is not None and key.keeps_originals,
        "key_id": None if key is None else str(key.key_id),
        "master_key": None if key is None else key.master_id.hex(),
        "master_key_in_use": key is not None and (await _masters(settings)).is_in_use(key),
        "kept": kept,
    }
    if as_json:
        print_json(row)
        return DONE
    state = "on" if row["keeps_originals"] else "off"
    print(f"The vault of tenant {tenant} is {state}; it keeps originals of {sum(kept.values()):,} items and types.")
    for entity_type, items in kept.items():
        print(f"  {entity_type}: {items:,}")
    if key is not None:
        use = "in use" if row["master_key_in_use"] else "an older one, or not at hand: see `memorygraph vault rotate`"
        print(f"Key {key.key_id}, wrapped by master key {key.master_id.hex()} ({use}).")
    return DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenVault:
    """One `memorygraph vault open`. Each, also one that is refused, leaves an entry in the tenant's audit trail."""

    what: str
    tenant: str
    reason: str
    entity_type: str | None = None
    as_json: bool = False

    async def run(self) -> int:
        reason = self.reason.strip()
        if not reason or len(reason) > REASON_CHARS:
            wrong_usage(f"--reason says why, in up to {REASON_CHARS} characters.")
        settings = settings_of_process()
        async with open_store_for(settings) as store:
            memory = await existing_tenant(store, self.tenant)
            try:
                found = await self._found(memory, await _masters(settings))
            except MemoryGraphError as error:
                await record_act(
                    settings, store, memory, "vault.open", outcome=error.code, objects=[("original", self.what)]
                )
                raise
            # Before anything is shown: what cannot be noted is not opened.
            secret = await anyio.to_thread.run_sync(load_secret, settings)
            auditor = open_auditor(settings, store, secret.key)
            noting, _ = auditor.opened(memory, own_actor("cli"))
            await noting.runs.save(await anyio.to_thread.run_sync(self._noted, reason, len(found)))
            await auditor.work(at_end=True)
        if self.as_json:
            print_json({"tenant": self.tenant, "opened": self.what, "originals": [asdict(one) for one in found]})
        else:
            self._show(found)
        return DONE

    async def _found(self, memory: "TenantMemory", masters: MasterKeys) -> list[Original]:
        if token := _TOKEN.fullmatch(self.what):
            value = await opened_token(memory, masters, entity_type=token[1], letters=token[2])
            return [Original(part="", type=token[1], written=self.what, value=value)]
        found = [
            one
            for kind, item_id in await _items(memory, self.what)
            for one in await opened_originals(memory, masters, kind, item_id)
            if self.entity_type in (None, one.type)
        ]
        if not found:
            raise NotFound("The vault keeps nothing of that.", "See `memorygraph vault status`.")
        return found

    def _noted(self, reason: str, count: int) -> RunRecord:
        """The opening as a run: what was opened for which reason, and nothing of what was shown."""
        what = "a value" if _TOKEN.fullmatch(self.what) else self.what
        types = f", {self.entity_type} only" if self.entity_type else ""
        return RunRecord(
            run_id=uuid7(),
            tool="vault.open",
            question=f"Open {what}{types}: {Redactor().redact(RawText(reason)).text}",
            created_at=_now(),
            answer=f"{count} originals were shown.",
            confidence=None,
            abstained=False,
            envelope={"opened": what, "type": self.entity_type, "originals": count},
            decision={},
        )

    def _show(self, found: list[Original]) -> None:
        from rich.table import Table
        from rich.text import Text

        table = Table("part", "type", "stands there now", "original", box=None, pad_edge=False)
        for one in found:
            written = one.written if len(one.written) <= 40 else f"{one.written[:39]}…"
            table.add_row(one.part, one.type, Text(written), Text(_readable(one.value)))
        print_table(table)
        say("This opening is noted in the tenant's audit trail.")


def _readable(value: str) -> str:
    """The value with what a terminal would obey spelled out."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape", "replace").decode() for one in value)


async def _items(memory: "TenantMemory", uri: str) -> list[tuple[ItemKind, str]]:
    if not uri.startswith("memory://"):
        raise _never_kept()
    asked = parse_memory_uri(uri)
    if asked.kind == "sessions":
        turns = await memory.stm.live_turns(asked.resource_id, now=_now(), limit=MOST_TURNS)
        return [("turn", str(turn.turn_id)) for turn in turns]
    if asked.kind not in KINDS or asked.plane is not None:
        raise _never_kept()
    return [(KINDS[asked.kind], asked.resource_id)]


def _never_kept() -> NotFound:
    return NotFound(
        "Nothing of that is ever in the vault.",
        "Give memory://customers/, tickets/, facts/, documents/ or sessions/ with an id, or a whole <TYPE:aes:...>.",
    )


async def rotate_keys(tenant: str | None, *, as_json: bool) -> int:
    """Wrap the keys of one tenant, or of all, with the master key in use; what they sealed stays as it is."""
    settings = settings_of_process()
    masters = await _masters(settings)
    done, failed = [], {}
    async with open_store_for(settings) as store:
        for key, memory in await _tenants(store, tenant):
            try:
                if await rewrap(memory, masters):
                    await record_act(settings, store, memory, "vault.rotate")
                    done.append(key)
            except MemoryGraphError as error:
                failed[key] = str(error)
    if as_json:
        print_json({"rewrapped": done, "failed": failed})
    else:
        print(f"Keys wrapped anew: {len(done)}. The other tenants' are wrapped so already, or there is none.")
    for key, why in failed.items():
        say(f"Tenant {key}: {why}")
    return FAILED if failed else DONE


async def shred_vault(tenant: str, *, confirm: str, as_json: bool) -> int:
    if confirm != tenant:
        wrong_usage("--confirm must repeat the tenant's key.")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        gone = await memory.privacy.shred()
        await record_act(settings, store, memory, "vault.shred", counts=gone)
    if as_json:
        print_json({"tenant": tenant, "destroyed": gone})
    elif not gone:
        print(f"Tenant {tenant} had no key and no vault.")
    else:
        print(
            f"Destroyed the key of tenant {tenant}: {gone.get('vault_entry', 0):,} originals and all encrypted values "
            "are gone for good, and no pseudonym or hash is known again."
        )
        print("Its bytes are in the database's files until `memorygraph purge` writes them out.")
        print("Backups from before still hold the wrapped key: rotate the master key and destroy the old one.")
    return DONE


async def _tenants(store: "MemoryStore", only: str | None) -> "list[tuple[str, TenantMemory]]":
    if only is not None:
        return [(only, await existing_tenant(store, only))]
    return [(one.key, store.tenant(one.tenant_id)) for one in await store.list_tenants()]


async def _masters(settings: "Settings") -> MasterKeys:
    return await anyio.to_thread.run_sync(load_masters, settings)
