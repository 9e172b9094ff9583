"""What a caller sees of its tenant's limits: in both eras over pipes, and over HTTP as a whole."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference
from starlette.types import Receive, Scope, Send

from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.server.auth.door import put_principal
from moe_memorygraph.server.flooding import MOST_OPEN, FloodGuard
from moe_memorygraph.server.principal import Principal
from tests.server.conftest import TICKETS, Serve, Served

HEADERS = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


async def usage(one: Served) -> dict[str, tuple[int | None, int | None]]:
    """Limit to what of it was used and denied, as the tool tells it once all was said."""
    await one.app.quotas.settle_all()
    health = await one.call("get_system_health")
    return {row["limit"]: (row["used"], row["denied"]) for row in health["limits"]}


async def test_a_caller_beyond_its_calls_is_told_when_to_come_again(serve: Serve) -> None:
    async with serve(calls_per_second=0.0001, call_burst=3) as one:
        await one.call("redact_pii", text="x")
        assert "invalid_argument" in await one.refusal("redact_pii", text=7)
        await one.read("memory://planes")
        refusal = await one.refusal("redact_pii", text="x")
        assert re.fullmatch(
            r"rate_limited: Too many calls in a short time\. Try again in (9\d{3}|10000) seconds\.", refusal
        )
        with pytest.raises(MCPError, match="rate_limited: Too many calls"):
            await one.read("memory://planes")
        with pytest.raises(MCPError, match="rate_limited: Too many calls"):
            await one.client.complete(
                PromptReference(type="ref/prompt", name="account_health"), {"name": "customer", "value": "a"}
            )
        await one.client.list_tools()
        await one.store.tenant(tenant_id_of("vendor")).quotas.set_limits({"calls_per_second": None})
        await one.app.quotas.settle_all()
        assert (await usage(one))["calls_per_day"] == (3, 3)
        await one.app.quotas.settle_all()


async def test_a_day_that_is_used_up_stops_calls_texts_and_rows_each_for_itself(serve: Serve) -> None:
    async with serve(embeddings_per_day=2, rows_per_day=3) as one:
        for _ in range(2):
            await one.call("search_tickets", query="price")
        assert "The day's 2 texts to embed are used up; the next day begins at 00:00 UTC. Try again in" in (
            await one.refusal("search_tickets", query="price")
        )
        await one.call("redact_pii", text="x")
        vendor = one.store.tenant(tenant_id_of("vendor"))
        await vendor.quotas.set_limits({"embeddings_per_day": None})
        await one.app.quotas.settle_all()
        summary = await one.call("ingest_tickets", tickets=TICKETS)
        assert (summary["read"], summary["inserted"]) == (3, 3)
        assert "rate_limited: The day's 3 rows are used up" in summary["stopped"]
        assert "3 rows are used up" in await one.refusal("ingest_tickets", tickets=TICKETS[5:])
        again = await one.call("ingest_tickets", tickets=TICKETS[:3])
        assert (again["unchanged"], "stopped" in again) == (3, False)
        await vendor.quotas.set_limits({"rows_per_day": 1000})
        await one.app.quotas.settle_all()
        rest = await one.call("ingest_tickets", tickets=TICKETS)
        assert (rest["unchanged"], rest["inserted"]) == (3, len(TICKETS) - 3)
        assert (await usage(one))["rows_per_day"][0] == len(TICKETS)


async def test_calls_beyond_the_queue_are_refused_and_counted(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moe_memorygraph.server.mcp.WAITING_CALLS", 0)
    async with serve(calls_at_once=1) as one:
        await one.call("redact_pii", text="x")
        outcomes: list[str] = []

        async def call() -> None:
            result = await one.client.call_tool("query_customer_intel", {"question": "Why do customers complain?"})
            outcomes.append("refused" if result.is_error else "answered")

        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(call)
        assert outcomes.count("answered") >= 1
        assert outcomes.count("refused") == (await usage(one))["calls_per_day"][1] != 0


# -- whole requests over HTTP ------------------------------------------------------------------------------------


@asynccontextmanager
async def guarded(request: Any) -> AsyncIterator[tuple[httpx2.AsyncClient, list[str], anyio.Event]]:
    """A client whose header says whose tenant it is; requests to /stream stay open until the event."""
    refused: list[str] = []
    end = anyio.Event()

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/stream":
            await end.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    guard = FloodGuard(inner, request=request, refused=refused.append)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        tenant = dict(scope["headers"]).get(b"x-tenant")
        if tenant is not None:
            put_principal(scope, Principal(tenant_key=tenant.decode(), scopes=frozenset({"read"})))
        await guard(scope, receive, send)

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client, refused, end


async def test_a_request_beyond_is_answered_with_429_and_when_to_come_again() -> None:
    async with guarded(lambda tenant: 1.2 if tenant == "flood" else 0.0) as (client, _, _):
        refusal = await client.get("/mcp", headers={"x-tenant": "flood"})
        assert (refusal.status_code, refusal.headers["retry-after"]) == (429, "2")
        assert refusal.json() == {
            "error": "rate_limited",
            "error_description": "Too many requests in a short time. Try again in 2 seconds.",
        }
        assert (await client.get("/mcp", headers={"x-tenant": "acme"})).status_code == 200
        assert (await client.get("/healthz")).status_code == 200


async def test_one_tenants_open_streams_leave_room_for_others() -> None:
    async with guarded(lambda _: 0.0) as (client, refused, end), anyio.create_task_group() as group:
        statuses: list[int] = []

        async def stream() -> None:
            statuses.append((await client.get("/stream", headers={"x-tenant": "flood"})).status_code)

        for _ in range(MOST_OPEN + 2):
            group.start_soon(stream)
        await anyio.wait_all_tasks_blocked()
        assert (statuses, refused) == ([429, 429], ["flood", "flood"])
        assert (await client.get("/mcp", headers={"x-tenant": "acme"})).status_code == 200
        end.set()
        await anyio.wait_all_tasks_blocked()
        assert (await client.get("/mcp", headers={"x-tenant": "flood"})).status_code == 200
