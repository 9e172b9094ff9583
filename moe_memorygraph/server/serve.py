"""From settings and options to a running server, and back to an exit status. The command line calls `run_server`.

Light on purpose: a client waits for its handshake, so what is heavy is imported once, after the pipes are ours.
"""

import gc
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError
from moe_memorygraph.loop import run_in_loop
from moe_memorygraph.server.wire import claim_wire
from moe_memorygraph.settings import Settings
from moe_memorygraph.telemetry import configure_logging

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["ServeOptions", "run_server"]

Transport = Literal["stdio", "sse", "http"]


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
    sessions: bool = False
    """Over HTTP: clients of the handshake protocol keep a session in this process, and can be asked and told."""


def run_server(settings: Settings, options: ServeOptions) -> int:
    """Serve until the client hangs up or a signal comes. 0: ended as asked; 1: could not start; 2: wrong options."""
    wire = claim_wire() if options.transport == "stdio" else None
    configure_logging(settings.log_level)
    _keep_libraries_quiet()
    running = _import_running()
    try:
        run_in_loop(partial(running.serve, settings, options, wire))
    except InvalidArgument as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except MemoryGraphError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _import_running() -> "ModuleType":
    """Import the server; without garbage collection in between, which finds nothing there and takes a tenth of it."""
    gc.disable()
    try:
        from moe_memorygraph.server import running
    finally:
        gc.enable()
        gc.freeze()  # modules live for ever
    return running


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
