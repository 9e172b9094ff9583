"""How search grows: tenants of 10 thousand, 100 thousand, a million tickets, and a thousand small ones.

    python bench/growth.py --sizes 10000,100000
    python bench/growth.py --sizes 10000,100000,1000000 --tenants 200x1000 --home /tmp/growth --json

Texts are not embedded: a million would take hours and measure the embedder. Vectors are drawn from a mixture of
Gaussians that is fitted to real ones (of the sample corpus, or of a tenant of `--fit HOME:TENANT`): centres by k-means,
the spread within them with its full covariance. Texts come from templates over a vocabulary with Zipf's frequencies,
of which each centre prefers some words; so words and meaning both have something to find. Rows go in through the
product's own `put_many`, the index is built by the product's own upkeep, and all tenants stand in one database, each
measured in turn, so that the ratios come from one run. Recall is counted by distance, as ann-benchmarks does: a hit is
what is no farther than the tenth of an exact comparison, within a thousandth. `--keep` leaves the home; run again, what stands is not loaded.
"""

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.embedding import open_embedder
from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer, open_embedded
from moe_memorygraph.memory.postgres.embedded.layout import Layout
from moe_memorygraph.memory.postgres.migration import connect_admin
from moe_memorygraph.memory.postgres.tenant import PostgresTenant
from moe_memorygraph.memory.values import (
    Customer,
    IndexProgress,
    PreviewRequest,
    Tenant,
    Ticket,
    TicketFilter,
    TicketPassage,
    tenant_id_of,
)
from moe_memorygraph.sample import generate_sample
from moe_memorygraph.telemetry import configure_logging

SEED = 7
CENTRES = 200
VOCABULARY = 30_000
WORDS = 45  # of a ticket, in the mean
PREFERRED = 60  # words that a centre prefers
PUT = 1000  # tickets of one put_many
FIRST = datetime(2022, 1, 1, tzinfo=UTC)
LAST = datetime(2025, 12, 31, tzinfo=UTC)
NEAR_TIE = 1e-3  # of a distance: what rounding to 16 bits makes of equals
CUSTOMER = "C-0007"
CATEGORY = "topic-3"

