"""Tenants are kept apart: by every method, by the database itself, and under a storm of cancelled work."""

import json
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import anyio
import anyio.lowlevel
import asyncpg
import pytest

from moe_memorygraph.errors import Conflict, NotFound, Unavailable
from moe_memorygraph.memory.cells import EvidenceQuery
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore, tenant_transaction
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import (
    PLANES,
    Customer,
    DataSpan,
    FactFilter,
    FactNames,
    GroupCounts,
    GroupField,
    Job,
    OutboxTask,
    PatternFilter,
    PlanesPreview,
    PreviewRequest,
    PrivacyRules,
    RunRecord,
    Tenant,
    TicketFilter,
    TicketMeasures,
    ToldFilter,
    tenant_id_of,
)
from tests.memory.postgres.support import all_tables, contents, fill, superuser
from tests.memory.samples import DAY, NOW, an_id, document, fact, origin, pattern, sealing, ticket, turn, unit
from tests.plugins.stores import created

pytestmark = pytest.mark.postgres

A, B = tenant_id_of("a"), tenant_id_of("b")
EVERYTHING = EvidenceQuery(since=NOW - 9999 * DAY, until=NOW + 9999 * DAY)
Reading = Callable[[TenantMemory], Awaitable[Any]]
GROUPS: tuple[GroupField, ...] = (
    "category",
    "customer_id",
    "channel",
    "status",
    "priority",
    "month",
    "quarter",
    "pii_type",
)


def _counting(group: GroupField) -> Reading:
    return lambda memory: memory.vector.count_by(group, TicketFilter())


async def _sizes(memory: TenantMemory) -> list[int]:
    return [len(await memory.sample_vectors(plane, limit=9)) for plane in PLANES]


async def _items(memory: TenantMemory) -> list[int]:
    return [one.items + one.vectors for one in await memory.status()]


async def _together(memory: TenantMemory) -> list[Any]:
    async with memory.reading_together() as reads:
        return [await reads.vector.count(TicketFilter()), await reads.customers.get("C-1")]


async def _cells(memory: TenantMemory) -> int:
    return len(await memory.mining.cells())


