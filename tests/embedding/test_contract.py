"""One contract, every embedder: so that the fake cannot drift from the model."""

from collections.abc import AsyncIterator

import anyio
import numpy as np
import pytest

from moe_memorygraph.embedding import Embedder, HashEmbedder, Vectors, open_embedder

TEXTS = [
    "How do I cancel my subscription?",
    "",
    "   \n\t ",
    "refund",
    "Crème brûlée 🙂 你好 \u0000 \ud800",
    "The invoice is wrong, and nobody answers. " * 100,
    "refund",
]


@pytest.fixture(params=["hash", "shipped"])
async def embedder(request: pytest.FixtureRequest) -> AsyncIterator[Embedder]:
    if request.param == "hash":
        yield HashEmbedder()
        return
    async with open_embedder() as opened:
        with anyio.fail_after(60):
            await opened.ready()
        yield opened


def assert_unit(vectors: Vectors, *shape: int) -> None:
    assert vectors.dtype == np.float32
    assert vectors.shape == shape
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=-1), 1, atol=1e-5)


async def test_info_is_the_same_at_once_and_when_ready(embedder: Embedder) -> None:
    assert embedder.info == await embedder.ready()
    assert embedder.info.name
    assert embedder.info.dimension == 384
    assert embedder.info.fingerprint
    assert embedder.max_tokens == 256


async def test_a_question_becomes_one_unit_vector(embedder: Embedder) -> None:
    for text in TEXTS:
        assert_unit(await embedder.embed_query(text), 384)


async def test_passages_come_back_in_order(embedder: Embedder) -> None:
    rows = await embedder.embed_passages(TEXTS)
    assert_unit(rows, len(TEXTS), 384)
    alone = np.stack([(await embedder.embed_passages([text]))[0] for text in TEXTS])
    assert np.sum(rows * alone, axis=1).min() > 0.999


async def test_questions_and_passages_live_in_one_space(embedder: Embedder) -> None:
    rows = await embedder.embed_passages(TEXTS)
    questions = await embedder.embed_queries(TEXTS)
    assert_unit(questions, len(TEXTS), 384)
    assert np.sum(rows * questions, axis=1).min() > 0.999


async def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert_unit(await embedder.embed_passages([]), 0, 384)
    assert_unit(await embedder.embed_queries([]), 0, 384)
    assert embedder.count_tokens([]) == []
    assert embedder.token_spans([]) == []


async def test_the_same_text_gives_the_same_vector(embedder: Embedder) -> None:
    first, again = await embedder.embed_query("refund"), await embedder.embed_query("refund")
    np.testing.assert_array_equal(first, again)


async def test_questions_asked_together_get_their_own_vectors(embedder: Embedder) -> None:
    texts = [f"question number {number} about invoices" for number in range(40)]
    found: dict[str, Vectors] = {}

    async def ask(text: str) -> None:
        found[text] = await embedder.embed_query(text, tenant="t")

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            for text in texts:
                group.start_soon(ask, text)
    expected = await embedder.embed_passages(texts)
    assert np.sum(np.stack([found[text] for text in texts]) * expected, axis=1).min() > 0.999


async def test_a_question_cannot_be_changed_by_who_got_it(embedder: Embedder) -> None:
    vector = await embedder.embed_query("refund", tenant="t")
    with pytest.raises(ValueError, match="read-only"):
        vector[0] = 1


async def test_closer_means_more_alike(embedder: Embedder) -> None:
    near, far = await embedder.embed_passages(["a refund for the invoice", "dogs like long walks"])
    question = await embedder.embed_query("I want a refund for this invoice")
    assert question @ near > question @ far + 0.2


async def test_text_beyond_the_limit_is_cut_off(embedder: Embedder) -> None:
    words = "word " * 300
    one, other = await embedder.embed_passages([words, words + "and much more that nobody reads"])
    assert one @ other > 0.9999


async def test_spans_are_the_tokens_counted(embedder: Embedder) -> None:
    assert embedder.count_tokens(TEXTS) == [len(spans) for spans in embedder.token_spans(TEXTS)]
    assert embedder.count_tokens(["", " \n"]) == [0, 0]
    assert embedder.count_tokens(["word " * 1000]) == [1000]  # never truncated


async def test_spans_point_into_the_text_in_code_points(embedder: Embedder) -> None:
    text = "Crème 🙂 \ud800 你好, ok"
    (spans,) = embedder.token_spans([text])
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)
    covered = {place for start, stop in spans for place in range(start, stop)}
    assert covered == {place for place, sign in enumerate(text) if not sign.isspace()}
