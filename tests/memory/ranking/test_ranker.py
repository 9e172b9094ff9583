"""What ranking promises whatever the weights: absolute scores, neutral gaps, and that a better fit never scores less."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.memory.ranking import (
    DOCUMENTS,
    FEATURES,
    SHIPPED,
    Candidates,
    Hints,
    RankQuery,
    Trait,
    Weights,
    features,
    rank,
    recorded,
)
from tests.memory.ranking.samples import candidates, query, random_candidates, taken, together

PLANES = pytest.mark.parametrize("weights", [SHIPPED, DOCUMENTS], ids=["texts", "documents"])
seeds = st.integers(0, 2**32 - 1)


def column(name: str, asked: RankQuery, rows: Candidates) -> list[float]:
    found: list[float] = features(asked, rows)[:, FEATURES.index(name)].round(6).tolist()
    return found


@PLANES
def test_nothing_to_rank_gives_no_scores(weights: Weights) -> None:
    assert rank(query(), candidates(0), weights).shape == (0,)
    assert features(query(), candidates(0)).shape == (0, len(FEATURES))


@PLANES
@given(seed=seeds, count=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_scores_are_probabilities_and_follow_their_rows(weights: Weights, seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    asked = query("What did Ada say in November 2021?", lexemes=("ada", "say", "novemb", "2021"))
    rows = random_candidates(rng, count)
    scores = rank(asked, rows, weights)
    assert np.isfinite(scores).all()
    assert ((scores > 0) & (scores < 1)).all()
    order = rng.permutation(count)
    assert rank(asked, taken(rows, order), weights) == pytest.approx(scores[order], abs=1e-12)


@PLANES
@given(seed=seeds, count=st.integers(1, 30), more=st.integers(0, 30))
@settings(max_examples=60, deadline=None)
def test_candidates_with_nothing_to_say_change_no_other_score(
    weights: Weights, seed: int, count: int, more: int
) -> None:
    rows = random_candidates(np.random.default_rng(seed), count)
    asked = query("What did Ada say lately?", hints=Hints(recent=True))
    useless = candidates(more, similarity=np.zeros(more), author=["Cy"] * more, created_at=np.full(more, 1.9e9))
    assert rank(asked, together(rows, useless), weights)[:count] == pytest.approx(rank(asked, rows, weights), abs=1e-12)


@PLANES
@given(seed=seeds, gain=st.floats(0, 0.5))
@settings(max_examples=60, deadline=None)
def test_a_closer_passage_never_scores_less(weights: Weights, seed: int, gain: float) -> None:
    rows = random_candidates(np.random.default_rng(seed), 12)
    similarity = rows.similarity.copy()
    similarity[5] = 0.3
    before = rank(query(), replace(rows, similarity=similarity), weights)
    similarity[5] += gain
    after = rank(query(), replace(rows, similarity=similarity), weights)
    assert (after >= before - 1e-12).all()  # its neighbours gain with it, and nobody loses


@PLANES
@given(seed=seeds, word=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_a_passage_that_holds_one_more_word_never_scores_less(weights: Weights, seed: int, word: int) -> None:
    rows = taken(random_candidates(np.random.default_rng(seed), 12), [3])  # alone: a word found beside it counts less
    held = rows.held.copy()
    held[0] &= ~np.uint64(1 << word)
    before = rank(query(), replace(rows, held=held), weights)
    held[0] |= np.uint64(1 << word)
    assert rank(query(), replace(rows, held=held), weights)[0] >= before[0] - 1e-12


@PLANES
def test_without_embeddings_words_decide(weights: Weights) -> None:
    scores = rank(query(has_embedding=False), candidates(3, held=[0b1111, 0b0011, 0]), weights)
    assert scores[0] > scores[1] > scores[2]
    assert scores[0] > 0.5 > scores[2]


@PLANES
def test_without_words_meaning_decides(weights: Weights) -> None:
    asked = query("And him?", lexemes=(), frequency=np.zeros(0))
    scores = rank(asked, candidates(3, similarity=[0.8, 0.4, 0.0]), weights)
    assert scores[0] > scores[1] > scores[2]
    assert scores[0] > 0.5 > scores[2]


@PLANES
def test_the_best_of_bad_ones_stays_bad(weights: Weights) -> None:
    good = rank(query(), candidates(1, similarity=[0.7], held=[0b0111]), weights)[0]
    bad = rank(query(), candidates(5, similarity=[0.05, 0.1, 0.08, 0.02, 0.11]), weights).max()
    assert bad < 0.2
    assert good > 0.75


def test_where_words_were_never_counted_all_weigh_the_same() -> None:
    asked = query(total=0, frequency=np.ones(4), mean_length=0.0)
    assert column("coverage", asked, candidates(2, similarity=[0, 0], held=[0b0001, 0b1000])) == [0.25, 0.25]
    weighed = column("coverage", query(), candidates(2, similarity=[0, 0], held=[0b0001, 0b1000]))
    assert weighed[0] > weighed[1] > 0


def test_a_plane_without_conversations_authors_or_times_leaves_their_features_at_zero() -> None:
    found = features(query("When did Ada pay in May 2021?"), candidates(3, similarity=[0.1, 0.5, 0.3], held=[1, 2, 3]))
    lacking = (
        "similarity_before similarity_after similarity_around coverage_before coverage_after context wide_context "
        "text_context group_similarity group_coverage by_asked by_other names_asked at_time at_year after_time before_time is_recent "
        "customer category follows_question head no_similarity no_words"
    )
    for name in lacking.split():
        assert not found[:, FEATURES.index(name)].any(), name


def test_neighbours_lend_their_words_and_meaning() -> None:
    rows = candidates(
        4,
        similarity=[0.5, 0.1, 0.4, 0.3],
        held=[0b0001, 0, 0b0010, 0b0100],
        before=[-1, 0, 1, -1],
        after=[1, 2, -1, -1],
        group=[0, 0, 0, 1],
    )
    assert column("similarity_before", query(), rows) == [0, 0.5, 0.1, 0]
    assert column("similarity_after", query(), rows) == [0.1, 0.4, 0, 0]
    assert column("similarity_around", query(), rows) == [0.4, 0, 0.5, 0]
    assert column("group_similarity", query(), rows) == [0.4, 0.5, 0.5, 0]
    coverage = column("coverage", query(), rows)
    assert column("context", query(), rows)[1] == pytest.approx(coverage[0] + coverage[2], abs=1e-5)
    assert column("wide_context", query(), rows)[0] == pytest.approx(coverage[2], abs=1e-5)
    assert not any(column("text_context", query(), rows))


def text_of_three(**columns: Any) -> Candidates:
    """Three parts of one ticket, and another ticket after them in its thread."""
    return candidates(
        4,
        **{
            "parts": [0, 1, 2, 0],
            "similarity": [0.5, 0.1, 0.4, 0.3],
            "held": [0b0001, 0, 0b0010, 0b0100],
            "before": [-1, 0, 1, 2],
            "after": [1, 2, 3, -1],
            "group": [0, 0, 0, 0],
            **columns,
        },
    )


def test_parts_of_one_text_lend_words_and_are_no_conversation() -> None:
    rows = text_of_three()
    coverage = column("coverage", query(), rows)
    whole = column("text_context", query(), rows)
    assert whole == pytest.approx([0, coverage[0] + coverage[2], 0, 0], abs=1e-5)
    assert column("similarity_before", query(), rows) == [0, 0, 0, 0.4]
    assert column("similarity_after", query(), rows) == [0, 0, 0.3, 0]
    assert column("context", query(), rows) == pytest.approx([0, 0, coverage[3], coverage[2]], abs=1e-5)
    assert column("group_similarity", query(), rows) == [0, 0, 0.5, 0.5]


def test_parts_of_one_ticket_that_people_are_named_to_have_said_are_a_conversation() -> None:
    rows = text_of_three(author=["Ada", "Bo", "Ada", "Bo"])
    assert not any(column("text_context", query(), rows))
    assert column("similarity_before", query(), rows) == [0, 0.5, 0.1, 0.4]
    assert column("group_similarity", query(), rows) == [0.4, 0.5, 0.5, 0.5]


def test_whom_a_question_names_is_no_word_but_an_author() -> None:
    asked = query("Did Caroline see the invoice?", lexemes=("carolin", "invoic"), frequency=np.array([5.0, 50.0]))
    rows = candidates(4, similarity=[0.2] * 4, held=[0b01, 0b10, 0b01, 0], author=["Caroline", "Bo", "Bo", None])
    assert column("coverage", asked, rows) == [0, 1, 0, 0]
    assert column("by_asked", asked, rows) == [1, 0, 0, 0]
    assert column("by_other", asked, rows) == [0, 1, 1, 0]
    assert column("names_asked", asked, rows) == [0, 0, 1, 0]


@pytest.mark.parametrize("text", ["Who is the support agent?", "how do I mark it as read?"])
def test_roles_and_words_that_could_be_names_are_words(text: str) -> None:
    asked = query(text, lexemes=("support", "agent"), frequency=np.array([5.0, 50.0]))
    rows = candidates(2, similarity=[0.2] * 2, held=[0b11, 0], author=["Support Agent", "Support"])
    assert column("by_asked", asked, rows) == [0, 0]
    assert column("coverage", asked, rows) == [1, 0]


def test_a_time_in_the_question_prefers_what_was_written_then_or_soon_after() -> None:
    days = [datetime(2023, 5, 9), datetime(2023, 5, 30), datetime(2023, 6, 4), datetime(2023, 9, 1)]  # noqa: DTZ001
    rows = candidates(5, created_at=[*(day.replace(tzinfo=UTC).timestamp() for day in days), np.nan])
    asked = query("What did she buy in May 2023?")
    assert column("at_time", asked, rows) == [1, 1, 0, 0, 0]
    after = column("after_time", asked, rows)
    assert after[:2] == [0, 0]
    assert after[2] > 0.5
    assert 0.1 > after[3] > after[4] == 0
    assert column("at_time", query("What did she buy in May?"), rows) == [1, 1, 0, 0, 0]
    assert column("at_time", query("What did she buy on 9 May, 2023?"), rows) == [1, 0, 0, 0, 0]
    assert column("at_time", query("What did she buy this May?"), rows) == [1, 1, 0, 0, 0]
    for text in ("May I know what she bought on 31 February?", "To Whom This May Concern: what did she buy?"):
        assert column("at_time", query(text), rows) == [0, 0, 0, 0, 0]
    assert column("at_year", asked, rows) == [0, 0, 0, 0, 0]
    assert column("at_year", query("What did she buy in 2023?"), rows) == [1, 1, 1, 1, 0]
    assert column("at_time", query("What did she buy in 2023?"), rows) == [0, 0, 0, 0, 0]
    hinted = query(hints=Hints(since=datetime(2023, 6, 1, tzinfo=UTC), until=datetime(2023, 7, 1, tzinfo=UTC)))
    assert column("at_time", hinted, rows) == [0, 0, 1, 0, 0]


def test_the_form_of_a_text_counts_where_the_question_asks_for_it() -> None:
    rows = candidates(2, traits=[int(Trait.TIME | Trait.NUMBER), 0], before=[-1, 0], after=[1, -1])
    assert column("says_when", query("When did it break?"), rows) == [1, 0]
    assert column("says_when_near", query("When did it break?"), rows) == [0, 1]
    assert column("says_when", query("Why did it break?"), rows) == [0, 0]
    assert column("says_number", query("How many broke?"), rows) == [1, 0]
    assert column("says_number", query("Why did it break?"), rows) == [0, 0]


def test_hints_prefer_and_do_not_demand() -> None:
    rows = candidates(2, similarity=[0.3, 0.3], customer_id=["acme", "globex"], category=["billing", None])
    plain = rank(query(), rows)
    assert plain[0] == plain[1]
    hinted = rank(query(hints=Hints(customer_ids=("acme",), categories=("billing",))), rows)
    assert hinted[0] > hinted[1] == plain[1]


def test_the_latest_comes_first_only_where_it_is_asked_for() -> None:
    rows = candidates(2, similarity=[0.5, 0.5], created_at=[1.60e9, 1.61e9])
    old, new = rank(query(), rows)
    assert old == new
    old, new = rank(query(hints=Hints(recent=True)), rows)
    assert new > old


def test_what_is_ranked_can_be_recorded() -> None:
    asked, rows = query(), candidates(1)
    with recorded() as record:
        rank(asked, rows)
        rank(asked, candidates(0))
    rank(asked, rows)
    assert [(one[0] is asked, one[1] is rows) for one in record] == [(True, True)]


def test_a_reply_without_an_embedding_is_taken_to_be_a_little_less_similar_than_its_ticket() -> None:
    rows = candidates(
        3, similarity=[0.6, np.nan, np.nan], group=[0, 0, 1], held=[0b11, 0b11, 0b11], head_held=[0, 0, 0]
    )
    ticket, reply, stranger = column("similarity", query(), rows)
    assert ticket > reply > stranger == 0.0
    assert column("no_similarity", query(), rows) == [0.0, 0.0, 0.0]
    scores = rank(query(), rows)
    assert scores[0] > scores[2]
    assert scores[1] > scores[2]


def test_without_an_embedding_of_the_question_words_stand_alone() -> None:
    rows = candidates(2, held=[0b1111, 0b0001])
    asked = query(has_embedding=False)
    assert column("no_similarity", asked, rows) == [1.0, 1.0]
    full, part = rank(asked, rows)
    assert full > part