READINGS: dict[str, tuple[Reading, Any]] = {
    "customers.get": (lambda m: m.customers.get("C-1"), None),
    "customers.all": (lambda m: m.customers.all(), []),
    "stm.live_turns": (lambda m: m.stm.live_turns("S-1", now=NOW), []),
    "stm.search": (lambda m: m.stm.search("S-1", text="secret", embedding=unit(1), now=NOW, limit=9), []),
    "ltm.embedded": (lambda m: m.ltm.embedded(), {}),
    "mining.is_behind": (lambda m: m.mining.is_behind(), True),
    "mining.cells": (_cells, 0),
    "mining.evidence": (lambda m: m.mining.evidence([EVERYTHING], limit=9), [()]),
    "ltm.get": (lambda m: m.ltm.get(an_id("pattern")), None),
    "ltm.search": (lambda m: m.ltm.search(text="secret", embedding=unit(1), filters=PatternFilter(), limit=9), []),
    "ltm.for_scope": (lambda m: m.ltm.for_scope(PatternFilter(), limit=9), []),
    "semantic.get": (lambda m: m.semantic.get(an_id("fact")), None),
    "semantic.find": (lambda m: m.semantic.find(FactFilter(include_superseded=True), limit=9), []),
    "semantic.search": (
        lambda m: m.semantic.search(text="secret", embedding=unit(1), filters=FactFilter(), limit=9),
        [],
    ),
    "catalogue.all": (lambda m: m.catalogue.all(), []),
    "semantic.names": (lambda m: m.semantic.names(limit=9), FactNames()),
    "semantic.told": (lambda m: m.semantic.told(ToldFilter(), limit=9), []),
    "semantic.get told": (lambda m: m.semantic.get(an_id("T-1|plan_mentioned|secret")), None),
    "vector.known_hashes": (lambda m: m.vector.known_hashes(["T-1"]), {}),
    "vector.get": (lambda m: m.vector.get("T-1"), None),
    "vector.search": (lambda m: m.vector.search(text="secret", embedding=unit(1), filters=TicketFilter(), limit=9), []),
    "vector.browse": (lambda m: m.vector.browse(TicketFilter(), limit=9), []),
    "vector.count": (lambda m: m.vector.count(TicketFilter()), 0),
    "vector.count words": (lambda m: m.vector.count(TicketFilter(), text="secret"), 0),
    "vector.tally": (lambda m: m.vector.tally("category", TicketFilter()), GroupCounts(total=0, groups=(), named=0)),
    "vector.measures": (lambda m: m.vector.measures(TicketFilter()), TicketMeasures()),
    "vector.figures": (
        lambda m: m.vector.figures(
            before=NOW - 999 * DAY, since=NOW - DAY, until=NOW + DAY, warnings=("plan_mentioned",)
        ),
        [],
    ),
    "vector.span": (lambda m: m.vector.span(), DataSpan(oldest=None, newest=None)),
    "vector.ids": (lambda m: m.vector.ids(TicketFilter(), limit=9), []),
    "vector.unread": (lambda m: m.vector.unread(1, limit=9), []),
    "vector.unread_count": (lambda m: m.vector.unread_count(1), 0),
    "topics.own": (lambda m: m.topics.own(), []),
    "topics.untold": (lambda m: m.topics.untold(limit=9), []),
    "knowledge.known_hashes": (lambda m: m.knowledge.known_hashes(["D-1"]), {}),
    "knowledge.get": (lambda m: m.knowledge.get("D-1"), None),
    "knowledge.browse": (lambda m: m.knowledge.browse(limit=9), []),
    "knowledge.search": (lambda m: m.knowledge.search(text="secret", embedding=unit(1), limit=9), []),
    "runs.get": (lambda m: m.runs.get(an_id("run")), None),
    "runs.contents": (lambda m: m.runs.contents([an_id("run")]), {}),
    "audit.seal": (lambda m: m.audit.seal(sealing, limit=9), None),
    "audit.head": (lambda m: m.audit.head(), None),
    "audit.seals": (lambda m: m.audit.seals(after=0, limit=9), []),
    "audit.sealed": (lambda m: m.audit.sealed(after=(0, 0), limit=9), []),
    "audit.unsealed": (lambda m: m.audit.unsealed(after=None, limit=9), []),
    "audit.latest": (lambda m: m.audit.latest(limit=9), []),
    "outbox.pending": (lambda m: m.outbox.pending(), 0),
    "outbox.claim": (lambda m: m.outbox.claim(now=NOW, limit=9, lease_seconds=9), []),
    "jobs.get": (lambda m: m.jobs.get(an_id("job")), None),
    "keys.get": (lambda m: m.keys.get(an_id("key")), None),
    "keys.all": (lambda m: m.keys.all(), []),
    "privacy.rules": (lambda m: m.privacy.rules(), PrivacyRules()),
    "privacy.known_numbers": (lambda m: m.privacy.known_numbers([("PERSON", bytes(32))]), {}),
    "privacy.originals": (lambda m: m.privacy.originals("ticket", "T-1"), []),
    "privacy.kept": (lambda m: m.privacy.kept(), {}),
    "quotas.limits": (lambda m: m.quotas.limits(), {}),
    "quotas.usage": (lambda m: m.quotas.usage(NOW.date(), now=NOW), []),
    "retention.all": (lambda m: m.retention.all(), {}),
    "retention.due": (lambda m: m.retention.due(now=NOW + 99_999 * DAY), {}),
    "quarantine.all": (lambda m: m.quarantine.all(limit=9), []),
    "quarantine.get": (lambda m: m.quarantine.get(an_id("held")), None),
    "quarantine.decided": (lambda m: m.quarantine.decided("turn", ["S-1"]), {}),
    "who_wrote": (lambda m: m.who_wrote(origin().origin_id), None),
    "semantic.get retracted": (lambda m: m.semantic.get(an_id("wrong")), None),
    "semantic.find known": (lambda m: m.semantic.find(FactFilter(known_at=NOW, subjects=("C-2",)), limit=9), []),
    "preview": (
        lambda m: m.preview(PreviewRequest(text="secret", customer_ids=("C-1",), session_id="S-1"), now=NOW),
        PlanesPreview(),
    ),
    "revisions": (lambda m: m.revisions(), {}),
    "categories": (lambda m: m.categories(), []),
    "predicates": (lambda m: m.predicates(), []),
    "sample_vectors": (_sizes, [0, 0, 0, 0, 0]),
    "status": (_items, [0, 0, 0, 0, 0]),
    "reading_together": (_together, [0, None]),
}
READINGS |= {f"vector.count_by {group}": (_counting(group), []) for group in GROUPS}


