"""Server processes for tests: started as a user would, over the test run's own PostgreSQL."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["HttpProcess", "command", "environment", "http_process", "run_briefly"]

PATIENCE = 60.0  # seconds: a loaded machine starts slowly


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProcess:
    """A running server; `stop` ends it with a signal and gives its exit status."""

    process: subprocess.Popen[str]
    host: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def command(*arguments: str, loop: str = "uvloop") -> list[str]:
    """`loop`: "uvloop", or "asyncio" for a process that finds no uvloop."""
    without = "import sys; sys.modules['uvloop'] = None; " if loop == "asyncio" else ""
    return [sys.executable, "-c", f"{without}from moe_memorygraph.cli import main; main()", "serve", *arguments]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Ours without settings that a developer may have, so that a server of a test never meets a real database."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MEMORYGRAPH_") and name not in ("DATABASE_URL", "EMBEDDING_MODEL", "EMBEDDING_DIM")
    }
    return {**kept, "MEMORYGRAPH_HOME": str(home), **more}


@contextmanager
def http_process(
    home: Path, folder: Path, *arguments: str, transport: str = "http", loop: str = "uvloop", **variables: str
) -> Iterator[HttpProcess]:
    """A server on a free port, once it says where it listens."""
    process = subprocess.Popen(
        command("--transport", transport, "--port", "0", *arguments, loop=loop),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env=environment(home, **variables),
    )
    try:
        yield HttpProcess(process=process, host="127.0.0.1", port=_port_of(process))
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _port_of(process: subprocess.Popen[str]) -> int:
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if match := re.search(r"Serving .+ at http://127\.0\.0\.1:(\d+)/", line):
            return int(match[1])
    raise AssertionError(f"the server ended: {''.join(said)}")


def run_briefly(
    home: Path, folder: Path, *arguments: str, stdin: int | None = None
) -> subprocess.CompletedProcess[str]:
    """A server that is expected to end by itself."""
    return subprocess.run(
        command(*arguments),
        stdin=subprocess.DEVNULL if stdin is None else stdin,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment(home),
        timeout=PATIENCE,
        check=False,
    )
