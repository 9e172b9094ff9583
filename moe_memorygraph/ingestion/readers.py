"""Files to rows, one at a time: CSV, TSV, JSONL (also gzipped), JSON and Parquet.

A row that cannot be read becomes an error with its line; what follows it is read all the same.
"""

import csv
import gzip
import io
import json
import zlib
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.ingestion.rows import column_key

__all__ = ["SUFFIXES", "SourceRow", "count_hint", "open_rows"]

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".csv.gz", ".tsv.gz", ".jsonl.gz", ".ndjson.gz")

MAX_LINE = 16 * 1024 * 1024  # bytes of one line
MAX_RECORD_LINES = 10_000  # lines of one CSV record; more means a quote that is never closed
MAX_RECORD = 4 * 1024 * 1024  # characters of one CSV record
MAX_JSON_FILE = 128 * 1024 * 1024  # bytes; a .json file is read whole
PARQUET_BATCH = 1_000  # rows
SAMPLE = 16 * 1024 * 1024  # bytes that the count is guessed from


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One record of a file: its values by column, or why there are none, and where it starts.

    `line` counts physical lines from 1; of a `.json` or Parquet file it counts records. `raw` is the record as it
    stood, where it could not be split into columns.
    """

    line: int
    values: Mapping[str, object] | None = None
    error: str | None = None
    raw: str | None = None


Required = Collection[Sequence[str]]  # columns a file must have; of each group one is enough


def open_rows(path: Path, *, mapping: Mapping[str, str] | None = None, required: Required = ()) -> Iterator[SourceRow]:
    """The rows of a file in its order; reads as it goes, and blocks.

    `mapping` gives fields the columns that hold them, `{"body": "Comment Text"}`. Raises NotFound and InvalidArgument
    for what is wrong with the file as a whole: its name, its header, required columns that are missing.
    """
    kind, zipped = _kind_of(path)
    if not path.is_file():
        raise NotFound("There is no such file.", "Check the path.")
    mapping = dict(mapping or {})
    match kind:
        case ".csv" | ".tsv":
            rows = _read_table(path, zipped=zipped, tabs=kind == ".tsv", mapping=mapping, required=required)
        case ".jsonl":
            rows = (_mapped(row, mapping) for row in _read_json_lines(path, zipped=zipped))
        case ".json":
            rows = (_mapped(row, mapping) for row in _read_json(path))
        case _:
            rows = _read_parquet(path, mapping=mapping, required=required)
    return _primed(rows)


def _primed(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """Start reading now, so that a bad header is an error here and not in the middle of a loop."""
    first = next(rows, None)

    def chain() -> Iterator[SourceRow]:
        if first is not None:
            yield first
            yield from rows

    return chain()


def _kind_of(path: Path) -> tuple[str, bool]:
    if path.is_dir():
        raise NotFound("This is a folder, not a file.", "Give a file; a folder can be read as knowledge only.")
    name = path.name.lower()
    if name.endswith(".gz"):
        name, zipped = name.removesuffix(".gz"), True
    else:
        zipped = False
    kind = "." + name.rpartition(".")[2]
    kind = ".jsonl" if kind == ".ndjson" else kind
    if kind not in {".csv", ".tsv", ".jsonl"} and (zipped or kind not in {".json", ".parquet"}):
        raise InvalidArgument(
            "The kind of the file is unknown.", f"Its name must end in one of: {', '.join(SUFFIXES)}."
        )
    return kind, zipped


@contextmanager
def _open_bytes(path: Path, *, zipped: bool) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InvalidArgument("The file cannot be opened.", "Check that you may read it.") from error
    with file:
        if not zipped:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unzipped:
            yield io.BufferedReader(unzipped)


# --- lines -----------------------------------------------------------------------------------------------------------

_DAMAGED = "the file is damaged or cut off here; what follows cannot be read"
_NOT_UTF8 = "the row is not UTF-8 text; save the file as UTF-8"


class _Lines:
    """Physical lines with their numbers; some may be put back. Bytes that are not UTF-8 become lone surrogates."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._waiting: deque[tuple[int, str]] = deque()
        self._number = 0
        self.damaged = False

    def next(self) -> tuple[int, str] | None:
        if self._waiting:
            return self._waiting.popleft()
        try:
            line = self._file.readline(MAX_LINE)
        except (OSError, EOFError, zlib.error):
            self.damaged = True
            return None
        if not line:
            return None
        self._number += 1
        if self._number == 1:
            line = _without_mark(line)
        return self._number, line.decode("utf-8", "surrogateescape")

    def put_back(self, lines: Sequence[tuple[int, str]]) -> None:
        self._waiting.extendleft(reversed(lines))

    @property
    def number(self) -> int:
        return self._number


