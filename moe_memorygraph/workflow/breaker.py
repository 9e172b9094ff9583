"""Circuit breakers: an expert that keeps failing rests for a while, then gets one try."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Breaker", "Breakers"]

FAILURES_TO_OPEN = 5  # in a row
REST_SECONDS = 15.0


@dataclass(slots=True)
class Breaker:
    failures: int = 0
    opened_at: float | None = None
    trying: bool = False


class Breakers:
    """One breaker per name. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._breakers: dict[str, Breaker] = {}

    def is_open(self, name: str) -> bool:
        """Whether the expert must be left alone now. After its rest one caller may try; the others still wait."""
        breaker = self._breakers.get(name)
        if breaker is None or breaker.opened_at is None:
            return False
        if self._clock() - breaker.opened_at < REST_SECONDS or breaker.trying:
            return True
        breaker.trying = True
        return False

    def succeeded(self, name: str) -> None:
        self._breakers.pop(name, None)

    def failed(self, name: str) -> None:
        breaker = self._breakers.setdefault(name, Breaker())
        breaker.failures += 1
        if breaker.failures >= FAILURES_TO_OPEN or breaker.trying:
            breaker.opened_at = self._clock()
            breaker.trying = False

    def gave_up(self, name: str) -> None:
        """The try was cancelled before it could succeed or fail: the next caller may try."""
        breaker = self._breakers.get(name)
        if breaker is not None:
            breaker.trying = False
