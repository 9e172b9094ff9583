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

__all__ = ["Verdict", "Verifier"]

_NUMBER = re.compile(r"\d[\d.,:/-]*\d|\d")
_QUOTED = re.compile(r"“([^”]*)”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    draft: Draft
    """What is left."""
    dropped: tuple[str, ...] = ()
    """One reason per dropped claim: 'quote', 'number', 'name' or 'citation'."""


class Verifier:
    name = "Verifier"
    typical_ms = 1.0

    def estimate(self, _question: Question, _preview: PlanesPreview) -> float:
        return 1.0

    def verify(self, question: Question, draft: Draft, evidence: Sequence[Evidence]) -> Verdict:
        """Drop each claim that its citations do not bear, then each heading with nothing under it."""
        sound = [quote_stands(item) for item in evidence]
        kept: list[Claim] = []
        dropped: list[str] = []
        for claim in draft.claims:
            fault = None if claim.heading else self._fault(question, claim, evidence, sound)
            if fault:
                dropped.append(fault)
            else:
                kept.append(claim)
        return Verdict(draft=replace(draft, claims=tuple(_without_bare_headings(kept))), dropped=tuple(dropped))

    def _fault(
        self, question: Question, claim: Claim, evidence: Sequence[Evidence], sound: Sequence[bool]
    ) -> str | None:
        cited = [evidence[index] for index in claim.cites if 0 <= index < len(evidence)]
        if not cited or len(cited) != len(claim.cites):
            return "citation"
        if not all(sound[index] for index in claim.cites):
            return "quote"
        support = " ".join(_support(item, question) for item in cited)
        flat = " ".join(support.split())
        if any(quoted and quoted not in flat for quoted in _QUOTED.findall(claim.text)):
            return "quote"
        unknown = set(_numbers(claim.text)) - set(_numbers(support))
        if unknown and not unknown <= set(_changes(cited)):
            return "number"
        if not _names_stand(claim.text, support, question):
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


def _support(evidence: Evidence, question: Question) -> str:
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


def _names_stand(text: str, support: str, question: Question) -> bool:
    """A customer of the question that the claim names is one that the cited evidence is about."""
    said = f" {name_key(text)} "
    named = [customer for customer in question.customers if f" {name_key(customer.name)} " in said]
    held = f" {name_key(support)} " if named else ""
    return all(
        f" {name_key(customer.name)} " in held or f" {name_key(customer.customer_id)} " in held for customer in named
    )


def _without_bare_headings(claims: list[Claim]) -> list[Claim]:
    kept: list[Claim] = []
    for index, claim in enumerate(claims):
        following = claims[index + 1] if index + 1 < len(claims) else None
        if claim.heading and (following is None or following.heading):
            continue
        kept.append(claim)
    return kept
