"""A loaded model as the service sees it: blocking, for worker threads."""

from collections.abc import Sequence
from typing import Protocol

from moe_memorygraph.embedding.ports import EmbedderInfo, Tokenizer, Vectors

__all__ = ["Batch", "Model", "Plan"]

Batch = Sequence[int]
"""Places of texts in what was planned, to be encoded together."""


class Plan(Protocol):
    """Texts made ready to encode, in batches that do not depend on each other."""

    @property
    def batches(self) -> Sequence[Batch]: ...

    def encode(self, batch: Batch) -> Vectors: ...


class Model(Tokenizer, Protocol):
    """Text to vectors, blocking; every method may be called from several threads at once."""

    @property
    def info(self) -> EmbedderInfo: ...

    @property
    def max_tokens(self) -> int: ...

    @property
    def threads(self) -> int:
        """How many batches to encode at once."""
        ...

    @property
    def queries_per_batch(self) -> int:
        """How many questions to encode together at most."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors: ...

    def plan_passages(self, texts: Sequence[str]) -> Plan: ...
