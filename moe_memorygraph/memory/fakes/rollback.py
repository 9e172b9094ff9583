"""Taking back what one source, call, credential or time brought, in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.retraction import (
    Given,
    RolledBack,
    Selection,
    fact_to_json,
    given_of,
    is_written_by,
    named_by,
    settle_again,
    unknown_until,
)
from moe_memorygraph.memory.values import Fact

if TYPE_CHECKING:
    from moe_memorygraph.memory.fakes.store import InMemoryTenant

__all__ = ["roll_back"]


def roll_back(
    memory: "InMemoryTenant", selection: Selection, *, now: datetime, catalogue: PredicateCatalogue, dry_run: bool
) -> RolledBack:
    work = _Work(memory, selection, now, dry_run=dry_run)
    facts, resettled = work.facts(catalogue)
    turns = work.moved("session_turn", memory.stm.rows, named_by(selection, "sessions"))
    by_uri = named_by(selection, "documents")
    named = None if by_uri is None else {*by_uri, *memory.knowledge.paths(selection.names)}
    documents = work.moved("document", memory.knowledge.rows, named)
    tickets = work.moved("ticket", memory.vector.rows, named_by(selection, "tickets"))
    held = work.held()
    if not dry_run:
        for plane, count in (("semantic", facts + resettled), ("knowledge", documents), ("vector", tickets)):
            if count:
                memory.state.changed(plane)
    return RolledBack(facts=facts, turns=turns, tickets=tickets, documents=documents, held=held, resettled=resettled)


class _Work:
    def __init__(self, memory: "InMemoryTenant", selection: Selection, now: datetime, *, dry_run: bool) -> None:
        self._memory = memory
        self._state = memory.state
        self._selection = selection
        self._now = now
        self._dry_run = dry_run

    def moved(self, kind: str, rows: dict[Any, tuple[str, datetime | None]], named: Collection[str] | None) -> int:
        """Rows by id: what names each, and when it was written where no origin says so."""
        gone = [
            key
            for key, (name, written_at) in rows.items()
            if (named is None or name in named) and self._is_meant(self._state.written.get((kind, key)), written_at)
        ]
        if not self._dry_run:
            for key in gone:
                content = self._memory.take_out(kind, key)
                self._state.retracted[(kind, str(key), self._now)] = content
        return len(gone)

    def held(self) -> int:
        quarantine = self._memory.quarantine
        meant = [
            one
            for one in quarantine.held.values()
            if one.state == "held"
            and (self._selection.source is None or self._selection.names(str(one.content.get("source", ""))))
            and is_written_by(self._selection, one.origin, written_at=None)
        ]
        if not self._dry_run:
            for one in meant:
                quarantine.held[one.review_id] = replace(one, state="discarded", settled_at=self._now)
        return len(meant)

    def _is_meant(self, origin_id: UUID | None, written_at: datetime | None) -> bool:
        origin = self._state.origins.get(origin_id) if origin_id else None
        return is_written_by(self._selection, origin, written_at=written_at)

    def facts(self, catalogue: PredicateCatalogue) -> tuple[int, int]:
        memory, state = self._memory.semantic, self._state
        agains = {
            key: one
            for key, one in state.again.items()
            if not (self._selection.names(one.source) and self._is_meant(one.origin_id, one.recorded_at))
        }
        doomed = {
            fact.fact_id
            for fact in memory.facts.values()
            if self._selection.names(fact.source) and self._is_meant(fact.origin_id, fact.recorded_at)
        }
        topics = {_topic(memory.facts[one], catalogue) for one in doomed}
        stored = {one.fact_id: one for one in memory.facts.values() if _topic(one, catalogue) in topics}
        given = [
            *(given_of(one, state.stated.get(one.fact_id), stored.values()) for one in stored.values()),
            *(Given(fact=one, held_by=held_by) for (held_by, _), one in agains.items() if held_by in stored),
        ]
        changed = 0
        if not self._dry_run:
            state.again = agains
        for topic in topics:
            of_topic = [one for one in given if _topic(one.fact, catalogue) == topic]
            settled = settle_again(of_topic, doomed, catalogue=catalogue)
            absorbed = {one.fact.fact_id for one, _ in settled.absorbed if one.held_by is None}
            other = [
                fact
                for fact in settled.standing
                if fact.fact_id not in settled.revived and _ends(fact) != _ends(stored[fact.fact_id])
            ]
            changed += len(other) + len(settled.revived) + len(absorbed)
            if self._dry_run:
                continue
            leaving = {one for one in stored if one in doomed and _topic(stored[one], catalogue) == topic} | absorbed
            revived = [unknown_until(one, self._now) for one in settled.standing if one.fact_id in settled.revived]
            self._keep([*revived, *(stored[one] for one in (*leaving, *(fact.fact_id for fact in other)))], stored)
            vectors = {one.fact.fact_id: stored[one.held_by].embedding for one in settled.again if one.held_by}
            ends = {one.fact.fact_id: one.fact.valid_to for one in settled.again}
            memory.take_out(leaving)
            for key in [key for key in state.again if key[0] in leaving]:
                del state.again[key]
            for fact in settled.standing:
                if fact.fact_id in settled.revived:
                    memory.add(replace(fact, embedding=vectors.get(fact.fact_id)), stated_to=ends[fact.fact_id])
            for fact in other:
                memory.facts[fact.fact_id] = replace(
                    stored[fact.fact_id], valid_to=fact.valid_to, superseded_by=fact.superseded_by
                )
            for one, held_by in settled.absorbed:
                if one.fact.origin_id is not None:
                    state.again[(held_by, one.fact.origin_id)] = one.fact
        return len(doomed), changed

    def _keep(self, facts: list[Fact], stored: dict[UUID, Fact]) -> None:
        for fact in facts:
            successor = stored.get(fact.superseded_by) if fact.superseded_by else None
            closed_at = successor.recorded_at if successor else None
            content = fact_to_json(fact, closed_at=closed_at.isoformat() if closed_at else None)
            self._state.retracted[("fact", str(fact.fact_id), self._now)] = content


def _topic(fact: Fact, catalogue: PredicateCatalogue) -> tuple[str, str]:
    return fact.subject.casefold(), catalogue.canonical(fact.predicate)


def _ends(fact: Fact) -> tuple[datetime | None, UUID | None]:
    return fact.valid_to, fact.superseded_by
