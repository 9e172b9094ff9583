"""Calendar periods as ranges in UTC: days, Monday weeks, months, quarters, halves, years, seasons, fiscal years.

All raise `ValueError` or `OverflowError` for what no calendar holds: a 30th of February, a year 0 or 10000.
"""

import calendar
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from moe_memorygraph.experts.values import TimeRange

__all__ = [
    "BEGINNING",
    "ONE_DAY",
    "add_months",
    "around",
    "day",
    "day_of",
    "days",
    "fiscal_half",
    "fiscal_quarter",
    "fiscal_year",
    "fiscal_year_of",
    "half",
    "hull",
    "iso_week",
    "last_until",
    "month",
    "nth",
    "part",
    "period_before",
    "quarter",
    "season",
    "several",
    "shifted",
    "unit_of",
    "week",
    "year",
    "year_earlier",
]

ONE_DAY = timedelta(days=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""Where "before June" begins: before it no ticket was written."""
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""First months, by the meteorological seasons of the northern hemisphere."""
_FISCAL_YEAR = re.compile(r"FY\d{1,4}")
_HOURS = {"hour": 1, "day": 24, "week": 168}
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def day_of(at: datetime) -> datetime:
    return datetime(at.year, at.month, at.day, tzinfo=UTC)


def add_months(at: datetime, months: int) -> datetime:
    """The first day of the month so many months later, or earlier."""
    index = at.year * 12 + at.month - 1 + months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def day(year: int, month: int, number: int) -> TimeRange:
    since = datetime(year, month, number, tzinfo=UTC)
    return TimeRange(since=since, until=since + ONE_DAY, label=f"{since:%Y-%m-%d}")


def days(since: datetime, until: datetime, label: str) -> TimeRange:
    """From `since` up to `until`, which comes later."""
    if since >= until:
        raise ValueError("the range is empty")
    return TimeRange(since=since, until=until, label=label)


def week(at: datetime) -> TimeRange:
    """The week from Monday to Sunday that holds a time."""
    monday = day_of(at) - timedelta(days=at.weekday())
    return TimeRange(since=monday, until=monday + timedelta(days=7), label=f"the week of {monday:%Y-%m-%d}")


def iso_week(year: int, number: int) -> TimeRange:
    """Week 1 is the one with the year's first Thursday (ISO 8601)."""
    return week(datetime.fromisocalendar(year, number, 1).replace(tzinfo=UTC))


def month(year: int, number: int) -> TimeRange:
    since = datetime(year, number, 1, tzinfo=UTC)
    return TimeRange(since=since, until=add_months(since, 1), label=f"{calendar.month_name[number]} {year}")


def quarter(year: int, number: int) -> TimeRange:
    return _months(year, 3 * number - 2, 3, f"Q{number} {year}")


def half(year: int, number: int) -> TimeRange:
    return _months(year, 6 * number - 5, 6, f"H{number} {year}")


def year(number: int) -> TimeRange:
    return _months(number, 1, 12, str(number))


def season(year: int, name: str) -> TimeRange:
    """Three whole months; a winter bears the year in which it begins."""
    return _months(year, _SEASONS[name], 3, f"{name} {year}" if name != "winter" else f"winter {year}/{year + 1}")


def fiscal_year(number: int, first_month: int) -> TimeRange:
    """The fiscal year that ends in the calendar year of its number; `first_month` 1..12."""
    return _months(number - (first_month > 1), first_month, 12, f"FY{number}")


def fiscal_half(number: int, half: int, first_month: int) -> TimeRange:
    since = add_months(fiscal_year(number, first_month).since, 6 * half - 6)
    return _months(since.year, since.month, 6, f"FY{number} H{half}")


def fiscal_quarter(number: int, quarter: int, first_month: int) -> TimeRange:
    since = add_months(fiscal_year(number, first_month).since, 3 * quarter - 3)
    return _months(since.year, since.month, 3, f"FY{number} Q{quarter}")


def fiscal_year_of(at: datetime, first_month: int) -> int:
    """The number of the fiscal year that holds a time."""
    return at.year + (1 < first_month <= at.month)


def unit_of(unit: str, at: datetime, *, back: int = 0, fiscal_from: int | None = None) -> TimeRange:
    """The day, week, month, quarter or year so many before the one that holds a time.

    With `fiscal_from`, a fiscal year's first month, quarters, halves and years are fiscal ones.
    """
    if unit == "day":
        since = day_of(at) - back * ONE_DAY
        return day(since.year, since.month, since.day)
    if unit == "week":
        return week(at - timedelta(weeks=back))
    if unit == "month":
        since = add_months(at, -back)
        return month(since.year, since.month)
    count = _MONTHS_OF[unit]
    offset = (at.month - (fiscal_from or 1)) % 12 % count
    since = add_months(at, -offset - count * back)
    return _named(since, count, fiscal_from)


def _named(since: datetime, months: int, fiscal_from: int | None) -> TimeRange:
    """The quarter, half or year that begins there, by its name."""
    if fiscal_from is None:
        number = (since.month - 1) // months + 1
        return {3: lambda: quarter(since.year, number), 6: lambda: half(since.year, number)}.get(
            months, lambda: year(since.year)
        )()
    fiscal, number = fiscal_year_of(since, fiscal_from), (since.month - fiscal_from) % 12 // months + 1
    if months == 12:
        return fiscal_year(fiscal, fiscal_from)
    return fiscal_quarter(fiscal, number, fiscal_from) if months == 3 else fiscal_half(fiscal, number, fiscal_from)


def part(whole: TimeRange, which: str, *, edge: str = "") -> TimeRange:
    """The "early", "mid" or "late" third, or the "first" or "second" half, of a period of a week or more.

    Whole months where the period has whole months enough, else whole days: early March is its first ten days, early Q1
    its first month, early 2025 its first quarter. "Mid" of a year is its two quarters between.
    """
    months = _whole_months(whole)
    length = (whole.until - whole.since).days
    if whole.label == str(whole.since.year) and which != "mid" and not edge:
        of_year = {"early": (quarter, 1), "late": (quarter, 4), "first": (half, 1), "second": (half, 2)}
        make, number = of_year[which]
        return make(whole.since.year, number)
    if length < 7:
        raise ValueError("too short to have parts")
    if which in ("first", "second"):
        middle = (
            add_months(whole.since, months // 2) if months and months % 2 == 0 else whole.since + length // 2 * ONE_DAY
        )
        edges = [whole.since, middle, whole.until]
        at = ("first", "second").index(which)
        label = (
            f"{whole.label} H{at + 1}" if _FISCAL_YEAR.fullmatch(whole.label) else f"the {which} half of {whole.label}"
        )
    else:
        edges = _thirds(whole, months, length)
        at = ("early", "mid", "late").index(which)
        label = f"the {edge} of {whole.label}" if edge else f"{which} {'in ' * (length == 7)}{whole.label}"
    return TimeRange(since=edges[at], until=edges[at + 1], label=label)


def _thirds(whole: TimeRange, months: int, length: int) -> list[datetime]:
    if months == 12:
        return [whole.since, add_months(whole.since, 3), add_months(whole.since, 9), whole.until]
    if months and months % 3 == 0:
        return [whole.since, *(add_months(whole.since, months // 3 * n) for n in (1, 2)), whole.until]
    third = max(1, length // 3)
    return [whole.since, whole.since + third * ONE_DAY, whole.since + 2 * third * ONE_DAY, whole.until]


def nth(whole: TimeRange, number: int, unit: str) -> TimeRange:
    """One day, week, month or quarter of a period, counted from 1, or -1 for its last; weeks are seven days."""
    if unit in ("day", "week"):
        step = ONE_DAY * (7 if unit == "week" else 1)
        since = whole.since + step * (number - 1) if number > 0 else whole.until - step
        until = since + step
    else:
        count = _MONTHS_OF[unit]
        since = add_months(whole.since, count * (number - 1)) if number > 0 else add_months(whole.until, -count)
        until = add_months(since, count)
    if since < whole.since or until > whole.until:
        raise ValueError("outside of the period")
    if unit == "day":
        return day(since.year, since.month, since.day)
    if unit == "month":
        return month(since.year, since.month)
    if unit == "quarter" and _FISCAL_YEAR.fullmatch(whole.label):
        return days(since, until, f"{whole.label} Q{number if number > 0 else 4}")
    if unit == "quarter" and since.month % 3 == 1:
        return quarter(since.year, (since.month + 2) // 3)
    name = "last" if number < 0 else ("first", "second", "third", "fourth")[number - 1]
    return days(since, until, f"the {name} {unit} of {whole.label}")


def several(whole: TimeRange, count: int, unit: str, *, from_end: bool) -> TimeRange:
    """The first or last so many days, weeks, months, quarters or years of a period."""
    if from_end:
        since, until = shifted(whole.until, -count, unit), whole.until
    else:
        since, until = whole.since, shifted(whole.since, count, unit)
    if since < whole.since or until > whole.until:
        raise ValueError("outside of the period")
    return days(since, until, f"the {'last' if from_end else 'first'} {_counted(count, unit)} of {whole.label}")


def around(point: TimeRange, count: int, unit: str, *, backward: bool) -> TimeRange:
    """So many hours, days, weeks, months, quarters or years up to where a period begins, or from where it ends."""
    label = f"the {_counted(count, unit) if count > 1 else unit} {'before' if backward else 'after'} {point.label}"
    if backward:
        return days(shifted(point.since, -count, unit), point.since, label)
    return days(point.until, shifted(point.until, count, unit), label)


def last_until(now: datetime, count: int, unit: str) -> TimeRange:
    """The last so many hours up to now, or days, weeks, months, quarters or years up to the end of today.

    A month has 30.4375 days, a quarter and a year three and twelve times as many, rounded to whole days.
    """
    label = f"the last {_counted(count, unit)}" if count > 1 else f"the last {unit}"
    if unit == "hour":
        return days(now - timedelta(hours=count), now, label)
    tomorrow = day_of(now) + ONE_DAY
    length = {"day": 1.0, "week": 7.0}.get(unit) or 30.4375 * _MONTHS_OF[unit]
    return days(tomorrow - timedelta(days=round(length * count)), tomorrow, label)


def next_from(now: datetime, count: int, unit: str) -> TimeRange:
    """So many days, weeks, months, quarters or years from the beginning of today."""
    since = day_of(now)
    return days(since, shifted(since, count, unit), f"the next {_counted(count, unit) if count > 1 else unit}")


def shifted(at: datetime, count: int, unit: str) -> datetime:
    """So many hours, days, weeks, months, quarters or years later, or earlier; a day that the month lacks becomes its last."""
    if unit in _HOURS:
        return at + timedelta(hours=count * _HOURS[unit])
    first = add_months(at, count * _MONTHS_OF[unit])
    last = calendar.monthrange(first.year, first.month)[1]
    return first.replace(day=min(at.day, last))


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}s" if count != 1 else f"{count} {unit}"


def hull(first: TimeRange, last: TimeRange) -> TimeRange:
    """From the start of one to the end of another that ends later."""
    return days(first.since, last.until, f"{first.label} to {last.label}")


def year_earlier(time: TimeRange) -> TimeRange:
    """The same dates a year before; of a month or quarter by its name."""
    since, until = shifted(time.since, -1, "year"), shifted(time.until, -1, "year")
    months = _whole_months(time)
    if months == 1:
        return month(since.year, since.month)
    if re.fullmatch(r"Q[1-4] \d{1,4}", time.label):
        return quarter(since.year, (since.month + 2) // 3)
    return days(since, until, f"{time.label}, a year earlier")


_NAMED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"Q([1-4]) (\d{1,4})"), lambda m: f"Q{(int(m[1]) - 2) % 4 + 1} {int(m[2]) - (m[1] == '1')}"),
    (re.compile(r"H([12]) (\d{1,4})"), lambda m: f"H{3 - int(m[1])} {int(m[2]) - (m[1] == '1')}"),
    (re.compile(r"FY(\d{1,4}) Q([1-4])"), lambda m: f"FY{int(m[1]) - (m[2] == '1')} Q{(int(m[2]) - 2) % 4 + 1}"),
    (re.compile(r"FY(\d{1,4})"), lambda m: f"FY{int(m[1]) - 1}"),
    (re.compile(r"\d{1,4}"), lambda m: str(int(m[0]) - 1)),
)
"""Names of periods that are told by number, with the name of the one before."""


def period_before(time: TimeRange) -> TimeRange:
    """The calendar period before one: of a quarter the quarter, of a month the month, else what is as long."""
    months = _whole_months(time)
    try:
        since = add_months(time.since, -months) if months else None
    except ValueError:
        since = None
    if since is None:
        return time.before()
    if months == 1 and time.label == month(time.since.year, time.since.month).label:
        return month(since.year, since.month)
    for pattern, name in _NAMED:
        match = pattern.fullmatch(time.label)
        if match:
            return TimeRange(since=since, until=time.since, label=name(match))
    return TimeRange(since=since, until=time.since, label="the period before")


def _whole_months(time: TimeRange) -> int:
    """How many calendar months a range has, none before or behind them cut; 0 where it is not of whole months."""
    if any(at != datetime(at.year, at.month, 1, tzinfo=UTC) for at in (time.since, time.until)):
        return 0
    return (time.until.year - time.since.year) * 12 + time.until.month - time.since.month


def _months(year: int, first: int, count: int, label: str) -> TimeRange:
    since = datetime(year, first, 1, tzinfo=UTC)
    return TimeRange(since=since, until=add_months(since, count), label=label)
