"""The ASGI app, without a socket: sessions where they are asked for, streams where they are needed, clean headers."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.http import FieldTrimmer, create_http_app
from moe_memorygraph.server.mcp import create_server
from moe_memorygraph.settings import Settings
from tests.server.doubles import IdleWorkflow, fake_loaders, fake_store

KINDS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


class Slow(IdleWorkflow):
    """A workflow that is never done."""

    async def ask(self, memory: Any, ask: Any, *, model: Any = None) -> Any:
        await anyio.sleep_forever()


@asynccontextmanager
async def web(home: Path, *, sessions: bool, workflow: Any = None) -> AsyncIterator[httpx2.AsyncClient]:
    store = await fake_store("vendor")
    settings = Settings(home=home, database_url=None, call_timeout_sec=0.2)
    async with open_app(settings, loaders=fake_loaders(store, workflow=workflow), patience_seconds=10) as app:
        await _loaded(app)
        server = create_server(app, pinned("vendor", scopes=("read", "write"), read_only=False))
        starlette = create_http_app(app, server, host="127.0.0.1", sessions=sessions)
        async with server.session_manager.run():
            transport = httpx2.ASGITransport(starlette)
            async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=KINDS) as client:
                yield client


async def _loaded(app: App) -> None:
    await app.workflow()
    await app.secret()


def message(method: str, params: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params, **more}


def events(response: httpx2.Response) -> list[dict[str, Any]]:
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = [line.removeprefix("data:").strip() for line in response.text.splitlines() if line.startswith("data:")]
    return [json.loads(line) for line in lines if line]


@pytest.mark.parametrize("sessions", [False, True])
async def test_a_client_is_promised_what_its_connection_can_carry(tmp_path: Path, sessions: bool) -> None:
    async with web(tmp_path, sessions=sessions) as client:
        response = await client.post("/mcp", json=message("initialize", INITIALIZE))
        [answer] = events(response)
        assert answer["result"]["capabilities"]["resources"]["subscribe"] is sessions
        assert ("mcp-session-id" in response.headers) is sessions
        if not sessions:
            uri = {"uri": "memory://sessions/1"}
            refused = await client.post("/mcp", json=message("resources/subscribe", uri))
            assert refused.json()["error"]["code"] == -32601


async def test_who_asks_for_progress_gets_a_stream_with_signs_of_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moe_memorygraph.server.progress.PERIOD", 0.01)
    monkeypatch.setattr("moe_memorygraph.server.progress.SILENCE", 0.02)
    params = {"name": "query_customer_intel", "arguments": {"question": "x"}}
    async with web(tmp_path, sessions=False, workflow=Slow()) as client:
        quiet = await client.post("/mcp", json=message("tools/call", params))
        assert quiet.json()["result"]["isError"]
        response = await client.post("/mcp", json=message("tools/call", {**params, "_meta": {"progressToken": "t"}}))
    *signs, answer = events(response)
    assert len(signs) > 1
    for sign in signs:
        assert (sign["method"], sign["params"]["progressToken"]) == ("notifications/progress", "t")
    steps = [sign["params"]["progress"] for sign in signs]
    assert steps == sorted(set(steps))
    assert answer["result"]["content"][0]["text"].startswith("deadline_exceeded: ")


@pytest.mark.parametrize(
    ("sent", "seen"), [(b"  a name \t", b"a name"), (b"a name", b"a name"), (b" ", b""), (b"", b"")]
)
async def test_space_around_header_values_is_no_part_of_them(sent: bytes, seen: bytes) -> None:
    asked: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope)

    await _ask(FieldTrimmer(app), {"type": "http", "headers": [(b"mcp-name", sent), (b"host", b"x ")]})
    assert asked[0]["headers"] == [(b"mcp-name", seen), (b"host", b"x")]


async def _ask(app: ASGIApp, scope: Scope) -> None:
    async def receive() -> Message:
        raise AssertionError

    async def send(message: Message) -> None:
        raise AssertionError

    await app(scope, receive, send)
