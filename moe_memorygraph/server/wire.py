"""The process's own pipes: taken away from everything else first, then read line by line. Knows nothing of the protocol
but that its messages are JSON objects with an id.

Whatever prints (a library, a child) goes to stderr: stdout belongs to the protocol from the first byte.
"""

import json
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import TextIOWrapper

import anyio
import anyio.to_thread

__all__ = ["MOST_LINE_BYTES", "LineReader", "Overlong", "Wire", "claim_wire", "mend_surrogates", "open_writer"]

CHUNK = 65_536
MOST_LINE_BYTES = 4 * 1024 * 1024
"""A longer line is read to its end and dropped; what stands for it says whose request it was."""
END_BYTES = 1_024  # of a line that is too long, kept from both of its ends


_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Any escape of a JSON text, a surrogate pair as one; the group matches half a pair alone."""


def mend_surrogates(message: bytes) -> bytes:
    r"""JSON in which every `\ud83d` without its other half is `\ufffd`; as long as before.

    JavaScript writes such halves for a text that was cut inside an emoji. The protocol's parser refuses the whole
    message for one, and over pipes nobody would ever get an answer.
    """
    if b"\\ud" not in message and b"\\uD" not in message:
        return message
    return _ESCAPE.sub(lambda match: b"\\ufffd" if match[1] else match[0], message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """Private descriptors of what were stdin and stdout."""

    stdin: int
    stdout: int


def claim_wire() -> Wire:
    """Move the pipes aside: from now on descriptor 0 reads nothing and descriptor 1 writes to stderr."""
    sys.stdout.flush()
    stdin, stdout = os.dup(0), os.dup(1)
    os.set_inheritable(stdin, False)
    os.set_inheritable(stdout, False)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return Wire(stdin=stdin, stdout=stdout)


@dataclass(frozen=True, slots=True)
class Overlong:
    """Stands for a line that was too long to keep."""

    request_id: str | int | None
    """Of the request that it was; None where that cannot be told from its two ends."""


class LineReader:
    """Lines of UTF-8 from a descriptor, and the end of them; unlike a thread in `readline`, it can be cancelled."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pollable = True

    async def __aiter__(self) -> AsyncIterator[str | Overlong]:
        held = bytearray()
        head: bytes | None = None  # of a line that is too long

        def ended() -> str | Overlong:
            return _text_of(held) if head is None else Overlong(_request_id(head, bytes(held[-END_BYTES:])))

        while chunk := await self._read():
            *lines, rest = chunk.split(b"\n")
            for line in lines:
                held += line
                head = head or _head_of(held)
                yield ended()
                held.clear()
                head = None
            held += rest
            head = head or _head_of(held)
            if head is not None:
                del held[:-END_BYTES]
        if held:
            yield ended()

    async def _read(self) -> bytes:
        if self._pollable:
            try:
                await anyio.wait_readable(self._descriptor)
                return os.read(self._descriptor, CHUNK)
            except (OSError, NotImplementedError):  # a plain file, or Windows: there only a thread can wait
                self._pollable = False
        return await anyio.to_thread.run_sync(os.read, self._descriptor, CHUNK, abandon_on_cancel=True)


def _text_of(line: bytes | bytearray) -> str:
    return mend_surrogates(bytes(line)).decode("utf-8", "replace")


def _head_of(line: bytearray) -> bytes | None:
    return bytes(line[:END_BYTES]) if len(line) > MOST_LINE_BYTES else None


_SCALAR = rb'"(?:[^"\\]|\\.){0,200}"|-?[0-9]{1,18}'
_MEMBER = re.compile(rb'\s*"([a-z]+)"\s*:\s*(' + _SCALAR + rb")\s*,")
_LAST_ID = re.compile(rb',\s*"id"\s*:\s*(' + _SCALAR + rb')\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$')


def _request_id(head: bytes, tail: bytes) -> str | int | None:
    """The id of a request from its two ends: clients write it before the parameters, or as the last member.

    Only of what names a method before anything nested: an answer's id is one of ours, and must not be answered.
    """
    begin = head.find(b"{") + 1
    members: dict[bytes, bytes] = {}
    while begin and (match := _MEMBER.match(head, begin)):
        members[match[1]] = match[2]
        begin = match.end()
    last = _LAST_ID.search(tail)
    written = members.get(b"id") or (last[1] if last else None)
    if b"method" not in members or written is None:
        return None
    try:
        found: str | int = json.loads(written)
    except ValueError:
        return None
    return found


def open_writer(descriptor: int) -> anyio.AsyncFile[str]:
    """Text to a descriptor, which stays open when the writer goes."""
    file = os.fdopen(descriptor, "wb", closefd=False)
    return anyio.wrap_file(TextIOWrapper(file, encoding="utf-8"))
