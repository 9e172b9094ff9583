"""Customers in order of an amount or a day on record: "our biggest accounts", "the lost customer that paid most"."""

import re
from collections.abc import Iterable

from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence
from moe_memorygraph.experts.figures import amount_in
from moe_memorygraph.experts.membership import MEMBER, SCORE, is_day, latest, members_asked, name_of
from moe_memorygraph.experts.tallies import label_words
from moe_memorygraph.experts.values import Evidence, Question, Tally
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Fact, TicketFilter

__all__ = ["by_amount", "by_day", "in_order", "wants_least"]

_TOP = 5
_SUPERLATIVE = re.compile(
    r"\b(?:biggest|largest|highest|smallest|lowest|most valuable|best[- ]paying|top)\b", re.IGNORECASE
)
_MOST_OF = re.compile(rf"{_SUPERLATIVE.pattern}|\b(?:most|fewest|least)\b", re.IGNORECASE)
_OF_TICKETS = re.compile(r"\b(?:tickets?|complain\w*|cases?|messages?|wrote|write)\b", re.IGNORECASE)
_LEAST = re.compile(r"\b(?:smallest|lowest|fewest|least|rarest)\b", re.IGNORECASE)
_WORTH = ("arr", "contract_value", "mrr")
_LAST_DAY = "churned_at"
_DAYS = {"since": "their first day", _LAST_DAY: "their last day"}
_NEXT = re.compile(r"\b(?:next|soonest|coming up)\b", re.IGNORECASE)
_EARLIEST = re.compile(r"\b(?:longest|earliest|oldest|first)\b", re.IGNORECASE)
_IN_TIME = re.compile(
    rf"{_NEXT.pattern}|{_EARLIEST.pattern}|\b(?:most recent(?:ly)?|latest|newest|last)\b", re.IGNORECASE
)


async def by_amount(question: Question, memory: TenantMemory, *, expert: str) -> list[Evidence]:
    """The customers with the largest (or smallest) number on record: "our biggest accounts"; [] where it asks for none.

    Of those in the state and with the values that the question names, else of those that are not lost; by what it names,
    else by what they pay; each customer once, in one unit.
    """
    asked = (_MOST_OF if question.predicates else _SUPERLATIVE).search(question.text)
    if asked is None or question.time or question.categories or _OF_TICKETS.search(question.text):
        return []
    worth = _WORTH if _SUPERLATIVE.search(question.text) else ()  # "the most accounts" asks for no money
    for predicate in dict.fromkeys((*question.predicates, *worth)):
        facts = await latest(predicate, question, memory) or []
        amounts = [(amount, fact) for fact in facts if (amount := amount_in(fact.object))]
        if len(amounts) < 2 or len({unit for (_, unit), _ in amounts}) > 1:
            continue
        members, of_whom = await members_asked(question, memory, but_lost=True)
        amounts = [one for one in amounts if members is None or one[1].about in members]
        least = wants_least(question.text)
        amounts.sort(key=lambda row: (row[0][0] if least else -row[0][0], name_of(row[1], question)))
        order = f"{label_words(predicate)} on record, the {'smallest' if least else 'largest'} first"
        return _of_many([fact for _, fact in amounts], of_whom, order, question=question, expert=expert)
    return []


async def by_day(question: Question, memory: TenantMemory, *, expert: str) -> list[Evidence]:
    """The customers in order of a day on record: "who joined most recently", "who renews next"; [] where none is asked.

    "Next" begins at the time asked about, "longest" and "first" with the earliest day, all else with the latest. Of whom,
    as `by_amount` says; a last day is asked of the lost.
    """
    asked = _IN_TIME.search(question.text)
    if asked is None or question.time or _OF_TICKETS.search(question.text):
        return []
    for predicate in dict.fromkeys((*question.predicates, *((_LAST_DAY,) if question.state == "lost" else ()))):
        dated = [fact for fact in await latest(predicate, question, memory) or () if is_day(fact)]
        if not dated:
            continue
        members, of_whom = await members_asked(question, memory, but_lost=predicate != _LAST_DAY)
        bound = ""
        if _NEXT.search(asked[0]):
            today = f"{question.as_of or question.asked_at:%Y-%m-%d}"
            dated, bound = [fact for fact in dated if fact.object >= today], f" from {today} on"
        dated = [fact for fact in dated if members is None or fact.about in members]
        earliest_first = bool(_NEXT.search(asked[0]) or _EARLIEST.search(asked[0]))
        dated.sort(key=lambda fact: name_of(fact, question))
        dated.sort(key=lambda fact: fact.object, reverse=not earliest_first)
        day = _DAYS.get(predicate) or label_words(predicate)
        order = f"{day} on record{bound}, the {'earliest' if earliest_first else 'latest'} first"
        return _of_many(dated, of_whom, order, question=question, expert=expert) if dated else []
    return []


def wants_least(text: str) -> bool:
    """Whether the smallest or the rarest is asked for: "the fewest accounts"."""
    return _LEAST.search(text) is not None


def _of_many(facts: list[Fact], of_whom: str, order: str, *, question: Question, expert: str) -> list[Evidence]:
    known = Tally(
        noun="customer",
        what=", ".join(part for part in (of_whom, f"with {order}") if part),
        filters=TicketFilter(),
        total=len(facts),
    )
    return in_order(known, facts[:_TOP], question=question, expert=expert)


def in_order(known: Tally, facts: Iterable[Fact], *, question: Question, expert: str) -> list[Evidence]:
    """A number of customers, then facts of some of them in the order given, which their scores keep."""
    return [
        tally_evidence(known, expert=expert, question=question, score=SCORE),
        *(
            fact_evidence(fact, expert=expert, score=SCORE - place / 100, supports=MEMBER)
            for place, fact in enumerate(facts, 1)
        ),
    ]
