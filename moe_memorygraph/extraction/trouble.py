"""Patterns for trouble: a part that fails, an outage, nobody gets in."""

import re

from moe_memorygraph.extraction.rule import Rule, words
from moe_memorygraph.extraction.sentence import Sentence

__all__ = ["RULES"]

_PART = words(
    "app apps application website web_site site webpage page pages portal dashboard dashboards report reports export exports import imports search sync "
    "syncing integration integrations webhook webhooks api plugin extension add-on notification notifications email emails e-mail mail calendar chat chats wifi wi-fi "
    "internet connection debit_card credit_card card atm terminal player software client screen button link links form checkout cart upload uploads download "
    "downloads video videos audio camera server servers database widget sdk printer router modem device tablet machine feature module autopay auto-pay online_banking "
    "system systems tool platform editor inbox map maps filter filters graph chart charts billing_page game console cable tv bot chatbot scanner "
    "kiosk stream livestream"
)
_MODIFIER = r"(?:(?!the\b|my\b|our\b|your\b|this\b|that\b|a\b|an\b|and\b|or\b|if\b|when\b|is\b|was\b|are\b|to\b|in\b|on\b|of\b|for\b|with\b|i\b|we\b|you\b)[a-z][\w'-]{1,18} ){0,2}"
_WORK = (
    r"(?:work(?:ing|ed)?|load(?:ing|ed)?|open(?:ing|ed)?|respond(?:ing)?|respoding|sync(?:ing|ed)?|start(?:ing)?|launch(?:ing)?|updat(?:e|ing)|refresh(?:ing)?"
    r"|send(?:ing)?|connect(?:ing)?|show(?:ing)?(?: up)?|display(?:ing)?|play(?:ing)?|sav(?:e|ing)|function(?:ing)?|run(?:ning)?|fir(?:e|ing)|render(?:ing)?"
    r"|let(?:ting)? (?:me|us)|allow(?:ing)? (?:me|us)|generat(?:e|ing)|process(?:ing)?|arriv(?:e|ing)|print(?:ing)?)"
)
_NOT = (
    r"(?:(?:is|are|was|were|has|have|do|does|did|will|would|can|could)(?:n't| not|nt) |not |can't |cannot |cant |can not |won't |wont |never |no longer )"
    r"(?:(?:even|been|always|just|really|be|still|currently|properly|being) )*"
)
_FAILS = (
    rf"(?:(?:(?:itself|always|just|still|also|now|in (?:your|the|my|our) \w+|on (?:your|the|my|our) \w+|for (?:me|us|our \w+)|some ?times?|simply|repeatedly|constantly|suddenly|randomly) )*"
    rf"(?:{_NOT}{_WORK}\b|(?:stopped|stops|quit) {_WORK}\b|(?:fails|failed|refuses|is refusing) to {_WORK}\b|(?:keeps?|kept) (?:on )?(?:\w+ )?"
    r"(?:crash|freez|fail|glitch|disconnect|timing out|buffer|logging|drop|hang|error)\w*"
    r"|(?:just |is |are |has |have |now |still |constantly |always )*(?:crashes|crashed|crashing|freezes|froze|freezing|hangs|fails|failing|glitching|glitches|glitched|timing out|times out)\b"
    r"|(?:is|are|seems? to be|appears? to be|remains?|was|has been|have been)(?: still| completely| totally| now| again)* (?:broken|bugged|buggy|glitchy|unusable|stuck|frozen|defective|faulty)\b"
    r"|broke\b|(?:throws?|gives?|shows?|returns?|displays?|is (?:throwing|giving|showing|returning))(?: me| us)?(?: an?| the)?(?: \w+)? (?:error|errors)\b"
    r"|(?:glitch|glitches|error|errors)\b))"
)
_PRODUCT = re.compile(
    rf"\b(?P<part>{_MODIFIER}(?:{_PART}))(?: (?:of|in|on|for) (?:my|our|your|the)(?: \w+)?)? {_FAILS}"
    rf"|\b(?:error|errors|glitch|bug|bugs|glitches) (?:in|on|with|at) (?:the |your |our |my )?(?P<part2>{_MODIFIER}(?:{_PART}))\b(?<! card)(?<! report)(?<! reports)(?! (?:bill|statement|charges?|account|balance|payment))"
    rf"|(?:^|[.!;,] |\b(?:my|our|your|the) )(?P<part5>(?!not|it|its|this|that|i|we|he|she|they|you|there|what|which|who)[a-z][\w'-]{{2,18}}) (?:(?:is|was|are) not|isn't|isnt|doesn't|doesnt|does not|won't|wont|(?:has not|hasn't|have not|haven't) been)"
    rf" (?:work(?:ing)?|open(?:ing)?|respond(?:ing)?|load(?:ing)?|sync(?:ing)?|connect(?:ing)?|start(?:ing)?|launch(?:ing)?)\b(?! (?:for|at|with|here|there|in) (?:\w+ )?(?:him|her|them|me any|the company|the bank|home|hours))"
    rf"|^\W*(?:my |our |your |the )?(?P<part6>[a-z][\w'-]{{3,18}}) (?:keeps |just )?crash(?:es|ing|ed)\b"
    rf"|\b(?P<part3>{_MODIFIER}[a-z][\w'-]{{2,18}}) (?:just |always |still )*(?:keeps?|kept) (?:on )?(?:crashing|freezing|glitching|buffering|failing|timing out)\b"
    rf"|\b(?:broken|faulty|defective) (?P<part4>(?:{_PART}))\b"
)
_MAY_FAIL = re.compile(
    rf"(?:not|n't|nt|can't|never|longer|stopped|stops|quit|to|even|been|always|just|really|be|still|currently|properly|being) {_WORK}\b"
    r"|crash|freez|froze|frozen|broke|glitch|errors?\b|fail|stuck|\bbugs?\b|bugg|faulty|defective|hang|tim(?:ing|es) out|unusable|\bke(?:eps?|pt)\b"
)
_NO_PART = frozenset(
    [
        "employer",
        "manager",
        "agent",
        "agents",
        "representative",
        "rep",
        "supervisor",
        "son",
        "daughter",
        "mother",
        "father",
        "mom",
        "dad",
        "customer",
        "person",
        "lady",
        "guy",
        "company",
        "companies",
        "nobody",
        "number",
        "process",
        "plan",
        "method",
        "option",
        "options",
        "excuse",
        "it",
        "this",
        "that",
        "they",
        "he",
        "she",
        "we",
        "you",
        "i",
        "who",
        "which",
        "what",
        "there",
        "everything",
        "nothing",
        "something",
        "anything",
        "one",
        "people",
        "market",
        "car",
        "vehicle",
        "everyone",
        "husband",
        "wife",
        "and",
        "but",
        "also",
        "me",
        "us",
        "him",
        "her",
        "them",
        "itself",
        "always",
        "just",
        "still",
        "economy",
        "computer",
        "payments",
        "payment",
        "loan",
        "bank",
        "then",
        "so",
        "or",
        "problem",
        "issue",
        "thing",
        "things",
        "my",
        "our",
        "your",
        "the",
        "a",
        "an",
    ]
)
_NEEDS_PRODUCT = (
    "n't ", "not ", "wont", "cant", "doesnt", "isnt", "never", "no longer", "crash", "freez", "froze", "broke", "glitch", "error", "fail", "stuck", "keep", "kept", "stop",
    "bug", "faulty", "defective", "refus", "hang", "timing out", "times out", "unusable", "quit",
)  # fmt: skip


