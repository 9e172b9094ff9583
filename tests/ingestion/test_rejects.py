"""The rejects file gives rows back to their owner, and to nobody else."""

import json
import stat
from datetime import date
from pathlib import Path

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.ingestion.readers import open_rows
from moe_memorygraph.ingestion.rejects import open_rejects


def test_rejects_hold_line_reason_and_row(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    with open_rejects(path) as rejects:
        rejects.write(
            line=2, reason="csat is not a number", values={"id": "1", "since": date(2025, 1, 1), "x": "\ud800"}
        )
        rejects.write(line=7, reason="the line is not JSON", raw='{"a')
        rejects.write(line=9, reason="damaged")
        assert rejects.count == 3
    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"line": 2, "reason": "csat is not a number", "row": {"id": "1", "since": "2025-01-01", "x": "\ud800"}},
        {"line": 7, "reason": "the line is not JSON", "raw": '{"a'},
        {"line": 9, "reason": "damaged"},
    ]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    path.write_text("old")
    path.chmod(0o644)
    with open_rejects(path) as rejects:
        rejects.write(line=1, reason="x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "old" not in path.read_text()


def test_without_rejects_there_is_no_file(tmp_path: Path) -> None:
    with open_rejects(tmp_path / "rejects.jsonl"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("keep")
    (tmp_path / "rejects.jsonl").symlink_to(target)
    with open_rejects(tmp_path / "rejects.jsonl") as rejects, pytest.raises(InvalidArgument, match="--rejects"):
        rejects.write(line=1, reason="x")
    assert target.read_text() == "keep"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with open_rejects(tmp_path / "none" / "rejects.jsonl") as rejects, pytest.raises(InvalidArgument):
        rejects.write(line=1, reason="x")


def test_a_corrected_rejects_file_is_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "rejects.jsonl"
    with open_rejects(path) as rejects:
        rejects.write(line=2, reason="csat is not a number", values={"ticket_id": "1", "csat": "good"})
        rejects.write(line=3, reason="the line is not JSON", raw="{")
    path.write_text(path.read_text().replace("good", "5"))
    first, second = open_rows(path)
    assert first.values == {"ticket_id": "1", "csat": "5"}
    assert second.values == {"line": 3, "reason": "the line is not JSON", "raw": "{"}
