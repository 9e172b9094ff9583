"""The service over a model that blocks, fails or differs: loading, threads, cancelling, errors."""

import threading
from collections.abc import Callable, Sequence

import anyio
import numpy as np
import pytest
from structlog.testing import capture_logs

from moe_memorygraph.embedding import EmbedderInfo, HashEmbedder, Vectors, open_embedder
from moe_memorygraph.embedding.models import Batch
from moe_memorygraph.embedding.service import EmbeddingService
from moe_memorygraph.errors import Unavailable


class ThreadedModel:
    """A model that notes which threads it runs in, and can be held up in the middle of a batch."""

    info = EmbedderInfo(name="noted", dimension=8, fingerprint="noted")
    max_tokens = 256
    threads = 2
    queries_per_batch = 4

    def __init__(self) -> None:
        self.ran_in: set[int] = set()
        self.encoded: list[str] = []
        self.held = threading.Event()
        self.begun = threading.Event()
        self.held.set()
        self.at_once = 0
        self.most_at_once = 0
        self.reached = {1: threading.Event(), 2: threading.Event()}
        """Set when so many batches are at work at once."""
        self._counting = threading.Lock()

    def began(self, one: int) -> None:
        with self._counting:
            self.at_once += one
            self.most_at_once = max(self.most_at_once, self.at_once)
            if self.at_once in self.reached:
                self.reached[self.at_once].set()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return HashEmbedder(8).count_tokens(texts)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return HashEmbedder(8).token_spans(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.ran_in.add(threading.get_ident())
        self.encoded.extend(texts)
        rows = np.zeros((len(texts), 8), np.float32)
        rows[:, 0] = 1
        return rows

    def plan_passages(self, texts: Sequence[str]) -> "ThreadedPlan":
        self.ran_in.add(threading.get_ident())
        return ThreadedPlan(self, texts)


class ThreadedPlan:
    def __init__(self, model: ThreadedModel, texts: Sequence[str]) -> None:
        self._model = model
        self._texts = texts

    @property
    def batches(self) -> list[Batch]:
        return [[place] for place in range(len(self._texts))]

    def encode(self, batch: Batch) -> Vectors:
        self._model.began(1)
        self._model.begun.set()
        assert self._model.held.wait(10)
        self._model.began(-1)
        return self._model.encode_queries([self._texts[place] for place in batch])


def service(load: Callable[[], ThreadedModel], dimension: int | None = None) -> EmbeddingService:
    return EmbeddingService(load, known=None, dimension=dimension)


async def test_nothing_is_encoded_on_the_event_loop() -> None:
    model = ThreadedModel()
    async with service(lambda: model) as embedder:
        await embedder.embed_query("a")
        await embedder.embed_queries(["b"])
        await embedder.embed_passages(["c", "d"])
    assert model.ran_in
    assert threading.get_ident() not in model.ran_in


async def test_opening_does_not_wait_for_the_model() -> None:
    may_load = threading.Event()

    def load() -> ThreadedModel:
        assert may_load.wait(10)
        return ThreadedModel()

    with anyio.fail_after(10):
        async with service(load) as embedder:
            with pytest.raises(Unavailable, match="still being loaded"):
                _ = embedder.info
            with pytest.raises(Unavailable, match="still being loaded"):
                embedder.count_tokens(["a"])
            may_load.set()
            assert (await embedder.ready()).name == "noted"
            assert embedder.info.dimension == 8


async def test_closing_does_not_wait_for_the_model() -> None:
    may_load = threading.Event()

    def load() -> ThreadedModel:
        may_load.wait(10)
        return ThreadedModel()

    with anyio.fail_after(5):
        async with service(load):
            pass
    may_load.set()


async def test_another_dimension_is_refused_with_advice() -> None:
    with anyio.fail_after(10), capture_logs() as logs:
        async with service(ThreadedModel, dimension=384) as embedder:
            with pytest.raises(Unavailable, match=r"8 dimensions, not 384.*EMBEDDING_DIM=8"):
                await embedder.ready()
            with pytest.raises(Unavailable, match="8 dimensions"):
                await embedder.embed_query("a", tenant="t")
    assert [entry["event"] for entry in logs] == ["embedder_not_loaded"]


async def test_a_crash_while_loading_is_told_without_its_words() -> None:
    def load() -> ThreadedModel:
        raise OSError("/secret/path is not readable")

    with anyio.fail_after(10), capture_logs():
        async with service(load) as embedder:
            for _ in range(2):
                with pytest.raises(Unavailable) as raised:
                    await embedder.embed_passages(["a"])
                assert "secret" not in str(raised.value)


async def test_what_the_body_raises_comes_out_unwrapped() -> None:
    async def use() -> None:
        async with service(ThreadedModel) as embedder:
            await embedder.ready()
            raise KeyError

    with pytest.raises(KeyError):
        await use()


async def test_cancelled_bulk_work_stops_after_the_batches_that_run() -> None:
    model = ThreadedModel()
    model.held.clear()
    with anyio.fail_after(10):
        async with service(lambda: model) as embedder, anyio.create_task_group() as group:
            await embedder.ready()
            group.start_soon(embedder.embed_passages, [f"text {number}" for number in range(100)])
            await anyio.to_thread.run_sync(model.begun.wait, 10)
            group.cancel_scope.cancel()
            model.held.set()
        assert len(model.encoded) <= 2 * model.threads


async def test_a_question_does_not_wait_for_bulk_work() -> None:
    model = ThreadedModel()
    model.held.clear()
    with anyio.fail_after(10):
        async with service(lambda: model) as embedder, anyio.create_task_group() as group:
            await embedder.ready()
            group.start_soon(embedder.embed_passages, ["a", "b", "c"])
            await anyio.to_thread.run_sync(model.begun.wait, 10)
            await embedder.embed_query("now")
            assert model.encoded == ["now"]
            model.held.set()


@pytest.mark.parametrize(("seconds", "most"), [(3600.0, 1), (0.0, 2)])
async def test_bulk_work_leaves_a_thread_while_questions_come(
    monkeypatch: pytest.MonkeyPatch, seconds: float, most: int
) -> None:
    monkeypatch.setattr("moe_memorygraph.embedding.service.ASKING", seconds)
    model = ThreadedModel()
    async with service(lambda: model) as embedder:
        await embedder.embed_query("question")
        model.held.clear()
        with anyio.fail_after(10):
            async with anyio.create_task_group() as group:
                group.start_soon(embedder.embed_passages, [str(number) for number in range(6)])
                await anyio.to_thread.run_sync(model.reached[most].wait, 9)
                model.held.set()
    assert model.most_at_once == most


async def test_a_tenant_s_question_is_encoded_once() -> None:
    model = ThreadedModel()
    async with service(lambda: model) as embedder:
        for tenant in ("one", "one", "two", "", ""):
            await embedder.embed_query("same", tenant=tenant)
    assert model.encoded == ["same"] * 4  # once for "one", once for "two", twice without a tenant


async def test_the_shipped_model_is_known_before_it_is_loaded() -> None:
    async with open_embedder("sentence-transformers/all-MiniLM-L6-v2", dimension=384) as embedder:
        assert embedder.info.name == "all-MiniLM-L6-v2"
        assert embedder.max_tokens == 256


async def test_the_shipped_model_has_384_dimensions() -> None:
    with anyio.fail_after(60), capture_logs():
        async with open_embedder(dimension=768) as embedder:
            with pytest.raises(Unavailable, match="EMBEDDING_DIM=384"):
                await embedder.ready()
