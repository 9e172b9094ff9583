"""Fixtures that every test may use."""

import pytest

pytest_plugins = ["tests.plugins.embedded_postgres", "tests.plugins.stores"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
