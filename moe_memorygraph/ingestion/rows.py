"""One row as it came to one typed row, or a reason why not. Pure; the text is sanitized, not yet redacted.

A reason names the column, never its value: reasons are logged and shown, values may be personal.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from moe_memorygraph.compliance import RawText, sanitize
from moe_memorygraph.memory.trust import TIERS, Tier

__all__ = [
    "CUSTOMER_COLUMNS",
    "DOCUMENT_COLUMNS",
    "FACT_COLUMNS",
    "MAX_BODY",
    "MAX_ID",
    "REQUIRED_COLUMNS",
    "TICKET_COLUMNS",
    "CustomerRow",
    "DocumentRow",
    "FactRow",
    "MessageRow",
    "RowError",
    "TicketRow",
    "column_key",
    "parse_customer",
    "parse_fact",
    "parse_ticket",
]

CUSTOMER_COLUMNS = (
    "customer_id",
    "name",
    "aliases",
    "tier",
    "industry",
    "region",
    "arr",
    "status",
    "since",
    "churned_at",
    "churn_reason",
)
TICKET_COLUMNS = (
    "ticket_id",
    "customer",
    "created_at",
    "body",
    "subject",
    "category",
    "intent",
    "channel",
    "status",
    "priority",
    "csat",
    "resolved_at",
    "response",
    "author",
    "thread_id",
    "messages",
)
FACT_COLUMNS = ("subject", "predicate", "object", "confidence", "valid_from", "valid_to", "source")
DOCUMENT_COLUMNS = ("document_id", "path", "title", "text")

# What a file must have, by kind; of a group one is enough.
REQUIRED_COLUMNS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "customers": (("customer_id",), ("name",)),
        "tickets": (("ticket_id",), ("customer",), ("created_at",), ("body", "messages")),
        "facts": (("subject",), ("predicate",), ("object",)),
    }
)

MAX_ID = 200  # characters of an id
MAX_SHORT = 500  # of a name, a category, a status
MAX_TEXT = 20_000  # of an attribute, a fact's object, a churn reason
MAX_BODY = 200_000  # of a body, a response, all messages together
MAX_ALIASES = 100
MAX_MESSAGES = 2_000
MAX_ATTRIBUTES = 100

EARLIEST, LATEST = 1900, 2200  # years; beyond them a date is a mistake


_NOTHING = RawText("")


class RowError(ValueError):
    """Why a row cannot be taken: a sentence without values of the row."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    customer_id: str
    name: str
    aliases: tuple[str, ...] = ()
    tier: str | None = None
    industry: str | None = None
    region: str | None = None
    arr: float | None = None  # a year, in the tenant's currency
    status: str | None = None
    since: date | None = None
    churned_at: date | None = None
    churn_reason: RawText | None = None
    attributes: Mapping[str, RawText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message of a conversation; `role` is "customer" or "agent" where the data says no other."""

    author: RawText
    role: str
    at: datetime | None
    text: RawText


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRow:
    ticket_id: str
    customer: str  # id, name or alias
    created_at: datetime
    body: RawText  # of a conversation without one: its messages, a line each
    subject: RawText = _NOTHING
    category: str | None = None
    intent: str | None = None
    channel: str | None = None
    status: str | None = None
    priority: str | None = None
    csat: float | None = None  # 1 to 5
    resolved_at: datetime | None = None
    response: RawText | None = None
    author: RawText | None = None
    thread_id: str | None = None
    messages: tuple[MessageRow, ...] = ()
    attributes: Mapping[str, RawText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow:
    subject: str  # a customer's id, name or alias, or any other name
    predicate: str
    object: RawText
    confidence: float = 1.0  # 0 to 1
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    source: str | None = None
    writer_tier: Tier = "record"  # as an export says of facts that others than systems of record told
    attributes: Mapping[str, RawText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    document_id: str
    path: str  # in the folder that was read, with slashes
    title: RawText
    text: RawText  # Markdown: headings, lists and tables kept


def parse_customer(values: Mapping[str, object]) -> CustomerRow:
    """A customer from one row. Raises RowError."""
    columns = _Columns(values)
    customer_id = columns.identifier("customer_id")
    name = columns.short("name")
    return CustomerRow(
        customer_id=_present("customer_id", customer_id),
        name=_present("name", name),
        aliases=columns.names("aliases"),
        tier=columns.short("tier"),
        industry=columns.short("industry"),
        region=columns.short("region"),
        arr=columns.money("arr"),
        status=columns.short("status"),
        since=columns.day("since"),
        churned_at=columns.day("churned_at"),
        churn_reason=columns.text("churn_reason", limit=MAX_TEXT),
        attributes=columns.rest(CUSTOMER_COLUMNS),
    )


def parse_ticket(values: Mapping[str, object]) -> TicketRow:
    """A ticket from one row. Raises RowError.

    A row may bring `messages` instead of a `body`; the body is then a line "author: text" for each message.
    """
    columns = _Columns(values)
    ticket_id = _present("ticket_id", columns.identifier("ticket_id"))
    customer = _present("customer", columns.short("customer"))
    created_at = _present("created_at", columns.moment("created_at"))
    messages = columns.messages("messages")
    body = columns.text("body", limit=MAX_BODY) or _transcript(messages)
    if not body:
        raise RowError("body is missing")
    return TicketRow(
        ticket_id=ticket_id,
        customer=customer,
        created_at=created_at,
        body=body,
        subject=columns.text("subject", limit=MAX_TEXT) or _NOTHING,
        category=columns.short("category"),
        intent=columns.short("intent"),
        channel=columns.short("channel"),
        status=columns.short("status"),
        priority=columns.short("priority"),
        csat=columns.number("csat", low=1, high=5),
        resolved_at=columns.moment("resolved_at"),
        response=columns.text("response", limit=MAX_BODY),
        author=columns.text("author", limit=MAX_SHORT),
        thread_id=columns.identifier("thread_id"),
        messages=messages,
        attributes=columns.rest(TICKET_COLUMNS),
    )


def parse_fact(values: Mapping[str, object]) -> FactRow:
    """A fact from one row. Raises RowError."""
    columns = _Columns(values)
    valid_from, valid_to = columns.moment("valid_from"), columns.moment("valid_to")
    if valid_from and valid_to and valid_to <= valid_from:
        raise RowError("valid_to is not after valid_from")
    confidence = columns.number("confidence", low=0, high=1)
    tier = next((tier for tier in TIERS if tier == (columns.short("writer_tier") or TIERS[0])), None)
    if tier is None:
        raise RowError(f"writer_tier is none of {', '.join(TIERS)}")
    return FactRow(
        subject=_present("subject", columns.short("subject")),
        predicate=_present("predicate", columns.short("predicate")),
        object=_present("object", columns.text("object", limit=MAX_TEXT)),
        confidence=1.0 if confidence is None else confidence,
        valid_from=valid_from,
        valid_to=valid_to,
        source=columns.short("source"),
        writer_tier=tier,
        attributes=columns.rest((*FACT_COLUMNS, "writer_tier")),
    )


@lru_cache(maxsize=2048)
def column_key(name: str) -> str:
    """How column names are compared: "Ticket ID", "ticket-id" and "ticket_id" are one."""
    return re.sub(r"[\s_-]+", "_", name.strip().lower()).strip("_")


Present = TypeVar("Present")


def _present(column: str, value: Present | None) -> Present:
    if value is None:
        raise RowError(f"{column} is missing")
    return value


def _transcript(messages: Iterable[MessageRow]) -> RawText:
    return RawText("\n".join(f"{message.author or message.role}: {message.text}" for message in messages))


class _Columns:
    """The values of one row by column; each method gives None for a missing or empty one, and refuses a wrong one."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = {column_key(name): value for name, value in values.items()}
        self._names = {column_key(name): name for name in values}

    def text(self, column: str, *, limit: int) -> RawText | None:
        text = _as_text(column, self._values.get(column))
        if text is None:
            return None
        if len(text) > limit:
            raise RowError(f"{column} is longer than {limit:,} characters")
        return RawText(text)

    def short(self, column: str) -> str | None:
        """A name or a label, in one line."""
        text = self.text(column, limit=MAX_SHORT)
        return None if text is None else " ".join(text.split())

    def identifier(self, column: str) -> str | None:
        text = self.text(column, limit=MAX_ID)
        if text is not None and ("\n" in text or "\t" in text or "\ufffd" in text):
            raise RowError(f"{column} holds control characters")
        return text

    def number(self, column: str, *, low: float, high: float) -> float | None:
        value = self._values.get(column)
        if isinstance(value, bool):
            raise RowError(f"{column} is not a number")
        text = _as_text(column, value)
        if text is None:
            return None
        number = _as_number(text)
        if number is None:
            raise RowError(f"{column} is not a number")
        if not low <= number <= high:
            raise RowError(f"{column} is not between {low:g} and {high:g}")
        return number

    def money(self, column: str) -> float | None:
        value = self._values.get(column)
        if isinstance(value, bool):
            raise RowError(f"{column} is not an amount")
        text = _as_text(column, value)
        if text is None:
            return None
        amount = _as_number(text) if not isinstance(value, str) else _as_amount(column, text)
        if amount is None or not 0 <= amount < 1e15:
            raise RowError(f"{column} is not an amount, such as 12000 or $12,000")
        return amount

    def moment(self, column: str) -> datetime | None:
        return _as_moment(column, self._values.get(column))

    def day(self, column: str) -> date | None:
        moment = self.moment(column)
        return None if moment is None else moment.date()

    def names(self, column: str) -> tuple[str, ...]:
        """Names from a list, or from text with semicolons between; each once."""
        value = self._values.get(column)
        if isinstance(value, list | tuple):
            parts = [_as_text(column, part) for part in value]
        else:
            parts = [part.strip() or None for part in (_as_text(column, value) or "").split(";")]
        names = tuple(dict.fromkeys(" ".join(part.split()) for part in parts if part))
        if len(names) > MAX_ALIASES:
            raise RowError(f"{column} holds more than {MAX_ALIASES} names")
        if any(len(name) > MAX_SHORT for name in names):
            raise RowError(f"{column} holds a name longer than {MAX_SHORT} characters")
        return names

    def messages(self, column: str) -> tuple[MessageRow, ...]:
        value = self._values.get(column)
        if isinstance(value, str):
            value = _from_json(column, value) if value.strip() else None
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise RowError(f"{column} is not a list")
        if len(value) > MAX_MESSAGES:
            raise RowError(f"{column} holds more than {MAX_MESSAGES:,} messages")
        messages = tuple(_as_message(f"{column}[{place}]", message) for place, message in enumerate(value))
        if sum(len(message.text) for message in messages) > MAX_BODY:
            raise RowError(f"{column} hold more than {MAX_BODY:,} characters")
        return messages

    def rest(self, known: Iterable[str]) -> Mapping[str, RawText]:
        """The columns that have no name here, as text, in their order."""
        unknown = [key for key in self._values if key not in known]
        attributes = {}
        for key in unknown:
            name = sanitize(self._names[key]).strip()
            value = self._values[key]
            text = _as_json(name, value) if isinstance(value, dict | list | tuple) else _as_text(name, value)
            if not text or not name:
                continue
            if len(name) > MAX_ID:
                raise RowError(f"a column name is longer than {MAX_ID} characters")
            if len(text) > MAX_TEXT:
                raise RowError(f"{name} is longer than {MAX_TEXT:,} characters")
            attributes[name] = RawText(text)
        if len(attributes) > MAX_ATTRIBUTES:
            raise RowError(f"the row has more than {MAX_ATTRIBUTES} columns beside the known ones")
        return attributes


def _as_text(column: str, value: object) -> str | None:
    """A value as trimmed, sanitized text; None where there is none."""
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise RowError(f"{column} is not UTF-8 text") from error
    if isinstance(value, str):
        return sanitize(value).strip() or None
    if isinstance(value, float | Decimal):
        return _number_as_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if value is None or isinstance(value, int):
        return None if value is None else str(value)
    raise RowError(f"{column} is not text")


def _number_as_text(value: float | Decimal) -> str | None:
    """Whole numbers without a point; NaN is how tables without a word for missing say it."""
    if not (value.is_finite() if isinstance(value, Decimal) else math.isfinite(value)):
        return None
    return str(int(value)) if -(10**15) < value < 10**15 and value == int(value) else str(value)


_NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?", re.IGNORECASE)


def _as_number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) and text.isascii() else None


