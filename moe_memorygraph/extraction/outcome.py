"""Patterns for how it went: praised, or solved. Both are easily meant otherwise, so that any doubt forbids them."""

import re

from moe_memorygraph.extraction.rule import Rule
from moe_memorygraph.extraction.sentence import Sentence

__all__ = ["RULES"]

_GOOD = r"(?:great|awesome|amazing|excellent|fantastic|outstanding|wonderful|exceptional|superb|incredible|phenomenal|terrific|top[- ]notch|stellar|brilliant|fabulous|first[- ]class|impeccable|superior|best)"
_WHAT = (
    r"(?:(?P<service>(?:customer )?(?:service|support|care)|help|assistance|response time)|(?P<staff>team|crew|staff|agents?|rep|reps|representatives?|people|job|work|flight attendants?|attendants?|employees?|captain|pilots?|folks)"
    r"|(?P<product>product|app|software|tool|platform|flight|trip|airline|company|experience|feature|features|website|service|update|security|dashboard|integration|system|bank))"
)
_PRAISE = re.compile(
    rf"\b{_GOOD}(?: and \w+| (?:customer|in-flight|tech|technical|support|cabin|flight|ground|gate|onboarding)){{0,2}} {_WHAT}\b"
    rf"|\b(?:service|support|team|crew|staff|agent|rep|representative|app|product|tool|platform|experience|everyone|everything|onboarding|flight|he|she|they|you|you guys)(?: (?:at|from|on|in) [\w'@-]+)?"
    rf"(?: is| are| was| were| has been| have been|'re|'s|'ve been)(?: (?:so|very|really|super|extremely|incredibly|absolutely|always|all|just|truly|most|such an?|an?|the))* (?:{_GOOD}|helpful|friendly|professional|responsive|kind|courteous|patient|a lifesaver)\b"
    r"|\b(?:i|we)(?: (?:really|absolutely|truly|just|all|still))* (?:love|loved|enjoy|adore)(?: (?:using|flying|working with))? (?:your|the new|this|the|@\w+)(?! (?:idea|fact|way you|how|irony|lack|part where))"
    r"|\b(?:i|we)(?:'m| am|'re| are| was| were)(?: (?:so|very|really|super|extremely|more than|totally))* (?:impressed|pleased|happy|delighted|thrilled|satisfied) (?:with|by) (?:your|the|how|this|my|our|@\w+|\w+)"
    r"|\b(?:kudos|hats off|props|big ups|shout ?-?out|high five)(?: (?:and|big|huge))* (?:to|for)\b"
    r"|\b(?:thanks|thank you|thx|thank u)(?: (?:so much|very much|a lot|again))*,? to (?!you\b|be\b|your (?:delay|cancel|lack))[\w@'-]+(?: [\w@'.-]+){0,6}? for (?:the |your |his |her |their |all )*(?:\w+ ){0,2}?(?:help\w*|gett?ing|assist\w*|service|support|fixing|making|taking|resolving|great|amazing|awesome|job|work|kind\w*|patience|going)"
    r"|\b(?:thanks|thank you|thx)(?: (?:so much|very much|a lot|again))* for (?:the|your|all the|all your|such)(?: an?)? (?:great|awesome|amazing|excellent|fantastic|outstanding|wonderful|quick|fast|prompt|speedy|super|exceptional)\b"
    rf"|\b{_GOOD},? (?:thanks|thank you)(?: \w+){{0,3}} for (?:the|your|all)(?: \w+)? (?:help|service|support|assistance)"
    r"|\byou (?:guys |all )?(?:rock|are the best|are (?:awesome|amazing|great|fantastic))\b|\bkeep up the (?:good|great) work\b"
)
_SOUR = re.compile(
    r"\b(?:not|never|no|but|however|unless|would|wouldn't|if|could|should|wish|hope|hopefully|until|except|although|though|supposed|instead|used to be|how about|without|hardly|less"
    r"|delay\w*|cancel\w*|broken|broke|worst|fail\w*|lost|losing|terrible|horrible|awful|rude|non-functioning|bad|poor|wait\w*|hold|stuck|late|sarcasm|nightmare|joke|scam\w*|fraud\w*|ruin\w*"
    r"|unhelpful|disappoint\w*|ridiculous|unacceptable|frustrat\w*|complain\w*|problems?|issues?|wrong|mess|miss(?:ed|ing)|still|another|suck\w*|fuck\w*|shit\w*|hell|nothing|anything|rebook|claim\w*|need\w*|want\w*|have an?)\b"
    r"|n't\b|#\w*(?:fail|sarcasm|worst|not)|\byeah right\b|\?"
)
"""Words beside which praise is irony, a wish or half of a complaint."""


def _praised(match: re.Match[str], _sentence: Sentence) -> str:
    if match["service"] or re.search(r"\b(?:service|support|help\w*|assist\w*)\b", match[0]):
        return "service"
    if match["staff"] or re.search(
        r"\b(?:team|crew|staff|agent|rep\w*|he|she|they|you|kudos|shout|everyone|thank\w*|thx|friendly|kind|props|hats)\b",
        match[0],
    ):
        return "staff"
    return "product"


