"""Patterns for demands: data to be deleted or handed out, a breach, somebody higher, the law, a regulator."""

import re
from collections.abc import Callable

from moe_memorygraph.extraction.rule import FIRM, Rule
from moe_memorygraph.extraction.sentence import Sentence

__all__ = ["RULES"]

_DATA = r"(?:personal (?:data|information|info|details)|data|(?:personal )?(?:records|profile)|(?:\w+ )?(?:history|recordings|contacts)|(?:private|customer) (?:data|information))"
_DELETION = re.compile(
    rf"\b(?:delete|erase|wipe|purge|remove|destroy)(?:ing)? (?:all |every |any |the )*(?:of )?(?:my|our)(?: \w+){{0,2}}? {_DATA}\b(?! (?:plan|limit|cap))"
    rf"|\b(?:delete|erase|wipe|purge|destroy)(?:ing)? (?:all |everything |any )+(?:(?:the )?data |information )?(?:that )?you (?:hold|have|store|keep|collected)"
    r"|\bright (?:to be forgotten|to erasure|of erasure)\b|\b(?:gdpr|ccpa) (?:deletion|erasure)\b"
    rf"|\b(?:deletion|erasure|removal) of (?:all )?(?:of )?(?:my|our)(?: \w+){{0,2}}? {_DATA}\b|\b(?:data |gdpr |ccpa )?(?:deletion|erasure) request\b"
)
_EXPORT = re.compile(
    rf"\b(?:export|download|transfer|hand over)(?:ing)? (?:all |every |a copy )*(?:of )?(?:my|our)(?: \w+){{0,2}}? {_DATA}\b(?! (?:plan|limit))"
    rf"|\b(?:copy|copies|export|dump) of (?:all )?(?:of )?(?:my|our|the|any)(?: \w+){{0,2}}? (?:personal )?(?:data|information)(?: (?:that )?you (?:hold|have|store|keep))?\b"
    r"|\b(?:subject access request|dsar|data subject (?:access )?request|data portability|article (?:15|20))\b"
    r"|\b(?:all|what|which|any) (?:personal )?(?:data|information) (?:that )?you (?:hold|have|store|keep) (?:on|about) (?:me|us)\b"
)
_ASKED = re.compile(
    r"\b(?:please|kindly|want|wants|need|would like|request\w*|demand\w*|ask\w*|require|insist|exercis\w+|invok\w+|must|can you|could you|will you|would you|send|provide"
    r"|under (?:the )?(?:gdpr|ccpa|article)|entitled|submit\w*|how (?:do|can) i|help)\b|^\W*(?:delete|erase|remove|wipe|purge|export)\b"
)
_BREACH = re.compile(
    r"\b(?:data|security|privacy) (?:breach(?:es)?|leak)\b"
    r"|\b(?:my|our|customers?'?|user)(?: \w+){0,3}? (?P<what>data|information|info|details|records|account|accounts|password|passwords|credentials|e-?mail|profile)"
    r"(?: \w+)? (?:was|were|is|are|has been|have been|had been|got|been|getting|keeps getting)(?: \w+)? (?P<how>leaked|exposed|hacked|breached|compromised)\b"
    r"|\b(?:somebody|someone|hackers?|they|he|scammers?) (?:has |have |had )?(?:hacked|broke|broken|breached|hacking)(?: into)? (?:my|our)(?: \w+){0,2}? (?P<what2>account|e-?mail|system|systems|profile)s?\b"
    r"|\b(?:(?:somebody|someone) else's|another (?:customer|company|user)'s|other (?:customers|companies|users)') (?:data|invoices?|reports?|tickets|records|names)\b"
    r"|\b(?:was|were|been|got) (?:hacked|breached)\b"
    r"|\b(?:someone|somebody|another (?:customer|user|company)|others?)(?: \w+){0,2}? (?:can|could|has|had|got) (?:see|saw|access(?:ed)?|access to|view(?:ed)?|read) (?:my|our)(?: \w+)? (?:data|information|tickets|invoices|records|account)\b"
)


