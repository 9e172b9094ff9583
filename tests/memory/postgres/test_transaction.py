"""One unit of work: committed whole, rolled back whole, its errors told in our words, its connection clean."""

from dataclasses import replace
from typing import Any

import anyio
import anyio.lowlevel
import asyncpg
import pytest
from structlog.testing import capture_logs

from moe_memorygraph.errors import (
    Conflict,
    DeadlineExceeded,
    InvalidArgument,
    MemoryGraphError,
    NotFound,
    PermissionDenied,
    TooLarge,
    Unavailable,
)
from moe_memorygraph.memory.postgres import PostgresStore, open_store, tenant_transaction
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.pool import Bound, Connection, open_pool, sharing_reads
from moe_memorygraph.memory.postgres.translation import database_errors
from moe_memorygraph.memory.values import TenantId, TicketFilter, tenant_id_of
from tests.memory.postgres.support import superuser
from tests.memory.samples import ticket, unit
from tests.plugins.stores import created

pytestmark = pytest.mark.postgres

INSERT = "INSERT INTO plane_revision (tenant_id, plane, revision, changed_at) VALUES ($1, 'vector', 7, now())"


@pytest.fixture
async def tenant(postgres_store: PostgresStore) -> TenantId:
    await created(postgres_store, "a")
    return tenant_id_of("a")


async def _revision(store: PostgresStore, tenant_id: TenantId) -> int | None:
    return (await store.tenant(tenant_id).revisions()).get("vector")


async def test_what_is_done_is_committed(postgres_store: PostgresStore, tenant: TenantId) -> None:
    async with tenant_transaction(postgres_store.pool, tenant) as connection:
        await connection.execute(INSERT, tenant)
    assert await _revision(postgres_store, tenant) == 7


async def test_an_exception_rolls_back_and_goes_on_as_it_is(postgres_store: PostgresStore, tenant: TenantId) -> None:
    with pytest.raises(ZeroDivisionError):
        async with tenant_transaction(postgres_store.pool, tenant) as connection:
            1 / (await connection.fetchval(f"{INSERT} RETURNING revision", tenant) - 7)
    assert await _revision(postgres_store, tenant) is None


async def test_cancellation_rolls_back_and_ends_the_query(
    postgres_store: PostgresStore, store_server: EmbeddedServer, tenant: TenantId
) -> None:
    started = anyio.Event()

    async def work() -> None:
        async with tenant_transaction(postgres_store.pool, tenant) as connection:
            await connection.execute(INSERT, tenant)
            started.set()
            await connection.execute("SELECT pg_sleep(60)")

    with anyio.fail_after(10):
        async with anyio.create_task_group() as group:
            group.start_soon(work)
            await started.wait()
            group.cancel_scope.cancel()
        assert await _revision(postgres_store, tenant) is None
        async with superuser(store_server) as admin:
            sleeping = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'"
            while await admin.fetchval(sleeping):
                await anyio.lowlevel.checkpoint()
    assert postgres_store.pool.get_idle_size() == postgres_store.pool.get_size()


