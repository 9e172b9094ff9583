"""Questions that arrive while others are encoded share one batch."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from math import ceil

import anyio.to_thread

from moe_memorygraph.embedding.ports import Vectors
from moe_memorygraph.errors import Unavailable

__all__ = ["QueryBatcher", "QueryCache"]

_Waiting = tuple[str, "asyncio.Future[Vectors]"]


class QueryBatcher:
    """Encodes at once where a thread is idle; what arrives while all are at work is the next batch, so that nobody waits
    for others to come. Idle threads share what waits: eight questions on two cores are two batches of four.

    Threads of its own, begun from the loop without a task between: a question waits for nothing else that is ready to
    run there. A caller that is cancelled takes nothing from the others.
    """

    def __init__(self, encode: Callable[[Sequence[str]], Vectors], *, max_batch: int, threads: int) -> None:
        self._encode = encode
        self._max_batch = max_batch
        self._waiting: deque[_Waiting] = deque()
        self._idle = threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="embed")

    async def submit(self, text: str) -> Vectors:
        """The vector of a text, shape (dimension,); raises what encoding raised."""
        vector: asyncio.Future[Vectors] = asyncio.get_running_loop().create_future()
        self._waiting.append((text, vector))
        if self._idle:
            self._begin()
        return await vector

    async def close(self) -> None:
        """Wait for what is being encoded. What waits is given up, and nothing can be submitted any more."""
        for _, vector in self._waiting:
            if not vector.done():
                vector.set_exception(Unavailable("The server is stopping.", "Ask again when it runs."))
        await anyio.to_thread.run_sync(self._threads.shutdown)

    def _begin(self) -> None:
        """Give one idle thread its share; who left meanwhile is not encoded."""
        share = min(ceil(len(self._waiting) / self._idle), self._max_batch)
        batch: list[_Waiting] = []
        while self._waiting and len(batch) < share:
            waiting = self._waiting.popleft()
            if not waiting[1].done():
                batch.append(waiting)
        if not batch:
            return
        self._idle -= 1
        work = self._threads.submit(self._encode, [text for text, _ in batch])
        loop = asyncio.get_running_loop()
        work.add_done_callback(lambda done: loop.call_soon_threadsafe(self._end, batch, done))

    def _end(self, batch: Sequence[_Waiting], work: "Future[Vectors]") -> None:
        self._idle += 1
        if self._waiting:
            self._begin()
        error = work.exception()
        encoded = work.result() if error is None else ()
        for place, (_, vector) in enumerate(batch):
            if vector.done():  # its caller has left
                continue
            if error is not None:
                vector.set_exception(error)
            else:
                vector.set_result(encoded[place])


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
