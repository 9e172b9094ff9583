"""Whether confidence means what it says: how often answers given with about 0.8 were right. Pure arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["BINS", "Bin", "Figures", "figures_of", "reliability_of"]

BINS = 10
"""Equal-width bins of confidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers whose confidence lies from `low` to below `high` (1 is in the last bin)."""

    low: float
    high: float
    answers: int
    confidence: float
    """Their mean; what was promised."""
    right: float
    """Share of them that were right; what was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How far confidences tell right answers from wrong ones; None where nothing was to be judged."""

    answers: int
    right: float | None = None
    brier: float | None = None
    """Mean squared error of confidence; lower is better."""
    ece: float | None = None
    """Expected calibration error over the bins; lower is better."""
    auroc: float | None = None
    """How surely confidence tells a right answer from a wrong one; 0.5 is chance."""
    risk_at_80: float | None = None
    """Share of wrong answers among the four fifths with the most confidence."""


def figures_of(confidences: Sequence[float], right: Sequence[bool]) -> Figures:
    """Of answers with these confidences (0..1), right or wrong."""
    if not confidences:
        return Figures(answers=0)
    chance, is_right = np.array(confidences, dtype=np.float64), np.array(right, dtype=np.bool_)
    surest = np.argsort(-chance, kind="stable")[: max(1, round(0.8 * len(chance)))]
    gaps = sum(one.answers * abs(one.confidence - one.right) for one in reliability_of(confidences, right))
    return Figures(
        answers=len(chance),
        right=float(is_right.mean()),
        brier=float(((chance - is_right) ** 2).mean()),
        ece=gaps / len(chance),
        auroc=_area(chance, is_right),
        risk_at_80=float(1.0 - is_right[surest].mean()),
    )


def reliability_of(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """The bins that hold anything, in order."""
    chance, is_right = np.array(confidences, dtype=np.float64), np.array(right, dtype=np.bool_)
    places = np.minimum((chance * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            low=place / BINS,
            high=(place + 1) / BINS,
            answers=int((places == place).sum()),
            confidence=float(chance[places == place].mean()),
            right=float(is_right[places == place].mean()),
        )
        for place in range(BINS)
        if (places == place).any()
    )


def _area(chance: NDArray[np.float64], right: NDArray[np.bool_]) -> float | None:
    """The share of (right, wrong) pairs in which the right answer has more confidence; ties count half."""
    good, bad = np.sort(chance[right]), chance[~right]
    if not len(good) or not len(bad):
        return None
    below, up_to = np.searchsorted(good, bad, side="left"), np.searchsorted(good, bad, side="right")
    return float((len(good) - 0.5 * (below + up_to)).mean() / len(good))
