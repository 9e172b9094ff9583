"""Tickets into memory, in four stages: choose what is new, clean it, embed it, write it."""

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from uuid import uuid5

import anyio.to_thread
import numpy as np
import structlog

from moe_memorygraph.extraction import EXTRACTION_VERSION, told_facts
from moe_memorygraph.ingestion.batch import Batch, Line, Load
from moe_memorygraph.ingestion.naming import CustomerNames
from moe_memorygraph.ingestion.passages import Passage
from moe_memorygraph.ingestion.pipeline import Stage
from moe_memorygraph.ingestion.rows import TicketRow
from moe_memorygraph.ingestion.scrub import free_texts
from moe_memorygraph.memory.values import Customer, OutboxTask, Ticket, TicketPassage, UntoldTicket, WriteCounts
from moe_memorygraph.topics import told_topics

__all__ = ["DISTILL", "CutTicket", "TicketLoad", "belonging", "cut_tickets", "embedded_tickets", "leave_distilling"]

log = structlog.get_logger(__name__)

DISTILL = "distill"
"""The outbox task that follows a load of tickets."""


_TOLD_BY = f"extraction {EXTRACTION_VERSION}"
"""A ticket that was read by other patterns is read again when it is loaded again."""

EMBEDDING = 2
"""Batches that are embedded at the same time: one fills the cores while the other is planned or nearly done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutTicket:
    """A clean ticket and where its passages lie."""

    ticket: Ticket
    body: list[Passage]
    response: list[Passage]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    """A row that is new or says something new."""

    row: TicketRow
    customer_id: str
    content_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """A batch on its way through the stages."""

    chosen: list[_Chosen]
    customers: list[Customer]
    """Made for this batch; written before its tickets."""
    cut: list[CutTicket] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)


class TicketLoad:
    """One load of tickets."""

    def __init__(self, load: Load, names: CustomerNames) -> None:
        self._load = load
        self._names = names
        self._seen: dict[int, int] = {}
        """Digest of each id met to the digest of its content: tells rows of one id apart, in some 100 bytes a row."""
        self.changed = False
        """Tickets were written, or were about to be."""

    async def choose(self, batch: Batch[TicketRow]) -> _Work:
        """Leave out what is stored already and what an earlier row said."""
        load = self._load
        customers, made = await self._resolve({line.row.customer for line in batch.good})
        chosen: dict[str, _Chosen] = {}
        for line in batch.good:
            customer_id = customers[line.row.customer].customer_id
            content_hash = belonging(load.content_hash(line.row, _TOLD_BY), customer_id)
            if self._is_first(line, content_hash):
                chosen[line.row.ticket_id] = _Chosen(row=line.row, customer_id=customer_id, content_hash=content_hash)
        stored = await load.lasting(lambda: load.memory.vector.known_hashes(list(chosen))) if chosen else {}
        new = [one for one in chosen.values() if stored.get(one.row.ticket_id) != one.content_hash]
        load.tally.unchanged += len(chosen) - len(new)
        if load.dry_run:
            known = sum(one.row.ticket_id in stored for one in new)
            load.tally.add(WriteCounts(inserted=len(new) - known, updated=known))
            return _Work(chosen=[], customers=[])
        return _Work(chosen=await load.allowed(new), customers=made)

    async def _resolve(self, names: set[str]) -> tuple[dict[str, Customer], list[Customer]]:
        """(customer of each name, those of them that were made now)."""
        found = {name: customer for name in names if (customer := self._names.find(name)) is not None}
        unknown = sorted(names - found.keys())
        safe = await anyio.to_thread.run_sync(lambda: [self._load.scrubber.name(name) for name in unknown])
        made = []
        for name, safe_name in zip(unknown, safe, strict=True):
            customer = self._names.find(safe_name)
            if customer is None:
                customer = self._names.make(safe_name)
                made.append(customer)
            found[name] = customer
        return found, made

    def _is_first(self, line: Line[TicketRow], content_hash: bytes) -> bool:
        key, content = _number(line.row.ticket_id.encode("utf-8", "replace")), _number(content_hash)
        if key not in self._seen:
            self._seen[key] = content
            return True
        if self._seen[key] == content:
            self._load.tally.unchanged += 1
        else:
            self._load.tally.reject(line.reject("an earlier row has this ticket_id and says otherwise"))
        return False

    @property
    def stages(self) -> tuple[Stage, ...]:
        return Stage(self.choose), Stage(self.clean), Stage(self.embed, workers=EMBEDDING), Stage(self.write)

    async def clean(self, work: _Work) -> _Work:
        """Replace personal data and cut the texts, in a worker thread."""
        scrubber = self._load.scrubber
        customers = list(self._names.by_id.values())  # the next batch may bring more meanwhile

        def scrub() -> list[Ticket]:
            scrubber.read_ahead((text for one in work.chosen for text in free_texts(one.row)), customers=customers)
            return [
                scrubber.ticket(one.row, customer_id=one.customer_id, content_hash=one.content_hash)
                for one in work.chosen
            ]

        if not work.chosen:
            return work
        return replace(work, cut=await cut_tickets(self._load, await self._load.scrubbed(scrub), self._names))

    async def embed(self, work: _Work) -> _Work:
        cut = await self._load.affordable(work.cut, lambda one: len(one.body))
        return replace(work, tickets=await embedded_tickets(self._load, cut))

    async def write(self, work: _Work) -> None:
        """One transaction for the batch's tickets; customers made for it before, which harm nobody without them."""
        load = self._load
        if work.customers:
            await load.lasting(lambda: self._write_customers(work.customers))
        if work.tickets:
            if not self.changed:  # before the first write, so that a load that is killed leaves it too
                await load.lasting(lambda: leave_distilling(load))
                self.changed = True
            counts = await load.lasting(lambda: load.memory.vector.put_many(work.tickets))
            load.tally.add(counts)
            log.debug("batch_written", inserted=counts.inserted, updated=counts.updated)
        load.tally.report()

    async def _write_customers(self, customers: list[Customer]) -> None:
        directory = self._load.memory.customers
        new = [one for one in customers if await directory.get(one.customer_id) is None]
        if new:
            await directory.put_many(new)


