"""Migrations: each once, in order, whole or not at all; and databases of one's own."""

import os
import signal
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import anyio
import anyio.abc
import asyncpg
import pytest

from moe_memorygraph.errors import Conflict, InvalidArgument, PermissionDenied, Unavailable
from moe_memorygraph.memory.postgres import migrate_external, migration, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.migration import (
    META_SCHEMA,
    applied_versions,
    connect_admin,
    known_migrations,
    migrate,
    pending_migrations,
    schema_version,
)
from moe_memorygraph.memory.postgres.pool import SCHEMA, Connection
from moe_memorygraph.memory.values import TicketFilter
from tests.memory.samples import ticket
from tests.plugins.stores import created, run_as_superuser

pytestmark = pytest.mark.postgres

MIGRATIONS = Path(migration.__file__).parent / "migrations"


@pytest.fixture
async def empty(embedded_server: EmbeddedServer) -> EmbeddedServer:
    """A database without extension or schema."""
    server = replace(embedded_server, database=f"empty_{uuid4().hex}")
    await run_as_superuser(embedded_server, f"CREATE DATABASE {server.database} TEMPLATE template0")
    return server


def url(server: EmbeddedServer, user: str, password: str) -> str:
    return f"postgresql://{user}:{password}@/{server.database}?host={server.socket_dir}&port={server.port}"


def admin_url(server: EmbeddedServer) -> str:
    return url(server, server.superuser, server.superuser_password)


def app_url(server: EmbeddedServer) -> str:
    return url(server, server.app_user, server.app_password)


def test_files_are_numbered_without_gaps_and_say_why() -> None:
    migrations = known_migrations()
    assert [one.version for one in migrations] == list(range(1, len(migrations) + 1))
    assert all(one.sql.startswith("-- ") for one in migrations)
    assert schema_version() == migrations[-1].version


def test_files_say_nothing_that_outlives_a_transaction() -> None:
    statements = [path.read_text().lower() for path in MIGRATIONS.parent.glob("sql/*.sql")]
    assert len(statements) > 50
    for text in statements:
        code = [line for line in text.splitlines() if not line.startswith("--")]
        assert "set_config" not in text
        assert not code[0].startswith("set ")  # a column list's SET stands further down


def test_every_statement_names_the_tenant() -> None:
    of_the_owner = {"tenant_list", "role_check", "vector_index_orphans", "vector_index_progress"}
    of_no_table = {"text_has_stems", "text_lexemes", "text_stems"}
    tenantless = of_the_owner | of_no_table
    for path in MIGRATIONS.parent.glob("sql/*.sql"):
        if path.stem not in tenantless:
            text = path.read_text()
            assert "tenant_id = $1" in text or "INSERT INTO" in text, path.stem
            assert "$1 tenant" in text, path.stem


async def test_a_new_database_is_migrated_once(empty: EmbeddedServer) -> None:
    first = await migrate_external(admin_url(empty))
    assert list(first.applied) == [one.name for one in known_migrations()]
    assert (first.schema_version, first.leakproof) == (schema_version(), True)
    assert first.app_password is None  # the role is there already
    again = await migrate_external(admin_url(empty))
    assert again.applied == ()


async def test_many_may_migrate_at_once(empty: EmbeddedServer) -> None:
    applied: list[str] = []

    async def one() -> None:
        applied.extend((await migrate_external(admin_url(empty))).applied)

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(one)
    assert applied == [one.name for one in known_migrations()]


