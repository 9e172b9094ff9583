"""The embeddings of a large tenant get an index of their own: a partial HNSW index, made and dropped while all go on.

What the catalogue says is the only state: an index that is absent, invalid or of another dimension is built (again),
whatever came between. Below `PROMOTE` vectors every comparison is made, which is exact and quick enough.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Literal
from uuid import UUID

import anyio
import asyncpg
import structlog

from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.memory.postgres.migration import OWNER_ROLE, connect_admin, vector_extension
from moe_memorygraph.memory.postgres.pool import SCHEMA, Bound, Connection
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.translation import database_errors
from moe_memorygraph.memory.values import IndexNeed, IndexProgress, TenantId

__all__ = ["PROMOTE", "build_index", "drop_orphans", "index_name", "index_need", "index_statement"]

log = structlog.get_logger(__name__)

PROMOTE = 10_000
"""Vectors of a tenant, above which it gets an index: comparing them all takes some 6 ms, and grows with each."""
_DEMOTE = 0.5  # of PROMOTE: a tenant near the limit must not lose and get its index by turns
_LARGEST = 4000  # dimensions that pgvector can index as halfvec

_PREFIX = "ticket_embedding_of_"
_LOCK = 0x6D67_6864_6E73  # one build in a database at a time: two would each get half of the memory
_LOOK = 0.5  # seconds between two looks at a lock or at progress
_BUILD = 6 * 3600.0  # seconds
_COUNT = 60.0  # seconds, to count a tenant's vectors
_GRAPH = 800  # bytes of a vector's place in the graph (m = 16) while it is built, beside the vector
_LEAST_MEMORY = 64 << 20  # bytes

_NEED = statement("vector_index")
_ORPHANS = statement("vector_index_orphans")
_SIZE = statement("vector_index_size")
_PROGRESS = statement("vector_index_progress")

Step = Literal["build", "drop"]


def index_name(tenant_id: TenantId) -> str:
    return f"{_PREFIX}{UUID(str(tenant_id)).hex}"


def index_statement(tenant_id: TenantId, dimension: int) -> str:
    """The SQL that makes a tenant's index, as an administrator may run it by hand."""
    return (
        f"CREATE INDEX CONCURRENTLY {index_name(tenant_id)} ON {SCHEMA}.ticket_embedding"
        f" USING hnsw ((embedding::halfvec({int(dimension)})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)"
        f" WHERE tenant_id = '{UUID(str(tenant_id))}'"
    )


async def index_need(bound: Bound, *, above: int = PROMOTE) -> IndexNeed:
    """What a tenant's index is like and what should be done about it; asked as the app role, in one round trip."""
    name = index_name(bound.tenant_id)
    async with bound.reading() as connection:
        row = await connection.fetchrow(_NEED, bound.tenant_id, f"{SCHEMA}.{name}", above + 1)
    dimension = row["dimension"]
    has_any = row["is_valid"] is not None
    is_good = bool(row["is_valid"]) and f"halfvec({dimension})" in row["definition"]
    return IndexNeed(
        name=name,
        has_index=is_good,
        step=_step(row["vectors"], dimension, has_any=has_any, is_good=is_good, above=above),
        sql=index_statement(bound.tenant_id, dimension) if dimension else "",
    )


def _step(vectors: int, dimension: int | None, *, has_any: bool, is_good: bool, above: int) -> Step | None:
    """An index that is there is kept down to half of what it takes to get one; one that is no good helps nobody."""
    can_have = dimension is not None and dimension <= _LARGEST
    deserves = can_have and (vectors > above or (is_good and vectors > above * _DEMOTE))
    if deserves:
        return None if is_good else "build"
    return "drop" if has_any else None


async def build_index(
    admin: Mapping[str, Any],
    bound: Bound,
    *,
    above: int = PROMOTE,
    wait: bool = False,
    on_progress: Callable[[IndexProgress], None] | None = None,
) -> bool:
    """Do what `index_need` says through an administrator's connection; whether anything was done.

    Readers and writers go on. Somebody else's building, of this tenant's index or another's, is waited for with `wait`,
    else nothing is done. One that was interrupted leaves an invalid index: the next call drops it and begins again.
    """
    async with _owner(admin) as connection, _alone(connection, wait=wait) as is_alone:
        if not is_alone:
            return False
        need = await index_need(bound, above=above)
        if need.step is None:
            return False
        with database_errors():
            await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {SCHEMA}.{need.name}", timeout=_BUILD)
            if need.step == "build":
                await _provide_memory(connection, bound)
                await _create(admin, connection, need, on_progress)
        log.info("vector_index_changed", tenant=str(bound.tenant_id), step=need.step)
        return True


