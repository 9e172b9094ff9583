"""Secrets that customers write into tickets: passwords, keys, tokens. Only the value is found, its label stays."""

import re
from collections.abc import Iterator

__all__ = ["SECRET_WORD", "find_secrets"]

# Tokens that say what they are (published prefixes of the services that issue them).
_TOKEN = re.compile(
    r"(?<![0-9A-Za-z_-])(?:"
    r"eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}(?:\.[0-9A-Za-z_-]+)?"  # JSON web token
    r"|(?:AKIA|ASIA)[0-9A-Z]{16}"  # AWS
    r"|gh[pousr]_[0-9A-Za-z]{20,255}|github_pat_[0-9A-Za-z_]{20,255}|glpat-[0-9A-Za-z_-]{16,}"
    r"|xox[abprs]-[0-9A-Za-z-]{10,}|xapp-[0-9A-Za-z-]{10,}"  # Slack
    r"|[sr]k_(?:live|test)_[0-9A-Za-z]{10,}|whsec_[0-9A-Za-z+/=]{16,}"  # Stripe
    r"|sk-[0-9A-Za-z_-]{16,}|AIza[0-9A-Za-z_-]{30,}|ya29\.[0-9A-Za-z_-]{16,}"
    r"|SG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{16,}|npm_[0-9A-Za-z]{30,}|pypi-[0-9A-Za-z_-]{16,}|hf_[0-9A-Za-z]{20,}"
    r"|dop_v1_[0-9a-f]{40,}|shp(?:at|ss|ca)_[0-9a-fA-F]{24,}"
    r")(?![0-9A-Za-z])"
)
_KNOWN_PREFIX = (
    r"eyJ|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|xapp-|k_live_|k_test_|whsec_|sk-|AIza|ya29\.|SG\."
    r"|npm_|pypi-|hf_|dop_v1_|shp(?:at|ss|ca)_"
)

_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]{0,16384}?"
    r"(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|\Z)"
)

# scheme://user:password@host
_URL_PASSWORD = re.compile(r"(?<=://)[^\s/:@]{0,128}:([^\s/@]{1,256})@")

_BEARER = re.compile(r"(?<!\w)(?:bearer|basic)\s+([0-9A-Za-z._~+/-]{16,}=*)", re.IGNORECASE)

_LABEL = (
    r"(?:pass[ _-]?(?:word|wort|code|phrase)s?|passwd|pwd|pw|kennwort|contrase[nñ]a|mot de passe|senha|wachtwoord"
    r"|(?:api|secret|access|private|encryption|license|licence|auth|account|signing|client|app)[ _-]?(?:key|token|secret)s?"
    r"|secrets?|tokens?|credentials?|auth[ _-]?code|security code|verification code|one[ -]time (?:code|password)"
    r"|otp|cvv2?|cvc2?|pin(?: ?(?:code|number))?|recovery code|security answer)"
)
# "password: x", "password = x", "PASSWORD=x", '"password": "x"'
_ASSIGNED = re.compile(
    rf"(?<![0-9A-Za-z]){_LABEL}[\"'`*]{{0,3}}\s{{0,3}}(?:[:=]|=>|->|:=|＝|：)\s{{0,3}}[\"'`*]{{0,3}}(?P<value>[^\s\"'`]{{1,512}})",
    re.IGNORECASE,
)
# "my password is x": the value must look like none of the words of a sentence.
_STATED = re.compile(
    rf"(?<![0-9A-Za-z]){_LABEL}\s(?:is|was|are|ist|es|est|é|to)\s(?:now\s|still\s)?[\"'`]?(?P<value>[^\s\"'`]{{1,512}})",
    re.IGNORECASE,
)
# "pin 4821", "cvv 123"
_SHORT_CODE = re.compile(
    r"(?<!\w)(?:pin(?: ?(?:code|number))?|cvv2?|cvc2?|otp|security code|verification code)\s?#?\s?(?P<value>\d{3,8})(?!\w)(?![.,]\d)",
    re.IGNORECASE,
)

SECRET_WORD = rf"(?:{_KNOWN_PREFIX}|PRIVATE KEY|://[^\s/:@]{{0,128}}:|bearer\s|basic\s|{_LABEL})"

_NEXT_PARAMETER = re.compile(r"&\w+=")  # of a query string
_TRAILING = ".,;:!?)]}>"
# What follows a label and is no secret: the state it is in, or a word of the next sentence.
_PLAIN = re.compile(
    r"(?:[A-Za-z]{1,20}(?:['’][a-z]{1,2})?|[^\w]{0,3}|<.*|\*+|•+|x{3,}|null|none|n/a|\{\{.*|\$\{.*)", re.IGNORECASE
)
_STATE = re.compile(
    r"(?:required|incorrect|invalid|expired|missing|wrong|reset|forgot(?:ten)?|changed?|unknown|none|null|true|false|yes|no"
    r"|not|i|it|my|the|we|you|please|a|an|n/a|na|tbd|empty|blank|hidden|redacted|removed|see|same|different|must|should|can"
    r"|cannot|can't|could|don't|does|is|was|has|how|what|when|where|why|and|or|but|if|error|failed|failure|ok|okay|needed"
    r"|field|policy|rules?|length|minimum|maximum|at|need|needs|update[ds]?|still|to|too|help|unable|issue|issues|problem)",
    re.IGNORECASE,
)


def find_secrets(text: str) -> Iterator[tuple[int, int, float]]:
    """Start, end and score of each secret value."""
    for match in _PRIVATE_KEY.finditer(text):
        yield match.start(), match.end(), 1.0
    for match in _TOKEN.finditer(text):
        yield match.start(), match.end(), 1.0
    for match in _URL_PASSWORD.finditer(text):
        if not _is_placeholder(match[1]):
            yield match.start(1), match.end(1), 0.9
    for match in _BEARER.finditer(text):
        if any(map(str.isdigit, match[1])):
            yield match.start(1), match.end(1), 0.9
    for match in _ASSIGNED.finditer(text):
        value = _NEXT_PARAMETER.split(match["value"])[0].rstrip(_TRAILING)
        if len(value) >= 3 and not _is_placeholder(value) and _STATE.fullmatch(value) is None:
            yield match.start("value"), match.start("value") + len(value), 0.8
    for match in _STATED.finditer(text):
        value = match["value"].rstrip(_TRAILING)
        if len(value) >= 4 and not _is_placeholder(value) and _PLAIN.fullmatch(value) is None:
            yield match.start("value"), match.start("value") + len(value), 0.6
    for match in _SHORT_CODE.finditer(text):
        yield match.start("value"), match.end("value"), 0.6


def _is_placeholder(value: str) -> bool:
    return value.startswith(("<", "{{", "${", "[")) or set(value) <= set("*•xX.-_#")
