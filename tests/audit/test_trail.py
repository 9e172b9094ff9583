"""Entries as they are written, sealed by several, interrupted, and verified while others write."""

import hmac
from datetime import timedelta
from pathlib import Path

import anyio
import pytest

from moe_memorygraph.audit import AuditKeys, Auditor, read_anchors, verify
from moe_memorygraph.audit.anchors import open_anchorage
from moe_memorygraph.audit.recording import MOST_NOTES, Notes
from moe_memorygraph.errors import InvalidArgument, Unavailable
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import MemoryStore
from moe_memorygraph.memory.values import SERVER_KEY, tenant_id_of
from tests.audit.histories import OTHER_SECRET, SECRET, History, a_history, a_run, keys_of
from tests.memory.samples import NOW
from tests.plugins.stores import created


def a_key(purpose: str) -> bytes:
    return hmac.digest(SECRET, purpose.encode(), "sha256")


async def test_a_stored_history_is_whole_also_while_it_grows(any_store: MemoryStore) -> None:
    history = await a_history(any_store)

    async def write() -> None:
        for _ in range(6):
            await history.write("raear")

    async def seal_and_verify() -> None:
        for _ in range(12):
            await history.seal(3)
            assert (await history.verify()).broken is None

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            for work in (write, seal_and_verify, seal_and_verify):
                group.start_soon(work)
    await history.seal()
    verdict = await history.verify()
    assert (verdict.broken, verdict.entries, verdict.unsealed, verdict.runs) == (None, 30, 0, 12)


async def test_a_sealer_that_is_killed_between_two_steps_leaves_a_whole_trail(any_store: MemoryStore) -> None:
    history = await a_history(any_store)
    await history.write("ra" * 30)

    def die(*_: object) -> None:
        raise Unavailable("killed", "")

    with pytest.raises(Unavailable):
        await history.memory.audit.seal(die, limit=9)  # type: ignore[arg-type]
    with anyio.fail_after(60):
        for number in range(200):
            with anyio.move_on_after(number / 10_000):
                await history.seal(4)
    await history.seal(4)
    while await history.seal(4):
        pass
    verdict = await history.verify()
    assert (verdict.broken, verdict.entries, verdict.unsealed) == (None, 60, 0)


async def test_the_first_broken_entry_is_named(any_store: MemoryStore) -> None:
    history = await a_history(any_store)
    await history.write("aaaaa")
    await history.seal(2)
    keys = keys_of(history.memory.tenant_id, OTHER_SECRET)
    verdict = await verify(history.memory, [keys])
    assert verdict.broken is not None
    assert (verdict.broken.seal, verdict.broken.problem) == (
        1,
        "The seal was made with another secret than those given.",
    )
    assert (await verify(history.memory, [keys, history.keys])).broken is None


async def test_a_run_may_be_gone_only_where_something_was_erased(any_store: MemoryStore) -> None:
    history = await a_history(any_store)
    await history.write("rra")
    await history.seal()
    await history.memory.forget_customer("question 1")  # names the first run
    broken = (await history.verify()).broken
    assert broken is not None
    assert (broken.seal, broken.place) == (1, 1)
    assert broken.problem == "Its run is no longer stored, and nothing was erased since."
    await history.write("e")
    verdict = await history.verify()
    assert (verdict.broken, verdict.runs, verdict.runs_erased) == (None, 1, 1)


async def test_entries_hold_no_text_and_take_none() -> None:
    history = await a_history(InMemoryStore())
    for wrong in ("Acme Corp", "key", "key.Create", "key." + "x" * 80):
        with pytest.raises(ValueError, match=r"action|name"):
            await history.trail.record(wrong)
    for wrong in ("it failed", "Ok"):
        with pytest.raises(ValueError, match="kind"):
            await history.trail.record("key.create", outcome=wrong)
    with pytest.raises(ValueError, match="kind"):
        await history.trail.record("key.create", counts={"Zoë": 1})
    await history.trail.record("key.create", objects=[("customer", "Zoë Smith")], content={"said": "Zoë Smith"})
    history.trail.concerns("customer", "Zoë Smith")
    await history.write("r")
    entries = await history.memory.audit.unsealed(after=None, limit=9)
    assert len(entries) == 2
    assert "Zo" not in repr(entries)
    assert entries[0].objects == entries[1].objects == (history.keys.object_id("customer", "Zoë Smith"),)


