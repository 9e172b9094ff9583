"""`python -m tests.conformance.serve`: our server on a free port, whose address it prints; or on its pipes.

Everything is as `memorygraph serve` makes it, but for the memory, which is in dictionaries. Over HTTP it has sessions,
without which nothing can be asked of a client of the handshake protocol. `--fixtures` mounts what the suite expects.
"""

import socket
import sys
import warnings
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import uvicorn
from starlette.applications import Starlette

from moe_memorygraph.server.app import open_app
from moe_memorygraph.server.auth import pinned
from moe_memorygraph.server.http import create_http_app
from moe_memorygraph.server.mcp import MemoryServer, serve_stdio
from moe_memorygraph.server.wire import claim_wire
from moe_memorygraph.settings import Settings
from moe_memorygraph.telemetry import configure_logging
from moe_memorygraph.tools import ALL_TOOLS
from tests.conformance.fixtures import FixtureServer, ReplayedEvents
from tests.server.doubles import fake_loaders, fake_store

SCOPES = ("read", "write", "admin")


async def main(*, fixtures: bool, stdio: bool) -> None:
    wire = claim_wire() if stdio else None
    store = await fake_store("vendor")
    with TemporaryDirectory() as home:
        async with open_app(Settings(home=Path(home), database_url=None), loaders=fake_loaders(store)) as app:
            make = FixtureServer if fixtures else MemoryServer
            server = make(app, pinned("vendor", scopes=SCOPES, read_only=False), ALL_TOOLS)
            if wire is not None:
                await serve_stdio(server, wire)
                return
            events = ReplayedEvents() if fixtures else None
            await _serve_http(create_http_app(app, server, host="127.0.0.1", sessions=True, events=events))


async def _serve_http(web: Starlette) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"http://localhost:{listening.getsockname()[1]}/mcp\n")
        sys.stdout.flush()
        config = uvicorn.Config(web, log_config=None, access_log=False, timeout_graceful_shutdown=1)
        await uvicorn.Server(config).serve(sockets=[listening])


if __name__ == "__main__":
    configure_logging("ERROR")
    warnings.simplefilter("ignore")  # of what the newer protocol calls deprecated, and the suite tests
    anyio.run(partial(main, fixtures="--fixtures" in sys.argv, stdio="--stdio" in sys.argv))
