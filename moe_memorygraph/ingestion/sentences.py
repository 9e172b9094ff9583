"""Where sentences end, by rules: good enough to cut at, for tickets, chats, lists and documents."""

import re
from collections.abc import Iterator

__all__ = ["sentence_spans"]


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


_NEVER_LAST = _words(
    "mr mrs ms mx dr prof st messrs rev hon sgt capt gov sen vs cf ca approx est dept univ resp incl excl viz "
    "e.g i.e eg ie z.b d.h bzw sra srta"
)
_BEFORE_A_NUMBER = _words(
    "no nos nr fig figs eq sec ch vol p pp art para ext tel ref max min "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun"
)
_SOMETIMES_LAST = _words(
    "etc inc ltd co corp llc bros assn jr sr a.m p.m am pm u.s u.k u.n e.u d.c ph.d al ave blvd rd hr hrs secs mins yr yrs "
    "usw u.a"
)
"""Abbreviations that an upper-case letter after them makes the last word of their sentence."""

_BOUND = re.compile(
    r"""
    (?<![.!?…])(?P<stop>[.!?…]++)["'”’»)\]*_]*+(?=\s)  # a run of terminators before white space
    | [。！？]++[」』）”]*+                            # Chinese and Japanese leave no space
    | \n[^\S\n]*+(?=\n)                              # an empty line
    | \n(?=[^\S\n]*+(?:[-*+•·–>|]|\#{1,6}|\d{1,3}[.)]|[a-z]\))[^\S\n])  # an item, a quote, a row, a heading follows
    | (?<=[:;|])\n                                    # the line announces the next
    """,
    re.VERBOSE,
)
"""Linear in the text, whatever it is: possessive, and a run of terminators is looked at once, from its start."""

_WORD_BEFORE = re.compile(r"[^\s(\[\"'“‘]+\Z")
_LONGEST_WORD = 40  # longer than any abbreviation
_NEXT = re.compile(r"\s+[\"'“‘(\[*_]*(\S)?")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and stop of each sentence, in code points and in order, without white space at the ends.

    Every character that is not white space is in exactly one sentence. A line is no sentence by itself: prose may be
    wrapped anywhere; but an empty line, a list item, a heading, a quoted line and a row of a table begin a new one.
    """
    spans = []
    start = 0
    for stop in _bounds(text):
        spans.append((start, stop))
        start = stop
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := trim(text, *span)) is not None]


def trim(text: str, start: int, stop: int) -> tuple[int, int] | None:
    """The span without white space at its ends; None where nothing else is in it."""
    inside = text[start:stop]
    length = len(inside.strip())
    if not length:
        return None
    start += len(inside) - len(inside.lstrip())
    return start, start + length


def _bounds(text: str) -> Iterator[int]:
    for found in _BOUND.finditer(text):
        if found["stop"] is None or _ends_sentence(text, found):
            yield found.end()


def _ends_sentence(text: str, found: re.Match[str]) -> bool:
    following = _NEXT.match(text, found.end())
    after = following[1] if following else None
    if after is None:
        return True
    if found["stop"] in {"…", "..."}:
        return not after.islower()
    if found["stop"] != ".":
        return True
    return _full_stop_ends(text, found.start(), after)


def _full_stop_ends(text: str, dot: int, after: str) -> bool:
    window = max(0, dot - _LONGEST_WORD)
    newline = text.rfind("\n", window, dot)
    line = newline + 1 if newline >= 0 else window
    before = _WORD_BEFORE.search(text, line, dot)
    if before is None:
        return True
    word = before[0]
    if word.isdigit() and (newline >= 0 or window == 0) and not text[line : before.start()].strip():
        return False  # "1. Open the settings": a number at the start of its line
    if len(word) == 1 and word.isalpha():
        return not word.isupper() or word == "I"  # "J. Smith"
    word = word.lower()
    if word in _SOMETIMES_LAST:
        return not after.islower()
    if word in _BEFORE_A_NUMBER:
        return not after.isdigit()
    return word not in _NEVER_LAST