class Wedged(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types
    """A connection that was killed while a cancelled statement was still being cleared away: it can do nothing more."""

    async def execute(self, query: str, *args: Any, **more: Any) -> Any:
        if query == "ROLLBACK":
            raise asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress")
        return await super().execute(query, *args, **more)


async def test_a_connection_that_cannot_even_roll_back_is_replaced(store_server: EmbeddedServer) -> None:
    """Or its place in the pool would be lost, one after the other, until none is left."""
    where: dict[str, Any] = {"host": str(store_server.socket_dir), "port": store_server.port}
    where |= {"user": store_server.app_user, "password": store_server.app_password, "database": store_server.database}
    async with open_pool(size=1, connection_class=Wedged, **where) as pool:
        for _ in range(3):
            with pytest.raises(ZeroDivisionError), anyio.fail_after(10):
                async with tenant_transaction(pool, tenant_id_of("a")) as connection:
                    1 / await connection.fetchval("SELECT 0")
        async with tenant_transaction(pool, tenant_id_of("a")) as connection:
            assert await connection.fetchval("SELECT 1") == 1


async def test_reading_cannot_write(postgres_store: PostgresStore, tenant: TenantId) -> None:
    with pytest.raises(Unavailable, match="only reads"):
        async with tenant_transaction(postgres_store.pool, tenant, readonly=True) as connection:
            await connection.execute(INSERT, tenant)


async def test_an_id_that_is_no_uuid_reaches_no_sql(postgres_store: PostgresStore) -> None:
    evil: Any = "x'; DROP TABLE ticket; --"
    with pytest.raises(ValueError, match="badly formed"):
        async with tenant_transaction(postgres_store.pool, evil):
            pass


async def test_when_all_connections_are_taken_it_says_so(store_server: EmbeddedServer) -> None:
    async with open_store(store_server, pool_size=1) as store:
        memory = await created(store, "a")
        with anyio.fail_after(10):
            async with tenant_transaction(store.pool, memory.tenant_id):
                with pytest.raises(Unavailable, match="busy"):
                    await memory.revisions()
            assert await memory.revisions() == {}


async def test_a_query_that_runs_too_long_is_told(postgres_store: PostgresStore, tenant: TenantId) -> None:
    with pytest.raises(DeadlineExceeded):
        async with tenant_transaction(postgres_store.pool, tenant) as connection:
            await connection.execute("SET LOCAL statement_timeout = '20ms'; SELECT pg_sleep(60)")
    assert await _revision(postgres_store, tenant) is None


async def test_a_connection_lost_at_work_is_told_and_replaced(
    postgres_store: PostgresStore, store_server: EmbeddedServer, tenant: TenantId
) -> None:
    with pytest.raises(Unavailable):
        async with tenant_transaction(postgres_store.pool, tenant) as connection:
            await _lose_and_query(connection, store_server)
    with anyio.fail_after(10):
        assert await _revision(postgres_store, tenant) is None


async def test_a_connection_lost_in_the_caller_s_hands_hides_no_error_of_the_caller(
    postgres_store: PostgresStore, store_server: EmbeddedServer, tenant: TenantId
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with tenant_transaction(postgres_store.pool, tenant) as connection:
            await _lose_and_fail(connection, store_server)
    assert await _revision(postgres_store, tenant) is None


async def _lose_and_fail(connection: Connection, server: EmbeddedServer) -> None:
    lost = anyio.Event()
    connection.add_termination_listener(lambda _: lost.set())
    await _lose_connections(server)
    with anyio.fail_after(10):
        await lost.wait()
    raise ZeroDivisionError


async def _lose_and_query(connection: Connection, server: EmbeddedServer) -> None:
    await _lose_connections(server)
    await connection.execute("SELECT 1")


async def _lose_connections(server: EmbeddedServer) -> None:
    async with superuser(server) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'mg_app' AND datname = $1",
            server.database,
        )


async def test_connections_lost_at_rest_are_replaced_unnoticed(
    postgres_store: PostgresStore, store_server: EmbeddedServer, tenant: TenantId
) -> None:
    for _ in range(5):
        await _lose_connections(store_server)
        assert await _revision(postgres_store, tenant) is None


async def test_the_settings_of_the_app_hold(postgres_store: PostgresStore, tenant: TenantId) -> None:
    expected = {
        "statement_timeout": "5s",
        "lock_timeout": "2s",
        "idle_in_transaction_session_timeout": "15s",
        "plan_cache_mode": "force_generic_plan",
        "TimeZone": "UTC",
    }
    async with tenant_transaction(postgres_store.pool, tenant, readonly=True) as connection:
        found = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in expected}
        assert found == expected
        assert await connection.fetchval("SELECT current_user") == "mg_app"


async def test_a_writer_waits_for_another_and_then_says_so(postgres_store: PostgresStore, tenant: TenantId) -> None:
    async with tenant_transaction(postgres_store.pool, tenant) as connection:
        await connection.execute(INSERT, tenant)
        with pytest.raises(Unavailable, match="Another writer"):
            async with tenant_transaction(postgres_store.pool, tenant) as other:
                await _insert_impatiently(other, tenant)


