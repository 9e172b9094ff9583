"""Find personal data in a text: cheap triggers, then Presidio's recognizers and patterns of our own, then context.

Everything here is linear in the text: candidates are cut out first, and recognizers look at candidates.
"""

import re
import string
import sys
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from operator import itemgetter
from types import ModuleType

from moe_memorygraph.compliance.context import AFTER_PHONE, LOOK_BACK, NOT_PERSONAL, NOT_PHONE_UNITS, WORDS
from moe_memorygraph.compliance.credentials import SECRET_KINDS, SecretKind
from moe_memorygraph.compliance.national import LABELLED_BY, LABELS, LEAST_SCORE, OWN

__all__ = [
    "NAMES",
    "PLACEHOLDER",
    "Entity",
    "find_entities",
    "find_without_presidio",
    "is_presidio_loaded",
    "load_presidio",
    "moved_back",
    "needs_presidio",
    "with_placeholders",
]

NAMES = frozenset({"PERSON", "LOCATION", "ORGANIZATION"})
"""Types that a model finds, see `entities`; all others are found here."""

_WORDS = {**WORDS, **LABELS}
_WINDOW = 100  # characters that the words before a number are looked for in
CONTEXT_BOOST = 0.35  # as Presidio's own enhancer adds
STRONG = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One piece of personal data: where it stands (code points of the given text) and how sure we are, 0 to 1."""

    type: str
    start: int
    end: int
    score: float


def is_presidio_loaded() -> bool:
    # The function stands below the imports that take so long: a module half imported has none yet.
    return hasattr(sys.modules.get(f"{__package__}.presidio"), "recognize")


def load_presidio() -> ModuleType:
    """Presidio behind our adapter; the first call takes about a second."""
    from moe_memorygraph.compliance import presidio  # imports spaCy; most texts never need it

    return presidio


# What a text must have before any finder can find anything: a digit, an @ sign however spelled, a hint at a secret.
_DIGIT_OR_AT = re.compile(r"[0-9@]")
_WRITTEN_AT = re.compile(r"[\[(]\s?[aA][tT]\s?[\])]")
_SECRET_HINTS = tuple(sorted({hint for kind in SECRET_KINDS for hint in kind.hints}))


def _may_hold_anything(raw: str) -> bool:
    if _DIGIT_OR_AT.search(raw) is not None or _WRITTEN_AT.search(raw) is not None:
        return True
    return bool(_hints_in(raw.lower()))


def _hints_in(lowered: str) -> frozenset[str]:
    """The hints at a secret that stand in a text in lower case."""
    return frozenset([hint for hint in _SECRET_HINTS if hint in lowered])


# Our own output, which is never looked at again: <TYPE>, <TYPE_number>, <TYPE:hash>, <TYPE:aes:letters>, and what a
# mask leaves.
PLACEHOLDER = re.compile(
    r"<[A-Z][A-Z_]{1,40}(?:_[0-9]{1,9}|:[0-9a-f]{8}|:aes:[A-Za-z]{24,40000})?>|\*{4}[0-9A-Za-z]{0,4}(?![0-9A-Za-z])"
)

# Numbers that can be no personal data and would break up those that are: UUIDs, dates with and without a time.
_MACHINE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
    r"|(?:19|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?Z?)?"
    r"|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)\d\d)(?![0-9A-Za-z-])"
)

_FEWEST_DIGITS = 6  # of a number that says something about a person
_LETTERS_AND_DIGITS = re.compile(r"[A-Za-z]\d{2}|\d{2}[A-Za-z]")  # as every identifier that is not all digits has
_SIGNS_TO_SPACES = str.maketrans(dict.fromkeys(f"{string.punctuation}“”„‘’«»…", " "))
_FIRST_WORDS = frozenset(LABELLED_BY)
_DIGIT_RUN = re.compile(r"\d(?:[ ().\-/]{0,3}\d){5,}")


class Text:
    """A text under inspection, and what finders ask of it; computed when first asked."""

    def __init__(self, text: str, *, language: str) -> None:
        self.raw = text
        self.language = language
        marked = "<" in text or "*" in text
        self.settled = [match.span() for match in PLACEHOLDER.finditer(text)] if marked else []
        self._settled_ends = [end for _, end in self.settled]

    @cached_property
    def lowered(self) -> str:
        return self.raw.lower()

    @cached_property
    def hints(self) -> frozenset[str]:
        return _hints_in(self.lowered)

    @cached_property
    def numbers(self) -> str:
        """The text with placeholders and machine numbers blanked, same length: what the number finders read."""
        blanked = _MACHINE.sub(lambda match: "_" * len(match[0]), self.raw)
        if not self.settled:
            return blanked
        pieces: list[str] = []
        position = 0
        for start, end in self.settled:
            pieces += (blanked[position:start], "_" * (end - start))
            position = end
        return "".join((*pieces, blanked[position:]))

    @cached_property
    def labelled(self) -> frozenset[str]:
        """National identifiers of which the first word of a label stands in the text, where it has digits at all."""
        if not self.has_digit_run and _LETTERS_AND_DIGITS.search(self.numbers) is None:
            return frozenset()
        words = self.lowered.translate(_SIGNS_TO_SPACES).split()
        if _FIRST_WORDS.isdisjoint(words):
            return frozenset()
        return frozenset(one for word in words for one in LABELLED_BY.get(word, ()))

    @cached_property
    def has_digit_run(self) -> bool:
        """Six digits or more, with the separators that people write."""
        return _DIGIT_RUN.search(self.numbers) is not None

    def is_settled(self, start: int, end: int) -> bool:
        """Whether a part of this was found by an earlier pass."""
        following = bisect_right(self._settled_ends, start)
        return following < len(self.settled) and self.settled[following][0] < end

    def before(self, start: int) -> str:
        """The last words before a position, one token for each entity already found there."""
        pieces: list[str] = []
        words = 0
        end = start
        for place in range(bisect_right(self._settled_ends, start) - 1, -1, -1):
            left, right = self.settled[place]
            piece = self.raw[max(right, end - _WINDOW) : end]
            pieces.append(piece)
            words += len(piece.split()) + 1
            if words > LOOK_BACK or right < end - _WINDOW:
                break
            pieces.append(" _ ")
            end = left
        else:
            pieces.append(self.raw[max(0, end - _WINDOW) : end])
        before = "".join(reversed(pieces))
        tail = before.split()[-LOOK_BACK:]
        return " ".join(tail) + (" " if before[-1:].isspace() else "")

    def has_context(self, entity_type: str, start: int) -> bool:
        """Whether one of the last words belongs to the kind."""
        return _WORDS[entity_type].search(self.before(start)) is not None

    def is_named(self, entity_type: str, start: int) -> bool:
        """Whether a word of the kind names the number, and no other thing stands nearer to it."""
        before = self.before(start)
        ends = [match.end() for match in _WORDS[entity_type].finditer(before)]
        thing = NOT_PERSONAL.search(before)
        if not ends or thing is None:
            return bool(ends)
        return ends[-1] > thing.start() or not before[ends[-1] : thing.start()].strip(" :#.-")

    def names_a_thing(self, start: int) -> bool:
        """Whether the words right before say that the number counts orders, versions and the like."""
        return NOT_PERSONAL.search(self.before(start)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """One kind of personal data: when a text may hold it, and how to find it there.

    `trigger` is necessary for `find` to find anything; a test holds that.
    """

    entity_type: str
    trigger: Callable[[Text], bool]
    find: Callable[[Text], Iterable[Entity]]


# --- e-mail ----------------------------------------------------------------------------------------------------------

_LOCAL = re.compile(r"[!#$%&'*+\-/=?^_`{|}~.\w]")
_DOMAIN = re.compile(r"\w+(?:-+\w+)*(?:\.\w+(?:-+\w+)*)+")
_TOP_LEVEL = re.compile(r"[^\W\d_]{2,63}|xn--[0-9a-z-]+", re.IGNORECASE)
_URL_USER = re.compile(r"://[^\s/:@]{0,128}:[^\s/@]{0,256}$")
_AT = re.compile(r"[\[(]\s?at\s?[\])]", re.IGNORECASE)
_SPELLED_OUT = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}\s?[\[(]\s?at\s?[\])]\s?[\w-]{1,63}"
    r"(?:\s?(?:\.|[\[(]\s?dot\s?[\])])\s?[A-Za-z][\w-]{0,62}){1,4}(?!\w)",
    re.IGNORECASE,
)


def _find_emails(text: Text) -> Iterator[Entity]:
    raw = text.raw
    at = raw.find("@")
    while at != -1:
        span = _email_at(raw, at)
        if span is not None:
            start, end = span
            if load_presidio().recognize("EMAIL_ADDRESS", raw[start:end]):
                yield Entity(type="EMAIL_ADDRESS", start=start, end=end, score=1.0)
        at = raw.find("@", at + 1)
    for match in _SPELLED_OUT.finditer(raw):
        yield Entity(type="EMAIL_ADDRESS", start=match.start(), end=match.end(), score=0.6)


def _email_at(raw: str, at: int) -> tuple[int, int] | None:
    """The e-mail address around an @ sign: at most 64 characters before it, 253 after, a top level of letters."""
    start = at
    while start > 0 and at - start < 64 and _LOCAL.match(raw[start - 1]):
        start -= 1
    local = raw[start:at]
    for mark in "=/?&|":  # a key, a path or a query before the address is not part of it
        local = local.rpartition(mark)[2]
    local = local.lstrip("'`*_~{}!#$%^+-.")
    domain = _DOMAIN.match(raw, at + 1, at + 254)
    if _URL_USER.search(raw, max(0, start - 140), at - len(local)) is not None:
        return None  # scheme://user:password@host: a secret, and a host
    if not local or domain is None or _TOP_LEVEL.fullmatch(domain[0].rpartition(".")[2]) is None:
        return None
    return at - len(local), domain.end()


# --- cards -----------------------------------------------------------------------------------------------------------

_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z_.])\d(?:[ \-.]?\d){11,}(?![0-9A-Za-z_])")
_GROUP = re.compile(r"\d+")

# Issuer prefixes with their lengths (ISO/IEC 7812 registrars' published ranges).
_ISSUERS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|64[4-9]\d|65\d\d)\d{12}(?:\d{3})?"  # Discover
    r"|(?:30[0-5]\d|309\d|36\d\d|3[89]\d\d)\d{10}(?:\d\d)?"  # Diners Club
    r"|35(?:2[89]|[3-8]\d)\d{12}|(?:1800|2131)\d{11}"  # JCB
    r"|62\d{14,17}"  # UnionPay
    r"|(?:50[0-9]{2}|5[6-9]\d\d|6[0-9]{3})\d{8,15}"  # Maestro
    r"|220[0-4]\d{12}"  # Mir
)


def _find_cards(text: Text) -> Iterator[Entity]:
    for run in _LONG_NUMBER.finditer(text.numbers):
        yield from _cards_in_run(text, run)


def _cards_in_run(text: Text, run: re.Match[str]) -> Iterator[Entity]:
    """Cards among the digit groups of a run: a number may be followed by its expiry, or by another card."""
    groups = [(run.start() + group.start(), run.start() + group.end()) for group in _GROUP.finditer(run[0])]
    first = 0
    while first < len(groups):
        card, last = _card_from(text, groups, first)
        if card is None:
            first += 1
        else:
            yield card
            first = last


def _card_from(text: Text, groups: Sequence[tuple[int, int]], first: int) -> tuple[Entity | None, int]:
    """The longest card that starts with a group, and the group after it."""
    digits = ""
    best: tuple[Entity | None, int] = (None, first)
    start = groups[first][0]
    for index in range(first, len(groups)):
        left, right = groups[index]
        digits += text.numbers[left:right]
        if len(digits) > 19:
            break
        if len(digits) >= 12 and len(set(digits)) > 1 and _has_card_checksum(digits):
            score = _card_score(text, digits, start, grouped=index > first)
            if score:
                best = (Entity(type="CREDIT_CARD", start=start, end=right, score=score), index + 1)
    return best


def _has_card_checksum(digits: str) -> bool:
    """Luhn's sum (ISO/IEC 7812-1, annex B): every second digit from the right is doubled, and its digits added."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[::-2]))) % 10 == 0