def _without_mark(line: bytes) -> bytes:
    if line.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidArgument("The file is UTF-16.", "Save it as UTF-8 and load it again.")
    return line.removeprefix(b"\xef\xbb\xbf")


def _is_utf8(text: str) -> bool:
    return text.isascii() or not any("\udc80" <= character <= "\udcff" for character in text)


def _as_printed(text: str) -> str:
    """Text for the rejects file, with a mark where bytes were not UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace").rstrip("\r\n")


# --- tables ----------------------------------------------------------------------------------------------------------


class _NeverClosed(Exception):
    """A quote opens in this record and nothing closes it."""


class _Records:
    """CSV records with the lines they stand on."""

    def __init__(self, lines: _Lines, delimiter: str) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self.taken: list[tuple[int, str]] = []  # lines of the current record
        self._reader = self._new_reader()

    def _new_reader(self) -> Any:  # csv.reader's type has no public name
        return csv.reader(self._feed(), delimiter=self._delimiter, strict=True)

    def _feed(self) -> Iterator[str]:
        size = 0
        while True:
            if not self.taken:
                size = 0
            line = self._lines.next()
            if line is None:
                if self.taken:  # only an open quote asks for more
                    raise _NeverClosed
                return
            self.taken.append(line)
            size += len(line[1])
            if len(self.taken) > MAX_RECORD_LINES or size > MAX_RECORD:
                raise _NeverClosed
            yield line[1]

    def next(self) -> list[str] | None:
        """Cells of the next record, None at the end. Raises _NeverClosed and csv.Error, both with `taken` filled.

        Strict, so that a stray quote does not join rows; quotes within a record of one line are taken as they stand.
        """
        self.taken.clear()
        try:
            cells: list[str] | None = next(self._reader, None)
        except csv.Error:
            if len(self.taken) != 1:
                raise
            cells = next(csv.reader([self.taken[0][1]], delimiter=self._delimiter))
        return cells

    def retry_after_first_line(self) -> None:
        """Give up the first line of the current record, and read on with its second."""
        self._lines.put_back(self.taken[1:])
        self._reader = self._new_reader()


def _read_table(
    path: Path, *, zipped: bool, tabs: bool, mapping: Mapping[str, str], required: Required
) -> Iterator[SourceRow]:
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD))
    with _open_bytes(path, zipped=zipped) as file:
        lines = _Lines(file)
        records = _Records(lines, "\t" if tabs else _delimiter(lines))
        header = _read_header(records, mapping, required)
        yield from _read_records(records, header)
        if lines.damaged:
            yield SourceRow(line=lines.number + 1, error=_DAMAGED)


def _delimiter(lines: _Lines) -> str:
    """Comma, semicolon or tab, whichever the header has most of."""
    first = lines.next()
    if first is None:
        return ","
    lines.put_back([first])
    return max(",;\t", key=first[1].count)


def _read_header(records: _Records, mapping: Mapping[str, str], required: Required) -> list[str]:
    try:
        cells = records.next()
        while cells is not None and not any(cell.strip() for cell in cells):
            cells = records.next()
    except (csv.Error, _NeverClosed) as error:
        raise InvalidArgument("The header line cannot be read.", "Check the quotes in the first line.") from error
    if cells is None:
        raise InvalidArgument("The file is empty.", "Its first line must name the columns.")
    if not all(map(_is_utf8, cells)):
        raise InvalidArgument("The header line is not UTF-8.", "Save the file as UTF-8 and load it again.")
    names = [cell.strip() or f"column_{place}" for place, cell in enumerate(cells, start=1)]
    return _fields_of(names, mapping, required)


def _fields_of(columns: Sequence[str], mapping: Mapping[str, str], required: Required) -> list[str]:
    """The names that rows carry: fields for the columns mapped to them, the columns' own names else."""
    counts = Counter(map(column_key, columns))
    twice = sorted(name for name in {name.strip() for name in columns} if counts[column_key(name)] > 1)
    if twice:
        raise InvalidArgument(
            f"Columns stand twice in the header: {', '.join(twice)}.", "Rename or remove one of each."
        )
    unknown = [column for column in mapping.values() if column_key(column) not in counts]
    if unknown:
        raise InvalidArgument(
            f"Columns of the mapping are not in the file: {', '.join(unknown)}.", f"It has: {', '.join(columns)}."
        )
    names = _renamed(columns, mapping)
    present = {column_key(name) for name in names}
    missing = [" or ".join(group) for group in required if not present.intersection(group)]
    if missing:
        raise InvalidArgument(
            f"The file lacks required columns: {', '.join(missing)}. It has: {', '.join(columns)}.",
            f"Name the column that holds it, for example --map {missing[0].split()[0]}=COLUMN.",
        )
    return names


