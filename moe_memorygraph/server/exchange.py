"""One request, one answer: streamable HTTP without what a conversation, or a stream, needs.

The SDK answers each stateless request of the handshake protocol with a server of its own: three tasks, four streams
and a dispatcher, to carry one message in and one out. That costs more than most tools. `SingleExchange` hands such a
request to the SDK's kernel (`serve_one`, as the SDK does for its newer protocol) and writes its answer; whatever is not
plainly such a request goes the SDK's way, so every refusal is the SDK's own. A request of the newer protocol is the
SDK's, too, but without the stream that it holds ready for one that sends none. `tests/server/test_exchange.py` holds
all ways to the same answers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import anyio
import structlog
from mcp.server._streamable_http_modern import handle_modern_request
from mcp.server.connection import Connection
from mcp.server.lowlevel import Server
from mcp.server.runner import serve_one
from mcp.server.streamable_http import check_accept_headers
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.jsonrpc_dispatcher import handler_exception_to_error_data
from mcp.shared.message import MessageMetadata, ServerMessageMetadata
from mcp.shared.transport_context import TransportContext
from mcp.types import (
    DEFAULT_NEGOTIATED_VERSION,
    INTERNAL_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCRequest,
    RequestId,
    jsonrpc_message_adapter,
)
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from pydantic import ValidationError
from pydantic_core import from_json, to_json
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["SingleExchange", "first_then"]

log = structlog.get_logger(__name__)

_TRANSPORT = TransportContext(kind="streamable-http", can_send_request=False)
_JSON = b"application/json"
_UNCHECKED = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # `http.HostGuard` is stricter
_WANTS_STREAM = re.compile(rb"progressToken|subscriptions\\?/listen|logLevel|\\u00[2-7]")
"""What a request may want a stream for; also where it is spelled in escapes. Too many go the longer way, none too few."""


@dataclass(slots=True, kw_only=True)
class _Exchange:
    """What the kernel knows of a request: there is no way back to the client but the answer."""

    request_id: RequestId
    message_metadata: MessageMetadata
    transport: TransportContext = _TRANSPORT
    can_send_request: bool = False
    cancel_requested: anyio.Event = field(default_factory=anyio.Event)

    async def send_raw_request(
        self,
        method: str,
        params: Mapping[str, Any] | None,  # noqa: ARG002 - the SDK's signature
        opts: CallOptions | None = None,  # noqa: ARG002
    ) -> NoReturn:
        raise NoBackChannelError(method)

    async def notify(self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None) -> None:
        """Dropped: a JSON answer has no room for it."""

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Dropped, as any notification."""


class SingleExchange:
    """ASGI middleware that answers what is plainly one request at `path`.

    With `sessions` a request of the handshake protocol may belong to one, and is left alone.
    """

    def __init__(
        self, app: ASGIApp, *, server: Server[Any], path: str, most_bytes: int, sessions: bool = False
    ) -> None:
        self._app = app
        self._server = server
        self._path = path
        self._most_bytes = most_bytes
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != self._path:
            await self._app(scope, receive, send)
        elif _is_newer(scope):
            await self._pass_on_newer(scope, receive, send)
        else:
            await self._answer_handshake(scope, receive, send)

    async def _pass_on_newer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To the SDK's handler: at once where the request can want no stream, else through the SDK's app."""
        first = await receive()
        receive = first_then(first, receive)
        body = first.get("body", b"")
        whole = first["type"] == "http.request" and not first.get("more_body", False) and len(body) <= self._most_bytes
        if whole and not _WANTS_STREAM.search(body):
            await handle_modern_request(self._server, _UNCHECKED, True, {}, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer_handshake(self, scope: Scope, receive: Receive, send: Send) -> None:
        version = self._version(scope)
        if version is None or self._sessions:
            await self._app(scope, receive, send)
            return
        first = await receive()
        request = self._request_in(first)
        if request is None:
            await self._app(scope, first_then(first, receive), send)
            return
        body = await self._answer(request, version, Request(scope))
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", _JSON), (b"content-length", b"%d" % len(body))],
            }
        )
        await send({"type": "http.response.body", "body": body})

    def _version(self, scope: Scope) -> str | None:
        """The protocol version that a request is made in; None where it is not for us."""
        headers = dict(scope["headers"])
        if len(headers) != len(scope["headers"]) or headers.get(b"content-type") != _JSON:
            return None
        accepts_json, _ = check_accept_headers(Request(scope))
        version = headers.get(b"mcp-protocol-version", DEFAULT_NEGOTIATED_VERSION.encode()).decode("latin-1")
        return version if accepts_json and version in HANDSHAKE_PROTOCOL_VERSIONS else None

    def _request_in(self, message: Message) -> JSONRPCRequest | None:
        """The request that a whole body holds, but for those that are more than a question and an answer."""
        body = message.get("body", b"")
        if message["type"] != "http.request" or message.get("more_body", False) or len(body) > self._most_bytes:
            return None
        try:
            request = jsonrpc_message_adapter.validate_python(from_json(body), by_name=False)
        except (ValueError, ValidationError):
            return None
        return request if isinstance(request, JSONRPCRequest) and _is_answered_at_once(request) else None

    async def _answer(self, request: JSONRPCRequest, version: str, http: Request) -> bytes:
        exchange = _Exchange(request_id=request.id, message_metadata=ServerMessageMetadata(request_context=http))
        connection = Connection.from_envelope(version, None, None)
        try:
            result = await serve_one(
                self._server, exchange, request.method, request.params, connection=connection, lifespan_state={}
            )
        except Exception as failure:
            error = handler_exception_to_error_data(failure)
            if error is None:  # what our own code raises never comes here
                log.exception("request_crashed", method=request.method)
                error = ErrorData(code=INTERNAL_ERROR, message="Internal server error")
            answer = JSONRPCError(jsonrpc="2.0", id=request.id, error=error)
            return answer.model_dump_json(by_alias=True, exclude_unset=True).encode()
        return to_json({"jsonrpc": "2.0", "id": request.id, "result": result})


def _is_newer(scope: Scope) -> bool:
    """By its header, as the SDK tells it: whatever is no version of the handshake protocol."""
    version = next((value for name, value in scope["headers"] if name == b"mcp-protocol-version"), None)
    return version is not None and version.decode("latin-1") not in HANDSHAKE_PROTOCOL_VERSIONS


def _is_answered_at_once(request: JSONRPCRequest) -> bool:
    """Not the handshake, and not a call whose client wants to see progress: that takes a stream."""
    if request.method != "tools/call":
        return request.method != "initialize"
    meta = (request.params or {}).get("_meta")
    return not isinstance(meta, dict) or meta.get("progressToken") is None


def first_then(first: Message, receive: Receive) -> Receive:
    """What receives a message that was taken already, then the rest."""
    waiting = [first]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
