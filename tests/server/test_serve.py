"""Options that cannot be are refused before anything is opened."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.server.auth.access import choose_access
from moe_memorygraph.server.http import HostGuard
from moe_memorygraph.server.running import listen, serve
from moe_memorygraph.server.serve import ServeOptions
from moe_memorygraph.settings import Settings, load_settings


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"transport": "http", "host": "0.0.0.0"}, "Other machines could reach 0.0.0.0"),
        ({"transport": "http", "host": "0.0.0.0", "tenant": None}, "Other machines could reach 0.0.0.0"),
        ({"transport": "sse", "host": "example.com"}, "Other machines could reach example.com"),
        ({"transport": "http", "host": "127.0.0.1:80"}, "Other machines could reach 127.0.0.1:80"),
        ({"tenant": None}, "A tenant is needed."),
        ({"tenant": "Not A Key"}, "A tenant's key has 1 to 63 characters"),
        ({"scopes": ("read", "root")}, "A scope is unknown."),
        ({"scopes": ("write",), "read_only": True}, "Read-only leaves no scope."),
        ({"toolsets": ("secrets",)}, "A toolset is unknown."),
        ({"toolsets": ()}, "A toolset is unknown."),
        ({"transport": "http", "port": 70_000}, "A port is a number from 0 to 65535."),
    ],
)
async def test_what_cannot_be_is_refused(tmp_path: Path, options: dict[str, Any], sentence: str) -> None:
    home = tmp_path / "home"
    with pytest.raises(InvalidArgument) as caught:
        await serve(Settings(home=home, database_url=None), ServeOptions(**{"tenant": "acme", **options}))
    assert caught.value.sentence.startswith(sentence)
    assert caught.value.advice
    assert not home.exists()


NAMED: dict[str, Any] = {"public_url": "https://mcp.example.com"}


@pytest.mark.parametrize(
    ("options", "settings", "sentence"),
    [
        ({"transport": "http", "host": "0.0.0.0"}, NAMED, "With --tenant nobody is asked"),
        ({"transport": "http", "host": "127.0.0.1"}, NAMED, "With --tenant nobody is asked"),
        ({"transport": "http", "host": "example.com", "tenant": None}, NAMED, "A host to listen at is an IP address"),
        ({"transport": "http", "host": "", "tenant": None}, NAMED, "A host to listen at is an IP address"),
        ({"transport": "stdio"}, {"token": "mg_x"}, "MEMORYGRAPH_TOKEN says already"),
        (
            {"transport": "http", "tenant": None},
            {"database_url": "postgresql://app:x@db/m"},
            "Nobody could show who they are",
        ),
    ],
)
async def test_what_would_let_in_strangers_is_refused(
    tmp_path: Path, options: dict[str, Any], settings: dict[str, Any], sentence: str
) -> None:
    home = tmp_path / "home"
    chosen = Settings(**{"home": home, "database_url": None, **settings})
    with pytest.raises(InvalidArgument) as caught:
        await serve(chosen, ServeOptions(**{"tenant": "acme", **options}))
    assert caught.value.sentence.startswith(sentence)
    assert caught.value.advice
    assert not home.exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_what_is_loopback_is_served_as_it_is(tmp_path: Path, host: str) -> None:
    settings = Settings(home=tmp_path, database_url=None)
    options: dict[str, Any] = {"transport": "http", "host": host, "scopes": ("read",)}
    assert choose_access(settings, tenant="acme", **options).tenant == "acme"
    assert choose_access(settings, tenant=None, **options).tenant is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "localhost.evil.com", "", "127.0.0.1:80", "127.1"])
def test_what_is_not_loopback_needs_a_name_and_credentials(tmp_path: Path, host: str) -> None:
    options: dict[str, Any] = {"transport": "http", "host": host, "scopes": ("read",)}
    for tenant in ("acme", None):
        with pytest.raises(InvalidArgument):
            choose_access(Settings(home=tmp_path, database_url=None), tenant=tenant, **options)
    named = Settings(**{"home": tmp_path, "database_url": None, **NAMED})
    assert choose_access(named, tenant=None, **options).tenant is None


@pytest.mark.parametrize(
    "url",
    [
        "http://mcp.example.com",
        "https://",
        "https://a@b.com",
        "https://b.com/mcp",
        "https://b.com?x",
        "b.com",
        "ftp://b",
    ],
)
def test_a_public_address_is_https_and_a_host(tmp_path: Path, url: str) -> None:
    with pytest.raises(InvalidArgument, match="public_url"):
        load_settings(home=tmp_path, public_url=url)


async def status_of(*headers: tuple[str, str], kind: str = "http", public_url: str | None = None) -> int:
    """What a guarded app answers: 200 when the request gets through."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    raw = [(name.encode(), value.encode()) for name, value in headers]
    guard = HostGuard(app, hosts={"127.0.0.1", "localhost", "[::1]"}, public_url=public_url)
    await guard({"type": kind, "headers": raw}, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "LOCALHOST:1", "[::1]:8765"])
