"""How well a ranking finds what is wanted: recall, MRR and nDCG of one question, and their means. Pure arithmetic."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

__all__ = ["CUTS", "mean_figures", "retrieval_figures"]

CUTS = (5, 10, 20)


def retrieval_figures(found: Sequence[str], wanted: Sequence[str]) -> dict[str, float]:
    """Figures of one ranking, best first, each id once; all 0..1, higher is better.

    `recall@k`: share of the wanted among the first k. `hit@10`, `all@10`: whether any, whether all of them are among
    the first ten. `mrr`: 1 / place of the first wanted one, 0 where none was found. `ndcg@10`: gains of 1, discounted
    by 1 / log2(place + 1), over the best possible (Järvelin and Kekäläinen, 2002). Raises `ValueError` where nothing
    is wanted.
    """
    if not wanted:
        raise ValueError("a question without anything wanted cannot be scored")
    left = set(wanted)
    places = [place for place, one in enumerate(found) if one in left]
    within = {cut: sum(place < cut for place in places) / len(left) for cut in CUTS}
    gain = sum(1 / math.log2(place + 2) for place in places if place < 10)
    best = sum(1 / math.log2(place + 2) for place in range(min(10, len(left))))
    return {
        **{f"recall@{cut}": within[cut] for cut in CUTS},
        "hit@10": float(within[10] > 0),
        "all@10": float(within[10] == 1),
        "mrr": 1 / (places[0] + 1) if places else 0.0,
        "ndcg@10": gain / best,
    }


def mean_figures(figures: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each figure, rounded to four places; empty for no questions."""
    return {name: round(fmean(one[name] for one in figures), 4) for name in (figures[0] if figures else ())}
