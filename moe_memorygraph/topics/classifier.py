"""What a text is about: how near it is to each topic's examples, and which of the topic's words it holds.

One set of weights serves every topic, so that a topic which a tenant adds is judged as the shipped ones are. No I/O.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.topics.phrases import Phrases, phrase_of
from moe_memorygraph.topics.values import OTHER, Topic
from moe_memorygraph.topics.weights import SHIPPED, TopicWeights

__all__ = ["FEATURES", "OTHER_FEATURES", "TopicClassifier", "TopicGuess"]

Rows = NDArray[np.floating[Any]]
Features = NDArray[np.float64]

FEATURES = ("nearest", "nearest_three", "middle", "beyond_others", "named", "words")
"""Of a text and a topic."""
OTHER_FEATURES = ("bias", "length", "nearest_of_all")
"""Of a text that may fit no topic."""
_WORDS_PER_HIT = 40
"""A text of so many words needs two different words of a topic to say as much as a short one does by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicGuess:
    """The likeliest topic of a text, `OTHER` included."""

    topic: str
    category: str | None
    """What its tickets are labelled; None for `OTHER`."""
    probability: float
    """Of that topic, 0..1."""


class TopicClassifier:
    """Topics with their examples' vectors."""

    def __init__(
        self, topics: Sequence[Topic], vectors: NDArray[np.float32], *, weights: TopicWeights = SHIPPED
    ) -> None:
        """`vectors`: of all topics' examples in order, shape (n, dimension), unit length."""
        counts = [len(topic.examples) for topic in topics]
        if sum(counts) != len(vectors):
            raise ValueError("there must be a vector for every example")
        self.names = tuple(topic.name for topic in topics)
        self.topics = tuple(topics)
        self._weights = weights
        self._examples = vectors
        self._bounds = np.cumsum([0, *counts])
        self._middles = np.array([_middle(vectors[a:b]) for a, b in zip(self._bounds, self._bounds[1:], strict=False)])
        named = {phrase_of(one): (place, True) for place, topic in enumerate(topics) for one in topic.names}
        said = {
            phrase_of(one): (place, False) for place, topic in enumerate(topics) for one in (*topic.near, *topic.words)
        }
        self._phrases = Phrases({**said, **named})

    def guess(self, texts: Sequence[str], vectors: Rows) -> list[TopicGuess]:
        """The likeliest topic of each text. `vectors`: shape (n, dimension), unit length."""
        if not texts:
            return []
        chances = self.probabilities(texts, vectors)
        best = chances.argmax(axis=1)
        names = (*self.names, OTHER)
        categories = (*(topic.category for topic in self.topics), None)
        return [
            TopicGuess(topic=names[place], category=categories[place], probability=float(row[place]))
            for place, row in zip(best.tolist(), chances, strict=True)
        ]

    def probabilities(self, texts: Sequence[str], vectors: Rows) -> Features:
        """Shape (n, topics + 1), each row a distribution; the last column is `OTHER`."""
        features, other = self.features(texts, vectors)
        logits = np.concatenate([features @ self._weights.values, (other @ self._weights.other)[:, None]], axis=1)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float64)

    def features(self, texts: Sequence[str], vectors: Rows) -> tuple[Features, Features]:
        """(of each text and topic, shape (n, topics, `FEATURES`); of each text as other, shape (n, `OTHER_FEATURES`))."""
        near = self._nearness(np.asarray(vectors, np.float64))
        words, lengths = self._said(texts)
        features = np.concatenate([near, words], axis=2)
        other = np.stack([np.ones(len(texts)), np.log1p(lengths), near[:, :, 0].max(axis=1, initial=0.0)], axis=1)
        return features, other

    def _nearness(self, vectors: Features) -> Features:
        """Cosines to each topic's examples: the best, the mean of the best three, their middle, and that beyond the mean."""
        cosines = vectors @ self._examples.T
        found = np.zeros((len(vectors), len(self.names), 4))
        for place, (start, stop) in enumerate(zip(self._bounds, self._bounds[1:], strict=False)):
            if start < stop:
                best = np.sort(cosines[:, start:stop], axis=1)[:, ::-1]
                found[:, place, 0] = best[:, 0]
                found[:, place, 1] = best[:, :3].mean(axis=1)
        found[:, :, 2] = vectors @ self._middles.T
        found[:, :, 3] = found[:, :, 2] - found[:, :, 2].mean(axis=1, keepdims=True)
        return found

    def _said(self, texts: Sequence[str]) -> tuple[Features, Features]:
        """(whether a topic is named, how many different words of it there are for the length; words of each text)."""
        found = np.zeros((len(texts), len(self.names), 2))
        lengths = np.zeros(len(texts))
        for row, text in enumerate(texts):
            words = phrase_of(text)
            lengths[row] = len(words)
            said: dict[int, set[tuple[str, ...]]] = {}
            for start, stop, (place, is_name) in self._phrases.find(words):
                said.setdefault(place, set()).add(words[start:stop])
                if is_name:
                    found[row, place, 0] = 1.0
            for place, different in said.items():
                found[row, place, 1] = min(1.0, len(different) / (1.0 + len(words) / _WORDS_PER_HIT))
        return found, lengths


def _middle(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    middle = vectors.mean(axis=0, dtype=np.float64) if len(vectors) else np.zeros(vectors.shape[1])
    length = np.linalg.norm(middle)
    return np.asarray(middle / length if length else middle, np.float64)
