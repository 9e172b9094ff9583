"""A text as a reader sees it, for finding things in it: look-alike characters in ASCII, invisible ones left out."""

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Seen", "see"]

_LOOKALIKES = (
    dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
    | dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), "-")
    | {0xFF20: "@", 0xFE6B: "@", 0xFF0E: ".", 0xFF1A: ":", 0xFF1D: "=", 0xFF0B: "+", 0xFF08: "(", 0xFF09: ")"}
    | {code: chr(code - 0xFEE0) for code in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    # the four letters that regular expressions take for ASCII ones when case does not matter
    | {0x130: "I", 0x131: "i", 0x17F: "s", 0x212A: "K"}
)
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen of a text, and where each character of it stands in the text; None: at the same place."""

    text: str
    places: list[int] | None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """A part of what is seen as a part of the text."""
        return (start, end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


def see(text: str) -> Seen:
    """Digits of any script, full-width letters, odd spaces and dashes as ASCII; soft hyphens and the like left out."""
    if text.isascii():
        return Seen(text, None)
    if _HIDDEN.search(text) is None:
        return Seen(_folded(text), None)
    places = [place for place, character in enumerate(text) if _HIDDEN.match(character) is None]
    return Seen(_folded("".join(text[place] for place in places)), places)


def _folded(text: str) -> str:
    return "".join(map(_ascii_digit, text.translate(_LOOKALIKES)))


def _ascii_digit(character: str) -> str:
    return str(unicodedata.decimal(character)) if character > "\x7f" and character.isdecimal() else character