_ALSO_OTHERWISE = frozenset(("report", "reports", "card", "credit", "email", "emails", "link", "links"))
"""What stands before "error" without failing: "report errors", "a card error on my bill"."""


def _part(match: re.Match[str], _sentence: Sentence) -> str | None:
    said = next(value for value in match.groupdict().values() if value)
    kept = [word for word in said.split() if word not in _NO_PART]
    if not kept or said.split()[-1] in _NO_PART or kept[-1].startswith("@"):
        return None
    errs = match[0].startswith("error") or match[0].endswith(("error", "errors"))
    if kept[-1] in _ALSO_OTHERWISE and errs:
        return None
    return " ".join(kept)


def _reported(sentence: Sentence, at: int) -> bool:
    return sentence.is_asked_whether(at) or sentence.is_cited(at)


_THOUGHT = re.compile(
    r"\b(?:if|unless|whether|in case|suppose|imagine|would|should|could|what happens when|to prevent|until|hope|hopefully|no)\b"
)


def _thought(sentence: Sentence, at: int) -> bool:
    """Whether the trouble is only thought of. A "not" belongs to the trouble itself, so denial is not looked for."""
    return bool(_THOUGHT.search(sentence.clause_before(at)))


_DOWN_PART = words(
    "system systems site website web_site server servers service platform network app apps application api portal computers internet wifi wi-fi phone_lines phone_line "
    "phones lines notification notifications everything booking dashboard checkout page login database workspace integration search banking store sync sso import export reporting webhooks"
)
_OUTAGE = re.compile(
    rf"\b(?P<part>(?:{_DOWN_PART}))(?: [\w.-]+)?(?: (?:is|are|was|were|has been|have been|had been|went|goes|keeps going|been|being)|'s)"
    r"(?: (?:still|currently|all|completely|totally|now|again|always|constantly|just|both|going|been|temporarily))* (?:down|offline|unavailable|unreachable|not available)\b"
    r"(?! (?:to (?:earth|\$|\d)|by|from|payment|the (?:line|street|road)|graded))"
    r"|\b(?:an|the|your|another|this|that|major|recent|yesterday's|today's|last \w+'s|complete|total|partial|ongoing|second|repeated|multiple|several)"
    r" (?:\w+ )?outages?\b(?! (?:map|polic|credit|insurance|cover|plan|procedure))"
    r"|\b(?:every|each|all|any) (?:page|pages|request|requests|call|calls|screen) (?:now )?(?:returns?|shows?|gives?|ends? (?:in|with)) (?:an? |the |only )?(?:\d{3}\b|errors?\b)"
    r"|\b(?:getting|get|got|seeing|see|returns?|returning|throws?|throwing) (?:a |an |the |only )?(?P<code>50[0234])s?\b(?: errors?| bad gateway)?"
    r"|\b(?:everything|the whole (?:site|system|platform)|your (?:site|system|systems|platform|servers?))(?: is| are|'s) (?:completely |totally )?(?:down|offline)\b"
)


