"""Group commit: what is written at the same time shares one transaction, and so one wait for the disk."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Generic, TypeVar

import anyio

__all__ = ["GroupWriter"]

T = TypeVar("T")


class _Turn(Enum):
    LEAD = auto()
    """Write, with all that waits."""
    DONE = auto()
    """Somebody else has written it."""
    ALONE = auto()
    """Somebody else tried, with others, and failed: whose fault it was shows when each writes for itself."""


@dataclass(slots=True, eq=False)
class _Waiting(Generic[T]):
    value: T
    called: anyio.Event = field(default_factory=anyio.Event)
    turn: _Turn | None = None

    def call(self, turn: _Turn) -> None:
        self.turn = turn
        self.called.set()


class GroupWriter(Generic[T]):
    """Writes at once when nothing is being written; what comes meanwhile is written together afterwards.

    There is no task behind it: of those who wait, the first writes for all. So nobody waits for others to come, and
    each returns once its own value is committed. A failure or a cancellation of the one who writes harms none of the
    others: each then writes its own. `write` must change nothing when a value is written twice.
    """

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]], *, most: int) -> None:
        self._write = write
        self._most = most
        self._waiting: deque[_Waiting[T]] = deque()
        self._is_writing = False

    async def submit(self, value: T) -> None:
        """Write the value; raises what writing it raised."""
        mine = _Waiting(value)
        self._waiting.append(mine)
        if not self._is_writing:
            self._is_writing = True
            mine.turn = _Turn.LEAD
        else:
            await self._wait(mine)
        if mine.turn is _Turn.LEAD and await self._lead(mine):
            return
        if mine.turn is not _Turn.DONE:
            await self._write([value])

    async def _wait(self, mine: _Waiting[T]) -> None:
        try:
            await mine.called.wait()
        except BaseException:
            if mine in self._waiting:
                self._waiting.remove(mine)
            if mine.turn is _Turn.LEAD:
                self._pass_on()
            raise

    async def _lead(self, mine: _Waiting[T]) -> bool:
        """Write for all that wait. False where that failed and each must write for itself."""
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
        outcome = _Turn.ALONE
        try:
            await self._write([one.value for one in batch])
            outcome = _Turn.DONE
        except Exception:
            if len(batch) == 1:
                raise
        finally:
            for one in batch:
                if one is not mine:
                    one.call(outcome)
            self._pass_on()
        return outcome is _Turn.DONE

    def _pass_on(self) -> None:
        """Let the first of those who wait write next."""
        if self._waiting:
            self._waiting[0].call(_Turn.LEAD)
        else:
            self._is_writing = False
