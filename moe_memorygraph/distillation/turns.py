"""Weeks at which a series changed its level. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.distillation.rates import Floats

__all__ = ["MIN_WEEKS", "Turn", "turns_of", "week_spread"]

MIN_WEEKS = 26
"""A shorter series says little about where it changed."""
SHORTEST = 4
"""Weeks between two changes at least."""
LONGEST = 26
"""Weeks that are compared on either side at most: a change is of its time, and is not asked for a year later."""
_PENALTY = 3.0
"""Times log(weeks) times variance: what a change must explain. 2 is the information criterion of Bayes for one place
and one level; more leaves out what the test after it would refuse."""
_CHI2_MEDIAN = 0.454936423119572  # median of chi-squared with one degree of freedom


@dataclass(frozen=True, slots=True)
class Turn:
    """A change: weeks from `before` up to `at`, against those from `at` up to `after`."""

    scope: int
    before: int
    at: int
    after: int


def week_spread(counts: Floats, factors: Floats) -> Floats:
    """Variance over the Poisson variance of each row's weekly counts, at least 1, by how neighbours differ.

    The median of squared differences: neither a trend nor a few changes move it.
    """
    if counts.shape[1] < SHORTEST:
        return np.ones(len(counts))
    differences = np.diff(_levelled(counts, factors), axis=1)
    return np.asarray(np.maximum(1.0, np.median(differences**2, axis=1) / (2 * _CHI2_MEDIAN)))


def _levelled(counts: Floats, factors: Floats) -> Floats:
    """Roots of counts, whose variance is 1 for Poisson counts of any size (Anscombe 1948), without season."""
    return np.asarray(2 * np.sqrt(counts + 0.375) / np.sqrt(factors))


def turns_of(counts: Floats, factors: Floats, since: NDArray[np.int64], spread: Floats) -> list[Turn]:
    """Changes of each row's level; `factors` is how busy each week is for its season, `since` each row's first week.

    Source: kernel change point detection with the linear kernel, as ruptures has it (Truong, Oudre and Vayatis, Signal
    Processing 2020).
    """
    from ruptures import KernelCPD  # slow to import

    weeks = counts.shape[1]
    rows = _levelled(counts, factors)
    found = []
    for scope, row in enumerate(rows):
        first = int(since[scope])
        if weeks - first < MIN_WEEKS:
            continue
        search = KernelCPD(kernel="linear", min_size=SHORTEST).fit(row[first:])
        ends = search.predict(pen=_PENALTY * float(np.log(weeks - first) * spread[scope]))
        bounds = [first, *(first + end for end in ends)]
        found += [
            Turn(scope, max(before, at - LONGEST), at, min(after, at + LONGEST))
            for before, at, after in zip(bounds, bounds[1:], bounds[2:], strict=False)
        ]
    return found
