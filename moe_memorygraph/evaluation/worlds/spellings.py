"""The ways in which one value may stand in an answer."""

from datetime import date

__all__ = ["MONTHS", "Claim", "day", "money", "number", "percent", "plural"]

Claim = tuple[str, ...]
"""Spellings of one claim; one of them must stand in the answer."""

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(value: int) -> Claim:
    return (str(value), f"{value:,}") if value >= 1000 else (str(value),)


def plural(value: int, unit: str) -> Claim:
    """A count with its unit: "21 days", in figures or, up to twelve, in words."""
    figures = [f"{value} {unit}s", f"{value} {unit}", f"{value}-{unit}"]
    return (*figures, f"{_WORDS[value]} {unit}s") if value < len(_WORDS) else tuple(figures)


def percent(value: int | str) -> Claim:
    return tuple(f"{value}{unit}" for unit in (" %", "%", " percent", " per cent"))


def money(dollars: int) -> Claim:
    """An amount in dollars, with its separators first."""
    return f"${dollars:,}", f"{dollars:,}", str(dollars)


def day(when: date) -> Claim:
    month = MONTHS[when.month - 1]
    return (
        when.isoformat(),
        f"{when.day} {month} {when.year}",
        f"{month} {when.day}, {when.year}",
        f"{when.day} {month[:3]} {when.year}",
        f"{when.day} {month}",
    )