async def drop_orphans(admin: Mapping[str, Any]) -> int:
    """Drop the indexes of tenants that were erased; how many. Nothing is done while one is built."""
    async with _owner(admin) as connection, _alone(connection, wait=False) as is_alone:
        if not is_alone:
            return 0
        with database_errors():
            names = [row["name"] for row in await connection.fetch(_ORPHANS, SCHEMA, _PREFIX)]
            for name in names:
                await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {SCHEMA}.{name}", timeout=_BUILD)
        return len(names)


async def _create(
    admin: Mapping[str, Any],
    connection: Connection,
    need: IndexNeed,
    on_progress: Callable[[IndexProgress], None] | None,
) -> None:
    failure: Exception | None = None
    async with anyio.create_task_group() as group:
        if on_progress is not None:
            group.start_soon(_tell, admin, connection.get_server_pid(), on_progress)
        try:
            await _create_with_workers(connection, need)
        except Exception as error:  # kept, so that the caller gets it bare and not in a group
            failure = error
        group.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def _create_with_workers(connection: Connection, need: IndexNeed) -> None:
    """Workers share the graph in shared memory, of which a container may have little: one process needs none."""
    try:
        await connection.execute(need.sql, timeout=_BUILD)
    except asyncpg.InsufficientResourcesError:
        log.warning("vector_index_built_alone", index=need.name)
        await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {SCHEMA}.{need.name}", timeout=_BUILD)
        await connection.execute("SET max_parallel_maintenance_workers = 0")
        await connection.execute(need.sql, timeout=_BUILD)


async def _provide_memory(connection: Connection, bound: Bound) -> None:
    """As much as the graph takes, within the server's own limit: parallel workers take all of it at once."""
    async with bound.writing(bulk=True) as reader:  # only reads, but may take longer than others
        row = await reader.fetchrow(_SIZE, bound.tenant_id, timeout=_COUNT)
    wanted = row["vectors"] * (2 * row["dimension"] + _GRAPH)
    limit = await connection.fetchval("SELECT pg_size_bytes(current_setting('maintenance_work_mem'))")
    await connection.execute(f"SET maintenance_work_mem = '{min(max(wanted, _LEAST_MEMORY), limit) >> 10}kB'")


async def _tell(admin: Mapping[str, Any], pid: int, on_progress: Callable[[IndexProgress], None]) -> None:
    with suppress(MemoryGraphError), database_errors():  # who builds says what is wrong
        await _watch(admin, pid, on_progress)


async def _watch(admin: Mapping[str, Any], pid: int, on_progress: Callable[[IndexProgress], None]) -> None:
    async with connect_admin(**admin) as watcher:  # not as the owner, who may not look at another session
        while True:
            row = await watcher.fetchrow(_PROGRESS, pid)
            if row is not None and row["phase"] is not None:
                on_progress(IndexProgress(phase=row["phase"], done=row["done"], total=row["total"]))
            await anyio.sleep(_LOOK)


@asynccontextmanager
async def _owner(admin: Mapping[str, Any]) -> AsyncIterator[Connection]:
    """A connection that acts as the tables' owner. Nothing ends its statements but itself."""
    async with connect_admin(**admin) as connection:
        with database_errors():
            vector_schema = await vector_extension(connection)
            await connection.execute(
                f"SET ROLE {OWNER_ROLE}; SET statement_timeout = 0; SET lock_timeout = 0;"
                f' SET search_path = {SCHEMA}, "{vector_schema}", pg_catalog'
            )
        yield connection


@asynccontextmanager
async def _alone(connection: Connection, *, wait: bool) -> AsyncIterator[bool]:
    """Hold the builders' lock; False when another has it and it is not waited for.

    It is tried again and again: a session that waits inside a statement would be waited for by the build itself.
    """
    with database_errors():
        is_alone = await _try_lock(connection)
        while wait and not is_alone:
            await anyio.sleep(_LOOK)
            is_alone = await _try_lock(connection)
    try:
        yield is_alone
    finally:
        if is_alone and not connection.is_closed():
            with anyio.move_on_after(_LOOK, shield=True):
                await connection.execute("SELECT pg_advisory_unlock_all()")


async def _try_lock(connection: Connection) -> bool:
    return bool(await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK))
