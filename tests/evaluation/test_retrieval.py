"""Figures of rankings, against cases computed by hand."""

import math

import numpy as np
import pytest

from moe_memorygraph.evaluation.baselines import BASELINES, baseline_scores, order_of_keys
from moe_memorygraph.evaluation.retrieval import mean_figures, retrieval_figures
from tests.memory.ranking.samples import candidates, query


def test_a_ranking_scored_by_hand() -> None:
    found = ["x", "a", "y", "b", *(f"z{place}" for place in range(6)), "c"]
    figures = retrieval_figures(found, ["a", "b", "c", "d"])
    assert figures["recall@5"] == 2 / 4
    assert figures["recall@10"] == 2 / 4
    assert figures["recall@20"] == 3 / 4
    assert (figures["hit@10"], figures["all@10"], figures["mrr"]) == (1, 0, 1 / 2)
    best = 1 + 1 / math.log2(3) + 1 / 2 + 1 / math.log2(5)
    assert figures["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / best)


def test_a_perfect_ranking_has_every_figure_at_one() -> None:
    assert set(retrieval_figures(["b", "a", "x"], ["a", "b"]).values()) == {1.0}


def test_a_ranking_that_finds_nothing_has_every_figure_at_zero() -> None:
    assert set(retrieval_figures(["x"], ["a"]).values()) == {0.0}
    assert set(retrieval_figures([], ["a"]).values()) == {0.0}


def test_a_question_that_wants_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="without anything wanted"):
        retrieval_figures(["a"], [])


def test_means_are_over_questions() -> None:
    first, second = retrieval_figures(["a"], ["a"]), retrieval_figures(["x", "a"], ["a", "b"])
    assert mean_figures([first, second])["recall@5"] == 0.75
    assert mean_figures([first, second])["mrr"] == 0.75
    assert mean_figures([]) == {}


def test_baselines_rank_by_words_by_meaning_and_by_both() -> None:
    rows = candidates(4, similarity=[0.1, 0.9, 0.5, np.nan], held=[0b0001, 0, 0b1000, 0b0001], length=[12, 12, 12, 60])
    scores = baseline_scores(query(), rows)
    assert tuple(scores) == BASELINES
    assert order_of_keys(rows, scores["dense"]) == ["t1", "t2", "t0", "t3"]
    assert order_of_keys(rows, scores["bm25"]) == ["t0", "t3", "t2", "t1"]  # rare before common, short before long
    # 1/62 + 1/61, 1/64 + 1/62, 1/61 + 1/64, 1/62 + 1/63
    assert order_of_keys(rows, scores["rank_fusion"])[0] == "t0"
    rarest = math.log1p((1000 - 3 + 0.5) / 3.5)
    assert scores["bm25"][0] == pytest.approx(rarest)  # of mean length: 2.2 / (1 + 1.2)


def test_keys_are_ordered_by_their_best_passage() -> None:
    rows = candidates(4, keys=["a", "b", "a", "c"])
    assert order_of_keys(rows, np.array([0.1, 0.5, 0.9, 0.5])) == ["a", "b", "c"]
