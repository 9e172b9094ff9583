"""Time as people write it ("Q4", "last month", "since March"), resolved to a range in UTC.

Words that hang on today ("last month") are resolved against `now`. A quarter or month without a year takes it from one
beside it that has one ("Q4 2024 vs Q3"); else it is the latest one that has begun by `anchor`, the end of the tenant's
data where that is older than now: asked of an archive that ends in 2025, "Q4" is the Q4 it holds.

What is understood, and as what, stands in docs/reference/time-words.md.
"""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from moe_memorygraph.experts.values import TimeRange
from moe_memorygraph.workflow import periods
from moe_memorygraph.workflow.time_points import Clock, Point, PointReader
from moe_memorygraph.workflow.time_tokens import MONTHS, SEASONS, UNITS, WEEKDAYS, tokens_of

__all__ = ["TimeMention", "find_time_ranges"]

_WORDS = frozenset(
    [
        *MONTHS,
        *UNITS,
        *SEASONS,
        *WEEKDAYS,
        "yesterday",
        "today",
        "ytd",
        "qtd",
        "mtd",
        "wtd",
        "fytd",
        "ago",
        "hour",
        "hours",
    ]
)
_WORD = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"\d")
_SINCE = frozenset(["since", "after", "following"])
_UNTIL = {"until": True, "till": True, "through": True, "before": False}
"""Whether the point itself belongs to what comes up to it."""
_TO = frozenset(["to", "until", "till", "through", "thru"])
_BESIDE = frozenset(["vs", "versus", "and", "or", "to", "with", "than", "against", "from"])
"""Words between two times of which one may lend the other its year."""
_NOWHERE = -9


