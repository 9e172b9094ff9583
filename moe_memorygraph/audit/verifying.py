"""Proving a trail whole, or naming the first broken entry. Reads it once, in order, whatever its length."""

import hmac
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from moe_memorygraph.audit.chain import BEGINNING, AuditKeys, entry_bytes, link_of, seal_hash
from moe_memorygraph.audit.ports import ERASING
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import AuditEntry, AuditSeal

__all__ = ["Broken", "Verdict", "verify"]

_SEALS = 200  # read at a time
_ENTRIES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What is wrong at the first place where something is."""

    problem: str
    """A sentence."""
    seal: int | None = None
    place: int | None = None
    entry_id: UUID | None = None


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What a trail holds, as far as it was read."""

    seals: int = 0
    entries: int = 0
    """Sealed."""
    unsealed: int = 0
    runs: int = 0
    """Stored runs that are what was sealed."""
    runs_erased: int = 0
    """Runs that were erased since, as the trail says."""
    anchors: int = 0
    """Anchors that the chain holds."""
    head: AuditSeal | None = None
    broken: Broken | None = None

    @property
    def is_whole(self) -> bool:
        return self.broken is None


class _Found(Exception):
    def __init__(self, broken: Broken) -> None:
        super().__init__(broken.problem)
        self.broken = broken


