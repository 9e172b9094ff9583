"""The memory in dictionaries: the same ports and semantics as PostgreSQL, for fast tests."""

from moe_memorygraph.memory.fakes.store import InMemoryStore, InMemoryTenant

__all__ = ["InMemoryStore", "InMemoryTenant"]
