"""The shipped model, loaded once."""

import pytest

from moe_memorygraph.embedding.onnx import OnnxModel, model_folder


@pytest.fixture(scope="session")
def shipped_model() -> OnnxModel:
    return OnnxModel.load(model_folder())