_A_YEAR_BEFORE = (
    ("last", "year"),
    ("of", "last", "year"),
    ("in", "the", "previous", "year"),
    ("a", "year", "ago"),
    ("a", "year", "before"),
    ("a", "year", "earlier"),
    ("one", "year", "earlier"),
    ("the", "year", "before"),
    ("the", "previous", "year"),
    ("the", "prior", "year"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMention:
    """A range and where in the text it was named (code points)."""

    range: TimeRange
    start: int
    stop: int
    ends: tuple[TimeRange, TimeRange] | None = None
    """Of "from Q3 to Q4" or "between Q3 and Q4", Q3 and Q4: what a question about change compares."""


@dataclass(frozen=True, slots=True)
class _Read:
    """Points read from tokens `first` up to `stop`, and how a range is made of them."""

    points: tuple[Point, ...]
    first: int
    stop: int
    make: Callable[[Clock, tuple[Point, ...], list[TimeRange]], TimeRange]
    ends: tuple[tuple[int, int], tuple[int, int]] | None = None
    """Of two points the first token of each and the one behind it."""


def find_time_ranges(
    text: str, *, now: datetime, anchor: datetime | None = None, fiscal_year_start: int = 1, ahead: bool = False
) -> list[TimeMention]:
    """All ranges that a text names, in the order named. "between March and May" is one range.

    `fiscal_year_start` is the first month of the tenant's fiscal year, 1..12; with `ahead`, what is asked about may lie
    in the future ("next quarter").
    """
    if not _may_name_time(text):
        return []
    clock = Clock(now=now, anchor=min(now, anchor) if anchor else now, fiscal_from=fiscal_year_start, ahead=ahead)
    reader = _Reader(text, clock)
    return [mention for read in _with_years(reader.all(), clock) for mention in reader.mentions(read)]


def _may_name_time(text: str) -> bool:
    """Whether any rule can match: each needs a digit, or one of a few words. In other scripts case folds further."""
    return not text.isascii() or _DIGIT.search(text) is not None or not _WORDS.isdisjoint(_WORD.findall(text.lower()))


class _Reader:
    """Reads a text from left to right; each word is looked at a bounded number of times."""

    def __init__(self, text: str, clock: Clock) -> None:
        self._tokens = tokens_of(text)
        self._clock = clock
        self._points = PointReader(self._tokens, clock)
        self._compares = any(token.word.startswith("compar") for token in self._tokens)
        """Then "Q4 to Q3" are two times, and no range."""

    def all(self) -> list[_Read]:
        found: list[_Read] = []
        at = 0
        while at < len(self._tokens):
            read = self._same_earlier(at, found) or self._at(at, found[-1].stop if found else _NOWHERE)
            if read is None:
                at += 1
            else:
                found.append(read)
                at = read.stop
        return found

    def mentions(self, read: _Read) -> list[TimeMention]:
        """What was read as a range; none where the calendar knows no such thing.

        Two points of which the second comes before the first are no range, but two.
        """
        ranges = _resolved(read.points, self._clock)
        known = [one for one in ranges if one is not None]
        if not known or len(known) < len(ranges):
            return []
        try:
            made = read.make(self._clock, read.points, known)
        except (ValueError, OverflowError):
            return [self._mention(time, *place) for time, place in zip(known, read.ends or (), strict=False)]
        ends = (known[0], known[1]) if len(known) == 2 else None
        return [self._mention(made, read.first, read.stop, ends)]

    def _mention(
        self, time: TimeRange, first: int, stop: int, ends: tuple[TimeRange, TimeRange] | None = None
    ) -> TimeMention:
        return TimeMention(range=time, start=self._tokens[first].start, stop=self._tokens[stop - 1].stop, ends=ends)

    def _at(self, at: int, end_before: int) -> _Read | None:
        word = self._tokens[at].word
        if word in ("between", "from"):
            return self._from_to(at, "and" if word == "between" else "to")
        if word == "by":
            found = self._points.point(at + 1, strict=True)
            if found is not None and found[0].edge == "end":
                return _Read((found[0],), at, found[1], partial(_up_to, "by", True))
        if word in _SINCE or (word == "starting" and self._points.word(at + 1) in ("in", "from", "with")):
            return self._since(at)
        if word in _UNTIL or (word, self._points.word(at + 1)) in (("up", "to"), ("prior", "to"), ("not", "after")):
            return self._until(at)
        window, plain = self._window(at), self._plain(at, end_before)
        return window if window and (plain is None or window.stop > plain.stop) else plain

    def _same_earlier(self, at: int, found: list[_Read]) -> _Read | None:
        """Behind "Q4 2024", of "the same quarter last year" and "the same period a year earlier", Q4 2023."""
        if self._tokens[at].word != "same":
            return None
        said = [self._points.word(at + ahead) for ahead in range(1, 6)]
        if not (said[0] in UNITS or said[0] in ("period", "time")):
            return None
        stop = next((at + 2 + len(words) for words in _A_YEAR_BEFORE if said[1 : 1 + len(words)] == list(words)), None)
        if stop is None:
            return None
        if not found or len(found[-1].points) != 1:
            return _Read((), at, stop, _alone)
        return _Read(found[-1].points, at, stop, _year_earlier)

    def _plain(self, at: int, end_before: int) -> _Read | None:
        found = self._points.free(
            at, follows=at - 1 == end_before or (at - 2 == end_before and self._is_beside(at - 1))
        )
        if found is None:
            return None
        point, stop = found
        joined = None if point.is_relative else self._joined(point, at, at, stop, self._to(stop))
        return joined or _Read((point,), at, stop, _alone)

    def _to(self, at: int) -> int | None:
        """Where, behind a point, the other end of a range would begin."""
        if at < len(self._tokens) and self._tokens[at].gap == "-":
            return None if self._compares else at
        word = self._points.word(at)
        return at + 1 if word in _TO and not (word == "to" and self._compares) else None

    def _joined(self, point: Point, first: int, begin: int, stop: int, second: int | None) -> _Read | None:
        """The range from one point to another that begins at a token."""
        last = self._points.point(second, strict=True) if second is not None else None
        if last is None or second is None:
            return None
        return _Read((point, last[0]), first, last[1], _hull, ends=((begin, stop), (second, last[1])))

    def _is_beside(self, at: int) -> bool:
        return self._tokens[at].word in _BESIDE

    def _from_to(self, at: int, link: str) -> _Read | None:
        first = self._points.point(at + 1, strict=True)
        if first is None:
            return None
        point, stop = first
        word = self._points.word(stop, over_comma=True)
        if word == link == "and":
            return self._joined(point, at, at + 1, stop, stop + 1)
        if link == "and":
            return None
        if word in _TO and self._points.word(stop + 1) in ("now", "date", "present"):
            return _Read((point,), at, stop + 2, _from_then)
        if word in ("on", "onward", "onwards", "forward"):
            return _Read((point,), at, stop + 1, _from_then)
        second = stop + 1 if word in _TO else self._to(stop)
        joined = self._joined(point, at, at + 1, stop, second)
        if joined is not None:
            return joined
        alone = self._points.free(at + 1, follows=True)
        return _Read((alone[0],), at + 1, alone[1], _alone) if alone else None

    def _since(self, at: int) -> _Read | None:
        word = self._tokens[at].word
        begin = at + 2 if word == "starting" else at + 1
        found = self._points.point(begin, strict=True)
        if found is None:
            return None
        make = _from_then if word in ("since", "starting") else _after_then
        return _Read((found[0],), at, found[1], make)

    def _until(self, at: int) -> _Read | None:
        two = self._tokens[at].word not in _UNTIL
        found = self._points.point(at + 1 + two, strict=True)
        if found is None:
            return None
        said = self._tokens[at].word + (f" {self._tokens[at + 1].word}" if two else "")
        inclusive = _UNTIL.get(said, said != "prior to")
        return _Read((found[0],), at, found[1], partial(_up_to, said, inclusive))

    def _window(self, at: int) -> _Read | None:
        """ "the 90 days before March 3", "two weeks after 2025-03-04"."""
        counted = self._points.counted(at)
        if counted is None:
            return None
        count, unit, stop = counted
        side = self._points.word(stop)
        begin = stop + 1 + (side == "prior")
        if side not in ("before", "after", "following", "prior"):
            return None
        found = self._points.point(begin, strict=True)
        if found is None:
            return None
        backward = side in ("before", "prior")
        return _Read((found[0],), at, found[1], partial(_around, count, unit, backward))


def _alone(_clock: Clock, _points: tuple[Point, ...], ranges: list[TimeRange]) -> TimeRange:
    return ranges[0]


def _year_earlier(_clock: Clock, _points: tuple[Point, ...], ranges: list[TimeRange]) -> TimeRange:
    return periods.year_earlier(ranges[0])


def _hull(_clock: Clock, _points: tuple[Point, ...], ranges: list[TimeRange]) -> TimeRange:
    return periods.hull(ranges[0], ranges[1])


def _from_then(clock: Clock, points: tuple[Point, ...], ranges: list[TimeRange]) -> TimeRange:
    since = ranges[0].until if points[0].edge == "end" else ranges[0].since
    return periods.days(since, clock.now, f"since {ranges[0].label}")


def _after_then(clock: Clock, points: tuple[Point, ...], ranges: list[TimeRange]) -> TimeRange:
    since = ranges[0].since if points[0].edge == "start" else ranges[0].until
    return periods.days(since, clock.now, f"after {ranges[0].label}")


def _up_to(said: str, inclusive: bool, _clock: Clock, points: tuple[Point, ...], ranges: list[TimeRange]) -> TimeRange:
    time, edge = ranges[0], points[0].edge
    until = time.until if edge == "end" or (inclusive and edge != "start") else time.since
    since = periods.BEGINNING if until > periods.BEGINNING else datetime(1, 1, 1, tzinfo=UTC)
    return periods.days(since, until, f"{said} {time.label}")


def _around(
    count: int, unit: str, backward: bool, _clock: Clock, _points: tuple[Point, ...], ranges: list[TimeRange]
) -> TimeRange:
    return periods.around(ranges[0], count, unit, backward=backward)


# -- years that are not said -------------------------------------------------------------------------------------


def _resolved(points: tuple[Point, ...], clock: Clock) -> list[TimeRange | None]:
    """Of one point its range; of two the first before the last, whichever of them says its year."""
    if len(points) < 2:
        return [point.latest(clock.anchor) for point in points]
    first, last = points
    if first.is_fiscal != last.is_fiscal:
        first, last = first.as_fiscal(), last.as_fiscal()
    if first.needs_year and not last.needs_year:
        ending = last.latest(clock.anchor)
        return [first.latest(ending.since) if ending else None, ending]
    if last.needs_year and not first.needs_year:
        beginning = first.latest(clock.anchor)
        return [beginning, last.next(beginning.since) if beginning else None]
    ending = last.latest(clock.anchor)
    return [first.latest(ending.since) if ending else None, ending]


def _with_years(found: list[_Read], clock: Clock) -> list[_Read]:
    """Points without a year take it from the nearest in the text that says one, the one behind them first."""
    lenders = [number for number, one in enumerate(found) if any(p.year is not None for p in one.points)]
    if not lenders:
        return found
    given = []
    for number, one in enumerate(found):
        if not one.points or not all(point.needs_year for point in one.points):
            given.append(one)
            continue
        behind = bisect_left(lenders, number)
        lender = min(lenders[max(0, behind - 1) : behind + 1], key=lambda other: (abs(other - number), -other))
        points = tuple(_borrowed(p, found[lender].points, clock, is_first=number < lender) for p in one.points)
        given.append(replace(one, points=points))
    return given


def _borrowed(point: Point, lenders: tuple[Point, ...], clock: Clock, *, is_first: bool) -> Point:
    """The one nearest to its neighbour, begun by now: of "Q4 vs Q1 2025" Q4 2024, of "Q1 vs Q4 2024" Q1 2024."""
    lender = next((one for one in (lenders if is_first else reversed(lenders)) if one.year is not None), None)
    beside = lender.latest(clock.anchor) if lender else None
    if lender is None or lender.year is None or beside is None:
        return point
    alike = point.as_fiscal() if lender.is_fiscal else point
    latest = max(clock.now, beside.since)
    years = [year for year in (lender.year, lender.year - 1, lender.year + 1) if alike.begins_by(year, latest)]
    if not years:
        return point
    same = alike.in_year(lender.year)
    inside = same is not None and beside.since <= same.since < beside.until
    before = is_first and same is not None and same.since <= beside.since
    if (inside or before) and lender.year in years:
        return replace(alike, year=lender.year, needs_year=False)

    def months_away(year: int) -> int:
        time = alike.in_year(year)
        return abs(round((time.since - beside.since).days / 30)) if time else 1_000_000

    return replace(alike, year=min(years, key=months_away), needs_year=False)
