"""What a file of questions becomes, and which answers an earlier run left; without a database."""

import json
from pathlib import Path

import pytest

from moe_memorygraph.cli.batching import answered_keys, read_items
from moe_memorygraph.errors import InvalidArgument


@pytest.mark.parametrize(
    "bad",
    [
        "",
        " \u200b ",
        7,
        None,
        ["a"],
        {"q": "a"},
        {"question": "a", "customer": 7},
        {"question": "a", "as_of": "soon"},
        {"question": "a", "as_of": "0001-01-01T00:00+14:00"},
    ],
)
def test_a_bad_item_says_what_is_wrong_and_the_others_stay(bad: object, tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    path.write_text(json.dumps(["first", bad, "third"]))
    items = read_items(path, tenant="t")
    assert [item.wrong is None for item in items] == [True, False, True]


def test_an_item_may_hold_what_no_database_takes_and_ask_about_the_last_day(tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    path.write_text(json.dumps([{"question": "a\ud800\0b", "customer": "", "as_of": "9999-12-31"}]))
    (item,) = read_items(path, tenant="t")
    assert item.wrong is None
    assert (item.question, item.customer) == ("a\ufffd\ufffdb", None)


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv"])
def test_lines_end_where_files_end_them(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    question = "one\u2028question\x0bonly"
    path.write_text(f"question\n{question}\n" if name == "q.csv" else json.dumps(question, ensure_ascii=False) + "\n")
    assert len(read_items(path, tenant="t")) == 1


def test_answers_for_one_tenant_are_none_for_another(tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    path.write_text('["why?"]')
    assert read_items(path, tenant="a")[0].key != read_items(path, tenant="b")[0].key


@pytest.mark.parametrize("cut", ["", "{", '{"index": 2, "key": "k3", "que'])
def test_what_was_cut_off_and_what_failed_is_asked_again(cut: str, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    answered = '{"index": 0, "key": "k1", "question": "why?\u2028", "answer": "so"}\n'
    failed = '{"index": 1, "key": "k2", "question": "how?", "error": {"code": "unavailable"}}\n'
    out.write_text(f"{answered}{failed}{cut}", encoding="utf-8")
    assert answered_keys(out) == {"k1"}
    assert out.read_text(encoding="utf-8") == answered


@pytest.mark.parametrize("text", ["Mine.", "Mine.\n", '["a question"]\n', '{"key": "mine"}\n', "\n\n"])
def test_a_file_that_no_batch_wrote_stays_as_it_is(text: str, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text(text)
    with pytest.raises(InvalidArgument):
        answered_keys(out)
    assert out.read_text() == text
