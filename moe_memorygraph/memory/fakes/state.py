"""What the planes of one tenant share in memory: existence, dimension, revisions, and how a search ranks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from moe_memorygraph.memory.content import dimension_conflict, one_dimension, tenant_missing
from moe_memorygraph.memory.fakes.words import lexemes
from moe_memorygraph.memory.fusion import Candidate, Scored, best_first
from moe_memorygraph.memory.values import Tenant, Vector

__all__ = ["Clock", "Passage", "TenantState", "by_similarity", "half", "ranked"]

Clock = Callable[[], datetime]


@dataclass(slots=True, kw_only=True)
class TenantState:
    """One tenant's row and its counters of changes."""

    clock: Clock
    tenant: Tenant | None = None
    dimension: int | None = None
    revisions: dict[str, tuple[int, datetime]] = field(default_factory=dict)

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
        self.revisions[plane] = (self.revisions.get(plane, (0, None))[0] + 1, self.clock())


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A text that can be found, with its embedding where it has one."""

    key: str | UUID | tuple[str, int]
    part: int = 0
    text: str
    embedding: Vector | None


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
    passages: Iterable[Passage], *, text: str, embedding: Vector | None, limit: int, offset: int = 0
) -> list[Scored[Any]]:
    """Search by words and vectors; a passage that has neither a word of the query nor an embedding is left out."""
    asked = lexemes(text)
    query = half(embedding)
    candidates = []
    for passage in passages:
        held = len(asked & lexemes(passage.text)) / len(asked) if asked else None
        similarity = None
        if query is not None and passage.embedding is not None:
            similarity = by_similarity(query, passage.embedding)
        if held or similarity is not None:
            candidates.append(Candidate(key=passage.key, part=passage.part, similarity=similarity, lexical=held))
    return best_first(candidates, limit=limit, offset=offset)
