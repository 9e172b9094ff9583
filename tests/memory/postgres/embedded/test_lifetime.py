"""Who starts the server, who stops it, and what a kill of any of the processes leaves behind."""

import fcntl
import os
import signal
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import asyncpg
import pytest

from moe_memorygraph.memory.postgres.embedded import open_embedded
from moe_memorygraph.memory.postgres.embedded.attachment import Attachment
from moe_memorygraph.memory.postgres.embedded.layout import Layout
from moe_memorygraph.memory.postgres.embedded.processes import try_lock
from moe_memorygraph.memory.postgres.embedded.supervisor import _Users
from tests.memory.postgres.embedded.support import Home, command_lines, is_alive, until, using

pytestmark = pytest.mark.postgres

GONE = 10.0  # seconds in which everything must be gone


async def test_six_processes_at_once_on_an_empty_home_share_one_server(empty_home: Home) -> None:
    async with AsyncExitStack() as stack:
        users = [await stack.enter_async_context(using(empty_home)) for _ in range(6)]
        said = [await user.is_ready() for user in users]
        assert sum(each["first_start"] for each in said) == 1
        needle = b"postgres\0-D\0" + os.fsencode(empty_home.layout.data) + b"\0"
        assert len([pid for pid, arguments in command_lines() if needle in arguments]) == 1
        assert list(empty_home.layout.folder.glob("cluster.new-*")) == []
        for user in users:
            await user.leave()
    await until(empty_home.is_deserted, seconds=GONE)


async def test_the_server_outlives_each_user_but_the_last(home: Home) -> None:
    async with using(home) as first, using(home) as second:
        assert (await first.is_ready())["first_start"] is False
        postmaster = home.postmaster()
        await second.is_ready()
        await first.leave()
        assert (await home.run("SELECT 1 AS one"))[0]["one"] == 1
        assert home.postmaster() == postmaster
        await second.leave()
    await until(home.is_deserted, seconds=GONE)
    assert not home.layout.postmaster_file.exists(), "it was not shut down in order"


async def test_a_killed_user_counts_as_gone(home: Home) -> None:
    async with using(home) as first, using(home) as second:
        await first.is_ready()
        await second.is_ready()
        await first.kill()
        assert (await home.run("SELECT 1 AS one"))[0]["one"] == 1
        await second.kill()
    await until(home.is_deserted, seconds=GONE)


async def test_a_killed_postmaster_is_back_with_all_that_was_committed(home: Home) -> None:
    async with open_embedded(home.path):
        await home.run("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        killed = _now(home.postmaster())
        os.kill(killed, signal.SIGKILL)
        await until(lambda: home.postmaster() not in {None, killed}, seconds=GONE)
        assert (await home.run("SELECT count(*) AS n FROM kept"))[0]["n"] == 1000


async def test_a_busy_child_of_a_killed_postmaster_does_not_keep_the_next_one_from_starting(home: Home) -> None:
    async with using(home) as user, anyio.create_task_group() as tasks:
        await user.is_ready()
        connection = await home.connect()

        async def compute() -> None:
            # the last one: the driver had told nobody yet that the connection was gone
            with pytest.raises((asyncpg.PostgresConnectionError, ConnectionError, asyncpg.InternalClientError)):
                await connection.fetchval(
                    "SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b"
                )

        tasks.start_soon(compute)
        await until(lambda: any(b"mg_app" in line and b"SELECT" in line for _, line in command_lines()))
        killed = _now(home.postmaster())
        os.kill(killed, signal.SIGKILL)
        await until(lambda: home.postmaster() not in {None, killed}, seconds=GONE)


async def test_a_killed_supervisor_is_replaced_while_somebody_uses_the_server(home: Home) -> None:
    async with using(home) as user:
        await user.is_ready()
        killed = _now(home.supervisor())
        os.kill(killed, signal.SIGKILL)
        await until(lambda: home.supervisor() not in {None, killed}, seconds=GONE)
        await until(home.postmaster, seconds=GONE)
        assert (await home.run("SELECT 1 AS one"))[0]["one"] == 1
        await user.leave()
    await until(home.is_deserted, seconds=GONE)


async def test_nothing_stays_when_the_supervisor_and_all_users_are_killed(home: Home) -> None:
    async with using(home) as user:
        await user.is_ready()
        await user.kill()
        os.kill(_now(home.supervisor()), signal.SIGKILL)
    await until(home.is_deserted, seconds=GONE)
    async with using(home) as user:
        await user.is_ready()


async def test_a_stale_lock_file_with_the_number_of_another_process_is_no_obstacle(home: Home) -> None:
    async with await anyio.open_process([sys.executable, "-c", "input()"]) as innocent:
        folder = home.layout.own_socket_folder
        told = f"{innocent.pid}\n{home.layout.data}\n1\n5432\n{folder}\n\n  1 1\nready   \n"
        home.layout.postmaster_file.write_text(told, "ascii")
        folder.mkdir(0o700)
        (folder / ".s.PGSQL.5432.lock").write_text(told, "ascii")
        async with open_embedded(home.path):
            assert home.postmaster() != innocent.pid
        await home.shut_down()
        assert innocent.returncode is None
        assert is_alive(innocent.pid)
        innocent.kill()


async def test_who_comes_while_the_server_is_being_stopped_waits_for_it(home: Home) -> None:
    attachment = Attachment(home.path)
    try:
        stopping = try_lock(home.layout.users_lock)  # as the supervisor holds it from its decision to its end
        assert stopping is not None
        assert attachment.step() is None
        assert "being stopped" in attachment.waits_for()
        assert home.supervisor() is None
        os.close(stopping)
        server = await until(attachment.step)
        assert server.database == "memorygraph"
    finally:
        attachment.close()


async def test_a_removed_home_stops_its_server_and_may_be_made_anew(home: Home) -> None:
    async with open_embedded(home.path):
        old = _now(home.postmaster())
        old_supervisor = _now(home.supervisor())
        home.layout.folder.rename(home.path / "removed")
        async with using(home) as other:
            assert (await other.is_ready())["first_start"] is True
            await until(lambda: not is_alive(old) and not is_alive(old_supervisor), seconds=GONE)
            assert (await home.run("SELECT 1 AS one"))[0]["one"] == 1


async def test_the_supervisor_is_small(home: Home) -> None:
    async with open_embedded(home.path):
        status = (await anyio.Path(f"/proc/{home.supervisor()}/status").read_text()).splitlines()
        resident = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
        assert resident < 24_000, "kB"


def _now(pid: int | None) -> int:
    assert pid is not None
    return pid


def test_after_a_farewell_nobody_is_waited_for(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    users = _Users(layout)
    assert not users.are_gone(), "somebody may come within the time of grace"
    layout.farewell.touch()
    with layout.users_lock.open() as user:
        fcntl.flock(user, fcntl.LOCK_SH)
        assert not users.are_gone(), "the farewell of one user does not end another"
    assert users.are_gone()
