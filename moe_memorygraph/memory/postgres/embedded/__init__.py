"""The embedded PostgreSQL: one server per home, shared by every process that opens it."""

from moe_memorygraph.memory.postgres.embedded.attachment import EmbeddedServer
from moe_memorygraph.memory.postgres.embedded.server import open_embedded

__all__ = ["EmbeddedServer", "open_embedded"]
