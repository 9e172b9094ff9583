"""Patterns for leaving: asked for, announced, considered, done. Of the relationship, never of an order or a flight."""

import re
from itertools import takewhile

from moe_memorygraph.extraction.rule import FIRM, Rule, words
from moe_memorygraph.extraction.sentence import Sentence

__all__ = ["RULES"]

_TIE = words(
    "account accounts subscription subscriptions membership contract plan service services policy agreement licence license licences "
    "licenses seats connection insurance coverage renewal workspace trial tenancy"
)
"""What ties a customer to a company."""
_END = r"(?:cancel|close(?: out| down)?|terminate|end|delete(?! this| that| the account)|discontinue|deactivate|shut down|remove(?! this| that| the account)|stop)"
_ENDING = r"(?:cancell?ing|closing(?: out| down)?|terminating|ending|deleting(?! this| the account)|discontinuing|deactivating|removing(?! this| the account)|stopping)"
_ENDED = r"(?:cancell?ed|closed(?: out| down)?|terminated|deleted|discontinued|deactivated|ended)"
_WHICH = (
    r"(?:my|our|the|this|that|these|an?|both|all)(?: (?!credit|debit|orders?|flight|payment|fraud|unauthori|fake|false|newsletter|corporate|previous|auto)"
    r"[\w'-]+){0,3}?"
)
_IT = rf"{_WHICH} (?:{_TIE})\b(?! (?:manager|number|team|statement|dispute|information|payment|balance|charges?|fees?))"
_WE = r"\b(?:ive|i|we)"
_NEWLY = r"(?: (?:just|really|now|also|simply|still|hereby|only|therefore|immediately|already|finally|recently|then))*"
_AND = r"(?: [\w']+){0,8} and"

