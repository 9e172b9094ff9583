"""What is counted of tickets for a question, and the counts themselves: made by the database, never of hits."""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import chain
from typing import Literal

from moe_memorygraph.experts.concurrent import run_all
from moe_memorygraph.experts.membership import shared_values, value_words
from moe_memorygraph.experts.tallies import label_words, topics_words
from moe_memorygraph.experts.values import (
    Question,
    Reckoned,
    Tally,
    TallyRole,
    TicketMeasure,
    TimeRange,
)
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import GroupCount, GroupField, TicketFilter
from moe_memorygraph.words import label_stems, stem, stems

__all__ = ["COUNTED_KINDS", "COUNTING_WORDS", "WRITTEN", "asks_what_came_in", "narrowed", "tallies_of", "tickets_asked"]

COUNTED_KINDS = ("how_many", "trend", "why", "compare", "list", "report")
"""Kinds of question of which tickets are counted."""
COUNTING_WORDS: frozenset[str] = frozenset(
    stems(
        """per each every by complaint issue problem request message case contact mention raise receive received send sent open opened file log report
    submit come came arrive arrived volume support total count average about related regarding concerning most top main common
    frequent often spike increase decrease rise fall grow growth drove drive driven trend change wave more less up down complain
    complaining write wrote written reach reached turn turned ask asked say said happen happened altogether overall list customer account company people user which told ever never anyone anybody someone somebody everyone everybody nobody affect hit impact suffer experience threaten express trouble difficulty anything something nothing
    inquire enquire bring brought talk speak spoke demand claim warn lately nowadays currently today"""
    )
)
"""Words of questions that say how to count, not what."""
_STATUS_WORDS = stems(
    "open unresolved unsolved outstanding pending waiting unanswered closed resolved solved settled still"
)
"""The same, where a status is asked for."""
_ASKED_CUSTOMERS = re.compile(
    r"\b(which|top|list) (\d+ )?(of )?(our |the )?(\w+ )?(customers?|accounts?|clients?|company|companies)\b"
    r"|\bwhat (customers|accounts|clients|companies)\b|\bwho\b",
    re.IGNORECASE,
)
WRITTEN = re.compile(
    r"\b(?:tickets?|complain\w*|complaints?|cases?|messages?|wr[io]te|written|report\w*|rais\w*|contact\w*|ask\w*|mention\w*|opened"
    r"|submit\w*|sent|send|experienc\w*|affected|suffer\w*|trouble|problems?|issues?)\b",
    re.IGNORECASE,
)
"""Words of questions that ask for what customers wrote."""
_SHARE_WORDS = stems("percent percentage share proportion fraction")
_CUSTOMERS = re.compile(r"\b(?:customers?|accounts?|clients?|companies)\b", re.IGNORECASE)
_MOST_GROUPS = 15
_LABELS_LENGTH = 360  # characters of group labels in one sentence: more is a table
_MOST_COMPARED = 40
_COMPARED_LENGTH = 1500
"""Two counts that are compared must hold the same groups: one cut short would make a topic look new."""
_BOUND_BY_TOPIC = ("how_many", "trend", "list", "why", "general", "what_is", "compare")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """A count to ask the database for."""

    what: str
    filters: TicketFilter
    time: TimeRange | None = None
    group: GroupField | None = None
    role: TallyRole = "all"
    text: str | None = None
    measure: TicketMeasure | None = None
    """What is reckoned of the tickets that are counted."""
    counts_customers: bool = False
    """Whether the customers that wrote them are counted, too; in groups by customer."""


async def narrowed(question: Question, memory: TenantMemory) -> Question:
    """The question as asked of those customers alone that have a value on record which it names: "enterprise customers"."""
    given = question.ticket_filter or TicketFilter()
    is_of_tickets = question.kind in (*COUNTED_KINDS, "similar")
    if question.customers or given.customer_ids or not is_of_tickets or not _rest(question):
        return question
    if not _CUSTOMERS.search(question.text):
        return question
    having = {
        value: who
        for value, who in (await shared_values(question, memory)).items()
        if _is_said_of_customers(value[1], question.text)
    }
    if not having:
        return question
    named = set[str]().union(*(stems(value) for _, value in having))
    return replace(
        question,
        of_whom=f"of customers of {' and '.join(value_words(*value) for value in having)}",
        keywords=tuple(word for word in question.keywords if stem(word) not in named),
        ticket_filter=replace(given, customer_ids=tuple(sorted(set.intersection(*having.values())))),
    )


def _is_said_of_customers(value: str, text: str) -> bool:
    """ "Enterprise customers", "accounts in Europe", and not "customers that mention the Enterprise plan"."""
    said = re.escape(value)
    beside = rf"\b{said}(?: [\w-]+)? {_CUSTOMERS.pattern}|{_CUSTOMERS.pattern} (?:on|in|from|of|with|at) (?:the |our )?{said}\b"
    return re.search(beside, text, re.IGNORECASE) is not None


