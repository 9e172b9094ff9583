"""How passages that might fit a question become an order: features of each, one linear ranker, a calibrated score."""

from moe_memorygraph.memory.ranking.values import MOST_LEXEMES, Candidates, Hints, RankQuery

__all__ = ["MOST_LEXEMES", "Candidates", "Hints", "RankQuery"]
