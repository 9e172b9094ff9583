"""Subscriptions: who watches is told of changes, of its own tenant's only, in both eras of the protocol."""

from collections.abc import Mapping
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.subscriptions import Subscription
from mcp.shared.exceptions import MCPError
from mcp.types import METHOD_NOT_FOUND, ResourceUpdatedNotification

from moe_memorygraph.errors import InvalidArgument, NotFound, TooLarge, Unavailable
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.server import watching
from moe_memorygraph.server.principal import Principal
from moe_memorygraph.server.watching import MOST_OF_ONE_CLIENT, Watches, is_watchable
from tests.server.conftest import Serve, Served
from tests.server.doubles import fake_store, start_in

pytestmark = pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning")

ACME = Principal(tenant_key="acme", scopes=frozenset({"read"}))
RIVAL = Principal(tenant_key="rival", scopes=frozenset({"read"}))
CUSTOMER = "memory://customers/c-1"
SESSION = "memory://sessions/s-1"


class World:
    """Resources per tenant, and a task group that watches them."""

    def __init__(self, group: anyio.abc.TaskGroup) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.counts: dict[str, int] = {}
        self.read: list[str] = []
        self.fails = False
        self.watches = Watches(read=self._read, revisions=self._revisions, start=start_in(group))

    def write(self, tenant: str, uri: str, text: str) -> None:
        self.texts[tenant, uri] = text
        self.counts[tenant] = self.counts.get(tenant, 0) + 1
        self.watches.nudge()

    async def _read(self, principal: Principal, uri: str) -> str:
        self.read.append(uri)
        if (principal.tenant_key, uri) not in self.texts:
            raise NotFound("There is no such resource.")
        return self.texts[principal.tenant_key, uri]

    async def _revisions(self, tenant_key: str) -> Mapping[str, int]:
        if self.fails:
            raise Unavailable("The database is away.")
        return {"customers": self.counts.get(tenant_key, 0)}


class Ear:
    def __init__(self) -> None:
        self._send, self._receive = anyio.create_memory_object_stream[str](10)

    async def __call__(self, uri: str) -> None:
        await self._send.send(uri)

    async def hears(self) -> str:
        with anyio.fail_after(10):
            return await self._receive.receive()

    def heard_nothing(self) -> bool:
        return self._receive.statistics().current_buffer_used == 0

    def close(self) -> None:
        self._send.close()
        self._receive.close()


@pytest.fixture
def ear() -> Any:
    one = Ear()
    yield one
    one.close()


async def test_whoever_watches_hears_of_each_change_and_of_no_other_resource(ear: Ear) -> None:
    async with anyio.create_task_group() as group:
        world = World(group)
        world.write("acme", CUSTOMER, "one")
        async with world.watches.watching(ACME, [CUSTOMER, SESSION], ear):
            world.write("acme", CUSTOMER, "two")
            assert await ear.hears() == CUSTOMER
            world.write("acme", "memory://customers/c-2", "other")
            world.write("acme", CUSTOMER, "two")  # written anew, but it reads the same
            world.write("acme", SESSION, "a turn")
            assert await ear.hears() == SESSION
            assert ear.heard_nothing()
    assert world.watches._held == []


async def test_another_tenants_changes_are_not_heard(ear: Ear) -> None:
    async with anyio.create_task_group() as group:
        world = World(group)
        async with world.watches.watching(RIVAL, [CUSTOMER, SESSION], ear):
            for text in ("one", "two"):
                world.write("acme", CUSTOMER, text)
                world.write("acme", SESSION, text)
                await anyio.wait_all_tasks_blocked()
            world.write("rival", SESSION, "mine")
            assert await ear.hears() == SESSION
            assert ear.heard_nothing()


async def test_customers_are_read_again_only_when_their_tenant_changed(ear: Ear) -> None:
    async with anyio.create_task_group() as group:
        world = World(group)
        async with world.watches.watching(ACME, [CUSTOMER], ear):
            await anyio.wait_all_tasks_blocked()
            world.watches.nudge()
            await anyio.wait_all_tasks_blocked()
            read = len(world.read)
            for _ in range(3):
                world.watches.nudge()
                await anyio.wait_all_tasks_blocked()
            assert len(world.read) == read


async def test_a_database_that_is_away_for_a_while_ends_no_watch(ear: Ear) -> None:
    async with anyio.create_task_group() as group:
        world = World(group)
        async with world.watches.watching(ACME, [CUSTOMER], ear):
            world.fails = True
            world.write("acme", CUSTOMER, "one")
            await anyio.wait_all_tasks_blocked()
            assert ear.heard_nothing()
            world.fails = False
            world.watches.nudge()
            assert await ear.hears() == CUSTOMER


async def test_a_client_that_hears_nothing_keeps_nobody_waiting(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "TELL_SECONDS", 0.01)

    async def deaf(uri: str) -> None:
        await anyio.sleep_forever()

    async with anyio.create_task_group() as group:
        world = World(group)
        async with world.watches.watching(ACME, [SESSION], deaf), world.watches.watching(ACME, [SESSION], ear):
            world.write("acme", SESSION, "one")
            assert await ear.hears() == SESSION


async def test_a_client_that_is_gone_ends_nobody_elses_watch(ear: Ear) -> None:
    async def gone(uri: str) -> None:
        raise anyio.BrokenResourceError

    async with anyio.create_task_group() as group:
        world = World(group)
        async with world.watches.watching(ACME, [SESSION], gone), world.watches.watching(ACME, [SESSION], ear):
            for text in ("one", "two"):
                world.write("acme", SESSION, text)
                assert await ear.hears() == SESSION