def _card_score(text: Text, digits: str, start: int, *, grouped: bool) -> float:
    """A tenth of all numbers pass Luhn: an issuer's prefix or the word card is needed beside it."""
    if text.has_context("CREDIT_CARD", start):
        return 1.0
    if not grouped and text.names_a_thing(start):
        return 0.0
    if _ISSUERS.fullmatch(digits) is None:
        return 0.0
    return 1.0 if grouped or len(digits) >= 14 else 0.6


# --- IBAN ------------------------------------------------------------------------------------------------------------

# Country and length, from the SWIFT registry.
_IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU XK MN",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM TL SO",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV", 29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN_START = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{2}\d{2}(?=[ \-]?[0-9A-Za-z])")
_LONGEST_IBAN = 34 * 2  # characters, with a separator after each


def _find_ibans(text: Text) -> Iterator[Entity]:
    raw = text.raw
    for match in _IBAN_START.finditer(raw):
        length = _IBAN_LENGTHS.get(match[0][:2].upper())
        end = None if length is None else _end_of_iban(raw, match.start(), length)
        if end is None:
            continue
        iban = re.sub(r"[ \-]", "", raw[match.start() : end]).upper()
        if _has_iban_checksum(iban):
            score = 1.0 if load_presidio().is_valid_iban(iban) else 0.6
            yield Entity(type="IBAN_CODE", start=match.start(), end=end, score=score)


