"""All tenants' memory in one PostgreSQL, embedded or one's own; checked when it is opened, closed at the end."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio
import asyncpg
import structlog

from moe_memorygraph.errors import Conflict, InvalidArgument, MemoryGraphError, PermissionDenied, Unavailable
from moe_memorygraph.memory.content import check_fiscal_year_start, checked_trust, dimension_conflict, tenant_missing
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.indexing import PROMOTE, build_index, drop_orphans, index_need, without_meaning
from moe_memorygraph.memory.postgres.migration import (
    APP_ROLE,
    OWNER_ROLE,
    applied_versions,
    check_server,
    connect_admin,
    known_migrations,
    migrate,
    pending_migrations,
    schema_version,
    vector_extension,
)
from moe_memorygraph.memory.postgres.pool import SCHEMA, Bound, Connection, Pool, open_pool, speak_json
from moe_memorygraph.memory.postgres.purging import PATIENCE, purge
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.tenant import PostgresTenant, tenant_of
from moe_memorygraph.memory.postgres.translation import database_errors
from moe_memorygraph.memory.postgres.writing import bump
from moe_memorygraph.memory.values import SERVER_KEY, IndexNeed, IndexProgress, Purged, Tenant, TenantId, tenant_id_of

__all__ = ["PostgresStore", "open_store"]

log = structlog.get_logger(__name__)

_CREATE = statement("tenant_create")
_GET = statement("tenant_get")
_LIST = statement("tenant_list")
_CLAIM = statement("tenant_claim_model")
_FISCAL_YEAR = statement("tenant_fiscal_year")
_SOURCE_TRUST = statement("tenant_source_trust")
_ERASE = statement("tenant_erase")
_ROLE = statement("role_check")

_MIGRATE = "Run `memorygraph migrate` with an administrator's URL."
_ERASING = 600.0  # seconds: a large tenant is erased in one transaction


@dataclass(frozen=True, slots=True)
class PostgresStore:
    """Implements `MemoryStore`; lives as long as its pool. `admin` says where administrators connect, if anywhere."""

    pool: Pool
    admin: Mapping[str, Any] | None = field(default=None, repr=False)
    index_above: int = PROMOTE
    """Vectors of a tenant, above which its embeddings get an index."""

    def tenant(self, tenant_id: TenantId) -> PostgresTenant:
        return PostgresTenant(Bound(self.pool, tenant_id))

    async def create_tenant(self, tenant: Tenant) -> bool:
        if tenant.tenant_id != tenant_id_of(tenant.key):
            raise InvalidArgument("A tenant's id is derived from its key.", "Use `tenant_id_of(key)`.")
        check_fiscal_year_start(tenant.fiscal_year_start)
        row = (
            tenant.key,
            tenant.name,
            tenant.embedding_model,
            tenant.embedding_dim,
            tenant.created_at,
            tenant.fiscal_year_start,
            checked_trust(tenant.source_trust),
        )
        async with Bound(self.pool, tenant.tenant_id).writing() as connection:
            return await connection.fetchval(_CREATE, tenant.tenant_id, *row) is not None

    async def list_tenants(self) -> list[Tenant]:
        if self.admin is None:
            raise PermissionDenied(
                "The server's own role cannot list tenants.", "Give an administrator's URL to list them."
            )
        async with connect_admin(**self.admin) as connection, connection.transaction(readonly=True):
            await connection.execute(f"SET LOCAL ROLE {OWNER_ROLE}")
            await connection.execute(f"SET LOCAL search_path = {SCHEMA}, pg_catalog")
            await speak_json(connection)
            rows = await connection.fetch(_LIST)
        return [tenant_of(row) for row in rows if row["key"] != SERVER_KEY]

    async def erase_tenant(self, tenant_id: TenantId) -> dict[str, int]:
        async with Bound(self.pool, tenant_id).writing(bulk=True) as connection:
            await connection.execute(f"SET LOCAL statement_timeout = '{_ERASING:.0f}s'")
            row = await connection.fetchrow(_ERASE, tenant_id, timeout=_ERASING)
        await self._drop_orphans()
        return {table: count for table, count in row.items() if count}

    async def purge(self, *, on_progress: Callable[[int, int], None] | None = None) -> Purged:
        if self.admin is None:
            raise PermissionDenied(
                "The server's own role cannot purge the database.", "Set ADMIN_DATABASE_URL to an administrator's URL."
            )
        try:
            with anyio.fail_after(PATIENCE):
                await drop_orphans(self.admin, wait=True)
        except TimeoutError:
            raise Unavailable("An index is being built.", "Run `memorygraph purge` when it is there.") from None
        async with without_meaning(self.admin) as tenants:
            purged = await purge(self.admin, on_table=on_progress)
        for tenant_id in tenants:  # interrupted here, it is built by a server or the next load
            await self.build_index(tenant_id, wait=True)
        return purged

    async def index_need(self, tenant_id: TenantId) -> IndexNeed:
        return await index_need(Bound(self.pool, tenant_id), above=self.index_above)

    async def build_index(
        self,
        tenant_id: TenantId,
        *,
        wait: bool = False,
        on_progress: Callable[[IndexProgress], None] | None = None,
    ) -> bool:
        if self.admin is None:
            raise PermissionDenied(
                "The server's own role cannot build an index.",
                "Set ADMIN_DATABASE_URL, or run the SQL that `memorygraph doctor` prints.",
            )
        bound = Bound(self.pool, tenant_id)
        return await build_index(self.admin, bound, above=self.index_above, wait=wait, on_progress=on_progress)

    async def _drop_orphans(self) -> None:
        """An index that stays behind is empty: it costs little, and the next tenant that is erased takes it along."""
        if self.admin is None:
            return
        try:
            await drop_orphans(self.admin)
        except MemoryGraphError as error:
            log.warning("tenant_index_left_behind", code=error.code)

    async def claim_model(self, tenant_id: TenantId, *, model: str, dimension: int) -> None:
        async with Bound(self.pool, tenant_id).writing() as connection:
            if await connection.fetchval(_CLAIM, tenant_id, model, dimension) is not None:
                return
            row = await connection.fetchrow(_GET, tenant_id)
        if row is None:
            raise tenant_missing()
        if row["embedding_model"] not in (None, model):
            raise Conflict(
                f"This tenant's memory was embedded with {row['embedding_model']}, not with {model}.",
                "Set EMBEDDING_MODEL to that model, or load the data into a new tenant.",
            )
        if row["embedding_dim"] != dimension:
            raise dimension_conflict()

    async def set_fiscal_year_start(self, tenant_id: TenantId, month: int) -> None:
        check_fiscal_year_start(month)
        async with Bound(self.pool, tenant_id).writing() as connection:
            if await connection.fetchval(_FISCAL_YEAR, tenant_id, month) is None:
                raise tenant_missing()
            await bump(connection, tenant_id, "customers")  # what processes keep of a tenant is read again

    async def set_source_trust(self, tenant_id: TenantId, trust: Mapping[str, float]) -> None:
        checked = checked_trust(trust)
        async with Bound(self.pool, tenant_id).writing() as connection:
            if await connection.fetchval(_SOURCE_TRUST, tenant_id, checked) is None:
                raise tenant_missing()
            await bump(connection, tenant_id, "customers")

    async def health(self) -> Mapping[str, Any]:
        async with _unbound(self.pool) as connection:
            row = await connection.fetchrow(_ROLE, SCHEMA, OWNER_ROLE)
            applied = await applied_versions(connection)
        return {
            "store": "postgres",
            "server_version": row["server_version"],
            "vector_version": row["vector_version"],
            "schema_version": max(applied, default=0),
            "schema_version_expected": schema_version(),
            "words_use_index": row["words_use_index"],
            "pool_size": self.pool.get_size(),
            "pool_max": self.pool.get_max_size(),
            "pool_idle": self.pool.get_idle_size(),
        }


@asynccontextmanager
async def open_store(
    where: EmbeddedServer | str, *, pool_size: int = 8, admin_url: str | None = None, read_only: bool = False
) -> AsyncIterator[PostgresStore]:
    """The memory in an embedded server, migrated first, or in one's own by its URL, which is only checked.

    Raises `Unavailable`, `PermissionDenied` or `Conflict` with advice when the server, the extension, the role or the
    schema is not as it must be. `admin_url` is for listing tenants in a database of one's own. With `read_only` nothing
    is written, by nobody: no migration, no index, no row.
    """
    if isinstance(where, EmbeddedServer):
        address = {"host": str(where.socket_dir), "port": where.port, "database": where.database}
        admin = {**address, "user": where.superuser, "password": where.superuser_password}
        async with connect_admin(**admin) as connection:
            with database_errors():
                is_behind = pending_migrations(known_migrations(), await applied_versions(connection))
            if is_behind and read_only:
                raise Unavailable(
                    f"The database lacks migration {is_behind[0].name[:4]}.", "Start once without read-only."
                )
            if is_behind:
                await migrate(connection, reader_password=where.reader_password)
            vector_schema = await vector_extension(connection)
        app: dict[str, Any] = {**address, **_login(where, read_only=read_only)}
    else:
        app = {"dsn": where}
        admin = {"dsn": admin_url} if admin_url else {}
        async with connect_admin(**app) as connection:
            vector_schema = await _check(connection)
    async with open_pool(size=pool_size, vector_schema=vector_schema, read_only=read_only, **app) as pool:
        yield PostgresStore(pool, None if read_only else admin or None)


def _login(where: EmbeddedServer, *, read_only: bool) -> dict[str, str]:
    if read_only:
        return {"user": where.reader_user, "password": where.reader_password}
    return {"user": where.app_user, "password": where.app_password}


async def _check(connection: Connection) -> str:
    """Refuse a database that would not keep tenants apart or that this version does not fit; the schema of pgvector."""
    with database_errors():
        await check_server(connection)
        vector_schema = await vector_extension(connection)
        row = await connection.fetchrow(_ROLE, SCHEMA, OWNER_ROLE)
        if row["is_superuser"] or row["bypasses_rls"] or row["is_owner"]:
            raise PermissionDenied(
                "The role in DATABASE_URL is a superuser, bypasses row security or owns the tables, so tenants would"
                " not be kept apart.",
                f"Connect as {APP_ROLE}, which `memorygraph migrate` makes.",
            )
        if not row["may_read_record"]:
            raise Unavailable("The database was not migrated, or not for this role.", _MIGRATE)
        pending = pending_migrations(known_migrations(), await applied_versions(connection))
    if pending:
        raise Unavailable(f"The database lacks migration {pending[0].name[:4]}.", _MIGRATE)
    if not row["words_use_index"]:
        log.warning("words_without_index")
    return vector_schema


@asynccontextmanager
async def _unbound(pool: Pool) -> AsyncIterator[Connection]:
    """A connection for questions about the server itself; no tenant is bound, so no row of any is seen."""
    with database_errors():
        try:
            async with pool.acquire(timeout=1.0) as connection:
                yield connection
        except (TimeoutError, asyncpg.TooManyConnectionsError) as error:
            raise Unavailable("The memory is busy: no connection was free.", "Try again in a moment.") from error