def _if_asked(kind: str) -> Callable[[re.Match[str], Sentence], str | None]:
    """Names the kind where the words around ask for it: "you deleted my data" asks for nothing."""

    def value(match: re.Match[str], sentence: Sentence) -> str | None:
        around = sentence.low[max(0, match.start() - 80) : match.end()]
        return kind if _ASKED.search(around) else None

    return value


def _breach(match: re.Match[str], sentence: Sentence) -> str | None:
    what = match["what"] or match["what2"] or sentence.clause_before(match.start())[-40:]
    if _OWN_THINGS.search(what):
        return None
    return "account compromised" if _ACCESS.search(what) else "data breach"


_ACCESS = re.compile(r"\b(?:accounts?|e-?mail|profile|passwords?|credentials)\b")
_OWN_THINGS = re.compile(r"\b(?:cards?|phone|computer|laptop|device|meeting)\b")
"""What can be hacked without a breach at the company."""


_PERSON = r"(?:supervisor|manager|management|team lead|director|senior (?:manager|agent|rep\w*|person|staff|advisor|member|someone)|higher[- ]?up|superior|someone (?:senior|higher(?: up)?|in charge|above you|with authority)|executive|ceo|boss)"
_MANAGER = re.compile(
    rf"\b(?:(?:i|we)(?:'d|'ve| have| had)?(?: \w+)? (?:want|need|wish|would like|like|demand|insist on|ask(?:ed)?|request(?:ed)?|demanded|called|tried|expect)|let me|can i|could i|may i|get me|please|asking|asked|requested|requesting|demanding)"
    rf"(?: \w+){{0,6}}? (?:to |for |with |from )?(?:(?:speak|talk|be transferred|be connected|escalate|chat|hear|call|contact|transfer|connect)\w*(?: \w+){{0,2}}? )?(?:to |with |from |for )?(?:a|an|the|your|his|her)? ?{_PERSON}\b"
    r"|\b(?:please|kindly|i want to|i need to|we want to|we need to|need you to|ask(?:ed|ing)? (?:you |them )?to|must|going to|will|request(?:ing)? to|asked for|(?:like|want|need) (?:this|the|my|our|it)(?: \w+)?(?: to be)?) (?:be )?escalat(?:e|ed|ion)\b"
    r"|\b(?:i|we)(?:'ve| have|'m| am|'re| are)?(?: \w+)? (?:escalated|escalating) (?:this|it|the|my|our)\b"
)
_LEGAL = re.compile(
    r"\b(?:i|we)(?:'ll|'m|'re|'ve|'d| will| am| are| have| may| might| shall| plan| intend| want| need| must)?(?: \w+){0,4}? "
    r"(?:su(?:e|ing) (?:you|them|your|this|the|for|@\w+|over|if)|sue\b|tak(?:e|ing) (?:further |immediate |any )?legal action|pursu(?:e|ing) (?:\w+ )?legal (?:action|remedies|options)|seek(?:ing)? legal|fil(?:e|ing|ed) (?:an? )?(?:law ?suit|suit|class action)"
    r"|go(?:ing)? to (?:small claims|court)|tak(?:e|ing) (?:you|this|them|it) to (?:small claims|court)|(?:small claims|asking the) court"
    r"|(?:consult|contact|hir|retain|call|talk|speak|involv|instruct|engag)\w*(?: \w+){0,2}? (?:lawyers?|attorneys?(?! general)|solicitors?|legal counsel|legal team))"
    r"|\b(?:my|our) (?:lawyers?|attorneys?|solicitors?|legal (?:team|counsel|department)) (?:will|has|have|is|are|would|shall)\b"
    r"|\b(?:litigation|legal action) (?:may|will|shall|is going to)\b(?! (?:not|no longer))|\bhear(?:ing)? from my (?:lawyer|attorney|solicitor)\b"
    r"|\b(?:prepared|willing|ready|forced|no choice but) to (?:sue|take legal action|pursue legal|go to court|litigate)\b"
)


def _manager(match: re.Match[str], _sentence: Sentence) -> str | None:
    return None if _ANOTHERS.search(match[0]) else "manager"


_ANOTHERS = re.compile(r"\b(?:said|says)\b|\b(?:my|our) (?:manager|supervisor|boss|director|management)")


