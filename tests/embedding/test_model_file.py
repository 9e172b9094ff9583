"""The files that ship: whole, licensed, and close to the float32 model that they were made from."""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moe_memorygraph.embedding.onnx import PADDING, Manifest, OnnxModel, batches_by_length, model_folder
from moe_memorygraph.errors import Unavailable

from .reference import HERE, encode, reference_texts

SHARED = Path(os.environ.get("MEMORYGRAPH_SHARED", HERE.parents[2] / "shared"))
LOCOMO = SHARED / "data" / "locomo" / "locomo5.json.gz"
FLOAT32_RECALL = 0.4312  # of the 302 questions below; measured with scripts/export_embedder.py --float32


def test_the_vectors_are_close_to_those_of_the_float32_model(shipped_model: OnnxModel) -> None:
    """reference.npy: sentence-transformers 6.2 on the same sentences, in float32."""
    reference = np.load(HERE / "reference.npy")
    texts = reference_texts()
    cosine = np.sum(encode(shipped_model, texts) * reference, axis=1)
    assert cosine.min() > 0.965  # of the empty text; one word alone is little to average over
    assert min(one for one, text in zip(cosine, texts, strict=True) if len(text) > 20) > 0.995


def test_neighbours_in_a_batch_do_not_change_a_vector(shipped_model: OnnxModel) -> None:
    texts = reference_texts() * 3
    together = encode(shipped_model, texts)
    alone = np.concatenate([shipped_model.encode_queries([text]) for text in texts])
    assert np.sum(together * alone, axis=1).min() > 0.999


def test_the_manifest_says_what_the_files_are() -> None:
    folder = model_folder()
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content = (folder / "model.onnx").read_bytes()
    assert hashlib.sha256(content).hexdigest() == manifest["sha256"]
    assert len(content) < 45_000_000
    assert manifest["source_sha256"] == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    assert manifest["licence"] == "Apache-2.0"
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert "all-MiniLM-L6-v2" in (folder / "NOTICE").read_text(encoding="utf-8")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    with_files = model_folder()
    folder.mkdir()
    for name in ("manifest.json", "model.onnx", "tokenizer.json"):
        (folder / name).write_bytes((with_files / name).read_bytes())
    return folder


@pytest.mark.parametrize("name", ["manifest.json", "model.onnx", "tokenizer.json"])
def test_a_missing_file_is_told_with_advice(copied: Path, name: str) -> None:
    (copied / name).unlink()
    with pytest.raises(Unavailable, match="Reinstall"):
        OnnxModel.load(copied)


@pytest.mark.parametrize("name", ["manifest.json", "model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_told_with_advice(copied: Path, name: str) -> None:
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 0xFF
    (copied / name).write_bytes(bytes(content))
    with pytest.raises(Unavailable, match="Reinstall"):
        OnnxModel.load(copied)


def test_the_fingerprint_follows_the_file(copied: Path) -> None:
    manifest = Manifest.read(copied)
    assert manifest.info.fingerprint == manifest.sha256[:16]
    shutil.copy(copied / "tokenizer.json", copied / "model.onnx")
    with pytest.raises(Unavailable):
        OnnxModel.load(copied)


def test_batches_hold_every_text_once_within_the_limit() -> None:
    lengths = [int(n) for n in np.random.default_rng(7).integers(0, 300, 500)]
    batches = list(batches_by_length(lengths, 512))
    assert sorted(place for batch in batches for place in batch) == list(range(500))
    for batch in batches:
        longest = max(lengths[place] for place in batch)
        assert len(batch) == 1 or len(batch) * longest <= 512
        assert sum(longest - lengths[place] for place in batch) <= PADDING


def test_questions_of_any_lengths_come_back_in_their_order(shipped_model: OnnxModel) -> None:
    texts = ["refund", "Where is the refund that was promised to me two weeks ago?", "Cancel it.", "refund"]
    together = shipped_model.encode_queries(texts)
    alone = np.concatenate([shipped_model.encode_queries([text]) for text in texts])
    np.testing.assert_allclose((together * alone).sum(axis=1), 1, atol=1e-3)
    assert together.shape == (4, 384)


def conversations() -> Iterator[tuple[Mapping[str, str], list[tuple[str, set[str]]]]]:
    """Turns by id, and questions (not the adversarial ones) with the ids of their evidence."""
    for entry in json.loads(gzip.decompress(LOCOMO.read_bytes())):
        sessions: dict[str, Any] = entry["conversation"]
        turns = {
            turn["dia_id"]: f"{turn['speaker']}: {turn['text']}"
            for name, session in sessions.items()
            if name.startswith("session_") and isinstance(session, list)
            for turn in session
        }
        asked = [(one["question"], set(one["evidence"]) & turns.keys()) for one in entry["qa"] if one["category"] != 5]
        yield turns, [(question, evidence) for question, evidence in asked if evidence]


@pytest.mark.skipif(not LOCOMO.exists(), reason="needs the LoCoMo conversations beside the repository")
def test_quantizing_costs_less_than_half_a_point_of_recall(shipped_model: OnnxModel) -> None:
    """Share of evidence turns among the ten closest, on two conversations; the float32 model finds FLOAT32_RECALL."""
    found = []
    for turns, questions in list(conversations())[::4]:
        ids = list(turns)
        rows = encode(shipped_model, list(turns.values()))
        similarity = encode(shipped_model, [question for question, _ in questions]) @ rows.T
        for scores, (_, evidence) in zip(similarity, questions, strict=True):
            closest = {ids[place] for place in np.argsort(-scores, kind="stable")[:10]}
            found.append(len(closest & evidence) / len(evidence))
    assert np.mean(found) > FLOAT32_RECALL - 0.005
