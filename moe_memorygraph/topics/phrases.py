"""Phrases found in texts by the stems of their words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from moe_memorygraph.words import stem, tokens

__all__ = ["Phrases", "phrase_of"]

T = TypeVar("T")


def phrase_of(text: str) -> tuple[str, ...]:
    """The stems of a text's words, in order; "sign-in" has two words, as "sign in" has."""
    return tuple(stem(word) for token in tokens(text.replace("_", " ")) for word in token.split("-"))


class Phrases(Generic[T]):
    """What stands behind phrases, to look for in texts."""

    def __init__(self, phrases: Mapping[tuple[str, ...], T]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase in sorted(phrases, key=len, reverse=True):
            if phrase:
                self._by_first.setdefault(phrase[0], []).append((phrase, phrases[phrase]))

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, T]]:
        """(first word, last + 1, what stands behind it) of the phrases in these stems: none overlap, the longest wins."""
        place = 0
        while place < len(words):
            for phrase, value in self._by_first.get(words[place], ()):
                stop = place + len(phrase)
                if len(phrase) == 1 or tuple(words[place:stop]) == phrase:
                    yield place, stop, value
                    place = stop
                    break
            else:
                place += 1
