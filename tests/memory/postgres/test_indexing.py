"""The indexes of a large tenant: built and dropped while all go on, whatever interrupts it."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import asyncpg
import numpy as np
import pytest

from moe_memorygraph.errors import MemoryGraphError, PermissionDenied
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer, open_embedded
from moe_memorygraph.memory.postgres.indexing import _step, drop_orphans, tenant_indexes
from moe_memorygraph.memory.postgres.pool import SCHEMA, Bound, Connection
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.values import IndexProgress, TenantId, Ticket, TicketFilter, Vector, tenant_id_of
from tests.memory.postgres.support import superuser
from tests.memory.samples import DAY, NOW, ticket
from tests.plugins.stores import created

pytestmark = pytest.mark.postgres

DIM = 48
MANY = 1500
ABOVE = 1000


def vectors(count: int, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Unit vectors around twenty centres."""
    rng = np.random.default_rng(seed)
    near = rng.standard_normal((20, DIM))[rng.integers(20, size=count)] + 0.5 * rng.standard_normal((count, DIM))
    return np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True), dtype=np.float32)


def tickets(count: int, seed: int = 1) -> list[Ticket]:
    return [
        ticket(
            f"T-{seed}-{place:05}",
            f"text {place}",
            customer=f"C-{place % 50}",
            at=NOW - place * DAY / 24,
            category="rare" if place % 300 == 0 else "common",
            channel="email",
            vector=vector,
        )
        for place, vector in enumerate(vectors(count, seed))
    ]


@pytest.fixture
async def store(spoilt_server: EmbeddedServer) -> AsyncIterator[PostgresStore]:
    """A store whose tenants count as large soon, in a database that no other test gets."""
    async with open_store(spoilt_server, pool_size=6) as opened:
        yield replace(opened, index_above=ABOVE)


async def filled(store: PostgresStore, key: str, count: int = MANY) -> TenantMemory:
    memory = await created(store, key)
    await memory.vector.put_many(tickets(count))
    return memory


async def closest(memory: TenantMemory, vector: Vector, **filters: Any) -> list[str]:
    hits = await memory.vector.search(text="", embedding=vector, filters=TicketFilter(**filters), limit=10)
    return [hit.ticket.ticket_id for hit in hits]


def truly_closest(held: list[Ticket], vector: Vector) -> list[str]:
    def similarity(one: Ticket) -> float:
        (passage,) = one.passages
        assert passage.embedding is not None
        return float(passage.embedding @ vector)

    return [one.ticket_id for one in sorted(held, key=similarity, reverse=True)[:10]]


def agree(found: list[str], closest_of_all: list[str]) -> bool:
    """A ranker has the last word on near ties: nine of ten must be the same."""
    return len(found) == len(closest_of_all) and len(set(found) & set(closest_of_all)) >= len(found) - 1


async def index_state(server: EmbeddedServer, tenant_id: TenantId) -> list[bool | None]:
    """Of each of the tenant's indexes, whether it is valid; None where there is none."""
    async with superuser(server) as connection:
        return await _state(connection, tenant_id)


async def _state(connection: Connection, tenant_id: TenantId) -> list[bool | None]:
    rows = await connection.fetch(
        "SELECT i.indisvalid FROM unnest($1::text[]) WITH ORDINALITY AS named (name, place)"
        " LEFT JOIN pg_index AS i ON i.indexrelid = to_regclass(named.name) ORDER BY place",
        [f"{SCHEMA}.{one.name}" for one in tenant_indexes(tenant_id, DIM)],
    )
    return [row["indisvalid"] for row in rows]


@asynccontextmanager
async def held_up(server: EmbeddedServer) -> AsyncIterator[None]:
    """A build that begins now cannot end before this block: it waits for a transaction that is open already."""
    async with superuser(server) as connection:
        transaction = connection.transaction(isolation="repeatable_read")
        await transaction.start()
        await connection.fetchval("SELECT count(*) FROM ticket_embedding")
        try:
            yield
        finally:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError):  # a killed server ended it already
                await transaction.rollback()


