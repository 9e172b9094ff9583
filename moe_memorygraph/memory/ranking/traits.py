"""What form a text has, as bits: read once when it is stored, weighed by the ranker when it is searched. No I/O."""

import re
from enum import IntFlag

__all__ = ["Trait", "traits_of"]


class Trait(IntFlag):
    """Bits of `Candidates.traits`. They are stored: a number is never given to another meaning."""

    QUESTION = 1
    """It asks something."""
    ASKS_ONLY = 2
    """It ends with a question, so what it asks is answered after it."""
    TIME = 4
    """It says when: a date, a month, a weekday, "yesterday", "two weeks ago"."""
    FIRST_PERSON = 8
    """Its writer speaks of themselves: "I", "my", "we"."""
    NUMBER = 16
    """It holds a number, in digits or as a word from two to twelve."""
    MONEY = 32
    """It holds an amount of money or a share in percent."""
    NEGATION = 64
    """It denies something."""
    SHORT = 128
    """It has fewer than six words."""
    GREETING = 256
    """A greeting, thanks or farewell, and little more."""


_MONTHS = r"january|february|march|april|june|july|august|september|october|november|december"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_UNITS = r"(?:second|minute|hour|day|night|week|weekend|month|quarter|year|decade|summer|winter|spring|fall|autumn)s?"
_NUMBERS = r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_TIME = re.compile(
    rf"\b(?:{_MONTHS}|{_DAYS}|yesterday|today|tonight|tomorrow|ago|recently|lately|"
    rf"(?:last|next|this|past|previous|coming|each|every)\s+(?:few\s+)?{_UNITS}|"
    rf"(?:\d+|an?|one|few|several|couple\s+of|{_NUMBERS})\s+{_UNITS}|(?:in|on|by|of|since|until)\s+may\b|may\s+\d|\d\s+may\b|"
    r"(?:19|20)\d\d|\d{1,2}[:.]\d\d|\d{1,2}\s?[ap]\.?m|\d{1,2}(?:st|nd|rd|th)|\d{1,4}[/-]\d{1,2}[/-]\d{1,4})\b",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]y|[Mm]e|[Mm]yself|[Ww]e|[Oo]ur|[Uu]s|i'(?:m|ve|d|ll))\b")
_NUMBER = re.compile(rf"\d|\b(?:{_NUMBERS})\b", re.IGNORECASE)
_MONEY = re.compile(
    r"[$€£¥]\s?\d|\d\s?(?:[$€£¥%]|(?:percent|dollars?|euros?|pounds?|cents?|usd|eur|gbp)\b)|\b(?:USD|EUR|GBP)\s?\d",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(?:not?|never|none|nothing|nobody|neither|nor|without|cannot)\b|n['’]t\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_GREETING = re.compile(
    r"\b(?:hi|hey|hello|dear|thanks?|thank you|thx|bye|goodbye|cheers|regards|welcome|congrats|congratulations|"
    r"good (?:morning|afternoon|evening|night)|take care|see you|talk (?:to you )?(?:soon|later)|no problem|ok(?:ay)?)\b",
    re.IGNORECASE,
)
_SHORT_WORDS = 6
_GREETING_WORDS = 9


def traits_of(text: str) -> int:
    """The bits of `Trait` that hold for a text; English, a share of them (numbers, money, dates, "?") for others too."""
    words = sum(1 for _ in _WORD.finditer(text))
    found = (
        (Trait.QUESTION, "?" in text),
        (Trait.ASKS_ONLY, text.rstrip(" \n\t\"'”)").endswith("?")),
        (Trait.TIME, _TIME.search(text)),
        (Trait.FIRST_PERSON, _FIRST_PERSON.search(text)),
        (Trait.NUMBER, _NUMBER.search(text)),
        (Trait.MONEY, _MONEY.search(text)),
        (Trait.NEGATION, _NEGATION.search(text)),
        (Trait.SHORT, words < _SHORT_WORDS),
        (Trait.GREETING, words < _GREETING_WORDS and _GREETING.search(text)),
    )
    return sum(int(trait) for trait, holds in found if holds)
