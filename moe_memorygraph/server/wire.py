"""The process's own pipes: taken away from everything else first, then read line by line.

Whatever prints (a library, a child) goes to stderr: stdout belongs to the protocol from the first byte.
"""

import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import TextIOWrapper

import anyio
import anyio.to_thread

__all__ = ["LineReader", "Wire", "claim_wire", "open_writer"]

CHUNK = 65_536
MOST_LINE_BYTES = 4 * 1024 * 1024
"""A longer line is no message: it is dropped, and an empty one stands for it, which the protocol refuses."""


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


class LineReader:
    """Lines of UTF-8 from a descriptor, and the end of them; unlike a thread in `readline`, it can be cancelled."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._pollable = True

    async def __aiter__(self) -> AsyncIterator[str]:
        held = bytearray()
        skipping = False
        while chunk := await self._read():
            *lines, rest = chunk.split(b"\n")
            for line in lines:
                yield "" if skipping else (held + line).decode("utf-8", "replace")
                held.clear()
                skipping = False
            held += rest
            if len(held) > MOST_LINE_BYTES:
                held.clear()
                skipping = True
        if held:
            yield held.decode("utf-8", "replace")

    async def _read(self) -> bytes:
        if self._pollable:
            try:
                await anyio.wait_readable(self._descriptor)
                return os.read(self._descriptor, CHUNK)
            except (OSError, NotImplementedError):  # a plain file, or Windows: there only a thread can wait
                self._pollable = False
        return await anyio.to_thread.run_sync(os.read, self._descriptor, CHUNK, abandon_on_cancel=True)


def open_writer(descriptor: int) -> anyio.AsyncFile[str]:
    """Text to a descriptor, which stays open when the writer goes."""
    file = os.fdopen(descriptor, "wb", closefd=False)
    return anyio.wrap_file(TextIOWrapper(file, encoding="utf-8"))