def _is_sour(sentence: Sentence, _at: int) -> bool:
    return bool(_SOUR.search(sentence.low))


_MATTER = r"(?:issues?|problems?|it|that|this|everything|matter|ticket|error|errors|bug|case|both|all of (?:it|this|them)|all|(?:my|our|the) \w+(?: \w+)?)"
_RESOLUTION = re.compile(
    rf"\b{_MATTER}(?:'s| is| are| was| were| has been| have been| got| has now been| seems to be| appears to be)?(?: (?:now|all|finally|already|completely|been|totally|fully|successfully|just))*"
    r" (?:resolved|fixed|solved|sorted)(?: out)?\b(?! (?:rate|price|income|interest|fee|payment|term|by (?:tomorrow|then)|asap))"
    r"|\b(?:that|this|it|which|your \w+|\w+ing|the (?:update|patch|fix|reset|restart|link))(?: has| have|'s)? (?:fixed|solved|resolved|cured|sorted) (?:it|the (?:problem|issue|error|bug)|my (?:problem|issue)|our (?:problem|issue)|everything|that)\b|\bdid the trick\b"
    rf"|\b(?:{_MATTER}|(?!for|at|to|my|our|the|of)\w+)(?:'s| is| are| seems to be)? (?:(?:all|back|up|now|finally) )*(?:works|work|working)(?: \w+)? (?:now|again|fine|perfectly|like a charm|properly|great)\b"
    r"|\b(?:i'm|i am|im|we're|we are|think i'm|think im) (?:now )?all set\b|\b(?:yes|yep|now|all|it's|its)(?: it's)? (?:resolved|fixed|solved|sorted)\b|^\W*(?:issue|problem) (?:resolved|solved|fixed)\b"
    r"|\byou (?:can|may) (?:now )?close (?:this|the|my) (?:ticket|case|issue|request)\b"
    r"|\b(?:you|they|he|she|\w+)(?: (?:have|has|'ve))?(?: (?:quickly|finally|promptly|already|just|immediately))? (?:fixed|resolved|solved|sorted(?: out)?) (?:it|my|our|the|everything|this|that)\b"
)
_UNSOLVED = re.compile(
    r"\b(?:not|never|no|nothing|whether|until|till|unless|if|once|when|whenever|before|hope|hopefully|need|needs|needed|want|wants|would|should|could|must|will|can(?! close)|cannot|get|getting|have (?:this|it|the|my) \w+"
    r"|to be|told|said|says|claim\w*|supposed|thought|promised|assured|expect\w*|wait\w*|still|trying|tried to|please|fingers crossed|but|however|yet|only|after|why|how|although|though|again (?:broke|failed)"
    r"|was under the impression|used to|barely|half|stopped|except|asked|request\w*|same problem|came back|back again|another|without|revers\w+|declin\w+|everywhere else|elsewhere|in other|on other|always|for work|to work|did|stat\w+|letters?|e-?mails?|notified)\b|n't\b|\?"
)


_NOW = re.compile(r"\b(?:now|again|finally|yes|yep|yeah|thank\w*|thx|great|perfectly|smooth\w*|ok|okay|just)\b")


def _resolved(match: re.Match[str], sentence: Sentence) -> str | None:
    """ "Works fine" alone says that it never failed; with a "now", a "yes" or a "thanks" it is the end of something."""
    if re.search(r"work(?:s|ing)?\b(?: \w+)? (?:fine|great|properly|perfectly)$", match[0]) and not _NOW.search(
        sentence.low
    ):
        return None
    return "resolved"


def _is_unsolved(sentence: Sentence, at: int) -> bool:
    """Anything that puts the end in doubt; "you can close the ticket" alone may say "can"."""
    closing = re.sub(r"\byou (?:can|may) (?:now )?close\b", "", sentence.low)
    return bool(_UNSOLVED.search(closing)) or sentence.is_cited(at)


RULES = (
    Rule(
        predicate="praise",
        value=_praised,
        pattern=_PRAISE,
        needs=(
            "great",
            "awesome",
            "amazing",
            "excellent",
            "fantastic",
            "outstanding",
            "wonderful",
            "exceptional",
            "superb",
            "incredible",
            "phenomenal",
            "terrific",
            "notch",
            "stellar",
            "brilliant",
            "fabulous",
            "first-class",
            "first class",
            "impeccable",
            "superior",
            "best",
            "helpful",
            "friendly",
            "professional",
            "responsive",
            "kind",
            "courteous",
            "patient",
            "lifesaver",
            "love",
            "enjoy",
            "adore",
            "impressed",
            "pleased",
            "happy",
            "delighted",
            "thrilled",
            "satisfied",
            "kudos",
            "hats off",
            "props",
            "shout",
            "high five",
            "thank",
            "thx",
            "rock",
            "good work",
        ),
        confidence=0.75,
        unless=(_is_sour, Sentence.is_cited),
    ),
    Rule(
        predicate="resolution_confirmed",
        value=_resolved,
        pattern=_RESOLUTION,
        needs=("resolv", "fixed", "solved", "sorted", "work", "all set", "trick", "cured", "close"),
        confidence=0.75,
        unless=(_is_unsolved,),
    ),
)
