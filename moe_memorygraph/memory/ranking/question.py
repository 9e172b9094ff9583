"""What a question's own words ask for: whom, when, how many. Pure arithmetic over text, no I/O."""

import calendar
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

__all__ = ["DateWords", "Form", "asked_names", "form_of", "time_between"]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTH = "|".join(_MONTHS)
_DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\b"
    r"(?:\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?(?!\d))?(?:,?\s+(?:of\s+)?(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
_IS_VERB = re.compile(
    r"(?<!\bin )(?<!\bof )(?<!\bby )(?<!\bsince )(?<!\buntil )(?<!\bduring )(?<!\blast )(?<!\bthis )(?<!\bnext )"
    r"\b(?:may|march)$",
    re.IGNORECASE,
)
# "To whom this may concern", "this may not have been": no month, though "this May" is one.
_VERB_FOLLOWS = re.compile(
    r"(?<=may)\s+(?:not|also|well|just|only|still|never|be|have|concern|help|seem|sound|look|take|need|cause|mean|lead|"
    r"result|happen|come|go|get|give|make|require|affect|apply)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WHEN = re.compile(
    r"\bwhen\b(?!\s+(?:i|you|we|they|he|she|it)\b)|\b(?:what|which)\s+(?:date|day|month|year|time|week)\b|\bhow long\b|\bsince when\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\bhow (?:many|much|often|old|far|long|big|large)\b|\bwhat (?:number|amount|price|share)\b", re.I)
_NEGATION = re.compile(r"\b(?:not|never|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_NAME_TOKEN = re.compile(r"[^\W\d_]{2,}")
# Endings that the English stemmer may take off a name; a final y becomes i.
_ENDINGS = ("", "e", "s", "es", "er", "ed", "al", "ly", "ing")
_ROLES = re.compile(
    r"agent|support|customer|user|client|bot|system|team|service|admin|staff|member|representative|rep|the|and|of"
)


@dataclass(frozen=True, slots=True)
class DateWords:
    """A date as far as the question names it; the year may be missing, the day needs a month."""

    year: int | None
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class Form:
    """What kind of thing is asked for."""

    asks_when: bool
    asks_number: bool
    has_negation: bool
    date: DateWords | None


@lru_cache(maxsize=1024)
def form_of(text: str) -> Form:
    """The form of a question, by its English words."""
    return Form(
        asks_when=_WHEN.search(text) is not None,
        asks_number=_NUMBER.search(text) is not None,
        has_negation=_NEGATION.search(text) is not None,
        date=_date_in(text),
    )


def _date_in(text: str) -> DateWords | None:
    for found in _DATE.finditer(text):
        day = found["d1"] or found["d2"]
        is_bare = not (day or found["year"])
        if is_bare and (_IS_VERB.search(text, 0, found.end()) or _VERB_FOLLOWS.match(text, found.end())):
            continue
        number = int(day) if day else None
        return DateWords(
            year=int(found["year"]) if found["year"] else None,
            month=_MONTHS[found["month"].lower()],
            day=number if number is not None and 1 <= number <= 31 else None,
        )
    year = _YEAR.search(text)
    return DateWords(year=int(year[0]), month=None, day=None) if year else None


def time_between(date: DateWords, year: int) -> tuple[float, float] | None:
    """Begin and end (exclusive) of a date in that year, seconds since 1970, UTC; None where there is no such day."""
    try:
        since = datetime(year, date.month or 1, date.day or 1, tzinfo=UTC)
    except ValueError:
        return None
    if date.day:
        until = since + timedelta(days=1)
    elif date.month:
        until = datetime(year + date.month // 12, date.month % 12 + 1, 1, tzinfo=UTC)
    else:
        until = datetime(year + 1, 1, 1, tzinfo=UTC)
    return since.timestamp(), until.timestamp()


def asked_names(text: str, lexemes: Sequence[str], authors: Iterable[str]) -> tuple[frozenset[str], int]:
    """Which of the authors a question names, and which of its lexemes are their names, as bits.

    A name counts as its author is written, or in any case where the question has no capital letter at all; words such
    as "support" that name a role do not count.
    """
    words = set(_NAME_TOKEN.findall(text))
    is_lower = not any(map(str.isupper, text))
    places = {lexeme: place for place, lexeme in enumerate(lexemes)}
    asked, bits = set(), 0
    for author in authors:
        for token in _NAME_TOKEN.findall(author.partition("@")[0]):
            lower = token.lower()
            if _ROLES.fullmatch(lower) or not (token in words or (is_lower and lower in words)):
                continue
            asked.add(author)
            for stem in _stems(lower):
                if stem in places:
                    bits |= 1 << places[stem]
    return frozenset(asked), bits


def _stems(name: str) -> list[str]:
    stems = [name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)]
    return [*stems, name[:-1] + "i"] if name.endswith("y") else stems
