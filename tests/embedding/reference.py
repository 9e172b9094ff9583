"""The sentences whose float32 vectors are committed beside this file (reference.npy), and how tests encode."""

import json
from pathlib import Path

import numpy as np

from moe_memorygraph.embedding import Vectors
from moe_memorygraph.embedding.onnx import OnnxModel

HERE = Path(__file__).parent


def encode(model: OnnxModel, texts: list[str]) -> Vectors:
    plan = model.plan_passages(texts)
    rows = np.empty((len(texts), model.info.dimension), np.float32)
    for batch in plan.batches:
        rows[list(batch)] = plan.encode(batch)
    return rows


def reference_texts() -> list[str]:
    texts: list[str] = json.loads((HERE / "sentences.json").read_text(encoding="utf-8"))
    return [text.split(":", 2)[2] * int(text.split(":")[1]) if text.startswith("REPEAT:") else text for text in texts]
