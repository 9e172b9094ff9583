"""What the planes of one tenant share in memory: existence, dimension, revisions, and how a search ranks."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.content import dimension_conflict, one_dimension, tenant_missing
from moe_memorygraph.memory.fakes.words import lexemes, said, stored_lexemes
from moe_memorygraph.memory.ranking import (
    MOST_LEXEMES,
    NO_HINTS,
    SHIPPED,
    Candidates,
    Hints,
    RankQuery,
    Weights,
    traits_of,
    widened,
)
from moe_memorygraph.memory.retraction import as_known_at
from moe_memorygraph.memory.selection import Scored, best_first, can_win, is_outgrown, neighbours
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.values import Fact, ItemKind, Originals, SealedOriginals, Tenant, Vector

__all__ = ["Clock", "Passage", "TenantState", "as_content", "as_text", "by_similarity", "drop", "half", "ranked"]

Key = TypeVar("Key")
Value = TypeVar("Value")

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCounts:
    """How many passages of a plane hold each word."""

    passages: int
    mean_length: float
    frequency: Mapping[str, int]


@dataclass(slots=True, kw_only=True)
class TenantState:
    """One tenant's row and its counters of changes."""

    clock: Clock
    tenant: Tenant | None = None
    dimension: int | None = None
    revisions: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    words: dict[str, WordCounts] = field(default_factory=dict)
    """By plane."""
    told: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    """By ticket."""
    originals: dict[tuple[ItemKind, str], tuple[SealedOriginals, ...]] = field(default_factory=dict)
    """By item; those of an item that is gone are not read any more."""

    def keep(self, kind: ItemKind, item_id: str, originals: Originals, *, is_new: bool) -> None:
        """Keep what an item that is written brings for the vault; None leaves what is kept of one that was there."""
        if originals is not None or is_new:
            self.originals[kind, item_id] = originals or ()

    origins: dict[UUID, Origin] = field(default_factory=dict)
    written: dict[tuple[str, Any], UUID] = field(default_factory=dict)
    """Origin of a turn, ticket or document, by kind and id."""
    stated: dict[UUID, datetime | None] = field(default_factory=dict)
    """The end that was stated of a fact."""
    again: dict[tuple[UUID, UUID], Fact] = field(default_factory=dict)
    """What was said again, by the fact that said it first and the origin."""
    retracted: dict[tuple[str, str, datetime], Mapping[str, Any]] = field(default_factory=dict)
    """What was taken back, by kind, id and until when it was known."""

    def sign(self, origin: Origin | None, kind: str, keys: Iterable[Any]) -> None:
        """Note who wrote these; what nobody signed has no origin any more."""
        for key in keys:
            self.written.pop((kind, key), None)
            if origin is not None:
                self.origins[origin.origin_id] = origin
                self.written[(kind, key)] = origin.origin_id

    def facts_known_before(self, at: datetime) -> dict[UUID, Fact | None]:
        """Facts that were taken back or changed after a time, as they stood then."""
        found: dict[UUID, Fact | None] = {}
        for (kind, item_id, until), content in sorted(self.retracted.items(), key=lambda pair: pair[0][1:]):
            if kind == "fact" and until > at:
                found.setdefault(UUID(item_id), as_known_at(content, at))
        return found

    def retracted_tickets(self, customer_id: str) -> set[str]:
        """Ids of a customer's tickets that were taken back."""
        kept = self.retracted.items()
        return {one[1] for one, content in kept if one[0] == "ticket" and content.get("customer_id") == customer_id}

    def forget_retracted(
        self, customer_id: str, named: re.Pattern[str], uris: Collection[str]
    ) -> list[tuple[str, str]]:
        """Drop what was taken back of a customer, or told by these tickets of its; kinds and ids."""
        self.again = {key: one for key, one in self.again.items() if not named.search(f"{one.statement}\n{one.source}")}

        def is_of(content: Mapping[str, Any]) -> bool:
            is_own = content.get("customer_id") == customer_id or content.get("source") in uris
            return is_own or bool(named.search(as_text(content)))

        gone = [key[:2] for key, content in self.retracted.items() if is_of(content)]
        drop(self.retracted, is_of)
        return gone

    def drop_retracted(self, kind: str | None, before: datetime) -> None:
        """Drop what was taken back of a kind before."""
        self.retracted = {key: one for key, one in self.retracted.items() if key[0] != kind or key[2] >= before}

    def forget_told(self, customer_id: str, named: re.Pattern[str]) -> list[UUID]:
        """Drop what a customer's tickets told, and what others told of it; ids of these facts."""
        gone: list[UUID] = []
        for ticket_id, facts in self.told.items():
            kept = tuple(one for one in facts if one.customer_id != customer_id and not named.search(one.object))
            gone += [one.fact_id for one in facts if one not in kept]
            self.told[ticket_id] = kept
        return gone

    def require(self) -> None:
        """Raise `NotFound` unless the tenant was created, as the foreign keys of PostgreSQL do."""
        if self.tenant is None:
            raise tenant_missing()

    def accept(self, vectors: Sequence[Vector | None]) -> None:
        """Fix the tenant's dimension by its first vector; raise `Conflict` for another one later."""
        dimension = one_dimension(vectors)
        if dimension is None:
            return
        if self.dimension not in (None, dimension):
            raise dimension_conflict()
        self.dimension = dimension

    def changed(self, plane: str) -> None:
        """Counted from a time, so that no tenant of the key of an erased one comes to a count of that one."""
        before, _ = self.revisions.get(plane, (time.time_ns() // 1000, None))
        self.revisions[plane] = (before + 1, self.clock())

    def count(self, plane: str, texts: Iterable[str]) -> bool:
        """Count a plane's words where that is due; whether it was."""
        held = [stored_lexemes(text) for text in texts]
        known = self.words.get(plane)
        if not is_outgrown(known.passages if known else None, len(held)):
            return False
        lengths = sum(map(len, held))
        self.words[plane] = WordCounts(
            passages=len(held),
            mean_length=lengths / len(held) if held else 0.0,
            frequency=Counter(lexeme for one in held for lexeme in one),
        )
        return True

    def shares(self, words: Iterable[str]) -> tuple[float, ...]:
        """Of each word, the share of passages that hold it, in the plane that speaks of it most; () where none was counted."""
        counted = [one for one in self.words.values() if one.passages]
        return tuple(_share(lexemes(word), counted) for word in words) if counted else ()


def _share(asked: Collection[str], counted: Sequence[WordCounts]) -> float:
    held = [(one.frequency.get(lexeme, 0), one.passages) for one in counted for lexeme in asked]
    return max((number / passages for number, passages in held if number > 1), default=0.0) if asked else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text that can be found, with its embedding where it has one, and what else a ranker weighs."""

    key: str | UUID | tuple[str, int]
    part: int = 0
    head: str = ""
    text: str
    embedding: Vector | None
    conversation: tuple[Any, ...] = ()
    """Sorts it beside those of its conversation, which its first two items name; empty where it has none."""
    author: str | None = None
    customer_id: str | None = None
    category: str | None = None
    created_at: datetime | None = None
    has_form: bool = False

    @property
    def words(self) -> str:
        return f"{self.head}\n{self.text}"


def as_text(document: Mapping[str, Any]) -> str:
    """A JSON document as PostgreSQL shows it, to be searched."""
    return json.dumps(dict(document), ensure_ascii=False, default=str)


def as_content(value: Any) -> dict[str, Any]:
    """A row as it is kept once it was taken back, without what it was cut into."""
    return {
        key: item for key, item in asdict(value).items() if key not in {"passages", "embedding", "told", "originals"}
    }


def drop(rows: MutableMapping[Key, Value], is_of: Callable[[Value], bool]) -> int:
    """Delete the rows of which this is true; how many."""
    gone = [key for key, value in rows.items() if is_of(value)]
    for key in gone:
        del rows[key]
    return len(gone)


def half(vector: Vector | None) -> Vector | None:
    """The vector as it comes back from PostgreSQL, which keeps 16-bit floats."""
    return None if vector is None else vector.astype(np.float16).astype(np.float32)


def by_similarity(query: Vector, vector: Vector) -> float:
    """Cosine of two vectors."""
    if query.shape != vector.shape:
        raise dimension_conflict()
    norms = float(np.linalg.norm(query) * np.linalg.norm(vector))
    return float(query @ vector) / norms if norms else 0.0


def ranked(
    passages: Iterable[Passage],
    *,
    text: str,
    embedding: Vector | None,
    limit: int,
    offset: int = 0,
    counts: WordCounts | None = None,
    weights: Weights = SHIPPED,
    hints: Hints = NO_HINTS,
    distinct: bool = False,
) -> list[Scored]:
    """Search by words and vectors; a passage that has neither a word of the query nor an embedding is left out."""
    rows = sorted(passages, key=lambda one: one.conversation)
    asked = said(text)
    query = replace(_query(asked.text, embedding, counts, hints), text=text)
    candidates = _candidates(rows, query, half(embedding))
    if asked.own is not None:
        query, candidates = widened(query, candidates, own=asked.own, forms=asked.forms)
    if not can_win(candidates).any():
        return []
    return best_first(query, candidates, limit=limit, offset=offset, weights=weights, distinct=distinct)


def _query(text: str, embedding: Vector | None, counts: WordCounts | None, hints: Hints) -> RankQuery:
    frequency = counts.frequency if counts else {}
    asked = sorted(lexemes(text), key=lambda one: (frequency.get(one, 1), one))[:MOST_LEXEMES]
    return RankQuery(
        text=text,
        lexemes=tuple(asked),
        frequency=np.array([frequency.get(one, 1) for one in asked], dtype=np.float64),
        total=counts.passages if counts else 0,
        mean_length=counts.mean_length if counts else 0.0,
        has_embedding=embedding is not None,
        hints=hints,
    )


def _candidates(rows: Sequence[Passage], query: RankQuery, embedding: Vector | None) -> Candidates:
    keys = [one.key for one in rows]
    parts = np.array([one.part for one in rows], dtype=np.int32)
    held = [stored_lexemes(one.words) for one in rows]
    conversations = [one.conversation[:2] or one.key for one in rows]
    beside = neighbours(conversations, keys, parts, np.ones(len(rows), dtype=np.bool_))
    return Candidates(
        keys=keys,
        parts=parts,
        similarity=np.array([_similarity(embedding, one) for one in rows], dtype=np.float64),
        held=_mask(query, held),
        head_held=_mask(query, [lexemes(one.head) for one in rows]),
        length=np.array([len(one) for one in held], dtype=np.int32),
        before=beside.before,
        after=beside.after,
        group=beside.group,
        author=[one.author for one in rows],
        customer_id=[one.customer_id for one in rows],
        category=[one.category for one in rows],
        created_at=np.array([one.created_at.timestamp() if one.created_at else np.nan for one in rows]),
        traits=np.array([traits_of(one.text) if one.has_form else 0 for one in rows], dtype=np.int32),
    )


def _similarity(query: Vector | None, passage: Passage) -> float:
    if query is None or passage.embedding is None:
        return float("nan")
    return by_similarity(query, passage.embedding)


def _mask(query: RankQuery, held: Sequence[frozenset[str]]) -> NDArray[np.uint64]:
    masks = [sum(1 << place for place, lexeme in enumerate(query.lexemes) if lexeme in one) for one in held]
    return np.array(masks, dtype=np.uint64)