async def _until_begun(server: EmbeddedServer, tenant_id: TenantId) -> int:
    """Wait for an index that is being built; the process that builds it."""
    async with superuser(server) as connection:
        while True:
            pid = await connection.fetchval("SELECT pid FROM pg_stat_progress_create_index")
            if pid is not None and False in await _state(connection, tenant_id):
                return int(pid)
            await anyio.sleep(0.01)


@pytest.mark.parametrize(
    ("vectors", "wanted", "found", "good", "step"),
    [
        (0, "", "", "", None),
        (1000, "ab", "", "", None),
        (1001, "ab", "", "", "build"),
        (1001, "ab", "a", "", "build"),
        (1001, "ab", "ab", "a", "build"),
        (1001, "ab", "ab", "ab", None),
        (1001, "b", "b", "b", None),
        (501, "ab", "ab", "ab", None),
        (501, "ab", "a", "a", "build"),
        (500, "ab", "ab", "ab", "drop"),
        (700, "ab", "a", "", "drop"),
        (1001, "", "ab", "", "drop"),
    ],
)
def test_indexes_are_for_large_tenants_and_must_be_whole(
    vectors: int, wanted: str, found: str, good: str, step: str | None
) -> None:
    assert _step(vectors, above=1000, wanted=set(wanted), found=set(found), good=set(good)) == step


def test_what_no_index_of_vectors_can_hold_has_one_of_words() -> None:
    assert [one.name.split("_of_")[0] for one in tenant_indexes(tenant_id_of("any"), 4001)] == ["ticket_passage"]


async def test_a_tenant_that_grew_gets_its_index_and_one_that_shrank_loses_it(
    store: PostgresStore, spoilt_server: EmbeddedServer
) -> None:
    memory = await filled(store, "small", ABOVE)
    assert (await store.index_need(memory.tenant_id)).step is None
    assert not await store.build_index(memory.tenant_id)
    await memory.vector.put_many(tickets(MANY, seed=2))
    need = await store.index_need(memory.tenant_id)
    assert (need.step, len(need.missing), need.present) == ("build", 2, ())
    assert await store.build_index(memory.tenant_id)
    need = await store.index_need(memory.tenant_id)
    assert (need.step, need.missing, len(need.present)) == (None, {}, 2)
    async with superuser(spoilt_server) as connection:
        definitions = [
            await connection.fetchval("SELECT pg_get_indexdef(to_regclass($1))", f"{SCHEMA}.{name}")
            for name in need.present
        ]
        await connection.execute("DELETE FROM ticket WHERE ticket_id LIKE 'T-2%'")
        await connection.execute("DELETE FROM ticket WHERE ticket_id > 'T-1-00500'")
    assert f"halfvec({DIM})" in definitions[0]
    assert "gin (tsv)" in definitions[1]
    assert all(str(memory.tenant_id) in definition for definition in definitions)
    assert not await store.build_index(memory.tenant_id)
    async with superuser(spoilt_server) as connection:
        await connection.execute("DELETE FROM ticket WHERE ticket_id > 'T-1-00499'")
    assert await store.build_index(memory.tenant_id)
    assert await index_state(spoilt_server, memory.tenant_id) == [None, None]


async def test_all_read_and_write_while_an_index_is_built(store: PostgresStore, spoilt_server: EmbeddedServer) -> None:
    memory, other = await filled(store, "large"), await filled(store, "other", 50)
    more = tickets(200, seed=3)
    question = vectors(1, seed=9)[0]
    heard: list[IndexProgress] = []
    told = anyio.Event()

    def hear(progress: IndexProgress) -> None:
        heard.append(progress)
        told.set()

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group, held_up(spoilt_server):
            group.start_soon(partial(store.build_index, memory.tenant_id, on_progress=hear))
            await _until_begun(spoilt_server, memory.tenant_id)
            await memory.vector.put_many(more)
            await other.vector.put_many(tickets(10, seed=4))
            assert agree(await closest(memory, question), truly_closest([*tickets(MANY), *more], question))
            assert len(await closest(other, question)) == 10
            assert False in await index_state(spoilt_server, memory.tenant_id)
            await told.wait()
        assert all(one.phase and (0 <= one.done <= one.total or one.total == 0) for one in heard)
        assert await index_state(spoilt_server, memory.tenant_id) == [True, True]
        for one in more[:20]:  # written during the build, and found through the index
            assert one.passages[0].embedding is not None
            assert (await closest(memory, one.passages[0].embedding))[0] == one.ticket_id


