"""Whatever a client can name, in another tenant's names: the same bytes as for what does not exist.

What can be named is asked of the server: a new tool, argument, resource, prompt or method without an attack fails here.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import anyio
import asyncpg
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.pool import open_pool
from moe_memorygraph.memory.values import PLANES
from moe_memorygraph.server.app import open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.http import create_http_app
from moe_memorygraph.server.mcp import create_server
from moe_memorygraph.settings import Settings
from tests.attacks.conftest import HANDSHAKE, NEWER, Attacked, Caller
from tests.attacks.test_nothing_shows import script
from tests.attacks.world import CANARY, OURS, SAME, THEIRS, Side, first_difference, plain, plant, uris_of
from tests.plugins.stores import created
from tests.server.doubles import fake_loaders

pytestmark = pytest.mark.postgres

NOBODY = Side(
    word="qqxcanary",
    customer_id="qeta-93",
    name="Qephyrane Cabs",
    alias="Qephy",
    other_names=(),
    category="qqxcanary billing",
    channel="qqxcanarychannel",
    status="qqxcanarystatus",
    predicate="qqxcanary_level",
    subject="qqxcanary roadmap",
    kind="qqxcanary_shift",
)
"""What nobody has, spelled like what the other tenant has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """A tool's argument with what only the other tenant has, and the same with what nobody has."""

    tool: str
    argument: str
    theirs: dict[str, Any]
    nobodys: dict[str, Any]


def attack(tool: str, argument: str, of: Any, **rest: Any) -> Attack:
    """`of`, and whatever of the rest can be called, says of a side what is to be named."""
    given = [
        {name: one(side) if callable(one) else one for name, one in {**rest, argument: of}.items()}
        for side in (THEIRS, NOBODY)
    ]
    return Attack(tool=tool, argument=argument, theirs=given[0], nobodys=given[1])


def attacks() -> Iterator[Attack]:
    question = {"question": "What about the renewal?"}
    for spelled in (lambda one: one.customer_id, lambda one: one.name, lambda one: one.alias):
        yield attack("customer_health", "customer", spelled)
        yield attack("forget_customer", "customer", spelled)
        yield attack("forget_customer", "customer", spelled, confirm=True)
    yield attack("query_customer_intel", "customer", lambda one: one.name, **question)
    yield attack("recall_ltm", "customer", lambda one: one.alias, query="pricing")
    yield attack("search_tickets", "customer", lambda one: one.customer_id, query="pricing")
    yield attack("explain_gate", "customer", lambda one: one.name, **question)
    yield attack("get_facts", "subject", lambda one: one.name)
    yield attack("query_customer_intel", "session_id", lambda one: one.session_id, **question)
    yield attack("get_facts", "subject", lambda one: one.subject)
    yield attack("get_facts", "predicate", lambda one: one.predicate)
    yield attack("recall_ltm", "kind", lambda one: one.kind, query="pricing")
    for argument in ("category", "channel", "status"):
        yield attack("search_tickets", argument, lambda one, name=argument: getattr(one, name), query="pricing")
    yield attack("explain_gate", "run_id", lambda one: one.id_of("run"))
    yield attack("get_job_status", "job_id", lambda one: one.id_of("job"))


def writing_attacks() -> Iterator[Attack]:
    """Those that would leave rows of our own: each is tried on things of its own."""
    turn = {"role": "user", "text": "We spoke of the renewal."}
    yield attack("remember", "session_id", lambda one: one.session_id, **turn)
    said = {"predicate": "owner", "object": "Kim", "source": "crm"}
    for spelled in (lambda one: one.customer_id, lambda one: one.name, lambda one: one.subject):
        yield attack("record_fact", "subject", spelled, **said)
    yield attack("record_fact", "predicate", lambda one: one.predicate, subject="atlas", object="Kim", source="crm")
    yield attack(
        "record_fact", "source", lambda one: uris_of(one)["tickets"], subject="atlas", predicate="tier", object="gold"
    )
    row = {"customer": OURS.customer_id, "created_at": "2025-06-01", "body": "The price was raised."}
    yield attack("ingest_tickets", "tickets", lambda one: [{**row, "ticket_id": one.ticket_id}])
    yield attack("ingest_tickets", "tickets", lambda one: [{**row, "ticket_id": f"T {one.name}", "customer": one.name}])
    yield attack("create_customer", "customer_id", lambda one: one.customer_id, name="Hooli")
    hooli = {"customer_id": lambda one: f"hooli {one.name}", "name": "Hooli"}
    for argument in ("name", "aliases"):
        yield attack("create_customer", argument, lambda one: one.name, **hooli)


