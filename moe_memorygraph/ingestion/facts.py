"""Facts into memory: nothing is overwritten, and what is held already is left alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from moe_memorygraph.ingestion.batch import Batch, Load
from moe_memorygraph.ingestion.naming import CustomerNames
from moe_memorygraph.ingestion.rows import FactRow
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.values import Fact, FactFilter, WriteCounts

__all__ = ["FactLoad", "held_facts", "settle_facts"]

FOUND_AT_ONCE = 500  # facts


class FactLoad:
    """One load of facts."""

    def __init__(self, load: Load, names: CustomerNames) -> None:
        self._load = load
        self._names = names

    async def store(self, batch: Batch[FactRow]) -> None:
        load = self._load
        now = load.now()
        facts = await load.scrubbed(
            lambda: [
                load.scrubber.fact(line.row, customer=self._names.find(line.row.subject), recorded_at=now)
                for line in batch.good
            ]
        )
        catalogue = await load.catalogue()
        held = await held_facts(load.memory, facts, catalogue)
        new = _unheld(facts, held)
        load.tally.unchanged += len(facts) - len(new)
        if load.dry_run:
            load.tally.add(WriteCounts(inserted=len(new)))
        elif new := await load.affordable(await load.allowed(new), lambda _: 1):
            vectors = await load.embed([fact.statement for fact in new])
            embedded = [replace(fact, embedding=vector) for fact, vector in zip(new, vectors, strict=True)]
            load.tally.add(await settle_facts(load.memory, embedded, held, now=now, catalogue=catalogue))
        load.tally.report()


def _unheld(facts: Sequence[Fact], held: Sequence[Fact]) -> list[Fact]:
    """Facts that nothing held says: each once. A fact without a start is held whatever the start it was given."""
    said = {_saying(fact) for fact in held} | {(*_saying(fact)[:-1], None) for fact in held}
    new = []
    for fact in facts:
        saying = _saying(fact)
        if saying not in said:
            said.add(saying)
            new.append(fact)
    return new


def _saying(fact: Fact) -> tuple[str, str, str, str, str, datetime | None]:
    """What an agent said a system of record has not said: the tier of the writer is part of it."""
    return fact.subject.casefold(), fact.predicate, fact.object, fact.source, fact.tier, fact.valid_from


def _start(fact: Fact) -> datetime:
    return fact.valid_from or datetime.min.replace(tzinfo=UTC)


async def held_facts(memory: TenantMemory, facts: Sequence[Fact], catalogue: PredicateCatalogue) -> list[Fact]:
    """All facts, superseded ones too, with a subject and a predicate, by any of its names, of these."""
    if not facts:
        return []
    filters = FactFilter(
        subjects=tuple({fact.subject for fact in facts}),
        predicates=tuple({name for fact in facts for name in catalogue.names_of(fact.predicate)}),
        include_superseded=True,
    )
    held: list[Fact] = []
    while True:
        found = await memory.semantic.find(filters, limit=FOUND_AT_ONCE, offset=len(held))
        held.extend(found)
        if len(found) < FOUND_AT_ONCE:
            return held


async def settle_facts(
    memory: TenantMemory,
    facts: Sequence[Fact],
    held: Sequence[Fact],
    *,
    now: datetime,
    catalogue: PredicateCatalogue,
    all_single: bool = False,
) -> WriteCounts:
    """Store facts: those that can contradict nothing in one go, the others one by one, so that they settle.

    `all_single`: each of these facts has one value at a time, whatever its predicate. A single-valued fact that is the first of its subject and predicate keeps its start open where it has none.
    """

    def topic_of(fact: Fact) -> tuple[str, str]:
        return fact.subject.casefold(), catalogue.canonical(fact.predicate)

    topics = set(map(topic_of, held))
    together: list[Fact] = []
    alone: list[Fact] = []
    for fact in sorted(facts, key=_start):  # the older value first: then each ends where the next begins
        topic = topic_of(fact)
        if topic in topics and (all_single or catalogue.is_single_valued(fact.predicate)):
            alone.append(fact)
        else:
            together.append(fact)
            topics.add(topic)
    counts = await memory.semantic.put_many(together, now=now) if together else WriteCounts()
    for fact in alone:
        names = catalogue.names_of(fact.predicate)
        stored, _, _ = await memory.semantic.record(fact, now=now, single_valued=True, names=names)
        is_new = stored.fact_id == fact.fact_id
        counts += WriteCounts(inserted=int(is_new), unchanged=int(not is_new))
    return counts
