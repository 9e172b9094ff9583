"""Stores for tests: the fake, and PostgreSQL as the server uses it, on a database of the test's own.

One template database is migrated per worker process and cloned in about a tenth of a second. Dropping a clone takes
ten times as long (PostgreSQL writes a checkpoint), so a clone is emptied and given to the next test.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest

from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.migration import connect_admin, migrate
from moe_memorygraph.memory.postgres.pool import SCHEMA
from moe_memorygraph.memory.values import Tenant, TenantId, tenant_id_of


async def run_as_superuser(server: EmbeddedServer, *statements: str, database: str | None = None) -> None:
    """Statements that cannot stand in a transaction, one after the other."""
    async with connect_admin(
        host=str(server.socket_dir),
        port=server.port,
        user=server.superuser,
        password=server.superuser_password,
        database=database or server.database,
    ) as connection:
        for one in statements:
            await connection.execute(one)


async def created(store: MemoryStore, key: str) -> TenantMemory:
    """The memory of a tenant that was just created."""
    tenant_id = tenant_id_of(key)
    await store.create_tenant(Tenant(tenant_id=tenant_id, key=key, name=key.title()))
    return store.tenant(tenant_id)


@pytest.fixture(scope="session")
async def store_template(embedded_server: EmbeddedServer) -> EmbeddedServer:
    """A migrated database to clone; never connect to it, or it cannot be cloned."""
    server = replace(embedded_server, database=f"template_{uuid4().hex}")
    await run_as_superuser(embedded_server, f"CREATE DATABASE {server.database}")
    async with connect_admin(
        host=str(server.socket_dir),
        port=server.port,
        user=server.superuser,
        password=server.superuser_password,
        database=server.database,
    ) as connection:
        await migrate(connection)
    return server


async def _clone(template: EmbeddedServer, server: EmbeddedServer) -> EmbeddedServer:
    clone = replace(server, database=f"test_{uuid4().hex}")
    await run_as_superuser(
        server,
        f"CREATE DATABASE {clone.database} TEMPLATE {template.database}",
        f"ALTER DATABASE {clone.database} SET synchronous_commit = off",  # no test of these pulls the plug
    )
    return clone


@pytest.fixture(scope="session")
def emptied_stores() -> list[EmbeddedServer]:
    """Databases that earlier tests left, migrated and empty."""
    return []


@pytest.fixture
async def store_server(
    embedded_server: EmbeddedServer, store_template: EmbeddedServer, emptied_stores: list[EmbeddedServer]
) -> AsyncIterator[EmbeddedServer]:
    """How to reach a migrated, empty database of this test, which may fill it but not alter it."""
    server = emptied_stores.pop() if emptied_stores else await _clone(store_template, embedded_server)
    yield server
    await run_as_superuser(
        server,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        f"DELETE FROM {SCHEMA}.tenant",  # everything else goes with it
    )
    emptied_stores.append(server)


@pytest.fixture
async def spoilt_server(embedded_server: EmbeddedServer, store_template: EmbeddedServer) -> EmbeddedServer:
    """A migrated database that this test may alter; no other test gets it."""
    return await _clone(store_template, embedded_server)


@pytest.fixture
async def postgres_store(store_server: EmbeddedServer) -> AsyncIterator[PostgresStore]:
    """An empty store in PostgreSQL, connected as the app role."""
    async with open_store(store_server, pool_size=4) as store:
        yield store


@pytest.fixture(params=["fake", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_store(request: pytest.FixtureRequest) -> MemoryStore:
    """Every implementation of `MemoryStore`, empty."""
    store: MemoryStore = InMemoryStore() if request.param == "fake" else request.getfixturevalue("postgres_store")
    return store


@pytest.fixture
def tenant_id() -> TenantId:
    return tenant_id_of("acme")


@pytest.fixture
async def memory(any_store: MemoryStore) -> TenantMemory:
    """The memory of one created tenant, in every implementation."""
    return await created(any_store, "acme")