_AMOUNT = re.compile(
    r"(?:[A-Z]{3}\s?)?[$€£¥₹]?\s?"
    r"(?P<number>\d{1,3}(?:[,\u202f\xa0 '’]\d{3})+(?:\.\d+)?|\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:\.\d{3})+,\d{1,2}|\d+(?:\.\d+)?)"
    r"\s?(?P<unit>k|m|mn|mio|bn?)?\s?[$€£¥₹]?(?:\s?[A-Z]{3})?",
    re.IGNORECASE,
)
_UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "b": 1e9, "bn": 1e9}
_AMBIGUOUS = re.compile(r"\D*\d{1,3}\.\d{3}(?!\d)\D*")


def _as_amount(column: str, text: str) -> float | None:
    """An amount as people write it: 12000, $12,000, 12k, 1.2M USD, 12.000,50 EUR."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    number, unit = match["number"], (match["unit"] or "").lower()
    if not unit and _AMBIGUOUS.fullmatch(number):
        raise RowError(f"{column} can be read in two ways: write 12000 for twelve thousand, 12.00 for twelve")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{1,2}", number):
        number = number.replace(".", "").replace(",", ".")
    elif number.count(".") > 1:
        number = number.replace(".", "")
    return float(re.sub(r"[^\d.]", "", number)) * _UNITS[unit]


def _as_moment(column: str, value: object) -> datetime | None:
    """An aware time in UTC; a day is its midnight, a time without a zone is in UTC."""
    match value:
        case None:
            return None
        case float() if math.isnan(value):
            return None
        case datetime():
            moment = value
        case date():
            moment = datetime.combine(value, time(), UTC)
        case str():
            text = sanitize(value).strip()
            if not text:
                return None
            moment = _parse_moment(column, text)
        case _:
            raise RowError(f"{column} is not a date or time in ISO 8601, such as 2025-03-14T09:30:00Z")
    if not EARLIEST <= moment.year <= LATEST:
        raise RowError(f"{column} is not between {EARLIEST} and {LATEST}")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_ZONE_NAME = re.compile(r"\s*(?:UTC|GMT)$|\s+(?=[+-]\d\d:?\d\d$)", re.IGNORECASE)


def _parse_moment(column: str, text: str) -> datetime:
    text = _ZONE_NAME.sub(lambda match: "" if not match[0].strip() else "+00:00", text)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise RowError(f"{column} is not a date or time in ISO 8601, such as 2025-03-14T09:30:00Z") from error


def _as_message(column: str, value: object) -> MessageRow:
    if not isinstance(value, Mapping):
        raise RowError(f"{column} is not an object with author, role, at and text")
    columns = _Columns(value)
    try:
        text = columns.text("text", limit=MAX_BODY)
        if text is None:
            raise RowError("text is missing")
        return MessageRow(
            author=columns.text("author", limit=MAX_SHORT) or _NOTHING,
            role=columns.short("role") or "customer",
            at=columns.moment("at"),
            text=text,
        )
    except RowError as error:
        raise RowError(f"{column}.{error.reason}") from error


def _from_json(column: str, text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RowError(f"{column} is not JSON") from error


def _as_json(column: str, value: object) -> str | None:
    if not value:
        return None
    try:
        return sanitize(json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":")))
    except (ValueError, RecursionError) as error:
        raise RowError(f"{column} cannot be kept as an attribute") from error
