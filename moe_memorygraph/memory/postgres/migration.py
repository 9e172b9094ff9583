"""Brings a database to this version's schema: roles and extension, then the numbered files, each once, in order.

Runs as an administrator. The server itself connects as `mg_app`, which can do none of this.
"""

import base64
import hmac
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import pbkdf2_hmac, sha256
from importlib.resources import files
from typing import Any

import anyio
import asyncpg
import structlog

from moe_memorygraph.errors import Conflict, InvalidArgument, Unavailable
from moe_memorygraph.memory.postgres.pool import SCHEMA, Connection
from moe_memorygraph.memory.postgres.translation import database_errors

__all__ = [
    "APP_ROLE",
    "META_SCHEMA",
    "OWNER_ROLE",
    "READER_ROLE",
    "Migration",
    "MigrationReport",
    "applied_versions",
    "check_server",
    "connect_admin",
    "known_migrations",
    "migrate",
    "migrate_external",
    "schema_version",
]

log = structlog.get_logger(__name__)

APP_ROLE = "mg_app"
READER_ROLE = "mg_reader"
"""What a process that only reads connects as; it may select, and nothing else."""
OWNER_ROLE = "mg_owner"
META_SCHEMA = "mg_meta"
"""Holds what belongs to the installation and to no tenant: which migrations ran."""

_OLDEST_SERVER = 160000
_OLDEST_VECTOR = (0, 8, 4)
_LOCK = 0x6D67_6D69_6772  # "mgmigr": one migration of this database at a time
_RECOVERY = 10.0  # seconds that a server may take to start, or to mend itself after a crash
_LOOK_AGAIN = 0.1  # seconds
_TIMEOUT = 3600.0  # seconds for one file: an index on a large table takes long


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One numbered file; a file that ran is never edited, and its digest proves it."""

    version: int
    name: str
    sql: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationReport:
    """What a migration did. `app_password` is set only when this call made one up; it is shown once and kept nowhere."""

    applied: tuple[str, ...]
    schema_version: int
    leakproof: bool
    """Whether words are found through their index under row security; where not, a large tenant's search is slow."""
    app_password: str | None = None

    def __repr__(self) -> str:
        return f"MigrationReport(applied={self.applied!r}, schema_version={self.schema_version})"


def known_migrations() -> list[Migration]:
    """The numbered files of this version, in order."""
    found = []
    for file in sorted((files(__package__) / "migrations").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".sql"):
            sql = file.read_text(encoding="utf-8")
            digest = sha256(sql.encode()).digest()
            found.append(Migration(version=int(file.name[:4]), name=file.name, sql=sql, digest=digest))
    return found


def schema_version() -> int:
    """The schema version that this code works with."""
    return known_migrations()[-1].version


async def migrate(
    connection: Connection, *, app_password: str | None = None, reader_password: str | None = None
) -> MigrationReport:
    """Bring the database of an administrator's connection to this version; does nothing where it is there already.

    `app_password` sets the app role's password; without it, an app role that has to be made gets a random one, reported.
    A reader that has to be made logs in with `reader_password`, or not at all before an administrator gives it one.
    Raises `Conflict` when a file that ran has changed since, or the database is newer than this version.
    """
    with database_errors():
        await check_server(connection)
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK, timeout=_TIMEOUT)
        try:
            generated = await _prepare_roles(connection, app_password, reader_password)
            leakproof = await _prepare_database(connection)
            applied = await _apply(connection)
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
    return MigrationReport(
        applied=tuple(applied), schema_version=schema_version(), leakproof=leakproof, app_password=generated
    )


async def migrate_external(admin_url: str, *, app_password: str | None = None) -> MigrationReport:
    """`migrate` for a database of one's own, by an administrator's URL."""
    async with connect_admin(dsn=admin_url) as connection:
        return await migrate(connection, app_password=app_password)


@asynccontextmanager
async def connect_admin(**where: Any) -> AsyncIterator[Connection]:
    """One connection with an administrator's rights, closed at the end; `where` as `asyncpg.connect` takes it."""
    with database_errors():
        try:
            connection = await _connect(where)
        except (ValueError, asyncpg.ClientConfigurationError) as error:
            raise InvalidArgument(
                "The database's address is not a PostgreSQL URL.", "Write postgresql://user:password@host:5432/name."
            ) from error
        try:
            yield connection
        finally:
            await _close(connection)


async def _connect(where: Mapping[str, Any]) -> Connection:
    """A connection; of a server that is just starting, or mending itself after a crash, once it takes one."""
    settings = {"client_min_messages": "warning", "timezone": "UTC"}
    patience = anyio.current_time() + _RECOVERY
    while True:
        try:
            return await asyncpg.connect(timeout=10.0, server_settings=settings, **where)
        except (asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
            if anyio.current_time() > patience:
                raise
            await anyio.sleep(_LOOK_AGAIN)


async def _close(connection: Connection) -> None:
    """Take leave of the server; one that is gone by then took nothing with it, as what was committed stays committed."""
    try:
        await connection.close(timeout=5.0)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        log.info("database_gone_at_close", reason=type(error).__name__)


async def check_server(connection: Connection) -> None:
    """Raise `Unavailable` for a server older than PostgreSQL 16."""
    if int(await connection.fetchval("SELECT current_setting('server_version_num')")) < _OLDEST_SERVER:
        raise Unavailable("This PostgreSQL is older than version 16.", "Use PostgreSQL 16 or newer.")


async def vector_extension(connection: Connection) -> str:
    """The schema that holds pgvector; raises `Unavailable` where it is absent or older than 0.8.4."""
    row = await connection.fetchrow(
        "SELECT e.extversion, n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace"
        " WHERE e.extname = 'vector'"
    )
    if row is None:
        raise Unavailable(
            "The extension vector is not in this database.",
            "Install pgvector 0.8.4 or newer, then run `memorygraph migrate` with an administrator's URL.",
        )
    version = tuple(int(part) for part in row["extversion"].split("."))
    if version < _OLDEST_VECTOR:
        raise Unavailable(
            "The extension vector is older than 0.8.4, whose index repairs are needed.",
            "Install pgvector 0.8.4 or newer, then run ALTER EXTENSION vector UPDATE.",
        )
    return str(row["nspname"])


async def applied_versions(connection: Connection) -> dict[int, bytes]:
    """Digest of each migration that ran, by version; empty for a database that was never migrated."""
    if not await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f"{META_SCHEMA}.schema_migration"):
        return {}
    rows = await connection.fetch(
        f"SELECT version, digest FROM {META_SCHEMA}.schema_migration ORDER BY version"  # noqa: S608  a constant
    )
    return {row["version"]: row["digest"] for row in rows}


