"""Rows into memory: read, redacted, split, embedded and written at the same time, batch by batch.

A batch is written all or not at all, and a row whose content is stored already is skipped before anything is
embedded: so a load that was interrupted or killed is resumed by running it again, and loading twice changes nothing.
The order of rows does not matter, but for two that have one id and say different things: the first goes in, the
other is rejected.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import TypeVar
from uuid import UUID

import structlog

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import Embedder
from moe_memorygraph.ingestion.batch import Batch, Load, Meter, Row, Unmetered, batches
from moe_memorygraph.ingestion.customers import CustomerLoad
from moe_memorygraph.ingestion.facts import FactLoad
from moe_memorygraph.ingestion.knowledge import KnowledgeLoad, document_batches
from moe_memorygraph.ingestion.naming import CustomerNames
from moe_memorygraph.ingestion.pipeline import Stage, run_stages
from moe_memorygraph.ingestion.rows import parse_customer, parse_fact, parse_ticket
from moe_memorygraph.ingestion.scrub import Scrubber
from moe_memorygraph.ingestion.tally import IngestSummary, OnProgress, Reject, Tally
from moe_memorygraph.ingestion.tickets import DISTILL, TicketLoad, leave_distilling
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.vault import MasterKeys, open_privacy

__all__ = ["BATCH", "DISTILL", "IngestSummary", "Loader", "OnProgress", "Reject", "Row", "Tally"]

log = structlog.get_logger(__name__)

BATCH = 128
"""Rows of one transaction: large enough that its cost is lost in that of embedding, small enough to lose little."""

PATIENCE = 20.0  # seconds; the embedded database is back in two or three after a crash

NO_MASTER = MasterKeys(())
"""For tenants whose rules of redaction need no key."""

T = TypeVar("T")


def _by_hand(now: datetime) -> Origin:
    """Of what an administrator loads from the command line."""
    return Origin(tier="record", actor="cli", tool="ingest", run_id=uuid7(), written_at=now)


class Loader:
    """Loads one tenant's data; lives as long as the call that needs it."""

    def __init__(
        self,
        *,
        store: MemoryStore,
        memory: TenantMemory,
        embedder: Embedder,
        redactor: Redactor,
        now: Callable[[], datetime],
        masters: MasterKeys = NO_MASTER,
        meter: Meter | None = None,
        on_progress: OnProgress | None = None,
        on_reject: Callable[[Reject], None] | None = None,
        dry_run: bool = False,
        batch_rows: int = BATCH,
        patience_seconds: float = PATIENCE,
    ) -> None:
        """What is written is marked with the memory's origin, or, where it has none, as loaded by hand.

        `masters` open the tenant's key, where its rules of redaction need one.

        `meter` counts rows and texts of the tenant's day; None: they are not counted. A load that finds no more room
        stops: what went in stays, the summary says so, and run again on another day it goes on. Where nothing at all
        could be read, that is raised as `RateLimited`.

        `dry_run`: everything is read and checked, nothing written; the counts say what a load would do.

        `patience_seconds`: how long a load of tickets waits for a database that is away before it gives up.
        """
        self._store = store
        self._memory = memory if memory.origin is not None else memory.writing_as(_by_hand(now()))
        self._embedder = embedder
        self._redactor = redactor
        self._now = now
        self._meter = meter or Unmetered()
        self._masters = masters
        self._on_progress = on_progress
        self._on_reject = on_reject
        self._dry_run = dry_run
        self._batch_rows = batch_rows
        self._patience_seconds = patience_seconds

    async def load_tickets(self, rows: Iterable[Row]) -> IngestSummary:
        """Load tickets by the columns of the contract.

        A customer that no id, name or alias names is made from its name, so that no ticket is lost. What changed is
        left to be distilled.
        """
        names = await self._names()
        load = await self._begin(names)
        tickets = TicketLoad(load, names)
        summary = await self._run(load, "tickets", rows, parse_ticket, *tickets.stages)
        if tickets.changed:
            await leave_distilling(load)
        await self._count_words()
        return summary

    async def load_customers(self, rows: Iterable[Row]) -> IngestSummary:
        """Load customers; each filled column becomes a fact with source `crm`, and a changed one supersedes.

        A customer that a ticket's name made, and that is one of these by name, gives its tickets to it.
        """
        names = await self._names()
        load = await self._begin(names)
        customers = CustomerLoad(load, names)
        summary = await self._run(load, "customers", rows, parse_customer, Stage(customers.store))
        if customers.moved_tickets:
            await leave_distilling(load)
        await self._count_words()
        return summary

    async def load_facts(self, rows: Iterable[Row]) -> IngestSummary:
        """Load facts. One whose subject names a customer is about it.

        The same subject, predicate, object, source and start again changes nothing; a fact without a start is the
        same as one with any.
        """
        names = await self._names()
        load = await self._begin(names)
        facts = FactLoad(load, names)
        summary = await self._run(load, "facts", rows, parse_fact, Stage(facts.store))
        await self._count_words()
        return summary

    async def load_knowledge(self, folder: Path) -> IngestSummary:
        """Make the documents of a folder the tenant's documents; those whose files are gone are removed."""
        begin = perf_counter()
        names = await self._names()
        load = await self._begin(names)
        documents = KnowledgeLoad(load, names)
        try:
            files = document_batches(folder, is_over=load.tally.is_stopped)
            await run_stages(files, Stage(documents.store))
            if not load.tally.is_stopped():  # else what was not read is not known to be missing
                await documents.remove_missing()
        finally:
            summary = load.tally.summary(seconds=perf_counter() - begin)
            log.info("documents_loaded", removed=summary.removed, **summary.to_json())
        _raise_if_nothing(load)
        await self._count_words()
        return summary

    async def _count_words(self) -> None:
        """Searches weigh words by how rare they are; a load may have changed that."""
        if not self._dry_run:
            await self._memory.maintain()

    async def _begin(self, names: CustomerNames) -> Load:
        privacy = await open_privacy(self._memory, self._masters, now=self._now, may_write=not self._dry_run)
        return Load(
            store=self._store,
            memory=self._memory,
            embedder=self._embedder,
            redactor=self._redactor,
            scrubber=Scrubber(
                self._redactor,
                hash_key=self._memory.tenant_id.bytes,
                privacy=privacy,
                is_customer=lambda name: names.find(name) is not None,
            ),
            now=self._now,
            tally=Tally(run_id=self._run_id, on_progress=self._on_progress, on_reject=self._on_reject),
            dry_run=self._dry_run,
            meter=self._meter,
            patience_seconds=self._patience_seconds,
        )

    @property
    def _run_id(self) -> UUID | None:
        return self._memory.origin.run_id if self._memory.origin and not self._dry_run else None

    async def _names(self) -> CustomerNames:
        return CustomerNames(await self._memory.customers.all())

    async def _run(
        self,
        load: Load,
        kind: str,
        rows: Iterable[Row],
        parse: Callable[[Mapping[str, object]], T],
        *stages: Stage,
    ) -> IngestSummary:
        begin = perf_counter()

        async def count(batch: Batch[T]) -> Batch[T]:
            load.tally.read += len(batch.good) + len(batch.bad)
            for reject in batch.bad:
                load.tally.reject(reject)
            load.tally.report()
            return batch

        try:
            parsed = batches(rows, parse, self._batch_rows, is_over=load.tally.is_stopped)
            await run_stages(parsed, Stage(count), *stages)
        finally:
            summary = load.tally.summary(seconds=perf_counter() - begin)
            log.info("rows_loaded", kind=kind, **summary.to_json())
        _raise_if_nothing(load)
        return summary


def _raise_if_nothing(load: Load) -> None:
    """A load that found no room for its first row did nothing."""
    if load.tally.stopped is not None and not load.tally.done:
        raise load.tally.stopped
