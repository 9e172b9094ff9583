"""Which tickets a question asks for by what systems record of them: their status, the newest. No I/O."""

import re
from collections.abc import Sequence

__all__ = ["asked_status", "asks_newest"]

_OPEN = frozenset(
    ["active", "escalated", "in progress", "new", "on hold", "open", "pending", "reopened", "unresolved", "waiting"]
)
_CLOSED = frozenset(["closed", "completed", "done", "resolved", "settled", "solved"])
_STATUS = r"(?P<status>open|unresolved|unsolved|outstanding|pending|waiting|unanswered|closed|resolved|solved|settled)"
_MEANT = {"unsolved": "unresolved", "outstanding": "open", "unanswered": "open"}
_TICKETS = (
    r"(?:tickets?|complaints?|cases?|requests?|issues?|conversations?|escalations?|enquir(?:y|ies)|inquir(?:y|ies))"
)
_DOES = r"(?<!\bto )(?<!\bmay )(?<!\bcan )(?<!\bwe )(?<!\bthey )(?<!\byou )(?<!\bmust )(?<!\bshould )(?<!\busers )(?<!\bcustomers )(?<!\bnot )"
"""Before "open" as what somebody does with a ticket."""
_ASKED_STATUS = (
    re.compile(rf"{_DOES}\b{_STATUS}\s+(?:[\w-]+\s+){{0,2}}?{_TICKETS}\b", re.IGNORECASE),
    re.compile(
        rf"\b{_TICKETS}\b[^.?!]*?\b(?:is|are|was|were|remains?|stays?|still|currently)\s+(?:still\s+|currently\s+)?{_STATUS}\b(?! by\b)",
        re.IGNORECASE,
    ),
)
_NEWEST = re.compile(
    rf"\b(?:latest|newest|last|most recent)\s+(?:\d+\s+|few\s+)?(?:[\w-]+\s+)?{_TICKETS}\b(?! (?:quarter|month|week|year))"
    rf"|\b(?:latest|newest|last|most recent)\s+(?:messages?|contact|word)\s+(?:from|with|of)\b"
    r"|\bwhen (?:did|have|has) .+ last (?:hear|heard|write|written|wrote|contact\w*|complain\w*|call\w*|raise\w*|report\w*|reach\w*)\b"
    r"|\blast time .+ (?:contact\w*|wrote|written|call\w*|reach\w*|complain\w*|report\w*|heard)\b"
    r"|\bwhat(?:['’]?s| is) new (?:with|at|from|on)\b|\bany (?:news|updates?) (?:from|on|about|with)\b",
    re.IGNORECASE,
)


def asks_newest(text: str) -> bool:
    """Whether it asks for what came in last: "the latest ticket of Acme", "When did we last hear from them?"."""
    return _NEWEST.search(text) is not None


def asked_status(text: str, statuses: Sequence[str]) -> str | None:
    """The status that tickets are to have ("open tickets", "Which cases are still unresolved?"), as the tenant writes it.

    A word that is none of the tenant's `statuses` means the one that says the same; None where several do.
    """
    found = next((match for pattern in _ASKED_STATUS if (match := pattern.search(text))), None)
    if found is None or not statuses:
        return None
    said = found["status"].casefold()
    said = _MEANT.get(said, said)
    written = {_folded(status): status for status in statuses}
    if said in written:
        return written[said]
    alike = [status for folded, status in written.items() if folded in (_OPEN if said in _OPEN else _CLOSED)]
    if len(alike) > 1:
        return None
    return alike[0] if alike else said


def _folded(status: str) -> str:
    return " ".join(status.casefold().replace("_", " ").replace("-", " ").split())
