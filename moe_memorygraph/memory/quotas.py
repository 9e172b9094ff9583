"""What a tenant may have and has had of a day, and how the processes that serve it share that. No I/O.

A process takes part of a day's quota in advance, so that no call waits for the database: the part is lent to it until a
time, and nobody else has it meanwhile. What a process lends and uses is never more than is left, so together they use no
more than the limit; only what one used and could not say before its time was up is missing from the count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = [
    "DAILY",
    "LIMIT_NAMES",
    "MEASURES",
    "LimitName",
    "Measure",
    "QuotaAccount",
    "QuotaClaim",
    "QuotaStanding",
    "lend",
    "most_a_day",
]

Measure = Literal["calls", "rows", "embeddings"]
"""What is counted by the day: calls, rows that a load writes, texts that are embedded."""
MEASURES: tuple[Measure, ...] = get_args(Measure)

LimitName = Literal[
    "calls_per_second", "call_burst", "calls_at_once", "calls_per_day", "rows_per_day", "embeddings_per_day"
]
LIMIT_NAMES: tuple[LimitName, ...] = get_args(LimitName)

DAILY: Mapping[Measure, LimitName] = {
    "calls": "calls_per_day",
    "rows": "rows_per_day",
    "embeddings": "embeddings_per_day",
}

_SHARES = 4
"""A process that wants more than it needs gets at most this part of what is left, so that others find some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaClaim:
    """What one process says of a measure, and what it wants to be lent of it."""

    measure: Measure
    used: int = 0
    """Since it last said so."""
    denied: int = 0
    """Asked for and refused, since it last said so."""
    needs: int = 0
    """To be lent if there is so much: what it has left of the last time, and what waits for more."""
    wants: int = 0
    """To be lent if there is plenty."""
    most: int | None = None
    """Of a day, where the tenant has no limit of its own; None: without limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaStanding:
    """How a measure stands on one day."""

    measure: Measure
    used: int = 0
    """By all processes, as far as they said."""
    denied: int = 0
    lent: int = 0
    """To the process that asks, from now on; what it had before is part of it."""
    lent_to_others: int = 0
    most: int | None = None
    """None: without limit, and nothing is lent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaAccount:
    """What a process is told when it settles."""

    limits: Mapping[LimitName, float | None]
    """The tenant's own; None: without limit. One that is not named is as the settings say."""
    standings: tuple[QuotaStanding, ...] = ()
    """One for each claim, in their order."""


def most_a_day(claim: QuotaClaim, limits: Mapping[LimitName, float | None]) -> int | None:
    """The limit that holds for a claim: the tenant's own, or else the one that the claim brings."""
    own = limits.get(DAILY[claim.measure], claim.most)
    return None if own is None else int(own)


def lend(claim: QuotaClaim, *, most: int | None, used: int, lent_to_others: int) -> int:
    """How much to lend. `used` has what the claim reports in it already."""
    if most is None:
        return 0
    free = max(0, most - used - lent_to_others)
    return min(free, max(claim.needs, min(claim.wants, free // _SHARES)))
