"""What every hybrid search shares: enough candidates from one statement, fused in Python."""

import math
from typing import Any

from moe_memorygraph.memory.fusion import Candidate, Scored, best_first
from moe_memorygraph.memory.postgres.pool import Connection

__all__ = ["find_best"]

# Of each kind. 100 of each hold 94 % of the evidence on LoCoMo, 200 hold 98 %; the page asked for is a fraction of it.
_CANDIDATES = 100
_MORE = 8  # times as many, when the candidates held too few different things


async def find_best(
    connection: Connection, sql: str, *parameters: object, limit: int, offset: int = 0, by_part: bool = False
) -> list[Scored[Any]]:
    """Run a search statement, whose last parameter is the number of candidates, and keep the best of each key.

    Its rows are key, part, similarity, lexical, candidates. Long texts may fill the candidates with passages of a few
    keys; then more are fetched, so that `limit` results come wherever they exist. With `by_part`, a key is (key, part):
    every passage counts for itself.
    """
    wanted = offset + limit
    number = max(_CANDIDATES, 4 * wanted)
    while True:
        rows = await connection.fetch(sql, *parameters, number)
        candidates = [_candidate(row, by_part=by_part) for row in rows]
        best = best_first(candidates, limit=limit, offset=offset)
        is_all = not rows or rows[0]["candidates"] < number
        if is_all or len({one.key for one in candidates}) >= wanted:
            return best
        number *= _MORE


def _candidate(row: Any, *, by_part: bool) -> Candidate[Any]:
    similarity = row["similarity"]
    if similarity is not None and math.isnan(similarity):  # a vector without length
        similarity = 0.0
    key = (row["key"], row["part"]) if by_part else row["key"]
    return Candidate(key=key, part=row["part"], similarity=similarity, lexical=row["lexical"])
