"""Confidence fitted to made-up answers whose odds are known."""

import math
import random
from collections.abc import Mapping

import pytest

from moe_memorygraph.evaluation.calibrating import BY_HAND, Judged, fit_model, logits_out_of_group
from moe_memorygraph.evaluation.reliability import figures_of
from moe_memorygraph.workflow.confidence import Model, read_model

TRUE = {"document": -1.0, "document.similarity": 4.0, "document.unexplained": -2.0}


def made_up(count: int, seed: int, weights: Mapping[str, float] = TRUE) -> list[Judged]:
    chance = random.Random(seed)
    found = []
    for place in range(count):
        signs = {"document": 1.0, **{name: chance.random() for name in weights if "." in name}}
        odds = sum(weights[name] * value for name, value in signs.items())
        right = chance.random() < 1 / (1 + math.exp(-odds))
        found.append(Judged(signs=signs, right=right, group=str(place % 5)))
    return found


def chance_of(model: Model, one: Judged) -> float:
    return model.probability(sum(model.contributions(one.signs).values()))


def test_a_fit_finds_the_odds_and_means_what_it_says_of_others() -> None:
    model = fit_model(made_up(4000, 1))
    for name, weight in TRUE.items():
        assert model.weights[name] == pytest.approx(weight, abs=0.4), name
    others = made_up(4000, 2)
    figures = figures_of([chance_of(model, one) for one in others], [one.right for one in others])
    assert figures.ece is not None
    assert figures.ece < 0.03
    assert figures.auroc is not None
    assert figures.auroc > 0.75


def test_the_direction_of_a_sign_is_held_against_the_answers() -> None:
    model = fit_model(made_up(2000, 3, {"document": 0.0, "document.similarity": -2.0, "document.unexplained": 2.0}))
    assert model.weights["document.similarity"] == 0.0
    assert model.weights["document.unexplained"] == 0.0


def test_what_no_answer_varies_keeps_its_weight_by_hand() -> None:
    model = fit_model(made_up(500, 4))
    assert {name: model.weights[name] for name in BY_HAND} == dict(BY_HAND)


def test_the_same_answers_give_the_same_model_and_it_is_read_as_written() -> None:
    model = fit_model(made_up(500, 5))
    assert fit_model(made_up(500, 5)) == model
    again = read_model(model.to_json())
    assert again.to_json() == model.to_json()


def test_logits_out_of_group_owe_nothing_to_their_own_group() -> None:
    answers = made_up(400, 6)
    turned = [Judged(signs=one.signs, right=one.right != (one.group == "0"), group=one.group) for one in answers]
    before, after = logits_out_of_group(answers), logits_out_of_group(turned)
    own = [place for place, one in enumerate(answers) if one.group == "0"]
    assert before[own] == pytest.approx(after[own])
    assert before.tolist() != after.tolist()


def test_a_fit_needs_both_and_two_groups() -> None:
    right = [Judged(signs={"document": 1.0}, right=True, group=name) for name in "ab"]
    with pytest.raises(ValueError, match="right answers, wrong answers"):
        fit_model(right)
    with pytest.raises(ValueError, match="two groups"):
        fit_model([*right[:1], Judged(signs={}, right=False, group="a")])
