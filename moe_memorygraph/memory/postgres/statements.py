"""SQL statements, one per file in `sql/`, read at import so that a missing one fails at start."""

from importlib.resources import files

__all__ = ["statement"]


def statement(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return (files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")
