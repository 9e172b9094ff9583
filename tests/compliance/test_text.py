"""What sanitizing takes out, keeps and refuses."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.compliance import sanitize, sanitize_json
from moe_memorygraph.errors import InvalidArgument

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates and noncharacters too
ODD_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from(
            "\x00\x1b[]m\r\n\u200b\u200c\u200d\u202e\ufe0f\ufe0e❤👩क्ش\ud83d\ude00\U000e0067\U0001f3f4e\u0301"
        ),
    )
)


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\x00b", "a\ufffdb"),
        ("\ud800 alone, \ude00 alone", "\ufffd alone, \ufffd alone"),
        ("\ud83d\ude00", "😀"),
        ("\ufffe\uffff\U0010ffff", "\ufffd\ufffd\ufffd"),
        ("one\r\ntwo\rthree\u2028four\x0bfive\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("tab\tstays", "tab\tstays"),
        ("\x1b[31mred\x1b[0m and \x1b]0;title\x07text", "red and text"),
        ("\x9b2Jcleared", "cleared"),
        ("bell\x07 back\x08space\x7f", "bell backspace"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"),
        ("tags\U000e0068\U000e0069", "tags"),
        ("hidden" + "\U000e0101" * 5, "hidden"),
        ("cafe\u0301", "café"),
    ],
)
def test_unsafe_characters_are_taken_out(given_text: str, expected: str) -> None:
    assert sanitize(given_text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "plain ASCII, line\nand\ttab",
        "می\u200cخواهم",  # Persian needs the non-joiner
        "क्\u200dष",  # Devanagari half form
        "👩\u200d👩\u200d👧 and 🏳\ufe0f\u200d🌈",
        "❤\ufe0f and 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",  # Scotland
        "Grüße, 你好, שלום",
    ],
)
def test_meaning_is_kept(text: str) -> None:
    assert sanitize(text) is text or sanitize(text) == text


@pytest.mark.parametrize("text", ["a\u200db", "x\u200c y", "end\u200d", "\u200d\u200dstart", "a" + "\ufe0f" * 3])
def test_joiners_that_join_nothing_go(text: str) -> None:
    assert "\u200d" not in sanitize(text)
    assert "\u200c" not in sanitize(text)
    assert sanitize(text).count("\ufe0f") <= 1


def test_clean_text_comes_back_as_the_same_object() -> None:
    text = "Nothing to do here."
    assert sanitize(text) is text


@settings(deadline=None)
@given(ANY_TEXT | ODD_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = sanitize(text)
    assert sanitize(once) == once


@settings(deadline=None)
@given(ANY_TEXT | ODD_TEXT)
def test_the_database_can_hold_every_cleaned_text(text: str) -> None:
    cleaned = sanitize(text)
    assert "\x00" not in cleaned
    assert "\x1b" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]) | st.just(" ")))
def test_visible_letters_survive(text: str) -> None:
    def visible(value: str) -> list[str]:
        return [
            character
            for character in unicodedata.normalize("NFC", value)
            if character not in "\u3164\uffa0\u115f\u1160"
        ]

    assert visible(sanitize(text)) == visible(text)


def test_nested_json_is_cleaned_keys_included() -> None:
    value = {"a\x00": ["x\u200by", {"n": 1, "f": 1.5, "b": True, "none": None}], "tuple": ("1\r\n",)}
    assert sanitize_json(value) == {
        "a\ufffd": ["xy", {"n": 1, "f": 1.5, "b": True, "none": None}],
        "tuple": ["1\n"],
    }


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        {"deep": [float("inf")]},
        {"a": 1, "a\u200b": 2},
        {1: "number as key"},
        object(),
        b"bytes",
        _nested(5000),
    ],
)
def test_json_that_cannot_be_held_is_refused(value: object) -> None:
    with pytest.raises(InvalidArgument):
        sanitize_json(value)
