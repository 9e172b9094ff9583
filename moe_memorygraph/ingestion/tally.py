"""What a load has done so far, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from moe_memorygraph.errors import RateLimited
from moe_memorygraph.memory.values import WriteCounts

__all__ = ["IngestSummary", "OnProgress", "Reject", "Tally"]

MAX_REJECTS = 1000
"""Rejects kept in a summary; all of them go to `on_reject`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A row that did not go in: where it starts, why not, and the row as it was read."""

    line: int
    reason: str
    values: Mapping[str, object] | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSummary:
    """What came of a load: `read` is the sum of the four counts that follow it."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    removed: int = 0
    """Documents that are no longer in the folder; 0 for everything else."""
    seconds: float = 0.0
    quarantined: int = 0
    """Of the rejected, documents that give orders: they are held until somebody looked at them."""
    run_id: UUID | None = None
    """Names the load, to take back what it wrote."""
    rejects: tuple[Reject, ...] = ()
    """The first rejects, by line; all went to `on_reject`."""
    stopped: str = ""
    """Why it ended before all rows were read, and when it may go on; the rows that it left are not in `read`."""

    def to_json(self) -> dict[str, Any]:
        """The six figures of the contract; of a load that stopped early also why."""
        figures = {
            "read": self.read,
            "inserted": self.inserted,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "seconds": round(self.seconds, 3),
        }
        return {**figures, "stopped": self.stopped} if self.stopped else figures


OnProgress = Callable[["Tally"], None]
"""Told after every batch, in the event loop."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts while a load runs; one per load."""

    read: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    removed: int = 0
    quarantined: int = 0
    run_id: UUID | None = None
    rejects: list[Reject] = field(default_factory=list)
    stopped: RateLimited | None = None
    """The tenant's day has no more room; what was not begun is left."""
    on_progress: OnProgress | None = None
    on_reject: Callable[[Reject], None] | None = None

    @property
    def done(self) -> int:
        """Rows whose fate is settled, on disk where they go there."""
        return self.inserted + self.updated + self.unchanged + self.rejected

    def reject(self, reject: Reject) -> None:
        self.rejected += 1
        if len(self.rejects) < MAX_REJECTS:
            self.rejects.append(reject)
        if self.on_reject is not None:
            self.on_reject(reject)

    def is_stopped(self) -> bool:
        return self.stopped is not None

    def leave(self, count: int, reason: RateLimited) -> None:
        """Rows that were read stay out, for another day."""
        self.read -= count
        self.stopped = self.stopped or reason

    def add(self, counts: WriteCounts) -> None:
        self.inserted += counts.inserted
        self.updated += counts.updated
        self.unchanged += counts.unchanged

    def report(self) -> None:
        if self.on_progress is not None:
            self.on_progress(self)

    def summary(self, *, seconds: float) -> IngestSummary:
        return IngestSummary(
            read=self.read,
            inserted=self.inserted,
            updated=self.updated,
            unchanged=self.unchanged,
            rejected=self.rejected,
            removed=self.removed,
            quarantined=self.quarantined,
            run_id=self.run_id,
            seconds=seconds,
            rejects=tuple(sorted(self.rejects, key=lambda reject: reject.line)),
            stopped="" if self.stopped is None else f"{self.stopped.code}: {self.stopped}",
        )
