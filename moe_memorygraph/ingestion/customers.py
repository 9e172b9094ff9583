"""Customers into memory, with a fact for each filled column."""

from dataclasses import replace

from moe_memorygraph.ingestion.batch import Batch, Line, Load
from moe_memorygraph.ingestion.crm import crm_facts, facts_to_record
from moe_memorygraph.ingestion.facts import held_facts, settle_facts
from moe_memorygraph.ingestion.naming import CustomerNames, is_derived, merged_into
from moe_memorygraph.ingestion.rows import CustomerRow
from moe_memorygraph.ingestion.tickets import belonging, cut_tickets, embedded_tickets
from moe_memorygraph.memory.values import Customer, Fact, TicketFilter, WriteCounts

__all__ = ["CustomerLoad"]

MOVED_AT_ONCE = 128  # tickets


class CustomerLoad:
    """One load of customers."""

    def __init__(self, load: Load, names: CustomerNames) -> None:
        self._load = load
        self._names = names
        self._seen: dict[str, bytes] = {}
        self.moved_tickets = False

    async def store(self, batch: Batch[CustomerRow]) -> None:
        """One batch. Its facts go first: a customer that is stored as it stands has all its facts."""
        load = self._load
        new = [
            (line, content_hash)
            for line in batch.good
            if self._is_new(line, content_hash := load.content_hash(line.row))
        ]
        if load.dry_run:
            known = sum(line.row.customer_id in self._names.by_id for line, _ in new)
            load.tally.add(WriteCounts(inserted=len(new) - known, updated=known))
        elif new := await load.allowed(new):
            customers = await load.scrubbed(
                lambda: [load.scrubber.customer(line.row, content_hash=content_hash) for line, content_hash in new]
            )
            customers = await load.affordable(customers, lambda customer: len(crm_facts(customer)))
            await self._store_facts([fact for customer in customers for fact in crm_facts(customer)])
            load.tally.add(await load.memory.customers.put_many(customers))
            for customer in customers:
                await self._take_in(customer)
        load.tally.report()

    def _is_new(self, line: Line[CustomerRow], content_hash: bytes) -> bool:
        customer_id = line.row.customer_id
        before = self._seen.setdefault(customer_id, content_hash)
        if before != content_hash:
            self._load.tally.reject(line.reject("an earlier row has this customer_id and says otherwise"))
            return False
        stored = self._names.by_id.get(customer_id)
        if before is not content_hash or (stored is not None and stored.content_hash == content_hash):
            self._load.tally.unchanged += 1
            return False
        return True

    async def _store_facts(self, facts: list[Fact]) -> None:
        load = self._load
        catalogue = await load.catalogue()
        held = await held_facts(load.memory, facts, catalogue)
        new = facts_to_record(facts, held, now=load.now())
        load.meter.give_back("embeddings", len(facts) - len(new))
        vectors = await load.embed([fact.statement for fact in new])
        embedded = [replace(fact, embedding=vector) for fact, vector in zip(new, vectors, strict=True)]
        await settle_facts(load.memory, embedded, held, now=load.now(), catalogue=catalogue, all_single=True)

    async def _take_in(self, customer: Customer) -> None:
        """Know the customer by its names; one that tickets made under such a name gives its tickets to it."""
        named = [self._names.find(name) for name in (customer.name, *customer.aliases)]
        self._names.add(customer)
        twins = {
            one.customer_id: one
            for one in named
            if one is not None and is_derived(one) and one.customer_id != customer.customer_id
        }
        for twin in twins.values():
            await self._move_tickets(twin.customer_id, customer.customer_id)
            gone = replace(
                twin,
                name=f"{twin.name} (now {customer.customer_id})",
                attributes=merged_into(customer.customer_id),
                content_hash=b"",
            )
            await self._load.memory.customers.put_many([gone])
            self._names.add(gone)

    async def _move_tickets(self, source: str, target: str) -> None:
        """Resumable: tickets that moved are no longer the source's, and the source is marked when none is left."""
        tickets = self._load.memory.vector
        while found := await tickets.browse(TicketFilter(customer_ids=(source,)), limit=MOVED_AT_ONCE):
            hashes = await tickets.known_hashes([one.ticket_id for one in found])
            moved = [
                replace(
                    one,
                    customer_id=target,
                    content_hash=belonging(belonging(hashes[one.ticket_id], source), target),
                )
                for one in found
                if one.ticket_id in hashes
            ]
            await tickets.put_many(
                await embedded_tickets(self._load, await cut_tickets(self._load, moved, self._names))
            )
            self.moved_tickets = True
