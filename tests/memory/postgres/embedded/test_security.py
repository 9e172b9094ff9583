"""Who gets in, and what is written down about users."""

import os
import signal
import stat
from contextlib import suppress
from pathlib import Path

import anyio
import anyio.lowlevel
import asyncpg
import pytest

from moe_memorygraph.memory.postgres.embedded import EmbeddedServer, open_embedded
from moe_memorygraph.memory.postgres.embedded.layout import APP_USER, DATABASE, PORT, SUPERUSER
from tests.memory.postgres.embedded.support import Home, until

pytestmark = pytest.mark.postgres

CANARY = "Zanzibar-4711"


def _mode(path: "os.PathLike[str]") -> int:
    return stat.S_IMODE(os.lstat(path).st_mode)


async def test_only_the_owner_reaches_anything(home: Home) -> None:
    async with open_embedded(home.path):
        layout = home.layout
        folders = (layout.folder, layout.cluster, layout.data, layout.socket_folder())
        assert {folder.name: _mode(folder) for folder in folders} == {folder.name: 0o700 for folder in folders}
        socket = layout.socket_folder() / ".s.PGSQL.5432"
        assert _mode(socket) == 0o700
        files = (layout.superuser_secret, layout.app_secret, layout.postgres_log, layout.supervisor_log)
        assert {file.name: _mode(file) for file in files} == {file.name: 0o600 for file in files}


async def test_every_way_in_asks_for_a_secret(home: Home, tmp_path: Path) -> None:
    empty = tmp_path / "passwords"
    empty.touch(0o600)
    async with open_embedded(home.path):
        rules = [
            line.split()
            for line in (home.layout.data / "pg_hba.conf").read_text().splitlines()
            if line.strip() and not line.startswith("#")
        ]
        assert rules == [["local", "all", "all", "scram-sha-256"]]
        for role in (SUPERUSER, APP_USER):
            for password in ("", "wrong", None):
                with pytest.raises((asyncpg.InvalidPasswordError, asyncpg.InterfaceError)):
                    await asyncpg.connect(
                        host=str(home.layout.socket_folder()),
                        port=PORT,
                        user=role,
                        password=password,
                        database=DATABASE,
                        passfile=str(empty),
                    )
        settings = await home.run(
            "SELECT name, setting FROM pg_settings WHERE name IN"
            " ('listen_addresses', 'password_encryption', 'fsync', 'synchronous_commit', 'full_page_writes', 'jit')"
        )
        assert {row["name"]: row["setting"] for row in settings} == {
            "listen_addresses": "",
            "password_encryption": "scram-sha-256",
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "jit": "off",
        }
        assert await home.run("SELECT rolname FROM pg_authid WHERE rolpassword NOT LIKE 'SCRAM-SHA-256$%'") == []


async def test_no_text_of_a_user_gets_into_a_log(home: Home) -> None:
    async with open_embedded(home.path):
        await home.run("CREATE TABLE word (word text PRIMARY KEY)")
        connection = await home.connect(superuser=True)
        for statement, arguments in (
            (f"SELECT '{CANARY}'::uuid", ()),
            (f"SELECT {CANARY!r}.missing", ()),
            ("INSERT INTO word SELECT $1::text FROM generate_series(1, 2)", (CANARY,)),
            ("SELECT $1::text::int", (CANARY,)),
            (f"DO $$ BEGIN RAISE WARNING '{CANARY}'; END $$", ()),
        ):
            with suppress(asyncpg.PostgresError):
                await connection.execute(statement, *arguments)
        assert not connection.is_closed()
        # A crash makes PostgreSQL write what the crashed process was doing.
        backend = connection.get_server_pid()
        watcher = await home.connect(superuser=True)

        async def crash() -> None:
            while not await watcher.fetchval("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"):
                await anyio.lowlevel.checkpoint()
            os.kill(backend, signal.SIGKILL)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(crash)
            with pytest.raises((asyncpg.PostgresError, ConnectionError)):
                await connection.fetch(f"SELECT '{CANARY}', pg_sleep(60)")
        watcher.terminate()
        log = home.layout.postgres_log
        await until(lambda: log.read_text().count("ready to accept connections") >= 2)
        for path in home.layout.folder.glob("*.log"):
            assert CANARY not in path.read_text()


async def test_full_text_and_json_containment_may_use_indexes_under_row_security(
    embedded_server: EmbeddedServer,
) -> None:
    connection = await asyncpg.connect(
        host=str(embedded_server.socket_dir),
        port=embedded_server.port,
        user=embedded_server.superuser,
        password=embedded_server.superuser_password,
        database=embedded_server.database,
    )
    try:
        leakproof = await connection.fetch(
            "SELECT proname FROM pg_proc WHERE proleakproof AND proname IN ('ts_match_vq', 'jsonb_contains') ORDER BY 1"
        )
        assert [row["proname"] for row in leakproof] == ["jsonb_contains", "ts_match_vq"]
        database = await connection.fetchrow(
            "SELECT pg_get_userbyid(datdba) AS owner, datlocprovider, datlocale, pg_encoding_to_char(encoding) AS encoding"
            " FROM pg_database WHERE datname = current_database()"
        )
        assert dict(database) == {
            "owner": "mg_owner",
            "datlocprovider": b"b",
            "datlocale": "C.UTF-8",
            "encoding": "UTF8",
        }
        owner = await connection.fetchrow("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = 'mg_owner'")
        assert dict(owner) == {"rolcanlogin": False, "rolsuper": False}
    finally:
        await connection.close()


def test_a_server_shows_no_password(embedded_server: EmbeddedServer) -> None:
    assert embedded_server.superuser_password not in repr(embedded_server)
    assert embedded_server.app_password not in repr(embedded_server)
