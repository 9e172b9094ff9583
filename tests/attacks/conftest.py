"""A real server process that asks who is calling, two tenants in its database, and callers that see every byte."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.server.auth.keys import new_key, seal_of
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.settings import Settings
from moe_memorygraph.tools.definition import SCOPES, Scope
from tests.attacks.world import OURS, THEIRS, Side, plant
from tests.plugins.embedded_postgres import shared_folder
from tests.plugins.stores import created
from tests.server.processes import PATIENCE, http_process

HANDSHAKE, NEWER = "2025-11-25", "2026-07-28"
VERSIONS = (HANDSHAKE, NEWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, but for what says when, and how long it is."""

    status: int
    headers: tuple[tuple[str, str], ...]
    text: str

    @property
    def message(self) -> Any:
        return json.loads(self.text)

    @property
    def result(self) -> Any:
        """Of a request that was answered; of a call also one that failed."""
        return self.message["result"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whoever shows a key, in one version of the protocol."""

    http: httpx2.AsyncClient
    url: str
    key: str = field(repr=False)
    version: str
    capabilities: Mapping[str, Any] = field(default_factory=dict)

    async def send(self, method: str, **params: Any) -> Answer:
        return await self.post({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})

    async def call(self, tool: str, **arguments: Any) -> Answer:
        return await self.send("tools/call", name=tool, arguments=arguments)

    async def post(self, message: Any, **headers: str) -> Answer:
        if self.version == NEWER and isinstance(message, dict):
            message, more = self._newer(message)
            headers = {**more, **headers}
        answer = await self.http.post(
            f"{self.url}/mcp", content=json.dumps(message).encode(), headers={**self._headers, **headers}
        )
        kept = [(name, value) for name, value in answer.headers.items() if name not in ("date", "content-length")]
        return Answer(status=answer.status_code, headers=tuple(sorted(kept)), text=answer.text)

    @property
    def _headers(self) -> dict[str, str]:
        return {
            "content-type": "application/json",
            "accept": "application/json, text/event-stream",
            "authorization": f"Bearer {self.key}",
            "mcp-protocol-version": self.version,
        }

    def _newer(self, message: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        meta = {
            "io.modelcontextprotocol/protocolVersion": NEWER,
            "io.modelcontextprotocol/clientCapabilities": dict(self.capabilities),
        }
        params = {"_meta": meta, **message.get("params", {})}
        headers = {"mcp-method": message["method"]}
        if name := params.get("name", params.get("uri")):
            headers["mcp-name"] = name
        return {**message, "params": params}, headers


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacked:
    """The server, its store, and who may call it: keys by tenant and scopes."""

    url: str
    store: PostgresStore
    ours: str
    theirs: str
    home: Path
    http: httpx2.AsyncClient

    async def key(self, tenant: str, *scopes: Scope) -> str:
        settings = Settings(home=self.home, database_url=None)
        seal = seal_of(load_secret(settings), settings)
        text, key = new_key(seal, tenant, name="", scopes=scopes, now=datetime.now(UTC), expires_at=None)
        await self.store.tenant(tenant_id_of(tenant)).keys.add(key)
        return text

    async def another(self, side: Side) -> str:
        """One more tenant like one of the two, for what changes it."""
        key = f"more-{uuid4().hex[:10]}"
        await plant(await created(self.store, key), side)
        return key

    async def caller(self, tenant: str, version: str, *scopes: Scope, **capabilities: Any) -> Caller:
        key = await self.key(tenant, *(scopes or SCOPES))
        return Caller(http=self.http, url=self.url, key=key, version=version, capabilities=capabilities)


@pytest.fixture(scope="session")
async def attacked(
    embedded_server: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory, worker_id: str, anyio_backend: str
) -> AsyncIterator[Attacked]:
    home = shared_folder(tmp_path_factory, worker_id) / "embedded"
    folder = tmp_path_factory.mktemp("attacked")
    knowledge, outside = folder / "knowledge", folder / "outside"
    for one in (knowledge, outside):
        one.mkdir()
        (one / "policy.md").write_text("# Refunds\n\nWithin ten days.\n", encoding="utf-8")
    (knowledge / "link").symlink_to(outside)
    ours, theirs = (f"{name}-{uuid4().hex[:10]}" for name in ("ours", "theirs"))
    with ExitStack() as stack:
        async with open_store(embedded_server, pool_size=2) as store, httpx2.AsyncClient(timeout=PATIENCE) as http:
            await plant(await created(store, ours), OURS)
            await plant(await created(store, theirs), THEIRS)
            variables = {
                "MEMORYGRAPH_KNOWLEDGE_FOLDER": str(knowledge),
                "MEMORYGRAPH_EXPERT_TIMEOUT_SEC": "30",
                "MEMORYGRAPH_CALL_TIMEOUT_SEC": "60",
            }
            process = stack.enter_context(http_process(home, folder, **variables))
            yield Attacked(url=process.url, store=store, ours=ours, theirs=theirs, home=home, http=http)


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)
