"""After erasing and purging, no byte of it is in any file of the home: searched for, with words that are nowhere else."""

import json
import random
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import anyio
import numpy as np
import pytest

from moe_memorygraph.distillation import distill
from moe_memorygraph.errors import Unavailable
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.embedded.layout import Layout
from moe_memorygraph.memory.postgres.migration import OWNER_ROLE, connect_admin
from moe_memorygraph.memory.postgres.purging import CATALOGUE, LOG, STATISTICS, purge
from moe_memorygraph.memory.predicates import Predicate
from moe_memorygraph.memory.values import ApiKey, Job, OwnTopic, TenantId
from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.settings import Settings
from moe_memorygraph.workflow.values import Ask
from tests.memory.samples import NOW, an_id, document, ticket
from tests.plugins.stores import created

pytestmark = pytest.mark.postgres

WINDOW = 6  # bytes: of eight that a compressed value keeps in one piece, one such window is searched for
STOPPING = 30.0  # seconds
PATHS = (
    "SELECT pg_relation_filepath('pg_statistic')",
    "SELECT pg_relation_filepath(reltoastrelid) FROM pg_class WHERE relname = 'pg_statistic'",
)


def word(seed: int) -> str:
    """A word that nobody ever wrote, which a redactor takes for no secret."""
    chance = random.Random(seed)
    return "".join(chance.choice("bdfgjkmpqvwxz") + chance.choice("aeiou") for _ in range(9))


def foreign_word(seed: int) -> str:
    """The same of letters that take three bytes each."""
    return "".join(chr(random.Random(seed + at).randrange(0x4E00, 0x9F00)) for at in range(0, 900, 100))


def windows(text: str) -> set[bytes]:
    """Pieces of a word, so close that a compressed value that holds the word holds one of them in one piece."""
    data = text.encode()
    return {data[start : start + WINDOW] for start in range(0, len(data) - WINDOW + 1, 3)}


class Traces:
    """Everything by which one party can be told in a file."""

    def __init__(self, seed: int) -> None:
        self.key = word(seed)
        self.name = word(seed + 1).title()
        self.foreign = foreign_word(seed + 2)
        self.noise = random.Random(seed + 3).randbytes(8_000).hex()  # incompressible: stored as it is, out of line
        self.needles: dict[str, set[bytes]] = {
            "key": windows(self.key),
            "name": windows(self.name) | windows(self.name.lower()),
            "other letters": windows(self.foreign),
            "noise": {self.noise[at : at + 16].encode() for at in range(0, len(self.noise), 1_600)},
        }

    def note_tenant(self, tenant_id: TenantId) -> None:
        self.needles["tenant id"] = {tenant_id.bytes, tenant_id.hex.encode(), str(tenant_id).encode()}

    def note_vector(self, embedding: str) -> None:
        self.needles["embedding"] = {np.array(json.loads(embedding), dtype="<f2").tobytes()[:32]}

    def found_in(self, *places: Path) -> dict[str, list[str]]:
        """Of each kind of trace, the files that hold it."""
        found: dict[str, list[str]] = {}
        for file in files_of(places):
            data = file.read_bytes()
            for kind, pieces in self.needles.items():
                if any(piece in data for piece in pieces):
                    found.setdefault(kind, []).append(str(file))
        return found


