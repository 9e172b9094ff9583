"""Slips in words that steer are put right; words of their own are not."""

import pytest

from moe_memorygraph.workflow.kinds import kind_of, mend


@pytest.mark.parametrize(
    ("slip", "word"),
    [("reson", "reason"), ("cancled", "cancelled"), ("contrct", "contract"), ("tickects", "tickets")],
)
def test_a_slip_is_put_right(slip: str, word: str) -> None:
    assert mend(f"the {slip} of it") == f"the {word} of it"


@pytest.mark.parametrize(
    "word", ["contact", "contacts", "charged", "renew", "compliant", "complain", "contractor", "resort", "cancer"]
)
def test_a_word_of_its_own_stays(word: str) -> None:
    assert mend(f"our {word} there") == f"our {word} there"


def test_a_question_with_a_slip_is_still_of_its_kind() -> None:
    assert kind_of("What was the reson for the churn?") == kind_of("What was the reason for the churn?")
