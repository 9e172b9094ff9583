"""A pattern with what it makes of a match, and what around the match forbids it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from moe_memorygraph.extraction.sentence import Sentence

__all__ = ["FIRM", "Found", "Guard", "Rule", "words"]

Guard = Callable[[Sentence, int], bool]
"""Whether a match that begins here says nothing."""

FIRM: tuple[Guard, ...] = (Sentence.is_denied, Sentence.is_supposed, Sentence.is_of_others, Sentence.is_cited)


def words(line: str) -> str:
    """An alternation of the words of a line, the longest first, for a pattern."""
    return "|".join(sorted((re.escape(one).replace("_", "[ -]?") for one in line.split()), key=lambda one: -len(one)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a sentence says by one match; `at` is where the match begins in the sentence."""

    predicate: str
    value: str
    confidence: float
    at: int
    valid_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Searches a folded sentence that holds any of `needs`; `value` names what was found, or None for nothing."""

    predicate: str
    value: str | Callable[[re.Match[str], Sentence], str | None]
    pattern: re.Pattern[str]
    needs: tuple[str, ...]
    """Substrings of which every match holds one: what keeps most sentences from being searched."""
    confidence: float
    unless: tuple[Guard, ...] = FIRM
    gate: re.Pattern[str] | None = None
    """A cheaper pattern that every match holds too."""
    most: int = 1
    """Matches of one sentence that are looked at."""

    def find(self, sentence: Sentence) -> Iterator[Found]:
        """What the sentence says by this rule; the caller has made sure that it holds one of `needs`."""
        if self.gate is not None and self.gate.search(sentence.low) is None:
            return
        for count, match in enumerate(self.pattern.finditer(sentence.low)):
            if count >= self.most + _SECOND_LOOKS:
                return
            if any(forbids(sentence, match.start()) for forbids in self.unless):
                continue
            value = self.value if isinstance(self.value, str) else self.value(match, sentence)
            if value:
                yield Found(predicate=self.predicate, value=value, confidence=self.confidence, at=match.start())


_SECOND_LOOKS = 3
"""Matches beyond the wanted ones, for sentences whose first match is denied."""
