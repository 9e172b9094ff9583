"""A tenant's catalogue of predicates from the command line: set, list, remove."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

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
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import VALUE_TYPES, Predicate, predicate_key
from moe_memorygraph.memory.standard_predicates import STANDARD

__all__ = ["list_predicates", "remove_predicate", "set_predicate"]

NO_HALF_LIFE = 0.0
"""As an option: age says nothing against the facts."""
IN_USE, OWN = "*", "+"
"""Marks in the list."""


async def set_predicate(
    name: str,
    *,
    tenant: str,
    single: bool | None,
    value: str | None,
    aliases: Sequence[str] | None,
    asked_by: Sequence[str] | None,
    hinted_by: Sequence[str] | None,
    half_life_days: float | None,
    as_json: bool,
) -> int:
    """Describe a predicate; what is None stays as it is: as the tenant said before, or as usual."""
    if value is not None and value not in VALUE_TYPES:
        wrong_usage(f"--value {value!r} is no type. Use one of: {', '.join(VALUE_TYPES)}.")
    given: dict[str, Any] = {
        "single": single,
        "value": value,
        "aliases": None if aliases is None else tuple(map(predicate_key, aliases)),
        "asked_by": None if asked_by is None else tuple(asked_by),
        "hinted_by": None if hinted_by is None else tuple(hinted_by),
    }
    changes = {key: what for key, what in given.items() if what is not None}
    if half_life_days is not None:
        changes["half_life_days"] = None if half_life_days == NO_HALF_LIFE else half_life_days
    if not changes:
        wrong_usage("Say something of the predicate; see --help.")
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        described = replace(await _now(memory, name), **changes)
        await memory.catalogue.put(described)
        about = [("predicate", described.name)]
        await record_act(settings, store, memory, "predicate.set", objects=about, content=asdict(described))
    if as_json:
        print_json({"tenant": tenant, **asdict(described)})
    else:
        print(f"{_sentence(described)} So it is for tenant {tenant}.")
    return DONE


async def _now(memory: TenantMemory, name: str) -> Predicate:
    """The predicate as it is described now; one that nobody described has this name."""
    key = predicate_key(name)
    known = STANDARD.with_own(await memory.catalogue.all()).of(key)
    return known if key in known.names else Predicate(name=key)


async def list_predicates(*, tenant: str, own: bool, as_json: bool) -> int:
    """All predicates that the tenant's questions and facts know, or its own alone; which of them facts carry."""
    async with open_store_for(settings_of_process()) as store:
        memory = await existing_tenant(store, tenant)
        mine = await memory.catalogue.all()
        in_use = await memory.predicates()
    described = {predicate.name for predicate in mine}
    catalogue = STANDARD.with_own(mine)
    known = {predicate.name: predicate for predicate in catalogue.all()}
    for name in in_use:
        known.setdefault(catalogue.canonical(name), catalogue.of(name))
    rows = [
        {
            **asdict(known[name]),
            "name": name,
            "own": name in described,
            "in_use": [used for used in in_use if catalogue.canonical(used) == name],
        }
        for name in sorted(known)
        if not own or name in described
    ]
    if as_json:
        print_json(rows)
    elif not rows:
        print(f"Tenant {tenant} says nothing of its own. Describe a predicate with `memorygraph predicate set`.")
    else:
        _show(rows)
    return DONE


def _show(rows: Sequence[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("predicate", "values", "half-life"):
        table.add_column(heading, no_wrap=True)
    table.add_column("also called", overflow="fold")
    for row in rows:
        others = dict.fromkeys((*row["aliases"], *(name for name in row["in_use"] if name != row["name"])))
        table.add_row(
            _marked(row["name"], row) + (OWN if row["own"] else ""),
            f"{'one' if row['single'] else 'many'} {row['value']}",
            f"{row['half_life_days']:g} days" if row["half_life_days"] else "",
            ", ".join(_marked(name, row) for name in others),
        )
    print_table(table)
    print(f"{IN_USE} facts carry this name; {OWN} described by the tenant")


def _marked(name: str, row: dict[str, Any]) -> str:
    return name + (IN_USE if name in row["in_use"] else "")


async def remove_predicate(name: str, *, tenant: str, as_json: bool) -> int:
    """Take back what the tenant said of a predicate."""
    key = predicate_key(name)
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        if not await memory.catalogue.remove(key):
            raise InvalidArgument(
                f"Tenant {tenant} says nothing of its own of {key}.", "See `memorygraph predicate list --own`."
            )
        await record_act(settings, store, memory, "predicate.remove", objects=[("predicate", key)])
    if as_json:
        print_json({"tenant": tenant, "removed": key})
    else:
        print(f"What tenant {tenant} said of {key} is taken back. {_sentence(STANDARD.of(key))}")
    return DONE


def _sentence(predicate: Predicate) -> str:
    values = "one value at a time" if predicate.single else "any number of values"
    age = f", believed half as much after {predicate.half_life_days:g} days" if predicate.half_life_days else ""
    return f"{predicate.name} has {values}, type {predicate.value}{age}."