def files_of(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        yield from ([place] if place.is_file() else (one for one in sorted(place.rglob("*")) if one.is_file()))


@asynccontextmanager
async def app_in(home: Path) -> AsyncIterator[App]:
    """An app over an embedded database of its own, and at the end a stopped one."""
    layout = Layout(home / "postgres")
    try:
        async with open_app(Settings(home=home, database_url=None, admin_database_url=None)) as app:
            await app.store()
            yield app
    finally:
        layout.farewell.touch()
        patience = monotonic() + STOPPING
        while layout.postmaster() is not None:
            assert monotonic() < patience
            await anyio.sleep(0.05)


async def fill(app: App, key: str, traces: Traces) -> TenantMemory:
    """A tenant as it comes to be: loaded, mined, asked in a session; and what no loader would let through."""
    memory = await created(await app.store(), key)
    await add_customer(await loader_of(app, memory), traces)
    await memory.topics.put(OwnTopic(name=f"of {key}", examples=(traces.foreign,)))
    await memory.catalogue.put(Predicate(name="rank", asked_by=(traces.foreign,)))
    await memory.keys.add(
        ApiKey(key_id=an_id(key), name=traces.name, digest=bytes(32), scopes=("read",), created_at=NOW)
    )
    traces.note_tenant(memory.tenant_id)
    return memory


async def loader_of(app: App, memory: TenantMemory) -> Loader:
    return Loader(
        store=await app.store(),
        memory=memory,
        embedder=await app.embedder(),
        redactor=await app.redactor(),
        now=lambda: datetime(2025, 6, 1, tzinfo=UTC),
    )


async def add_customer(loader: Loader, traces: Traces) -> None:
    customer = {"customer_id": traces.key, "name": traces.name, "industry": traces.foreign, "tier": "gold"}
    said = f"We of {traces.name} pay twice for {traces.foreign}, and we are leaving. "
    tickets = [
        {
            "ticket_id": f"{traces.key}-{number}",
            "customer": traces.key,
            "created_at": f"2025-0{number % 5 + 1}-1{number % 9}",
            "subject": f"Invoice of {traces.name}",
            "body": said if number else said * 60,  # one that is long enough to be compressed
            "category": "billing",
        }
        for number in range(12)
    ]
    facts = [{"subject": traces.key, "predicate": "plan", "object": traces.foreign, "source": "notes"}]
    for load, rows in ((loader.load_customers, [customer]), (loader.load_tickets, tickets), (loader.load_facts, facts)):
        assert (await load(rows)).rejected == 0


async def use(app: App, memory: TenantMemory, traces: Traces) -> None:
    """Mine, ask in a session until its turns are written, and leave work that failed."""
    workflow = await app.workflow()
    await distill(memory, await app.embedder(), now=NOW)
    for text in (f"Why is {traces.name} leaving?", f"What did {traces.name} say of {traces.foreign}?"):
        await workflow.ask(memory, Ask(tool="query_customer_intel", text=text, session_id=f"of {traces.key}"))
    while await workflow.work_outbox(memory):
        pass
    await memory.jobs.create(
        Job(
            job_id=an_id(traces.key),
            kind="sync_knowledge_base",
            state="failed",
            detail={"customer": traces.name},
            error=traces.foreign,
            created_at=NOW,
            updated_at=NOW,
        )
    )
    body = f"{traces.key} {traces.noise}"
    await memory.vector.put_many([ticket(f"{traces.key}-n", body, customer=traces.key, passages=())])


async def run_as(store: PostgresStore, *statements: str) -> list[Any]:
    assert store.admin is not None
    async with connect_admin(**store.admin) as connection:
        return [await connection.fetchval(one) for one in statements]


async def note_vector(store: PostgresStore, traces: Traces) -> None:
    (vector,) = await run_as(
        store, f"SELECT embedding::text FROM mg.ticket_embedding WHERE customer_id = '{traces.key}' LIMIT 1"
    )
    traces.note_vector(vector)


async def make_plain_administrator(store: PostgresStore) -> Mapping[str, Any]:
    """One who may act as the owner, and is no superuser: as one of somebody's own PostgreSQL often is."""
    assert store.admin is not None
    await run_as(store, "CREATE ROLE plain LOGIN PASSWORD 'plain'", f"GRANT {OWNER_ROLE} TO plain")
    return {**store.admin, "user": "plain", "password": "plain"}


async def test_nothing_of_an_erased_tenant_or_a_forgotten_customer_is_left_in_any_file(tmp_path: Path) -> None:
    erased, living, forgotten = Traces(10), Traces(20), Traces(30)
    home = tmp_path / "home"
    data = home / "postgres" / "cluster" / "data"
    tables, log = data / "base", data / "pg_wal"
    everything = {"key", "name", "other letters", "noise", "embedding"}
    async with app_in(home) as app:
        store: Any = await app.store()
        store = replace(store, index_above=10)
        gone, stays = await fill(app, erased.key, erased), await fill(app, living.key, living)
        # Nobody else has documents: of a table that is empty afterwards no new statistics are taken.
        documents = [document(f"{erased.name} {page}", (erased.foreign, f"Of {erased.name}.")) for page in range(5)]
        await gone.knowledge.put_many(documents, now=NOW)
        await add_customer(await loader_of(app, stays), forgotten)
        for memory, traces in ((gone, erased), (stays, living), (stays, forgotten)):
            await use(app, memory, traces)
            await note_vector(store, traces)
        assert await store.build_index(gone.tenant_id, wait=True)
        await run_as(store, "ANALYZE", "CHECKPOINT")
        statistics, values = [data / one for one in await run_as(store, *PATHS)]
        # The search itself is tried: all of it stands where it will be searched for.
        for traces in (erased, living, forgotten):
            assert set(traces.found_in(tables)) >= everything, traces.key
            assert set(traces.found_in(log)) >= everything - {"noise"}
        assert erased.found_in(statistics, values)

        async with connect_admin(**store.admin) as reader, reader.transaction(isolation="repeatable_read"):
            await reader.fetchval("SELECT 1")  # from here on it sees what is there now
            await stays.forget_customer(forgotten.key)
            await store.erase_tenant(gone.tenant_id)
            with pytest.raises(Unavailable, match="since before the erasing"):
                await purge(store.admin, patience_seconds=0.0)
        await run_as(store, "CHECKPOINT")
        for traces in (erased, forgotten):
            assert set(traces.found_in(tables)) >= everything, "deleting takes no byte away"
        # Who is no superuser purges the tables and says what is left.
        part = await purge(await make_plain_administrator(store))
        assert part.left == (STATISTICS, CATALOGUE, LOG)
        await run_as(store, "CHECKPOINT")
        others = [file for file in files_of([tables]) if not file.name.startswith((statistics.name, values.name))]
        assert forgotten.found_in(*others) == {}
        assert forgotten.found_in(statistics, values)
        assert forgotten.found_in(log)
        assert (await store.purge()).left == ()
    assert erased.found_in(home) == {}
    assert forgotten.found_in(home) == {}
    assert set(living.found_in(tables)) >= everything | {"tenant id"}
