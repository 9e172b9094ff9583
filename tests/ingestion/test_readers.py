"""Every row of a file comes out, good or with a reason, whatever stands around it."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.ingestion.readers import SourceRow, count_hint, open_rows
from moe_memorygraph.ingestion.rows import REQUIRED_COLUMNS


def read(
    folder: Path,
    name: str,
    content: bytes | str,
    *,
    mapping: Mapping[str, str] | None = None,
    required: Sequence[Sequence[str]] = (),
) -> list[SourceRow]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(open_rows(path, mapping=mapping, required=required))


def good(rows: list[SourceRow]) -> list[dict[str, Any]]:
    return [dict(row.values) for row in rows if row.values is not None]


def bad(rows: list[SourceRow]) -> list[tuple[int, str]]:
    return [(row.line, row.error) for row in rows if row.error is not None]


def test_quotes_commas_and_line_breaks_in_cells(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", 'id,body\r\n1,"said ""no"", twice\r\nand left"\r\n2,plain\r\n')
    assert good(rows) == [{"id": "1", "body": 'said "no", twice\r\nand left'}, {"id": "2", "body": "plain"}]
    assert [row.line for row in rows] == [2, 4]


def test_a_byte_order_mark_and_spaces_in_the_header(tmp_path: Path) -> None:
    assert good(read(tmp_path, "a.csv", b"\xef\xbb\xbf id , body \n1,x\n")) == [{"id": "1", "body": "x"}]


def test_semicolons_and_tabs_part_cells_too(tmp_path: Path) -> None:
    assert good(read(tmp_path, "a.csv", 'id;body\n1;"a, b"\n')) == [{"id": "1", "body": "a, b"}]
    assert good(read(tmp_path, "a.tsv", "id\tbody\n1\ta, b\n")) == [{"id": "1", "body": "a, b"}]


def test_bytes_that_are_not_utf8_reject_their_row_only(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", b"id,body\n1,ok\n2,caf\xe9\n3,caf\xc3\xa9\n")
    assert [row["id"] for row in good(rows)] == ["1", "3"]
    assert bad(rows) == [(3, "the row is not UTF-8 text; save the file as UTF-8")]
    assert rows[1].raw == "2,caf\ufffd"


def test_ragged_rows_are_rejected_and_empty_lines_passed_over(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", "id,body\n1\n\n2,b,c\n3,ok\n , \n4,ok,,\n")
    assert good(rows) == [{"id": "3", "body": "ok"}, {"id": "4", "body": "ok"}]
    assert bad(rows) == [(2, "the row has 1 cells, the header 2"), (4, "the row has 3 cells, the header 2")]


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", 'id,body\n1,ok\n2,"open\n3,ok\n4,ok\n')
    assert [row["id"] for row in good(rows)] == ["1", "3", "4"]
    assert bad(rows) == [(3, "a quote that opens in this row is never closed")]
    assert rows[1].raw == '2,"open'


def test_a_stray_quote_gives_back_the_rows_it_joined(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", 'id,body,x\n1,"open,1\n2,ok,2\n3,"closed",3\n4,ok,4\n')
    assert [row["id"] for row in good(rows)] == ["2", "3", "4"]
    assert [line for line, _ in bad(rows)] == [2]


def test_quotes_within_a_cell_are_letters(tmp_path: Path) -> None:
    assert good(read(tmp_path, "a.csv", 'id,body\n1,a 5" disk\n2,x\n')) == [
        {"id": "1", "body": 'a 5" disk'},
        {"id": "2", "body": "x"},
    ]
    rows = read(tmp_path, "b.csv", 'id,body\n1,"he said "hi" there"\n2,"a "b, c" d"\n3,ok\n')
    assert good(rows) == [{"id": "1", "body": 'he said hi" there"'}, {"id": "3", "body": "ok"}]
    assert bad(rows) == [(3, "the row has 3 cells, the header 2")]


def test_a_record_of_too_many_lines_is_an_open_quote(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.csv", 'id,body\n1,"' + "\n" * 10_001 + '"\n2,x\n')
    assert [row["id"] for row in good(rows)] == ["2"]
    assert bad(rows)[0] == (2, "a quote that opens in this row is never closed")


def test_nul_bytes_and_huge_cells_are_read(tmp_path: Path) -> None:
    rows = good(read(tmp_path, "a.csv", "id,body\n1,a\x00b\n2," + "x" * 1_000_000 + "\n"))
    assert rows[0]["body"] == "a\x00b"
    assert len(rows[1]["body"]) == 1_000_000


def test_old_line_ends_say_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="header line cannot be read"):
        read(tmp_path, "a.csv", "id,body\r1,x\r")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_table_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InvalidArgument, match="file is empty"):
        read(tmp_path, "a.csv", content)


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "id,body\n") == []
    assert read(tmp_path, "a.csv", "id,body") == []


def test_columns_without_a_name_get_one(tmp_path: Path) -> None:
    assert good(read(tmp_path, "a.csv", "id,,body\n1,x,y\n")) == [{"id": "1", "column_2": "x", "body": "y"}]


def test_columns_that_stand_twice_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="twice in the header: Ticket ID, ticket_id"):
        read(tmp_path, "a.csv", "ticket_id,Ticket ID,body\n1,2,x\n")


def test_missing_columns_name_the_found_ones_and_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument) as caught:
        read(tmp_path, "a.csv", "id,customer,text\n", required=REQUIRED_COLUMNS["tickets"])
    assert "ticket_id, created_at, body or messages" in str(caught.value)
    assert "It has: id, customer, text" in str(caught.value)
    assert "--map ticket_id=COLUMN" in str(caught.value)


def test_a_mapping_renames_columns(tmp_path: Path) -> None:
    mapping = {"ticket_id": "ID", "body": "Comment Text"}
    table = read(tmp_path, "a.csv", "id,Comment  text,body\n1,hello,old\n", mapping=mapping)
    assert good(table) == [{"ticket_id": "1", "body": "hello", "original_body": "old"}]
    lines = read(tmp_path, "a.jsonl", '{"id": 1, "comment_text": "hello"}\n', mapping=mapping)
    assert good(lines) == [{"ticket_id": 1, "body": "hello"}]


def test_a_mapping_to_a_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="not in the file: nope"):
        read(tmp_path, "a.csv", "id\n1\n", mapping={"ticket_id": "nope"})


def test_json_lines_keep_going_after_bad_ones(tmp_path: Path) -> None:
    content = (
        b'\xef\xbb\xbf{"id": 1}\n\nnot json\n[1]\n{"id": "caf\xe9"}\n{"id": 2, "m": [{"t": "x"}]}\r\n' + b"[" * 100_000
    )
    rows = read(tmp_path, "a.jsonl", content)
    assert good(rows) == [{"id": 1}, {"id": 2, "m": [{"t": "x"}]}]
    assert [line for line, _ in bad(rows)] == [3, 4, 5, 7]


def test_a_json_file_is_a_list_or_an_object(tmp_path: Path) -> None:
    rows = read(tmp_path, "a.json", '[{"id": 1}, 2, {"id": 3}]')
    assert good(rows) == [{"id": 1}, {"id": 3}]
    assert bad(rows) == [(2, "the item is not an object")]
    assert good(read(tmp_path, "a.json", '{"id": 1}')) == [{"id": 1}]
    for content in ("{", '"text"', b"\xff\xfe{\x00"):
        with pytest.raises(InvalidArgument):
            read(tmp_path, "a.json", content)


def test_gzipped_files_are_read(tmp_path: Path) -> None:
    assert good(read(tmp_path, "a.csv.gz", gzip.compress(b"id\n1\n"))) == [{"id": "1"}]
    assert good(read(tmp_path, "a.jsonl.gz", gzip.compress(b'{"id": 1}\n'))) == [{"id": 1}]


def test_a_file_cut_off_gives_what_came_before(tmp_path: Path) -> None:
    packed = gzip.compress(b"".join(b'{"id": "%d"}\n' % number for number in range(100_000)))
    rows = read(tmp_path, "a.jsonl.gz", packed[: len(packed) // 2])
    assert len(good(rows)) > 1_000
    assert "damaged or cut off" in bad(rows)[-1][1]
    rows = read(tmp_path, "b.jsonl.gz", b"no gzip at all")
    assert good(rows) == []
    assert "damaged or cut off" in bad(rows)[0][1]


def test_parquet_brings_typed_values(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pyarrow.table(
        {
            "Ticket ID": [1, 2],
            "created_at": [datetime(2025, 3, 14, tzinfo=UTC), None],
            "messages": [[{"text": "x"}], None],
        }
    )
    pyarrow.parquet.write_table(table, path)
    rows = good(list(open_rows(path, mapping={"ticket_id": "Ticket ID"})))
    assert rows[0]["ticket_id"] == 1
    assert rows[0]["created_at"] == datetime(2025, 3, 14, tzinfo=UTC)
    assert rows[0]["messages"] == [{"text": "x"}]
    assert rows[1]["created_at"] is None
    assert count_hint(path) == 2
    with pytest.raises(InvalidArgument, match="lacks required columns"):
        open_rows(path, required=REQUIRED_COLUMNS["customers"])
    with pytest.raises(InvalidArgument, match="not a readable Parquet file"):
        read(tmp_path, "b.parquet", b"PAR1 not really")


def test_the_file_itself_may_be_wrong(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_rows(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(NotFound, match="folder"):
        open_rows(tmp_path / "folder.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(NotFound, match="folder"):
        count_hint(tmp_path / "folder")
    for name in ("a.xlsx", "a", "a.gz", "a.parquet.gz"):
        with pytest.raises(InvalidArgument, match="must end in one of"):
            read(tmp_path, name, b"x")
    with pytest.raises(InvalidArgument, match="UTF-16"):
        read(tmp_path, "a.csv", "id,body\n1,x\n".encode("utf-16"))


def test_count_hint_counts_records_not_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,body\n1,"a\nb\nc"\n2,x\n')
    assert count_hint(path) == 2
    path = tmp_path / "b.jsonl"
    path.write_text("{}\n{}\n{}")
    assert count_hint(path) == 3
    path = tmp_path / "c.json"
    path.write_text("[]")
    assert count_hint(path) is None


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), max_size=20))
def test_what_a_csv_writer_writes_comes_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("a", "b"), *cells])
    expected = [{"a": a, "b": b} for a, b in cells if a.strip() or b.strip()]
    assert good(list(open_rows(path))) == expected


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    for name in ("a.csv", "a.jsonl", "a.json", "a.csv.gz"):
        try:
            rows = read(folder, name, b"id,body\n" + content if name == "a.csv" else content)
        except InvalidArgument:
            continue
        assert all((row.values is None) != (row.error is None) for row in rows)
        json.dumps([row.raw for row in rows]).encode()