def _end_of_iban(raw: str, start: int, length: int) -> int | None:
    """Where the number ends that has so many letters and digits, single spaces or hyphens between them."""
    left = length
    for position in range(start, min(len(raw), start + _LONGEST_IBAN)):
        character = raw[position]
        if character.isascii() and character.isalnum():
            left -= 1
            if left == 0:
                following = raw[position + 1 : position + 2]
                return None if following.isascii() and following.isalnum() else position + 1
        elif character not in " -" or raw[position - 1] in " -":
            return None
    return None


def _has_iban_checksum(iban: str) -> bool:
    return int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4])) % 97 == 1


# --- network addresses -----------------------------------------------------------------------------------------------

_IPV4 = re.compile(r"\d(?:\.\d{1,3}){3}")
_COLONS = re.compile(r"::|(?:[0-9A-Fa-f]{1,4}:){3}")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}|(?:[0-9A-Fa-f]{4}\.){2}")
_NOWHERE = re.compile(r"127\.|0\.0\.0\.0|255\.255\.|::1(?:/\d+)?$|::(?:/\d+)?$")
_VERSION = re.compile(
    r"(?<![A-Za-z])(?:v|ver|version|versions|build|release|firmware|driver|patch|upgrade|upgraded|update|updated|sdk|agent"
    r"|client|app|software)[\s.:#=()\"']*(?:to|from|is|of|no)?\s*$",
    re.IGNORECASE,
)


