"""Sentences that several kinds of answer share."""

from moe_memorygraph.experts.tallies import label_words, tally_sentence
from moe_memorygraph.experts.values import Claim, Tally
from moe_memorygraph.experts.writing.sources import Cited, Sources, day
from moe_memorygraph.memory.values import DocumentHit, Fact, Pattern, Ticket

__all__ = [
    "change_words",
    "fact_claim",
    "heading",
    "pattern_claim",
    "quote_document",
    "quote_ticket",
    "tally_claim",
    "value_words",
]

_SENTENCES = {
    "status": "{who} is {value}",
    "churned_at": "{who} churned on {value}",
    "churn_reason": 'the reason on record for the loss of {who} is "{value}"',
    "tier": "{who} is in the {value} tier",
    "plan": "{who} is on the {value} plan",
    "industry": "{who} works in {value}",
    "region": "{who} is in {value}",
    "since": "{who} has been a customer since {value}",
    "arr": "annual recurring revenue from {who} is {value}",
}


def heading(text: str) -> Claim:
    return Claim(text=text, heading=True)


def value_words(fact: Fact) -> str:
    return fact.object


def fact_claim(cited: Cited[Fact], sources: Sources) -> Claim:
    """A fact in words, with since when and from which source."""
    fact = cited.payload
    who = sources.name_of(fact.customer_id) if fact.customer_id else fact.subject
    pattern = _SENTENCES.get(fact.predicate, "{who}: {predicate} is {value}")
    text = pattern.format(who=who, value=value_words(fact), predicate=fact.predicate.replace("_", " "))
    since = ""
    if fact.valid_from and fact.predicate not in ("since", "churned_at"):
        since = f"from {day(fact.valid_from)}" + (f" to {day(fact.valid_to)}" if fact.valid_to else "")
    origin = ", ".join(part for part in (since, f"source {fact.source}" if fact.source else "") if part)
    return Claim(text=f"{_capital(text)} ({origin})." if origin else f"{_capital(text)}.", cites=(cited.index,))


def pattern_claim(cited: Cited[Pattern]) -> Claim:
    statement = cited.payload.statement
    return Claim(text=statement if statement.endswith(".") else f"{statement}.", cites=(cited.index,))


def tally_claim(cited: Cited[Tally]) -> Claim:
    return Claim(text=tally_sentence(cited.payload), cites=(cited.index,))


def quote_ticket(cited: Cited[Ticket], sources: Sources, *, lead: str = "") -> Claim:
    ticket = cited.payload
    who = sources.name_of(ticket.customer_id)
    front = f"{lead}: " if lead else ""
    return Claim(
        text=f"{front}{who}, {day(ticket.created_at)}: “{_one_line(cited.evidence.quote)}”", cites=(cited.index,)
    )


def quote_document(cited: Cited[DocumentHit]) -> Claim:
    return Claim(text=f"{cited.evidence.title}: “{_one_line(cited.evidence.quote)}”", cites=(cited.index,))


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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
