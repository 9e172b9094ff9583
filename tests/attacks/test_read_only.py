"""Read-only is the database's to hold: every way that a statement could leave something is tried on its connections."""

from pathlib import Path

import anyio
import asyncpg
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.pool import Connection
from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.server.app import open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.mcp import create_server
from moe_memorygraph.settings import Settings
from tests.attacks.test_nothing_shows import script
from tests.attacks.world import OURS, plant
from tests.memory.postgres.support import contents
from tests.plugins.stores import created
from tests.server.doubles import fake_loaders

pytestmark = pytest.mark.postgres

OUR_ID = tenant_id_of("ours")
BOUND = f"SET LOCAL app.tenant_id = '{OUR_ID}'"

WRITES = (
    "INSERT INTO customer (tenant_id, customer_id, name, content_hash) VALUES ('{id}', 'C', 'x', '')",
    "UPDATE customer SET tier = 'changed'",
    "DELETE FROM ticket",
    "WITH gone AS (DELETE FROM ticket RETURNING 1) SELECT count(*) FROM gone",
    "SELECT 1 FROM ticket FOR UPDATE",
    "CREATE TEMP TABLE kept AS SELECT 1",
    "CREATE TABLE kept ()",
    "SELECT * INTO kept FROM ticket",
    "CREATE SEQUENCE kept",
    "TRUNCATE ticket",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1",
    "ALTER TABLE ticket ADD COLUMN more text",
    "DO $$ BEGIN DELETE FROM ticket; END $$",
    "SELECT lo_create(0)",
    "ALTER ROLE mg_app SET default_transaction_read_only = off",
    "COMMENT ON TABLE ticket IS 'x'",
    "SET TRANSACTION READ WRITE; DELETE FROM ticket",
    "SET TRANSACTION READ WRITE; CREATE TABLE mg.kept ()",
    "SET ROLE mg_app",
    "SET SESSION AUTHORIZATION mg_app",
    "GRANT SELECT ON ticket TO PUBLIC",
)
"""Statements that would leave something, or make it possible."""

READ_ONLY, NOT_ALLOWED, TOO_LATE = "25006", "42501", "25001"


async def _attempt(connection: Connection, sql: str) -> str:
    try:
        async with connection.transaction():
            await connection.execute(BOUND)
            await connection.execute(sql.replace("{id}", str(OUR_ID)))
    except asyncpg.PostgresError as error:
        return str(error.sqlstate)
    return "done"


async def test_the_database_takes_nothing_from_a_connection_that_only_reads(
    postgres_store: PostgresStore, store_server: EmbeddedServer
) -> None:
    await plant(await created(postgres_store, "ours"), OURS)
    before = await contents(store_server)
    async with open_store(store_server, pool_size=1, read_only=True) as store, store.pool.acquire() as connection:
        outcomes = {sql: await _attempt(connection, sql) for sql in WRITES}
    assert {sql: one for sql, one in outcomes.items() if one not in (READ_ONLY, NOT_ALLOWED, TOO_LATE)} == {}
    assert await contents(store_server) == before


async def test_no_call_writes_through_a_process_that_only_reads(
    postgres_store: PostgresStore, store_server: EmbeddedServer, tmp_path: Path
) -> None:
    """Every call of the attacks' script, with every scope; tests/memory/test_reading.py tries the ports past all tools."""
    await plant(await created(postgres_store, "ours"), OURS)
    before = await contents(store_server)
    settings = Settings(home=tmp_path, database_url=None, read_only=True, expert_timeout_sec=30)
    async with open_store(store_server, pool_size=3, read_only=True) as store:
        door = pinned("ours", scopes=("read", "write", "admin"), read_only=True)
        with anyio.fail_after(60):
            async with (
                open_app(settings, loaders=fake_loaders(store), patience_seconds=30) as app,
                Client(create_server(app, door)) as client,
            ):
                for asked in script():
                    try:
                        await asked.ask(client)
                    except MCPError:
                        continue
    assert await contents(store_server) == before
