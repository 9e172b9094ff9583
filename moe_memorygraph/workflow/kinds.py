"""The kinds of question, each with the ways in which people ask it, in the order in which they are tried."""

import re
from difflib import get_close_matches
from functools import lru_cache

from moe_memorygraph.experts.values import QuestionKind
from moe_memorygraph.words import stem

__all__ = ["kind_of", "mend"]

_ASKED: dict[QuestionKind, tuple[str, ...]] = {
    "compliance": (
        r"(?:compliance|gdpr|ccpa|privacy|pii|personal data|data[- ]protection|regulatory) (?:\w+ )?(?:risks?|issues?|problems?|exposures?|incidents?|concerns?|violations?|leaks?|findings?)\b",
        r"compliance\b.* (?:in|across|from) (?:our|the|these)\b",
        r"(?:what|which|any) (?:personal|sensitive) (?:data|information)\b",
        r"(?:risks?|exposures?)\b.*\b(?:compliance|privacy|gdpr|personal data)\b",
    ),
    "report": (
        r"health (?:report|check|score|summary)",
        r"account (?:review|report|health|summary|brief|overview)",
        r"report (?:for|on|about)\b",
        r"overview of",
        r"profile of",
        r"brief me",
        r"(?:give|write|show) me (?:a|an|the) (?:\w+ )?(?:report|summary|overview|brief)\b",
        r"how healthy",
        r"how is .+ doing",
        r"state of the account",
    ),
    "compare": (
        r"(?:compare[ds]?|comparison|versus|vs)\b",
        r"difference between",
        r"how do(?:es)? .+ (?:compare|differ)\b",
    ),
    "why": (
        r"(?:why|reasons?|root cause|how come)\b",
        r"what (?:caused|drove|led|made|is behind|was behind|went wrong|is driving)\b",
        r"explain the (?:churn|loss|drop|rise)",
        r"(?:who|what) did we lose\b",
        r"los[et] .+ to\b",
    ),
    "policy": (
        r"polic(?:y|ies)\b",
        r"procedure",
        r"guidelines?\b",
        r"(?:are|is) (?:we|customers|they|it|a customer) allowed",
        r"allowed to\b",
        r"can (?:a |an |our )?(?:we|customers?|users?|they|i|you|agents?|admins?)\b",
        r"what(?: is|'s| are) our\b",
        r"how (?:do|should|can) (?:we|i|customers|users|you|agents)\b",
        r"how long do(?:es)? (?:we|it|a|an|the)\b",
        r"within how many",
        r"sla\b",
        r"(?:documentation|docs|guide) says?",
        r"according to (?:our|the)\b",
        r"(?:have|has|need|needs) to (?:approve|confirm|sign|be|pay|do)\b",
        r"do we (?:offer|promise|charge|support|provide|keep|store|allow|refund|give)\b",
        r"set ?up\b",
        r"rate limits?\b",
    ),
    "how_many": (
        r"how often\b",
        r"(?:how many|number of|count of|count the|total (?:number|count) of) (?:[\w-]+ ){0,4}?(?:tickets?|complaints?|issues?|requests?|cases?|conversations?|messages?|contacts?|times|incidents?|reports?|customers?|accounts?|calls?|e-?mails?)\b",
        r"how much (?:support )?(?:volume|traffic)\b",
    ),
    "trend": (
        r"what (?:has )?changed",
        r"changed?\b",
        r"changes? (?:in|over|between|since)\b",
        r"trends?\b",
        r"trending",
        r"increas\w*",
        r"decreas\w*",
        r"rising",
        r"rose\b",
        r"fell\b",
        r"falling",
        r"grew\b",
        r"growth",
        r"spike[ds]?\b",
        r"surge[ds]?\b",
        r"more than usual",
        r"over time",
        r"going (?:up|down)",
        r"go(?:ne|es)? (?:up|down)",
        r"went (?:up|down)",
        r"develop\w*",
        r"what happened to\b",
        r"new issues",
    ),
    "similar": (
        r"similar",
        r"like this\b",
        r"resembl\w*",
        r"same (?:issue|problem|error)",
        r"seen (?:this|that|it)? ?before",
        r"related tickets",
        r"which tickets?\b",
        r"find (?:me )?tickets?\b",
    ),
    "list": (
        r"list\b",
        r"which (?:customers?|accounts?|clients?|companies|topics?|categor\w+|issues?)\b",
        r"what are the (?:top|main|most)",
        r"top \d",
        r"most (?:common|frequent)",
        r"who are (?:our|the)\b",
        r"name (?:all|the)\b",
        r"(?:issues|problems|complaints|topics) (?:does|do|did|has|have)\b",
        r"what (?:do|does|did|has|have|is|are) .+ (?:complain|struggl|ask(?:ing)? for|report(?:ing)? most)\w*",
        r"complain(?:s|ts)? (?:most )?about most",
        r"main (?:issues|problems|complaints|topics)",
    ),
    "what_is": (r"(?:what|who|when|where|which|is|does|did|was|has|have|tell me|how)\b",),
}
_KINDS = {kind: re.compile(rf"\b(?:{'|'.join(ways)})") for kind, ways in _ASKED.items()}
_KINDS_IN_ANY_CASE = {kind: re.compile(pattern.pattern, re.IGNORECASE) for kind, pattern in _KINDS.items()}
"""For texts beyond ASCII, where case folds further than `lower`. It takes twice as long."""
_WORD = re.compile(r"[^\W\d_]+")
_STEERING = [
    "reason",
    "reasons",
    "cancel",
    "cancelled",
    "cancellation",
    "churned",
    "customers",
    "complaints",
    "compliance",
    "compare",
    "policy",
    "changed",
    "increase",
    "increasing",
    "decrease",
    "tickets",
    "billing",
    "pricing",
    "report",
    "health",
    "similar",
    "refund",
    "owner",
    "contract",
    "renewal",
    "happened",
]


def kind_of(text: str) -> QuestionKind:
    """What the question asks for; the first kind that fits. Slips of the pen are overlooked."""
    mended = mend(text)
    kinds, said = (_KINDS, mended.lower()) if mended.isascii() else (_KINDS_IN_ANY_CASE, mended)
    return next((kind for kind, pattern in kinds.items() if pattern.search(said)), "general")


_NO_SLIPS = frozenset(
    stem(word)
    for word in """cancer chance charged compliant complain complainant compliment contact contractor contractual contradict
    contrast decease deceased decree picking renew resort""".split()  # noqa: SIM905 - words read better so
)
"""Words of their own that are as near to a steering word as a slip is; looked for in 12,700 words of customers."""


def mend(text: str) -> str:
    """The text with slips in words that steer ("reson", "cancled") put right; all other words as they stand."""
    return _WORD.sub(lambda match: _mended(match[0]), text)


@lru_cache(maxsize=16_384)
def _mended(word: str) -> str:
    if len(word) < 5 or word[0].isupper() or word.casefold() in _STEERING or stem(word.casefold()) in _NO_SLIPS:
        return word
    close = get_close_matches(word.casefold(), _STEERING, n=1, cutoff=0.83)
    return close[0] if close and close[0][0] == word[0] and stem(close[0]) != stem(word) else word
