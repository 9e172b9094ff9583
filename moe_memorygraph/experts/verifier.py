"""Verifier: every claim is held against the evidence it cites; what the evidence does not say is dropped.

Checked are the quotes (verbatim in what they are quoted from), the numbers (each stands in the cited evidence, or is
the change between two cited counts) and the customers named (each is the subject of cited evidence).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moe_memorygraph.experts.tallies import tally_sentence
from moe_memorygraph.experts.values import Claim, Draft, Evidence, Question, Tally
from moe_memorygraph.memory.values import (
    Customer,
    DocumentHit,
    Fact,
    FactHit,
    Pattern,
    PatternHit,
    PlanesPreview,
    TicketHit,
    TurnHit,
)
from moe_memorygraph.words import name_key

__all__ = ["Verdict", "Verifier", "support_of"]

_NUMBER = re.compile(r"\d(?:[\d.,:/-]*\d)?")
_QUOTED = re.compile(r"“([^”]*)”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    draft: Draft
    """What is left."""
    dropped: tuple[str, ...] = ()
    """One reason per dropped claim: 'quote', 'number', 'name' or 'citation'."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A customer of the question, and how its name and its id stand in a text between blanks, as `name_key` writes them."""

    customer_id: str
    name: str
    id: str


class Verifier:
    name = "Verifier"
    typical_ms = 1.0

    def estimate(self, _question: Question, _preview: PlanesPreview) -> float:
        return 1.0

    def verify(self, question: Question, draft: Draft, evidence: Sequence[Evidence]) -> Verdict:
        """Drop each claim that its citations do not bear, then each heading with nothing under it."""
        names = [_Name(customer.customer_id, *_keys(customer)) for customer in question.customers]
        kept: list[Claim] = []
        dropped: list[str] = []
        for claim in draft.claims:
            fault = None if claim.heading else self._fault(question, claim, evidence, names)
            if fault:
                dropped.append(fault)
            else:
                kept.append(claim)
        return Verdict(draft=replace(draft, claims=tuple(_without_bare_headings(kept))), dropped=tuple(dropped))

    def _fault(
        self, question: Question, claim: Claim, evidence: Sequence[Evidence], names: Sequence[_Name]
    ) -> str | None:
        cited = [evidence[index] for index in claim.cites if 0 <= index < len(evidence)]
        if not cited or len(cited) != len(claim.cites):
            return "citation"
        if not all(map(quote_stands, cited)):
            return "quote"
        support = " ".join(support_of(item, question) for item in cited)
        quotes = _QUOTED.findall(claim.text)
        if quotes:
            flat = " ".join(support.split())
            if any(quoted and quoted not in flat for quoted in quotes):
                return "quote"
        numbers = set(_numbers(claim.text))
        unknown = numbers - set(_numbers(support)) if numbers else numbers
        if unknown and not unknown <= set(_changes(cited)):
            return "number"
        if not _names_stand(claim.text, cited, support, names):
            return "name"
        return None


def quote_stands(evidence: Evidence) -> bool:
    """Whether the quote stands, character for character, in the text it is cut from; counts are written anew."""
    quote = evidence.quote
    match evidence.payload:
        case TicketHit(ticket=ticket):
            return bool(quote) and (quote in ticket.body or quote in (ticket.response or ""))
        case DocumentHit(text=text):
            return bool(quote) and quote in text
        case TurnHit(turn=turn):
            return bool(quote) and quote in turn.text
        case Fact() as fact:
            return quote == fact.statement
        case FactHit(fact=fact):
            return quote == fact.statement
        case Pattern() as pattern:
            return quote == pattern.statement
        case PatternHit(pattern=pattern):
            return quote == pattern.statement
        case Tally() as tally:
            return quote == tally_sentence(tally)
        case _:
            return False


def support_of(evidence: Evidence, question: Question) -> str:
    """All that a citation vouches for: its quote, its title, its times, its source and its customer."""
    parts = [evidence.quote, evidence.title, evidence.source, _date(evidence.observed_at)]
    if evidence.customer_id:
        parts += [evidence.customer_id, question.customer_names.get(evidence.customer_id, "")]
    match evidence.payload:
        case Fact() as fact:
            parts += [fact.subject, fact.object, _date(fact.valid_from), _date(fact.valid_to)]
        case Tally() as tally:
            parts += [
                tally.time.label if tally.time else "",
                *(question.customer_names.get(c, c) for c in tally.filters.customer_ids),
            ]
        case TicketHit(ticket=ticket):
            parts += [ticket.ticket_id, (ticket.category or "").replace("_", " ")]
        case _:
            pass
    return " ".join(parts)


def _date(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else ""


def _numbers(text: str) -> list[str]:
    return [number.rstrip(".,:/-").replace(",", "") for number in _NUMBER.findall(text)]


def _changes(cited: Sequence[Evidence]) -> Iterable[str]:
    """The percentages that follow from two cited counts."""
    tallies = [item.payload for item in cited if isinstance(item.payload, Tally)]
    for now in tallies:
        for before in tallies:
            if now is before:
                continue
            earlier = {group.key: group.count for group in before.groups} | {"": before.total}
            later = {group.key: group.count for group in now.groups} | {"": now.total}
            for key in {*earlier, *later}:
                old, new = earlier.get(key, 0), later.get(key, 0)
                yield "0"
                if old:
                    yield str(abs(round(100 * (new / old - 1))))


def _names_stand(text: str, cited: Sequence[Evidence], support: str, names: Sequence[_Name]) -> bool:
    """A customer of the question that the claim names is one that the cited evidence is about."""
    said = f" {name_key(text)} " if names else ""
    about = {item.customer_id for item in cited}  # what is about a customer vouches for its name
    named = [one for one in names if one.name in said and one.customer_id not in about]
    held = f" {name_key(support)} " if named else ""
    return all(one.name in held or one.id in held for one in named)


def _keys(customer: Customer) -> tuple[str, str]:
    return f" {name_key(customer.name)} ", f" {name_key(customer.customer_id)} "


def _without_bare_headings(claims: list[Claim]) -> list[Claim]:
    kept: list[Claim] = []
    for index, claim in enumerate(claims):
        following = claims[index + 1] if index + 1 < len(claims) else None
        if claim.heading and (following is None or following.heading):
            continue
        kept.append(claim)
    return kept