async def test_only_one_builds_at_a_time(store: PostgresStore, spoilt_server: EmbeddedServer) -> None:
    first, second = await filled(store, "first"), await filled(store, "second")
    with anyio.fail_after(60):
        async with anyio.create_task_group() as group, held_up(spoilt_server):
            group.start_soon(store.build_index, first.tenant_id)
            await _until_begun(spoilt_server, first.tenant_id)
            assert not await store.build_index(second.tenant_id)
            assert await drop_orphans(store.admin or {}) == 0
        assert await store.build_index(second.tenant_id, wait=True)
    assert await index_state(spoilt_server, second.tenant_id) == [True, True]


async def test_an_interrupted_build_is_begun_again(store: PostgresStore, spoilt_server: EmbeddedServer) -> None:
    memory = await filled(store, "large")
    with anyio.fail_after(60):
        async with held_up(spoilt_server), anyio.create_task_group() as group:
            group.start_soon(store.build_index, memory.tenant_id)
            await _until_begun(spoilt_server, memory.tenant_id)
            group.cancel_scope.cancel()
        assert await index_state(spoilt_server, memory.tenant_id) == [False, None]
        assert await store.build_index(memory.tenant_id, wait=True)
    assert await index_state(spoilt_server, memory.tenant_id) == [True, True]


async def test_a_database_killed_in_the_build_has_the_index_afterwards(tmp_path: Path) -> None:
    async def build(store: PostgresStore, tenant_id: TenantId) -> None:
        with pytest.raises(MemoryGraphError):
            await store.build_index(tenant_id)

    with anyio.fail_after(120):
        async with open_embedded(tmp_path) as server, open_store(server, pool_size=4) as opened:
            store = replace(opened, index_above=ABOVE)
            memory = await filled(store, "large")
            async with anyio.create_task_group() as group, held_up(server):
                group.start_soon(build, store, memory.tenant_id)
                os.kill(await _until_begun(server, memory.tenant_id), signal.SIGKILL)
        async with open_embedded(tmp_path) as server, open_store(server, pool_size=4) as opened:
            store = replace(opened, index_above=ABOVE)
            assert await index_state(server, memory.tenant_id) == [False, None]
            assert (await store.index_need(memory.tenant_id)).step == "build"
            assert await store.build_index(memory.tenant_id)
            assert await index_state(server, memory.tenant_id) == [True, True]
            question = vectors(1, seed=9)[0]
            memory = store.tenant(memory.tenant_id)
            assert agree(await closest(memory, question), truly_closest(tickets(MANY), question))


async def test_an_erased_tenants_index_goes_with_it(store: PostgresStore, spoilt_server: EmbeddedServer) -> None:
    memory, other = await filled(store, "erased"), await filled(store, "kept")
    for one in (memory, other):
        assert await store.build_index(one.tenant_id)
    await store.erase_tenant(memory.tenant_id)
    assert await index_state(spoilt_server, memory.tenant_id) == [None, None]
    assert await index_state(spoilt_server, other.tenant_id) == [True, True]


async def test_without_an_administrator_the_sql_is_told(store: PostgresStore, spoilt_server: EmbeddedServer) -> None:
    memory = await filled(store, "large")
    server = replace(store, admin=None)
    need = await server.index_need(memory.tenant_id)
    with pytest.raises(PermissionDenied, match="doctor"):
        await server.build_index(memory.tenant_id)
    async with superuser(spoilt_server) as connection:
        for sql in need.missing.values():
            await connection.execute(sql)
    assert (await server.index_need(memory.tenant_id)).step is None


def test_the_name_fits_what_postgresql_keeps_of_it() -> None:
    assert all(len(one.name) <= 63 for one in tenant_indexes(tenant_id_of("any"), DIM))


@pytest.fixture
async def large(store: PostgresStore, spoilt_server: EmbeddedServer) -> TenantMemory:
    """A tenant with an index, and statistics that know its size."""
    memory = await filled(store, "large")
    await store.build_index(memory.tenant_id)
    async with superuser(spoilt_server) as connection:
        await connection.execute("ANALYZE ticket_embedding; ANALYZE ticket_passage")
    return memory


