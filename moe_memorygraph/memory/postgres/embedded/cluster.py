"""Makes the data folder of the embedded server, complete or not at all. Part of the supervisor: see `layout.py`."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from .layout import (
    APP_USER,
    CREATION_FAILED,
    DATABASE,
    DISK_FULL,
    MAJOR_VERSION,
    OTHER_VERSION,
    OWNER,
    READER,
    START_FAILED,
    SUPERUSER,
    Layout,
    reader_password,
)
from .processes import Programs

_NEW = "cluster.new-"
_ROOM_FOR_CREATION = 120 << 20  # bytes: a new cluster takes 56 MB, and must have some to work with
_ALMOST_NOTHING = 24 << 20  # bytes: PostgreSQL takes 16 MB at once for its log
_SMALL_SHARED_MEMORY = 256 << 20  # bytes: containers often give /dev/shm 64 MB, too little for a parallel index build
_UNKNOWN_MEMORY = 2 << 30  # bytes, where the system does not say
_MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container

# Without `wal_recycle` a file of the log goes when it is done with: used again, it would hold old rows for weeks.
# `log_min_messages = log` leaves out what clients did wrong: such messages quote what they sent.
_SETTINGS = """\
# Written at every start; put your own settings into local.conf beside this file.
max_connections = 100
shared_buffers = {shared_buffers}MB
work_mem = 8MB
maintenance_work_mem = {maintenance_work_mem}MB
autovacuum_work_mem = 64MB
max_parallel_maintenance_workers = {build_workers}
huge_pages = off
dynamic_shared_memory_type = {dynamic_shared_memory}
max_locks_per_transaction = 128
io_method = sync
jit = off
random_page_cost = 1.1
effective_cache_size = {effective_cache_size}MB

fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
max_logical_replication_workers = 0
max_wal_size = 512MB
min_wal_size = 64MB
wal_recycle = off
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
CREATE ROLE {READER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{{reader_password}}';
CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template1;
"""


class ClusterError(Exception):
    """`args[0]` is one of the words of `layout.py`."""


def ensure(layout: Layout, programs: Programs, lock: int) -> bool:
    """Make the cluster unless it is there; True when this call made it."""
    _remove_debris(layout)
    if layout.cluster.is_dir():
        _check_version(layout)
        return False
    if _free_bytes(layout.folder) < _ROOM_FOR_CREATION:
        raise ClusterError(DISK_FULL)
    building = layout.folder / (_NEW + os.urandom(6).hex())
    try:
        _create(building, programs, lock)
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
    text = _settings()
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


def hand_over(layout: Layout, account: int) -> None:
    """Give the data to the account that PostgreSQL will run as, after one under which root ran it before."""
    if not layout.data.is_dir() or layout.data.stat().st_uid == account:
        return
    for folder, folders, files in os.walk(layout.data):
        for name in (*folders, *files):
            os.lchown(Path(folder, name), account, -1)
    os.chown(layout.data, account, -1)  # last: it tells that all is done


def _create(building: Path, programs: Programs, lock: int) -> None:
    data = building / "data"
    superuser_secret = building / "superuser.secret"
    app_password = _secret()
    building.mkdir(0o700)
    write_private(superuser_secret, _secret())
    write_private(building / "app.secret", app_password)
    options = ["-D", str(data), "-U", SUPERUSER, f"--pwfile={superuser_secret}", "--auth=scram-sha-256"]
    options += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    options += ["--data-checksums", "--no-sync", "--no-clean", "--no-instructions"]
    if not programs.run("initdb", *options, lock=lock):
        raise ClusterError(CREATION_FAILED)
    write_private(data / "pg_hba.conf", _CLIENT_AUTHENTICATION)
    write_private(data / "postgresql.conf", _INCLUDES)
    write_private(data / "local.conf", "")
    write_private(data / "memorygraph.conf", _settings())
    # A server of one process without authentication: it reads its standard input and listens nowhere.
    single = ["--single", "-F", "-D", str(data), "-c", "exit_on_error=on", "template1"]
    bootstrap = _BOOTSTRAP.format(app_password=app_password, reader_password=reader_password(app_password))
    if not programs.run("postgres", *single, lock=lock, text=bootstrap):
        raise ClusterError(CREATION_FAILED)
    if not programs.run("initdb", "--sync-only", "-D", str(data), lock=lock):
        raise ClusterError(CREATION_FAILED)
    _sync_folder(building)


def _check_version(layout: Layout) -> None:
    try:
        version = (layout.data / "PG_VERSION").read_text("ascii").strip()
    except OSError as error:
        raise ClusterError(START_FAILED) from error
    if version != str(MAJOR_VERSION):
        raise ClusterError(OTHER_VERSION)


def _reason(layout: Layout) -> str:
    return DISK_FULL if has_almost_no_room(layout) else CREATION_FAILED


def _remove_debris(layout: Layout) -> None:
    for path in layout.folder.glob(_NEW + "*"):
        import shutil  # slow, and hardly ever needed

        shutil.rmtree(path, ignore_errors=True)


def _settings() -> str:
    """The settings for this machine. Of the buffers only those in use take memory; the rest goes to index builds."""
    memory = _memory_bytes()
    maintenance = min(max(memory // 6, 128 << 20), 4 << 30)  # HNSW takes 1.6 GB for a million vectors of 384 dimensions
    return _SETTINGS.format(
        dynamic_shared_memory=_dynamic_shared_memory(max(maintenance, _SMALL_SHARED_MEMORY)),
        shared_buffers=min(max(memory // 16, 128 << 20), 2 << 30) >> 20,
        maintenance_work_mem=maintenance >> 20,
        effective_cache_size=max(memory // 2, 1 << 30) >> 20,
        build_workers=min(max((os.cpu_count() or 1) - 1, 0), 7),
    )


def _memory_bytes() -> int:
    """What this machine, or the container around us, has."""
    try:
        found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (OSError, ValueError):
        found = [_UNKNOWN_MEMORY]
    for path in _MEMORY_LIMITS:
        try:
            limit = Path(path).read_text("ascii").strip()
        except OSError:
            continue
        if limit.isdigit():  # else "max"
            found.append(int(limit))
    return min(found)


def _dynamic_shared_memory(needed: int) -> str:
    """`needed`: bytes that a parallel index build asks for at once."""
    try:
        return "posix" if _free_bytes(Path("/dev/shm")) >= needed else "mmap"  # noqa: S108
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
