"""A folder of documents into memory: what changed is split under its headings and embedded, what is gone is removed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import anyio.to_thread

from moe_memorygraph.ingestion.batch import Load
from moe_memorygraph.ingestion.documents import DocumentReject, read_documents
from moe_memorygraph.ingestion.naming import CustomerNames
from moe_memorygraph.ingestion.passages import split_document
from moe_memorygraph.ingestion.rows import DocumentRow
from moe_memorygraph.ingestion.tally import Reject
from moe_memorygraph.llm import signs_of_orders
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Document, DocumentPassage, Held, WriteCounts

__all__ = ["KnowledgeLoad", "document_batches"]

DOCUMENTS = 8
"""Documents of one transaction: some are long."""
BROWSED_AT_ONCE = 200


def document_batches(
    folder: Path, *, is_over: Callable[[], bool] = lambda: False
) -> Iterator[list[DocumentRow | DocumentReject]]:
    """Read as they are asked for, until `is_over`. Blocks."""
    documents = read_documents(folder)
    while not is_over() and (batch := list(islice(documents, DOCUMENTS))):
        yield batch


def review_key(document: Document) -> str:
    """Names this version of a document in quarantine: another version is looked at again."""
    return f"{document.document_id}:{document.content_hash.hex()[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    row: DocumentRow
    content_hash: bytes


class KnowledgeLoad:
    """One sync of a folder."""

    def __init__(self, load: Load, names: CustomerNames) -> None:
        self._load = load
        self._names = names
        self._present: set[str] = set()
        self._unreadable: set[str] = set()

    async def store(self, batch: list[DocumentRow | DocumentReject]) -> None:
        load = self._load
        rows = [one for one in batch if isinstance(one, DocumentRow)]
        load.tally.read += len(batch)
        for reject in (one for one in batch if isinstance(one, DocumentReject)):
            self._unreadable.add(reject.path)
            load.tally.reject(Reject(line=load.tally.read, reason=f"{reject.path}: {reject.reason}"))
        chosen = [_Chosen(row=row, content_hash=load.content_hash(row)) for row in rows if self._is_first(row)]
        known = await load.memory.knowledge.known_hashes([one.row.document_id for one in chosen]) if chosen else {}
        new = [one for one in chosen if known.get(one.row.document_id) != one.content_hash]
        load.tally.unchanged += len(chosen) - len(new)
        if load.dry_run:
            updated = sum(one.row.document_id in known for one in new)
            load.tally.add(WriteCounts(inserted=len(new) - updated, updated=updated))
        elif new := await load.allowed(new):
            documents = await load.scrubbed(lambda: self._clean(new))
            kept = await self._without_orders(documents)
            load.meter.give_back("rows", len(documents) - len(kept))
            if embedded := await self._embed(kept):
                load.tally.add(await load.memory.knowledge.put_many(embedded, now=load.now()))
        load.tally.report()

    def _clean(self, new: Sequence[_Chosen]) -> list[Document]:
        scrubber = self._load.scrubber
        texts = (text for one in new for text in (one.row.title, one.row.text))
        scrubber.read_ahead(texts, customers=self._names.by_id.values())
        return [scrubber.document(one.row, content_hash=one.content_hash) for one in new]

    async def _without_orders(self, documents: list[Document]) -> list[Document]:
        """The documents but for those that give orders to whoever reads them, unless an administrator released them.

        What is stored of such a document from before stays.
        """
        signs = await anyio.to_thread.run_sync(
            lambda: {one.document_id: signs_of_orders(f"{one.title}\n{one.text}") for one in documents}
        )
        suspect = {review_key(one): one for one in documents if signs[one.document_id]}
        if not suspect:
            return documents
        decided = await self._load.memory.quarantine.decided("document", list(suspect))
        for key, document in suspect.items():
            state = decided.get(key)
            if state == "released":
                continue
            if state is None:
                await self._hold(key, document, signs[document.document_id])
            self._load.tally.quarantined += 1
            found = ", ".join(signs[document.document_id])
            reason = (
                f"{document.path}: it gives orders ({found}) and is {state or 'held'}; see `memorygraph quarantine`"
            )
            self._load.tally.reject(Reject(line=self._load.tally.read, reason=reason))
        return [one for one in documents if not signs[one.document_id] or decided.get(review_key(one)) == "released"]

    async def _hold(self, key: str, document: Document, signs: tuple[str, ...]) -> None:
        memory = self._load.memory
        assert memory.origin is not None  # noqa: S101  a loader's writes are signed
        content = {"path": document.path, "title": document.title, "text": document.text, "source": document.path}
        held = Held(
            review_id=uuid7(), kind="document", item_key=key, signs=signs, content=content, origin=memory.origin
        )
        await memory.quarantine.hold(held)

    def _is_first(self, row: DocumentRow) -> bool:
        """Two files whose names differ only in case or signs would be one document: the first by path is."""
        if row.document_id in self._present:
            reason = f"{row.path}: another file's name differs only in case or signs"
            self._load.tally.reject(Reject(line=self._load.tally.read, reason=reason))
            return False
        self._present.add(row.document_id)
        return True

    async def _embed(self, documents: list[Document]) -> list[Document]:
        tokenizer = self._load.embedder
        await tokenizer.ready()
        split = await anyio.to_thread.run_sync(
            lambda: [split_document(document.text, tokenizer=tokenizer) for document in documents]
        )
        both = await self._load.affordable(list(zip(documents, split, strict=True)), lambda one: len(one[1]))
        texts = [
            "\n".join(part for part in (document.title, one.heading, document.text[one.start : one.stop]) if part)
            for document, spans in both
            for one in spans
        ]
        vectors = iter(await self._load.embed(texts))
        return [
            replace(
                document,
                passages=tuple(
                    DocumentPassage(
                        part=part, heading=one.heading, start=one.start, stop=one.stop, embedding=next(vectors)
                    )
                    for part, one in enumerate(spans)
                ),
            )
            for document, spans in both
        ]

    async def remove_missing(self) -> None:
        """Forget the documents whose files are gone; one that could not be read just now is not gone."""
        if not self._load.dry_run:
            kept = self._present | await self._stored_at(self._unreadable)
            self._load.tally.removed = await self._load.memory.knowledge.remove_missing(sorted(kept))

    async def _stored_at(self, paths: set[str]) -> set[str]:
        found: set[str] = set()
        offset = 0
        while paths:
            page = await self._load.memory.knowledge.browse(limit=BROWSED_AT_ONCE, offset=offset)
            found |= {document.document_id for document in page if document.path in paths}
            offset += len(page)
            if len(page) < BROWSED_AT_ONCE:
                break
        return found
