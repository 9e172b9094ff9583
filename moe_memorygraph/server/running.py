"""A running server, from its options to its end: pipes or a socket, signals, and closing in order."""

import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.abc
import structlog

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, NotFound
from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.server.auth import Doorkeeper
from moe_memorygraph.server.auth.access import Access, choose_access
from moe_memorygraph.server.mcp import MemoryServer, choose_tools, create_server, serve_stdio
from moe_memorygraph.server.principal import Refused
from moe_memorygraph.server.serve import ServeOptions
from moe_memorygraph.server.wire import Wire, claim_wire
from moe_memorygraph.settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette

__all__ = ["listen", "serve"]

log = structlog.get_logger(__name__)

PATIENCE_SHARE = 0.9
"""Of a call's deadline, what it may wait for a part that is loading: so it says "still starting", not "too slow"."""
GOODBYE_SECONDS = 3  # for open streams after a signal
BACKLOG = 256
TURN_SECONDS = 0.0005
"""What a busy thread (a load that is cleaned) may keep the event loop waiting each time, in place of Python's 0.005."""
LAST_RESORT_SECONDS = 15.0
"""After a signal, even a client that reads nothing cannot keep the process longer than this."""


async def serve(settings: Settings, options: ServeOptions, wire: Wire | None = None) -> None:
    """Serve one process's clients. Raises `InvalidArgument` for options that cannot be, before anything is opened.

    Raises `NotFound` for a tenant that does not exist, and `Refused` for credentials that are not good.
    """
    sys.setswitchinterval(TURN_SECONDS)
    if options.read_only:
        settings = settings.model_copy(update={"read_only": True})
    access = choose_access(
        settings,
        transport=options.transport,
        host=options.host,
        tenant=options.tenant,
        scopes=options.scopes,
    )
    tools = choose_tools(options.toolsets)
    patience = settings.call_timeout_sec * PATIENCE_SHARE
    listening = None if options.transport == "stdio" else listen(options)
    async with open_app(settings, on_wait=_say, patience_seconds=patience) as app:
        server = create_server(app, access.door(app), tools)
        if listening is None:
            await _serve_pipes(app, server, access, wire or claim_wire())
        else:
            with closing(listening):
                await _check_caller(app, server.door, access)
                await _serve_socket(app, server, access, listening, options)


async def _check_caller(app: App, door: Doorkeeper, access: Access) -> None:
    """Fail where no call could ever succeed; and have ready what the first one needs."""
    if access.tenant is None and access.own is None:
        return  # each caller is asked
    try:
        tenant = access.tenant or (await door.admit(access.own)).tenant_key
        await app.memory(tenant)
    except (NotFound, Refused):
        raise
    except MemoryGraphError as error:  # the database may come back: until then each call says so
        log.info("caller_not_checked", code=error.code)
        return
    app.warm_up(tenant)


async def _serve_pipes(app: App, server: MemoryServer, access: Access, wire: Wire) -> None:
    failures: list[MemoryGraphError] = []

    async def check(stop: Callable[[], None]) -> None:
        """Beside the handshake, which waits for no database."""
        try:
            await _check_caller(app, server.door, access)
        except MemoryGraphError as error:
            failures.append(error)
            stop()

    try:
        async with anyio.create_task_group() as group:
            await group.start(_on_signal, group.cancel_scope.cancel)
            group.start_soon(check, group.cancel_scope.cancel)
            await serve_stdio(server, wire)
            group.cancel_scope.cancel()
    except* OSError:
        log.info("client_hung_up")  # while we wrote
    for failure in failures:
        raise failure


async def _serve_socket(
    app: App, server: MemoryServer, access: Access, listening: socket.socket, options: ServeOptions
) -> None:
    from moe_memorygraph.server.http import create_http_app  # stdio needs no web framework of ours

    uvicorn_server = _uvicorn_server(
        create_http_app(app, server, host=options.host, resource=access.resource, sessions=options.sessions)
    )
    async with anyio.create_task_group() as group:
        await group.start(_on_signal, partial(setattr, uvicorn_server, "should_exit", True))
        _announce(listening, options)
        await uvicorn_server.serve(sockets=[listening])
        group.cancel_scope.cancel()


def listen(options: ServeOptions) -> socket.socket:
    """A socket to serve at. Raises `InvalidArgument` for a name that is no address, and for a port that cannot be had."""
    host = _address(options.host)
    if not 0 <= options.port <= 65_535:
        raise InvalidArgument("A port is a number from 0 to 65535.", "Give another with --port.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio sets TCP_NODELAY on what it accepts; without, every answer waits 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, options.port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise InvalidArgument(
            f"Port {options.port} of {host} cannot be had.", "Stop what uses it, or give another with --port."
        ) from error
    return listening


def _address(host: str) -> str:
    """No name but `localhost`: what a name means is for others to say, and may change."""
    if host != "localhost":
        try:
            ipaddress.ip_address(host)
        except ValueError:
            raise InvalidArgument(
                "A host to listen at is an IP address, or localhost.", "Give another with --host."
            ) from None
    return host


def _announce(listening: socket.socket, options: ServeOptions) -> None:
    """Both addresses are served either way; the one that was asked for comes first."""
    host, port = listening.getsockname()[:2]
    base = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    paths = ("/mcp", "/sse") if options.transport == "http" else ("/sse", "/mcp")
    whom = f"tenant {options.tenant}" if options.tenant is not None else "callers with credentials"
    _say(f"Serving {whom} at {base}{paths[0]} (and {base}{paths[1]}).")


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
