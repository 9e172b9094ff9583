"""Options that cannot be are refused before anything is opened."""

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.server.http import HostGuard, check_loopback
from moe_memorygraph.server.running import listen, serve
from moe_memorygraph.server.serve import ServeOptions
from moe_memorygraph.settings import Settings


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"transport": "http", "host": "0.0.0.0"}, "Only loopback addresses can be served"),
        ({"transport": "sse", "host": "example.com"}, "Only loopback addresses can be served"),
        ({"transport": "http", "tenant": None}, "A tenant is needed."),
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


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_served(host: str) -> None:
    assert check_loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "localhost.evil.com", "", "127.0.0.1:80"])
def test_nothing_else_is_served(host: str) -> None:
    with pytest.raises(InvalidArgument):
        check_loopback(host)


async def status_of(*headers: tuple[str, str], kind: str = "http") -> int:
    """What a guarded app answers: 200 when the request gets through."""
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(dict(message))

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    raw = [(name.encode(), value.encode()) for name, value in headers]
    await HostGuard(app, hosts={"127.0.0.1", "localhost", "[::1]"})({"type": kind, "headers": raw}, receive, send)
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
