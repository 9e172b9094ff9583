"""The contract of `SessionMemory`, for every store."""

from dataclasses import replace

import pytest

from moe_memorygraph.memory.ports import TenantMemory
from tests.memory.samples import DAY, NOW, turn, unit


async def test_turns_come_oldest_first_and_the_newest_are_kept(memory: TenantMemory) -> None:
    turns = [turn(f"t{hour}", f"text {hour}", at=NOW + hour * DAY / 24, embedding=unit(1)) for hour in range(5)]
    await memory.stm.remember(turns[::-1])
    bare = [replace(one, embedding=None) for one in turns]
    assert await memory.stm.live_turns("S-1", now=NOW) == bare
    assert await memory.stm.live_turns("S-1", now=NOW, limit=2) == bare[-2:]
    assert await memory.stm.live_turns("S-1", now=NOW, limit=0) == []
    assert await memory.stm.live_turns("S-2", now=NOW) == []


async def test_an_expired_turn_is_never_read(memory: TenantMemory) -> None:
    short, long = turn("short", "brief words", ttl=DAY), turn("long", "lasting words", ttl=3 * DAY)
    await memory.stm.remember([replace(short, embedding=unit(1)), replace(long, embedding=unit(1))])
    expiry = NOW + DAY
    assert await memory.stm.live_turns("S-1", now=expiry) == [long]
    for text, embedding in (("words", None), ("", unit(1))):
        hits = await memory.stm.search("S-1", text=text, embedding=embedding, now=expiry, limit=9)
        assert [hit.turn for hit in hits] == [long]


async def test_the_sweeper_removes_what_expired(memory: TenantMemory) -> None:
    await memory.stm.remember([turn("a", "x", ttl=DAY), turn("b", "y", ttl=2 * DAY, session="S-2")])
    assert await memory.stm.sweep(now=NOW) == 0
    assert await memory.stm.sweep(now=NOW + DAY) == 1
    assert await memory.stm.sweep(now=NOW + DAY) == 0
    assert await memory.stm.sweep(now=NOW + 9 * DAY) == 1


async def test_a_turn_remembered_twice_changes_nothing(memory: TenantMemory) -> None:
    first = turn("a", "first")
    await memory.stm.remember([first])
    await memory.stm.remember([replace(first, text="second"), turn("b", "other", at=NOW + DAY / 2)])
    assert [one.text for one in await memory.stm.live_turns("S-1", now=NOW)] == ["first", "other"]
    await memory.stm.remember([])


async def test_turns_are_found_by_words_and_meaning_in_their_session(memory: TenantMemory) -> None:
    await memory.stm.remember(
        [
            turn("both", "we discussed the renewal", embedding=unit(1)),
            turn("words", "renewals"),
            turn("meaning", "contract extension", embedding=unit(1, 0.2)),
            turn("elsewhere", "renewal", session="S-2", embedding=unit(1)),
        ]
    )
    hits = await memory.stm.search("S-1", text="the renewal?", embedding=unit(1), now=NOW, limit=9)
    assert hits[0].turn.text == "we discussed the renewal"
    assert {hit.turn.text: hit.lexical for hit in hits} == {
        "we discussed the renewal": 1.0,
        "renewals": 1.0,
        "contract extension": 0.0,
    }
    assert hits[0].similarity == pytest.approx(1, abs=1e-3)
    assert await memory.stm.search("S-1", text="the renewal?", embedding=unit(1), now=NOW, limit=2) == hits[:2]
