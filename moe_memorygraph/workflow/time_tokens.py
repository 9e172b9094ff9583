"""A text as the words that time words are read from: lower case, with their places and what stands between them."""

import calendar
import re
from dataclasses import dataclass

__all__ = ["COUNTS", "MONTHS", "SEASONS", "UNITS", "WEEKDAYS", "Token", "tokens_of"]

_NAMES = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
MONTHS = _NAMES | _SHORT | {"sept": 9}
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
SEASONS = frozenset(["spring", "summer", "autumn", "fall", "winter"])
UNITS = {
    word: unit
    for unit in ("day", "week", "month", "quarter", "half", "year")
    for word in (unit, "halves" if unit == "half" else f"{unit}s")
}
COUNTS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "eighteen": 18,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
    "couple": 2,
    "few": 3,
}

_CHUNK = re.compile(r"[^\s,;:!?()\[\]{}<>\"“”„…–—|]+(?:[,:](?=\d)[^\s,;:!?()\[\]{}<>\"“”„…–—|]+)*")
_AROUND = "'’‘`*_."
_DAY_AND_YEAR = re.compile(r"(\d{1,2}(?:st|nd|rd|th)?),((?:19|20)\d\d)")
_SHORT_YEAR = re.compile(r"['’]\d\d")
_POSSESSIVE = re.compile(r"['’]s?$")
_PART = re.compile(
    r"q[1-4]|h[12]|fy\d\d(?:\d\d)?|(?:19|20)\d\d|\d{1,2}|early|mid|late|year|quarter|month|week|to|date|"
    + "|".join(sorted(MONTHS, key=len, reverse=True))
)
_NUMERIC = re.compile(r"[\d\-/]+")
_TWO_FISCAL = re.compile(r"fy\d{2,4}[-/]\d{2,4}")
_TWO_YEARS = re.compile(r"((?:19|20)\d\d)-((?:19|20)\d\d)")
_DOTTED = frozenset([*_SHORT, "sept", "vs"])


@dataclass(frozen=True, slots=True)
class Token:
    """A word in lower case, or what else stands between spaces; `gap` is what stands before it."""

    word: str
    start: int
    stop: int
    gap: str
    """'' for spaces alone or nothing, else the first other character: ',' or '-' or what ends a sentence."""
    capital: bool


def tokens_of(text: str) -> list[Token]:
    """The words of a text in order, without what stands around them; takes time in proportion to its length.

    A chunk that cannot be one time word stays whole: "2025-13", "2.2024.1", "INV-2024" hold no year.
    """
    found: list[Token] = []
    end, dot = 0, ""
    for match in _CHUNK.finditer(text):
        gap = text[end : match.start()].strip()[:1] or dot
        chunk, start = match[0], match.start()
        end = match.end()
        if _SHORT_YEAR.fullmatch(chunk):
            found.append(Token(chunk.replace("’", "'"), start, end, gap, False))
            dot = ""
            continue
        word = chunk.strip(_AROUND)
        start += chunk.find(word) if word else 0
        dot = "." if chunk.endswith(".") and word.lower() not in _DOTTED else ""
        if not word.strip("-"):
            dot = "-" if word else dot
            continue
        word = _POSSESSIVE.sub("", word)
        found += _split(word, start, "-" if gap in ("–", "—") else gap)
    return found


def _split(word: str, start: int, gap: str) -> list[Token]:
    """Of "mid-2025", "Q3-Q4", "3-Mar-2025", "March 3,2025" and "Q4/2024" the parts, of all else the word itself."""
    lower = word.lower()
    parts = [(lower, 0)]
    dated = _DAY_AND_YEAR.fullmatch(lower)
    if dated:
        parts = [(dated[1], dated.start(1)), (dated[2], dated.start(2))]
    elif _TWO_YEARS.fullmatch(lower):
        parts = [(lower[:4], 0), (lower[5:], 5)]
    elif (
        ("-" in lower or "/" in lower)
        and len(lower) < 40
        and not (_NUMERIC.fullmatch(lower) or _TWO_FISCAL.fullmatch(lower))
    ):
        pieces = [(m[0], m.start()) for m in re.finditer(r"[^-/]+", lower)]
        if 1 < len(pieces) <= 4 and all(_PART.fullmatch(piece) for piece, _ in pieces):
            parts = pieces
    tokens = []
    for number, (piece, at) in enumerate(parts):
        before = gap if number == 0 else "," if dated else "-"
        stop = start + at + len(piece) if len(parts) > 1 else start + len(word)
        tokens.append(Token(piece, start + at, stop, before, word[at].isupper()))
    return tokens
