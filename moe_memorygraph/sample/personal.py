"""Personal data to plant: invented people, and numbers reserved for examples, with valid checksums.

Telephone numbers come from the ranges kept for fiction, addresses from example.com and the documentation networks,
cards and IBANs from published test numbers; social security numbers start with 9, which none does.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence

from moe_memorygraph.sample.values import Account, Span

__all__ = ["PERSONAL_KINDS", "marked", "personal_sentence", "take_marks"]

_FIRST = [
    "Amelia",
    "Tobias",
    "Priya",
    "Marcus",
    "Ingrid",
    "Kwame",
    "Lucia",
    "Henrik",
    "Naomi",
    "Farid",
    "Beatriz",
    "Callum",
    "Yuki",
    "Odette",
    "Rahul",
    "Greta",
    "Samuel",
    "Leila",
    "Viktor",
    "Carmen",
    "Desmond",
    "Hanna",
    "Pablo",
    "Imogen",
    "Tariq",
    "Elise",
    "Bogdan",
    "Miriam",
    "Joaquin",
    "Fiona",
]
_LAST = [
    "Haverford",
    "Lindqvist",
    "Okafor",
    "Castellano",
    "Brandt",
    "Nakamura",
    "Delacroix",
    "Whitlock",
    "Mehta",
    "Sorensen",
    "Kowalski",
    "Ferreira",
    "Abernathy",
    "Rasmussen",
    "Bouchard",
    "Iyer",
    "Pemberton",
    "Zielinski",
    "Marchetti",
    "Holloway",
    "Vasquez",
    "Thornbury",
    "Eriksen",
    "Obi",
    "Calloway",
    "Stavros",
    "Lindgren",
    "Farrow",
    "Quintero",
    "Ashworth",
]
_CARDS = (
    "4111111111111111",
    "5555555555554444",
    "4012888888881881",
    "5105105105105100",
    "4242424242424242",
    "6011111111111117",
    "6011000990139424",
    "4222222222222220",
)
_IBANS = (
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "ES9121000418450200051332",
    "CH9300762011623852957",
    "AT611904300234573201",
    "BE68539007547034",
)
_PHONES: Mapping[str, Sequence[str]] = {
    "North America": ("(212) 555-01{:02d}", "415-555-01{:02d}", "+1 312 555 01{:02d}", "617.555.01{:02d}"),
    "Europe": ("+44 20 7946 09{:02d}", "+44 161 496 01{:02d}", "020 7946 03{:02d}"),
    "Asia Pacific": ("+61 2 5550 12{:02d}", "+61 3 7010 43{:02d}"),
    "South America": ("+1 305 555 01{:02d}",),
}

PERSONAL_KINDS: Mapping[str, Sequence[str]] = {
    "EMAIL_ADDRESS": (
        "Please {answer|write} to <> {instead|as well}, {this mailbox is shared|I'm travelling}.",
        "{My direct address is|Best reach me at} <>.",
        "{Copy|Please copy} <> {on the reply|in}.",
    ),
    "PHONE_NUMBER": (
        "{You can reach me on|Ring me on|My direct line is} <>{ until five|, mornings are best|}.",
        "{Faster by phone|If it's quicker by phone}: <>.",
        "{Call|Please call} <> {before you change anything|when it's done}.",
    ),
    "CREDIT_CARD": (
        "The card {in question|we used} is <>{, in case you need it|}.",
        "{For reference, card number|Card number for your search:} <>.",
    ),
    "IBAN_CODE": (
        "{If you pay it back by transfer|Our account for the transfer}: <>.",
        "{Please use|Use} <> {for the money|as our account}.",
    ),
    "US_SSN": (
        "{By the way, the export shows|The file even contains} {social security numbers|an employee's SSN}, for example <>.",
        "{For the tax form you asked for|For your W-9 form} my SSN is <>.",
    ),
    "IP_ADDRESS": (
        "{We come from|Our office address is|The requests come from} <>{, if that helps|}.",
        "{The log line has|In the log I see} <> {as the source|next to it}.",
    ),
    "PERSON": (
        "{Please ask for|Ask for} <> {if I'm out|when you call}.",
        "<> {from our side|in our team} {knows the details|can show you}.",
        "{I'm on leave from tomorrow|From tomorrow I'm away}, <> {takes over|covers for me}.",
    ),
}

_MARK = re.compile(r"⟦([A-Z_]+):([^⟧]*)⟧")


def marked(kind: str, text: str) -> str:
    """Personal data, marked so that its place is known when the body is finished."""
    return f"⟦{kind}:{text}⟧"


def take_marks(body: str) -> tuple[str, tuple[Span, ...]]:
    """The body without marks, and where the personal data stands in it."""
    spans: list[Span] = []
    pieces: list[str] = []
    length = 0
    position = 0
    for mark in _MARK.finditer(body):
        before = body[position : mark.start()]
        kind, text = mark.groups()
        pieces += [before, text]
        length += len(before)
        spans.append(Span(kind=kind, start=length, end=length + len(text), text=text))
        length += len(text)
        position = mark.end()
    return "".join(pieces) + body[position:], tuple(spans)


def personal_sentence(topic: str, account: Account, chance: random.Random) -> tuple[str, str]:
    """A phrase that gives away something personal, fit for the topic, and the marked value for its `<>`."""
    kind = chance.choice(_fitting_kinds(topic, account))
    return chance.choice(PERSONAL_KINDS[kind]), marked(kind, _MAKERS[kind](account, chance))


def _fitting_kinds(topic: str, account: Account) -> list[str]:
    kinds = ["EMAIL_ADDRESS", "PHONE_NUMBER", "PERSON"]
    if topic in {"billing", "refund"}:
        kinds += ["CREDIT_CARD", "CREDIT_CARD", "IBAN_CODE"] if account.region == "Europe" else ["CREDIT_CARD"]
    if topic in {"login", "security", "integration", "outage"}:
        kinds += ["IP_ADDRESS"]
    if topic in {"privacy", "onboarding", "account"} and account.region == "North America":
        kinds += ["US_SSN", "US_SSN"]
    return kinds


def _name(_account: Account, chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def _mail(account: Account, chance: random.Random) -> str:
    first, last = _name(account, chance).lower().split()
    return f"{chance.choice((f'{first}.{last}', f'{first[0]}{last}', f'{first}_{last}'))}@{account.customer_id}.example.com"


def _phone(account: Account, chance: random.Random) -> str:
    return chance.choice(_PHONES[account.region]).format(chance.randrange(100))


def _card(_account: Account, chance: random.Random) -> str:
    number = chance.choice(_CARDS)
    groups = [number[at : at + 4] for at in range(0, len(number), 4)]
    return chance.choice((number, " ".join(groups), "-".join(groups)))


def _iban(_account: Account, chance: random.Random) -> str:
    number = chance.choice(_IBANS)
    return chance.choice((number, " ".join(number[at : at + 4] for at in range(0, len(number), 4))))


def _ssn(_account: Account, chance: random.Random) -> str:
    return f"9{chance.randrange(10, 90)}-{chance.randrange(10, 50)}-{chance.randrange(1000, 9999)}"


def _ip(_account: Account, chance: random.Random) -> str:
    return chance.choice(("192.0.2.{}", "198.51.100.{}", "203.0.113.{}")).format(chance.randrange(2, 254))


_MAKERS: Mapping[str, Callable[[Account, random.Random], str]] = {
    "EMAIL_ADDRESS": _mail,
    "PHONE_NUMBER": _phone,
    "CREDIT_CARD": _card,
    "IBAN_CODE": _iban,
    "US_SSN": _ssn,
    "IP_ADDRESS": _ip,
    "PERSON": _name,
}
