"""Fit the confidence of answers on golden questions: prints the coefficients that `workflow/confidence.py` holds.

usage: python scripts/fit_confidence.py GOLDEN --tenant demo

A logistic regression (L2, Newton's method) from the features of each composed answer to whether it was right, and its
Brier score and expected calibration error under ten-fold cross-validation.
"""

import argparse
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.server.app import open_app
from moe_memorygraph.settings import load_settings
from moe_memorygraph.workflow.values import Ask

NAMES = ("best_score", "coverage", "breadth", "direct", "conflicts", "dropped", "degraded")
RIDGE = 0.3


def right(row: Mapping[str, Any], answer: str) -> bool:
    said = answer.casefold()
    expect = row["expect"]
    claims = all(any(way.casefold() in said for way in claim["any_of"]) for claim in expect.get("claims", []))
    return not expect["abstain"] and claims


def fit(features: NDArray[np.float64], labels: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = np.zeros(features.shape[1])
    ridge = np.diag([0.0, *[RIDGE] * (features.shape[1] - 1)])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-features @ weights))
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


async def collect(rows: list[dict[str, Any]], tenant: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    features, labels = [], []
    async with open_app(load_settings(abstain_below=0.0)) as app:
        memory, workflow = await app.memory(tenant), await app.workflow()
        for row in rows:
            times = {
                name: datetime.fromisoformat(row[name]).replace(tzinfo=UTC)
                for name in ("as_of", "since", "until")
                if row.get(name)
            }
            ask = Ask(tool="query_customer_intel", text=row["question"], customer=row.get("customer"), **times)
            result = await workflow.ask(memory, ask)
            if result.assessment is None or result.assessment.is_hard:
                continue
            found = result.assessment.features
            features.append([1.0, *(found[name] for name in NAMES)])
            labels.append(float(right(row, str(result.envelope["answer"]))))
    return np.array(features), np.array(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("golden", type=Path)
    parser.add_argument("--tenant", required=True)
    args = parser.parse_args()
    rows = [json.loads(line) for line in args.golden.read_text(encoding="utf-8").splitlines()]
    features, labels = anyio.run(collect, rows, args.tenant)
    folds = np.arange(len(labels)) % 10
    chance = np.zeros(len(labels))
    for fold in range(10):
        weights = fit(features[folds != fold], labels[folds != fold])
        chance[folds == fold] = 1 / (1 + np.exp(-features[folds == fold] @ weights))
    print(f"{len(labels)} answers, {labels.mean():.3f} right")
    print(f"cross-validated: Brier {((chance - labels) ** 2).mean():.4f}, ECE {calibration_error(chance, labels):.4f}")
    for name, weight in zip(("bias", *NAMES), fit(features, labels), strict=True):
        print(f"{name:12s} {weight:+.2f}")


if __name__ == "__main__":
    main()
