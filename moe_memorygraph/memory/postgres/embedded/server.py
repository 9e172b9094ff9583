"""The embedded server as one `async with`."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread

from moe_memorygraph.memory.postgres.embedded.attachment import Attachment, EmbeddedServer

_FIRST_SENTENCE = 0.5  # seconds of waiting that need no explanation
_NEXT_SENTENCE = 5.0  # seconds
_LONGEST_PAUSE = 0.25  # seconds between two looks


@asynccontextmanager
async def open_embedded(home: Path, *, on_wait: Callable[[str], None] | None = None) -> AsyncIterator[EmbeddedServer]:
    """Attach to the one PostgreSQL under `home`, starting or even making it first; leaving lets go of it.

    It waits as long as the server needs, however long a crash recovery takes, and calls `on_wait` with a sentence now
    and then. Raises `Unavailable` when there is nothing to wait for. The server stops 3 s after its last user left,
    by whatever way.
    """
    attachment = Attachment(home)
    try:
        server = await _wait(attachment, on_wait)
        attachment.watch()
        yield server
    finally:
        attachment.close()


async def _wait(attachment: Attachment, on_wait: Callable[[str], None] | None) -> EmbeddedServer:
    next_sentence = time.monotonic() + _FIRST_SENTENCE
    pause = 0.005
    while (server := await anyio.to_thread.run_sync(attachment.step)) is None:
        await anyio.sleep(pause)
        pause = min(pause * 1.1, _LONGEST_PAUSE)
        if on_wait is not None and time.monotonic() >= next_sentence:
            on_wait(attachment.waits_for())
            next_sentence = time.monotonic() + _NEXT_SENTENCE
    return server