BY_MEANING = """
SELECT distance FROM mg_nearest($1, NULL, NULL, NULL, NULL, NULL, NULL, false, $2::halfvec, NULL, $3)
"""
EXACTLY = """
SELECT (embedding::halfvec({dim})) <=> $2::halfvec({dim}) FROM mg.ticket_embedding WHERE tenant_id = $1
ORDER BY (embedding::halfvec({dim})) <=> $2::halfvec({dim}) LIMIT $3
"""

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Centres (c, dim), their shares (c,), and the Cholesky factor (dim, dim) of the spread that they have in common."""

    centres: Matrix
    shares: NDArray[np.float64]
    spread: Matrix

    def draw(self, rng: np.random.Generator, count: int) -> tuple[NDArray[np.int64], Matrix]:
        """Which centre each vector belongs to, and the vectors: (count, dim), unit length."""
        owners = rng.choice(len(self.shares), size=count, p=self.shares)
        noise = rng.standard_normal((count, self.spread.shape[0]), dtype=np.float32) @ self.spread.T
        vectors = self.centres[owners] + noise
        return owners, vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def fit_mixture(vectors: Matrix, *, centres: int = CENTRES, rounds: int = 12) -> Mixture:
    rng = np.random.default_rng(SEED)
    means = vectors[rng.choice(len(vectors), size=min(centres, len(vectors) // 4), replace=False)].copy()
    for _ in range(rounds):
        owners = np.argmax(vectors @ means.T, axis=1)
        for one in np.unique(owners):
            mean = vectors[owners == one].mean(axis=0)
            means[one] = mean / np.linalg.norm(mean)
    owners = np.argmax(vectors @ means.T, axis=1)
    sizes = np.bincount(owners, minlength=len(means))
    centre = np.stack([vectors[owners == one].mean(axis=0) if sizes[one] else means[one] for one in range(len(means))])
    within = vectors - centre[owners]
    covariance = within.T @ within / max(len(vectors) - len(means), 1)
    spread = np.linalg.cholesky(covariance.astype(np.float64) + 1e-7 * np.eye(vectors.shape[1]))
    return Mixture(centre.astype(np.float32), sizes / sizes.sum(), spread.astype(np.float32))


class Language:
    """Words with Zipf's frequencies; a third of a ticket's are drawn from those that its centre prefers."""

    def __init__(self, centres: int) -> None:
        rng = np.random.default_rng(SEED + 1)
        syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
        made = dict.fromkeys("".join(rng.choice(syllables, size=int(n))) for n in rng.integers(2, 5, 3 * VOCABULARY))
        self._words = np.array(list(made)[:VOCABULARY])
        ranks = np.arange(1, len(self._words) + 1, dtype=np.float64)
        self._shares = (1 / ranks**1.05) / np.sum(1 / ranks**1.05)
        self._preferred = rng.integers(200, len(self._words), size=(centres, PREFERRED))

    def texts(self, rng: np.random.Generator, owners: NDArray[np.int64], *, words: int) -> list[str]:
        shape = (len(owners), words)
        common = rng.choice(len(self._words), size=shape, p=self._shares)
        own = self._preferred[owners[:, None], (rng.random(shape) ** 2 * PREFERRED).astype(int)]
        picked = self._words[np.where(rng.random(shape) < 1 / 3, own, common)]
        return [f"We {' '.join(row[: words // 2])} and the {' '.join(row[words // 2 :])}." for row in picked]


@dataclass(frozen=True, slots=True)
class World:
    """All that tickets and questions are drawn from."""

    mixture: Mixture
    language: Language

    def tickets(self, seed: int, count: int) -> Iterator[list[Ticket]]:
        rng = np.random.default_rng([SEED, seed])
        for begin in range(0, count, PUT):
            number = min(PUT, count - begin)
            owners, vectors = self.mixture.draw(rng, number)
            bodies = self.language.texts(rng, owners, words=int(rng.integers(WORDS - 15, WORDS + 16)))
            moments = rng.random(number)
            customers = rng.zipf(1.3, size=number) % 2000
            yield [
                Ticket(
                    ticket_id=f"T-{begin + row:07d}",
                    customer_id=f"C-{customers[row]:04d}",
                    created_at=FIRST + float(moments[row]) * (LAST - FIRST),
                    body=body,
                    category=f"topic-{owners[row] % 40}",
                    channel=("mail", "chat", "phone")[row % 3],
                    passages=(TicketPassage(part=0, field="body", start=0, stop=len(body), embedding=vectors[row]),),
                )
                for row, body in enumerate(bodies)
            ]

    def questions(self, count: int) -> list[tuple[str, Matrix]]:
        rng = np.random.default_rng([SEED, 2**31])
        owners, vectors = self.mixture.draw(rng, count)
        return list(zip(self.language.texts(rng, owners, words=8), vectors, strict=True))


async def real_vectors(source: str | None) -> Matrix:
    """Vectors of a tenant (`HOME:TENANT`), or of the sample corpus, embedded now."""
    if source is not None:
        home, _, key = source.rpartition(":")
        async with open_embedded(Path(home)) as server, open_store(server, pool_size=2) as store:
            return await store.tenant(tenant_id_of(key)).sample_vectors("vector", limit=20_000)
    texts = [f"{ticket.subject}\n{ticket.body}" for ticket in generate_sample().tickets]
    async with open_embedder() as embedder:
        await embedder.ready()
        return np.asarray(await embedder.embed_passages(texts), dtype=np.float32)


@dataclass(slots=True)
class Bench:
    """The database under measurement."""

    home: Path
    server: EmbeddedServer
    store: PostgresStore
    world: World
    memories: dict[str, PostgresTenant] = field(default_factory=dict)

    async def load(self, key: str, rows: int, *, seed: int) -> dict[str, Any]:
        """Fill a tenant and build its index, unless it stands already."""
        tenant_id = tenant_id_of(key)
        await self.store.create_tenant(Tenant(tenant_id=tenant_id, key=key, name=key))
        memory = self.store.tenant(tenant_id)
        stored = await memory.vector.count(TicketFilter())
        if stored >= rows:
            return {}
        await memory.customers.put_many([Customer(customer_id=f"C-{n:04d}", name=f"Company {n}") for n in range(2000)])
        batches, done, begin = self.world.tickets(seed, rows), 0, perf_counter()
        while (batch := await anyio.to_thread.run_sync(next, batches, None)) is not None:
            done += len(batch)
            if done <= stored:  # by a run that was interrupted
                begin = perf_counter()
                continue
            await memory.vector.put_many(batch)
            if done % 100_000 == 0:
                say(f"{key}: {done:,} rows, {(done - stored) / (perf_counter() - begin):,.0f} a second")
        loaded = perf_counter()
        await self.store.build_index(tenant_id, wait=True, on_progress=teller(key))
        built = perf_counter()
        await memory.maintain()
        rate = (rows - stored) / (loaded - begin)
        return {"load_rows_per_s": round(rate), "index_build_s": round(built - loaded, 1)}

    async def settle(self) -> None:
        """What autovacuum would do in time: statistics and visibility, so that every size is measured alike."""
        async with self.admin() as connection:
            await connection.execute("SET maintenance_work_mem = '1GB'")
            for table in ("ticket", "ticket_passage", "ticket_embedding", "customer"):
                await connection.execute(f"VACUUM (ANALYZE) mg.{table}")
            await connection.execute("CHECKPOINT")

    def admin(self) -> Any:
        server = self.server
        where = {"host": str(server.socket_dir), "port": server.port, "database": server.database}
        return connect_admin(**where, user=server.superuser, password=server.superuser_password)

    async def sizes(self, key: str) -> dict[str, Any]:
        """Bytes of the tenant's own indexes, and how many tickets the filters keep."""
        need = await self.store.index_need(tenant_id_of(key))
        async with self.admin() as connection:
            size = "SELECT pg_relation_size(to_regclass($1))"
            bytes_of = {name: await connection.fetchval(size, f"mg.{name}") for name in need.present}
        count = self.store.tenant(tenant_id_of(key)).vector.count
        return {
            "index_bytes": bytes_of,
            "of_customer": await count(TicketFilter(customer_ids=(CUSTOMER,))),
            "of_category": await count(TicketFilter(categories=(CATEGORY,))),
        }

    async def totals(self) -> dict[str, Any]:
        async with self.admin() as connection:
            rows = await connection.fetchval("SELECT count(*) FROM mg.ticket_embedding")
            own = "(SELECT coalesce(sum(pg_relation_size(indexrelid)), 0)::bigint FROM pg_index WHERE indrelid = c.oid AND indpred IS NOT NULL)"
            tables = await connection.fetch(
                f"SELECT relname, pg_total_relation_size(c.oid) - {own} AS bytes FROM pg_class AS c"
                " WHERE relname IN ('ticket', 'ticket_passage', 'ticket_embedding') ORDER BY relname"
            )
        return {
            "rows": rows,
            "bytes_per_million": {row["relname"]: round(row["bytes"] / rows * 1e6) for row in tables},
            "server_memory_bytes": server_memory(self.home),
        }

    async def questions(self, key: str, questions: list[tuple[str, Matrix]]) -> dict[str, list[Any]]:
        """Milliseconds of each kind of look for each question, and the recall of the index against exact comparison."""
        memory = await self.known(key)
        taken: dict[str, list[Any]] = {}

        async def timed(name: str, call: Callable[[], Awaitable[Any]]) -> Any:
            begin = perf_counter()
            result = await call()
            taken.setdefault(name, []).append((perf_counter() - begin) * 1000)
            return result

        now = datetime.now(UTC)
        for text, vector in questions:
            near = await timed("by_meaning", partial(self.nearest, memory, vector))
            exact = await self.nearest(memory, vector, exact=True)
            farthest = exact[:10][-1] * (1 + NEAR_TIE)
            taken.setdefault("recall", []).append(sum(one <= farthest for one in near[:10]) / len(exact[:10]))
            search = partial(memory.vector.search, text=text, embedding=vector, limit=10)
            found = await timed("search", partial(search, filters=TicketFilter()))
            assert len(found) == 10
            await timed("search_customer", partial(search, filters=TicketFilter(customer_ids=(CUSTOMER,))))
            await timed("search_category", partial(search, filters=TicketFilter(categories=(CATEGORY,))))
            await timed("preview", partial(memory.preview, PreviewRequest(text=text), now=now))
        return taken

    async def known(self, key: str) -> PostgresTenant:
        """A tenant as a process knows it after its first search: how widely an index is looked through hangs on its size."""
        if key not in self.memories:
            self.memories[key] = self.store.tenant(tenant_id_of(key))
            await self.memories[key].vector.search(text="first", embedding=None, filters=TicketFilter(), limit=1)
        return self.memories[key]

    async def nearest(self, memory: PostgresTenant, vector: Matrix, *, exact: bool = False) -> list[float]:
        """Distances of the hundred closest, in order."""
        async with memory._bound.reading() as connection:
            if exact:
                await connection.execute("SET LOCAL enable_indexscan = off; SET LOCAL statement_timeout = '60s'")
            sql = EXACTLY.format(dim=len(vector)) if exact else BY_MEANING
            rows = await connection.fetch(sql, memory.tenant_id, vector, 100, timeout=60)
        return [row[0] for row in rows]


