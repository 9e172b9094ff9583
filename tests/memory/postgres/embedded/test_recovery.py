"""After a crash: an attach waits for the recovery, however long it takes, and says so."""

import os
import signal

import pytest

from tests.memory.postgres.embedded.support import Home, command_lines, parent_of, until, using

pytestmark = pytest.mark.postgres

ROWS = 300_000


def _startup_process(home: Home) -> int | None:
    """The process that replays the log, child of this home's postmaster."""
    found = home.layout.postmaster()
    return next(
        (
            pid
            for pid, arguments in command_lines()
            if arguments.startswith(b"postgres: startup") and found is not None and parent_of(pid) == found[0]
        ),
        None,
    )


async def test_an_attach_waits_for_a_recovery_that_takes_longer_than_anybody_planned(home: Home) -> None:
    async with using(home) as user:
        await user.is_ready()
        await home.run("CREATE TABLE kept (n int, text text)")
        await home.run(f"INSERT INTO kept SELECT n, repeat('x', 200) FROM generate_series(1, {ROWS}) AS n")
        await home.run("UPDATE kept SET text = text || 'y'")
        await user.kill()
        supervisor, postmaster = home.supervisor(), home.postmaster()
        assert supervisor is not None
        assert postmaster is not None
        os.kill(supervisor, signal.SIGKILL)
        os.kill(postmaster, signal.SIGKILL)
        await until(home.is_deserted)
    async with using(home) as user:
        startup = await until(lambda: _startup_process(home))
        os.kill(startup, signal.SIGSTOP)
        heard = home.layout.postgres_log
        try:
            first = await user.hear_wait()
            second = await user.hear_wait()
        finally:
            os.kill(startup, signal.SIGCONT)
        assert "recovers" in first
        assert "recovers" in second
        await user.is_ready()
        assert (await home.run("SELECT count(*) AS n FROM kept"))[0]["n"] == ROWS
        assert "automatic recovery in progress" in heard.read_text()
