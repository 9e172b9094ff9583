"""Homes with odd names, and homes so deep that a socket does not fit into them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from moe_memorygraph.memory.postgres.embedded import open_embedded
from moe_memorygraph.memory.postgres.embedded.layout import is_private
from tests.memory.postgres.embedded.support import Home, copy_cluster, until, using

pytestmark = pytest.mark.postgres


@pytest.mark.parametrize("name", ["Application Support", ' it\'s a "quoted" $HOME `id` \\n, x;* grüße-数据-🙂 '])
async def test_an_odd_path_is_a_path(name: str, tmp_path: Path) -> None:
    home = Home(tmp_path / name)
    async with open_embedded(home.path):
        assert (await home.run("SELECT current_database() AS name"))[0]["name"] == "memorygraph"
    await home.shut_down()


@pytest.fixture
def deep_home(tmp_path: Path, made_home: Home) -> Home:
    return copy_cluster(made_home, Home(tmp_path / ("deep" * 20) / ("deeper" * 20) / ("ü" * 40)))


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A short folder, unlike pytest's."""
    with tempfile.TemporaryDirectory(prefix="mg") as folder:
        yield Path(folder)


async def test_a_path_too_long_for_a_socket_gets_a_private_folder_elsewhere(deep_home: Home, elsewhere: Path) -> None:
    places = {"TMPDIR": str(elsewhere), "XDG_RUNTIME_DIR": ""}
    async with using(deep_home, environment=places) as first:
        folder = Path((await first.is_ready())["socket_dir"])
        async with using(deep_home, environment={"TMPDIR": "/", "XDG_RUNTIME_DIR": "/"}) as second:
            assert Path((await second.is_ready())["socket_dir"]) == folder
            await second.leave()
        assert folder.parent == elsewhere
        assert is_private(folder)
        assert (await deep_home.run("SELECT 1 AS one"))[0]["one"] == 1
        await first.leave()
    await until(deep_home.is_deserted, seconds=10)
    assert not is_private(folder), "it was left behind"


@pytest.mark.parametrize("trap", ["open to all", "a link", "gone"])
async def test_a_recorded_socket_folder_that_is_not_private_is_not_used(
    trap: str, deep_home: Home, tmp_path: Path, elsewhere: Path
) -> None:
    planted = tmp_path / "planted"
    if trap == "open to all":
        planted.mkdir()
        planted.chmod(0o777)
    elif trap == "a link":
        (tmp_path / "real").mkdir(mode=0o700)
        planted.symlink_to(tmp_path / "real")
    deep_home.layout.socket_record.write_bytes(os.fsencode(planted))
    async with using(deep_home, environment={"TMPDIR": str(elsewhere), "XDG_RUNTIME_DIR": ""}) as user:
        folder = Path((await user.is_ready())["socket_dir"])
        assert folder.parent == elsewhere
    await deep_home.shut_down()


async def test_a_socket_that_was_cleaned_away_is_put_back(deep_home: Home, elsewhere: Path) -> None:
    async with using(deep_home, environment={"TMPDIR": str(elsewhere), "XDG_RUNTIME_DIR": ""}) as user:
        folder = Path((await user.is_ready())["socket_dir"])
        shutil.rmtree(folder)
        async with open_embedded(deep_home.path) as server:
            assert server.socket_dir.parent == elsewhere
            assert (await deep_home.run("SELECT 1 AS one"))[0]["one"] == 1
    await deep_home.shut_down()


async def test_a_stale_record_of_a_ready_server_is_waited_out(deep_home: Home, elsewhere: Path) -> None:
    """As after a restart of the machine that emptied the folder for temporary files."""
    deep_home.layout.postmaster_file.write_text(f"1\n{deep_home.layout.data}\n1\n5432\n\n\n  1 1\nready   \n", "utf-8")
    deep_home.layout.socket_record.write_bytes(os.fsencode(elsewhere / "gone"))
    async with open_embedded(deep_home.path) as server:
        assert is_private(server.socket_dir)
    await deep_home.shut_down()


async def test_two_ways_to_one_home_lead_to_one_server(home: Home, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(home.path)
    async with using(home) as first, using(Home(tmp_path / "link")) as second:
        await first.is_ready()
        await second.is_ready()
        assert home.postmaster() == Home(tmp_path / "link").postmaster()


async def test_a_moved_home_starts_where_it_is_now(home: Home, tmp_path: Path) -> None:
    async with open_embedded(home.path):
        await home.run("CREATE TABLE moved AS SELECT 7 AS n")
    await home.shut_down()
    moved = Home(tmp_path / "somewhere else")
    shutil.move(home.path, moved.path)
    async with open_embedded(moved.path):
        assert (await moved.run("SELECT n FROM moved"))[0]["n"] == 7
    await moved.shut_down()
