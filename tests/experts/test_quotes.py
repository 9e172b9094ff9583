"""Quotes are cut from the text, never composed."""

from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.experts.quotes import LONGEST_QUOTE, best_quote, is_courtesy
from moe_memorygraph.words import stem

words = st.text(alphabet="abc def.ghi?! jk\nLMN", max_size=900)


@given(words, st.sets(st.sampled_from(["abc", "def", "ghi"])))
def test_a_quote_stands_verbatim_in_its_text_and_is_short(text: str, wanted: set[str]) -> None:
    quote = best_quote(text, wanted)
    assert quote in text
    assert len(quote) <= LONGEST_QUOTE
    assert bool(quote) == bool(text.strip())


def test_the_sentence_that_says_most_is_quoted() -> None:
    text = "Hello team. I hope you are well. The renewal quote is 35 % higher and we cannot pay it. Thanks, Dana"
    assert best_quote(text, {stem("renewal"), stem("quote")}).startswith("The renewal quote is 35 % higher")


def test_a_greeting_or_a_leave_is_not_quoted() -> None:
    text = "Dear billing team, it is about billing. The invoice is wrong. With best regards, billing coordinator"
    assert "wrong" in best_quote(text, {"billing", "coordinator", "invoic"})
    assert is_courtesy("With best regards, billing coordinator")
    assert not is_courtesy("Thank you. The invoice is wrong.")
