"""What a question takes for granted or asks to have done, and an answer leaves undone: exclusions, bounds, losses. No I/O.

Counts and lists take in what a question names. An answer to "Which customers are not on Pro?" by those that are is
wrong however well it fits the words, so no sign tells it from a right one.
"""

import re
from collections.abc import Sequence

from moe_memorygraph.experts import Evidence, Question, Tally
from moe_memorygraph.memory.values import Fact
from moe_memorygraph.workflow.asked_names import LOSS_WORDS

__all__ = ["unmet_condition"]

_COUNTED = (
    r"(?:customers?|accounts?|clients?|compan(?:y|ies)|who|tickets?|complaints?|cases?|requests?|issues?|messages?)"
)
_TICKETS = r"(?:tickets?|complaints?|cases?|requests?|issues?|messages?)"
_AUXILIARY = r"(?:that|which|who|are|is|were|was|do|does|did|have|has|had|been|we|still|currently)"
_STATES = r"(?:churn\w*|left|lost|gone|cancel\w*|open|closed|resolved|solved|settled|pending|answered|active|at[- ]risk|renew\w*)"
_PLACES = r"(?:on|in|from|about|of|at|with|for|by|related|regarding|concerning|owned|assigned|managed)"
_WRITES = r"(?:s[ea]nd|sent|wr[io]te|written|open(?:ed)?|raised?|filed?|submit(?:ted)?|complain(?:ed)?|contact(?:ed)?)"
_LEAVES_OUT = re.compile(
    rf"\b{_COUNTED}(?:\s+{_AUXILIARY})*(?:\s+(?:not|never)|n['’]t)\s+(?:(?:yet|been|ever|be|a|the)\s+)*(?:{_STATES}|{_PLACES}|{_WRITES})\b"
    rf"|\b(?:are|is|were|was|do|does|did|have|has|had)(?:n['’]t|\s+(?:not|never))\s+(?:(?:yet|been|ever)\s+)*(?:{_STATES}|{_WRITES})\b"
    rf"|\b(?:no|zero|without(?: any)?)\s+(?:[\w-]+\s+)?{_TICKETS}\b"
    r"|\b(?:except(?: for)?|excluding|excluded|other than|apart from|aside from|leaving out|not counting|outside(?: of)?)\b"
    r"|\bnon[- ](?!profit)\w+",
    re.IGNORECASE,
)
"""What takes customers or tickets out. "Could not log in" takes nothing out: it is what tickets are about."""
_BOUND = re.compile(
    r"\b(?:(?:more|less|fewer|greater|higher|lower|larger|bigger|smaller|longer|older) than|at least|at most|over|under|above|below|exceed\w*)"
    rf"\s+(?:[$€£¥]\s?)?\d[\d.,]*+(?:\s?[kKmM%]\b)?+(?!\s*{_TICKETS}|\s*(?:days?|weeks?|months?|quarters?|years?)\b)",
    re.IGNORECASE,
)
"""A bound of a value. Of tickets, the count by customer shows who is past it."""
_RATE = re.compile(r"\b(?:churn|retention|renewal|attrition|conversion|win|response|growth) rates?\b", re.IGNORECASE)
"""What is reckoned of two counts at two times."""
_CHANGED = re.compile(
    r"\b(?:chang\w*|trend\w*|develop\w*|evolv\w*|improv\w*|worsen\w*|rise|rising|rose|fall(?:s|en|ing)?|fell|drop\w*|better|worse)\b",
    re.IGNORECASE,
)
_BOUND_OF_TICKETS = re.compile(
    rf"\b(?:(?:more|less|fewer|greater|higher) than|at least|at most|over|under|exactly|only)\s+(?:\d[\d,]*|an?|one|two|three|four|five|six|ten|dozen|once|twice)\b(?:\s+[\w-]+)?(?:\s+{_TICKETS}|\s+times)\b|\brepeatedly\b|\b(?:more than )?(?:once|twice)\b",
    re.IGNORECASE,
)
"""The same, where customers are counted, each once."""


def unmet_condition(question: Question, cited: Sequence[Evidence]) -> str:
    """Why what an answer cites does not answer the question, as a sentence; '' where nothing stays undone."""
    if missing := _no_loss(question, cited):
        return missing
    if question.of_tickets and (question.baseline is not None or _CHANGED.search(question.text)):
        return "Ratings, times and shares are reckoned of one time here: ask of each by itself."
    if question.kind != "policy" and (found := _RATE.search(question.text)):
        return f"No rate is reckoned here (“{found[0].strip()}”): ask how many left in a time, or how many there are."
    tallies = [item.payload for item in cited if isinstance(item.payload, Tally)]
    return _uncounted(question, tallies) if tallies else ""


def _uncounted(question: Question, tallies: Sequence[Tally]) -> str:
    if found := _LEAVES_OUT.search(question.text):
        return f"Counts and lists here take in what a question names and leave nothing out (“{found[0].strip()}”)."
    if question.asks_customers and (found := _BOUND.search(question.text)):
        return f"Customers are not told apart here by a bound on a value (“{found[0].strip()}”)."
    counts_writers = any(tally.role == "writers" for tally in tallies)
    if counts_writers and (found := _BOUND_OF_TICKETS.search(question.text)):
        return f"Customers are counted here once, however much they wrote (“{found[0].strip()}”)."
    only_tickets = all(tally.noun == "ticket" and tally.group_field != "customer" for tally in tallies)
    if question.kind == "how_many" and question.asks_customers and only_tickets:
        return "What is missing: a count of customers; what could be counted is tickets."
    return ""


def _no_loss(question: Question, cited: Sequence[Evidence]) -> str:
    """Of a question why or when one customer left, that it had not, or that nothing on record says so."""
    if len(question.customers) != 1 or not LOSS_WORDS.search(question.text):
        return ""
    customer, as_of = question.customers[0], question.as_of
    if question.kind == "why" and customer.churned_at and as_of and customer.churned_at > as_of.date():
        return f"{customer.name} had not left by {as_of:%Y-%m-%d}."
    if "churned_at" in question.predicates and not any(isinstance(item.payload, Fact) for item in cited):
        return f"No loss of {customer.name} is on record."
    return ""
