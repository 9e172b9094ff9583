"""Figures of confidences whose answers are known to be right or wrong."""

import pytest

from moe_memorygraph.evaluation.reliability import Bin, figures_of, reliability_of


def test_bins_hold_what_was_promised_and_what_was_kept() -> None:
    bins = reliability_of([0.82, 0.88, 0.85, 0.1, 1.0], [True, True, False, False, True])
    assert [(one.low, one.high, one.answers) for one in bins] == [(0.1, 0.2, 1), (0.8, 0.9, 3), (0.9, 1.0, 1)]
    assert bins[1].confidence == pytest.approx(0.85)
    assert bins[1].right == pytest.approx(2 / 3)
    assert bins[2] == Bin(low=0.9, high=1.0, answers=1, confidence=1.0, right=1.0)


def test_figures_of_confidences() -> None:
    figures = figures_of([0.9, 0.9, 0.8, 0.6, 0.6], [True, True, False, True, False])
    assert figures.answers == 5
    assert figures.right == pytest.approx(0.6)
    assert figures.auroc == pytest.approx((2 + 2 + 0 + 0.5) / 6)
    assert figures.risk_at_80 == pytest.approx(1 / 4)
    assert figures.ece == pytest.approx((2 * 0.1 + 0.8 + 2 * 0.1) / 5)
    assert figures.brier == pytest.approx((2 * 0.01 + 0.64 + 0.16 + 0.36) / 5)


def test_nothing_to_judge_gives_no_figure() -> None:
    assert figures_of([], []).auroc is None
    assert figures_of([], []).answers == 0
    assert figures_of([0.7], [True]).auroc is None
    assert reliability_of([], []) == ()
