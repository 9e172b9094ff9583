"""What form a text has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.memory.ranking import Trait, traits_of


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("", Trait.SHORT),
        ("Hey Ada, good morning!", Trait.SHORT | Trait.GREETING),
        ("Thanks so much for the very quick help!", Trait.GREETING),
        ("Did the refund arrive in the end?", Trait.QUESTION | Trait.ASKS_ONLY),
        ("Did it arrive? It was sent to the old address.", Trait.QUESTION),
        ("The parcel came back yesterday with the wrong label", Trait.TIME),
        ("The parcel came back two weeks ago with the wrong label", Trait.TIME | Trait.NUMBER),
        ("The parcel came back on 7 May with the wrong label", Trait.TIME | Trait.NUMBER),
        ("The parcel may come back with the wrong label", Trait(0)),
        ("I think that my parcel is lost somewhere", Trait.FIRST_PERSON),
        ("They charged $12 for the wrong label again", Trait.NUMBER | Trait.MONEY),
        ("They took 15 % more for the wrong label", Trait.NUMBER | Trait.MONEY),
        ("They don't send the right label to anybody", Trait.NEGATION),
    ],
)
def test_traits(text: str, traits: Trait) -> None:
    assert Trait(traits_of(text)) == traits


def test_stored_bits_keep_their_meaning() -> None:
    assert {trait.name: int(trait) for trait in Trait} == {
        "QUESTION": 1,
        "ASKS_ONLY": 2,
        "TIME": 4,
        "FIRST_PERSON": 8,
        "NUMBER": 16,
        "MONEY": 32,
        "NEGATION": 64,
        "SHORT": 128,
        "GREETING": 256,
    }


@given(st.text())
def test_any_text_has_a_form(text: str) -> None:
    assert 0 <= traits_of(text) < 512
