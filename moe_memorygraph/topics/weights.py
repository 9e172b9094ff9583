"""The numbers of the classifier of topics, as they stand in `weights.json`. No I/O beyond reading that file at import."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHIPPED", "TopicWeights", "read_topic_weights"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicWeights:
    """Logits per unit of each feature; a softmax over all topics and `OTHER` turns their sums into probabilities."""

    values: NDArray[np.float64]
    """Shape (features of a text and a topic,)."""
    other: NDArray[np.float64]
    """Shape (features of a text that fits no topic,)."""

    def __post_init__(self) -> None:
        if not np.isfinite([*self.values, *self.other]).all():
            raise ValueError("weights need a finite number for every feature")


def read_topic_weights(document: Mapping[str, Any]) -> TopicWeights:
    """Weights from their JSON: `weights` and `other`, objects of numbers by feature."""
    return TopicWeights(
        values=np.array([float(one) for one in document["weights"].values()]),
        other=np.array([float(one) for one in document["other"].values()]),
    )


def _shipped() -> Mapping[str, Any]:
    text = resources.files("moe_memorygraph.topics").joinpath("weights.json").read_text(encoding="utf-8")
    document: Mapping[str, Any] = json.loads(text)
    return document


SHIPPED = read_topic_weights(_shipped())
