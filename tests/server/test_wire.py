"""Lines from a pipe: whole, in UTF-8, bounded, and no obstacle to stopping."""

import os
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from pydantic_core import from_json

from moe_memorygraph.server import wire
from moe_memorygraph.server.wire import LineReader, Overlong, mend_surrogates, open_writer


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue  # the test closed it


async def lines_of(descriptor: int) -> list[str | Overlong]:
    with anyio.fail_after(5):
        return [line async for line in LineReader(descriptor)]


async def test_lines_arrive_whole_however_they_were_cut(pipe: tuple[int, int]) -> None:
    async with anyio.create_task_group() as group:

        async def write() -> None:
            for byte in '{"a": "ü"}\n\nlast'.encode():
                os.write(pipe[1], bytes([byte]))
                await anyio.lowlevel.checkpoint()
            os.close(pipe[1])

        group.start_soon(write)
        assert await lines_of(pipe[0]) == ['{"a": "ü"}', "", "last"]


async def test_a_waiting_reader_can_be_cancelled(pipe: tuple[int, int]) -> None:
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(lines_of, pipe[0])
            await anyio.wait_all_tasks_blocked()
            group.cancel_scope.cancel()


async def test_a_plain_file_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "input").write_text("one\ntwo\n")
    with (tmp_path / "input").open("rb") as file:
        assert await lines_of(file.fileno()) == ["one", "two"]


PADDING = b"x" * 5_000


@pytest.mark.parametrize(
    ("line", "request_id"),
    [
        (b'{"jsonrpc": "2.0", "id": 7, "method": "m", "params": {"a": "%s"}}', 7),
        (b'{"id":"a\\"b","jsonrpc":"2.0","method":"m","params":{"a":"%s","id":9}}', 'a"b'),
        (b'{"method":"m","params":{"a":"%s","id":9},"jsonrpc":"2.0","id":3}', 3),
        (b'{"method":"m","params":{"a":"%s"},"id":"x","jsonrpc":"2.0"} ', "x"),
        (b'{"jsonrpc":"2.0","id":7,"result":{"a":"%s"}}', None),  # an answer to us
        (b'{"result":{"method":"m","a":"%s"},"jsonrpc":"2.0","id":7}', None),
        (b'{"method":"m","params":{"a":"%s","id":9}}', None),  # a notification
        (b'{"method":"m","params":{"a":"%s,\\"id\\":9}"}}', None),
        (b'{"method":"m","id":true,"params":{"a":"%s"}}', None),
        (b"%s", None),
    ],
)
async def test_a_line_that_is_too_long_is_dropped_and_its_request_named(
    pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch, line: bytes, request_id: str | int | None
) -> None:
    monkeypatch.setattr(wire, "MOST_LINE_BYTES", 1_000)
    monkeypatch.setattr(wire, "CHUNK", 700)
    os.write(pipe[1], (line % PADDING) + b"\nnext\n" + (line % PADDING))
    os.close(pipe[1])
    assert await lines_of(pipe[0]) == [Overlong(request_id), "next", Overlong(request_id)]


async def test_what_is_written_is_utf_8(pipe: tuple[int, int]) -> None:
    writer = open_writer(pipe[1])
    await writer.write("ü\n")
    await writer.flush()
    assert os.read(pipe[0], 10) == "ü\n".encode()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb'"\ud83d"', "\ufffd"),
        (rb'"\uDE00 \uD83D"', "\ufffd \ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\N{GRINNING FACE}"),
        (rb'"\ud83d\ude00\ude00"', "\N{GRINNING FACE}\ufffd"),
        (rb'"\\ud83d \"\ud83d\""', '\\ud83d "\ufffd"'),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (rb'"plain \u00fc \n"', "plain \u00fc \n"),
    ],
)
def test_half_a_surrogate_pair_is_mended_and_nothing_else(sent: bytes, read: str) -> None:
    mended = mend_surrogates(sent)
    assert len(mended) == len(sent)
    assert from_json(mended) == read


async def test_lines_are_mended(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], rb'{"a": "\ud83d"}' + b"\n" + rb'"\ude00"')
    os.close(pipe[1])
    lines = await lines_of(pipe[0])
    assert [from_json(line) for line in lines if isinstance(line, str)] == [{"a": "\ufffd"}, "\ufffd"]
