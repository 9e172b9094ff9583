"""One embedded PostgreSQL for the whole test run, shared by every worker process.

Clone a database of your own from it; stopping it is left to its supervisor, 3 s after the last worker let go.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.embedded.attachment import Attachment


@pytest.fixture(scope="session")
def embedded_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[EmbeddedServer]:
    """A running server with an empty database "memorygraph", the roles and the extension.

    Connect with `asyncpg.connect(host=str(server.socket_dir), port=server.port, user=…, password=…, database=…)`.
    """
    with attached(shared_folder(tmp_path_factory, worker_id) / "embedded") as server:
        yield server


@contextmanager
def attached(folder: Path) -> Iterator[EmbeddedServer]:
    """The server of this folder, kept running."""
    attachment = Attachment(folder)
    try:
        while (server := attachment.step()) is None:
            time.sleep(0.02)
        attachment.watch()
        yield server
    finally:
        attachment.close()


def shared_folder(factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of this test run, the same to each of its workers."""
    own = factory.getbasetemp()
    return own if worker_id == "master" else own.parent  # of xdist's workers, each has a folder inside the run's
