"""Patterns for plans, prices, renewals and competitors: what the customer has, pays, signs again, or looks at instead."""

import re
from collections.abc import Collection, Iterator
from datetime import timedelta

from moe_memorygraph.extraction.dates import DATE, dates_in
from moe_memorygraph.extraction.rule import Found, Rule, words
from moe_memorygraph.extraction.sentence import Sentence

__all__ = ["NEEDS_RENEWAL", "NEEDS_RIVAL", "RULES", "find_competitors", "find_known_rivals", "find_renewals"]

_LEVEL = words(
    "free freemium basic starter standard plus pro professional premium business team teams growth scale enterprise gold silver platinum bronze "
    "unlimited essential essentials advanced ultimate family individual student developer lite premier"
)
_WORDS_TOO = frozenset(
    ("business", "team", "teams", "family", "individual", "student", "developer", "growth", "scale", "plus", "standard")
)
"""Levels that are a plan's name only with a capital: a business plan is not the Business plan."""
_PLAN_NOUN = r"(?:plan|tier|edition|package)s?"
_LEVEL_OF_ACCOUNT = r"(?:free|freemium|gold|silver|platinum|bronze|premium|pro|enterprise|starter)"
_NAMED_PLAN = (
    rf"(?:(?P<level>{_LEVEL})(?: (?:annual|monthly|yearly))? {_PLAN_NOUN}|(?P<account>{_LEVEL_OF_ACCOUNT})(?: (?:user|customer))?"
    r" (?:account|subscription|licen[cs]e|membership)s?)\b"
)
_OF_OURS = r"(?:my|our|the|your|a|an|this)"
_PLAN = re.compile(
    rf"\b(?:my|our)(?: (?:current|existing|old|new|annual|monthly|yearly|whole|team's|company's))* {_NAMED_PLAN}"
    rf"|\b(?:i|we)(?:'re| are|'m| am|'ve been| have been| were|'ve| have| had)?(?: (?:currently|still|now|just|already|only|also|recently))*"
    rf" (?:on|using|use|have|had|bought|purchased|got|pay for|paying for|subscribed to|subscribe to|upgraded to|downgraded to|moved to|signed up for"
    rf"|have subscribed to|running|run) (?:{_OF_OURS} )?{_NAMED_PLAN.replace('level', 'level2').replace('account>', 'account2>')}"
    rf"|\b(?:cancel|delete|remove|close|leave)(?:ing)? (?:my|our|the) {_NAMED_PLAN.replace('level', 'level3').replace('account>', 'account3>')}"
)
_WANTED = re.compile(
    r"\b(?:upgrade|downgrade|switch|change|move|get|create|creat\w+|open|opening|register|sign up|buy|interested|quote|trial|compare|versus|vs)\b(?! from)[^,;]*$"
)

_CURRENCY = r"(?:us\$|\{?\$|£|€|usd ?|eur ?|gbp ?)"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,9}(?:\.\d{1,2})?"
_UNIT = r"(?P<unit{n}>month|mo|year|yr|annum|week|quarter|seat|user|licen[cs]e|agent|head|person|device|line)\b(?! (?:ago|later|after|before|early|late|earlier))"
_PER = r"(?: ?/ ?| per | a | an | each | every )"
_PRICE = re.compile(
    rf"(?:(?P<sign>{_CURRENCY}) ?(?P<amount>{_NUMBER})(?P<thousand>k)?\}}?|(?P<amount2>{_NUMBER})(?P<thousand2>k)? ?(?P<word>dollars|euros?|pounds|usd|eur|gbp))"
    rf"(?:(?:{_PER}){_UNIT.format(n=1)}(?:(?:,|{_PER}|,? per ){_UNIT.format(n=2)})?| (?P<adverb>monthly|annually|yearly|weekly|quarterly|annual (?=fee|charge|subscription|plan|membership))(?:\b|(?<= )))"
)
_UNITS = {"mo": "month", "yr": "year", "annum": "year", "license": "licence", "head": "person"}
_ADVERBS = {
    "annual": "year",
    "monthly": "month",
    "annually": "year",
    "yearly": "year",
    "weekly": "week",
    "quarterly": "quarter",
}
_SIGNS = {
    "$": "$",
    "us$": "$",
    "{$": "$",
    "£": "£",
    "€": "€",
    "usd": "$",
    "eur": "€",
    "gbp": "£",
    "dollars": "$",
    "euro": "€",
    "euros": "€",
    "pounds": "£",
}
_NOT_A_PRICE = re.compile(
    r"\b(?:want|wanted|afford only|hoping for|tax(?:es)?|health insurance|salary|salaries|income|wages?|earn\w*|pension|rent(?!al)|mortgage insurance|benefits?|make|making|saves?|saving|unemployment|disability"
    r"|compensat\w+|refund\w*|credit of|fined?|lose|losing|cost(?:s|ing)? (?:me|us) in)\b(?:[^,;.]|, at (?:least|most),)*$"
)
_OF_A_RIVAL = re.compile(
    r"\b(?:competitors?|elsewhere|others?|rivals?|alternatives?|another (?:vendor|provider|company)|(?:offers?|offering|quoted) (?:it|the same|this))\b"
)