def asks_what_came_in(question: Question) -> bool:
    """Whether tickets are asked for by their day or status, whatever they say."""
    return question.kind == "similar" and (question.newest or question.tickets().status is not None)


def _is_about_categories(question: Question) -> bool:
    """Whether the named categories bound the question ("billing tickets") rather than colour it."""
    bound = question.kind in _BOUND_BY_TOPIC or question.asks_whether or asks_what_came_in(question)
    return bool(question.categories) and bound


def _plan_counts(question: Question) -> list[_Count]:
    """What to count for this kind of question."""
    if question.state and question.asks_customers and question.kind in ("list", "how_many"):
        return []  # customers are counted by their facts; tickets that say "lost" are no losses
    who, filters = _who(question), tickets_asked(question)
    match question.kind:
        case "how_many" if _counts_writers(question):
            by_customer = _counted(question, filters, who, group="customer_id")
            return [replace(by_customer, counts_customers=True)]
        case "how_many":
            return [_counted(question, filters, who, group=None if _rest(question) else _counted_by(question))]
        case "trend":
            return _periods(question, filters, who) or [
                _Count(what=who, filters=filters, group="quarter"),
                _Count(what=who, filters=filters, group="category"),
            ]
        case "why":
            return _of_reasons(question, filters, who)
        case "compare":
            if len(question.customers) > 1:
                return [
                    _Count(
                        what=f"of {customer.name}{_about(question)}",
                        filters=replace(filters, customer_ids=(customer.customer_id,)),
                        time=question.time,
                        group="category",
                    )
                    for customer in question.customers
                ]
            group: GroupField = "category" if len(question.categories) > 1 else "quarter"
            return _periods(question, filters, who) or [_Count(what=who, filters=filters, group=group)]
        case "list":
            return [_counted(question, filters, who, group=_listed(question))]
        case "similar" if question.asks_whether:
            return _of_mentions(question, filters, who)
        case "similar" if asks_what_came_in(question):
            return [_Count(what=who, filters=filters, time=question.time)]
        case "report":
            return [
                _Count(what=who, filters=filters, time=question.time, group="category"),
                _Count(what=who, filters=filters, time=question.time, group="quarter"),
                _Count(what=who, filters=filters, time=question.time, group="status"),
            ]
        case _:
            return []


def tickets_asked(question: Question) -> TicketFilter:
    """Those that the question names, of its topics where these bound it."""
    return question.tickets(categories=question.categories if _is_about_categories(question) else ())


def _measured(question: Question) -> _Count:
    who, filters = _who(question), tickets_asked(question)
    if question.of_tickets != "share":
        return _Count(what=who, filters=filters, time=question.time, measure=question.of_tickets)
    said = replace(question, keywords=tuple(word for word in question.keywords if stem(word) not in _SHARE_WORDS))
    return replace(_counted(said, filters, who, group=None), measure="share")


def _of_mentions(question: Question, filters: TicketFilter, who: str) -> list[_Count]:
    """The tickets that say what is asked about, and all among which they were looked for."""
    group: GroupField | None = None if question.customers else "customer_id"
    names = " and ".join(customer.name for customer in question.customers)
    of_all = replace(filters, categories=())
    whole = f"of {names}" if names else ""
    among = _Count(what=whole, filters=of_all, time=question.time, role="searched")
    meant = [word for word in question.keywords if stem(word) in question.meant_stems - COUNTING_WORDS]
    meant = [word for word in meant if not any(stem(word) in label_stems(label) for label in question.categories)]
    if not meant:
        return [_counted(question, filters, who, group=group), among]
    words = [*meant, *_rest(question)]  # "GDPR" means privacy, and not all that is about privacy is about it
    said = _Count(
        what=f"{whole} that mention {' and '.join(words)}",
        filters=of_all,
        time=question.time,
        group=group,
        text=" ".join(words),
    )
    return [said, _Count(what=who, filters=filters, time=question.time, group=group, role="related"), among]


def _of_reasons(question: Question, filters: TicketFilter, who: str) -> list[_Count]:
    """The time against the one before, of a customer beside everybody's; all quarters, where no time was named."""
    counts = _periods(question, filters, who)
    if question.takes_latest:
        counts.append(_Count(what=who, filters=replace(filters, since=None, until=None), group="quarter"))
    if counts and len(question.customers) == 1:
        counts += _of_peers(question, filters)
    if counts or not (question.customers or question.categories):
        return counts
    return [_Count(what=who, filters=filters, group="category", time=question.time)]


