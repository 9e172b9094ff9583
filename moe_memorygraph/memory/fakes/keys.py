"""API keys in memory."""

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from moe_memorygraph.memory.content import key_missing
from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.values import ApiKey

__all__ = ["InMemoryKeys"]


class InMemoryKeys:
    """Implements `KeyRing`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._keys: dict[UUID, ApiKey] = {}

    async def add(self, key: ApiKey) -> None:
        self._state.require()
        self._keys[key.key_id] = key

    async def get(self, key_id: UUID) -> ApiKey | None:
        return self._keys.get(key_id)

    async def all(self) -> list[ApiKey]:
        return sorted(self._keys.values(), key=lambda one: (one.created_at, one.key_id))

    async def revoke(self, key_id: UUID, *, now: datetime) -> None:
        key = self._keys.get(key_id)
        if key is None:
            raise key_missing()
        self._keys[key_id] = replace(key, revoked_at=key.revoked_at or now)

    async def used(self, key_id: UUID, *, now: datetime) -> None:
        key = self._keys.get(key_id)
        if key is not None:
            self._keys[key_id] = replace(key, last_used_at=max(key.last_used_at or now, now))

    def __len__(self) -> int:
        return len(self._keys)

    def naming(self, named: re.Pattern[str]) -> int:
        """How many name somebody."""
        return sum(bool(named.search(one.name)) for one in self._keys.values())
