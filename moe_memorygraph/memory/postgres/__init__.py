"""The memory in PostgreSQL: embedded by default, one's own by its URL."""

from moe_memorygraph.memory.postgres.migration import MigrationReport, migrate_external
from moe_memorygraph.memory.postgres.pool import tenant_transaction
from moe_memorygraph.memory.postgres.store import PostgresStore, open_store

__all__ = ["MigrationReport", "PostgresStore", "migrate_external", "open_store", "tenant_transaction"]
