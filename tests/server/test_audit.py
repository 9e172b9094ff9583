"""What calls leave in the audit trail: every run, every refusal, and nobody's words."""

from typing import Any
from uuid import UUID

import pytest
from mcp.shared.exceptions import MCPError

from moe_memorygraph.audit import AuditKeys, verify
from moe_memorygraph.memory.values import SERVER_KEY, tenant_id_of
from moe_memorygraph.server.actors import actor_of, own_actor
from moe_memorygraph.server.app import App
from moe_memorygraph.server.auth.door import Doorkeeper
from moe_memorygraph.server.principal import Principal, Refused
from tests.server.conftest import Serve, Served
from tests.server.doubles import SECRET


async def entries_of(app: App, tenant: str = "vendor") -> list[Any]:
    """Oldest first, once all that waits is written and sealed."""
    await (await app.auditor()).work(at_end=True)
    memory = (await app.store()).tenant(tenant_id_of(tenant))
    keys = AuditKeys.derived(SECRET.key, memory.tenant_id)
    verdict = await verify(memory, [keys])
    assert (verdict.broken, verdict.unsealed) == (None, 0)
    return (await memory.audit.latest(limit=99))[::-1]


async def test_a_run_is_told_by_its_id_and_what_it_changed_by_digests(served: Served) -> None:
    seeded = len(await entries_of(served.app))
    await served.call("create_customer", customer_id="zoe-smith", name="Zoë Smith")
    asked = await served.call("query_customer_intel", question="Who is Zoë Smith?")
    fact = await served.call("record_fact", subject="Zoë Smith", predicate="owner", object="Kim", source="crm")
    entries = (await entries_of(served.app))[seeded:]
    assert [one.action for one in entries] == ["create_customer", "query_customer_intel", "record_fact"]
    assert {one.actor for one in entries} == {own_actor("local")}
    assert entries[1].entry_id == UUID(asked["run_id"])
    assert entries[2].objects == (f"fact:{fact['items'][0]['fact_id']}",)
    keys = AuditKeys.derived(SECRET.key, tenant_id_of("vendor"))
    assert entries[0].objects == (keys.object_id("customer", "zoe-smith"),)
    for word in ("Zo", "zoe", "Smith", "Kim"):
        assert word not in repr(entries)


async def test_refused_and_failed_calls_are_noted_with_their_outcome(serve: Serve) -> None:
    async with serve() as one:
        await one.seed()
        await one.refusal("forget_customer", customer="Acme Corp")
        for _ in range(2):
            await one.refusal("search_tickets", query="slow", cursor="no cursor")
        with pytest.raises(MCPError):
            await one.read("memory://tickets/nosuch")
        noted = {(e.action, e.outcome): dict(e.counts) for e in await entries_of(one.app) if e.outcome != "ok"}
    assert noted == {
        ("forget_customer", "unconfirmed"): {"calls": 1},
        ("search_tickets", "invalid_argument"): {"calls": 2},
        ("read_resource", "not_found"): {"calls": 1},
    }
    async with serve(scopes=("read",)) as one:
        for tool in ("forget_customer", "Acme Corp"):
            with pytest.raises(MCPError, match="Unknown tool"):
                await one.client.call_tool(tool, {"customer": "Acme Corp"})
        noted = {(e.action, e.outcome): dict(e.counts) for e in await entries_of(one.app)}
    assert noted == {("forget_customer", "out_of_scope"): {"calls": 1}, ("unknown_tool", "not_found"): {"calls": 1}}


class Checker:
    """Knows one caller, whose key is good no more."""

    async def principal_of(self, text: str) -> Principal:
        known = Principal(tenant_key="vendor", scopes=frozenset(), issuer="key", subject="1")
        raise Refused("no", caller=known if text == "mg_known" else None)


async def test_who_is_not_let_in_is_noted_where_it_belongs(served: Served) -> None:
    door = Doorkeeper(keys=Checker(), on_refusal=served.app.note_refusal)
    for shown in ("mg_known", "mg_unknown", "mg_other", "token", None):
        with pytest.raises(Refused):
            await door.admit(shown)
    ours = (await entries_of(served.app))[-1]
    assert (ours.actor, ours.action, ours.outcome) == ("key:1", "connect", "invalid_token")
    strangers = await entries_of(served.app, SERVER_KEY)
    assert {(one.actor, one.outcome): one.counts["calls"] for one in strangers} == {
        ("stranger", "invalid_token"): 3,
        ("stranger", "nothing_shown"): 1,
    }


def test_a_tokens_subject_is_told_by_a_digest() -> None:
    caller = Principal(tenant_key="t", scopes=frozenset(), issuer="https://idp.example", subject="zoe@example.com")
    actor = actor_of(caller, SECRET)
    assert actor is not None
    assert actor.startswith("token:")
    assert "zoe" not in actor
    assert actor != actor_of(Principal(tenant_key="t", scopes=frozenset(), issuer="https://b", subject="x"), SECRET)
