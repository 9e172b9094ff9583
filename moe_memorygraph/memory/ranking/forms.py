"""A passage that says a thing another way holds it too: abbreviations of a question, stems of a foreign language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.ranking.values import Candidates, RankQuery

__all__ = ["Form", "Said", "stop_words", "widened"]

Form = tuple[frozenset[str], frozenset[str]]
"""The lexemes of what a question says, and those of the same in other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A question as its words are searched for: followed by the other forms of what it says."""

    text: str
    own: frozenset[str] | None = None
    """Lexemes that the question itself says and that mean something; None where it has no other forms."""
    forms: Sequence[Form] = ()


def stop_words(stems: Iterable[Form]) -> frozenset[str]:
    """Lexemes of the words that have no stem in their language: they mean nothing by themselves."""
    return frozenset(lexeme for said, stem in stems if not stem for lexeme in said)


def widened(
    query: RankQuery, candidates: Candidates, *, own: frozenset[str], forms: Sequence[Form]
) -> tuple[RankQuery, Candidates]:
    """The question's other forms count as what it says, and weigh nothing themselves.

    `query.lexemes` holds the words of the other forms as well, so that they are searched for; `own` are those that the
    question itself says.
    """
    places = {lexeme: place for place, lexeme in enumerate(query.lexemes)}
    added = sum(1 << place for lexeme, place in places.items() if lexeme not in own)
    held, head_held = candidates.held, candidates.head_held
    for said, other in forms:
        if not (said and other and said <= places.keys() and other <= places.keys()):
            continue  # a stop word; or of a very long question only the rarest words are searched for
        asked, instead = _bits(said, places), _bits(other, places)
        held, head_held = _with(held, asked, instead), _with(head_held, asked, instead)
    return replace(query, weightless=added), replace(candidates, held=held, head_held=head_held)


def _bits(lexemes: frozenset[str], places: dict[str, int]) -> np.uint64:
    return np.uint64(sum(1 << places[lexeme] for lexeme in lexemes))


def _with(held: NDArray[np.uint64], asked: np.uint64, instead: np.uint64) -> NDArray[np.uint64]:
    return np.where((held & instead) == instead, held | asked, held)