@pytest.fixture
async def filled(postgres_store: PostgresStore) -> PostgresStore:
    """Tenant a has everything, tenant b was created and has nothing."""
    await fill(await created(postgres_store, "a"))
    await created(postgres_store, "b")
    return postgres_store


def test_every_reading_method_is_tried() -> None:
    tried = {name.split()[0] for name in READINGS}
    writing = {
        "put_many",
        "remember",
        "sweep",
        "refresh",
        "replace_all",
        "record",
        "remove_missing",
        "save",
        "add",
        "put",
        "remove",
        "finish",
        "fail",
        "read_again",
        "retell",
        "revoke",
        "settle",
        "set_limits",
        "clear_limits",
        "used",
        "tell",
        "set_policy",
        "reset_policies",
        "add_key",
        "rewrap",
        "keep_originals",
        "shred",
        "number",
        "hold",
    }
    planes = TenantMemory.__annotations__ | {
        name: value.fget.__annotations__["return"]
        for name, value in vars(TenantMemory).items()
        if isinstance(value, property) and name not in ("tenant_id", "origin")
    }
    for plane, protocol in planes.items():
        methods = {name for name in vars(protocol) if not name.startswith("_")} - writing - {"create", "update"}
        assert {f"{plane}.{method}" for method in methods} <= tried, plane
    own = {name for name, value in vars(TenantMemory).items() if callable(value) and not name.startswith("_")}
    assert own - {"tenant", "maintain", "forget_customer", "writing_as", "roll_back"} <= tried


@pytest.mark.parametrize("name", READINGS)
async def test_another_tenant_reads_nothing(filled: PostgresStore, name: str) -> None:
    reading, nothing = READINGS[name]
    mine = await reading(filled.tenant(A))
    assert mine != nothing, "there is something to read for its own tenant"
    assert await reading(filled.tenant(B)) == nothing
    assert await reading(filled.tenant(tenant_id_of("never-created"))) == nothing


async def test_another_tenants_writes_touch_nothing_of_mine(
    filled: PostgresStore, store_server: EmbeddedServer
) -> None:
    def mine(rows: dict[str, list[str]]) -> dict[str, list[str]]:
        return {table: [row for row in some if str(A) in row] for table, some in rows.items()}

    before = await contents(store_server)
    other = filled.tenant(B)
    await fill(other, "planted")
    await other.customers.put_many([Customer(customer_id="C-1", name="planted again")])
    assert not await other.catalogue.remove("secret")
    await other.vector.put_many([ticket("T-1", "changed", vector=unit(0, 1))])
    await other.semantic.record(fact("C-1", "tier", "changed"), now=NOW + DAY, single_valued=True)
    await other.knowledge.remove_missing([])
    await other.ltm.replace_all([], mined_at=NOW)
    assert await other.stm.sweep(now=NOW + 99 * DAY) == 1
    await other.outbox.fail(an_id("task"), retry_at=None)
    await other.outbox.finish(an_id("task"))
    await other.jobs.update(an_id("job"), state="failed", detail={}, error="x", now=NOW)
    await other.keys.revoke(an_id("key"), now=NOW)
    await other.keys.used(an_id("key"), now=NOW)
    await other.privacy.reset_policies()
    await other.privacy.shred()
    await other.quotas.clear_limits(["calls_per_day"])
    await other.quotas.settle(an_id("process"), [], day=NOW.date(), now=NOW, until=NOW)
    assert await filled.create_tenant(Tenant(tenant_id=B, key="b", name="other")) is False
    await filled.erase_tenant(B)
    assert mine(await contents(store_server)) == mine(before)
    with pytest.raises(NotFound):
        await other.jobs.update(an_id("job"), state="failed", detail={}, error="x", now=NOW)


