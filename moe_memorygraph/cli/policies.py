"""What a tenant has made of personal data, from the command line: set, list, reset."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import anyio.to_thread

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
from moe_memorygraph.compliance import Policies, check_policy
from moe_memorygraph.compliance.policies import CUSTOMER_NAME, ENTITY_TYPES, EVERY_OTHER, needs_key
from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.server.masters import load_masters
from moe_memorygraph.vault import opened_key

__all__ = ["list_policies", "reset_policies", "set_policy"]

WRITES = {
    "replace": "<PERSON>",
    "pseudonym": "<PERSON_3>",
    "mask": "****0132",
    "hash": "<PERSON:1a2b3c4d>",
    "encrypt": "<PERSON:aes:...>",
    "keep": "as it is",
}
"""An example of each, for people."""


async def set_policy(entity_type: str, policy: str, *, tenant: str, as_json: bool) -> int:
    entity_type = entity_type.upper()
    try:
        checked = check_policy(entity_type, policy)
    except InvalidArgument as error:
        wrong_usage(str(error))
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        if needs_key(checked):  # now, rather than in the middle of a load
            masters = await anyio.to_thread.run_sync(load_masters, settings)
            await opened_key(memory, masters, now=lambda: datetime.now(UTC))
        await memory.privacy.set_policy(entity_type, checked)
        await record_act(settings, store, memory, "policy.set", content={"type": entity_type, "policy": checked})
    if as_json:
        print_json({"tenant": tenant, "type": entity_type, "policy": checked})
    else:
        print(f"{_sentence(entity_type, checked)} So it is for tenant {tenant} from now on.")
        print("What is stored already is written anew where it is loaded again.")
    return DONE


async def list_policies(*, tenant: str, as_json: bool) -> int:
    async with open_store_for(settings_of_process()) as store:
        said = (await (await existing_tenant(store, tenant)).privacy.rules()).policies
    policies = Policies.said_by(said)
    rows: list[dict[str, Any]] = [
        {"type": one, "policy": policies.of(one), "own": one in said} for one in (*ENTITY_TYPES, EVERY_OTHER)
    ]
    keeps = "keep" if policies.keep_customers else "replace"
    rows.append({"type": CUSTOMER_NAME, "policy": keeps, "own": CUSTOMER_NAME in said})
    if as_json:
        print_json(rows)
        return DONE
    from rich.table import Table

    table = Table("type", "policy", "own", "written, for example", box=None, pad_edge=False)
    for row in rows:
        written = _example(row["type"], row["policy"])
        table.add_row(row["type"], row["policy"], "yes" if row["own"] else "", written)
    print_table(table)
    return DONE


async def reset_policies(entity_types: Sequence[str], *, tenant: str, as_json: bool) -> int:
    """Take back what was said of these types, or of all where none is given."""
    named = [one.upper() for one in entity_types] or None
    settings = settings_of_process()
    async with open_store_for(settings) as store:
        memory = await existing_tenant(store, tenant)
        gone = await memory.privacy.reset_policies(named)
        await record_act(settings, store, memory, "policy.reset", counts={"types": gone})
    if named and not gone:
        raise InvalidArgument(
            f"Tenant {tenant} says nothing of its own of {', '.join(named)}.", "See `memorygraph policy list`."
        )
    if as_json:
        print_json({"tenant": tenant, "reset": gone})
    else:
        print(f"Took back what tenant {tenant} said of {gone} types: they are as usual again.")
    return DONE


def _sentence(entity_type: str, policy: str) -> str:
    if entity_type == CUSTOMER_NAME:
        kept = "are kept" if policy == "keep" else "are treated as any other name"
        return f"The names of customers {kept}."
    if policy == "keep":
        return f"{entity_type} is kept as it is."
    what = "Every other type" if entity_type == EVERY_OTHER else entity_type
    return f"{what} is written as, for example, {_example(entity_type, policy)}."


def _example(entity_type: str, policy: str) -> str:
    if entity_type == CUSTOMER_NAME:
        return ""
    return WRITES[policy].replace("PERSON", "TYPE" if entity_type == EVERY_OTHER else entity_type)
