"""The rules of the schema, proven for every table from PostgreSQL's own catalogue."""

from collections.abc import AsyncIterator

import pytest

from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.migration import APP_ROLE, META_SCHEMA, OWNER_ROLE, READER_ROLE, connect_admin
from moe_memorygraph.memory.postgres.pool import SCHEMA, Connection

pytestmark = pytest.mark.postgres

POLICY = "(tenant_id = mg_tenant())"


@pytest.fixture
async def admin(store_server: EmbeddedServer) -> AsyncIterator[Connection]:
    async with connect_admin(
        host=str(store_server.socket_dir),
        port=store_server.port,
        database=store_server.database,
        user=store_server.superuser,
        password=store_server.superuser_password,
    ) as connection:
        await connection.execute(f"SET search_path = {SCHEMA}, public")
        yield connection


async def _names(admin: Connection, sql: str, *parameters: object) -> set[str]:
    return {row[0] for row in await admin.fetch(sql, *parameters)}


_TABLES = f"""
    SELECT c.oid::regclass::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = '{SCHEMA}' AND c.relkind IN ('r', 'p')
"""


async def test_there_are_tables_to_prove_it_for(admin: Connection) -> None:
    tables = await _names(admin, _TABLES)
    assert {"tenant", "ticket", "ticket_embedding", "fact", "run", "outbox"} <= tables


async def test_every_table_stands_in_our_schema_or_is_exempt(admin: Connection) -> None:
    elsewhere = await _names(
        admin,
        "SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ($1, 'pg_catalog', 'information_schema')",
        SCHEMA,
    )
    # Which migrations ran belongs to the installation: no tenant is in it.
    assert elsewhere == {f"{META_SCHEMA}.schema_migration"}


async def test_every_table_forces_row_security(admin: Connection) -> None:
    forced = f"{_TABLES} AND c.relrowsecurity AND c.relforcerowsecurity"
    assert await _names(admin, forced) == await _names(admin, _TABLES)


async def test_every_table_has_one_policy_for_all_that_checks_both_ways(admin: Connection) -> None:
    rows = await admin.fetch(
        "SELECT polrelid::regclass::text AS name, polcmd, polpermissive, polroles,"
        " pg_get_expr(polqual, polrelid) AS reads, pg_get_expr(polwithcheck, polrelid) AS writes FROM pg_policy"
    )
    exception = [row for row in rows if row["name"] == "tenant" and row["polcmd"] == b"r"]
    (owners_list,) = exception  # administrators list tenants as the owner, to which nobody logs in
    owner = await admin.fetchval("SELECT oid FROM pg_roles WHERE rolname = $1", OWNER_ROLE)
    assert (owners_list["reads"], list(owners_list["polroles"])) == ("true", [owner])
    others = [row for row in rows if row not in exception]
    assert {row["name"] for row in others} == await _names(admin, _TABLES)
    assert len(others) == len({row["name"] for row in others})
    for row in others:
        assert (row["polcmd"], row["polpermissive"], list(row["polroles"])) == (b"*", True, [0]), row["name"]
        assert (row["reads"], row["writes"]) == (POLICY, POLICY), row["name"]


async def test_tenant_id_is_a_uuid_and_never_null(admin: Connection) -> None:
    with_it = f"""{_TABLES} AND EXISTS (
        SELECT 1 FROM pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull AND a.atttypid = 'uuid'::regtype
    )"""
    assert await _names(admin, with_it) == await _names(admin, _TABLES)


async def test_every_key_starts_with_tenant_id(admin: Connection) -> None:
    rows = await admin.fetch(
        "SELECT k.conrelid::regclass::text AS name, k.conname, k.contype, a.attname AS first, b.attname AS first_there"
        " FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace"
        " JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]"
        " LEFT JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]"
        " WHERE n.nspname = $1 AND k.contype IN ('p', 'u', 'f', 'x')",
        SCHEMA,
    )
    assert [row["conname"] for row in rows if row["first"] != "tenant_id"] == []
    assert [row["conname"] for row in rows if row["contype"] == b"f" and row["first_there"] != "tenant_id"] == []
    assert {row["name"] for row in rows if row["contype"] == b"p"} == await _names(admin, _TABLES)
    loose = await _names(
        admin,
        "SELECT i.indexrelid::regclass::text FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid"
        " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
        " WHERE n.nspname = $1 AND i.indisunique AND a.attname <> 'tenant_id'",
        SCHEMA,
    )
    assert loose == set()


async def test_no_foreign_key_sets_null(admin: Connection) -> None:
    setting = (
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND (confdeltype IN ('n', 'd') OR confupdtype <> 'a')"
    )
    assert await _names(admin, setting) == set()


