"""Writes that wait to be looked at, in memory."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from moe_memorygraph.memory.fakes.state import TenantState, as_text, drop
from moe_memorygraph.memory.values import Held, HeldKind, HeldState

__all__ = ["InMemoryQuarantine"]


class InMemoryQuarantine:
    """Implements `Quarantine`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self.held: dict[UUID, Held] = {}

    async def hold(self, held: Held) -> None:
        self._state.require()
        origin = replace(held.origin, origin_id=held.review_id)
        self.held[held.review_id] = replace(held, origin=origin, state="held", settled_at=None)

    async def all(self, *, state: HeldState | None = None, limit: int, offset: int = 0) -> list[Held]:
        fitting = [one for one in self._in_order() if state in (None, one.state)]
        return fitting[offset : offset + limit]

    async def get(self, review_id: UUID) -> Held | None:
        return self.held.get(review_id)

    async def decided(self, kind: HeldKind, item_keys: Sequence[str]) -> dict[str, HeldState]:
        asked = set(item_keys)
        return {one.item_key: one.state for one in self._in_order() if one.kind == kind and one.item_key in asked}

    async def settle(self, review_id: UUID, state: HeldState, *, now: datetime) -> bool:
        held = self.held.get(review_id)
        if held is None or held.state != "held":
            return False
        self.held[review_id] = replace(held, state=state, settled_at=now)
        return True

    def forget(self, named: re.Pattern[str]) -> int:
        return drop(self.held, lambda one: bool(named.search(as_text(one.content))))

    def drop_old(self, kind: HeldKind | None, before: datetime) -> None:
        """Drop what was held before, whether anybody looked or not; a document that was looked at stays known."""

        def is_old(one: Held) -> bool:
            is_meant = one.kind == kind and (kind != "document" or one.state == "held")
            return is_meant and one.origin.written_at < before

        drop(self.held, is_old)

    def drop_settled(self, before: datetime) -> None:
        drop(self.held, lambda one: one.settled_at is not None and one.settled_at < before)

    def _in_order(self) -> list[Held]:
        return sorted(self.held.values(), key=lambda one: (one.origin.written_at, one.review_id))

    def __len__(self) -> int:
        return len(self.held)