def _legal(match: re.Match[str], sentence: Sentence) -> str | None:
    other = "bankruptcy" in sentence.low or "divorce" in sentence.low
    return None if other or _DENIED.search(match[0]) else "legal action"


def _regulator(match: re.Match[str], _sentence: Sentence) -> str | None:
    return None if _DENIED.search(match[0]) else "regulator"


_DENIED = re.compile(r"\b(?:not|never|no)\b|n't\b")
"""Within a match, whose gaps take any word."""


_BODY = (
    r"(?:cfpb|consumer financial protection bureau|attorney generals?(?:'s?)?|bbb|better business bureau|ftc|federal trade commission|fcc|fdic|ombudsman|regulators?|trading standards"
    r"|data protection (?:authority|commissioner)|information commissioner|department of (?:transportation|justice|financial)|consumer protection|irs|banking commission\w*)"
)
_REGULATOR = re.compile(
    rf"\b(?:i|we)(?:'ll|'m|'re|'ve|'d| will| am| are| have| had| were| was| may| might| shall)?(?: \w+){{0,4}}? (?:fil(?:e|ed|ing)|submit(?:ted|ting)?|mak(?:e|ing)|made|report(?:ed|ing)?|complain(?:ed|ing)?"
    rf"|contact(?:ed|ing)?|notify(?:ing)?|notified|writ(?:e|ing)|go(?:ing)?|lodg(?:e|ed|ing)|open(?:ed|ing)?|escalat(?:e|ed|ing)|reach(?:ed|ing)? out)(?: [\w'&-]+){{0,8}}? {_BODY}\b"
)

RULES = (
    Rule(
        predicate="data_request",
        value=_if_asked("deletion"),
        pattern=_DELETION,
        needs=("delet", "eras", "wipe", "purge", "remov", "destroy", "forgotten"),
        confidence=0.75,
        unless=(Sentence.is_denied, Sentence.is_of_others, Sentence.is_cited),
    ),
    Rule(
        predicate="data_request",
        value=_if_asked("export"),
        pattern=_EXPORT,
        needs=(
            "export",
            "download",
            "transfer",
            "hand over",
            "cop",
            "dump",
            "subject",
            "dsar",
            "portability",
            "article",
            "you hold",
            "you have",
            "you store",
            "you keep",
        ),
        confidence=0.7,
        unless=(Sentence.is_denied, Sentence.is_of_others, Sentence.is_cited),
    ),
    Rule(
        predicate="breach_reported",
        value=_breach,
        pattern=_BREACH,
        needs=("breach", "leak", "hack", "expos", "compromis", "broke", "someone", "somebody", "another", "other"),
        confidence=0.7,
        unless=(*FIRM, Sentence.is_asked_whether),
    ),
    Rule(
        predicate="escalation_request",
        value=_manager,
        pattern=_MANAGER,
        needs=(
            "supervisor",
            "manage",
            "lead",
            "director",
            "senior",
            "higher",
            "superior",
            "charge",
            "above",
            "authority",
            "executive",
            "ceo",
            "boss",
            "escalat",
        ),
        confidence=0.7,
        unless=(Sentence.is_denied, Sentence.is_of_others, Sentence.is_cited),
    ),
    Rule(
        predicate="escalation_request",
        value=_legal,
        pattern=_LEGAL,
        needs=("sue", "suing", "legal", "suit", "class action", "court", "lawyer", "attorney", "solicitor", "litigat"),
        confidence=0.75,
        unless=(Sentence.is_denied, Sentence.is_cited, Sentence.is_asked),
    ),
    Rule(
        predicate="escalation_request",
        value=_regulator,
        pattern=_REGULATOR,
        needs=(
            "cfpb",
            "consumer",
            "attorney gen",
            "bbb",
            "better business",
            "ftc",
            "federal trade",
            "fcc",
            "fdic",
            "ombudsman",
            "regulator",
            "trading standards",
            "data protection",
            "information comm",
            "department of",
            "irs",
            "banking comm",
        ),
        confidence=0.75,
        unless=(Sentence.is_denied, Sentence.is_cited, Sentence.is_asked),
    ),
)
