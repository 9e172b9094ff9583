"""Chooses the model and opens the embedder over it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from moe_memorygraph.embedding.foreign import SentenceTransformersModel
from moe_memorygraph.embedding.onnx import Manifest, OnnxModel, model_folder
from moe_memorygraph.embedding.ports import Embedder
from moe_memorygraph.embedding.service import EmbeddingService
from moe_memorygraph.errors import Unavailable

__all__ = ["SHIPPED_MODEL", "open_embedder"]

SHIPPED_MODEL = "all-MiniLM-L6-v2"


def open_embedder(model: str = SHIPPED_MODEL, *, dimension: int | None = None) -> AbstractAsyncContextManager[Embedder]:
    """Open the embedder and return at once; the model loads in the background, and the first call waits for it.

    `dimension`: what the vectors must have (EMBEDDING_DIM). A model that cannot be loaded, or has another dimension,
    is `Unavailable` from `ready` and from every call; the opening itself never fails, so that a server can say why.
    """
    return _open(model, dimension)


@asynccontextmanager
async def _open(model: str, dimension: int | None) -> AsyncIterator[Embedder]:
    async with _service(model, dimension) as service:
        yield service


def _service(model: str, dimension: int | None) -> EmbeddingService:
    if model.removeprefix("sentence-transformers/").lower() != SHIPPED_MODEL.lower():
        return EmbeddingService(lambda: SentenceTransformersModel.load(model), known=None, dimension=dimension)
    folder = model_folder()
    try:
        manifest = Manifest.read(folder)
    except Unavailable:  # loading finds the same, and says it to whoever asks
        known = None
    else:
        known = (manifest.info, manifest.max_tokens)
    return EmbeddingService(lambda: OnnxModel.load(folder), known=known, dimension=dimension)
