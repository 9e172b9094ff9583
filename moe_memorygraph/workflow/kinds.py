"""The kinds of question: which words ask for which, weighed with what else stands in the question.

Phrases alone mislead: "How many wrong passwords lock an account?" counts nothing, and "How many tickets" does. So a kind
that phrases suggest is held against signals: a noun that can be counted, a customer, a time, a category, and whether it
speaks of what happened or of what holds as a rule.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from moe_memorygraph.experts.values import CustomerState, QuestionKind
from moe_memorygraph.words import stem, tokens

__all__ = ["Signals", "asks_customers", "asks_health", "asks_whether", "kind_of", "mend", "state_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What else a question names."""

    customers: int = 0
    times: int = 0
    categories: int = 0
    predicates: int = 0
    """Predicates of facts that it asks for."""
    risks: int = 0
    """Compliance risks that it speaks of."""
    others: int = 0
    """Names that facts know and that are no customers': people, plans."""

    @property
    def of_record(self) -> bool:
        """Whether it names a customer and what is on record of customers."""
        return bool(self.customers and self.predicates)


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
        r"how(?:'s|’s| is| are) .+ (?:doing|getting on|faring|feeling)\b",
        r"how are things (?:with|at|going (?:with|at|for))\b",
        r"how(?:'s|’s| is) (?:it|everything) going (?:with|at|for)\b",
        r"how(?:'s|’s| is) .+ account going\b",
        r"(?:is|are) (?:things|everything|all) (?:\w+ )?(?:ok|okay|well|fine|good|alright)\b",
        r"how (?:happy|satisfied|content|healthy) (?:is|are)\b",
        r"in (?:good|bad) shape\b",
        r"^is .+ (?:happy|unhappy|satisfied|dissatisfied|content|frustrated|healthy|(?:doing|going) (?:well|ok|okay|fine|badly)|ok|okay)\b",
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
        r"(?:competitors?|vendors?|rivals?|providers?|suppliers?|whom?) (?:did|has|have) .+ (?:go|gone|switch\w*|moved?|changed?|left for|defect\w*)\b",
        r"what (?:did|has|have) .+ (?:warn|threaten)",
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
        r"(?:get|gets|got|gotten|getting|become|became|becoming) (?:\w+ )?(?:worse|better|slower|faster|more|fewer|less)\b",
        r"over time",
        r"going (?:up|down)",
        r"go(?:ne|es)? (?:up|down)",
        r"went (?:up|down)",
        r"develop\w*",
        r"what happened to\b",
        r"new issues",
        r"grow(?:s|n|ing)?\b",
        r"declin(?:es?|ed|ing)\b",
        r"on the rise",
        r"more and more",
        r"(?:upticks?|upswings?)\b",
        r"(?:pick|tick|trend)(?:s|ed|ing)? (?:up|down)",
        r"gaining (?:traction|momentum|ground)",
        r"(?:anything|something|what|was there|is there) .*(?:unusual|out of the ordinary|abnormal|anomal\w*|odd|strange|weird|remarkable|noteworthy|suspicious|st[oa]nds? out|stood out)\b",
    ),
    "similar": (
        r"similar",
        r"like this\b",
        r"resembl\w*",
        r"same (?:issue|problem|error)",
        r"seen (?:this|that|it)? ?before",
        r"related tickets",
        r"which tickets?\b",
        r"(?:find|show)(?: me)? (?:the |a |any |all )?(?:tickets?|cases?|complaints?|conversations?)\b",
        r"any (?:tickets?|cases?|complaints?|conversations?) (?:about|on|of|where|that|with|like)\b",
        r"(?:have|is there|was there) (?:a|any) (?:tickets?|cases?|complaints?) (?:about|on|of|where|that|with|like)\b",
    ),
    "list": (
        r"list\b",
        r"which (?:customers?|accounts?|clients?|compan(?:y|ies)|topics?|categor\w+|issues?)\b(?! (?:managers?|owners?|executives?|reps?)\b)",
        r"what are the (?:top|main|most)",
        r"top \d",
        r"most (?:common|frequent)",
        r"who are (?:our|the)\b",
        r"who (?:\w+ ){1,4}(?:the )?most\b",
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


_TICKETS = frozenset(
    map(
        stem,
        """ticket complaint case conversation message contact request report e-mail email mail call chat inquiry enquiry
    query incident issue problem escalation time thread""".split(),  # noqa: SIM905 - words read better so
    )
)
"""What comes in and is filed as a ticket."""
_CUSTOMERS = frozenset(map(stem, "customer account client company organisation organization".split()))  # noqa: SIM905
_CHANGES = frozenset(
    map(
        stem,
        """rise drop decline climb jump soar shrink dip ease worsen improve fall increase decrease growth upswing
    downturn risen fallen grown worsened improved""".split(),  # noqa: SIM905
    )
)
_COUNTS = re.compile(
    r"(?:\b(?:how many|count of|count the|total (?:number|count) of|(?:the|what|exact|overall) number of)|^\W*number of)"
    r"\s+(?P<what>[^?.!]+)"
)
"""A "phone number of" counts nothing."""
_PHRASE_ENDS = re.compile(
    r"\b(?:did|do|does|done|have|has|had|were|was|are|is|be|been|came?|comes?|in|from|about|on|over|per|with|of|for|by|"
    r"to|at|may|might|must|can|could|should|will|would|that|which|who|where|a|an|the|we|they|it|during|since|between)\b"
)
_OF_OURS = re.compile(r"^of (?:our|the|my|your|all|these)\b")
_OFTEN = re.compile(r"\bhow often (?:did|have|has|were|was)\b|\bhow often do (?:customers?|clients?|people|users)\b")
_VOLUME = re.compile(r"\bhow much (?:support )?(?:volume|traffic)\b")
_HAPPENED = re.compile(
    r"\b(?:did|was|were|had|came|got|received|raised|reported|opened|sent|wrote)\b"
    r"|\b(?:have|has) (?:we|they|customers|clients|people)\b|\bare there\b"
)
_RULES = re.compile(
    r"\b(?:may|must|should|shall|can|could|needs?|entitled|eligible|required|obliged|supposed|permitted|allowed)\b"
    r"|\bper (?:user|seat|minute|hour|second|day|month|year)\b"
    r"|\b(?:cheapest|minimum|maximum|least|at most|limit|quota|allowance|threshold|standard rate|list price)\b"
    r"|^\W*(?:if|when|once|after|before|until|by when|up to|from which|whose|within|in how|for how)\b"
    r"|^\W*how (?:long|fast|soon|quickly|much|high|big|large|late|early|far) (?:is|are|do|does|must|may|should|can|will|before|after|in)\b"
    r"|\bhow much (?:\w+ )?(?:comes with|is included|does .+ cost)\b|\bwhat (?:does|do|is) .+ (?:costs?|price|include|included)\b"
    r"|\b(?:who|whose) (?:\w+ )?(?:approv|sign|decid|author|pays?\b|grants?\b|has the last word)\w*"
)
"""What speaks of how it is to be, whatever happened."""
_TERMS = re.compile(
    r"\b(?:response|resolution|reaction|answer) times?\b|\b(?:notice|return|retention|grace|trial|payment|warranty) periods?\b"
    r"|\b(?:payment terms|service levels?|uptime|late fees?|surcharges?|cancellation fees?|opening hours|business hours)\b"
)
"""What is laid down: of a named customer it may be on record, of nobody it stands in a document."""
_OFFER = re.compile(
    r"\b(?:plans?|tiers?|editions?|packages?|subscriptions?|licen[cs]es?|seats?|storage|costs?|prices?)\b"
)
_TICKET_WORDS = re.compile(r"\b(?:tickets|complain\w*|cases|conversations|messages|wrote|written)\b")
"""Of tickets that there are; "a ticket" may be any: "How fast must we answer an urgent ticket?"."""
_IN_PORTFOLIO = r"\brisks?\b.* (?:in|across|among|of) (?:my|our|the) (?:portfolio|book(?: of business)?|customer base|accounts|customers)\b"
_OUR_FIRST = r"\bwhat are (?:our|the|my) (?:\d+ )?(?:biggest|largest|smallest|top|best|oldest|newest|most [a-z]+) (?:\d+ )?(?:customers|accounts|clients)\b"
_OF_CUSTOMERS = re.compile(
    r"\b(?:which|what(?! (?:do|does|did|have|has|had|are|is|was|were|can|could|should|will)\b)|list|name|show(?: me)?|give me|find|who are)\s+(?:all\s+)?(?:of\s+)?(?:our\s+|the\s+|my\s+|these\s+)?"
    r"(?:\d+\s+|[\w-]+\s+){0,2}?(?:customers?|accounts?|clients?|company|companies)\b(?! (?:managers?|owners?|executives?|reps?|is (?:our|the|my))\b)"
    r"|^\W*(?:all |our |the |top (?:\d+ )?|biggest |largest |smallest |active |current |lost |churned |former )*(?:customers|accounts|clients)\b"
    r"|^\W*who(?:m|se)?\b"
    r"|\b(?:do|did) we (?:still |also )?(?:have|serve|work with) (?:any |some )?(?:[\w-]+ )?(?:customers|accounts|clients)\b"
    rf"|{_IN_PORTFOLIO}|{_OUR_FIRST}"
)
_SOMETHING = (
    r"(?:(?:their|its|all|some|any|the|an?|our|your|his|her|of|negative|bad|good|poor|positive) )*"
    r"(?:data|files?|access|work|connections?|records?|history|documents?|money|time|trust|patience|permissions?|settings?|passwords?"
    r"|phones?|devices?|orders?|links?|invoices?|messages?|e-?mails?|tickets?|comments?|reviews?|feedback|ratings?|meetings?|calls?"
    r"|appointments?|bookings?|features?|sync|sessions?|changes?|edits?|notes?)\b"
)
"""What is lost, left or cancelled by customers that stay: "lost their data", "left a bad review"."""
_STATES: dict[CustomerState, re.Pattern[str]] = {
    "at_risk": re.compile(
        rf"{_IN_PORTFOLIO}|\bwarn(?:s|ed|ing)?\b|\bthreat\w*(?!.*\b(?:legal|law\w*|courts?|su(?:e|ing)|attorneys?|regulators?)\b)|\bat[- ]risk\b|\bin danger\b|\bendangered\b|\bshaky\b|\bwobbl\w+"
        r"|\b(?:might|may|could|will|would) (?:we |soon |also )*(?:lose|leave|churn|cancel|quit|go)\b"
        r"|\b(?:likely|about|going|ready|wants?|threatens?|threatened|threatening) to (?:leave|churn|cancel|quit|go|terminate)\b"
        r"|\b(?:thinking (?:of|about)|considering|close to|on the verge of) (?:leaving|churning|cancell?ing|quitting)\b"
    ),
    "lost": re.compile(
        r"\b(?:churn(?:ed|s|ing)?|lost|los(?:e|ing)|left|gone|departed|quit|cancell?ed|terminated|walked away|former|went away)\b"
        rf"(?! {_SOMETHING})"
    ),
    "active": re.compile(r"\b(?:active|current|existing|remaining|still (?:with us|here|customers?))\b"),
}
_TWO = re.compile(
    r"\b(?:which|who|whose)\b.*\b(?:more|less|fewer|most|higher|lower|bigger|smaller|larger|longer|earlier|later|worse|better)\b"
    r"|\bmore\b.*\b(?:or|than)\b|\b(?:or|than)\b.*\bmore\b|\b(?:higher|lower|fewer|bigger|worse|larger)\b.*\b(?:or|than)\b"
)
_SUPERLATIVE = re.compile(r"\b(?:biggest|largest|highest|smallest|lowest|most valuable|best[- ]paying|top)\b")
_AND_WHY = re.compile(r"\band (?:why|for what reasons?|what for)\b|\bwith (?:the )?reasons?\b")
_DRIVEN = re.compile(
    r"\b(?:behind|dr[io]ves?|driving|driven|caus\w+|contribut\w+|responsible|accounts? for|explains?)\b"
)

_SAID = (
    r"(?<!the )(?<!an )(?<!our )(?<!a )(?<!any )(?:ask|complain(?!ts?\b)|mention|report|rais|request|threat|sa[iy]|t[eo]ld?|writ|wrot|contact|prais|escalat|demand|bring|brought"
    r"|claim|speak|spok|talk|express|inquir|enquir|warn|submit|compliment|object|point(?:ed|ing)? out)\w*"
)
"""What customers do with words."""
_SUFFERED = (
    r"(?:(?:affect|impact|suffer|experienc|hurt|struggl)\w*|hit\b|(?:ha[sd]|have|having|r[au]n(?:ning)? into) "
    r"(?:\w+ )?(?:trouble|problems?|issues?|difficult\w+|outages?|complaints?|tickets?)\b)"
)
"""What befalls them."""
_WHETHER = re.compile(
    rf"^\W*(?:(?:has|have|had|did|does|do|was|were)\b.*\b(?:{_SAID}|{_SUFFERED})"
    rf"|(?:is|are)\b.*\b(?!\w*s\b)(?=\w+(?:ing|ed)\b|hit\b)(?:{_SAID}|{_SUFFERED})"
    r"|(?:is|are|was|were) there (?:any(?:one|body)?|some(?:one|body)?|customers|accounts|clients)\b.*\b(?:who|that|with|\w+ing)\b"
    rf"|any(?:one|body)\b.*\b(?:{_SAID}|{_SUFFERED}))"
)
_OF_ANYBODY = re.compile(
    r"\b(?:any(?:one|body)|some(?:one|body)|nobody|no one|we|customers?|clients?|accounts?|compan(?:y|ies)|people|users?|they|tickets?)\b"
)
_OF_A_TEXT = re.compile(
    r"^\W*(?:do|does|did|is|are) (?:the|our|your|we have) (?:[\w-]+ ){0,3}?(?:polic\w+|docs?|documents?|documentation|guides?|sla|terms"
    r"|contracts?|faqs?|handbooks?|rules?)\b"
)
_WHO_SAID = re.compile(
    rf"^\W*(?:and )?who(?: else| all)?(?: (?:has|have|had|was|were|is|are|got|gets|keeps?|did|does))?(?: (?:been|also|ever|all|most))*"
    rf" (?:{_SAID}|{_SUFFERED})"
)
"""Customers by what they wrote."""

_REPORT = re.compile(
    r"\b(?:reports?|summar\w+|overview|profile|brief\w*|reviews?|checks?|state of the account|account health)\b"
)
"""Asks for all that there is."""

_ALL_ABOUT = re.compile(
    r"^\W*(?:please )?(?:(?:can|could) you )?(?:tell me|fill me in|catch me up|update me|bring me up to speed|anything) (?:more )?(?:about|on)\b"
    r"|\bwhat (?:do|should) (?:we|i|you) know about\b|\bwhat can you (?:tell|say)\b"
)
"""The same, of a customer."""

_PAST = re.compile(r"\b(?:did|was|were|had)\b")
_HAPPENING = re.compile(
    r"^\W*(?:is|are|was|were|did|has|have|any|which|who|whom|list|show|find|tell|what)\b|\b(?:in|from|across) our\b"
)
_MODAL = re.compile(r"\b(?:may|must|should|shall|can|could|have to|has to)\b")


@dataclass(frozen=True, slots=True)
class _Asked:
    said: str
    """The question in small letters, slips put right."""
    signals: Signals
    patterns: Mapping[QuestionKind, re.Pattern[str]]

    def says(self, *kinds: QuestionKind) -> QuestionKind | None:
        return next((kind for kind in kinds if self.patterns[kind].search(self.said)), None)


def kind_of(text: str, signals: Signals | None = None) -> QuestionKind:
    """What a question asks for; the first step that knows. Slips of the pen are overlooked."""
    mended = mend(text)
    patterns, said = (_KINDS, mended.lower()) if mended.isascii() else (_KINDS_IN_ANY_CASE, mended)
    asked = _Asked(said, signals or Signals(), patterns)
    return next((kind for step in _STEPS if (kind := step(asked))), "general")


def _on_an_incident(asked: _Asked) -> QuestionKind | None:
    return "compliance" if asked.signals.risks and _asks_whether_it_happened(asked.said) else None


def _on_who_moved(asked: _Asked) -> QuestionKind | None:
    """ "Which customer drove the rise?", "Who is behind the increase?": a change by customer, no reason in words."""
    driven = asks_customers(asked.said) and _DRIVEN.search(asked.said) and _speaks_of_change(asked.said)
    return "trend" if driven else None


def _on_customers_in_a_state(asked: _Asked) -> QuestionKind | None:
    if asked.signals.customers or not state_of(asked.said) or not asks_customers(asked.said):
        return None
    return "how_many" if _COUNTS.search(asked.said) else "list"


def _on_customers_in_order(asked: _Asked) -> QuestionKind | None:
    """ "Which customers have the lowest health score?" asks for no report."""
    first = _SUPERLATIVE.search(asked.said) and not _TICKET_WORDS.search(asked.said)
    return "list" if first and not asked.signals.customers and asks_customers(asked.said) else None


def _on_who_and_why(asked: _Asked) -> QuestionKind | None:
    """ "Which customers churned in 2025 and why?": the list says why."""
    and_why = _AND_WHY.search(asked.said) and state_of(asked.said) == "lost" and not asked.signals.customers
    return "list" if and_why and asks_customers(asked.said) else None


def _on_two_of_a_kind(asked: _Asked) -> QuestionKind | None:
    """Two of a kind are named, and the question is which of them is more."""
    signals = asked.signals
    two = max(signals.customers, signals.times, signals.categories) >= 2
    return "compare" if two and _TWO.search(asked.said) else None


def _on_a_rule_in_words(asked: _Asked) -> QuestionKind | None:
    """ "Policy", "allowed to": of a named customer, what is on record comes before any rule."""
    return None if asked.signals.of_record or re.search(_OUR_FIRST, asked.said) else asked.says("policy")


def _on_a_change(asked: _Asked) -> QuestionKind | None:
    """A word of change counts where there is something that changes: tickets, a category, a time."""
    changes = _TICKET_WORDS.search(asked.said) or asked.signals.categories or asked.signals.times
    return "trend" if changes and _has_word_of_change(asked.said) else asked.says("trend")


def _on_a_list(asked: _Asked) -> QuestionKind | None:
    if asked.signals.of_record:
        return None
    who = asked.said.lstrip().startswith("who") and not _SUPERLATIVE.search(asked.said)
    which = not asked.signals.customers and asks_customers(asked.said) and not who
    which = which or (not asked.signals.customers and _WHO_SAID.search(asked.said) is not None)
    return "list" if which else asked.says("list")


def _on_a_rule(asked: _Asked) -> QuestionKind | None:
    """How it is to be, of nobody in particular and at no time."""
    said, signals = asked.said, asked.signals
    somebody = signals.customers or (signals.others and not _OFFER.search(said))  # the others may be plans
    tickets = _TICKET_WORDS.search(said) and (_HAPPENED.search(said) or not _TERMS.search(said))
    named = somebody or signals.times or tickets
    rule = _RULES.search(said) or _TERMS.search(said)
    return "policy" if not named and rule and not _PAST.search(said) else None


def _on_whether(asked: _Asked) -> QuestionKind | None:
    return "similar" if asks_whether(asked.said, asked.signals) else None


def asks_whether(text: str, signals: Signals) -> bool:
    """Whether it asks if something was said or happened: "Has anyone asked for an API?", "Did the outage hit Acme?"."""
    said = text.lower()
    if (
        not _WHETHER.search(said)
        or _OF_A_TEXT.search(said)
        or _speaks_of_rule(said)
        or _COUNTS.search(said)
        or _speaks_of_change(said)
    ):
        return False
    if signals.of_record and (state_of(said) or not re.search(rf"\b{_SAID}", said)):
        return False  # it is on record whether Acme left
    return bool(signals.customers or _OF_ANYBODY.search(said))


def asks_health(text: str) -> bool:
    """Whether a question about an account asks how it fares, and for no report: "How is Acme doing?"."""
    said = text.lower()
    return _REPORT.search(said) is None and _ALL_ABOUT.search(said) is None


def _speaks_of_rule(said: str) -> bool:
    return bool(_RULES.search(said) or _MODAL.search(said))


def _on_a_value(asked: _Asked) -> QuestionKind | None:
    return "what_is" if asked.signals.of_record else asked.says("what_is")


def state_of(text: str) -> CustomerState | None:
    """The state in which customers are asked for: "Whom might we lose?"; None where none is named."""
    said = text.lower()
    return next((state for state, pattern in _STATES.items() if pattern.search(said)), None)


def asks_customers(text: str) -> bool:
    """Whether the answer is customers: "Which accounts ...?", "Who left us?", "How many clients ...?"."""
    said = text.lower()
    return bool(_OF_CUSTOMERS.search(said)) or bool(_counted_stems(said) & _CUSTOMERS)


def _counted_stems(said: str) -> set[str]:
    """Stems of what is counted: of "how many open billing tickets came in" open, billing and ticket."""
    found = _COUNTS.search(said)
    if found is None:
        return set()
    counted = _OF_OURS.sub("", found["what"])
    end = _PHRASE_ENDS.search(counted)
    return {stem(word) for word in tokens(counted[: end.start()] if end else counted)}


def _on_a_count(asked: _Asked) -> QuestionKind | None:
    """How many of something: of tickets, of customers, a number that is on record, or one that a rule gives."""
    said, signals = asked.said, asked.signals
    if _OFTEN.search(said) or _VOLUME.search(said):
        return "how_many"
    if not _COUNTS.search(said):
        return None
    if "how many" not in said and _speaks_of_change(said):
        return None  # "Has the number of complaints fallen?"
    counted, happened = _counted_stems(said), bool(_HAPPENED.search(said))
    if counted & _TICKETS and (happened or signals.times or not _RULES.search(said)):
        return "how_many"
    if counted & _CUSTOMERS and not _RULES.search(said):
        return "how_many"
    if signals.of_record or (signals.customers and not signals.times and not signals.categories):
        return "what_is"
    return "how_many" if (happened or signals.times) and not signals.predicates else "policy"


def _asks_whether_it_happened(said: str) -> bool:
    """ "Did a customer send us a password?", not how it is to be handled, nor how often it was."""
    counted = _COUNTS.search(said) or _speaks_of_change(said) or _KINDS["policy"].search(said)
    return not counted and bool(_HAPPENING.search(said)) and not _MODAL.search(said)


def _speaks_of_change(said: str) -> bool:
    return bool(_KINDS["trend"].search(said)) or _has_word_of_change(said)


def _has_word_of_change(said: str) -> bool:
    return any(stem(word) in _CHANGES for word in tokens(said))


def _saying(*kinds: QuestionKind) -> "_Step":
    return lambda asked: asked.says(*kinds)


def _on_somebody(asked: _Asked) -> QuestionKind | None:
    """ "Tell me about Acme": all that there is about one customer, where nothing more is named."""
    signals = asked.signals
    more = signals.categories or signals.predicates or signals.others or signals.times
    return "report" if signals.customers == 1 and not more and _ALL_ABOUT.search(asked.said) else None


_Step = Callable[[_Asked], QuestionKind | None]
_STEPS: tuple[_Step, ...] = (
    _saying("compliance"),
    _on_customers_in_order,
    _saying("report", "compare"),
    _on_somebody,
    _on_an_incident,
    _on_who_moved,
    _on_who_and_why,
    _saying("why"),
    _on_customers_in_a_state,
    _on_two_of_a_kind,
    _on_a_count,
    _on_whether,
    _on_a_rule_in_words,
    _on_a_change,
    _saying("similar"),
    _on_a_list,
    _on_a_rule,
    _on_a_value,
)


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
