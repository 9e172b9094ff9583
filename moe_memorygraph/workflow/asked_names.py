"""Whom a question names: customers, subjects of facts, names that nobody bears; and which words name a time instead.

No I/O.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.values import Customer
from moe_memorygraph.words import content_words, name_key, stem, token_spans, tokens
from moe_memorygraph.workflow.known_names import KnownName
from moe_memorygraph.workflow.tenant_view import TenantView
from moe_memorygraph.workflow.time_words import TimeMention

__all__ = ["LOSS_WORDS", "Named", "Span", "given_name", "named_in"]

Span = tuple[int, int]
"""Where something stands in a text: from, up to (code points)."""

_I = re.IGNORECASE
LOSS_WORDS = re.compile(
    r"\b(churn\w*|leav(e|ing)|left|cancel\w*|lost|lose|quit|walk(ed)? away|terminat\w*|go(ne)? away|stop(ped)? using|switch\w*|dr(ove|iven?) .+ away|(go|gone|went|moved?) (over )?to|competitors?|rivals?)\b",
    _I,
)
_FOLLOWING_NAME = re.compile(r" (?P<word>[A-Z][a-z]+)\b")
_CAPITAL = re.compile(r"\b[A-Z][\w&'’.-]*(?:\s+(?:(?:of|and|the|&|de|la)\s+)?[A-Z][\w&'’.-]*)*")
_ASKED_NAME = re.compile(
    r"\b(?:why (?:did|has|is|was)|(?:did|has|is|was|does)|(?:report|summary|overview|brief|review) (?:for|on|of|about)|health (?:report|check|score|summary) (?:for|of)|customer|account(?: of)?|about)\s+"
    r"(?P<name>[\w&'’.-]+(?:\s+[\w&'’.-]+){0,3}?)\s*(?:'s\b|’s\b|\bchurn|\bleav|\bcancel|\bleft\b|\blost\b|\bunhappy|\bupset|\bdoing\b|[?.!]?$)",
    _I,
)
_NOT_NAMES = frozenset(
    stem(word)
    for word in """i we you they what why how who whom whose when which where if unless once while because although after before until since within is are was were do does did can could should would will the a an
    in on at for of and or sso saml api apis sla gdpr ccpa pii crm csv pdf mfa 2fa sms url dpa dsar soc iso erp ui
    ux ai faq kpi nps csat arr mrr january february march april may june july august september october november
    december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday
    sunday q1 q2 q3 q4 h1 h2 list show give tell compare summarise summarize explain find describe please has have
    any all our their had enterprise pro business starter premium basic free us uk eu usd eur gbp okay hi hello thanks
    my me your his her its it this that these those there here still also but not no yes so then just cc bcc kb mb gb tb
    sum total average mean median combined count number""".split()  # noqa: SIM905 - words read better so
)
"""Words that begin questions, initials of the trade, months, plans that many vendors have."""


_CONTRACTED = re.compile(r"['’](?:d|m|ve|ll|re|t)$", _I)
"""How a verb ends that stands with its subject: "I'd", "can't"."""
_OPENS = re.compile(r"^[A-Z]\w+ing$")
_SENTENCE_ENDS = re.compile(r"(?:^|[.!?:;\n])[\s\"“'(]*$")
_IN_NAMES = frozenset(["industry", "sector", "segment"])
"""Predicates whose values companies bear in their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    customers: tuple[Customer, ...] = ()
    """Each once, in the order named."""
    subjects: tuple[str, ...] = ()
    """Subjects of facts that are no customers."""
    unknown: tuple[str, ...] = ()
    """Names in the place of a customer that the tenant does not know."""
    spans: tuple[Span, ...] = ()
    """Where customers stand."""
    others: tuple[Span, ...] = ()
    """Where other names stand that facts know: people, plans, products."""
    is_somebody: bool = False
    """It names somebody of whom a value may be asked: a customer, a person; a plan is nobody."""
    values_of: tuple[str, ...] = ()
    """Predicates of which it names a value: "active", "Gold"."""
    times: tuple[TimeMention, ...] = ()
    """What names a time and no customer: "March Networks" names none."""


