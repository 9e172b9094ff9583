"""What a search hands to the ranker: the question as numbers, and the passages that might fit it, as columns. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_LEXEMES", "NO_HINTS", "Candidates", "Hints", "RankQuery"]

MOST_LEXEMES = 60
"""Lexemes of a question that count, the rarest first: what a passage holds of them is one 64-bit mask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a question prefers and does not demand: soft signals beside the filters, which decide alone."""

    since: datetime | None = None
    until: datetime | None = None
    """The time that the question speaks of: `since` inclusive, `until` exclusive."""
    customer_ids: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    recent: bool = False
    """It asks for the latest."""


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True, kw_only=True)
class RankQuery:
    """A question as the ranker sees it."""

    text: str
    lexemes: tuple[str, ...]
    """Its distinct stems, at most `MOST_LEXEMES`; bit i of a mask stands for the i-th."""
    frequency: NDArray[np.float64]
    """Shape (len(lexemes),): passages of the plane that hold each, at least 1; estimated, see `total`."""
    total: int
    """Passages of the plane when frequencies were counted; 0 where they never were: all lexemes then weigh the same."""
    mean_length: float
    """Mean of `Candidates.length` over the plane; 0 where unknown."""
    has_embedding: bool
    hints: Hints = NO_HINTS
    weightless: int = 0
    """Lexemes that only help to find, as bits: other forms of what the question says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Passages that might fit one question, n rows; what a plane does not have is its column's stated neutral value.

    Neighbours in the conversation of those that were found are rows like any other: they lend their scores to the
    passages beside them, and can win themselves.
    """

    keys: Sequence[Any]
    """What is returned once: a ticket's id, a fact's, (document, part)."""
    parts: NDArray[np.int32]
    similarity: NDArray[np.float64]
    """Cosine of passage and question, -1..1; nan where either has no embedding."""
    held: NDArray[np.uint64]
    """Lexemes of the question that the passage holds, its subject, title or heading included, as bits."""
    head_held: NDArray[np.uint64]
    """Lexemes that stand in its subject, title or heading, as bits; 0 where it has none."""
    length: NDArray[np.int32]
    """Distinct lexemes in the passage."""
    before: NDArray[np.int32]
    """Row of the passage before it in the same ticket or, at its begin, the same thread; -1: none, or not fetched."""
    after: NDArray[np.int32]
    group: NDArray[np.int32]
    """Number of its conversation (thread, else ticket, else document); rows of one share it."""
    author: Sequence[str | None]
    customer_id: Sequence[str | None]
    category: Sequence[str | None]
    created_at: NDArray[np.float64]
    """Seconds since 1970, UTC; nan where unknown."""
    traits: NDArray[np.int32]
    """What form the text has, as the bits of `traits.Trait`; 0 where it was stored before traits were."""

    def __len__(self) -> int:
        return len(self.keys)
