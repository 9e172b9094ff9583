"""A leak storm: many callers of several tenants over few connections, while everything that can break does.

    python bench/storm.py --operations 20000 --seed 1
    python bench/storm.py --operations 2000 --sabotage session-set      # must fail, or the storm proves nothing

Each tenant's every text holds a word of its own. Callers ask by store and by whole MCP calls, write, and break off: they
are cancelled at any await, run into timeouts, fail in the middle of a transaction, lose their connection to
`pg_terminate_backend`; between rounds the server is closed and opened again, and within some of them PostgreSQL itself is
killed. Every answer, and every error, is searched for the words of others. At the end the database is searched, row by
row, and nothing may be left: no transaction, no lock, no connection bound to a tenant, no slot taken; what was
acknowledged is there, once.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import asyncpg
from mcp import Client
from mcp.shared.exceptions import MCPError

from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.memory.postgres import PostgresStore, open_store, pool, tenant_transaction
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer, open_embedded
from moe_memorygraph.memory.postgres.migration import connect_admin
from moe_memorygraph.memory.postgres.pool import SCHEMA
from moe_memorygraph.memory.values import (
    Customer,
    Fact,
    FactFilter,
    PreviewRequest,
    Tenant,
    Ticket,
    TicketFilter,
    TicketPassage,
    Turn,
    fact_statement,
    tenant_id_of,
)
from moe_memorygraph.server.app import App, Loaders, open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.mcp import MemoryServer, create_server
from moe_memorygraph.server.secret import ServerSecret
from moe_memorygraph.settings import Settings
from moe_memorygraph.telemetry import configure_logging

NOW = datetime(2025, 6, 15, 12, tzinfo=UTC)
POOL = 3
TENANTS = ("a", "b", "c", "d")
CALLERS = 40
WHOLE_CALLS = 0.2  # of the operations; the others ask the store
HASTY = 0.3  # of the operations are broken off
PATIENCE = 25  # looks, at the end, for what calls left behind them to be done
KILL_EVERY = 0.15  # seconds between two killed connections
SABOTAGES = ("session-set", "no-condition")


class _Broken(Exception):
    """What a caller's own code might raise in the middle of its work."""


_EXPECTED = (MemoryGraphError, MCPError, TimeoutError, _Broken)
"""What may come of an operation in a storm. Anything else ends it."""


def canary(key: str) -> str:
    return f"canaryof{key}x"


@dataclass(slots=True)
class Ledger:
    """What was done and what came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)
    acknowledged: dict[str, set[str]] = field(default_factory=dict)
    """By tenant: sessions of turns whose writing was acknowledged."""
    bytes_searched: int = 0

    def search(self, key: str, answer: object) -> None:
        """Look for other tenants' words in whatever came back."""
        text = str(answer)
        self.bytes_searched += len(text)
        for other in TENANTS:
            if other != key and canary(other) in text:
                self.leaks.append(f"{key} reads {canary(other)}: {text[:200]}")


@dataclass(slots=True, kw_only=True)
class World:
    """One opened server: store, App and a client of each tenant."""

    store: PostgresStore
    app: App
    servers: dict[str, MemoryServer]
    clients: dict[str, Client]


@asynccontextmanager
async def open_world(where: EmbeddedServer, home: Path, *, size: int = POOL) -> AsyncIterator[World]:
    """A server as a process would open it, but for the embedder, which hashes, and the door, which is open."""
    settings = Settings(home=home, database_url=None, call_timeout_sec=5, expert_timeout_sec=1, pool_size=size)

    @asynccontextmanager
    async def opened(*_: object) -> AsyncIterator[PostgresStore]:
        async with open_store(where, pool_size=size) as store:
            yield store

    loaders = Loaders(
        open_store=opened,
        open_embedder=lambda _: nullcontext(HashEmbedder()),
        secret=lambda _: ServerSecret(b"s" * 32),
    )
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(open_app(settings, loaders=loaders, patience_seconds=60))
        store = await app.store()
        assert isinstance(store, PostgresStore)
        await app.workflow()
        doors = {key: pinned(key, scopes=("read", "write", "admin"), read_only=False) for key in TENANTS}
        servers = {key: create_server(app, door) for key, door in doors.items()}
        clients = {key: await stack.enter_async_context(Client(server)) for key, server in servers.items()}
        yield World(store=store, app=app, servers=servers, clients=clients)


