"""A request that is answered without the SDK's transport gets the answer that the transport would give."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import anyio
import pytest
from mcp.server.transport_security import TransportSecuritySettings
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from moe_memorygraph.server.app import open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.exchange import SingleExchange
from moe_memorygraph.server.http import MAX_BODY_BYTES
from moe_memorygraph.server.mcp import MemoryServer, create_server
from moe_memorygraph.settings import Settings
from tests.server.doubles import fake_loaders, fake_store

HEADERS = {
    "host": "127.0.0.1",
    "content-type": "application/json",
    "accept": "application/json, text/event-stream",
    "mcp-protocol-version": "2025-11-25",
}
NOTHING: Mapping[str, str | None] = {}
Answer = tuple[int, dict[bytes, bytes], bytes]


class Counted:
    """The SDK's own app, and how often it was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.asked = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        await self._app(scope, receive, send)


class Both:
    """The same server by the SDK's way and by ours."""

    def __init__(self, server: MemoryServer) -> None:
        unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        self.sdk = Counted(
            server.streamable_http_app(stateless_http=True, json_response=True, transport_security=unchecked)
        )
        self.ours = SingleExchange(self.sdk, server=server.kernel, path="/mcp", most_bytes=MAX_BODY_BYTES)

    async def post(
        self, body: bytes, *, way: ASGIApp, method: str = "POST", headers: Mapping[str, str | None] = NOTHING
    ) -> Answer:
        given = {**HEADERS, **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": "/mcp",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given.items() if value is not None],
        }
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            if waiting:
                return waiting.pop()
            await anyio.sleep_forever()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)

        with anyio.fail_after(20):
            await way(scope, receive, send)
        return sent[0]["status"], dict(sent[0]["headers"]), b"".join(one.get("body", b"") for one in sent[1:])

    async def agree(self, body: bytes, headers: Mapping[str, str | None]) -> tuple[Answer, bool]:
        """The answer of both, and whether ours gave it by itself."""
        by_sdk = await self.post(body, way=self.sdk, headers=headers)
        before = self.sdk.asked
        by_us = await self.post(body, way=self.ours, headers=headers)
        assert by_us == by_sdk
        return by_us, self.sdk.asked == before


@pytest.fixture
async def both(tmp_path: Any) -> AsyncIterator[Both]:
    store = await fake_store("vendor")
    settings = Settings(home=tmp_path, database_url=None)
    async with open_app(settings, loaders=fake_loaders(store), patience_seconds=10) as app:
        server = create_server(app, pinned("vendor", scopes=("read",), read_only=True))
        one = Both(server)
        async with server.session_manager.run():
            yield one


def message(method: str, params: Any = None, **fields: Any) -> bytes:
    held = {"jsonrpc": "2.0", "id": 7, "method": method, **fields}
    return json.dumps(held if params is None else {**held, "params": params}).encode()


@pytest.mark.parametrize(
    "body",
    [
        message("ping"),
        message("ping", id="a text"),
        message("tools/list", {}),
        message("resources/list", {}),
        message("resources/templates/list"),
        message("prompts/list"),
        message("resources/read", {"uri": "memory://tickets/none"}),
        message("resources/read", {}),
        message("tools/call", {"name": "no_such_tool", "arguments": {}}),
        message("tools/call", {"name": "search_tickets", "arguments": {"query": 3}}),
        message("tools/call", {"name": "search_tickets", "arguments": {"query": "é 😀", "surprise": 1}}),
        message("tools/call", {"arguments": {}}),
        message("tools/call", {"name": "redact_pii", "arguments": {"text": "hello"}}),
        message("no/such/method", {}),
        message("completion/complete", {"ref": {"type": "ref/prompt", "name": "x"}, "argument": {"name": "a", "value": ""}}),
        message("ping", {"_meta": {"progressToken": 3}}),
    ],
)  # fmt: skip
async def test_a_request_gets_the_same_answer_without_the_transport(both: Both, body: bytes) -> None:
    ours = await both.post(body, way=both.ours)
    assert both.sdk.asked == 0
    by_sdk = await both.post(body, way=both.sdk)
    assert (ours[0], ours[1][b"content-type"]) == (by_sdk[0], by_sdk[1][b"content-type"])
    assert int(ours[1][b"content-length"]) == len(ours[2])
    assert _timeless(json.loads(ours[2])) == _timeless(json.loads(by_sdk[2]))


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (message("initialize", {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}), {}),
        (b'{"jsonrpc": "2.0", "method": "notifications/initialized"}', {}),
        (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', {}),
        (b'[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]', {}),
        (b'{"jsonrpc": "2.0", "id": 1, "method"', {}),
        (b"", {}),
        (message("ping", jsonrpc="1.0"), {}),
        (message("ping", id=None), {}),
        (message("ping"), {"accept": "text/html"}),
        (message("ping"), {"content-type": "text/plain"}),
        (message("ping"), {"content-type": "application/json; charset=utf-8"}),
        (message("tools/call", {"name": "redact_pii", "arguments": {}, "_meta": {"progressToken": 0}}), {}),
    ],
)  # fmt: skip
async def test_what_is_not_plainly_a_request_goes_the_sdk_s_way(
    both: Both, body: bytes, headers: dict[str, str]
) -> None:
    _, by_ourselves = await both.agree(body, headers)
    assert not by_ourselves


