"""What is documented is what there is."""

import json
import re
from pathlib import Path
from typing import get_args

from moe_memorygraph.errors import ErrorCode
from moe_memorygraph.server.mcp import TEMPLATES
from moe_memorygraph.tools import ALL_TOOLS, input_schema

ROOT = Path(__file__).parents[2]
TOOLS = (ROOT / "docs" / "reference" / "tools.md").read_text(encoding="utf-8")
RESOURCES = (ROOT / "docs" / "reference" / "resources.md").read_text(encoding="utf-8")
CONNECT = (ROOT / "docs" / "how-to" / "connect-an-agent.md").read_text(encoding="utf-8")


def test_every_tool_is_documented_with_its_scope_toolset_and_arguments() -> None:
    rows = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| (\w+) \| (\w+) \|([^|]*)\|", TOOLS, re.MULTILINE)}
    assert set(rows) == {tool.name for tool in ALL_TOOLS}
    for tool in ALL_TOOLS:
        scope, toolset, arguments = rows[tool.name]
        assert (scope, toolset) == (tool.scope, tool.toolset)
        schema = input_schema(tool.arguments)
        named = set(re.findall(r"`(\w+)`\*?", re.sub(r"\([^)]*\)", "", arguments)))
        required = set(re.findall(r"`(\w+)`\*", arguments))
        assert named == set(schema["properties"]), tool.name
        assert required == set(schema.get("required", [])), tool.name


def test_every_error_code_is_documented() -> None:
    for code in get_args(ErrorCode):
        assert f"| `{code}` |" in TOOLS


def test_every_resource_is_documented() -> None:
    documented = set(re.findall(r"^\| `(memory://[^`]+)` \|", RESOURCES, re.MULTILINE))
    assert documented == {"memory://planes", *(template for template, *_ in TEMPLATES)}


def test_the_lines_to_paste_are_whole_and_start_our_server() -> None:
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", CONNECT, re.DOTALL)]
    assert len(blocks) == 4
    blocks.append(json.loads((ROOT / "mcp.json").read_text(encoding="utf-8")))
    for block in blocks:
        (servers,) = block.values()
        ours = servers["memorygraph"]
        begins = ["moe-memorygraph"] if ours["command"] == "uvx" else []
        assert ours["args"] == [*begins, "serve", "--transport", "stdio", "--tenant", "demo"]
