"""Events as times: "since the outage", "after the price increase", "the 90 days before the migration".

When an event was stands in a customer's records, or in what its tickets told. Only `read_date` reads; whether a
question names an event at all is told from its words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from moe_memorygraph.experts.values import TimeRange
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import TOLD
from moe_memorygraph.memory.values import Customer, Fact, FactFilter, ToldFilter
from moe_memorygraph.words import stem, stems, tokens
from moe_memorygraph.workflow import periods
from moe_memorygraph.workflow.time_tokens import COUNTS, MONTHS, SEASONS, UNITS, WEEKDAYS
from moe_memorygraph.workflow.time_words import TimeMention

__all__ = ["EventMention", "date_of", "find_event", "read_date", "told_of"]
_MOST_FACTS = 300  # of a customer: a hundred times as many as most have
_MOST_TOLD = 50  # the newest: the latest that bears all words of the event's name is nearly always the first


_I = re.IGNORECASE
_SAID = re.compile(
    r"\b(?P<said>since|after|following|before|prior to)\s+"
    r"(?:(?P<the>the|their|our|its|his|her|this|that)\s+(?:(?:last|latest|recent|most recent|big|great|major)\s+)?)?"
    r"(?P<words>[^\W\d_][\w-]*(?:\s+[^\W\d_][\w-]*){0,3})",
    _I,
)
_BOUNDS = ("since", "after", "following", "before", "prior")
_WINDOW = re.compile(r"(?P<count>\d{1,3}|[a-z]+)\s+(?P<unit>days?|weeks?|months?|quarters?|years?)\s+$", _I)
_ASKS_HOW_LONG = re.compile(
    r"\bhow (?:long|soon|quickly|many (?:[a-z]+ )?(?:minutes|hours|days|weeks|months|years))\b", _I
)
"""Of "how many days before the renewal" the answer is a time, and none is given."""
_ALONE = frozenset(["cancellation", "churn", "escalation", "launch", "migration", "onboarding", "outage", "renewal"])
"""What is an event also without "the"."""
_NO_EVENT = frozenset(
    """first last beginning start end fact moment time times date rest others other same next previous past present
    customer customers client clients account accounts company companies ticket tickets that then all now
    fiscal ytd today yesterday i we you they he she it""".split()  # noqa: SIM905  a list of words reads better so
) | frozenset([*MONTHS, *WEEKDAYS, *SEASONS, *UNITS, *COUNTS])
_ENDS = frozenset(
    """did do does was were is are be been has have had will would can could should may might must in on at of for from to
    by with about and or but than as if when where who whom whose which what why how there so came come went got get gets
    happened began started ended compared versus vs per among across between during until while i we you they he she
    it""".split()  # noqa: SIM905
)
"""Words that no event's name holds: it has ended before them."""
_NO_POINT_IN_TIME = frozenset(
    ["competitor_mentioned", "plan_mentioned", "praise", "price_mentioned", "product_affected", "renewal_mentioned"]
)
"""What tickets tell of that has no day on which it came to pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMention:
    """Words that name an event, how the time asked about lies to it, and where they stand (code points)."""

    name: str
    """As people say it: "the price increase"."""
    said: str
    """In lower case: "since", "after", "following", "before" or "prior to"."""
    start: int
    stop: int
    window: tuple[int, str] | None = None
    """Of "the 90 days before" the count and the unit."""

    @property
    def stems(self) -> tuple[str, ...]:
        """Of the words of its name; the last is what it is, the others say which."""
        return tuple(stem(word) for word in tokens(self.name) if word.lower() not in _ARTICLES)

    def mention(self, date: datetime, *, now: datetime) -> TimeMention | None:
        """The range that it means, the event's day being known; None where the calendar, or now, leaves nothing.

        "Since" includes the day itself, "after" and "before" do not.
        """
        day = periods.unit_of("day", date)
        label = f"{self.name} ({day.label})"
        try:
            return TimeMention(range=self._range(day, label, now), start=self.start, stop=self.stop)
        except (ValueError, OverflowError):
            return None

    def _range(self, day: TimeRange, label: str, now: datetime) -> TimeRange:
        if self.window:
            point = TimeRange(since=day.since, until=day.until, label=label)
            return periods.around(point, *self.window, backward=self.said in ("before", "prior to"))
        if self.said in ("before", "prior to"):
            return periods.days(periods.BEGINNING, day.since, f"{self.said} {label}")
        since = day.since if self.said == "since" else day.until
        return periods.days(since, now, f"{'since' if self.said == 'since' else 'after'} {label}")


_ARTICLES = frozenset("the their our its his her this that last latest recent most big great major".split())  # noqa: SIM905


def find_event(text: str) -> EventMention | None:
    """The first event that a text names as a bound of its time; None where it names none."""
    folded = text.lower()
    if not any(word in folded for word in _BOUNDS) or _ASKS_HOW_LONG.search(text):
        return None
    for match in _SAID.finditer(text):
        words = _name(match["words"])
        if not words or (match["the"] is None and [word.lower() for word in words] not in [[one] for one in _ALONE]):
            continue
        if any(word.lower() in _NO_EVENT for word in words):
            continue
        stop = match.start("words") + match["words"].index(words[-1], _length(words)) + len(words[-1])
        name = " ".join(text[match.start("the") if match["the"] else match.start("words") : stop].split())
        window = _window(text[max(0, match.start() - 40) : match.start()])
        start = match.start() - (window[2] if window else 0)
        said = " ".join(match["said"].lower().split())
        return EventMention(name=name, said=said, start=start, stop=stop, window=window and window[:2])
    return None


def _name(words: str) -> list[str]:
    """The words before the first that no name holds."""
    kept: list[str] = []
    for word in words.split():
        if word.lower() in _ENDS:
            break
        kept.append(word)
    return kept


def _length(words: Sequence[str]) -> int:
    """Where the last of some words begins at the earliest."""
    return sum(len(word) + 1 for word in words[:-1])


def _window(before: str) -> tuple[int, str, int] | None:
    """Of "the 90 days " its count, unit and length in the text."""
    match = _WINDOW.search(before)
    if match is None:
        return None
    word = match["count"].lower()
    count = int(word) if word.isdigit() else COUNTS.get(word, 1 if word == "the" else 0)
    return (count, UNITS[match["unit"].lower()], len(before) - match.start()) if count else None


def told_of(event: EventMention) -> tuple[str, ...]:
    """Predicates by which tickets tell of such an event."""
    head = event.stems[-1]
    return tuple(
        predicate
        for predicate, told in TOLD.items()
        if predicate not in _NO_POINT_IN_TIME and head in stems(f"{told.asked_by} {predicate.replace('_', ' ')}")
    )


async def read_date(
    memory: TenantMemory, event: EventMention, customers: Sequence[Customer], *, by: datetime
) -> datetime | None:
    """When the latest such event of these customers was, by then; None where nothing says so, or no customer is named.

    What was recorded comes first; what tickets told is read where nothing recorded names the event.
    """
    if not customers:
        return None
    subjects = tuple(dict.fromkeys(name for one in customers for name in (one.customer_id, one.name)))
    async with memory.reading_together() as together:
        recorded = FactFilter(subjects=subjects, include_superseded=True)
        facts = await together.semantic.find(recorded, limit=_MOST_FACTS * len(customers))
        date, predicates = date_of(event, facts, by=by), told_of(event)
        if date is not None or not predicates:
            return date
        ids = tuple(one.customer_id for one in customers)
        told = ToldFilter(customer_ids=ids, predicates=predicates, until=by)
        return date_of(event, await together.semantic.told(told, limit=_MOST_TOLD), by=by)


def date_of(event: EventMention, facts: Iterable[Fact], *, by: datetime) -> datetime | None:
    """When the latest such event was, by then: facts whose predicate, value or own words hold the words of its name.

    A fact whose value is a date says the day itself; where there is none, it is the day from which a fact holds.
    """
    named = [fact for fact in facts if set(event.stems) <= _said_by(fact)]
    for days in ([_date_in(fact) for fact in named], [fact.valid_from for fact in named]):
        past = [day for day in days if day is not None and day <= by]
        if past:
            return max(past)
    return None


def _said_by(fact: Fact) -> set[str]:
    if fact.predicate.endswith("_reason"):  # a churn for "the price increase" is not the day of the increase
        return set()
    told = TOLD.get(fact.predicate)
    # What a ticket tells is said in its own sentence; of what was recorded the statement repeats subject and value.
    own = f"{told.asked_by} {fact.statement}" if told else ""
    return stems(f"{fact.predicate.replace('_', ' ')} {fact.object} {own}")


def _date_in(fact: Fact) -> datetime | None:
    try:
        date = datetime.fromisoformat(fact.object)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
