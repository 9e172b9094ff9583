"""Weights learn what the examples teach, and nothing else."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from moe_memorygraph.evaluation.fitting import Example, fit_weights
from moe_memorygraph.memory.ranking import FEATURES, SHIPPED, Weights

COLUMNS = {name: place for place, name in enumerate(FEATURES)}


def example(rows: int, *, evidence: list[int], **columns: NDArray[np.float64]) -> Example:
    found = np.zeros((rows, len(FEATURES)), dtype=np.float32)
    for name, column in columns.items():
        found[:, COLUMNS[name]] = column
    relevant = np.full(rows, -1, dtype=np.intp)
    relevant[evidence] = np.arange(len(evidence))
    return Example(features=found, relevant=relevant)


def taught_by(name: str, *, sign: float = 1.0, questions: int = 60, rows: int = 20, seed: int = 0) -> Iterator[Example]:
    """Questions whose evidence has the highest (or with sign -1 the lowest) value of one feature."""
    rng = np.random.default_rng(seed)
    for _ in range(questions):
        column = rng.random(rows)
        yield example(rows, evidence=[int(np.argmax(sign * column))], brevity=rng.random(rows), **{name: column})


def weight_of(weights: Weights, name: str) -> float:
    return float(weights.values[COLUMNS[name]])


def test_the_feature_that_tells_evidence_gets_the_weight() -> None:
    weights = fit_weights(list(taught_by("similarity")), prior=SHIPPED)
    assert weight_of(weights, "similarity") > 5 * abs(weight_of(weights, "brevity"))
    others = list(taught_by("similarity", seed=1))
    scores = [weights.probability(one.features) for one in others]
    first = [one.relevant[np.argmax(score)] == 0 for one, score in zip(others, scores, strict=True)]
    assert np.mean(first) > 0.8
    assert np.mean([score[one.relevant == 0] > 0.5 for one, score in zip(others, scores, strict=True)]) > 0.9


def test_what_never_harms_never_gets_a_negative_weight() -> None:
    weights = fit_weights(list(taught_by("similarity", sign=-1)), prior=SHIPPED)
    assert weight_of(weights, "similarity") == 0
    assert weight_of(fit_weights(list(taught_by("is_question", sign=-1)), prior=SHIPPED), "is_question") < -1


def test_what_no_example_varies_keeps_its_weight() -> None:
    weights = fit_weights(list(taught_by("similarity")), prior=SHIPPED)
    for name in ("customer", "category", "is_recent", "by_asked"):
        assert weight_of(weights, name) == weight_of(SHIPPED, name)


def test_features_that_are_not_named_get_no_weight() -> None:
    weights = fit_weights(list(taught_by("similarity")), prior=SHIPPED, names=["similarity"])
    assert weight_of(weights, "brevity") == 0
    assert weight_of(weights, "similarity") > 0


def test_the_same_examples_give_the_same_weights() -> None:
    first, second = (fit_weights(list(taught_by("similarity")), prior=SHIPPED) for _ in range(2))
    assert (first.values == second.values).all()
    assert first.bias == second.bias


def test_one_passage_of_a_wanted_text_is_enough() -> None:
    """The second passage of each text is as bad as others; only if it had to be found would that cost weight."""
    rng = np.random.default_rng(0)
    both = []
    for _ in range(60):
        column = rng.random(20)
        column[:2] = 2.0, 0.0
        one = example(20, evidence=[0], similarity=column)
        relevant = one.relevant.copy()
        relevant[1] = 0
        both.append(Example(features=one.features, relevant=relevant))
    weights = fit_weights(both, prior=SHIPPED)
    scores = weights.probability(both[0].features)
    assert np.argmax(scores) == 0
    assert weight_of(weights, "similarity") > 1


def test_questions_without_embeddings_have_even_odds_of_their_own() -> None:
    examples = list(taught_by("similarity"))
    for one in taught_by("coverage_alone", seed=2):
        one.features[:, COLUMNS["no_similarity"]] = 1
        examples.append(one)
    weights = fit_weights(examples, prior=SHIPPED)
    bare = [one for one in examples if one.features[0, COLUMNS["no_similarity"]]]
    evidence = np.concatenate([weights.probability(one.features)[one.relevant == 0] for one in bare])
    others = np.concatenate([weights.probability(one.features)[one.relevant < 0] for one in bare])
    assert np.mean(evidence > 0.5) > 0.8
    assert np.mean(others < 0.5) > 0.7


def test_examples_that_teach_nothing_are_refused() -> None:
    nothing = example(3, evidence=[], similarity=np.arange(3.0))
    everything = example(1, evidence=[0], similarity=np.ones(1))
    with pytest.raises(ValueError, match="no example holds both"):
        fit_weights([nothing, everything], prior=SHIPPED)
