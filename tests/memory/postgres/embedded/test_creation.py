"""The first start: interrupted at any moment, refused by the machine, or done by another user."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import anyio
import pytest

from moe_memorygraph.errors import InvalidArgument, Unavailable
from moe_memorygraph.memory.postgres.embedded import open_embedded
from moe_memorygraph.memory.postgres.embedded.processes import idle_account
from tests.memory.postgres.embedded.support import Home, child_environment, until, using

pytestmark = pytest.mark.postgres

NOBODY = 65534
GONE = 10.0  # seconds

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def _building(home: Home, name: str) -> bool:
    return any(home.layout.folder.glob(f"cluster.new-*/{name}"))


def _supervisor(home: Home) -> int:
    found = home.supervisor()
    assert found is not None
    return found


STAGES: dict[str, Callable[[Home], bool]] = {
    "the supervisor begins": lambda home: home.supervisor() is not None,
    "secrets are written": lambda home: _building(home, "app.secret"),
    "initdb fills the catalogues": lambda home: _building(home, "data/base/4"),
    "initdb is done": lambda home: _building(home, "data/pg_hba.conf"),
    "roles are made": lambda home: _building(home, "data/memorygraph.conf"),
    "the server starts": lambda home: home.layout.postmaster_file.exists(),
}


QUICK = ("initdb fills the catalogues", "roles are made")


@pytest.mark.parametrize(
    "stage", [stage if stage in QUICK else pytest.param(stage, marks=pytest.mark.soak) for stage in STAGES]
)
async def test_a_first_start_killed_at_any_moment_is_completed_by_the_next(stage: str, empty_home: Home) -> None:
    async with using(empty_home) as user:
        await until(lambda: STAGES[stage](empty_home))
        supervisor = empty_home.supervisor()
        await user.kill()
        if supervisor is not None:
            with suppress(ProcessLookupError):  # its user gone, it may have ended by itself
                os.kill(supervisor, signal.SIGKILL)
    async with using(empty_home) as user:
        await user.is_ready()
        assert list(empty_home.layout.folder.glob("cluster.new-*")) == []
        rows = await empty_home.run("SELECT extname FROM pg_extension WHERE extname = 'vector'", superuser=False)
        assert len(rows) == 1


async def test_a_user_survives_the_kill_of_the_supervisor_that_makes_its_database(empty_home: Home) -> None:
    async with using(empty_home) as user:
        await until(lambda: STAGES["initdb fills the catalogues"](empty_home))
        os.kill(_supervisor(empty_home), signal.SIGKILL)
        assert (await user.is_ready())["first_start"] is True


async def test_data_of_another_major_version_is_refused(home: Home) -> None:
    (home.layout.data / "PG_VERSION").write_text("16\n")
    async with using(home) as user:
        said = await user.hear()
    assert (said["event"], said["code"]) == ("failed", "unavailable")
    assert "another major version" in said["text"]
    assert str(home.path) not in said["text"]
    await until(home.is_deserted, seconds=GONE)


async def test_data_that_does_not_start_is_reported_and_left_alone(home: Home) -> None:
    control = home.layout.data / "global" / "pg_control"
    control.rename(control.with_name("lost"))
    async with using(home) as user:
        said = await user.hear()
        assert "does not start" in said["text"]
        assert "DATABASE_URL" in said["text"]
    await until(home.is_deserted, seconds=GONE)
    control.with_name("lost").rename(control)
    async with using(home) as user:
        await user.is_ready()


async def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Unavailable, match="not a folder"):
            async with open_embedded(home):
                pytest.fail("a file cannot hold a database")


async def test_a_path_with_a_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="line break"):
        async with open_embedded(tmp_path / "two\nlines"):
            pytest.fail("PostgreSQL writes its path into a file of lines")


@needs_root
async def test_a_home_of_another_user_is_refused(home: Home) -> None:
    os.chown(home.layout.folder, NOBODY, NOBODY)
    with pytest.raises(Unavailable, match="another user"):
        async with open_embedded(home.path):
            pytest.fail("it is not ours")


async def test_root_loosens_nothing_and_makes_no_user(empty_home: Home) -> None:
    if os.geteuid() != 0:
        pytest.skip("this test run is not root's")
    parents = empty_home.path.resolve().parents
    before = [(parent.stat().st_mode, parent.stat().st_uid) for parent in parents]
    accounts = [await anyio.Path(name).read_bytes() for name in ("/etc/passwd", "/etc/group")]
    async with using(empty_home) as user:
        await user.is_ready()
        assert [(parent.stat().st_mode, parent.stat().st_uid) for parent in parents] == before
        assert [await anyio.Path(name).read_bytes() for name in ("/etc/passwd", "/etc/group")] == accounts
        assert {path.lstat().st_uid for path in empty_home.path.rglob("*")} == {0}
        assert [path for path in empty_home.path.rglob("*") if path.lstat().st_mode & 0o077 and path.is_dir()] == []


@needs_root
async def test_root_without_namespaces_lends_postgres_an_idle_account(empty_home: Home) -> None:
    refused = [sys.executable, str(Path(__file__).with_name("without_namespaces.py"))]
    empty_home.path.mkdir(0o700)  # closed to that account, which must pass nevertheless
    async with using(empty_home, before=refused) as user:
        await user.is_ready()
        postmaster = empty_home.postmaster()
        assert postmaster is not None
        assert (await anyio.Path(f"/proc/{postmaster}").stat()).st_uid == idle_account()
        await empty_home.run("CREATE TABLE kept AS SELECT 7 AS n")
        assert empty_home.path.stat().st_mode & 0o777 == 0o700
        await user.kill()
        os.kill(_supervisor(empty_home), signal.SIGKILL)
    await until(empty_home.is_deserted, seconds=GONE)
    for before, owner_is_root in (((), True), (refused, False)):  # the container's rules may change either way
        async with using(empty_home, before=before) as user:
            await user.is_ready()
            assert (await empty_home.run("SELECT n FROM kept"))[0]["n"] == 7
            assert (empty_home.layout.data.stat().st_uid == 0) is owner_is_root
        await empty_home.shut_down()


@needs_root
async def test_root_without_namespaces_or_another_account_is_told_what_to_do(empty_home: Home) -> None:
    # Root of an inner namespace, in which no further one is granted, and no other account exists.
    inner = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    inner += ['echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"', "sh"]
    async with using(empty_home, before=inner) as user:
        said = await user.hear()
        assert "grants no user namespace" in said["text"]
        assert "ordinary user" in said["text"]
        assert "DATABASE_URL" in said["text"]
    assert not empty_home.layout.cluster.exists()


@needs_root
@pytest.mark.parametrize("megabytes", [30, 150])
async def test_a_full_disk_is_reported_and_leaves_nothing_in_the_way(
    megabytes: int, empty_home: Home, tmp_path: Path
) -> None:
    """30 MB are too few to begin; of 150 MB all but some are taken as soon as the work begins."""
    empty_home.path.mkdir()
    mounted = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    fill = 'until ls "$0"/postgres/cluster.new-*/data/base >/dev/null 2>&1; do :; done; head -c 140M /dev/zero > "$0"/filler'
    script = f'mount -t tmpfs -o size={megabytes}m tmpfs "$0" && {{ ({fill}) & }} ; "$@" < /dev/null'
    script += '; ls "$0"/postgres; rm -f "$0"/filler; mount -o remount,size=400m "$0"; exec "$@"'
    async with using(empty_home, before=[*mounted, script, str(empty_home.path)]) as user:
        said = await user.hear()
        assert "disk is too full" in said["text"], said
        while not (line := await user.hear_line()).startswith(b"{"):
            assert not line.startswith(b"cluster"), "debris"
        assert b'"ready"' in line or (await user.is_ready())["first_start"]


@pytest.fixture
def nobodys_home() -> Iterator[Home]:
    """A home that the account "nobody" can reach, unlike pytest's folders of root."""
    folder = Path(tempfile.mkdtemp(prefix="mg-"))
    os.chown(folder, NOBODY, NOBODY)
    yield Home(folder / "home")
    shutil.rmtree(folder)


