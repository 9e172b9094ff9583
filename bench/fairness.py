"""Whether one tenant's flood slows another's calls: a real server over HTTP, two tenants with keys of their own.

`python bench/fairness.py --rows 1000` makes both in a temporary home. In each round tenant `one` asks, one question after
the other, first alone and then while tenant `flood` has 64 callers at work: they ask questions too, or load tickets
(`--flood load`). Beside the server as it is, one whose calls wait in a single queue, first come, first served, takes
turns with it in the same run, so that noise falls on both alike. What counts is the ratio of the 95th percentiles.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from http_load import TOOLS, HttpClient, _body, _url, figures, questions_of

from moe_memorygraph.cli.benching import load_generated
from moe_memorygraph.cli.shell import HOME, temporary_folder
from moe_memorygraph.errors import Unavailable
from moe_memorygraph.loop import run_in_loop
from moe_memorygraph.server import mcp
from moe_memorygraph.server.app import open_app
from moe_memorygraph.server.auth.keys import new_key, seal_of
from moe_memorygraph.settings import load_settings
from moe_memorygraph.telemetry import configure_logging

ONE, FLOOD = "one", "flood"
IN_ONE_QUEUE = "--serve-in-one-queue"
WARM_UP = 10
SETTLING = 2.0  # seconds from the beginning of a flood until the other's calls are measured
LOADED_AT_ONCE = 50  # tickets


class OneQueue:
    """In place of `Admission`: all tenants in one queue, first come, first served."""

    def __init__(self, *, at_work: int, waiting: int, **_: Any) -> None:
        self._slots = anyio.Semaphore(at_work, fast_acquire=True)
        self._most = at_work + waiting
        self._inside = 0

    def enter(self, tenant_key: str, *, most: int | None = None) -> AbstractAsyncContextManager[None]:  # noqa: ARG002
        return self._entered()

    @asynccontextmanager
    async def _entered(self) -> AsyncIterator[None]:
        if self._inside >= self._most:
            raise Unavailable("The server is busy: too many calls are waiting.", "Try again in a few seconds.")
        self._inside += 1
        try:
            async with self._slots:
                yield
        finally:
            self._inside -= 1


class PatientClient(HttpClient):
    """One that counts what was refused, and goes on."""

    def __init__(self, url: str, *, key: str) -> None:
        super().__init__(url, key=key)
        self.refused = 0

    def unexpected(self, head: bytes) -> None:  # noqa: ARG002
        self.refused += 1

    async def call(self, body: bytes) -> bytes:
        answer = await super().call(body)
        self.refused += b'"isError":true' in answer
        return answer


@dataclass(kw_only=True)
class Server:
    """One server, and what was measured of it."""

    name: str
    url: str
    keys: dict[str, str]
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0
    flooded: int = 0
    refused: int = 0
    seconds: float = 0.0

    async def ask(self, questions: Sequence[str], tool: str, when: str, pause: float) -> None:
        client = PatientClient(self.url, key=self.keys[ONE])
        for question in questions:
            begin = time.perf_counter()
            await client.call(_call(tool, {TOOLS[tool]: question}))
            self.took[when].append((time.perf_counter() - begin) * 1000)
            await anyio.sleep(pause)
        self.failed += client.refused

    async def flood(self, bodies: Iterator[bytes]) -> None:
        """One caller, until it is cancelled."""
        client = PatientClient(self.url, key=self.keys[FLOOD])
        for body in bodies:
            await client.call(body)
            self.flooded += 1
            self.refused, client.refused = self.refused + client.refused, 0

    def report(self) -> dict[str, Any]:
        alone, beside = (figures(self.took[when], sum(self.took[when]) / 1000) for when in ("alone", "beside"))
        return {
            "server": self.name,
            "alone": {name: alone[name] for name in ("p50_ms", "p95_ms")},
            "beside_the_flood": {name: beside[name] for name in ("p50_ms", "p95_ms")},
            "ratio_p50": round(beside["p50_ms"] / alone["p50_ms"], 2),
            "ratio_p95": round(beside["p95_ms"] / alone["p95_ms"], 2),
            "failed": self.failed,
            "flood_calls_per_s": round(self.flooded / self.seconds, 1),
            "flood_refused": self.refused,
        }


def _call(tool: str, arguments: dict[str, Any]) -> bytes:
    return _body("tools/call", {"name": tool, "arguments": arguments})


def asking(tool: str, questions: Sequence[str]) -> Iterator[bytes]:
    for number, question in enumerate(itertools.cycle(questions)):
        yield _call(tool, {TOOLS[tool]: f"{question} ({number})"})


def loading(customers: Sequence[str]) -> Iterator[bytes]:
    for number in itertools.count():
        rows = [
            {
                "ticket_id": f"flood-{os.getpid()}-{number}-{row}",
                "customer": customers[row % len(customers)],
                "created_at": "2025-10-01",
                "body": f"The export of report {number} stops at row {row} since the update, and nobody could say why.",
            }
            for row in range(LOADED_AT_ONCE)
        ]
        yield _call("ingest_tickets", {"tickets": rows})


@contextmanager
def serving(home: Path, *, in_one_queue: bool) -> Iterator[str]:
    """A server of callers with keys, on a free port; its URL."""
    arguments = ["serve", "--transport", "http", "--port", "0"]
    command = [sys.executable, __file__, *([IN_ONE_QUEUE] if in_one_queue else ["--serve"]), *arguments]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEMORYGRAPH_")}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, stderr=log, env={**kept, "MEMORYGRAPH_HOME": str(home)})
        try:
            yield _url(process, log)
        finally:
            process.terminate()
            process.wait(timeout=60)


async def prepared(home: Path, folder: Path, rows: int) -> tuple[dict[str, str], list[str], list[str]]:
    """Both tenants: their keys, questions to ask, and customers."""
    settings = load_settings(home=home, database_url=None)
    keys: dict[str, str] = {}
    async with open_app(settings) as app:
        seal, now = seal_of(await app.secret(), settings), datetime.now(UTC)
        for tenant in (ONE, FLOOD):
            await load_generated(app, folder / "sample", rows, tenant=tenant)
            memory = await app.memory(tenant)
            scopes = ("read", "admin")
            keys[tenant], kept = new_key(seal, tenant, name="", scopes=scopes, now=now, expires_at=None)
            await memory.keys.add(kept)
        memory = await app.memory(ONE)
        questions = await questions_of(memory, 1000)
        return keys, questions, [one.customer_id for one in await memory.customers.all()][:20]


async def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    with temporary_folder("fairness") as folder, ExitStack() as stack:
        home = folder / HOME
        keys, questions, customers = await prepared(home, folder, options.rows)
        servers = [
            Server(name=name, url=stack.enter_context(serving(home, in_one_queue=name == "one queue")), keys=keys)
            for name in ("as it is", "one queue")
        ]
        unused = iter(questions)
        for server in servers:
            await server.ask([next(unused) for _ in range(WARM_UP)], options.tool, "warm-up", 0)
        for round_ in range(options.rounds):
            for server in servers if round_ % 2 == 0 else servers[::-1]:
                mine = [f"{next(unused)} ({server.name})" for _ in range(options.calls)]
                await server.ask(mine, options.tool, "alone", options.pause)
                bodies = loading(customers) if options.flood == "load" else asking(options.tool, questions)
                begin = time.perf_counter()
                async with anyio.create_task_group() as group:
                    for _ in range(options.callers):
                        group.start_soon(server.flood, bodies)
                    await anyio.sleep(SETTLING)
                    await server.ask([f"{one} Please." for one in mine], options.tool, "beside", options.pause)
                    group.cancel_scope.cancel()
                server.seconds += time.perf_counter() - begin
                await anyio.sleep(1)  # what was given up ends
        return [server.report() for server in servers]


def serve(arguments: Sequence[str]) -> None:
    """This process is a server."""
    if arguments[0] == IN_ONE_QUEUE:
        mcp.Admission = OneQueue  # type: ignore[assignment,misc]
    from moe_memorygraph.cli import main as command

    sys.argv = ["memorygraph", *arguments[1:]]
    command()


def main() -> None:
    parser = argparse.ArgumentParser(description="How much one tenant's flood slows another's calls.")
    parser.add_argument("--rows", type=int, default=1000, help="tickets of each tenant; default: %(default)s")
    parser.add_argument("--calls", type=int, default=60, help="measured, per round and server; default: %(default)s")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--callers", type=int, default=64, help="of the flood; default: %(default)s")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between the other tenant's calls")
    parser.add_argument("--tool", choices=tuple(TOOLS), default="query_customer_intel")
    parser.add_argument("--flood", choices=("ask", "load"), default="ask")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("WARNING")
    rows = run_in_loop(partial(run, options))
    if options.json:
        print(json.dumps(rows))
        return
    print(f"{options.tool}, {options.callers} callers that {options.flood}, {options.rows} tickets each")
    heads = ("alone p50", "p95", "beside p50", "p95", "ratio p50", "p95", "failed", "flood/s", "refused")
    print(f"{'server':12}" + "".join(f"{head:>11}" for head in heads))
    for row in rows:
        alone, beside = row["alone"], row["beside_the_flood"]
        told = (alone["p50_ms"], alone["p95_ms"], beside["p50_ms"], beside["p95_ms"], row["ratio_p50"])
        more = (row["ratio_p95"], row["failed"], row["flood_calls_per_s"], row["flood_refused"])
        print(f"{row['server']:12}" + "".join(f"{one:>11}" for one in (*told, *more)))


if __name__ == "__main__":
    if sys.argv[1:2] in ([IN_ONE_QUEUE], ["--serve"]):
        serve(sys.argv[1:])
    else:
        main()
