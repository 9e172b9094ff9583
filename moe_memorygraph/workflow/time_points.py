"""One point of time among the words of a text: a date, a month, "Q4", "last week", "the end of March", "FY25 Q2".

A point may leave its year open; who reads it says from where the year is taken. A grammar by hand, over words: it looks
a bounded number of words ahead, so its time grows with the text and no more.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from moe_memorygraph.experts.values import TimeRange
from moe_memorygraph.workflow import periods
from moe_memorygraph.workflow.time_tokens import COUNTS, MONTHS, SEASONS, UNITS, WEEKDAYS, Token
from moe_memorygraph.workflow.written_dates import WrittenDates

__all__ = ["Clock", "Point", "PointReader"]

_YEAR = re.compile(r"(?:19|20)\d\d")
_SHORT_YEAR = re.compile(r"'\d\d")
_DAY = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
_ISO_DAY = re.compile(r"((?:19|20)\d\d)[-/](\d\d?)[-/](\d\d?)(?:t\d\d\S*)?")
_ISO_MONTH = re.compile(r"((?:19|20)\d\d)-(\d\d)")
_ISO_WEEK = re.compile(r"((?:19|20)\d\d)-?w(\d\d?)")
_MONTH_YEAR = re.compile(r"(\d\d?)/((?:19|20)\d\d)")
_SLASHED = re.compile(r"(\d\d?)/(\d\d?)/((?:19|20)\d\d|\d\d)")
_DOTTED = re.compile(r"(\d\d)\.(\d\d)\.((?:19|20)\d\d)")
_PERIOD = re.compile(r"([qh])([1-4])")
_PERIOD_YEAR = re.compile(r"([qh])([1-4])[-/]?['’]?((?:19|20)\d\d|\d\d)")
_YEAR_PERIOD = re.compile(r"((?:19|20)\d\d)[-/]?([qh])([1-4])")
_NUMBER_FIRST = re.compile(r"([1-4])([qh])[-/']?((?:19|20)\d\d|\d\d)?")
_PERIOD_FISCAL = re.compile(r"([qh])([1-4])[-/]?fy'?((?:19|20)\d\d|\d\d)")
_FISCAL = re.compile(r"fy[-' ]?(?:(?:(?:19|20)?\d\d)[-/])?((?:19|20)\d\d|\d\d)(?:[-/]?([qh])([1-4]))?")
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_LAST = frozenset(["last", "final"])
_ROLLING = frozenset(["last", "past", "previous", "prior", "preceding", "trailing", "recent"])
_BACK = {"last": 1, "previous": 1, "prior": 1, "past": 1, "this": 0, "current": 0}
_Edge = Literal["", "start", "end"]
_PARTS = {
    "early": "early",
    "beginning": "early",
    "start": "early",
    "mid": "mid",
    "middle": "mid",
    "late": "late",
    "end": "late",
}
_EDGES: dict[str, _Edge] = {"beginning": "start", "start": "start", "end": "end"}
_TO_DATE = {"ytd": "year", "qtd": "quarter", "mtd": "month", "wtd": "week"}
_FISCAL_WORDS = frozenset(["fiscal", "financial"])
_VERBS = frozenset(["may", "march", "mar"])
"""Months that are words of their own where they have no capital."""
_PLAIN_MONTHS = frozenset(["january", "february", "july", "september", "october", "november", "december"])
"""Months that are hardly ever anything else."""
_STRONG = frozenset(["in", "during", "over", "on", "vs", "versus", "than", "throughout", "within"])
_WEAK = frozenset(["for", "of", "by", "from"])
_COMPARING = frozenset(["compare", "comparing"])
_LINKS = frozenset(["and", "or", "to", "with", "vs", "versus", "against"])
_NUMBERED = frozenset(
    """ticket tickets case order invoice error code version v id no number nr section article page room port iso soc
    windows office server ref reference form build release model extension rule #""".split()  # noqa: SIM905  a list of words reads better so
)
"""A number of four digits behind one of these is no year."""
_COUNTED = frozenset(
    """seats users licenses licences dollars euros usd eur gbp people employees rows records requests times gb mb kb ms
    px points units items percent tokens calls""".split()  # noqa: SIM905  a list of words reads better so
)
_DEEPEST = 3  # "the start of the second half of last year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What words of time hang on: now, the end of the data, the fiscal year's first month (1..12), and whether what is
    asked about may lie ahead."""

    now: datetime
    anchor: datetime
    fiscal_from: int = 1
    ahead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point of time, which may lack its year."""

    make: Callable[[int], TimeRange]
    """Its range in a year; raises `ValueError` or `OverflowError` where there is none. What needs none ignores it."""
    year: int | None = None
    """The year that its words say."""
    needs_year: bool = False
    edge: _Edge = ""
    """It stands for where its period begins or ends, as well as for what lies there."""
    is_relative: bool = False
    is_bare: bool = False
    """One word that may be something else: "may", "fall"."""
    is_fiscal: bool = False
    fiscal: Callable[[int], TimeRange] | None = None
    """What it would be beside a fiscal year."""

    def in_year(self, year: int) -> TimeRange | None:
        try:
            return self.make(year)
        except (ValueError, OverflowError):
            return None

    def latest(self, at: datetime) -> TimeRange | None:
        """Its range; without a year the latest that has begun by then. A leap day may lie eight years back."""
        if not self.needs_year:
            return self.in_year(self.year or at.year)
        made = (self.in_year(at.year + 1 - back) for back in range(10))
        return next((one for one in made if one is not None and one.since <= at), None)

    def next(self, at: datetime) -> TimeRange | None:
        """Without a year: the first that begins then or later."""
        made = (self.in_year(at.year + ahead) for ahead in range(10))
        return next((one for one in made if one is not None and one.since >= at), None)

    def begins_by(self, year: int, now: datetime) -> bool:
        time = self.in_year(year)
        return time is not None and time.since <= now

    def as_fiscal(self) -> "Point":
        return replace(self, make=self.fiscal, is_fiscal=True) if self.fiscal else self

    def part(self, cut: Callable[[TimeRange], TimeRange], *, edge: _Edge = "") -> "Point":
        """A part of it, whatever its year."""
        make = self.make
        return replace(self, make=lambda year: cut(make(year)), edge=edge, is_bare=False, fiscal=None)


