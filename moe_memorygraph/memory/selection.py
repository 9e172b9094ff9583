"""From candidates to a page: who stands beside whom, then the best passage of each key, in a total order. No I/O."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.ranking import SHIPPED, Candidates, RankQuery, Weights, rank

__all__ = ["Neighbours", "Scored", "best_first", "can_win", "is_outgrown", "neighbours"]

_OUTGROWN = 0.1
_DECIMALS = 9  # of a score; what lies beyond depends on the order of the sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A candidate with its score, 0..1; a similarity that is not known counts as 0."""

    key: Any
    part: int
    similarity: float
    lexical: float
    """Share of the question's lexemes that it holds, weighted by how rare they are, 0..1."""
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """The columns of `Candidates` that say where a passage stands; shape (n,), int32."""

    before: NDArray[np.int32]
    after: NDArray[np.int32]
    group: NDArray[np.int32]


def neighbours(
    conversations: Sequence[Any], keys: Sequence[Any], parts: NDArray[np.int32], is_centre: NDArray[np.bool_]
) -> Neighbours:
    """Link rows that stand in the order of their conversations.

    Around each centre, the two rows before and the two after it were fetched, wherever they are. So two rows that follow
    each other here follow each other in the conversation too, if one of them is a centre or stands beside one; parts of
    one key must be consecutive besides.
    """
    count = len(conversations)
    before, after = np.full(count, -1, dtype=np.int32), np.full(count, -1, dtype=np.int32)
    if count < 2:
        return Neighbours(before=before, after=after, group=np.zeros(count, dtype=np.int32))
    same = _equals_next(conversations)
    within = np.concatenate(([False], same, [False]))
    centre = np.concatenate(([False], is_centre, [False]))
    near = centre[1:-2] | centre[2:-1] | (centre[:-3] & within[:-2]) | (centre[3:] & within[2:])
    follows = same & near & ~(_equals_next(keys) & (np.diff(parts) != 1))
    first = np.flatnonzero(follows).astype(np.int32)
    after[first] = first + 1
    before[first + 1] = first
    group = np.concatenate(([0], np.cumsum(~same))).astype(np.int32)
    return Neighbours(before=before, after=after, group=group)


def _equals_next(values: Sequence[Any]) -> NDArray[np.bool_]:
    found = [bool(one == other) for one, other in pairwise(values)]
    return np.array(found, dtype=np.bool_)


def can_win(candidates: Candidates) -> NDArray[np.bool_]:
    """Whether a row may be a result, shape (n,): it holds a word of the question, or has an embedding to compare."""
    return np.asarray((candidates.held != 0) | np.isfinite(candidates.similarity), dtype=np.bool_)


def best_first(
    query: RankQuery,
    candidates: Candidates,
    *,
    limit: int,
    offset: int = 0,
    weights: Weights = SHIPPED,
    distinct: bool = False,
) -> list[Scored]:
    """The best passage of each key, best first; ties by key, then part. Keys are of one sortable type.

    distinct: what says the same as a better one comes after all that does not.
    """
    scores = np.round(rank(query, candidates, weights), _DECIMALS)
    rows = _one_of_each(candidates, scores)
    if distinct:
        rows = _repeats_last(candidates, rows)
    chosen = list(islice(rows, offset, offset + limit))
    lexical = _shares(query, candidates.held[chosen])
    similarity = candidates.similarity[chosen]
    similarity[np.isnan(similarity)] = 0.0
    columns = (candidates.parts[chosen], similarity, lexical, scores[chosen])
    return [
        Scored(key=candidates.keys[row], part=part, similarity=alike, lexical=held, score=score)
        for row, part, alike, held, score in zip(chosen, *(column.tolist() for column in columns), strict=True)
    ]


def _one_of_each(candidates: Candidates, scores: NDArray[np.float64]) -> Iterator[int]:
    keys = candidates.keys
    seen: set[Any] = set()
    for row in _in_order(candidates, scores):
        if keys[row] not in seen:
            seen.add(keys[row])
            yield row


def _in_order(candidates: Candidates, scores: NDArray[np.float64]) -> Iterator[int]:
    """Rows that can win, best first; ties by key, then part."""
    keys, parts = candidates.keys, candidates.parts
    rows = np.flatnonzero(can_win(candidates))
    lowest_first = -scores[rows]
    order = np.argsort(lowest_first, kind="stable")
    ordered, values = rows[order].tolist(), lowest_first[order]
    starts = np.flatnonzero(values[1:] != values[:-1]) + 1
    for start, stop in pairwise([0, *starts.tolist(), len(ordered)]):
        if stop - start == 1:
            yield ordered[start]
        else:
            yield from sorted(ordered[start:stop], key=lambda row: (keys[row], parts[row]))


def _repeats_last(candidates: Candidates, rows: Iterable[int]) -> Iterator[int]:
    """Texts that hold the same of the question, are as long and as close to it say the same, as good as surely."""
    similarities, held, length = candidates.similarity.tolist(), candidates.held.tolist(), candidates.length.tolist()
    seen: set[tuple[Any, ...]] = set()
    repeats: list[int] = []
    for row in rows:
        similarity = similarities[row]
        mark = (held[row], length[row], round(similarity, 4))
        if mark in seen and isfinite(similarity):
            repeats.append(row)
        else:
            seen.add(mark)
            yield row
    yield from repeats


def is_outgrown(counted: int | None, passages: int) -> bool:
    """Whether words are to be counted again: they never were, or a tenth of the passages came or went since."""
    return counted is None or abs(passages - counted) > _OUTGROWN * counted


def _shares(query: RankQuery, held: NDArray[np.uint64]) -> NDArray[np.float64]:
    count = len(query.lexemes)
    if not count:
        return np.zeros(len(held))
    if query.total > 0:
        weights = np.log1p(np.maximum(query.total, query.frequency) / query.frequency)
    else:
        weights = np.ones(count)
    if query.weightless:
        weights[[place for place in range(count) if query.weightless >> place & 1]] = 0.0
    bits = (held[:, None] >> np.arange(count, dtype=np.uint64)) & np.uint64(1)
    return np.asarray(bits @ weights / (weights.sum() or 1.0), dtype=np.float64)