def _may_hold_addresses(text: Text) -> bool:
    raw = text.raw
    return (
        _IPV4.search(raw) is not None
        or (raw.count(":") >= 2 and _COLONS.search(raw) is not None)
        or _MAC.search(raw) is not None
    )


def _find_addresses(text: Text) -> Iterator[Entity]:
    for hit in load_presidio().recognize("IP_ADDRESS", text.numbers):
        found = text.numbers[hit.start : hit.end]
        if _NOWHERE.match(found) or not any(map(str.isdigit, found)):
            continue
        if "." in found and (_VERSION.search(text.before(hit.start)) or _is_part_of_number(text.numbers, hit)):
            continue
        if ":" in found and found.count(":") < 3 and len(found) < 9:
            continue  # "a1::b" is code
        yield Entity(type="IP_ADDRESS", start=hit.start, end=hit.end, score=hit.score)
    for hit in load_presidio().recognize("MAC_ADDRESS", text.numbers):
        around = text.numbers[max(0, hit.start - 1) : hit.start] + text.numbers[hit.end : hit.end + 1]
        if ":" in around or "-" in around:
            continue  # part of a longer fingerprint
        yield Entity(type="MAC_ADDRESS", start=hit.start, end=hit.end, score=hit.score)


def _is_part_of_number(numbers: str, hit: "_Span") -> bool:
    """Whether dots and digits go on around it, as in a version of five parts or an object identifier."""
    after = numbers[hit.end : hit.end + 2]
    return numbers[max(0, hit.start - 1) : hit.start] == "." or (after[:1] == "." and after[1:].isdigit())


