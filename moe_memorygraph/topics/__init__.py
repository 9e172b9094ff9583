"""What tickets are about: a taxonomy that tenants extend, and a classifier that tells it from texts."""

from moe_memorygraph.topics.classifier import FEATURES, OTHER_FEATURES, TopicClassifier, TopicGuess
from moe_memorygraph.topics.opening import examples_digest, open_classifier, topics_of
from moe_memorygraph.topics.phrases import Phrases, phrase_of
from moe_memorygraph.topics.taxonomy import TAXONOMY
from moe_memorygraph.topics.telling import LEAST_PROBABLE, Retold, tell_again, told_topics
from moe_memorygraph.topics.values import OTHER, Topic
from moe_memorygraph.topics.weights import TopicWeights, read_topic_weights

__all__ = [
    "FEATURES",
    "LEAST_PROBABLE",
    "OTHER",
    "OTHER_FEATURES",
    "TAXONOMY",
    "Phrases",
    "Retold",
    "Topic",
    "TopicClassifier",
    "TopicGuess",
    "TopicWeights",
    "examples_digest",
    "open_classifier",
    "phrase_of",
    "read_topic_weights",
    "tell_again",
    "told_topics",
    "topics_of",
]