async def indexes_used(store: PostgresStore, tenant_id: TenantId, **filters: Any) -> set[str]:
    """The indexes of passages and embeddings that a search's own statement goes through, as the app role."""
    one = TicketFilter(**filters)
    fitting = [one.customer_ids or None, one.categories or None, one.channel, one.status, one.since, one.until, False]
    async with Bound(store.pool, tenant_id).reading() as connection:
        before = await _scans(connection)
        asked = ("text", vectors(1, seed=9)[0], 100, 1000)
        await connection.fetch(*fitted(statement("ticket_search"), tenant_id, *fitting, False, *asked))
        after = await _scans(connection)
    return {name for name, count in after.items() if count > before[name]}


async def _scans(connection: Connection) -> dict[str, int]:
    """How often this session went through each index; what it did not report yet."""
    rows = await connection.fetch(
        "SELECT relname, pg_stat_get_xact_numscans(c.oid) AS scans FROM pg_class AS c"
        " JOIN pg_index AS i ON i.indexrelid = c.oid"
        " WHERE i.indrelid IN ('ticket_embedding'::regclass, 'ticket_passage'::regclass)"
    )
    return {row["relname"]: row["scans"] for row in rows}


async def test_a_search_of_a_large_tenant_uses_its_indexes_and_no_other_tenants(
    store: PostgresStore, large: TenantMemory
) -> None:
    small = await filled(store, "small", 60)
    own = {one.name for one in tenant_indexes(large.tenant_id, DIM)}
    assert own <= await indexes_used(store, large.tenant_id)
    assert not own & await indexes_used(store, small.tenant_id)
    for seed in range(20, 25):
        question = vectors(1, seed=seed)[0]
        assert agree(await closest(small, question), truly_closest(tickets(60), question))


async def test_the_index_finds_nearly_what_comparing_all_finds(large: TenantMemory) -> None:
    found = [
        len(set(await closest(large, one)) & set(truly_closest(tickets(MANY), one))) for one in vectors(20, seed=9)
    ]
    assert sum(found) >= 0.98 * 10 * len(found)


async def test_filters_leave_no_search_of_an_index_short(large: TenantMemory) -> None:
    rare = {one.ticket_id for one in tickets(MANY) if one.category == "rare"}
    late = {one.ticket_id for one in tickets(MANY) if one.created_at >= NOW - DAY / 3}
    of_one = {one.ticket_id for one in tickets(MANY) if one.customer_id == "C-7"}
    assert (len(rare), len(late), len(of_one)) == (5, 9, 30)
    for question in vectors(5, seed=9):
        assert set(await closest(large, question, categories=("rare",))) == rare
        assert set(await closest(large, question, since=NOW - DAY / 3)) == late
        found = await closest(large, question, customer_ids=("C-7",))
        assert len(found) == 10
        assert set(found) <= of_one


async def test_what_fits_a_narrow_filter_is_compared(store: PostgresStore, large: TenantMemory) -> None:
    """Never counted, a tenant is taken for a small one: 500 are few, 1,000 of a customer or a category."""
    (meaning, _) = (one.name for one in tenant_indexes(large.tenant_id, DIM))

    async def walks(**filters: Any) -> bool:
        return meaning in await indexes_used(store, large.tenant_id, **filters)

    assert await walks()
    assert await walks(categories=("common",))
    assert await walks(channel="email")
    assert await walks(since=NOW - 60 * DAY)
    assert not await walks(since=NOW - 20 * DAY)
    assert not await walks(categories=("rare",))
    assert not await walks(customer_ids=("C-7",), categories=("common",))


async def test_a_walk_that_leaves_too_few_is_followed_by_a_comparison(
    store: PostgresStore, large: TenantMemory
) -> None:
    """Nothing is known of how many have a channel; here none has."""
    async with Bound(store.pool, large.tenant_id).reading() as connection:
        call = "SELECT count(*) FROM mg_nearest($1, NULL, NULL, $2, NULL, NULL, NULL, false, $3::halfvec, 1500, 100)"
        question = vectors(1, seed=9)[0]
        assert await connection.fetchval(call, large.tenant_id, "email", question) == 100
        assert await connection.fetchval(call, large.tenant_id, "post", question) == 0
