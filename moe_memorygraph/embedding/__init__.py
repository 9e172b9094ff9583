"""Text to vectors. Knows nothing of tenants' rows, planes or the protocol."""

from moe_memorygraph.embedding.hashing import HashEmbedder
from moe_memorygraph.embedding.opening import SHIPPED_MODEL, open_embedder
from moe_memorygraph.embedding.ports import Embedder, EmbedderInfo, Tokenizer, Vectors

__all__ = ["SHIPPED_MODEL", "Embedder", "EmbedderInfo", "HashEmbedder", "Tokenizer", "Vectors", "open_embedder"]
