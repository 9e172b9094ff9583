"""What was erased, out of the database's files: rows that nobody sees any more still stand there as bytes.

They stand in the pages of tables and indexes, which are only marked as free; in the planner's statistics, which quote
values; in the catalogue, which keeps the names and conditions of dropped indexes; and in the write-ahead log, whose
files are used again as they are. So tables are written anew, statistics are taken anew, and the log is moved on to a
fresh file. Nothing here remembers how far it came: a purge that was interrupted is begun again, and does it all.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import anyio
import asyncpg

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.memory.postgres.migration import META_SCHEMA, OWNER_ROLE, connect_admin
from moe_memorygraph.memory.postgres.pool import SCHEMA, Connection
from moe_memorygraph.memory.postgres.translation import database_errors
from moe_memorygraph.memory.values import Purged

__all__ = ["CATALOGUE", "LOG", "PATIENCE", "STATISTICS", "OnTable", "purge"]

STATISTICS, CATALOGUE, LOG = "statistics", "catalogue", "write-ahead log"
"""What only a superuser can purge."""

OnTable = Callable[[int, int], None]
"""Told how many bytes are written anew, and of how many."""

PATIENCE = 120.0  # seconds to wait for whoever has been reading since before the erasing
_TURN = "3s"  # a table is asked for this long: whoever comes after waits as long
_BETWEEN = 1.0  # seconds in which the others have their turn
_TURNS = 100
_LOOK = 0.2  # seconds
_STATEMENT = 6 * 3600.0  # seconds: a large table, with its indexes
_ROUNDS = 4  # of moving the log on: others write meanwhile

_TABLES = """\
SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, pg_total_relation_size(c.oid) AS bytes
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1::text[]) AND c.relkind = 'r'
ORDER BY bytes, name
"""
# A row that was deleted before $1 is kept for whoever began to read before its deletion was committed.
_EARLIER = """\
SELECT
    EXISTS (
        SELECT 1 FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND greatest(age(backend_xmin), age(backend_xid)) > age($1::text::xid)
    )
    OR EXISTS (SELECT 1 FROM pg_prepared_xacts WHERE database = current_database() AND age(transaction) > age($1::text::xid))
    OR EXISTS (SELECT 1 FROM pg_replication_slots WHERE greatest(age(xmin), age(catalog_xmin)) > age($1::text::xid))
"""
_DROP_STATISTICS = """\
DELETE FROM pg_catalog.pg_statistic AS s USING pg_class AS c, pg_namespace AS n
WHERE s.starelid = c.oid AND c.relnamespace = n.oid AND n.nspname = ANY ($1::text[])
"""
_SEGMENTS = """\
SELECT
    count(*) FILTER (WHERE name COLLATE "C" > pg_walfile_name(pg_current_wal_insert_lsn())) AS later,
    count(*) FILTER (WHERE name COLLATE "C" < pg_walfile_name(pg_current_wal_insert_lsn())) AS earlier
FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'
"""
_NEXT_SEGMENT = "SELECT pg_logical_emit_message(false, 'memorygraph', ''), pg_switch_wal()"


async def purge(
    admin: Mapping[str, Any], *, on_table: OnTable | None = None, patience_seconds: float = PATIENCE
) -> Purged:
    """Write out of the database's files what was deleted before this call, as far as this administrator may.

    Each table is locked while it is written anew: readers and writers of it wait. Raises `Unavailable` when somebody
    reads since before the erasing, or holds a table, for too long.
    """
    async with connect_admin(**admin) as connection:
        with database_errors():
            await connection.execute(f"SET statement_timeout = 0; SET lock_timeout = '{_TURN}'")
            await _wait_for_earlier_readers(connection, patience_seconds)
            is_superuser = await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            if is_superuser:
                await connection.execute(_DROP_STATISTICS, [SCHEMA, META_SCHEMA])
            tables, before, after = await _rewrite_tables(connection, is_superuser=is_superuser, on_table=on_table)
            if not is_superuser:
                return Purged(tables=tables, bytes_before=before, bytes_after=after, left=(STATISTICS, CATALOGUE, LOG))
            for name in ("pg_statistic", "pg_class", "pg_index"):
                await _in_turn(connection, f"VACUUM (FULL) pg_catalog.{name}")
            is_fresh = await _move_log_on(connection)
    return Purged(tables=tables, bytes_before=before, bytes_after=after, left=() if is_fresh else (LOG,))


async def _wait_for_earlier_readers(connection: Connection, seconds: float) -> None:
    """Until nobody is left who may still see what was deleted: their rows would be copied along."""
    began = str(int(await connection.fetchval("SELECT pg_current_xact_id()::text")) % 2**32)
    patience = anyio.current_time() + seconds
    while await connection.fetchval(_EARLIER, began):
        if anyio.current_time() > patience:
            raise Unavailable(
                "Somebody has been reading the database since before the erasing, so it cannot be purged yet.",
                "Run `memorygraph purge` when long work, such as building an index, is over.",
            )
        await anyio.sleep(_LOOK)


async def _rewrite_tables(
    connection: Connection, *, is_superuser: bool, on_table: OnTable | None
) -> tuple[int, int, int]:
    """Small ones first; how many, and their bytes before and after."""
    rows = await connection.fetch(_TABLES, [SCHEMA, META_SCHEMA])
    total, done = sum(row["bytes"] for row in rows), 0
    async with _as_owner(connection, is_needed=not is_superuser):
        for row in rows:
            await _in_turn(connection, f"VACUUM (FULL, ANALYZE) {row['name']}")
            done += row["bytes"]
            if on_table is not None:
                on_table(done, total)
    return len(rows), total, sum(row["bytes"] for row in await connection.fetch(_TABLES, [SCHEMA, META_SCHEMA]))


@asynccontextmanager
async def _as_owner(connection: Connection, *, is_needed: bool) -> AsyncIterator[None]:
    """An administrator who is no superuser may not vacuum what somebody else owns."""
    if is_needed:
        await connection.execute(f"SET ROLE {OWNER_ROLE}")
    try:
        yield
    finally:
        if is_needed and not connection.is_closed():
            await connection.execute("RESET ROLE")


async def _in_turn(connection: Connection, sql: str) -> None:
    """Run a statement that wants a table for itself, without making everybody queue behind it for long."""
    for turn in range(_TURNS):
        try:
            await connection.execute(sql, timeout=_STATEMENT)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if turn == _TURNS - 1:
                raise
            await anyio.sleep(_BETWEEN)
        else:
            return


async def _move_log_on(connection: Connection) -> bool:
    """Leave only a fresh file of the write-ahead log; whether that is so.

    Files that wait to be used again hold what they held: each is taken into use, which overwrites it, and let go of. A
    server that keeps files for an archive or a standby, or uses them again (`wal_recycle`), keeps some.
    """
    for _ in range(_ROUNDS):
        waiting = await connection.fetchrow(_SEGMENTS)
        for _ in range(waiting["later"] + 1):
            await connection.execute(_NEXT_SEGMENT)
        await connection.execute("CHECKPOINT", timeout=_STATEMENT)
        left = await connection.fetchrow(_SEGMENTS)
        if not left["later"] and not left["earlier"]:
            return True
    return False
