"""What must hold for every text: nothing planted survives, triggers change nothing, twice is once."""

from typing import get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st

from moe_memorygraph.compliance import Policy, RawText, Redactor
from moe_memorygraph.compliance.detection import find_entities
from moe_memorygraph.compliance.folding import see

REDACTOR = Redactor(hash_key=b"sixteen bytes at least")


def with_check_digit(digits: str) -> str:
    """A card number: the digits and the one that makes its Luhn sum whole."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return digits + str(-sum(number - 9 * (number > 9) for number in doubled) % 10)


def grouped(digits: str, separator: str) -> str:
    return separator.join(digits[start : start + 4] for start in range(0, len(digits), 4))


def iban(country: str, account: str) -> str:
    number = int("".join(str(int(character, 36)) for character in account + country + "00"))
    return f"{country}{98 - number % 97:02d}{account}"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


EMAILS = st.builds(
    "{}@{}.{}".format,
    st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._%+-]{0,20}[A-Za-z0-9])?", fullmatch=True),
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,15}[a-z0-9])?", fullmatch=True),
    st.sampled_from(["com", "example", "co.uk", "internal", "museum", "io"]),
)
CARDS = st.builds(
    lambda issuer, rest, separator: grouped(with_check_digit((issuer[0] + rest)[: issuer[1] - 1]), separator),
    st.sampled_from(
        [("4", 16), ("51", 16), ("55", 16), ("2221", 16), ("37", 15), ("6011", 16), ("3528", 16), ("62", 19)]
    ),
    digits(18),
    st.sampled_from(["", " ", "-"]),
)
IBANS = st.builds(
    lambda country, rest, separator, case: case(grouped(iban(country[0], rest[: country[1] - 4]), separator)),
    st.sampled_from([("DE", 22), ("FR", 27), ("AT", 20), ("NO", 15), ("PL", 28)]),
    digits(30),
    st.sampled_from(["", " ", "-"]),
    st.sampled_from([str.upper, str.lower]),
)
SSNS = st.builds(
    lambda area, group, serial, separator: f"{area:03d}{separator}{group:02d}{separator}{serial:04d}",
    st.integers(1, 899).filter(lambda area: area != 666),
    st.integers(1, 99),
    st.integers(1, 9999),
    st.sampled_from(["-", " "]),
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)


@settings(deadline=None)
@given(
    before=ANY_TEXT,
    planted=st.one_of(EMAILS, CARDS, IBANS, SSNS),
    after=ANY_TEXT,
    policy=st.sampled_from(get_args(Policy)),
)
def test_what_is_planted_never_survives(before: str, planted: str, after: str, policy: Policy) -> None:
    redaction = REDACTOR.redact(RawText(f"{before} {planted} {after}"), policy=policy)
    assert planted not in redaction.text
    assert redaction.entities


FRAGMENT_WORDS = [
    "passport",
    "phone",
    "call",
    "ssn",
    "NHS",
    "password:",
    "my pin is",
    "api key =",
    "order",
    "order no.",
    "bank account",
    "card",
    "version",
    "driver's license",
    "hunter2",
    "Bearer",
    "abcdef0123456789",
    "eyJhbGciOiJ9.eyJzdWIiOiIxMjM0.abc",
    "sk-abcdefghijklmnop",
    "://u:p@h",
    "::1",
    "10.0.0.7",
    "00:1B:44:11:3A:B7",
    "bob [at] acme [dot] com",
    "AB 12 34 56 C",
    "2024-01-15 10:30",
    "$",
    "USD",
    "<SECRET>",
    "****1111",
    "<PHONE_NUMBER:1a2b3c4d>",
    "pİn: 12345",
    "paſſword: x9x9",
    "4111\u200b1111\u200b1111\u200b1111",
    "４１１１",
    "fax",
    "x",
    "ext",
    "\n",
]
FRAGMENTS = st.lists(
    st.one_of(
        EMAILS,
        CARDS,
        IBANS,
        SSNS,
        digits(9),
        digits(10),
        st.text(max_size=6),
        st.from_regex(r"[0-9 ().+:/-]{1,25}", fullmatch=True),
        st.sampled_from(FRAGMENT_WORDS),
    ),
    max_size=12,
).flatmap(lambda parts: st.sampled_from([" ", " ", "", ", ", "\n"]).map(lambda glue: glue.join(parts)))


@settings(deadline=None)
@given(FRAGMENTS, st.sampled_from(["en", "es", "it"]))
@example("pİn: 12345", "en")
def test_triggers_change_nothing_but_speed(text: str, language: str) -> None:
    seen = see(text).text
    quick = find_entities(seen, language=language, threshold=0.35)
    assert quick == find_entities(seen, language=language, threshold=0.35, prefilter=False)


@settings(deadline=None)
@given(FRAGMENTS, st.sampled_from(get_args(Policy)))
def test_twice_is_once(text: str, policy: Policy) -> None:
    once = REDACTOR.redact(RawText(text), policy=policy)
    twice = REDACTOR.redact(RawText(once.text), policy=policy)
    assert twice.text == once.text
    assert twice.entities == ()


@settings(deadline=None)
@given(FRAGMENTS | ANY_TEXT)
def test_entities_are_in_order_apart_and_within_the_text(text: str) -> None:
    end = 0
    for entity in REDACTOR.find(text):
        assert end <= entity.start < entity.end <= len(text)
        assert 0.35 <= entity.score <= 1
        end = entity.end
