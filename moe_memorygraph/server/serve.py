"""From settings and options to a running server, and back to an exit status. The command line calls `run_server`."""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import anyio
import anyio.abc
import structlog

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError
from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.server.mcp import MemoryServer, choose_tools, create_server, serve_stdio
from moe_memorygraph.server.principal import pinned
from moe_memorygraph.server.wire import Wire, claim_wire
from moe_memorygraph.settings import Settings
from moe_memorygraph.telemetry import configure_logging

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

__all__ = ["ServeOptions", "run_server", "serve"]

log = structlog.get_logger(__name__)

Transport = Literal["stdio", "sse", "http"]

PATIENCE_SHARE = 0.9
"""Of a call's deadline, what it may wait for a part that is loading: so it says "still starting", not "too slow"."""
GOODBYE_SECONDS = 3  # for open streams after a signal
LAST_RESORT_SECONDS = 15.0
"""After a signal, even a client that reads nothing cannot keep the process longer than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """What `memorygraph serve` was asked for."""

    tenant: str | None
    transport: Transport = "stdio"
    scopes: Sequence[str] = ("read", "write", "admin")
    host: str = "127.0.0.1"
    port: int = 8765
    """0: any free one, which is said on stderr."""
    read_only: bool = False
    toolsets: Sequence[str] | None = None


def run_server(settings: Settings, options: ServeOptions) -> int:
    """Serve until the client hangs up or a signal comes. 0: ended as asked; 1: could not start; 2: wrong options."""
    wire = claim_wire() if options.transport == "stdio" else None
    configure_logging(settings.log_level)
    _keep_libraries_quiet()
    try:
        anyio.run(serve, settings, options, wire)
    except InvalidArgument as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except MemoryGraphError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


async def serve(settings: Settings, options: ServeOptions, wire: Wire | None = None) -> None:
    """Serve one process's clients. Raises `InvalidArgument` for options that cannot be, before anything is opened."""
    if options.tenant is None:
        raise InvalidArgument("A tenant is needed.", "Give it with --tenant.")
    principal = pinned(options.tenant, scopes=options.scopes, read_only=options.read_only)
    tools = choose_tools(options.toolsets)
    patience = settings.call_timeout_sec * PATIENCE_SHARE
    listening = None if options.transport == "stdio" else _listen(options)
    async with open_app(settings, on_wait=_say, patience_seconds=patience) as app:
        server = create_server(app, principal, tools)
        if listening is None:
            await _serve_pipes(server, wire or claim_wire())
        else:
            with closing(listening):
                await _serve_socket(app, server, listening, options)


async def _serve_pipes(server: MemoryServer, wire: Wire) -> None:
    try:
        async with anyio.create_task_group() as group:
            await group.start(_on_signal, group.cancel_scope.cancel)
            await serve_stdio(server, wire)
            group.cancel_scope.cancel()
    except* OSError:
        log.info("client_hung_up")  # while we wrote


async def _serve_socket(app: App, server: MemoryServer, listening: socket.socket, options: ServeOptions) -> None:
    from moe_memorygraph.server.http import create_http_app  # stdio needs no web framework of ours

    uvicorn_server = _uvicorn_server(create_http_app(app, server, host=options.host))
    async with anyio.create_task_group() as group:
        await group.start(_on_signal, partial(setattr, uvicorn_server, "should_exit", True))
        _announce(listening, options)
        await uvicorn_server.serve(sockets=[listening])
        group.cancel_scope.cancel()


def _listen(options: ServeOptions) -> socket.socket:
    from moe_memorygraph.server.http import check_loopback

    host = check_loopback(options.host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, options.port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        raise InvalidArgument(
            f"Port {options.port} of {host} cannot be had.", "Stop what uses it, or give another with --port."
        ) from error


def _announce(listening: socket.socket, options: ServeOptions) -> None:
    """Both addresses are served either way; the one that was asked for comes first."""
    host, port = listening.getsockname()[:2]
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    paths = ("/mcp", "/sse") if options.transport == "http" else ("/sse", "/mcp")
    _say(f"Serving tenant {options.tenant} at {base}{paths[0]} (and {base}{paths[1]}).")


def _uvicorn_server(app: "Starlette") -> "uvicorn.Server":
    import uvicorn

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Generator[None, None, None]:
            """Signals are ours: uvicorn would raise them again before the App has closed."""
            yield

    return Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=GOODBYE_SECONDS,
        )
    )


async def _on_signal(stop: Callable[[], None], *, task_status: anyio.abc.TaskStatus[None]) -> None:
    """Stop at the first SIGTERM or SIGINT; closing has an end even if a client never reads what we write."""
    with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT) as signals:
        task_status.started()
        async for _ in signals:
            last_resort = threading.Timer(LAST_RESORT_SECONDS, os._exit, [1])
            last_resort.daemon = True
            last_resort.start()
            stop()
            return


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


class _TypesOnly(logging.Filter):
    """Of another library's exception only the type is logged: its message may quote a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            record.msg, record.args = f"{record.name}: {record.exc_info[0].__name__}", ()
            record.exc_info = record.exc_text = None
        return True


def _keep_libraries_quiet() -> None:
    """The SDK's warnings quote requests; what matters of them, we log ourselves."""
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_TypesOnly())
