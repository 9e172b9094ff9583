"""Who calls is found out on every call: over every transport, in both eras of the protocol, by every kind of proof."""

import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import anyio
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import Customer, Tenant, tenant_id_of
from moe_memorygraph.server.auth.keys import new_key, seal_of
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.settings import Settings
from moe_memorygraph.tools import ALL_TOOLS
from moe_memorygraph.tools.definition import SCOPES, Scope
from tests.server.auth.issuer import LocalIssuer, local_issuer
from tests.server.conftest import ERAS
from tests.server.processes import PATIENCE, HttpProcess, command, environment, http_process

pytestmark = pytest.mark.postgres

TRANSPORTS = ("stdio", "sse", "http")
SOON = 10.0  # seconds: a second and what a busy machine adds


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Two tenants in the database that processes of this home open, each with one customer of its own."""

    home: Path
    store: PostgresStore
    ours: str
    theirs: str

    async def key(self, tenant: str, *scopes: Scope, expires_at: datetime | None = None) -> tuple[str, Any]:
        settings = Settings(home=self.home, database_url=None)
        seal = seal_of(load_secret(settings), settings)
        now = datetime.now(UTC)
        text, key = new_key(seal, tenant, name="", scopes=scopes, now=now, expires_at=expires_at)
        await self.store.tenant(tenant_id_of(tenant)).keys.add(key)
        return text, key

    async def revoke(self, tenant: str, key: Any) -> None:
        await self.store.tenant(tenant_id_of(tenant)).keys.revoke(key.key_id, now=datetime.now(UTC))


@pytest.fixture(scope="module")
async def world(embedded_home: Path, embedded_server: EmbeddedServer, anyio_backend: str) -> AsyncIterator[World]:
    """`anyio_backend`: this must be set up before tests that are not async, too."""
    async with open_store(embedded_server, pool_size=2) as store:
        keys = [f"{name}-{uuid4().hex[:10]}" for name in ("ours", "theirs")]
        for key in keys:
            tenant_id = tenant_id_of(key)
            await store.create_tenant(Tenant(tenant_id=tenant_id, key=key, name=key))
            await store.tenant(tenant_id).customers.put_many([Customer(customer_id=key, name=f"Customer of {key}")])
        yield World(home=embedded_home, store=store, ours=keys[0], theirs=keys[1])


@pytest.fixture(scope="module")
def issuer() -> Iterator[LocalIssuer]:
    with local_issuer() as one:
        one.rotate("rs-1", "es-1")
        one.announce()
        yield one


def trusting(issuer: LocalIssuer) -> dict[str, str]:
    """Settings of a server that takes this issuer's tokens."""
    return {"MEMORYGRAPH_OAUTH_ISSUERS": issuer.url, "MEMORYGRAPH_PUBLIC_URL": "https://mcp.example.com"}


@pytest.fixture(scope="module")
def asking(world: World, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpProcess]:
    """A server that asks who is calling."""
    with http_process(world.home, tmp_path_factory.mktemp("asking"), **trusting(issuer)) as process:
        yield process


