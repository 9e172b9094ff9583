"""Days that a sentence names: ISO, "3 March 2025", "March 3rd", "April 2026". Never 03/04/2025, which means two days."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

__all__ = ["DATE", "dates_in", "resolve"]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    r"|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
DATE = (
    rf"(?:{_YEAR}-\d\d-\d\d\b"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?\b"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? {_YEAR}\b)?"
    rf"|{_MONTH},? {_YEAR}\b)"
)
"""A pattern for a folded date."""

_FIND = re.compile(
    rf"(?P<iso>{_YEAR}-\d\d-\d\d)\b"
    rf"|\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})(?:,? (?P<y1>{_YEAR}))?\b"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>{_YEAR})\b)?"
    rf"|\b(?P<m3>{_MONTH}),? (?P<y3>{_YEAR})\b"
)


def dates_in(low: str, *, near: datetime, toward: Literal["past", "future"]) -> Iterator[tuple[int, datetime]]:
    """(place, midnight UTC) of each day in a folded text; a month alone is its first day.

    A day without a year is the nearest one before or after `near`.
    """
    for match in _FIND.finditer(low):
        day = _day(match, near, toward)
        if day is not None:
            yield match.start(), day


def resolve(low: str, *, near: datetime, toward: Literal["past", "future"]) -> datetime | None:
    """The first day that a folded text names; None where it names none."""
    return next((day for _, day in dates_in(low, near=near, toward=toward)), None)


def _day(match: re.Match[str], near: datetime, toward: Literal["past", "future"]) -> datetime | None:
    if match["iso"]:
        return _midnight(*(int(part) for part in match["iso"].split("-")))
    month = _MONTHS.index((match["m1"] or match["m2"] or match["m3"])[:3]) + 1
    day = int(match["d1"] or match["d2"] or 1)
    year = match["y1"] or match["y2"] or match["y3"]
    if year:
        return _midnight(int(year), month, day)
    found = _midnight(near.year, month, day)
    if found is None:
        return None
    if toward == "past" and found > near:
        return _midnight(near.year - 1, month, day)
    if toward == "future" and found.date() < near.date():
        return _midnight(near.year + 1, month, day)
    return found


def _midnight(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
