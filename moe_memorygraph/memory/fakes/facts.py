"""Facts in memory."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from moe_memorygraph.memory.content import check_facts, fact_identity, signed_by
from moe_memorygraph.memory.fakes.state import Passage, TenantState, drop, half, ranked
from moe_memorygraph.memory.retraction import fact_from_json
from moe_memorygraph.memory.supersession import same_topic, settle
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import (
    LONGEST_NAME,
    Fact,
    FactFilter,
    FactHit,
    FactNames,
    ToldFilter,
    Vector,
    WriteCounts,
)

__all__ = ["InMemoryFacts"]

_NEVER = datetime.min.replace(tzinfo=UTC)


class InMemoryFacts:
    """Implements `FactMemory`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self.facts: dict[UUID, Fact] = {}
        self.origin: Origin | None = None
        self._identities: dict[bytes, UUID] = {}

    async def put_many(self, facts: Sequence[Fact], *, now: datetime) -> WriteCounts:
        if not facts:
            return WriteCounts()
        check_facts(facts)
        self._state.require()
        self._state.accept([fact.embedding for fact in facts])
        signed = [self._signed(replace(fact, recorded_at=fact.recorded_at or now)) for fact in facts]
        inserted = sum(self.add(fact, stated_to=fact.valid_to) for fact in signed)
        if inserted:
            self._state.changed("semantic")
        return WriteCounts(inserted=inserted, unchanged=len(facts) - inserted)

    async def record(
        self, fact: Fact, *, now: datetime, single_valued: bool, names: Sequence[str] = ()
    ) -> tuple[Fact, list[Fact], list[Fact]]:
        check_facts([fact])
        fact = self._signed(fact)
        self._state.require()
        self._state.accept([fact.embedding])
        open_facts = [one for one in self.facts.values() if _is_open(one) and _is_beside(one, fact, names)]
        open_facts.sort(key=lambda one: one.fact_id)
        settlement = settle(fact, open_facts, now=now, single_valued=single_valued)
        if settlement.is_known:
            self._say_again(fact, settlement.stored, now=now)
            return _bare(settlement.stored), [], list(map(_bare, settlement.conflicts))
        known = self._identities.get(fact_identity(settlement.stored))
        if known is not None:
            self._say_again(fact, self.facts[known], now=now)
            return _bare(self.facts[known]), [], []
        self.add(settlement.stored, stated_to=fact.valid_to)
        for closed in settlement.superseded:
            self.facts[closed.fact_id] = closed
        self._state.changed("semantic")
        return (
            _bare(settlement.stored),
            list(map(_bare, settlement.superseded)),
            list(map(_bare, settlement.conflicts)),
        )

    def _signed(self, fact: Fact) -> Fact:
        if self.origin is None:
            return fact
        self._state.origins[self.origin.origin_id] = self.origin
        return signed_by(fact, self.origin)

    def _say_again(self, fact: Fact, known: Fact, *, now: datetime) -> None:
        if fact.origin_id is not None and fact.origin_id != known.origin_id:
            said = _bare(replace(fact, recorded_at=fact.recorded_at or now))
            self._state.again.setdefault((known.fact_id, fact.origin_id), said)

    async def get(self, fact_id: UUID) -> Fact | None:
        fact = self.facts.get(fact_id) or next((one for one in self._told() if one.fact_id == fact_id), None)
        if fact is not None:
            return _bare(fact)
        kept = [(key[2], one) for key, one in self._state.retracted.items() if key[:2] == ("fact", str(fact_id))]
        until, content = max(kept, key=lambda pair: pair[0], default=(None, {}))
        return None if until is None else replace(fact_from_json(content), retracted_at=until)

    async def told(self, filters: ToldFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        facts = sorted((one for one in self._told() if _is_asked(one, filters)), key=lambda one: one.fact_id)
        facts.sort(key=lambda one: one.valid_from or _NEVER, reverse=True)
        return facts[offset : offset + limit]

    def _told(self) -> Iterator[Fact]:
        for facts in self._state.told.values():
            yield from facts

    async def find(self, filters: FactFilter, *, limit: int, offset: int = 0) -> list[Fact]:
        facts = sorted(self.fitting(filters), key=lambda one: one.fact_id)
        facts.sort(key=lambda one: (one.valid_from is not None, one.valid_from or one.recorded_at), reverse=True)
        facts.sort(key=lambda one: (one.subject, one.predicate))
        return [_bare(one) for one in facts[offset : offset + limit]]

    async def search(
        self, *, text: str, embedding: Vector | None, filters: FactFilter, limit: int, offset: int = 0
    ) -> list[FactHit]:
        fitting = {fact.fact_id: fact for fact in self.fitting(filters)}
        best = ranked(
            map(_passage, fitting.values()),
            text=text,
            embedding=embedding,
            limit=limit,
            offset=offset,
            counts=self._state.words.get("semantic"),
        )
        return [
            FactHit(
                fact=_bare(fitting[one.key]),
                similarity=one.similarity,
                lexical=one.lexical,
                score=one.score,
            )
            for one in best
        ]

    async def names(self, *, limit: int) -> FactNames:
        facts = self.facts.values()
        subjects = sorted({fact.subject for fact in facts if fact.customer_id is None})
        values = sorted({(fact.predicate, fact.object) for fact in facts if len(fact.object) <= LONGEST_NAME})
        return FactNames(subjects=tuple(subjects[:limit]), values=tuple(values[:limit]))

    def fitting(self, filters: FactFilter) -> list[Fact]:
        now = self._state.clock()
        known = [self._as_known(fact, filters.known_at) for fact in self.facts.values()]
        if filters.known_at is not None:
            before = self._state.facts_known_before(filters.known_at)
            known = [fact for fact in known if fact is not None and fact.fact_id not in before]
            known += before.values()
        return [fact for fact in known if fact is not None and _fits(fact, filters, now=now)]

    def _as_known(self, fact: Fact, at: datetime | None) -> Fact | None:
        """The fact as it was known at a time; None before it was recorded."""
        if at is None:
            return fact
        if fact.recorded_at is not None and fact.recorded_at > at:
            return None
        successor = self.facts.get(fact.superseded_by) if fact.superseded_by else None
        is_later = successor is not None and successor.recorded_at is not None and successor.recorded_at > at
        return replace(fact, valid_to=None, superseded_by=None) if is_later else fact

    def forget(self, names: Collection[str], named: re.Pattern[str], uris: Collection[str]) -> list[UUID]:
        def is_of(fact: Fact) -> bool:
            keys = {(fact.customer_id or "").casefold(), fact.subject.casefold(), fact.object.casefold()}
            said = "\n".join((fact.subject, fact.statement, fact.object, fact.source))
            return bool(keys & set(names)) or fact.source in uris or bool(named.search(said))

        gone = [fact.fact_id for fact in self.facts.values() if is_of(fact)]
        self._drop(is_of)
        return gone

    def holds(self, fact_id: str) -> bool:
        return UUID(fact_id) in self.facts

    def texts(self, customer_id: str | None = None) -> list[str]:
        """The sentence of each fact, about one customer or all."""
        facts = self.facts.values()
        return [one.statement for one in facts if customer_id in (None, one.customer_id)]

    def _drop(self, is_of: Callable[[Fact], bool]) -> int:
        """Drop facts; what gave way to one of them is forgotten, and that it ended is not."""
        gone = drop(self.facts, is_of)
        for key, one in self.facts.items():
            if one.superseded_by is not None and one.superseded_by not in self.facts:
                self.facts[key] = replace(one, superseded_by=None)
        drop(self._identities, lambda fact_id: fact_id not in self.facts)
        return gone

    def old(self, before: datetime) -> list[str]:
        """Ids of facts that ended before, by end."""
        ended = [(one.valid_to, one.fact_id) for one in self.facts.values() if one.valid_to is not None]
        return [str(fact_id) for end, fact_id in sorted(ended) if end < before]

    def drop_ids(self, ids: Collection[str]) -> int:
        return self._drop(lambda one: str(one.fact_id) in ids)

    def drop_of_sources(self, uris: Collection[str]) -> None:
        self._drop(lambda one: one.source in uris)

    def predicates(self) -> list[str]:
        return sorted({fact.predicate for fact in self.facts.values()})

    def vectors(self) -> list[Vector]:
        """Every embedding, by fact."""
        return [fact.embedding for _, fact in sorted(self.facts.items()) if fact.embedding is not None]

    def __len__(self) -> int:
        return len(self.facts)

    def take_out(self, gone: Collection[UUID]) -> None:
        drop(self.facts, lambda fact: fact.fact_id in gone)
        drop(self._identities, lambda fact_id: fact_id not in self.facts)

    def add(self, fact: Fact, *, stated_to: datetime | None) -> bool:
        """Store a fact unless it is held, with the end that was stated of it; whether it was new."""
        identity = fact_identity(fact)
        if identity in self._identities or fact.fact_id in self.facts:
            return False
        self._state.stated[fact.fact_id] = stated_to
        self._identities[identity] = fact.fact_id
        self.facts[fact.fact_id] = replace(fact, embedding=half(fact.embedding), originals=None)
        self._state.keep("fact", str(fact.fact_id), fact.originals, is_new=True)
        return True


def _is_asked(fact: Fact, filters: ToldFilter) -> bool:
    start = fact.valid_from or _NEVER
    return (
        (not filters.customer_ids or fact.customer_id in filters.customer_ids)
        and (not filters.predicates or fact.predicate in filters.predicates)
        and (filters.since is None or start >= filters.since)
        and (filters.until is None or start < filters.until)
    )


def _passage(fact: Fact) -> Passage:
    return Passage(
        key=fact.fact_id,
        text=fact.statement,
        embedding=fact.embedding,
        conversation=("", fact.fact_id),
        customer_id=fact.customer_id,
        created_at=fact.valid_from or fact.recorded_at,
    )


def _bare(fact: Fact) -> Fact:
    return replace(fact, embedding=None)


def _is_open(fact: Fact) -> bool:
    return fact.valid_to is None and fact.superseded_by is None


def _is_beside(one: Fact, fact: Fact, names: Sequence[str]) -> bool:
    return one.subject.casefold() == fact.subject.casefold() and same_topic(fact, one, names)


def _fits(fact: Fact, filters: FactFilter, *, now: datetime) -> bool:
    subjects = {subject.casefold() for subject in filters.subjects}
    names = {fact.subject.casefold(), (fact.customer_id or fact.subject).casefold()}
    if subjects and not subjects & names:
        return False
    if filters.predicates and fact.predicate not in filters.predicates:
        return False
    at = filters.as_of or filters.known_at
    if at is not None:
        return _holds(fact, at)
    return filters.include_superseded or (fact.superseded_by is None and _holds(fact, now))


def _holds(fact: Fact, at: datetime) -> bool:
    return (fact.valid_from is None or fact.valid_from <= at) and (fact.valid_to is None or at < fact.valid_to)