async def _insert_impatiently(connection: Connection, tenant_id: TenantId) -> None:
    await connection.execute("SET LOCAL lock_timeout = '20ms'")
    await connection.execute(INSERT, tenant_id)


@pytest.mark.parametrize(
    ("sql", "error"),
    [
        ("SELECT 1 / 0", InvalidArgument),
        ("SELECT 'x'::uuid", InvalidArgument),
        ("SELECT chr(0)", TooLarge),
        ("SELECT '[1]'::halfvec <=> '[1,2]'::halfvec", Conflict),
        ("INSERT INTO tenant (tenant_id, key, name) VALUES (mg_tenant(), 'a', 'x')", Conflict),
        ("INSERT INTO tenant (tenant_id, key, name) VALUES (mg_tenant(), 'A!', 'x')", InvalidArgument),
        ("INSERT INTO tenant (tenant_id, key, name) VALUES (gen_random_uuid(), 'b', 'x')", PermissionDenied),
        ("UPDATE tenant SET key = 'b'", PermissionDenied),
        ("SELECT secret FROM nowhere", Unavailable),
        ("SELECT to_tsvector(string_agg(md5(n::text), ' ')) FROM generate_series(1, 99999) AS n", TooLarge),
    ],
)
async def test_errors_are_told_in_our_words(
    postgres_store: PostgresStore, tenant: TenantId, sql: str, error: type[MemoryGraphError]
) -> None:
    with capture_logs() as logs, pytest.raises(error) as caught:
        async with tenant_transaction(postgres_store.pool, tenant) as connection:
            await connection.execute(sql)
    told = str(caught.value).lower()
    driver = str(caught.value.__cause__).lower()
    assert driver not in told
    assert not any(word in told for word in ("select", "relation", "sql", "nowhere", "syntax", "tsvector"))
    assert caught.value.advice
    (event,) = [one for one in logs if one["event"] == "database_error"]
    assert set(event) == {"event", "log_level", "sqlstate"}


async def test_values_that_cannot_be_stored_are_invalid(postgres_store: PostgresStore, tenant: TenantId) -> None:
    memory = postgres_store.tenant(tenant)
    good = ticket("a", "x", vector=unit(1))
    not_json: Any = {"a": float("nan")}
    bad = [
        replace(good, body="NUL \x00"),
        replace(good, body="lone \ud800 surrogate"),
        replace(good, csat=9.0),
        replace(good, attributes=not_json),
        replace(good, passages=(replace(good.passages[0], embedding=unit(1) * float("nan")),)),
        replace(good, ticket_id=""),
    ]
    for one in bad:
        with pytest.raises(InvalidArgument):
            await memory.vector.put_many([ticket("good", "fine"), one])
    assert await memory.vector.count(TicketFilter()) == 0


async def test_a_tenant_that_does_not_exist_is_told(postgres_store: PostgresStore) -> None:
    with pytest.raises(NotFound, match="tenant"):
        await postgres_store.tenant(tenant_id_of("nobody")).vector.put_many([ticket("a", "x")])


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (asyncpg.InterfaceError("secret"), Unavailable),
        (asyncpg.InternalClientError("secret"), Unavailable),
        (asyncpg.ConnectionDoesNotExistError("secret"), Unavailable),
        (asyncpg.DataError("secret"), InvalidArgument),
        (ConnectionRefusedError("secret"), Unavailable),
        (FileNotFoundError("secret"), Unavailable),
        (TimeoutError("secret"), DeadlineExceeded),
        (UnicodeEncodeError("utf-8", "secret", 0, 1, "secret"), InvalidArgument),
    ],
)
def test_what_the_driver_raises_itself_is_told(raised: Exception, error: type[MemoryGraphError]) -> None:
    with pytest.raises(error) as caught, database_errors():
        raise raised
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is raised


def test_other_exceptions_are_left_alone() -> None:
    for other in (KeyError("x"), InvalidArgument("x"), KeyboardInterrupt()):
        with pytest.raises(type(other)) as caught, database_errors():
            raise other
        assert caught.value is other


