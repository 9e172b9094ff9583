"""Load of the reading tools over streamable HTTP or stdio, beside the floor that no retrieval can be under.

    python bench/http_load.py --tenant T [--home FOLDER] [--calls 200] [--callers 1,16] [--json]
    python bench/http_load.py --rows 10000                       # a generated tenant in a temporary home
    python bench/http_load.py --tenant T --tools query_customer_intel,search_tickets --transport stdio

A server process is started on the tenant and asked from this one. The generator costs little, as it shares the cores
with what it measures: plain sockets that stay open, bodies made beforehand, answers checked for `isError` and not
parsed. The floor of a tool is measured in the same run, call by call in turn where there is one caller: the same
question embedded once by the same embedder, then the closest tickets by meaning alone (patterns and facts: their
whole search), in this process, without protocol and transport. `search` is the same with the whole search for
tickets, the slowest single query of a run. `ping` is what protocol and transport cost alone. Questions are made from the tenant's own customers and
categories, all different, the same on every run.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream
from anyio.streams.buffered import BufferedByteReceiveStream

from moe_memorygraph.cli.benching import GENERATED, load_generated
from moe_memorygraph.cli.shell import HOME, temporary_folder
from moe_memorygraph.loop import run_in_loop
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres.pool import Bound
from moe_memorygraph.memory.values import FactFilter, PatternFilter, TicketFilter
from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.settings import Settings, load_settings
from moe_memorygraph.telemetry import configure_logging

PHRASES = (
    "Why do customers of {customer} complain about {category}?",
    "What changed for {customer} in {category}?",
    "How many {category} tickets did {customer} have?",
    "Show examples of {category} problems at {customer}.",
)
NEAREST = """
SELECT ticket_id, part FROM mg_nearest($1, NULL, NULL, NULL, NULL, NULL, NULL, false, $2::halfvec, NULL, 10)
"""
"""The ten closest tickets by meaning, as the product asks for them."""
TOOLS = {"query_customer_intel": "question", "search_tickets": "query", "get_facts": "query", "recall_ltm": "query"}
"""Tool to the argument that takes the words."""
PING = "ping"
WARM_UP = 20
PROTOCOL = "2025-11-25"
LARGEST = 1 << 24  # bytes of one answer

Ask = Callable[[str], Awaitable[None]]


class Client(Protocol):
    """One that can be asked by many at once."""

    async def call(self, body: bytes) -> bytes: ...


class HttpClient:
    """Connections that stay open, one for each caller at a time."""

    def __init__(self, url: str, *, key: str | None = None) -> None:
        _, _, address, path = url.split("/", 3)
        host, _, port = address.partition(":")
        self._address = (host, int(port))
        shown = "" if key is None else f"Authorization: Bearer {key}\r\n"
        self._head = (
            f"POST /{path} HTTP/1.1\r\nHost: {address}\r\n{shown}Content-Type: application/json\r\n"
            f"Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: {PROTOCOL}\r\nContent-Length: "
        ).encode()
        self._idle: list[tuple[ByteSendStream, BufferedByteReceiveStream]] = []

    async def call(self, body: bytes) -> bytes:
        if self._idle:
            sender, reader = self._idle.pop()
        else:
            stream = await anyio.connect_tcp(*self._address)
            sender, reader = stream, BufferedByteReceiveStream(stream)
        await sender.send(b"%s%d\r\n\r\n%s" % (self._head, len(body), body))
        head = (await reader.receive_until(b"\r\n\r\n", 1 << 16)).lower()
        if b"content-length: " not in head or not head.startswith(b"http/1.1 200"):
            self.unexpected(head)
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = await reader.receive_exactly(length)
        self._idle.append((sender, reader))
        return answer

    def unexpected(self, head: bytes) -> None:
        """An answer that is none to the call; what it says comes back where this returns."""
        sys.exit(f"The server did not answer as expected: {head[:200]!r}")


class StdioClient:
    """One pipe; answers are told apart by their ids."""

    def __init__(self, sender: ByteSendStream, receiver: ByteReceiveStream) -> None:
        self._sender = sender
        self._reader = BufferedByteReceiveStream(receiver)
        self._waiting: dict[bytes, anyio.Event] = {}
        self._answers: dict[bytes, bytes] = {}
        self._numbers = itertools.count(1)

    async def read(self) -> None:
        """Runs as long as the client: hands each line to whom it is for."""
        while True:
            line = await self._reader.receive_until(b"\n", LARGEST)
            number = str(json.loads(line).get("id")).encode()
            if number in self._waiting:
                self._answers[number] = line
                self._waiting.pop(number).set()

    async def call(self, body: bytes) -> bytes:
        number = b"%d" % next(self._numbers)
        done = self._waiting[number] = anyio.Event()
        await self._sender.send(body.replace(b'"id": 1', b'"id": ' + number, 1) + b"\n")
        await done.wait()
        return self._answers.pop(number)

    async def shake_hands(self) -> None:
        client = {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": {"name": "load", "version": "1"}}
        await self.call(_body("initialize", client))
        await self._sender.send(b'{"jsonrpc": "2.0", "method": "notifications/initialized"}\n')


def _body(method: str, params: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()


def asker(client: Client, tool: str) -> Ask:
    async def ask(question: str) -> None:
        if tool == PING:
            answer = await client.call(_body("ping", {}))
        else:
            answer = await client.call(_body("tools/call", {"name": tool, "arguments": {TOOLS[tool]: question}}))
        if b'"isError":true' in answer or b'"error":' in answer[:200]:
            sys.exit(f"A call failed: {answer[:400]!r}")

    return ask


async def floor_of(app: App, tenant: str, tool: str) -> Ask:
    store: Any = await app.store()
    memory, embedder = await app.memory(tenant), await app.embedder()
    bound = Bound(store.pool, memory.tenant_id)

    async def tickets(question: str) -> None:
        embedding = await embedder.embed_query(question)
        async with bound.reading() as connection:
            await connection.fetch(NEAREST, memory.tenant_id, embedding)

    async def patterns(question: str) -> None:
        embedding = await embedder.embed_query(question)
        await memory.ltm.search(text=question, embedding=embedding, filters=PatternFilter(), limit=10)

    async def facts(question: str) -> None:
        embedding = await embedder.embed_query(question)
        await memory.semantic.search(text=question, embedding=embedding, filters=FactFilter(), limit=10)

    return {"get_facts": facts, "recall_ltm": patterns}.get(tool, tickets)


async def search_of(app: App, tenant: str) -> Ask:
    """The slowest single query of a run, after the embedding: the whole search for tickets by words and meaning."""
    memory, embedder = await app.memory(tenant), await app.embedder()

    async def search(question: str) -> None:
        embedding = await embedder.embed_query(question)
        await memory.vector.search(text=question, embedding=embedding, filters=TicketFilter(), limit=10)

    return search


async def questions_of(memory: TenantMemory, count: int) -> list[str]:
    largest = await memory.vector.count_by("customer_id", TicketFilter(), limit=20)
    names = {one.customer_id: one.name for one in await memory.customers.all()}
    customers = [names.get(group.key, group.key) for group in largest]
    categories = [group.key for group in (await memory.categories())[:10]] or ["billing"]
    made = [
        phrase.format(customer=customer, category=category)
        for category, customer, phrase in itertools.product(categories, customers, PHRASES)
    ]
    return [f"{made[place % len(made)]}{' Please.' * (place // len(made))}" for place in range(count)]


def figures(took: Sequence[float], seconds: float) -> dict[str, float]:
    return {
        "p50_ms": round(statistics.median(took), 2),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
        "calls_per_s": round(len(took) / seconds, 1),
    }


async def in_turn(targets: dict[str, Ask], questions: Sequence[str]) -> dict[str, dict[str, float]]:
    """One caller: every question to each target before the next question, so that noise falls on all alike."""
    took: dict[str, list[float]] = defaultdict(list)
    for question in questions:
        for name, ask in targets.items():
            begin = time.perf_counter()
            await ask(f"{question} ({name})")  # the floor's embedding must not be the server's, nor cached
            took[name].append((time.perf_counter() - begin) * 1000)
    return {name: figures(one, sum(one) / 1000) for name, one in took.items()}


async def at_once(ask: Ask, questions: Sequence[str], callers: int) -> dict[str, float]:
    took: list[float] = []
    waiting = iter(questions)

    async def call() -> None:
        for question in waiting:
            begin = time.perf_counter()
            await ask(f"{question} ({callers})")
            took.append((time.perf_counter() - begin) * 1000)

    begin = time.perf_counter()
    async with anyio.create_task_group() as group:
        for _ in range(callers):
            group.start_soon(call)
    return figures(took, time.perf_counter() - begin)


def _command(tenant: str, transport: str) -> list[str]:
    script = "from moe_memorygraph.cli import main; main()"
    port = ["--port", "0"] if transport == "http" else []
    return [sys.executable, "-c", script, "serve", "--transport", transport, "--tenant", tenant, *port]


@contextmanager
def serving(tenant: str, environment: dict[str, str]) -> Iterator[str]:
    """A server process on a free port; its URL. What it logs goes to a file: nobody reads a pipe here."""
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(_command(tenant, "http"), stderr=log, env=environment)
        try:
            yield _url(process, log)
        finally:
            process.terminate()
            process.wait(timeout=60)


def _url(process: "subprocess.Popen[bytes]", log: Any) -> str:
    while process.poll() is None:
        log.seek(0)
        for line in log:
            if " at http://" in line and line.endswith("\n"):
                return str(line.split(" at ")[1].split()[0])
        time.sleep(0.05)
    sys.exit("The server did not start; try `memorygraph serve` yourself.")


@asynccontextmanager
async def connected(transport: str, tenant: str, settings: Settings) -> AsyncIterator[Client]:
    environment = {**os.environ, "MEMORYGRAPH_HOME": str(settings.home)}
    if transport == "http":
        with serving(tenant, environment) as url:
            yield HttpClient(url)
        return
    command = _command(tenant, "stdio")
    async with await anyio.open_process(command, env=environment, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        client = StdioClient(process.stdin, process.stdout)
        async with anyio.create_task_group() as group:
            group.start_soon(client.read)
            await client.shake_hands()
            yield client
            group.cancel_scope.cancel()
        process.terminate()


@asynccontextmanager
async def tenant_of(options: argparse.Namespace) -> AsyncIterator[tuple[App, str]]:
    if options.tenant:
        async with open_app(load_settings(**({"home": Path(options.home)} if options.home else {}))) as app:
            yield app, options.tenant
        return
    with temporary_folder("load") as folder:
        async with open_app(load_settings(home=folder / HOME, database_url=None)) as app:
            await load_generated(app, folder / "sample", options.rows)
            yield app, GENERATED


async def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    async with tenant_of(options) as (app, tenant):
        memory = await app.memory(tenant)
        questions = await questions_of(memory, options.calls)
        tickets = await memory.vector.count(TicketFilter())
        async with connected(options.transport, tenant, app.settings) as client:
            for tool in options.tools:
                targets = {
                    tool: asker(client, tool),
                    "floor": await floor_of(app, tenant, tool),
                    "search": await search_of(app, tenant),
                    PING: asker(client, PING),
                }
                await in_turn(targets, [f"{question} Now." for question in questions[:WARM_UP]])
                for callers in options.callers:
                    if callers == 1:
                        measured = await in_turn(targets, questions)
                    else:
                        measured = {name: await at_once(ask, questions, callers) for name, ask in targets.items()}
                    ratio = measured[tool]["p50_ms"] / measured["floor"]["p50_ms"]
                    rows += [
                        {"tool": tool, "what": name, "callers": callers, "tickets": tickets, **one}
                        | ({"ratio": round(ratio, 2)} if name == tool else {})
                        for name, one in measured.items()
                    ]
    return rows


def numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def tools(text: str) -> list[str]:
    chosen = text.split(",")
    if not set(chosen) <= set(TOOLS):
        raise argparse.ArgumentTypeError(f"one or more of {', '.join(TOOLS)}")
    return chosen


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure tools over a transport, and the floor under them.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--tenant")
    source.add_argument("--rows", type=int, help="generate a tenant of so many tickets")
    parser.add_argument("--home", help="MEMORYGRAPH_HOME; default: the environment's")
    parser.add_argument("--tools", type=tools, default=["query_customer_intel"], help="default: query_customer_intel")
    parser.add_argument("--transport", choices=("http", "stdio"), default="http")
    parser.add_argument("--calls", type=int, default=200, help="per number of callers; default: %(default)s")
    parser.add_argument("--callers", type=numbers, default=[1, 16], help="default: 1,16")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("WARNING")
    rows = run_in_loop(partial(run, options))
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{options.transport}, {options.calls} calls each, {rows[0]['tickets']} tickets")
    print(f"{'':24}{'callers':>8}{'p50 ms':>10}{'p95 ms':>10}{'calls/s':>10}{'of floor':>10}")
    for row in rows:
        name = row["what"] if row["what"] == row["tool"] else f"  {row['what']}"
        line = f"{name:24}{row['callers']:>8}{row['p50_ms']:>10}{row['p95_ms']:>10}{row['calls_per_s']:>10}"
        print(line + (f"{row['ratio']:>10}" if "ratio" in row else ""))


if __name__ == "__main__":
    main()