# --- numbers with a checksum, a shape or a label ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    start: int
    end: int


def _labelled(entity_type: str, *, digits_in_a_row: bool = True) -> Finder:
    """Presidio's recognizer, believed only after a word that names the number."""

    def trigger(text: Text) -> bool:
        return (text.has_digit_run or not digits_in_a_row) and WORDS[entity_type].search(text.raw) is not None

    def find(text: Text) -> Iterator[Entity]:
        for hit in load_presidio().recognize(entity_type, text.numbers):
            digits = sum(map(str.isdigit, text.numbers[hit.start : hit.end]))
            if digits >= (_FEWEST_DIGITS if digits_in_a_row else 4) and text.is_named(entity_type, hit.start):
                score = min(1.0, max(hit.score + CONTEXT_BOOST, 0.4))
                yield Entity(type=entity_type, start=hit.start, end=hit.end, score=score)

    return Finder(entity_type=entity_type, trigger=trigger, find=find)


_NINE_DIGITS = re.compile(r"(?<!\w)\d{3}[ .\-]?\d\d[ .\-]?\d{4}(?!\w)")


def _shaped(entity_type: str) -> Finder:
    """Presidio's recognizer of nine digits, believed for its shape; a label makes it surer, one of a thing takes it back."""

    def find(text: Text) -> Iterator[Entity]:
        for hit in load_presidio().recognize(entity_type, text.numbers):
            labelled = text.is_named(entity_type, hit.start)
            if not labelled and text.names_a_thing(hit.start):
                continue
            score = min(1.0, hit.score + CONTEXT_BOOST) if labelled else hit.score
            yield Entity(type=entity_type, start=hit.start, end=hit.end, score=score)

    return Finder(
        entity_type=entity_type, trigger=lambda text: _NINE_DIGITS.search(text.numbers) is not None, find=find
    )


_NINO = re.compile(r"(?<!\w)[A-Za-z]{2} ?\d\d ?\d\d ?\d\d ?[A-Da-d](?!\w)")
_SPACED_NINO = re.compile(r"[A-Za-z]{2} \d\d \d\d \d\d [A-Da-d]$")


def _find_ninos(text: Text) -> Iterator[Entity]:
    for hit in load_presidio().recognize("UK_NINO", text.numbers):
        labelled = text.has_context("UK_NINO", hit.start)
        if labelled or _SPACED_NINO.match(text.numbers[hit.start : hit.end]):
            yield Entity(
                type="UK_NINO", start=hit.start, end=hit.end, score=min(1.0, hit.score + labelled * CONTEXT_BOOST)
            )


_WALLET = re.compile(r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25}")


def _find_wallets(text: Text) -> Iterator[Entity]:
    for hit in load_presidio().recognize("CRYPTO", text.numbers):
        yield Entity(type="CRYPTO", start=hit.start, end=hit.end, score=hit.score)


_NATIONAL = {"es": ("ES_NIF", "ES_NIE"), "it": ("IT_FISCAL_CODE",)}  # checksum in the number; no label needed
_TAX_CODE = re.compile(r"\d{7}-?[A-Za-z]|[A-Za-z]{6}[0-9A-Za-z]{2}", re.IGNORECASE)


def _find_national(text: Text) -> Iterator[Entity]:
    for entity_type in _NATIONAL.get(text.language, ()):
        for hit in load_presidio().recognize(entity_type, text.numbers):
            if hit.score >= STRONG:
                yield Entity(type=entity_type, start=hit.start, end=hit.end, score=hit.score)


