"""The last look at what leaves: whether a quote holds personal data that no answer may carry out."""

from collections.abc import Callable
from hashlib import blake2b

from moe_memorygraph.compliance import NEVER_KEPT, Entity, Redactor

__all__ = ["Leaks"]


class Leaks:
    """Looks through quotes, and knows those again that it saw: good tickets are quoted often.

    Of a quote only a digest is kept, so that nothing of an erased customer stays in memory.
    """

    def __init__(self, redactor: Redactor, *, capacity: int = 50_000) -> None:
        self._redactor = redactor
        self._capacity = capacity
        self._known: dict[bytes, bool] = {}

    def holds(self, quote: str) -> bool:
        """Whether personal data stands in the quote. May wait for the recognizers to be loaded."""
        held = self._holds(quote, self._redactor.find)
        assert held is not None  # noqa: S101  it waits until it knows
        return held

    def holds_now(self, quote: str) -> bool | None:
        """Whether personal data stands in the quote; None where the recognizers must be loaded to know."""
        return self._holds(quote, self._redactor.find_now)

    def _holds(self, quote: str, find: Callable[..., tuple[Entity, ...] | None]) -> bool | None:
        digest = blake2b(quote.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        known = self._known.get(digest)
        if known is None:
            found = find(quote, types=NEVER_KEPT)
            if found is None:
                return None
            if len(self._known) >= self._capacity:
                self._known.clear()
            known = self._known[digest] = bool(found)
        return known
