"""Where the files of an embedded server lie, and the words its supervisor and its users exchange.

The supervisor imports this module without the package around it (see `attachment.py`), so it stands on `os` alone.
"""

# pathlib would double the start-up time of the supervisor.
# ruff: noqa: PTH

from __future__ import annotations

import os

MAJOR_VERSION = 18
PORT = 5432  # only a part of the socket's name: no TCP port is opened
DATABASE = "memorygraph"
SUPERUSER = "mg_superuser"
OWNER = "mg_owner"
APP_USER = "mg_app"

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


class Layout:
    """The paths under one folder, which belongs to the embedded server alone."""

    __slots__ = ("folder",)

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def _path(self, *names: str) -> str:
        return os.path.join(self.folder, *names)

    @property
    def users_lock(self) -> str:
        """Shared by every process that uses the server; the supervisor tries it exclusively."""
        return self._path("users.lock")

    @property
    def supervisor_lock(self) -> str:
        """Held by the one supervisor as long as it lives."""
        return self._path("supervisor.lock")

    @property
    def postgres_lock(self) -> str:
        """Inherited by every PostgreSQL process: free only when the last of them is gone, whatever killed it."""
        return self._path("postgres.lock")

    @property
    def cluster(self) -> str:
        """Data and secrets; it appears by one rename, complete."""
        return self._path("cluster")

    @property
    def data(self) -> str:
        return self._path("cluster", "data")

    @property
    def superuser_secret(self) -> str:
        return self._path("cluster", "superuser.secret")

    @property
    def app_secret(self) -> str:
        return self._path("cluster", "app.secret")

    @property
    def supervisor_log(self) -> str:
        return self._path("supervisor.log")

    @property
    def postgres_log(self) -> str:
        return self._path("postgres.log")

    @property
    def socket_record(self) -> str:
        """Names the socket's folder when it lies outside, because the path here is too long for a socket."""
        return self._path("socket_folder")

    @property
    def own_socket_folder(self) -> str:
        return self._path("socket")

    def socket_folder(self) -> str:
        try:
            with open(self.socket_record, "rb") as record:
                return os.fsdecode(record.read())
        except FileNotFoundError:
            return self.own_socket_folder

    def postmaster(self) -> tuple[int, str] | None:
        """Process id and state ("starting", "ready", "stopping") as `postmaster.pid` tells them; it may be stale."""
        try:
            with open(os.path.join(self.data, "postmaster.pid"), "rb") as file:
                lines = file.read().split(b"\n")
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not lines[0].strip().isdigit():
            return None
        state = lines[7].strip().decode("ascii", "replace") if len(lines) > 7 else "starting"
        return int(lines[0]), state


def fits_socket(folder: str) -> bool:
    return len(os.fsencode(os.path.join(folder, SOCKET_NAME))) <= LONGEST_SOCKET_PATH


def is_private(folder: str) -> bool:
    """Whether a folder is a real one, ours, and closed to everybody else."""
    try:
        found = os.lstat(folder)
    except OSError:
        return False
    return (found.st_mode & 0o170077) == 0o040000 and found.st_uid == os.geteuid()
