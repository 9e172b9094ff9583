"""Connections as the app role, and the one helper through which every unit of work is bound to its tenant."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import anyio
import asyncpg
import numpy as np
from pgvector import HalfVector
from pydantic_core import from_json

from moe_memorygraph.errors import InvalidArgument, Unavailable
from moe_memorygraph.memory.postgres.translation import database_errors
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import TenantId, Vector

__all__ = [
    "APP_SETTINGS",
    "SCHEMA",
    "Bound",
    "Connection",
    "Pool",
    "SharedReads",
    "as_json",
    "half_vector",
    "open_pool",
    "prepare",
    "sharing_reads",
    "snapshot",
    "speak_json",
    "tenant_transaction",
]

SCHEMA = "mg"

Connection = Any
"""An `asyncpg.Connection` or its proxy: untyped packages stop at this adapter."""
Pool = Any
"""An `asyncpg.Pool`."""

_ACQUIRE = 1.0  # seconds to wait for a free connection before saying that the memory is busy
_TURN = 0.25  # seconds that a read waits for its turn on a shared connection before it takes another
_CLEAN_UP = 5.0  # seconds to roll back and give a connection back, also when the caller was cancelled
_COMMAND = 8.0  # seconds for one statement on our side: longer than the server's own limit, for a server that hangs
_BULK_COMMAND = 75.0  # the same for bulk writes

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
)
"""How a connection says that it broke while it rested in the pool; the last but one, where it broke in the middle of
being cancelled."""

APP_SETTINGS: Mapping[str, str] = {
    "application_name": "memorygraph",
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "15s",
    # Planning takes longer than most of our statements, so one plan serves all tenants: every statement has an index that
    # begins with the tenant, and what must know the tenant is a function that plans at each call. Without sequential
    # scans, as a plan that was made while a table was empty is kept until it is analyzed.
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    # Compiling takes longer than any of our statements.
    "jit": "off",
    # An HNSW index looks at so many passages at first; for a very large one see _WIDELY. It goes on while filters leave
    # too few, up to so many tuples; a longer walk costs more than comparing all that a btree finds to fit. See
    # docs/adr/0007.
    "hnsw.ef_search": "160",
    "hnsw.max_scan_tuples": "4000",
    "hnsw.iterative_scan": "strict_order",
    "timezone": "UTC",
    "client_min_messages": "warning",
}

# With 800,000 vectors 160 hold 0.95 of the best ten and 500 hold 0.99; with 100,000 both hold all but 0.005.
_WIDELY = "; SET LOCAL hnsw.ef_search = 500"
_VERY_LARGE = 200_000  # passages

# One who reads everything, and writes it to files meanwhile, may take his time.
_AT_LEISURE = "SET LOCAL statement_timeout = '600s'; SET LOCAL idle_in_transaction_session_timeout = '600s'"

# A bulk write waits for another loader's transaction rather than fail, and plans its statements once.
_BULK = "; SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '30s'"


@asynccontextmanager
async def open_pool(
    *, size: int, vector_schema: str = "public", read_only: bool = False, **connect: Any
) -> AsyncIterator[Pool]:
    """Up to `size` connections with our settings and codecs; `connect` says where, as `asyncpg.connect` takes it.

    With `read_only` PostgreSQL itself refuses every statement that writes.
    """
    settings = {**APP_SETTINGS, "search_path": f'{SCHEMA}, "{vector_schema}", pg_catalog'}
    if read_only:
        settings["default_transaction_read_only"] = "on"

    async def init(connection: Connection) -> None:
        await prepare(connection, vector_schema=vector_schema)

    with database_errors():
        pool = await asyncpg.create_pool(
            min_size=min(2, size),
            max_size=size,
            init=init,
            reset=_assert_idle,
            command_timeout=_COMMAND,
            timeout=5.0,
            server_settings=settings,
            **connect,
        )
    try:
        yield pool
    finally:
        with anyio.move_on_after(_CLEAN_UP, shield=True) as scope:
            await pool.close()
        if scope.cancelled_caught:
            pool.terminate()


async def prepare(connection: Connection, *, vector_schema: str = "public") -> None:
    """Teach a connection to take and give numpy vectors and Python objects, all in binary."""
    await connection.set_type_codec(
        "halfvec", schema=vector_schema, encoder=_to_halfvec, decoder=_from_halfvec, format="binary"
    )
    await speak_json(connection)


async def speak_json(connection: Connection) -> None:
    """Teach a connection to take and give jsonb as Python objects."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_to_jsonb, decoder=_from_jsonb, format="binary"
    )


