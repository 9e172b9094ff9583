"""The tools of the contract: read the call, ask the workflow, shape the answer. Knows nothing of the protocol."""

from typing import Any

from moe_memorygraph.tools import admin, health, intel, privacy, recall, writing
from moe_memorygraph.tools.answers import MAX_ANSWER_TOKENS, compact_json, estimate_tokens
from moe_memorygraph.tools.arguments import ToolArguments, input_schema, parse_arguments
from moe_memorygraph.tools.cursors import CursorSealer
from moe_memorygraph.tools.definition import SCOPES, TOOLSETS, Call, Scope, Tool, Toolset
from moe_memorygraph.tools.jobs import JobRunner
from moe_memorygraph.tools.prompts import PROMPTS, Prompt, render_prompt

__all__ = [
    "ALL_TOOLS",
    "MAX_ANSWER_TOKENS",
    "PROMPTS",
    "SCOPES",
    "TOOLSETS",
    "Call",
    "CursorSealer",
    "JobRunner",
    "Prompt",
    "Scope",
    "Tool",
    "ToolArguments",
    "Toolset",
    "compact_json",
    "estimate_tokens",
    "input_schema",
    "parse_arguments",
    "render_prompt",
]

ALL_TOOLS: tuple[Tool[Any], ...] = (
    *intel.TOOLS,
    *recall.TOOLS,
    *health.TOOLS,
    *privacy.TOOLS,
    *writing.TOOLS,
    *admin.TOOLS,
)
"""In the order that clients list them."""
