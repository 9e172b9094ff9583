"""Locks that the kernel releases, and child processes that end with their parent.

Part of the supervisor: see `layout.py`.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import signal
import sys
from collections.abc import Callable
from pathlib import Path

try:
    import ctypes
except ImportError:  # a Python built without libffi
    ctypes = None  # type: ignore[assignment]

_CLONE_NEWUSER = 0x10000000
_IDLE_ACCOUNTS = ("daemon", "bin", "nobody")  # on every system, and not used for much
_PR_SET_PDEATHSIG, _PR_SET_KEEPCAPS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
_CAPABILITIES_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1


class NamespaceRefusedError(Exception):
    """The kernel, or the container's rules, grant no user namespace."""


class StepDownError(Exception):
    """Root may not act as another account here."""


def try_lock(path: Path, *, shared: bool = False) -> int | None:
    """A file descriptor that holds the lock until its last copy is closed, or None when another process holds it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(fd)
        return None
    except BaseException:
        os.close(fd)
        raise
    return fd


def enter_private_namespace() -> None:
    """Let root look like another account to PostgreSQL, while its files stay root's.

    The process must have one thread only.
    """
    if ctypes is None or not sys.platform.startswith("linux"):
        raise NamespaceRefusedError
    libc = ctypes.CDLL(None, use_errno=True)
    inner = idle_account()
    proc, uid, gid = Path("/proc/self"), os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise NamespaceRefusedError(os.strerror(ctypes.get_errno()))
    try:
        (proc / "setgroups").write_text("deny", "ascii")
        (proc / "uid_map").write_text(f"{inner} {uid} 1", "ascii")
        (proc / "gid_map").write_text(f"{inner} {gid} 1", "ascii")
    except OSError as error:
        raise NamespaceRefusedError(str(error)) from error


def idle_account() -> int:
    """An account for PostgreSQL, which refuses to run as root. It must have a name: initdb looks for one."""
    for name in _IDLE_ACCOUNTS:
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    try:
        return next(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid != 0)
    except StopIteration:
        raise NamespaceRefusedError from None


def grants_namespace() -> bool:
    return _works(enter_private_namespace)


def can_step_down() -> bool:
    return _works(lambda: _step_down(_libc()))


def _works(attempt: Callable[[], None]) -> bool:
    """Try, in a child, what cannot be undone."""
    pid = os.fork()
    if not pid:
        try:
            attempt()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


class Programs:
    """PostgreSQL's programs, and how they are run."""

    __slots__ = ("_environment", "_folder", "_log", "_steps_down")

    def __init__(self, folder: Path, *, log: int, steps_down: bool) -> None:
        """`steps_down`: root gives them an idle account, which keeps of root's rights that to pass any folder."""
        kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")  # no PG* variable of a user may steer them
        self._environment = {"LC_ALL": "C", "TZ": "UTC"} | {
            name: os.environ[name] for name in kept if name in os.environ
        }
        self._folder = folder
        self._log = log
        self._steps_down = steps_down

    @property
    def account(self) -> int:
        """Whose the data folder must be: PostgreSQL insists on its own."""
        return idle_account() if self._steps_down else os.geteuid()

    def start(self, name: str, *arguments: str, stdin: int, lock: int, ends_with_parent_by: signal.Signals) -> int:
        """Start one that, with all its descendants, holds `lock`, and is signalled when this process dies (Linux).

        The caller must have one thread only: the child runs Python between fork and exec.
        """
        libc = _libc()
        parent = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        try:
            if self._steps_down:
                _step_down(libc)
            if libc is not None:
                libc.prctl(_PR_SET_PDEATHSIG, int(ends_with_parent_by), 0, 0, 0)
                if os.getppid() != parent:
                    os._exit(1)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(stdin, 0)
            os.dup2(self._log, 1)
            os.dup2(self._log, 2)
            os.set_inheritable(lock, True)
            program = str(self._folder / name)
            os.execve(program, [program, *arguments], self._environment)  # noqa: S606
        finally:
            os._exit(127)

    def run(self, name: str, *arguments: str, lock: int, text: str = "") -> bool:
        """Run one to its end with `text`, less than a pipe holds, as its input; whether it succeeded."""
        stdin, writing = os.pipe()
        os.write(writing, text.encode())
        os.close(writing)
        pid = self.start(name, *arguments, stdin=stdin, lock=lock, ends_with_parent_by=signal.SIGKILL)
        os.close(stdin)
        return os.waitpid(pid, 0)[1] == 0


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if ctypes is not None and sys.platform.startswith("linux") else None


def _step_down(libc: ctypes.CDLL | None) -> None:
    """Become an idle account, keeping the right to pass and write any folder: those above ours may be closed."""
    account = idle_account()
    if libc is None:
        raise StepDownError
    rights = 1 << _CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_3, 0)
    sets = (ctypes.c_uint32 * 6)(rights, rights, rights, 0, 0, 0)  # effective, permitted, inheritable; and high bits
    libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(account, account, account)
    os.setresuid(account, account, account)
    if libc.capset(header, sets) or libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0):
        raise StepDownError


def processes_in(folder: Path) -> list[int]:
    """PostgreSQL processes of a data folder: their working directory tells them; without /proc, the postmaster only."""
    proc = Path("/proc")
    if not (proc / "self" / "cwd").exists():
        return _started_for(folder)
    found = []
    for entry in proc.iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").samefile(folder):
                found.append(int(entry.name))
        except OSError:
            continue  # gone meanwhile, or not ours
    return found


def _started_for(folder: Path) -> list[int]:
    import subprocess  # slow, and not needed on Linux

    listed = subprocess.run(["ps", "-axo", "pid=,args="], capture_output=True, check=False)  # noqa: S607
    wanted = b"postgres -D " + os.fsencode(folder)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if wanted in line]