BACKEND = "SELECT pg_backend_pid()"


async def _backends(bound: Bound, times: int) -> set[int]:
    found = set()
    for _ in range(times):
        async with bound.reading() as connection:
            found.add(await connection.fetchval(BACKEND))
    return found


async def test_reads_together_share_one_transaction(postgres_store: PostgresStore, tenant: TenantId) -> None:
    async with sharing_reads(Bound(postgres_store.pool, tenant)) as shared:
        begun = []
        for _ in range(2):
            async with shared.reading() as connection:
                begun.append(await connection.fetchrow("SELECT pg_backend_pid() AS backend, now() AS begun"))
        assert begun[0] == begun[1]
        assert postgres_store.pool.get_size() - postgres_store.pool.get_idle_size() == 1
    assert postgres_store.pool.get_idle_size() == postgres_store.pool.get_size()


async def test_reads_together_see_what_others_commit_meanwhile(postgres_store: PostgresStore, tenant: TenantId) -> None:
    async with postgres_store.tenant(tenant).reading_together() as reads:
        assert await reads.revisions() == {}
        async with tenant_transaction(postgres_store.pool, tenant) as connection:
            await connection.execute(INSERT, tenant)
        assert await reads.revisions() == {"vector": 7}


async def test_a_read_that_fails_leaves_the_others_alone(postgres_store: PostgresStore, tenant: TenantId) -> None:
    async with sharing_reads(Bound(postgres_store.pool, tenant)) as shared:
        with pytest.raises(InvalidArgument):
            async with shared.reading() as connection:
                await connection.execute("SELECT 1 / 0")
        async with shared.reading() as connection:
            assert await connection.fetchval("SELECT 1") == 1
    assert postgres_store.pool.get_idle_size() == postgres_store.pool.get_size()


async def test_a_read_that_is_cancelled_leaves_the_others_alone(
    postgres_store: PostgresStore, tenant: TenantId
) -> None:
    async with sharing_reads(Bound(postgres_store.pool, tenant)) as shared:
        with anyio.move_on_after(0.05):
            async with shared.reading() as connection:
                await connection.execute("SELECT pg_sleep(60)")
        async with shared.reading() as connection:
            assert await connection.fetchval("SELECT 1") == 1


async def test_a_slow_read_does_not_hold_up_the_others(postgres_store: PostgresStore, tenant: TenantId) -> None:
    backends: list[int] = []
    async with sharing_reads(Bound(postgres_store.pool, tenant)) as shared, shared.reading() as slow:
        backends.append(await slow.fetchval(BACKEND))
        async with shared.reading() as other:
            backends.append(await other.fetchval(BACKEND))
    assert len(set(backends)) == 2


async def test_under_load_reads_take_turns_but_not_for_ever(store_server: EmbeddedServer) -> None:
    async with open_store(store_server, pool_size=2) as store:
        memory = await created(store, "a")
        async with tenant_transaction(store.pool, memory.tenant_id):  # half of the pool, and the first read the rest
            with anyio.fail_after(10):
                async with sharing_reads(Bound(store.pool, memory.tenant_id)) as shared, shared.reading():
                    with pytest.raises(Unavailable, match="busy"):
                        async with shared.reading():
                            pass


async def test_what_fails_between_reads_together_ends_them(postgres_store: PostgresStore, tenant: TenantId) -> None:
    with pytest.raises(ZeroDivisionError):
        async with sharing_reads(Bound(postgres_store.pool, tenant)) as shared:
            1 / len(await _backends(shared, 1) - await _backends(shared, 1))
    assert postgres_store.pool.get_idle_size() == postgres_store.pool.get_size()


async def test_reads_together_cannot_write(postgres_store: PostgresStore, tenant: TenantId) -> None:
    async with sharing_reads(Bound(postgres_store.pool, tenant)) as shared:
        with pytest.raises(Unavailable, match="only reads"):
            async with shared.reading() as connection:
                await connection.execute(INSERT, tenant)
