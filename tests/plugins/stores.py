"""Stores for tests: the fake, and PostgreSQL as the server uses it, on a database of the test's own.

One template database is migrated per worker process; each test clones it in about a tenth of a second.
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


@pytest.fixture
async def store_server(
    embedded_server: EmbeddedServer, store_template: EmbeddedServer
) -> AsyncIterator[EmbeddedServer]:
    """How to reach a fresh, migrated database of this test."""
    server = replace(embedded_server, database=f"test_{uuid4().hex}")
    await run_as_superuser(embedded_server, f"CREATE DATABASE {server.database} TEMPLATE {store_template.database}")
    yield server
    await run_as_superuser(embedded_server, f"DROP DATABASE {server.database} WITH (FORCE)")


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