def _outage(match: re.Match[str], _sentence: Sentence) -> str:
    part = match["part"]
    return part if part else "service"


_IN = r"(?:log(?:ging)? ?(?:back )?(?:in|on|into|onto)\b|login\b|logon\b|sign(?:ing)? ?(?:back )?(?:in|on|into)\b(?! up)|get(?:ting)? (?:back )?(?:in|into|in to) (?:my|our|the)(?: \w+)? account|access(?:ing)? (?:my|our|the|your)(?: \w+)? (?:account|portal|dashboard|workspace|e-?mail|gmail|profile|inbox)s?\b)"
_FAILING_TO = (
    r"(?:can't|cannot|cant|can not|could not|couldn't|couldnt|unable to|not (?:been |being )?able to|won't let (?:me|us)|wont let (?:me|us)|(?:not|n't|never) (?:even )?(?:let|allow|letting|allowing) (?:me|us)(?: to)?"
    r"|trouble|problems?(?: with)?|difficult\w*|issues?(?: with)?|fail(?:s|ed|ing)? to|failing|struggling to|errors?(?: \w+){0,2}? while|impossible to|n't seem to)"
)
_KEYWORD = r"(?:sso|saml|okta|single sign-?on|2fa|mfa|two[- ]factor(?: authentication| code)?|multi-?factor|verification codes?|authenticator|one-?time (?:code|password)|passcode|otp|password|login|log ?in|sign[- ]?in)"
_BROKEN = (
    r"(?:(?:is|are|was|does|do|did|has|have|will)(?:n't| not|nt)(?: \w+)? (?:work\w*|arriv\w+|accept\w*|recogni\w+|com(?:e|ing)|sen[dt]\w*|receiv\w+|load\w*)|don't work|not working|stopped working"
    r"|(?:is|are|was|were|seems?)(?: \w+)? (?:broken|failing|down|rejected|stuck)|(?:keeps?|kept) (?:failing|rejecting|looping|timing out|asking)|fails|failed|fail\b|ends? (?:with|in) (?:an? )?(?:error|e-|err|\w+-\d)|bounces|never (?:arriv\w+|came|comes|come)|loops?\b|errors?\b|problems?\b|issues?\b|trouble\b)"
)
_LOGIN = re.compile(
    rf"\b{_FAILING_TO}(?: [\w']+){{0,3}}? ?{_IN}"
    rf"|\b(?P<key>{_KEYWORD})\b(?: (?:page|screen|link|button|flow|reset|code|email|form|(?:for|to|on|with|via|through|using|by)(?: [\w.-]+){{1,3}}?|our|my|your|the)){{0,3}} {_BROKEN}"
    r"|\b(?P<key6>(?:password )?(?:reset|verification|sign-?in|login) (?:e-?)?mails?)(?: \w+)? (?:never|does not|doesn't|do not|don't|did not|didn't|isn't|not) (?:arriv|com|reach)\w*"
    r"|\b(?P<key7>(?:six-digit|verification|two-factor|2fa|mfa|authenticator|one-time|backup) codes?) (?:is|are|keeps? being|get|gets) (?:rejected|refused|declined|invalid)\b"
    r"|\b(?:can't|cant|cannot|can not|couldn't|unable to) get (?:back )?in\b(?! (?:touch|contact|line|time|there|to|a|an|my|our|your|the|any)\b)"
    r"|^\W*locked out\b"
    rf"|\b(?:error|errors|failure|trouble|problem|problems|issue|issues|broken|failing) (?:with |on |in |during |at )?(?:the |our |your |my )?(?P<key2>{_KEYWORD})\b"
    r"|\b(?:i|we|me|us|users?|everyone|everybody|staff|team|(?:my|our) \w+)(?: (?:am|are|is|was|were|been|get|got|getting|being|keep getting|have|has|both|all|now|still|currently)|'m|'re|'ve)*"
    r" locked out\b|\blocked out of (?:my|our)\b|\block(?:s|ed|ing)? (?:me|us) out\b"
    r"|\b(?:it|you|app|site|system|page)(?:'s|s| has| keeps| kept| just| is)*(?: \w+)? (?:logged|logging|logs|kicked|kicking|kicks|signed|signing) (?:me|us) (?:out|off)\b"
    r"|\b(?:i|we)(?:'ve| have| had)?(?: \w+ly)? (?:forgot|forgotten|forget|lost|don't remember|do not remember|can't remember|cannot remember) (?:my|our|the)(?: \w+){0,2}? (?P<key3>password|passcode|login|pin|verification code|authenticator)s?\b"
    rf"|\b(?:try|trying|tried|attempt\w*) to {_IN}.{{0,40}}?(?:(?:would|will|does|did|could)(?:n't| not)|won't|wont|not) (?:let|allow|work|accept|go through|recogni)"
    r"|\b(?:it|site|app|page|system)(?: just| still)? (?:won't|wont|will not|doesn't|does not|wouldn't|would not|isn't|is not)(?: \w+)? (?:let|letting|allow|accept|accepting|recogni[sz]e) (?:me|us|my|our)(?: (?:in\b|login|log in|sign in|password|credentials))"
    r"|\b(?:need|want|help|assist\w*|unable|cannot|can't|cant|how|trying|tried|problems?|trouble|know)(?: \w+){0,6}? (?:reset|restore|recover|retrieve|restor|retriev)(?:ting|ing)? (?:my|our|the)(?: \w+)? (?P<key4>password|passcode)s?\b"
    r"|\b(?P<key5>password)s? reset(?: \w+){0,2}? (?:isn't|doesn't|don't|not|never|fails)"
)
_WAYS_IN = (
    ("sso", ("sso", "saml", "okta", "single sign")),
    (
        "two-factor",
        (
            "2fa",
            "mfa",
            "two-factor",
            "two factor",
            "multi-factor",
            "multifactor",
            "verification code",
            "six-digit",
            "backup code",
            "authenticator",
            "one-time",
            "otp",
        ),
    ),
    ("locked out", ("locked out", "lock me out", "locks me out", "locked me out", "lock us out", "locked us out")),
    ("password", ("password", "passcode", "reset mail", "reset email", "reset e-mail")),
)


