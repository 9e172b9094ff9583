"""The shipped numbers fit the features, and say where they come from."""

import json

import numpy as np
import pytest

from moe_memorygraph.evaluation.fitting import NEVER_HARMS
from moe_memorygraph.memory.ranking import DOCUMENTS, FEATURES, FITTED_ON, SHIPPED, Weights, read_weights


@pytest.mark.parametrize("weights", [SHIPPED, DOCUMENTS], ids=["texts", "documents"])
def test_shipped_weights_name_the_features_in_their_order(weights: Weights) -> None:
    assert weights.names == FEATURES
    never_harm = [FEATURES.index(name) for name in NEVER_HARMS]
    assert (weights.values[never_harm] >= 0).all()


def test_shipped_weights_say_what_they_were_fitted_on() -> None:
    assert len(FITTED_ON) >= 25
    assert all(len(mark) == 16 for mark in FITTED_ON)


def test_weights_come_back_from_their_json() -> None:
    weights = Weights(names=("a", "b"), values=np.array([1.5, -0.25]), bias=-2.0)
    again = read_weights(json.loads(json.dumps(weights.to_json())))
    assert (again.names, again.values.tolist(), again.bias) == (("a", "b"), [1.5, -0.25], -2.0)
    assert again.probability(np.array([[2.0, 4.0]])) == pytest.approx([0.5])


@pytest.mark.parametrize("values", [[1.0], [1.0, np.nan]])
def test_weights_that_do_not_fit_their_names_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="one finite number"):
        Weights(names=("a", "b"), values=np.array(values), bias=0.0)
