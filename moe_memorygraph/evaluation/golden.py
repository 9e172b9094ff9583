"""Golden questions: what is asked, and what a right answer must hold. Reads the file, knows no workflow."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from moe_memorygraph.errors import InvalidArgument

__all__ = ["Expectation", "GoldenQuestion", "golden_question", "read_golden"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What must be true of the answer. Texts are compared without case, at the bounds of words."""

    abstain: bool = False
    claims: tuple[tuple[str, ...], ...] = ()
    """Each claim is right when one of its spellings stands in the answer."""
    citations_any: tuple[str, ...] = ()
    """One of these must be cited: a URI, the id in it, or `plane:NAME`. Empty: anything."""
    experts_any: tuple[str, ...] = ()
    """One of these must have run. Empty: any."""
    forbid: tuple[str, ...] = ()
    """None of these may stand in the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenQuestion:
    id: str
    question: str
    kind: str
    customer: str | None = None
    as_of: datetime | None = None
    known_at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    session_id: str | None = None
    expect: Expectation


def read_golden(path: Path) -> list[GoldenQuestion]:
    """Read a JSONL file of golden questions. Raises `InvalidArgument` naming the first line that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidArgument(f"The golden file cannot be read ({error.strerror}).", "Give a readable file.") from None
    except UnicodeDecodeError:
        raise InvalidArgument("The golden file is not UTF-8.", "Save it as UTF-8.") from None
    questions: list[GoldenQuestion] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            question = golden_question(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidArgument(
                f"Line {number} of the golden file is wrong: {_reason(error)}.",
                'Each line is an object with "id", "question", "kind" and "expect".',
            ) from None
        if question.id in seen:
            raise InvalidArgument(f"Line {number} of the golden file repeats an id.", "Give each question its own.")
        seen.add(question.id)
        questions.append(question)
    if not questions:
        raise InvalidArgument("The golden file holds no question.", "Give a JSONL file with one question a line.")
    return questions


def _reason(error: Exception) -> str:
    return f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)


def golden_question(row: Mapping[str, Any]) -> GoldenQuestion:
    """One row of a golden file as a value. Raises `ValueError`, `KeyError` or `TypeError` where it is wrong."""
    expect = row["expect"]
    return GoldenQuestion(
        id=_text(row["id"]),
        question=_text(row["question"]),
        kind=_text(row["kind"]),
        customer=row.get("customer"),
        as_of=_time(row.get("as_of")),
        known_at=_time(row.get("known_at")),
        since=_time(row.get("since")),
        until=_time(row.get("until")),
        session_id=row.get("session_id"),
        expect=Expectation(
            abstain=bool(expect.get("abstain", False)),
            claims=tuple(_claim(claim) for claim in expect.get("claims", ())),
            citations_any=_texts(expect.get("citations_any", ())),
            experts_any=_texts(expect.get("experts_any", ())),
            forbid=_texts(expect.get("forbid", ())),
        ),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise TypeError("a text is missing or empty")
    return value


def _claim(claim: Mapping[str, Any]) -> tuple[str, ...]:
    spellings = _texts(claim["any_of"])
    if not spellings:
        raise TypeError("a claim has no spelling")
    return spellings


def _texts(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError("a list of texts is a text")
    return tuple(_text(value) for value in values)


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    if len(value) == len("2025-12-31"):
        day = date.fromisoformat(value)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
