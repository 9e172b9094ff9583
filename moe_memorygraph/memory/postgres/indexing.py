"""A large tenant gets indexes of its own, partial ones, made and dropped while all go on: for meaning and for words.

What the catalogue says is the only state: an index that is absent, invalid or of another dimension is built (again),
whatever came between. Below `PROMOTE` vectors every comparison is made, which is exact and quick enough, and words are
looked up in the index that all tenants share.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
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

__all__ = ["PROMOTE", "TenantIndex", "build_index", "drop_orphans", "index_need", "tenant_indexes", "without_meaning"]

log = structlog.get_logger(__name__)

PROMOTE = 10_000
"""Vectors of a tenant, above which it gets indexes: comparing them all takes some 6 ms, and grows with each."""
_DEMOTE = 0.5  # of PROMOTE: a tenant near the limit must not lose and get its indexes by turns
_LARGEST = 4000  # dimensions that pgvector can index as halfvec

_MEANING = "ticket_embedding_of_"  # what the names begin with; the tenant's id follows, without hyphens
_WORDS = "ticket_passage_of_"
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

_OF_MEANING = """\
SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind = 'i' AND starts_with(c.relname::text, $2) ORDER BY c.relname
"""

Step = Literal["build", "drop"]


@dataclass(frozen=True, slots=True)
class TenantIndex:
    """One of the indexes that a large tenant has for itself."""

    name: str
    sql: str
    """What makes it, as an administrator may run it by hand."""
    serves: str
    """What stands in the definition of an index that can serve this tenant's searches."""


def tenant_indexes(tenant_id: TenantId, dimension: int) -> tuple[TenantIndex, ...]:
    """All that a large tenant has: for its embeddings of so many dimensions, as far as pgvector can, and its words."""
    key = UUID(str(tenant_id))
    meaning = TenantIndex(
        name=f"{_MEANING}{key.hex}",
        sql=f"CREATE INDEX CONCURRENTLY {_MEANING}{key.hex} ON {SCHEMA}.ticket_embedding"
        f" USING hnsw ((embedding::halfvec({int(dimension)})) halfvec_cosine_ops) WITH (m = 16, ef_construction = 64)"
        f" WHERE tenant_id = '{key}'",
        serves=f"halfvec({int(dimension)})",
    )
    words = TenantIndex(
        name=f"{_WORDS}{key.hex}",
        sql=f"CREATE INDEX CONCURRENTLY {_WORDS}{key.hex} ON {SCHEMA}.ticket_passage USING gin (tsv)"
        f" WHERE tenant_id = '{key}'",
        serves="gin (tsv)",
    )
    return (meaning, words) if dimension <= _LARGEST else (words,)


async def index_need(bound: Bound, *, above: int = PROMOTE) -> IndexNeed:
    """What a tenant's indexes are like and what should be done about them; asked as the app role, in one round trip."""
    key = UUID(str(bound.tenant_id)).hex
    names = [f"{_MEANING}{key}", f"{_WORDS}{key}"]
    async with bound.reading() as connection:
        rows = await connection.fetch(_NEED, bound.tenant_id, [f"{SCHEMA}.{name}" for name in names], above + 1)
    vectors, dimension = rows[0]["vectors"], rows[0]["dimension"]
    found = {name: row for name, row in zip(names, rows, strict=True) if row["is_valid"] is not None}
    wanted = () if dimension is None else tenant_indexes(bound.tenant_id, dimension)
    good = {one.name for one in wanted if _is_good(found.get(one.name), one)}
    step = _step(vectors, above=above, wanted={one.name for one in wanted}, found=set(found), good=good)
    return IndexNeed(
        step=step,
        missing={one.name: one.sql for one in wanted if one.name not in good},
        present=tuple(found),
    )


def _is_good(row: Mapping[str, Any] | None, wanted: TenantIndex) -> bool:
    return row is not None and row["is_valid"] and wanted.serves in row["definition"]


def _step(vectors: int, *, above: int, wanted: set[str], found: set[str], good: set[str]) -> Step | None:
    """Indexes that are there are kept down to half of what it takes to get them; one that is no good helps nobody."""
    if wanted and (vectors > above or (good and vectors > above * _DEMOTE)):
        return None if good == wanted else "build"
    return "drop" if found else None


async def build_index(
    admin: Mapping[str, Any],
    bound: Bound,
    *,
    above: int = PROMOTE,
    wait: bool = False,
    on_progress: Callable[[IndexProgress], None] | None = None,
) -> bool:
    """Do what `index_need` says through an administrator's connection; whether anything was done.

    Readers and writers go on. Somebody else's building, for this tenant or another, is waited for with `wait`, else
    nothing is done. One that was interrupted leaves an invalid index: the next call drops it and begins again.
    """
    async with _owner(admin) as connection, _alone(connection, wait=wait) as is_alone:
        if not is_alone:
            return False
        need = await index_need(bound, above=above)
        if need.step is None:
            return False
        with database_errors():
            for name in need.missing if need.step == "build" else need.present:
                await _drop(connection, name)
            if need.step == "build":
                await _provide_memory(connection, bound)
                for name, sql in need.missing.items():
                    await _create(admin, connection, name, sql, on_progress)
        log.info("tenant_indexes_changed", tenant=str(bound.tenant_id), step=need.step)
        return True


async def drop_orphans(admin: Mapping[str, Any], *, wait: bool = False) -> int:
    """Drop the indexes of tenants that were erased; how many. While one is built, nothing is done, or it is waited for."""
    async with _owner(admin) as connection, _alone(connection, wait=wait) as is_alone:
        if not is_alone:
            return 0
        with database_errors():
            names = [row["name"] for row in await connection.fetch(_ORPHANS, SCHEMA, [_MEANING, _WORDS])]
            for name in names:
                await _drop(connection, name)
        return len(names)


async def _drop(connection: Connection, name: str) -> None:
    await connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {SCHEMA}.{name}", timeout=_BUILD)


async def _create(
    admin: Mapping[str, Any],
    connection: Connection,
    name: str,
    sql: str,
    on_progress: Callable[[IndexProgress], None] | None,
) -> None:
    failure: Exception | None = None
    async with anyio.create_task_group() as group:
        if on_progress is not None:
            group.start_soon(_tell, admin, connection.get_server_pid(), on_progress)
        try:
            await _create_with_workers(connection, name, sql)
        except Exception as error:  # kept, so that the caller gets it bare and not in a group
            failure = error
        group.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def _create_with_workers(connection: Connection, name: str, sql: str) -> None:
    """Workers share the graph in shared memory, of which a container may have little: one process needs none."""
    try:
        await connection.execute(sql, timeout=_BUILD)
    except asyncpg.InsufficientResourcesError:
        log.warning("tenant_index_built_alone", index=name)
        await _drop(connection, name)
        await connection.execute("SET max_parallel_maintenance_workers = 0")
        await connection.execute(sql, timeout=_BUILD)


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
async def without_meaning(admin: Mapping[str, Any]) -> AsyncIterator[list[TenantId]]:
    """Drop the tenants' indexes for meaning and let nobody build one inside; whose they were.

    For writing tables anew: under the lock that it takes, these graphs would be built as well, which takes the longest.
    """
    async with _owner(admin) as connection, _alone(connection, wait=True):
        with database_errors():
            names = [row["relname"] for row in await connection.fetch(_OF_MEANING, SCHEMA, _MEANING)]
            for name in names:
                await _drop(connection, name)
        yield [TenantId(UUID(name.removeprefix(_MEANING))) for name in names]


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
