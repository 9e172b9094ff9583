"""What the loads share: rows in batches, their content hashes, and the parts that every load needs."""

import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

import anyio
import anyio.to_thread
import numpy as np
import structlog
from numpy.typing import NDArray

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import Embedder
from moe_memorygraph.errors import RateLimited, Unavailable
from moe_memorygraph.extraction import rivals_on_record
from moe_memorygraph.ingestion.passages import PASSAGES_VERSION, Passage, split_many
from moe_memorygraph.ingestion.readers import SourceRow
from moe_memorygraph.ingestion.rows import RowError
from moe_memorygraph.ingestion.scrub import Scrubber
from moe_memorygraph.ingestion.tally import Reject, Tally
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.quotas import Measure
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.topics import TopicClassifier, open_classifier

__all__ = ["Batch", "Line", "Load", "Meter", "Row", "Unmetered", "batches"]

Row = SourceRow | Mapping[str, object]
"""A row of a file, or a mapping of columns; mappings are counted as lines from 1."""

WORDS_TOKENS = 1500
"""Tokens of a passage that is found by its words only: whole replies, as a rule."""

FIRST_ROWS = 16
"""Rows of the first batch; each has twice those of the one before, up to a full batch."""

FIRST_PAUSE = 0.25  # seconds, doubled each time

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Meter(Protocol):
    """What a load takes of the tenant's day."""

    async def take(self, measure: Measure, wanted: int) -> int:
        """So many, or as many as are left."""
        ...

    def give_back(self, measure: Measure, count: int) -> None:
        """What was taken last and not used."""
        ...

    async def refusal(self, measure: Measure) -> RateLimited:
        """What to say of a day that has no more."""
        ...