def _find_labelled_national(text: Text) -> Iterator[Entity]:
    for entity_type in sorted(text.labelled):
        if LABELS[entity_type].search(text.raw) is None:
            continue
        for start, end, score in _national_numbers(entity_type, text.numbers):
            if text.is_named(entity_type, start):
                yield Entity(type=entity_type, start=start, end=end, score=min(1.0, score + CONTEXT_BOOST))


def _national_numbers(entity_type: str, numbers: str) -> Iterator[tuple[int, int, float]]:
    if entity_type in OWN:
        for start, end in OWN[entity_type].find(numbers):
            yield start, end, 1.0
        return
    for hit in load_presidio().recognize(entity_type, numbers):
        if hit.score >= LEAST_SCORE.get(entity_type, STRONG):
            yield hit.start, hit.end, hit.score


# --- telephone numbers -----------------------------------------------------------------------------------------------

_PHONE_RUN = re.compile(
    r"(?<![\w.@#/-])(?:\+\s?|\()?\(?\d(?:[ ().\-/\u2009]{0,3}\d)+(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?!\w)"
)
_EXTENSION = r"(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?"
_NORTH_AMERICAN = re.compile(
    r"(?<![\d.-])(?:(?:(?:\+?1|001)[ .\-]?)?(?:\(\d{3}\)[ .\-]?|\d{3}[.\-])"
    r"|(?<!\d )(?:(?:\+?1|001) )?\d{3} )\d{3}[ .\-]\d{4}" + _EXTENSION + r"(?!\d)(?![.\-]\d)"
)
_INTERNATIONAL = re.compile(r"\+ ?\d{1,3}(?:[ .\-/()]{0,3}\d){6,13}" + _EXTENSION + r"(?!\d)")
_TRUNK = re.compile(r"(?<![\d.\-/])\(?0\d{1,4}\)?(?:[ /\-]{1,2}\d{2,8}){1,4}(?![\d])(?![.\-/]\d)")
_ZIP = re.compile(r"\d{5}-\d{4}")
_NUMBERS = re.compile(r"\d+(?: \d+){5}")  # as many numbers in a row are a list of numbers
_FRENCH = re.compile(r"(?<![\d.])0\d(?:\.\d\d){4}(?![\d.])")
# Presidio's matcher takes 0.1 ms a character: it sees so many runs of a text and none with so many digits.
# Beyond that the shape alone decides.
_MOST_RUNS = 256
_MOST_DIGITS = 40


def _find_phones(text: Text) -> Iterator[Entity]:
    for count, run in enumerate(_PHONE_RUN.finditer(text.numbers)):
        digits = sum(map(str.isdigit, run[0]))
        if digits < 6 or _is_amount(text.numbers, run):
            continue
        labelled = text.is_named("PHONE_NUMBER", run.start()) or bool(AFTER_PHONE.match(text.numbers, run.end()))
        if not labelled and text.names_a_thing(run.start()):
            continue
        boost = CONTEXT_BOOST if labelled else 0.0
        for start, end, score in _phones_in_run(
            run, digits, labelled=labelled, ask_presidio=count < _MOST_RUNS and digits <= _MOST_DIGITS
        ):
            yield Entity(type="PHONE_NUMBER", start=start, end=end, score=min(1.0, score + boost))


def _is_amount(numbers: str, run: re.Match[str]) -> bool:
    before = numbers[max(0, run.start() - 2) : run.start()].rstrip()[-1:]
    return (before != "" and before in "$€£¥₹") or NOT_PHONE_UNITS.match(numbers, run.end()) is not None


