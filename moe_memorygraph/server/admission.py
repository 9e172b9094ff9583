"""Whose call is at work and whose waits: no tenant's flood takes the process from the others. Knows nothing of quotas.

Each tenant has a line of its own. A place that comes free goes to the tenant that has had least (start-time fair
queueing: Goyal, Vin and Cheng, SIGCOMM 1996, with the seconds that calls took as their length). One that calls alone may
have all places. While others call, too, each has few: more at work at the same time only make each other slow.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from math import inf
from time import monotonic
from types import TracebackType

import anyio

from moe_memorygraph.errors import RateLimited, Unavailable
from moe_memorygraph.llm import LanguageModel, Prompt

__all__ = ["CROWDED", "RECENT", "Admission", "SteppingAside", "stepping_aside"]

CROWDED = min(2, max(1, (os.cpu_count() or 1) // 2))
"""Calls of one tenant at work while others call. On two cores, one keeps a tenant's p95 within twice of what it is when
it calls alone, and two do not; a process has one event loop, so more cores help little. See `bench/fairness.py`."""
RECENT = 30.0
"""Seconds for which a tenant counts as one that calls, after its last call."""
_LEARNING = 0.1
"""Weight of the last call in the mean length of a tenant's calls."""
_FIRST_LENGTH = 0.02  # seconds


@dataclass(eq=False, slots=True)
class _Line:
    """One tenant that calls."""

    at_work: int = 0
    aside: int = 0
    waiting: "deque[_Slot]" = field(default_factory=deque)
    most: float = inf
    length: float = _FIRST_LENGTH
    """Mean length of its calls, seconds."""
    had: float = 0.0
    """Virtual time at which its next call may start."""
    seen_at: float = 0.0

    @property
    def is_idle(self) -> bool:
        return not (self.at_work or self.aside or self.waiting)


class Admission:
    """`at_work` calls at the same time, and more in queues: up to `waiting` of each tenant, `waiting_in_all` of all."""

    def __init__(
        self,
        *,
        at_work: int,
        waiting: int,
        waiting_in_all: int | None = None,
        crowded: int = CROWDED,
        clock: Callable[[], float] = monotonic,
        on_refusal: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`crowded`: how many calls of one tenant are at work while others call; `on_refusal` is told whose was refused."""
        self._most = at_work
        self._waiting = waiting
        self._waiting_in_all = waiting if waiting_in_all is None else waiting_in_all
        self._crowded = crowded
        self._clock = clock
        self._on_refusal = on_refusal
        self._at_work = 0
        self._queued = 0
        self._lines: dict[str, _Line] = {}
        self._virtual = 0.0
        self._swept_at = clock()

    def enter(self, tenant_key: str, *, most: int | None = None) -> "_Slot":
        """A place, for `async with`; `most` is how many the tenant may have at once.

        Raises `RateLimited` when the tenant's own queue is full, and `Unavailable` when all are.
        """
        return _Slot(self, tenant_key, inf if most is None else most)

    def _join(self, slot: "_Slot") -> bool:
        """Whether it may work at once; else it stands in line."""
        now = self._clock()
        line = self._lines.get(slot.tenant_key)
        if line is None:
            line = self._lines[slot.tenant_key] = _Line()
        line.most, line.seen_at, slot.line = slot.most, now, line
        if now - self._swept_at > RECENT / 4:
            self._sweep(now)
        if not line.waiting and self._at_work < self._most and line.at_work < self._share(line):
            self._start(slot, line, now)
            return True
        if len(line.waiting) + line.aside >= self._waiting:
            self._on_refusal(slot.tenant_key)
            calls = len(line.waiting) + 1
            raise RateLimited(
                "Too many calls of this tenant are waiting already.", seconds=calls * line.length / self._share(line)
            )
        if self._queued >= self._waiting_in_all:
            self._on_refusal(slot.tenant_key)
            raise Unavailable("The server is busy: too many calls are waiting.", "Try again in a few seconds.")
        line.waiting.append(slot)
        self._queued += 1
        return False

    def _share(self, line: _Line) -> float:
        return min(self._most if len(self._lines) == 1 else self._crowded, line.most)

    def _start(self, slot: "_Slot", line: _Line, now: float) -> None:
        line.at_work += 1
        self._at_work += 1
        slot.began, slot.expected = now, line.length
        self._virtual = max(self._virtual, line.had)
        line.had = self._virtual + line.length

    def _end(self, slot: "_Slot") -> None:
        line, now = slot.line, self._clock()
        took = now - slot.began
        line.at_work -= 1
        self._at_work -= 1
        line.seen_at = now
        line.had += took - slot.expected
        line.length += _LEARNING * (took - line.length)
        self._call_next(now)

    def _leave_line(self, slot: "_Slot") -> None:
        slot.line.waiting.remove(slot)
        self._queued -= 1

    def _call_next(self, now: float) -> None:
        while self._queued and self._at_work < self._most:
            ready = [one for one in self._lines.values() if one.waiting and one.at_work < self._share(one)]
            if not ready:
                return
            line = min(ready, key=lambda one: one.had)
            slot = line.waiting.popleft()
            self._queued -= 1
            self._start(slot, line, now)
            slot.called.set()

    def _sweep(self, now: float) -> None:
        """Forget who has not called for long; who is left may have more then."""
        self._swept_at = now
        for key in [key for key, one in self._lines.items() if one.is_idle and now - one.seen_at > RECENT]:
            del self._lines[key]
        self._call_next(now)

    def _step_aside(self, slot: "_Slot") -> None:
        slot.line.aside += 1
        self._end(slot)

    def _come_back(self, slot: "_Slot") -> None:
        """At once, even beyond the places there are: little is left to do."""
        slot.line.aside -= 1
        self._start(slot, slot.line, self._clock())


class _Slot:
    """One call's place, in line or at work."""

    __slots__ = ("_admission", "_token", "began", "called", "expected", "line", "most", "tenant_key")

    def __init__(self, admission: Admission, tenant_key: str, most: float) -> None:
        self._admission = admission
        self._token: Token[_Slot | None] | None = None
        self.tenant_key = tenant_key
        self.most = most
        self.began = self.expected = 0.0
        self.line: _Line
        self.called: anyio.Event

    async def __aenter__(self) -> None:
        if not self._admission._join(self):
            await self._wait()
        self._token = _mine.set(self)

    async def _wait(self) -> None:
        self.called = anyio.Event()
        try:
            await self.called.wait()
        except BaseException:
            if self.called.is_set():  # called and cancelled at the same time
                self._admission._end(self)
            else:
                self._admission._leave_line(self)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._token is not None:
            _mine.reset(self._token)
        self._admission._end(self)

    @contextmanager
    def aside(self) -> Iterator[None]:
        self._admission._step_aside(self)
        try:
            yield
        finally:
            self._admission._come_back(self)


_mine: ContextVar[_Slot | None] = ContextVar("slot", default=None)
"""The place of the call at work."""


@contextmanager
def stepping_aside() -> Iterator[None]:
    """Give the place to another while this call waits for what costs this machine nothing; at most one task of a call."""
    slot = _mine.get()
    if slot is None:
        yield
        return
    with slot.aside():
        yield


class SteppingAside:
    """A language model, waited for without a place."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def complete(self, prompt: Prompt, *, seconds: float) -> str:
        with stepping_aside():
            return await self._model.complete(prompt, seconds=seconds)