async def test_children_go_with_their_tenant(admin: Connection) -> None:
    orphaned = f"""{_TABLES} AND c.relname <> 'tenant' AND NOT EXISTS (
        SELECT 1 FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.confdeltype = 'c'
    )"""
    assert await _names(admin, orphaned) == set()


async def test_nothing_is_there_that_the_rules_exclude(admin: Connection) -> None:
    kinds = "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = $1"
    assert await _names(admin, f"{kinds} AND c.relkind IN ('S', 'm', 'f')", SCHEMA) == set()
    insecure = (
        f"{kinds} AND c.relkind = 'v' AND NOT coalesce(c.reloptions::text[] @> ARRAY['security_invoker=true'], false)"
    )
    assert await _names(admin, insecure, SCHEMA) == set()
    assert await _names(admin, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal") == set()
    functions = (
        "SELECT p.proname FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = $1"
    )
    assert await _names(admin, f"{functions} AND p.prosecdef", SCHEMA) == set()
    assert await _names(admin, "SELECT extname FROM pg_extension") == {"plpgsql", "vector"}


async def test_the_owner_owns_all_and_nobody_logs_in_as_the_owner(admin: Connection) -> None:
    owners = await _names(
        admin,
        "SELECT DISTINCT pg_get_userbyid(c.relowner) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE n.nspname = ANY ($1::text[])",
        [SCHEMA, META_SCHEMA],
    )
    assert owners == {OWNER_ROLE}
    roles = {row["rolname"]: row for row in await admin.fetch("SELECT * FROM pg_roles WHERE rolname LIKE 'mg%'")}
    assert not roles[OWNER_ROLE]["rolcanlogin"]
    for name in (OWNER_ROLE, APP_ROLE, READER_ROLE):
        assert {roles[name][f"rol{power}"] for power in ("super", "bypassrls", "createrole", "createdb")} == {False}
    assert not await admin.fetchval("SELECT pg_has_role($1, $2, 'MEMBER')", APP_ROLE, OWNER_ROLE)


async def test_the_app_role_may_read_and_write_rows_and_nothing_else(admin: Connection) -> None:
    grants = await admin.fetch(
        "SELECT table_schema, table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = $1",
        APP_ROLE,
    )
    assert {row["privilege_type"] for row in grants} <= {"SELECT", "INSERT", "UPDATE", "DELETE"}
    meta = [(row["table_name"], row["privilege_type"]) for row in grants if row["table_schema"] == META_SCHEMA]
    assert meta == [("schema_migration", "SELECT")]
    for schema in (SCHEMA, META_SCHEMA):
        assert not await admin.fetchval("SELECT has_schema_privilege($1, $2, 'CREATE')", APP_ROLE, schema)


async def test_the_reader_may_select_from_every_table_and_nothing_else(admin: Connection) -> None:
    grants = await admin.fetch(
        "SELECT table_schema, table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = $1",
        READER_ROLE,
    )
    assert {row["privilege_type"] for row in grants} == {"SELECT"}
    ours = {row["table_name"] for row in grants if row["table_schema"] == SCHEMA}
    assert ours == await _names(admin, _TABLES)
    later = admin.transaction()
    await later.start()
    await admin.execute(f"SET LOCAL ROLE {OWNER_ROLE}; CREATE TABLE {SCHEMA}.later ()")
    assert await admin.fetchval("SELECT has_table_privilege($1, 'later', 'SELECT')", READER_ROLE)
    assert not await admin.fetchval("SELECT has_table_privilege($1, 'later', 'INSERT, UPDATE, DELETE')", READER_ROLE)
    await later.rollback()
    for other in (OWNER_ROLE, APP_ROLE):
        assert not await admin.fetchval("SELECT pg_has_role($1, $2, 'MEMBER')", READER_ROLE, other)


async def test_embeddings_stay_in_line(admin: Connection) -> None:
    stored = await admin.fetch(
        "SELECT a.attrelid::regclass::text AS name, a.attstorage FROM pg_attribute AS a"
        " JOIN pg_class AS c ON c.oid = a.attrelid WHERE a.attname = 'embedding' AND c.relkind IN ('r', 'p')"
    )
    assert {row["name"] for row in stored if row["attstorage"] != b"m"} == set()
    assert len(stored) == 5


async def test_words_are_found_through_their_index(admin: Connection) -> None:
    marks = "SELECT proleakproof FROM pg_proc WHERE oid = 'ts_match_vq(tsvector, tsquery)'::regprocedure"
    assert await admin.fetchval(marks) is True
