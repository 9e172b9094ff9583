"""MCP Apps (`io.modelcontextprotocol/ui`): pages that a host shows instead of a tool's JSON, for clients that can."""

from moe_memorygraph.server.apps.extension import Apps
from moe_memorygraph.server.apps.marking import HandshakeMark
from moe_memorygraph.server.apps.pages import PAGES, Page

__all__ = ["PAGES", "Apps", "HandshakeMark", "Page"]
