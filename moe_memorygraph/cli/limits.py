"""A tenant's limits from the command line: set, list, clear."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from moe_memorygraph.cli.shell import (
    DONE,
    existing_tenant,
    open_store_for,
    print_json,
    print_table,
    record_act,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.quotas import LIMIT_NAMES, LimitName
from moe_memorygraph.quotas import PERIOD, UNLIMITED, limit_standings, limits_of, read_limits

if TYPE_CHECKING:
    from moe_memorygraph.memory.ports import TenantMemory
    from moe_memorygraph.settings import Settings

__all__ = ["clear_limits", "list_limits", "set_limits"]

_SOON = f"Running servers keep to it within {PERIOD:.0f} seconds."


async def set_limits(tenant: str, pairs: Sequence[str], *, as_json: bool) -> int:
    try:
        limits = read_limits(pairs)
    except InvalidArgument as error:
        wrong_usage(str(error))
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        await memory.quotas.set_limits(limits)
        await record_act(settings, store, memory, "limit.set", objects=[("limit", name) for name in limits])
        return await _show(memory, settings, tenant, as_json=as_json, said=_SOON)


async def list_limits(tenant: str, *, as_json: bool) -> int:
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        return await _show(await existing_tenant(store, tenant), settings, tenant, as_json=as_json)


async def clear_limits(tenant: str, names: Sequence[str], *, as_json: bool) -> int:
    known: list[LimitName] = [one for one in LIMIT_NAMES if not names or one in names]
    if len(known) < len(set(names)):
        wrong_usage(f"A limit is one of {', '.join(LIMIT_NAMES)}.")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        gone = await memory.quotas.clear_limits(known)
        await record_act(settings, store, memory, "limit.clear", objects=[("limit", name) for name in gone])
        said = f"Taken back: {', '.join(gone)}. {_SOON}" if gone else f"Tenant {tenant} had no such limits of its own."
        return await _show(memory, settings, tenant, as_json=as_json, said=said)


async def _show(memory: "TenantMemory", settings: "Settings", tenant: str, *, as_json: bool, said: str = "") -> int:
    """All limits as they are now."""
    standings = await limit_standings(memory, limits_of(settings), now=datetime.now(UTC))
    if as_json:
        print_json({"tenant": tenant, "limits": [asdict(one) for one in standings]})
        return DONE
    from rich.table import Column, Table

    right: Any = "right"
    table = Table(
        Column("limit", no_wrap=True),
        Column("most", justify=right, no_wrap=True),
        Column("used today", justify=right),
        Column("denied", justify=right),
        "set by",
        box=None,
        pad_edge=False,
    )
    for one in standings:
        most = UNLIMITED if one.most is None else f"{one.most:,g}" if one.most < 1e6 else f"{one.most:,.0f}"
        used, denied = ("-" if count is None else f"{count:,}" for count in (one.used, one.denied))
        table.add_row(one.limit, most, used, denied, "tenant" if one.is_own else "settings")
    print_table(table)
    if said:
        print(said)
    return DONE
