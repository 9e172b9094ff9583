"""A process that uses the embedded server until its standard input ends. It tells what happens as lines of JSON."""

import json
import sys
from pathlib import Path

import anyio
import anyio.to_thread
import structlog

from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.memory.postgres.embedded import open_embedded


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def _use(home: Path) -> None:
    try:
        async with open_embedded(home, on_wait=lambda sentence: _say(event="waits", sentence=sentence)) as server:
            _say(event="ready", first_start=server.first_start, socket_dir=str(server.socket_dir))
            await anyio.to_thread.run_sync(sys.stdin.read)
        _say(event="left")
    except MemoryGraphError as error:
        _say(event="failed", code=error.code, text=str(error))


structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
anyio.run(_use, Path(sys.argv[1]))
