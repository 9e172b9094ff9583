"""Signs to log-odds to a probability."""

import json
import math
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.evaluation.provenance import is_sealed
from moe_memorygraph.workflow.confidence import SHIPPED, Model, read_model
from moe_memorygraph.workflow.confidence.signs import AGAINST, FOR, STANDS_ON

MODEL = Model(weights={"ticket": -1.0, "ticket.similarity": 4.0}, curve=((-2.0, 0.1), (0.0, 0.5), (3.0, 0.95)))


def test_contributions_are_weight_times_sign_and_leave_out_what_adds_nothing() -> None:
    assert MODEL.contributions({"ticket": 1.0, "ticket.similarity": 0.5, "other": 1.0}) == {
        "ticket": -1.0,
        "ticket.similarity": 2.0,
    }


@pytest.mark.parametrize(("logit", "chance"), [(-2, 0.1), (-1, 0.3), (0, 0.5), (1.5, 0.725), (3, 0.95)])
def test_the_curve_is_straight_between_its_points(logit: float, chance: float) -> None:
    assert MODEL.probability(logit) == pytest.approx(chance)


def test_beyond_its_ends_the_curve_goes_on_as_odds_do_and_nothing_is_certain() -> None:
    assert MODEL.probability(3 + math.log(2)) == pytest.approx(38 / 39)  # odds of 19, doubled
    assert MODEL.probability(-2 - math.log(3)) == pytest.approx(1 / 28)  # odds of 1/9, a third of them
    assert 0.0 < MODEL.probability(-99) < 0.0011
    assert 0.9989 < MODEL.probability(99) < 1.0


@given(st.floats(-50, 50), st.floats(-50, 50))
def test_more_log_odds_are_never_less_probable(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.0 <= SHIPPED.probability(low) <= SHIPPED.probability(high) <= 1.0


@pytest.mark.parametrize(
    "curve", [(), ((0.0, 0.5), (0.0, 0.6)), ((1.0, 0.5), (0.0, 0.6)), ((0.0, 0.5), (1.0, 0.4)), ((0.0, 1.0),)]
)
def test_a_curve_that_is_none_is_refused(curve: Any) -> None:
    with pytest.raises(ValueError, match=r"curve|probability"):
        Model(weights={}, curve=curve)


def test_the_shipped_weights_are_as_the_fit_wrote_them() -> None:
    text = resources.files("moe_memorygraph.workflow.confidence").joinpath("weights.json").read_text(encoding="utf-8")
    document = json.loads(text)
    assert is_sealed(document)
    assert read_model(document) == SHIPPED
    assert {one["set"] for one in document["sets"]} >= {"worlds", "off_topic", "stackfaq"}
    assert all(one["answers"] > 100 for one in document["sets"])


@pytest.mark.parametrize("sign", ["conflicts", "dropped", "degraded"])
def test_what_went_wrong_on_the_way_lowers_any_confidence(sign: str) -> None:
    for ground in STANDS_ON:
        without = SHIPPED.probability(sum(SHIPPED.contributions({ground: 1.0}).values()))
        beside = SHIPPED.probability(sum(SHIPPED.contributions({ground: 1.0, sign: 0.5}).values()))
        assert beside < without, ground


def test_no_shipped_sign_speaks_the_wrong_way() -> None:
    assert [name for name in FOR if SHIPPED.weights.get(name, 0.0) < 0] == []
    assert [name for name in AGAINST if SHIPPED.weights.get(name, 0.0) > 0] == []