def _renamed(columns: Sequence[str], mapping: Mapping[str, str]) -> list[str]:
    """Mapped columns get their field's name; a column that had this name before becomes `original_…`."""
    field_of = {column_key(column): field for field, column in mapping.items()}
    fields = {column_key(field) for field in mapping}
    return [
        field_of.get(column_key(name)) or (f"original_{column_key(name)}" if column_key(name) in fields else name)
        for name in columns
    ]


def _read_records(records: _Records, header: Sequence[str]) -> Iterator[SourceRow]:
    while True:
        try:
            cells = records.next()
        except _NeverClosed:
            yield _bad_record(records, "a quote that opens in this row is never closed")
            records.retry_after_first_line()
            continue
        except csv.Error:
            yield _bad_record(records, "the row is not well-formed CSV")
            records.retry_after_first_line()
            continue
        if cells is None:
            return
        line = records.taken[0][0]
        if not any(cell.strip() for cell in cells):
            continue  # an empty line
        while len(cells) > len(header) and not cells[-1].strip():
            cells.pop()
        if len(cells) != len(header):
            yield _bad_record(records, f"the row has {len(cells)} cells, the header {len(header)}")
            if len(records.taken) > 1:  # perhaps a stray quote joined good rows to this one
                records.retry_after_first_line()
        elif not all(map(_is_utf8, cells)):
            yield _bad_record(records, _NOT_UTF8, whole=True)
        else:
            yield SourceRow(line=line, values=dict(zip(header, cells, strict=True)))


def _bad_record(records: _Records, error: str, *, whole: bool = False) -> SourceRow:
    lines = records.taken if whole else records.taken[:1]
    return SourceRow(line=lines[0][0], error=error, raw=_as_printed("".join(text for _, text in lines)))


# --- JSON ------------------------------------------------------------------------------------------------------------


def _read_json_lines(path: Path, *, zipped: bool) -> Iterator[SourceRow]:
    with _open_bytes(path, zipped=zipped) as file:
        lines = _Lines(file)
        while (line := lines.next()) is not None:
            if line[1].strip():
                yield _json_row(*line)
        if lines.damaged:
            yield SourceRow(line=lines.number + 1, error=_DAMAGED)


_REJECT = {"line", "reason", "row"}


