"""Keys of two tenants in memory, and clocks that stand until they are moved."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from moe_memorygraph.errors import NotFound, Unavailable
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import ApiKey, tenant_id_of
from moe_memorygraph.server.auth.keys import KeyChecker, KeySeal, new_key
from moe_memorygraph.tools.definition import Scope
from tests.memory.samples import NOW
from tests.server.doubles import SECRET, fake_store


@dataclass(slots=True)
class Clocks:
    seconds: float = 1000.0
    now: datetime = NOW

    def move(self, seconds: float) -> None:
        self.seconds += seconds
        self.now += timedelta(seconds=seconds)


@dataclass(slots=True)
class Keys:
    """A checker over a store, and how to make keys for it."""

    store: InMemoryStore
    clocks: Clocks = field(default_factory=Clocks)
    seal: KeySeal = field(default_factory=lambda: KeySeal(SECRET))
    asked: list[str] = field(default_factory=list)
    database_is_away: bool = False

    async def memory(self, tenant_key: str) -> TenantMemory:
        self.asked.append(tenant_key)
        if self.database_is_away:
            raise Unavailable("The database cannot be reached.")
        memory = self.store.tenant(tenant_id_of(tenant_key))
        if await memory.tenant() is None:
            raise NotFound("This tenant does not exist.")
        return memory

    def checker(self, *, notes_use: bool = True) -> KeyChecker:
        async def seal() -> KeySeal:
            return self.seal

        return KeyChecker(
            seal,
            self.memory,
            now=lambda: self.clocks.now,
            clock=lambda: self.clocks.seconds,
            notes_use=notes_use,
        )

    async def make(
        self, tenant: str = "vendor", scopes: tuple[Scope, ...] = ("read",), days: int | None = None
    ) -> tuple[str, ApiKey]:
        expires_at = None if days is None else self.clocks.now + timedelta(days=days)
        text, key = new_key(self.seal, tenant, name="", scopes=scopes, now=self.clocks.now, expires_at=expires_at)
        await self.store.tenant(tenant_id_of(tenant)).keys.add(key)
        return text, key


@pytest.fixture
async def keys() -> Keys:
    return Keys(await fake_store("vendor", "rival"))
