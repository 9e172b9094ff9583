"""The process that parents, restarts and stops the one PostgreSQL of a folder. It runs apart from its users.

It is started by `attachment.py`, without the package around it, and must import nothing outside this folder and the
quick part of the standard library. Users are counted by locks that the kernel releases, so a killed one is noticed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import time
from pathlib import Path

from . import cluster, processes
from .layout import (
    CREATED,
    DISK_FULL,
    NAMESPACE_REFUSED,
    NO_SOCKET_FOLDER,
    PORT,
    READY,
    SOCKET_NAME,
    START_FAILED,
    Layout,
    fits_socket,
    is_private,
)

GRACE = 3.0  # seconds from the last user's leaving to the server's stop
_POLL = 0.25  # seconds
_FIRST_POLLS = 0.01  # seconds, while a start is awaited
_FAST_SHUTDOWN = 4.0  # seconds until a shutdown that saves restart time is given up for one that does not
_IMMEDIATE_SHUTDOWN = 6.0  # seconds; PostgreSQL itself kills its stuck children after five
_ORPHANS_LINGER = 1.0  # seconds that children of a killed postmaster have to notice it
_FAILED_STARTS = 3  # in a row, after which the supervisor gives up and says so
_LONGEST_LOG = 4 << 20  # bytes


class Supervisor:
    """One life of the server: from the first user to the last."""

    def __init__(self, layout: Layout, bin_folder: Path, status: int) -> None:
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
        layout = self._layout
        self._listen_to_signals()
        lock = self._wait_for_leftovers()
        programs = self._programs()
        if cluster.ensure(layout, programs, lock):
            self._tell(CREATED)
        os.close(lock)
        self._keep_running(programs)

    def _programs(self) -> processes.Programs:
        """PostgreSQL's programs, run as anybody but root."""
        layout = self._layout
        self._log = _open_log(layout.postgres_log)
        steps_down = False
        if os.geteuid() == 0:
            steps_down = not processes.grants_namespace()
            if steps_down and not processes.can_step_down():
                raise processes.NamespaceRefusedError
        programs = processes.Programs(self._bin_folder, log=self._log, steps_down=steps_down)
        if os.geteuid() == 0:
            cluster.hand_over(layout, programs.account)
            if not steps_down:
                processes.enter_private_namespace()
        return programs

    def fail(self, word: str | None = None) -> None:
        """Say why there is no server; by default what can be seen from outside."""
        fallback = DISK_FULL if cluster.has_almost_no_room(self._layout) else START_FAILED
        self._tell(word or fallback)

    def _keep_running(self, programs: processes.Programs) -> None:
        failed = 0
        while failed < _FAILED_STARTS:
            self._rest(0.3 * failed)
            socket_folder = _choose_socket_folder(self._layout)
            self._start(programs, socket_folder)
            was_ready = self._watch(socket_folder)
            if self._postmaster is not None:
                self._stop()
            if self._should_stop():
                _drop_socket_folder(self._layout, socket_folder)
                return
            os.close(self._wait_for_leftovers())
            failed = 0 if was_ready else failed + 1
        self.fail()

    def _should_stop(self) -> bool:
        return self._asked_to_stop or self._users.folder_is_lost() or self._users.are_gone()

    def _start(self, programs: processes.Programs, socket_folder: Path) -> None:
        layout = self._layout
        cluster.write_settings(layout)
        lock = processes.try_lock(layout.postgres_lock)
        if lock is None:
            return
        # No process of this cluster lives, for the lock was free: such files tell of a dead one, which may wait to be
        # reaped still, or whose number another process has got. Either would keep PostgreSQL from starting.
        for stale in (layout.postmaster_file, socket_folder / SOCKET_NAME, socket_folder / f"{SOCKET_NAME}.lock"):
            stale.unlink(missing_ok=True)
        quoted = '"' + str(socket_folder).replace('"', '""') + '"'
        self._postmaster = programs.start(
            "postgres",
            *("-D", str(layout.data), "-p", str(PORT), "-c", "listen_addresses="),
            *("-c", f"unix_socket_directories={quoted}", "-c", "unix_socket_permissions=0700"),
            stdin=self._null,
            lock=lock,
            ends_with_parent_by=signal.SIGINT,
        )
        os.close(lock)

    def _watch(self, socket_folder: Path) -> bool:
        """Wait until the server has died, or should stop; says whether it took connections in between.

        It should also stop, to start again, when somebody who cleans temporary folders took its socket.
        """
        ready = False
        started = time.monotonic()
        while not self._has_died():
            if not ready and self._layout.postmaster() == (self._postmaster, "ready"):
                ready = True
                self._tell(READY)
                self._close_status()
            if self._should_stop() or (ready and not (socket_folder / SOCKET_NAME).exists()):
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
            if self._has_died():
                break
            _kill(self._postmaster, number)
            until = time.monotonic() + seconds
            while not self._has_died() and time.monotonic() < until:
                self._rest(0.05)
        if not self._users.folder_is_lost():  # else another server may run at this path
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
        started = time.monotonic()
        while (lock := processes.try_lock(self._layout.postgres_lock)) is None:
            self._hasten_leftovers(time.monotonic() - started)
            self._rest(0.05)
        return lock

    def _hasten_leftovers(self, waited: float) -> None:
        """Signals sent again do no harm. Without /proc the children of a killed postmaster are left to themselves."""
        living = processes.processes_in(self._layout.data)
        postmaster = self._layout.postmaster()
        if postmaster is not None and postmaster[0] in living:
            if waited < _FAST_SHUTDOWN:
                _kill(postmaster[0], signal.SIGINT)
            else:
                _kill(
                    postmaster[0], signal.SIGQUIT if waited < _FAST_SHUTDOWN + _IMMEDIATE_SHUTDOWN else signal.SIGKILL
                )
        elif waited >= _ORPHANS_LINGER:
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