FOLDERS = ("..", "../outside", "link", "/etc", "knowledge/../../outside", "\x00", "link/../..", "~", "policy.md")

EXEMPT = {
    "since": "a time", "until": "a time", "as_of": "a time", "valid_from": "a time", "valid_to": "a time",
    "churned_at": "a time",
    "text": "a text of the caller's own, kept under the caller's tenant or not at all",
    "create_customer.status": "a value of the caller's own",
    "object": "a value of the caller's own", "language": "a language",
    "tier": "a value of the caller's own", "industry": "a value of the caller's own",
    "region": "a value of the caller's own", "churn_reason": "a value of the caller's own",
    "path": "a folder of the server: `test_no_path_leads_out_of_the_knowledge_folder`",
    "cursor": "`test_a_cursor_of_another_tenant_is_a_made_up_one`",
}  # fmt: skip
"""Arguments that name nothing that a tenant has, and those that are attacked elsewhere."""

RESOURCES = {"customers", "tickets", "facts", "patterns", "sessions", "documents", "runs", "health"}

METHODS = {
    "ping": "asked of nobody, tells of no tenant",
    "server/discover": "asked of nobody, tells of no tenant",
    "tools/list": "test_what_is_listed_hangs_on_the_scopes_alone",
    "tools/call": "test_a_thing_of_another_tenant_is_not_there",
    "resources/list": "test_what_is_listed_hangs_on_the_scopes_alone",
    "resources/templates/list": "test_what_is_listed_hangs_on_the_scopes_alone",
    "resources/read": "test_a_resource_of_another_tenant_is_not_there",
    "resources/subscribe": "test_streams",
    "resources/unsubscribe": "test_streams",
    "subscriptions/listen": "test_streams",
    "prompts/list": "test_what_is_listed_hangs_on_the_scopes_alone",
    "prompts/get": "test_a_prompt_tells_nothing_of_another_tenant",
    "completion/complete": "test_nothing_of_another_tenant_completes",
}

ROUTES = {
    "/healthz": "asked of nobody, tells of no tenant",
    "/readyz": "asked of nobody, tells of no tenant",
    "/mcp": "this matrix",
    "/sse": "tests/server/test_identity.py: another caller's stream",
    "/messages": "tests/server/test_identity.py: another caller's stream",
}


async def same(caller: Caller, method: str, theirs: dict[str, Any], nobodys: dict[str, Any], *given: str) -> None:
    """The same bytes for both, but for the named fields and what was given. `given`: more of it, in pairs."""
    first, second = await caller.send(method, **theirs), await caller.send(method, **nobodys)
    assert (first.status, first.headers) == (second.status, second.headers)
    one = plain(first.text, *given[::2], *names_of(THEIRS))
    other = plain(second.text, *given[1::2], *names_of(NOBODY))
    assert one == other, first_difference(one, other)
    assert CANARY not in one


def names_of(side: Side) -> tuple[str, ...]:
    """What of it an answer may repeat, once it was given."""
    return (
        *uris_of(side).values(), side.id_of("run"), side.id_of("job"), side.ticket_id, side.session_id, side.customer_id,
        side.name, side.alias, side.category, side.channel, side.status, side.predicate, side.subject, side.kind,
    )  # fmt: skip