async def leave_distilling(load: Load) -> None:
    """Leave the mining of patterns in the outbox: at most one task a minute, however many loads there are."""
    minute = load.now().strftime("%Y-%m-%dT%H:%M")
    task_id = uuid5(load.memory.tenant_id, f"{DISTILL} {minute}")
    await load.memory.outbox.add(OutboxTask(task_id=task_id, kind=DISTILL, payload={}))


def belonging(content_hash: bytes, customer_id: str) -> bytes:
    """A ticket's hash, with whose it is; applied again it takes the customer out."""
    mask = blake2b(customer_id.encode("utf-8", "replace"), digest_size=len(content_hash)).digest()
    return bytes(one ^ other for one, other in zip(content_hash, mask, strict=True))


async def cut_tickets(load: Load, tickets: list[Ticket], names: CustomerNames) -> list[CutTicket]:
    """Where the passages of bodies and responses lie, and what the bodies tell."""
    rivals = await load.rivals()
    tickets = await anyio.to_thread.run_sync(lambda: [_telling(one, names, rivals) for one in tickets])
    bodies = await load.split([ticket.body for ticket in tickets])
    responses = await load.split_for_words([ticket.response or "" for ticket in tickets])
    return [
        CutTicket(ticket=ticket, body=body, response=response)
        for ticket, body, response in zip(tickets, bodies, responses, strict=True)
    ]


def _telling(ticket: Ticket, names: CustomerNames, rivals: frozenset[str]) -> Ticket:
    customer = names.by_id.get(ticket.customer_id)
    own = (customer.name, *customer.aliases) if customer else ()
    return replace(ticket, told=tuple(told_facts(ticket, rivals=rivals, own_names=own)), told_by=EXTRACTION_VERSION)


async def embedded_tickets(load: Load, cut: list[CutTicket]) -> list[Ticket]:
    """The tickets with their passages: the body's with the subject before each, the response's for words only."""
    texts = [
        f"{one.ticket.subject}\n{one.ticket.body[span.start : span.stop]}".lstrip("\n")
        for one in cut
        for span in one.body
    ]
    vectors = iter(await load.embed(texts))
    done = []
    for one in cut:
        passages = [
            TicketPassage(part=part, field="body", start=span.start, stop=span.stop, embedding=next(vectors))
            for part, span in enumerate(one.body)
        ]
        passages += [
            TicketPassage(part=part, field="response", start=span.start, stop=span.stop)
            for part, span in enumerate(one.response, start=len(passages))
        ]
        done.append(replace(one.ticket, passages=tuple(passages)))
    return await _with_topics(load, done)


async def _with_topics(load: Load, tickets: list[Ticket]) -> list[Ticket]:
    """The tickets, those without a category with a topic in its place where one is probable enough."""
    untold = [
        UntoldTicket(
            ticket_id=one.ticket_id,
            text=f"{one.subject}\n{one.body}",
            embedding=np.mean([p.embedding for p in one.passages if p.embedding is not None], axis=0),
            category=None,
        )
        for one in tickets
        if one.category is None and any(p.embedding is not None for p in one.passages)
    ]
    if not untold:
        return tickets
    told = await anyio.to_thread.run_sync(told_topics, await load.topics(), untold)
    found = {one.ticket_id: one for one in told}
    return [
        replace(one, category=mine.category, topic_probability=mine.probability)
        if (mine := found.get(one.ticket_id))
        else one
        for one in tickets
    ]


def _number(text: bytes) -> int:
    return int.from_bytes(blake2b(text, digest_size=8).digest())
