"""Trust follows the credential: what a lower tier writes never changes what a higher one said."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.experts.evidence import fact_evidence
from moe_memorygraph.memory.belief import belief_in, capped
from moe_memorygraph.memory.content import checked_trust
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.trust import CEILINGS, TIERS, Tier, ceiling, tier_of_caller
from moe_memorygraph.memory.values import Fact, FactFilter
from moe_memorygraph.workflow.aggregate import find_conflicts
from tests.memory.samples import DAY, NOW, an_id, fact, origin
from tests.plugins.stores import created

VALUES = st.sampled_from(["gold", "free", "pro"])
SAYINGS = st.lists(
    st.tuples(
        VALUES,
        st.sampled_from(["crm", "notes", "call", "billing"]),
        st.sampled_from([0.3, 0.6, 1.0]),
        st.integers(-5, 5),
    ),
    max_size=6,
)


def facts_of(sayings: list[tuple[str, str, float, int]], tier: Tier) -> list[Fact]:
    return [
        fact("C-1", "tier", value, name=f"{tier} {step}", source=source, confidence=sure, valid_from=NOW + start * DAY)
        for step, (value, source, sure, start) in enumerate(sayings)
    ]


async def value_told(memory: TenantMemory) -> set[str]:
    """Values of the highest tier that no conflict speaks against, at a time when all have begun."""
    held = await memory.semantic.find(FactFilter(), limit=99)
    evidence = [fact_evidence(one, expert="x", score=1.0) for one in held]
    lost = {one.other.object for one in find_conflicts(evidence, at=NOW + 20 * DAY)}
    return {one.object for one in held if one.tier == "record"} - lost


@settings(max_examples=40, deadline=None)
@given(records=SAYINGS, claims=SAYINGS, first=st.booleans())
async def test_no_claim_of_an_agent_changes_what_a_system_of_record_says(
    records: list[tuple[str, str, float, int]], claims: list[tuple[str, str, float, int]], first: bool
) -> None:
    """Whatever source it names, however sure it is, and whether it came before or after."""
    store = InMemoryStore(clock=lambda: NOW + 20 * DAY)
    alone, beside = await created(store, "alone"), await created(store, "beside")
    of_record, of_agent = facts_of(records, "record"), facts_of(claims, "agent")
    both = [*of_agent, *of_record] if first else [*of_record, *of_agent]
    for memory, said in ((alone, of_record), (beside, both)):
        for one in said:
            tier: Tier = "agent" if one in of_agent else "record"
            writer = memory.writing_as(origin(tier))
            await writer.semantic.record(one, now=NOW, single_valued=True)
    assert await value_told(beside) == await value_told(alone)
    kept = [
        one for one in await beside.semantic.find(FactFilter(include_superseded=True), limit=99) if one.tier == "record"
    ]
    plain = await alone.semantic.find(FactFilter(include_superseded=True), limit=99)
    assert [(one.fact_id, one.valid_to, one.superseded_by) for one in kept] == [
        (one.fact_id, one.valid_to, one.superseded_by) for one in plain
    ]


@settings(max_examples=40, deadline=None)
@given(sayings=SAYINGS, tier=st.sampled_from(TIERS))
def test_belief_stays_under_the_ceiling_of_the_tier(sayings: list[tuple[str, str, float, int]], tier: Tier) -> None:
    facts = [replace(one, tier=tier, source=str(uuid4())) for one in facts_of(sayings * 5, tier)]
    assert belief_in(facts, {}) <= CEILINGS[tier]
    assert all(capped(one, {}).confidence <= CEILINGS[tier] for one in facts)


def test_agents_that_agree_do_not_lift_what_a_system_of_record_says() -> None:
    said = fact("C-1", "tier", "gold", confidence=0.5)
    claims = [
        replace(said, source=f"source {one}", tier="agent", confidence=1.0, fact_id=an_id(str(one))) for one in range(9)
    ]
    assert belief_in([said, *claims], {}) == pytest.approx(0.5)
    assert belief_in(claims, {}) == CEILINGS["agent"]


async def test_the_tier_comes_from_who_writes_and_not_from_the_source_it_names(memory: TenantMemory) -> None:
    real = fact("C-1", "tier", "gold", name="real", valid_from=NOW)
    claim = fact("C-1", "tier", "free", name="claim", valid_from=NOW + DAY, confidence=1.0)
    squat = fact("C-1", "owner", "Ann", name="squat", valid_from=NOW)
    same = fact("C-1", "owner", "Ann", name="same", valid_from=NOW)
    agent, loader = memory.writing_as(origin("agent")), memory.writing_as(origin("record"))
    await agent.semantic.record(squat, now=NOW, single_valued=True)
    await loader.semantic.record(real, now=NOW, single_valued=True)
    stored, superseded, conflicts = await agent.semantic.record(claim, now=NOW + DAY, single_valued=True)
    assert (stored.tier, stored.source, superseded) == ("agent", "crm", [])
    assert [one.fact_id for one in conflicts] == [real.fact_id]
    kept, _, _ = await loader.semantic.record(same, now=NOW, single_valued=True)
    assert (kept.fact_id, kept.tier) == (same.fact_id, "record")
    assert kept.origin_id is not None
    wrote = await memory.who_wrote(kept.origin_id)
    assert wrote == origin("record")


async def test_who_writes_may_lower_the_tier_of_a_fact_and_not_raise_it(memory: TenantMemory) -> None:
    lowered, raised = fact("C-1", "a", "1", tier="agent"), fact("C-1", "b", "1", tier="record")
    await memory.writing_as(origin("record")).semantic.put_many([lowered], now=NOW)
    await memory.writing_as(origin("agent")).semantic.put_many([raised], now=NOW)
    assert {one.tier for one in await memory.semantic.find(FactFilter(), limit=9)} == {"agent"}


def test_a_tenant_may_say_how_far_it_trusts_a_tier_or_a_key() -> None:
    key = f"key:{uuid4()}"
    trust = checked_trust({"tier:agent": 0.5, key: 1.0})
    assert (ceiling("agent", trust), ceiling("text", trust)) == (0.5, CEILINGS["text"])
    assert tier_of_caller(key, trust) == "record"
    assert {tier_of_caller(f"key:{uuid4()}", trust), tier_of_caller("local", {"local": 1.0})} == {"agent"}
    for wrong in ("tier:record", "tier:x", "key:x"):
        with pytest.raises(InvalidArgument):
            checked_trust({wrong: 1.0})