async def _python_for_nobody() -> str:
    """An interpreter of this version that another account may run, with our packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(version, path="/usr/bin:/usr/local/bin")):
        if python is None:
            continue
        try:
            found = await anyio.run_process(
                [python, "-c", "import moe_memorygraph.memory.postgres.embedded as e; e.attachment.find_binaries()"],
                env=child_environment(),
                cwd="/",
                check=False,
                user=NOBODY,
                group=NOBODY,
                extra_groups=[],
            )
        except PermissionError:
            continue
        if found.returncode == 0:
            return python
    pytest.skip("no interpreter here that an ordinary user may run with these packages")


@needs_root
async def test_an_ordinary_user_needs_nothing_but_a_folder(nobodys_home: Home) -> None:
    python = await _python_for_nobody()
    async with using(nobodys_home, python=python, uid=NOBODY) as first:
        assert (await first.is_ready())["first_start"] is True
        async with using(nobodys_home, python=python, uid=NOBODY) as second:
            await second.is_ready()
            await first.kill()
            assert (await nobodys_home.run("SELECT 1 AS one"))[0]["one"] == 1
            await second.leave()
    await until(nobodys_home.is_deserted, seconds=GONE)


@needs_root
async def test_an_ordinary_user_without_the_right_to_write_is_told_so(nobodys_home: Home) -> None:
    python = await _python_for_nobody()
    nobodys_home.path.parent.chmod(0o500)
    async with using(nobodys_home, python=python, uid=NOBODY) as user:
        assert "cannot be read and written" in (await user.hear())["text"]


@needs_root
async def test_another_account_cannot_reach_the_server(nobodys_home: Home) -> None:
    python = await _python_for_nobody()
    attempt = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    nobodys_home.path.parent.chmod(0o755)
    os.chown(nobodys_home.path.parent, 0, 0)
    async with using(nobodys_home) as user:
        await user.is_ready()
        path = str(nobodys_home.layout.socket_folder() / ".s.PGSQL.5432")
        refused = await anyio.run_process(
            [python, "-c", attempt, path], check=False, cwd="/", user=NOBODY, group=NOBODY, extra_groups=[]
        )
        assert b"PermissionError" in refused.stderr
    await nobodys_home.shut_down()
