"""From candidates to a page."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.memory.ranking import Candidates, RankQuery
from moe_memorygraph.memory.selection import best_first, is_outgrown, neighbours

NAN = float("nan")
Row = tuple[str, int, float, int]  # key, part, similarity, words held
rows_of_any: st.SearchStrategy[list[Row]] = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.integers(0, 3), st.sampled_from([NAN, -0.2, 0.0, 0.3, 0.8]), st.integers(0, 3)
    ),
    unique_by=lambda row: (row[0], row[1]),
)


def query(*, frequency: Sequence[float] = (), total: int = 0) -> RankQuery:
    return RankQuery(
        text="refund outage",
        lexemes=("refund", "outag"),
        frequency=np.array(frequency or [1.0, 1.0]),
        total=total,
        mean_length=10.0,
        has_embedding=True,
    )


def candidates(rows: Sequence[Row]) -> Candidates:
    count = len(rows)
    nobody: list[Any] = [None] * count
    return Candidates(
        keys=[row[0] for row in rows],
        parts=np.array([row[1] for row in rows], dtype=np.int32),
        similarity=np.array([row[2] for row in rows], dtype=np.float64),
        held=np.array([row[3] for row in rows], dtype=np.uint64),
        head_held=np.zeros(count, dtype=np.uint64),
        length=np.full(count, 10, dtype=np.int32),
        before=np.full(count, -1, dtype=np.int32),
        after=np.full(count, -1, dtype=np.int32),
        group=np.arange(count, dtype=np.int32),
        author=nobody,
        customer_id=nobody,
        category=nobody,
        created_at=np.full(count, NAN),
        traits=np.zeros(count, dtype=np.int32),
    )


@given(rows_of_any)
def test_every_key_that_has_anything_comes_once_best_first(rows: list[Row]) -> None:
    best = best_first(query(), candidates(rows), limit=99)
    assert sorted(one.key for one in best) == sorted({row[0] for row in rows if row[3] or row[2] == row[2]})
    assert [one.score for one in best] == sorted((one.score for one in best), reverse=True)
    assert all(0 <= one.score <= 1 and 0 <= one.lexical <= 1 for one in best)


@given(rows_of_any, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(rows: list[Row], random: Random) -> None:
    shuffled = sorted(rows, key=lambda _: random.random())
    pages = [best_first(query(), candidates(one), limit=3, offset=1) for one in (rows, shuffled)]
    assert [(one.key, one.part, one.score) for one in pages[0]] == [(one.key, one.part, one.score) for one in pages[1]]


def test_ties_come_by_key_then_part() -> None:
    tied: list[Row] = [(key, part, 0.5, 1) for key in "cab" for part in (2, 1)]
    best = best_first(query(), candidates(tied), limit=9)
    assert [(one.key, one.part) for one in best] == [("a", 1), ("b", 1), ("c", 1)]


@pytest.mark.parametrize("limit", [0, 1, 2])
def test_a_page_is_a_slice(limit: int) -> None:
    some: list[Row] = [(key, 0, 0.1 * place, 0) for place, key in enumerate("abcd")]
    assert [one.key for one in best_first(query(), candidates(some), limit=limit, offset=1)] == list("cb")[:limit]


def test_repeats_come_last_where_asked() -> None:
    rows: list[Row] = [("a", 0, 0.8, 3), ("b", 0, 0.8, 3), ("c", 0, 0.3, 1), ("d", 0, NAN, 1), ("e", 0, NAN, 1)]
    assert [one.key for one in best_first(query(), candidates(rows), limit=9)][:2] == ["a", "b"]
    distinct = [one.key for one in best_first(query(), candidates(rows), limit=9, distinct=True)]
    assert distinct[-1] == "b"
    assert set(distinct) == set("abcde")


def test_rare_words_count_for_more_where_words_were_counted() -> None:
    rows: list[Row] = [("rare", 0, NAN, 1), ("common", 0, NAN, 2)]
    asked = query(frequency=[2.0, 500.0], total=1000)
    best = best_first(asked, candidates(rows), limit=9)
    assert [one.key for one in best] == ["rare", "common"]
    assert best[0].lexical > 0.5 > best[1].lexical
    assert best[0].lexical + best[1].lexical == pytest.approx(1)


def test_rows_are_linked_where_nothing_can_lie_between_them() -> None:
    found = np.array([True, False, False, False, False, True, True], dtype=np.bool_)
    parts = np.array([0, 1, 2, 3, 4, 5, 0], dtype=np.int32)
    linked = neighbours("aaaaaab", "tttttts", parts, found)
    assert linked.after.tolist() == [1, 2, -1, 4, 5, -1, -1]
    assert linked.before.tolist() == [-1, 0, 1, -1, 3, 4, -1]
    assert linked.group.tolist() == [0, 0, 0, 0, 0, 0, 1]


def test_a_missing_part_is_not_skipped() -> None:
    linked = neighbours("aa", "tt", np.array([0, 2], dtype=np.int32), np.array([True, True]))
    assert linked.after.tolist() == [-1, -1]


@given(st.lists(st.integers(0, 2), max_size=12), st.sets(st.integers(0, 11)))
def test_links_are_true_to_a_conversation_of_which_only_windows_were_fetched(
    sizes: list[int], wanted: set[int]
) -> None:
    whole = [(f"thread-{number}", place) for number, size in enumerate(sizes) for place in range(4 * size)]
    found = {place for place in wanted if place < len(whole)}
    near = [
        place
        for place, (thread, _) in enumerate(whole)
        if any(abs(place - one) <= 2 and whole[one][0] == thread for one in found)
    ]
    linked = neighbours(
        [whole[place][0] for place in near],
        [whole[place] for place in near],
        np.zeros(len(near), dtype=np.int32),
        np.array([place in found for place in near], dtype=np.bool_),
    )
    for row, place in enumerate(near):
        after = linked.after[row]
        if after >= 0:
            assert near[after] == place + 1
            assert linked.before[after] == row
        if place in found and place + 1 < len(whole) and whole[place + 1][0] == whole[place][0]:
            assert after >= 0


@pytest.mark.parametrize(
    ("counted", "passages", "is_due"),
    [
        (None, 0, True),
        (None, 5, True),
        (0, 0, False),
        (0, 1, True),
        (100, 110, False),
        (100, 111, True),
        (100, 89, True),
    ],
)
def test_words_are_counted_again_after_a_tenth_has_changed(counted: int | None, passages: int, is_due: bool) -> None:
    assert is_outgrown(counted, passages) is is_due