def _rest(question: Question) -> list[str]:
    """Content words that no category and no count stands for: what the tickets themselves must say."""
    named = {stem(word) for label in question.categories for word in re.split(r"[\W_]+", label)}
    named |= question.meant_stems
    if question.tickets().status is not None:
        named |= _STATUS_WORDS
    if _group_asked(question):
        named |= _GROUP_VALUES
    return [word for word in question.keywords if stem(word) not in COUNTING_WORDS | named and not _is_group_word(word)]


def _counted(question: Question, filters: TicketFilter, who: str, *, group: GroupField | None) -> _Count:
    """The count in groups, of the tickets that say what no category says where the question names such words."""
    rest = _rest(question)
    if not rest:
        return _Count(what=who, filters=filters, time=question.time, group=group)
    mention = f"{who} that mention {' and '.join(rest)}"
    return _Count(what=mention, filters=filters, time=question.time, group=group, text=" ".join(rest))


def _periods(question: Question, filters: TicketFilter, who: str) -> list[_Count]:
    if question.time is None:
        return []
    group: GroupField = "customer_id" if _asks_customers(question) else "category"
    counts = [_Count(what=who, filters=filters, time=question.time, group=group, role="period")]
    if question.baseline is not None:
        earlier = replace(filters, since=question.baseline.since, until=question.baseline.until)
        counts.append(_Count(what=who, filters=earlier, time=question.baseline, group=group, role="baseline"))
    return counts


def _of_peers(question: Question, filters: TicketFilter) -> list[_Count]:
    """The same counts over all customers: what rose for everybody is no reason of one."""
    roles: dict[Literal["peers", "peers_before"], TimeRange | None] = {
        "peers": question.time,
        "peers_before": question.baseline,
    }
    return [
        _Count(
            what="of all customers",
            filters=replace(filters, customer_ids=(), since=time.since, until=time.until),
            time=time,
            group="category",
            role=role,
        )
        for role, time in roles.items()
        if time is not None
    ]


_GROUP_WORDS: dict[str, GroupField] = {
    "channel": "channel",
    "priority": "priority",
    "status": "status",
    "month": "month",
    "quarter": "quarter",
}
_TICKET_NOUN = r"(?:[\w-]+ )?(?:tickets?|complaints?|cases?|requests?|issues?|conversations?)\b"
_ASKED_GROUPS: dict[GroupField, re.Pattern[str]] = {
    "priority": re.compile(
        rf"\b(?:urgent|critical|(?:high|medium|normal|low)[- ]?(?:priority)?) {_TICKET_NOUN}|\bpriorit(?:y|ies)\b"
    ),
    "channel": re.compile(
        r"\b(?:by|via|through|over|on|in) (?:the )?(?:phone|telephone|chat|e-?mail|mail|web(?:site)?|portal|app|social media)\b"
        rf"|\b(?:phone|chat|e-?mail|web|portal) {_TICKET_NOUN}|\bchannels?\b"
    ),
}
"""A value of a field asked for: all its values are counted, the one that is asked for among them."""
_GROUP_VALUES = stems(
    "urgent critical high medium normal low priority phone telephone chat email e-mail mail web website portal app social media channel"
)


def _group_asked(question: Question) -> GroupField | None:
    said = question.text.casefold()
    return next((group for group, pattern in _ASKED_GROUPS.items() if pattern.search(said)), None)


def _is_group_word(word: str) -> bool:
    return stem(word) in {stem(known) for known in (*_GROUP_WORDS, "category", "topic", "customer")}


def _counts_writers(question: Question) -> bool:
    """Whether customers are to be counted by what they wrote: "How many customers reported outages?"."""
    about_tickets = question.categories or WRITTEN.search(question.text)
    return question.asks_customers and bool(about_tickets) and not question.predicates


def _counted_by(question: Question) -> GroupField | None:
    said = question.text.casefold()
    for word, group in _GROUP_WORDS.items():
        if re.search(rf"\b(by|per|each) {word}", said):
            return group
    if re.search(r"\b(by|per|each) (customer|account|company)", said):
        return "customer_id"
    if re.search(r"\b(by|per|each) (category|topic)", said):
        return "category"
    return _group_asked(question) or (None if question.categories else "category")


def _asks_customers(question: Question) -> bool:
    """Counts go by customer where customers are asked for, or why one topic rose: by topic it is one row."""
    why_one = question.kind == "why" and len(question.categories) == 1 and not question.customers
    return why_one or bool(_ASKED_CUSTOMERS.search(question.text))


def _listed(question: Question) -> GroupField:
    if _asks_customers(question):
        return "customer_id"
    for word, group in _GROUP_WORDS.items():
        if stem(word) in stems(question.text):
            return group
    return _group_asked(question) or "category"


