"""Single points of time that our own rules do not know, read by the `dateparser` package: "3. März 2025", "1 year and
2 months ago".

The package takes a tenth of a second to import, and finds dates in much that is none. So it is only given a phrase that
one of two narrow patterns has cut out: a number of hours, decades or mixed units with "ago", or a day and a year around
a month's name in German, French, Spanish, Italian, Portuguese or Dutch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from moe_memorygraph.experts.values import TimeRange
from moe_memorygraph.workflow import periods
from moe_memorygraph.workflow.time_tokens import COUNTS, UNITS, Token

__all__ = ["Written", "WrittenDates"]

_FOREIGN_MONTHS = frozenset(
    """januar februar märz mai juni juli oktober dezember jänner
    janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
    gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
    janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro
    januari februari maart mei augustus""".split()  # noqa: SIM905  a list of words reads better so
)
_LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl"]
_AGO_UNITS = frozenset([*UNITS, "hour", "hours", "decade", "decades", "fortnight", "fortnights", "minutes", "minute"])
_LONGEST = 8  # words: "2 years, 3 months and 4 days ago"
_UNIT_OF = {"day": "day", "week": "week", "month": "month", "year": "year", "time": "day"}


@dataclass(frozen=True, slots=True)
class Written:
    """What a phrase names, the token behind it, and the year that it says, if it does."""

    make: Callable[[], TimeRange]
    stop: int
    year: int | None = None


class WrittenDates:
    def __init__(self, tokens: Sequence[Token], now: datetime) -> None:
        self._tokens = tokens
        self._now = now

    def ago(self, at: int) -> Written | None:
        """ "36 hours ago", "1 year and 2 months ago": the day, week, month or year that this was."""
        for stop in range(at, min(at + _LONGEST, len(self._tokens))):
            token = self._tokens[stop]
            if stop > at and token.gap not in ("", ","):
                return None
            if token.word == "ago":
                return self._parsed(at, stop + 1) if stop - at >= 2 else None
            if not (token.word in _AGO_UNITS or token.word in COUNTS or token.word == "and" or _is_number(token.word)):
                return None
        return None

    def date(self, at: int) -> Written | None:
        """ "3. März 2025", "3 de marzo de 2025": a day, a month's name and a year."""
        day = self._tokens[at].word.removesuffix("er").rstrip("º°")
        if not (_is_number(day) and 1 <= int(day) <= 31):
            return None
        name = self._skip(at + 1)
        if name >= len(self._tokens) or self._tokens[name].word not in _FOREIGN_MONTHS:
            return None
        last = self._skip(name + 1)
        year = self._tokens[last].word if last < len(self._tokens) else ""
        if self._tokens[name].gap not in ("", ".") or not (_is_number(year) and len(year) == 4):
            return None
        found = self._parsed(at, last + 1)
        return Written(found.make, found.stop, int(year)) if found else None

    def _skip(self, at: int) -> int:
        is_small = at < len(self._tokens) and self._tokens[at].word in ("de", "del", "di")
        return at + 1 if is_small else at

    def _parsed(self, at: int, stop: int) -> Written | None:
        phrase = " ".join(token.word for token in self._tokens[at:stop])
        found = _read(phrase, self._now)
        if found is None:
            return None
        moment, unit = found
        return Written(lambda: periods.unit_of(unit, moment), stop)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 4


def _read(phrase: str, now: datetime) -> tuple[datetime, str] | None:
    """The moment that a phrase names, in UTC, and the unit that it is exact to."""
    data = _parser(now.astimezone(UTC).replace(tzinfo=None)).get_date_data(phrase)
    if data.date_obj is None:
        return None
    return data.date_obj.replace(tzinfo=UTC), _UNIT_OF.get(data.period, "day")


@lru_cache(maxsize=1)
def _parser(now: datetime) -> Any:
    from dateparser.date import DateDataParser  # imported by the few questions that need it: it takes 0.15 s

    return DateDataParser(
        languages=_LANGUAGES,
        use_given_order=True,
        try_previous_locales=False,
        settings={
            "RELATIVE_BASE": now,
            "TIMEZONE": "UTC",
            "PREFER_DAY_OF_MONTH": "first",
            "PREFER_DATES_FROM": "past",
            "DATE_ORDER": "DMY",
        },
    )