def server_memory(home: Path) -> int:
    """Proportional set size of PostgreSQL's processes: shared memory counted once."""
    postmaster = Layout(home / "postgres").postmaster()
    assert postmaster is not None
    children = [
        int(pid.name)
        for pid in Path("/proc").iterdir()
        if (pid.name.isdigit() and _parent(pid) == postmaster[0]) or pid.name == str(postmaster[0])
    ]
    return sum(_pss(pid) for pid in children)


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return -1


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


def teller(key: str) -> Callable[[IndexProgress], None]:
    said = [0.0]

    def tell(progress: IndexProgress) -> None:
        if perf_counter() - said[0] > 15 and progress.total:
            said[0] = perf_counter()
            say(f"{key}: {progress.phase}, {progress.done / progress.total:.0%}")

    return tell


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def quantiles(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {"p50": round(statistics.median(ordered), 2), "p95": round(ordered[int(len(ordered) * 0.95)], 2)}


def summary(taken: dict[str, list[Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {name: quantiles(times) for name, times in taken.items() if name != "recall"}
    said["recall_at_10"] = round(statistics.mean(taken["recall"]), 4)
    return said


async def run(bench: Bench, sizes: list[int], tenants: tuple[int, int], asked: int) -> dict[str, Any]:
    results: dict[str, Any] = {}
    for place, rows in enumerate(sizes):
        results[f"{rows}"] = await bench.load(f"growth-{rows}", rows, seed=place)
    number, each = tenants
    begin = perf_counter()
    for small in range(number):
        await bench.load(f"small-{small:04d}", each, seed=1000 + small)
    small_seconds = perf_counter() - begin
    await bench.settle()
    questions = bench.world.questions(asked)
    measured: dict[str, dict[str, list[Any]]] = {}
    keys = {f"{rows}": [f"growth-{rows}"] for rows in sizes}
    if number:
        keys[f"{number}x{each}"] = [f"small-{small:04d}" for small in range(0, number, max(number // 20, 1))]
        results[f"{number}x{each}"] = {"load_s": round(small_seconds, 1)}
    for warm in (True, False):
        for place in range(
            0, asked, 10
        ):  # in turns of ten questions, so that what else the machine does meets all alike
            for name, of in keys.items():
                taken = await bench.questions(of[place // 10 % len(of)], questions[place : place + 10])
                if not warm:
                    for kind, values in taken.items():
                        measured.setdefault(name, {}).setdefault(kind, []).extend(values)
    for name, taken in measured.items():
        results[name] |= summary(taken) | await bench.sizes(keys[name][0])
    base = results[f"{sizes[0]}"]
    for result in results.values():
        result["ratio_to_smallest"] = {
            kind: round(result[kind]["p50"] / base[kind]["p50"], 2) for kind in ("by_meaning", "search", "preview")
        }
    return {"results": results, "totals": await bench.totals()}


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--tenants", default="0x0", metavar="NUMBERxROWS")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--fit", metavar="HOME:TENANT", help="its home is migrated, as by any program that opens it")
    parser.add_argument("--home", type=Path, default=Path("growth-home"))
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    configure_logging("CRITICAL")
    sizes = sorted(int(size) for size in arguments.sizes.split(","))
    number, _, each = arguments.tenants.partition("x")
    world = World(fit_mixture(await real_vectors(arguments.fit)), Language(CENTRES))
    try:
        async with open_embedded(arguments.home) as server, open_store(server, pool_size=4) as store:
            bench = Bench(arguments.home, server, store, world)
            report = await run(bench, sizes, (int(number), int(each)), arguments.questions)
    finally:
        if not arguments.keep:
            shutil.rmtree(arguments.home, ignore_errors=True)
    report["machine"] = {"platform": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    report["vectors"] = f"drawn from a mixture fitted to {(arguments.fit and 'a tenant') or 'the sample corpus'}"
    report["client_memory_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(json.dumps(report) if arguments.json else json.dumps(report, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(anyio.run(main))
