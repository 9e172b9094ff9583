"""What the rest of the package may ask of an embedding model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Embedder", "EmbedderInfo", "Tokenizer", "Vectors"]

Vectors = NDArray[np.float32]
"""Rows of unit length (L2), float32: shape (n, dimension), or (dimension,) for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderInfo:
    """Which model made a vector. Vectors compare only within one fingerprint: index and questions must share it."""

    name: str
    dimension: int
    fingerprint: str  # short hash of the model's weights


class Tokenizer(Protocol):
    """How a model cuts text into tokens; blocks, so call it with many texts at once, in a thread when they are long."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each whole text, without the model's own marks at both ends; never truncated."""
        ...

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Where each token of each text starts and stops, in code points, in order; may touch, never overlap."""
        ...


class Embedder(Tokenizer, Protocol):
    """Text to unit vectors. Text beyond the model's limit is cut off; an empty text has a vector, too.

    The same text gives the same vector, whatever is encoded beside it, up to rounding (cosine above 0.999).
    Everything that awaits raises `Unavailable` where the model cannot be loaded.
    """

    @property
    def info(self) -> EmbedderInfo:
        """Known at once for the shipped model; for another, `Unavailable` until `ready` has returned."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads, its own two marks included; known when `info` is."""
        ...

    async def ready(self) -> EmbedderInfo:
        """Wait until the model is loaded."""
        ...

    async def embed_query(self, text: str, *, tenant: str = "") -> Vectors:
        """One question, shape (dimension,), read-only. Calls that arrive while a batch runs share the next one.

        With a `tenant`, the vector may come from that tenant's entries of a bounded cache, and stays there.
        """
        ...

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Several questions, shape (n, dimension); n may be 0."""
        ...

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Text to search in, in bulk, shape (n, dimension), in the order given; n may be 0.

        Cancelling stops after the batches that run. Questions asked meanwhile do not wait for it.
        """
        ...