async def test_every_table_is_filled_and_gone_after_erasing(
    filled: PostgresStore, store_server: EmbeddedServer
) -> None:
    before = await contents(store_server)
    assert [table for table, rows in before.items() if not any(str(A) in row for row in rows)] == []
    erased = await filled.erase_tenant(A)
    assert erased == {
        table: count for table, rows in before.items() if (count := sum(str(A) in row for row in rows)) > 0
    }
    assert [table for table, rows in (await contents(store_server)).items() if any(str(A) in row for row in rows)] == []


@pytest.mark.parametrize("bound", [None, B])
async def test_the_database_itself_shows_and_takes_nothing(
    filled: PostgresStore, store_server: EmbeddedServer, bound: Any
) -> None:
    async with superuser(store_server) as admin:
        tables = await all_tables(admin)
        rows = {
            table: await admin.fetchval(f"SELECT to_jsonb(t)::text FROM {table} AS t WHERE tenant_id = $1 LIMIT 1", A)
            for table in tables
        }
    async with filled.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        if bound is not None:
            await connection.execute(f"SET LOCAL app.tenant_id = '{bound}'")
        for table in tables:
            assert await connection.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", A) == 0, table
            if bound is None:
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0, table
            assert await _refused(connection, f"DELETE FROM {table} WHERE tenant_id = '{A}'") == "DELETE 0"
            assert await _refused(connection, f"UPDATE {table} SET tenant_id = '{B}' WHERE tenant_id = '{A}'") in (
                "UPDATE 0",
                "42501",
            )
            columns = ", ".join(json.loads(rows[table]))
            insert = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, $1)"
            assert await _refused(connection, insert, json.loads(rows[table])) == "42501", table
        await transaction.rollback()


async def _refused(connection: Any, sql: str, *parameters: object) -> str:
    """The status of a statement, or its SQLSTATE, leaving the transaction usable."""
    try:
        async with connection.transaction():
            return str(await connection.execute(sql, *parameters))
    except asyncpg.PostgresError as error:
        return str(error.sqlstate)


async def test_the_app_role_can_become_nobody_else(filled: PostgresStore) -> None:
    async with filled.pool.acquire() as connection:
        for sql in (
            "SET ROLE mg_owner",
            "SET SESSION AUTHORIZATION postgres",
            "SET row_security = off; SELECT count(*) FROM ticket",
            "ALTER TABLE ticket DISABLE ROW LEVEL SECURITY",
            "DROP POLICY of_tenant ON ticket",
            "TRUNCATE ticket",
            "CREATE TABLE mine ()",
            "COPY ticket TO STDOUT",
        ):
            assert await _refused(connection, sql) in ("42501", "COPY 0", "0A000", "22023"), sql


