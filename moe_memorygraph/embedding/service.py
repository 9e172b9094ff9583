"""The embedder that a process shares: loads its model behind the first calls, batches, caches, stays off the event loop."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from time import monotonic
from typing import Any, Self

import anyio
import numpy as np
import structlog
from anyio.abc import TaskGroup

from moe_memorygraph.embedding.batching import QueryBatcher, QueryCache
from moe_memorygraph.embedding.models import Batch, Model, Plan
from moe_memorygraph.embedding.ports import EmbedderInfo, Vectors
from moe_memorygraph.errors import Unavailable

__all__ = ["EmbeddingService"]

log = structlog.get_logger(__name__)

CACHED_QUERIES = 4096  # of 384 dimensions: 6 MB, and their texts
LONGEST_CACHED_TEXT = 2_000  # characters
ASKING = 1.0  # seconds after a question, in which bulk work leaves a thread to the next


class EmbeddingService:
    """Keeps the contract of `Embedder` over any model. Lives as long as the server; opened with `async with`."""

    def __init__(
        self, load: Callable[[], Model], *, known: tuple[EmbedderInfo, int] | None, dimension: int | None
    ) -> None:
        self._load = load
        self._known = known
        self._dimension = dimension
        self._model: Model | None = None
        self._failure: Unavailable | None = None
        self._settled = anyio.Event()
        self._query_limiter = anyio.CapacityLimiter(1)  # what follows is set by the model, when it is loaded
        self._bulk_limiter = anyio.CapacityLimiter(1)
        self._batcher: QueryBatcher | None = None
        self._turn: AbstractContextManager[Any] = nullcontext()
        self._cache = QueryCache(CACHED_QUERIES)
        self._group: TaskGroup | None = None
        self._asked_at = -ASKING

    async def __aenter__(self) -> Self:
        self._group = await anyio.create_task_group().__aenter__()
        self._group.start_soon(self._load_in_background)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends the tasks without wrapping what the body raised: none of them raises by itself."""
        if self._group is not None:
            self._group.cancel_scope.cancel()
            await self._group.__aexit__(None, None, None)
        if self._batcher is not None:
            with anyio.CancelScope(shield=True):
                await self._batcher.close()

    @property
    def info(self) -> EmbedderInfo:
        if self._known is not None:
            return self._known[0]
        return self._loaded().info

    @property
    def max_tokens(self) -> int:
        if self._known is not None:
            return self._known[1]
        return self._loaded().max_tokens

    async def ready(self) -> EmbedderInfo:
        return (await self._wait_for_model()).info

    async def embed_query(self, text: str, *, tenant: str = "") -> Vectors:
        cacheable = bool(tenant) and len(text) <= LONGEST_CACHED_TEXT
        if cacheable and (cached := self._cache.get(tenant, text)) is not None:
            return cached
        await self._wait_for_model()
        assert self._batcher is not None  # noqa: S101  it came with the model
        self._asked_at = monotonic()
        vector = (await self._batcher.submit(text)).copy()  # a row alone, not the whole batch kept alive
        vector.setflags(write=False)
        if cacheable:
            self._cache.put(tenant, text, vector)
        return vector

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        model = await self._wait_for_model()
        rows = np.empty((len(texts), model.info.dimension), np.float32)
        size = model.queries_per_batch
        for start in range(0, len(texts), size):
            some = texts[start : start + size]
            rows[start : start + size] = await anyio.to_thread.run_sync(
                self._encode_queries, some, limiter=self._query_limiter
            )
        return rows

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        model = await self._wait_for_model()
        rows = np.empty((len(texts), model.info.dimension), np.float32)
        if not texts:
            return rows
        plan = await anyio.to_thread.run_sync(self._planned, model, texts, limiter=self._bulk_limiter)
        pending = iter(plan.batches)

        async def work() -> None:
            for batch in pending:
                self._leave_room(model)
                rows[list(batch)] = await anyio.to_thread.run_sync(
                    self._encode_batch, plan, batch, limiter=self._bulk_limiter
                )

        async with anyio.create_task_group() as group:
            for _ in range(min(model.threads, len(plan.batches))):
                group.start_soon(work)
        return rows

    def _leave_room(self, model: Model) -> None:
        """While questions come, bulk work has all threads but one: its batches take long, and nobody else's should wait."""
        is_asked = monotonic() - self._asked_at < ASKING
        self._bulk_limiter.total_tokens = max(1, model.threads - 1) if is_asked else model.threads

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._loaded().count_tokens(texts)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return self._loaded().token_spans(texts)

    @staticmethod
    def _planned(model: Model, texts: Sequence[str]) -> Plan:
        plan = model.plan_passages(texts)
        _ = plan.batches  # sorted here, in the thread
        return plan

    def _encode_queries(self, texts: Sequence[str]) -> Vectors:
        with self._turn:
            return self._loaded().encode_queries(texts)

    def _encode_batch(self, plan: Plan, batch: Batch) -> Vectors:
        with self._turn:
            return plan.encode(batch)

    async def _load_in_background(self) -> None:
        try:
            model = await anyio.to_thread.run_sync(self._load, abandon_on_cancel=True)
            self._check_dimension(model.info)
        except Unavailable as error:
            self._failure = error
            log.error("embedder_not_loaded", reason=error.sentence)
        except Exception:  # a task of the server must not bring it down; callers are told
            self._failure = Unavailable(
                "The embedding model could not be loaded.", "See the server's log, or run: memorygraph doctor"
            )
            log.exception("embedder_not_loaded")
        else:
            self._model = model
            self._start_workers(model)
            log.info("embedder_loaded", model=model.info.name, dimension=model.info.dimension)
        finally:
            self._settled.set()

    def _start_workers(self, model: Model) -> None:
        """Questions and bulk work have threads of their own; a model for one thread makes them take turns."""
        self._query_limiter = anyio.CapacityLimiter(model.threads)
        self._bulk_limiter = anyio.CapacityLimiter(model.threads)
        self._turn = Lock() if model.threads == 1 else nullcontext()
        self._batcher = QueryBatcher(self._encode_queries, max_batch=model.queries_per_batch, threads=model.threads)

    def _check_dimension(self, info: EmbedderInfo) -> None:
        if self._dimension is not None and info.dimension != self._dimension:
            raise Unavailable(
                f"The embedding model {info.name} has {info.dimension} dimensions, not {self._dimension}.",
                f"Set EMBEDDING_DIM={info.dimension}, or choose a model with {self._dimension} dimensions.",
            )

    async def _wait_for_model(self) -> Model:
        if self._model is None:
            await self._settled.wait()
        return self._loaded()

    def _loaded(self) -> Model:
        if self._failure is not None:
            raise Unavailable(self._failure.sentence, self._failure.advice) from self._failure
        if self._model is None:
            raise Unavailable("The embedding model is still being loaded.", "Try again in a few seconds.")
        return self._model
