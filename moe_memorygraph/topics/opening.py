"""Opens the classifier of a tenant's topics: the shipped taxonomy, with what the tenant has beside it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from importlib import resources

import numpy as np

from moe_memorygraph.embedding import Embedder
from moe_memorygraph.embedding.ports import Vectors
from moe_memorygraph.memory.values import OwnTopic
from moe_memorygraph.topics.classifier import TopicClassifier
from moe_memorygraph.topics.taxonomy import TAXONOMY
from moe_memorygraph.topics.values import Topic

__all__ = ["examples_digest", "open_classifier", "topics_of"]


def topics_of(own: Sequence[OwnTopic] = ()) -> tuple[Topic, ...]:
    """The taxonomy with a tenant's own names, words and examples, without what it retired; its own topics at the end."""
    by_name = {one.name: one for one in own}
    known = {topic.name for topic in TAXONOMY}
    shipped = [_extended(topic, by_name[topic.name]) if topic.name in by_name else topic for topic in TAXONOMY]
    added = [
        _extended(Topic(name=one.name, title=one.name, names=(one.name,)), one) for one in own if one.name not in known
    ]
    return tuple(topic for topic in (*shipped, *added) if not _is_retired(topic, by_name))


def _is_retired(topic: Topic, own: dict[str, OwnTopic]) -> bool:
    return topic.name in own and own[topic.name].is_retired


def _extended(topic: Topic, own: OwnTopic) -> Topic:
    label = own.label or topic.label
    return replace(
        topic,
        label=label,
        names=_joined(topic.names, (label,), own.names),
        words=_joined(topic.words, own.words),
        examples=_joined(topic.examples, own.examples),
    )


def _joined(*parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part if one))


async def open_classifier(embedder: Embedder, own: Sequence[OwnTopic] = ()) -> TopicClassifier:
    """The classifier over this model's vectors; what was not shipped with the package is embedded."""
    topics = topics_of(own)
    info = await embedder.ready()
    known = _shipped(info.fingerprint)
    missing = [example for topic in topics for example in topic.examples if example not in known]
    if missing:
        known = {**known, **dict(zip(missing, await embedder.embed_passages(missing), strict=True))}
    examples = [known[example] for topic in topics for example in topic.examples]
    return TopicClassifier(topics, np.array(examples, np.float32).reshape(len(examples), info.dimension))


@lru_cache(maxsize=2)
def _shipped(fingerprint: str) -> dict[str, Vectors]:
    """Vectors of the taxonomy's examples by this model; none where they were made by another, or of other examples."""
    folder = resources.files("moe_memorygraph.topics")
    made = json.loads(folder.joinpath("weights.json").read_text(encoding="utf-8"))["examples"]
    if made != {"model": fingerprint, "sha256": examples_digest(TAXONOMY)}:
        return {}
    with folder.joinpath("examples.npy").open("rb") as file:
        vectors = np.load(file).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return dict(zip((example for topic in TAXONOMY for example in topic.examples), vectors, strict=True))


def examples_digest(topics: Sequence[Topic]) -> str:
    """A hash of all examples in order."""
    return sha256("\x1f".join(example for topic in topics for example in topic.examples).encode()).hexdigest()