async def test_a_migration_that_fails_leaves_nothing(empty: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = known_migrations()
    broken[1] = replace(broken[1], sql=f"{broken[1].sql}; SELECT 1 / 0")
    with monkeypatch.context() as patched:
        patched.setattr(migration, "known_migrations", lambda: broken)
        with pytest.raises(InvalidArgument):
            await migrate_external(admin_url(empty))
    async with connect_admin(dsn=admin_url(empty)) as connection:
        assert list(await applied_versions(connection)) == [1]
        assert await connection.fetchval(f"SELECT to_regclass('{SCHEMA}.ticket')") is None
    report = await migrate_external(admin_url(empty))
    assert list(report.applied) == [one.name for one in known_migrations()[1:]]


async def test_the_ends_of_facts_that_stood_before_are_filled_in(
    empty: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration runs as the owner, whom row security holds to a tenant, too, where it is not lifted."""
    with monkeypatch.context() as patched:
        earlier = [one for one in known_migrations() if one.version < 29]
        patched.setattr(migration, "known_migrations", lambda: earlier)
        await migrate_external(admin_url(empty))
    async with connect_admin(dsn=admin_url(empty)) as connection:
        await connection.execute(f"SET search_path = {SCHEMA}, public")
        await connection.execute("INSERT INTO tenant (tenant_id, key, name) VALUES (gen_random_uuid(), 'a', 'A')")
        await connection.execute(
            "INSERT INTO fact (tenant_id, fact_id, identity, subject, subject_key, predicate, object, statement,"
            " confidence, valid_to, recorded_at, source, tsv)"
            " SELECT tenant_id, gen_random_uuid(), decode(repeat(md5(name), 2), 'hex'), 'x', 'x', 'tier', 'gold', 'x', 1,"
            " '2025-01-01Z', now(), 'crm', '' FROM tenant"
        )
    await migrate_external(admin_url(empty))
    async with connect_admin(dsn=admin_url(empty)) as connection:
        assert await connection.fetchval(f"SELECT count(*) FROM {SCHEMA}.fact WHERE stated_to = valid_to") == 1
        forced = "SELECT relforcerowsecurity FROM pg_class WHERE oid = $1::text::regclass"
        assert await connection.fetchval(forced, f"{SCHEMA}.fact")


async def test_a_server_that_died_meanwhile_is_left_in_peace(empty: EmbeddedServer) -> None:
    async with connect_admin(dsn=admin_url(empty)) as connection:
        assert await connection.fetchval("SELECT 1") == 1
        _end(connection.get_server_pid())


def _end(process: int) -> None:
    """End it and wait, without giving way to the event loop: the driver must find out by writing."""
    os.kill(process, signal.SIGTERM)
    with suppress(ProcessLookupError):
        while True:
            os.kill(process, 0)
            time.sleep(0.01)


async def test_an_edited_file_and_a_newer_database_are_refused(spoilt_server: EmbeddedServer) -> None:
    async with connect_admin(dsn=admin_url(spoilt_server)) as connection:
        record = f"{META_SCHEMA}.schema_migration"
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(f"UPDATE {record} SET digest = '\\x00' WHERE version = 2")
        with pytest.raises(Conflict, match="0002"):
            pending_migrations(known_migrations(), await applied_versions(connection))
        await transaction.rollback()
        await connection.execute(f"INSERT INTO {record} VALUES (9999, 'future', '\\x00', now())")
        with pytest.raises(Conflict, match="9999"):
            await migrate(connection)
    with pytest.raises(Conflict, match="newer"):
        async with open_store(app_url(spoilt_server)):
            pass


async def test_the_external_store_works_and_lists_tenants_with_an_administrator(empty: EmbeddedServer) -> None:
    await migrate_external(admin_url(empty))
    async with open_store(app_url(empty)) as store:
        memory = await created(store, "a")
        await memory.vector.put_many([ticket("T", "hello")])
        assert await memory.vector.count(TicketFilter()) == 1
        assert (await store.health())["schema_version"] == schema_version()
        with pytest.raises(PermissionDenied, match="administrator"):
            await store.list_tenants()
    async with open_store(app_url(empty), admin_url=admin_url(empty)) as store:
        assert [tenant.key for tenant in await store.list_tenants()] == ["a"]


async def test_a_database_that_was_not_migrated_is_refused(empty: EmbeddedServer) -> None:
    with pytest.raises(Unavailable, match="vector"):
        async with open_store(app_url(empty)):
            pass
    await run_as_superuser(empty, "CREATE EXTENSION vector")
    with pytest.raises(Unavailable, match="memorygraph migrate"):
        async with open_store(app_url(empty)):
            pass


async def test_a_database_that_lacks_a_migration_is_refused(spoilt_server: EmbeddedServer) -> None:
    last = known_migrations()[-1]
    await run_as_superuser(spoilt_server, f"DELETE FROM {META_SCHEMA}.schema_migration WHERE version = {last.version}")
    with pytest.raises(Unavailable, match=f"{last.version:04d}.*memorygraph migrate"):
        async with open_store(app_url(spoilt_server)):
            pass


@pytest.mark.parametrize(
    "role",
    [
        "superuser",
        "LOGIN BYPASSRLS",
        "LOGIN IN ROLE mg_owner",
    ],
)
async def test_a_role_that_sees_too_much_is_refused(store_server: EmbeddedServer, role: str) -> None:
    name = f"role_{uuid4().hex}"
    if role == "superuser":
        where = admin_url(store_server)
    else:
        await run_as_superuser(store_server, f"CREATE ROLE {name} PASSWORD 'secret' {role}")
        where = url(store_server, name, "secret")
    try:
        with pytest.raises(PermissionDenied, match="mg_app"):
            async with open_store(where):
                pass
    finally:
        await run_as_superuser(store_server, f"DROP ROLE IF EXISTS {name}")


async def test_an_administrator_without_superuser_can_migrate(empty: EmbeddedServer) -> None:
    name = f"admin_{uuid4().hex}"
    # As managed services give it: may make roles, owns the database; the extension is trusted there, so made first here.
    await run_as_superuser(
        empty,
        "CREATE EXTENSION vector",
        f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'secret'",
        f"GRANT mg_owner TO {name} WITH SET TRUE, INHERIT FALSE",
        f"ALTER DATABASE {empty.database} OWNER TO {name}",
    )
    try:
        report = await migrate_external(url(empty, name, "secret"))
        assert (len(report.applied), report.leakproof) == (len(known_migrations()), False)
        async with open_store(app_url(empty), admin_url=url(empty, name, "secret")) as store:
            await created(store, "a")
            assert [tenant.key for tenant in await store.list_tenants()] == ["a"]
            assert (await store.health())["words_use_index"] is False
    finally:
        await run_as_superuser(
            empty,
            f"REASSIGN OWNED BY {name} TO CURRENT_USER",
            f"DROP OWNED BY {name}",
            f"DROP ROLE {name}",
        )


async def test_the_app_roles_password_is_set_when_given(empty: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    other = f"app_{uuid4().hex}"
    monkeypatch.setattr(migration, "APP_ROLE", other)
    grants = [replace(one, sql=one.sql.replace("mg_app", other)) for one in known_migrations()]
    monkeypatch.setattr(migration, "known_migrations", lambda: grants)
    try:
        made = await migrate_external(admin_url(empty))
        assert made.app_password is not None
        assert made.app_password not in repr(made)
        await _log_in(empty, other, made.app_password)
        chosen = await migrate_external(admin_url(empty), app_password="pä55 'word\\")
        assert chosen.app_password is None
        await _log_in(empty, other, "pä55 'word\\")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await _log_in(empty, other, made.app_password)
    finally:
        await run_as_superuser(empty, f"DROP OWNED BY {other}", f"DROP ROLE {other}")


@pytest.mark.parametrize("password", [None, "for the reader"])
async def test_a_cluster_from_before_there_was_a_reader_gets_one(
    empty: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, password: str | None
) -> None:
    """It logs in with the password that was given; without one, only once an administrator sets it."""
    other = f"reader_{uuid4().hex}"
    monkeypatch.setattr(migration, "READER_ROLE", other)
    grants = [replace(one, sql=one.sql.replace("mg_reader", other)) for one in known_migrations()]
    monkeypatch.setattr(migration, "known_migrations", lambda: grants)
    try:
        async with connect_admin(dsn=admin_url(empty)) as connection:
            await migrate(connection, reader_password=password)
        if password is None:
            with pytest.raises(asyncpg.PostgresError):
                await _log_in(empty, other, "")
            await run_as_superuser(empty, f"ALTER ROLE {other} LOGIN PASSWORD 'later'")
        async with connect_admin(dsn=url(empty, other, (password or "later").replace(" ", "%20"))) as reader:
            assert await reader.fetchval(f"SELECT count(*) FROM {SCHEMA}.ticket") == 0
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await reader.execute(f"DELETE FROM {SCHEMA}.ticket")
    finally:
        await run_as_superuser(empty, f"DROP OWNED BY {other}", f"DROP ROLE {other}")


async def _log_in(server: EmbeddedServer, user: str, password: str) -> None:
    connection: Connection = await asyncpg.connect(
        host=str(server.socket_dir), port=server.port, database=server.database, user=user, password=password
    )
    await connection.close()


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("not a url", InvalidArgument),
        ("mysql://u:p@h/d", InvalidArgument),
        ("postgresql://u:p@/d?host=/nonexistent/folder", Unavailable),
    ],
)
async def test_an_address_that_leads_nowhere_is_told_without_its_secrets(where: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        async with open_store(where):
            pass
    assert "nonexistent" not in str(caught.value)


async def test_a_wrong_password_and_a_missing_database_are_told(store_server: EmbeddedServer) -> None:
    with pytest.raises(Unavailable, match="login"):
        async with open_store(url(store_server, store_server.app_user, "wrong")):
            pass
    with pytest.raises(Unavailable, match="does not exist"):
        async with open_store(app_url(replace(store_server, database="nowhere"))):
            pass


async def test_a_server_that_mends_itself_is_waited_for(embedded_server: EmbeddedServer) -> None:
    """Of three connections the first two break off, as they do while a server recovers."""
    taken = 0

    async def handle(client: anyio.abc.SocketStream) -> None:
        nonlocal taken
        taken += 1
        async with client:
            if taken < 3:
                return
            socket = str(Path(embedded_server.socket_dir) / f".s.PGSQL.{embedded_server.port}")
            async with await anyio.connect_unix(socket) as server, anyio.create_task_group() as both:

                async def pass_on(source: anyio.abc.ByteStream, sink: anyio.abc.ByteStream) -> None:
                    async for data in source:
                        await sink.send(data)
                    both.cancel_scope.cancel()

                both.start_soon(pass_on, client, server)
                both.start_soon(pass_on, server, client)

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with listener, anyio.create_task_group() as serving:
        serving.start_soon(listener.serve, handle)
        where = {"host": "127.0.0.1", "port": port, "ssl": False, "database": embedded_server.database}
        login = {"user": embedded_server.superuser, "password": embedded_server.superuser_password}
        async with connect_admin(**where, **login) as connection:
            assert await connection.fetchval("SELECT 1") == 1
        serving.cancel_scope.cancel()
    assert taken == 3