@pytest.fixture(scope="module")
def pinned_process(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpProcess]:
    with http_process(world.home, tmp_path_factory.mktemp("pinned"), "--tenant", world.ours) as process:
        yield process


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A transport and an era."""

    transport: str
    era: str
    world: World
    issuer: LocalIssuer
    asking: HttpProcess
    pinned: HttpProcess
    folder: Path

    @asynccontextmanager
    async def client(self, shown: str | None, *options: str) -> AsyncIterator[Client]:
        """A client that shows this; None: of a server that asks nobody."""
        headers = {} if shown is None else {"Authorization": f"Bearer {shown}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http,
            Client(self._target(shown, options, headers, http), mode=self.era) as client,
        ):
            yield client

    def _target(
        self, shown: str | None, options: tuple[str, ...], headers: dict[str, str], http: httpx2.AsyncClient
    ) -> Any:
        if self.transport == "stdio":
            whose = ("--tenant", self.world.ours) if shown is None else ()
            program, *rest = command("--transport", "stdio", *whose, *options)
            more = {} if shown is None else {"MEMORYGRAPH_TOKEN": shown, **trusting(self.issuer)}
            return StdioServerParameters(
                command=program, args=rest, env=environment(self.world.home, **more), cwd=self.folder
            )
        url = self.pinned.url if shown is None else self.asking.url
        if self.transport == "sse":
            return sse_client(f"{url}/sse", headers=headers)
        return streamable_http_client(f"{url}/mcp", http_client=http)


@pytest.fixture(params=[(transport, era) for transport in TRANSPORTS for era in ERAS], ids="-".join)
def way(
    request: pytest.FixtureRequest,
    world: World,
    issuer: LocalIssuer,
    asking: HttpProcess,
    pinned_process: HttpProcess,
    tmp_path: Path,
) -> Way:
    transport, era = request.param
    return Way(
        transport=transport,
        era=era,
        world=world,
        issuer=issuer,
        asking=asking,
        pinned=pinned_process,
        folder=tmp_path,
    )


Show = Callable[[str, tuple[Scope, ...]], Any]


@pytest.fixture(params=["none", "key", "jwt"])
def show(request: pytest.FixtureRequest, world: World, issuer: LocalIssuer) -> Show:
    """What a caller of this tenant with these scopes shows."""

    async def key(tenant: str, scopes: tuple[Scope, ...]) -> str:
        return (await world.key(tenant, *scopes))[0]

    async def none(tenant: str, scopes: tuple[Scope, ...]) -> None:
        assert (tenant, scopes) == (world.ours, SCOPES), "who is not asked is always the same"

    async def jwt(tenant: str, scopes: tuple[Scope, ...]) -> str:
        return issuer.token(tenant=tenant, scope=" ".join(scopes))

    return {"none": none, "key": key, "jwt": jwt}[request.param]


async def names(client: Client) -> set[str]:
    return {tool.name for tool in (await client.list_tools()).tools}


async def customers_seen(client: Client, world: World) -> set[str]:
    """Which of the two tenants' customers a client can read, each by two ways."""
    seen = set()
    for tenant in (world.ours, world.theirs):
        try:
            read = (await client.read_resource(f"memory://customers/{tenant}")).contents
            assert tenant in cast("Any", read[0]).text
            seen.add(tenant)
        except MCPError:
            pass
        health = await client.call_tool("customer_health", {"customer": tenant})
        assert bool(health.is_error) == (tenant not in seen)
    return seen


async def test_a_caller_has_its_own_tenant_and_scopes(way: Way, show: Show) -> None:
    with anyio.fail_after(PATIENCE):
        shown = await show(way.world.ours, SCOPES)
        async with way.client(shown) as client:
            assert await names(client) == {tool.name for tool in ALL_TOOLS}
            assert await customers_seen(client, way.world) == {way.world.ours}


@pytest.mark.parametrize("show", ["key", "jwt"], indirect=True)
async def test_what_is_out_of_scope_is_neither_listed_nor_known(way: Way, show: Show) -> None:
    with anyio.fail_after(PATIENCE):
        async with way.client(await show(way.world.theirs, ("read",))) as client:
            assert await names(client) == {tool.name for tool in ALL_TOOLS if tool.scope == "read"}
            hidden = next(tool.name for tool in ALL_TOOLS if tool.scope == "admin")
            for name in (hidden, "no_such_tool"):
                with pytest.raises(MCPError, match=f"Unknown tool: {name}"):
                    await client.call_tool(name, {})
            assert await customers_seen(client, way.world) == {way.world.theirs}


async def soon(is_so: Callable[[], Any]) -> None:
    for _ in range(round(SOON / 0.05)):
        if await is_so():
            return
        await anyio.sleep(0.05)
    raise AssertionError("not within ten seconds")


@pytest.mark.parametrize("era", ERAS)
async def test_a_key_that_is_revoked_ends_what_a_client_on_pipes_may_do(
    world: World, issuer: LocalIssuer, asking: HttpProcess, tmp_path: Path, era: str
) -> None:
    shown, key = await world.key(world.ours, "read")
    way = Way(transport="stdio", era=era, world=world, issuer=issuer, asking=asking, pinned=asking, folder=tmp_path)
    with anyio.fail_after(PATIENCE):
        async with way.client(shown) as client:
            assert not (await client.call_tool("get_facts", {})).is_error
            await world.revoke(world.ours, key)

            async def is_refused() -> bool:
                return bool((await client.call_tool("get_facts", {})).is_error)

            await soon(is_refused)
            told = cast("Any", (await client.call_tool("get_facts", {})).content[0]).text
            assert told == "permission_denied: The API key was revoked. Ask the administrator for an API key."
            with pytest.raises(MCPError, match="permission_denied: The API key was revoked"):
                await client.list_resources()


# -- what is not let in ------------------------------------------------------------------------------------------

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
JSON = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


