"""Real processes that ask the user and tell of changes, over every transport and in both eras of the protocol."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.types import ElicitResult, ResourceUpdatedNotification

from moe_memorygraph.memory.postgres import open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from tests.server.conftest import ERAS
from tests.server.processes import PATIENCE, HttpProcess, command, environment, http_process

pytestmark = [pytest.mark.postgres, pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")]

TRANSPORTS = ("stdio", "sse", "http")
OpenClient = Callable[..., AbstractAsyncContextManager[Client]]


@pytest.fixture(scope="module")
async def tenant(embedded_server: EmbeddedServer, anyio_backend: str) -> str:
    key = f"t-{uuid4().hex[:12]}"
    async with open_store(embedded_server, pool_size=1) as store:
        await store.create_tenant(Tenant(tenant_id=tenant_id_of(key), key=key, name="Vendor"))
    return key


@pytest.fixture(scope="module")
def http(embedded_home: Path, tenant: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpProcess]:
    with http_process(embedded_home, tmp_path_factory.mktemp("http"), "--tenant", tenant, "--sessions") as process:
        yield process


@pytest.fixture(params=[(transport, era) for transport in TRANSPORTS for era in ERAS], ids="-".join)
def connect(
    request: pytest.FixtureRequest, embedded_home: Path, tenant: str, http: HttpProcess, tmp_path: Path
) -> OpenClient:
    """A client of the transport and the era under test; over pipes its server is another process than `http`."""
    transport, era = request.param

    def target() -> Any:
        if transport == "sse":
            return sse_client(f"{http.url}/sse")
        if transport == "http":
            return f"{http.url}/mcp"
        program, *rest = command("--transport", "stdio", "--tenant", tenant)
        return StdioServerParameters(command=program, args=rest, env=environment(embedded_home), cwd=tmp_path)

    @asynccontextmanager
    async def connected(**callbacks: Any) -> AsyncIterator[Client]:
        with anyio.fail_after(PATIENCE):
            async with Client(target(), mode=era, **callbacks) as client:
                yield client

    return connected


async def test_the_user_is_asked_before_a_customer_is_forgotten(connect: OpenClient) -> None:
    asked: list[str] = []

    async def user(context: Any, params: Any) -> ElicitResult:
        asked.append(params.message)
        return ElicitResult(action="accept", content={"agree": len(asked) > 1})

    customer = {"customer_id": uuid4().hex, "name": "Initech"}
    async with connect(elicitation_callback=user) as client:
        assert not (await client.call_tool("create_customer", customer)).is_error
        forget = {"customer": customer["customer_id"]}
        refused = await client.call_tool("forget_customer", forget)
        assert refused.is_error
        forgotten = await client.call_tool("forget_customer", forget)
        assert forgotten.structured_content is not None
        assert forgotten.structured_content["erased"]["customer"] == 1
    assert len(asked) == 2
    assert asked[0].startswith(f"This erases the customer Initech ({customer['customer_id']}), its 0 tickets")


async def test_a_change_that_another_process_makes_is_heard_of(connect: OpenClient, http: HttpProcess) -> None:
    session = uuid4().hex
    uri = f"memory://sessions/{session}"
    heard = anyio.Event()

    async def hears(message: Any) -> None:
        if isinstance(message, ResourceUpdatedNotification) and str(message.params.uri) == uri:
            heard.set()

    async with connect(message_handler=hears) as client, Client(f"{http.url}/mcp") as writer:
        turn = {"session_id": session, "role": "user", "text": "hello"}
        if client.protocol_version < "2026":
            await client.subscribe_resource(uri)
            assert not (await writer.call_tool("remember", turn)).is_error
            await heard.wait()
        else:
            async with client.listen(resource_subscriptions=[uri]) as events:
                assert not (await writer.call_tool("remember", turn)).is_error
                async for event in events:
                    assert getattr(event, "uri", None) == uri
                    break
        text = (await client.read_resource(uri)).contents[0]
        assert "hello" in getattr(text, "text", "")
