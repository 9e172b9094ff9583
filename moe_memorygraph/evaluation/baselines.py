"""Rankings to compare with, over the very candidates that our own search ranked: meaning, words, and both by rank."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.ranking import Candidates, RankQuery

__all__ = ["BASELINES", "baseline_scores", "order_of_keys"]

BASELINES = ("bm25", "dense", "rank_fusion")

_K1, _B = 1.2, 0.75
_FUSION = 60.0


def baseline_scores(query: RankQuery, candidates: Candidates) -> Mapping[str, NDArray[np.float64]]:
    """Scores of shape (n,) by baseline, higher is better.

    `bm25`: with k1 1.2 and b 0.75 (Robertson and Zaragoza, 2009), a word counted once per passage. `dense`: cosine, -1
    where there is none. `rank_fusion`: reciprocal ranks of both, k = 60 (Cormack, Clarke and Büttcher, 2009).
    """
    dense = np.where(np.isfinite(candidates.similarity), candidates.similarity, -1.0)
    words = _bm25(query, candidates)
    return {
        "bm25": words,
        "dense": dense,
        "rank_fusion": 1 / (_FUSION + _places(dense)) + 1 / (_FUSION + _places(words)),
    }


def _bm25(query: RankQuery, candidates: Candidates) -> NDArray[np.float64]:
    frequency = np.asarray(query.frequency, dtype=np.float64)
    rarity = np.log1p((query.total - frequency + 0.5) / (frequency + 0.5)) if query.total else np.ones(len(frequency))
    bits = np.arange(len(query.lexemes), dtype=np.uint64)
    holds = ((candidates.held[:, None] >> bits) & np.uint64(1)).astype(np.float64)
    mean = query.mean_length or max(1.0, float(np.mean(candidates.length))) if len(candidates) else 1.0
    shortness = (_K1 + 1) / (1 + _K1 * (1 - _B + _B * candidates.length / mean))
    return np.asarray((holds @ rarity) * shortness, dtype=np.float64)


def _places(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place of each, from 1; the earlier row first among equals."""
    places = np.empty(len(scores))
    places[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return places


def order_of_keys(candidates: Candidates, scores: NDArray[np.float64]) -> list[object]:
    """Keys by their best passage, best first; the earlier row first among equals."""
    return list(dict.fromkeys(candidates.keys[row] for row in np.argsort(-scores, kind="stable")))
