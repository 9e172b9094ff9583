"""Public data sets as tickets: the columns they are published with to the columns of a ticket. Pure.

What a set lacks is derived from its content, so it is the same on every run and in every order.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.ingestion.readers import SourceRow
from moe_memorygraph.ingestion.rows import TICKET_COLUMNS, column_key

__all__ = ["BITEXT_ACCOUNTS", "PRESETS", "Converter", "Preset", "apply_preset", "find_preset"]

Converter = Callable[[Mapping[str, object]], dict[str, object]]
"""The columns of one published row to those of a ticket; made anew for each file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A published set: what its header must have, and how its rows become tickets."""

    name: str
    required: tuple[tuple[str, ...], ...]
    converter: Callable[[], Converter]


def find_preset(name: str) -> Preset:
    """The preset of this name. Raises InvalidArgument, which names those there are."""
    try:
        return PRESETS[name]
    except KeyError:
        raise InvalidArgument("There is no such preset.", f"Use one of: {', '.join(PRESETS)}.") from None


def apply_preset(preset: Preset, rows: Iterable[SourceRow]) -> Iterator[SourceRow]:
    """Rows of a published file as rows of tickets, same lines; rows that could not be read pass through."""
    convert = preset.converter()
    for row in rows:
        if row.values is None:
            yield row
        else:
            yield SourceRow(line=row.line, values=convert(row.values))


@lru_cache(maxsize=512)
def _published_key(name: str) -> str:
    """ "Consumer consent provided?" is consumer_consent_provided."""
    return column_key(re.sub(r"[^\w]+", " ", name))


_NO_VALUE = {"", "none", "n/a", "null", "nan"}


class _Published:
    """Values of a published row by column, however the column is written; each is taken once, the rest are left."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = {_published_key(name): value for name, value in values.items()}

    def take(self, *columns: str) -> str | None:
        """The value of the first of these columns that has one."""
        found: str | None = None
        for column in columns:
            value = self._values.pop(column, None)
            text = "" if value is None else str(value).strip()
            if found is None and text.lower() not in _NO_VALUE:
                found = text
        return found

    def rest(self) -> dict[str, object]:
        """What nobody took, without empty values and without names that a ticket uses otherwise."""
        return {
            (f"original_{name}" if name in TICKET_COLUMNS else name): value
            for name, value in self._values.items()
            if value is not None and str(value).strip().lower() not in _NO_VALUE
        }


# --- Bitext ----------------------------------------------------------------------------------------------------------

# The sets name no customers: their requests are spread over accounts that do not exist.
BITEXT_ACCOUNTS = tuple(
    f"{first} {second}"
    for first in ("Alder", "Birchwood", "Cobalt", "Driftwood", "Ember", "Foxglove", "Granite", "Harbor")
    for second in ("Outfitters", "Home Goods", "Electronics", "Books", "Garden Supply")
)
# The sets have no dates either: tickets are spread evenly over these two years.
_BITEXT_STARTS = datetime(2024, 1, 1, tzinfo=UTC)
_BITEXT_SECONDS = int(timedelta(days=731).total_seconds())


def _bitext() -> Converter:
    seen: Counter[bytes] = Counter()

    def convert(values: Mapping[str, object]) -> dict[str, object]:
        row = _Published(values)
        body, category, intent = row.take("instruction"), row.take("category"), row.take("intent")
        response, flags = row.take("response"), row.take("flags", "tags")
        content = "\x1f".join(part or "" for part in (body, category, intent, response, flags)).encode(
            "utf-8", "replace"
        )
        digest = blake2b(content, digest_size=16).digest()
        seen[digest] += 1
        again = seen[digest]
        digest = blake2b(content + b"\x1f%d" % again, digest_size=16).digest()
        number = int.from_bytes(digest, "big")
        return {
            "ticket_id": f"bitext-{digest.hex()[:20]}",
            "customer": BITEXT_ACCOUNTS[number % len(BITEXT_ACCOUNTS)],
            "created_at": _BITEXT_STARTS + timedelta(seconds=(number >> 16) % _BITEXT_SECONDS),
            "body": body,
            "subject": None if intent is None else intent.replace("_", " ").capitalize(),
            "category": category,
            "intent": intent,
            "response": response,
            "flags": flags,
            **row.rest(),
        }

    return convert


# --- Consumer Complaint Database -------------------------------------------------------------------------------------

_AMERICAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def _cfpb() -> Converter:
    def convert(values: Mapping[str, object]) -> dict[str, object]:
        row = _Published(values)
        product, issue, sub_issue = row.take("product"), row.take("issue"), row.take("sub_issue")
        sub_product = row.take("sub_product")
        narrative = row.take("consumer_complaint_narrative", "complaint_what_happened")
        received = row.take("date_received")
        concern = issue if sub_issue is None else f"{issue}: {sub_issue}" if issue else sub_issue
        return {
            "ticket_id": row.take("complaint_id"),
            "customer": row.take("company"),
            "created_at": None if received is None else _iso_date(received),
            "body": narrative or concern,
            "subject": sub_issue or issue,
            "category": ": ".join(part for part in (product, issue) if part) or None,
            "channel": row.take("submitted_via"),
            "status": row.take("company_response_to_consumer", "company_response"),
            "response": row.take("company_public_response"),
            "product": product,
            "sub_product": sub_product,
            "issue": issue,
            "sub_issue": sub_issue,
            **row.rest(),
        }

    return convert


def _iso_date(text: str) -> str:
    """Dates of older downloads, 04/22/2015, in ISO order."""
    match = _AMERICAN_DATE.fullmatch(text)
    return text if match is None else f"{match[3]}-{match[1]:0>2}-{match[2]:0>2}"


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "bitext": Preset(name="bitext", required=(("instruction",), ("category",), ("intent",)), converter=_bitext),
        "cfpb": Preset(
            name="cfpb",
            required=(("date_received",), ("product",), ("issue",), ("company",), ("complaint_id",)),
            converter=_cfpb,
        ),
    }
)
