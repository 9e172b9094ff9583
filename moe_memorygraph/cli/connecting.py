"""The exact lines that connect an agent to this installation."""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

__all__ = ["command_path", "connection_help"]


def command_path() -> str:
    """The absolute path of this installation's `memorygraph`."""
    beside = Path(sys.executable).with_name("memorygraph")
    if beside.exists():
        return str(beside)
    return shutil.which("memorygraph") or str(beside)


def _environment() -> dict[str, str]:
    """What an agent must pass on, so that its server finds the same data."""
    names = ("MEMORYGRAPH_HOME", "MEMORYGRAPH_DATABASE_URL", "DATABASE_URL")
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def connection_help(tenant: str) -> str:
    """Lines to paste: Claude Code, a configuration file, HTTP."""
    command = command_path()
    arguments = ["serve", "--transport", "stdio", "--tenant", tenant]
    environment = {name: value for name, value in _environment().items() if name == "MEMORYGRAPH_HOME"}
    server: dict[str, object] = {"command": command, "args": arguments}
    if environment:
        server["env"] = environment
    variables = "".join(f"--env {name}={shlex.quote(value)} " for name, value in environment.items())
    run = " ".join(shlex.quote(word) for word in (command, *arguments))
    over_http = " ".join(shlex.quote(word) for word in (command, "serve", "--transport", "http", "--tenant", tenant))
    return "\n".join(
        [
            "Claude Code:",
            f"  claude mcp add memorygraph {variables}-- {run}",
            "",
            "Claude Desktop, Cursor (a file mcp.json or claude_desktop_config.json):",
            *(f"  {line}" for line in json.dumps({"mcpServers": {"memorygraph": server}}, indent=2).splitlines()),
            "",
            "VS Code:",
            f"  code --add-mcp {shlex.quote(json.dumps({'name': 'memorygraph', **server}))}",
            "",
            "Any client over HTTP (then http://127.0.0.1:8765/mcp):",
            f"  {over_http}",
        ]
    )
