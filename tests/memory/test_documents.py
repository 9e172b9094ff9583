"""The contract of `DocumentMemory`, for every store."""

from dataclasses import replace

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import DocumentPassage, WriteCounts
from tests.memory.samples import DAY, NOW, document, unit

REFUNDS = document(
    "refunds",
    ("Refunds", "We refund within 14 days. ✓"),
    ("Exceptions", "Custom work is excluded."),
    vectors=(unit(1), unit(0, 1)),
    content_hash=b"refunds",
    updated_at=NOW - DAY,
)
UPTIME = document("uptime", ("Uptime", "We promise 99.9 percent."), content_hash=b"uptime")


async def test_documents_come_back_whole(memory: TenantMemory) -> None:
    assert await memory.knowledge.put_many([REFUNDS, UPTIME], now=NOW) == WriteCounts(inserted=2)
    bare = tuple(replace(one, embedding=None) for one in REFUNDS.passages)
    assert await memory.knowledge.get("refunds") == replace(REFUNDS, passages=bare)
    assert await memory.knowledge.get("uptime") == replace(UPTIME, updated_at=NOW)
    assert await memory.knowledge.get("nothing") is None
    assert await memory.knowledge.known_hashes(["refunds", "nothing"]) == {"refunds": b"refunds"}


async def test_documents_are_browsed_by_path(memory: TenantMemory) -> None:
    await memory.knowledge.put_many([REFUNDS, replace(UPTIME, path="a/uptime.md")], now=NOW)
    documents = await memory.knowledge.browse(limit=9)
    assert [one.path for one in documents] == ["a/uptime.md", "refunds.md"]
    assert documents[1] == replace(REFUNDS, passages=())
    assert await memory.knowledge.browse(limit=1, offset=1) == documents[1:]


async def test_the_same_document_again_changes_nothing(memory: TenantMemory) -> None:
    await memory.knowledge.put_many([REFUNDS], now=NOW)
    before = await memory.revisions()
    assert await memory.knowledge.put_many([REFUNDS], now=NOW + DAY) == WriteCounts(unchanged=1)
    assert await memory.revisions() == before


async def test_a_changed_document_loses_its_old_passages(memory: TenantMemory) -> None:
    await memory.knowledge.put_many([REFUNDS], now=NOW)
    changed = document("refunds", ("Refunds", "No money back."), vectors=(unit(0, 0, 1),), content_hash=b"new")
    assert await memory.knowledge.put_many([changed, UPTIME], now=NOW) == WriteCounts(inserted=1, updated=1)
    assert await memory.knowledge.search(text="custom work", embedding=None, limit=9) == []
    (hit,) = await memory.knowledge.search(text="", embedding=unit(0, 0, 1), limit=9)
    assert (hit.document_id, hit.text) == ("refunds", "No money back.")


async def test_passages_are_found_with_their_headings(memory: TenantMemory) -> None:
    await memory.knowledge.put_many([REFUNDS, UPTIME], now=NOW)
    hits = await memory.knowledge.search(text="refunds after how many days", embedding=unit(1), limit=9)
    assert (hits[0].document_id, hits[0].part) == ("refunds", 0)
    assert [hit.part for hit in hits if hit.document_id == "refunds"] == [0, 1]
    first = hits[0]
    assert (first.title, first.path, first.heading) == ("Refunds", "refunds.md", "Refunds")
    assert (first.text, first.updated_at) == ("We refund within 14 days. ✓", NOW - DAY)
    assert first.similarity == pytest.approx(1, abs=1e-3)
    (exception,) = await memory.knowledge.search(text="exceptions", embedding=None, limit=9)
    assert exception.text == "Custom work is excluded."
    assert await memory.knowledge.search(text="days refund", embedding=unit(1), limit=1, offset=1) == [
        replace(hit, score=hit.score)
        for hit in (await memory.knowledge.search(text="days refund", embedding=unit(1), limit=9))[1:2]
    ]


async def test_what_is_no_longer_present_is_removed(memory: TenantMemory) -> None:
    await memory.knowledge.put_many([REFUNDS, UPTIME], now=NOW)
    assert await memory.knowledge.remove_missing(["uptime", "other"]) == 1
    assert [one.document_id for one in await memory.knowledge.browse(limit=9)] == ["uptime"]
    before = await memory.revisions()
    assert await memory.knowledge.remove_missing(["uptime"]) == 0
    assert await memory.revisions() == before
    assert await memory.knowledge.remove_missing([]) == 1
    assert await memory.knowledge.search(text="", embedding=unit(1), limit=9) == []


async def test_passages_beyond_the_text_are_refused(memory: TenantMemory) -> None:
    bad = replace(UPTIME, passages=(DocumentPassage(part=0, heading="", start=5, stop=9_999),))
    with pytest.raises(InvalidArgument):
        await memory.knowledge.put_many([REFUNDS, bad], now=NOW)
    assert await memory.knowledge.browse(limit=9) == []