def given_name(name: str, text: str, view: TenantView, mentions: Sequence[TimeMention]) -> Named:
    """The customer that a caller named in so many words, and the times of the text that stand in no name.

    Raises `NotFound` where it names nobody.
    """
    given = view.names.find(name)
    if given is None:
        raise NotFound("No customer has this id, name or alias.", "Check the spelling, or ask without `customer`.")
    found, times = _told_apart(_customers(text, view, mentions), mentions)
    others = _others(text, view, [(start, stop) for start, stop, _ in found], times)
    return Named(
        customers=(given,),
        spans=tuple((start, stop) for start, stop, who in found if who.customer_id == given.customer_id),
        others=tuple((start, stop) for start, stop, _ in others),
        is_somebody=True,
        values_of=_values_of(others),
        times=tuple(times),
    )


def named_in(text: str, view: TenantView, mentions: Sequence[TimeMention]) -> Named:
    """Whom a text names."""
    found, times = _told_apart(_customers(text, view, mentions), mentions)
    customers = tuple(dict.fromkeys(customer.customer_id for _, _, customer in found))
    spans = [(start, stop) for start, stop, _ in found]
    others = _others(text, view, spans, times)
    places = [(start, stop) for start, stop, _ in others]
    taken = [*spans, *places, *((time.start, time.stop) for time in times)]
    return Named(
        customers=tuple(view.names.by_id[customer_id] for customer_id in customers),
        subjects=tuple(dict.fromkeys(one.subject for _, _, one in others if one.subject is not None)),
        unknown=tuple(dict.fromkeys(_unknown_names(text, taken, view))),
        spans=tuple(spans),
        others=tuple(places),
        is_somebody=bool(customers) or any(one.is_somebody for _, _, one in others),
        values_of=_values_of(others),
        times=tuple(times),
    )


def _customers(text: str, view: TenantView, mentions: Sequence[TimeMention]) -> list[tuple[int, int, Customer]]:
    """Customers that a text names, with where."""
    found = view.names.mentions(tokens(text))
    spans = token_spans(text) if found else []
    named = [(spans[first][0], spans[last - 1][1], who) for first, last, who in found]
    return [
        one
        for one in named
        if not _is_a_label(text[one[0] : one[1]], one[2], view) and not _is_of_another(text, *one, view, mentions)
    ]


def _is_a_label(written: str, customer: Customer, view: TenantView) -> bool:
    """Whether a category or a status stands there, of which a customer bears the name: "open tickets" are not those of
    the customer "Open"."""
    if not written.islower() or any(name.islower() for name in (customer.name, *customer.aliases)):
        return False
    labels = (*view.categories, *view.statuses)
    return any(name_key(written) == name_key(label.replace("_", " ")) for label in labels)


def _is_of_another(
    text: str, start: int, stop: int, customer: Customer, view: TenantView, mentions: Sequence[TimeMention]
) -> bool:
    """Whether a name that was cut short goes on as none of its customer's does: "Zellmore Textiles", where Zellmore Labs
    is known, by that name or as "Zellmore". A word of the tenant's categories, plans or people goes on with the question."""
    following = _FOLLOWING_NAME.match(text, stop)
    if following is None or not view.names.is_cut_short(text[start:stop], customer):
        return False
    if any(mention.start <= following.start("word") < mention.stop for mention in mentions):
        return False
    word = following["word"].casefold()
    own = {part for name in (customer.name, *customer.aliases) for part in name_key(name).split()}
    if word in own or stem(word) in _NOT_NAMES:
        return False
    labels = (*view.categories, *view.predicates)
    if stem(word) in _vocabulary(labels):
        borne = any(word in name_key(name).split() for name in view.names.labels.values())
        return borne and not _begins_label(text[following.start("word") :], labels)
    return not _goes_on(view.known.mentions([following["word"]]))


def _goes_on(known: Sequence[KnownName]) -> bool:
    """Whether a name that facts know goes on with the question after a customer's ("Acme Gold"); of what companies call
    themselves by, it makes another name: "Acme Logistics"."""
    return any(one.subject is not None or set(one.predicates) - _IN_NAMES for one in known)