class _Users:
    """The processes that use the server: each holds a shared lock on one file."""

    def __init__(self, layout: Layout) -> None:
        self._path = layout.users_lock
        self._farewell = layout.farewell
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._alone_since: float | None = None
        self._last_left = 0

    def folder_is_lost(self) -> bool:
        """Whether the folder was removed, perhaps made anew: what lies at its path is not ours then."""
        try:
            return not os.path.samestat(self._path.stat(), os.fstat(self._fd))
        except OSError:
            return True

    def are_gone(self) -> bool:
        """Whether nobody was there for `GRACE` seconds, or nobody is there and the last one said farewell.

        From then on nobody gets in as long as this process lives.
        """
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._alone_since = None
            return False
        now = time.monotonic()
        last_left = os.fstat(self._fd).st_mtime_ns
        if self._alone_since is None or last_left != self._last_left:
            self._alone_since, self._last_left = now, last_left
        if now - self._alone_since >= GRACE or self._farewell.exists():
            return True
        fcntl.flock(self._fd, fcntl.LOCK_UN)
        return False


def _choose_socket_folder(layout: Layout) -> Path:
    """The folder of the socket, private; outside of ours when our path is too long for a socket."""
    recorded = layout.socket_folder()
    if recorded != layout.own_socket_folder and fits_socket(recorded) and is_private(recorded):
        return recorded
    layout.socket_record.unlink(missing_ok=True)
    if fits_socket(layout.own_socket_folder):
        layout.own_socket_folder.mkdir(0o700, exist_ok=True)
        layout.own_socket_folder.chmod(0o700)
        return layout.own_socket_folder
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), os.environ.get("TMPDIR", ""), "/tmp"):  # noqa: S108
        folder = Path(parent) / ("mg-" + os.urandom(8).hex())
        if not parent.startswith("/") or not fits_socket(folder):
            continue
        try:
            folder.mkdir(0o700)  # fails rather than use what somebody else made
        except OSError:
            continue
        cluster.replace_private(layout.socket_record, str(folder))
        return folder
    raise cluster.ClusterError(NO_SOCKET_FOLDER)


def _drop_socket_folder(layout: Layout, folder: Path) -> None:
    if folder == layout.own_socket_folder:
        return
    try:
        folder.rmdir()
    except OSError:
        return  # not empty: PostgreSQL was killed; the next start takes it again
    if layout.socket_folder() == folder:
        layout.socket_record.unlink(missing_ok=True)


def _open_log(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _keep_short(log: int) -> None:
    if os.fstat(log).st_size > _LONGEST_LOG:
        end = os.pread(log, _LONGEST_LOG // 4, _LONGEST_LOG * 3 // 4)
        os.ftruncate(log, 0)
        os.write(log, end)


def _kill(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def main(arguments: list[str]) -> None:
    """`FOLDER BIN_FOLDER LOCK_FD STATUS_FD`: the lock of the supervisor, held, and where to write status words."""
    folder, bin_folder = Path(arguments[0]), Path(arguments[1])
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
    except BaseException:
        supervisor.fail()
        raise
