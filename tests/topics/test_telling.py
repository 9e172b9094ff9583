"""Topics told of texts: by the shipped model and words, by a tenant's own topics, and again when these changed."""

import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from moe_memorygraph import topics as package
from moe_memorygraph.embedding import Embedder, open_embedder
from moe_memorygraph.embedding.hashing import HashEmbedder
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.values import OwnTopic, UntoldTicket, Vector
from moe_memorygraph.topics import (
    OTHER,
    TAXONOMY,
    Topic,
    TopicClassifier,
    examples_digest,
    open_classifier,
    tell_again,
    told_topics,
    topics_of,
)
from tests.memory.samples import ticket
from tests.plugins.stores import created

WEIGHTS = Path(package.__file__).with_name("weights.json")


@pytest.fixture(scope="module")
async def embedder() -> AsyncIterator[Embedder]:
    async with open_embedder() as embedder:
        await embedder.ready()
        yield embedder


async def guessed(embedder: Embedder, text: str, *own: OwnTopic) -> tuple[str, float]:
    classifier = await open_classifier(embedder, own)
    (guess,) = classifier.guess([text], await embedder.embed_passages([text]))
    return guess.topic, guess.probability


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("You debited the May invoice two times, please correct it.", "billing"),
        ("I'd like to get reimbursed for the unused licence", "refund"),
        ("None of us gets past the single sign-on page today", "login"),
        ("Everything is down, the site cannot be reached at all", "outage"),
        ("Opening the report list is awfully slow since Monday", "performance"),
        ("Would be great if the calendar could show two weeks at once", "feature_request"),
        ("The courier left our parcel at the wrong address", "delivery"),
        ("Please erase all personal data that you hold about me", "privacy"),
        ("please take me off the newsletter", "notifications"),
        ("what's the weather like in Oslo tomorrow", OTHER),
        ("play some jazz in the kitchen", OTHER),
        ("thanks, bye", OTHER),
    ],
)
async def test_the_topic_of_a_text(embedder: Embedder, text: str, topic: str) -> None:
    assert (await guessed(embedder, text))[0] == topic


async def test_probabilities_are_a_distribution(embedder: Embedder) -> None:
    classifier = await open_classifier(embedder)
    texts = ["", "invoice", "a parcel, a refund and an outage " * 60]
    chances = classifier.probabilities(texts, await embedder.embed_passages(texts))
    assert chances.shape == (3, len(TAXONOMY) + 1)
    assert np.allclose(chances.sum(axis=1), 1.0)
    assert (chances >= 0).all()
    assert classifier.guess([], np.zeros((0, 384), np.float32)) == []


async def test_a_topic_of_the_tenants_own_is_told_and_a_retired_one_is_not(embedder: Embedder) -> None:
    text = "Two nurses are on the same night shift in the rota"
    own = OwnTopic(
        name="rota", words=("shift", "rota"), examples=("The rota shows my shift twice.", "Swap my night shift.")
    )
    assert (await guessed(embedder, text, own))[0] == "rota"
    retired = OwnTopic(name="rota", words=own.words, examples=own.examples, is_retired=True)
    assert (await guessed(embedder, text, retired))[0] != "rota"


async def test_a_label_of_the_tenants_own_is_what_tickets_get(embedder: Embedder) -> None:
    classifier = await open_classifier(embedder, [OwnTopic(name="billing", label="Invoicing")])
    text = "The invoice for May is wrong"
    (told,) = told_topics(classifier, [untold("T-1", text, (await embedder.embed_passages([text]))[0] * 0.5)])
    assert (told.ticket_id, told.category) == ("T-1", "Invoicing")
    assert told.probability is not None
    assert 0.5 <= told.probability <= 1.0
    assert told_topics(classifier, []) == []


async def test_what_is_not_probable_enough_is_not_told(embedder: Embedder) -> None:
    classifier = await open_classifier(embedder)
    text = "what a lovely day"
    (told,) = told_topics(classifier, [untold("T-1", text, (await embedder.embed_passages([text]))[0])])
    assert (told.category, told.probability) == (None, None)


async def test_topics_are_told_again_after_they_changed(embedder: Embedder) -> None:
    memory = await created(InMemoryStore(), "acme")
    texts = {
        "T-1": "The invoice for May is wrong",
        "T-2": "Swap my night shift with Ann",
        "T-3": "The invoice is wrong",
    }
    vectors = await embedder.embed_passages(list(texts.values()))
    await memory.vector.put_many(
        [
            ticket(name, text, category="complaints" if name == "T-3" else None, vector=vector)
            for (name, text), vector in zip(texts.items(), vectors, strict=True)
        ]
    )
    first = await tell_again(memory, embedder)
    assert (first.tickets, first.changed) == (2, first.told)
    assert (await tell_again(memory, embedder)).changed == 0
    await memory.topics.put(OwnTopic(name="rota", words=("shift",), examples=("Please swap my shift.",)))
    await memory.topics.put(OwnTopic(name="billing", label="Invoicing"))
    assert (await tell_again(memory, embedder)).changed == 2
    assert {group.key for group in await memory.categories()} == {"Invoicing", "rota", "complaints"}


def untold(ticket_id: str, text: str, vector: Vector) -> UntoldTicket:
    return UntoldTicket(ticket_id=ticket_id, text=text, embedding=vector, category=None)


def test_own_topics_add_to_the_shipped_ones() -> None:
    merged = {
        topic.name: topic for topic in topics_of([OwnTopic(name="login", names=("badge",)), OwnTopic(name="rota")])
    }
    assert merged["login"].names[-1] == "badge"
    assert merged["login"].examples == next(one for one in TAXONOMY if one.name == "login").examples
    assert merged["rota"].names == ("rota",)
    assert len(merged) == len(TAXONOMY) + 1
    assert topics_of() == TAXONOMY


def test_a_classifier_needs_a_vector_for_every_example() -> None:
    with pytest.raises(ValueError, match="every example"):
        TopicClassifier([Topic(name="a", title="A", examples=("one", "two"))], np.zeros((1, 3), np.float32))


async def test_another_model_embeds_the_examples_itself() -> None:
    classifier = await open_classifier(HashEmbedder(dimension=32))
    texts = ["Where is my parcel?"]
    assert classifier.probabilities(texts, await HashEmbedder(dimension=32).embed_passages(texts)).shape[0] == 1


def test_the_weights_are_as_they_were_fitted_for_the_examples_that_are_shipped() -> None:
    document = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    seal = document.pop("seal")
    assert seal == sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
    assert document["examples"]["sha256"] == examples_digest(TAXONOMY)
    assert np.load(WEIGHTS.with_name("examples.npy")).shape == (sum(len(topic.examples) for topic in TAXONOMY), 384)


async def test_the_shipped_vectors_are_those_of_the_model(embedder: Embedder) -> None:
    stored = np.load(WEIGHTS.with_name("examples.npy")).astype(np.float32)
    made = await embedder.embed_passages([example for topic in TAXONOMY[:3] for example in topic.examples])
    assert np.allclose((stored[: len(made)] * made).sum(axis=1), 1.0, atol=0.01)
    assert json.loads(WEIGHTS.read_text(encoding="utf-8"))["examples"]["model"] == embedder.info.fingerprint
