"""Stages that work at the same time with little between them, so that memory stays constant. Knows nothing of rows."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

__all__ = ["Stage", "run_stages"]

T = TypeVar("T")

WAITING = 1  # items between two stages: enough that none idles while its neighbours are even
_END = object()


@dataclass(frozen=True, slots=True)
class Stage:
    """`work` takes what the stage before gave, and its result goes to the next; with several `workers`, in any order."""

    work: Callable[[Any], Awaitable[Any]]
    workers: int = 1


async def run_stages(source: Iterator[T], *stages: Stage) -> None:
    """Send every item of a blocking iterator through all stages, each stage busy with items of its own.

    Raises the first error of any stage or of the source as it is; what other stages had begun is cancelled, and no
    stage starts on anything more. The source is read in a worker thread, and closed.
    """
    failures: list[Exception] = []
    try:
        async with anyio.create_task_group() as group:

            async def guarded(work: Callable[[], Awaitable[None]]) -> None:
                try:
                    await work()
                except Exception as error:
                    failures.append(error)
                    group.cancel_scope.cancel()

            send, receive = anyio.create_memory_object_stream[Any](WAITING)
            group.start_soon(guarded, partial(_feed, source, send))
            for stage in stages[:-1]:
                onward, taken = anyio.create_memory_object_stream[Any](WAITING)
                with receive, onward:
                    for _ in range(stage.workers):
                        group.start_soon(guarded, partial(_relay, stage, receive.clone(), onward.clone()))
                receive = taken
            with receive:
                for _ in range(stages[-1].workers):
                    group.start_soon(guarded, partial(_finish, stages[-1], receive.clone()))
    finally:
        close = getattr(source, "close", None)
        if close is not None:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(close)
    if failures:
        raise failures[0]


async def _feed(source: Iterator[Any], send: MemoryObjectSendStream[Any]) -> None:
    async with send:
        while (item := await anyio.to_thread.run_sync(next, source, _END)) is not _END:
            await send.send(item)


async def _relay(stage: Stage, receive: MemoryObjectReceiveStream[Any], send: MemoryObjectSendStream[Any]) -> None:
    async with receive, send:
        async for item in receive:
            await send.send(await stage.work(item))


async def _finish(stage: Stage, receive: MemoryObjectReceiveStream[Any]) -> None:
    async with receive:
        async for item in receive:
            await stage.work(item)