async def plant(store: PostgresStore, key: str) -> None:
    """A little of everything, each with the tenant's word; ids are the same in every tenant."""
    await store.create_tenant(Tenant(tenant_id=tenant_id_of(key), key=key, name=key))
    memory, word, embedder = store.tenant(tenant_id_of(key)), canary(key), HashEmbedder()
    await memory.customers.put_many(
        [Customer(customer_id=f"C-{number}", name=f"Northwind {number}", tier=word) for number in range(3)]
    )
    tickets = []
    for number in range(12):
        body = f"The price was raised and the login fails, {word}, part {number}."
        passage = TicketPassage(
            part=0, field="body", start=0, stop=len(body), embedding=await embedder.embed_query(body)
        )
        tickets.append(
            Ticket(
                ticket_id=f"T-{number}",
                customer_id=f"C-{number % 3}",
                created_at=NOW - timedelta(days=number),
                body=body,
                passages=(passage,),
                category=word,
            )
        )
    await memory.vector.put_many(tickets)
    await memory.semantic.put_many([_fact(f"C-{number}", word) for number in range(3)], now=NOW)
    await memory.maintain()


def _fact(subject: str, value: str) -> Fact:
    return Fact(
        fact_id=uuid4(),
        subject=subject,
        predicate="owner",
        object=value,
        statement=fact_statement(subject=subject, predicate="owner", value=value),
        source="crm",
        customer_id=subject,
    )


