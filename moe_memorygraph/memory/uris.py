"""The one way to write and read `memory://` URIs: what a citation points to and what a resource answers to.

An id may hold anything (spaces, slashes, letters of any script); it stands percent-encoded in one path segment.
The tenant is never in a URI.
"""

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import parse_qsl, quote, unquote, urlencode
from uuid import UUID

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.values import PLANES, Plane

__all__ = ["PLANES_URI", "MemoryUri", "ResourceKind", "memory_uri", "parse_memory_uri"]

ResourceKind = Literal["customers", "tickets", "facts", "patterns", "sessions", "documents", "runs", "health", "planes"]

PLANES_URI = "memory://planes"

_SCHEME = "memory://"
_KINDS = frozenset(get_args(ResourceKind))


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryUri:
    """A `memory://` URI, taken apart; ids are decoded."""

    kind: ResourceKind
    resource_id: str = ""
    """Empty for `memory://planes` only."""
    plane: Plane | None = None
    cursor: str | None = None
    limit: int | None = None

    def __str__(self) -> str:
        uri = PLANES_URI if self.kind == "planes" else memory_uri(self.kind, self.resource_id, plane=self.plane)
        page = {"cursor": self.cursor, "limit": self.limit}
        query = urlencode({name: value for name, value in page.items() if value is not None})
        return f"{uri}?{query}" if query else uri


def memory_uri(kind: ResourceKind, resource_id: str | UUID, *, plane: Plane | None = None) -> str:
    """The URI of one thing, for example `memory://tickets/T%2F1`; `plane` is for customers only.

    Raises `ValueError` for an empty id, which no URI can name.
    """
    text = str(resource_id)
    if not text:
        raise ValueError("an empty id has no URI")
    uri = f"{_SCHEME}{kind}/{_encode(text)}"
    return uri if plane is None else f"{uri}/{plane}"


def parse_memory_uri(uri: str) -> MemoryUri:
    """Take a URI apart. Raises `NotFound` for one that can name nothing, as for an id that does not exist."""
    location, _, query = uri.partition("?")
    if not location.startswith(_SCHEME) or "#" in uri:
        raise _no_such_resource()
    kind, *path = location.removeprefix(_SCHEME).split("/")
    if kind not in _KINDS:
        raise _no_such_resource()
    cursor, limit = _page(query)
    match kind, path:
        case "planes", []:
            return MemoryUri(kind="planes", cursor=cursor, limit=limit)
        case "customers", [customer_id, plane] if plane in PLANES:
            return MemoryUri(
                kind="customers",
                resource_id=_decode(customer_id),
                plane=next(known for known in PLANES if known == plane),
                cursor=cursor,
                limit=limit,
            )
        case (
            "customers" | "tickets" | "facts" | "patterns" | "sessions" | "documents" | "runs" | "health"
        ) as single, [id_]:
            return MemoryUri(kind=single, resource_id=_decode(id_), cursor=cursor, limit=limit)
    raise _no_such_resource()


def _encode(text: str) -> str:
    # A segment of dots alone means "here" or "above" to a client that tidies URIs.
    return "%2E" * len(text) if text in {".", ".."} else quote(text, safe="")


def _decode(segment: str) -> str:
    try:
        text = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        raise _no_such_resource() from None
    if not text or "\0" in text:  # which no stored id holds, and no database takes
        raise _no_such_resource()
    return text


def _page(query: str) -> tuple[str | None, int | None]:
    """Cursor and limit; other parameters are left to whoever put them there."""
    fields = dict(parse_qsl(query))
    digits = fields.get("limit", "")
    limit = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None
    if digits and limit is None:
        raise _no_such_resource()
    return fields.get("cursor"), limit


def _no_such_resource() -> NotFound:
    return NotFound("There is no such resource.", "Read memory://planes, or a URI from a citation.")
