"""The last look at what leaves: whether a quote holds personal data that no answer may carry out."""

from collections.abc import Iterable
from hashlib import blake2b

from moe_memorygraph.compliance import Redactor

__all__ = ["Leaks"]

_TYPES = frozenset({"EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "SECRET"})
"""Types of personal data that no quote may carry out, whatever ingestion made of it."""


class Leaks:
    """Looks through quotes, and knows those again that it saw: good tickets are quoted often.

    Of a quote only a digest is kept, so that nothing of an erased customer stays in memory.
    """

    def __init__(self, redactor: Redactor, *, capacity: int = 50_000) -> None:
        self._redactor = redactor
        self._capacity = capacity
        self._known: dict[bytes, bool] = {}

    def is_ready_for(self, quotes: Iterable[str]) -> bool:
        """Whether all can be looked through right away, and none has to wait for the recognizers to be loaded."""
        return self._redactor.is_loaded or all(
            _digest(quote) in self._known or self._redactor.is_ready_for(quote, types=_TYPES) for quote in quotes
        )

    def holds(self, quote: str) -> bool:
        """Whether personal data stands in the quote."""
        digest = _digest(quote)
        known = self._known.get(digest)
        if known is None:
            known = bool(self._redactor.find(quote, types=_TYPES))
            if len(self._known) >= self._capacity:
                self._known.clear()
            self._known[digest] = known
        return known


def _digest(quote: str) -> bytes:
    return blake2b(quote.encode("utf-8", "surrogatepass"), digest_size=16).digest()
