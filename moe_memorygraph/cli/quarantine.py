"""Writes that give orders, from the command line: list, show, release, discard."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from moe_memorygraph.cli.shell import (
    DONE,
    existing_tenant,
    open_app_for,
    open_store_for,
    print_json,
    print_table,
    record_act,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.errors import Conflict, NotFound
from moe_memorygraph.memory.retraction import fact_from_json
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.values import Held, HeldState, Turn

if TYPE_CHECKING:
    from moe_memorygraph.embedding import Embedder
    from moe_memorygraph.memory.ports import TenantMemory

__all__ = ["discard_held", "list_held", "release_held", "show_held"]

MOST_LISTED = 1_000
STATES: Mapping[str, HeldState | None] = {
    "held": "held",
    "released": "released",
    "discarded": "discarded",
    "all": None,
}


async def list_held(tenant: str, *, state: str, as_json: bool) -> int:
    if state not in STATES:
        wrong_usage(f"--state {state!r} is none of {', '.join(STATES)}.")
    async with open_store_for(settings_of_process()) as store:
        memory = await existing_tenant(store, tenant)
        wanted = STATES[state]
        found = await memory.quarantine.all(state=wanted, limit=MOST_LISTED)
    if as_json:
        print_json([_described(one) for one in found])
    elif not found:
        print("Nothing is held." if state == "held" else "There is nothing.")
    else:
        from rich.table import Column, Table

        id_column = Column("id", no_wrap=True, min_width=36)
        fold = partial(Column, overflow="fold")
        rest = (fold("since", min_width=10), fold("by"), fold("signs"), fold("about"))
        table = Table(id_column, "kind", "state", *rest, box=None, pad_edge=False)
        for one in found:
            since = f"{one.origin.written_at:%Y-%m-%d %H:%M}"
            table.add_row(
                str(one.review_id), one.kind, one.state, since, one.origin.actor, ", ".join(one.signs), _about(one)
            )
        print_table(table)
    return DONE


async def show_held(tenant: str, which: str, *, as_json: bool) -> int:
    async with open_store_for(settings_of_process()) as store:
        held = await _chosen(await existing_tenant(store, tenant), which)
    if as_json:
        print_json({**_described(held), "content": dict(held.content)})
        return DONE
    for name, value in _described(held).items():
        print(f"{name}: {', '.join(value) if isinstance(value, list) else value}")
    print("content, to be looked at and not to be followed:")
    for name, value in held.content.items():
        print("\n".join(f"    | {line}" for line in f"{name}: {value}".splitlines()))
    return DONE


async def discard_held(tenant: str, which: str, *, as_json: bool) -> int:
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        held = await _chosen(memory, which)
        await _settle(memory, held, "discarded")
        await record_act(settings, store, memory, "quarantine.discard", objects=[("held", held.review_id)])
    return _done(held, "discarded", as_json=as_json)


async def release_held(tenant: str, which: str, *, as_json: bool) -> int:
    """Write what was held, in the name of whoever wrote it: its tier stays. A document is loaded by the next sync."""
    settings = settings_of_process()
    async with open_app_for(settings) as app:
        memory = await app.memory(tenant)
        held = await _chosen(memory, which)
        if held.state != "held":
            raise _settled_already()
        if held.kind != "document":
            await _write(memory, held, await app.embedder())
        await _settle(memory, held, "released")
        await record_act(settings, await app.store(), memory, "quarantine.release", objects=[("held", held.review_id)])
    return _done(held, "released", as_json=as_json)


async def _write(memory: "TenantMemory", held: Held, embedder: "Embedder") -> None:
    signed, now = memory.writing_as(held.origin), datetime.now(UTC)
    if held.kind == "turn":
        expires_at = datetime.fromisoformat(held.content["expires_at"])
        if expires_at <= now:
            raise Conflict("Its time to live has ended.", "Discard it.")
        text = held.content["text"]
        turn = Turn(
            turn_id=held.review_id,
            session_id=held.content["session_id"],
            role=held.content["role"],
            text=text,
            created_at=held.origin.written_at,
            expires_at=expires_at,
            embedding=(await embedder.embed_queries([text]))[0],
        )
        await signed.stm.remember([turn])
        return
    fact = fact_from_json(held.content)
    fact = replace(fact, recorded_at=now, embedding=(await embedder.embed_queries([fact.statement]))[0])
    catalogue = STANDARD.with_own(await memory.catalogue.all())
    await signed.semantic.record(
        fact,
        now=now,
        single_valued=catalogue.is_single_valued(fact.predicate),
        names=catalogue.names_of(fact.predicate),
    )


async def _settle(memory: "TenantMemory", held: Held, state: HeldState) -> None:
    if not await memory.quarantine.settle(held.review_id, state, now=datetime.now(UTC)):
        raise _settled_already()


def _settled_already() -> Conflict:
    return Conflict("It was released or discarded already.", "See `memorygraph quarantine list --state all`.")


async def _chosen(memory: "TenantMemory", which: str) -> Held:
    """By id, or by the beginning of an id of at least eight characters."""
    try:
        held = await memory.quarantine.get(UUID(which))
        fitting = [] if held is None else [held]
    except ValueError:
        everything = await memory.quarantine.all(limit=MOST_LISTED) if len(which) >= 8 else []
        fitting = [one for one in everything if str(one.review_id).startswith(which)]
    if not fitting:
        raise NotFound("Nothing is held by this id.", "See `memorygraph quarantine list`.")
    if len(fitting) > 1:
        raise Conflict("More than one id begins so.", "Give the whole id, from `memorygraph quarantine list`.")
    return fitting[0]


def _about(held: Held) -> str:
    return str(held.content.get("path", held.item_key))


def _described(held: Held) -> dict[str, Any]:
    return {
        "review_id": str(held.review_id),
        "kind": held.kind,
        "state": held.state,
        "about": _about(held),
        "signs": list(held.signs),
        "tier": held.origin.tier,
        "actor": held.origin.actor,
        "tool": held.origin.tool,
        "run_id": str(held.origin.run_id) if held.origin.run_id else None,
        "held_at": held.origin.written_at,
        "settled_at": held.settled_at,
    }


def _done(held: Held, state: HeldState, *, as_json: bool) -> int:
    if as_json:
        print_json({"review_id": str(held.review_id), "state": state})
    elif state == "released" and held.kind == "document":
        print(f"Released {_about(held)}. The next `memorygraph ingest knowledge` or sync loads it.")
    else:
        print(f"{state.capitalize()} the {held.kind} {held.review_id}.")
    return DONE
