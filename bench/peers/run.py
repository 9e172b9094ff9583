"""Memory systems side by side on LoCoMo: the same turns, questions and vectors, one run.

    python bench/peers/run.py --locomo PATH --work FOLDER [--peers chroma,mem0,...] [--questions N] [--json]

Each peer lives in a virtual environment and a process of its own, made under FOLDER (some 2 GB for all) and kept there
for the next run. A peer that does not install or start is left out, and why is printed. See README.md beside this.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep
from typing import Any
from urllib.parse import quote

import numpy as np

from moe_memorygraph.embedding import Vectors
from moe_memorygraph.embedding.onnx import OnnxModel, model_folder
from moe_memorygraph.evaluation.retrieval import mean_figures, retrieval_figures
from moe_memorygraph.evaluation.suites import Suite, read_locomo
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.embedded.attachment import Attachment

HERE = Path(__file__).resolve().parent
DEEPEST = 20
SHOWN = ("recall@5", "recall@10", "recall@20", "mrr", "all@10")


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A system to measure and what it needs."""

    script: str
    packages: Sequence[Sequence[str]] = ()
    """Installed in this order, in steps; none: the environment that runs this."""
    mode: str = ""
    database: bool = False
    """Gets an empty database with pgvector."""
    environment: str = ""
    """Whose environment it shares; its own otherwise."""


TXTAI = (("torch==2.13.0",), ("txtai",))
PEERS: Mapping[str, Peer] = {
    "memorygraph": Peer(script="ourselves.py"),
    "mem0": Peer(
        script="mem0_memory.py", packages=(("mem0ai", "psycopg[binary,pool]", "pgvector", "numpy"),), database=True
    ),
    "langgraph": Peer(
        script="langgraph_store.py",
        packages=(("langgraph-checkpoint-postgres", "psycopg[binary]", "numpy"),),
        database=True,
    ),
    "chroma": Peer(script="chroma.py", packages=(("chromadb", "numpy"),)),
    "txtai": Peer(script="txtai_index.py", packages=TXTAI, mode="dense", environment="txtai"),
    "txtai-hybrid": Peer(script="txtai_index.py", packages=TXTAI, mode="hybrid", environment="txtai"),
}


class LeftOut(Exception):
    """Why a peer is not measured."""


