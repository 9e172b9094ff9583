"""The contract of `PatternMemory`, for every store."""

from dataclasses import replace

import pytest

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import PatternFilter, WriteCounts
from tests.memory.samples import DAY, NOW, an_id, pattern, unit

ALL = PatternFilter()
BILLING = pattern(
    "billing", "Billing tickets of Acme rose", customer_id="C-1", topic="billing", evidence=("T-3", "T-1", "T-2")
)
OUTAGE = pattern("outage", "Outages rose", topic="outage", confidence=0.7, change_pct=None, ci_low=None, q_value=None)


async def test_patterns_come_back_with_their_evidence(memory: TenantMemory) -> None:
    counts = await memory.ltm.replace_all([replace(BILLING, embedding=unit(1)), OUTAGE], mined_at=NOW)
    assert counts == WriteCounts(inserted=2)
    assert await memory.ltm.get(BILLING.pattern_id) == replace(BILLING, mined_at=NOW)
    assert await memory.ltm.get(OUTAGE.pattern_id) == replace(OUTAGE, mined_at=NOW)
    assert await memory.ltm.get(an_id("nothing")) is None


async def test_mining_again_replaces_all(memory: TenantMemory) -> None:
    await memory.ltm.replace_all([BILLING, OUTAGE, pattern("gone", "Gone")], mined_at=NOW)
    changed = replace(OUTAGE, count=13, evidence=("T-9",), embedding=unit(0, 1))
    new = pattern("new", "New")
    counts = await memory.ltm.replace_all([BILLING, changed, new], mined_at=NOW + DAY)
    assert counts == WriteCounts(inserted=1, updated=1, unchanged=1)
    assert await memory.ltm.get(an_id("gone")) is None
    for one in (BILLING, changed, new):
        assert await memory.ltm.get(one.pattern_id) == replace(one, mined_at=NOW + DAY, embedding=None)
    (hit,) = await memory.ltm.search(text="", embedding=unit(0, 1), filters=ALL, limit=9)
    assert hit.pattern.pattern_id == changed.pattern_id


async def test_mining_the_same_again_counts_no_change(memory: TenantMemory) -> None:
    await memory.ltm.replace_all([BILLING, OUTAGE], mined_at=NOW)
    before = await memory.revisions()
    assert await memory.ltm.replace_all([OUTAGE, BILLING], mined_at=NOW) == WriteCounts(unchanged=2)
    assert await memory.revisions() == before
    assert await memory.ltm.replace_all([BILLING], mined_at=NOW) == WriteCounts(unchanged=1)
    assert (await memory.revisions())["ltm"] == before["ltm"] + 1
    assert await memory.ltm.replace_all([], mined_at=NOW) == WriteCounts()
    assert await memory.ltm.for_scope(ALL, limit=9) == []


async def test_an_embedding_stays_until_another_is_given(memory: TenantMemory) -> None:
    await memory.ltm.replace_all([replace(BILLING, embedding=unit(1)), OUTAGE], mined_at=NOW)
    assert await memory.ltm.embedded() == {BILLING.pattern_id: BILLING.statement}
    before = await memory.revisions()
    assert await memory.ltm.replace_all([BILLING, OUTAGE], mined_at=NOW) == WriteCounts(unchanged=2)
    assert await memory.revisions() == before
    await memory.ltm.replace_all([replace(BILLING, statement="Something else"), OUTAGE], mined_at=NOW)
    (hit,) = await memory.ltm.search(text="", embedding=unit(1), filters=ALL, limit=9)
    assert (hit.pattern.statement, round(hit.similarity, 2)) == ("Something else", 1)
    await memory.ltm.replace_all([replace(BILLING, embedding=unit(0, 1)), OUTAGE], mined_at=NOW)
    (hit,) = await memory.ltm.search(text="", embedding=unit(1), filters=ALL, limit=9)
    assert round(hit.similarity, 2) == 0
    await memory.ltm.replace_all([OUTAGE], mined_at=NOW)
    assert await memory.ltm.embedded() == {}


async def test_what_a_pattern_is_about_and_how_it_fades_is_kept(memory: TenantMemory) -> None:
    fading = {"weight": 0.4, "expires_at": NOW + 90 * DAY}
    about = pattern("tier", "Gold", tier="gold", channel="chat", product="Cards", **fading)
    await memory.ltm.replace_all([about], mined_at=NOW)
    assert await memory.ltm.get(about.pattern_id) == replace(about, mined_at=NOW)


