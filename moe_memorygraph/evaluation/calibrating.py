"""The confidence of answers, fitted to answers that were judged: additive log-odds of signs, then a monotone curve.

Deterministic. The weights are a logistic regression with an L2 penalty in which the direction of a sign that is not open
to doubt is held (L-BFGS-B: Byrd, Lu, Nocedal and Zhu, 1995). The curve is an isotonic regression (pool adjacent
violators: Ayer et al., 1955) of right on the logits that each group of answers gets from a fit on the other groups, so
that it corrects what the weights promise of what they have not seen; between groups of logits it is straight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.workflow.confidence import Model
from moe_memorygraph.workflow.confidence.signs import AGAINST, FOR, STANDS_ON

__all__ = ["BY_HAND", "Judged", "fit_model", "logits_out_of_group"]

BY_HAND: Mapping[str, float] = {
    "conflicts": -0.5,
    "dropped": -1.0,
    "degraded": -1.0,
    "nothing": -5.0,
    "ticket.future": -1.5,
}
"""Weights of what no set varies enough, or judges: claims that did not stand the check, experts that were left out, no
citation, questions about what is to come; contradictions, of which answers tell both sides, which is right whichever
side is."""

_PENALTY = 1.0  # per squared log-odds; the grounds, which are base rates, nearly go free
_PENALTY_OF_GROUND = 0.1
_KNOTS = 12
_PRIOR = 1.0  # answers of either kind that every knot is taken to have seen beside its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One answer that was composed, whether or not it would have been given."""

    signs: Mapping[str, float]
    right: bool
    group: str
    """What must not be learned from when this answer is measured, such as its world."""
    weight: float = 1.0
    """How much it counts beside others, > 0."""


def fit_model(judged: Sequence[Judged], *, names: Sequence[str] | None = None) -> Model:
    """The model of these answers. Raises `ValueError` unless some are right, some wrong, and two groups are there."""
    if len({one.right for one in judged}) < 2 or len({one.group for one in judged}) < 2:
        raise ValueError("a fit needs right answers, wrong answers, and two groups of them")
    names = names or _names(judged)
    weights = _weights(judged, names)
    return Model(weights=weights, curve=_curve(logits_out_of_group(judged, names=names), judged))


def logits_out_of_group(judged: Sequence[Judged], *, names: Sequence[str] | None = None) -> NDArray[np.float64]:
    """Of each answer the logit by a fit on all groups but its own; shape (n,)."""
    names = names or _names(judged)
    logits = np.zeros(len(judged))
    for group in sorted({one.group for one in judged}):
        weights = _weights([one for one in judged if one.group != group], names)
        for place, one in enumerate(judged):
            if one.group == group:
                logits[place] = _logit(weights, one.signs)
    return logits


def _names(judged: Sequence[Judged]) -> list[str]:
    return sorted({name for one in judged for name in one.signs} - BY_HAND.keys())


def _logit(weights: Mapping[str, float], signs: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in signs.items())


def _weights(judged: Sequence[Judged], names: Sequence[str]) -> dict[str, float]:
    from scipy.optimize import minimize  # takes a while to import, and only fits need it

    signs = np.array([[one.signs.get(name, 0.0) for name in names] for one in judged])
    given = np.array([_logit(BY_HAND, one.signs) for one in judged])
    right = np.array([float(one.right) for one in judged])
    counts = np.array([one.weight for one in judged])
    penalty = np.array([_PENALTY_OF_GROUND if name in STANDS_ON else _PENALTY for name in names])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = signs @ weights + given
        chance = 1.0 / (1.0 + np.exp(-logits))
        costs = counts @ (np.logaddexp(0.0, logits) - right * logits)
        slope = signs.T @ (counts * (chance - right)) + penalty * weights
        return float(costs + 0.5 * penalty @ weights**2), slope

    bounds = [(0.0, None) if name in FOR else (None, 0.0) if name in AGAINST else (None, None) for name in names]
    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 2000})
    return {**dict(zip(names, found.x.tolist(), strict=True)), **BY_HAND}


def _curve(logits: NDArray[np.float64], judged: Sequence[Judged]) -> list[tuple[float, float]]:
    """Knots where right and wrong answers meet, rather than where most answers are; pooled until they rise."""
    order = np.argsort(logits, kind="stable")
    right = np.array([float(one.right) for one in judged])[order]
    counts = np.array([one.weight for one in judged])[order]
    share = counts * np.where(right == 1.0, 0.5 / (counts @ right), 0.5 / (counts @ (1.0 - right)))
    places = np.minimum((np.cumsum(share) * _KNOTS).astype(int), _KNOTS - 1)
    pools: list[list[float]] = []  # sum of weighted logits, of right, of weights
    for place in range(_KNOTS):
        part = places == place
        if not part.any():
            continue
        weight = counts[part]
        pools.append([float(weight @ logits[order][part]), float(weight @ right[part]), float(weight.sum())])
        while len(pools) > 1 and _share(pools[-2]) >= _share(pools[-1]):
            last = pools.pop()
            pools[-1] = [one + other for one, other in zip(pools[-1], last, strict=True)]
    points = [(pool[0] / pool[2], _share(pool)) for pool in pools]
    return [point for place, point in enumerate(points) if not place or point[0] > points[place - 1][0]]


def _share(pool: Sequence[float]) -> float:
    return (pool[1] + _PRIOR) / (pool[2] + 2 * _PRIOR)
