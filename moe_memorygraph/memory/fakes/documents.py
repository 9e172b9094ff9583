"""Documents in memory."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from moe_memorygraph.memory.content import check_passages, with_content_hash
from moe_memorygraph.memory.fakes.state import Passage, TenantState, as_content, drop, half, ranked
from moe_memorygraph.memory.fakes.words import lexemes
from moe_memorygraph.memory.ranking import DOCUMENTS
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import Document, DocumentHit, Vector, WriteCounts

__all__ = ["InMemoryDocuments"]


class InMemoryDocuments:
    """Implements `DocumentMemory`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._documents: dict[str, Document] = {}
        self.origin: Origin | None = None

    async def known_hashes(self, document_ids: Sequence[str]) -> dict[str, bytes]:
        return {one: self._documents[one].content_hash for one in document_ids if one in self._documents}

    async def put_many(self, documents: Sequence[Document], *, now: datetime) -> WriteCounts:
        latest = {one.document_id: with_content_hash(one) for one in documents}
        if not latest:
            return WriteCounts()
        self._state.require()
        for document in latest.values():
            check_passages(document)
        self._state.accept([passage.embedding for one in latest.values() for passage in one.passages])
        inserted = updated = 0
        for document_id, document in latest.items():
            old = self._documents.get(document_id)
            if old is not None and old.content_hash == document.content_hash:
                continue
            inserted, updated = inserted + (old is None), updated + (old is not None)
            passages = tuple(replace(one, embedding=half(one.embedding)) for one in document.passages)
            self._state.sign(self.origin, "document", [document_id])
            self._documents[document_id] = replace(
                document, passages=passages, updated_at=document.updated_at or now, originals=None
            )
            self._state.keep("document", document_id, document.originals, is_new=old is None)
        if inserted or updated:
            self._state.changed("knowledge")
        return WriteCounts(inserted=inserted, updated=updated, unchanged=len(latest) - inserted - updated)

    async def remove_missing(self, present: Sequence[str]) -> int:
        missing = self._documents.keys() - set(present)
        for document_id in missing:
            del self._documents[document_id]
        if missing:
            self._state.changed("knowledge")
        return len(missing)

    async def get(self, document_id: str) -> Document | None:
        document = self._documents.get(document_id)
        if document is None:
            return None
        passages = sorted(document.passages, key=lambda one: one.part)
        return replace(document, passages=tuple(replace(one, embedding=None) for one in passages))

    async def browse(self, *, limit: int, offset: int = 0) -> list[Document]:
        documents = sorted(self._documents.values(), key=lambda one: (one.path, one.document_id))
        return [replace(one, passages=()) for one in documents[offset : offset + limit]]

    async def search(self, *, text: str, embedding: Vector | None, limit: int, offset: int = 0) -> list[DocumentHit]:
        best = ranked(
            self.passages(),
            text=text,
            embedding=embedding,
            limit=limit,
            offset=offset,
            counts=self._state.words.get("knowledge"),
            weights=DOCUMENTS,
        )
        hits = []
        for scored in best:
            document = self._documents[scored.key[0]]
            passage = next(one for one in document.passages if one.part == scored.part)
            hits.append(
                DocumentHit(
                    document_id=document.document_id,
                    title=document.title,
                    path=document.path,
                    updated_at=document.updated_at,
                    part=passage.part,
                    heading=passage.heading,
                    text=document.text[passage.start : passage.stop],
                    similarity=scored.similarity,
                    lexical=scored.lexical,
                    score=scored.score,
                )
            )
        return hits

    def passages(self) -> list[Passage]:
        return [
            Passage(
                key=(document.document_id, one.part),
                part=one.part,
                head=f"{document.title}\n{one.heading}",
                text=document.text[one.start : one.stop],
                embedding=one.embedding,
                conversation=("", document.document_id, one.part),
                has_form=True,
            )
            for document in self._documents.values()
            for one in document.passages
        ]

    def matches(self, text: str, *, at_least: int, at_most: int) -> tuple[int, int]:
        """(passages, those of them that hold at least so many of the text's lexemes, counted to a bound)."""
        asked = lexemes(text)
        held = [len(asked & lexemes(one.words)) for one in self.passages()]
        return len(held), min(at_most, sum(1 for count in held if count >= at_least))

    def holds(self, document_id: str) -> bool:
        return document_id in self._documents

    def texts(self) -> list[str]:
        return [f"{one.title}\n{one.path}\n{one.text}" for one in self._documents.values()]

    def old(self, before: datetime) -> list[str]:
        """Ids of documents that changed last before, oldest first."""
        changed = [(one.updated_at, one.document_id) for one in self._documents.values() if one.updated_at is not None]
        return [document_id for at, document_id in sorted(changed) if at < before]

    def drop_ids(self, ids: Collection[str]) -> int:
        return drop(self._documents, lambda one: one.document_id in ids)

    @property
    def rows(self) -> dict[Any, tuple[str, datetime | None]]:
        """Of each document its id, and when it was written."""
        return {key: (key, one.updated_at) for key, one in self._documents.items()}

    def paths(self, is_meant: Callable[[str], bool]) -> set[str]:
        """Ids of documents whose paths are meant."""
        return {key for key, one in self._documents.items() if is_meant(one.path)}

    def take_out(self, document_id: str) -> dict[str, Any]:
        return as_content(self._documents.pop(document_id))

    def naming(self, named: re.Pattern[str]) -> int:
        """How many documents name somebody."""
        return sum(bool(named.search(f"{one.title}\n{one.path}\n{one.text}")) for one in self._documents.values())

    def vectors(self) -> list[Vector]:
        """Every embedding, by document and part."""
        return [
            passage.embedding
            for _, document in sorted(self._documents.items())
            for passage in sorted(document.passages, key=lambda one: one.part)
            if passage.embedding is not None
        ]

    def __len__(self) -> int:
        return len(self._documents)
