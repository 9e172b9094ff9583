"""From a caller's words to a `Question`: whom it names, which time, which kind, what it asks of the planes. No I/O."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from moe_memorygraph.experts.compliance import risks_asked
from moe_memorygraph.experts.values import Measure, Part, Question, QuestionKind
from moe_memorygraph.memory.values import Customer, TicketFilter
from moe_memorygraph.words import content_words, token_spans, tokens
from moe_memorygraph.workflow.asked_change import (
    asks_ranking,
    asks_unusual,
    direction_of,
    latest_quarters,
    means_latest,
)
from moe_memorygraph.workflow.asked_facts import FACTUAL, Asked, NamedFacts
from moe_memorygraph.workflow.asked_figures import (
    amounts_among,
    breaks_down,
    measure_of,
    measure_of_tickets,
    ranks_values,
    values_among,
)
from moe_memorygraph.workflow.asked_names import Named, Span, given_name, named_in
from moe_memorygraph.workflow.asked_parts import parts_of
from moe_memorygraph.workflow.asked_tickets import asked_status, asks_newest
from moe_memorygraph.workflow.asked_times import CHURN_WINDOW, read_times
from moe_memorygraph.workflow.categories import default_index
from moe_memorygraph.workflow.kinds import Signals, asks_customers, asks_health, asks_whether, kind_of, mend, state_of
from moe_memorygraph.workflow.tenant_view import TenantView
from moe_memorygraph.workflow.time_words import TimeMention, find_time_ranges
from moe_memorygraph.workflow.values import Ask, ToolName

__all__ = ["CHURN_WINDOW", "READS_TIMES", "refers_back", "understand"]

READS_TIMES = frozenset[ToolName](["query_customer_intel", "explain_gate"])
"""Tools whose customers and times stand in the question; the others take them as arguments."""

_I = re.IGNORECASE
_REFERS_BACK = re.compile(
    r"^\W*(?:and|also|then|so|but|what about|how about)\b|\b(?:they|their|theirs|them|(?:this|that|the|same) (?:customer|account|client|company))\b",
    _I,
)
_WHO = re.compile(r"\W*who\b", _I)
_SOMEBODY = ("organisation", "person")
"""Types of values that "who" may ask for."""
_FALLS_DUE = re.compile(
    r"\b(?:renew\w*|expir\w*|lapses?|falls? due|are due|is due|contracts? (?:end|run)s?|run(?:s|ning)? out|go(?:es|ing)? live)\b",
    _I,
)
"""What is asked of days that lie ahead."""
_OF_TICKETS = re.compile(r"\b(?:tickets?|complain\w*|cases?|messages?|contacts?|issues?|problems?)\b", _I)
"""What is counted by tickets, whatever is on record."""
_VERBATIM = re.compile(
    r"\b(quotes?|verbatim|exact (words|wording)|example(s)?|in their (own )?words|say about|said about|show me (the )?tickets?|what did .+ (say|write|ask|complain|report)|tickets? (about|where|that|mentioning|from))\b",
    _I,
)


def refers_back(text: str) -> bool:
    """Whether a question leans on what was said before ("and in Q4?", "what did they pay?")."""
    return bool(_REFERS_BACK.search(text))


def understand(
    ask: Ask,
    text: str,
    *,
    run_id: UUID,
    view: TenantView,
    now: datetime,
    carried: tuple[Customer, ...] = (),
    event: TimeMention | None = None,
) -> Question:
    """Read a question. `text` is the cleaned text; `carried` are customers that the session was about; `event` is a
    range that hangs on an event which `text` names there, and whose day is known.

    Raises `NotFound` where `ask.customer` names nobody.
    """
    free = ask.tool in READS_TIMES
    mended = mend(text) if free else text
    names = _names(ask, text, view, _mentions(ask, text, view, now) if free else ())
    mentions = (*names.times, event) if event else names.times
    customers = names.customers or carried
    said = mend(f"{text[: event.start]} {text[event.stop :]}") if event else mended  # what dates is not asked about
    index = view.category_index or default_index(view.categories)
    meant = index.meant(_without_names(said, text, names))
    risks = risks_asked(said)
    facts = _facts(mended, text, names, mentions, view)
    of_somebody = bool(customers) or names.is_somebody
    asked = facts.asked("what_is", of_somebody=of_somebody)
    signals = Signals(
        customers=len(customers) + len(names.subjects),
        times=len(mentions) + bool(ask.since or ask.until),
        categories=len(meant.categories),
        predicates=len(asked.predicates),
        risks=len(risks),
        others=len(names.others),
    )
    kind: QuestionKind = kind_of(text, signals) if free else "general"
    newest, status = free and asks_newest(said), asked_status(said, view.statuses) if free else None
    if (newest or status) and kind in ("what_is", "general", "list") and not asks_customers(said):
        kind = "similar"
    of_all = free and not customers and not names.subjects
    if kind not in FACTUAL:
        asked = facts.asked(kind, of_somebody=of_somebody)
    parts = _parts(mended, text, names, mentions, view) if free and of_somebody and kind in FACTUAL else ()
    if parts:
        together = dict.fromkeys(predicate for part in parts for predicate in part.predicates)
        kind, asked = "what_is", Asked(predicates=tuple(together))
    if of_all and kind in FACTUAL and asks_customers(said) and _asks_day(asked, view):
        kind = "list"  # "Who renews in March?"
    figure = (
        _figure(said, facts.predicates, view) if free and not of_somebody and not _OF_TICKETS.search(said) else None
    )
    if figure:
        kind, asked = "list", Asked(predicates=figure.predicates)
    of_tickets = measure_of_tickets(said) if free and not figure else None
    if of_tickets:
        kind, asked = "how_many", Asked(predicates=())
    wants_verbatim = bool(_VERBATIM.search(text))
    asks_value = kind in FACTUAL and not wants_verbatim and _asks_value(asked, view)
    times = read_times(ask, kind, mended, mentions, customers, asks_value=asks_value, now=now)
    takes_latest = free and times.time is None and times.as_of is None and means_latest(said, kind)
    if takes_latest and view.data_end:
        latest, earlier = latest_quarters(view.data_end, now)
        times = replace(times, time=latest, baseline=earlier)
    return Question(
        run_id=run_id,
        text=text,
        kind=kind,
        asked_at=now,
        customers=customers,
        customer_names=view.names.labels,
        subjects=names.subjects,
        unknown_names=names.unknown if kind == "compare" or not names.customers else (),
        time=times.time,
        takes_latest=takes_latest,
        baseline=times.baseline,
        as_of=times.as_of,
        known_at=times.known_at,
        categories=meant.categories,
        meant_stems=meant.stems,
        predicates=asked.predicates if kind != "how_many" or not customers else (),  # who writes is no "contact"
        parts=parts,
        half_lives=view.catalogue.half_lives(),
        source_trust=view.source_trust,
        unexplained=asked.unexplained if of_somebody else (),
        asks_customers=of_all and asks_customers(said),
        state=state_of(said) if free else None,
        of_tickets=of_tickets,
        measure=figure.measure if figure else measure_of(said) if of_tickets else None,
        ranks_values=figure is not None and figure.measure is None,
        asks_health=kind == "report" and len(customers) == 1 and asks_health(said),
        asks_whether=kind == "similar" and not (newest or status) and asks_whether(mend(said), signals),
        direction=direction_of(said) if kind in ("trend", "why") else None,
        asks_ranking=kind == "trend" and asks_ranking(said),
        asks_unusual=kind == "trend" and asks_unusual(said),
        risks=risks if kind == "compliance" else (),
        keywords=_keywords(text, names, mentions),
        session_id=ask.session_id,
        wants_verbatim=wants_verbatim,
        limit=ask.limit,
        offset=ask.offset,
        newest=newest,
        ticket_filter=_of_status(ask.ticket_filter, status),
        options={**ask.options, "tool": ask.tool, **_names_of_predicate(ask, view)},
    )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure over many customers."""

    measure: Measure | None
    """None: by value."""
    predicates: tuple[str, ...]


