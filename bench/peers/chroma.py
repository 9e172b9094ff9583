"""Chroma, in its own process, on disk; a customer is a filter."""

import sys
from collections.abc import Sequence
from pathlib import Path

import chromadb
from chromadb.config import Settings
from wire import Item, Vectors, serve

folder = Path(sys.argv[1])
vectors = Vectors(folder)
client = chromadb.PersistentClient(str(folder / "chroma"), settings=Settings(anonymized_telemetry=False))
collection = client.create_collection("turns", embedding_function=None, metadata={"hnsw:space": "cosine"})


def add(items: Sequence[Item]) -> None:
    texts = [item.text for item in items]
    collection.add(
        ids=[item.item_id for item in items],
        documents=texts,
        embeddings=vectors.rows(texts),
        metadatas=[{"customer": item.customer} for item in items],
    )


def search(text: str, customer: str, k: int) -> Sequence[str]:
    found = collection.query(query_embeddings=vectors.rows([text]), n_results=k, where={"customer": customer})
    return found["ids"][0]


serve(add, search)
