"""From signs to a probability: additive log-odds, then a monotone curve; the numbers stand in `weights.json`.

No I/O beyond reading that file at import.
"""

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

__all__ = ["SHIPPED", "Model", "read_model"]

_MOST_ODDS = 6.9  # log-odds: nothing is surer than 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """logit = sum of weight × sign; the curve says how often answers of that logit were right."""

    weights: Mapping[str, float]
    """Log-odds per unit of a sign; a sign without a weight counts for nothing."""
    curve: Sequence[tuple[float, float]]
    """(logit, probability), both ascending, at least one, no probability 0 or 1; straight between them, and beyond the
    ends as steep as a logistic, so that what speaks against an answer always lowers it."""

    def __post_init__(self) -> None:
        logits, chances = [one for one, _ in self.curve], [one for _, one in self.curve]
        if not self.curve or logits != sorted(set(logits)) or chances != sorted(chances):
            raise ValueError("a curve rises from left to right")
        if not all(math.isfinite(one) for one in (*self.weights.values(), *logits)):
            raise ValueError("weights and logits are finite")
        if not all(0.0 < one < 1.0 for one in chances):
            raise ValueError("a probability lies between 0 and 1")

    def contributions(self, signs: Mapping[str, float]) -> dict[str, float]:
        """What each sign adds to the logit, those that add something."""
        found = {name: self.weights.get(name, 0.0) * value for name, value in signs.items()}
        return {name: value for name, value in found.items() if value}

    def probability(self, logit: float) -> float:
        """How likely an answer with this sum of contributions is right, 0..1."""
        place = bisect_right(self.curve, logit, key=lambda point: point[0])
        if place in (0, len(self.curve)):
            end, chance = self.curve[0 if place == 0 else -1]
            odds = math.log(chance / (1.0 - chance)) + logit - end
            return 1.0 / (1.0 + math.exp(-min(max(odds, -_MOST_ODDS), _MOST_ODDS)))
        (left, low), (right, high) = self.curve[place - 1], self.curve[place]
        return low + (high - low) * (logit - left) / (right - left)

    def to_json(self) -> dict[str, Any]:
        """What `read_model` reads, to four places."""
        return {
            "weights": {name: round(weight, 4) for name, weight in sorted(self.weights.items())},
            "curve": [[round(logit, 4), round(chance, 4)] for logit, chance in self.curve],
        }


def read_model(document: Mapping[str, Any]) -> Model:
    """A model from its JSON: `weights`, numbers by sign, and `curve`, pairs of logit and probability."""
    return Model(
        weights={name: float(weight) for name, weight in document["weights"].items()},
        curve=tuple((float(logit), float(chance)) for logit, chance in document["curve"]),
    )


def _shipped() -> Model:
    text = resources.files("moe_memorygraph.workflow.confidence").joinpath("weights.json").read_text(encoding="utf-8")
    return read_model(json.loads(text))


SHIPPED = _shipped()
"""As fitted by scripts/fit_confidence.py."""
