"""Secrets that customers write into tickets: passwords, keys, tokens. Only the value is found, its label stays."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = ["SECRET_KINDS", "SecretKind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKind:
    """One way in which secrets are written.

    A text in lower case without any of the `hints` cannot match `pattern`; a test holds that. The group `value` of a
    match is the secret, where `accepts` takes it.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    score: float
    accepts: Callable[[str], bool]

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of each secret value."""
        for match in self.pattern.finditer(text):
            group = "quoted" if match.groupdict().get("quoted") else "value"
            value = match[group]
            if group == "value":
                value = _NEXT_PARAMETER.split(value)[0].rstrip(_TRAILING)
            # what somebody put in quotes may be plain words
            if value and (self.accepts(value) or (group == "quoted" and _is_password(value))):
                yield match.start(group), match.start(group) + len(value)


_NEXT_PARAMETER = re.compile(r"&\w+=")  # of a query string
_TRAILING = ".,;:!?)]}>"

# Tokens that say what they are (published prefixes of the services that issue them).
_TOKEN = re.compile(
    r"(?<![0-9A-Za-z_-])(?P<value>"
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
_TOKEN_HINTS = (
    *("eyj", "akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox", "xapp-"),
    *("k_live_", "k_test_", "whsec_", "sk-", "aiza", "ya29.", "sg.", "npm_", "pypi-", "hf_", "dop_v1_"),
    *("shpat_", "shpss_", "shpca_"),
)

_KEY_NAME = r"(?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_PRIVATE_KEY = re.compile(
    rf"(?P<value>-----BEGIN {_KEY_NAME}(?:(?:(?!-----)[\s\S]){{0,16384}}-----END {_KEY_NAME}"
    r"|(?:\s{1,4}[0-9A-Za-z+/=]{16,100}){0,400}))"  # cut off: as far as it looks like one
)

# scheme://user:password@host
_URL_PASSWORD = re.compile(r"://[^\s/:@]{0,128}:(?P<value>[^\s/@]{1,256})(?=@)")

_BEARER = re.compile(r"(?<!\w)(?:bearer|basic)\s{1,3}(?P<value>[0-9A-Za-z._~+/-]{16,}=*)", re.IGNORECASE)

_LOGIN = r"pass[ _-]?(?:words?|wort|code|phrases?)|passwd|pwd|pw|kennwort|contrase[nñ]a|mot de passe|senha|wachtwoord"
_LOGIN_HINTS = ("pass", "pw", "kennwort", "contrase", "senha", "wachtwoord")
_KEY = (
    r"(?:api|secret|access|private|encryption|licen[sc]e|auth|account|signing|client|app)[ _-]?(?:key|token|secret)s?"
    r"|secrets?|tokens?|credentials?|auth[ _-]?code|security (?:code|answer)|verification code|one[ -]time code"
    r"|otp|cvv2?|cvc2?|pin(?: ?(?:code|number))?|recovery code"
)
_KEY_HINTS = ("key", "token", "secret", "credential", "code", "security answer", "otp", "cvv", "cvc", "pin")

_SIGN = r"[\"'`*]{0,3}\s{0,3}(?:=>|->|:=|[:=])\s{0,3}"  # "password: x", "PASSWORD=x", '"password": "x"'
_VERB = r"\s(?:is|was|are|ist|es|est|é|to)\s(?:now\s|still\s)?"  # "my password is x"
_VALUE = r"(?:[\"'](?P<quoted>[^\"'\n]{3,256})[\"']|[\"'`*]{0,3}(?P<value>[^\s\"'`]{1,512}))"


def _labelled(label: str, sign: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z])(?:{label}){sign}{_VALUE}", re.IGNORECASE)


# "pin 4821", "cvv 123"
_SHORT_CODE = re.compile(
    r"(?<!\w)(?:pin(?: ?(?:code|number))?|cvv2?|cvc2?|otp|security code|verification code)\s?#?\s?"
    r"(?P<value>\d{3,8})(?!\w)(?![.,]\d)",
    re.IGNORECASE,
)

# What follows a label and is no secret: the state it is in, or the next word of the sentence.
_STATE = re.compile(
    r"(?:required|incorrect|invalid|expired|missing|wrong|reset|forgot(?:ten)?|changed?|unknown|none|null|true|false"
    r"|yes|no|not|i|it|my|the|we|you|your|please|a|an|n/a|na|tbd|empty|blank|hidden|redacted|removed|see|same|different"
    r"|must|should|can|cannot|can't|could|don't|does|is|was|has|how|what|when|where|why|and|or|but|if|error|failed"
    r"|failure|ok|okay|needed|field|policy|rules?|length|minimum|maximum|at|need|needs|update[ds]?|still|to|too|help"
    r"|unable|issues?|problem)",
    re.IGNORECASE,
)
_PLAIN_WORD = re.compile(r"[^\W\d_]{1,20}(?:['’][a-z]{1,2})?")
_HIDDEN = frozenset("*•xX.-_#")


def _is_any(value: str) -> bool:
    return value != ""


def _is_shown(value: str) -> bool:
    """Not a placeholder, neither ours nor a template's, and not blotted out."""
    return not value.startswith(("<", "{{", "${", "[")) and not set(value) <= _HIDDEN


def _is_password(value: str) -> bool:
    return len(value) >= 3 and _is_shown(value) and _STATE.fullmatch(value) is None


def _is_code(value: str) -> bool:
    """A word alone after "code:" is a sentence going on, not a secret."""
    return _is_password(value) and _PLAIN_WORD.fullmatch(value) is None


def _is_odd(value: str) -> bool:
    """No word of a sentence looks like this: digits or signs in it."""
    return _is_code(value) and any(character.isdigit() or character in "!@#$%^&*_+=~|" for character in value)


def _has_digit(value: str) -> bool:
    return any(map(str.isdigit, value))


SECRET_KINDS = (
    SecretKind(hints=("private key",), pattern=_PRIVATE_KEY, score=1.0, accepts=_is_any),
    SecretKind(hints=_TOKEN_HINTS, pattern=_TOKEN, score=1.0, accepts=_is_any),
    SecretKind(hints=("://",), pattern=_URL_PASSWORD, score=0.9, accepts=_is_shown),
    SecretKind(hints=("bearer", "basic"), pattern=_BEARER, score=0.9, accepts=_has_digit),
    SecretKind(hints=_LOGIN_HINTS, pattern=_labelled(_LOGIN, _SIGN), score=0.8, accepts=_is_password),
    SecretKind(
        hints=("pass",),
        pattern=_labelled(r"(?:user(?:name)?|login|account)\b[^\n]{0,80}?(?<!\w)pass", _SIGN),
        score=0.7,
        accepts=_is_password,
    ),
    SecretKind(hints=_KEY_HINTS, pattern=_labelled(_KEY, _SIGN), score=0.7, accepts=_is_code),
    SecretKind(
        hints=_LOGIN_HINTS + _KEY_HINTS,
        pattern=_labelled(f"{_LOGIN}|{_KEY}", _VERB),
        score=0.6,
        accepts=_is_odd,
    ),
    SecretKind(hints=("pin", "cv", "otp", "code"), pattern=_SHORT_CODE, score=0.6, accepts=_is_any),
)
