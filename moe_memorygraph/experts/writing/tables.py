"""Markdown tables in words: the rows that answer, each cell as it stands, with the header's words before it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from moe_memorygraph.words import content_words, stem, stems

__all__ = ["in_words"]

_RULE = re.compile(r"\|?[\s|:-]+\|?")
_CELL = re.compile(r"(?<!\\)\|")
_MOST_ROWS = 8
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MEASURES = frozenset(stems("long much many high large soon fast often big late early"))
"""With "how" they ask for a measure, and name nothing that a row is about."""


@dataclass(frozen=True, slots=True)
class _Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def in_words(quote: str, question: str) -> str | None:
    """The quote with its table in words, all that is verbatim in quotation marks; None where it holds no whole table.

    Of the rows those with most of the question's words and numbers, or all where none has any; of their columns those
    whose header has one, or all.
    """
    wanted = {stem(word) for word in content_words(question)} - _MEASURES | set(_NUMBER.findall(question))
    lines = quote.splitlines()
    of_table = [place for place, line in enumerate(lines) if line.lstrip().startswith("|")]
    table = _read([lines[place] for place in of_table])
    if table is None or "“" in quote or "”" in quote:
        return None
    around = [lines[place] for place in range(len(lines)) if place not in of_table]
    prose = " ".join(" ".join(around).split())
    told = "; ".join(_row_words(table.head, row, wanted) for row in _rows(table, wanted))
    return f"“{prose}” {told}" if prose else told


def _read(lines: Sequence[str]) -> _Table | None:
    if len(lines) < 3 or not _RULE.fullmatch(lines[1].strip()):
        return None
    head, *rows = (_cells(line) for line in (lines[0], *lines[2:]))
    whole = tuple(row for row in rows if len(row) == len(head))  # the last may have been cut
    return _Table(head, whole) if whole and len(head) > 1 else None


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    if not inner.endswith("|"):
        return ()
    return tuple(" ".join(cell.split()) for cell in _CELL.split(inner[:-1]))


def _rows(table: _Table, wanted: Collection[str]) -> list[tuple[str, ...]]:
    held = [len(_held(" ".join(row)).intersection(wanted)) for row in table.rows]
    best = max(held)
    kept = [row for row, count in zip(table.rows, held, strict=True) if count == best]
    return kept[:_MOST_ROWS]


def _held(text: str) -> set[str]:
    return stems(text) | set(_NUMBER.findall(text))


def _row_words(head: Sequence[str], row: Sequence[str], wanted: Collection[str]) -> str:
    """For example "“price per seat”: Pro “$29”"."""
    columns = [(name, cell) for name, cell in zip(head[1:], row[1:], strict=True) if cell]
    asked = [one for one in columns if stems(one[0]).intersection(wanted)]
    told = ", ".join(f"{name} “{cell}”" if name else f"“{cell}”" for name, cell in asked or columns)
    return f"“{row[0]}”: {told}" if row[0] else told
