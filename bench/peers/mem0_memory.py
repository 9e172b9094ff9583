"""mem0 with pgvector and `infer=False`: each turn a memory as it is; a customer is a user.

Its constructors want a language model and an embedder by name; the first is never called, the second is replaced by
its own interface.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ["MEM0_TELEMETRY"] = "False"
os.environ["MEM0_DIR"] = str(Path(sys.argv[1]) / "mem0")

from mem0 import Memory
from mem0.embeddings.base import EmbeddingBase
from wire import DIMENSION, Item, Vectors, serve

vectors = Vectors(Path(sys.argv[1]))


class Handed(EmbeddingBase):
    def embed(self, text: str, memory_action: Any = None) -> list[float]:  # noqa: ARG002
        return vectors.lists([text])[0]

    def embed_batch(self, texts: list[str], memory_action: Any = None) -> list[list[float]]:  # noqa: ARG002
        return vectors.lists(texts)


unused = {"provider": "openai", "config": {"api_key": "unused"}}
memory = Memory.from_config(
    {
        "llm": unused,
        "embedder": unused,
        "vector_store": {
            "provider": "pgvector",
            "config": {"connection_string": sys.argv[2], "embedding_model_dims": DIMENSION, "collection_name": "turns"},
        },
        "history_db_path": str(Path(sys.argv[1]) / "mem0.db"),
    }
)
memory.embedding_model = Handed()


def add(items: Sequence[Item]) -> None:
    for item in items:
        memory.add(item.text, user_id=item.customer, metadata={"item": item.item_id}, infer=False)


def search(text: str, customer: str, k: int) -> Sequence[str]:
    found = memory.search(text, top_k=k, filters={"user_id": customer}, threshold=0.0)
    return [one["metadata"]["item"] for one in found["results"]]


serve(add, search, most=1)
