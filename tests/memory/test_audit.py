"""The contract of `AuditLog`, for every store."""

from dataclasses import replace

import anyio
import anyio.lowlevel
import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import tenant_id_of
from tests.memory.samples import DAY, NOW, an_id, entry, sealing
from tests.memory.test_logs import RUN

ENTRIES = [
    entry(
        f"entry {number}",
        entry_id=uuid7(),
        at=NOW + number * DAY,
        action=("key.create", "query_customer_intel")[number % 2],
        objects=("key:0f", "customer:1e")[: number % 3],
        counts={"calls": number},
        digest=bytes([number] * 32) if number % 2 else None,
    )
    for number in range(5)
]


async def test_entries_come_back_as_they_were_written_and_once(memory: TenantMemory) -> None:
    await memory.audit.add(ENTRIES)
    await memory.audit.add([replace(ENTRIES[0], actor="other")])
    assert await memory.audit.unsealed(after=None, limit=9) == ENTRIES
    assert await memory.audit.unsealed(after=ENTRIES[1].entry_id, limit=2) == ENTRIES[2:4]
    assert await memory.audit.latest(limit=2) == ENTRIES[:2:-1]
    assert await memory.audit.latest(since=NOW + 2 * DAY, action="key.create", limit=9) == [ENTRIES[4], ENTRIES[2]]
    assert await memory.audit.latest(about="customer:1e", limit=9) == [ENTRIES[2]]


async def test_a_run_is_saved_with_its_entry_or_not_at_all(memory: TenantMemory) -> None:
    given: list[bytes] = []
    await memory.runs.save(RUN, sign=lambda content: given.append(content) or entry("run"))  # type: ignore[func-returns-value]
    assert await memory.audit.unsealed(after=None, limit=9) == [entry("run")]
    assert await memory.runs.contents([RUN.run_id, an_id("none")]) == {RUN.run_id: given[0]}
    await memory.runs.save(replace(RUN, run_id=an_id("unsigned")))
    assert len(await memory.audit.unsealed(after=None, limit=9)) == 1


async def test_sealed_entries_have_their_place_for_good(memory: TenantMemory) -> None:
    assert (await memory.audit.head(), await memory.audit.seal(sealing, limit=2)) == (None, None)
    await memory.audit.add(ENTRIES)
    seals = [await memory.audit.seal(sealing, limit=2) for _ in range(4)]
    assert [one and (one.number, one.entries, one.total) for one in seals] == [(1, 2, 2), (2, 2, 4), (3, 1, 5), None]
    assert await memory.audit.head() == seals[2]
    assert await memory.audit.seals(after=1, limit=9) == seals[1:3]
    sealed = await memory.audit.sealed(after=(0, 0), limit=9)
    assert [(one.seal, one.place) for one in sealed] == [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1)]
    assert [replace(one, seal=None, place=None, link=None) for one in sealed] == ENTRIES
    assert [one.link for one in sealed[:2]] == [bytes([1] * 32), bytes([2] * 32)]
    assert await memory.audit.sealed(after=(1, 2), limit=2) == sealed[2:4]
    assert await memory.audit.unsealed(after=None, limit=9) == []


async def test_a_tenant_that_there_is_not_has_no_trail(any_store: MemoryStore) -> None:
    with pytest.raises(NotFound):
        await any_store.tenant(tenant_id_of("nobody")).audit.add([entry("x")])
    assert await any_store.tenant(tenant_id_of("nobody")).audit.seal(sealing, limit=9) is None


async def test_several_may_seal_at_the_same_time(memory: TenantMemory) -> None:
    await memory.audit.add([entry(f"entry {number}") for number in range(40)])
    numbers: list[int] = []

    async def seal() -> None:
        while len(numbers) < 14:  # who finds another at it goes away, and comes again
            one = await memory.audit.seal(sealing, limit=3)
            numbers.extend([one.number] if one else [])
            await anyio.lowlevel.checkpoint()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            for _ in range(4):
                group.start_soon(seal)
    assert sorted(numbers) == list(range(1, 15))
    sealed = await memory.audit.sealed(after=(0, 0), limit=99)
    assert [(one.seal, one.place) for one in sealed] == [(n // 3 + 1, n % 3 + 1) for n in range(40)]
