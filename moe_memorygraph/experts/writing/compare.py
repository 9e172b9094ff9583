"""Two of a kind side by side: which is ahead, by how much, and on what numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise

from moe_memorygraph.experts.figures import amount_in
from moe_memorygraph.experts.tallies import label_words, when_words
from moe_memorygraph.experts.values import Claim, Draft, Tally
from moe_memorygraph.experts.writing.changes import change_claims
from moe_memorygraph.experts.writing.passages import strong_tickets
from moe_memorygraph.experts.writing.phrases import (
    fact_claims,
    first_upper,
    heading,
    pattern_claim,
    quote_ticket,
    shown_value,
    tally_claim,
)
from moe_memorygraph.experts.writing.sources import Cited, Sources
from moe_memorygraph.memory.values import Customer, Fact

__all__ = ["write_compare"]

_CLEAR = 1.96  # standard deviations: by as much two equal rates differ in one of twenty cases
_PROFILE = ("tier", "plan", "arr", "status", "churned_at", "churn_reason")


def write_compare(sources: Sources) -> Draft:
    """First who or what is ahead, where two numbers tell; then the numbers themselves."""
    if len(sources.question.customers) > 1:
        claims = _of_customers(sources)
    else:
        claims = _of_categories(sources)
        claims += change_claims(sources, most=8)
        claims += [tally_claim(cited) for cited in sources.tallies if cited.payload.role == "all"]
        claims += [pattern_claim(cited) for cited in sources.patterns[:3]]
    return Draft(claims=tuple(claims), missing="" if claims else "two things to compare")


def _of_customers(sources: Sources) -> list[Claim]:
    question = sources.question
    asked = [
        [c for c in sources.facts_of(one.customer_id) if c.payload.predicate in question.predicates]
        for one in question.customers
    ]
    if any(asked):  # it names what to compare: nothing else is told
        flat = [cited for facts in asked for cited in facts]
        return [*_fact_verdicts(asked, question.customers), *fact_claims(flat[:12], sources)]
    counted = [
        cited
        for one in question.customers
        for cited in sources.tallies
        if cited.payload.filters.customer_ids == (one.customer_id,)
    ]
    claims = _count_verdict(counted, question.customers)
    bounded = question.time or question.categories
    for one in question.customers:
        claims.append(heading(one.name))
        claims += [tally_claim(c) for c in counted if c.payload.filters.customer_ids == (one.customer_id,)]
        if not bounded:
            claims += fact_claims(sources.facts_of(one.customer_id, *_PROFILE)[:8], sources)
        if question.wants_verbatim or (question.keywords and not bounded):
            own = [ticket for ticket in strong_tickets(sources) if ticket.payload.customer_id == one.customer_id]
            claims += [quote_ticket(ticket, sources) for ticket in own[:1]]
    return claims


def _count_verdict(counted: Sequence[Cited[Tally]], customers: Sequence[Customer]) -> list[Claim]:
    """Who sent more tickets; of two customers alone."""
    if len(counted) != 2 or len(customers) != 2:
        return []
    (first, one), (second, other) = sorted(
        zip(counted, customers, strict=True), key=lambda pair: -pair[0].payload.total
    )
    more, fewer, cites = first.payload.total, second.payload.total, (first.index, second.index)
    when = f" {when_words(first.payload.time.label)}" if first.payload.time else ""
    if more == fewer:
        text = f"{one.name} and {other.name} sent as many tickets{when}: {more} each."
    else:
        text = f"{one.name} sent more tickets{when}: {more} against {fewer} of {other.name}{_by_chance(more, fewer)}."
    return [Claim(text=text, cites=cites)]


def _of_categories(sources: Sources) -> list[Claim]:
    """Which of the categories named has more tickets, from the count that holds both."""
    named = sources.question.categories
    cited = sources.tally("period", "category") or sources.tally("all", "category")
    if len(named) < 2 or cited is None:
        return []
    tally = cited.payload
    counts = {group.key: group.count for group in tally.groups}
    if tally.has_more_groups or not set(named) & set(counts):
        return []
    ranked = sorted(((counts.get(label, 0), label) for label in named), key=lambda one: (-one[0], one[1]))
    (most, first), (second, other) = ranked[:2]
    when = f" {when_words(tally.time.label)}" if tally.time else ""
    if most == second or not second:
        return []  # the count itself says it
    text = (
        f"{first_upper(label_words(first))} is ahead{when}: {most} tickets against {second} "
        f"about {label_words(other)}{_by_chance(most, second)}."
    )
    return [Claim(text=text, cites=(cited.index,))]


def _by_chance(more: int, fewer: int) -> str:
    """Words for a difference that two equal rates show often: given both together, each is binomial with one half."""
    return "; so small a difference may be chance" if (more - fewer) / math.sqrt(more + fewer) < _CLEAR else ""


def _fact_verdicts(asked: Sequence[Sequence[Cited[Fact]]], customers: Sequence[Customer]) -> list[Claim]:
    """Of each predicate with one number per customer, who is ahead of whom."""
    claims = []
    for predicate in dict.fromkeys(cited.payload.predicate for facts in asked for cited in facts):
        rows = []
        for facts, customer in zip(asked, customers, strict=True):
            own = [cited for cited in facts if cited.payload.predicate == predicate]
            amount = amount_in(own[0].payload.object) if len({one.payload.object for one in own}) == 1 else None
            if amount is not None:
                rows.append((amount, own[0], customer))
        if len(rows) < len(customers) or len({unit for (_, unit), _, _ in rows}) > 1:
            continue
        rows.sort(key=lambda row: -row[0][0])
        for ((most, _), first, one), ((less, _), second, other) in pairwise(rows):
            if most > less:
                text = (
                    f"By {predicate.replace('_', ' ')}, {one.name} is ahead of {other.name}: "
                    f"{shown_value(first.payload)} against {shown_value(second.payload)}."
                )
                claims.append(Claim(text=text, cites=(first.index, second.index)))
    return claims
