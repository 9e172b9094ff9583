"""Which way a question says that things went, and which time it means where it names none. Words of English, no I/O."""

import re
from datetime import datetime, timedelta

from moe_memorygraph.experts.values import Direction, QuestionKind, TimeRange
from moe_memorygraph.workflow.periods import period_before, unit_of

__all__ = ["asks_ranking", "asks_unusual", "direction_of", "latest_quarters", "means_latest"]

_UP = re.compile(
    r"\b(?:grow(?:s|n|ing)?|grew|ris(?:e|es|en|ing)|rose|increas\w*|climb\w*|surg(?:e|es|ed|ing)|spik(?:e|es|ed|ing)|soar\w*"
    r"|jump\w*|(?:go(?:es|ing|ne)?|went|trend(?:s|ing)?|shot|ticking|picking|picked) up|up(?:ward)? trend|on the rise"
    r"|trending|worsen\w*|(?:get|gets|getting|got|become|becomes|becoming|became) worse|(?:get|gets|getting|got|so many) more|more and more|so many more|uptick|upswing"
    r"|(?:gain|gains|gaining|gained) (?:traction|momentum|ground|weight))\b"
)
_DOWN = re.compile(
    r"\b(?:fall(?:s|en|ing)?|fell|drop(?:s|ped|ping)?|declin\w*|decreas\w*|shrink\w*|shrank|shrunk|dip(?:s|ped|ping)?|sink\w*|sank"
    r"|(?:go(?:es|ing|ne)?|went|trend(?:s|ing)?) down|downward trend|(?:get|gets|getting|got) (?:less|fewer)|fewer and fewer"
    r"|slow(?:s|ed|ing)? down|ebb\w*|recede\w*|receding)\b"
)
_UNUSUAL = re.compile(
    r"\b(?:unusual\w*|out of the ordinary|abnormal\w*|anomal\w*|odd|strange|weird|st[oa]nds? out|stood out|remarkable|suspicious"
    r"|noteworthy|outliers?)\b"
)
_RANKED = re.compile(
    r"\b(?:which|what|top|list|name|show(?: me)?)\b(?! (?:did|do|does|was|were|happened))"
    r".*\b(?:topics?|categor\w+|issues?|problems?|themes?|areas?|products?|subjects?|customers?|accounts?|compan(?:y|ies)|clients?"
    r"|complaints?|tickets?|kinds?|types?)\b"
    r"|^\W*what(?:'s| is| are|s| has| have)?\b(?: \w+){0,2}? (?:gr[oe]w|r[iou]s[en]|increas|trend|climb|f[ae]ll|drop|declin|surg|spik|pick|gain|go)\w*"
)
_ALMOST = timedelta(days=7)
"""A quarter whose last days brought no ticket may have ended all the same."""


def direction_of(text: str) -> Direction | None:
    """ "up" for "growing fastest", "why did it rise"; None where it says neither way, or both."""
    said = text.lower()
    up, down = _UP.search(said), _DOWN.search(said)
    if bool(up) == bool(down):
        return None
    return "up" if up else "down"


def asks_ranking(text: str) -> bool:
    """Whether it asks which of several went some way: "Which topics are growing fastest?"."""
    return _RANKED.search(text.lower()) is not None


def asks_unusual(text: str) -> bool:
    """Whether it asks for what stood out: "Did anything odd happen in May?"."""
    return _UNUSUAL.search(text.lower()) is not None


def means_latest(text: str, kind: QuestionKind) -> bool:
    """Whether a question that names no time means the latest: it takes a change for given, or ranks changes."""
    if direction_of(text) is None:
        return False
    return kind == "why" or (kind == "trend" and asks_ranking(text))


def latest_quarters(newest: datetime, now: datetime) -> tuple[TimeRange, TimeRange]:
    """The latest complete quarter of data that end with `newest`, and the one before it."""
    latest = unit_of("quarter", newest)
    if latest.until > now or latest.until - newest > _ALMOST:
        latest = period_before(latest)
    return latest, period_before(latest)
