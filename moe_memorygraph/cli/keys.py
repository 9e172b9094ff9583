"""API keys from the command line: create, list, revoke."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio.to_thread

from moe_memorygraph.cli.shell import (
    DONE,
    existing_tenant,
    open_store_for,
    print_json,
    print_table,
    record_act,
    say,
    settings_of_process,
    wrong_usage,
)
from moe_memorygraph.errors import Conflict, MemoryGraphError, NotFound
from moe_memorygraph.memory.values import ApiKey
from moe_memorygraph.server.auth.keys import new_key, seal_of
from moe_memorygraph.server.principal import chosen_scopes
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.tools.definition import SCOPES

__all__ = ["chosen_key", "create_key", "list_keys", "read_expiry", "revoke_key"]

_SPAN = re.compile(r"(?P<count>[0-9]{1,5})(?P<unit>[mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


async def create_key(tenant: str, *, scopes: Sequence[str], expires: str, name: str, as_json: bool) -> int:
    now = datetime.now(UTC)
    expires_at = read_expiry(expires, now)
    try:
        wanted = chosen_scopes(scopes)
    except MemoryGraphError as error:
        wrong_usage(str(error))
    settings = settings_of_process()
    seal = seal_of(await anyio.to_thread.run_sync(load_secret, settings), settings)
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        in_order = tuple(scope for scope in SCOPES if scope in wanted)
        text, key = new_key(seal, tenant, name=name, scopes=in_order, now=now, expires_at=expires_at)
        await memory.keys.add(key)
        await record_act(settings, store, memory, "key.create", objects=[("key", key.key_id)])
    if as_json:
        print_json({"key": text, **_described(tenant, key, now)})
    else:
        print(text)
        until = f"until {expires_at:%Y-%m-%d %H:%M} UTC" if expires_at else "until it is revoked"
        say(f"Key {key.key_id} of tenant {tenant}: {', '.join(in_order)}, {until}.")
        say("It is shown this once. Clients send it as `Authorization: Bearer`.")
    return DONE


async def list_keys(tenant: str, *, as_json: bool) -> int:
    async with open_store_for(settings_of_process()) as store:
        keys = await (await existing_tenant(store, tenant)).keys.all()
    now = datetime.now(UTC)
    rows = [_described(tenant, key, now) for key in keys]
    if as_json:
        print_json(rows)
    elif not rows:
        print(f"Tenant {tenant} has no key. Make one with `memorygraph key create --tenant {tenant}`.")
    else:
        from rich.table import Column, Table

        table = Table(
            Column("id", no_wrap=True, min_width=36),
            "name",
            Column("scopes", min_width=5),
            "state",
            Column("expires", min_width=10),
            Column("last used", min_width=4),
            box=None,
            pad_edge=False,
        )
        for row in rows:
            times = (f"{row[name]:%Y-%m-%d %H:%M}" if row[name] else "-" for name in ("expires_at", "last_used_at"))
            table.add_row(row["key_id"], row["name"] or "-", " ".join(row["scopes"]), row["state"], *times)
        print_table(table)
    return DONE


async def revoke_key(tenant: str, which: str, *, as_json: bool) -> int:
    """By id, by the beginning of an id, or by name."""
    now = datetime.now(UTC)
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        key = chosen_key(await memory.keys.all(), which)
        await memory.keys.revoke(key.key_id, now=now)
        await record_act(settings, store, memory, "key.revoke", objects=[("key", key.key_id)])
        kept = await memory.keys.get(key.key_id) or key
    if as_json:
        print_json(_described(tenant, kept, now))
    else:
        print(f"Revoked key {key.key_id} of tenant {tenant}. Running servers refuse it within a second.")
    return DONE


def read_expiry(text: str, now: datetime) -> datetime | None:
    """`90d` (m, h, d, w), a date (its end, in UTC) or `never`; wrong usage otherwise, and for what is past."""
    if text == "never":
        return None
    if match := _SPAN.fullmatch(text):
        expires_at = now + int(match["count"]) * _UNITS[match["unit"]]
    else:
        try:
            expires_at = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + timedelta(days=1)
        except ValueError:
            wrong_usage(f"--expires {text!r} is none of 90d (m, h, d, w), YYYY-MM-DD or never.")
    if expires_at <= now:
        wrong_usage(f"--expires {text!r} is past.")
    return expires_at


def chosen_key(keys: Sequence[ApiKey], which: str) -> ApiKey:
    """By id, by the beginning of an id, or by name."""
    fitting = [key for key in keys if which == key.name or (len(which) >= 4 and str(key.key_id).startswith(which))]
    if not fitting:
        raise NotFound("There is no such API key.", "See `memorygraph key list`.")
    if len(fitting) > 1:
        raise Conflict("More than one API key fits.", "Give the whole id, from `memorygraph key list`.")
    return fitting[0]


def _described(tenant: str, key: ApiKey, now: datetime) -> dict[str, Any]:
    state = "revoked" if key.revoked_at else "active" if key.is_good(now) else "expired"
    return {
        "key_id": str(key.key_id),
        "tenant": tenant,
        "name": key.name,
        "scopes": list(key.scopes),
        "state": state,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }
