"""Whatever is done to a trail is found, and what nobody touched is whole."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.fakes.audit import InMemoryAudit
from moe_memorygraph.memory.ports import MemoryStore
from tests.audit.histories import BY_ANCHORS, BY_ITSELF, Foreign, History, Rows, Tampering, a_history

HISTORY = st.lists(st.tuples(st.text("rae", min_size=1, max_size=6), st.integers(1, 4)), min_size=2, max_size=5)
"""What is written before each sealing, and how many entries a seal takes."""


async def written(store: MemoryStore, parts: list[tuple[str, int]], unsealed: str) -> tuple[History, Foreign]:
    history, other = await a_history(store), await a_history(store, "other")
    for kinds, batch in parts:
        await history.write(kinds)
        while await history.seal(batch):
            pass
    await history.write(unsealed)
    await other.write("a")
    return history, Foreign((await other.memory.audit.unsealed(after=None, limit=1))[0])


def held(history: History) -> tuple[InMemoryAudit, Rows]:
    audit = history.memory.audit
    assert isinstance(audit, InMemoryAudit)
    return audit, Rows(list(audit._entries.values()), list(audit._seals))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    parts=HISTORY,
    unsealed=st.text("ra", max_size=3),
    tamper=st.sampled_from((*BY_ITSELF, *BY_ANCHORS)),
    seed=st.integers(0, 2**32),
)
async def test_every_tampering_is_found_and_nothing_else(
    parts: list[tuple[str, int]], unsealed: str, tamper: Tampering, seed: int
) -> None:
    history, foreign = await written(InMemoryStore(), parts, unsealed)
    anchors = {one.number: one.hash for one in await history.memory.audit.seals(after=0, limit=99)}
    whole = await history.verify(anchors=anchors)
    assert (whole.broken, whole.anchors) == (None, len(anchors))
    assert whole.entries + whole.unsealed == sum(len(kinds) for kinds, _ in parts) + len(unsealed)

    audit, rows = held(history)
    tamper(rows, random.Random(seed).choice, foreign)
    audit._entries = {one.entry_id: one for one in rows.entries}
    audit._seals = rows.seals
    found = await history.verify(anchors=anchors if tamper in BY_ANCHORS else None)
    assert not found.is_whole, tamper.__name__


@pytest.mark.parametrize("name", ["question", "answer", "envelope", "decision", "computed", "confidence", "abstained"])
async def test_a_stored_run_that_was_changed_is_named(name: str) -> None:
    history = await a_history(InMemoryStore())
    await history.write("arar")
    await history.seal()
    runs: dict[Any, Any] = history.memory.runs._runs  # type: ignore[attr-defined]
    changed: dict[str, Any] = {"envelope": {}, "decision": {}, "computed": (), "confidence": None, "abstained": False}
    run = list(runs.values())[1]
    runs[run.run_id] = replace(run, **{name: changed.get(name, "changed")})
    broken = (await history.verify()).broken
    assert broken is not None
    assert (broken.seal, broken.place, broken.entry_id) == (1, 4, run.run_id)
