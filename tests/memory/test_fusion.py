"""Fusing words and meaning."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.memory.fusion import Candidate, best_first, fused_score

cosines = st.none() | st.floats(-1, 1)
shares = st.none() | st.floats(0, 1)
candidates: st.SearchStrategy[list[Candidate[str]]] = st.lists(
    st.builds(
        Candidate,
        key=st.sampled_from("abcdef"),
        part=st.integers(0, 3),
        similarity=cosines,
        lexical=shares,
    )
)


@given(cosines, shares)
def test_a_score_lies_between_0_and_1(similarity: float | None, lexical: float | None) -> None:
    assert 0 <= fused_score(similarity=similarity, lexical=lexical) < 1


@given(st.floats(-1, 1), st.floats(-1, 1), shares)
def test_closer_in_meaning_never_scores_lower(one: float, other: float, lexical: float | None) -> None:
    low, high = sorted((one, other))
    assert fused_score(similarity=low, lexical=lexical) <= fused_score(similarity=high, lexical=lexical)


@given(st.floats(0, 1), st.floats(0, 1), cosines)
def test_more_words_never_score_lower(one: float, other: float, similarity: float | None) -> None:
    low, high = sorted((one, other))
    assert fused_score(similarity=similarity, lexical=low) <= fused_score(similarity=similarity, lexical=high)


def test_the_best_of_bad_candidates_stays_bad() -> None:
    (best, _) = best_first(
        [
            Candidate(key="a", similarity=0.1, lexical=0.1),
            Candidate(key="b", similarity=0.05, lexical=0.0),
        ],
        limit=2,
    )
    assert best.key == "a"
    assert best.score < 0.1
    assert fused_score(similarity=0.7, lexical=0.8) > 0.9


def test_nothing_known_scores_nothing() -> None:
    assert fused_score(similarity=None, lexical=None) == 0.0


@given(candidates)
def test_every_key_comes_once_with_its_best_passage(given_candidates: list[Candidate[str]]) -> None:
    best = best_first(given_candidates, limit=99)
    assert sorted(one.key for one in best) == sorted({one.key for one in given_candidates})
    assert [one.score for one in best] == sorted((one.score for one in best), reverse=True)
    for one in best:
        same_key = [c for c in given_candidates if c.key == one.key]
        top = max(fused_score(similarity=c.similarity, lexical=c.lexical) for c in same_key)
        assert math.isclose(one.score, top)


@given(candidates, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(given_candidates: list[Candidate[str]], random: Random) -> None:
    best = best_first(given_candidates, limit=3, offset=1)
    shuffled = sorted(given_candidates, key=lambda _: random.random())
    again = best_first(shuffled, limit=3, offset=1)
    assert [(one.key, one.score) for one in again] == [(one.key, one.score) for one in best]


def test_ties_come_by_key_then_part() -> None:
    tied = [Candidate(key=key, part=part, similarity=0.5, lexical=0.5) for key in "cab" for part in (2, 1)]
    assert [(one.key, one.part) for one in best_first(tied, limit=9)] == [("a", 1), ("b", 1), ("c", 1)]


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_page_is_a_slice(limit: int) -> None:
    some = [Candidate(key=key, similarity=0.1 * place, lexical=None) for place, key in enumerate("abcd")]
    assert [one.key for one in best_first(some, limit=limit, offset=1)] == list("cb")[:limit]
