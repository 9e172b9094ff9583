"""The numbers of the linear ranker, as they stand in `weights.json`. No I/O beyond reading that file at import."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["DOCUMENTS", "FITTED_ON", "SHIPPED", "Weights", "read_weights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A linear score and the odds that it means."""

    names: tuple[str, ...]
    values: NDArray[np.float64]
    """Shape (len(names),): logits per unit of each feature."""
    bias: float

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.names),) or not np.isfinite([*self.values, self.bias]).all():
            raise ValueError("weights need one finite number for every name")

    def probability(self, features: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Of each row, 1 / (1 + exp(-(bias + features @ values))); shape (n,), 0..1."""
        logit = np.clip(self.bias + features @ self.values, -60.0, 60.0)
        return np.asarray(1.0 / (1.0 + np.exp(-logit)), dtype=np.float64)

    def to_json(self) -> dict[str, Any]:
        """What `read_weights` reads: `bias`, and `weights` by feature, to four places."""
        return {
            "bias": round(self.bias, 4),
            "weights": {name: round(float(value), 4) for name, value in zip(self.names, self.values, strict=True)},
        }


def read_weights(document: Mapping[str, Any]) -> Weights:
    """Weights from their JSON: `bias` and `weights`, an object of numbers by feature."""
    pairs = document["weights"]
    return Weights(
        names=tuple(pairs), values=np.array([float(one) for one in pairs.values()]), bias=float(document["bias"])
    )


def _shipped() -> Mapping[str, Any]:
    text = resources.files("moe_memorygraph.memory.ranking").joinpath("weights.json").read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return document


_document = _shipped()

SHIPPED = read_weights(_document["texts"])
"""For what people write to each other and for single statements: tickets, turns, facts, patterns."""

DOCUMENTS = read_weights(_document["documents"])
"""For documents, whose titles and headings say what a passage is about."""

FITTED_ON = frozenset(mark for one in _document["sets"] for mark in one["parts"])
"""A hash of each part of a set that the weights were fitted on, as `evaluation.suites.Suite.marks` gives them."""
