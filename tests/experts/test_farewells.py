"""What counts as a notice or a threat to leave, and what is quoted of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.experts.farewells import LONGEST, is_final, notice_in


@pytest.mark.parametrize(
    "text",
    [
        "We herewith terminate our agreement as of 31 March.",
        "Our board has decided against renewing. We will not renew in May.",
        "We are moving to another provider because the price went up by a fifth.",
        "We won't extend the subscription.",
        "If nothing changes by Friday, we leave.",
        "This is our final warning: fix the import.",
        "We are evaluating alternatives at the moment.",
        "My boss is looking at other vendors.",
        "Please cancel our account, we switched to Quillbase.",
    ],
)
def test_who_leaves_or_may_says_so(text: str) -> None:
    assert notice_in(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "The parcel was lost and we need another.",
        "How do I cancel an event in the calendar?",
        "The cancelled meeting still shows up.",
        "We leave the office at five, please call before.",
        "Users are logged out when they leave the page.",
        "Where can we see the contract?",
        "",
    ],
)
def test_other_words_of_leaving_are_no_notice(text: str) -> None:
    assert notice_in(text) == ""


def test_a_notice_is_quoted_with_its_reason() -> None:
    text = "Dear team. We cancel the contract. The reason: your support took three weeks. Kind regards."
    assert "three weeks" in notice_in(text)
    long = "We like the colours. " * 40 + "We will not renew. It is too slow for us."
    assert notice_in(long).startswith("We will not renew.")


@pytest.mark.parametrize(("text", "final"), [("We cancel the contract.", True), ("We consider leaving.", False)])
def test_an_announcement_is_told_from_a_threat(text: str, final: bool) -> None:
    assert is_final(text) == final


@given(st.text(max_size=300), st.text(max_size=900))
def test_a_notice_is_cut_from_its_text(before: str, after: str) -> None:
    text = f"{before} We will not renew. {after}"
    notice = notice_in(text)
    assert notice in text
    assert len(notice) <= max(LONGEST, len(text.split("We will not renew.", maxsplit=1)[0]) + LONGEST)
