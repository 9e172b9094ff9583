"""Where the files of an embedded server lie, and the words its supervisor and its users exchange.

The supervisor imports this module without the package around it (see `attachment.py`), so it stands on the quick part of the standard library alone.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAJOR_VERSION = 18
PORT = 5432  # only a part of the socket's name: no TCP port is opened
DATABASE = "memorygraph"
SUPERUSER = "mg_superuser"
OWNER = "mg_owner"
APP_USER = "mg_app"
READER = "mg_reader"

# What the supervisor tells the process that started it, one word a line, over a pipe that needs no disk.
CREATED = "created"
READY = "ready"
NAMESPACE_REFUSED = "namespace_refused"
DISK_FULL = "disk_full"
OTHER_VERSION = "other_version"
CREATION_FAILED = "creation_failed"
START_FAILED = "start_failed"
NO_SOCKET_FOLDER = "no_socket_folder"

SOCKET_NAME = f".s.PGSQL.{PORT}"
LONGEST_SOCKET_PATH = 103  # bytes without the NUL: macOS; Linux allows 107


def reader_password(app_password: str) -> str:
    """What the reader logs in with: made of the app's, so that a home from before there was a reader lacks nothing."""
    from hashlib import sha256  # not needed to start a server

    return sha256(f"{READER}:{app_password}".encode()).hexdigest()


class Layout:
    """The paths under one folder, which belongs to the embedded server alone."""

    __slots__ = ("folder",)

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def users_lock(self) -> Path:
        """Shared by every process that uses the server; the supervisor tries it exclusively."""
        return self.folder / "users.lock"

    @property
    def farewell(self) -> Path:
        """Made by a user after whom nobody comes: the server stops with its last user, and waits for no other."""
        return self.folder / "farewell"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the one supervisor as long as it lives."""
        return self.folder / "supervisor.lock"

    @property
    def postgres_lock(self) -> Path:
        """Inherited by every PostgreSQL process: free only when the last of them is gone, whatever killed it."""
        return self.folder / "postgres.lock"

    @property
    def cluster(self) -> Path:
        """Data and secrets; it appears by one rename, complete."""
        return self.folder / "cluster"

    @property
    def data(self) -> Path:
        return self.cluster / "data"

    @property
    def postmaster_file(self) -> Path:
        """PostgreSQL's own lock file; stale after a kill."""
        return self.data / "postmaster.pid"

    @property
    def superuser_secret(self) -> Path:
        return self.cluster / "superuser.secret"

    @property
    def app_secret(self) -> Path:
        return self.cluster / "app.secret"

    @property
    def supervisor_log(self) -> Path:
        return self.folder / "supervisor.log"

    @property
    def postgres_log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def socket_record(self) -> Path:
        """Names the socket's folder when it lies outside, because the path here is too long for a socket."""
        return self.folder / "socket_folder"

    @property
    def own_socket_folder(self) -> Path:
        return self.folder / "socket"

    def socket_folder(self) -> Path:
        try:
            return Path(os.fsdecode(self.socket_record.read_bytes()))
        except FileNotFoundError:
            return self.own_socket_folder

    def postmaster(self) -> tuple[int, str] | None:
        """Process id and state ("starting", "ready", "stopping") as `postmaster.pid` tells them; it may be stale."""
        try:
            lines = self.postmaster_file.read_bytes().split(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not lines[0].strip().isdigit():
            return None
        state = lines[7].strip().decode("ascii", "replace") if len(lines) > 7 else "starting"
        return int(lines[0]), state


def fits_socket(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH


def is_private(folder: Path) -> bool:
    """Whether a folder is a real one, ours, and closed to everybody else."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077 and found.st_uid == os.geteuid()