class Storm:
    """Operations of random callers in one opened world. The same seed asks the same things, at other moments."""

    def __init__(self, world: World, ledger: Ledger, rng: random.Random) -> None:
        self._world = world
        self._ledger = ledger
        self._rng = rng
        self._store_operations: Sequence[Callable[[str], Awaitable[object]]] = (
            self._browse,
            self._search,
            self._facts,
            self._customers,
            self._together,
            self._preview,
            self._remember,
            self._wrong_dimension,
            self._broken_off,
            self._too_slow,
            self._unbound,
        )
        self._calls: Sequence[tuple[str, dict[str, Any]]] = (
            ("query_customer_intel", {"question": "Why did Northwind 1 complain?"}),
            ("query_customer_intel", {"question": "How many tickets by category?"}),
            ("search_tickets", {"query": "price raised", "limit": 3}),
            ("get_facts", {"subject": "C-1"}),
            ("customer_health", {"customer": "C-2", "until": "2025-06-16"}),
            ("explain_gate", {"question": "Who owns Northwind 0?"}),
            ("customer_health", {"customer": "nobody"}),
        )

    async def run(self, operations: int, *, callers: int = CALLERS) -> None:
        """So many operations, by so many callers at once."""
        left = iter(range(operations))
        async with anyio.create_task_group() as group:
            for _ in range(callers):
                group.start_soon(self._caller, left)

    async def _caller(self, left: Iterator[int]) -> None:
        for _ in left:
            key = self._rng.choice(TENANTS)
            patience = self._rng.uniform(0, 0.02) if self._rng.random() < HASTY else 30.0
            outcome = "cancelled"
            with anyio.move_on_after(patience):
                outcome = await self._one(key)
            self._ledger.counts[outcome] += 1

    async def _one(self, key: str) -> str:
        try:
            answer = await (self._call(key) if self._rng.random() < WHOLE_CALLS else self._ask_store(key))
        except _EXPECTED as error:
            self._ledger.search(key, f"{error!r} {error.__cause__!r} {error.__context__!r}")
            return f"failed: {getattr(error, 'code', type(error).__name__)}"
        self._ledger.search(key, answer)
        return "answered"

    async def _ask_store(self, key: str) -> object:
        return await self._rng.choice(self._store_operations)(key)

    async def _call(self, key: str) -> object:
        client = self._world.clients[key]
        kind = self._rng.randrange(10)
        if kind == 0:
            return await client.read_resource(f"memory://tickets/T-{self._rng.randrange(14)}")
        if kind == 1:
            turn = {"session_id": "S-1", "role": "user", "text": f"We spoke of {canary(key)}."}
            return await client.call_tool("remember", turn)
        name, arguments = self._rng.choice(self._calls)
        return await client.call_tool(name, arguments)

    # -- what the store is asked ---------------------------------------------------------------------------------

    def _memory(self, key: str) -> Any:
        return self._world.store.tenant(tenant_id_of(key))

    async def _browse(self, key: str) -> object:
        found = await self._memory(key).vector.browse(TicketFilter(), limit=20)
        return self._expected(key, found, 12)

    async def _search(self, key: str) -> object:
        vector = await HashEmbedder().embed_query("price raised")
        return await self._memory(key).vector.search(text="price", embedding=vector, filters=TicketFilter(), limit=9)

    async def _facts(self, key: str) -> object:
        return await self._memory(key).semantic.find(FactFilter(include_superseded=True), limit=50)

    async def _customers(self, key: str) -> object:
        found = await self._memory(key).customers.all()
        return self._expected(key, found, 3)

    def _expected(self, key: str, found: Sequence[object], number: int) -> Sequence[object]:
        """More are of other tenants, fewer not all of its own."""
        if len(found) != number:
            self._ledger.leaks.append(f"{key} reads {len(found)} instead of {number}: {found[0]}"[:200])
        return found

    async def _together(self, key: str) -> object:
        async with self._memory(key).reading_together() as reads:
            return [
                await reads.vector.count(TicketFilter()),
                await reads.customers.get("C-1"),
                await reads.vector.browse(TicketFilter(), limit=3),
            ]

    async def _preview(self, key: str) -> object:
        return await self._memory(key).preview(PreviewRequest(text="price", customer_ids=("C-1",)), now=NOW)

    async def _remember(self, key: str) -> object:
        session = uuid4().hex
        turn = Turn(
            turn_id=uuid4(),
            session_id=session,
            role="user",
            text=canary(key),
            created_at=NOW,
            expires_at=NOW + timedelta(days=9999),
        )
        await self._memory(key).stm.remember([turn])
        self._ledger.acknowledged.setdefault(key, set()).add(session)
        return await self._memory(key).stm.live_turns(session, now=NOW)

    async def _wrong_dimension(self, key: str) -> object:
        vector = HashEmbedder(dimension=16)
        return await self._memory(key).vector.search(
            text="price", embedding=await vector.embed_query("x"), filters=TicketFilter(), limit=3
        )

    async def _broken_off(self, key: str) -> object:
        """A unit of work that fails after it wrote: nothing of it stays, nor of its tenant on the connection."""
        async with tenant_transaction(self._world.store.pool, tenant_id_of(key)) as connection:
            await connection.execute("UPDATE customer SET tier = 'never' WHERE tenant_id = $1", tenant_id_of(key))
            raise _Broken

    async def _too_slow(self, key: str) -> object:
        async with tenant_transaction(self._world.store.pool, tenant_id_of(key)) as connection:
            await connection.execute("SET LOCAL statement_timeout = '1ms'")
            return await connection.fetch(
                "SELECT pg_sleep(0.1), body FROM ticket WHERE tenant_id = $1", tenant_id_of(key)
            )

    async def _unbound(self, key: str) -> object:  # noqa: ARG002 - asked as the others are
        """A connection that nobody bound shows nothing, whoever had it before."""
        try:
            async with self._world.store.pool.acquire(timeout=5) as connection:
                rows = await connection.fetch("SELECT tenant_id, body FROM ticket")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
            raise _Broken from error
        if rows:
            self._ledger.leaks.append(f"an unbound connection reads {len(rows)} tickets")
        return []


