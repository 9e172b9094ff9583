"""Which sort of value a question asks for, and whether a text could be one. Words of English, no I/O."""

import re
from functools import lru_cache
from typing import Literal

__all__ = ["Sort", "asks_for_many", "could_be", "holds", "sort_asked"]

Sort = Literal["date", "count", "amount", "number", "person", "place"]

_I = re.IGNORECASE
_ASKING: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("date", re.compile(r"\b(?:since |until )?when\b|\b(?:what|which) (?:date|day|month|year)\b", _I)),
    ("count", re.compile(r"\bhow many\b|\bnumber of\b", _I)),
    ("amount", re.compile(r"\bhow much\b|\b(?:what|which) (?:price|amount|fee|discount|share|percentage)\b", _I)),
    (
        "number",
        re.compile(r"\bhow (?:often|long|old|far|large|big|high|fast|soon|quickly)\b|\bcosts?\b|\bprices?\b", _I),
    ),
    ("person", re.compile(r"\bwho(?:se|m)?\b", _I)),
    ("place", re.compile(r"\bwhere\b", _I)),
)
_MANY = re.compile(
    r"\b(?:which|what|list|name|all|our|any|the|who are)(?: of)?(?: (?:our|the|all))?(?: \w+)?"
    r" (?:customers|accounts|clients|companies)\b",
    _I,
)
_DIGIT = re.compile(r"\d")
_MONEY = re.compile(r"[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY)\b", _I)
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?\Z")
_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./]\d{1,2}\b|\bmay \d"
    r"|\b(?:jan(?:uary)?|feb(?:ruary)?|march|mar|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?)\b"
    r"|\b(?:nov(?:ember)?|dec(?:ember)?)\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:minute|hour|day|night|week|month|quarter|year)s?\b",
    _I,
)


@lru_cache(maxsize=2048)
def sort_asked(text: str) -> Sort | None:
    """The sort of value that a question asks for; None where its words do not say."""
    return next((sort for sort, pattern in _ASKING if pattern.search(text)), None)


@lru_cache(maxsize=2048)
def asks_for_many(text: str) -> bool:
    """Whether it asks for customers in the plural: one customer's words are no list."""
    return _MANY.search(text) is not None


def could_be(value: str, sort: Sort | None) -> bool:
    """Whether the value of a fact could be of that sort."""
    match sort:
        case "date":
            return _TIME.search(value) is not None
        case "count":
            return _DIGIT.search(value) is not None and not _MONEY.search(value) and not _DAY.match(value)
        case "amount" | "number":
            return _DIGIT.search(value) is not None and not _DAY.match(value)
        case "person" | "place":
            return _DIGIT.search(value) is None
        case None:
            return True


def holds(text: str, sort: Sort | None) -> bool:
    """Whether a passage holds anything of that sort; of persons and places no form tells."""
    match sort:
        case "date":
            return _TIME.search(text) is not None
        case "count" | "amount" | "number":
            return _DIGIT.search(text) is not None or _NUMERAL.search(text) is not None
        case _:
            return True


_NUMERAL = re.compile(
    r"\b(?:once|twice|no|none|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?"
    r"|half|double|free|unlimited|all|every|each)\b",
    _I,
)
