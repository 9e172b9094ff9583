"""How passages that might fit a question become an order: features of each, one linear ranker, a calibrated score."""

from moe_memorygraph.memory.ranking.forms import Form, Said, stop_words, widened
from moe_memorygraph.memory.ranking.ranker import FEATURES, features, rank
from moe_memorygraph.memory.ranking.recording import Ranked, recorded
from moe_memorygraph.memory.ranking.traits import Trait, traits_of
from moe_memorygraph.memory.ranking.values import MOST_LEXEMES, NO_HINTS, Candidates, Hints, RankQuery
from moe_memorygraph.memory.ranking.weights import DOCUMENTS, FITTED_ON, SHIPPED, Weights, read_weights

__all__ = [
    "DOCUMENTS",
    "FEATURES",
    "FITTED_ON",
    "MOST_LEXEMES",
    "NO_HINTS",
    "SHIPPED",
    "Candidates",
    "Form",
    "Hints",
    "RankQuery",
    "Ranked",
    "Said",
    "Trait",
    "Weights",
    "features",
    "rank",
    "read_weights",
    "recorded",
    "stop_words",
    "traits_of",
    "widened",
]
