"""Fit the confidence of answers on golden questions: prints the coefficients that `workflow/confidence.py` holds.

usage: python scripts/fit_confidence.py GOLDEN --tenant demo

A logistic regression (L2, Newton's method) from the features of each composed answer to whether it was right, and its
Brier score and expected calibration error under ten-fold cross-validation. What the sample says too little of is set by
hand, and fitted around.
"""

import argparse
from pathlib import Path

import anyio
import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.evaluation import GoldenQuestion, read_golden, score_answer
from moe_memorygraph.server.app import open_app
from moe_memorygraph.settings import load_settings
from moe_memorygraph.telemetry import configure_logging
from moe_memorygraph.workflow.values import Ask

NAMES = ("best_score", "coverage", "direct")
BY_HAND = {"breadth": 0.0, "conflicts": -1.7, "dropped": -1.0, "degraded": -1.0}
RIDGE = 0.3


def fit(
    features: NDArray[np.float64], labels: NDArray[np.float64], by_hand: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of the features, the bias first; `by_hand`: what each logit holds already."""
    weights = np.zeros(features.shape[1])
    ridge = np.diag([0.0, *[RIDGE] * (features.shape[1] - 1)])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(features @ weights + by_hand)))
        slope = features.T @ (chance - labels) + ridge @ weights
        curve = (features.T * (chance * (1 - chance))) @ features + ridge
        weights = weights - np.linalg.solve(curve + 1e-9 * np.eye(len(weights)), slope)
    return weights


def calibration_error(chance: NDArray[np.float64], labels: NDArray[np.float64]) -> float:
    bins = np.minimum((chance * 10).astype(int), 9)
    return float(
        sum(
            abs(chance[bins == b].mean() - labels[bins == b].mean()) * (bins == b).mean()
            for b in range(10)
            if (bins == b).any()
        )
    )


async def collect(
    golden: list[GoldenQuestion], tenant: str
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of every answer that no hard reason withholds its features (with a leading 1), its label and its logit by hand."""
    features, labels, by_hand = [], [], []
    async with open_app(load_settings(abstain_below=0.0)) as app:
        memory, workflow = await app.memory(tenant), await app.workflow()
        for one in golden:
            ask = Ask(
                tool="query_customer_intel",
                text=one.question,
                customer=one.customer,
                as_of=one.as_of,
                since=one.since,
                until=one.until,
            )
            result = await workflow.ask(memory, ask)
            if result.assessment is None or result.assessment.is_hard:
                continue
            found = result.assessment.features
            features.append([1.0, *(found[name] for name in NAMES)])
            by_hand.append(sum(weight * found[name] for name, weight in BY_HAND.items()))
            labels.append(float(score_answer(one, result.envelope, resources={}).right))
    return np.array(features), np.array(labels), np.array(by_hand)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", type=Path)
    parser.add_argument("--tenant", required=True)
    args = parser.parse_args()
    configure_logging("WARNING")
    features, labels, by_hand = anyio.run(collect, read_golden(args.golden), args.tenant)
    folds = np.arange(len(labels)) % 10
    chance = np.zeros(len(labels))
    for fold in range(10):
        rest, left = folds != fold, folds == fold
        weights = fit(features[rest], labels[rest], by_hand[rest])
        chance[left] = 1 / (1 + np.exp(-(features[left] @ weights + by_hand[left])))
    print(f"{len(labels)} answers, {labels.mean():.3f} right")
    print(f"cross-validated: Brier {((chance - labels) ** 2).mean():.4f}, ECE {calibration_error(chance, labels):.4f}")
    for name, weight in zip(("bias", *NAMES), fit(features, labels, by_hand), strict=True):
        print(f"{name:12s} {weight:+.2f}")


if __name__ == "__main__":
    main()