async def kill_connections(where: EmbeddedServer, ledger: Ledger, rng: random.Random) -> None:
    """End one of the server's sessions now and then, until cancelled."""
    while True:
        await anyio.sleep(KILL_EVERY * rng.uniform(0.5, 1.5))
        with suppress(MemoryGraphError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            async with _administrator(where) as admin:
                killed = await admin.fetchval(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = $1 ORDER BY random() LIMIT 1",
                    where.app_user,
                )
                ledger.counts["connections killed"] += bool(killed)


# -- what must be so at the end ----------------------------------------------------------------------------------


async def check_end(world: World, where: EmbeddedServer, ledger: Ledger) -> list[str]:
    """What is not as it must be once nobody calls any more. The server's own work behind the calls may still go on."""
    wrong: list[str] = []
    for _ in range(PATIENCE):
        wrong = await _left_behind(world, where)
        if not wrong:
            break
        await anyio.sleep(0.2)
    async with _administrator(where) as admin:
        return [*ledger.leaks[:5], *wrong, *await _rows(admin), *await _turns(admin, ledger)]


async def _left_behind(world: World, where: EmbeddedServer) -> list[str]:
    wrong = await _connections(world)
    async with _administrator(where) as admin:
        wrong += await _sessions(admin, where)
    for key, server in world.servers.items():
        admission, watches = server._admission, server._watches
        if admission._at_work or admission._queued or watches._held:
            wrong.append(f"calls of {key} still count: {admission._at_work}, {admission._queued}, {len(watches._held)}")
    crew = (await world.app.workflow())._crew
    return wrong + [f"{name} holds a slot" for name in crew.experts if crew.load(name)]


async def _connections(world: World) -> list[str]:
    """All of the pool at once: each is idle, unbound, and sees nothing."""
    wrong: list[str] = []
    store_pool = world.store.pool
    held = []
    try:
        for _ in range(store_pool.get_max_size()):
            held.append(await store_pool.acquire(timeout=5))  # noqa: PERF401 - what came is given back
    except TimeoutError:
        wrong.append(f"the pool gives {len(held)} of {store_pool.get_max_size()} connections")
    for connection in held:
        bound = await connection.fetchval("SELECT current_setting('app.tenant_id', true)")
        seen = await connection.fetchval("SELECT count(*) FROM ticket")
        if connection.is_in_transaction() or bound not in (None, "") or seen:
            wrong.append(f"a connection is bound to {bound!r} and sees {seen} tickets")
    for connection in held:
        await store_pool.release(connection)
    if store_pool.get_idle_size() != store_pool.get_size():
        wrong.append("connections are missing from the pool")
    return wrong


async def _sessions(admin: Any, where: EmbeddedServer) -> list[str]:
    rows = await admin.fetch(
        "SELECT a.state, count(l.pid) AS locks FROM pg_stat_activity AS a"
        " LEFT JOIN pg_locks AS l ON l.pid = a.pid AND l.granted"
        " WHERE a.datname = current_database() AND a.usename = $1 GROUP BY a.pid, a.state",
        where.app_user,
    )
    return [f"a session is {row['state']} with {row['locks']} locks" for row in rows if tuple(row) != ("idle", 0)]


async def _rows(admin: Any) -> list[str]:
    """Whatever any table holds under a tenant has no other's word."""
    wrong = []
    tables = await admin.fetch(
        "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition",
        SCHEMA,
    )
    for (table,) in tables:
        for key in TENANTS:
            others = [f"%{canary(other)}%" for other in TENANTS if other != key]
            count = await admin.fetchval(
                f"SELECT count(*) FROM {table} AS t WHERE tenant_id = $1 AND to_jsonb(t)::text LIKE ANY ($2::text[])",
                tenant_id_of(key),
                others,
            )
            if count:
                wrong.append(f"{count} rows of {key} in {table} hold others' words")
    if await admin.fetchval("SELECT count(*) FROM customer WHERE tier = 'never'"):
        wrong.append("a transaction that was broken off left something")
    return wrong


async def _turns(admin: Any, ledger: Ledger) -> list[str]:
    wrong = []
    for key, sessions in ledger.acknowledged.items():
        rows = await admin.fetch(
            "SELECT session_id, count(*) AS turns FROM session_turn"
            " WHERE tenant_id = $1 AND session_id = ANY ($2::text[]) GROUP BY session_id",
            tenant_id_of(key),
            sorted(sessions),
        )
        if len(rows) != len(sessions) or any(row["turns"] != 1 for row in rows):
            wrong.append(f"of {len(sessions)} acknowledged turns of {key} {len(rows)} are there")
    return wrong


@asynccontextmanager
async def _administrator(where: EmbeddedServer) -> AsyncIterator[Any]:
    async with connect_admin(
        host=str(where.socket_dir),
        port=where.port,
        database=where.database,
        user=where.superuser,
        password=where.superuser_password,
    ) as connection:
        await connection.execute(f"SET search_path = {SCHEMA}, public")
        yield connection


# -- sabotage ----------------------------------------------------------------------------------------------------


@contextmanager
def sabotaged(how: str | None) -> Iterator[None]:
    """Break what keeps tenants apart, to see that the storm finds it."""
    if how != "session-set":
        yield
        return
    whole = pool._binding

    def lasting(tenant_id: Any, *, readonly: bool, passages: int) -> str:
        return whole(tenant_id, readonly=readonly, passages=passages).replace("SET LOCAL app.", "SET SESSION app.")

    pool._binding = lasting
    try:
        yield
    finally:
        pool._binding = whole


async def without_conditions(where: EmbeddedServer) -> None:
    """Take row security from the tickets, and the condition from the statement that lists them: two layers of three."""
    async with _administrator(where) as admin:
        await admin.execute("ALTER TABLE ticket DISABLE ROW LEVEL SECURITY")
    from moe_memorygraph.memory.postgres import tickets  # only here is it written to

    tickets._BROWSE = tickets._BROWSE.replace("tenant_id = $1", "$1::uuid IS NOT NULL")


# -- the command -------------------------------------------------------------------------------------------------


async def storm(arguments: argparse.Namespace, home: Path) -> int:
    rng, ledger = random.Random(arguments.seed), Ledger()
    begin, per_round = time.monotonic(), -(-arguments.operations // arguments.rounds)
    wrong: list[str] = []
    for number in range(arguments.rounds):
        async with open_embedded(home) as where:
            with sabotaged(arguments.sabotage):
                wrong = await _round(arguments, where, home, number, per_round, ledger, rng)
        print(f"round {number + 1}: {dict(ledger.counts)}, {len(ledger.leaks)} leaks", file=sys.stderr, flush=True)
        if wrong:
            break
    seconds = time.monotonic() - begin
    done = sum(count for name, count in ledger.counts.items() if "kill" not in name)
    report = {
        "seed": arguments.seed,
        "operations": done,
        "callers": CALLERS,
        "tenants": len(TENANTS),
        "connections": arguments.pool,
        "rounds": arguments.rounds,
        "outcomes": dict(ledger.counts.most_common()),
        "characters_searched": ledger.bytes_searched,
        "acknowledged_turns": sum(len(one) for one in ledger.acknowledged.values()),
        "leaks": len(ledger.leaks),
        "wrong": wrong,
        "seconds": round(seconds, 1),
    }
    print(json.dumps(report, indent=2))
    return 1 if wrong else 0


async def _round(
    arguments: argparse.Namespace,
    where: EmbeddedServer,
    home: Path,
    number: int,
    operations: int,
    ledger: Ledger,
    rng: random.Random,
) -> list[str]:
    async with open_world(where, home, size=arguments.pool) as world:
        if number == 0:
            for key in TENANTS:
                await plant(world.store, key)
        if arguments.sabotage == "no-condition":
            await without_conditions(where)
        async with anyio.create_task_group() as group:
            group.start_soon(kill_connections, where, ledger, rng)
            if number % 3 == 2 and not arguments.spare_postgres:
                group.start_soon(_kill_postgres, home, ledger, rng)
            await Storm(world, ledger, rng).run(operations)
            group.cancel_scope.cancel()
        await _settled(world)
        return await check_end(world, where, ledger)


async def _settled(world: World) -> None:
    """Wait until the database is back, and what calls left behind them is done."""
    with anyio.fail_after(120):
        while True:
            try:
                pending = [await world.store.tenant(tenant_id_of(key)).outbox.pending() for key in TENANTS]
                if not any(pending) and world.store.pool.get_idle_size() == world.store.pool.get_size():
                    return
            except MemoryGraphError:
                pass
            world.app.wake()
            await anyio.sleep(0.2)


async def _kill_postgres(home: Path, ledger: Ledger, rng: random.Random) -> None:
    """Kill the database itself, once, somewhere in the round; its supervisor starts it again."""
    await anyio.sleep(rng.uniform(1, 4))
    for file in await anyio.to_thread.run_sync(lambda: list(home.rglob("postmaster.pid"))):
        os.kill(int(file.read_text(encoding="utf-8").split()[0]), signal.SIGKILL)
        ledger.counts["PostgreSQL killed"] += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--operations", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=10, help="between which the server is closed and opened")
    parser.add_argument("--pool", type=int, default=POOL, help="connections")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sabotage", choices=SABOTAGES)
    parser.add_argument("--spare-postgres", action="store_true")
    arguments = parser.parse_args()
    configure_logging("CRITICAL")
    with tempfile.TemporaryDirectory(prefix="memorygraph-storm-") as folder:
        status = anyio.run(storm, arguments, Path(folder) / "home")
    raise SystemExit(status)


if __name__ == "__main__":
    main()