async def test_without_a_time_what_says_more_about_now_comes_first(memory: TenantMemory) -> None:
    old, new = pattern("old", "x", confidence=0.99, weight=0.3), pattern("new", "x", confidence=0.9, weight=0.9)
    await memory.ltm.replace_all([old, new], mined_at=NOW)
    timeless = await memory.ltm.for_scope(ALL, limit=9)
    of_then = await memory.ltm.for_scope(PatternFilter(since=NOW - 90 * DAY), limit=9)
    assert [one.pattern_id for one in timeless] == [new.pattern_id, old.pattern_id]
    assert [one.pattern_id for one in of_then] == [old.pattern_id, new.pattern_id]


@pytest.mark.parametrize(
    ("filters", "fitting"),
    [
        (ALL, ["strong", "many", "few", "old"]),
        (PatternFilter(customer_ids=("C-1",)), ["strong", "old"]),
        (PatternFilter(customer_ids=("C-1", "C-2")), ["strong", "many", "old"]),
        (PatternFilter(topics=("billing",)), ["strong", "many"]),
        (PatternFilter(kind="trend"), ["few"]),
        (PatternFilter(since=NOW - 31 * DAY), ["strong", "many", "few"]),
        (PatternFilter(until=NOW - 30 * DAY), ["old"]),
        (PatternFilter(since=NOW - 300 * DAY, until=NOW - 299 * DAY), ["old"]),
        (PatternFilter(since=NOW), []),
        (PatternFilter(tier="gold"), ["many"]),
        (PatternFilter(channel="chat", product="Cards"), ["few"]),
        (PatternFilter(channel="chat", product="Loans"), []),
    ],
)
async def test_the_filter_holds_and_the_strongest_come_first(
    memory: TenantMemory, filters: PatternFilter, fitting: list[str]
) -> None:
    past = {"period_start": NOW - 330 * DAY, "period_end": NOW - 290 * DAY}
    about = {"channel": "chat", "product": "Cards"}
    patterns = [
        pattern("strong", "x", customer_id="C-1", topic="billing", confidence=0.95, embedding=unit(1)),
        pattern(
            "many", "x", customer_id="C-2", topic="billing", confidence=0.8, count=50, tier="gold", embedding=unit(1)
        ),
        pattern("few", "x", kind="trend", topic="outage", confidence=0.8, count=5, embedding=unit(1), **about),
        pattern("old", "x", customer_id="C-1", confidence=0.2, embedding=unit(1), **past),
    ]
    await memory.ltm.replace_all(patterns, mined_at=NOW)
    ids = [an_id(name) for name in fitting]
    assert [one.pattern_id for one in await memory.ltm.for_scope(filters, limit=9)] == ids
    assert [one.pattern_id for one in await memory.ltm.for_scope(filters, limit=1)] == ids[:1]
    hits = await memory.ltm.search(text="x", embedding=unit(1), filters=filters, limit=9)
    assert sorted(hit.pattern.pattern_id for hit in hits) == sorted(ids)
    hits = await memory.ltm.search(text="x", embedding=None, filters=filters, limit=9)
    assert sorted(hit.pattern.pattern_id for hit in hits) == sorted(ids)


async def test_patterns_are_found_by_words_and_meaning(memory: TenantMemory) -> None:
    near, far = replace(BILLING, embedding=unit(1)), replace(OUTAGE, embedding=unit(0, 1))
    await memory.ltm.replace_all([near, far], mined_at=NOW)
    hits = await memory.ltm.search(text="an outage", embedding=unit(1), filters=ALL, limit=9)
    by_id = {hit.pattern.pattern_id: hit for hit in hits}
    assert {key: hit.lexical for key, hit in by_id.items()} == {near.pattern_id: 0.0, far.pattern_id: 1.0}
    assert by_id[near.pattern_id].similarity == pytest.approx(1, abs=1e-3)
    assert by_id[far.pattern_id].similarity == pytest.approx(0, abs=1e-3)
    assert by_id[near.pattern_id].pattern.evidence == BILLING.evidence
    assert await memory.ltm.search(text="an outage", embedding=unit(1), filters=ALL, limit=1, offset=1) == hits[1:]