EVIL = [
    "'; DROP TABLE ticket; --",
    "' OR '1'='1",
    '" OR ""="',
    "$1",
    "$$; SELECT 1; $$",
    "\\'; DELETE FROM tenant; --",
    "%",
    "_%' ESCAPE '!",
    "{1,2}",
    "null",
    "a & b | !c <-> (d:*",
    "'a' | 'b' \\",
    "it's \\ a 'word'",
    "2026-01-01'::timestamptz",
    "app.tenant_id",
    "'); SET app.tenant_id = '00000000-0000-0000-0000-000000000000'; --",
    "\x01\x7f\u202e\u200b\ufeff",
    "🧾" * 50,
    "x" * 3000,
    "http://x/?a=1&b='2'",
]


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
async def test_no_string_is_ever_code(filled: PostgresStore, store_server: EmbeddedServer, evil: str) -> None:
    memory = filled.tenant(A)
    before = await contents(store_server)
    request = PreviewRequest(text=evil, customer_ids=(evil,), categories=(evil,), predicates=(evil,), session_id=evil)
    tickets = TicketFilter(customer_ids=(evil,), categories=(evil,), channel=evil, status=evil)
    patterns = PatternFilter(customer_ids=(evil,), topics=(evil,), kind=evil)
    facts = FactFilter(subjects=(evil,), predicates=(evil,))
    preview = await memory.preview(request, now=NOW)
    assert (preview.stm_turns, preview.ltm_patterns, preview.semantic_facts, preview.vector_tickets) == (0, 0, 0, 0)
    assert await memory.customers.get(evil) is None
    assert await memory.stm.live_turns(evil, now=NOW) == []
    assert await memory.stm.search(evil, text=evil, embedding=None, now=NOW, limit=9) == []
    assert await memory.ltm.search(text=evil, embedding=unit(1), filters=patterns, limit=9) == []
    assert await memory.ltm.for_scope(patterns, limit=9) == []
    assert await memory.semantic.find(facts, limit=9) == []
    assert await memory.semantic.search(text=evil, embedding=unit(1), filters=facts, limit=9) == []
    assert await memory.vector.known_hashes([evil]) == {}
    assert await memory.vector.get(evil) is None
    assert await memory.vector.search(text=evil, embedding=unit(1), filters=tickets, limit=9) == []
    assert await memory.vector.count(tickets, text=evil) == 0
    for group in GROUPS:
        assert await memory.vector.count_by(group, tickets) == []
    assert await memory.knowledge.known_hashes([evil]) == {}
    assert await memory.knowledge.get(evil) is None
    # With every filter open, the words alone must not break or find what does not hold them.
    await memory.vector.search(text=evil, embedding=None, filters=TicketFilter(), limit=9)
    await memory.vector.count(TicketFilter(), text=evil)
    await memory.semantic.search(text=evil, embedding=None, filters=FactFilter(), limit=9)
    await memory.ltm.search(text=evil, embedding=None, filters=PatternFilter(), limit=9)
    await memory.knowledge.search(text=evil, embedding=None, limit=9)
    assert await contents(store_server) == before


@pytest.mark.parametrize("evil", EVIL, ids=range(len(EVIL)))
async def test_every_string_comes_back_as_it_was_written(postgres_store: PostgresStore, evil: str) -> None:
    memory = await created(postgres_store, "a")
    customer = Customer(
        customer_id=evil, name=evil, aliases=(evil, evil), tier=evil, attributes={evil: evil}, content_hash=b"x"
    )
    await memory.customers.put_many([customer])
    assert await memory.customers.all() == [customer]
    one = ticket(
        evil, evil, customer=evil, category=evil, channel=evil, status=evil, pii_types=(evil,), attributes={evil: evil}
    )
    await memory.vector.put_many([one])
    filters = TicketFilter(customer_ids=(evil,), categories=(evil,), channel=evil, status=evil)
    (found,) = await memory.vector.browse(filters, limit=9)
    assert found == replace(one, passages=())
    assert [group.key for group in await memory.vector.count_by("pii_type", filters)] == [evil]
    said = fact(evil, evil, evil, source=evil, statement=evil)
    assert await memory.semantic.record(said, now=NOW, single_valued=False) == (replace(said, recorded_at=NOW), [], [])
    assert await memory.semantic.find(FactFilter(subjects=(evil,), predicates=(evil,)), limit=9)
    mined = pattern("p", evil, customer_id=evil, topic=evil, kind=evil, evidence=(evil,))
    await memory.ltm.replace_all([mined], mined_at=NOW)
    scope = PatternFilter(customer_ids=(evil,), topics=(evil,), kind=evil)
    assert await memory.ltm.for_scope(scope, limit=9) == [replace(mined, mined_at=NOW)]
    written = document(evil, (evil, evil), title=evil, path=evil)
    await memory.knowledge.put_many([written], now=NOW)
    read = await memory.knowledge.get(evil)
    assert read is not None
    assert (read.text, read.title, read.path, read.passages) == (written.text, evil, evil, written.passages)
    spoken = turn("t", evil, session=evil, role=evil)
    await memory.stm.remember([spoken])
    assert await memory.stm.live_turns(evil, now=NOW) == [spoken]
    run = RunRecord(
        run_id=an_id("r"),
        tool=evil,
        question=evil,
        created_at=NOW,
        answer=evil,
        confidence=None,
        abstained=True,
        envelope={evil: [evil]},
        decision={evil: evil},
        computed=(evil,),
    )
    task = OutboxTask(task_id=an_id("o"), kind=evil, payload={evil: evil})
    await memory.runs.save(run, [task])
    assert await memory.runs.get(run.run_id) == run
    assert await memory.outbox.claim(now=NOW, limit=9, lease_seconds=9) == [replace(task, attempts=1)]
    job = Job(
        job_id=an_id("j"), kind=evil, state="queued", detail={evil: evil}, error=evil, created_at=NOW, updated_at=NOW
    )
    await memory.jobs.create(job)
    assert await memory.jobs.get(job.job_id) == job