async def test_a_thing_of_another_tenant_is_not_there(attacked: Attacked, version: str) -> None:
    ours = await attacked.caller(attacked.ours, version)
    theirs = await attacked.caller(attacked.theirs, version)
    is_there = 0
    with anyio.fail_after(120):
        for one in attacks():
            if one.tool != "forget_customer":  # what it shows its own tenant is not what it shows for nothing
                shown = [(await theirs.call(one.tool, **given)).text for given in (one.theirs, one.nobodys)]
                is_there += plain(shown[0], *names_of(THEIRS)) != plain(shown[1], *names_of(NOBODY))
            await same(
                ours,
                "tools/call",
                {"name": one.tool, "arguments": one.theirs},
                {"name": one.tool, "arguments": one.nobodys},
            )
    total = sum(one.tool != "forget_customer" for one in attacks())
    assert is_there == total, "each of these is something, to the tenant that has it"


async def test_writing_under_another_tenants_names_writes_ones_own(attacked: Attacked, version: str) -> None:
    """Their ids, names, sessions and subjects are as free as any, and theirs stay as they were."""
    ours = await attacked.caller(await attacked.another(OURS), version)
    theirs = await attacked.caller(attacked.theirs, version)
    before = [plain((await theirs.send("resources/read", uri=uri)).text) for uri in uris_of(THEIRS).values()]
    with anyio.fail_after(120):
        for one in writing_attacks():
            await same(
                ours,
                "tools/call",
                {"name": one.tool, "arguments": one.theirs},
                {"name": one.tool, "arguments": one.nobodys},
            )
        mine = (await ours.send("resources/read", uri=uris_of(THEIRS)["tickets"])).text
        assert "The price was raised." in mine
        for customer in (THEIRS.customer_id, NOBODY.customer_id):  # ours go, theirs stay
            gone = await ours.call("forget_customer", customer=customer, confirm=True)
            assert gone.result["structuredContent"]["erased"]["customer"] == 1, gone.text
    after = [plain((await theirs.send("resources/read", uri=uri)).text) for uri in uris_of(THEIRS).values()]
    assert after == before
    assert not any('"error"' in text for text in after)


async def test_a_resource_of_another_tenant_is_not_there(attacked: Attacked, version: str) -> None:
    ours = await attacked.caller(attacked.ours, version)
    theirs = await attacked.caller(attacked.theirs, version)
    pairs = [(uris_of(THEIRS)[kind], uris_of(NOBODY)[kind]) for kind in RESOURCES]
    pairs += [
        (f"memory://customers/{THEIRS.customer_id}/{plane}", f"memory://customers/{NOBODY.customer_id}/{plane}")
        for plane in PLANES
    ]
    for one, _ in pairs[: len(RESOURCES)]:
        assert "error" not in (await theirs.send("resources/read", uri=one)).message, one
    for one, nobodys in pairs:
        await same(ours, "resources/read", {"uri": one}, {"uri": nobodys}, one, nobodys)
    for uri in uris_of(SAME).values():
        assert CANARY not in (await ours.send("resources/read", uri=uri)).text
    for spelled in (
        f"memory://{attacked.theirs}/customers/{THEIRS.customer_id}",
        f"memory://customers/{THEIRS.customer_id}?tenant={attacked.theirs}",
    ):
        answer = (await ours.send("resources/read", uri=spelled)).message
        assert answer["error"]["message"].startswith("not_found: There is no such resource.")


async def test_a_prompt_tells_nothing_of_another_tenant(attacked: Attacked, version: str) -> None:
    ours = await attacked.caller(attacked.ours, version)
    prompts = (await ours.send("prompts/list")).result["prompts"]
    assert prompts
    for prompt in prompts:
        arguments = [one["name"] for one in prompt.get("arguments", [])]
        for name in arguments or ["none"]:
            rest = dict.fromkeys(arguments, "June")
            one, nobodys = {**rest, name: THEIRS.name}, {**rest, name: NOBODY.name}
            given = {"name": prompt["name"]}
            await same(
                ours,
                "prompts/get",
                {**given, "arguments": one},
                {**given, "arguments": nobodys},
                THEIRS.name,
                NOBODY.name,
            )


