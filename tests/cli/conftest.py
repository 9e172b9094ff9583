"""The command as a user runs it: a process of its own, over one embedded database for all these tests."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.plugins.embedded_postgres import attached, shared_folder

COMMAND = (sys.executable, "-m", "moe_memorygraph.cli")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    def document(self) -> Any:
        """The one JSON document that stdout must be."""
        return json.loads(self.out)

    def sentence(self) -> str:
        """The one line that stderr must be when a command failed."""
        assert "Traceback" not in self.err
        (line,) = self.err.strip().splitlines()
        return line


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[dict[str, str]]:
    home = shared_folder(tmp_path_factory, worker_id) / "cli-home"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MEMORYGRAPH_")}
    kept.pop("DATABASE_URL", None)
    with attached(home):  # else it would stop between commands that are far apart
        yield {**kept, "MEMORYGRAPH_HOME": str(home)}


Run = Callable[..., Outcome]


@pytest.fixture(scope="session")
def run(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """`run("ask", "Why?", tenant="t")`; keyword arguments are long options."""
    folder = tmp_path_factory.mktemp("working")  # no .env of the checkout is read

    def call(*words: object, **options: object) -> Outcome:
        arguments = [str(word) for word in words]
        for name, value in options.items():
            arguments += (
                [f"--{name.replace('_', '-')}"] if value is True else [f"--{name.replace('_', '-')}", str(value)]
            )
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=environment,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        return Outcome(status=done.returncode, out=done.stdout, err=done.stderr)

    return call


@pytest.fixture
def tenant(run: Run) -> str:
    """The key of a fresh tenant."""
    key = f"t-{uuid4().hex[:12]}"
    created = run("tenant", "create", key)
    assert created.status == 0, created.err
    return key