_Found = tuple[Point, int]
"""A point, and the number of the token behind its last."""


class PointReader:
    """Reads points from tokens, by methods that each know one kind; all methods take the number of the first token and give None where there is none."""

    def __init__(self, tokens: Sequence[Token], clock: Clock) -> None:
        self._tokens = tokens
        self._clock = clock
        self._written = WrittenDates(tokens, clock.now)

    def word(self, at: int, *, over_comma: bool = False) -> str:
        """The word there, if nothing but space, a hyphen or (allowed) a comma or bracket stands before it; else ''."""
        if not 0 <= at < len(self._tokens):
            return ""
        token = self._tokens[at]
        return token.word if token.gap in ("", "-") or (over_comma and token.gap in (",", "(")) else ""

    def _raw(self, at: int) -> str:
        """The word there, whatever stands before it; '' behind the last."""
        return self._tokens[at].word if at < len(self._tokens) else ""

    def point(self, at: int, *, strict: bool, depth: int = 0) -> _Found | None:
        """The longest point that begins there. `strict`: what stands before says that a time follows."""
        if at >= len(self._tokens) or depth > _DEEPEST or (strict and self._tokens[at].gap not in ("", "-")):
            return None
        begin = at + 1 if self._raw(at) == "the" else at
        names = readers_of(self._raw(begin))
        best: _Found | None = None
        for name in names:
            found = getattr(self, name)(begin, depth)
            if found is not None and (best is None or found[1] > best[1]):
                best = found
        return best

    def free(self, at: int, *, follows: bool) -> _Found | None:
        """A point with nothing around it that says so; `follows`: it stands beside another one."""
        found = self.point(at, strict=False)
        if found is None or not found[0].is_bare:
            return found
        return found if self._is_time(at, found[1], follows=follows) else None

    def counted(self, at: int) -> tuple[int, str, int] | None:
        """ "90 days", "a couple of weeks", "the week" as (count, unit, next token); also hours."""
        begin = at + 1 if self._raw(at) == "the" else at
        count, stop = self._count(begin, opens=begin == at)
        if not count and self._raw(begin) and UNITS.get(self._raw(begin)) == self._raw(begin):
            count, stop = 1, begin
        word = self._raw(stop) if stop == at else self.word(stop)
        unit = "hour" if word in ("hour", "hours") else UNITS.get(word)
        return (count, unit, stop + 1) if count and unit and unit != "half" else None

    # -- words that may be no time ---------------------------------------------------------------------------------

    def _is_time(self, at: int, stop: int, *, follows: bool) -> bool:
        """Whether a word that may be something else is a time here."""
        name = self._tokens[stop - 1]
        before = self.word(at - 1) if at and self._tokens[at].gap == "" else ""
        if before == "the" or self._raw(at) == "the":
            before = self.word(at - 1 - (before == "the"))
        if before in _STRONG:
            return True
        if name.word in UNITS:
            return before not in ("a", "another", "each", "every", "any", "per")
        begins_a_name = stop < len(self._tokens) and self._tokens[stop].gap == "" and self._tokens[stop].capital
        if begins_a_name or self._raw(at) in WEEKDAYS:
            return follows and not begins_a_name
        if before in _WEAK or name.word in _PLAIN_MONTHS:
            return name.word in MONTHS
        if follows:
            return name.capital or name.word not in _VERBS
        return name.word in MONTHS and self._is_compared(before, stop)

    def _is_compared(self, before: str, stop: int) -> bool:
        """ "compare March with April", "march vs april", "March and April 2025", "March – May"."""
        if stop < len(self._tokens) and self._tokens[stop].gap == "-":
            return self._raw(stop) in MONTHS
        if self.word(stop) not in _LINKS:
            return False
        beside = (self._month(stop + 1, 0) or self._date(stop + 1, 0)) if self.word(stop + 1) else None
        if beside is None:
            return False
        return before in _COMPARING or self.word(stop) in ("vs", "versus") or beside[0].year is not None

    # -- pieces ----------------------------------------------------------------------------------------------------

    def _said_year(self, at: int) -> tuple[int | None, int]:
        """A year behind a month or quarter ("2025", "of 2025", ", 2025", "'25", "of last year"), and what follows."""
        word = self.word(at, over_comma=True)
        linked = word in ("of", "in")
        begin = at + 1 if linked else at
        if linked and (self.word(begin), self.word(begin + 1)) == ("the", "year"):
            begin += 2
        word = self.word(begin, over_comma=not linked)
        if _YEAR.fullmatch(word):
            return int(word), begin + 1
        if _SHORT_YEAR.fullmatch(word):
            return 2000 + int(word[1:]), begin + 1
        back = _BACK.get(self.word(begin))
        if back is not None and self.word(begin + 1) == "year":
            return self._clock.now.year - back, begin + 2
        return None, at

    def _count(self, at: int, *, opens: bool = False) -> tuple[int, int]:
        """A number up to 999, in digits or as a word, and what follows; 0 where there is none. `opens`: it is the first
        word of a point, whatever stands before it."""
        word = self._raw(at) if opens else self.word(at)
        if word.isascii() and word.isdigit() and len(word) <= 3:
            return int(word), at + 1
        if word == "a" and self.word(at + 1) in ("couple", "few"):
            return self._count(at + 1)
        count = COUNTS.get(word, 0)
        return count, at + 1 + (word == "couple" and self.word(at + 1) == "of")

    def _fixed(self, make: Callable[[], TimeRange], stop: int) -> _Found:
        return Point(make=lambda _: make(), is_relative=True), stop

    def _in_year(self, make: Callable[[int], TimeRange], year: int | None, stop: int, *, bare: bool = False) -> _Found:
        return Point(make=make, year=year, needs_year=year is None, is_bare=bare and year is None), stop

    # -- parts of points -------------------------------------------------------------------------------------------

    def _part(self, at: int, depth: int) -> _Found | None:
        """ "early March", "mid-2025", "the end of Q3", "the second half of April"."""
        word = self._raw(at)
        if word in ("first", "second") and self.word(at + 1) == "half" and self.word(at + 2) == "of":
            return self._cut(at + 3, depth, lambda whole: periods.part(whole, word))
        which = _PARTS.get(word)
        if which is None:
            return None
        begin = at + 1 + (self.word(at + 1) == "of")
        if begin == at + 1 and word in ("beginning", "start", "middle"):
            return None
        edge = _EDGES.get(word, "")
        return self._cut(begin, depth, lambda whole: periods.part(whole, which, edge=edge), edge=edge)

    def _cut(self, at: int, depth: int, cut: Callable[[TimeRange], TimeRange], *, edge: _Edge = "") -> _Found | None:
        whole = self.point(at, strict=True, depth=depth + 1) or self._this(at)
        return (whole[0].part(cut, edge=edge), whole[1]) if whole else None

    def _this(self, at: int) -> _Found | None:
        """ "the quarter", "quarter", "the fiscal year": the one of now. Only behind "the end of" and its like."""
        begin = at + (self.word(at) == "the")
        fiscal = self.word(begin) in _FISCAL_WORDS
        unit = UNITS.get(self.word(begin + fiscal))
        if unit is None or unit in ("day", "half"):
            return None
        return self._fixed(partial(self._unit, unit, 0, fiscal=fiscal), begin + fiscal + 1)

    def _nth(self, at: int, depth: int) -> _Found | None:
        """ "the first week of March", "the last quarter of 2025"."""
        word = self._raw(at)
        number = -1 if word in _LAST else _ORDINALS.get(word)
        unit = UNITS.get(self.word(at + 1))
        if number is None or unit in (None, "half", "year") or self.word(at + 2) != "of":
            return None
        return self._cut(at + 3, depth, lambda whole: periods.nth(whole, number, str(unit)))

    def _counted_part(self, at: int, depth: int) -> _Found | None:
        """ "the first three months of 2025", "the last two weeks of March"."""
        word = self._raw(at)
        if word not in ("first", "last"):
            return None
        count, stop = self._count(at + 1)
        unit = UNITS.get(self.word(stop))
        if not count or unit in (None, "half") or self.word(stop + 1) != "of":
            return None
        return self._cut(
            stop + 2, depth, lambda whole: periods.several(whole, count, str(unit), from_end=word == "last")
        )

    # -- what hangs on now -----------------------------------------------------------------------------------------

    def _unit(self, unit: str, back: int, *, fiscal: bool = False) -> TimeRange:
        return periods.unit_of(
            unit, self._clock.now, back=back, fiscal_from=self._clock.fiscal_from if fiscal else None
        )

    def _to_date(self, at: int, _: int) -> _Found | None:
        """ "YTD", "quarter to date", "so far this year", "this fiscal year so far"."""
        word, begin, stop = self._raw(at), at, at + 1
        unit, fiscal = _TO_DATE.get(word), False
        if word == "fytd":
            unit, fiscal = "year", True
        elif unit is None:
            opened = (word, self.word(at + 1)) == ("so", "far")
            begin = at + 2 + (self.word(at + 2) == "in") if opened else at
            this = (self.word(begin) if opened else word) in ("this", "current")
            begin += this
            fiscal = (self.word(begin) if begin > at else word) in _FISCAL_WORDS
            unit = UNITS.get(self.word(begin + fiscal) if begin + fiscal > at else word)
            stop = begin + fiscal + 1
            closed = (self.word(stop), self.word(stop + 1)) in (("to", "date"), ("so", "far"))
            if not (this if opened else closed) or unit in ("day", "half"):
                return None
            stop += 2 * closed
        if unit is None:
            return None
        name = unit

        def make() -> TimeRange:
            whole = self._unit(name, 0, fiscal=fiscal)
            until = min(whole.until, periods.day_of(self._clock.now) + periods.ONE_DAY)
            return TimeRange(since=whole.since, until=until, label=f"{whole.label} to date")

        return self._fixed(make, stop)

    def _rolling(self, at: int, _: int) -> _Found | None:
        """ "the last 90 days", "past couple of weeks", "last 24 hours"."""
        count, stop = self._count(at + 1)
        word = self.word(stop)
        unit = "hour" if word in ("hour", "hours") else UNITS.get(word)
        if not count or unit in (None, "half") or self.word(at + 1) in ("a", "an"):
            return None
        return self._fixed(lambda: periods.last_until(self._clock.now, count, str(unit)), stop + 1)

    def _coming(self, at: int, _: int) -> _Found | None:
        """ "the next 60 days", "the coming quarter", "next fiscal year": where what is asked about may lie ahead."""
        if not self._clock.ahead:
            return None
        count, stop = self._count(at + 1)
        unit = UNITS.get(self.word(stop)) if count and self.word(at + 1) not in ("a", "an") else None
        if count and unit not in (None, "half"):
            return self._fixed(lambda: periods.next_from(self._clock.now, count, str(unit)), stop + 1)
        fiscal = self.word(at + 1) in _FISCAL_WORDS
        begin = at + 1 + (fiscal or self.word(at + 1) == "calendar")
        whole = UNITS.get(self.word(begin))
        if whole in (None, "day"):
            return None
        return self._fixed(partial(self._unit, str(whole), -1, fiscal=fiscal), begin + 1)

    def _relative(self, at: int, _: int) -> _Found | None:
        """ "last quarter", "this fiscal year", "last March", "this summer", "the week before last"."""
        word = self._raw(at)
        if word in UNITS and (self.word(at + 1), self.word(at + 2)) == ("before", "last"):
            return self._fixed(partial(self._unit, UNITS[word], 2), at + 3)
        back = _BACK.get(word)
        if back is None:
            return None
        begin = at + 1
        if word == "this" and self.word(begin) == "past":
            back, begin = 1, begin + 1
        named = self._named_near(begin, back)
        if named is not None:
            return named
        fiscal = self.word(begin) in _FISCAL_WORDS
        begin += fiscal or self.word(begin) == "calendar"
        unit = UNITS.get(self.word(begin))
        if unit is None:
            return None
        found = self._fixed(partial(self._unit, unit, back, fiscal=fiscal), begin + 1)
        return self._quarter_of(begin + 1, back) or found if unit == "year" and not fiscal else found

    def _quarter_of(self, at: int, back: int) -> _Found | None:
        """Of "last year's Q4" the Q4."""
        found = self._quarter(at, 0) if self.word(at) else None
        if found is None or not found[0].needs_year:
            return None
        return replace(found[0], year=self._clock.now.year - back, needs_year=False), found[1]

    def _named_near(self, at: int, back: int) -> _Found | None:
        """The last March, summer, Q4 or Tuesday that is over, or the one of this year or week."""
        word, now = self.word(at), self._clock.now
        if word in WEEKDAYS:
            days_back = (now.weekday() - WEEKDAYS[word] - 1) % 7 + 1 if back else now.weekday() - WEEKDAYS[word]
            return self._fixed(lambda: periods.unit_of("day", now - timedelta(days=days_back)), at + 1)
        if word in MONTHS:
            make: Callable[[int], TimeRange] = partial(_month_of, MONTHS[word])
        elif word in SEASONS:
            make = partial(_season_of, word)
        elif _PERIOD.fullmatch(word):
            found = self._quarter(at, 0)
            if found is None or not found[0].needs_year:
                return None
            make = found[0].make
        else:
            return None
        if not back:
            return self._fixed(lambda: make(now.year), at + 1)
        over = Point(make=make, needs_year=True)
        years = (now.year - n for n in range(3))
        ended = (over.in_year(year) for year in years)
        last = next((one for one in ended if one is not None and one.until <= now), None)
        return self._fixed(lambda: last, at + 1) if last else None

    def _ago(self, at: int, _: int) -> _Found | None:
        """ "two months ago", "3 weeks ago": that month, that week. What is longer is read by the library."""
        count, stop = self._count(at, opens=True)
        unit = UNITS.get(self.word(stop)) if count else None
        if unit and unit != "half" and self.word(stop + 1) == "ago":
            return self._fixed(partial(self._unit, unit, count), stop + 2)
        found = self._written.ago(at) if count else None
        return self._fixed(found.make, found.stop) if found else None

    def _near_day(self, at: int, _: int) -> _Found | None:
        word = self._raw(at)
        if word == "today":
            return self._fixed(partial(self._unit, "day", 0), at + 1)
        if word == "yesterday":
            return self._fixed(partial(self._unit, "day", 1), at + 1)
        if (word, self.word(at + 1), self.word(at + 2)) == ("day", "before", "yesterday"):
            return self._fixed(partial(self._unit, "day", 2), at + 3)
        return None

    # -- points of the calendar --------------------------------------------------------------------------------------

    def _week(self, at: int, depth: int) -> _Found | None:
        """ "the week of March 3", "week 12 of 2025", "2025-W12", "the month of May", "the year 2024"."""
        word, following = self._raw(at), self.word(at + 1)
        coded = _ISO_WEEK.fullmatch(word)
        if coded:
            return self._in_year(lambda year: periods.iso_week(year, int(coded[2])), int(coded[1]), at + 1)
        if word == "week" and following in ("of", "commencing", "beginning", "starting", "ending"):
            found = self.point(at + 2, strict=True, depth=depth + 1)
            return (found[0].part(_week_of_day), found[1]) if found else None
        if word == "week" and following.isdigit() and len(following) <= 2:
            year, stop = self._said_year(at + 2)
            number = int(following)
            return self._in_year(lambda y: periods.iso_week(y, number), year, stop) if year else None
        if word in ("month", "year", "calendar"):
            begin = at + 1 + (following == "of") + (word == "calendar" and following == "year")
            found = self._month(begin, depth) if word == "month" else self._year(begin, depth)
            return (replace(found[0], is_bare=False), found[1]) if found and self.word(begin) else None
        return None

    def _numeric(self, at: int, _: int) -> _Found | None:
        """Dates in digits. "3/4/2025" is March 4, as in America; "13/4/2025" can only be April 13; "13.04.2025" is."""
        word = self._raw(at)
        match = _ISO_DAY.fullmatch(word)
        if match:
            year, month, number = int(match[1]), int(match[2]), int(match[3])
            return self._in_year(lambda y: periods.day(y, month, number), year, at + 1)
        match = _SLASHED.fullmatch(word)
        if match:
            first, second, year = int(match[1]), int(match[2]), _full_year(match[3])
            month, number = (second, first) if first > 12 else (first, second)
            return self._in_year(lambda y: periods.day(y, month, number), year, at + 1)
        match = _DOTTED.fullmatch(word)
        if match and self.word(at - 1) not in _NUMBERED:
            number, month, year = int(match[1]), int(match[2]), int(match[3])
            return self._in_year(lambda y: periods.day(y, month, number), year, at + 1)
        match = _ISO_MONTH.fullmatch(word)
        if match and 1 <= int(match[2]) <= 12:
            return self._in_year(partial(_month_of, int(match[2])), int(match[1]), at + 1)
        match = _MONTH_YEAR.fullmatch(word)
        if match and 1 <= int(match[1]) <= 12:
            return self._in_year(partial(_month_of, int(match[1])), int(match[2]), at + 1)
        return None

    def _fiscal(self, at: int, _: int) -> _Found | None:
        """ "FY25", "FY2025 Q2", "fiscal year 2025", "fiscal Q2", "Q2 of FY25", "the second fiscal quarter of 2025"."""
        letter, number, stop = self._letter(at)
        if letter:  # "Q2 FY25", "Q2 of fiscal 2025"
            year, end = self._fiscal_year(stop + (self.word(stop) == "of"))
            return self._fiscal_point(letter, number, year, end) if year else None
        word = self._raw(at)
        ordinal = _ORDINALS.get(word)
        if ordinal and self.word(at + 1) in _FISCAL_WORDS and self.word(at + 2) in ("quarter", "half"):
            year, end = self._said_year(at + 3)
            if year is None:
                year, end = self._fiscal_year(at + 3 + (self.word(at + 3) == "of"))
            return self._fiscal_point(self.word(at + 2)[0], ordinal, year, end or at + 3)
        match = _PERIOD_FISCAL.fullmatch(word)
        if match:
            return self._fiscal_point(match[1], int(match[2]), _full_year(match[3]), at + 1)
        match = _FISCAL.fullmatch(word)
        if match and match[2]:
            return self._fiscal_point(match[2], int(match[3]), _full_year(match[1]), at + 1)
        year, end = self._fiscal_year(at)
        if year:
            letter, number, stop = self._letter(end) if self.word(end, over_comma=True) else ("", 0, end)
            return self._fiscal_point(letter, number, year, stop if letter else end)
        if word in _FISCAL_WORDS and self.word(at + 1):
            letter, number, stop = self._letter(at + 1)
            if letter:
                year, end = self._said_year(stop)
                return self._fiscal_point(letter, number, year, end)
        return None

    def _fiscal_year(self, at: int) -> tuple[int | None, int]:
        """ "FY25", "FY 2025", "fiscal 2025", "fiscal year 25" and what follows; None where there is none."""
        if at >= len(self._tokens):
            return None, at
        word = self._raw(at)
        match = _FISCAL.fullmatch(word)
        if match and not match[2]:
            return _full_year(match[1]), at + 1
        begin = at + 1
        if word in _FISCAL_WORDS:
            begin += self.word(begin) in ("year", "years")
        elif word != "fy":
            return None, at
        number = self.word(begin).lstrip("'")
        is_year = _YEAR.fullmatch(number) or (len(number) == 2 and number.isdigit() and word == "fy")
        is_year = is_year or (len(number) == 2 and number.isdigit() and self.word(begin - 1) == "year")
        return (_full_year(number), begin + 1) if is_year else (None, at)

    def _fiscal_point(self, letter: str, number: int, year: int | None, stop: int) -> _Found:
        first = self._clock.fiscal_from

        def make(fiscal: int) -> TimeRange:
            if letter == "q":
                return periods.fiscal_quarter(fiscal, number, first)
            return periods.fiscal_half(fiscal, number, first) if letter else periods.fiscal_year(fiscal, first)

        return Point(make=make, year=year, needs_year=year is None, is_fiscal=True), stop

    def _letter(self, at: int) -> tuple[str, int, int]:
        """Of "Q2" and "H1" the letter, the number and what follows."""
        match = _PERIOD.fullmatch(self._raw(at))
        if match is None or (match[1] == "h" and int(match[2]) > 2):
            return "", 0, at
        return match[1], int(match[2]), at + 1

    def _quarter(self, at: int, _: int) -> _Found | None:
        """ "Q4", "Q4 2024", "2024Q4", "H2 of 2025", "the third quarter", "second half of 2025"."""
        word = self._raw(at)
        coded = _PERIOD_YEAR.fullmatch(word)
        if coded:
            return self._calendar_point(coded[1], int(coded[2]), _full_year(coded[3]), at + 1)
        coded = _YEAR_PERIOD.fullmatch(word)
        if coded:
            return self._calendar_point(coded[2], int(coded[3]), int(coded[1]), at + 1)
        coded = _NUMBER_FIRST.fullmatch(word)
        if coded and (coded[3] or coded[2] == "q"):
            year, end = (_full_year(coded[3]), at + 1) if coded[3] else self._said_year(at + 1)
            return self._calendar_point(coded[2], int(coded[1]), year, end)
        letter, number, stop = self._letter(at)
        spelt = False
        if not letter and word in _ORDINALS and self.word(at + 1) in ("quarter", "half"):
            letter, number, stop, spelt = self.word(at + 1)[0], _ORDINALS[word], at + 2, True
        if letter:
            year, end = self._said_year(stop)
            found = self._calendar_point(letter, number, year, end)
            return (replace(found[0], is_bare=spelt and year is None), end) if found else None
        if _YEAR.fullmatch(word) and self.word(at + 1):  # "2024 Q4"
            letter, number, stop = self._letter(at + 1)
            return self._calendar_point(letter, number, int(word), stop) if letter else None
        return None

    def _calendar_point(self, letter: str, number: int, year: int | None, stop: int) -> _Found | None:
        if letter == "h" and number > 2:
            return None
        make, first = (periods.quarter if letter == "q" else periods.half), self._clock.fiscal_from
        fiscal = periods.fiscal_quarter if letter == "q" else periods.fiscal_half
        return Point(
            make=lambda y: make(y, number),
            year=year,
            needs_year=year is None,
            fiscal=lambda y: fiscal(y, number, first),
        ), stop

    def _date(self, at: int, _: int) -> _Found | None:
        """ "March 3rd, 2025", "3 March", "the 3rd of March 2025". A day that no month has is read, and is no time."""
        word = self._raw(at)
        if word in WEEKDAYS and self.word(at + 1, over_comma=True):
            dated = self._date(at + 1 + (self.word(at + 1, over_comma=True) == "the"), 0)
            return dated or self._numeric(at + 1, 0)
        if word in MONTHS:
            begin = at + 1 + (self.word(at + 1) == "the")
            month, match = word, _DAY.fullmatch(self.word(begin))
            stop, name = begin + 1, at
        else:
            name = at + 1 + (self.word(at + 1) == "of")
            spelt = f"{_ORDINALS[word]}" if word in _ORDINALS and name == at + 2 else word  # "the first of May"
            month, match, stop = self.word(name), _DAY.fullmatch(spelt), name + 1
        if match is None or month not in MONTHS or not 1 <= int(match[1]) <= 31:
            return None
        number, of_month = int(match[1]), MONTHS[month]
        year, end = self._said_year(stop)
        doubtful = month in _VERBS and not self._tokens[name].capital and not match[2]
        return self._in_year(lambda y: periods.day(y, of_month, number), year, end, bare=doubtful)

    def _month(self, at: int, _: int) -> _Found | None:
        if self._raw(at) not in MONTHS:
            return None
        year, stop = self._said_year(at + 1)
        return self._in_year(partial(_month_of, MONTHS[self._raw(at)]), year, stop, bare=True)

    def _season(self, at: int, _: int) -> _Found | None:
        name = self._raw(at)
        if name not in SEASONS:
            return None
        two_years = re.fullmatch(r"((?:19|20)\d\d)[-/](?:20)?\d\d", self.word(at + 1))
        if two_years and name == "winter":
            return self._in_year(partial(_season_of, name), int(two_years[1]), at + 2)
        year, stop = self._said_year(at + 1)
        return self._in_year(partial(_season_of, name), year, stop, bare=True)

    def _weekday(self, at: int, _: int) -> _Found | None:
        """The latest one, today counted; "Monday of last week" is that of the week before."""
        word, now = self._raw(at), self._clock.now
        if word not in WEEKDAYS:
            return None
        begin = at + 1 + (self.word(at + 1) == "of")
        back = _BACK.get(self.word(begin))
        if back is not None and self.word(begin + 1) == "week":
            days_back = now.weekday() - WEEKDAYS[word] + 7 * back
            return self._fixed(lambda: periods.unit_of("day", now - timedelta(days=days_back)), begin + 2)
        days_back = (now.weekday() - WEEKDAYS[word]) % 7
        point, stop = self._fixed(lambda: periods.unit_of("day", now - timedelta(days=days_back)), at + 1)
        return replace(point, is_bare=True), stop

    def _year(self, at: int, _: int) -> _Found | None:
        if not _YEAR.fullmatch(self._raw(at)):
            return None
        if self.word(at - 1) in _NUMBERED or self.word(at + 1) in _COUNTED:
            return None
        return self._in_year(periods.year, int(self._raw(at)), at + 1)

    def _foreign(self, at: int, _: int) -> _Found | None:
        found = self._written.date(at)
        return self._in_year(lambda _: found.make(), found.year, found.stop) if found else None