@asynccontextmanager
async def tenant_transaction(
    pool: Pool, tenant_id: TenantId, *, readonly: bool = False, bulk: bool = False, passages: int = 0
) -> AsyncIterator[Connection]:
    """One unit of work of one tenant: a connection in a transaction that is bound to the tenant and committed at the end.

    Any exception, cancellation too, rolls back; a connection that cannot be cleaned is closed, never given back dirty.
    `bulk` lets statements run and wait longer; `passages`, as far as known, says how widely an index is searched. Raises our errors only: `Unavailable` when no connection is free in time.
    """
    binding = _binding(tenant_id, readonly=readonly, passages=passages) + (_BULK if bulk else "")
    with database_errors():
        connection = await _begin(pool, binding)
        is_done = False
        try:
            yield connection
            await connection.execute("COMMIT", timeout=_BULK_COMMAND if bulk else _COMMAND)
            is_done = True
        finally:
            await _give_back(pool, connection, is_done=is_done)


@asynccontextmanager
async def snapshot(pool: Pool, tenant_id: TenantId) -> AsyncIterator[Connection]:
    """A transaction bound to the tenant that sees the database as it was when it began, and may read it through cursors."""
    with database_errors():
        connection = await _acquire(pool)
        is_done = False
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                await connection.execute(f"SET LOCAL app.tenant_id = '{UUID(str(tenant_id))}'")
                await connection.execute(_AT_LEISURE)
                yield connection
            is_done = True
        finally:
            await _give_back(pool, connection, is_done=is_done)


def _binding(tenant_id: TenantId, *, readonly: bool, passages: int) -> str:
    """What begins a unit of work of a tenant, in one round trip."""
    widely = _WIDELY if passages > _VERY_LARGE else ""
    begin = "BEGIN READ ONLY" if readonly else "BEGIN"
    # SET LOCAL, not set_config: Citus carries only the statement to its workers. The id is a UUID, so it has nothing
    # to escape.
    return f"{begin}; SET LOCAL app.tenant_id = '{UUID(str(tenant_id))}'{widely}"


@dataclass(slots=True)
class Size:
    """Passages of the tenant's tickets, as the last search found them counted; None before. Only speed hangs on it."""

    passages: int | None = None


@dataclass(slots=True, eq=False)
class Bound:
    """A pool and the tenant that every unit of work on it is bound to."""

    pool: Pool
    tenant_id: TenantId
    size: Size = field(default_factory=Size)
    origin: Origin | None = None
    """Who writes; None: not told."""

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        return tenant_transaction(self.pool, self.tenant_id, readonly=True, passages=self.size.passages or 0)

    def writing(self, *, bulk: bool = False) -> AbstractAsyncContextManager[Connection]:
        return tenant_transaction(self.pool, self.tenant_id, bulk=bulk)


