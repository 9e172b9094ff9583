"""Questions that arrive while others are encoded share one batch."""

from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from math import ceil

import anyio

from moe_memorygraph.embedding.ports import Vectors

__all__ = ["QueryBatcher", "QueryCache"]


@dataclass(slots=True, eq=False)
class _Waiting:
    text: str
    done: anyio.Event = field(default_factory=anyio.Event)
    vector: Vectors | None = None
    error: Exception | None = None


class QueryBatcher:
    """Encodes at once when a worker is idle; what arrives meanwhile is the next batch, so that nobody waits for others
    to come. Idle workers share what waits: eight questions on two cores are two batches of four at once.

    Each `run` is a worker and belongs to its owner's task group: a caller that is cancelled takes nothing from the
    others.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Awaitable[Vectors]], *, max_batch: int) -> None:
        self._encode = encode
        self._max_batch = max_batch
        self._waiting: deque[_Waiting] = deque()
        self._arrived = anyio.Event()
        self._idle = 0  # workers that may take of what waits

    async def submit(self, text: str) -> Vectors:
        """The vector of a text, shape (dimension,); raises what encoding raised."""
        waiting = _Waiting(text)
        self._waiting.append(waiting)
        self._arrived.set()
        self._arrived = anyio.Event()
        try:
            await waiting.done.wait()
        except BaseException:
            if waiting in self._waiting:  # not begun: spare the work
                self._waiting.remove(waiting)
            raise
        if waiting.error is not None:
            raise waiting.error
        assert waiting.vector is not None  # noqa: S101  done without an error
        return waiting.vector

    async def run(self) -> None:
        while True:
            await self._answer(await self._next_batch())

    async def _next_batch(self) -> Sequence[_Waiting]:
        self._idle += 1
        try:
            while not self._waiting:
                await self._arrived.wait()
            share = ceil(len(self._waiting) / self._idle)
        finally:
            self._idle -= 1
        return [self._waiting.popleft() for _ in range(min(share, self._max_batch))]

    async def _answer(self, batch: Sequence[_Waiting]) -> None:
        try:
            vectors = await self._encode([waiting.text for waiting in batch])
        except Exception as error:
            for waiting in batch:
                waiting.error = error
        else:
            for waiting, vector in zip(batch, vectors, strict=True):
                waiting.vector = vector
        for waiting in batch:
            waiting.done.set()


class QueryCache:
    """The vectors of the questions asked last, by tenant and text: one tenant never learns what another asked."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._vectors: OrderedDict[tuple[str, str], Vectors] = OrderedDict()

    def get(self, tenant: str, text: str) -> Vectors | None:
        vector = self._vectors.get((tenant, text))
        if vector is not None:
            self._vectors.move_to_end((tenant, text))
        return vector

    def put(self, tenant: str, text: str, vector: Vectors) -> None:
        self._vectors[tenant, text] = vector
        self._vectors.move_to_end((tenant, text))
        while len(self._vectors) > self._capacity:
            self._vectors.popitem(last=False)
