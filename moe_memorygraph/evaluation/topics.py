"""The classifier of topics: fitted on texts whose topic is known, and measured on others.

A conditional logit: one weight a feature for all topics alike, and a few for what fits none, by maximum likelihood with
an L2 penalty (McFadden, 1974). Where a set does not tell some topics apart, its texts are fitted to choose among its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from moe_memorygraph.topics import OTHER, Topic, TopicClassifier, TopicWeights

__all__ = ["Taught", "figures_of", "fit_topics", "left_out", "taught"]

Numbers = NDArray[np.float64]

RIDGE = 0.5
PARTS_WEIGH = 1000.0
"""What the texts of a part weigh together, however many they are."""
_NEVER = -1e9
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """Texts of one set, as the classifier sees them."""

    features: Numbers
    """Shape (n, topics, features)."""
    other: Numbers
    """Shape (n, features of what fits none)."""
    wanted: NDArray[np.int64]
    """Shape (n,): places of topics; the number of topics for `OTHER`."""

    @property
    def closed(self) -> Numbers:
        """Shape (n, topics + 1): 0, and of a text with a topic a number too low to be chosen where its set lacks that one."""
        topics = self.features.shape[1]
        shut = np.zeros((len(self.wanted), topics + 1))
        own = np.zeros(topics, bool)
        own[self.wanted[self.wanted < topics]] = True
        if own.any():
            shut[np.ix_(self.wanted < topics, np.flatnonzero(~own))] = _NEVER
        return shut


def taught(
    classifier: TopicClassifier, texts: Sequence[str], vectors: NDArray[np.float32], topics: Sequence[str]
) -> Taught:
    """Texts with their vectors, shape (n, dimension), and the topics that they have, each one of the classifier's."""
    places = {name: place for place, name in enumerate((*classifier.names, OTHER))}
    features, other = classifier.features(texts, vectors)
    return Taught(features=features, other=other, wanted=np.array([places[topic] for topic in topics], np.int64))


def left_out(topics: Sequence[Topic], vectors: NDArray[np.float32]) -> Taught:
    """Each example as a text that the taxonomy does not have; `vectors` as for `TopicClassifier`."""
    parts, row = [], 0
    for place, topic in enumerate(topics):
        for example in topic.examples:
            rest = tuple(one for one in topic.examples if one != example)
            others = [*topics[:place], replace(topic, examples=rest), *topics[place + 1 :]]
            without = TopicClassifier(others, np.delete(vectors, row, axis=0))
            parts.append(taught(without, [example], vectors[row : row + 1], [topic.name]))
            row += 1
    return Taught(
        features=np.concatenate([one.features for one in parts]),
        other=np.concatenate([one.other for one in parts]),
        wanted=np.concatenate([one.wanted for one in parts]),
    )


def fit_topics(parts: Sequence[Taught]) -> TopicWeights:
    """Weights by which the parts' texts, each part weighing the same, are likeliest to be of the topics they have."""
    features = np.concatenate([one.features for one in parts])
    other = np.concatenate([one.other for one in parts])
    wanted = np.concatenate([one.wanted for one in parts])
    closed = np.concatenate([one.closed for one in parts])
    share = np.concatenate([np.full(len(one.wanted), PARTS_WEIGH / len(one.wanted)) for one in parts])
    count, rows = features.shape[2], np.arange(len(wanted))

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        chances = _softmax(_logits(features, other, weights[:count], weights[count:]) + closed)
        likely = np.log(np.maximum(chances[rows, wanted], 1e-300))
        chances[rows, wanted] -= 1.0
        slope = chances * share[:, None]
        down = np.concatenate([np.einsum("nt,ntf->f", slope[:, :-1], features), slope[:, -1] @ other])
        return float(RIDGE * weights @ weights - share @ likely), down + 2 * RIDGE * weights

    found = minimize(loss, np.zeros(count + other.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return TopicWeights(values=np.asarray(found.x[:count]), other=np.asarray(found.x[count:]))


def figures_of(one: Taught, weights: TopicWeights) -> dict[str, Any]:
    """How right and how sure of itself the classifier is on a set; None for what the set cannot tell.

    `accuracy`, `macro_f1` (over the set's topics) and `ece` (ten bins of the winner's probability) are of all texts;
    `own_accuracy` where only the set's own topics may be chosen; `other_recall` is the share of texts without a topic
    that are told so, `taken_for_other` that of the others.
    """
    logits = _logits(one.features, one.other, weights.values, weights.other)
    chances = _softmax(logits)
    told, sure = chances.argmax(axis=1), chances.max(axis=1)
    none = one.features.shape[1]
    inside, right = one.wanted < none, told == one.wanted
    own = _softmax(logits + one.closed).argmax(axis=1) == one.wanted
    return {
        "texts": len(one.wanted),
        "topics": len(np.unique(one.wanted[inside])),
        "accuracy": _mean(right),
        "macro_f1": _macro_f1(told, one.wanted),
        "ece": calibration_error(sure, right),
        "confidence": _mean(sure),
        "topic_accuracy": _mean(right[inside]),
        "own_accuracy": _mean(own[inside]),
        "taken_for_other": _mean(told[inside] == none),
        "other_recall": _mean(told[~inside] == none),
        "sure": _above(sure, right & (told < none), told < none),
    }


def calibration_error(sure: Numbers, right: NDArray[np.bool_]) -> float:
    """Mean distance between how sure and how often right, over ten bins of how sure, weighed by their texts."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    parts = [bins == place for place in np.unique(bins)]
    return round(float(sum(abs(sure[one].mean() - right[one].mean()) * one.mean() for one in parts)), 4)


def _above(sure: Numbers, right: NDArray[np.bool_], labelled: NDArray[np.bool_]) -> Mapping[str, dict[str, Any]]:
    """Of labels at least so probable: the share of texts that get one, and how many of these are right."""
    found = {}
    for least in (0.0, 0.5, 0.7, 0.9):
        kept = labelled & (sure >= least)
        found[f"{least:g}"] = {"share": _mean(kept), "right": _mean(right[kept])}
    return found


def _macro_f1(told: NDArray[np.int64], wanted: NDArray[np.int64]) -> float:
    scores = []
    for topic in np.unique(wanted):
        both = int(((told == topic) & (wanted == topic)).sum())
        scores.append(2 * both / int((told == topic).sum() + (wanted == topic).sum()))
    return round(float(np.mean(scores)), 4)


def _logits(features: Numbers, other: Numbers, values: Numbers, of_other: Numbers) -> Numbers:
    return np.concatenate([features @ values, (other @ of_other)[:, None]], axis=1)


def _softmax(logits: Numbers) -> Numbers:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float64)


def _mean(values: NDArray[Any]) -> float | None:
    return round(float(values.mean()), 4) if len(values) else None