async def test_our_own_names_get_through(host: str) -> None:
    assert await status_of(("host", host)) == 200
    assert await status_of(("host", host), ("origin", f"http://{host}")) == 200


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:evil.com", "evil.com", "localhost.evil.com", "127.0.0.1:80:80", "a@localhost", "", "[::1]x", "[::2]:1"],
)
async def test_other_names_do_not(host: str) -> None:
    assert await status_of(("host", host)) == 421
    assert await status_of(("host", "localhost"), ("origin", f"http://{host}")) == 403


@pytest.mark.parametrize(
    ("url", "host", "status"),
    [
        ("https://mcp.example.com", "mcp.example.com", 200),
        ("https://mcp.example.com", "MCP.example.com:443", 200),
        ("https://mcp.example.com", "mcp.example.com:8443", 421),
        ("https://mcp.example.com", "example.com", 421),
        ("https://mcp.example.com", "mcp.example.com.", 421),
        ("https://mcp.example.com:8443", "mcp.example.com:8443", 200),
        ("https://mcp.example.com:8443", "mcp.example.com", 421),
        ("https://mcp.example.com", "localhost:8765", 200),
    ],
)
async def test_the_public_name_is_ours_as_it_is_written(url: str, host: str, status: int) -> None:
    assert await status_of(("host", host), public_url=url) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://mcp.example.com", 200),
        ("https://mcp.example.com:443", 200),
        ("http://mcp.example.com", 403),
        ("https://mcp.example.com:8443", 403),
        ("https://mcp.example.com.evil.com", 403),
        ("https://evil.com", 403),
        ("null", 403),
    ],
)
async def test_only_our_own_page_is_no_stranger(origin: str, status: int) -> None:
    headers = (("host", "mcp.example.com"), ("origin", origin))
    assert await status_of(*headers, public_url="https://mcp.example.com") == status


async def test_a_request_without_one_host_is_refused() -> None:
    assert await status_of() == 421
    assert await status_of(("host", "localhost"), ("host", "localhost")) == 421


@pytest.mark.parametrize("origin", ["null", "file://", "http://localhost/", "ftp://localhost", "http://localhost#x"])
async def test_an_origin_that_is_none_of_ours_is_refused(origin: str) -> None:
    assert await status_of(("host", "localhost"), ("origin", origin)) == 403


def test_what_is_heavy_is_imported_after_the_pipes_are_ours() -> None:
    """Presidio, ONNX, the driver and the readers of files load behind the handshake, the SDK after the pipes are ours."""
    script = """
import sys
import moe_memorygraph.cli, moe_memorygraph.cli.serve, moe_memorygraph.server.serve
assert not {"mcp", "numpy", "typer"} & set(sys.modules), "before"
import moe_memorygraph.server.running
heavy = {"spacy", "presidio_analyzer", "onnxruntime", "tokenizers", "asyncpg", "pyarrow", "pypdf", "bs4", "typer"}
print(sorted(heavy & set(sys.modules)))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.stdout == "[]\n", ended.stderr


def test_answers_are_not_held_back_for_an_acknowledgement() -> None:
    """asyncio sends at once (TCP_NODELAY) only on sockets whose protocol is named: 40 ms of every answer."""
    listening = listen(ServeOptions(tenant="acme", transport="http", port=0))
    try:
        assert listening.proto == socket.IPPROTO_TCP
        assert listening.getsockname()[0] == "127.0.0.1"
    finally:
        listening.close()