def _others(
    text: str, view: TenantView, taken: Sequence[Span], times: Sequence[TimeMention]
) -> list[tuple[int, int, KnownName]]:
    """Names that facts know, outside the customers' and times, with where."""
    found = view.known.mentions(tokens(text)) if len(view.known) else []
    if not found:
        return []
    spans = token_spans(text)
    named = [
        (spans[one.first][0], spans[one.stop - 1][1], one)
        for one in found
        if one.subject is not None or not _is_part_of_name(text, spans, one)
    ]
    busy = [*taken, *((time.start, time.stop) for time in times)]
    return [one for one in named if not any(start < one[1] and one[0] < stop for start, stop in busy)]


def _values_of(others: Sequence[tuple[int, int, KnownName]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(predicate for _, _, one in others for predicate in one.predicates))


def _is_part_of_name(text: str, spans: Sequence[Span], one: KnownName) -> bool:
    """Whether a value stands in a longer name: "Publishing" is an industry, and no part of "Kelmton Publishing" is."""

    def continues(place: int, gap: str) -> bool:
        word = text[slice(*spans[place])]
        return gap in (" ", " & ") and word[0].isupper() and stem(word) not in _NOT_NAMES

    (start, _), (_, stop) = spans[one.first], spans[one.stop - 1]
    before = one.first > 0 and continues(one.first - 1, text[spans[one.first - 1][1] : start])
    return before or (one.stop < len(spans) and continues(one.stop, text[stop : spans[one.stop][0]]))


def _told_apart(
    named: list[tuple[int, int, Customer]], mentions: Sequence[TimeMention]
) -> tuple[list[tuple[int, int, Customer]], Sequence[TimeMention]]:
    """Names and times without those that stand inside a longer one of the other kind; of equal length the name stays."""
    if not named or not mentions:
        return named, mentions
    names = [
        (start, stop, who)
        for start, stop, who in named
        if not any(m.start <= start and stop <= m.stop and m.stop - m.start > stop - start for m in mentions)
    ]
    times = [m for m in mentions if not any(m.start < stop and start < m.stop for start, stop, _ in names)]
    return names, times


def _begins_label(text: str, labels: Sequence[str]) -> bool:
    """Whether a text begins with the whole of a label: "Health Score was" with `health_score`, not "Health wrote"."""
    said = [stem(word) for word in tokens(text)]
    wanted = ([stem(word) for word in tokens(label.replace("_", " "))] for label in labels)
    return any(label == said[: len(label)] for label in wanted)


@lru_cache(maxsize=256)
def _vocabulary(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem(word) for label in labels for word in tokens(label.replace("_", " ")))


def _is_no_name(word: str) -> bool:
    return stem(word) in _NOT_NAMES or _CONTRACTED.search(word) is not None or any(one.isdigit() for one in word)


def _begins_sentence(text: str, start: int) -> bool:
    return _SENTENCE_ENDS.search(text[:start]) is not None


def _unknown_names(text: str, taken: Sequence[Span], view: TenantView) -> list[str]:
    """Names in the place of a customer that the tenant does not know; its own vocabulary is no name."""
    vocabulary = _vocabulary((*view.categories, *view.predicates))
    found = []
    rest = text
    for start, stop in taken:  # "Globex and Initrode" is one name known and one that is not
        rest = f"{rest[:start]}{',' * (stop - start)}{rest[stop:]}"
    candidates = [(m.start(), m.end(), m[0]) for m in _CAPITAL.finditer(rest)]
    candidates += [(m.start("name"), m.end("name"), m["name"]) for m in _ASKED_NAME.finditer(text)]
    for start, stop, name in candidates:
        if any(start < end and begin < stop for begin, end in taken):
            continue
        words = [word for word in tokens(name) if not _is_no_name(word)]
        if words and _begins_sentence(text, start) and name.startswith(words[0]) and _OPENS.search(words[0]):
            words = words[1:]  # "Deleting the account"
        capital = all(word[0].isupper() for word in words)
        if not words or all(stem(word) in vocabulary for word in words):
            continue
        alone = len(words) == 1 and (name == words[0] or name.startswith(f"{words[0]} the "))
        if capital and not (alone and _begins_sentence(text, start)):
            found.append(" ".join(words).removesuffix("'s").removesuffix("’s"))
        elif (
            not capital
            and LOSS_WORDS.search(text)
            and not LOSS_WORDS.search(name)
            and len(content_words(name)) == len(words) <= 2
        ):
            found.append(" ".join(words))
    return found
