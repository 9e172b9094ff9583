"""The numbers of a text, each with what it is a number of: a percentage, an amount of money, a day, a name with digits."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

__all__ = ["Figure", "amount_in", "figures_in", "is_borne"]

FigureKind = Literal["plain", "percent", "money", "day", "code"]

_FIGURE = re.compile(
    r"(?P<day>(?<![\w-])\d{4}-\d\d(?:-\d\d)?(?![\w-]))"
    r"|(?P<code>(?<!\w)[^\W\d_]+[-_/.]?\d[\w-]*|\d+(?:\.\d+){2,}|\d+(?:[:/]\d+)+|\d+(?:[.,]\d+)?[^\W\d_][\w-]*|\d+(?:-\d+)+)"
    r"|(?P<sign>(?<![\w)])[+\u2212-])?(?P<before>[$€£¥]\s?)?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:[.,]\d+)*)"
    r"(?P<after>\s?(?:%|per\s?cent\b|percent\b)|\s?(?:USD|EUR|GBP|CHF|dollars?|euros?|pounds?)\b)?"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_CURRENCY = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "dollar": "USD", "euro": "EUR", "pound": "GBP"}
_WORDS = "two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905 - words read better so
_NUMERAL = re.compile(rf"(?<![\w-])(?:{'|'.join(_WORDS)})(?![\w-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    kind: FigureKind
    value: str
    """Numbers without grouping and trailing zeros ("1,234.50" is "1234.5"), days and codes as they stand, in small letters."""
    unit: str = ""
    """Of money its currency, "USD"."""
    sign: str = ""
    """"+" or "-" of a percentage that is a change; '' where none stands there."""


@lru_cache(maxsize=2048)
def figures_in(text: str) -> frozenset[Figure]:
    """Every number that stands in a text, "two" to "twelve" among them. A number inside a code ("SAML-211") is none."""
    found = {_read(match) for match in _FIGURE.finditer(text)}
    found |= {Figure("plain", str(_WORDS.index(match[0].casefold()) + 2)) for match in _NUMERAL.finditer(text)}
    return frozenset(found)


def is_borne(figure: Figure, held: Collection[Figure]) -> bool:
    """Whether one of the figures held is this one: the same number of the same thing.

    An amount may be repeated without its currency, a year without its day; a percentage is nothing but a percentage.
    """
    if figure in held:
        return True
    if figure.kind == "percent":
        return any(other.kind == "percent" and other.value == figure.value and not other.sign for other in held) or (
            not figure.sign and any(other.kind == "percent" and other.value == figure.value for other in held)
        )
    if figure.kind != "plain":
        return False
    amounts = {other.value for other in held if other.kind == "money"}
    years = {other.value[:4] for other in held if other.kind == "day"}
    return figure.value in amounts or figure.value in years


def _read(match: re.Match[str]) -> Figure:
    for kind in ("day", "code"):
        if match[kind]:
            return Figure("day" if kind == "day" else "code", match[kind].casefold())
    value, after = _normal(match["number"]), (match["after"] or "").strip().casefold()
    if after.startswith("per") or after == "%":
        return Figure("percent", value, sign=(match["sign"] or "").replace("\u2212", "-"))
    unit = _CURRENCY.get((match["before"] or "").strip()) or _CURRENCY.get(after.rstrip("s")) or after.upper()
    return Figure("money", value, unit) if unit else Figure("plain", value)


def _normal(number: str) -> str:
    """As a plain decimal; "1,5" is not fifteen, nor is it known to be one and a half: it stays as it is."""
    if _THOUSANDS.fullmatch(number):
        number = number.replace(",", "")
    if "," in number or number.count(".") > 1:
        return number
    whole = Decimal(number)
    return format(whole.normalize(), "f") if whole else "0"


def amount_in(value: str) -> tuple[Decimal, str] | None:
    """The one number of a short value and its kind and unit; None where it holds none, several, or more than a number."""
    figures = [figure for figure in figures_in(value) if figure.kind in ("plain", "money", "percent")]
    if len(figures) != 1 or "," in figures[0].value or figures[0].value.count(".") > 1 or len(value.split()) > 2:
        return None
    return Decimal(figures[0].value), f"{figures[0].kind} {figures[0].unit}".strip()
