"""Rolled back, a history is what it would have been without what was taken back; and what was known then is still told."""

import random
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.retraction import RolledBack, Selection
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.trust import Origin, Tier
from moe_memorygraph.memory.values import Fact, FactFilter, Held, TicketFilter
from tests.memory.samples import DAY, NOW, an_id, document, fact, origin, ticket, turn, unit
from tests.plugins.stores import created

EVIL = "key:evil"
LATER = NOW + 99 * DAY
Saying = tuple[Fact, Origin]


def history(seed: int, *, length: int) -> list[Saying]:
    """What honest and poisoned writers say of one subject, in order: values, sources and starts meet often."""
    dice = random.Random(seed)
    said = []
    for step in range(length):
        at = NOW + step * DAY
        tier: Tier = dice.choice(["record", "agent", "agent"])
        actor = EVIL if dice.random() < 0.4 else "key:honest"
        start = None if dice.random() < 0.3 else NOW + (dice.randint(-3, 6) + 0.5) * DAY
        end = start + dice.randint(1, 4) * DAY if start and dice.random() < 0.2 else None
        one = fact(
            "C-1",
            dice.choice(["tier", "tier", "owner"]),
            dice.choice(["gold", "free", "pro"]),
            name=f"{seed} {step}",
            source=dice.choice(["crm", "notes", "call"]),
            confidence=dice.choice([0.5, 0.7, 0.9]),
            valid_from=start,
            valid_to=end,
            embedding=unit(1.0),
        )
        said.append((one, origin(tier, at=at, actor=actor)))
    return said


async def say(memory: TenantMemory, sayings: list[Saying]) -> None:
    for one, writer in sayings:
        await memory.writing_as(writer).semantic.record(one, now=writer.written_at, single_valued=True)


async def state(memory: TenantMemory, *, known_at: datetime | None = None) -> list[Fact]:
    filters = (
        FactFilter(include_superseded=True) if known_at is None else FactFilter(as_of=NOW + 5 * DAY, known_at=known_at)
    )
    return await memory.semantic.find(filters, limit=99)


async def check(store: MemoryStore, seed: int, length: int) -> None:
    poisoned, clean = await created(store, f"poisoned-{seed}"), await created(store, f"clean-{seed}")
    everything = history(seed, length=length)
    await say(poisoned, everything)
    await say(clean, [one for one in everything if one[1].actor != EVIL])
    before = await state(poisoned, known_at=NOW + length * DAY)
    selection = Selection(actor=EVIL)
    tried = await poisoned.roll_back(selection, now=LATER, catalogue=STANDARD, dry_run=True)
    done = await poisoned.roll_back(selection, now=LATER, catalogue=STANDARD)
    assert tried == done
    assert await state(poisoned) == await state(clean)
    assert await state(poisoned, known_at=NOW + length * DAY) == before
    assert await poisoned.roll_back(selection, now=LATER, catalogue=STANDARD) == RolledBack()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), length=st.integers(1, 9))
async def test_what_is_left_is_what_would_have_been(seed: int, length: int) -> None:
    await check(InMemoryStore(clock=lambda: LATER), seed, length)


@pytest.mark.postgres
async def test_it_is_the_same_in_postgresql(postgres_store: MemoryStore) -> None:
    for seed in range(8):
        await check(postgres_store, seed, 9)


async def test_each_kind_goes_by_its_source_run_key_or_time_and_nothing_else(memory: TenantMemory) -> None:
    run = an_id("run")
    bad = memory.writing_as(origin(run_id=run))
    good = memory.writing_as(origin("record", actor="cli", at=NOW + DAY))
    for writer, name in ((bad, "bad"), (good, "good")):
        await writer.semantic.put_many([fact("C-1", "note", name, source=f"{name} source")], now=NOW)
        await writer.stm.remember([turn(f"turn {name}", f"I say {name}", session=f"S {name}")])
        await writer.vector.put_many([ticket(f"T-{name}", f"It is {name}.", vector=unit(1))])
        await writer.knowledge.put_many([document(f"D-{name}", ("How", f"This is {name}."))], now=NOW)
    ways = [
        (Selection(run_id=run), RolledBack(facts=1, turns=1, tickets=1, documents=1)),
        (Selection(actor="key:1"), RolledBack(facts=1, turns=1, tickets=1, documents=1)),
        (Selection(until=NOW + DAY), RolledBack(facts=1, turns=1, tickets=1, documents=1)),
        (Selection(since=NOW + DAY, until=NOW + 2 * DAY), RolledBack(facts=1, turns=1, tickets=1, documents=1)),
        (Selection(source="BAD source"), RolledBack(facts=1)),
        (Selection(source="memory://tickets/T-bad"), RolledBack(tickets=1)),
        (Selection(source="memory://sessions/S%20bad"), RolledBack(turns=1)),
        (Selection(source="memory://documents/D-bad"), RolledBack(documents=1)),
        (Selection(source="bad source", actor="cli"), RolledBack()),
        (Selection(run_id=an_id("another")), RolledBack()),
    ]
    for selection, expected in ways:
        assert await memory.roll_back(selection, now=LATER, catalogue=STANDARD, dry_run=True) == expected
    await memory.roll_back(Selection(run_id=run), now=LATER, catalogue=STANDARD)
    assert [one.object for one in await memory.semantic.find(FactFilter(), limit=9)] == ["good"]
    assert await memory.vector.ids(TicketFilter(), limit=9) == ["T-good"]
    assert [one.document_id for one in await memory.knowledge.browse(limit=9)] == ["D-good"]
    assert await memory.stm.live_turns("S bad", now=NOW) == []
    assert len(await memory.stm.live_turns("S good", now=NOW)) == 1


async def test_what_was_taken_back_still_opens_and_says_so(memory: TenantMemory) -> None:
    wrong = fact("C-1", "tier", "gold", source="rumour")
    await memory.writing_as(origin()).semantic.put_many([wrong], now=NOW)
    await memory.roll_back(Selection(source="rumour"), now=LATER, catalogue=STANDARD)
    kept = await memory.semantic.get(wrong.fact_id)
    assert kept is not None
    assert (kept.object, kept.retracted_at, kept.tier) == ("gold", LATER, "agent")


async def test_what_is_held_from_the_same_writer_is_discarded(memory: TenantMemory) -> None:
    review = an_id("held")
    await memory.quarantine.hold(
        Held(review_id=review, kind="turn", item_key="S", signs=("role",), content={"text": "x"}, origin=origin())
    )
    done = await memory.roll_back(Selection(actor="key:1"), now=LATER, catalogue=STANDARD)
    held = await memory.quarantine.get(review)
    assert done == RolledBack(held=1)
    assert held is not None
    assert (held.state, held.settled_at) == ("discarded", LATER)
    assert not await memory.quarantine.settle(review, "released", now=LATER)


def test_a_selection_says_what() -> None:
    with pytest.raises(InvalidArgument):
        Selection()
    with pytest.raises(InvalidArgument):
        Selection(source=" ")
    with pytest.raises(InvalidArgument):
        Selection(since=NOW, until=NOW)
