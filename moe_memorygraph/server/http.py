"""Streamable HTTP and SSE in one ASGI app, over the App that the process already has.

`/mcp` is streamable HTTP, without sessions unless they are asked for: any call may come to any replica. `/sse` and
`/messages/` are the older transport, for clients that know no other. `/healthz` says that the process lives, `/readyz`
that it can answer. All else is for callers that the door lets in (`server.auth`), before anything of a request but its
headers is read.
"""

import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import anyio
from mcp.server.streamable_http import EventStore
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.server.app import App
from moe_memorygraph.server.apps import HandshakeMark
from moe_memorygraph.server.auth.bearer import METADATA, BearerGuard, Patrol, ProtectedResource
from moe_memorygraph.server.exchange import SingleExchange, first_then
from moe_memorygraph.server.flooding import FloodGuard
from moe_memorygraph.server.mcp import MemoryServer
from moe_memorygraph.server.wire import mend_surrogates

__all__ = ["MAX_BODY_BYTES", "BodyMender", "FieldTrimmer", "HostGuard", "create_http_app"]

MAX_BODY_BYTES = 1024 * 1024
READY_SECONDS = 2.0

_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?")
_ORIGIN = re.compile(r"https?://(?P<authority>[^/?#@]+)")


class HostGuard:
    """Refuses requests that were meant for another host (DNS rebinding) or that come from another site's page.

    Host and Origin are taken apart and compared whole: `127.0.0.1:evil.com` is no host with a port. `hosts` may come
    with any port, as what forwards to us has its own; `public_url` only as it is written.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str], public_url: str | None = None) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        scheme, _, authority = (public_url or "").partition("://")
        default = {"https": ":443", "http": ":80"}.get(scheme, "")
        bare = authority.removesuffix(default) if default else authority
        self._authorities = frozenset({bare, f"{bare}{default}"} if bare else ())
        self._origins = frozenset(f"{scheme}://{one}" for one in self._authorities)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, headers: Headers) -> Response | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not (hosts[0].lower() in self._authorities or self._is_ours(hosts[0])):
            return PlainTextResponse("Wrong Host header\n", status_code=421)
        for origin in origins:
            match = _ORIGIN.fullmatch(origin)
            if origin.lower() in self._origins:
                continue
            if match is None or not self._is_ours(match["authority"]):
                return PlainTextResponse("Wrong Origin header\n", status_code=403)
        return None

    def _is_ours(self, authority: str) -> bool:
        match = _AUTHORITY.fullmatch(authority)
        return match is not None and match["host"].lower() in self._hosts


class FieldTrimmer:
    """Takes spaces and tabs from both ends of header values, which are no part of them (RFC 9110, section 5.5).

    Our HTTP parser leaves those at the end, and the protocol compares headers with the body.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(value[-1:] in (b" ", b"\t") for _, value in scope["headers"]):
            scope = {**scope, "headers": [(name, value.strip(b" \t")) for name, value in scope["headers"]]}
        await self._app(scope, receive, send)


class BodyMender:
    """Mends halves of surrogate pairs in what clients post, as the pipes do; a body too long goes on as it came."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body, last = bytearray(), await receive()
        while last["type"] == "http.request":
            body += last.get("body", b"")
            if not last.get("more_body", False) or len(body) > MAX_BODY_BYTES:
                last = {**last, "body": mend_surrogates(bytes(body))}
                break
            last = await receive()
        await self._app(scope, first_then(last, receive), send)


def create_http_app(
    app: App,
    server: MemoryServer,
    *,
    host: str,
    resource: ProtectedResource | None = None,
    sessions: bool = False,
    events: EventStore | None = None,
) -> Starlette:
    """The ASGI app. Its lifespan starts and stops the transport; the App is opened and closed around it.

    `resource`: what clients are told of the authorization servers that are trusted; None where there is none.
    With `sessions` a client of the handshake protocol keeps one in this process, and with it a way back: it can be asked
    and told of changes, and must come to the same replica each time. `events` lets it take up a broken stream again.
    """
    unchecked = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # `HostGuard` is stricter
    streamable = server.streamable_http_app(
        stateless_http=not sessions,
        event_store=events,
        max_request_body_size=MAX_BODY_BYTES,
        transport_security=unchecked,
    )
    sse = server.sse_app(max_request_body_size=MAX_BODY_BYTES, transport_security=unchecked)

    async def is_alive(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
        return JSONResponse({"status": "ok"})

    async def is_ready(request: Request) -> Response:  # noqa: ARG001
        waiting = app.waiting_for() or await _database_trouble(app)
        return JSONResponse({"ready": not waiting, "waiting_for": waiting}, status_code=503 if waiting else 200)

    patrol = Patrol(server.door)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with server.session_manager.run(), anyio.create_task_group() as group:
            group.start_soon(patrol.walk)
            yield
            group.cancel_scope.cancel()

    bound = f"[{host}]" if ":" in host else host
    return Starlette(
        routes=[
            Route("/healthz", is_alive, methods=["GET"]),
            Route("/readyz", is_ready, methods=["GET"]),
            *(_metadata_routes(resource) if resource is not None else ()),
            *streamable.routes,
            *sse.routes,
        ],
        middleware=[
            Middleware(FieldTrimmer),
            Middleware(HostGuard, hosts=_LOOPBACK_NAMES | {bound.lower()}, public_url=app.settings.public_url),
            Middleware(BearerGuard, door=server.door, patrol=patrol, resource=resource),
            Middleware(FloodGuard, request=app.quotas.request, refused=app.quotas.denied),
            Middleware(BodyMender),
            *(() if sessions else (Middleware(HandshakeMark, path="/mcp"),)),
            Middleware(SingleExchange, server=server.kernel, path="/mcp", most_bytes=MAX_BODY_BYTES, sessions=sessions),
        ],
        lifespan=lifespan,
    )


def _metadata_routes(resource: ProtectedResource) -> list[Route]:
    def route(place: str) -> Route:
        async def tell(request: Request) -> Response:  # noqa: ARG001 - Starlette's signature
            return JSONResponse(resource.metadata(place), headers={"cache-control": "max-age=3600"})

        return Route(f"{METADATA}{place}", tell, methods=["GET"])

    return [route(place) for place in ("", "/mcp", "/sse")]


async def _database_trouble(app: App) -> list[str]:
    try:
        with anyio.fail_after(READY_SECONDS):
            await (await app.store()).health()
    except (MemoryGraphError, TimeoutError):
        return ["The database"]
    return []
