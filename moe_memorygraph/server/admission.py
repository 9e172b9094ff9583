"""How many calls are at work and how many may wait; beyond that a call is refused at once, not after a timeout."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from moe_memorygraph.errors import Unavailable

__all__ = ["Admission"]


class Admission:
    """`at_work` calls at the same time, `waiting` more in a queue, served in order."""

    def __init__(self, *, at_work: int, waiting: int) -> None:
        self._slots = anyio.Semaphore(at_work, fast_acquire=True)
        self._most = at_work + waiting
        self._inside = 0

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[None]:
        """Take a slot, waiting for one in the queue. Raises `Unavailable` when the queue is full."""
        if self._inside >= self._most:
            raise Unavailable("The server is busy: too many calls are waiting.", "Try again in a few seconds.")
        self._inside += 1
        try:
            async with self._slots:
                yield
        finally:
            self._inside -= 1
