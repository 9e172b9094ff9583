"""So many a second on average, and so many at once after a rest. Knows no clock."""

__all__ = ["TokenBucket"]


class TokenBucket:
    """Holds up to `burst` tokens, full at first; `rate` more come every second."""

    __slots__ = ("_at", "_tokens", "burst", "rate")

    def __init__(self, rate: float, burst: float, *, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = burst
        self._at = now

    def take(self, now: float) -> float:
        """Take a token: 0; or, where there is none, how many seconds from `now` on there will be one."""
        tokens = min(self.burst, self._tokens + max(0.0, now - self._at) * self.rate)
        self._at = now
        if tokens < 1:
            self._tokens = tokens
            return (1 - tokens) / self.rate
        self._tokens = tokens - 1
        return 0.0

    def changed(self, rate: float, burst: float, *, now: float) -> "TokenBucket":
        """The same under other limits: who has used up the one has not the other anew."""
        if (rate, burst) == (self.rate, self.burst):
            return self
        other = TokenBucket(rate, burst, now=now)
        other._tokens = min(burst, self._tokens + max(0.0, now - self._at) * self.rate)
        return other
