"""Published files become rows and probes; what is malformed in them is known and survived."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.evaluation.suites import known_items, read_locomo, read_stackfaq, read_tau2
from moe_memorygraph.evaluation.suites.values import QUESTION_CHARS
from tests.evaluation.suites import write_locomo, write_stackfaq, write_tau2


def test_a_conversation_becomes_a_ticket_a_turn(tmp_path: Path) -> None:
    suite = read_locomo(write_locomo(tmp_path, "conv-1", "conv-2"))
    assert len(suite.tickets) == 2 * (6 + 4)
    assert suite.tickets[1] == {
        "ticket_id": "conv-1/D1:2",
        "customer": "conv-1",
        "created_at": datetime(2023, 5, 8, 13, 57, tzinfo=UTC),
        "body": "I joined a rowing club last week.",
        "author": "Bo",
        "thread_id": "conv-1/1",
    }
    assert str(suite.tickets[0]["body"]).endswith("\n[shares a photo of a lighthouse]")


def test_only_questions_with_evidence_are_asked_and_odd_ids_are_read(tmp_path: Path) -> None:
    suite = read_locomo(write_locomo(tmp_path, "conv-1"))
    assert [(one.category, one.wanted) for one in suite.probes[:3]] == [
        ("temporal", ("conv-1/D1:1",)),
        ("temporal", ("conv-1/D1:2",)),
        ("open-domain", ("conv-1/D1:3",)),
    ]
    assert len(suite.probes) == 6
    assert {one.customer for one in suite.probes} == {"conv-1"}


def test_a_folder_stands_for_the_file_in_it(tmp_path: Path) -> None:
    path = write_locomo(tmp_path, "conv-1")
    assert read_locomo(tmp_path) == read_locomo(path)


def test_parts_of_a_suite_are_told_apart_by_hashes(tmp_path: Path) -> None:
    marks = read_locomo(write_locomo(tmp_path, "conv-1", "conv-2")).marks()
    assert list(marks) == ["conv-1", "conv-2"]
    assert all(len(mark) == 16 for mark in marks.values())
    assert read_locomo(write_locomo(tmp_path, "conv-2")).marks()["conv-2"] == marks["conv-2"]


def test_a_suite_has_the_hash_of_its_data(tmp_path: Path) -> None:
    suite = read_locomo(write_locomo(tmp_path, "conv-1", "conv-2"))
    assert suite.sha256() == read_locomo(tmp_path).sha256()
    others = (
        replace(suite, tickets=suite.tickets[:-1]),
        replace(suite, probes=suite.probes[:-1]),
        replace(suite, probes=[replace(suite.probes[0], wanted=("conv-1/D1:3",)), *suite.probes[1:]]),
    )
    assert len({suite.sha256(), *(one.sha256() for one in others)}) == 4


def test_an_entry_becomes_a_document_and_its_paraphrases_probes(tmp_path: Path) -> None:
    suite = read_stackfaq(write_stackfaq(tmp_path))
    assert suite.documents["00000.md"] == "# How do I strike text through?\n\nPut tildes around it."
    assert [(one.text, one.wanted) for one in suite.probes] == [
        ("cross out words", ("00000.md",)),
        ("silence a conversation", ("00001.md",)),
    ]


def test_a_scenario_wants_each_article_once_and_is_cut_to_a_question(tmp_path: Path) -> None:
    suite = read_tau2(write_tau2(tmp_path))
    assert suite.documents["00002.md"] == "# Card 2\n\nTerms of card 2."
    (probe,) = suite.probes
    assert probe.wanted == ("00002.md", "00000.md")
    assert len(probe.text) == QUESTION_CHARS


def test_known_items_ask_for_what_a_ticket_says() -> None:
    text = "Parcel arrived broken. The courier refused to take the shattered lamp back again."
    rows = [{"ticket_id": f"t{place}", "body": f"The courier is late again, order {place}."} for place in range(9)]
    rows += [{"ticket_id": "a", "body": text}, {"ticket_id": "b", "body": text}, {"ticket_id": "c", "body": ""}]
    suite = known_items(rows)
    sentence, words = suite.probes
    assert (sentence.text, sentence.category) == ("Parcel arrived broken.", "first sentence")
    assert (words.text, words.category) == ("arrived back broken lamp parcel", "rare words")
    assert sentence.wanted == words.wanted == ("a", "b")


@pytest.mark.parametrize("reader", [read_locomo, read_stackfaq, read_tau2])
def test_data_that_is_not_there_is_named(tmp_path: Path, reader: object) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        reader(tmp_path / "nowhere")  # type: ignore[operator]
    with pytest.raises(NotFound, match="holds none of"):
        reader(tmp_path)  # type: ignore[operator]


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "locomo.json").write_text("no json", encoding="utf-8")
    with pytest.raises(InvalidArgument, match="not JSON"):
        read_locomo(tmp_path)
    (tmp_path / "locomo.json").write_text('{"question": "of something else"}', encoding="utf-8")
    with pytest.raises(InvalidArgument, match="sample_id"):
        read_locomo(tmp_path)
    (tmp_path / "locomo0.json.gz").write_bytes(b"no gzip")
    with pytest.raises(InvalidArgument, match="UTF-8"):
        read_locomo(tmp_path / "locomo0.json.gz")


def test_tickets_without_words_to_look_for_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="enough words"):
        known_items([{"ticket_id": "a", "body": "Hi there"}])
