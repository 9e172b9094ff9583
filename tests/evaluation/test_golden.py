"""Reading golden files, and saying what is wrong with one."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation import Expectation, read_golden


def written(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "golden.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def row(**changes: Any) -> dict[str, Any]:
    return {"id": "a", "question": "Why?", "kind": "why", "expect": {}, **changes}


def test_a_question_with_everything(tmp_path: Path) -> None:
    expect = {"abstain": False, "claims": [{"any_of": ["x", "y"]}], "citations_any": ["T-1"], "forbid": ["z"]}
    (question,) = read_golden(written(tmp_path, row(customer="Acme", as_of="2025-06-30", expect=expect), ""))
    assert question.as_of == datetime(2025, 6, 30, tzinfo=UTC)
    assert question.expect == Expectation(claims=(("x", "y"),), citations_any=("T-1",), forbid=("z",))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "holds no question"),
        ([row(), "{"], "Line 2 .* is wrong"),
        ([{"id": "a"}], "Line 1 .* 'expect' is missing"),
        ([row(question=" ")], "a text is missing or empty"),
        ([row(expect={"forbid": "Globex"})], "a list of texts is a text"),
        ([row(as_of="yesterday")], "Line 1"),
        ([row(), row()], "Line 2 .* repeats an id"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, lines: list[Any], reason: str) -> None:
    with pytest.raises(InvalidArgument, match=reason):
        read_golden(written(tmp_path, *lines))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="cannot be read"):
        read_golden(tmp_path / "none.jsonl")
