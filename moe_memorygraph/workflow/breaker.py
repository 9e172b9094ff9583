"""Circuit breakers: an expert that keeps failing rests for a while, then is tried again."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

__all__ = ["Breakers"]

FAILURES_TO_OPEN = 5  # in a row
REST_SECONDS = 15.0


@dataclass(slots=True)
class _Breaker:
    failures: int = 0
    opened_at: float | None = None


class Breakers:
    """One breaker per name. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._breakers: dict[Hashable, _Breaker] = {}

    def is_open(self, name: Hashable) -> bool:
        """Whether the expert must be left alone now. Asking changes nothing, so anybody may ask."""
        breaker = self._breakers.get(name)
        return (
            breaker is not None and breaker.opened_at is not None and self._clock() - breaker.opened_at < REST_SECONDS
        )

    def succeeded(self, name: Hashable) -> None:
        self._breakers.pop(name, None)

    def failed(self, name: Hashable) -> None:
        """One more failure; after a rest, the first one opens the circuit again."""
        breaker = self._breakers.setdefault(name, _Breaker())
        breaker.failures += 1
        if breaker.failures >= FAILURES_TO_OPEN:
            breaker.opened_at = self._clock()
