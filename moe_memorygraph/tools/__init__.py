"""The tools of the contract: read the call, ask the workflow, shape the answer. Knows nothing of the protocol."""

from typing import Any

from moe_memorygraph.tools import admin, intel, privacy, recall, writing
from moe_memorygraph.tools.answers import compact_json
from moe_memorygraph.tools.arguments import input_schema, parse_arguments
from moe_memorygraph.tools.cursors import CursorSealer
from moe_memorygraph.tools.definition import SCOPES, TOOLSETS, Call, Scope, Tool, Toolset
from moe_memorygraph.tools.jobs import JobRunner

__all__ = [
    "ALL_TOOLS",
    "SCOPES",
    "TOOLSETS",
    "Call",
    "CursorSealer",
    "JobRunner",
    "Scope",
    "Tool",
    "Toolset",
    "compact_json",
    "input_schema",
    "parse_arguments",
]

ALL_TOOLS: tuple[Tool[Any], ...] = (
    *intel.TOOLS,
    *recall.TOOLS,
    *privacy.TOOLS,
    *writing.TOOLS,
    *admin.TOOLS,
)
"""In the order that clients list them."""