class Unmetered:
    """A day without end."""

    async def take(self, measure: Measure, wanted: int) -> int:  # noqa: ARG002
        return wanted

    def give_back(self, measure: Measure, count: int) -> None:
        """Nothing was counted."""

    async def refusal(self, measure: Measure) -> RateLimited:
        raise NotImplementedError(f"{measure} are never refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Generic[T]):
    """A typed row with its place."""

    source: SourceRow
    row: T

    def reject(self, reason: str) -> Reject:
        return Reject(line=self.source.line, reason=reason, values=self.source.values, raw=self.source.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch(Generic[T]):
    """Rows that are written together."""

    good: list[Line[T]]
    bad: list[Reject]


def batches(
    rows: Iterable[Row],
    parse: Callable[[Mapping[str, object]], T],
    size: int,
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> Iterator[Batch[T]]:
    """Parse as the rows come, `size` at a time; the first batches are smaller, so that the first rows settle soon. Blocks.

    No more are read once `is_over` says so.
    """
    sources = enumerate(rows, start=1)
    taken = min(FIRST_ROWS, size)
    try:
        while not is_over() and (chunk := list(islice(sources, taken))):
            taken = min(2 * taken, size)
            batch: Batch[T] = Batch(good=[], bad=[])
            for number, given in chunk:
                source = given if isinstance(given, SourceRow) else SourceRow(line=number, values=given)
                parsed = _parsed(source, parse)
                if isinstance(parsed, Reject):
                    batch.bad.append(parsed)
                else:
                    batch.good.append(parsed)
            yield batch
    finally:
        close = getattr(rows, "close", None)  # a file is open behind a generator
        if close is not None:
            close()


def _parsed(source: SourceRow, parse: Callable[[Mapping[str, object]], T]) -> Line[T] | Reject:
    if source.values is None:
        return Reject(line=source.line, reason=source.error or "the row cannot be read", raw=source.raw)
    try:
        return Line(source=source, row=parse(source.values))
    except RowError as error:
        return Reject(line=source.line, reason=error.reason, values=source.values)


@dataclass(slots=True, kw_only=True)
class Load:
    """One load at work: the parts it needs, and its counts."""

    store: MemoryStore
    memory: TenantMemory
    embedder: Embedder
    redactor: Redactor
    scrubber: Scrubber
    now: Callable[[], datetime]
    tally: Tally
    dry_run: bool
    meter: Meter = field(default_factory=Unmetered)
    patience_seconds: float = 0.0
    """How long a database that is away is waited for, from its first failure."""
    _claimed: bool = False
    _rivals: frozenset[str] | None = None
    _catalogue: PredicateCatalogue | None = None
    _topics: TopicClassifier | None = None

    def content_hash(self, row: object, *more: str) -> bytes:
        """Of everything that decides what is stored for a row: its content, the model, the rules for redaction and passages.

        Keyed by the tenant, so that equal hashes tell nothing about another's data.
        """
        content = json.dumps([row, *more, self._versions()], default=_plain, sort_keys=True, ensure_ascii=False)
        return blake2b(content.encode("utf-8", "replace"), key=self.memory.tenant_id.bytes, digest_size=32).digest()

    async def lasting(self, call: Callable[[], Awaitable[T]]) -> T:
        """The result of a call that may be repeated; a database that restarts meanwhile is waited for.

        Raises `Unavailable` when it is away for longer.
        """
        pause, waited = FIRST_PAUSE, 0.0
        while True:
            try:
                return await call()
            except Unavailable:
                if waited + pause > self.patience_seconds:
                    raise
                log.info("database_awaited", seconds=pause)
                await anyio.sleep(pause)
                pause, waited = pause * 2, waited + pause

    async def scrubbed(self, make: Callable[[], T]) -> T:
        """What `make` makes of rows with the scrubber, in a worker thread, all values numbered that are to be."""
        numbering = self.scrubber.privacy.number_wanted
        return await self.scrubber.settled(make, lambda: self.lasting(lambda: numbering(self.memory)))

    async def allowed(self, rows: list[T]) -> list[T]:
        """Of rows to write, the first, as many as the tenant's day has room for; the others are left."""
        if not rows:
            return rows
        count = await self.lasting(lambda: self.meter.take("rows", len(rows)))
        if count < len(rows):
            self.tally.leave(len(rows) - count, await self.meter.refusal("rows"))
        return rows[:count]

    async def affordable(self, rows: list[T], texts: Callable[[T], int]) -> list[T]:
        """Of allowed rows, the first whose texts may all be embedded today; the others are left, and not counted."""
        wanted = [texts(row) for row in rows]
        if not sum(wanted):
            return rows
        left = await self.lasting(lambda: self.meter.take("embeddings", sum(wanted)))
        kept = 0
        while kept < len(rows) and wanted[kept] <= left:
            left -= wanted[kept]
            kept += 1
        if kept < len(rows):
            self.meter.give_back("embeddings", left)
            self.meter.give_back("rows", len(rows) - kept)
            self.tally.leave(len(rows) - kept, await self.meter.refusal("embeddings"))
        return rows[:kept]

    async def rivals(self) -> frozenset[str]:
        """Names that the tenant's recorded facts give for its competitors; read once a load."""
        if self._rivals is None:
            self._rivals = await self.lasting(lambda: rivals_on_record(self.memory))
        return self._rivals

    async def catalogue(self) -> PredicateCatalogue:
        """What is known of predicates, the tenant's own first; read once a load."""
        if self._catalogue is None:
            self._catalogue = STANDARD.with_own(await self.lasting(self.memory.catalogue.all))
        return self._catalogue

    async def topics(self) -> TopicClassifier:
        """What tells the topics of tickets without a category, by the tenant's topics; opened once a load."""
        if self._topics is None:
            own = await self.lasting(self.memory.topics.own)
            self._topics = await open_classifier(self.embedder, own)
        return self._topics

    def _versions(self) -> list[Any]:
        rules = self.scrubber.privacy.fingerprint
        versions = [self.embedder.info.fingerprint, self.redactor.fingerprint, PASSAGES_VERSION]
        if self.redactor.names is not None and self.scrubber.looks_for_names:
            versions.append(self.redactor.names.fingerprint)
        return [*versions, rules] if rules else versions

    async def split(self, texts: list[str]) -> list[list[Passage]]:
        """The passages of each text, by the model's own tokens."""
        await self.embedder.ready()
        return await anyio.to_thread.run_sync(lambda: split_many(texts, tokenizer=self.embedder))

    async def split_for_words(self, texts: list[str]) -> list[list[Passage]]:
        """The same for texts that no model reads: passages may be longer, and a rough count does."""
        return await anyio.to_thread.run_sync(lambda: split_many(texts, max_tokens=WORDS_TOKENS))

    async def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """Embed passages in bulk, shape (n, dim); the first time, fix the tenant's model. No texts, no model."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        if not self._claimed:  # two batches at once may claim twice, which is the same
            info = await self.embedder.ready()
            await self.store.claim_model(self.memory.tenant_id, model=info.name, dimension=info.dimension)
            self._claimed = True
        return await self.embedder.embed_passages(texts)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")