_READERS: tuple[tuple[str, frozenset[str]], ...] = (
    ("_part", frozenset([*_PARTS, "first", "second"])),
    ("_nth", frozenset([*_ORDINALS, *_LAST])),
    ("_counted_part", frozenset(["first", "last"])),
    ("_to_date", frozenset([*_TO_DATE, *UNITS, *_FISCAL_WORDS, "fytd", "so", "this", "current"])),
    ("_rolling", _ROLLING),
    ("_coming", frozenset(["next", "coming", "upcoming"])),
    ("_relative", frozenset([*UNITS, *_BACK])),
    ("_ago", frozenset(COUNTS)),
    ("_near_day", frozenset(["today", "yesterday", "day"])),
    ("_week", frozenset(["week", "month", "year", "calendar"])),
    ("_fiscal", frozenset([*_FISCAL_WORDS, *_ORDINALS, "fy"])),
    ("_quarter", frozenset(_ORDINALS)),
    ("_date", frozenset([*MONTHS, *WEEKDAYS, *_ORDINALS])),
    ("_month", frozenset(MONTHS)),
    ("_season", SEASONS),
    ("_weekday", frozenset(WEEKDAYS)),
)
"""The methods that read points, in the order in which they are tried, and the words with which their points begin."""

_BY_WORD = {
    word: tuple(name for name, words in _READERS if word in words) for _, opening in _READERS for word in opening
}
_BY_CODE = ("_fiscal", "_quarter")
_BY_DIGIT = ("_nth", "_ago", "_week", "_numeric", "_fiscal", "_quarter", "_date", "_year", "_foreign")
_CODE = re.compile(r"[qh][1-4]|fy['\d-]")


def readers_of(word: str) -> tuple[str, ...]:
    """Names of the methods of `PointReader` that may find a point which begins with a word; most words begin none."""
    if word[:1].isdigit():
        return _BY_DIGIT
    return _BY_WORD.get(word) or (_BY_CODE if _CODE.match(word) else ())


def _month_of(number: int, year: int) -> TimeRange:
    return periods.month(year, number)


def _season_of(name: str, year: int) -> TimeRange:
    return periods.season(year, name)


def _week_of_day(time: TimeRange) -> TimeRange:
    if time.until - time.since > periods.ONE_DAY:
        raise ValueError("a week is told by a day")
    return periods.week(time.since)


def _full_year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)
