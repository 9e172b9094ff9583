"""VectorRetrieve: tickets, searched by words and meaning, and counted by the database where a question needs counts."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from itertools import chain
from typing import Any, Literal

from moe_memorygraph.experts.concurrent import run_all
from moe_memorygraph.experts.drivers import rank_drivers
from moe_memorygraph.experts.evidence import best_first, tally_evidence, ticket_evidence, wanted_stems
from moe_memorygraph.experts.farewells import SEARCHED, notice_in
from moe_memorygraph.experts.membership import shared_values, value_words
from moe_memorygraph.experts.tallies import label_words, topics_words
from moe_memorygraph.experts.values import (
    Evidence,
    Findings,
    Question,
    Reckoned,
    Tally,
    TallyRole,
    TicketMeasure,
    TimeRange,
)
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import GroupCount, GroupField, Plane, PlanesPreview, Ticket, TicketFilter, TicketHit
from moe_memorygraph.words import label_stems, stem, stems

__all__ = ["COUNTING_WORDS", "FAREWELL", "WRITTEN", "VectorRetrieve"]

_COUNTING = ("how_many", "trend", "why", "compare", "list", "report")
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
_STRUCTURAL_SCORE = (
    0.62  # a ticket of the named customer, in the window, on a leading topic: relevant by where it stands
)
_AS_IT_CAME = 0.85
_FAREWELL_SCORE = _STRUCTURAL_SCORE + 0.12
_FAREWELLS = 3
_FAREWELLS_SEARCHED = 16
_FAREWELL_COMES_LATER = timedelta(days=14)
FAREWELL = "farewell"
"""What a ticket is evidence of in which the customer says that it leaves, or may."""
_BOUND_BY_TOPIC = ("how_many", "trend", "list", "why", "general", "what_is", "compare")
_CUSTOMERS_SPEAK = ("why", "report", "trend", "compare", "list", "how_many")
_DRIVERS = 3
_HITS_PER_DRIVER = 2
_HITS_PER_CUSTOMER = 2
_DRIVER_HITS = 24
"""Enough that the leading topics mostly have their two best among these, and no more candidates than for a page."""


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


class VectorRetrieve:
    name = "VectorRetrieve"
    plane: Plane = "vector"
    typical_ms = 9.0

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        if preview.vector_tickets == 0:
            return 0.0
        if question.kind in _COUNTING or question.kind in ("similar", "compliance"):
            return 0.9
        return 0.8 if question.wants_verbatim or preview.vector_category_tickets else 0.5

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        if question.options.get("tool") == "search_tickets":
            return await self._search_page(question, memory)
        question = await _narrowed(question, memory)
        jobs: list[Callable[[], Awaitable[Any]]] = [
            partial(self._tallies, question, memory),
            partial(self._found, question, memory),
        ]
        if question.kind == "why" and _is_about_a_loss(question):
            jobs.append(partial(self._farewells, question, memory))
        tallies, hits, *farewells = await run_all(jobs)
        quoted = await self._quoted(question, memory, tallies, hits)
        counted = [tally_evidence(t, expert=self.name, question=question, score=_tally_score(t)) for t in tallies]
        found = [*counted, *_unique([*quoted, *chain.from_iterable(farewells)])]
        return Findings(evidence=tuple(sorted(found, key=best_first)))

    async def _search_page(self, question: Question, memory: TenantMemory) -> Findings:
        """What the caller gave as arguments filters; a time that the words speak of is preferred, and does not exclude."""
        given = question.ticket_filter or TicketFilter()
        hits = await memory.vector.search(
            text=question.text,
            embedding=question.embedding,
            filters=question.tickets(since=given.since, until=given.until),
            limit=question.limit + 1,
            offset=question.offset,
            hints=question.hints(),
        )
        wanted = wanted_stems(question)
        page = [ticket_evidence(hit, expert=self.name, wanted=wanted) for hit in hits[: question.limit]]
        return Findings(evidence=tuple(page), more=len(hits) > question.limit)

    async def _tallies(self, question: Question, memory: TenantMemory) -> list[Tally]:
        counts = [_measured(question)] if question.of_tickets else _plan_counts(question)
        jobs = [partial(_tally, memory, count, question) for count in counts]
        return list(chain.from_iterable(await run_all(jobs)))

    async def _found(self, question: Question, memory: TenantMemory) -> list[TicketHit]:
        """The best tickets; of each customer, where several are compared."""
        filters = _filters(question)
        if _asks_what_came_in(question):
            tickets = await memory.vector.browse(filters, limit=question.limit)
            return [_as_it_came(ticket, place) for place, ticket in enumerate(tickets)]
        if question.kind == "compare" and len(question.customers) > 1:
            of_each = [replace(filters, customer_ids=(one.customer_id,)) for one in question.customers]
            found = await run_all([partial(self._search, question, memory, one, _HITS_PER_CUSTOMER) for one in of_each])
            return [hit for hits in found for hit in hits]
        return await self._search(question, memory, filters, _most(question))

    async def _quoted(
        self, question: Question, memory: TenantMemory, tallies: list[Tally], hits: list[TicketHit]
    ) -> list[Evidence]:
        """The best tickets of all, and of each leading topic its own best, quoted with the words of the topic in mind.

        All from one search, which compares the question with the tickets once. A second looks only for the topics
        that have too few among its hits.
        """
        wanted = wanted_stems(question)
        shown = hits[: question.limit] if _may_have_drivers(question) else hits
        found = [(hit, wanted, _hit_score(hit, question, None)) for hit in shown]
        drivers = _drivers(question, tallies)
        best = {category: _best_of(category, hits) for category in drivers}
        lacking = tuple(category for category, of_it in best.items() if len(of_it) < _HITS_PER_DRIVER)
        if lacking and len(hits) == _most(question):
            more = await memory.vector.search(
                text=question.text,
                embedding=question.embedding,
                filters=question.tickets(categories=lacking),
                limit=_DRIVER_HITS,
            )
            best |= {category: _best_of(category, more) for category in lacking}
        for rank, category in enumerate(drivers):
            score = _STRUCTURAL_SCORE + 0.1 * (_DRIVERS - rank) / _DRIVERS
            topic = wanted | stems(category.replace("_", " "))
            found += [(hit, topic, _hit_score(hit, question, score)) for hit in best[category]]
        return [self._evidence(hit, question, sought, score) for hit, sought, score in _once(found)]

    async def _farewells(self, question: Question, memory: TenantMemory) -> list[Evidence]:
        """The tickets in which the customer says that it leaves, or may, the newest first: searched by words alone."""
        hits = await memory.vector.search(
            text=SEARCHED, embedding=None, filters=_before_the_loss(question), limit=_FAREWELLS_SEARCHED
        )
        said = [(hit, notice) for hit in hits if (notice := notice_in(hit.ticket.body))]
        said.sort(key=lambda one: (one[0].ticket.created_at, one[0].ticket.ticket_id), reverse=True)
        return [
            replace(
                ticket_evidence(hit, expert=self.name, wanted=set(), score=_FAREWELL_SCORE, customer_voice=True),
                quote=notice,
                source="ticket",
                supports=FAREWELL,
            )
            for hit, notice in said[:_FAREWELLS]
        ]

    async def _search(
        self, question: Question, memory: TenantMemory, filters: TicketFilter, limit: int
    ) -> list[TicketHit]:
        return await memory.vector.search(
            text=question.text,
            embedding=question.embedding,
            filters=filters,
            limit=limit,
            hints=question.hints(),
            distinct=True,
        )

    def _evidence(self, hit: TicketHit, question: Question, wanted: set[str], score: float) -> Evidence:
        return ticket_evidence(
            hit,
            expert=self.name,
            wanted=wanted,
            score=score,
            customer_voice=question.kind in _CUSTOMERS_SPEAK or question.asks_whether,
        )


async def _narrowed(question: Question, memory: TenantMemory) -> Question:
    """The question as asked of those customers alone that have a value on record which it names: "enterprise customers"."""
    given = question.ticket_filter or TicketFilter()
    if question.customers or given.customer_ids or question.kind not in _COUNTING or not _rest(question):
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


def _once(found: list[tuple[TicketHit, set[str], float]]) -> list[tuple[TicketHit, set[str], float]]:
    """Each ticket once, with its best score; the first of equals. Chosen before it is quoted, which takes longer."""
    best: dict[str, tuple[TicketHit, set[str], float]] = {}
    for one in found:
        ticket_id = one[0].ticket.ticket_id
        if ticket_id not in best or one[2] > best[ticket_id][2]:
            best[ticket_id] = one
    return list(best.values())


def _is_about_a_loss(question: Question) -> bool:
    """Whether a named customer has left or may, or the question says so: only then is there a farewell to look for."""
    asked = "churned_at" in question.predicates or question.state in ("lost", "at_risk")
    return any(asked or customer.churned_at for customer in question.customers)


def _before_the_loss(question: Question) -> TicketFilter:
    """Tickets from which a farewell can come: those of the time asked about, and a little after the loss itself."""
    filters = question.tickets()
    if question.time is None or question.known_at is not None or question.as_of is not None:
        return filters
    return replace(filters, until=question.time.until + _FAREWELL_COMES_LATER)


def _asks_what_came_in(question: Question) -> bool:
    """Whether tickets are asked for by their day or status, whatever they say."""
    return question.kind == "similar" and (question.newest or question.tickets().status is not None)


def _as_it_came(ticket: Ticket, place: int) -> TicketHit:
    """A ticket that is what was asked for, in its place: nothing was compared with it."""
    score = _AS_IT_CAME - place / 1000
    return TicketHit(ticket=ticket, part=0, text=ticket.body, similarity=0.0, lexical=0.0, score=score)


def _may_have_drivers(question: Question) -> bool:
    return question.kind in ("why", "report") and bool(question.customers or question.time)


def _most(question: Question) -> int:
    """Tickets to search for: known before any count, so that both are asked at once."""
    return max(question.limit, _DRIVER_HITS) if _may_have_drivers(question) else question.limit


def _drivers(question: Question, tallies: list[Tally]) -> list[str]:
    """The leading topics, where what led to something is asked for."""
    if not _may_have_drivers(question):
        return []
    return [driver.topic for driver in rank_drivers(tallies)[:_DRIVERS]]


def _best_of(category: str, hits: Sequence[TicketHit]) -> list[TicketHit]:
    return [hit for hit in hits if hit.ticket.category == category][:_HITS_PER_DRIVER]


def _is_about_categories(question: Question) -> bool:
    """Whether the named categories bound the question ("billing tickets") rather than colour it."""
    bound = question.kind in _BOUND_BY_TOPIC or question.asks_whether or _asks_what_came_in(question)
    return bool(question.categories) and bound


def _plan_counts(question: Question) -> list[_Count]:
    """What to count for this kind of question."""
    if question.state and question.asks_customers and question.kind in ("list", "how_many"):
        return []  # customers are counted by their facts; tickets that say "lost" are no losses
    who, filters = _who(question), _filters(question)
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
        case "similar" if _asks_what_came_in(question):
            return [_Count(what=who, filters=filters, time=question.time)]
        case "report":
            return [
                _Count(what=who, filters=filters, time=question.time, group="category"),
                _Count(what=who, filters=filters, time=question.time, group="quarter"),
                _Count(what=who, filters=filters, time=question.time, group="status"),
            ]
        case _:
            return []


def _filters(question: Question) -> TicketFilter:
    return question.tickets(categories=question.categories if _is_about_categories(question) else ())


def _measured(question: Question) -> _Count:
    who, filters = _who(question), _filters(question)
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


def _hit_score(hit: TicketHit, question: Question, floor: float | None) -> float:
    """The search's own score, lifted where the ticket is of a category that the question names."""
    if _asks_what_came_in(question):
        return hit.score
    lifted = hit.score + (0.3 if hit.ticket.category in question.categories else 0.0)
    return min(1.0, max(lifted, floor or 0.0))


def _tally_score(tally: Tally) -> float:
    """A count over no ticket says little; one over many, in the asked range, answers."""
    if tally.role == "writers":
        return 0.91 if tally.total > 0 else 0.2  # before the tickets that it is made of
    return 0.9 if tally.total > 0 else 0.2


def _unique(hits: list[Evidence]) -> list[Evidence]:
    """One piece of evidence per ticket: what is known to be evidence of something, else the best."""
    best: dict[str, Evidence] = {}
    for hit in hits:
        if hit.uri not in best or (bool(hit.supports), hit.score) > (bool(best[hit.uri].supports), best[hit.uri].score):
            best[hit.uri] = hit
    return list(best.values())