async def test_nothing_of_another_tenant_completes(attacked: Attacked, version: str) -> None:
    """Every argument that completes; prefix by prefix in test_nothing_shows."""
    ours = await attacked.caller(attacked.ours, version)
    theirs = await attacked.caller(attacked.theirs, version)
    prompts = (await ours.send("prompts/list")).result["prompts"]
    templates = [
        one["uriTemplate"] for one in (await ours.send("resources/templates/list")).result["resourceTemplates"]
    ]
    asked = {
        argument["name"]: {"type": "ref/prompt", "name": one["name"]}
        for one in prompts
        for argument in one.get("arguments", [])
    }
    asked |= {name: {"type": "ref/resource", "uri": one} for one in templates for name in variables(one)}
    asked["category"] = {"type": "ref/resource", "uri": templates[0]}
    complete = set()
    for argument, ref in asked.items():
        for name in (THEIRS.name, THEIRS.customer_id, THEIRS.category):
            for value in (name[:1], name):
                given = {"name": argument, "value": value}
                own = (await theirs.send("completion/complete", ref=ref, argument=given)).result["completion"]
                complete |= (
                    {argument} if {THEIRS.name, THEIRS.customer_id, THEIRS.category} & set(own["values"]) else set()
                )
                mine = await ours.send("completion/complete", ref=ref, argument=given)
                none = await ours.send("completion/complete", ref=ref, argument={**given, "value": f"q{value[1:]}"})
                assert (mine.status, mine.headers, plain(mine.text)) == (none.status, none.headers, plain(none.text))
    assert complete >= {"customer", "customer_id", "category"}, "these do complete, for their own tenant"


async def test_a_cursor_of_another_tenant_is_a_made_up_one(attacked: Attacked, version: str) -> None:
    ours = await attacked.caller(attacked.ours, version)
    theirs = await attacked.caller(attacked.theirs, version)
    tools = [
        one for one in (await ours.send("tools/list")).result["tools"] if "cursor" in one["inputSchema"]["properties"]
    ]
    assert {one["name"] for one in tools} >= {"search_tickets", "recall_ltm", "get_facts"}
    for tool in tools:
        query = {"query": "price pricing owner deadline", "limit": 1}
        stolen = (await theirs.call(tool["name"], **query)).result["structuredContent"]["next_cursor"]
        assert stolen, tool["name"]
        mine = (await ours.call(tool["name"], **query)).result["structuredContent"]["next_cursor"]
        assert mine != stolen
        other_query = (await ours.call(tool["name"], **{**query, "query": "price pricing owner"})).result[
            "structuredContent"
        ]["next_cursor"]
        cursors = [stolen, other_query, mine[:-2] + ("AA" if mine[-2:] != "AA" else "BB"), "A" * len(mine), "é", ""]
        answers = {plain((await ours.call(tool["name"], **query, cursor=one)).text, one) for one in cursors if one}
        assert len(answers) == 1, answers
        assert "The cursor does not belong to this query." in answers.pop()
    page = f"memory://customers/{SAME.customer_id}/vector?limit=1"
    stolen = (await theirs.send("resources/read", uri=page)).text.split("cursor=")[1].split("&")[0]
    one, nobodys = f"{page}&cursor={stolen}", f"{page}&cursor={'A' * len(stolen)}"
    await same(ours, "resources/read", {"uri": one}, {"uri": nobodys}, one, nobodys)


async def test_what_is_listed_hangs_on_the_scopes_alone(attacked: Attacked, version: str) -> None:
    for scopes in (("read",), ("write",), ("read", "write", "admin")):
        callers = [await attacked.caller(tenant, version, *scopes) for tenant in (attacked.ours, attacked.theirs)]
        for method in ("tools/list", "resources/list", "resources/templates/list", "prompts/list"):
            one, other = [await caller.send(method) for caller in callers]
            assert (one.status, one.headers, one.text) == (other.status, other.headers, other.text)
            assert "error" not in one.message


async def test_an_administrators_tool_is_unknown_to_a_reader(attacked: Attacked, version: str) -> None:
    admin = await attacked.caller(attacked.ours, version)
    reader = await attacked.caller(attacked.ours, version, "read")
    listed = {one["name"] for one in (await reader.send("tools/list")).result["tools"]}
    hidden = [one["name"] for one in (await admin.send("tools/list")).result["tools"] if one["name"] not in listed]
    assert "forget_customer" in hidden
    for tool in hidden:
        arguments = {"customer": OURS.customer_id, "confirm": True}
        await same(
            reader,
            "tools/call",
            {"name": tool, "arguments": arguments},
            {"name": "no_such_tool", "arguments": arguments},
            tool,
            "no_such_tool",
        )
    assert OURS.name in (await reader.send("resources/read", uri=uris_of(OURS)["customers"])).text


