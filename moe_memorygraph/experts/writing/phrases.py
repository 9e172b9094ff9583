"""Sentences that several kinds of answer share."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from moe_memorygraph.experts.tallies import label_words, tally_sentence
from moe_memorygraph.experts.values import Claim, Tally
from moe_memorygraph.experts.writing.sources import Cited, Sources, day
from moe_memorygraph.experts.writing.tables import in_words
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.values import DocumentHit, Fact, Pattern, Ticket

__all__ = [
    "change_words",
    "fact_claims",
    "first_upper",
    "heading",
    "pattern_claim",
    "quote_document",
    "quote_ticket",
    "shown_value",
    "tally_claim",
]

_SENTENCES = {
    "status": "{who} {is_} {value}",
    "churned_at": "{who} churned on {value}",
    "churn_reason": 'the reason on record for the loss of {who} {is_} "{value}"',
    "tier": "{who} {is_} in the {value} tier",
    "plan": "{who} {is_} on the {value} plan",
    "industry": "the industry of {who} {is_} {value}",
    "region": "the region of {who} {is_} {value}",
    "since": "{who} became a customer on {value}",
    "arr": "annual recurring revenue from {who} {is_} {value}",
    "competitor": "{who} named {value} as a competitor",
    "switched_to": "{who} switched to {value}",
    "account_owner": "the owner of the {who} account {is_} {value}",
    "seats": "{who} {has} {value} seats",
    "breach_reported": "in a ticket, {who} speaks of a breach ({value})",
    "cancellation_done": "in a ticket, {who} says that it {value}",
    "cancellation_intent": "by a ticket, {who} {value}",
    "competitor_mentioned": "in a ticket, {who} names {value} as another choice",
    "data_request": "in a ticket, {who} asks for the {value} of data",
    "escalation_request": "in a ticket, {who} turns to somebody higher ({value})",
    "login_trouble": "in a ticket, {who} reports trouble to get in ({value})",
    "outage_reported": "in a ticket, {who} reports an outage ({value})",
    "plan_mentioned": "in a ticket, {who} speaks of the {value} plan",
    "praise": "in a ticket, {who} praises the {value}",
    "price_mentioned": "in a ticket, {who} speaks of {value}",
    "product_affected": "in a ticket, {who} reports trouble with the {value}",
    "renewal_mentioned": "in a ticket, {who} speaks of a renewal or an end of contract on {value}",
    "resolution_confirmed": "in a ticket, {who} says that a matter is {value}",
}
_BARE = re.compile(r"[1-9]\d{4,}")
"""Shorter ones are as easily read, and may be years."""
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_ANY_FACT = "the {predicate} of {who} {is_} {value}"


def heading(text: str) -> Claim:
    return Claim(text=text, heading=True)


def fact_claims(facts: Sequence[Cited[Fact]], sources: Sources) -> list[Claim]:
    """Facts in words, in the order given; what several sources say alike is said once and cites them all."""
    same: dict[tuple[str, str, str], list[Cited[Fact]]] = {}
    for cited in facts:
        fact = cited.payload
        key = (fact.about, fact.predicate, fact.object.casefold())
        same.setdefault(key, []).append(cited)
    runs: dict[tuple[str, str], list[list[Cited[Fact]]]] = {}
    for key, group in same.items():
        runs.setdefault(key[:2], []).append(group)
    claims = []
    for run in runs.values():
        claims += [_history_claim(run, sources)] if _is_history(run) else [_fact_claim(one, sources) for one in run]
    return claims


def _is_history(run: Sequence[Sequence[Cited[Fact]]]) -> bool:
    """Whether it is one value after the other, each over when the next begins."""
    facts = [group[0].payload for group in run]
    if len(facts) < 2 or any(fact.ticket_id or fact.valid_from is None for fact in facts):
        return False
    ordered = sorted(facts, key=lambda fact: fact.valid_from or _ALWAYS)
    return all(
        one.valid_to is not None and one.valid_to <= (following.valid_from or _ALWAYS)
        for one, following in pairwise(ordered)
    )


def _history_claim(run: Sequence[Sequence[Cited[Fact]]], sources: Sources) -> Claim:
    """For example "The plan of Acme Corp was Gold (crm, from 2024-01-01 to 2025-01-01), and is Pro (crm, from 2025-01-01)."."""
    ordered = sorted(run, key=lambda group: group[0].payload.valid_from or _ALWAYS)
    fact = ordered[0][0].payload
    who = sources.name_of(fact.customer_id) if fact.customer_id else fact.subject
    *before, last = [f"{shown_value(group[0].payload)} ({_origins(group)})" for group in ordered]
    over = _is_over(ordered[-1][0].payload, sources)
    text = f"The {label_words(fact.predicate)} of {who} was {', then '.join(before)}"
    text += f", then {last}." if over else f", and is {last}."
    return Claim(text=text, cites=tuple(dict.fromkeys(cited.index for group in ordered for cited in group)))


def _fact_claim(group: list[Cited[Fact]], sources: Sources) -> Claim:
    fact = group[0].payload
    who = sources.name_of(fact.customer_id) if fact.customer_id else fact.subject
    over = _is_over(fact, sources)
    text = _SENTENCES.get(fact.predicate, _ANY_FACT).format(
        who=who,
        value=shown_value(fact),
        predicate=fact.predicate.replace("_", " "),
        is_="was" if over else "is",
        has="had" if over else "has",
    )
    told = _origins(group)
    cites = tuple(dict.fromkeys(cited.index for cited in group))
    return Claim(text=f"{first_upper(text)} ({told})." if told else f"{first_upper(text)}.", cites=cites)


def _origins(group: Sequence[Cited[Fact]]) -> str:
    origins = dict.fromkeys(_origin(cited.payload) for cited in group)
    return "; ".join(origin for origin in origins if origin)


def shown_value(fact: Fact) -> str:
    """The value as recorded; of a bare amount with commas between its thousands."""
    bare = _BARE.fullmatch(fact.object)
    return f"{int(bare[0]):,}" if bare and STANDARD.of(fact.predicate).value in ("money", "number") else fact.object


_LASTS = frozenset({"status", "churned_at", "churn_reason", "competitor", "switched_to"})
"""What still holds of a customer that has left."""


def _is_over(fact: Fact, sources: Sources) -> bool:
    """Whether to speak of it as past: it ended, a past time was asked about, or the customer has left since."""
    question = sources.question
    if fact.valid_to is not None and fact.valid_to <= question.asked_at:
        return True
    if question.as_of is not None and question.as_of < question.asked_at - timedelta(days=1):
        return True
    left = {customer.customer_id for customer in question.customers if customer.churned_at}
    return fact.customer_id in left and fact.predicate not in _LASTS


def _origin(fact: Fact) -> str:
    """Source and valid time: "billing, from 2025-06-01"; of what a ticket told, the ticket and its day."""
    if fact.ticket_id is not None:
        return f"ticket {fact.ticket_id}, {day(fact.valid_from)}"
    time = ""
    if fact.valid_from and fact.predicate not in ("since", "churned_at"):
        time = f"from {day(fact.valid_from)}" + (f" to {day(fact.valid_to)}" if fact.valid_to else "")
    return ", ".join(part for part in (fact.source, time) if part)


def pattern_claim(cited: Cited[Pattern]) -> Claim:
    statement = cited.payload.statement
    return Claim(text=statement if statement.endswith(".") else f"{statement}.", cites=(cited.index,))


def tally_claim(cited: Cited[Tally]) -> Claim:
    return Claim(text=tally_sentence(cited.payload), cites=(cited.index,))


def quote_ticket(cited: Cited[Ticket], sources: Sources, *, lead: str = "") -> Claim:
    ticket = cited.payload
    who = sources.name_of(ticket.customer_id)
    if cited.evidence.source != "ticket":
        who = f"Our reply to {who}"
    front = f"{lead}: " if lead else ""
    return Claim(
        text=f"{front}{who}, {day(ticket.created_at)}: “{_one_line(cited.evidence.quote)}”", cites=(cited.index,)
    )


def quote_document(cited: Cited[DocumentHit], sources: Sources) -> Claim:
    """What a document says; of a table the rows that answer."""
    words = in_words(cited.evidence.quote, sources.question.text) or f"“{_one_line(cited.evidence.quote)}”"
    return Claim(text=f"{cited.evidence.title}: {words}", cites=(cited.index,))


def change_words(topic: str, now: int, before: int) -> str:
    """For example "billing 168 (120 before, +40 %)"."""
    name = label_words(topic)
    if before == 0:
        return f"{name} {now} (none before)"
    change = round(100 * (now / before - 1))
    if change == 0:
        return f"{name} {now} ({before} before, unchanged)" if now == before else f"{name} {now} ({before} before)"
    return f"{name} {now} ({before} before, {change:+d} %)"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
