"""The process that parents, restarts and stops the one PostgreSQL of a folder. It runs apart from its users.

It is started by `attachment.py`, without the package around it, and must import nothing outside this folder and the
quick part of the standard library. Users are counted by locks that the kernel releases, so a killed one is noticed.
"""

# pathlib would double the start-up time of the supervisor.
# ruff: noqa: PTH

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys
import time
import traceback

from . import cluster, processes
from .layout import (
    CREATED,
    NAMESPACE_REFUSED,
    NO_SOCKET_FOLDER,
    PORT,
    READY,
    START_FAILED,
    DISK_FULL,
    Layout,
    fits_socket,
    is_private,
)

GRACE = 3.0  # seconds from the last user's leaving to the server's stop
_POLL = 0.25  # seconds
_FIRST_POLLS = 0.01  # seconds, while a start is awaited
_FAST_SHUTDOWN = 4.0  # seconds until a shutdown that saves restart time is given up for one that does not
_IMMEDIATE_SHUTDOWN = 6.0  # seconds; PostgreSQL itself kills its stuck children after five
_FAILED_STARTS = 3  # in a row, after which the supervisor gives up and says so
_LONGEST_LOG = 4 << 20  # bytes


class Supervisor:
    """One life of the server: from the first user to the last."""

    def __init__(self, layout: Layout, bin_folder: str, status: int) -> None:
        self._layout = layout
        self._bin_folder = bin_folder
        self._status = status
        self._users = _Users(layout)
        self._wake, self._waker = os.pipe()
        self._asked_to_stop = False
        self._postmaster: int | None = None
        self._log = -1
        self._null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def run(self) -> None:
        self._listen_to_signals()
        lock = self._wait_for_leftovers()
        if os.geteuid() == 0:
            processes.enter_private_namespace()
        self._log = _open_log(self._layout.postgres_log)
        if cluster.ensure(self._layout, self._bin_folder, self._log, lock):
            self._tell(CREATED)
        os.close(lock)
        socket_folder = _choose_socket_folder(self._layout)
        try:
            self._keep_running(socket_folder)
        finally:
            _drop_socket_folder(self._layout, socket_folder)

    def _keep_running(self, socket_folder: str) -> None:
        failed = 0
        while failed < _FAILED_STARTS:
            if failed:
                self._rest(0.3 * failed)
            self._start(socket_folder)
            was_ready = self._watch()
            if self._postmaster is not None:
                self._stop()
                return
            os.close(self._wait_for_leftovers())
            if self._users.are_gone() or self._asked_to_stop:
                return
            failed = 0 if was_ready else failed + 1
        self._tell(DISK_FULL if cluster.has_almost_no_room(self._layout) else START_FAILED)

    def _start(self, socket_folder: str) -> None:
        layout = self._layout
        cluster.write_settings(layout)
        # No process of this cluster lives, for the lock is free: the file tells of a dead one, whose number another
        # process may have got since, which would keep PostgreSQL from starting.
        _remove(os.path.join(layout.data, "postmaster.pid"))
        lock = processes.try_lock(layout.postgres_lock)
        if lock is None:
            return
        quoted = '"' + socket_folder.replace('"', '""') + '"'
        self._postmaster = processes.spawn(
            [
                *(os.path.join(self._bin_folder, "postgres"), "-D", layout.data, "-p", str(PORT)),
                *("-c", "listen_addresses=", "-c", f"unix_socket_directories={quoted}"),
                *("-c", "unix_socket_permissions=0700"),
            ],
            environment=cluster.clean_environment(),
            stdin=self._null,
            log=self._log,
            lock=lock,
            ends_with_parent_by=signal.SIGINT,
        )
        os.close(lock)

    def _watch(self) -> bool:
        """Wait until the server has died, or should stop; says whether it took connections in between."""
        ready = False
        started = time.monotonic()
        while not self._has_died():
            if not ready and self._layout.postmaster() == (self._postmaster, "ready"):
                ready = True
                self._tell(READY)
                self._close_status()
            if self._asked_to_stop or self._users.are_gone():
                break
            _keep_short(self._log)
            self._rest(_POLL if ready or time.monotonic() - started > 2 else _FIRST_POLLS)
        return ready

    def _stop(self) -> None:
        for number, seconds in (
            (signal.SIGINT, _FAST_SHUTDOWN),
            (signal.SIGQUIT, _IMMEDIATE_SHUTDOWN),
            (signal.SIGKILL, 1.0),
        ):
            if self._postmaster is None:
                break
            os.kill(self._postmaster, number)
            until = time.monotonic() + seconds
            while not self._has_died() and time.monotonic() < until:
                self._rest(0.05)
        os.close(self._wait_for_leftovers())

    def _has_died(self) -> bool:
        if self._postmaster is None:
            return True
        pid, _ = os.waitpid(self._postmaster, os.WNOHANG)
        if pid:
            self._postmaster = None
        return bool(pid)

    def _wait_for_leftovers(self) -> int:
        """Wait until no PostgreSQL process of this folder lives, helping it along; gives the lock that proves it."""
        layout = self._layout
        started = time.monotonic()
        asked: set[signal.Signals] = set()
        while True:
            lock = processes.try_lock(layout.postgres_lock)
            if lock is not None:
                return lock
            waited = time.monotonic() - started
            for number, after in ((signal.SIGINT, 0.0), (signal.SIGQUIT, _FAST_SHUTDOWN), (signal.SIGKILL, 10.0)):
                if waited >= after and number not in asked:
                    asked.add(number)
                    self._signal_leftovers(number)
            self._rest(0.02)

    def _signal_leftovers(self, number: signal.Signals) -> None:
        living = processes.processes_in(self._layout.data)
        postmaster = self._layout.postmaster()
        if postmaster is not None and postmaster[0] in living:
            os.kill(postmaster[0], number)
            if number is not signal.SIGKILL:
                return
        # Without a postmaster its children end by themselves as soon as they look up from their work.
        if number is not signal.SIGINT:
            for pid in living:
                _kill(pid, signal.SIGKILL)

    def _tell(self, word: str) -> None:
        if self._status < 0:
            return
        try:
            os.write(self._status, word.encode("ascii") + b"\n")
        except OSError:
            self._close_status()  # who started us is gone; others may wait

    def _close_status(self) -> None:
        if self._status >= 0:
            os.close(self._status)
            self._status = -1

    def _rest(self, seconds: float) -> None:
        """Sleep, but wake at a signal: a child's end, or the wish to stop."""
        if select.select([self._wake], [], [], seconds)[0]:
            os.read(self._wake, 512)

    def _listen_to_signals(self) -> None:
        os.set_blocking(self._wake, False)
        os.set_blocking(self._waker, False)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)

    def _ask_to_stop(self, *_: object) -> None:
        self._asked_to_stop = True

    def fail(self, word: str) -> None:
        self._tell(word)