@pytest.mark.parametrize("path", FOLDERS)
async def test_no_path_leads_out_of_the_knowledge_folder(attacked: Attacked, path: str) -> None:
    ours = await attacked.caller(attacked.ours, HANDSHAKE)
    refused = await ours.call("sync_knowledge_base", path=path)
    missing = await ours.call("sync_knowledge_base", path="no/such/folder")
    assert refused.text == missing.text
    assert "permission_denied: The path is not a folder inside" in refused.text


async def test_the_users_consent_is_for_one_caller(attacked: Attacked) -> None:
    """What the client carries from one round of a call to the next, carried to another tenant's call."""
    asks: dict[str, Any] = {"elicitation": {"form": {}}}
    ours = await attacked.caller(attacked.ours, NEWER, **asks)
    theirs = await attacked.caller(attacked.theirs, NEWER, **asks)
    other_key = await attacked.caller(attacked.ours, NEWER, **asks)
    forget = {"name": "forget_customer", "arguments": {"customer": SAME.customer_id}}
    states = [(await caller.send("tools/call", **forget)).result["requestState"] for caller in (theirs, other_key)]
    agreed = {"consent": {"action": "accept", "content": {"agree": True}}}
    answers = set()
    for state in (*states, "v1.made-up", states[0][:-2]):
        answer = await ours.send("tools/call", **forget, inputResponses=agreed, requestState=state)
        answers.add(answer.text.replace(state, "<given>"))
    assert len(answers) == 1, answers
    assert "Invalid or expired requestState" in answers.pop()
    for tenant in (ours, theirs):
        assert "error" not in (await tenant.send("resources/read", uri=uris_of(SAME)["customers"])).message


async def test_the_same_request_id_at_the_same_time_gets_each_its_own(attacked: Attacked, version: str) -> None:
    """Also while others cancel, and report progress, under that id."""
    callers = [await attacked.caller(tenant, version) for tenant in (attacked.ours, attacked.theirs)]
    wrong: list[str] = []

    async def ask(number: int) -> None:
        caller = callers[number % 2]
        answer = await caller.call("search_tickets", query="price raised renewal")
        if (
            answer.status != 200
            or (CANARY in answer.text) != bool(number % 2)
            or (OURS.word in answer.text) == bool(number % 2)
        ):
            wrong.append(f"{number}: {answer.text}")

    async def disturb() -> None:
        for method, params in (
            ("notifications/cancelled", {"requestId": 1, "reason": "no"}),
            ("notifications/progress", {"progressToken": 1, "progress": 1}),
        ):
            await callers[0].post({"jsonrpc": "2.0", "method": method, "params": params})

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            for number in range(16):
                group.start_soon(ask, number)
                if number % 4 == 0:
                    group.start_soon(disturb)
    assert wrong == []


async def test_a_batch_is_nobodys_request(attacked: Attacked, version: str) -> None:
    ours = await attacked.caller(attacked.ours, version)
    for uri in (uris_of(THEIRS)["tickets"], uris_of(OURS)["tickets"]):
        read = {"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": uri}}
        answer = await ours.post([read, {**read, "id": 2}])
        assert answer.status == 400
        assert uri not in answer.text


# -- how long it takes ---------------------------------------------------------------------------------------------