def _plan(match: re.Match[str], sentence: Sentence) -> str | None:
    if _WANTED.search(sentence.clause_before(match.start())):
        return None
    group, level = next((name, value) for name, value in match.groupdict().items() if value)
    if group.startswith("level") and level in _WORDS_TOO and not sentence.text[match.start(group)].isupper():
        return None
    return level


def _price(match: re.Match[str], sentence: Sentence) -> str | None:
    before = sentence.low[max(0, match.start() - 80) : match.start()]
    if _NOT_A_PRICE.search(before) or _OF_A_RIVAL.search(before):
        return None
    sign = _SIGNS[(match["sign"] or match["word"]).strip()]
    amount = (match["amount"] or match["amount2"]).replace(",", "")
    amount = amount.removesuffix(".00").removesuffix(".0")
    whole, dot, cents = amount.partition(".")
    if match["thousand"] or match["thousand2"]:
        whole, dot, cents = str(round(float(amount) * 1000)), "", ""
    units = [match["unit1"], match["unit2"]] if match["unit1"] else [_ADVERBS[match["adverb"].strip()]]
    per = " ".join(f"per {_UNITS.get(unit, unit)}" for unit in units if unit)
    return f"{sign}{int(whole):,}{dot}{cents} {per}"


RULES = (
    Rule(
        predicate="plan_mentioned",
        value=_plan,
        pattern=_PLAN,
        needs=("plan", "tier", "edition", "package", "account", "subscription", "licen", "membership"),
        confidence=0.75,
        unless=(
            Sentence.is_denied_here,
            Sentence.is_of_others,
            Sentence.is_cited,
            Sentence.is_supposed,
            Sentence.is_asked_whether,
        ),
        most=2,
    ),
    Rule(
        predicate="price_mentioned",
        value=_price,
        pattern=_PRICE,
        needs=("$", "£", "€", "usd", "eur", "gbp", "dollars", "pounds"),
        confidence=0.7,
        unless=(Sentence.is_supposed,),
        most=4,
    ),
)

_RENEWAL = re.compile(
    rf"\b(?:our|my|the|your)(?: [\w-]+){{0,3}}? renewal(?: date)?(?: (?:is|on|of|for|falls|comes up|coming up|due|in|date|quote|scheduled|set)){{0,4}}"
    rf" (?P<d1>{DATE})"
    rf"|\b(?:renews?|(?:is|are|be|comes?|coming)(?: \w+)? (?:due|up) for renewal|will renew|set to renew|auto-?renews?|due to renew)(?: \w+)?(?: (?:on|in|by|at|from|until))?"
    rf"(?: the)? (?P<d2>{DATE})"
    rf"|\b(?:contract|subscription|licen[cs]es?|membership|plan|agreement|term)(?: (?:with you|with \w+|period))? (?:will )?(?:expires?|ends?|runs out|lapses|is up|are up"
    rf"|runs (?:until|through|to))(?: (?:on|in|by|at))?(?: the)? (?:end of )?(?P<d3>{DATE})"
    rf"|\b(?:our|my) (?P<d4>{DATE}) renewal\b"
)
NEEDS_RENEWAL = ("renew", "expire", "ends", " end ", "runs ", "lapse", " up ")


def find_renewals(sentence: Sentence) -> Iterator[Found]:
    """Days on which the customer's contract renews or ends, where they lie after the ticket: what was renewed is past."""
    for match in _RENEWAL.finditer(sentence.low):
        at = match.start()
        if sentence.is_supposed(at) or sentence.is_denied(at) or sentence.is_of_others(at) or sentence.is_cited(at):
            continue
        said = next(value for value in match.groupdict().values() if value)
        day = next((one for _, one in dates_in(said, near=sentence.said_at, toward="future")), None)
        if day is None or day < sentence.said_at - timedelta(days=1):
            continue
        is_month = not re.search(r"\b\d{1,2}(?:st|nd|rd|th)?\b|-\d\d-", re.sub(r"(?:19|20)\d\d(?!-)", "", said))
        value = f"{day:%Y-%m}" if is_month else f"{day:%Y-%m-%d}"
        yield Found(predicate="renewal_mentioned", value=value, confidence=0.75, at=at)
        return