def _figure(said: str, predicates: tuple[str, ...], view: TenantView) -> _Figure | None:
    """The figure over many customers that is asked for, where facts of that sort are recorded."""
    measure = measure_of(said)
    if measure and (amounts := amounts_among(predicates, view.catalogue)):
        return _Figure(measure, amounts)
    if measure is None and ranks_values(said):
        values = values_among(predicates, view.catalogue)
        if asks_customers(said) and not breaks_down(said):  # "who are our main rivals" asks for no customer
            values = tuple(one for one in values if view.catalogue.of(one).value in _SOMEBODY and _WHO.match(said))
        return _Figure(None, values) if values else None
    return None


def _of_status(given: TicketFilter | None, status: str | None) -> TicketFilter | None:
    if status is None or (given is not None and given.status):
        return given
    return replace(given or TicketFilter(), status=status)


def _mentions(ask: Ask, text: str, view: TenantView, now: datetime) -> list[TimeMention]:
    return find_time_ranges(
        text,
        now=ask.as_of or now,
        anchor=ask.as_of or view.data_end,
        fiscal_year_start=view.fiscal_year_start,
        ahead=_FALLS_DUE.search(text) is not None,
    )


def _names(ask: Ask, text: str, view: TenantView, mentions: Sequence[TimeMention]) -> Named:
    if ask.customer is not None:
        return given_name(ask.customer, text, view, mentions)
    if ask.tool not in READS_TIMES:
        return Named(times=tuple(mentions))
    return named_in(text, view, mentions)