async def _prepare_roles(connection: Connection, app_password: str | None, reader_password: str | None) -> str | None:
    present = {
        row["rolname"]
        for row in await connection.fetch(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY ($1::text[])", [OWNER_ROLE, APP_ROLE, READER_ROLE]
        )
    }
    generated = None
    if OWNER_ROLE not in present:
        await connection.execute(f"CREATE ROLE {OWNER_ROLE} NOLOGIN NOCREATEDB NOCREATEROLE")
    if APP_ROLE not in present:
        generated = None if app_password else secrets.token_urlsafe(24)
        await connection.execute(f"CREATE ROLE {APP_ROLE} LOGIN NOCREATEDB NOCREATEROLE")
    if password := app_password or generated:
        # Never in clear text, which a server may log.
        await connection.execute(f"ALTER ROLE {APP_ROLE} PASSWORD '{_scram_verifier(password)}'")
    if READER_ROLE not in present:
        await connection.execute(f"CREATE ROLE {READER_ROLE} NOLOGIN NOCREATEDB NOCREATEROLE")
        if reader_password:
            verifier = _scram_verifier(reader_password)
            await connection.execute(f"ALTER ROLE {READER_ROLE} LOGIN PASSWORD '{verifier}'")
    if not await connection.fetchval("SELECT pg_has_role($1, 'SET')", OWNER_ROLE):
        await connection.execute(f"GRANT {OWNER_ROLE} TO CURRENT_USER WITH SET TRUE, INHERIT FALSE")
    return generated


async def _prepare_database(connection: Connection) -> bool:
    await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    await vector_extension(connection)
    for schema in (SCHEMA, META_SCHEMA):
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {OWNER_ROLE}")
    # Under row security only a leakproof operator may look into an index. These two raise no error that tells of their
    # arguments. A superuser alone can say so.
    if await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"):
        await connection.execute("ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF")
        await connection.execute("ALTER FUNCTION pg_catalog.jsonb_contains(jsonb, jsonb) LEAKPROOF")
    return bool(
        await connection.fetchval(
            "SELECT proleakproof FROM pg_proc WHERE oid = 'pg_catalog.ts_match_vq(tsvector, tsquery)'::regprocedure"
        )
    )


async def _apply(connection: Connection) -> list[str]:
    vector_schema = await vector_extension(connection)
    await connection.execute(f"SET ROLE {OWNER_ROLE}")
    try:
        await connection.execute(f"SET search_path = {SCHEMA}, {_quoted(vector_schema)}, pg_catalog")
        await _prepare_record(connection)
        applied = await applied_versions(connection)
        pending = pending_migrations(known_migrations(), applied)
        for migration in pending:
            async with connection.transaction():
                await connection.execute(migration.sql, timeout=_TIMEOUT)
                await connection.execute(
                    f"INSERT INTO {META_SCHEMA}.schema_migration (version, name, digest, applied_at)"  # noqa: S608
                    " VALUES ($1, $2, $3, now())",
                    migration.version,
                    migration.name,
                    migration.digest,
                )
    finally:
        await connection.execute("RESET ROLE; RESET search_path")
    return [migration.name for migration in pending]


def pending_migrations(known: list[Migration], applied: dict[int, bytes]) -> list[Migration]:
    """What has to run, in order; raises `Conflict` where files and record contradict each other."""
    by_version = {migration.version: migration for migration in known}
    if applied and max(applied) > max(by_version):
        raise Conflict(
            f"The database has schema version {max(applied)}; this program knows {max(by_version)}.",
            "Use the newer version of the program.",
        )
    for version, digest in applied.items():
        migration = by_version.get(version)
        if migration is None or migration.digest != digest:
            raise Conflict(
                f"Migration {version:04d} of this program is not the one that ran in the database.",
                "Install an unmodified release.",
            )
    return [migration for migration in known if migration.version not in applied]


async def _prepare_record(connection: Connection) -> None:
    await connection.execute(
        f"CREATE TABLE IF NOT EXISTS {META_SCHEMA}.schema_migration ("
        " version integer PRIMARY KEY, name text NOT NULL, digest bytea NOT NULL, applied_at timestamptz NOT NULL)"
    )
    await connection.execute(f"GRANT USAGE ON SCHEMA {SCHEMA}, {META_SCHEMA} TO {APP_ROLE}")
    await connection.execute(f"GRANT SELECT ON {META_SCHEMA}.schema_migration TO {APP_ROLE}")


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _scram_verifier(password: str) -> str:
    """What PostgreSQL stores of a password (RFC 5802 and 7677): salt, rounds and two keys, no way back."""
    salt, rounds = secrets.token_bytes(16), 4096
    salted = pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored_key = sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(part).decode() for part in (salt, stored_key, server_key)]
    return f"SCRAM-SHA-256${rounds}:{parts[0]}${parts[1]}:{parts[2]}"
