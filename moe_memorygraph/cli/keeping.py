"""How long a tenant keeps what, from the command line."""

from datetime import UTC, datetime
from typing import get_args

from moe_memorygraph.cli.shell import (
    DONE,
    HELD,
    existing_tenant,
    open_store_for,
    print_json,
    progress_bar,
    record_act,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.memory.values import KeptPlane
from moe_memorygraph.workflow.keeping import keep_no_longer

__all__ = ["apply_retention", "clear_retention", "list_retention", "set_retention"]

KEPT: tuple[KeptPlane, ...] = get_args(KeptPlane)
_NAMES = {**HELD, "runs": "questions with their answers"}


async def set_retention(plane: str, days: int, *, tenant: str, as_json: bool) -> int:
    kept, settings = read_plane(plane), settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        await memory.retention.put(kept, days)
        await record_act(settings, store, memory, "retention.set", counts={str(kept): days})
        due = await memory.retention.due(now=datetime.now(UTC))
    if as_json:
        print_json({"tenant": tenant, "plane": kept, "days": days, "due": due.get(kept, 0)})
    else:
        print(f"Tenant {tenant} keeps {_NAMES[kept]} for {days:,} days. {due.get(kept, 0):,} are older.")
        if due.get(kept):
            print(f"A running server removes them; `memorygraph retention apply --tenant {tenant}` does it now.")
    return DONE


async def list_retention(*, tenant: str, as_json: bool) -> int:
    async with open_store_for(settings_of_process()) as store:
        rules = await (await existing_tenant(store, tenant)).retention.all()
    if as_json:
        print_json({"tenant": tenant, "days": {plane: rules.get(plane) for plane in KEPT}})
    else:
        for plane in KEPT:
            days = rules.get(plane)
            print(f"{plane:10} {_NAMES[plane]}: {'for good' if days is None else f'{days:,} days'}")
    return DONE


async def clear_retention(plane: str, *, tenant: str, as_json: bool) -> int:
    kept, settings = read_plane(plane), settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        was_set = await memory.retention.remove(kept)
        if was_set:
            await record_act(settings, store, memory, "retention.clear", counts={str(kept): 0})
    if as_json:
        print_json({"tenant": tenant, "plane": kept, "cleared": was_set})
    else:
        print(f"Tenant {tenant} keeps {_NAMES[kept]} for good.")
    return DONE


async def apply_retention(*, tenant: str, dry_run: bool, as_json: bool) -> int:
    settings, now = settings_of_process(), datetime.now(UTC)
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        due = await memory.retention.due(now=now)
        if dry_run:
            removed = due
        else:
            if due:
                counts = {str(plane): count for plane, count in due.items()}
                await record_act(settings, store, memory, "retention.sweep", counts=counts)
            with progress_bar("Removing", total=sum(due.values()), unit="items") as tick:
                removed = await keep_no_longer(
                    memory, now=now, on_batch=lambda gone: tick(sum(gone.values()), sum(due.values()))
                )
            if removed.get("runs"):  # also runs that were stored since and cite what went
                await record_act(settings, store, memory, "retention.sweep", counts={"runs": removed["runs"]})
    if as_json:
        print_json({"tenant": tenant, "dry_run": dry_run, "removed": removed})
    else:
        would = "would be removed" if dry_run else "removed"
        print(
            ", ".join(f"{_NAMES[plane]}: {count:,} {would}" for plane, count in removed.items()) or "Nothing is older."
        )
    return DONE


def read_plane(name: str) -> KeptPlane:
    """One of the planes, or `runs`; wrong usage otherwise."""
    plane = next((one for one in KEPT if one == name), None)
    return plane or wrong_usage(f"{name!r} is no plane. Use one of: {', '.join(KEPT)}.")
