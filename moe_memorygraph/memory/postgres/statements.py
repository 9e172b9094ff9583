"""SQL statements, one per file in `sql/`, read at import so that a missing one fails at start."""

import re
from functools import lru_cache
from importlib.resources import files

__all__ = ["fitted", "statement"]

_UNLESS_NULL = re.compile(
    r"\(\$(?P<number>\d+)::(?P<type>[a-z]+(?:\[\])?) IS NULL OR (?P<condition>.+)\)$", re.MULTILINE
)
_IF_TRUE = re.compile(r"\(NOT \$(?P<number>\d+)::boolean OR (?P<condition>.+)\)$", re.MULTILINE)


def statement(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return (files(__package__) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def fitted(sql: str, *parameters: object) -> tuple[object, ...]:
    """The statement for these parameters, and the parameters: what a connection's `fetch` takes.

    A line's condition `($2::text[] IS NULL OR ...)` or `(NOT $8::boolean OR ...)` is left out where its parameter leaves
    it out, and stands alone where it does not. A statement is planned once, without its parameters: an index serves
    only a condition that stands there for certain.
    """
    optional = _optional(sql)
    return (_reduced(sql, tuple(_is_given(parameters[place]) for place in optional)), *parameters)


def _is_given(parameter: object) -> bool:
    return parameter is not None and parameter is not False


@lru_cache(maxsize=256)
def _optional(sql: str) -> tuple[int, ...]:
    """Places, from 0, of the parameters on which conditions depend."""
    found = {int(match["number"]) for pattern in (_UNLESS_NULL, _IF_TRUE) for match in pattern.finditer(sql)}
    return tuple(number - 1 for number in sorted(found))


@lru_cache(maxsize=1024)
def _reduced(sql: str, given: tuple[bool, ...]) -> str:
    is_given = {place + 1: one for place, one in zip(_optional(sql), given, strict=True)}

    # A parameter that nothing names would have no type: each line keeps naming its own.
    def unless_null(match: re.Match[str]) -> str:
        number, kind = match["number"], match["type"]
        return f"({match['condition']})" if is_given[int(number)] else f"${number}::{kind} IS NULL"

    def if_true(match: re.Match[str]) -> str:
        number = match["number"]
        return f"(${number}::boolean AND {match['condition']})" if is_given[int(number)] else f"NOT ${number}::boolean"

    return _IF_TRUE.sub(if_true, _UNLESS_NULL.sub(unless_null, sql))