def _phones_in_run(
    run: re.Match[str], digits: int, *, labelled: bool, ask_presidio: bool
) -> Iterator[tuple[int, int, float]]:
    offset = run.start()
    covered = 0
    for pattern, score in ((_INTERNATIONAL, 0.6), (_NORTH_AMERICAN, 0.5), (_TRUNK, 0.4), (_FRENCH, 0.5)):
        for match in pattern.finditer(run[0]):
            count = sum(map(str.isdigit, match[0]))
            if pattern is _TRUNK and not 8 <= count <= 12:
                continue
            covered += count
            yield offset + match.start(), offset + match.end(), score
    if covered >= digits - 6:  # at most an extension is left
        return
    grouped = re.search(r"\d[ ()\-/]+\d", run[0]) is not None
    if labelled and 6 <= digits <= 15:
        yield offset, run.end(), 0.4
    elif grouped and ask_presidio:
        for hit in load_presidio().recognize("PHONE_NUMBER", run[0]):
            found = run[0][hit.start : hit.end]
            if sum(map(str.isdigit, found)) < 7 or _ZIP.fullmatch(found) or _NUMBERS.search(run[0]):
                continue
            yield offset + hit.start, offset + hit.end, hit.score
    elif grouped and 8 <= digits <= 15:
        yield offset, run.end(), 0.4


# --- secrets ---------------------------------------------------------------------------------------------------------


def _secret_finder(kind: SecretKind) -> Finder:
    def find(text: Text) -> Iterator[Entity]:
        for start, end in kind.find(text.raw):
            yield Entity(type="SECRET", start=start, end=end, score=kind.score)

    return Finder(entity_type="SECRET", trigger=lambda text: not text.hints.isdisjoint(kind.hints), find=find)


# --- all of them -----------------------------------------------------------------------------------------------------

_FINDERS: tuple[Finder, ...] = (
    Finder(
        entity_type="EMAIL_ADDRESS",
        trigger=lambda text: "@" in text.raw or _AT.search(text.raw) is not None,
        find=_find_emails,
    ),
    *map(_secret_finder, SECRET_KINDS),
    Finder(
        entity_type="CREDIT_CARD", trigger=lambda text: _LONG_NUMBER.search(text.numbers) is not None, find=_find_cards
    ),
    Finder(entity_type="IBAN_CODE", trigger=lambda text: _IBAN_START.search(text.raw) is not None, find=_find_ibans),
    Finder(
        entity_type="IP_ADDRESS",
        trigger=_may_hold_addresses,
        find=_find_addresses,
    ),
    _shaped("US_ITIN"),
    _shaped("US_SSN"),
    Finder(entity_type="PHONE_NUMBER", trigger=lambda text: text.has_digit_run, find=_find_phones),
    Finder(entity_type="UK_NINO", trigger=lambda text: _NINO.search(text.numbers) is not None, find=_find_ninos),
    Finder(entity_type="CRYPTO", trigger=lambda text: _WALLET.search(text.numbers) is not None, find=_find_wallets),
    _labelled("US_BANK_NUMBER"),
    _labelled("US_PASSPORT"),
    _labelled("US_DRIVER_LICENSE", digits_in_a_row=False),
    _labelled("US_MBI", digits_in_a_row=False),
    _labelled("UK_NHS"),
    _labelled("CA_SIN"),
    _labelled("AU_TFN"),
    _labelled("AU_MEDICARE"),
    _labelled("IN_AADHAAR"),
    _labelled("DE_TAX_ID"),
    Finder(
        entity_type="NATIONAL_ID",
        trigger=lambda text: text.language in _NATIONAL and _TAX_CODE.search(text.numbers) is not None,
        find=_find_national,
    ),
    Finder(entity_type="NATIONAL_ID", trigger=lambda text: bool(text.labelled), find=_find_labelled_national),
)

_WITHOUT_PRESIDIO = frozenset({"CREDIT_CARD", "SECRET"})


def needs_presidio(raw: str, *, language: str, types: Collection[str] | None = None) -> bool:
    """Whether Presidio may have to look at the text for one of the types (None: any); a few cheap patterns tell."""
    if not _may_hold_anything(raw):
        return False
    text = Text(raw, language=language)
    return any(finder.trigger(text) for finder in _finders_of(types) if finder.entity_type not in _WITHOUT_PRESIDIO)