async def verify(
    memory: TenantMemory,
    keys: Sequence[AuditKeys],
    *,
    anchors: Mapping[int, bytes] | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Verdict:
    """Read the tenant's trail against the runs that are stored.

    `keys`: of the server's secret, and of earlier ones. `anchors`: hashes of seals by number, kept elsewhere.
    """
    verdict = Verdict()
    reading = _Reading(memory, {one.key_id: one for one in keys}, dict(anchors or {}), verdict, on_progress)
    try:
        await reading.chain()
        await reading.waiting()
        reading.end()
    except _Found as found:
        verdict.broken = found.broken
    return verdict


@dataclass(slots=True)
class _Reading:
    memory: TenantMemory
    keys: Mapping[bytes, AuditKeys]
    anchors: dict[int, bytes]
    verdict: Verdict
    on_progress: Callable[[int], None]
    missing: Broken | None = None
    """The first run that is gone and that nothing explains yet."""
    missing_count: int = 0
    _ahead: deque[AuditEntry] = field(default_factory=deque)
    _read: tuple[int, int] = (0, 0)

    async def chain(self) -> None:
        """Each seal is read before its entries: what is sealed meanwhile is read whole or not at all."""
        while True:
            seals = await self.memory.audit.seals(after=self.verdict.seals, limit=_SEALS)
            for seal in seals:
                await self._check_sealed(seal)
            if seals:
                continue
            left = await self._peek()
            if left is None:
                return
            if not await self.memory.audit.seals(after=self.verdict.seals, limit=1):
                raise _Found(
                    _at(left, "An entry stands behind the end of the chain: it was put there, or seals were cut off.")
                )

    async def _check_sealed(self, seal: AuditSeal) -> None:
        previous = self.verdict.head.hash if self.verdict.head else BEGINNING
        keys = self._check_seal(seal, previous)
        link, batch = previous, list[AuditEntry]()
        for place in range(1, seal.entries + 1):
            entry = await self._peek()
            try:
                link = self._check_entry(entry, seal, place, link, keys)
            except _Found:
                await self._check_runs(batch)  # what is broken before it is named first
                raise
            batch.append(self._ahead.popleft())
            if len(batch) == _ENTRIES or place == seal.entries:
                await self._check_runs(batch)
                batch = []
        if not hmac.compare_digest(link, seal.link):
            raise _Found(Broken(problem="The seal does not end with its last entry.", seal=seal.number))
        self.verdict.seals, self.verdict.head = seal.number, seal
        self.on_progress(self.verdict.entries)

    async def _peek(self) -> AuditEntry | None:
        """The next sealed entry."""
        if not self._ahead:
            self._ahead.extend(await self.memory.audit.sealed(after=self._read, limit=_ENTRIES))
            if self._ahead:
                last = self._ahead[-1]
                self._read = (last.seal or 0, last.place or 0)
        return self._ahead[0] if self._ahead else None

    def _check_seal(self, seal: AuditSeal, previous: bytes) -> AuditKeys:
        number = self.verdict.seals + 1
        if seal.number != number:
            raise _Found(Broken(problem=f"Seal {number} is missing.", seal=number))
        problem = self._problem_of(seal, previous)
        if problem is not None:
            raise _Found(Broken(problem=problem, seal=number))
        anchored = self.anchors.pop(number, None)
        if anchored is not None:
            if not hmac.compare_digest(anchored, seal.hash):
                raise _Found(
                    Broken(problem="The seal is another than was anchored: the chain was made anew.", seal=number)
                )
            self.verdict.anchors += 1
        return self.keys[seal.key_id]

    def _problem_of(self, seal: AuditSeal, previous: bytes) -> str | None:
        keys = self.keys.get(seal.key_id)
        before = self.verdict.head.total if self.verdict.head else 0
        if not hmac.compare_digest(seal.previous, previous):
            return "The seal does not hold on to the one before it."
        if seal.entries < 1 or seal.total != before + seal.entries:
            return "The seal miscounts its entries."
        if keys is None:
            return "The seal was made with another secret than those given."
        if not hmac.compare_digest(seal_hash(keys.tenant_id, seal), seal.hash):
            return "The seal was changed after it was made."
        if not hmac.compare_digest(hmac.digest(keys.seal, seal.hash, "sha256"), seal.mac):
            return "The seal was not made by this server."
        return None

    def _check_entry(
        self, entry: AuditEntry | None, seal: AuditSeal, place: int, link: bytes, keys: AuditKeys
    ) -> bytes:
        if entry is None or (entry.seal, entry.place) != (seal.number, place):
            if entry is not None and (entry.seal or 0, entry.place or 0) < (seal.number, place):
                raise _Found(_at(entry, "An entry stands where none was sealed."))
            raise _Found(
                Broken(problem="The entry is missing: it was deleted or moved.", seal=seal.number, place=place)
            )
        said = self._checked_mac(entry, keys)
        link = link_of(link, entry.mac, said)
        if entry.link is None or not hmac.compare_digest(link, entry.link):
            raise _Found(_at(entry, "The entry is not the one that was sealed in this place."))
        self.verdict.entries += 1
        return link

    def _checked_mac(self, entry: AuditEntry, first: AuditKeys) -> bytes:
        """What an entry says, if its MAC is right. It may have been written shortly before a secret was changed."""
        said = entry_bytes(first.tenant_id, entry)
        for keys in (first, *self.keys.values()):
            if hmac.compare_digest(hmac.digest(keys.entry, said, "sha256"), entry.mac):
                return said
        raise _Found(_at(entry, "The entry was changed after it was written, or not written by this server."))

    async def _check_runs(self, entries: Sequence[AuditEntry]) -> None:
        """Stored runs are what was sealed; one that is gone must be followed by something that erases."""
        digests = {entry.entry_id: entry for entry in entries if entry.is_run}
        contents = await self.memory.runs.contents(list(digests)) if digests else {}
        for run_id, entry in digests.items():
            if run_id in contents:
                self._check_run(entry, contents[run_id])
            else:
                self.missing = self.missing or _at(entry, "Its run is no longer stored, and nothing was erased since.")
                self.missing_count += 1
        if any(entry.action in ERASING for entry in entries):
            self.verdict.runs_erased += self.missing_count
            self.missing, self.missing_count = None, 0

    def _check_run(self, entry: AuditEntry, content: bytes) -> None:
        if not any(
            hmac.compare_digest(keys.content_digest(content), entry.digest or b"") for keys in self.keys.values()
        ):
            raise _Found(_at(entry, "The stored run was changed after it was written."))
        self.verdict.runs += 1

    async def waiting(self) -> None:
        """Entries without a seal: nothing says yet that none is missing, but none is forged."""
        after: UUID | None = None
        first = next(iter(self.keys.values()))
        while entries := await self.memory.audit.unsealed(after=after, limit=_ENTRIES):
            for entry in entries:
                self._checked_mac(entry, first)
            await self._check_runs(entries)
            self.verdict.unsealed += len(entries)
            after = entries[-1].entry_id

    def end(self) -> None:
        cut = min(self.anchors, default=None)
        if cut is not None:
            raise _Found(
                Broken(problem="The seal was anchored and is gone: the end of the chain was cut off.", seal=cut)
            )
        if self.missing is not None:
            raise _Found(self.missing)


def _at(entry: AuditEntry, problem: str) -> Broken:
    return Broken(problem=problem, seal=entry.seal, place=entry.place, entry_id=entry.entry_id)