def _who(question: Question) -> str:
    names = " and ".join(customer.name for customer in question.customers)
    status = question.tickets().status
    return (
        (f"of {names}" if names else question.of_whom) + _about(question) + (f" with status {status}" if status else "")
    )


def _about(question: Question) -> str:
    if not _is_about_categories(question):
        return ""
    return f" about {topics_words(question.categories)}"


async def _tally(memory: TenantMemory, count: _Count, question: Question) -> list[Tally]:
    """The tickets counted, and before them their customers where those are asked for; or what is reckoned of them."""
    if count.measure == "share":
        return [await _share(memory, count)]
    if count.measure == "per_customer":
        return [await _per_customer(memory, count)]
    if count.measure is not None:
        return [await _reckoned(memory, count, question)]
    if count.group is None:
        total = await memory.vector.count(count.filters, text=count.text)
        return [_tallied(count, total)]
    most, budget = (_MOST_GROUPS, _LABELS_LENGTH) if count.role == "all" else (_MOST_COMPARED, _COMPARED_LENGTH)
    counted = await memory.vector.tally(count.group, count.filters, text=count.text, limit=most + 1)
    rows = counted.groups
    leading = rows[-most:] if count.group in ("month", "quarter") else rows[:most]  # of times, the latest
    groups = _shown(tuple(_labelled(row, count.group, question) for row in leading), budget)
    tickets = _tallied(count, counted.total, groups, has_more_groups=len(groups) < len(rows))
    if not count.counts_customers:
        return [tickets]
    rest = tickets.what.removeprefix(question.of_whom).strip()
    what = " ".join(part for part in (question.of_whom.removeprefix("of customers "), "with tickets", rest) if part)
    customers = Tally(
        noun="customer", what=what, filters=count.filters, total=counted.named, time=count.time, role="writers"
    )
    return [customers, tickets]


async def _share(memory: TenantMemory, count: _Count) -> Tally:
    """How many of the tickets say or are about something, and how many those are in all."""
    part = await memory.vector.count(count.filters, text=count.text)
    whole = await memory.vector.count(replace(count.filters, categories=(), status=None))
    return replace(_tallied(count, part), out_of=whole)


async def _per_customer(memory: TenantMemory, count: _Count) -> Tally:
    """The tickets by the customers that have any."""
    counted = await memory.vector.tally("customer_id", count.filters, limit=1)
    what = " ".join(part for part in ("with tickets", count.what.strip()) if part)
    tally = replace(_tallied(count, counted.named), noun="customer", what=what, role="writers")
    if not counted.named:
        return tally
    figure = (Decimal(counted.total) / counted.named).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return replace(
        tally, reckoned=Reckoned(measure="average", predicate="number of tickets", figure=figure, units=("",))
    )


async def _reckoned(memory: TenantMemory, count: _Count, question: Question) -> Tally:
    """The mean or median of the ratings or times of the tickets that have one."""
    found = await memory.vector.measures(count.filters)
    is_median = question.measure == "median"
    if count.measure == "csat":
        having, value, name, unit = (found.rated, found.median_csat if is_median else found.mean_csat, "csat", "")
    else:
        hours = found.median_hours if is_median else found.mean_hours
        having, value, name, unit = (found.resolved, hours, "time to resolution", "hours")
    if value is None:
        return replace(_tallied(count, 0), what=f"{count.what} with {label_words(name)} on record".strip())
    reckoned = Reckoned(
        measure="median" if is_median else "average",
        predicate=name,
        figure=Decimal(value).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
        units=(unit,),
        without=found.total - having,
    )
    return replace(_tallied(count, having), reckoned=reckoned)


def _tallied(count: _Count, total: int, groups: tuple[GroupCount, ...] = (), *, has_more_groups: bool = False) -> Tally:
    return Tally(
        what=count.what.strip(),
        filters=count.filters,
        total=total,
        group_field=count.group,
        groups=groups,
        has_more_groups=has_more_groups,
        time=count.time,
        role=count.role,
    )


def _shown(groups: tuple[GroupCount, ...], budget: int) -> tuple[GroupCount, ...]:
    """The leading groups whose labels fit into one sentence, at least three."""
    length, kept = 0, 0
    for group in groups:
        length += len(group.key)
        if kept >= 3 and length > budget:
            break
        kept += 1
    return groups[:kept]


def _labelled(row: GroupCount, group: GroupField, question: Question) -> GroupCount:
    if group != "customer_id":
        return row
    return replace(row, key=question.customer_names.get(row.key, row.key))


async def tallies_of(question: Question, memory: TenantMemory) -> list[Tally]:
    """All that is counted for a question, in the order of its answer."""
    counts = [_measured(question)] if question.of_tickets else _plan_counts(question)
    found = await run_all([partial(_tally, memory, count, question) for count in counts])
    return list(chain.from_iterable(found))
