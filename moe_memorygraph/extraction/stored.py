"""Tickets that are stored already, read by the present patterns: those loaded before them, or read by older ones."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import anyio.to_thread
import structlog

from moe_memorygraph.extraction.extractor import EXTRACTION_VERSION, WITH_MODEL
from moe_memorygraph.extraction.facts import told_facts
from moe_memorygraph.extraction.modelled import ModelReader
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import FactFilter, Ticket

__all__ = ["StoredReading", "read_stored", "rivals_on_record"]

log = structlog.get_logger(__name__)

AT_ONCE = 500
"""Tickets of one transaction: some 0.3 s of reading, which is what a kill loses."""
AT_ONCE_BY_MODEL = 20
"""Where a model reads them too, seconds each."""
_RIVALS = ("competitor", "switched_to")
"""Predicates of recorded facts whose objects are names of competitors."""
_MOST_RIVALS = 500  # facts
_LONGEST_RIVAL = 40  # characters: longer is a sentence about one


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReading:
    read: int
    """Tickets that were read now."""
    facts: int
    """What they tell, of which some may have been known."""
    left: int
    """Tickets that are still to be read."""


async def rivals_on_record(memory: TenantMemory) -> frozenset[str]:
    """Names that the tenant's recorded facts give for its competitors."""
    facts = await memory.semantic.find(FactFilter(predicates=_RIVALS, include_superseded=True), limit=_MOST_RIVALS)
    return frozenset(fact.object for fact in facts if len(fact.object) <= _LONGEST_RIVAL)


async def read_stored(
    memory: TenantMemory,
    *,
    most: int | None = None,
    version: int = EXTRACTION_VERSION,
    reader: ModelReader | None = None,
    on_progress: Callable[[int, int | None], None] | None = None,
) -> StoredReading:
    """Read the tickets that this version of the patterns has not read, `most` of them, and store what they tell.

    With a `reader`, those that no model has read since: by the patterns first, then by it.

    Each transaction notes what it read: one that is interrupted goes on where it stopped when it is run again, and one
    where nothing is left to read does nothing. A ticket that changes meanwhile is read by whoever changes it.
    `on_progress` is told how many are read, and of how many.
    """
    version, at_once = (WITH_MODEL, AT_ONCE_BY_MODEL) if reader else (version, AT_ONCE)
    unread = await memory.vector.unread_count(version)
    wanted = unread if most is None else min(most, unread)
    read = facts = 0
    rivals, own_names = (await rivals_on_record(memory), await _names(memory)) if wanted else (frozenset(), {})
    while read < wanted:
        tickets = await memory.vector.unread(version, limit=min(at_once, wanted - read))
        if not tickets:
            break
        telling = await anyio.to_thread.run_sync(_telling, tickets, rivals, own_names)
        if reader is not None:
            telling = await reader.read(telling)
        await memory.vector.retell(telling, version)
        read, facts = read + len(telling), facts + sum(len(one.told) for one in telling)
        log.debug("stored_batch_read", tickets=len(telling))
        if on_progress is not None:
            on_progress(read, wanted)
    if read:
        log.info("stored_tickets_read", tickets=read, facts=facts)
    return StoredReading(read=read, facts=facts, left=await memory.vector.unread_count(version) if wanted else 0)


async def _names(memory: TenantMemory) -> dict[str, tuple[str, ...]]:
    return {one.customer_id: (one.name, *one.aliases) for one in await memory.customers.all()}


def _telling(
    tickets: Sequence[Ticket], rivals: Collection[str], own_names: Mapping[str, Collection[str]]
) -> list[Ticket]:
    return [
        replace(one, told=tuple(told_facts(one, rivals=rivals, own_names=own_names.get(one.customer_id, ()))))
        for one in tickets
    ]
