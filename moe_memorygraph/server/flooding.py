"""Whole HTTP requests of one tenant, refused before anything of them but their headers is read.

A client that goes beyond its calls by the second is told so by the calls themselves, in words for a model. One that does
not listen costs little here: beyond twice as many requests, and beyond so many that are open at once, streams among them.
"""

from collections import Counter
from collections.abc import Callable
from math import ceil

import anyio
import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from moe_memorygraph.server.auth.door import principal_in

__all__ = ["MOST_OPEN", "FloodGuard"]

log = structlog.get_logger(__name__)

MOST_OPEN = 256
"""Requests of one tenant that are open at once: its calls at work and in line, and its streams."""
PAUSE = 0.25
"""Seconds at most that a refusal waits: a client that asks again at once is kept from asking thousands of times."""


class FloodGuard:
    """ASGI middleware behind the door. `request` counts one of a tenant: 0, or in how many seconds one would be taken."""

    def __init__(self, app: ASGIApp, *, request: Callable[[str], float], refused: Callable[[str], None]) -> None:
        """`refused` is told of whose request was refused for those that are open."""
        self._app = app
        self._request = request
        self._refused = refused
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        principal = principal_in(scope) if scope["type"] == "http" else None
        if principal is None:
            await self._app(scope, receive, send)
            return
        tenant = principal.tenant_key
        if self._open[tenant] >= MOST_OPEN:
            self._refused(tenant)
            await self._refuse(1.0, "Too many requests of this tenant are open.", scope, receive, send)
            return
        self._open[tenant] += 1
        try:
            if seconds := self._request(tenant):
                await anyio.sleep(min(seconds, PAUSE))
                await self._refuse(seconds, "Too many requests in a short time.", scope, receive, send)
            else:
                await self._app(scope, receive, send)
        finally:
            self._open[tenant] -= 1
            if not self._open[tenant]:
                del self._open[tenant]

    async def _refuse(self, seconds: float, sentence: str, scope: Scope, receive: Receive, send: Send) -> None:
        after = max(1, ceil(seconds))
        log.info("request_refused", retry_after=after)
        body = {
            "error": "rate_limited",
            "error_description": f"{sentence} Try again in {after} second{'s' if after > 1 else ''}.",
        }
        await JSONResponse(body, status_code=429, headers={"retry-after": str(after)})(scope, receive, send)
