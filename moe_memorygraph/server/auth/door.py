"""The one place that decides who is let in: every transport asks here, on every call.

A caller is whoever its credentials say on this call; nothing is remembered of a connection or a session.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any, Protocol

from mcp.server import ServerRequestContext
from mcp.server.context import CallNext, HandlerResult
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_REQUEST, CallToolResult, TextContent

from moe_memorygraph.errors import MemoryGraphError, NotFound
from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.server.auth.keys import PREFIX
from moe_memorygraph.server.principal import Principal, Refused, chosen_scopes
from moe_memorygraph.tools.definition import SCOPES, Scope

__all__ = ["Checker", "Doorkeeper", "pinned", "principal_in", "put_principal"]

_KEY = "memorygraph.principal"

_ASKED_OF_NOBODY = ("initialize", "server/discover", "ping", "notifications/")
"""Methods that tell and do nothing of any tenant: a client on pipes shakes hands before the database is open."""

_caller: ContextVar[Principal] = ContextVar("caller")
"""Whose the request at work is; set for each request anew."""


def put_principal(scope: MutableMapping[str, Any], principal: Principal) -> None:
    """Note in an HTTP request's scope who was let in with it."""
    scope[_KEY] = principal


def principal_in(scope: Mapping[str, Any]) -> Principal | None:
    found = scope.get(_KEY)
    return found if isinstance(found, Principal) else None


class Checker(Protocol):
    async def principal_of(self, text: str) -> Principal:
        """Whose credentials these are. Raises `Refused`; `Unavailable` where it cannot be told."""
        ...


class Doorkeeper:
    """Lets callers in by what they show; or, where one caller was pinned, everybody as that one."""

    def __init__(
        self,
        *,
        only: Principal | None = None,
        keys: Checker | None = None,
        tokens: Checker | None = None,
        allowed: frozenset[Scope] = frozenset(SCOPES),
        own: str | None = None,
        on_refusal: Callable[[Refused], None] = lambda _: None,
    ) -> None:
        """`allowed`: what this server lets anybody do, whatever its credentials say.

        `own`: what the process itself was given, for the one client of its pipes. `on_refusal` is told of whoever is not
        let in.
        """
        self._only = only
        self._keys = keys
        self._tokens = tokens
        self._allowed = allowed
        self._own = own
        self._on_refusal = on_refusal

    @property
    def asks(self) -> bool:
        """Whether callers must show who they are."""
        return self._only is None

    async def admit(self, shown: str | None) -> Principal:
        """Who calls. Raises `Refused`; `Unavailable` where it cannot be told."""
        if self._only is not None:
            return self._only
        try:
            return await self._told_by(shown)
        except Refused as refusal:
            self._on_refusal(refusal)
            raise

    async def _told_by(self, shown: str | None) -> Principal:
        if not shown:
            raise Refused(
                "This server asks who is calling.", "Send `Authorization: Bearer` and an API key.", error=None
            )
        checker = self._keys if shown.startswith(PREFIX) else self._tokens
        if checker is None:
            raise Refused("These credentials are not known.")
        try:
            principal = await checker.principal_of(shown)
        except NotFound:  # its tenant was never created: no more is said than of any other stranger
            raise Refused("These credentials are not known.") from None
        return self._within_allowed(principal)

    async def identify(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """MCP middleware: each request is its caller's, whatever its transport and its protocol.

        What came over HTTP was let in with the request that carried it; the pipes are asked about here.
        """
        if ctx.method.startswith(_ASKED_OF_NOBODY):
            return await call_next(ctx)
        try:
            caller = await self._caller_of(ctx)
        except MemoryGraphError as refusal:
            text = f"{refusal.code}: {refusal}"
            if ctx.method == "tools/call":  # the only errors that reach a model
                return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
            raise MCPError(INVALID_REQUEST, text) from None
        token = _caller.set(caller)
        try:
            return await call_next(ctx)
        finally:
            _caller.reset(token)

    async def _caller_of(self, ctx: ServerRequestContext[Any, Any]) -> Principal:
        if ctx.request is None:
            return await self.admit(self._own)
        return principal_in(ctx.request.scope) or await self.admit(None)

    def caller(self) -> Principal:
        """Whose the request at work is: a `PrincipalSource`."""
        return _caller.get()

    def _within_allowed(self, principal: Principal) -> Principal:
        scopes = principal.scopes & self._allowed
        if not scopes:
            raise Refused(
                "These credentials allow nothing that this server offers.",
                "Ask the administrator for the scope read.",
                error="insufficient_scope",
                caller=principal,
            )
        return Principal(
            tenant_key=principal.tenant_key, scopes=scopes, issuer=principal.issuer, subject=principal.subject
        )


def pinned(tenant_key: str, *, scopes: Iterable[str], read_only: bool) -> Doorkeeper:
    """Everybody is this caller. Raises `InvalidArgument` for a tenant's key or a scope that cannot be."""
    tenant_id_of(tenant_key)
    return Doorkeeper(only=Principal(tenant_key=tenant_key, scopes=chosen_scopes(scopes, read_only=read_only)))