def find_without_presidio(
    raw: str, *, language: str, threshold: float, types: Collection[str] | None = None
) -> tuple[Entity, ...] | None:
    """As `find_entities`; None where Presidio may have to look."""
    if not _may_hold_anything(raw):
        return ()
    text = Text(raw, language=language)
    triggered = {finder.entity_type for finder in _finders_of(types) if finder.trigger(text)}
    if triggered - _WITHOUT_PRESIDIO:
        return None
    return find_entities(raw, language=language, threshold=threshold, types=types) if triggered else ()


def _finders_of(types: Collection[str] | None) -> Sequence[Finder]:
    return _FINDERS if types is None else _chosen_finders(frozenset(types))


@lru_cache(maxsize=64)
def _chosen_finders(types: frozenset[str]) -> Sequence[Finder]:
    return tuple(finder for finder in _FINDERS if finder.entity_type in types)


def find_entities(
    raw: str, *, language: str, threshold: float, types: Collection[str] | None = None, prefilter: bool = True
) -> tuple[Entity, ...]:
    """Personal data in a text, in order, none overlapping another; `types`: all that is looked for (None: any type).

    What is found is looked past once more, as a later reader of the redacted text would: a label that stood too far
    from its number may now stand beside it. So redacting twice changes nothing.

    `prefilter=False` asks every finder without its trigger; the answer is the same, slower.
    """
    if prefilter and not _may_hold_anything(raw):
        return ()
    finders = _finders_of(types)
    entities = _find_once(raw, finders, language=language, threshold=threshold, prefilter=prefilter)
    found = bool(entities)
    while found:
        shortened, segments = with_placeholders(raw, entities)
        more = _find_once(shortened, finders, language=language, threshold=threshold, prefilter=prefilter)
        entities += tuple(moved_back(entity, segments) for entity in more)
        entities = tuple(sorted(entities, key=lambda entity: entity.start))
        found = bool(more)
    return entities


def _find_once(
    raw: str, finders: Sequence[Finder], *, language: str, threshold: float, prefilter: bool
) -> tuple[Entity, ...]:
    text = Text(raw, language=language)
    return resolve_overlaps(
        [
            entity
            for finder in finders
            if not prefilter or finder.trigger(text)
            for entity in finder.find(text)
            if entity.score >= threshold and not text.is_settled(entity.start, entity.end)
        ]
    )


def with_placeholders(raw: str, entities: Sequence[Entity]) -> tuple[str, list[tuple[int, int]]]:
    """The redacted text, and for each piece that stayed where it starts there and how far it moved."""
    pieces: list[str] = []
    segments = [(0, 0)]
    position = length = 0
    for entity in entities:
        pieces += (raw[position : entity.start], f"<{entity.type}>")
        length += entity.start - position + len(pieces[-1])
        position = entity.end
        segments.append((length, position - length))
    pieces.append(raw[position:])
    return "".join(pieces), segments


def moved_back(entity: Entity, segments: Sequence[tuple[int, int]]) -> Entity:
    """An entity of the shortened text at its place in the whole one; it touches no placeholder, so it lies in one piece."""
    shift = segments[bisect_right(segments, entity.start, key=itemgetter(0)) - 1][1]
    return replace(entity, start=entity.start + shift, end=entity.end + shift)


_PRECEDENCE = ("EMAIL_ADDRESS", "SECRET", "IBAN_CODE", "CREDIT_CARD")


def resolve_overlaps(found: Sequence[Entity]) -> tuple[Entity, ...]:
    """Join what overlaps: the surest names the type (then precedence, then the longest), and all of it is covered."""
    resolved: list[Entity] = []
    for entity in sorted(found, key=lambda entity: (entity.start, -entity.end)):
        if not resolved or entity.start >= resolved[-1].end:
            resolved.append(entity)
            continue
        last = resolved[-1]
        winner = max(last, entity, key=_strength)
        resolved[-1] = Entity(type=winner.type, start=last.start, end=max(last.end, entity.end), score=winner.score)
    return tuple(resolved)


def _strength(entity: Entity) -> tuple[bool, float, int, int]:
    rank = _PRECEDENCE.index(entity.type) if entity.type in _PRECEDENCE else len(_PRECEDENCE)
    return (entity.type == "EMAIL_ADDRESS", entity.score, -rank, entity.end - entity.start)
