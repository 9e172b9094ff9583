"""A tenant's trail with some history, and everything that somebody with the database in their hands could do to it."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from moe_memorygraph.audit import AuditKeys, Trail, Verdict, audited, verify
from moe_memorygraph.audit.chain import BEGINNING, entry_bytes, link_of, next_seal, seal_hash, signed
from moe_memorygraph.audit.recording import Notes
from moe_memorygraph.audit.sealing import seal_all
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import AuditEntry, AuditSeal, RunRecord, TenantId, tenant_id_of
from tests.memory.samples import NOW
from tests.plugins.stores import created

SECRET, OTHER_SECRET = b"s" * 32, b"o" * 32
TENANT = tenant_id_of("acme")


def keys_of(tenant_id: TenantId, secret: bytes = SECRET) -> AuditKeys:
    return AuditKeys.derived(lambda purpose: hmac.digest(secret, purpose.encode(), "sha256"), tenant_id)


def a_run(number: int) -> RunRecord:
    return RunRecord(
        run_id=uuid7(),
        tool="query_customer_intel",
        question=f"question {number}",
        created_at=NOW + timedelta(seconds=number),
        answer=f"answer {number}",
        confidence=number % 8 / 7,
        abstained=number % 2 == 0,
        envelope={"items": [{"score": number / 3, "minus": -0.0, "large": 1e22 * (number + 1), "name": "Zoë"}]},
        decision={"experts": [{"logit": -number / 10}]},
        computed=(f"{number} tickets",),
    )


@dataclass(slots=True)
class History:
    """One tenant's memory, with a trail that can be written to, sealed and verified."""

    memory: TenantMemory
    keys: AuditKeys
    trail: Trail = field(init=False)
    count: int = 0

    def __post_init__(self) -> None:
        notes = Notes(self.keys)
        self.trail = Trail(self.memory.audit, notes, actor="key:1", now=self._now, written=lambda: None)

    def _now(self) -> datetime:
        return NOW + timedelta(seconds=self.count)

    async def write(self, kinds: str) -> None:
        """r: a run, a: an act, e: an act that erases."""
        for kind in kinds:
            self.count += 1
            if kind == "r":
                await audited(self.memory, self.trail).runs.save(a_run(self.count))
            else:
                action = "customer.forget" if kind == "e" else "key.create"
                counts = {"rows": self.count}
                await self.trail.record(action, objects=[("key", f"k{self.count}")], counts=counts, content=counts)

    async def seal(self, batch: int = 256) -> int:
        return await seal_all(self.memory.audit, self.keys, now=self._now, batch=batch)

    async def verify(self, **more: Any) -> Verdict:
        return await verify(self.memory, [self.keys], **more)


async def a_history(store: MemoryStore, key: str = "acme") -> History:
    memory = await created(store, key)
    return History(memory, keys_of(memory.tenant_id))


@dataclass(slots=True)
class Rows:
    """What stands in the database, to be changed at will."""

    entries: list[AuditEntry]
    seals: list[AuditSeal]

    @property
    def sealed(self) -> list[AuditEntry]:
        return sorted((one for one in self.entries if one.seal), key=lambda one: (one.seal, one.place))

    def put(self, entry: AuditEntry, **changes: Any) -> None:
        self.entries[self.entries.index(entry)] = replace(entry, **changes)

    def rechain(self, keys: AuditKeys) -> None:
        """Make links and hashes fit again, as anybody can; MACs only with the keys that signed them."""
        previous = BEGINNING
        seals: list[AuditSeal] = []
        for seal in self.seals:
            link = previous
            of_seal = [one for one in self.sealed if one.seal == seal.number]
            for entry in of_seal:
                link = link_of(link, entry.mac, entry_bytes(keys.tenant_id, entry))
                self.put(entry, link=link)
            changed = replace(seal, previous=previous, link=link, entries=len(of_seal))
            changed = replace(changed, total=(seals[-1].total if seals else 0) + len(of_seal))
            changed = replace(changed, hash=seal_hash(keys.tenant_id, changed))
            seals.append(changed)
            previous = changed.hash
        self.seals = seals

    def remake(self, keys: AuditKeys) -> None:
        """The whole chain anew, as only who has the keys can."""
        seals: list[AuditSeal] = []
        for number in range(1, len(self.seals) + 1):
            entries = [one for one in self.sealed if one.seal == number]
            renewed = [signed(keys, replace(one, mac=b"")) for one in entries]
            seal, links = next_seal(keys, seals[-1] if seals else None, renewed, now=NOW)
            for old, new, link in zip(entries, renewed, links, strict=True):
                self.put(old, mac=new.mac, link=link)
            seals.append(seal)
        self.seals = seals