_ASKS = re.compile(
    rf"{_WE}(?:'d)?{_NEWLY} (?:want|need|wish|would like|like|would love|would prefer|have decided|decided|intend|request)"
    rf"(?: to)?(?:{_AND})?{_NEWLY} (?:{_END}|{_ENDING}) {_IT}"
    rf"|(?:^|[,;:.!-] |\bplease |\bkindly |\bso |\bthen )(?:just |immediately )?{_END} (?:my|our|this|the)(?: [\w'-]+){{0,2}}? (?:{_TIE})\b"
    rf"|\b(?:can|could|would|will) you(?: please| kindly| guys)*(?: help(?: me| us)?(?: to| with)?)? (?:{_END}|{_ENDING}) (?:my|our|the|this)"
    rf"(?: [\w'-]+){{0,2}}? (?:{_TIE})\b"
    rf"|{_WE}(?:'ve| have| had)?{_NEWLY}(?: \w+ly)? (?:asked|requested|called|emailed|wrote|contacted|tried|trying|demanded|told|said|messaged"
    rf"|attempted)(?: [\w'()]+){{0,5}}? to(?: \w+)? {_END} {_IT}"
    rf"|\b(?:request(?:ed|ing)?|ask(?:ed|ing)? for|want|need|confirm)(?: (?:the|a|an|immediate|you to process the))* (?:cancellation|closure|termination)"
    rf" of {_IT}"
    rf"|\b(?:asking (?:you|them|him|her)|(?:^|[,;.!] )(?:tried|trying|asked)(?: you| them)?) to {_END} (?:my|our)(?: [\w'-]+){{0,2}}? (?:{_TIE})\b"
    rf"|^\W*(?:please |kindly )?{_END}(?: (?!the|this|that|your|their|all|any|or|of|to|in|and)[\w'-]+){{0,2}}? (?:account|subscription|membership|contract)s?\b"
    rf"(?! (?:fee|fees|charge|charges|policy|manager|number|was|is|has))"
    rf"|\b(?:end|stop|terminate|ending|stopping|terminating) (?:my|our)(?: \w+)? (?:relationship|partnership) with (?:you|your)"
    rf"|\b(?:and|then|please) {_END} (?:account|subscription|membership|contract|policy)\b"
    rf"|\b(?:help|assistance|support)(?: me| us)?(?: to| with| in)? (?:{_END}|{_ENDING}) (?:my|our|a|an|the)(?: [\w'-]+){{0,2}}? (?:{_TIE})\b"
)
_HOW = re.compile(
    rf"\bhow (?:do|can|could|would|should) (?:i|we)(?: go about)? (?:{_END}|{_ENDING}) {_IT}"
    rf"|\b(?:how|what|wat|wht)(?: [\w']+){{0,7}}? to {_END} {_IT}"
    rf"|\b(?:steps|procedures?|process|way) (?:required |needed )?(?:to|for|of) (?:{_END}|{_ENDING}) {_IT}"
)
_GOING = r"(?:will|'ll|are going to|am going to|'m going to|'re going to|plan to|plan on|have decided to|decided to|are about to|am about to|intend to)"
_USE = (
    r"(?:fly(?:ing)?|us(?:e|ing)|buy(?:ing)?|shop(?:ping)?|book(?:ing)?|bank(?:ing)?|do(?:ing)? business|travel(?:l?ing)?|order(?:ing)?"
    r"|deal(?:ing)?|work(?:ing)?|sign(?:ing)? up|renew(?:ing)?|recommend(?:ing)?|stay(?:ing)?)"
)
_THEM = r"(?:you(?: guys| all)?\b|your \w+|this (?:company|airline|bank|service|product|app)|@\w+|with (?:them|you|@\w+|your \w+)|them\b|it\b)"
_WILL = re.compile(
    rf"{_WE}(?: both)?{_NEWLY} ?{_GOING}{_NEWLY} (?:be )?(?:{_END}|{_ENDING}) {_IT}"
    rf"|{_WE}(?:'re| are|'m| am){_NEWLY} (?:{_ENDING}) (?:my|our|this|the)(?: [\w'-]+){{0,2}}? (?:{_TIE})\b"
    rf"|\b(?:will never|never|won't|wont|will not|refuse to|no longer) (?:ever |be |again )?{_USE} (?:with )?{_THEM}(?: \w+){{0,2}}? ?(?:again|ever|any ?more)\b"
    rf"|\bnever (?:again )?(?:fly|us|buy|shop|book|bank|do)(?:ing)? (?:business )?(?:with )?{_THEM} again\b"
    rf"|{_WE}{_NEWLY} ?{_GOING} (?:stop|quit) {_USE} (?:with )?{_THEM}"
    rf"|\bnever again (?:will i|will we|with you|{_USE})"
    rf"|\blast time (?:that )?(?:i|we)(?:'ll| will)? (?:ever )?{_USE}"
    r"|\b(?:taking|take|took) (?:my|our) business (?:elsewhere|somewhere else)"
    rf"|\b(?:i'm|im|i am|we're|we are) (?:so |officially |totally )?(?:done with|leaving) (?!the phone|work|for){_THEM}"
    r"|\b(?:you(?:'ve| have)?|just) (?:just )?lost (?:a|me as a|another|our|my|one)(?: [\w-]+){0,2}? (?:customer|business|client)\b"
    rf"|\b(?:plan to|will|going to) avoid (?:{_THEM}|[a-z]{{2,12}} (?:as|at|in future|from now))"
    rf"|{_WE}(?: \w+)? (?:will not|won't|are not going to|do not (?:plan|intend) to|don't (?:plan|intend) to|have decided not to|decided not to)"
    r"(?: be)? (?:renew(?:ing)?|extend(?:ing)?|continu(?:e|ing))\b(?! (?:to|pay))"
    r"|\bnotice (?:of (?:cancell?ation|termination|non-?renewal)|that [\w'&. ]{2,60} will not (?:renew|extend|continue))\b"
)
_MAY = re.compile(
    rf"{_WE}(?:'re| are|'m| am|'ve| have)?(?: been)?(?: \w+ly)? (?:considering|thinking (?:of|about)|contemplating|looking at|evaluating)"
    rf" (?:(?:{_ENDING}) {_IT}|leaving (?!the phone|for|work|a |early)|switching (?:away|provider|to another|vendor)|moving away)"
    rf"|{_WE} (?:may|might|may have to|might have to)(?: \w+)? (?:{_END} {_IT}|leave (?:you|your)|switch (?:away|to another|provider)|look elsewhere)"
    r"|\b(?:looking for|look for|evaluating|considering) (?:an? )?(?:other|another|new|different|alternative)(?: \w+)? (?:provider|vendor|supplier|bank|carrier"
    r"|airline|tool|platform)s?\b"
)
_DONE = re.compile(
    rf"{_WE}(?:'ve| have| had)?{_NEWLY} {_ENDED} {_IT}"
    rf"|{_WE}(?: was| were)?(?: finally)? (?:able|managed) to {_END} {_IT}|\bwas (?:i|we) able to {_END} {_IT}"
    rf"|{_WE}(?:'ve| have)?{_NEWLY} (?:left you|switched away|moved away from (?:you|your)|stopped using (?:you|your))"
)
_NEEDS_END = ("cancel", "clos", "terminat", "end", "delet", "discontinu", "deactivat", "shut", "remov", "stop")


_MAY_END = re.compile(
    rf"\b(?:cancel|clos|terminat|end|delet|discontinu|deactivat|shut|remov|stop).{{0,80}}?\b(?:{_TIE}|relationship|partnership)\b"
)


def _asked(match: re.Match[str], sentence: Sentence) -> str | None:
    if _ELSE.search(sentence.low, match.start(), match.end() + 40):
        return None
    return "may leave" if _threatens(sentence) else "asks to cancel"


def _how(match: re.Match[str], sentence: Sentence) -> str | None:
    return None if _ELSE.search(sentence.low, match.start(), match.end() + 40) else "asks how to cancel"


