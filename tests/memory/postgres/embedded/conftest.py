"""Homes with a server of their own, for tests that kill it."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.memory.postgres.embedded.support import Home, copy_cluster, using

if sys.platform == "linux":
    collect_ignore: list[str] = []
else:  # they look into /proc
    collect_ignore = ["test_lifetime.py", "test_creation.py", "test_recovery.py"]


@pytest.fixture(scope="session")
async def made_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A stopped home to copy from."""
    home = Home(tmp_path_factory.mktemp("made"))
    async with using(home) as user:
        await user.is_ready()
    await home.shut_down()
    return home


@pytest.fixture
async def empty_home(tmp_path: Path) -> AsyncIterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    await home.shut_down()


@pytest.fixture
async def home(made_home: Home, empty_home: Home) -> Home:
    """A stopped home of this test."""
    return copy_cluster(made_home, empty_home)
