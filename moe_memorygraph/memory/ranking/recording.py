"""What was ranked, for whoever measures or fits: the numbers that a search handed over, never its texts alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from moe_memorygraph.memory.ranking.values import Candidates, RankQuery

__all__ = ["Ranked", "note", "recorded"]

Ranked = tuple[RankQuery, Candidates]

_record: ContextVar[list[Ranked] | None] = ContextVar("record", default=None)


@contextmanager
def recorded() -> Iterator[list[Ranked]]:
    """Collects what is ranked inside, tasks started inside included, in the order in which it was ranked."""
    record: list[Ranked] = []
    token = _record.set(record)
    try:
        yield record
    finally:
        _record.reset(token)


def note(query: RankQuery, candidates: Candidates) -> None:
    """Called by the ranker; costs a look-up where nobody records."""
    record = _record.get()
    if record is not None:
        record.append((query, candidates))
