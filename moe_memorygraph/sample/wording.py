"""Phrases with alternatives: "{we|our team} [verb]" and how one wording of them is drawn.

Braces hold alternatives, brackets name a detail that the caller supplies. Knows nothing about tickets.
"""

import random
import re
from collections.abc import Callable, Sequence
from functools import cache

__all__ = ["UnfilledDetail", "stream", "wordings", "write"]


class UnfilledDetail(ValueError):
    """A phrase is not written well: a brace without its partner, or an empty detail."""


def stream(seed: int, *key: object) -> random.Random:
    """A source of chance of its own for each key, so that a change in one place moves nothing elsewhere."""
    return random.Random(f"{seed}/" + "/".join(map(str, key)))  # noqa: S311 - repeatable prose, no secret


def write(phrase: str, chance: random.Random, detail: Callable[[str], str]) -> str:
    """One wording of a phrase, with single spaces and a capital at the start of each sentence."""
    return _tidy(_draw(_parsed(phrase), chance, detail))


def wordings(phrase: str) -> int:
    """How many different wordings a phrase has, details aside."""
    return _count(_parsed(phrase))


_TOKEN = re.compile(r"[{}|\[\]]|[^{}|\[\]]+")


class _Sequence(tuple["Part", ...]):
    __slots__ = ()


class _Choice(tuple["Part", ...]):
    __slots__ = ()


class _Detail(str):
    __slots__ = ()


Part = str | _Sequence | _Choice | _Detail


@cache
def _parsed(phrase: str) -> _Sequence:
    pieces = _TOKEN.findall(phrase)
    parts, position = _read_sequence(pieces, 0, phrase)
    if position != len(pieces):
        raise UnfilledDetail(f"A brace is closed that was never opened: {phrase!r}")
    return parts


def _read_sequence(pieces: Sequence[str], position: int, phrase: str) -> tuple[_Sequence, int]:
    parts: list[Part] = []
    while position < len(pieces) and pieces[position] not in {"}", "|"}:
        piece = pieces[position]
        if piece == "{":
            choice, position = _read_choice(pieces, position + 1, phrase)
            parts.append(choice)
        elif piece == "[":
            if pieces[position + 2 : position + 3] != ["]"]:
                raise UnfilledDetail(f"A bracket is not closed: {phrase!r}")
            parts.append(_Detail(pieces[position + 1]))
            position += 3
        else:
            parts.append(piece)
            position += 1
    return _Sequence(parts), position


def _read_choice(pieces: Sequence[str], position: int, phrase: str) -> tuple[_Choice, int]:
    options: list[Part] = []
    while True:
        option, position = _read_sequence(pieces, position, phrase)
        options.append(option)
        if position >= len(pieces):
            raise UnfilledDetail(f"A brace is not closed: {phrase!r}")
        position += 1
        if pieces[position - 1] == "}":
            return _Choice(options), position


def _draw(part: Part, chance: random.Random, detail: Callable[[str], str]) -> str:
    if isinstance(part, _Sequence):
        return "".join([_draw(each, chance, detail) for each in part])
    if isinstance(part, _Choice):
        return _draw(part[int(chance.random() * len(part))], chance, detail)
    if isinstance(part, _Detail):
        return detail(str(part))
    return part


def _count(part: Part) -> int:
    if isinstance(part, _Sequence):
        product = 1
        for each in part:
            product *= _count(each)
        return product
    if isinstance(part, _Choice):
        return sum(_count(each) for each in part)
    return 1


_SPACES = re.compile(r" {2,}")
_SENTENCE_START = re.compile(r"(?:^['(]?|(?<=[a-z0-9%)'][.?!]) )[a-z]")
_BEFORE_STOP = re.compile(r" +([,.;:?!])")


# What a sentence begins with tells whether it asks, whatever the phrase says that it was cut from.
_SENTENCE = re.compile(r"[^.?!]+(?:[.?!](?=\S)[^.?!]*)*[.?!]")
_ASKS = re.compile(
    r"(?:Can|Could|Would|Will) (?:you|we|I|it|this|that|there|some|any|an|a|the|its|links|dates|queued)\b"
    r"|(?:Is|Are|Was|Were) (?:there|it|this|that|you|we|anyone|anything|mail|the queued)\b"
    r"|(?:Do|Does|Did) (?:you|we|I|they|it|that|any\w*)\b|(?:Has|Have) (?:any\w*|you)\b"
    r"|What (?:is|are|do|does|did|would|should|happens|made) |How (?:do|does|can|is|long|often|was|come) |Who (?:is|do|can|gets|signs|handles) "
    r"|Any (?:news|date|chance|idea|plans) |(?:Where|When|Why|Which) (?:do|does|did|is|are|can|will|was|were) "
)
_TELLS = re.compile(r"(?:Please|Kindly|Send|Confirm|Let me know|Give|I|We|Our)\b(?!.*(?:: |, (?:is|are|can|do|right)))")


def _tidy(text: str) -> str:
    text = _BEFORE_STOP.sub(r"\1", _SPACES.sub(" ", text)).strip()
    text = _SENTENCE_START.sub(lambda match: match.group().upper(), text)
    return _SENTENCE.sub(lambda match: _ended(match.group()), text)


def _ended(sentence: str) -> str:
    """The sentence with the stop that fits it."""
    start = sentence.lstrip(" \n")
    if sentence.endswith(".") and _ASKS.match(start):
        return sentence[:-1] + "?"
    if sentence.endswith("?") and _TELLS.match(start):
        return sentence[:-1] + "."
    return sentence