_NAMED = re.compile(
    r"(?:^|[.!,] |\b(?:please|kindly|to|we'd like to|i'd like to|would like to|want to) )(?:cancel|terminate|discontinue)(?: our| the| my)?"
    r" (?P<name>[a-z][\w&.-]*(?: [a-z][\w&.-]*){0,3})"
)
_BRIEF = frozenset(
    (
        "flight",
        "flights",
        "order",
        "orders",
        "reservation",
        "booking",
        "trip",
        "ticket",
        "appointment",
        "meeting",
        "payment",
        "transfer",
        "check",
    )
)


def _named(match: re.Match[str], sentence: Sentence) -> str | None:
    """A product by its name, which is written with capitals: "cancel Premium Support", not "cancel that flight"."""
    name = sentence.text[match.start("name") : match.end("name")]
    words = list(takewhile(lambda word: word[0].isupper(), name.split()))
    following = name.split()[len(words) : len(words) + 1]
    if not words or words[0] in ("I", "My", "It") or sentence.text.isupper():
        return None
    if _BRIEF & {word.lower() for word in (*words, *following)}:
        return None
    return _asked(match, sentence)


_OF_ANOTHER = re.compile(
    r"\b(?:bank|banks|checking|savings|payroll|xxxx+|newsletter)\b|\b(?:at|with|through|by) (?:the )?(?!you\b|your\b|this\b|immediate|effect)"
    r"(?:him|her|them|xxxx+|another|my bank|[a-z]+ bank)\b|\bin (?:xx/|19|20)\S*,? i closed"
)
"""Signs that the account was another company's: many a complaint tells of several."""


def _done(match: re.Match[str], sentence: Sentence) -> str | None:
    around = sentence.low[max(0, match.start() - 20) : match.end() + 30]
    return None if _OF_ANOTHER.search(around) else "has cancelled"


_ELSE = re.compile(
    r"\b(?:if|whether|why|when|did|do|does) (?:they|you|he|she|it)\b|\b(?:from|off|on) (?:my|our) credit\b|\b(?:unverified|negative|fraudulent|newsletter|mailing list)\b"
)
"""What makes it a question about the others, or a line in a credit report."""


def _announced(_match: re.Match[str], sentence: Sentence) -> str:
    return "may leave" if _threatens(sentence) else "will leave"


def _threatens(sentence: Sentence) -> bool:
    return sentence.is_conditional() or bool(_UNDECIDED.search(sentence.low))


_UNDECIDED = re.compile(r"\b(?:considering|thinking (?:of|about)|might|may|perhaps|maybe|probably|tempted)\b")


def _wanted_by_us(sentence: Sentence, at: int) -> bool:
    """Forbids what follows "do not": the wish itself is denied, or an "if" makes the ending a supposition."""
    return sentence.is_denied(at) or bool(
        re.search(r"\b(?:if|unless|whether|before|until|when)\s*$", sentence.clause_before(at))
    )


def _in_a_question(sentence: Sentence, at: int) -> bool:
    low = sentence.low
    return sentence.is_asked(at) and not re.search(r"\b(?:can|could|would|will) you\b", low[max(0, at - 3) : at + 40])


_OURS = (_wanted_by_us, Sentence.is_of_others, Sentence.is_cited)

RULES = (
    Rule(
        predicate="cancellation_intent",
        value=_asked,
        pattern=_ASKS,
        gate=_MAY_END,
        needs=_NEEDS_END,
        confidence=0.8,
        unless=(*_OURS, _in_a_question),
    ),
    Rule(
        predicate="cancellation_intent",
        value=_named,
        pattern=_NAMED,
        needs=("cancel", "terminat", "discontinu"),
        confidence=0.7,
        unless=(*_OURS, Sentence.is_asked),
    ),
    Rule(
        predicate="cancellation_intent",
        value=_how,
        pattern=_HOW,
        gate=_MAY_END,
        needs=_NEEDS_END,
        confidence=0.6,
        unless=(Sentence.is_of_others, Sentence.is_cited),
    ),
    Rule(
        predicate="cancellation_intent",
        value=_announced,
        pattern=_WILL,
        needs=(
            *_NEEDS_END,
            "never",
            "won't",
            "wont",
            "not",
            "lost",
            "elsewhere",
            "last time",
            "done with",
            "leaving",
            "avoid",
            "no longer",
            "notice",
            "refuse",
        ),
        confidence=0.75,
        unless=(Sentence.is_of_others, Sentence.is_cited, Sentence.is_asked),
    ),
    Rule(
        predicate="cancellation_intent",
        value="may leave",
        pattern=_MAY,
        needs=("considering", "thinking", "contemplating", "may", "might", "look", "evaluating"),
        confidence=0.65,
        unless=(Sentence.is_denied, Sentence.is_of_others, Sentence.is_cited, Sentence.is_asked),
    ),
    Rule(
        predicate="cancellation_done",
        value=_done,
        pattern=_DONE,
        needs=(*_NEEDS_END, "left you", "switched away", "moved away"),
        confidence=0.75,
        unless=(*FIRM, Sentence.is_asked),
    ),
)
