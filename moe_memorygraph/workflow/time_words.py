"""Time as people write it ("Q4", "last month", "since March"), resolved to a range in UTC.

Words that hang on today ("last month") are resolved against `now`. A quarter or month without a year is the latest
one that has begun by `anchor`, the end of the tenant's data where that is older than now: asked of an archive that
ends in 2025, "Q4" is the Q4 it holds.
"""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moe_memorygraph.experts.values import TimeRange

__all__ = ["TimeMention", "find_time_ranges"]

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_SHORT = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = rf"(?P<month>{'|'.join(sorted([*_MONTHS, *_SHORT], key=len, reverse=True))})\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<date>(?:19|20)\d\d-\d\d-\d\d)"
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "twelve": 12}
_UNITS = ("day", "week", "month", "quarter", "year")
_WORDS = frozenset([*_MONTHS, *_SHORT, *_UNITS, *(f"{unit}s" for unit in _UNITS), "yesterday"])
_WORD = re.compile(r"[a-z]+")
_DIGIT = re.compile(r"\d")
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeMention:
    """A range and where in the text it was named (code points)."""

    range: TimeRange
    start: int
    stop: int
    ends: tuple[TimeRange, TimeRange] | None = None
    """Of "from Q3 to Q4" or "between Q3 and Q4", Q3 and Q4: what a question about change compares."""


def find_time_ranges(text: str, *, now: datetime, anchor: datetime | None = None) -> list[TimeMention]:
    """All ranges that a text names, in the order named. "between March and May" is one range."""
    if not _may_name_time(text):
        return []
    calendar_anchor = min(now, anchor) if anchor else now
    taken: list[TimeMention] = []
    for pattern, resolve in _RULES:
        for match in pattern.finditer(text):
            if any(match.start() < mention.stop and mention.start < match.end() for mention in taken):
                continue
            found = resolve(match, now, calendar_anchor)
            if found is not None:
                ends = _ends(match, calendar_anchor) if resolve is _between else None
                taken.append(TimeMention(range=found, start=match.start(), stop=match.end(), ends=ends))
    return sorted(taken, key=lambda mention: mention.start)


def _may_name_time(text: str) -> bool:
    """Whether any rule can match: each needs a digit, or one of a few words. In other scripts case folds further."""
    return not text.isascii() or _DIGIT.search(text) is not None or not _WORDS.isdisjoint(_WORD.findall(text.lower()))


