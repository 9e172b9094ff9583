from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.ranking import Candidates, RankQuery, rank, widened
from tests.memory.ranking.samples import candidates, query

LEXEMES = ("sso", "fail", "singl", "sign")
FORMS = [(frozenset({"sso"}), frozenset({"singl", "sign"}))]
OWN = frozenset({"sso", "fail"})
ASKED = query("Does SSO fail? single sign-on", lexemes=LEXEMES, frequency=np.array([3.0, 20.0, 40.0, 50.0]))


def holding(*words: tuple[str, ...]) -> Candidates:
    return candidates(len(words), held=[sum(1 << LEXEMES.index(word) for word in one) for one in words])


def scores(rows: Candidates, own: frozenset[str] = OWN) -> NDArray[np.float64]:
    return rank(*widened(ASKED, rows, own=own, forms=FORMS))


def test_the_other_form_counts_as_what_is_said_and_half_of_it_does_not() -> None:
    said, other, half, nothing = scores(holding(("sso",), ("singl", "sign"), ("sign",), ()))
    assert said == other > half == nothing


def test_the_added_words_weigh_nothing() -> None:
    plain, more = scores(holding(("fail",), ("fail", "sign")))
    assert plain == more


def test_a_word_that_the_question_says_itself_keeps_its_weight() -> None:
    nothing, held = scores(holding((), ("sign",)), own=OWN | {"sign"})
    assert held > nothing


def test_without_statistics_added_words_weigh_nothing_either() -> None:
    uncounted: RankQuery = replace(ASKED, total=0)
    plain, more = rank(*widened(uncounted, holding(("fail",), ("fail", "sign")), own=OWN, forms=FORMS))
    assert plain == more


def test_a_form_whose_words_are_not_all_searched_for_changes_nothing() -> None:
    short = replace(ASKED, lexemes=LEXEMES[:3], frequency=ASKED.frequency[:3])
    rows = holding(("singl",))
    assert widened(short, rows, own=OWN, forms=FORMS)[1].held.tolist() == rows.held.tolist()
