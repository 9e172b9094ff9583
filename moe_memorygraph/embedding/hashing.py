"""An embedder without a model, for tests: the words of a text, hashed into a vector."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from moe_memorygraph.embedding.ports import EmbedderInfo, Vectors

__all__ = ["HashEmbedder"]

_TOKEN = re.compile(r"\w+|[^\w\s]")


class HashEmbedder:
    """Bag of words: texts that share words are close, the others at a right angle, give or take collisions.

    Keeps the whole contract of `Embedder`, deterministically and at once; it knows no meaning.
    """

    def __init__(self, dimension: int = 384) -> None:
        self._info = EmbedderInfo(name="hash", dimension=dimension, fingerprint=f"hash-{dimension}")

    @property
    def info(self) -> EmbedderInfo:
        return self._info

    @property
    def max_tokens(self) -> int:
        return 256

    async def ready(self) -> EmbedderInfo:
        return self._info

    async def embed_query(self, text: str, *, tenant: str = "") -> Vectors:  # noqa: ARG002  caches nothing
        vector = self._vector(text)
        vector.setflags(write=False)
        return vector

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self._info.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
        return vectors

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return await self.embed_queries(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(spans) for spans in self.token_spans(texts)]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return [[found.span() for found in _TOKEN.finditer(text)] for text in texts]

    def _vector(self, text: str) -> Vectors:
        tokens = _TOKEN.findall(text.lower())[: self.max_tokens - 2]
        vector = np.zeros(self._info.dimension, np.float32)
        for token in tokens:
            place, sign = self._slot(token)
            vector[place] += sign
        if not vector.any():  # no words, or they cancel out
            place, sign = self._slot("")
            vector[place] = sign
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def _slot(self, token: str) -> tuple[int, float]:
        digest = int.from_bytes(hashlib.blake2b(token.encode("utf-8", "replace"), digest_size=8).digest(), "big")
        return digest // 2 % self._info.dimension, 1.0 if digest % 2 else -1.0
