"""What one kind of complaint or wish is made of: independent phrases that a voice puts together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Issue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One thing that customers write about. Phrases follow `wording`; parts fit together in any choice."""

    key: str
    intent: str
    subjects: Sequence[str]
    opens: Sequence[str]  # says what is wrong
    details: Sequence[str]  # each true by itself, in any order
    asks: Sequence[str]
    notes: Sequence[str]  # the same as an agent notes it on the phone
    replies: Sequence[str]
    weight: float = 1.0
    since: date = date.min
    until: date = date.max
    tiers: Sequence[str] = ()  # plans that can have it; empty: all

    def fits(self, day: date, tier: str) -> bool:
        return self.since <= day <= self.until and (not self.tiers or tier in self.tiers)
