"""What tickets are about: a taxonomy that tenants extend."""

from moe_memorygraph.topics.phrases import Phrases, phrase_of
from moe_memorygraph.topics.taxonomy import TAXONOMY
from moe_memorygraph.topics.values import OTHER, Topic

__all__ = ["OTHER", "TAXONOMY", "Phrases", "Topic", "phrase_of"]