def status(
    http: HttpProcess, method: str, path: str, body: bytes | None = None, shown: str | None = None, **headers: str
) -> int:
    with closing(HTTPConnection(http.host, http.port, timeout=PATIENCE)) as connection:
        proof = {} if shown is None else {"Authorization": f"Bearer {shown}"}
        connection.request(method, path, body, {**JSON, **proof, **headers})
        return connection.getresponse().status


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (json.dumps(PING).encode(), {}),  # answered without the SDK's transport
        (json.dumps(PING).encode(), {"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "ping"}),
        (json.dumps([PING]).encode(), {}),
        (b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', {}),
        (b"no message", {}),
        (b"x" * 2_000_000, {}),
        (b"", {}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("shown", [None, "mg_x", "ey.x.y"])
async def test_no_way_leads_past_the_door(
    asking: HttpProcess, body: bytes, headers: dict[str, str], shown: str | None
) -> None:
    for path in ("/mcp", "/mcp/", "/messages/?session_id=0", "/sse", "/nosuch"):
        for method in ("POST", "GET", "DELETE"):
            assert status(asking, method, path, body, shown, **headers) == 401, (method, path)
    assert status(asking, "GET", f"/sse?access_token={shown}") == 401
    assert status(asking, "GET", "/healthz") == 200


async def test_another_callers_stream_is_not_there(world: World, issuer: LocalIssuer, asking: HttpProcess) -> None:
    """A session's address that leaked is worth nothing: not to another tenant, not to another key of the same one."""
    mine, _ = await world.key(world.ours, "read")
    with anyio.fail_after(PATIENCE):
        async with (
            httpx2.AsyncClient(base_url=asking.url, timeout=PATIENCE) as http,
            http.stream("GET", "/sse", headers={"Authorization": f"Bearer {mine}"}) as stream,
        ):
            lines = stream.aiter_lines()
            place = ""
            while not place:
                line = await anext(lines)
                place = line.removeprefix("data: ") if line.startswith("data: ") else ""
            others = [(await world.key(tenant, "read", "write"))[0] for tenant in (world.theirs, world.ours)]
            for other in (*others, issuer.token(tenant=world.ours), issuer.token(tenant=world.theirs)):
                answer = await http.post(place, json=PING, headers={"Authorization": f"Bearer {other}"})
                nowhere = await http.post(
                    f"/messages/?session_id={uuid4().hex}", json=PING, headers={"Authorization": f"Bearer {other}"}
                )
                assert (answer.status_code, answer.text) == (nowhere.status_code, nowhere.text) == (404, nowhere.text)
            own = await http.post(place, json=PING, headers={"Authorization": f"Bearer {mine}"})
            assert own.status_code == 202


async def test_an_expired_key_is_no_key(world: World, asking: HttpProcess) -> None:
    late, _ = await world.key(world.ours, "read", expires_at=datetime.now(UTC) - timedelta(seconds=1))
    good, _ = await world.key(world.ours, "read", expires_at=datetime.now(UTC) + timedelta(days=1))
    assert status(asking, "POST", "/mcp", json.dumps(PING).encode(), late) == 401
    assert status(asking, "POST", "/mcp", json.dumps(PING).encode(), good) == 200


@pytest.mark.parametrize("headers", [{}, {"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/list"}])
async def test_a_key_that_is_revoked_is_refused_by_a_running_server(
    world: World, asking: HttpProcess, headers: dict[str, str]
) -> None:
    meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    listing = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta} if headers else {}}
    shown, key = await world.key(world.ours, "read")

    def asked() -> int:
        return status(asking, "POST", "/mcp", json.dumps(listing).encode(), shown, **headers)

    assert asked() == 200
    await world.revoke(world.ours, key)

    async def is_refused() -> bool:
        return asked() == 401

    await soon(is_refused)


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


async def test_another_callers_session_is_not_there(
    world: World, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Where a server keeps sessions: the same subject of another tenant is another caller, too."""
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}

    def bearer(tenant: str, scope: str = "read") -> dict[str, str]:
        return {**JSON, "Authorization": f"Bearer {issuer.token(tenant=tenant, scope=scope)}"}

    folder = tmp_path_factory.mktemp("sessions")
    with anyio.fail_after(PATIENCE), http_process(world.home, folder, "--sessions", **trusting(issuer)) as process:
        async with httpx2.AsyncClient(base_url=process.url, timeout=PATIENCE) as http:
            begun = await http.post("/mcp", json=INITIALIZE, headers=bearer(world.ours))
            session = {"Mcp-Session-Id": begun.headers["mcp-session-id"], "Mcp-Protocol-Version": "2025-11-25"}
            again = await http.post("/mcp", json=listing, headers={**bearer(world.ours), **session})
            assert (again.status_code, '"remember"' in again.text) == (200, False)
            more = await http.post("/mcp", json=listing, headers={**bearer(world.ours, "read write"), **session})
            assert (more.status_code, '"remember"' in more.text) == (200, True), "scopes are of the call"
            assert (
                await http.post("/mcp", json=listing, headers={**bearer(world.theirs), **session})
            ).status_code == 404
            assert (await http.post("/mcp", json=listing, headers={**JSON, **session})).status_code == 401


async def test_clients_find_out_where_tokens_come_from(issuer: LocalIssuer, asking: HttpProcess) -> None:
    async with httpx2.AsyncClient(base_url=asking.url, timeout=PATIENCE) as http:
        refused = await http.post("/mcp", json=PING)
        place = "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"
        assert refused.headers["www-authenticate"] == f'Bearer scope="read", resource_metadata="{place}"'
        told = await http.get("/.well-known/oauth-protected-resource/mcp")
        assert told.status_code == 200
        assert told.json()["resource"] == "https://mcp.example.com/mcp"
        assert told.json()["authorization_servers"] == [issuer.url]
        late = await http.post("/mcp", json=PING, headers={"Authorization": f"Bearer {issuer.token(exp=1)}"})
        assert (late.status_code, late.json()["error"]) == (401, "invalid_token")
        assert "The token has expired." in late.headers["www-authenticate"]
        little = await http.post(
            "/mcp", json=PING, headers={"Authorization": f"Bearer {issuer.token(tenant='nosuch')}"}
        )
        assert little.status_code == 401


@pytest.mark.parametrize("scopes", [SCOPES, ("read",)], ids="+".join)
async def test_read_only_wins_over_every_credential(
    world: World, issuer: LocalIssuer, tmp_path_factory: pytest.TempPathFactory, scopes: tuple[Scope, ...]
) -> None:
    """Nothing is written, by anybody; a run can still be opened while the process keeps it."""
    shown, key = await world.key(world.ours, *scopes)
    ring = world.store.tenant(tenant_id_of(world.ours)).keys
    folder = tmp_path_factory.mktemp("read-only")
    with anyio.fail_after(PATIENCE), http_process(world.home, folder, "--read-only", **trusting(issuer)) as process:
        headers = {"Authorization": f"Bearer {shown}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http,
            Client(streamable_http_client(f"{process.url}/mcp", http_client=http)) as client,
        ):
            assert await names(client) == {tool.name for tool in ALL_TOOLS if tool.scope == "read"}
            with pytest.raises(MCPError, match="Unknown tool: remember"):
                await client.call_tool("remember", {"session_id": "s", "role": "user", "text": "x"})
            asked = {"question": "How many customers are there?", "session_id": "s"}
            answer = await client.call_tool("query_customer_intel", asked)
            assert not answer.is_error, answer.content
            run_id = cast("Any", answer.structured_content)["run_id"]
            assert (await client.read_resource(f"memory://runs/{run_id}")).contents
            assert not (await client.call_tool("explain_gate", {"run_id": run_id})).is_error
    memory = world.store.tenant(tenant_id_of(world.ours))
    assert await memory.runs.get(UUID(run_id)) is None
    assert await memory.stm.live_turns("s", now=datetime.now(UTC)) == []
    kept = await ring.get(key.key_id)
    assert kept is not None
    assert kept.last_used_at is None


async def test_an_open_stream_ends_with_its_key(world: World, asking: HttpProcess) -> None:
    shown, key = await world.key(world.ours, "read")
    stays, _ = await world.key(world.ours, "read")
    with anyio.fail_after(PATIENCE):
        async with (
            httpx2.AsyncClient(base_url=asking.url, timeout=PATIENCE) as http,
            http.stream("GET", "/sse", headers={"Authorization": f"Bearer {stays}"}) as other,
            http.stream("GET", "/sse", headers={"Authorization": f"Bearer {shown}"}) as stream,
        ):
            lines, others = stream.aiter_lines(), other.aiter_lines()
            assert (await anext(lines)).startswith("event: endpoint")
            await world.revoke(world.ours, key)
            with suppress(httpx2.RemoteProtocolError):  # it breaks off: nothing was promised to come
                async for _ in lines:
                    pass
            await anext(others)
            place = (await anext(others)).removeprefix("data: ")  # leaving a loop over them would close the stream
            still = await http.post(place, json=PING, headers={"Authorization": f"Bearer {stays}"})
            assert still.status_code == 202