def _day(year: int, month: int, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _add_months(at: datetime, months: int) -> datetime:
    index = at.year * 12 + at.month - 1 + months
    return _day(index // 12, index % 12 + 1)


def _month_range(year: int, month: int) -> TimeRange:
    since = _day(year, month)
    return TimeRange(since=since, until=_add_months(since, 1), label=f"{calendar.month_name[month]} {year}")


def _quarter_range(year: int, quarter: int) -> TimeRange:
    since = _day(year, 3 * quarter - 2)
    return TimeRange(since=since, until=_add_months(since, 3), label=f"Q{quarter} {year}")


def _half_range(year: int, half: int) -> TimeRange:
    since = _day(year, 6 * half - 5)
    return TimeRange(since=since, until=_add_months(since, 6), label=f"H{half} {year}")


def _year_range(year: int) -> TimeRange:
    return TimeRange(since=_day(year, 1), until=_day(year + 1, 1), label=str(year))


def _latest(make: Callable[[int], TimeRange], anchor: datetime) -> TimeRange:
    """The latest of a yearly range that has begun by the anchor."""
    this_year = make(anchor.year)
    return this_year if this_year.since <= anchor else make(anchor.year - 1)


def _month_number(word: str) -> int:
    word = word.lower().rstrip(".")
    return _MONTHS.get(word) or _SHORT[word]


def _parse_date(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None


def _point(words: str, anchor: datetime) -> TimeRange | None:
    """One calendar point inside "between X and Y" or "since X": a date, month, quarter or year."""
    words = words.strip().rstrip(".,")
    for pattern, resolve in _POINTS:
        match = pattern.fullmatch(words)
        if match:
            return resolve(match, anchor, anchor)
    return None


def _between(match: re.Match[str], _: datetime, anchor: datetime) -> TimeRange | None:
    last = _point(match["to"], anchor)
    if last is None:
        return None
    first = _point(match["from"], last.since)
    if first is None or first.since >= last.until:
        return None
    return TimeRange(since=first.since, until=last.until, label=f"{first.label} to {last.label}")


def _ends(match: re.Match[str], anchor: datetime) -> tuple[TimeRange, TimeRange] | None:
    last = _point(match["to"], anchor)
    first = _point(match["from"], last.since) if last else None
    if first is None or last is None:
        return None
    return first, last


def _since(match: re.Match[str], now: datetime, anchor: datetime) -> TimeRange | None:
    first = _point(match["from"], anchor)
    if first is None or first.since >= now:
        return None
    return TimeRange(since=first.since, until=now, label=f"since {first.label}")


def _until(match: re.Match[str], _: datetime, anchor: datetime) -> TimeRange | None:
    last = _point(match["to"], anchor)
    if last is None:
        return None
    inclusive = match["word"].lower() in ("until", "through", "up to")
    until = last.until if inclusive else last.since
    return TimeRange(
        since=_day(1970, 1) if until.year > 1970 else _day(1, 1),
        until=until,
        label=f"{match['word'].lower()} {last.label}",
    )


def _quarter(match: re.Match[str], _: datetime, anchor: datetime) -> TimeRange:
    words = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
    groups = match.groupdict()
    number = int(groups["quarter"]) if groups.get("quarter") else words[groups["nth"].lower()]
    if groups.get("year"):
        return _quarter_range(int(groups["year"]), number)
    return _latest(lambda year: _quarter_range(year, number), anchor)


def _half(match: re.Match[str], _: datetime, anchor: datetime) -> TimeRange:
    number = {"1": 1, "2": 2, "first": 1, "second": 2}[(match["half"] or match["nth"]).lower()]
    if match["year"]:
        return _half_range(int(match["year"]), number)
    return _latest(lambda year: _half_range(year, number), anchor)


def _month(match: re.Match[str], _: datetime, anchor: datetime) -> TimeRange:
    number = _month_number(match["month"])
    if match["year"]:
        return _month_range(int(match["year"]), number)
    return _latest(lambda year: _month_range(year, number), anchor)


def _iso_month(match: re.Match[str], _now: datetime, _: datetime) -> TimeRange | None:
    month = int(match["number"])
    return _month_range(int(match["year"]), month) if 1 <= month <= 12 else None


def _date(match: re.Match[str], _now: datetime, _: datetime) -> TimeRange | None:
    since = _parse_date(match["date"])
    return TimeRange(since=since, until=since + timedelta(days=1), label=match["date"]) if since else None


def _written_date(match: re.Match[str], _now: datetime, anchor: datetime) -> TimeRange | None:
    month, day = _month_number(match["month"]), int(match["day"])
    year = int(match["year"]) if match["year"] else _latest(lambda y: _month_range(y, month), anchor).since.year
    try:
        since = _day(year, month, day)
    except ValueError:
        return None
    return TimeRange(since=since, until=since + timedelta(days=1), label=f"{since:%Y-%m-%d}")


def _year(match: re.Match[str], _now: datetime, _: datetime) -> TimeRange:
    return _year_range(int(match["year"]))


def _relative(match: re.Match[str], now: datetime, _: datetime) -> TimeRange | None:
    unit, which = match["unit"].lower(), match["which"].lower()
    back = 0 if which in ("this", "current") else 1
    if unit == "week":
        monday = _day(now.year, now.month, now.day) - timedelta(days=now.weekday() + 7 * back)
        return TimeRange(since=monday, until=monday + timedelta(days=7), label=f"the week of {monday:%Y-%m-%d}")
    if unit == "month":
        since = _add_months(now, -back)
        return _month_range(since.year, since.month)
    if unit == "quarter":
        since = _add_months(_day(now.year, 3 * ((now.month - 1) // 3) + 1), -3 * back)
        return _quarter_range(since.year, (since.month + 2) // 3)
    return _year_range(now.year - back)


def _last_n(match: re.Match[str], now: datetime, _: datetime) -> TimeRange | None:
    count = _NUMBERS.get(match["count"].lower()) or int(match["count"])
    days = {"day": 1, "week": 7, "month": 30.4375, "quarter": 91.3125, "year": 365.25}[match["unit"].lower()] * count
    tomorrow = _day(now.year, now.month, now.day) + timedelta(days=1)
    since = tomorrow - timedelta(days=round(days))
    return TimeRange(
        since=since,
        until=tomorrow,
        label=f"the last {count} {match['unit'].lower()}s" if count > 1 else f"the last {match['unit'].lower()}",
    )


def _yesterday(_: re.Match[str], now: datetime, _anchor: datetime) -> TimeRange:
    since = _day(now.year, now.month, now.day) - timedelta(days=1)
    return TimeRange(since=since, until=since + timedelta(days=1), label=f"{since:%Y-%m-%d}")


def _part_of_year(match: re.Match[str], _now: datetime, _: datetime) -> TimeRange:
    """ "the end of 2025" is its last quarter, "early 2025" its first, "mid 2025" the two between."""
    year, part = int(match["year"]), match["part"].lower()
    if part in ("end", "late"):
        return _quarter_range(year, 4)
    if part == "mid":
        return TimeRange(since=_day(year, 4), until=_day(year, 10), label=f"mid {year}")
    return _quarter_range(year, 1)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_Resolve = Callable[[re.Match[str], datetime, datetime], TimeRange | None]

_POINTS: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (_compile(_DAY), _date),
    (_compile(rf"{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+{_YEAR})?"), _written_date),
    (_compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}(?:\s+{_YEAR})?"), _written_date),
    (_compile(rf"Q(?P<quarter>[1-4])(?:\s*(?:of\s+)?{_YEAR})?"), _quarter),
    (_compile(rf"{_YEAR}[- ]?Q(?P<quarter>[1-4])"), _quarter),
    (_compile(rf"(?:the\s+)?(?P<nth>first|second|third|fourth|last) quarter of {_YEAR}"), _quarter),
    (_compile(rf"H(?P<half>[12])(?P<nth>)(?:\s*{_YEAR})?"), _half),
    (_compile(rf"(?:the\s+)?(?P<half>)(?P<nth>first|second) half of {_YEAR}"), _half),
    (_compile(r"(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)(?!-)"), _iso_month),
    (_compile(rf"{_MONTH}(?:\s+(?:of\s+)?{_YEAR})?"), _month),
    (_compile(_YEAR), _year),
)

_POINT_WORDS = r"[A-Za-z0-9][\w.,' -]{1,24}?"

_RULES: tuple[tuple[re.Pattern[str], _Resolve], ...] = (
    (
        _compile(
            rf"\b(?:between|from)\s+(?P<from>{_POINT_WORDS})\s+(?:and|to|until|through|till)\s+(?P<to>{_POINT_WORDS})(?=[\s?.!,;]*(?:$|[?.!;,]|\s(?:for|in|at|by|about|with|did|was|were|has|have)\b))"
        ),
        _between,
    ),
    (
        _compile(
            rf"\bsince\s+(?P<from>{_POINT_WORDS})(?=[\s]*(?:$|[?.!;,]|\s(?:for|in|at|by|about|with|did|was|were|has|have)\b))"
        ),
        _since,
    ),
    (_compile(rf"\b(?P<word>until|before|up to|through)\s+(?P<to>{_POINT_WORDS})(?=[\s]*(?:$|[?.!;,]))"), _until),
    (
        _compile(
            rf"\b(?:in\s+|over\s+|during\s+)?(?:the\s+)?(?:last|past|previous)\s+{_COUNT}\s+(?P<unit>day|week|month|quarter|year)s?\b"
        ),
        _last_n,
    ),
    (
        _compile(
            r"\b(?:in\s+|during\s+)?(?:the\s+)?(?P<which>last|previous|past|this|current)\s+(?P<unit>week|month|quarter|year)\b(?! of \d{4})"
        ),
        _relative,
    ),
    (_compile(r"\byesterday\b"), _yesterday),
    (
        _compile(
            rf"\b(?:(?:towards?|at|by|in|near)\s+)?(?:the\s+)?(?P<part>end|start|beginning|early|late|mid)[\s-]+(?:of\s+)?{_YEAR}\b"
        ),
        _part_of_year,
    ),
    *((_compile(rf"\b{pattern.pattern}\b"), resolve) for pattern, resolve in _POINTS[:9]),
    # A bare month name is a time only where it cannot be the verb or a name ("may", "march", "mark").
    (
        _compile(
            rf"\b(?:in|during|for|of|by|and|vs\.?|versus|to|early|late|mid)[\s-]+{_MONTH}(?:\s+(?:of\s+)?{_YEAR})?\b"
        ),
        _month,
    ),
    (_compile(rf"\b{_MONTH}\s+(?:of\s+)?{_YEAR}\b"), _month),
    (_compile(rf"\b(?:in|during|for|of|by|over|and|vs\.?|versus|to)\s+{_YEAR}\b"), _year),
    (_compile(rf"(?<![\w#.-]){_YEAR}(?![\w-]|\.\d)"), _year),
)
