"""Fitting and measuring the classifier of topics, and reading the sets that it is fitted and measured on."""

import csv
import gzip
import io
import json
from pathlib import Path

import numpy as np
import pytest

from moe_memorygraph.embedding.hashing import HashEmbedder
from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.evaluation.suites.labelled import (
    FITTED,
    REPORTED,
    Labelled,
    LabelledName,
    digest_of,
    read_labelled,
)
from moe_memorygraph.evaluation.topics import Taught, calibration_error, figures_of, fit_topics, left_out, taught
from moe_memorygraph.topics import OTHER, Topic, TopicClassifier

TOPICS = (
    Topic(name="bill", title="Bills", names=("bill",), words=("amount",), examples=("wrong bill", "bill amount twice")),
    Topic(
        name="parcel", title="Parcels", names=("parcel",), words=("courier",), examples=("lost parcel", "late courier")
    ),
)


def table(path: Path, *rows: dict[str, str]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode()))


def lines(path: Path, *rows: dict[str, str]) -> None:
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files in the form of the published sets, with texts of ours."""
    bitext = [("one", "INVOICE", "check_invoice"), ("two", "ACCOUNT", "recover_password"), ("three", "NONE", "x")]
    table(tmp_path / "train.csv.gz", *({"utterance": a, "category": b, "intent": c} for a, b, c in bitext[:2]))
    table(tmp_path / "dev.csv.gz", *({"utterance": a, "category": b, "intent": c} for a, b, c in bitext[2:]))
    return tmp_path


def test_sets_that_are_fitted_are_never_reported() -> None:
    assert set(FITTED).isdisjoint(REPORTED)


def test_a_set_is_read_by_our_topics(folder: Path) -> None:
    assert read_labelled("bitext", folder) == [Labelled("one", "billing"), Labelled("two", "login")]


def test_what_lies_outside_support_is_other(tmp_path: Path) -> None:
    domains: dict[str, list[str]] = {
        name: [] for name in ("kitchen_and_dining", "auto_and_commute", "travel", "utility", "work", "meta")
    }
    (tmp_path / "domains.json").write_text(json.dumps({**domains, "small_talk": ["greeting"]}), encoding="utf-8")
    rows = [("hi", "greeting"), ("some text", "oos"), ("my PIN", "pin_change"), ("a song", "play_music")]
    lines(tmp_path / "set.jsonl.gz", *({"text": text, "intent": intent} for text, intent in rows))
    assert read_labelled("clinc150", tmp_path) == [
        Labelled("hi", OTHER),
        Labelled("some text", OTHER),
        Labelled("my PIN", "login"),
    ]


def test_issues_of_complaints_are_read_by_their_words(tmp_path: Path) -> None:
    rows = [("Fees or interest", "a fee"), ("Incorrect information on your report", "an entry"), ("Rewards", "points")]
    table(tmp_path / "complaints.csv.gz", *({"Issue": a, "Consumer complaint narrative": b} for a, b in rows))
    assert read_labelled("cfpb", tmp_path) == [Labelled("a fee", "billing"), Labelled("an entry", "credit_report")]


@pytest.mark.parametrize("name", ["bitext", "cfpb", "banking77"])
def test_another_file_is_refused(name: LabelledName, tmp_path: Path) -> None:
    table(tmp_path / "train.csv.gz", {"something": "else"})
    with pytest.raises(InvalidArgument):
        read_labelled(name, tmp_path / "train.csv.gz")
    with pytest.raises(NotFound):
        read_labelled(name, tmp_path / "nowhere")


def test_the_digest_tells_sets_apart() -> None:
    assert digest_of([Labelled("one", "a")]) != digest_of([Labelled("one", "b")])


async def parts() -> tuple[TopicClassifier, Taught]:
    embedder = HashEmbedder(dimension=64)
    classifier = TopicClassifier(TOPICS, await embedder.embed_passages([x for t in TOPICS for x in t.examples]))
    texts = [
        "this bill is wrong",
        "the amount of my bill",
        "where is my parcel",
        "the courier is late",
        "hello there",
        "ok",
    ]
    wanted = ["bill", "bill", "parcel", "parcel", OTHER, OTHER]
    return classifier, taught(classifier, texts, await embedder.embed_passages(texts), wanted)


async def test_what_was_fitted_tells_the_topics_it_was_taught() -> None:
    _, part = await parts()
    figures = figures_of(part, fit_topics([part]))
    assert figures["accuracy"] == figures["own_accuracy"] == figures["macro_f1"] == figures["other_recall"] == 1.0
    assert figures["taken_for_other"] == 0.0
    assert (figures["texts"], figures["topics"]) == (6, 2)


async def test_an_example_that_is_left_out_is_not_compared_with_itself() -> None:
    embedder = HashEmbedder(dimension=64)
    vectors = await embedder.embed_passages([x for t in TOPICS for x in t.examples])
    part = left_out(TOPICS, vectors)
    assert part.features.shape[:2] == (4, 2)
    assert part.features[range(4), part.wanted, 0].max() < 0.99


def test_a_set_chooses_among_its_own_topics_alone() -> None:
    part = Taught(features=np.zeros((2, 3, 1)), other=np.zeros((2, 1)), wanted=np.array([0, 3]))
    assert (part.closed < 0).tolist() == [[False, True, True, False], [False] * 4]


def test_calibration_is_the_distance_between_sure_and_right() -> None:
    assert calibration_error(np.array([0.95, 0.95]), np.array([True, True])) == pytest.approx(0.05)
    assert calibration_error(np.array([0.95, 0.15]), np.array([False, False])) == pytest.approx(0.55)
