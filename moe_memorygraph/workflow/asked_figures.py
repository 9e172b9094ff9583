"""Which figure over many customers a question asks for: a total or an average of amounts, or the value that most have.
Words of English, no I/O."""

import re

from moe_memorygraph.experts.values import Measure, TicketMeasure
from moe_memorygraph.memory.predicates import PredicateCatalogue

__all__ = ["amounts_among", "breaks_down", "measure_of", "measure_of_tickets", "ranks_values", "values_among"]

_TOTAL = re.compile(
    r"\b(?:total|sum|sums|combined|altogether|in all|aggregate|overall|together)\b(?! (?:number|count)\b)"
    r"|\bhow much\b.*\b(?:are all|do all|do (?:our|the)\b.*\b(?:customers|accounts|clients)|did we lose|have we lost|is at risk|in total)\b"
)
_AVERAGE = re.compile(r"\b(?:average|averages|avg|mean|on average|typically)\b")
_MEDIAN = re.compile(r"\bmedian\b")
_RANKED = re.compile(
    r"\b(?:most|often|commonest|main|top|biggest|popular|frequent\w*|usual\w*|leading|number one)\b|\bbreak(?:s|ing)? ?down\b"
    r"|\b(?:fewest|least|smallest|rarest)\b|^\W*(?:which|what) (?:\w+ )?\w+s (?:do (?:we|our)|are our|have we)\b"
    r"|\bwhy (?:do|are|did|have|is|has) (?:our |the |so many |most |any |we )*(?:customers?|clients?|accounts?|people|churn|los\w+)\b"
    r"|\bby (?:plan|tier|industry|region|competitor|country)\b"
)
_BROKEN_DOWN = re.compile(r"\bhow many (?:of our )?(?:customers|accounts|clients)\b.*\b(?:each|every|per|by)\b")
_SHARE = re.compile(
    r"\b(?:percent(?:age)?|share|proportion|fraction) of (?:all |our |the |their |its )*(?:\w+ )?(?:tickets?|complaints?|cases|requests|issues"
    r"|contacts|conversations|messages)\b|\bwhat (?:percent|percentage|share|proportion|fraction)\b.*\b(?:tickets?|complaints?|cases|requests)\b"
)
_RATED = re.compile(
    r"\b(?:csat|(?:customer )?satisfaction (?:scores?|ratings?)|average (?:customer )?(?:satisfaction|ratings?|scores?)|satisfaction average)\b"
)
_RESOLVED = re.compile(
    r"\b(?:resolution|handling|closing|solution|turnaround) times?\b|\btimes? to (?:resolution|resolve|solve|close|solution)\b"
    r"|\bhow (?:long|fast|quickly|soon)\b.*\b(?:resol\w+|solv\w+|clos\w+|tickets? (?:stay|stayed|remain\w*) open)\b"
)
_PER_CUSTOMER = re.compile(
    r"\b(?:tickets?|complaints?|cases|requests|messages|contacts) (?:per|for each|by each|of each|for every) (?:customer|account|client|company)\b"
    r"|\b(?:per|each|every) (?:customer|account|client|company)\b.*\b(?:tickets?|complaints?|cases|requests)\b"
)
_PAST = re.compile(r"\b(?:did|was|were|took|taken|have we|has it|had)\b")
_AMOUNTS = frozenset(["money", "number"])
_VALUES = frozenset(["choice", "organisation", "person", "place", "text"])


def measure_of(text: str) -> Measure | None:
    """ "total" for "combined ARR"; None where no figure over several is asked for."""
    said = text.lower()
    if _MEDIAN.search(said):
        return "median"
    if _AVERAGE.search(said):
        return "average"
    return "total" if _TOTAL.search(said) else None


def measure_of_tickets(text: str) -> TicketMeasure | None:
    """ "csat" for "our average rating", "resolution" for "how long did tickets take", "share" for "what percentage",
    "per_customer" for "tickets per customer, on average"."""
    said = text.lower()
    if _SHARE.search(said):
        return "share"
    if _RATED.search(said):
        return "csat"
    if _PER_CUSTOMER.search(said) and _AVERAGE.search(said):
        return "per_customer"
    took = _RESOLVED.search(said) and (_AVERAGE.search(said) or _MEDIAN.search(said) or _PAST.search(said))
    return "resolution" if took else None


def ranks_values(text: str) -> bool:
    """Whether it asks which of several values is the most frequent: "our main competitors", "the most common plan"."""
    return breaks_down(text) or _RANKED.search(text.lower()) is not None


def breaks_down(text: str) -> bool:
    """Whether it asks how many customers there are of each value: "How many customers are on each plan?"."""
    return _BROKEN_DOWN.search(text.lower()) is not None


def amounts_among(predicates: tuple[str, ...], catalogue: PredicateCatalogue) -> tuple[str, ...]:
    """Those whose values are amounts, or may be."""
    sure = tuple(one for one in predicates if catalogue.of(one).value in _AMOUNTS)
    return sure or tuple(one for one in predicates if catalogue.of(one).value == "any")


def values_among(predicates: tuple[str, ...], catalogue: PredicateCatalogue) -> tuple[str, ...]:
    """Those whose values several customers may share."""
    return tuple(one for one in predicates if catalogue.of(one).value in _VALUES and one != "status")
