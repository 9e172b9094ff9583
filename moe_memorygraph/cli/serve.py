"""`memorygraph serve`: options to a running server. argparse, because an agent waits while we start."""

import argparse
import os
import sys
from collections.abc import Sequence

from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.settings import load_settings

__all__ = ["serve"]

SCOPES = ("read", "write", "admin")


def serve(arguments: Sequence[str]) -> int:
    """Serve until the client hangs up or a signal comes; the exit status."""
    options = _parser().parse_args(list(arguments))
    from moe_memorygraph.server.serve import ServeOptions, run_server  # `--help` needs no server

    try:
        settings = load_settings()
    except MemoryGraphError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return run_server(
        settings,
        ServeOptions(
            tenant=options.tenant,
            transport=options.transport,
            scopes=options.scopes,
            host=options.host,
            port=options.port,
            read_only=options.read_only,
            toolsets=options.toolsets,
            sessions=options.sessions,
        ),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="memorygraph serve", description="The MCP server. stdio serves one client; sse and http serve many."
    )
    parser.add_argument("--transport", choices=("stdio", "sse", "http"), default="stdio", help="default: %(default)s")
    parser.add_argument(
        "--tenant",
        metavar="T",
        default=os.environ.get("MEMORYGRAPH_TENANT"),
        help="key of the tenant that is served; without it callers show a key or token",
    )
    parser.add_argument("--scopes", type=_words, default=SCOPES, metavar="LIST", help="default: read,write,admin")
    parser.add_argument("--host", metavar="H", default="127.0.0.1", help="default: %(default)s")
    parser.add_argument("--port", metavar="P", type=int, default=8765, help="0 for any free one; default: %(default)s")
    parser.add_argument("--read-only", action="store_true", help="only tools that change nothing")
    parser.add_argument("--toolsets", type=_words, metavar="LIST", help="memory,privacy,admin; default: all")
    parser.add_argument(
        "--sessions", action="store_true", help="over HTTP: keep sessions, so that clients can be asked and told"
    )
    return parser


def option_names() -> list[str]:
    """Every option, for the test that all are documented."""
    return [name for action in _parser()._actions for name in action.option_strings if name.startswith("--")]
