"""Over pipes every request gets an answer, also one that is no message or too long to be read."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp.types import INVALID_REQUEST, PARSE_ERROR, JSONRPCRequest, JSONRPCResponse

from moe_memorygraph.server import wire as wire_module
from moe_memorygraph.server.pipes import Read, Write, open_pipes
from moe_memorygraph.server.wire import Wire

PLANTED = "4111 1111 1111 1111"
PING = b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}'


class Peer:
    """The other end of both pipes."""

    def __init__(self, read: Read, write: Write, to_server: int, from_server: int) -> None:
        self.read, self.write = read, write
        self._to_server, self._from_server = to_server, from_server

    async def send(self, line: bytes) -> None:
        await anyio.to_thread.run_sync(os.write, self._to_server, line + b"\n")

    async def receive(self) -> dict[str, Any]:
        line = b""
        while not line.endswith(b"\n"):
            line += await anyio.to_thread.run_sync(os.read, self._from_server, 65_536, abandon_on_cancel=True)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def hang_up(self) -> None:
        os.close(self._to_server)


@asynccontextmanager
async def connected() -> AsyncIterator[Peer]:
    incoming, outgoing = os.pipe(), os.pipe()
    with anyio.fail_after(10):
        async with open_pipes(Wire(stdin=incoming[0], stdout=outgoing[1])) as (read, write):
            peer = Peer(read, write, incoming[1], outgoing[0])
            yield peer
            peer.hang_up()
            with pytest.raises(anyio.EndOfStream):
                await read.receive()
            await write.aclose()
            read.close()
    for descriptor in (incoming[0], *outgoing):
        os.close(descriptor)


async def test_messages_go_both_ways() -> None:
    async with connected() as peer:
        await peer.send(b"")
        await peer.send(PING)
        received = await peer.read.receive()
        assert isinstance(received, SessionMessage)
        assert isinstance(received.message, JSONRPCRequest)
        await peer.write.send(SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=1, result={"it": "\u00fc"})))
        assert await peer.receive() == {"jsonrpc": "2.0", "id": 1, "result": {"it": "\u00fc"}}


@pytest.mark.parametrize(
    ("line", "code", "request_id"),
    [
        (f"not JSON {PLANTED}", PARSE_ERROR, None),
        (f'{{"jsonrpc": "2.0", "id": 1, "method": "{PLANTED}', PARSE_ERROR, None),
        (f'{{"id": 5, "method": "tools/call", "params": "{PLANTED}"}}', INVALID_REQUEST, 5),
        (f'{{"jsonrpc": "1.0", "id": "a", "method": "{PLANTED}"}}', INVALID_REQUEST, "a"),
        (f'{{"jsonrpc": "2.0", "id": true, "method": "{PLANTED}"}}', INVALID_REQUEST, None),
        (f'{{"jsonrpc": "2.0", "id": 3, "outcome": "{PLANTED}"}}', INVALID_REQUEST, None),
        (f'["{PLANTED}"]', INVALID_REQUEST, None),
        (f'"{PLANTED}"', INVALID_REQUEST, None),
    ],
)
async def test_a_line_that_is_no_message_is_answered_without_its_words(
    line: str, code: int, request_id: int | str | None
) -> None:
    async with connected() as peer:
        await peer.send(line.encode())
        answer = await peer.receive()
        assert (answer["id"], answer["error"]["code"]) == (request_id, code)
        assert answer["error"]["message"].startswith("invalid_argument: ")
        assert PLANTED not in json.dumps(answer)
        await peer.send(PING)
        assert isinstance(await peer.read.receive(), SessionMessage)


@pytest.mark.parametrize(
    ("line", "request_id"),
    [
        ('{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"text":"<long>"}}', 8),
        ('{"method":"tools/call","params":{"text":"<long>"},"jsonrpc":"2.0","id":8}', 8),
        ("<long>", None),
    ],
)
async def test_a_message_that_is_too_long_is_answered(
    monkeypatch: pytest.MonkeyPatch, line: str, request_id: int | None
) -> None:
    monkeypatch.setattr(wire_module, "MOST_LINE_BYTES", 10_000)
    async with connected() as peer:
        await peer.send(line.replace("<long>", "x" * 20_000).encode())
        answer = await peer.receive()
        assert (answer["id"], answer["error"]["code"]) == (request_id, INVALID_REQUEST)
        assert answer["error"]["message"].startswith("too_large: A message has at most 4 MiB.")
        await peer.send(PING)
        assert isinstance(await peer.read.receive(), SessionMessage)
