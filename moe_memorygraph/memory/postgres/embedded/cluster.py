"""Makes the data folder of the embedded server, complete or not at all. Part of the supervisor: see `layout.py`."""

from __future__ import annotations

import base64
import os
import signal
from pathlib import Path

from . import processes
from .layout import (
    APP_USER,
    CREATION_FAILED,
    DATABASE,
    DISK_FULL,
    MAJOR_VERSION,
    OTHER_VERSION,
    OWNER,
    SUPERUSER,
    Layout,
)

_NEW = "cluster.new-"
_ROOM_FOR_CREATION = 120 << 20  # bytes: a new cluster takes 56 MB, and must have some to work with
_ALMOST_NOTHING = 8 << 20  # bytes
_SMALL_SHARED_MEMORY = 256 << 20  # bytes: containers often give /dev/shm 64 MB, too little for a parallel index build

# `log_min_messages = log` leaves out what clients did wrong: such messages quote what they sent.
_SETTINGS = """\
# Written at every start; put your own settings into local.conf beside this file.
max_connections = 100
shared_buffers = 128MB
work_mem = 8MB
maintenance_work_mem = 128MB
huge_pages = off
dynamic_shared_memory_type = {dynamic_shared_memory}
max_locks_per_transaction = 128
io_method = sync
jit = off
random_page_cost = 1.1
effective_cache_size = 1GB

fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0
max_wal_size = 512MB
min_wal_size = 64MB
checkpoint_timeout = 5min

password_encryption = scram-sha-256
timezone = UTC
log_timezone = UTC
lc_messages = C
default_text_search_config = 'pg_catalog.english'

logging_collector = off
log_destination = stderr
log_line_prefix = '%m [%p] '
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_min_duration_statement = -1
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_connections = ''
log_disconnections = off
log_autovacuum_min_duration = -1
"""

_INCLUDES = """\
include 'memorygraph.conf'
include 'local.conf'
"""

_CLIENT_AUTHENTICATION = "local all all scram-sha-256\n"

# Into template1 first, so that every database of this cluster has them.
# `tsvector @@ tsquery` and `jsonb @> jsonb` never raise an error that tells their arguments; being marked so, they may
# use an index under row level security: 0.08 ms against 50 ms for a full-text search in 50,000 rows.
_BOOTSTRAP = f"""\
CREATE EXTENSION vector;
ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF;
ALTER FUNCTION pg_catalog.jsonb_contains(jsonb, jsonb) LEAKPROOF;
CREATE ROLE {OWNER} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
CREATE ROLE {APP_USER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{{app_password}}';
ALTER ROLE {APP_USER} SET plan_cache_mode = force_custom_plan;
CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template1;
"""


class ClusterError(Exception):
    """`args[0]` is one of the words of `layout.py`."""


def ensure(layout: Layout, bin_folder: Path, log: int, lock: int) -> bool:
    """Make the cluster unless it is there; True when this call made it."""
    _remove_debris(layout)
    if layout.cluster.is_dir():
        _check_version(layout)
        return False
    if _free_bytes(layout.folder) < _ROOM_FOR_CREATION:
        raise ClusterError(DISK_FULL)
    building = layout.folder / (_NEW + os.urandom(6).hex())
    try:
        _create(building, bin_folder, log, lock)
        building.rename(layout.cluster)
        _sync_folder(layout.folder)
    except OSError as error:
        raise ClusterError(_reason(layout)) from error
    except ClusterError as error:
        raise ClusterError(_reason(layout)) from error
    finally:
        _remove_debris(layout)
    return True


def write_settings(layout: Layout) -> None:
    """Bring the settings up to this version's; an unchanged file is left alone."""
    path = layout.data / "memorygraph.conf"
    text = _SETTINGS.format(dynamic_shared_memory=_dynamic_shared_memory())
    try:
        if path.read_text("utf-8") == text:
            return
    except FileNotFoundError:
        pass
    replace_private(path, text)


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, through to the disk."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(fd, os.fsencode(text))
        os.fsync(fd)
    finally:
        os.close(fd)


def replace_private(path: Path, text: str) -> None:
    """Write such a file so that a reader finds the old text or the new one, whole."""
    new = path.with_name(path.name + ".new")
    write_private(new, text)
    new.rename(path)


def has_almost_no_room(layout: Layout) -> bool:
    try:
        return _free_bytes(layout.folder) < _ALMOST_NOTHING
    except OSError:
        return False


def clean_environment() -> dict[str, str]:
    """What PostgreSQL's programs may know: no PG* variable of the user may steer them."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
    return {"LC_ALL": "C", "TZ": "UTC"} | {name: os.environ[name] for name in kept if name in os.environ}


def _create(building: Path, bin_folder: Path, log: int, lock: int) -> None:
    data = building / "data"
    superuser_secret = building / "superuser.secret"
    app_password = _secret()
    building.mkdir(0o700)
    write_private(superuser_secret, _secret())
    write_private(building / "app.secret", app_password)
    options = ["-D", str(data), "-U", SUPERUSER, f"--pwfile={superuser_secret}", "--auth=scram-sha-256"]
    options += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--data-checksums", "--no-sync", "--no-clean", "--no-instructions"]
    initdb = str(bin_folder / "initdb")
    _run([initdb, *options], log=log, lock=lock)
    write_private(data / "pg_hba.conf", _CLIENT_AUTHENTICATION)
    write_private(data / "postgresql.conf", _INCLUDES)
    write_private(data / "local.conf", "")
    write_private(data / "memorygraph.conf", _SETTINGS.format(dynamic_shared_memory=_dynamic_shared_memory()))
    # A server of one process without authentication: it reads its standard input and listens nowhere.
    single = [str(bin_folder / "postgres"), "--single", "-F", "-D", str(data), "-c", "exit_on_error=on", "template1"]
    _run(single, log=log, lock=lock, text=_BOOTSTRAP.format(app_password=app_password))
    _run([initdb, "--sync-only", "-D", str(data)], log=log, lock=lock)
    _sync_folder(building)


def _run(argv: list[str], *, log: int, lock: int, text: str = "") -> None:
    stdin, writing = os.pipe()
    os.write(writing, text.encode())  # less than a pipe holds
    os.close(writing)
    pid = processes.spawn(
        argv,
        environment=clean_environment(),
        stdin=stdin,
        log=log,
        lock=lock,
        ends_with_parent_by=signal.SIGKILL,
    )
    os.close(stdin)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        raise ClusterError(CREATION_FAILED)


def _check_version(layout: Layout) -> None:
    try:
        version = (layout.data / "PG_VERSION").read_text("ascii").strip()
    except OSError as error:
        raise ClusterError(CREATION_FAILED) from error
    if version != str(MAJOR_VERSION):
        raise ClusterError(OTHER_VERSION)


def _reason(layout: Layout) -> str:
    return DISK_FULL if has_almost_no_room(layout) else CREATION_FAILED


def _remove_debris(layout: Layout) -> None:
    for path in layout.folder.glob(_NEW + "*"):
        import shutil  # slow, and hardly ever needed

        shutil.rmtree(path, ignore_errors=True)


def _dynamic_shared_memory() -> str:
    try:
        return "posix" if _free_bytes(Path("/dev/shm")) >= _SMALL_SHARED_MEMORY else "mmap"  # noqa: S108
    except OSError:
        return "posix"  # no /dev/shm here (macOS): shm_open has a place of its own


def _free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _secret() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode("ascii").rstrip("=")
