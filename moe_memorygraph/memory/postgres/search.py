"""What every hybrid search shares: candidates of one statement, as columns, ranked until the page is full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from moe_memorygraph.abbreviations import other_forms
from moe_memorygraph.languages import language_of, words_of
from moe_memorygraph.memory.postgres.pool import Connection, Size
from moe_memorygraph.memory.postgres.statements import fitted, statement
from moe_memorygraph.memory.ranking import (
    NO_HINTS,
    SHIPPED,
    Candidates,
    Hints,
    RankQuery,
    Said,
    Weights,
    stop_words,
    widened,
)
from moe_memorygraph.memory.selection import Scored, best_first, can_win, neighbours
from moe_memorygraph.memory.values import Vector

__all__ = ["Asked", "find_best"]

# Of each kind: more find hardly more, and cost as much again; see docs/explanation/retrieval.md.
_CANDIDATES = 64
_FOR_EACH_WANTED = 3
_MORE = 8  # times as many, when the candidates held too few different things
_LED_TO = 5  # passages that words may lead to for each candidate wanted: the rarest words first
_LED_TO_BY_WORDS_ALONE = 40  # the same where only words find, or where a filter leaves few of those they lead to
_LEXEMES = statement("text_lexemes")
_STEMS = statement("text_stems")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as a search takes it."""

    text: str
    embedding: Vector | None
    hints: Hints = NO_HINTS
    weights: Weights = SHIPPED
    is_narrow: bool = False
    """A filter leaves a small share of the plane."""
    by_part: bool = False
    """A key is (key, part): every passage counts for itself."""
    distinct: bool = False


async def find_best(
    connection: Connection,
    sql: str,
    *parameters: object,
    asked: Asked,
    limit: int,
    offset: int = 0,
    size: Size | None = None,
) -> list[Scored]:
    """Run a search statement and keep the best of each key.

    Its last parameters are text, embedding, number of candidates of each kind and number of passages that words may
    lead to. Long texts may fill the candidates with passages of a few keys; then more are fetched, so that `limit`
    results come wherever they exist. `size` is told how many passages the plane has.
    """
    wanted = offset + limit
    number = max(_CANDIDATES, _FOR_EACH_WANTED * wanted)
    by_words_alone = asked.embedding is None
    said = await _said(connection, asked.text)
    while True:
        led_to = number * (_LED_TO_BY_WORDS_ALONE if by_words_alone or asked.is_narrow else _LED_TO)
        row = await connection.fetchrow(*fitted(sql, *parameters, said.text, asked.embedding, number, led_to))
        query, candidates = _query(row, asked), _columns(row, by_part=asked.by_part)
        if size is not None:
            size.passages = row["total"]
        if said.own is not None:
            query, candidates = widened(query, candidates, own=said.own, forms=said.forms)
        is_all = max(row["by_meaning"], row["by_words"]) < number and not (by_words_alone and row["is_cut"])
        if is_all or _different(candidates) >= wanted:
            return best_first(
                query, candidates, limit=limit, offset=offset, weights=asked.weights, distinct=asked.distinct
            )
        number *= _MORE


async def _said(connection: Connection, text: str) -> Said:
    """The question's words, with abbreviations in both forms, and in another language than English also their stems.

    Most questions are English without abbreviations: nothing is asked for them.
    """
    language, pairs = language_of(text), other_forms(text)
    if language == "english" and not pairs:
        return Said(text=text)
    rows = await connection.fetch(_LEXEMES, [text, *(form for pair in pairs for form in pair)])
    own, *lexemes = [frozenset(row["lexemes"]) for row in rows]
    forms = list(zip(lexemes[::2], lexemes[1::2], strict=True))
    added = [other for _, other in pairs]
    if language != "english":
        stemmed = await connection.fetch(_STEMS, words_of(text), language)
        stems = [(frozenset(row["said"]), frozenset(row["lexemes"])) for row in stemmed]
        own, forms = own - stop_words(stems), [*forms, *stems]
        added += [row["stem"] for row in stemmed]
    return Said(text=" ".join([text, *filter(None, added)]), own=own, forms=forms)


def _query(row: Mapping[str, Any], asked: Asked) -> RankQuery:
    return RankQuery(
        text=asked.text,
        lexemes=tuple(row["lexemes"]),
        frequency=np.array(row["frequency"], dtype=np.float64),
        total=row["total"] or 0,
        mean_length=row["mean_length"] or 0.0,
        has_embedding=asked.embedding is not None,
        hints=asked.hints,
    )


def _columns(row: Mapping[str, Any], *, by_part: bool) -> Candidates:
    keys: Sequence[Any] = row["keys"] or ()
    parts = np.array(row["parts"] or (), dtype=np.int32)
    conversations = _conversations(row["threads"], keys)
    beside = neighbours(conversations, keys, parts, np.array(row["is_centre"] or (), dtype=np.bool_))
    nobody = [None] * len(keys)
    similarity = _numbers(row["similarity"])
    return Candidates(
        keys=list(zip(keys, row["parts"] or (), strict=True)) if by_part else keys,
        parts=parts,
        similarity=similarity,
        held=np.array(row["held"] or (), dtype=np.uint64),
        head_held=np.array(row["head_held"] or (), dtype=np.uint64),
        length=np.array(row["length"] or (), dtype=np.int32),
        before=beside.before,
        after=beside.after,
        group=beside.group,
        author=row["author"] or nobody,
        customer_id=row["customer_id"] or nobody,
        category=row["category"] or nobody,
        created_at=_numbers(row["created_at"]),
        traits=np.array(row["traits"] or (), dtype=np.int32),
    )


def _conversations(threads: Sequence[str | None] | None, keys: Sequence[Any]) -> Sequence[Any]:
    """What each row belongs to: its thread, else its key, which is never equal to a thread."""
    if threads is None or all(thread is None for thread in threads):
        return keys
    return [key if thread is None else (thread,) for thread, key in zip(threads, keys, strict=True)]


def _numbers(column: Sequence[float | None] | None) -> Any:
    """As float64; nan for null."""
    return np.array(column or (), dtype=np.float64)


def _different(candidates: Candidates) -> int:
    return len({candidates.keys[row] for row in np.flatnonzero(can_win(candidates)).tolist()})