NEWER = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


def newer(method: str, *, name: str | None = None, **params: Any) -> tuple[bytes, dict[str, str]]:
    given = {"_meta": NEWER, **params} if name is None else {"_meta": NEWER, "name": name, **params}
    headers = {"mcp-protocol-version": "2026-07-28", "mcp-method": method}
    return message(method, given), headers if name is None else {**headers, "mcp-name": name}


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        newer("tools/list"),
        newer("server/discover"),
        newer("tools/call", name="no_such_tool", arguments={}),
        newer("tools/call", name="search_tickets", arguments={"query": "é 😀", "surprise": 1}),
        newer("no/such/method"),
        (message("ping"), {"mcp-protocol-version": "1999-01-01"}),
        (message("ping"), {"mcp-protocol-version": "2026-07-28"}),
        (newer("tools/list")[0], {"mcp-protocol-version": "2026-07-28"}),
        (b"{", {"mcp-protocol-version": "2026-07-28"}),
        (b"", {"mcp-protocol-version": "2026-07-28"}),
        (b'{"jsonrpc": "2.0", "method": "notifications/cancelled"}', {"mcp-protocol-version": "2026-07-28"}),
    ],
)
async def test_a_request_of_the_newer_protocol_is_answered_by_the_sdk_without_a_stream(
    both: Both, body: bytes, headers: dict[str, str]
) -> None:
    _, without_its_app = await both.agree(body, headers)
    assert without_its_app


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        newer("tools/call", name="redact_pii", arguments={}, _meta={**NEWER, "progressToken": 0}),
        newer("tools/list", _meta={**NEWER, "io.modelcontextprotocol/logLevel": "info"}),
        (newer("tools/list")[0].replace(b"tools", rb"\u0074ools"), newer("tools/list")[1]),
    ],
)
async def test_one_that_may_want_a_stream_goes_through_the_sdk_s_app(
    both: Both, body: bytes, headers: dict[str, str]
) -> None:
    _, without_its_app = await both.agree(body, headers)
    assert not without_its_app


async def test_a_stream_that_is_listened_to_is_left_to_the_sdk_s_app(both: Both) -> None:
    body, headers = newer("subscriptions/listen", notifications={})
    for spelled in (body, body.replace(b"/", rb"\/")):
        before = both.sdk.asked
        with anyio.move_on_after(0.5):  # it has no end
            await both.post(spelled, way=both.ours, headers=headers)
        assert both.sdk.asked == before + 1


@pytest.mark.parametrize("headers", [{"mcp-protocol-version": None}, {"accept": "*/*"}])
async def test_headers_that_the_sdk_takes_are_taken(both: Both, headers: dict[str, str | None]) -> None:
    (status, _, body), by_ourselves = await both.agree(message("ping"), headers)
    assert by_ourselves
    assert (status, json.loads(body)) == (200, {"jsonrpc": "2.0", "id": 7, "result": {}})


async def test_other_methods_and_bodies_in_pieces_are_left_to_the_sdk(both: Both) -> None:
    for method in ("GET", "DELETE", "PUT"):
        before = both.sdk.asked
        with anyio.move_on_after(0.5):  # a GET is a stream without an end
            await both.post(b"", way=both.ours, method=method)
        assert both.sdk.asked == before + 1


async def test_a_crash_is_told_without_its_words(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret of the crash")

    monkeypatch.setattr("moe_memorygraph.server.exchange.serve_one", crash)
    status, _, body = await both.post(message("ping"), way=both.ours)
    assert (status, json.loads(body)["error"]["code"]) == (200, -32603)
    assert b"secret" not in body


def _timeless(node: Any) -> Any:
    """Without what two calls never have in common."""
    if isinstance(node, dict):
        return {key: _timeless(value) for key, value in node.items() if key not in {"run_id", "audit", "text"}}
    return [_timeless(one) for one in node] if isinstance(node, list) else node