class _Users:
    """The processes that use the server: each holds a shared lock on one file."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.users_lock
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._alone_since: float | None = None
        self._last_left = 0

    def are_gone(self) -> bool:
        """Whether nobody was there for `GRACE` seconds, or the folder was removed. From then on nobody gets in."""
        try:
            found = os.stat(self._path)
        except OSError:
            return True
        mine = os.fstat(self._fd)
        if not os.path.samestat(found, mine):
            return True
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._alone_since = None
            return False
        now = time.monotonic()
        if self._alone_since is None or mine.st_mtime_ns != self._last_left:
            self._alone_since, self._last_left = now, mine.st_mtime_ns
        if now - self._alone_since >= GRACE:
            return True
        fcntl.flock(self._fd, fcntl.LOCK_UN)
        return False


def _choose_socket_folder(layout: Layout) -> str:
    """The folder of the socket, private; outside of ours when our path is too long for a socket."""
    recorded = layout.socket_folder()
    if recorded != layout.own_socket_folder and fits_socket(recorded) and is_private(recorded):
        return recorded
    _remove(layout.socket_record)
    if fits_socket(layout.own_socket_folder):
        _make_private(layout.own_socket_folder)
        return layout.own_socket_folder
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), os.environ.get("TMPDIR", ""), "/tmp"):  # noqa: S108
        folder = os.path.join(parent, "mg-" + os.urandom(8).hex())
        if not parent.startswith("/") or not fits_socket(folder):
            continue
        try:
            os.mkdir(folder, 0o700)  # fails rather than use what somebody else made
        except OSError:
            continue
        cluster.write_private(layout.socket_record + ".new", folder)
        os.rename(layout.socket_record + ".new", layout.socket_record)
        return folder
    raise cluster.ClusterError(NO_SOCKET_FOLDER)


def _drop_socket_folder(layout: Layout, folder: str) -> None:
    if folder == layout.own_socket_folder:
        return
    try:
        os.rmdir(folder)
    except OSError:
        return  # not empty: PostgreSQL was killed; the next start takes it again
    _remove(layout.socket_record)


def _make_private(folder: str) -> None:
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        os.chmod(folder, 0o700)


def _open_log(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _keep_short(log: int) -> None:
    if os.fstat(log).st_size > _LONGEST_LOG:
        end = os.pread(log, _LONGEST_LOG // 4, _LONGEST_LOG * 3 // 4)
        os.ftruncate(log, 0)
        os.write(log, end)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _kill(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def main(arguments: list[str]) -> None:
    """`FOLDER BIN_FOLDER LOCK_FD STATUS_FD`: the lock of the supervisor, held, and where to write status words."""
    folder, bin_folder = arguments[:2]
    lock, status = int(arguments[2]), int(arguments[3])
    if os.fork():
        os._exit(0)  # who started us waits for this, and need not wait for us
    os.set_inheritable(lock, False)
    os.set_inheritable(status, False)
    os.umask(0o077)
    os.chdir("/")
    _keep_short(2)
    supervisor = Supervisor(Layout(folder), bin_folder, status)
    try:
        supervisor.run()
    except processes.NamespaceRefusedError:
        supervisor.fail(NAMESPACE_REFUSED)
    except cluster.ClusterError as error:
        supervisor.fail(error.args[0])
    except Exception:
        traceback.print_exc()
        supervisor.fail(START_FAILED)
        sys.exit(1)