EDITS: dict[str, Callable[[Any], Any]] = {
    "at": lambda at: at + timedelta(microseconds=1),
    "actor": lambda actor: f"{actor}0",
    "action": lambda action: "key.revoke" if action != "key.revoke" else "key.create",
    "outcome": lambda outcome: "permission_denied" if outcome == "ok" else "ok",
    "objects": lambda objects: (*objects, "key:more"),
    "counts": lambda counts: {**counts, "more": 1},
    "digest": lambda digest: hashlib.sha256(digest or b"").digest(),
    "mac": lambda mac: hashlib.sha256(mac).digest(),
    "entry_id": lambda _: uuid7(),
}
SEALED_EDITS: dict[str, Callable[[Any], Any]] = {
    "link": lambda link: hashlib.sha256(link).digest(),
    "place": lambda place: place + 1_000,
    "seal": lambda seal: seal + 1_000,
}
SEAL_EDITS: dict[str, Callable[[Any], Any]] = {
    "number": lambda number: number + 1_000,
    "entries": lambda entries: entries + 1,
    "total": lambda total: total + 1,
    "previous": lambda digest: hashlib.sha256(digest).digest(),
    "link": lambda digest: hashlib.sha256(digest).digest(),
    "sealed_at": lambda at: at + timedelta(microseconds=1),
    "key_id": lambda key_id: key_id[::-1],
    "hash": lambda digest: hashlib.sha256(digest).digest(),
    "mac": lambda digest: hashlib.sha256(digest).digest(),
}

Choose = Callable[[Sequence[Any]], Any]
"""One of some, at random."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """What an attacker has from elsewhere: an entry of another tenant."""

    entry: AuditEntry


def edit_an_entry(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    entry = choose(rows.entries)
    name = choose(sorted(EDITS))
    rows.put(entry, **{name: EDITS[name](getattr(entry, name))})


def edit_an_entry_and_rechain(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    """The links and hashes fit afterwards: what is found is that nobody could sign it."""
    edit_an_entry(rows, choose, foreign)
    rows.rechain(keys_of(TENANT))


def edit_a_place(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    entry, name = choose(rows.sealed), choose(sorted(SEALED_EDITS))
    rows.put(entry, **{name: SEALED_EDITS[name](getattr(entry, name))})


def edit_a_seal(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    at, name = choose(range(len(rows.seals))), choose(sorted(SEAL_EDITS))
    seal = rows.seals[at]
    rows.seals[at] = replace(seal, **{name: SEAL_EDITS[name](getattr(seal, name))})
    rows.seals.sort(key=lambda one: one.number)


def delete_an_entry(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    rows.entries.remove(choose(rows.sealed))


def delete_an_entry_and_close_the_gap(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    gone = choose(rows.sealed)
    rows.entries.remove(gone)
    for entry in rows.sealed:
        if entry.seal == gone.seal and (entry.place or 0) > (gone.place or 0):
            rows.put(entry, place=(entry.place or 0) - 1)
    rows.rechain(keys_of(TENANT))


def delete_a_seal(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    rows.seals.remove(choose(rows.seals))


def unseal_an_entry(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    """As if it had come in now: played again at another time."""
    rows.put(choose(rows.sealed), seal=None, place=None, link=None)


def invent_an_entry(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    """From a genuine one, with an id and a place of its own."""
    model = choose(rows.entries)
    place = {} if choose([True, False]) else {"seal": rows.seals[-1].number, "place": rows.seals[-1].entries + 1}
    rows.entries.append(replace(model, entry_id=uuid7(), **{"link": BEGINNING, **place} if place else _NOWHERE))


_NOWHERE: dict[str, Any] = {"seal": None, "place": None, "link": None}


def swap_two(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    first = choose(rows.sealed[:-1])
    second = choose([one for one in rows.sealed if (one.seal, one.place) > (first.seal, first.place)])
    places = [{name: getattr(one, name) for name in ("seal", "place", "link")} for one in (first, second)]
    rows.put(first, **places[1])
    rows.put(second, **places[0])


def swap_two_and_rechain(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    swap_two(rows, choose, foreign)
    rows.rechain(keys_of(TENANT))


def put_in_a_foreign_entry(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    """A genuine one, of another tenant: in place of one of ours, or waiting for a seal."""
    if choose([True, False]):
        rows.entries.append(replace(foreign.entry, **_NOWHERE))
    else:
        ours = choose(rows.sealed)
        rows.put(ours, entry_id=foreign.entry.entry_id, mac=foreign.entry.mac, digest=foreign.entry.digest)


def make_all_anew_with_another_secret(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    rows.remake(keys_of(TENANT, OTHER_SECRET))


def cut_off_the_end(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    """Found by anchors alone."""
    kept = choose(range(len(rows.seals)))
    rows.seals = rows.seals[:kept]
    rows.entries = [one for one in rows.entries if one.seal is not None and one.seal <= kept]


def make_all_anew_with_the_secret(rows: Rows, choose: Choose, foreign: Foreign) -> None:
    """Found by anchors alone: whoever does this can sign anything."""
    entry = choose(rows.sealed)
    rows.put(entry, actor="key:somebody_else")
    rows.remake(keys_of(TENANT))


Tampering = Callable[[Rows, Choose, Foreign], None]
BY_ITSELF: tuple[Tampering, ...] = (
    edit_an_entry,
    edit_an_entry_and_rechain,
    edit_a_place,
    edit_a_seal,
    delete_an_entry,
    delete_an_entry_and_close_the_gap,
    delete_a_seal,
    unseal_an_entry,
    invent_an_entry,
    swap_two,
    swap_two_and_rechain,
    put_in_a_foreign_entry,
    make_all_anew_with_another_secret,
)
"""What is found without anchors."""
BY_ANCHORS: tuple[Tampering, ...] = (cut_off_the_end, make_all_anew_with_the_secret)
