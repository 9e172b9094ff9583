"""Ids that sort by time, made by the client, so that no sequence tells one tenant how much another one writes."""

import os
import threading
import time
from uuid import UUID

__all__ = ["uuid7"]

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): 48 bits of milliseconds, 12 bits of a counter, 62 random bits.

    Ids of one process grow strictly, also within a millisecond and when the clock steps back.
    """
    global _last  # noqa: PLW0603  the counter belongs to the process
    with _lock:
        _last = max(time.time_ns() // 1_000_000 << 12, _last + 1)
        ticks = _last
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=(ticks >> 12) << 80 | 0x7 << 76 | (ticks & 0xFFF) << 64 | 0b10 << 62 | tail)
