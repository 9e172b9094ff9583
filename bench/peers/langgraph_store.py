"""LangGraph's PostgresStore with its index by pgvector; a customer is a namespace."""

import sys
from collections.abc import Sequence
from pathlib import Path

from langgraph.store.base import PutOp
from langgraph.store.postgres import PostgresStore
from wire import DIMENSION, Item, Vectors, serve

vectors = Vectors(Path(sys.argv[1]))

with PostgresStore.from_conn_string(
    sys.argv[2], index={"dims": DIMENSION, "embed": vectors.lists, "fields": ["text"]}
) as store:
    store.setup()

    def add(items: Sequence[Item]) -> None:
        store.batch([PutOp(("turns", item.customer), item.item_id, {"text": item.text}) for item in items])

    def search(text: str, customer: str, k: int) -> Sequence[str]:
        return [found.key for found in store.search(("turns", customer), query=text, limit=k)]

    serve(add, search)
