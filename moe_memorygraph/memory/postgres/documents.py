"""Documents in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from moe_memorygraph.languages import language_of
from moe_memorygraph.memory.content import check_passages, with_content_hash
from moe_memorygraph.memory.postgres.pool import Bound, Connection, half_vector
from moe_memorygraph.memory.postgres.privacy import put_originals
from moe_memorygraph.memory.postgres.search import Asked, find_best
from moe_memorygraph.memory.postgres.statements import statement
from moe_memorygraph.memory.postgres.writing import accept_vectors, bump, columns, note_origin
from moe_memorygraph.memory.ranking import DOCUMENTS, traits_of
from moe_memorygraph.memory.values import Document, DocumentHit, DocumentPassage, Vector, WriteCounts

__all__ = ["PostgresDocuments"]

_HASHES = statement("document_hashes")
_PUT = statement("document_put")
_DELETE_PASSAGES = statement("document_passage_delete")
_PUT_PASSAGES = statement("document_passage_put")
_PUT_EMBEDDINGS = statement("document_embedding_put")
_REMOVE_MISSING = statement("document_remove_missing")
_GET = statement("document_get")
_PASSAGES = statement("document_passages")
_BROWSE = statement("document_browse")
_SEARCH = statement("document_search")
_READ = statement("document_read")


class PostgresDocuments:
    """Implements `DocumentMemory`."""

    def __init__(self, bound: Bound) -> None:
        self._bound = bound

    async def known_hashes(self, document_ids: Sequence[str]) -> dict[str, bytes]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_HASHES, self._bound.tenant_id, list(document_ids))
        return {row["document_id"]: row["content_hash"] for row in rows}

    async def put_many(self, documents: Sequence[Document], *, now: datetime) -> WriteCounts:
        latest = {one.document_id: with_content_hash(one) for one in documents}
        if not latest:
            return WriteCounts()
        for document in latest.values():
            check_passages(document)
        rows = [
            (one.document_id, one.path, one.title, one.text, one.content_hash, one.updated_at or now)
            for _, one in sorted(latest.items())
        ]
        tenant_id = self._bound.tenant_id
        async with self._bound.writing(bulk=True) as connection:
            await accept_vectors(
                connection, tenant_id, [one.embedding for document in latest.values() for one in document.passages]
            )
            origin_id = await note_origin(connection, self._bound)
            changed = await connection.fetch(_PUT, tenant_id, *columns(rows, 6), origin_id)
            replaced = [row["document_id"] for row in changed if not row["is_new"]]
            if replaced:
                await connection.execute(_DELETE_PASSAGES, tenant_id, replaced)
            if changed:
                await self._put_passages(connection, [latest[row["document_id"]] for row in changed])
                originals = {row["document_id"]: latest[row["document_id"]].originals for row in changed}
                await put_originals(connection, tenant_id, "document", originals, replaced=replaced)
                await bump(connection, tenant_id, "knowledge")
        return WriteCounts(
            inserted=len(changed) - len(replaced), updated=len(replaced), unchanged=len(latest) - len(changed)
        )

    async def _put_passages(self, connection: Connection, documents: list[Document]) -> None:
        passages = [(document, one) for document in documents for one in document.passages]
        rows = [
            (
                d.document_id,
                one.part,
                one.heading,
                one.start,
                one.stop,
                traits_of(text),
                head,
                f"{head}\n{text}",
                language_of(text),
            )
            for d, one in passages
            for head, text in ((f"{d.title}\n{one.heading}", d.text[one.start : one.stop]),)
        ]
        vectors = [
            (d.document_id, one.part, half_vector(one.embedding)) for d, one in passages if one.embedding is not None
        ]
        if rows:
            await connection.execute(_PUT_PASSAGES, self._bound.tenant_id, *columns(rows, 9))
        if vectors:
            await connection.execute(_PUT_EMBEDDINGS, self._bound.tenant_id, *columns(vectors, 3))

    async def remove_missing(self, present: Sequence[str]) -> int:
        async with self._bound.writing(bulk=True) as connection:
            removed = await connection.fetch(_REMOVE_MISSING, self._bound.tenant_id, list(present))
            if removed:
                await bump(connection, self._bound.tenant_id, "knowledge")
        return len(removed)

    async def get(self, document_id: str) -> Document | None:
        async with self._bound.reading() as connection:
            row = await connection.fetchrow(_GET, self._bound.tenant_id, document_id)
            if row is None:
                return None
            passages = await connection.fetch(_PASSAGES, self._bound.tenant_id, document_id)
        return _document(row, passages=tuple(DocumentPassage(**one) for one in passages))

    async def browse(self, *, limit: int, offset: int = 0) -> list[Document]:
        async with self._bound.reading() as connection:
            rows = await connection.fetch(_BROWSE, self._bound.tenant_id, limit, offset)
        return [_document(row) for row in rows]

    async def search(self, *, text: str, embedding: Vector | None, limit: int, offset: int = 0) -> list[DocumentHit]:
        """Passages, best first; a document may come more than once."""
        tenant_id = self._bound.tenant_id
        asked = Asked(text=text, embedding=embedding, weights=DOCUMENTS, by_part=True)
        async with self._bound.reading() as connection:
            best = await find_best(connection, _SEARCH, tenant_id, asked=asked, limit=limit, offset=offset)
            keys = [one.key for one in best]
            rows = await connection.fetch(_READ, tenant_id, [key[0] for key in keys], [key[1] for key in keys])
        read = {(row["document_id"], row["part"]): row for row in rows}
        return [
            DocumentHit(
                document_id=row["document_id"],
                title=row["title"],
                path=row["path"],
                updated_at=row["updated_at"],
                part=row["part"],
                heading=row["heading"],
                text=row["passage"],
                similarity=one.similarity,
                lexical=one.lexical,
                score=one.score,
            )
            for one in best
            if (row := read.get(one.key)) is not None
        ]


def _document(row: Any, *, passages: tuple[DocumentPassage, ...] = ()) -> Document:
    return Document(
        document_id=row["document_id"],
        path=row["path"],
        title=row["title"],
        text=row["body"],
        content_hash=row["content_hash"],
        updated_at=row["updated_at"],
        passages=passages,
    )
