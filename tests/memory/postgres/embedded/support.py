"""Homes of embedded servers, looked at from outside, and real processes that use them."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.abc
import asyncpg
from anyio.streams.buffered import BufferedByteReceiveStream

from moe_memorygraph.memory.postgres.embedded.layout import APP_USER, DATABASE, PORT, SUPERUSER, Layout

REPOSITORY = Path(__file__).resolve().parents[4]
_USER_PROCESS = Path(__file__).with_name("user_process.py")
_Seen = TypeVar("_Seen")
_PATIENCE = 45.0  # seconds: the machine may be very busy


async def until(look: Callable[[], _Seen | None], *, seconds: float = _PATIENCE) -> _Seen:
    """Wait until `look` gives something true."""
    with anyio.fail_after(seconds):
        while not (seen := look()):  # noqa: ASYNC110  # processes tell no event loop
            await anyio.sleep(0.01)
    return seen


@dataclass(frozen=True, slots=True)
class Home:
    """One home, as the tests see it."""

    path: Path

    @property
    def layout(self) -> Layout:
        return Layout(self.path.resolve() / "postgres")

    def postmaster(self) -> int | None:
        """The living postmaster that takes connections, if there is one."""
        found = self.layout.postmaster()
        return found[0] if found is not None and found[1] == "ready" and is_alive(found[0]) else None

    def supervisor(self) -> int | None:
        """Found by its arguments, for it tells nobody its number."""
        wanted = b"launch.py\0" + os.fsencode(self.layout.folder) + b"\0"
        return next((pid for pid, arguments in command_lines() if wanted in arguments), None)

    def is_deserted(self) -> bool:
        """Whether neither a supervisor nor any PostgreSQL process of this home lives: the kernel freed their locks."""
        return _is_free(self.layout.supervisor_lock) and _is_free(self.layout.postgres_lock)

    async def connect(self, *, superuser: bool = False, database: str = DATABASE) -> asyncpg.Connection:
        secret = self.layout.superuser_secret if superuser else self.layout.app_secret
        return await asyncpg.connect(
            host=str(self.layout.socket_folder()),
            port=PORT,
            user=SUPERUSER if superuser else APP_USER,
            password=secret.read_text("ascii"),
            database=database,
        )

    async def run(self, sql: str, *, superuser: bool = True) -> list[asyncpg.Record]:
        connection = await self.connect(superuser=superuser)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(sql)
        finally:
            await connection.close()
        return rows

    async def shut_down(self) -> None:
        """Stop what still runs, without waiting for the last user's grace to pass."""
        while (supervisor := self.supervisor()) is not None:
            with suppress(ProcessLookupError):
                os.kill(supervisor, signal.SIGTERM)
            await anyio.sleep(0.02)
        await until(lambda: _is_free(self.layout.postgres_lock))


@dataclass(slots=True)
class User:
    """A child process that uses a home."""

    process: anyio.abc.Process
    _lines: BufferedByteReceiveStream | None = None

    async def hear_line(self) -> bytes:
        """The next line of its output, or of the shell around it."""
        assert self.process.stdout is not None
        if self._lines is None:
            self._lines = BufferedByteReceiveStream(self.process.stdout)
        return await self._lines.receive_until(b"\n", 65_536)

    async def hear(self) -> dict[str, Any]:
        """The next thing it says, sentences about waiting aside."""
        while True:
            said: dict[str, Any] = json.loads(await self.hear_line())
            if said["event"] != "waits":
                return said

    async def hear_wait(self) -> str:
        """The next sentence about what it waits for."""
        said: dict[str, Any] = json.loads(await self.hear_line())
        assert said["event"] == "waits", said
        return str(said["sentence"])

    async def is_ready(self) -> dict[str, Any]:
        said = await self.hear()
        assert said["event"] == "ready", said
        return said

    async def leave(self) -> None:
        assert self.process.stdin is not None
        await self.process.stdin.aclose()
        assert (await self.hear())["event"] == "left"
        assert await self.process.wait() == 0

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@asynccontextmanager
async def using(
    home: Home,
    *,
    before: Sequence[str] = (),
    python: str = sys.executable,
    environment: dict[str, str] | None = None,
    uid: int | None = None,
) -> AsyncIterator[User]:
    """Start a process that attaches to the home; it is killed at the end if it still lives."""
    identity: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
    process = await anyio.open_process(
        [*before, python, str(_USER_PROCESS), str(home.path)],
        stderr=None,
        env=child_environment() | (environment or {}),
        cwd="/",
        **identity,
    )
    try:
        with anyio.fail_after(_PATIENCE):
            yield User(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        with anyio.CancelScope(shield=True):
            await process.aclose()


def child_environment() -> dict[str, str]:
    """A child finds the packages where this process found them."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *filter(None, sys.path)])}


def copy_cluster(source: Home, target: Home) -> Home:
    """Give a home a made, stopped cluster: quicker than to make one."""
    target.layout.folder.mkdir(parents=True, mode=0o700)
    shutil.copytree(source.layout.cluster, target.layout.cluster)
    return target


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False)
    return found.returncode == 0 and not found.stdout.strip().startswith(b"Z")


def command_lines() -> list[tuple[int, bytes]]:
    """Process ids and their arguments, each closed by a zero byte."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found.append((int(entry.name), (entry / "cmdline").read_bytes()))
    return found


def parent_of(pid: int) -> int | None:
    found = subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, check=False)
    return int(found.stdout) if found.returncode == 0 else None


def _is_free(lock: Path) -> bool:
    try:
        file = lock.open("rb")
    except FileNotFoundError:
        return True
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
