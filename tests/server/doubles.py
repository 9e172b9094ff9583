"""Stand-ins for the slow parts of an App. Everything that a test is about is real."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from typing import Any
from uuid import UUID

import anyio.abc

from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.app import Loaders, OnWait
from moe_memorygraph.server.secret import ServerSecret
from moe_memorygraph.settings import Settings

__all__ = ["SECRET", "IdleWorkflow", "fake_loaders", "fake_store", "holding", "start_in"]

SECRET = ServerSecret(b"t" * 32)


class IdleWorkflow:
    """A workflow whose outbox is empty; it notes who was looked after, and who was warmed up."""

    def __init__(self) -> None:
        self.worked: list[TenantMemory] = []
        self.warm: list[TenantMemory] = []
        self.on_work: Callable[[], None] = lambda: None

    async def warm_up(self, memory: TenantMemory) -> None:
        self.warm.append(memory)

    async def work_outbox(self, memory: TenantMemory) -> int:
        self.worked.append(memory)
        self.on_work()
        return 0


async def fake_store(*keys: str) -> InMemoryStore:
    store = InMemoryStore()
    for key in keys:
        await store.create_tenant(Tenant(tenant_id=tenant_id_of(key), key=key, name=key.title()))
    return store


def holding(store: MemoryStore, events: list[str]) -> Any:
    """`Loaders.open_store` of a store that exists; notes when it is opened and closed."""

    @asynccontextmanager
    async def open_store(settings: Settings, on_wait: OnWait | None) -> AsyncIterator[MemoryStore]:
        events.append("opened")
        try:
            yield store
        finally:
            events.append("closed")

    return open_store


def start_in(group: anyio.abc.TaskGroup) -> Callable[[UUID, str, Callable[[], Awaitable[None]]], None]:
    """`App.start` with a task group of the test's own."""

    def start(work_id: UUID, name: str, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            await work()

        group.start_soon(run, name=name)

    return start


def fake_loaders(store: MemoryStore, *, workflow: Any = None, events: list[str] | None = None, **more: Any) -> Loaders:
    """Loaders of parts that exist; the workflow is real unless one is given."""
    parts: dict[str, Any] = {
        "open_store": holding(store, [] if events is None else events),
        "open_embedder": lambda _: nullcontext(HashEmbedder()),
        "secret": lambda _: SECRET,
        **more,
    }
    if workflow is not None:
        parts["workflow"] = lambda *_: workflow
    return Loaders(**parts)