async def test_refusals_are_counted_together_and_none_is_lost() -> None:
    store = InMemoryStore()
    memory = await created(store, "acme")
    clock = [0.0]
    auditor = Auditor(store=store, key=a_key, now=lambda: NOW, clock=lambda: clock[0])
    for _ in range(3):
        auditor.note("acme", "key:1", "forget_customer", outcome="out_of_scope")
        auditor.note(SERVER_KEY, "stranger", "connect", outcome="invalid_token")
    await auditor.work()
    assert await memory.audit.latest(limit=9) == []
    clock[0] = 5.0
    await auditor.work()
    (entry,) = await memory.audit.latest(limit=9)
    assert (entry.actor, entry.action, entry.outcome) == ("key:1", "forget_customer", "out_of_scope")
    assert (dict(entry.counts), entry.seal) == ({"calls": 3}, 1)
    server = store.tenant(tenant_id_of(SERVER_KEY))
    assert await server.audit.latest(limit=9) == []
    await auditor.work(at_end=True)
    assert [one.actor for one in await server.audit.latest(limit=9)] == ["stranger"]
    assert [one.key for one in await store.list_tenants()] == ["acme"]


async def test_a_flood_of_refusals_is_held_in_bounds_and_waits_for_the_database() -> None:
    store = InMemoryStore()
    notes = Notes(keys_of(tenant_id_of("acme")))
    for number in range(3 * MOST_NOTES):
        notes.add(f"key:{number}", "connect", "invalid_token", now=NOW)
    assert len(notes) == MOST_NOTES + 1
    audit = store.tenant(tenant_id_of("acme")).audit
    with pytest.raises(Exception, match="does not exist"):
        await notes.write(audit)
    await created(store, "acme")
    assert await notes.write(audit) == MOST_NOTES + 1
    assert sum(one.counts["calls"] for one in await audit.latest(limit=9999)) == 3 * MOST_NOTES


async def test_heads_are_anchored_and_a_chain_that_ends_sooner_is_found(tmp_path: Path) -> None:
    store, file = InMemoryStore(), tmp_path / "anchors of acme.jsonl"
    memory = await created(store, "acme")
    clock = [0.0]
    auditor = Auditor(store=store, key=a_key, anchorage=open_anchorage(file.as_uri()), clock=lambda: clock[0])
    history = History(memory, AuditKeys.derived(a_key, memory.tenant_id))
    for _ in range(3):
        await auditor.trail(memory, "key:1").record("key.create")
        clock[0] += 200.0
        await auditor.work()
    held = read_anchors(file, memory.tenant_id)
    assert sorted(held) == [1, 3]  # the second came too soon after the first
    assert (await history.verify(anchors=held)).anchors == 2
    memory.audit._seals.pop()  # type: ignore[attr-defined]
    memory.audit._entries.popitem()  # type: ignore[attr-defined]
    assert (await history.verify()).broken is None
    broken = (await history.verify(anchors=held)).broken
    assert broken is not None
    assert (broken.seal, broken.problem) == (3, "The seal was anchored and is gone: the end of the chain was cut off.")
    assert read_anchors(file, memory.tenant_id, since=NOW + timedelta(days=99_999)) == {}
    file.write_text('{"tenant": ')
    with pytest.raises(InvalidArgument):
        read_anchors(file, memory.tenant_id)


async def test_an_anchorage_that_cannot_be_reached_gets_the_heads_later(tmp_path: Path) -> None:
    store, folder = InMemoryStore(), tmp_path / "later"
    memory = await created(store, "acme")
    anchorage = open_anchorage((folder / "anchors.jsonl").as_uri())
    auditor = Auditor(store=store, key=a_key, anchorage=anchorage, anchor_seconds=0.0)
    await auditor.trail(memory, "key:1").record("key.create")
    await auditor.work()
    folder.mkdir()
    await auditor.work()
    assert sorted(read_anchors(folder / "anchors.jsonl", memory.tenant_id)) == [1]


async def test_what_postgresql_keeps_of_a_run_has_the_digest_of_what_was_saved(any_store: MemoryStore) -> None:
    memory = await created(any_store, "acme")
    run = a_run(3)
    given: list[bytes] = []
    history = History(memory, keys_of(memory.tenant_id))
    await memory.runs.save(run, sign=lambda content: given.append(content) or history.trail.sign(run, content))  # type: ignore[func-returns-value]
    assert await memory.runs.contents([run.run_id]) == {run.run_id: given[0]}
    assert b'"large":40000000000000000000000,' in given[0]
    assert b'"minus":0.0,' in given[0]
