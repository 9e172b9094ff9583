"""What of a change comes back every year. Pure."""

from dataclasses import dataclass

import numpy as np

from moe_memorygraph.distillation.periods import Calendar
from moe_memorygraph.distillation.rates import Floats

__all__ = ["Seasons"]

_LEVEL = 0.001
"""A year's shape is believed where chance would make years so alike this seldom."""
_YEAR = 12  # months
_ENOUGH = 600
"""Tickets a year, under which a month's share is too vague to correct anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seasons:
    """For each group of tickets (all, or a topic), how busy each month of the year is, if that repeats itself.

    Needs two whole years. A year's shape is taken from the other years, so that a change in it is not taken for its own
    season.
    """

    shapes: Floats
    """Shape (groups, years, 12): logarithm of a month's rate over its year's, without trend; January first."""
    is_seasonal: np.ndarray[tuple[int], np.dtype[np.bool_]]
    noise: Floats
    """Variance of one month's logarithm in one year, by group."""
    last: int
    """Number of the month that ends the last of the years."""

    @classmethod
    def of(cls, counts: Floats, calendar: Calendar) -> "Seasons":
        """`counts` has the shape (groups, months)."""
        from scipy import stats

        groups = len(counts)
        whole = calendar.month_days == np.array([one.days for one in calendar.months])
        last = int(np.flatnonzero(whole)[-1]) + 1 if whole.any() else 0
        first = last
        while first > 0 and whole[first - 1]:
            first -= 1
        years = (last - first) // _YEAR
        if years < 2:
            nothing = np.zeros(groups)
            return cls(shapes=np.zeros((groups, 0, _YEAR)), is_seasonal=nothing.astype(bool), noise=nothing, last=0)
        months = np.arange(last - years * _YEAR, last)
        rates = np.log((counts[:, months] + 0.5) / calendar.month_days[months]).reshape(groups, years, _YEAR)
        level = rates.mean(axis=2, keepdims=True)
        slope = (level[:, -1:] - level[:, :1]) / (years - 1) / _YEAR
        shapes = rates - level - slope * (np.arange(_YEAR) - (_YEAR - 1) / 2)
        common = shapes.mean(axis=1, keepdims=True)
        between = years * (common**2).sum(axis=(1, 2)) / (_YEAR - 1)
        within = ((shapes - common) ** 2).sum(axis=(1, 2)) / ((years - 1) * (_YEAR - 1))
        p = stats.f.sf(between / np.maximum(within, 1e-12), _YEAR - 1, (years - 1) * (_YEAR - 1))
        enough = counts[:, months].sum(axis=1) >= _ENOUGH * years
        january = (1 - calendar.months[months[0]].start.month) % _YEAR
        return cls(
            shapes=np.roll(shapes, -january, axis=2),
            is_seasonal=(p < _LEVEL) & enough,
            noise=within,
            last=last,
        )

    def factors(self, calendar: Calendar, *, month: int | None) -> Floats:
        """How busy each month is for its season, shape (groups, months): 1 where no season was found.

        For a comparison of this month, its own year is left out.
        """
        groups, years, _ = self.shapes.shape
        factors = np.ones((groups, len(calendar.months)))
        if not years:
            return factors
        others = np.ones(years, dtype=bool)
        if month is not None and 0 < self.last - month <= years * _YEAR:
            others[years - 1 - (self.last - 1 - month) // _YEAR] = False
        index = self.shapes[:, others].mean(axis=1)
        of_year = np.array([one.start.month - 1 for one in calendar.months])
        return np.where(self.is_seasonal[:, None], np.exp(index[:, of_year]), factors)

    def vagueness(self, months: float) -> Floats:
        """Variance that the factors add to a log ratio of two periods of so many months, by group."""
        years = max(self.shapes.shape[1] - 1, 1)
        return np.where(self.is_seasonal, 2 * self.noise / (months * years), 0.0)