@dataclass(slots=True)
class Running:
    """A peer's process and what was measured of it."""

    process: "subprocess.Popen[str]"
    log: Path
    most: int = 0
    added: int = 0
    add_ms: list[float] = field(default_factory=list)
    search_ms: list[float] = field(default_factory=list)
    figures: list[dict[str, float]] = field(default_factory=list)

    def call(self, asked: Mapping[str, object]) -> dict[str, Any]:
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(asked) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise LeftOut(self.last_words()) from error
        return self.answer()

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise LeftOut(self.last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def last_words(self) -> str:
        lines = [line for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
        return lines[-1][:300] if lines else "it ended without a word"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--locomo", type=Path, required=True, metavar="PATH")
    parser.add_argument("--work", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated; all: " + ",".join(PEERS))
    parser.add_argument("--questions", type=int, default=0, help="ask so many, spread evenly; 0: all")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    names = arguments.peers.split(",")
    if unknown := [name for name in names if name not in PEERS]:
        parser.error(f"no peer is called {', '.join(unknown)}")
    suite = read_locomo(arguments.locomo)
    work = arguments.work.resolve()
    data = work / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    embed_ms = write_texts(suite, data)
    with ExitStack() as stack:
        running = started(names, work, data, stack)
        load(running, suite)
        ask(running, suite, arguments.questions)
        report = {
            "machine": {"platform": platform.platform(), "cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)},
            "turns": len(suite.tickets),
            "embedding": embed_ms,
            "systems": {name: figures_of(one) for name, one in running.items()},
        }
    if arguments.json:
        print(json.dumps(report, indent=1))
    else:
        show(report)
    return 0


def write_texts(suite: Suite, data: Path) -> dict[str, float]:
    """Vectors of all texts for all peers, and what one costs: turns as told to the peers, as we store them, questions."""
    model = OnnxModel.load(model_folder())
    turns = list(dict.fromkeys(text for row in suite.tickets for text in (told(row), str(row["body"]))))
    questions = [text for text in dict.fromkeys(probe.text for probe in suite.probes) if text not in set(turns)]
    begin = perf_counter()
    rows = [embedded_passages(model, turns)]
    turn_ms = 1000 * (perf_counter() - begin) / len(turns)
    taken = []
    for text in questions:
        begin = perf_counter()
        rows.append(model.encode_queries([text]))
        taken.append(1000 * (perf_counter() - begin))
    np.save(data / "vectors.npy", np.concatenate(rows))
    (data / "texts.json").write_text(json.dumps(turns + questions), encoding="utf-8")
    (data / "rows.json").write_text(json.dumps(list(suite.tickets), default=str), encoding="utf-8")
    return {
        "turn_ms": round(turn_ms, 2),
        "question_p50_ms": round(float(np.percentile(taken, 50)), 2),
        "question_p95_ms": round(float(np.percentile(taken, 95)), 2),
    }


def told(row: Mapping[str, object]) -> str:
    return f"{row['author']}: {row['body']}"


def embedded_passages(model: OnnxModel, texts: Sequence[str]) -> Vectors:
    plan = model.plan_passages(texts)
    rows = np.empty((len(texts), model.info.dimension), np.float32)
    for batch in plan.batches:
        rows[list(batch)] = plan.encode(batch)
    return rows


def started(names: Sequence[str], work: Path, data: Path, stack: ExitStack) -> dict[str, Running]:
    """The peers that install and start; says of the others why not."""
    server = None
    if any(PEERS[name].database for name in names):
        server = stack.enter_context(database_server(work / "postgres"))
    running = {}
    for name in names:
        peer = PEERS[name]
        try:
            python = environment(work / "environments" / (peer.environment or name), peer)
            argument = new_database(server, name) if server is not None and peer.database else peer.mode
            begin = perf_counter()
            running[name] = stack.enter_context(process(name, [str(python), str(HERE / peer.script)], data, argument))
            print(f"{name} started in {perf_counter() - begin:.1f} s", file=sys.stderr)
        except LeftOut as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
    return running


def environment(folder: Path, peer: Peer) -> Path:
    """The Python of the peer's virtual environment, made where it is not there."""
    if not peer.packages:
        return Path(sys.executable)
    python = folder / "bin" / "python"
    if (folder / "complete").exists():
        return python
    print(f"Installing {' '.join(one for step in peer.packages for one in step)} ...", file=sys.stderr)
    venv.create(folder, with_pip=True, clear=True)
    for step in peer.packages:
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *step]
        done = subprocess.run(["nice", "-n", "10", *command], capture_output=True, text=True, check=False)
        if done.returncode:
            raise LeftOut("pip: " + (done.stderr.strip().splitlines() or ["failed"])[-1][:300])
    (folder / "complete").touch()
    return python


@contextmanager
def database_server(folder: Path) -> Iterator[EmbeddedServer]:
    """An embedded PostgreSQL with pgvector for the peers that need one; we have our own."""
    attachment = Attachment(folder)
    try:
        while (server := attachment.step()) is None:
            sleep(0.02)
        attachment.watch()
        yield server
    finally:
        attachment.close()


def new_database(server: EmbeddedServer, name: str) -> str:
    """The address of an empty database; the statements run through asyncpg, which comes with the product."""
    import anyio
    import asyncpg

    async def make() -> None:
        place: dict[str, Any] = {"host": str(server.socket_dir), "port": server.port}
        user = {"user": server.superuser, "password": server.superuser_password}
        connection = await asyncpg.connect(**place, **user, database=server.database)
        await connection.execute(f'DROP DATABASE IF EXISTS "peer_{name}"')
        await connection.execute(f'CREATE DATABASE "peer_{name}" TEMPLATE template0')
        await connection.close()
        connection = await asyncpg.connect(**place, **user, database=f"peer_{name}")
        await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        await connection.close()

    anyio.run(make)
    who = f"{quote(server.superuser)}:{quote(server.superuser_password, safe='')}"
    return f"postgresql://{who}@/peer_{name}?host={quote(str(server.socket_dir), safe='')}&port={server.port}"


@contextmanager
def process(name: str, command: Sequence[str], data: Path, argument: str) -> Iterator[Running]:
    folder = data / name
    folder.mkdir()
    for file in ("texts.json", "vectors.npy", "rows.json"):
        (folder / file).symlink_to(data / file)
    log = folder / "log.txt"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [*command, str(folder), argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={
                **os.environ,
                "TOKENIZERS_PARALLELISM": "false",
                "HF_HUB_OFFLINE": "1",
                "ANONYMIZED_TELEMETRY": "False",
            },
        ) as child,
    ):
        try:
            running = Running(child, log)
            running.most = int(running.answer()["most"])
            yield running
        finally:
            if child.stdin is not None:
                child.stdin.close()  # it ends with its input


def load(running: dict[str, Running], suite: Suite) -> None:
    """All turns into every peer, conversation by conversation, the peers in turn."""
    by_customer: dict[str, list[list[str]]] = defaultdict(list)
    for row in suite.tickets:
        by_customer[str(row["customer"])].append([str(row["ticket_id"]), str(row["customer"]), told(row)])
    for items in by_customer.values():
        for name, one in list(running.items()):
            try:
                for start in range(0, len(items), one.most):
                    part = items[start : start + one.most]
                    one.add_ms.append(one.call({"do": "add", "items": part})["ms"])
                    one.added += len(part)
            except LeftOut as reason:
                print(f"{name} is left out: {reason}", file=sys.stderr)
                del running[name]
        taken = ", ".join(f"{name} {sum(one.add_ms) / 1000:.1f} s" for name, one in running.items())
        print(f"{len(items)} turns more: {taken}", file=sys.stderr)


def ask(running: dict[str, Running], suite: Suite, questions: int) -> None:
    """Every question of every peer before the next one, each time another peer first."""
    step = max(1, len(suite.probes) // questions) if questions else 1
    for number, probe in enumerate(suite.probes[::step]):
        names = list(running)
        first = number % max(1, len(names))
        for name in names[first:] + names[:first]:
            one = running[name]
            try:
                answer = one.call({"do": "search", "text": probe.text, "customer": probe.customer, "k": DEEPEST})
            except LeftOut as reason:
                print(f"{name} is left out: {reason}", file=sys.stderr)
                del running[name]
                continue
            one.search_ms.append(answer["ms"])
            one.figures.append(retrieval_figures(list(dict.fromkeys(answer["found"])), probe.wanted))


def figures_of(one: Running) -> dict[str, float]:
    found = mean_figures(one.figures)
    return {
        "questions": len(one.figures),
        **{name: found[name] for name in SHOWN if name in found},
        "add_batch": one.most,
        "add_ms_per_turn": round(sum(one.add_ms) / max(1, one.added), 2),
        **percentiles("add_call", one.add_ms),
        **percentiles("search", one.search_ms),
    }


def percentiles(name: str, taken: Sequence[float]) -> dict[str, float]:
    return {f"{name}_p{one}_ms": round(float(np.percentile(taken, one)), 2) for one in (50, 95)} if taken else {}


def show(report: Mapping[str, Any]) -> None:
    print(report["machine"], "turns:", report["turns"], "embedding:", report["embedding"])
    columns = (
        "questions",
        *SHOWN,
        "add_ms_per_turn",
        "add_call_p50_ms",
        "add_call_p95_ms",
        "search_p50_ms",
        "search_p95_ms",
    )
    print("| system | " + " | ".join(columns) + " |")
    print("| --- |" + " --- |" * len(columns))
    for name, figures in report["systems"].items():
        print(f"| {name} | " + " | ".join(str(figures.get(column, "–")) for column in columns) + " |")


if __name__ == "__main__":
    raise SystemExit(main())
