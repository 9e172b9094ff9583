"""Figures over all facts of a predicate: totals and averages of amounts, and how many customers share which value.

All facts are read, never hits; of each customer the value that holds, else the one that held last. Amounts in different
units are not added.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence
from moe_memorygraph.experts.figures import amount_in
from moe_memorygraph.experts.membership import MEMBER, MOST_FACTS, SCORE, latest, members_asked
from moe_memorygraph.experts.ordering import in_order, wants_least
from moe_memorygraph.experts.tallies import label_words
from moe_memorygraph.experts.values import Evidence, Measure, Question, Reckoned, Tally
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import TOLD
from moe_memorygraph.memory.values import Fact, GroupCount, TicketFilter, ToldFilter

__all__ = ["by_value", "reckoned"]

_SHOWN = 8
_MOST_VALUES = 12
_OF_LOSSES = frozenset(["churn_reason", "competitor", "switched_to"])
"""Predicates of customers that leave, too."""


async def reckoned(question: Question, memory: TenantMemory, *, expert: str) -> list[Evidence]:
    """The total, average or median that the question asks for, over the customers that it names, and the largest of
    the facts; [] where no amount is on record."""
    if question.measure is None:
        return []
    members, of_whom = await members_asked(question, memory, but_lost=True)
    for predicate in question.predicates:
        facts = await latest(predicate, question, memory)
        held = [fact for fact in facts or () if members is None or fact.about in members]
        amounts = [(amount, fact) for fact in held if (amount := amount_in(fact.object))]
        if not amounts:
            continue
        units = sorted({unit for (_, unit), _ in amounts})
        figures = [number for (number, _), _ in amounts]
        figure = _figure(question.measure, figures) if len(units) == 1 else None
        tally = Tally(
            noun="customer",
            what=of_whom,
            filters=TicketFilter(),
            total=len(amounts),
            time=question.time if question.state == "lost" else None,
            reckoned=Reckoned(
                measure=question.measure,
                predicate=predicate,
                figure=figure,
                units=tuple(unit.removeprefix("money ").removeprefix("plain") for unit in units),
                without=len(members - {fact.about for _, fact in amounts}) if members else 0,
            ),
        )
        amounts.sort(key=lambda one: (-one[0][0], one[1].about))
        return in_order(tally, (fact for _, fact in amounts[:_SHOWN]), question=question, expert=expert)
    return []


async def by_value(question: Question, memory: TenantMemory, *, expert: str) -> list[Evidence]:
    """How many customers have, or named, each value of what the question asks for, the most (or fewest) first; with the
    facts of the first value."""
    of_losses = set(question.predicates) <= _OF_LOSSES  # "which industries churn most" asks for industries
    predicates = [one for one in question.predicates if of_losses or one not in _OF_LOSSES]
    held = [await latest(predicate, question, memory) or [] for predicate in predicates]
    facts = [fact for one in held for fact in one] if of_losses else max(held, key=len)  # a plan is no tier
    facts = [*facts, *await _told(question, memory)]
    members, of_whom = await members_asked(question, memory, but_lost=not of_losses)
    if members and (among := [fact for fact in facts if fact.about in members]):
        facts = among
    elif question.state:
        return []
    else:
        of_whom = ""
    customers: dict[str, set[str]] = {}
    spelling: dict[str, str] = {}
    for fact in facts:
        spelling.setdefault(fact.object.casefold(), fact.object)
        customers.setdefault(fact.object.casefold(), set()).add(fact.about)
    sign = 1 if wants_least(question.text) else -1
    ranked = sorted(customers, key=lambda value: (sign * len(customers[value]), value))
    if not ranked:
        return []
    predicate = question.predicates[0] if of_losses else facts[0].predicate
    name = label_words(predicate)
    by_ticket = " or in a ticket" if any(fact.ticket_id for fact in facts) else ""
    tally = Tally(
        noun="customer",
        what=" ".join(part for part in (of_whom, f"with {name} on record{by_ticket}") if part),
        filters=TicketFilter(),
        total=len({fact.about for fact in facts}),
        group_field=predicate,
        groups=tuple(GroupCount(key=spelling[value], count=len(customers[value])) for value in ranked[:_MOST_VALUES]),
        has_more_groups=len(ranked) > _MOST_VALUES,
    )
    first = {fact.about: fact for fact in reversed(facts) if fact.object.casefold() == ranked[0]}
    shown = sorted(first.values(), key=lambda fact: fact.about)[:_SHOWN]
    return [
        tally_evidence(tally, expert=expert, question=question, score=SCORE),
        *(fact_evidence(fact, expert=expert, score=SCORE, supports=MEMBER) for fact in shown),
    ]


async def _told(question: Question, memory: TenantMemory) -> list[Fact]:
    """What tickets tell of the same: a competitor that they name."""
    predicates = tuple(name for name, told in TOLD.items() if set(told.speaks_of) & set(question.predicates))
    if not predicates or question.predicates[0] not in ("competitor", "switched_to"):
        return []  # a plan that a ticket mentions is no plan that anybody has
    filters = ToldFilter(predicates=predicates, until=question.as_of)
    return list(await memory.semantic.told(filters, limit=MOST_FACTS))


def _figure(measure: Measure, numbers: Sequence[Decimal]) -> Decimal:
    """To two decimal places."""
    if measure == "total":
        return sum(numbers, Decimal(0))
    exact = sum(numbers, Decimal(0)) / len(numbers) if measure == "average" else median(numbers)
    return Decimal(exact).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
