"""The gate's weights: a bias and one number per feature, per expert.

Every feature lies in 0..1. These are hand-set: `coverage` and `similarity` (what the planes hold for this question)
weigh most, since a router that sees the question alone finds the right plane in a third of cases; `kind` and
`estimate` settle ties; `cost` and `load` push only near the threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["FEATURES", "HAND_SET", "Weights"]

FEATURES = ("coverage", "similarity", "kind", "estimate", "load", "cost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """`bias[expert]`, `slope[expert][feature]`, and the weight (0..1) from which an expert is chosen."""

    version: str
    bias: Mapping[str, float]
    slope: Mapping[str, Mapping[str, float]]
    threshold: float = 0.5

    def of(self, expert: str) -> tuple[float, Mapping[str, float]]:
        """Bias and slopes; an expert without weights of its own gets those named 'default'."""
        return self.bias.get(expert, self.bias["default"]), self.slope.get(expert, self.slope["default"])


_EVIDENCE = {"coverage": 2.4, "similarity": 2.6, "kind": 2.4, "estimate": 1.2, "load": -1.0, "cost": -0.6}

HAND_SET = Weights(
    version="hand-set-1",
    bias={
        "default": -3.0,
        "STMRecall": -2.2,
        "LTMRecall": -3.2,
        "SemanticQuery": -2.8,
        "VectorRetrieve": -3.4,
        "KnowledgeRetrieve": -3.4,
        "Compliance": -2.0,
        "Verifier": 2.0,
        "Synthesizer": 2.0,
    },
    slope={
        "default": _EVIDENCE,
        "KnowledgeRetrieve": {**_EVIDENCE, "coverage": 1.6, "similarity": 3.6},
        "Compliance": {"kind": 4.0, "estimate": 2.0, "load": -0.5, "cost": -0.3},
        "Verifier": {"load": -0.2, "cost": -0.2},
        "Synthesizer": {"load": -0.2, "cost": -0.2},
    },
)