_WORD = r"[A-Z][A-Za-z0-9&]*(?:[.'-][A-Za-z0-9]+)*"
_NAME = rf"@?(?P<name>{_WORD}(?: {_WORD}){{0,2}})"
_OURS = r"(?:our|my|all|everything|the team|the whole team|the company|the business|us|data|accounts?|contract|business|company|team|users)"
_RIVAL = re.compile(
    rf"\b(?:[Ss]witch(?:ed|ing|es)?(?: over| back| away)?(?: from (?:you|your \w+))?|(?:[Mm]ov|[Mm]igrat)(?:e|ed|ing)(?: {_OURS}){{0,3}} (?:over|away|from you)"
    rf"|[Ll]eaving you for|[Ll]eft you for|[Dd]efect(?:ed|ing)) (?:to |for )?{_NAME}"
    rf"|\b(?:[Ee]valuat(?:e|ed|es|ing)|[Tt]rial(?:l?ed|l?ing)|[Pp]iloting|[Cc]ompar(?:e|ed|ing) (?:you|your \w+) (?:to|with|against)"
    rf"|[Dd]emo(?:ed)? (?:from|of|with)|(?:[Qq]uotes?|(?:[Gg]et|[Gg]ot|[Aa]sk(?:ed)? for) offers?) from|(?:[Ww]e|I) went with|[Gg]oing with) {_NAME.replace('?P<name>', '?P<name2>')}"
    rf"|\b[Cc]ompetitors?(?:,| like| such as| named| called|:)* {_NAME.replace('?P<name>', '?P<name3>')}"
    rf"|{_NAME.replace('?P<name>', '?P<name4>')} (?:offers?|offered|quoted|charges|gives)(?: us| me)? (?:\w+ )?(?:the same|half|cheaper|less|better (?:price|deal|offer|service))"
)
"""Phrases in which a name is another vendor's, whatever else the sentence says."""
_PERHAPS_RIVAL = re.compile(
    rf"\b(?:[Mm]ov|[Mm]igrat)(?:e|ed|ing)(?: {_OURS}){{0,3}} to {_NAME}"
    rf"|\b(?:[Cc]ompared (?:to|with)|[Cc]onsidering|[Ll]ooking at|[Cc]heaper (?:than|at|with|from)|[Bb]etter (?:than|offer from|deal from|price from))"
    rf" {_NAME.replace('?P<name>', '?P<name2>')}"
)
"""Phrases in which it may be: people move to towns, compare routes and consider rules too."""
NEEDS_RIVAL = (
    "switch", "mov", "migrat", "leav", "left", "defect", "evaluat", "trial", "pilot", "considering", "looking at", "compar", "demo", "quote", "offer",
    "went with", "going with", "cheaper", "better", "competitor", "the same", "half", "less",
)  # fmt: skip
_SURE = re.compile(
    r"\b(?:instead|competitors?|alternative|cheaper|leav(?:e|ing)|cancel\w*|vendors?|providers?|from (?:you|your)|contract|evaluat\w+|away)\b"
)
_NO_RIVAL = frozenset(
    """i a an the my our your his her their this that these those it he she they we you me us if and or but so not no yes please thanks thank hi hello dear any
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec spring summer autumn fall winter q1 q2 q3 q4 today tomorrow
    english spanish french german portuguese italian dutch chinese japanese dark light
    visa mastercard amex paypal ach sepa wire stripe iban cash annual monthly yearly quarterly basic pro premium freemium late enterprise business starter standard plus free gold
    silver platinum team teams growth business unlimited windows mac macos linux ios android iphone ipad chrome firefox safari edge internet wifi wi-fi pdf csv xlsx json
    api sso saml mfa sms email e-mail usd eur gbp us usa uk eu europe america american canada texas florida california ohio york chicago boston london berlin paris madrid
    amsterdam dublin munich germany france spain italy ireland india china japan australia new north south east west first economy coach business gate seat flight terminal
    main comfort row remote home office part full net paperless autopay direct version python java node postgres postgresql mysql aws azure gcp hr it sales support
    customer service general plan plans tier customers person name company organization organisation""".split()  # noqa: SIM905  a list of words reads better so
)


def find_known_rivals(sentence: Sentence, rivals: Collection[str]) -> Iterator[Found]:
    """Names that the tenant knows for its rivals'; `rivals` are folded."""
    for name in rivals:
        at = sentence.low.find(name)
        if at < 0 or not _stands_alone(sentence.low, at, at + len(name)):
            continue
        if sentence.is_denied(at) or sentence.is_cited(at):
            continue
        value = sentence.text[at : at + len(name)]
        yield Found(predicate="competitor_mentioned", value=value, confidence=0.8, at=at)


def find_competitors(sentence: Sentence, own: Collection[str]) -> Iterator[Found]:
    """Names that stand where another vendor's does; `own` are those of the customer itself, folded."""
    matches = [*_RIVAL.finditer(sentence.text)]
    if _SURE.search(sentence.low):
        matches += _PERHAPS_RIVAL.finditer(sentence.text)
    for match in matches:
        at = match.start()
        name = _trimmed(next(value for value in match.groupdict().values() if value))
        low = name.casefold()
        if not name or low in own or any(low in one.split() for one in own):
            continue
        if sentence.is_denied(at) or sentence.is_of_others(at) or sentence.is_cited(at):
            continue
        yield Found(predicate="competitor_mentioned", value=name, confidence=0.65, at=at)


def _trimmed(name: str) -> str:
    """The name without words that are no name's: none left where one begins it."""
    kept: list[str] = []
    for word in name.removesuffix("'s").split():
        if word.casefold() in _NO_RIVAL or "'" in word or word.strip("X") == "":
            break
        kept.append(word)
    return " ".join(kept)


def _stands_alone(low: str, start: int, stop: int) -> bool:
    return not (low[start - 1 : start].isalnum() if start else False) and not low[stop : stop + 1].isalnum()
