"""MCP Apps by the protocol: who is told of them, and what the pages are."""

import json
import re
from typing import Any, cast

import pytest
from mcp.client.extension import advertise
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID
from mcp.shared.exceptions import MCPError

from moe_memorygraph.server.apps import PAGES, HandshakeMark, Page
from moe_memorygraph.server.apps.marking import declares_apps
from moe_memorygraph.tools import ALL_TOOLS
from tests.server.conftest import SHOWS_APPS, Serve, Served

MOST_BYTES = 40_000  # of a page: hosts fetch it for every conversation


def wire(listed: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(listed.model_dump_json(by_alias=True, exclude_none=True)))


async def lists(served: Served) -> tuple[dict[str, Any], dict[str, Any]]:
    return wire(await served.client.list_tools()), wire(await served.client.list_resources())


@pytest.mark.parametrize(
    "extensions",
    [(), (advertise(EXTENSION_ID, {"mimeTypes": ["text/html"]}),), (advertise(EXTENSION_ID, {}),), (advertise("com.example/ui"),)],
    ids=["none", "another kind of page", "no kind of page", "another extension"],
)  # fmt: skip
async def test_who_shows_no_apps_is_told_of_none(serve: Serve, extensions: Any) -> None:
    async with serve(extensions=extensions) as served:
        tools, resources = await lists(served)
        assert not [tool for tool in tools["tools"] if "_meta" in tool]
        assert [resource["uri"] for resource in resources["resources"]] == ["memory://planes"]
        assert served.client.server_capabilities.extensions is None


async def test_who_shows_apps_is_told_of_them_and_of_nothing_else(serve: Serve) -> None:
    async with serve() as served:
        plain_tools, plain_resources = await lists(served)
    async with serve(extensions=SHOWS_APPS) as served:
        tools, resources = await lists(served)
        assert served.client.server_capabilities.extensions == {EXTENSION_ID: {}}
    linked = {tool["name"]: tool.pop("_meta") for tool in tools["tools"] if "_meta" in tool}
    assert linked == {page.tool: {"ui": {"resourceUri": page.uri}} for page in PAGES}
    assert tools["tools"] == plain_tools["tools"]
    assert resources["resources"][0] == plain_resources["resources"][0]
    listed = {resource["uri"]: resource for resource in resources["resources"][1:]}
    assert list(listed) == [page.uri for page in PAGES]
    assert all(one["mimeType"] == APP_MIME_TYPE for one in listed.values())


async def test_the_list_of_tools_stays_small(serve: Serve) -> None:
    async with serve(scopes=("read", "write"), extensions=SHOWS_APPS) as served:
        tools, _ = await lists(served)
    assert len(json.dumps(tools["tools"], separators=(",", ":"))) <= 12_000


async def test_a_page_is_read_as_the_extension_has_it(serve: Serve) -> None:
    async with serve(scopes=("read",)) as served:
        for page in PAGES:
            (content,) = wire(await served.client.read_resource(page.uri))["contents"]
            assert content["mimeType"] == APP_MIME_TYPE
            assert content["text"] == page.html
            assert content["_meta"]["ui"]["csp"] == {"connectDomains": [], "resourceDomains": []}
        with pytest.raises(MCPError, match="There is no such resource"):
            await served.client.read_resource("ui://memorygraph/no_such")


async def test_pages_of_tools_that_are_not_served_are_not_there(serve: Serve) -> None:
    async with serve(toolsets=("admin",), extensions=SHOWS_APPS) as served:
        _, resources = await lists(served)
        assert [resource["uri"] for resource in resources["resources"]] == ["memory://planes"]
        with pytest.raises(MCPError):
            await served.client.read_resource(PAGES[0].uri)
    async with serve(scopes=("admin",), extensions=SHOWS_APPS) as served:
        assert (await lists(served))[1]["resources"] == []
        with pytest.raises(MCPError):
            await served.client.read_resource(PAGES[0].uri)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.tool)
def test_a_page_is_whole_and_reaches_for_nothing(page: Page) -> None:
    html = page.html
    assert page.tool in {tool.name for tool in ALL_TOOLS}
    assert len(html.encode()) <= MOST_BYTES
    assert html.startswith("<!doctype html>")
    assert "{{" not in html
    assert html.count("<script>") == html.count("</script>") == html.count("<style>") == 1
    assert not re.findall(r"https?://|\bsrc=|@import|url\(|\bfetch\(|XMLHttpRequest|WebSocket|\bimport\b", html)
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|\son\w+=", html)
    assert "default-src 'none'" in html


HOST = {"extensions": {EXTENSION_ID: {"mimeTypes": [APP_MIME_TYPE]}}}


@pytest.mark.parametrize("capabilities", [None, [], {}, {"extensions": []}, {"extensions": {EXTENSION_ID: None}}, {"extensions": {EXTENSION_ID: {"mimeTypes": APP_MIME_TYPE}}}])  # fmt: skip
def test_what_declares_no_apps(capabilities: Any) -> None:
    assert declares_apps(HOST)
    assert not declares_apps(capabilities)


def handshake(capabilities: Any, method: str = "initialize") -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"capabilities": capabilities}}).encode()


@pytest.mark.parametrize(
    ("body", "status", "marked"),
    [
        (handshake(HOST), 200, True),
        (handshake(HOST), 400, False),
        (handshake({}), 200, False),
        (handshake(HOST, method="tools/call"), 200, False),
        (handshake(HOST)[:-1], 200, False),
        (b"[" + handshake(HOST) + b"]", 200, False),
        (b'{"method": "initialize", "params": "io.modelcontextprotocol/ui"}', 200, False),
        (b"", 200, False),
    ],
)
async def test_only_a_handshake_of_a_host_is_marked(body: bytes, status: int, marked: bool) -> None:
    received: list[bytes] = []
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        received.append((await receive())["body"])
        await send({"type": "http.response.start", "status": status, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b""})

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await HandshakeMark(app, path="/mcp")({"type": "http", "method": "POST", "path": "/mcp"}, receive, send)
    assert received == [body]
    headers = dict(sent[0]["headers"])
    assert headers.get(b"mcp-session-id", b"").startswith(b"apps-") is marked
    assert headers[b"a"] == b"b"