async def test_there_is_an_end_to_what_is_watched(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST", 3)
    async with anyio.create_task_group() as group:
        world = World(group)
        async with world.watches.watching(ACME, [CUSTOMER, SESSION], ear):
            with pytest.raises(TooLarge):
                async with world.watches.watching(RIVAL, [CUSTOMER, SESSION], ear):
                    pass
        with pytest.raises(InvalidArgument):
            async with world.watches.watching(ACME, ["memory://runs/1"], ear):
                pass
        assert world.watches._held == []


@pytest.mark.parametrize(
    ("uri", "yes"),
    [
        (CUSTOMER, True),
        (f"{CUSTOMER}/semantic", True),
        (SESSION, True),
        ("memory://runs/1", False),
        ("memory://tickets/1", False),
        ("file:///etc/passwd", False),
    ],
)
def test_sessions_and_customers_can_be_watched(uri: str, yes: bool) -> None:
    assert is_watchable(uri) is yes


# -- through a client ----------------------------------------------------------------------------------------------


class Inbox:
    """What a client of the handshake protocol is told unasked."""

    def __init__(self) -> None:
        self.ear = Ear()

    async def __call__(self, message: Any) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            await self.ear(str(message.params.uri))


@pytest.fixture
def inbox() -> Any:
    one = Inbox()
    yield one
    one.ear.close()


async def remember(served: Served, text: str) -> None:
    await served.call("remember", session_id="s-1", role="user", text=text)


async def test_a_session_and_a_customer_are_heard_of(serve: Serve, era: str, inbox: Inbox) -> None:
    acme = memory_uri("customers", "acme corp/1")
    async with serve(hears=inbox) as one:
        await one.seed()
        if era == "legacy":
            for uri in (SESSION, SESSION, acme):
                await one.client.subscribe_resource(uri)
            await remember(one, "hello")
            assert await inbox.ear.hears() == SESSION
            await one.call("create_customer", customer_id="acme corp/1", name="Acme Corp", tier="gold")
            assert await inbox.ear.hears() == acme
            await one.client.unsubscribe_resource(SESSION)
            await one.client.unsubscribe_resource(SESSION)
            await remember(one, "again")
            await one.call("create_customer", customer_id="acme corp/1", name="Acme Corp", tier="silver")
            assert await inbox.ear.hears() == acme
            assert inbox.ear.heard_nothing()
        else:
            async with one.client.listen(
                resource_subscriptions=[SESSION, acme, "memory://runs/1"], tools_list_changed=True
            ) as events:
                assert events.honored.resource_subscriptions == [SESSION, acme]
                assert not events.honored.tools_list_changed
                await remember(one, "hello")
                assert await next_uri(events) == SESSION
                await one.call("create_customer", customer_id="acme corp/1", name="Acme Corp", tier="gold")
                assert await next_uri(events) == acme


async def next_uri(events: Subscription) -> str:
    with anyio.fail_after(10):
        async for event in events:
            return str(getattr(event, "uri", ""))
    raise AssertionError("the stream ended")


async def test_what_is_claimed_of_subscriptions_holds(serve: Serve) -> None:
    async with serve() as one:
        capabilities = one.client.server_capabilities
    assert capabilities is not None
    assert capabilities.resources is not None
    assert capabilities.tools is not None
    assert capabilities.prompts is not None
    assert capabilities.resources.subscribe is True
    assert not any(held.list_changed for held in (capabilities.resources, capabilities.tools, capabilities.prompts))


async def test_too_much_and_what_cannot_be_watched_is_refused(serve: Serve, era: str) -> None:
    async with serve() as one:
        if era == "legacy":
            with pytest.raises(MCPError, match="Only sessions and customers"):
                await one.client.subscribe_resource("memory://runs/1")
            for number in range(MOST_OF_ONE_CLIENT):
                await one.client.subscribe_resource(f"memory://sessions/{number}")
            with pytest.raises(MCPError, match="too_large: Too many resources are watched"):
                await one.client.subscribe_resource("memory://sessions/more")
        else:
            many = [f"memory://sessions/{number}" for number in range(MOST_OF_ONE_CLIENT + 1)]
            with pytest.raises(MCPError, match="too_large: Too many resources are watched"):
                async with one.client.listen(resource_subscriptions=many):
                    pass


async def test_who_may_not_read_may_not_watch(serve: Serve, era: str) -> None:
    async with serve(scopes=("write",)) as one:
        with pytest.raises(MCPError) as caught:
            await watch(one.client, era, SESSION)
    assert caught.value.code == METHOD_NOT_FOUND


async def watch(client: Client, era: str, uri: str) -> None:
    if era == "legacy":
        await client.subscribe_resource(uri)
        return
    async with client.listen(resource_subscriptions=[uri]):
        pass


async def test_another_tenant_hears_nothing_of_the_same_names(serve: Serve, era: str, inbox: Inbox) -> None:
    store = await fake_store("vendor", "rival")
    async with serve(store=store) as one, serve(store=store, tenant="rival", hears=inbox) as rival:
        await one.seed()
        if era == "legacy":
            await rival.client.subscribe_resource(SESSION)
            await remember(one, "ours")
            await remember(rival, "theirs")
            assert await inbox.ear.hears() == SESSION
            assert inbox.ear.heard_nothing()
            return
        async with rival.client.listen(resource_subscriptions=[SESSION]) as events:
            await remember(one, "ours")
            await anyio.wait_all_tasks_blocked()
            await remember(rival, "theirs")
            assert await next_uri(events) == SESSION
            with anyio.move_on_after(0.2) as quiet:
                await next_uri(events)
            assert quiet.cancelled_caught
