"""Questions that arrive together are encoded together, and no caller disturbs another."""

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio
import anyio.to_thread
import numpy as np
import pytest

from moe_memorygraph.embedding import Vectors
from moe_memorygraph.embedding.batching import QueryBatcher, QueryCache
from moe_memorygraph.errors import Unavailable


class GatedEncoder:
    """Encodes only when told to; a text's vector holds its length."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Event()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        self.begun.release()
        assert self.may_end.wait(10)
        if "bad" in texts:
            raise RuntimeError("cannot encode")
        return np.array([[len(text)] for text in texts], np.float32)

    async def begins(self) -> None:
        """Wait for one more batch to be at work."""
        assert await anyio.to_thread.run_sync(self.begun.acquire, True, 10)


@asynccontextmanager
async def running(encoder: GatedEncoder, *, max_batch: int = 32, threads: int = 1) -> AsyncIterator[QueryBatcher]:
    batcher = QueryBatcher(encoder, max_batch=max_batch, threads=threads)
    with anyio.fail_after(10):
        try:
            yield batcher
        finally:
            encoder.may_end.set()
            await batcher.close()


async def test_the_first_goes_at_once_and_the_rest_share_a_batch() -> None:
    encoder = GatedEncoder()
    answers: dict[str, float] = {}

    async def ask(batcher: QueryBatcher, text: str) -> None:
        answers[text] = float((await batcher.submit(text))[0])

    async with running(encoder) as batcher, anyio.create_task_group() as callers:
        callers.start_soon(ask, batcher, "a")
        await encoder.begins()
        for text in ("bb", "ccc", "dddd"):
            callers.start_soon(ask, batcher, text)
        await anyio.wait_all_tasks_blocked()
        encoder.may_end.set()
    assert encoder.batches == [["a"], ["bb", "ccc", "dddd"]]
    assert answers == {"a": 1, "bb": 2, "ccc": 3, "dddd": 4}


async def test_a_batch_is_bounded() -> None:
    encoder = GatedEncoder()
    async with running(encoder, max_batch=2) as batcher, anyio.create_task_group() as callers:
        callers.start_soon(batcher.submit, "first")
        await encoder.begins()
        for number in range(5):
            callers.start_soon(batcher.submit, f"next {number}")
        await anyio.wait_all_tasks_blocked()
        encoder.may_end.set()
    assert [len(batch) for batch in encoder.batches] == [1, 2, 2, 1]


async def test_an_idle_thread_takes_what_arrives_while_another_is_busy() -> None:
    encoder = GatedEncoder()
    async with running(encoder, threads=2) as batcher, anyio.create_task_group() as callers:
        for text in ("first", "second"):
            callers.start_soon(batcher.submit, text)
            await encoder.begins()
        for text in ("third", "fourth"):
            callers.start_soon(batcher.submit, text)
        await anyio.wait_all_tasks_blocked()
        assert encoder.batches == [["first"], ["second"]]
        encoder.may_end.set()
    assert sorted(text for batch in encoder.batches[2:] for text in batch) == ["fourth", "third"]


async def test_closing_waits_for_what_is_encoded_and_gives_up_what_waits() -> None:
    encoder = GatedEncoder()
    ended: list[str] = []

    async def ask(text: str) -> None:
        try:
            await batcher.submit(text)
            ended.append(f"{text} encoded")
        except Unavailable:
            ended.append(f"{text} given up")

    async with running(encoder) as batcher, anyio.create_task_group() as callers:
        callers.start_soon(ask, "running")
        await encoder.begins()
        callers.start_soon(ask, "waiting")
        await anyio.wait_all_tasks_blocked()
        callers.start_soon(batcher.close)
        await anyio.wait_all_tasks_blocked()
        encoder.may_end.set()
    assert encoder.batches == [["running"]]
    assert sorted(ended) == ["running encoded", "waiting given up"]


async def test_one_caller_who_gives_up_takes_nothing_from_the_others() -> None:
    encoder = GatedEncoder()
    answers: list[float] = []

    async def ask(batcher: QueryBatcher, text: str) -> None:
        answers.append(float((await batcher.submit(text))[0]))

    async with running(encoder) as batcher, anyio.create_task_group() as callers:
        impatient = {"running": anyio.CancelScope(), "waiting": anyio.CancelScope()}

        async def give_up(text: str) -> None:
            with impatient[text]:
                await batcher.submit(text)

        callers.start_soon(give_up, "running")
        await encoder.begins()
        callers.start_soon(give_up, "waiting")
        callers.start_soon(ask, batcher, "stays")
        await anyio.wait_all_tasks_blocked()
        for scope in impatient.values():
            scope.cancel()
        await anyio.wait_all_tasks_blocked()
        encoder.may_end.set()
    assert encoder.batches == [["running"], ["stays"]]  # who left before the start is not encoded
    assert answers == [5]


async def test_a_failure_reaches_its_batch_and_no_later_one() -> None:
    encoder = GatedEncoder()
    encoder.may_end.set()
    async with running(encoder) as batcher:
        with pytest.raises(RuntimeError, match="cannot encode"):
            await batcher.submit("bad")
        assert (await batcher.submit("good"))[0] == 4


def test_the_cache_keeps_what_was_used_last() -> None:
    cache = QueryCache(capacity=2)
    vectors = {text: np.array([float(number)], np.float32) for number, text in enumerate("abc")}
    cache.put("t", "a", vectors["a"])
    cache.put("t", "b", vectors["b"])
    assert cache.get("t", "a") is vectors["a"]
    cache.put("t", "c", vectors["c"])
    assert cache.get("t", "b") is None
    assert cache.get("t", "a") is vectors["a"]
    assert cache.get("t", "c") is vectors["c"]


def test_one_tenant_never_sees_what_another_asked() -> None:
    cache = QueryCache(capacity=2)
    cache.put("t", "question", np.array([1.0], np.float32))
    assert cache.get("other", "question") is None
