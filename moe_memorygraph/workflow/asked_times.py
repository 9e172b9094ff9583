"""Which time a question is about: of its tickets, of its facts, of what was known. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from moe_memorygraph.experts.values import QuestionKind, TimeRange
from moe_memorygraph.memory.values import Customer
from moe_memorygraph.workflow.asked_names import LOSS_WORDS
from moe_memorygraph.workflow.periods import period_before
from moe_memorygraph.workflow.time_words import TimeMention
from moe_memorygraph.workflow.values import Ask

__all__ = ["CHURN_WINDOW", "Times", "read_times"]

CHURN_WINDOW = timedelta(days=180)
"""How far before a loss its reasons are looked for, and how long the customer's own baseline is."""

_INSTANT = timedelta(microseconds=1)
_I = re.IGNORECASE
_KNEW = re.compile(r"\bdid we (?:know|believe|think)\b|\bwe (?:knew|believed|thought)\b|\bwas known\b", _I)
_AS_OF = re.compile(r"\b(?:as of|as at|back (?:in|on))\b", _I)
_WHEN = re.compile(r"\b(?:when|(?:what|which) (?:date|day|month|year))\b", _I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    time: TimeRange | None = None
    baseline: TimeRange | None = None
    """What `time` is compared with."""
    as_of: datetime | None = None
    known_at: datetime | None = None


def read_times(
    ask: Ask,
    kind: QuestionKind,
    text: str,
    mentions: Sequence[TimeMention],
    customers: tuple[Customer, ...],
    *,
    asks_value: bool,
    now: datetime,
) -> Times:
    """The times of a question; `asks_value`: for what a fact says, and of no date.

    Of such a question every time is a point, the end of what is named ("who owned it in March 2024"), and a time that
    has not ended, or that now lies in ("today", "this year"), is now.
    """
    known_at = ask.known_at or _known_at(text, mentions)
    as_of = ask.as_of or _as_of(text, mentions) or known_at
    if asks_value and as_of is None and mentions and not _WHEN.search(text):
        last = mentions[-1].range
        if last.until < now or (last.until == now and not last.label.startswith("since ")):
            as_of = last.until - _INSTANT
        elif last.since <= now:  # "since March" goes on until now
            mentions = ()
    time, baseline = _ranges(ask, kind, text, mentions, customers, as_of, now)
    return Times(time=time, baseline=baseline, as_of=as_of, known_at=known_at)


def _known_at(text: str, mentions: Sequence[TimeMention]) -> datetime | None:
    """ "What did we know about Acme in June 2025" asks for what was on record by the end of what it names."""
    if not mentions or not _KNEW.search(text):
        return None
    return mentions[-1].range.until - _INSTANT


def _as_of(text: str, mentions: Sequence[TimeMention]) -> datetime | None:
    """ "as of June 2025" is a point: the end of what it names."""
    for mention in mentions:
        if _AS_OF.search(text[max(0, mention.start - 8) : mention.start + 4]):
            return mention.range.until - _INSTANT
    return None


def _ranges(
    ask: Ask,
    kind: QuestionKind,
    text: str,
    mentions: Sequence[TimeMention],
    customers: tuple[Customer, ...],
    as_of: datetime | None,
    now: datetime,
) -> tuple[TimeRange | None, TimeRange | None]:
    """The range asked about, and what it is compared with."""
    ranges = [mention.range for mention in mentions] if as_of is None or ask.as_of or ask.known_at else []
    if len(mentions) == 1 and mentions[0].ends and kind in ("trend", "compare", "why"):
        ranges = list(mentions[0].ends)
    if ask.since or ask.until:
        ranges = [_range_given(ask.since, ask.until, now)]
    if len(ranges) >= 2 and kind in ("compare", "trend", "why", "how_many", "what_is", "general"):
        first, second = sorted(ranges[:2], key=lambda r: r.since)
        return second, first
    if ranges:
        return ranges[0], period_before(ranges[0]) if kind in ("trend", "why", "compare") else None
    if kind == "why" and len(customers) == 1 and customers[0].churned_at and LOSS_WORDS.search(text):
        lost = customers[0].churned_at
        until = datetime(lost.year, lost.month, lost.day, tzinfo=UTC) + timedelta(days=1)
        if as_of is not None and until > as_of:  # nobody knew of the loss then, nor wrote what came before it
            return None, None
        time = TimeRange(since=until - CHURN_WINDOW, until=until, label=f"the {CHURN_WINDOW.days} days before {lost}")
        return time, TimeRange(
            since=time.since - CHURN_WINDOW, until=time.since, label=f"the {CHURN_WINDOW.days} days before that"
        )
    return None, None


def _range_given(since: datetime | None, until: datetime | None, now: datetime) -> TimeRange:
    """The range of a caller's two arguments, open at either end."""
    latest = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    since = since or min(datetime(1970, 1, 1, tzinfo=UTC), until or now)
    until = until or max(since + min(timedelta(days=1), latest - since), now)
    last = until - _INSTANT if until > since else since
    return TimeRange(since=since, until=until, label=f"{since:%Y-%m-%d} to {last:%Y-%m-%d}")
