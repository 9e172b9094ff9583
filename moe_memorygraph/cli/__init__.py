"""The command line. Importing it is cheap; each command brings what it needs."""

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 done, 1 failed, 2 wrong usage, 3 partly done, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["serve"]:  # an agent waits for its handshake: nothing that serving does not need is imported
        from moe_memorygraph.cli.serve import serve

        sys.exit(serve(given[1:]))
    from moe_memorygraph.cli.commands import app

    app(given, prog_name="memorygraph")
