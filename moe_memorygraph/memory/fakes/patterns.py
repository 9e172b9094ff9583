"""Patterns in memory."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from moe_memorygraph.memory.content import pattern_hash
from moe_memorygraph.memory.fakes.state import Passage, TenantState, drop, half, ranked
from moe_memorygraph.memory.values import Pattern, PatternFilter, PatternHit, Vector, WriteCounts

__all__ = ["InMemoryPatterns"]


class InMemoryPatterns:
    """Implements `PatternMemory`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._patterns: dict[UUID, Pattern] = {}

    async def replace_all(self, patterns: Sequence[Pattern], *, mined_at: datetime) -> WriteCounts:
        self._state.require()
        self._state.accept([pattern.embedding for pattern in patterns])
        old = self._patterns
        new = {one.pattern_id: replace(one, mined_at=mined_at, embedding=self._embedding(one)) for one in patterns}
        embedded = any(one.embedding is not None for one in patterns)
        inserted = len(new.keys() - old.keys())
        unchanged = sum(1 for key in new.keys() & old.keys() if pattern_hash(new[key]) == pattern_hash(old[key]))
        if inserted or embedded or unchanged != len(old):
            self._state.changed("ltm")
        self._patterns = new
        return WriteCounts(inserted=inserted, updated=len(new) - inserted - unchanged, unchanged=unchanged)

    def _embedding(self, pattern: Pattern) -> Vector | None:
        stored = self._patterns.get(pattern.pattern_id)
        return half(pattern.embedding) if pattern.embedding is not None or stored is None else stored.embedding

    async def embedded(self) -> dict[UUID, str]:
        return {key: one.statement for key, one in self._patterns.items() if one.embedding is not None}

    async def get(self, pattern_id: UUID) -> Pattern | None:
        pattern = self._patterns.get(pattern_id)
        return None if pattern is None else _bare(pattern)

    async def search(
        self, *, text: str, embedding: Vector | None, filters: PatternFilter, limit: int, offset: int = 0
    ) -> list[PatternHit]:
        best = ranked(
            map(_passage, self.fitting(filters)),
            text=text,
            embedding=embedding,
            limit=limit,
            offset=offset,
            counts=self._state.words.get("ltm"),
        )
        return [
            PatternHit(
                pattern=_bare(self._patterns[one.key]),
                similarity=one.similarity,
                lexical=one.lexical,
                score=one.score,
            )
            for one in best
        ]

    async def for_scope(self, filters: PatternFilter, *, limit: int) -> list[Pattern]:
        is_timeless = filters.since is None and filters.until is None

        def strength(one: Pattern) -> float:
            return one.weight if is_timeless and one.weight is not None else one.confidence

        patterns = sorted(self.fitting(filters), key=lambda one: (-strength(one), -one.count, one.pattern_id))
        return [_bare(one) for one in patterns[:limit]]

    def fitting(self, filters: PatternFilter) -> list[Pattern]:
        return [pattern for pattern in self._patterns.values() if _fits(pattern, filters)]

    def forget(self, customer_id: str, named: re.Pattern[str], tickets: Collection[str]) -> list[UUID]:
        def is_of(pattern: Pattern) -> bool:
            return pattern.customer_id == customer_id or bool(named.search(pattern.statement))

        gone = [pattern.pattern_id for pattern in self._patterns.values() if is_of(pattern)]
        drop(self._patterns, is_of)
        for key, one in self._patterns.items():
            self._patterns[key] = replace(one, evidence=tuple(each for each in one.evidence if each not in tickets))
        return gone

    def old(self, before: datetime) -> list[str]:
        """Ids of patterns whose period ended before, oldest first."""
        patterns = sorted(self._patterns.values(), key=lambda one: (one.period_end, one.pattern_id))
        return [str(one.pattern_id) for one in patterns if one.period_end < before]

    def drop_ids(self, ids: Collection[str]) -> int:
        return drop(self._patterns, lambda one: str(one.pattern_id) in ids)

    def drop_evidence(self, tickets: Collection[str]) -> None:
        """Take these tickets from the evidence of patterns, and drop those that lose their last."""
        drop(self._patterns, lambda one: bool(one.evidence) and set(one.evidence) <= set(tickets))
        for key, one in self._patterns.items():
            self._patterns[key] = replace(one, evidence=tuple(each for each in one.evidence if each not in tickets))

    def texts(self) -> list[str]:
        return [pattern.statement for pattern in self._patterns.values()]

    def vectors(self) -> list[Vector]:
        """Every embedding, by pattern."""
        return [one.embedding for _, one in sorted(self._patterns.items()) if one.embedding is not None]

    def __len__(self) -> int:
        return len(self._patterns)


def _passage(pattern: Pattern) -> Passage:
    return Passage(
        key=pattern.pattern_id,
        text=pattern.statement,
        embedding=pattern.embedding,
        conversation=("", pattern.pattern_id),
        customer_id=pattern.customer_id,
        category=pattern.topic,
    )


def _bare(pattern: Pattern) -> Pattern:
    return replace(pattern, embedding=None)


def _fits(pattern: Pattern, filters: PatternFilter) -> bool:
    return (
        (not filters.customer_ids or pattern.customer_id in filters.customer_ids)
        and (not filters.topics or pattern.topic in filters.topics)
        and (filters.kind is None or pattern.kind == filters.kind)
        and (filters.tier is None or pattern.tier == filters.tier)
        and (filters.channel is None or pattern.channel == filters.channel)
        and (filters.product is None or pattern.product == filters.product)
        and (filters.until is None or pattern.period_start < filters.until)
        and (filters.since is None or pattern.period_end > filters.since)
    )