class Noting(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection that notes what is asked of the database; never when."""

    noted: ClassVar[list[str]] = []

    async def execute(self, query: str, *args: Any, **more: Any) -> Any:
        self.noted.append(query)
        return await super().execute(query, *args, **more)

    async def _execute(self, query: str, *args: Any, **more: Any) -> Any:
        self.noted.append(query)
        return await super()._execute(query, *args, **more)


async def test_the_database_is_asked_the_same_for_theirs_and_for_nothing(
    store_server: EmbeddedServer, tmp_path: Path
) -> None:
    """So that no difference in time can tell them apart but that of a look into an index; bench/timing_leak.py measures it."""
    where: dict[str, Any] = {
        "host": str(store_server.socket_dir),
        "port": store_server.port,
        "database": store_server.database,
    }
    login: dict[str, Any] = {"user": store_server.app_user, "password": store_server.app_password}
    settings = Settings(home=tmp_path, database_url=None, expert_timeout_sec=30, enable_writeback=False)
    compared = 0
    async with open_pool(size=2, connection_class=Noting, **where, **login) as pool:
        store = PostgresStore(pool)
        for key, side in (("ours", OURS), ("theirs", THEIRS)):
            await plant(await created(store, key), side)
        door = pinned("ours", scopes=("read", "write", "admin"), read_only=False)
        async with (
            open_app(settings, loaders=fake_loaders(store), patience_seconds=30) as app,
            Client(create_server(app, door)) as client,
        ):

            async def asked(act: Callable[[], Awaitable[object]]) -> Counter[str]:
                """What it asks every time: what works behind the calls comes now and then."""
                always: Counter[str] | None = None
                for number in range(3):
                    Noting.noted.clear()
                    with suppress(MCPError):
                        await act()
                    if number:  # the first of a kind warms what is kept of our own tenant
                        noted = Counter(one for one in Noting.noted if "$1" in one)
                        always = noted if always is None else always & noted
                return always or Counter()

            for one in attacks():
                if one.argument == "session_id":
                    continue  # it leaves work that is done behind the call, at any time
                calls = [partial(client.call_tool, one.tool, given) for given in (one.theirs, one.nobodys)]
                theirs, nobodys = [await asked(call) for call in calls]
                assert theirs == nobodys, one
                compared += theirs.total()
            for kind, uri in uris_of(THEIRS).items():
                theirs, nobodys = [
                    await asked(partial(client.read_resource, read)) for read in (uri, uris_of(NOBODY)[kind])
                ]
                assert theirs == nobodys, uri
                compared += theirs.total()
    assert compared > 50


# -- nothing is left out -----------------------------------------------------------------------------------------


def variables(template: str) -> list[str]:
    path = template.split("{?", maxsplit=1)[0]
    return [part.split("}")[0] for part in path.split("{")[1:]]


async def test_every_argument_of_every_tool_is_attacked(attacked: Attacked) -> None:
    ours = await attacked.caller(attacked.ours, HANDSHAKE)
    tools = (await ours.send("tools/list")).result["tools"]
    tried = {(one.tool, one.argument) for one in (*attacks(), *writing_attacks())}
    tried |= {pair for asked in script() for pair in asked.tries}
    left = [
        (tool["name"], name)
        for tool in tools
        for name, schema in tool["inputSchema"]["properties"].items()
        if schema.get("type") not in ("integer", "number", "boolean") and "enum" not in schema
        if (tool["name"], name) not in tried and not {name, f"{tool['name']}.{name}"} & set(EXEMPT)
    ]
    assert left == []
    assert {tool["name"] for tool in tools} <= {tool for tool, _ in tried} | {
        "get_system_health",
        "sync_knowledge_base",
    }


async def test_every_resource_method_and_route_is_attacked(attacked: Attacked, tmp_path: Path) -> None:
    ours = await attacked.caller(attacked.ours, HANDSHAKE)
    templates = [
        one["uriTemplate"] for one in (await ours.send("resources/templates/list")).result["resourceTemplates"]
    ]
    assert {template.removeprefix("memory://").split("/")[0] for template in templates} == RESOURCES
    assert {one["uri"] for one in (await ours.send("resources/list")).result["resources"]} == {"memory://planes"}
    async with open_app(Settings(home=tmp_path, database_url=None), loaders=fake_loaders(InMemoryStore())) as app:
        server = create_server(app, pinned("ours", scopes=("read",), read_only=False))
        assert set(server.kernel._request_handlers) == set(METHODS)
        routes = {getattr(one, "path", "") for one in create_http_app(app, server, host="127.0.0.1").routes}
        assert routes == set(ROUTES)
