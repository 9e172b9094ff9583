"""From a caller's words to a `Question`: whom it names, which time, which kind, what it asks of the planes. No I/O."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from moe_memorygraph.errors import NotFound
from moe_memorygraph.experts.compliance import risks_asked
from moe_memorygraph.experts.values import Question, QuestionKind, TimeRange
from moe_memorygraph.memory.values import Customer
from moe_memorygraph.words import content_words, name_key, stem, token_spans, tokens
from moe_memorygraph.workflow.categories import default_index
from moe_memorygraph.workflow.kinds import Signals, asks_customers, kind_of, mend, state_of
from moe_memorygraph.workflow.periods import period_before
from moe_memorygraph.workflow.tenant_view import TenantView
from moe_memorygraph.workflow.time_words import TimeMention, find_time_ranges
from moe_memorygraph.workflow.values import Ask, ToolName

__all__ = ["CHURN_WINDOW", "READS_TIMES", "refers_back", "understand"]

READS_TIMES = frozenset[ToolName](["query_customer_intel", "explain_gate"])
"""Tools whose customers and times stand in the question; the others take them as arguments."""

CHURN_WINDOW = timedelta(days=180)
"""How far before a loss its reasons are looked for, and how long the customer's own baseline is."""

_INSTANT = timedelta(microseconds=1)
_I = re.IGNORECASE
_CHURN = re.compile(
    r"\b(churn\w*|leav(e|ing)|left|cancel\w*|lost|lose|quit|walk(ed)? away|terminat\w*|go(ne)? away|stop(ped)? using|switch\w*|dr(ove|iven?) .+ away|(go|gone|went|moved?) (over )?to|competitors?|rivals?)\b",
    _I,
)
_REFERS_BACK = re.compile(
    r"^\W*(?:and|also|then|so|but|what about|how about)\b|\b(?:they|their|theirs|them|(?:this|that|the|same) (?:customer|account|client|company))\b",
    _I,
)
_WHERE_IS = re.compile(r"\bwhere (?:in the world )?(?:is|are) [\w .&'-]+\??$", _I)
_FOLLOWING_NAME = re.compile(r" (?P<word>[A-Z][a-z]+)\b")
_ACCOUNT_MANAGER = re.compile(r"\b(?:account|success|relationship) managers?\b", _I)
_KEPT_WHERE = re.compile(r"\bdata\b|\b(?:stored|hosted|kept)\b", _I)
_VERBATIM = re.compile(
    r"\b(quotes?|verbatim|exact (words|wording)|example(s)?|in their (own )?words|say about|said about|show me (the )?tickets?|what did .+ (say|write|ask|complain|report)|tickets? (about|where|that|mentioning|from))\b",
    _I,
)
_KNEW = re.compile(r"\bdid we (?:know|believe|think)\b|\bwe (?:knew|believed|thought)\b|\bwas known\b", _I)
_AS_OF = re.compile(r"\b(?:as of|as at|back (?:in|on))\b", _I)
_CAPITAL = re.compile(r"\b[A-Z][\w&'’.-]*(?:\s+(?:(?:of|and|the|&|de|la)\s+)?[A-Z][\w&'’.-]*)*")
_ASKED_NAME = re.compile(
    r"\b(?:why (?:did|has|is|was)|(?:did|has|is|was|does)|(?:report|summary|overview|brief|review) (?:for|on|of|about)|health (?:report|check|score|summary) (?:for|of)|customer|account(?: of)?|about)\s+"
    r"(?P<name>[\w&'’.-]+(?:\s+[\w&'’.-]+){0,3}?)\s*(?:'s\b|’s\b|\bchurn|\bleav|\bcancel|\bleft\b|\blost\b|\bunhappy|\bupset|\bdoing\b|[?.!]?$)",
    _I,
)
_NOT_NAMES = frozenset(
    stem(word)
    for word in [
        "i",
        "we",
        "you",
        "they",
        "what",
        "why",
        "how",
        "who",
        "when",
        "which",
        "whose",
        "whom",
        "where",
        "if",
        "unless",
        "once",
        "while",
        "because",
        "although",
        "after",
        "before",
        "until",
        "since",
        "within",
        "is",
        "are",
        "was",
        "were",
        "do",
        "does",
        "did",
        "can",
        "could",
        "should",
        "would",
        "will",
        "the",
        "a",
        "an",
        "in",
        "on",
        "at",
        "for",
        "of",
        "and",
        "or",
        "sso",
        "saml",
        "api",
        "apis",
        "sla",
        "gdpr",
        "ccpa",
        "pii",
        "crm",
        "csv",
        "pdf",
        "mfa",
        "2fa",
        "sms",
        "url",
        "dpa",
        "dsar",
        "soc",
        "iso",
        "erp",
        "ui",
        "ux",
        "ai",
        "faq",
        "kpi",
        "nps",
        "csat",
        "arr",
        "mrr",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "q1",
        "q2",
        "q3",
        "q4",
        "h1",
        "h2",
        "list",
        "show",
        "give",
        "tell",
        "compare",
        "summarise",
        "summarize",
        "explain",
        "find",
        "describe",
        "please",
        "has",
        "have",
        "any",
        "all",
        "our",
        "their",
        "enterprise",
        "pro",
        "business",
        "starter",
        "premium",
        "basic",
        "free",
        "us",
        "uk",
        "eu",
        "usd",
        "eur",
        "gbp",
        "okay",
        "hi",
        "hello",
        "thanks",
    ]
)
_PREDICATE_WORDS: dict[str, tuple[str, ...]] = {
    "churn": ("churned_at", "churn_reason", "status"),
    "churned": ("churned_at", "churn_reason", "status"),
    "leave": ("churned_at", "churn_reason", "status"),
    "left": ("churned_at", "churn_reason", "status"),
    "own": ("account_owner", "owner", "csm", "account_manager"),
    "owns": ("account_owner", "owner", "csm", "account_manager"),
    "owner": ("account_owner", "owner", "csm", "account_manager"),
    "csm": ("csm", "account_owner", "account_manager"),
    "manages": ("account_manager", "csm", "account_owner"),
    "contact": ("primary_contact",),
    "plan": ("plan", "tier"),
    "tier": ("tier", "plan"),
    "subscription": ("plan", "tier"),
    "revenue": ("arr", "contract_value", "mrr"),
    "worth": ("arr", "contract_value"),
    "pay": ("contract_value", "arr"),
    "paying": ("contract_value", "arr"),
    "contract": ("contract_value", "renewal_date", "contract_term"),
    "renew": ("renewal_date", "renewal_quote"),
    "renewal": ("renewal_date", "renewal_quote"),
    "industry": ("industry",),
    "sector": ("industry",),
    "region": ("region",),
    "located": ("region",),
    "based": ("region",),
    "status": ("status",),
    "active": ("status",),
    "joined": ("since",),
    "since": ("since",),
    "started": ("since",),
    "seats": ("seats", "licensed_seats"),
    "licence": ("licensed_seats", "seats"),
    "licences": ("licensed_seats", "seats"),
    "license": ("licensed_seats", "seats"),
    "licenses": ("licensed_seats", "seats"),
    "seat": ("seats", "seat_price", "price_per_seat"),
    "competitor": ("competitor", "switched_to"),
    "lose": ("competitor", "switched_to", "churn_reason", "churned_at"),
    "lost": ("competitor", "switched_to", "churn_reason", "churned_at"),
    "cancel": ("churned_at", "churn_reason"),
    "cancelled": ("churned_at", "churn_reason"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    customers: tuple[Customer, ...]
    unknown: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    times: list[TimeMention]
    """What names a time and no customer: "March Networks" names none."""


def refers_back(text: str) -> bool:
    """Whether a question leans on what was said before ("and in Q4?", "what did they pay?")."""
    return bool(_REFERS_BACK.search(text))


def understand(
    ask: Ask,
    text: str,
    *,
    run_id: UUID,
    view: TenantView,
    now: datetime,
    carried: tuple[Customer, ...] = (),
    event: TimeMention | None = None,
) -> Question:
    """Read a question. `text` is the cleaned text; `carried` are customers that the session was about; `event` is a
    range that hangs on an event which `text` names there, and whose day is known.

    Raises `NotFound` where `ask.customer` names nobody.
    """
    free = ask.tool in READS_TIMES
    mentions = _mentions(ask, text, view, now) if free else []
    asked = f"{text[: event.start]} {text[event.stop :]}" if event else text  # an outage that dates is not asked about
    said = mend(asked) if free else asked
    names = _names(ask, text, view, mentions)
    mentions = [*names.times, event] if event else names.times
    customers = names.customers or carried
    known_at = ask.known_at or _known_at(text, mentions)
    as_of = ask.as_of or _as_of(text, mentions) or known_at
    predicates = _predicates(said, view)
    meant = default_index(view.categories).meant(_without_names(said, text, names))
    risks = risks_asked(said)
    signals = Signals(
        customers=len(customers),
        times=len(mentions) + bool(ask.since or ask.until),
        categories=len(meant.categories),
        predicates=len(predicates),
        risks=len(risks),
    )
    kind: QuestionKind = kind_of(text, signals) if free else "general"
    if predicates and kind in ("what_is", "general"):  # "today" of what is on record is now, and no day of tickets
        mentions = [mention for mention in mentions if not _is_today(mention.range, now)]
    time, baseline = _times(ask, kind, said, mentions, customers, as_of, now)
    keywords = _keywords(text, names, mentions)
    return Question(
        run_id=run_id,
        text=text,
        kind=kind,
        asked_at=now,
        customers=customers,
        customer_names=view.names.labels,
        unknown_names=names.unknown,
        time=time,
        baseline=baseline,
        as_of=as_of,
        known_at=known_at,
        categories=meant.categories,
        meant_stems=meant.stems,
        predicates=predicates if kind != "how_many" or not customers else (),  # those who write are not "contacts"
        asks_customers=free and not customers and asks_customers(said),
        state=state_of(said) if free else None,
        risks=risks if kind == "compliance" else (),
        keywords=keywords,
        session_id=ask.session_id,
        wants_verbatim=bool(_VERBATIM.search(text)),
        limit=ask.limit,
        offset=ask.offset,
        ticket_filter=ask.ticket_filter,
        options={**ask.options, "tool": ask.tool},
    )


def _mentions(ask: Ask, text: str, view: TenantView, now: datetime) -> list[TimeMention]:
    return find_time_ranges(
        text,
        now=ask.as_of or now,
        anchor=ask.as_of or view.data_end,
        fiscal_year_start=view.fiscal_year_start,
    )


def _names(ask: Ask, text: str, view: TenantView, mentions: list[TimeMention]) -> _Names:
    if ask.customer is not None:
        given = view.names.find(ask.customer)
        if given is None:
            raise NotFound("No customer has this id, name or alias.", "Check the spelling, or ask without `customer`.")
        return _Names(customers=(given,), unknown=(), spans=(), times=_times_outside(text, view, mentions))
    if ask.tool not in READS_TIMES:
        return _Names(customers=(), unknown=(), spans=(), times=mentions)
    found, mentions = _told_apart(_named(text, view), mentions)
    customers = tuple(dict.fromkeys(customer.customer_id for _, _, customer in found))
    named = [(start, stop) for start, stop, _ in found]
    taken = named + [(m.start, m.stop) for m in mentions]
    unknown = [] if customers else _unknown_names(text, taken, view)
    return _Names(
        customers=tuple(view.names.by_id[customer_id] for customer_id in customers),
        unknown=tuple(dict.fromkeys(unknown)),
        spans=tuple(named),
        times=mentions,
    )


def _times_outside(text: str, view: TenantView, mentions: list[TimeMention]) -> list[TimeMention]:
    return _told_apart(_named(text, view), mentions)[1] if mentions else mentions


def _named(text: str, view: TenantView) -> list[tuple[int, int, Customer]]:
    """Customers that a text names, with where (code points)."""
    found = view.names.mentions(tokens(text))
    spans = token_spans(text) if found else []
    named = [(spans[first][0], spans[last - 1][1], who) for first, last, who in found]
    return [one for one in named if not _is_of_another(text, *one, view)]


def _is_of_another(text: str, start: int, stop: int, customer: Customer, view: TenantView) -> bool:
    """Whether a name that was cut short goes on as none of its customer's does: "Zellmore Textiles", where Zellmore Labs
    is known. A word that the tenant's categories hold goes on with the question, not with the name."""
    following = _FOLLOWING_NAME.match(text, stop)
    if following is None or not view.names.is_cut_short(text[start:stop]):
        return False
    word = following["word"].casefold()
    own = {part for name in (customer.name, *customer.aliases) for part in name_key(name).split()}
    return word not in own and stem(word) not in _vocabulary((*view.categories, *view.predicates))


def _told_apart(
    named: list[tuple[int, int, Customer]], mentions: list[TimeMention]
) -> tuple[list[tuple[int, int, Customer]], list[TimeMention]]:
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


@lru_cache(maxsize=256)
def _vocabulary(labels: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem(word) for label in labels for word in tokens(label.replace("_", " ")))


def _unknown_names(text: str, taken: list[tuple[int, int]], view: TenantView) -> list[str]:
    """Names in the place of a customer that the tenant does not know; its own vocabulary is no name."""
    vocabulary = _vocabulary((*view.categories, *view.predicates))
    found = []
    candidates = [(m.start(), m.end(), m[0]) for m in _CAPITAL.finditer(text)]
    candidates += [(m.start("name"), m.end("name"), m["name"]) for m in _ASKED_NAME.finditer(text)]
    for start, stop, name in candidates:
        if any(start < end and begin < stop for begin, end in taken):
            continue
        words = [word for word in tokens(name) if stem(word) not in _NOT_NAMES and not any(c.isdigit() for c in word)]
        capital = all(word[0].isupper() for word in words)
        if not words or all(stem(word) in vocabulary for word in words):
            continue
        if capital and not (start == 0 and len(words) == 1 and " " not in name):
            found.append(" ".join(words).removesuffix("'s").removesuffix("’s"))
        elif not capital and _CHURN.search(text) and len(content_words(name)) == len(words) <= 2:
            found.append(" ".join(words))
    return found


def _known_at(text: str, mentions: list[TimeMention]) -> datetime | None:
    """ "What did we know about Acme in June 2025" asks for what was on record by the end of what it names."""
    if not mentions or not _KNEW.search(text):
        return None
    return mentions[-1].range.until - timedelta(microseconds=1)


def _as_of(text: str, mentions: list[TimeMention]) -> datetime | None:
    """ "as of June 2025" is a point: the end of what it names."""
    for mention in mentions:
        if _AS_OF.search(text[max(0, mention.start - 8) : mention.start + 4]):
            return mention.range.until - timedelta(microseconds=1)
    return None


def _times(
    ask: Ask,
    kind: QuestionKind,
    text: str,
    mentions: list[TimeMention],
    customers: tuple[Customer, ...],
    as_of: datetime | None,
    now: datetime,
) -> tuple[TimeRange | None, TimeRange | None]:
    """The range asked about, and what it is compared with."""
    ranges = [mention.range for mention in mentions] if as_of is None or ask.as_of or ask.known_at else []
    if len(mentions) == 1 and mentions[0].ends and kind in ("trend", "compare", "why"):
        ranges = list(mentions[0].ends)
    if ask.since or ask.until:
        ranges = [_range_given(ask.since, ask.until, now)]
    if len(ranges) >= 2 and kind in ("compare", "trend", "why", "how_many", "what_is", "general"):
        first, second = sorted(ranges[:2], key=lambda r: r.since)
        return second, first
    if ranges:
        return ranges[0], period_before(ranges[0]) if kind in ("trend", "why", "compare") else None
    if kind == "why" and len(customers) == 1 and customers[0].churned_at and _CHURN.search(text):
        lost = customers[0].churned_at
        until = datetime(lost.year, lost.month, lost.day, tzinfo=UTC) + timedelta(days=1)
        time = TimeRange(since=until - CHURN_WINDOW, until=until, label=f"the {CHURN_WINDOW.days} days before {lost}")
        return time, TimeRange(
            since=time.since - CHURN_WINDOW, until=time.since, label=f"the {CHURN_WINDOW.days} days before that"
        )
    return None, None


def _is_today(time: TimeRange, now: datetime) -> bool:
    return time.since <= now < time.until <= time.since + timedelta(days=1)


def _range_given(since: datetime | None, until: datetime | None, now: datetime) -> TimeRange:
    """The range of a caller's two arguments, open at either end."""
    latest = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    since = since or min(datetime(1970, 1, 1, tzinfo=UTC), until or now)
    until = until or max(since + min(timedelta(days=1), latest - since), now)
    last = until - _INSTANT if until > since else since
    return TimeRange(since=since, until=until, label=f"{since:%Y-%m-%d} to {last:%Y-%m-%d}")


def _without_names(said: str, text: str, names: _Names) -> str:
    """What is said beside customers' names, which may hold a category's word: "Northwind Delivery"."""
    for start, stop in names.spans:
        said = said.replace(text[start:stop], ",")
    return said


def _predicates(text: str, view: TenantView) -> tuple[str, ...]:
    said = [word.casefold() for word in tokens(text)]
    said_stems = {stem(word) for word in said}
    known = {name_key(predicate.replace("_", " ")): predicate for predicate in view.predicates}
    wanted = [predicate for key, predicate in known.items() if {stem(word) for word in key.split()} <= said_stems]
    if _WHERE_IS.search(text):
        asked = ("data_region", "data_residency") if _KEPT_WHERE.search(text) else ("region",)
        wanted += [name for name in asked if name in view.predicates]
    if _ACCOUNT_MANAGER.search(text):
        wanted += [name for name in ("account_manager", "csm", "account_owner") if name in view.predicates]
    for word in said:
        wanted += [name for name in _PREDICATE_WORDS.get(word, ()) if name in view.predicates]
    return tuple(dict.fromkeys(wanted))


def _keywords(text: str, names: _Names, mentions: list[TimeMention]) -> tuple[str, ...]:
    """Content words outside names and times."""
    kept, position = [], 0
    for start, stop in sorted([*names.spans, *((m.start, m.stop) for m in mentions)]):
        kept.append(text[position:start] if start > position else "")
        position = max(position, stop)
    kept.append(text[position:])
    return content_words(" ".join(kept))
