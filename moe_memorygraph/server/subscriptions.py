"""Subscriptions in the protocol's words, both of them: `resources/subscribe` of the handshake protocol, which lives as
long as its connection, and `subscriptions/listen` of the newer one, whose answer is the stream.

Each listener has a bus of its own, so an event can reach nobody else; what it may hear of is decided by `Watches`.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any
from weakref import WeakKeyDictionary

from mcp.server import ServerRequestContext
from mcp.server.connection import Connection
from mcp.server.context import CallNext, HandlerResult
from mcp.server.lowlevel import Server
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ResourceUpdated
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, METHOD_NOT_FOUND, EmptyResult, SubscribeRequestParams, UnsubscribeRequestParams
from mcp_types import SubscriptionFilter, SubscriptionsListenRequestParams, SubscriptionsListenResult

from moe_memorygraph.errors import MemoryGraphError, TooLarge
from moe_memorygraph.server.principal import Principal, PrincipalSource
from moe_memorygraph.server.watching import MOST_OF_ONE_CLIENT, Watches

__all__ = ["Subscriptions", "tell_capabilities"]

Request = ServerRequestContext[Any, Any]


class Subscriptions:
    """The handlers of one server. `register` puts them on its kernel."""

    def __init__(
        self, watches: Watches, principal: PrincipalSource, count: Callable[[Principal], Awaitable[None]]
    ) -> None:
        """`count`: counts a call of a caller, or raises `RateLimited`."""
        self._watches = watches
        self._principal = principal
        self._count = count
        self._of: WeakKeyDictionary[Connection, dict[str, AsyncExitStack]] = WeakKeyDictionary()
        """Connection to what it watches, and how to stop."""

    def register(self, kernel: Server[Any]) -> None:
        kernel.add_request_handler("resources/subscribe", SubscribeRequestParams, self._subscribe)
        kernel.add_request_handler("resources/unsubscribe", UnsubscribeRequestParams, self._unsubscribe)
        kernel.add_request_handler("subscriptions/listen", SubscriptionsListenRequestParams, self._listen)

    async def _listen(self, ctx: Request, params: SubscriptionsListenRequestParams) -> SubscriptionsListenResult:
        """Acknowledge what can be heard of (not the lists, which never change), then tell of it until the client goes."""
        principal = self._may_read(ctx)
        asked = params.notifications.resource_subscriptions or []
        uris = list(dict.fromkeys(uri for uri in asked if self._watches.may_watch(uri)))
        bus = InMemorySubscriptionBus()

        async def tell(uri: str) -> None:
            await bus.publish(ResourceUpdated(uri=uri))

        honored = params.model_copy(update={"notifications": SubscriptionFilter(resource_subscriptions=uris or None)})
        try:
            await self._count(principal)
            async with self._watches.watching(principal, uris, tell):
                return await ListenHandler(bus)(ctx, honored)
        except MemoryGraphError as error:
            raise MCPError(INVALID_PARAMS, f"{error.code}: {error}") from None

    async def _subscribe(self, ctx: Request, params: SubscribeRequestParams) -> EmptyResult:
        principal = self._may_read(ctx)
        if not ctx.session.can_send_request:
            raise MCPError(METHOD_NOT_FOUND, "This connection has no way back to the client.")
        uri, held = str(params.uri), self._held_by(ctx.session._connection)
        if uri in held:
            return EmptyResult()
        watch = AsyncExitStack()
        try:
            if len(held) >= MOST_OF_ONE_CLIENT:
                raise TooLarge("Too many resources are watched.", "Unsubscribe from some.")
            await self._count(principal)
            await watch.enter_async_context(self._watches.watching(principal, [uri], ctx.session.send_resource_updated))
        except MemoryGraphError as error:
            raise MCPError(INVALID_PARAMS, f"{error.code}: {error}") from None
        held[uri] = watch
        return EmptyResult()

    async def _unsubscribe(self, ctx: Request, params: UnsubscribeRequestParams) -> EmptyResult:
        watch = self._of.get(ctx.session._connection, {}).pop(str(params.uri), None)
        if watch is not None:
            await watch.aclose()
        return EmptyResult()

    def _held_by(self, connection: Connection) -> dict[str, AsyncExitStack]:
        """What a connection watches; all of it ends with the connection."""
        if connection not in self._of:
            held = self._of[connection] = {}

            async def end() -> None:
                while held:
                    await held.popitem()[1].aclose()

            connection.exit_stack.push_async_callback(end)
        return self._of[connection]

    def _may_read(self, ctx: Request) -> Principal:
        principal = self._principal()
        if "read" not in principal.scopes:
            raise MCPError(METHOD_NOT_FOUND, "Method not found", {"method": ctx.method})
        return principal


async def tell_capabilities(ctx: Request, call_next: CallNext) -> HandlerResult:
    """Say of subscriptions what holds: the lists never change, and without a way back nothing can be subscribed to."""
    result = await call_next(ctx)
    if ctx.method not in ("initialize", "server/discover") or not isinstance(result, dict):
        return result
    capabilities = {
        name: {**held, "listChanged": False} if name in ("tools", "resources", "prompts") else held
        for name, held in result["capabilities"].items()
    }
    if ctx.method == "initialize" and not ctx.session.can_send_request and "resources" in capabilities:
        capabilities["resources"] = {**capabilities["resources"], "subscribe": False}
    return {**result, "capabilities": capabilities}
