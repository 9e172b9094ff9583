"""Session turns in memory."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.memory.fakes.state import Passage, TenantState, as_content, drop, half, ranked
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import Turn, TurnHit, Vector

__all__ = ["InMemorySessions"]


class InMemorySessions:
    """Implements `SessionMemory`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._turns: dict[UUID, Turn] = {}
        self.origin: Origin | None = None

    async def remember(self, turns: Sequence[Turn]) -> None:
        if not turns:
            return
        self._state.require()
        self._state.accept([turn.embedding for turn in turns])
        new = [turn.turn_id for turn in turns if turn.turn_id not in self._turns]
        self._state.sign(self.origin, "session_turn", new)
        for turn in turns:
            if turn.turn_id not in self._turns:
                self._turns[turn.turn_id] = replace(turn, embedding=half(turn.embedding), originals=None)
                self._state.keep("turn", str(turn.turn_id), turn.originals, is_new=True)

    async def live_turns(self, session_id: str, *, now: datetime, limit: int = 50) -> list[Turn]:
        live = sorted(self.live(session_id, now), key=lambda turn: (turn.created_at, turn.turn_id))
        return [replace(turn, embedding=None) for turn in live[-limit:]] if limit else []

    async def search(
        self, session_id: str, *, text: str, embedding: Vector | None, now: datetime, limit: int
    ) -> list[TurnHit]:
        passages = (
            Passage(
                key=turn.turn_id,
                text=turn.text,
                embedding=turn.embedding,
                conversation=("", turn.turn_id),
                created_at=turn.created_at,
            )
            for turn in self.live(session_id, now)
        )
        return [
            TurnHit(
                turn=replace(self._turns[one.key], embedding=None),
                similarity=one.similarity,
                lexical=one.lexical,
                score=one.score,
            )
            for one in ranked(passages, text=text, embedding=embedding, limit=limit)
        ]

    async def sweep(self, *, now: datetime) -> int:
        expired = [turn.turn_id for turn in self._turns.values() if turn.expires_at <= now]
        for turn_id in expired:
            del self._turns[turn_id]
        return len(expired)

    def live(self, session_id: str | None, now: datetime) -> list[Turn]:
        return [turn for turn in self._turns.values() if turn.session_id == session_id and turn.expires_at > now]

    def forget(self, named: re.Pattern[str], answers: Collection[str]) -> int:
        def is_of(turn: Turn) -> bool:
            return bool(named.search(turn.text) or named.search(turn.session_id)) or turn.text in answers

        return drop(self._turns, is_of)

    @property
    def rows(self) -> dict[Any, tuple[str, datetime | None]]:
        """Of each turn its session, and when it was written."""
        return {key: (turn.session_id, turn.created_at) for key, turn in self._turns.items()}

    def take_out(self, turn_id: UUID) -> dict[str, Any]:
        return as_content(self._turns.pop(turn_id))

    def holds(self, turn_id: str) -> bool:
        return UUID(turn_id) in self._turns

    def texts(self) -> list[str]:
        return [turn.text for turn in self._turns.values()]

    def old(self, before: datetime) -> list[str]:
        """Ids of turns said before, oldest first."""
        turns = sorted(self._turns.values(), key=lambda one: (one.created_at, one.turn_id))
        return [str(one.turn_id) for one in turns if one.created_at < before]

    def drop_ids(self, ids: Collection[str]) -> int:
        return drop(self._turns, lambda one: str(one.turn_id) in ids)

    def drop_saying(self, answers: Collection[str]) -> None:
        drop(self._turns, lambda one: one.text in answers)

    def newest(self) -> datetime | None:
        return max((turn.created_at for turn in self._turns.values()), default=None)

    def vectors(self) -> list[Vector]:
        """Every embedding, by turn."""
        return [turn.embedding for _, turn in sorted(self._turns.items()) if turn.embedding is not None]

    def __len__(self) -> int:
        return len(self._turns)
