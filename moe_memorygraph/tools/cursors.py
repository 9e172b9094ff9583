"""Cursors: where the next page starts, signed, and good for one tenant and one query only."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moe_memorygraph.errors import InvalidArgument

__all__ = ["MAX_OFFSET", "CursorSealer"]

MAX_OFFSET = 2**32 - 1
_OFFSET_BYTES = 4
_TAG_BYTES = 12


@dataclass(frozen=True, slots=True)
class CursorSealer:
    """Seals offsets with a key that the server keeps; alike in every process that has the key."""

    key: bytes = field(repr=False)

    def seal(self, offset: int, *, tenant: str, query: Mapping[str, Any]) -> str:
        """The cursor of a page: offset and HMAC, in the alphabet of URLs. `query` is what the page belongs to."""
        place = offset.to_bytes(_OFFSET_BYTES, "big")
        return base64.urlsafe_b64encode(place + self._tag(place, tenant, query)).decode().rstrip("=")

    def open(self, cursor: str, *, tenant: str, query: Mapping[str, Any]) -> int:
        """The offset. Raises `InvalidArgument` for a cursor of another tenant, of another query, or of nobody."""
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            sealed = b""
        place = sealed[:_OFFSET_BYTES]
        if not hmac.compare_digest(sealed, place + self._tag(place, tenant, query)):
            raise InvalidArgument(
                "The cursor does not belong to this query.",
                "Repeat the call with the arguments that gave the cursor, or leave the cursor out.",
            )
        return int.from_bytes(place, "big")

    def _tag(self, place: bytes, tenant: str, query: Mapping[str, Any]) -> bytes:
        words = json.dumps(query, sort_keys=True, ensure_ascii=True, default=str, separators=(",", ":"))
        message = json.dumps([tenant, words]).encode() + place
        return hmac.new(self.key, message, hashlib.sha256).digest()[:_TAG_BYTES]
