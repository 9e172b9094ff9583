"""The contract of `FactMemory`, for every store."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import anyio
import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Fact, FactFilter, FactNames, WriteCounts
from tests.memory.samples import DAY, NOW, an_id, fact, unit

ALL = FactFilter()
HISTORY = FactFilter(include_superseded=True)


def known(one: Fact, **more: Any) -> Fact:
    """The fact as it is read back."""
    return replace(one, embedding=None, recorded_at=one.recorded_at or NOW, **more)


async def test_a_fact_comes_back_as_it_was_put(memory: TenantMemory) -> None:
    full = fact(
        "C-1",
        "churn_reason",
        'price; it\'s "too" high',
        customer_id="C-1",
        confidence=0.85,
        valid_from=NOW - DAY,
        valid_to=NOW + DAY,
        recorded_at=NOW - timedelta(hours=1),
        embedding=unit(1),
    )
    assert await memory.semantic.put_many([full], now=NOW) == WriteCounts(inserted=1)
    assert await memory.semantic.get(full.fact_id) == known(full)
    assert await memory.semantic.get(an_id("nothing")) is None


async def test_the_same_fact_again_changes_nothing(memory: TenantMemory) -> None:
    one = fact("C-1", "tier", "gold", valid_from=NOW)
    again = replace(one, fact_id=an_id("again"), confidence=0.1)
    other_source = replace(one, fact_id=an_id("other"), source="mail")
    assert await memory.semantic.put_many([one, again], now=NOW) == WriteCounts(inserted=1, unchanged=1)
    before = await memory.revisions()
    assert await memory.semantic.put_many([again], now=NOW) == WriteCounts(unchanged=1)
    assert await memory.revisions() == before
    assert await memory.semantic.put_many([other_source, one], now=NOW) == WriteCounts(inserted=1, unchanged=1)
    assert len(await memory.semantic.find(ALL, limit=9)) == 2
    assert await memory.semantic.put_many([], now=NOW) == WriteCounts()


async def test_a_known_id_is_never_overwritten(memory: TenantMemory) -> None:
    one = fact("C-1", "tier", "gold", name="same")
    other = fact("C-1", "tier", "silver", name="same")
    await memory.semantic.put_many([one], now=NOW)
    assert await memory.semantic.put_many([other], now=NOW) == WriteCounts(unchanged=1)
    assert await memory.semantic.get(one.fact_id) == known(one)


@pytest.mark.parametrize("bad", [{"confidence": 1.5}, {"valid_from": NOW, "valid_to": NOW - DAY}])
async def test_bad_facts_are_refused(memory: TenantMemory, bad: dict[str, Any]) -> None:
    one = fact("C-1", "tier", "gold", **bad)
    with pytest.raises(InvalidArgument):
        await memory.semantic.put_many([fact("C-1", "tier", "silver"), one], now=NOW)
    with pytest.raises(InvalidArgument):
        await memory.semantic.record(one, now=NOW, single_valued=True)
    assert await memory.semantic.find(HISTORY, limit=9) == []


async def test_subjects_are_found_without_case_and_by_customer(memory: TenantMemory) -> None:
    facts = [
        fact("Acme Corp", "tier", "gold", customer_id="C-1"),
        fact("C-1", "region", "EMEA"),
        fact("Straße GmbH", "tier", "silver"),
    ]
    await memory.semantic.put_many(facts, now=NOW)

    async def found(*subjects: str) -> list[str]:
        return [one.object for one in await memory.semantic.find(FactFilter(subjects=subjects), limit=9)]

    assert await found("c-1") == ["gold", "EMEA"]
    assert await found("ACME CORP") == ["gold"]
    assert await found("strasse gmbh") == ["silver"]
    assert await found("acme corp", "STRASSE GMBH") == ["gold", "silver"]
    assert await found("Acme") == []


async def test_facts_come_by_subject_predicate_and_newest_validity(memory: TenantMemory) -> None:
    facts = [
        fact("B", "p", "undated"),
        fact("B", "p", "older", valid_from=NOW - 9 * DAY),
        fact("B", "p", "newer", valid_from=NOW - DAY),
        fact("B", "a", "first predicate"),
        fact("a", "p", "small letters last"),
        fact("A", "z", "first subject"),
    ]
    await memory.semantic.put_many(facts, now=NOW)
    expected = ["first subject", "first predicate", "newer", "older", "undated", "small letters last"]
    assert [one.object for one in await memory.semantic.find(ALL, limit=9)] == expected
    assert [one.object for one in await memory.semantic.find(ALL, limit=2, offset=2)] == expected[2:4]
    only_p = FactFilter(predicates=("p", "q"), subjects=("B",))
    assert [one.object for one in await memory.semantic.find(only_p, limit=9)] == expected[2:5]
    assert await memory.predicates() == ["a", "p", "z"]


async def test_as_of_gives_what_held_then(memory: TenantMemory) -> None:
    facts = [
        fact("C-1", "status", "trial", valid_from=NOW - 300 * DAY, valid_to=NOW - 200 * DAY),
        fact("C-1", "status", "active", valid_from=NOW - 200 * DAY, valid_to=NOW - 100 * DAY),
        fact("C-1", "status", "churned", valid_from=NOW - 100 * DAY),
        fact("C-1", "founded", "1999"),
        fact("C-1", "status", "returns", valid_from=datetime.max.replace(tzinfo=NOW.tzinfo) - DAY),
    ]
    await memory.semantic.put_many(facts, now=NOW)

    async def held(as_of: datetime | None) -> list[str]:
        return [one.object for one in await memory.semantic.find(FactFilter(as_of=as_of), limit=9)]

    assert await held(NOW - 400 * DAY) == ["1999"]
    assert await held(NOW - 300 * DAY) == ["1999", "trial"]
    assert await held(NOW - 200 * DAY) == ["1999", "active"]
    assert await held(NOW) == ["1999", "churned"]
    assert await held(None) == ["1999", "churned"]
    assert len(await memory.semantic.find(HISTORY, limit=9)) == 5


async def test_a_new_value_from_the_same_source_closes_the_old_one(memory: TenantMemory) -> None:
    old = fact("C-1", "status", "active", valid_from=NOW - 9 * DAY, embedding=unit(1))
    await memory.semantic.put_many([old], now=NOW)
    new = fact("c-1", "status", "churned", valid_from=NOW - DAY)
    stored, superseded, conflicts = await memory.semantic.record(new, now=NOW, single_valued=True)
    assert stored == known(new)
    assert superseded == [known(old, valid_to=NOW - DAY, superseded_by=new.fact_id)]
    assert conflicts == []
    assert await memory.semantic.get(old.fact_id) == superseded[0]
    assert await memory.semantic.find(ALL, limit=9) == [stored]
    assert await memory.semantic.find(FactFilter(as_of=NOW - 2 * DAY), limit=9) == superseded
    assert await memory.semantic.find(HISTORY, limit=9) == [superseded[0], stored]


async def test_another_source_is_kept_as_conflict_unless_it_is_less_sure(memory: TenantMemory) -> None:
    sure = fact("C-1", "tier", "gold", source="contract", confidence=0.9, valid_from=NOW - 9 * DAY)
    unsure = fact("C-1", "tier", "bronze", source="gossip", confidence=0.2, valid_from=NOW - 9 * DAY)
    agreeing = fact("C-1", "tier", "SILVER", source="mail", confidence=0.1, valid_from=NOW - 9 * DAY)
    await memory.semantic.put_many([sure, unsure, agreeing], now=NOW)
    new = fact("C-1", "tier", "silver", source="crm", confidence=0.6, valid_from=NOW)
    stored, superseded, conflicts = await memory.semantic.record(new, now=NOW, single_valued=True)
    assert [one.fact_id for one in superseded] == [unsure.fact_id]
    assert [one.fact_id for one in conflicts] == [sure.fact_id]
    still = {one.fact_id for one in await memory.semantic.find(ALL, limit=9)}
    assert still == {sure.fact_id, agreeing.fact_id, stored.fact_id}


async def test_of_a_predicate_with_many_values_nothing_is_closed(memory: TenantMemory) -> None:
    await memory.semantic.put_many([fact("C-1", "uses", "SSO")], now=NOW)
    stored, superseded, conflicts = await memory.semantic.record(
        fact("C-1", "uses", "API"), now=NOW, single_valued=False
    )
    assert (stored.valid_from, superseded, conflicts) == (None, [], [])
    assert {one.object for one in await memory.semantic.find(ALL, limit=9)} == {"API", "SSO"}


async def test_recording_the_same_again_changes_nothing(memory: TenantMemory) -> None:
    first, _, _ = await memory.semantic.record(fact("C-1", "status", "active"), now=NOW, single_valued=True)
    assert first.valid_from == NOW
    before = await memory.revisions()
    again = fact("C-1", "status", "active", name="again")
    assert await memory.semantic.record(again, now=NOW + DAY, single_valued=True) == (first, [], [])
    assert await memory.revisions() == before


async def test_a_value_may_come_back(memory: TenantMemory) -> None:
    for day, value in enumerate(["active", "churned", "active"]):
        one = fact("C-1", "status", value, name=str(day))
        await memory.semantic.record(one, now=NOW + day * DAY, single_valued=True)
    history = await memory.semantic.find(HISTORY, limit=9)
    assert [(one.object, one.valid_from, one.valid_to) for one in history] == [
        ("active", NOW + 2 * DAY, None),
        ("churned", NOW + DAY, NOW + 2 * DAY),
        ("active", NOW, NOW + DAY),
    ]


async def test_history_learned_late_does_not_end_the_present(memory: TenantMemory) -> None:
    present = fact("C-1", "status", "churned", valid_from=NOW - DAY)
    await memory.semantic.record(present, now=NOW, single_valued=True)
    late = fact("C-1", "status", "active", valid_from=NOW - 9 * DAY)
    stored, superseded, _ = await memory.semantic.record(late, now=NOW, single_valued=True)
    assert (stored.valid_to, superseded) == (NOW - DAY, [])
    assert await memory.semantic.find(ALL, limit=9) == [known(present)]
    assert await memory.semantic.find(FactFilter(as_of=NOW - 2 * DAY), limit=9) == [stored]


async def test_facts_are_searched_by_words_and_meaning_within_the_filter(memory: TenantMemory) -> None:
    old = fact("C-1", "reason", "high price", source="mail", valid_from=NOW - 9 * DAY, embedding=unit(1))
    facts = [
        fact("C-1", "reason", "missing SSO login", embedding=unit(0.8, 0.6), valid_from=NOW - 9 * DAY),
        fact("C-2", "reason", "price of seats", embedding=unit(1)),
        fact("C-3", "reason", "prices without vector"),
        old,
    ]
    await memory.semantic.put_many(facts, now=NOW)

    async def found(text: str, filters: FactFilter, *, meaning: bool = True) -> list[str]:
        embedding = unit(1) if meaning else None
        hits = await memory.semantic.search(text=text, embedding=embedding, filters=filters, limit=9)
        assert all(hit.fact.embedding is None and 0 < hit.score < 1 for hit in hits)
        return [hit.fact.object for hit in hits]

    assert set((await found("the price", ALL))[:2]) == {"high price", "price of seats"}
    assert await found("price", FactFilter(subjects=("c-1",))) == ["high price", "missing SSO login"]
    assert await found("price", FactFilter(subjects=("C-3",))) == ["prices without vector"]
    assert await found("pricing", FactFilter(predicates=("status",))) == []
    newer = fact("C-1", "reason", "bad support", source="mail")
    await memory.semantic.record(newer, now=NOW, single_valued=True)
    assert await found("high price", FactFilter(subjects=("C-1",)), meaning=False) == []
    assert await found("high price", FactFilter(subjects=("C-1",), as_of=NOW - DAY), meaning=False) == ["high price"]
    everything = FactFilter(subjects=("C-1",), include_superseded=True)
    assert await found("high price", everything, meaning=False) == ["high price"]


async def test_many_recording_at_once_leave_one_open_fact(memory: TenantMemory) -> None:
    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            for number in range(12):
                one = fact("C-1", "status", f"state {number}")

                async def record(one: Fact = one) -> None:
                    await memory.semantic.record(one, now=NOW, single_valued=True)

                group.start_soon(record)
    history = await memory.semantic.find(HISTORY, limit=99)
    assert len(history) == 12
    assert sum(one.valid_to is None for one in history) == 1
    assert len({one.superseded_by for one in history}) == 12


async def test_what_was_known_at_a_time(memory: TenantMemory) -> None:
    """Enterprise since March, told in May that it had been Pro since April, told in June that it is Enterprise again."""
    days = {name: NOW - days * DAY for name, days in (("march", 90), ("april", 60), ("may", 30), ("june", 10))}
    first = fact("C-1", "tier", "Enterprise", valid_from=days["march"], embedding=unit(1))
    second = fact("C-1", "tier", "Pro", valid_from=days["april"], embedding=unit(0, 1))
    third = fact("C-1", "tier", "Enterprise", name="again", valid_from=days["june"], embedding=unit(0, 0, 1))
    for one, told in ((first, "march"), (second, "may"), (third, "june")):
        await memory.semantic.record(one, now=days[told], single_valued=True)

    async def believed(known_at: datetime, as_of: datetime | None = None) -> list[str]:
        filters = FactFilter(subjects=("C-1",), as_of=as_of, known_at=known_at)
        found = await memory.semantic.find(filters, limit=9)
        hits = await memory.semantic.search(text="tier", embedding=unit(1), filters=filters, limit=9)
        assert sorted((hit.fact.object, str(hit.fact.valid_to)) for hit in hits) == sorted(
            (one.object, str(one.valid_to)) for one in found
        )
        return [one.object for one in found]

    assert await believed(days["march"] - DAY) == []
    assert await believed(days["april"]) == ["Enterprise"]  # nobody had told yet
    assert await believed(days["may"], as_of=days["april"]) == ["Pro"]
    assert await believed(days["may"]) == ["Pro"]
    assert await believed(NOW) == ["Enterprise"]
    assert await believed(NOW, as_of=days["may"]) == ["Pro"]
    (then,) = await memory.semantic.find(FactFilter(subjects=("C-1",), known_at=days["april"]), limit=9)
    assert (then.valid_to, then.superseded_by) == (None, None)
    (now,) = [one for one in await memory.semantic.find(HISTORY, limit=9) if one.fact_id == first.fact_id]
    assert (now.valid_to, now.superseded_by) == (days["april"], second.fact_id)


async def test_what_facts_are_about_and_what_they_say_in_few_words(memory: TenantMemory) -> None:
    assert await memory.semantic.names(limit=9) == FactNames()
    told = [
        fact("C-1", "owner", "Ann Lee", customer_id="C-1"),
        fact("Idris Voss", "employer", "Acme"),
        fact("Idris Voss", "note", "x" * 61),
        fact("Ada", "employer", "Acme", source="mail"),
    ]
    await memory.semantic.put_many(told, now=NOW)
    names = FactNames(subjects=("Ada", "Idris Voss"), values=(("employer", "Acme"), ("owner", "Ann Lee")))
    assert await memory.semantic.names(limit=9) == names
    assert await memory.semantic.names(limit=1) == FactNames(subjects=names.subjects[:1], values=names.values[:1])


async def test_facts_under_another_name_of_their_predicate_are_superseded_and_contradicted(
    memory: TenantMemory,
) -> None:
    names = ("seats", "licensed_seats")
    older = fact("C", "licensed_seats", "40", source="billing", confidence=0.5, valid_from=NOW - DAY)
    sure = fact("C", "licensed_seats", "45", source="usage", confidence=1.0, valid_from=NOW - DAY)
    for one in (sure, older):
        await memory.semantic.record(one, now=NOW, single_valued=True)
    new = fact("C", "seats", "50", source="contract", confidence=0.9, valid_from=NOW)
    _, superseded, conflicts = await memory.semantic.record(new, now=NOW, single_valued=True, names=names)
    assert ([one.object for one in superseded], [one.object for one in conflicts]) == (["40"], ["45"])


async def test_one_source_that_uses_two_names_means_two_things(memory: TenantMemory) -> None:
    names = ("seats", "licensed_seats")
    await memory.semantic.record(fact("C", "licensed_seats", "40"), now=NOW - DAY, single_valued=True)
    _, superseded, conflicts = await memory.semantic.record(
        fact("C", "seats", "50"), now=NOW, single_valued=True, names=names
    )
    assert (superseded, conflicts) == ([], [])
