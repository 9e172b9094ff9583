"""Locks that the kernel releases, and child processes that end with their parent.

Part of the supervisor: see `layout.py`.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from pathlib import Path

try:
    import ctypes
except ImportError:  # a Python built without libffi
    ctypes = None  # type: ignore[assignment]

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_INNER_ID = 1000  # any id but 0: PostgreSQL refuses to run as root


class NamespaceRefusedError(Exception):
    """The kernel, or the container's rules, grant no user namespace."""


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
    """Let root look like an ordinary user to PostgreSQL, while its files stay root's.

    The process must have one thread only.
    """
    if ctypes is None or not sys.platform.startswith("linux"):
        raise NamespaceRefusedError
    libc = ctypes.CDLL(None, use_errno=True)
    proc, uid, gid = Path("/proc/self"), os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise NamespaceRefusedError(os.strerror(ctypes.get_errno()))
    try:
        (proc / "setgroups").write_text("deny", "ascii")
        (proc / "uid_map").write_text(f"{_INNER_ID} {uid} 1", "ascii")
        (proc / "gid_map").write_text(f"{_INNER_ID} {gid} 1", "ascii")
    except OSError as error:
        raise NamespaceRefusedError(str(error)) from error


def spawn(
    argv: list[str],
    *,
    environment: dict[str, str],
    stdin: int,
    log: int,
    lock: int,
    ends_with_parent_by: signal.Signals,
) -> int:
    """Start a child that, with all its descendants, holds `lock`, and is signalled when this process dies (Linux).

    The caller must have one thread only: the child runs Python between fork and exec.
    """
    libc = ctypes.CDLL(None) if ctypes is not None and sys.platform.startswith("linux") else None
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(ends_with_parent_by), 0, 0, 0)
            if os.getppid() != parent:
                os._exit(1)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(stdin, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.set_inheritable(lock, True)
        os.execve(argv[0], argv, environment)  # noqa: S606
    finally:
        os._exit(127)


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
