"""A plane in miniature stands for the plane."""

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.gating import nearest_similarity, pick_representatives


def _clusters(count: int, each: int) -> NDArray[np.float32]:
    draw = np.random.default_rng(3)
    centres = draw.normal(size=(count, 32))
    rows = np.repeat(centres, each, axis=0) + 0.1 * draw.normal(size=(count * each, 32))
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_every_cluster_has_a_representative_near_it() -> None:
    vectors = _clusters(12, 30)
    few = pick_representatives(vectors, count=16)
    assert few.shape == (16, 32)
    assert min(nearest_similarity(vector, few) for vector in vectors) > 0.9


def test_the_pick_is_the_same_on_every_call() -> None:
    vectors = _clusters(5, 20)
    assert np.array_equal(pick_representatives(vectors), pick_representatives(vectors))


def test_representatives_have_unit_length() -> None:
    assert np.allclose(np.linalg.norm(pick_representatives(_clusters(20, 20)), axis=1), 1, atol=1e-5)


def test_a_small_plane_stands_for_itself_and_an_empty_one_for_nothing() -> None:
    vectors = _clusters(2, 3)
    assert np.array_equal(pick_representatives(vectors), vectors)
    assert nearest_similarity(vectors[0], np.zeros((0, 32), dtype=np.float32)) == 0.0