@dataclass(slots=True, eq=False)
class SharedReads(Bound):
    """A `Bound` whose reads take turns in one transaction, which is begun by the first and ended by `sharing_reads`.

    Beginning and ending cost two round trips, as much as most statements. A read that fails ends the transaction; the
    next begins another. Where the pool is idle, or a turn is long in coming, a read takes a connection of its own: what
    is slow holds up nothing else.
    """

    _turn: anyio.Semaphore = field(default_factory=partial(anyio.Semaphore, 1, fast_acquire=True), init=False)
    _connection: Connection = field(default=None, init=False)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        if not await self._has_turn():
            async with super(SharedReads, self).reading() as own:
                yield own
            return
        is_done = False
        try:
            with database_errors():
                if self._connection is None:
                    binding = _binding(self.tenant_id, readonly=True, passages=self.size.passages or 0)
                    self._connection = await _begin(self.pool, binding)
                yield self._connection
                is_done = True
        finally:
            try:
                if not is_done:
                    await self._give_back(is_done=False)
            finally:
                self._turn.release()

    async def _has_turn(self) -> bool:
        """Wait for the turn while the machine is busy; a second connection then only costs time."""
        if not self._turn.value and _is_idle(self.pool):
            return False
        with anyio.move_on_after(_TURN):
            await self._turn.acquire()
            return True
        return False

    async def close(self) -> None:
        """Commit and give the connection back."""
        if self._connection is None:
            return
        is_done = False
        try:
            with database_errors():
                await self._connection.execute("COMMIT")
            is_done = True
        finally:
            await self._give_back(is_done=is_done)

    async def _give_back(self, *, is_done: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await _give_back(self.pool, connection, is_done=is_done)


@asynccontextmanager
async def sharing_reads(bound: Bound) -> AsyncIterator[SharedReads]:
    """Reads that share a connection until the end of the block, where no read may still run."""
    shared = SharedReads(bound.pool, bound.tenant_id, bound.size)
    try:
        yield shared
    except BaseException:
        with anyio.CancelScope(shield=True):
            await shared._give_back(is_done=False)
        raise
    else:
        await shared.close()


def _is_idle(pool: Pool) -> bool:
    """Whether at most half of the connections are in use."""
    in_use: int = pool.get_size() - pool.get_idle_size()
    most: int = pool.get_max_size()
    return 2 * in_use <= most


async def _begin(pool: Pool, binding: str) -> Connection:
    """A connection in a bound transaction. Those lost while they rested are replaced: nothing was done on them yet."""
    spare = pool.get_max_size()
    while True:
        connection = await _acquire(pool)
        try:
            await connection.execute(binding)
        except BaseException as error:
            await _give_back(pool, connection, is_done=False)
            if not (spare and isinstance(error, _LOST)):
                raise
            spare -= 1
        else:
            return connection


async def _acquire(pool: Pool) -> Connection:
    try:
        # Where one rests there is nothing to wait for; a time limit would cost a task of its own.
        return await pool.acquire(timeout=None if pool.get_idle_size() else _ACQUIRE)
    except TimeoutError as error:
        raise Unavailable("The memory is busy: no connection was free.", "Try again in a moment.") from error


async def _give_back(pool: Pool, connection: Connection, *, is_done: bool) -> None:
    with anyio.move_on_after(_CLEAN_UP, shield=True) as scope:
        try:
            if not is_done and not connection.is_closed():
                await connection.execute("ROLLBACK")
        except (*_LOST, asyncpg.PostgresError, OSError, TimeoutError):
            _terminate(connection)
        await pool.release(connection)
    if scope.cancelled_caught:
        _terminate(connection)


def _terminate(connection: Connection) -> None:
    """Close it at once; one that the server closed the pool has taken back already."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _assert_idle(connection: Connection) -> None:
    """Instead of the pool's own reset: all our settings are SET LOCAL, so a finished transaction leaves nothing behind."""
    if connection.is_in_transaction():
        connection.terminate()


def half_vector(vector: Vector) -> Any:
    """A vector as an element of an array parameter, where the driver would take an array for one more dimension."""
    if not np.isfinite(vector).all():
        raise InvalidArgument("An embedding holds a number that is not finite.", "Embed the text again.")
    return HalfVector(vector)


def as_json(value: object) -> str:
    """A value as the text of an element of an array parameter, for the same reason; SQL casts it to jsonb."""
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            "A value cannot be written as JSON.", "Give text, finite numbers, lists or maps."
        ) from error


def _to_halfvec(vector: Any) -> bytes:
    encoded: bytes = (vector if isinstance(vector, HalfVector) else half_vector(vector)).to_binary()
    return encoded


def _from_halfvec(encoded: bytes) -> Vector:
    return np.asarray(HalfVector.from_binary(encoded).to_numpy(), dtype=np.float32)


def _to_jsonb(value: object) -> bytes:
    return b"\x01" + as_json(value).encode()


def _from_jsonb(encoded: bytes) -> Any:
    return from_json(encoded[1:])
