"""Many questions from a file, some at a time; what was answered before is not asked again."""

import csv
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from hashlib import blake2b
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any, TextIO

import anyio

from moe_memorygraph.cli.asking import end_of_moment
from moe_memorygraph.cli.shell import (
    DONE,
    PARTLY,
    Ticker,
    open_app_for,
    print_json,
    progress_bar,
    say,
    settings_of_process,
)
from moe_memorygraph.compliance.text import sanitize
from moe_memorygraph.errors import InvalidArgument, MemoryGraphError
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.values import Ask

__all__ = ["Batch", "Item", "answered_keys", "read_items"]

ADVICE = "Give a list of questions, or objects with `question` and perhaps `customer`, `session_id`, `as_of`."
FIELDS = ("customer", "session_id", "as_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question of the file; `wrong` says why it cannot be asked."""

    tenant: str
    index: int  # place in the file, from 0
    question: str = ""
    customer: str | None = None
    session_id: str | None = None
    as_of: str | None = None
    wrong: str | None = None

    @property
    def key(self) -> str:
        """Whom it is asked, place and content: an item that was changed is asked again."""
        content = json.dumps(
            [self.tenant, self.index, self.question, self.customer, self.session_id, self.as_of, self.wrong]
        )
        return blake2b(content.encode(), digest_size=12).hexdigest()


def read_items(path: Path, *, tenant: str) -> list[Item]:
    """The questions of a `.json`, `.jsonl` or `.csv` file. Raises `InvalidArgument` where the file itself is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidArgument("The file is not UTF-8.", "Save it as UTF-8.") from None
    except OSError as error:
        raise InvalidArgument(f"The file cannot be read ({error.strerror}).", "Give a readable file.") from None
    match path.suffix.lower():
        case ".json":
            entries = _json(text)
        case ".jsonl" | ".ndjson":
            entries = [_line(line) for line in text.split("\n") if line.strip()]
        case ".csv":
            entries = _table(text)
        case _:
            raise InvalidArgument("The kind of the file is unknown.", "Its name must end in .json, .jsonl or .csv.")
    return [_item(tenant, index, entry) for index, entry in enumerate(entries)]


def _json(text: str) -> list[Any]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidArgument("The file is not JSON.", ADVICE) from None
    if not isinstance(entries, list):
        raise InvalidArgument("The file is not a list.", ADVICE)
    return entries


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return _Wrong("the line is not JSON")


def _table(text: str) -> list[Any]:
    reader = csv.DictReader(StringIO(text, newline=""))
    if "question" not in (reader.fieldnames or []):
        raise InvalidArgument("The file has no column `question`.", ADVICE)
    return [{name: row.get(name) or None for name in ("question", *FIELDS)} for row in reader]


@dataclass(frozen=True, slots=True)
class _Wrong:
    reason: str


def _item(tenant: str, index: int, entry: Any) -> Item:
    if isinstance(entry, _Wrong):
        return Item(tenant=tenant, index=index, wrong=entry.reason)
    if isinstance(entry, str):
        entry = {"question": entry}
    if not isinstance(entry, Mapping):
        return Item(tenant=tenant, index=index, wrong="the item is neither a text nor an object")
    given = {name: entry.get(name) for name in ("question", *FIELDS)}
    wrong = [name for name, value in given.items() if value is not None and not isinstance(value, str)]
    if wrong:
        return Item(tenant=tenant, index=index, wrong=f"{wrong[0]} is not a text")
    values: dict[str, Any] = {name: sanitize(value) if value else None for name, value in given.items()}
    if not (values["question"] or "").strip():
        return Item(tenant=tenant, index=index, wrong="the question is missing or empty")
    try:
        end_of_moment(values["as_of"] or "2025-10-01")
    except ValueError:
        return Item(tenant=tenant, index=index, wrong="as_of is not an ISO 8601 date or time")
    return Item(tenant=tenant, index=index, **values)


def answered_keys(path: Path) -> set[str]:
    """Keys of the items that an earlier run answered; a last line that is cut off and lines of errors leave the file.

    Raises `InvalidArgument`, and leaves the file alone, where it holds anything that no batch wrote.
    """
    if not path.exists():
        return set()
    try:
        lines = path.read_bytes().split(b"\n")  # and not at what Unicode calls a line's end, which answers may hold
    except OSError as error:
        raise InvalidArgument(f"The --out file cannot be read ({error.strerror}).", "Name another.") from None
    kept: list[str] = []
    keys: set[str] = set()
    for line in lines[:-1]:  # every whole line ends in a line feed
        entry = _result_of(line)
        if entry is None:
            raise InvalidArgument("The --out file holds something other than answers of a batch.", "Name another.")
        if "error" not in entry:
            kept.append(line.decode())
            keys.add(entry["key"])
    begin = b'{"index": '
    if not lines[-1].startswith(begin) and not begin.startswith(lines[-1]):
        raise InvalidArgument("The --out file holds something other than answers of a batch.", "Name another.")
    _replace(path, kept)
    return keys


def _result_of(line: bytes) -> dict[str, Any] | None:
    """What a line says of one item; None for a line that no batch wrote."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and {"index", "key", "question"} <= entry.keys() else None


def _replace(path: Path, lines: list[str]) -> None:
    """Write the file anew, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@dataclass(kw_only=True)
class Batch:
    """One `memorygraph batch`; knows how far it came when it is interrupted."""

    file: Path
    tenant: str
    concurrency: int
    out: Path | None
    as_json: bool
    _results: list[dict[str, Any]] = field(default_factory=list, init=False)
    _skipped: int = field(default=0, init=False)
    _opening_seconds: float = field(default=0.0, init=False)

    @property
    def failed(self) -> int:
        return sum("error" in result for result in self._results)

    def progress(self) -> str:
        resume = " Run the same command again to ask the rest." if self.out else ""
        return f"Interrupted after {len(self._results):,} questions.{resume}"

    async def run(self) -> int:
        items = read_items(self.file, tenant=self.tenant)
        before = answered_keys(self.out) if self.out else set()
        todo = [item for item in items if item.key not in before]
        self._skipped = len(items) - len(todo)
        begin = perf_counter()
        if todo:
            async with open_app_for(settings_of_process()) as app:
                memory, workflow = await app.memory(self.tenant), await app.workflow()
                self._opening_seconds = perf_counter() - begin
                with progress_bar("Asking", total=len(todo), unit="questions") as tick:
                    await self._ask_all(workflow, memory, todo, tick)
        self._report(len(items), perf_counter() - begin)
        return PARTLY if self.failed else DONE

    async def _ask_all(self, workflow: Workflow, memory: TenantMemory, items: list[Item], tick: Ticker) -> None:
        waiting = iter(items)
        with self._output() as output:

            async def work() -> None:
                for item in waiting:
                    result = await _answer(workflow, memory, item)
                    self._results.append(result)
                    if output is not None:
                        output.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
                        output.flush()
                    tick(len(self._results), len(items))

            async with anyio.create_task_group() as group:
                for _ in range(min(self.concurrency, len(items))):
                    group.start_soon(work)

    def _output(self) -> AbstractContextManager[TextIO | None]:
        return nullcontext() if self.out is None else self.out.open("a", encoding="utf-8")

    def _report(self, total: int, seconds: float) -> None:
        self._results.sort(key=lambda result: result["index"])
        counts = {
            "questions": total,
            "answered": len(self._results) - self.failed,
            "failed": self.failed,
            "skipped": self._skipped,
            "seconds": round(seconds, 3),
            "opening_seconds": round(self._opening_seconds, 3),
        }
        if self.as_json:
            print_json({**counts, "items": self._results})
            return
        if self.out is None:
            for result in self._results:
                print(_line_for_people(result), file=sys.stdout)
        say(
            f"{counts['answered']:,} of {total:,} questions answered, {self.failed:,} failed, "
            f"{self._skipped:,} answered before, in {seconds:.1f} s ({self._opening_seconds:.1f} s of it opening)"
        )


async def _answer(workflow: Workflow, memory: TenantMemory, item: Item) -> dict[str, Any]:
    """The answer to one item, or the error that it got; never raises for what is wrong with the item."""
    head = {"index": item.index, "key": item.key, "question": item.question}
    if item.wrong is not None:
        return {**head, "error": {"code": "invalid_argument", "message": item.wrong}}
    try:
        ask = Ask(
            tool="query_customer_intel",
            text=item.question,
            customer=item.customer,
            session_id=item.session_id,
            as_of=None if item.as_of is None else end_of_moment(item.as_of),
        )
        envelope = (await workflow.ask(memory, ask)).envelope
    except MemoryGraphError as error:
        return {**head, "error": {"code": error.code, "message": str(error)}}
    except Exception as error:  # one bad item never stops the rest; its words may quote a driver
        return {
            **head,
            "error": {"code": "unavailable", "message": f"Something unexpected failed ({type(error).__name__})."},
        }
    kept = ("run_id", "answer", "confidence", "abstained", "conflicts", "citations", "gate", "audit")
    return {**head, **{name: envelope[name] for name in kept if name in envelope}}


def _line_for_people(result: Mapping[str, Any]) -> str:
    if "error" in result:
        return f"{result['index'] + 1}. {result['question']}\n   error: {result['error']['message']}"
    answer = " ".join(str(result["answer"]).split())
    return f"{result['index'] + 1}. {result['question']}\n   {answer} (confidence {result['confidence']:.2f})"
