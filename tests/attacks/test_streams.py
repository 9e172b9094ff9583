"""Subscriptions to another tenant's things: taken as any, and silent whatever changes there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ResourceUpdatedNotification

from moe_memorygraph.tools.definition import SCOPES
from tests.attacks.conftest import HANDSHAKE, Attacked
from tests.attacks.world import OURS, SAME, THEIRS
from tests.server.processes import PATIENCE

pytestmark = [pytest.mark.postgres, pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")]

WATCHED = [
    f"memory://sessions/{THEIRS.session_id}",
    f"memory://sessions/S-{SAME.customer_id}",
    f"memory://customers/{THEIRS.customer_id}",
    f"memory://customers/{SAME.customer_id}",
]
"""Theirs, and what has the same id in both."""
OURS_ALONE = f"memory://sessions/{OURS.session_id}"


class Listener:
    """What one client hears, in order."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.heard: list[str] = []
        self._something = anyio.Event()

    def hear(self, uri: str) -> None:
        self.heard.append(uri)
        self._something.set()

    async def until(self, uri: str) -> None:
        while uri not in self.heard:
            self._something = anyio.Event()
            await self._something.wait()


@asynccontextmanager
async def listening(attacked: Attacked, tenant: str, version: str, uris: list[str]) -> AsyncIterator[Listener]:
    headers = {"Authorization": f"Bearer {await attacked.key(tenant, *SCOPES)}"}
    listener: Listener | None = None

    async def hears(message: Any) -> None:
        if isinstance(message, ResourceUpdatedNotification) and listener is not None:
            listener.hear(str(message.params.uri))

    if version == HANDSHAKE:
        async with Client(
            sse_client(f"{attacked.url}/sse", headers=headers), mode="legacy", message_handler=hears
        ) as one:
            listener = Listener(one)
            for uri in uris:
                await one.subscribe_resource(uri)
            yield listener
        return
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http,
        Client(streamable_http_client(f"{attacked.url}/mcp", http_client=http)) as one,
        one.listen(resource_subscriptions=uris) as events,
        anyio.create_task_group() as group,
    ):
        listener = Listener(one)

        async def follow() -> None:
            async for event in events:
                assert listener is not None
                listener.hear(str(getattr(event, "uri", event)))

        group.start_soon(follow)
        yield listener
        group.cancel_scope.cancel()


async def test_a_change_of_another_tenant_is_not_heard(attacked: Attacked, version: str) -> None:
    """They hear of each of their changes, and then we of ours: whatever we were to hear of theirs would have come before."""
    ours, theirs = await attacked.another(OURS), await attacked.another(THEIRS)
    with anyio.fail_after(PATIENCE):
        async with (
            listening(attacked, ours, version, [*WATCHED, OURS_ALONE]) as mine,
            listening(attacked, theirs, version, WATCHED) as other,
        ):
            for session in (THEIRS.session_id, f"S-{SAME.customer_id}"):
                turn = {"session_id": session, "role": "user", "text": f"new turn of {THEIRS.word}"}
                assert not (await other.client.call_tool("remember", turn)).is_error
            for customer in (THEIRS.customer_id, SAME.customer_id):
                changed = {"customer_id": customer, "name": f"{THEIRS.name} {customer}", "tier": "startup"}
                assert not (await other.client.call_tool("create_customer", changed)).is_error
            for uri in WATCHED:
                await other.until(uri)
            turn = {"session_id": OURS.session_id, "role": "user", "text": "a turn of our own"}
            assert not (await mine.client.call_tool("remember", turn)).is_error
            await mine.until(OURS_ALONE)
            assert mine.heard == [OURS_ALONE]


async def test_a_subscription_to_another_tenants_things_is_taken_as_any(attacked: Attacked) -> None:
    """The acknowledgement says no more of theirs than of what nobody has."""
    texts = []
    for uri in (f"memory://customers/{THEIRS.customer_id}", "memory://customers/nobody"):
        headers = {"Authorization": f"Bearer {await attacked.key(attacked.ours, 'read')}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=PATIENCE) as http,
            Client(streamable_http_client(f"{attacked.url}/mcp", http_client=http)) as client,
            client.listen(resource_subscriptions=[uri]) as events,
        ):
            honored = events.honored
            texts.append(honored.model_dump_json().replace(uri, "<given>"))
    assert texts[0] == texts[1]
    assert "<given>" in texts[0]