def _facts(mended: str, text: str, names: Named, mentions: Sequence[TimeMention], view: TenantView) -> NamedFacts:
    """The facts named by the words that stand outside names and times."""
    words = tokens(mended)  # as many as in the text: mending replaces words by words
    return _facts_among(words, _silent(text, names, mentions), names, view)


def _parts(mended: str, text: str, names: Named, mentions: Sequence[TimeMention], view: TenantView) -> tuple[Part, ...]:
    words, silent = tokens(mended), _silent(text, names, mentions)

    def read(start: int, stop: int) -> NamedFacts:
        own = frozenset(place - start for place in silent if start <= place < stop)
        return _facts_among(words[start:stop], own, names, view)

    return parts_of(mended, read)


def _facts_among(words: Sequence[str], silent: frozenset[int], names: Named, view: TenantView) -> NamedFacts:
    return NamedFacts(words, silent, catalogue=view.catalogue, recorded=view.predicates, values_of=names.values_of)


def _silent(text: str, names: Named, mentions: Sequence[TimeMention]) -> frozenset[int]:
    """The places of tokens that are names and times: they ask for nothing."""
    return _tokens_in([*names.spans, *names.others, *((mention.start, mention.stop) for mention in mentions)], text)


def _without_names(said: str, text: str, names: Named) -> str:
    """What is said with "them" for each customer's name, which may hold a category's word: "Northwind Delivery"."""
    for start, stop in names.spans:
        said = said.replace(text[start:stop], "them")
    return said


def _tokens_in(places: Sequence[Span], text: str) -> frozenset[int]:
    if not places:
        return frozenset()
    return frozenset(
        number
        for number, (start, stop) in enumerate(token_spans(text))
        if any(start < end and begin < stop for begin, end in places)
    )


def _names_of_predicate(ask: Ask, view: TenantView) -> dict[str, tuple[str, ...]]:
    """Of a predicate that the caller gave, all its names."""
    given = ask.options.get("predicate")
    return {"predicates": view.catalogue.names_of(given)} if given else {}


def _asks_value(asked: Asked, view: TenantView) -> bool:
    """Whether it asks for what a fact says, and not for a day, which a time would be a bound of."""
    return any(view.catalogue.of(predicate).value != "date" for predicate in asked.predicates)


def _asks_day(asked: Asked, view: TenantView) -> bool:
    return any(view.catalogue.of(predicate).value == "date" for predicate in asked.predicates)


def _keywords(text: str, names: Named, mentions: Sequence[TimeMention]) -> tuple[str, ...]:
    """Content words outside customers' names and times."""
    kept, position = [], 0
    for start, stop in sorted([*names.spans, *((m.start, m.stop) for m in mentions)]):
        kept.append(text[position:start] if start > position else "")
        position = max(position, stop)
    kept.append(text[position:])
    return content_words(" ".join(kept))
