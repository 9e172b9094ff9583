"""Tenants from the command line: create, set, list."""

import calendar
from collections.abc import Sequence
from typing import Any

from moe_memorygraph.cli.shell import (
    DONE,
    HELD,
    existing_tenant,
    open_store_for,
    print_json,
    print_table,
    record_act,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.errors import Conflict
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import (
    SERVER_KEY,
    Tenant,
    tenant_id_of,
)

__all__ = ["create_tenant", "list_tenants", "set_tenant"]


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
        from rich.table import Table

        table = Table("tenant", "name", "model", "fiscal year", "holds", box=None, pad_edge=False)
        for row in rows:
            held = ", ".join(f"{HELD[plane]} {items:,}" for plane, items in row["planes"].items() if items)
            begins = f"from {calendar.month_name[row['fiscal_year_start']]}"
            table.add_row(row["tenant"], row["name"], row["embedding_model"] or "-", begins, held or "empty")
        print_table(table)
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
