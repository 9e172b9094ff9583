"""The door of every HTTP request: who shows no good credentials gets no further, whatever the transport behind.

Written for both transports and for what answers without them: what stands behind finds the caller in the request's
scope and asks nobody else. The SDK learns who calls, too: it holds sessions of the older transport, and what a client
brings back of an unfinished call, to the caller that began them.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import anyio
import structlog
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.server.auth.door import Doorkeeper, put_principal
from moe_memorygraph.server.principal import Principal, Refused
from moe_memorygraph.tools.definition import SCOPES

__all__ = ["METADATA", "PATROL_SECONDS", "BearerGuard", "Patrol", "ProtectedResource"]

log = structlog.get_logger(__name__)

METADATA = "/.well-known/oauth-protected-resource"
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
MOST_TOKEN = 8192  # characters
PATROL_SECONDS = 5.0
"""Between two looks at who is inside."""

_BEARER = re.compile(r"bearer +(?P<token>[A-Za-z0-9\-._~+/]+=*) *", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectedResource:
    """What this server tells of itself to clients that get their tokens from an authorization server (RFC 9728)."""

    base: str
    """The address that clients use, without a path's end: `https://mcp.example.com`."""
    issuers: tuple[str, ...]
    scope_prefix: str = ""

    def metadata(self, path: str) -> Mapping[str, Any]:
        """Of the resource at this path."""
        return {
            "resource": f"{self.base}{path}",
            "authorization_servers": list(self.issuers),
            "scopes_supported": [f"{self.scope_prefix}{scope}" for scope in SCOPES],
            "bearer_methods_supported": ["header"],
            "resource_name": "MoE MemoryGraph",
        }

    def metadata_url(self, path: str) -> str:
        """Where that is read: between host and path (RFC 9728, section 3.1)."""
        parts = urlsplit(self.base)
        return f"{parts.scheme}://{parts.netloc}{METADATA}{parts.path}{path}"


@dataclass(eq=False, slots=True)
class _Inside:
    shown: str | None
    request: anyio.CancelScope
    since: float


class Patrol:
    """Ends requests that are answered for long, streams above all, once what was shown for them is good no more."""

    def __init__(self, door: Doorkeeper) -> None:
        self._door = door
        self._inside: set[_Inside] = set()

    @contextmanager
    def watched(self, shown: str | None) -> Iterator[None]:
        with anyio.CancelScope() as request:
            one = _Inside(shown, request, anyio.current_time())
            self._inside.add(one)
            try:
                yield
            finally:
                self._inside.discard(one)
        if request.cancelled_caught:
            log.info("stream_ended_with_its_credentials")

    async def walk(self) -> None:
        """Look after everybody inside, for ever."""
        while True:
            await anyio.sleep(PATROL_SECONDS)
            await self.look()

    async def look(self) -> None:
        before = anyio.current_time() - PATROL_SECONDS
        for one in [one for one in self._inside if one.since <= before]:
            try:
                await self._door.admit(one.shown)
            except Refused:
                one.request.cancel()
            except MemoryGraphError as error:  # who was good stays so while nobody can tell
                log.warning("caller_not_told", code=error.code)


class BearerGuard:
    """ASGI middleware: each request is let in by what its Authorization header shows, or answered here."""

    def __init__(
        self, app: ASGIApp, *, door: Doorkeeper, patrol: Patrol, resource: ProtectedResource | None = None
    ) -> None:
        """`resource`: None where no authorization server is trusted; then clients are told of none."""
        self._app = app
        self._known_to_sdk = AuthContextMiddleware(app)
        self._door = door
        self._patrol = patrol
        self._resource = resource

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS or self._tells(scope):
            await self._app(scope, receive, send)
            return
        try:
            shown = _token_in(Headers(scope=scope)) if self._door.asks else None
            principal = await self._door.admit(shown)
        except Refused as refusal:
            log.info("caller_refused", error=refusal.error or "nothing_shown")
            await self._challenge(scope["path"], refusal)(scope, receive, send)
            return
        except MemoryGraphError as error:
            log.warning("caller_not_told", code=error.code)
            body = {"error": "temporarily_unavailable", "error_description": str(error)}
            await JSONResponse(body, status_code=503, headers={"retry-after": "1"})(scope, receive, send)
            return
        put_principal(scope, principal)
        if not self._door.asks:
            await self._app(scope, receive, send)
            return
        scope["user"] = _as_sdk_user(principal)
        with self._patrol.watched(shown):
            await self._known_to_sdk(scope, receive, send)

    def _tells(self, scope: Scope) -> bool:
        """Whether this asks for the metadata, which strangers need."""
        return self._resource is not None and scope["path"].startswith(METADATA)

    def _challenge(self, path: str, refusal: Refused) -> Response:
        """401 or 403, with what RFC 6750 and RFC 9728 want a client to be told."""
        parts: dict[str, str] = {}
        if refusal.error is not None:
            parts["error"], parts["error_description"] = refusal.error, refusal.sentence
        if self._resource is not None:
            place = "/sse" if path.startswith(("/sse", "/messages")) else "/mcp"
            parts["scope"] = f"{self._resource.scope_prefix}read"
            parts["resource_metadata"] = self._resource.metadata_url(place)
        said = ", ".join(f'{name}="{value}"' for name, value in parts.items())
        return JSONResponse(
            {"error": refusal.error or "unauthorized", "error_description": str(refusal)},
            status_code=403 if refusal.error == "insufficient_scope" else 401,
            headers={"www-authenticate": f"Bearer {said}".strip()},
        )


def _token_in(headers: Headers) -> str | None:
    """What is shown; never from the address, which ends up in logs."""
    shown = headers.getlist("authorization")
    if not shown:
        return None
    match = _BEARER.fullmatch(shown[0]) if len(shown) == 1 and len(shown[0]) <= MOST_TOKEN else None
    if match is None:
        raise Refused("The Authorization header is not one bearer token.")
    return match["token"]


def _as_sdk_user(principal: Principal) -> AuthenticatedUser:
    """The tenant is part of who it is: a session or a state of one tenant's caller is never another's."""
    return AuthenticatedUser(
        AccessToken(
            token="",  # the SDK needs none of it, and what is not kept cannot leak
            client_id=principal.tenant_key,
            scopes=sorted(principal.scopes),
            subject=principal.subject,
            claims={"iss": principal.issuer},
        )
    )