async def test_a_storm_of_cancelled_work_leaks_nothing(postgres_store: PostgresStore) -> None:
    """40 tasks of 4 tenants on 4 connections read, write, fail and are cancelled at any await."""
    keys = ("a", "b", "c", "d")
    for key in keys:
        await fill(await created(postgres_store, key), f"word of {key}")
    chance = random.Random(20250615)
    verified = 0

    async def one(key: str, kind: int) -> None:
        nonlocal verified
        memory = postgres_store.tenant(tenant_id_of(key))
        if kind == 0:
            (found,) = await memory.vector.browse(TicketFilter(), limit=9)
            assert found.body == f"word of {key}"
        elif kind == 1:
            (hit,) = await memory.semantic.search(text="word", embedding=unit(1), filters=FactFilter(), limit=9)
            assert hit.fact.object == f"word of {key}"
        elif kind == 2:
            await memory.stm.remember([turn(f"{key}{chance.random()}", f"word of {key}")])
        elif kind == 3:
            with pytest.raises(Conflict):
                await memory.vector.search(text="word", embedding=unit(1, dim=9), filters=TicketFilter(), limit=9)
        else:
            turns = await memory.stm.live_turns("S-1", now=NOW)
            assert {turn.text for turn in turns} == {f"word of {key}"}
        verified += 1

    async def worker() -> None:
        for _ in range(30):
            patience = chance.choice([None, chance.randrange(300)])
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as group:
                    group.start_soon(_cancel_after, patience, scope)
                    with suppress(Unavailable):  # no connection was free in time
                        await one(chance.choice(keys), chance.randrange(5))
                    group.cancel_scope.cancel()

    with anyio.fail_after(120):
        async with anyio.create_task_group() as group:
            for _ in range(40):
                group.start_soon(worker)
    assert verified > 200
    async with postgres_store.pool.acquire() as connection:
        assert await connection.fetchval("SELECT current_setting('app.tenant_id', true)") in (None, "")
        assert await connection.fetchval("SELECT count(*) FROM ticket") == 0
    with anyio.fail_after(20):
        for key in keys:
            async with tenant_transaction(postgres_store.pool, tenant_id_of(key), readonly=True) as connection:
                assert await connection.fetchval("SELECT count(DISTINCT tenant_id) FROM session_turn") == 1


async def _cancel_after(checkpoints: int | None, scope: anyio.CancelScope) -> None:
    if checkpoints is None:
        return
    for _ in range(checkpoints):
        await anyio.lowlevel.checkpoint()
    scope.cancel()
