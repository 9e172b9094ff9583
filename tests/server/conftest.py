"""A whole server in this process: real tools, real workflow, memory in dictionaries."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from mcp import Client
from mcp.client.extension import ClientExtension, advertise
from mcp.client.session import ElicitationFnT, MessageHandlerFnT, SamplingFnT
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.types import CallToolResult, TextContent

from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.server.app import App, Loaders, open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.mcp import choose_tools, create_server
from moe_memorygraph.settings import Settings
from tests.plugins.embedded_postgres import shared_folder
from tests.server.doubles import fake_loaders, fake_store

ERAS = ("auto", "legacy")
SHOWS_APPS = (advertise(EXTENSION_ID, {"mimeTypes": [APP_MIME_TYPE]}),)
"""What a client declares that shows MCP Apps."""

CUSTOMERS: list[dict[str, Any]] = [
    {
        "customer_id": "acme corp/1",
        "name": "Acme Corp",
        "aliases": ["Acme"],
        "tier": "enterprise",
        "status": "churned",
        "churned_at": "2025-11-30",
        "churn_reason": "The price was raised twice and SSO never came.",
    },
    {"customer_id": "globex", "name": "Globex", "tier": "startup", "status": "active"},
]
TICKETS: list[dict[str, Any]] = [
    {
        "ticket_id": f"T {number}/ü",
        "customer": "Acme",
        "created_at": f"2025-10-{number:02d}T09:00:00Z",
        "category": "billing",
        "channel": "email",
        "status": "closed",
        "subject": f"Price raised, part {number}",
        "body": f"The price was raised again and nobody told us. This is complaint number {number} about pricing.",
    }
    for number in range(1, 13)
] + [
    {
        "ticket_id": "T-100",
        "customer": "globex",
        "created_at": "2025-09-01",
        "category": "login",
        "body": "Single sign-on fails for jane.doe@example.com since Monday, please help.",
    },
]


@dataclass(slots=True, kw_only=True)
class Served:
    """A connected client, and what stands behind it."""

    client: Client
    app: App
    store: InMemoryStore

    async def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured answer of a call that must succeed."""
        result = await self.client.call_tool(tool, arguments)
        assert not result.is_error, text_of(result)
        return cast("dict[str, Any]", result.structured_content)

    async def refusal(self, tool: str, **arguments: Any) -> str:
        """The text of a call that must fail."""
        result = await self.client.call_tool(tool, arguments)
        assert result.is_error
        assert result.structured_content is None
        return text_of(result)

    async def read(self, uri: str) -> str:
        contents = (await self.client.read_resource(uri)).contents
        return "".join(cast("str", getattr(one, "text", "")) for one in contents)

    async def seed(self) -> None:
        for customer in CUSTOMERS:
            await self.call("create_customer", **customer)
        summary = await self.call("ingest_tickets", tickets=TICKETS)
        assert summary["inserted"] == len(TICKETS), summary


def text_of(result: CallToolResult) -> str:
    assert len(result.content) == 1
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


Serve = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return cast("str", request.param)


@pytest.fixture
def serve(tmp_path: Path, era: str) -> Serve:
    """Open a server in this process and a client of the era under test."""

    @asynccontextmanager
    async def open_served(
        *,
        tenant: str = "vendor",
        scopes: tuple[str, ...] = ("read", "write", "admin"),
        read_only: bool = False,
        toolsets: tuple[str, ...] | None = None,
        store: InMemoryStore | None = None,
        loaders: Loaders | None = None,
        sampling: SamplingFnT | None = None,
        elicitation: ElicitationFnT | None = None,
        hears: MessageHandlerFnT | None = None,
        extensions: Sequence[ClientExtension] = (),
        **settings: Any,
    ) -> AsyncIterator[Served]:
        chosen = Settings(**{"home": tmp_path, "database_url": None, **settings})
        held = store or await fake_store("vendor", "rival")
        async with open_app(chosen, loaders=loaders or fake_loaders(held), patience_seconds=10) as app:
            principal = pinned(tenant, scopes=scopes, read_only=read_only)
            server = create_server(app, principal, choose_tools(toolsets))
            async with Client(
                server,
                mode=era,
                sampling_callback=sampling,
                elicitation_callback=elicitation,
                message_handler=hears,
                extensions=extensions,
            ) as client:
                yield Served(client=client, app=app, store=held)

    return open_served


@pytest.fixture
async def served(serve: Serve) -> AsyncIterator[Served]:
    async with serve() as one:
        await one.seed()
        yield one


@pytest.fixture(scope="session")
def embedded_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str, embedded_server: EmbeddedServer) -> Path:
    """The home folder of the run's PostgreSQL: processes that are given it share that server."""
    assert embedded_server.database == "memorygraph"
    return shared_folder(tmp_path_factory, worker_id) / "embedded"