def _json_row(number: int, line: str) -> SourceRow:
    if not _is_utf8(line):
        return SourceRow(line=number, error=_NOT_UTF8, raw=_as_printed(line))
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return SourceRow(line=number, error="the line is not JSON", raw=_as_printed(line))
    if not isinstance(value, dict):
        return SourceRow(line=number, error="the line is not a JSON object", raw=_as_printed(line))
    if value.keys() == _REJECT and isinstance(value["row"], dict):
        value = value["row"]  # of a rejects file, loaded again after its rows were corrected
    return SourceRow(line=number, values=value)


def _read_json(path: Path) -> Iterator[SourceRow]:
    advice = "Give a list of objects, or one object a line in a .jsonl file."
    with _open_bytes(path, zipped=False) as file:
        content = file.read(MAX_JSON_FILE + 1)
    if len(content) > MAX_JSON_FILE:
        raise InvalidArgument("The .json file is too large to be read whole.", "Write one object a line, as .jsonl.")
    try:
        value = json.loads(_without_mark(content).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidArgument("The file is not JSON in UTF-8.", advice) from error
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        raise InvalidArgument("The file is neither a list nor an object.", advice)
    for place, item in enumerate(value, start=1):
        if isinstance(item, dict):
            yield SourceRow(line=place, values=item)
        else:
            yield SourceRow(line=place, error="the item is not an object", raw=json.dumps(item, ensure_ascii=False))


def _mapped(row: SourceRow, mapping: Mapping[str, str]) -> SourceRow:
    if row.values is None or not mapping:
        return row
    names = list(row.values)
    return SourceRow(line=row.line, values=dict(zip(_renamed(names, mapping), row.values.values(), strict=True)))


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _read_parquet(path: Path, *, mapping: Mapping[str, str], required: Required) -> Iterator[SourceRow]:
    with _open_parquet(path) as table:
        header = _fields_of(table.schema_arrow.names, mapping, required)
        line = 0
        batches = table.iter_batches(batch_size=PARQUET_BATCH)
        while True:
            try:
                batch = next(batches, None)
                records = [] if batch is None else batch.to_pylist()
            except (OSError, ValueError):  # pyarrow's errors are both
                yield SourceRow(line=line + 1, error=_DAMAGED)
                return
            if batch is None:
                return
            for record in records:
                line += 1
                yield SourceRow(line=line, values=dict(zip(header, record.values(), strict=True)))


@contextmanager
def _open_parquet(path: Path) -> Iterator[Any]:
    import pyarrow.parquet  # a slow import, for one kind of file

    try:
        table = pyarrow.parquet.ParquetFile(path)
    except (OSError, ValueError) as error:
        raise InvalidArgument(
            "The file is not a readable Parquet file.", "Write it again, or load it as CSV."
        ) from error
    with table:
        yield table


# --- how many --------------------------------------------------------------------------------------------------------


def count_hint(path: Path) -> int | None:
    """About how many rows a file has, for a progress bar: exact for Parquet and small files, guessed from the start else.

    None when nothing can be said. Never raises for a file that `open_rows` accepts.
    """
    kind, zipped = _kind_of(path)
    try:
        if kind == ".parquet":
            with _open_parquet(path) as table:
                return int(table.metadata.num_rows)
        with _open_bytes(path, zipped=zipped) as file:
            sample = file.read(SAMPLE)
        size = path.stat().st_size
    except (OSError, EOFError, zlib.error, InvalidArgument):
        return None
    if not sample or kind == ".json":
        return None
    rows = _count_records(sample, header=kind in {".csv", ".tsv"})
    if len(sample) < SAMPLE:
        return rows
    packed = len(gzip.compress(sample, 6)) if zipped else len(sample)
    return max(rows, round(rows * size / packed))


def _count_records(sample: bytes, *, header: bool) -> int:
    """Lines; of a table those outside quotes, less the header."""
    pieces = sample.split(b'"')[::2] if header else [sample]
    lines = sum(piece.count(b"\n") for piece in pieces) + (not sample.endswith(b"\n"))
    return max(0, lines - header)
