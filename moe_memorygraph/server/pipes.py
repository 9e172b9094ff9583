"""The protocol over a pair of pipes: a message a line, and an answer to every line that wants one.

The SDK's own transport passes by in silence what is no message, and its client waits for ever.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError
from pydantic_core import from_json

from moe_memorygraph.server.wire import MOST_LINE_BYTES, LineReader, Overlong, Wire, open_writer

__all__ = ["open_pipes"]

Read = MemoryObjectReceiveStream[SessionMessage | Exception]
Write = MemoryObjectSendStream[SessionMessage]


@asynccontextmanager
async def open_pipes(wire: Wire) -> AsyncIterator[tuple[Read, Write]]:
    """What a client sends, and where to send it answers. Ends when both sides are done; can be cancelled."""
    arriving, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    write, leaving = anyio.create_memory_object_stream[SessionMessage](0)
    async with anyio.create_task_group() as group:
        group.start_soon(_read_lines, wire, arriving, write.clone())
        group.start_soon(_write_lines, wire, leaving)
        yield read, write


async def _read_lines(wire: Wire, arriving: MemoryObjectSendStream[SessionMessage | Exception], write: Write) -> None:
    async with arriving, write:
        async for line in LineReader(wire.stdin):
            try:
                if isinstance(line, Overlong):
                    await write.send(SessionMessage(_too_long(line)))
                elif line.strip():
                    await _pass_on(line, arriving, write)
            except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                return  # the server has ended


async def _pass_on(line: str, arriving: MemoryObjectSendStream[SessionMessage | Exception], write: Write) -> None:
    try:
        message = jsonrpc_message_adapter.validate_json(line, by_name=False)
    except ValidationError:
        await write.send(SessionMessage(_no_message(line)))
        return
    if isinstance(message, JSONRPCNotification) and '"id"' in line and "id" in from_json(line):
        await write.send(SessionMessage(_no_message(line)))  # a request whose id is none, and no notification
    else:
        await arriving.send(SessionMessage(message))


async def _write_lines(wire: Wire, leaving: MemoryObjectReceiveStream[SessionMessage]) -> None:
    stdout = open_writer(wire.stdout)
    async with leaving:
        async for message in leaving:
            await stdout.write(message.message.model_dump_json(by_alias=True, exclude_unset=True) + "\n")
            await stdout.flush()


def _too_long(line: Overlong) -> JSONRPCError:
    words = f"too_large: A message has at most {MOST_LINE_BYTES // 1024**2} MiB. Send less in one call."
    return _error(line.request_id, INVALID_REQUEST, words)


def _no_message(line: str) -> JSONRPCError:
    """Without a word of the line itself. An id is repeated only of what looks like a request."""
    try:
        read = from_json(line)
    except ValueError:
        return _error(None, PARSE_ERROR, "invalid_argument: The line is not JSON. Send one message a line.")
    request_id = read.get("id") if isinstance(read, dict) and isinstance(read.get("method"), str) else None
    if isinstance(request_id, bool) or not isinstance(request_id, str | int):
        request_id = None
    return _error(request_id, INVALID_REQUEST, "invalid_argument: This is no JSON-RPC 2.0 message. See the protocol.")


def _error(request_id: str | int | None, code: int, words: str) -> JSONRPCError:
    return JSONRPCError(jsonrpc="2.0", id=request_id, error=ErrorData(code=code, message=words))
