"""The audit trail in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.ports import Seal
from moe_memorygraph.memory.values import AuditEntry, AuditSeal

__all__ = ["InMemoryAudit"]


class InMemoryAudit:
    """Implements `AuditLog`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._entries: dict[UUID, AuditEntry] = {}
        self._seals: list[AuditSeal] = []

    async def add(self, entries: Sequence[AuditEntry]) -> None:
        self._state.require()
        for one in entries:
            self._entries.setdefault(one.entry_id, one)

    async def seal(self, make: Seal, *, limit: int) -> AuditSeal | None:
        waiting = await self.unsealed(after=None, limit=limit)
        if not waiting:
            return None
        seal, links = make(self._seals[-1] if self._seals else None, waiting)
        for place, (one, link) in enumerate(zip(waiting, links, strict=True), 1):
            self._entries[one.entry_id] = replace(one, seal=seal.number, place=place, link=link)
        self._seals.append(seal)
        return seal

    async def head(self) -> AuditSeal | None:
        return self._seals[-1] if self._seals else None

    async def seals(self, *, after: int, limit: int) -> list[AuditSeal]:
        return [one for one in self._seals if one.number > after][:limit]

    async def sealed(self, *, after: tuple[int, int], limit: int) -> list[AuditEntry]:
        placed = [((one.seal, one.place or 0), one) for one in self._entries.values() if one.seal is not None]
        return [one for at, one in sorted(placed, key=lambda pair: pair[0]) if at > after][:limit]

    async def unsealed(self, *, after: UUID | None, limit: int) -> list[AuditEntry]:
        waiting = [one for one in self._sorted() if one.seal is None and (after is None or one.entry_id > after)]
        return waiting[:limit]

    async def latest(
        self, *, limit: int, since: datetime | None = None, action: str | None = None, about: str | None = None
    ) -> list[AuditEntry]:
        fitting = [
            one
            for one in self._sorted()
            if (since is None or one.at >= since)
            and (action is None or one.action == action)
            and (about is None or about in one.objects)
        ]
        return fitting[::-1][:limit]

    def _sorted(self) -> list[AuditEntry]:
        return sorted(self._entries.values(), key=lambda one: one.entry_id)

    def __len__(self) -> int:
        return len(self._entries)
