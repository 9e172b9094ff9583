"""What one process knows of one tenant's limits and of its day. No I/O, no clock of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil

import anyio

from moe_memorygraph.memory.quotas import MEASURES, LimitName, Measure, QuotaClaim, QuotaStanding
from moe_memorygraph.quotas.bucket import TokenBucket
from moe_memorygraph.quotas.limits import Limits

__all__ = ["RESTS", "Account", "Book", "Sent"]

AHEAD = 10.0  # seconds of use, as it was lately, that a process wants to be lent
RESTS = 3
"""Settlements without use, after which a process gives back what it was lent."""
FIRST: Mapping[Measure, int] = {"calls": 16, "rows": 0, "embeddings": 0}
"""What is wanted at first: rows and texts come by the batch, and are asked for by the batch."""


@dataclass(slots=True)
class Sent:
    """What went out with a claim, until the answer is here."""

    claim: QuotaClaim
    kept: int
    """Of what was lent, not given back."""


@dataclass(slots=True, eq=False)
class Book:
    """One measure of one day."""

    measure: Measure
    most: int | None
    used: int = 0
    """Since it was last said. Below 0 where more was given back than was used since."""
    denied: int = 0
    left: int = 0
    """Of what this process was lent; nothing where `most` is None."""
    taken: int = 0
    """Since the last settlement."""
    rests: int = 0
    """Settlements since anything was taken."""
    refused_until: float = 0.0
    """By the clock: there was less to be lent than was needed when it was last asked for."""
    is_lent_out: bool = False
    """That nothing was left is not for good: other processes may give back."""

    def take(self, wanted: int) -> int:
        got = wanted if self.most is None else min(wanted, self.left)
        self.used += got
        self.taken += got
        if self.most is not None:
            self.left -= got
        return got

    def give_back(self, count: int) -> None:
        self.used -= count
        if self.most is not None:
            self.left += count

    def send(self, needs: int, *, elapsed: float, closing: bool) -> Sent | None:
        """What to claim; None where there is nothing to say and nothing to have.

        What is not needed soon is given back now: it cannot be used while the answer is on its way.
        """
        self.rests = 0 if self.taken or needs else self.rests + 1
        is_idle = closing or self.rests >= RESTS
        wants = 0 if is_idle else max(FIRST[self.measure], ceil(self.taken / max(elapsed, 1.0) * AHEAD))
        kept = 0 if is_idle else self.left
        if not (self.used > 0 or self.denied or self.left or needs or (self.most is not None and wants)):
            return None
        claim = QuotaClaim(
            measure=self.measure,
            used=max(0, self.used),
            denied=self.denied,
            needs=kept + needs,
            wants=wants,
        )
        self.used -= claim.used
        self.denied = self.taken = 0
        self.left = kept
        return Sent(claim, kept)

    def unsend(self, sent: Sent) -> None:
        """Nobody heard it. What was lent may be another's soon, and is used no more."""
        self.used += sent.claim.used
        self.denied += sent.claim.denied
        self.left = 0

    def settle(self, sent: Sent, standing: QuotaStanding, *, refused_until: float) -> None:
        """What was taken meanwhile is part of what was lent."""
        meanwhile = sent.kept - self.left
        self.most = standing.most
        self.left = max(0, standing.lent - meanwhile)
        is_short = standing.most is not None and standing.lent < sent.claim.needs
        self.refused_until = refused_until if is_short else 0.0
        self.is_lent_out = standing.lent_to_others > 0


@dataclass(slots=True, eq=False)
class Account:
    """One tenant, for as long as it calls."""

    key: str
    limits: Limits
    day: date = date.min
    day_ends: float = 0.0
    """By the clock."""
    books: dict[Measure, Book] = field(default_factory=dict)
    earlier: list[tuple[date, dict[Measure, Book]]] = field(default_factory=list)
    """Days that are over, with what was not said of them."""
    trusted_until: float = 0.0
    """By the clock: from then on what was lent may be another's."""
    settled_at: float = 0.0
    touched_at: float = 0.0
    calls: TokenBucket | None = None
    requests: TokenBucket | None = None
    turn: anyio.Lock = field(default_factory=anyio.Lock)

    def begin_day(self, day: date, ends: float) -> None:
        """From now on it is counted for this day; what was lent of another is worth nothing."""
        if self.books and day != self.day:
            self.earlier.append((self.day, self.books))
        if day != self.day:
            self.books = {one: Book(one, self.limits.a_day(one)) for one in MEASURES}
        self.day, self.day_ends = day, ends

    def adopt(self, defaults: Limits, own: Mapping[LimitName, float | None], now: float) -> None:
        """Go by these limits from now on."""
        self.limits = limits = defaults.with_own(own)
        for book in self.books.values():
            if book.most != (most := limits.a_day(book.measure)):
                book.most, book.refused_until = most, 0.0
        rate, burst = limits.calls_per_second, limits.burst
        if rate is None:
            self.calls = self.requests = None
            return
        self.calls = (self.calls or TokenBucket(rate, burst, now=now)).changed(rate, burst, now=now)
        self.requests = (self.requests or TokenBucket(2 * rate, 2 * burst, now=now)).changed(
            2 * rate, 2 * burst, now=now
        )

    @property
    def is_settled(self) -> bool:
        return not self.earlier and not any(one.used > 0 or one.denied or one.left for one in self.books.values())
