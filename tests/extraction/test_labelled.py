"""Precision on sentences of public data that were labelled by hand; skipped where that data is absent."""

import os
from pathlib import Path

import pytest

from moe_memorygraph.memory.predicates import TOLD
from tests.extraction.labelled import AUDITS, TESTS, Label, read_labels, score, sentences, total

SHARED = Path(os.environ.get("MEMORYGRAPH_SHARED") or Path(__file__).parents[3] / "shared") / "data"


@pytest.fixture(scope="module")
def said() -> dict[Label, str]:
    if not (SHARED / "multidogo").is_dir():
        pytest.skip("the public data is not here: set MEMORYGRAPH_SHARED to the folder that holds `data`")
    return sentences(read_labels(), SHARED)


def test_enough_is_labelled_and_much_of_it_is_hard() -> None:
    labels = read_labels()
    drawn = [label for label in labels if label.judged is None]
    assert len(drawn) >= 300
    assert sum(not label.facts and not label.maybe and label.near != "rand" for label in drawn) >= 100
    assert {predicate for label in labels for predicate in label.facts} <= set(TOLD)
    assert {label.split for label in labels} == {"dev", *TESTS, *AUDITS}


@pytest.mark.parametrize("split", ["dev", *TESTS, *AUDITS])
def test_what_is_found_is_right(said: dict[Label, str], split: str) -> None:
    assert total(score(said, split)).precision >= 0.9


def test_what_is_said_is_mostly_found(said: dict[Label, str]) -> None:
    assert total(score(said, "dev")).recall >= 0.8
    assert total(score(said, *TESTS)).recall >= 0.65


def test_no_kind_is_mostly_wrong(said: dict[Label, str]) -> None:
    scores = score(said, *TESTS, *AUDITS)
    assert {predicate for predicate, one in scores.items() if one.precision < 0.75} == set()
