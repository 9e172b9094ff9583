"""The extension in the protocol's words: told only to clients that declare it, so that for others nothing changes."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from mcp.server import ServerRequestContext
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID, client_supports_apps
from mcp.server.context import CallNext, HandlerResult
from mcp.server.lowlevel.helper_types import ReadResourceContents

from moe_memorygraph.server.apps.marking import declares_apps, is_marked
from moe_memorygraph.server.apps.pages import PAGES, Page

__all__ = ["Apps"]

_META: Mapping[str, Any] = {"ui": {"csp": {"connectDomains": [], "resourceDomains": []}, "prefersBorder": True}}
"""Nothing is loaded from anywhere; said, as some hosts ask for it."""


class Apps:
    """The pages of the tools that a server has. `tell` is its MCP middleware; it stands inside the door."""

    def __init__(self, tools: Collection[str]) -> None:
        self._pages = {page.tool: page for page in PAGES if page.tool in tools}
        self._adding: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "initialize": self._with_extension,
            "server/discover": self._with_extension,
            "tools/list": self._with_links,
            "resources/list": self._with_pages,
        }

    async def tell(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Add to lists and capabilities what a client that shows apps may want to know."""
        result = await call_next(ctx)
        add = self._adding.get(ctx.method)
        if add is None or not isinstance(result, dict) or not self._pages or not _shows_apps(ctx):
            return result
        return add(result)

    def read(self, uri: str) -> ReadResourceContents | None:
        """A page, for whoever asks: it holds no data. None for any other URI."""
        page = next((page for page in self._pages.values() if page.uri == uri), None)
        if page is None:
            return None
        return ReadResourceContents(content=page.html, mime_type=APP_MIME_TYPE, meta=dict(_META))

    def _with_extension(self, result: dict[str, Any]) -> dict[str, Any]:
        capabilities = result["capabilities"]
        extensions = {**(capabilities.get("extensions") or {}), EXTENSION_ID: {}}
        return {**result, "capabilities": {**capabilities, "extensions": extensions}}

    def _with_links(self, result: dict[str, Any]) -> dict[str, Any]:
        return {**result, "tools": [self._linked(tool) for tool in result["tools"]]}

    def _linked(self, tool: dict[str, Any]) -> dict[str, Any]:
        page = self._pages.get(tool["name"])
        return tool if page is None else {**tool, "_meta": {"ui": {"resourceUri": page.uri}}}

    def _with_pages(self, result: dict[str, Any]) -> dict[str, Any]:
        """Where the caller may read: one that may not sees no resources at all."""
        held = result["resources"]
        return {**result, "resources": [*held, *map(_listed, self._pages.values())]} if held else result


def _shows_apps(ctx: ServerRequestContext[Any, Any]) -> bool:
    if ctx.method == "initialize":  # without a session nothing but the request says it
        return declares_apps((ctx.params or {}).get("capabilities"))
    return client_supports_apps(ctx) or is_marked(ctx)


def _listed(page: Page) -> dict[str, Any]:
    return {
        "uri": page.uri,
        "name": page.tool,
        "title": page.title,
        "description": page.description,
        "mimeType": APP_MIME_TYPE,
        "_meta": dict(_META),
    }
