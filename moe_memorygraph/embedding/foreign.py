"""Any other model, by way of sentence-transformers (extra `models`)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from moe_memorygraph.embedding.models import Batch
from moe_memorygraph.embedding.ports import EmbedderInfo, Vectors
from moe_memorygraph.errors import Unavailable

__all__ = ["SentenceTransformersModel"]

PASSAGES_PER_BATCH = 64  # a question waits for one batch at most


class SentenceTransformersModel:
    """torch uses all cores, or the GPU, by itself: one call at a time."""

    threads = 1
    queries_per_batch = 32

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        dimension = len(self._encode_queries([""])[0])
        self.info = EmbedderInfo(name=name, dimension=dimension, fingerprint=_fingerprint(model))
        self.max_tokens = int(model.max_seq_length or 512)

    @classmethod
    def load(cls, name: str) -> "SentenceTransformersModel":
        """Load a model by the name or folder that sentence-transformers knows; may download it."""
        shown = Path(name).name if Path(name).is_absolute() else name  # clients see no path of the server
        try:
            from sentence_transformers import SentenceTransformer  # an extra; seconds to import
        except ImportError as error:
            raise Unavailable(
                f"The embedding model {shown} needs the package sentence-transformers.",
                "Run: pip install 'moe-memorygraph[models]', or unset EMBEDDING_MODEL to use the model that is shipped.",
            ) from error
        try:
            return cls(SentenceTransformer(name), shown)
        except Unavailable:
            raise
        except Exception as error:  # hub, disk, torch: no common base
            raise Unavailable(
                f"The embedding model {shown} could not be loaded.",
                "Check EMBEDDING_MODEL, and that the model is on this machine or can be downloaded.",
            ) from error

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if not texts:
            return []
        return [len(ids) for ids in self._model.tokenizer(list(texts), add_special_tokens=False)["input_ids"]]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        if not texts:
            return []
        if not getattr(self._model.tokenizer, "is_fast", False):
            raise Unavailable(
                f"The tokenizer of {self.info.name} does not say where its tokens stand.",
                "Choose another EMBEDDING_MODEL: one with a fast tokenizer.",
            )
        encoded = self._model.tokenizer(list(texts), add_special_tokens=False, return_offsets_mapping=True)
        return [[(int(start), int(stop)) for start, stop in spans] for spans in encoded["offset_mapping"]]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode_queries(texts)

    def plan_passages(self, texts: Sequence[str]) -> "SentenceTransformersPlan":
        return SentenceTransformersPlan(self, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(getattr(self._model, "encode_document", self._model.encode), texts)

    def _encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(getattr(self._model, "encode_query", self._model.encode), texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        rows = encode(list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.asarray(rows, np.float32)


@dataclass(frozen=True)
class SentenceTransformersPlan:
    model: SentenceTransformersModel
    texts: Sequence[str]

    @cached_property
    def batches(self) -> list[Batch]:
        order = sorted(range(len(self.texts)), key=lambda place: (-len(self.texts[place]), place))
        return [order[start : start + PASSAGES_PER_BATCH] for start in range(0, len(order), PASSAGES_PER_BATCH)]

    def encode(self, batch: Batch) -> Vectors:
        return self.model.encode_passages([self.texts[place] for place in batch])


def _fingerprint(model: Any) -> str:
    """A hash over shapes and samples of all weights: the same weights give it again on every machine and device."""
    digest = hashlib.sha256()
    for name, values in sorted(model.state_dict().items()):
        flat = values.detach().flatten()
        sample = flat[:: max(1, len(flat) // 64)][:65].cpu().float().numpy().astype("<f4")
        digest.update(f"{name}{tuple(values.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:16]