def _way_in(match: re.Match[str], sentence: Sentence) -> str:
    said = match[0] if any(match.groupdict().values()) else sentence.low
    return next((name for name, signs in _WAYS_IN if any(sign in said for sign in signs)), "login")


RULES = (
    Rule(
        predicate="product_affected",
        value=_part,
        pattern=_PRODUCT,
        needs=_NEEDS_PRODUCT,
        gate=_MAY_FAIL,
        confidence=0.7,
        unless=(_reported, _thought, Sentence.is_of_others),
    ),
    Rule(
        predicate="outage_reported",
        value=_outage,
        pattern=_OUTAGE,
        needs=(
            "down",
            "offline",
            "unavailable",
            "unreachable",
            "outage",
            "50",
            "every ",
            "each ",
            "all ",
            "any ",
            "not available",
        ),
        confidence=0.75,
        unless=(_reported, _thought, Sentence.is_denied),
    ),
    Rule(
        predicate="login_trouble",
        value=_way_in,
        pattern=_LOGIN,
        needs=(
            "log",
            "forg",
            "lost",
            "sign",
            "password",
            "passcode",
            "locked",
            "lock",
            "access",
            "get into",
            "getting into",
            "getting back",
            "get back",
            "sso",
            "saml",
            "okta",
            "2fa",
            "mfa",
            "factor",
            "verification",
            "authenticat",
            "otp",
            "get in",
            "mail",
            "digit",
            "backup",
            "one-time",
        ),
        confidence=0.75,
        unless=(_reported, _thought, Sentence.is_of_others),
    ),
)
