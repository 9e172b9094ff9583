"""Candidates for tests: neutral columns, of which a test names those that it is about."""

from dataclasses import fields
from typing import Any

import numpy as np

from moe_memorygraph.memory.ranking import Candidates, Hints, RankQuery

WORDS = ("broken", "invoice", "november", "refund")


def query(text: str = "Which invoice was broken?", **changed: Any) -> RankQuery:
    values: dict[str, Any] = {
        "text": text,
        "lexemes": WORDS,
        "frequency": np.array([3.0, 20.0, 40.0, 200.0]),
        "total": 1000,
        "mean_length": 12.0,
        "has_embedding": True,
        "hints": Hints(),
    }
    return RankQuery(**{**values, **changed})


def candidates(count: int, **columns: Any) -> Candidates:
    """So many candidates that have nothing, but for the columns given (sequences of that length)."""
    values: dict[str, Any] = {
        "keys": [f"t{place}" for place in range(count)],
        "parts": np.zeros(count, dtype=np.int32),
        "similarity": np.full(count, np.nan),
        "held": np.zeros(count, dtype=np.uint64),
        "head_held": np.zeros(count, dtype=np.uint64),
        "length": np.full(count, 12, dtype=np.int32),
        "before": np.full(count, -1, dtype=np.int32),
        "after": np.full(count, -1, dtype=np.int32),
        "group": np.arange(count, dtype=np.int32),
        "author": [None] * count,
        "customer_id": [None] * count,
        "category": [None] * count,
        "created_at": np.full(count, np.nan),
        "traits": np.zeros(count, dtype=np.int32),
    }
    for name, column in columns.items():
        is_array = isinstance(values[name], np.ndarray)
        values[name] = np.array(column, dtype=values[name].dtype) if is_array else list(column)
    return Candidates(**values)


def random_candidates(rng: np.random.Generator, count: int) -> Candidates:
    """A mixture: some without embedding, author or time; conversations of four, every other one a ticket of four parts."""
    place = np.arange(count)
    return candidates(
        count,
        parts=np.where(place // 4 % 2, place % 4, 0),
        similarity=np.where(rng.random(count) < 0.2, np.nan, rng.uniform(-0.2, 0.9, count)),
        held=rng.integers(0, 16, count),
        head_held=rng.integers(0, 4, count),
        length=rng.integers(1, 60, count),
        before=np.where(place % 4 == 0, -1, place - 1),
        after=np.where((place % 4 == 3) | (place == count - 1), -1, place + 1),
        group=place // 4,
        author=rng.choice(np.array(["Ada", "Bo", None], dtype=object), count),
        created_at=np.where(rng.random(count) < 0.2, np.nan, rng.uniform(1.6e9, 1.7e9, count)),
        traits=rng.integers(0, 512, count),
    )


def taken(rows: Candidates, order: Any) -> Candidates:
    """The same candidates in another order, or some of them; neighbours that are left out become -1."""
    order = np.asarray(order)
    place = np.full(len(rows) + 1, -1, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    values: dict[str, Any] = {}
    for one in fields(Candidates):
        column = getattr(rows, one.name)
        values[one.name] = column[order] if isinstance(column, np.ndarray) else [column[row] for row in order]
    return Candidates(**{**values, "before": place[values["before"]], "after": place[values["after"]]})


def together(first: Candidates, second: Candidates) -> Candidates:
    """Two lists under each other, in conversations of their own."""
    values: dict[str, Any] = {}
    for one in fields(Candidates):
        left, right = getattr(first, one.name), getattr(second, one.name)
        values[one.name] = np.concatenate([left, right]) if isinstance(left, np.ndarray) else [*left, *right]
    shift = len(first)
    for name in ("before", "after"):
        moved = np.where(getattr(second, name) >= 0, getattr(second, name) + shift, -1).astype(np.int32)
        values[name] = np.concatenate([getattr(first, name), moved])
    values["group"] = np.concatenate([first.group, second.group + 1 + first.group.max(initial=0)])
    return Candidates(**values)
