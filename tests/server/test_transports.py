"""Real processes over the real PostgreSQL: the same calls over stdio, SSE and streamable HTTP."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID

from moe_memorygraph.memory.postgres import open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.apps import PAGES
from moe_memorygraph.tools import ALL_TOOLS
from tests.server.conftest import CUSTOMERS, ERAS, SHOWS_APPS, TICKETS
from tests.server.processes import PATIENCE, HttpProcess, command, environment, http_process, run_briefly

pytestmark = pytest.mark.postgres

TRANSPORTS = ("stdio", "sse", "http")
on_both_loops = pytest.mark.parametrize("loop", ["uvloop", "asyncio"])


@pytest.fixture(scope="module")
def home(embedded_home: Path) -> Path:
    return embedded_home


@pytest.fixture(scope="module")
async def tenant(embedded_server: EmbeddedServer, anyio_backend: str) -> str:
    """A tenant in the database that processes of this home open; `anyio_backend` is for tests that are not async."""
    key = f"t-{uuid4().hex[:12]}"
    async with open_store(embedded_server, pool_size=1) as store:
        await store.create_tenant(Tenant(tenant_id=tenant_id_of(key), key=key, name="Vendor"))
    return key


@pytest.fixture(scope="module")
def http(home: Path, tenant: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpProcess]:
    with http_process(home, tmp_path_factory.mktemp("http"), "--tenant", tenant) as process:
        yield process


@pytest.fixture(scope="module")
async def seeded(http: HttpProcess) -> None:
    async with Client(f"{http.url}/mcp") as client:
        for customer in CUSTOMERS:
            assert not (await client.call_tool("create_customer", customer)).is_error
        assert not (await client.call_tool("ingest_tickets", {"tickets": TICKETS})).is_error


def stdio(home: Path, folder: Path, *arguments: str) -> StdioServerParameters:
    program, *rest = command("--transport", "stdio", *arguments)
    return StdioServerParameters(command=program, args=rest, env=environment(home), cwd=folder)


@pytest.fixture(params=[(transport, era) for transport in TRANSPORTS for era in ERAS], ids="-".join)
async def client(
    request: pytest.FixtureRequest, home: Path, tenant: str, http: HttpProcess, seeded: None, tmp_path: Path
) -> AsyncIterator[Client]:
    transport, era = request.param
    targets: dict[str, Callable[[], Any]] = {
        "stdio": lambda: stdio(home, tmp_path, "--tenant", tenant),
        "sse": lambda: sse_client(f"{http.url}/sse"),
        "http": lambda: f"{http.url}/mcp",
    }
    target = targets[transport]()
    with anyio.fail_after(PATIENCE):
        async with Client(target, mode=era, extensions=SHOWS_APPS) as connected:
            yield connected


async def test_an_agent_asks_reads_every_citation_and_finds_the_quote(client: Client) -> None:
    tools = (await client.list_tools()).tools
    assert len(tools) == len(ALL_TOOLS)
    result = await client.call_tool("query_customer_intel", {"question": "Why did Acme Corp churn?"})
    assert not result.is_error
    answer = result.structured_content
    assert answer is not None
    assert answer["citations"]
    for citation in answer["citations"]:
        contents = (await client.read_resource(citation["uri"])).contents
        assert citation["quote"] in cast("Any", contents[0]).text
    refused = await client.call_tool("search_tickets", {"query": "x", "tenant": "another"})
    assert refused.is_error
    assert cast("Any", refused.content[0]).text.startswith("invalid_argument: ")
    for tool, arguments in (
        ("query_customer_intel", {"question": "Wh\x00y did Acme churn?", "session_id": "s\x00"}),
        ("get_facts", {"subject": "a\x00b", "predicate": "tier"}),
        ("search_tickets", {"query": "'; DROP TABLE ticket; --\x00"}),
    ):
        assert not (await client.call_tool(tool, arguments)).is_error
    health = (await client.call_tool("get_system_health", {})).structured_content
    assert health is not None
    assert health["database"]["store"] == "postgres"
    pages = [tool.meta["ui"]["resourceUri"] for tool in tools if tool.meta]
    assert len(pages) == len(PAGES)
    assert client.server_capabilities.extensions == {EXTENSION_ID: {}}
    for uri in pages:
        page = cast("Any", (await client.read_resource(uri)).contents[0])
        assert page.mime_type == APP_MIME_TYPE
        assert page.text.startswith("<!doctype html>")


# -- stdio -------------------------------------------------------------------------------------------------------

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Pipe:
    """A client with nothing but a pipe, so that every byte is seen."""

    def __init__(self, home: Path, folder: Path, *arguments: str, loop: str = "uvloop") -> None:
        self._stderr = folder / "stderr"
        with self._stderr.open("w") as stderr:
            self.process = subprocess.Popen(
                command(*arguments, loop=loop),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=folder,
                env=environment(home, MEMORYGRAPH_LOG_LEVEL="DEBUG"),
            )

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None and not stream.closed:
                stream.close()

    def send(self, *messages: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        for message in messages:
            self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        return cast("dict[str, Any]", json.loads(self.process.stdout.readline()))

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        request = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
        self.send(request)
        return cast("dict[str, Any]", self.receive()["result"])

    def stderr(self) -> str:
        return self._stderr.read_text()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder with spaces"
    folder.mkdir()
    return folder


@on_both_loops
def test_stdout_carries_the_protocol_and_stderr_nobodys_words(home: Path, tenant: str, folder: Path, loop: str) -> None:
    with closing(Pipe(home, folder, "--tenant", tenant, loop=loop)) as pipe:
        pipe.send(INITIALIZE)
        assert pipe.receive()["result"]["serverInfo"]["name"] == "moe-memorygraph"
        pipe.send(INITIALIZED)
        asked = pipe.call("query_customer_intel", question="Does the zebra of Xanadu pay its invoices?")
        assert not asked.get("isError"), asked
        wrong = pipe.call("search_tickets", query="zebra", status=["Xanadu"])
        assert wrong["isError"]
        assert pipe.process.stdin is not None
        assert pipe.process.stdout is not None
        pipe.process.stdin.write("this is no message about Xanadu\n")
        pipe.process.stdin.close()
        assert pipe.process.wait(PATIENCE) == 0
        rest = pipe.process.stdout.read()
        assert all(json.loads(line)["jsonrpc"] == "2.0" for line in rest.splitlines())
        logged = pipe.stderr()
    assert "tool_called" in logged
    for word in ("zebra", "Xanadu", "Traceback"):
        assert word not in logged


@on_both_loops
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_while_the_client_waits(
    home: Path, tenant: str, folder: Path, number: signal.Signals, loop: str
) -> None:
    with closing(Pipe(home, folder, "--tenant", tenant, loop=loop)) as pipe:
        pipe.send(INITIALIZE)
        pipe.receive()
        pipe.send(INITIALIZED)
        assert not pipe.call("get_system_health").get("isError")
        pipe.process.send_signal(number)
        assert pipe.process.wait(PATIENCE) == 0
        assert "Traceback" not in pipe.stderr()


@on_both_loops
def test_requests_come_from_a_file_as_well(home: Path, tenant: str, folder: Path, loop: str) -> None:
    file = folder / "requests.jsonl"
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
    file.write_text("".join(f"{json.dumps(message)}\n" for message in (INITIALIZE, INITIALIZED, call)))
    with file.open() as requests:
        done = subprocess.run(
            command("--tenant", tenant, loop=loop),
            stdin=requests,
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment(home),
            timeout=PATIENCE,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert {json.loads(line)["id"] for line in done.stdout.splitlines()} >= {1}


@on_both_loops
def test_a_client_that_goes_at_once_leaves_nothing_running(home: Path, tenant: str, folder: Path, loop: str) -> None:
    with closing(Pipe(home, folder, "--tenant", tenant, loop=loop)) as pipe:
        assert pipe.process.stdin is not None
        pipe.process.stdin.close()
        assert pipe.process.wait(PATIENCE) == 0
        assert "Traceback" not in pipe.stderr()


def test_hands_are_shaken_though_the_database_cannot_open_and_calls_say_why(tmp_path: Path, folder: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file where a folder is wanted")
    with closing(Pipe(home, folder, "--tenant", "acme")) as pipe:
        pipe.send(INITIALIZE)
        assert pipe.receive()["result"]["serverInfo"]["name"] == "moe-memorygraph"
        pipe.send(INITIALIZED)
        text = pipe.call("get_system_health")["content"][0]["text"]
        assert text.startswith("unavailable: ")
        assert str(tmp_path) not in text


# -- HTTP --------------------------------------------------------------------------------------------------------


def request(
    http: HttpProcess, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    with closing(HTTPConnection(http.host, http.port, timeout=PATIENCE)) as connection:
        connection.putrequest(method, path, skip_host=True)
        wanted = {
            "Host": f"{http.host}:{http.port}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        if body is not None:
            wanted["Content-Length"] = str(len(body))
        for name, text in wanted.items():
            connection.putheader(name, text)
        connection.endheaders(body)
        response = connection.getresponse()
        return response, response.read()


def post(http: HttpProcess, body: bytes, **headers: str) -> int:
    kinds = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
    return request(http, "POST", "/mcp", body, **kinds, **headers)[0].status


def test_a_body_with_half_a_surrogate_pair_is_answered(http: HttpProcess, seeded: None) -> None:
    body = (
        rb'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params":'
        rb' {"name": "search_tickets", "arguments": {"query": "invoice \ud83d"}}}'
    )
    kinds = {"Content_Type": "application/json", "Accept": "application/json, text/event-stream"}
    response, answer = request(http, "POST", "/mcp", body, **kinds)
    assert response.status == 200
    assert not json.loads(answer)["result"].get("isError")
    assert post(http, b"x" * 2 * 1024 * 1024) == 413


def test_it_says_that_it_lives_and_when_it_is_ready(http: HttpProcess, seeded: None) -> None:
    response, body = request(http, "GET", "/healthz")
    assert (response.status, json.loads(body)) == (200, {"status": "ok"})
    response, body = request(http, "GET", "/readyz")
    assert (response.status, json.loads(body)) == (200, {"ready": True, "waiting_for": []})


def test_the_wire_is_refused_to_other_hosts_and_pages(http: HttpProcess) -> None:
    body = json.dumps(INITIALIZE).encode()
    assert post(http, body) == 200
    assert post(http, body, Origin=f"http://localhost:{http.port}") == 200
    for host in (
        "127.0.0.1:evil.com",
        "evil.com",
        "127.0.0.1.evil.com",
        "localhost:80@evil.com",
        "127.0.0.1:80:80",
        "",
    ):
        assert post(http, body, Host=host) == 421, host
    for origin in ("http://evil.com", "null", "http://127.0.0.1:evil.com", "http://localhost.evil.com", "file://"):
        assert post(http, body, Origin=origin) == 403, origin
    for path in ("/sse", "/healthz", "/messages/"):
        assert request(http, "GET", path, Host="evil.com")[0].status == 421


def test_a_body_beyond_one_mebibyte_is_refused(http: HttpProcess) -> None:
    padded = {**INITIALIZE, "padding": "x" * (1024 * 1024)}
    assert post(http, json.dumps(padded).encode()) == 413


@on_both_loops
def test_a_signal_ends_it_though_a_stream_is_open(home: Path, tenant: str, tmp_path: Path, loop: str) -> None:
    with (
        http_process(home, tmp_path, "--tenant", tenant, transport="sse", loop=loop) as process,
        socket.create_connection((process.host, process.port)) as stream,
    ):
        stream.sendall(f"GET /sse HTTP/1.1\r\nHost: {process.host}:{process.port}\r\n\r\n".encode())
        assert b"200 OK" in stream.recv(4096)
        assert process.stop() == 0
        assert process.process.stderr is not None
        assert "Traceback" not in process.process.stderr.read()
        assert process.process.stdout is not None
        assert process.process.stdout.read() == ""


def test_wrong_options_are_said_in_one_sentence(home: Path, tmp_path: Path) -> None:
    ended = run_briefly(home, tmp_path, "--transport", "http", "--tenant", "a", "--host", "0.0.0.0")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("Other machines could reach 0.0.0.0")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_tenant_that_does_not_exist_is_said_at_once(home: Path, tmp_path: Path, transport: str) -> None:
    reader, writer = os.pipe()  # a client that waits
    try:
        options = ("--transport", transport, "--tenant", "nosuch", "--port", "0")
        ended = run_briefly(home, tmp_path, *options, stdin=reader)
    finally:
        os.close(reader)
        os.close(writer)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "This tenant does not exist. Create it with `memorygraph tenant create`." in ended.stderr
    assert "Serving" not in ended.stderr


def test_a_port_that_is_taken_is_said_to_be_taken(home: Path, tmp_path: Path, http: HttpProcess) -> None:
    ended = run_briefly(home, tmp_path, "--transport", "http", "--tenant", "a", "--port", str(http.port))
    assert ended.returncode != 0
    assert f"Port {http.port} of 127.0.0.1 cannot be had." in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_environment_of_a_test_reaches_no_real_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(os.environ, "DATABASE_URL", "postgresql://real")
    assert "DATABASE_URL" not in environment(tmp_path)
