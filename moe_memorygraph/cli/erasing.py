"""Erasing tenants and customers from the command line, to the last byte in the database's files."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from moe_memorygraph.cli.shell import (
    DONE,
    PARTLY,
    existing_tenant,
    on_terminal,
    open_store_for,
    print_json,
    progress_bar,
    record_act,
    say,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.errors import MemoryGraphError, NotFound
from moe_memorygraph.ingestion.naming import CustomerNames
from moe_memorygraph.memory.ports import MemoryStore
from moe_memorygraph.memory.values import Purged

__all__ = ["erase_tenant", "forget_customer", "purge"]

_UNFINISHED = "If its erasing was interrupted, `memorygraph purge` finishes it."


async def erase_tenant(key: str, *, confirm: str | None, yes: bool, purges: bool, as_json: bool) -> int:
    """The rows in one transaction, then the bytes: interrupted, all is there still, or only bytes are left to purge."""
    _agree(key, confirm, yes, what=f"tenant {key} and all it has")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        try:
            memory = await existing_tenant(store, key)
        except NotFound as error:
            raise NotFound(error.sentence, f"{error.advice} {_UNFINISHED}") from None
        erased = await store.erase_tenant(memory.tenant_id)
        # Its own trail went with it: that it did stands in the server's.
        await record_act(settings, store, None, "tenant.erase", objects=[("tenant", key)], counts=erased)
        if not as_json:
            print(f"Erased tenant {key}: {sum(erased.values()):,} rows in {len(erased)} tables.")
        purged = await _purge(store) if purges else None
    return _told({"tenant": key, "erased": erased}, purged, purges=purges, as_json=as_json)


async def forget_customer(
    name: str, *, tenant: str, confirm: str | None, yes: bool, purges: bool, as_json: bool
) -> int:
    _agree(name, confirm, yes, what=f"customer {name} with its tickets and all that names it")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        customer = CustomerNames(await memory.customers.all()).find(name)
        if customer is None:
            raise NotFound("There is no such customer.", f"Give its id, name or alias. {_UNFINISHED}")
        about = [("customer", customer.customer_id)]
        # Before and after: runs that are gone may have been stored in between.
        await record_act(settings, store, memory, "customer.forget", outcome="begun", objects=about)
        forgotten = await memory.forget_customer(customer.customer_id)
        await record_act(settings, store, memory, "customer.forget", objects=about)
        erased = {kind: count for kind, count in forgotten.erased.items() if count}
        naming = {kind: count for kind, count in forgotten.naming.items() if count}
        if not as_json:
            print(f"Forgot the customer: {_listed(erased) or 'nothing was left of it'}.")
            if naming:
                print(f"Not its own, so it stays, and names it still: {_listed(naming)}.")
        purged = await _purge(store) if purges else None
    said = {"tenant": tenant, "erased": erased, "still_named_in": naming}
    return _told(said, purged, purges=purges, as_json=as_json)


async def purge(*, as_json: bool) -> int:
    async with open_store_for(settings_of_process()) as store:
        with progress_bar("Purging", total=None, unit="bytes") as tick:
            purged = await store.purge(on_progress=tick)
    return _told({}, purged, purges=True, as_json=as_json)


def _agree(named: str, confirm: str | None, yes: bool, *, what: str) -> None:
    """Somebody says that it is meant: beforehand, or on the terminal by typing the name again."""
    if confirm is None and not yes:
        if not on_terminal(sys.stdin):
            wrong_usage(f"This erases {what}, for good. Give --yes, or the name again with --confirm.")
        say(f"This erases {what}. There is no way back.")
        say(f"Type {named} to go on:")
        confirm = sys.stdin.readline().rstrip("\n")
    if confirm is not None and confirm != named:
        wrong_usage(f"{confirm!r} does not repeat {named!r}, so nothing was erased.")


async def _purge(store: MemoryStore) -> Purged | None:
    """None where it could not be done; what was erased stays erased."""
    try:
        with progress_bar("Purging", total=None, unit="bytes") as tick:
            return await store.purge(on_progress=tick)
    except MemoryGraphError as error:
        say(f"The rows are gone, but their bytes are not purged yet. {error.sentence} {error.advice}".rstrip())
        return None


def _told(said: Mapping[str, Any], purged: Purged | None, *, purges: bool, as_json: bool) -> int:
    if as_json:
        print_json({**said, "purged": None if purged is None else asdict(purged)})
    elif purged is not None:
        print(
            f"Purged {purged.tables} tables: {_megabytes(purged.bytes_before)} before, {_megabytes(purged.bytes_after)} now."
        )
    elif not purges:
        print("Their bytes stand in the database's files until `memorygraph purge`.")
    if purged is not None and purged.left:
        say(
            f"Not purged, as only the database's administrator can: {', '.join(purged.left)}. See docs/how-to/forget-and-keep.md."
        )
    return DONE if not purges or (purged is not None and not purged.left) else PARTLY


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{kind.replace('_', ' ')} {count:,}" for kind, count in counts.items())


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"
