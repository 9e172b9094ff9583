"""What a test found, in numbers: what a statement is made of. Values only."""

from dataclasses import dataclass

from moe_memorygraph.distillation.cube import Scope
from moe_memorygraph.distillation.periods import Period
from moe_memorygraph.memory.cells import EvidenceQuery

__all__ = ["CHANGES", "KINDS", "Finding"]

CHANGES = ("level_change", "new_topic", "vanished_topic", "spike", "change_point")
KINDS = (
    *CHANGES,
    "no_clear_change",
    "rising_trouble",
    "repeat_contacts",
    "slow_resolution",
    "co_occurrence",
    "churn_precursor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A ratio of two things, with its interval, and how surely it is none of chance."""

    kind: str
    measure: str = "tickets"
    """What is counted: "tickets", "low_rated", "urgent", "reopened", "repeated", "hours", "pairs" or "leavers"."""
    scope: Scope
    other_topic: str | None = None
    period: Period
    baseline: Period
    count: int
    base_count: int
    exposure: float
    """What the count is of: days; or tickets."""
    base_exposure: float
    ratio: float
    low: float
    high: float
    p: float
    q: float
    before: int | None = None
    """The count of the period just before, where the baseline is longer."""
    stretch: int = 1
    """Periods in the baseline."""
    is_whole: bool = True
    """The data covers all of both periods."""
    is_seasonal: bool = False
    """The season was taken out of the ratio."""
    hours: tuple[float, float] | None = None
    """Typical hours to resolution, and those of the baseline."""
    evidence: tuple[EvidenceQuery, ...]
