"""txtai, hybrid (BM25 beside Faiss), an index for each customer: it has no filter that does not cost results."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from txtai import Embeddings
from wire import Item, Vectors, serve

vectors = Vectors(Path(sys.argv[1]))
hybrid = sys.argv[2] == "hybrid"
indexes: dict[str, Embeddings] = {}


def embed(texts: Sequence[str]) -> np.ndarray:
    """A plain function, which is what txtai takes."""
    return vectors.rows(texts)


def add(items: Sequence[Item]) -> None:
    for customer in {item.customer for item in items}:
        if customer not in indexes:
            indexes[customer] = Embeddings(method="external", transform=embed, hybrid=hybrid)
        indexes[customer].upsert([(item.item_id, item.text, None) for item in items if item.customer == customer])


def search(text: str, customer: str, k: int) -> Sequence[str]:
    return [found for found, _ in indexes[customer].search(text, k)]


serve(add, search)
