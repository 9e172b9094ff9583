"""Words are read in fewer steps where a text is ASCII; what is found is the same."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.words import sentences_of, standing_in, stem, stems, tokens

texts = st.text(alphabet="abY1.!?:'-’é \n\t\")*#", max_size=60)
ANY_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@given(texts)
def test_tokens_are_the_same_in_any_script(text: str) -> None:
    assert tokens(text) == ANY_TOKEN.findall(text)


@given(st.text(alphabet="abcdeginorsty' -’é", max_size=40), st.sets(st.text(alphabet="abcdeginorsty", max_size=4)))
def test_stems_that_stand_in_a_text_are_those_of_its_words(text: str, wanted: set[str]) -> None:
    assert standing_in(text, wanted) == wanted & stems(text)


@given(st.text(alphabet="abdegilmnorstwy'’ISKé", min_size=1, max_size=12))
def test_a_stem_begins_its_word(word: str) -> None:
    assert word.casefold().replace("’", "'").startswith(stem(word))


@given(texts)
def test_sentences_lie_in_order_and_leave_no_word_out(text: str) -> None:
    spans = sentences_of(text)
    assert all(start < stop and text[start:stop] == text[start:stop].strip() for start, stop in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    inside = "".join(text[start:stop] for start, stop in spans)
    headings = [line for line in text.splitlines() if line.lstrip(" -*\t").startswith("#")]
    assert headings or all(letter in inside for letter in text if letter.isalpha())


def test_a_sentence_ends_at_its_mark_a_blank_line_or_a_list_item() -> None:
    text = 'Dr. Ada left. Why? See Art. 5 and e.g. this.\n\nA list:\n- one\n- two ("three.") Four'
    said = [text[start:stop] for start, stop in sentences_of(text)]
    assert said == ["Dr. Ada left.", "Why?", "See Art. 5 and e.g. this.", "A list:", "one", 'two ("three.', "Four"]
