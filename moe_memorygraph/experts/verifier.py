"""Verifier: every claim is held against the evidence it cites; what the evidence does not say is dropped.

Checked are the quotes (verbatim in what they are quoted from, and ours called ours), the numbers (each stands in the
cited evidence as a number of the same thing, beside its own label, or is the change between two cited counts), the
customers named (each is the subject of cited evidence) and the time (what holds no more is told as past, and nothing is
known before its time).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import permutations

from moe_memorygraph.experts.figures import Figure, figures_in, is_borne
from moe_memorygraph.experts.tallies import label_words, tally_sentence
from moe_memorygraph.experts.values import Claim, Draft, Evidence, Measured, Question, Tally
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

__all__ = ["Verdict", "Verifier", "support_of"]

_QUOTED = re.compile(r"“([^”]*)”")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    draft: Draft
    """What is left."""
    dropped: tuple[str, ...] = ()
    """One reason per dropped claim: 'citation', 'quote', 'number', 'name', 'speaker' or 'time'."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A customer of the question or of the evidence, and how its name and its id stand in a text between blanks, as
    `name_key` writes them."""

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
        names = list(_names_known(question, evidence))
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
        if not _numbers_stand(claim.text, support, cited):
            return "number"
        if not _names_stand(claim.text, cited, support, names):
            return "name"
        if not all(_speaker_stands(claim.text, item) for item in cited):
            return "speaker"
        return None if all(_time_stands(claim.text, item, question) for item in cited) else "time"


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
        case Measured(sentence=sentence):
            return quote == sentence
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


def _numbers_stand(text: str, support: str, cited: Sequence[Evidence]) -> bool:
    """Each number is one of the evidence's own, or a change between two cited counts; a count stands beside its label."""
    figures = figures_in(text)
    if not figures:
        return True
    held = figures_in(support)
    unknown = {figure for figure in figures if not is_borne(figure, held)}
    tallies = [item.payload for item in cited if isinstance(item.payload, Tally)]
    if not unknown and not tallies:
        return True
    pairs = list(_pairs(tallies))
    changes = {round(100 * (now / before - 1)) for _, now, before in pairs if before}
    none_counted = any(now == 0 for _, now, _ in pairs)
    return all(_follows(figure, changes, none_counted) for figure in unknown) and _rows_stand(text, pairs)


def _follows(figure: Figure, changes: set[int], none_counted: bool) -> bool:
    """Whether a number that stands nowhere is a change between counts, in its direction, or a count of nothing."""
    if figure.kind == "plain":
        return figure.value == "0" and none_counted
    if figure.kind != "percent" or not figure.value.isdecimal():
        return False
    size = int(figure.value)
    signed = {-size} if figure.sign == "-" else {size} if figure.sign == "+" else {size, -size}
    return bool(signed & changes)


def _pairs(tallies: Sequence[Tally]) -> Iterator[tuple[str, int, int]]:
    """(label, count, count in an earlier tally), of the totals ('') and of each group that neither may have left out.

    Where the times do not tell which is earlier, either may be.
    """
    for now, before in permutations(tallies, 2):
        if now.time and before.time and now.time.since < before.time.since:
            continue
        yield "", now.total, before.total
        if now.group_field != before.group_field:
            continue
        later = {label_words(group.key).casefold(): group.count for group in now.groups}
        earlier = {label_words(group.key).casefold(): group.count for group in before.groups}
        for key in {*later, *earlier}:
            if (key in later or not now.has_more_groups) and (key in earlier or not before.has_more_groups):
                yield key, later.get(key, 0), earlier.get(key, 0)


_ROW = re.compile(r"(?<!\d)(?P<now>\d+) \((?:(?P<before>\d+) before|none before)(?:, (?P<change>[+-]\d+) %)?")


def _rows_stand(text: str, pairs: Sequence[tuple[str, int, int]]) -> bool:
    """Whether "billing 168 (120 before, +40 %)" is so of billing."""
    said = text.casefold() if "before" in text else ""
    for row in _ROW.finditer(said):
        now, before = int(row["now"]), int(row["before"] or 0)
        label = _label_before(said[: row.start()].rstrip(), pairs)
        if label and not any(key == label and (first, second) == (now, before) for key, first, second in pairs):
            return False
        if row["change"] and (not before or round(100 * (now / before - 1)) != int(row["change"])):
            return False
    return True


def _label_before(said: str, pairs: Sequence[tuple[str, int, int]]) -> str:
    """The longest label with which a text ends, '' for none: a label may hold anything, a colon too."""
    ends = [key for key, _, _ in pairs if key and said.endswith(key) and not said[-len(key) - 1 : -len(key)].isalnum()]
    return max(ends, key=len, default="")


_OURS = re.compile(
    r"\b(?:our repl(?:y|ies)|we (?:told|wrote|answered|replied|said)|support (?:told|wrote|answered))\b", re.I
)
_PAST = re.compile(
    r"\b(?:was|were|had|until|till|former(?:ly)?|previous(?:ly)?|before|earlier|once|used to|ended|no longer)\b", re.I
)


def _speaker_stands(text: str, evidence: Evidence) -> bool:
    """What only our reply says is not told as the customer's words."""
    match evidence.payload:
        case TicketHit(ticket=ticket) if evidence.quote not in ticket.body:
            return _OURS.search(text) is not None
        case _:
            return True


def _time_stands(text: str, evidence: Evidence, question: Question) -> bool:
    """Nothing is cited that was not yet so, or not yet known, at the time asked about; what is over is told as past."""
    match evidence.payload:
        case Fact() as fact:
            return _fact_was_so(text, fact, question)
        case TicketHit(ticket=ticket):
            return question.as_of is None or ticket.created_at <= question.as_of
        case _:
            return True


def _fact_was_so(text: str, fact: Fact, question: Question) -> bool:
    at = question.as_of or question.asked_at
    if question.as_of and fact.valid_from and fact.valid_from > question.as_of:
        return False
    if question.known_at and fact.recorded_at and fact.recorded_at > question.known_at:
        return False
    is_over = fact.valid_to is not None and fact.valid_to <= at
    return not is_over or _date(fact.valid_to) in text or _PAST.search(text) is not None


def _names_stand(text: str, cited: Sequence[Evidence], support: str, names: Sequence[_Name]) -> bool:
    """A customer of the question that the claim names is one that the cited evidence is about."""
    said = f" {name_key(text)} " if names else ""
    about = {item.customer_id for item in cited}  # what is about a customer vouches for its name
    named = [one for one in names if one.name in said and one.customer_id not in about]
    held = f" {name_key(support)} " if named else ""
    return all(one.name in held or one.id in held for one in named)


def _names_known(question: Question, evidence: Sequence[Evidence]) -> Iterator[_Name]:
    """Customers whose names a claim might give another's value: those asked about, and those that any evidence is of."""
    names = {customer.customer_id: customer.name for customer in question.customers}
    for item in evidence:
        if item.customer_id and item.customer_id not in names:
            names[item.customer_id] = question.customer_names.get(item.customer_id, item.customer_id)
    for customer_id, name in names.items():
        yield _Name(customer_id, f" {name_key(name)} ", f" {name_key(customer_id)} ")


def _without_bare_headings(claims: list[Claim]) -> list[Claim]:
    kept: list[Claim] = []
    for index, claim in enumerate(claims):
        following = claims[index + 1] if index + 1 < len(claims) else None
        if claim.heading and (following is None or following.heading):
            continue
        kept.append(claim)
    return kept
