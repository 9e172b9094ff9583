"""Signs of life of a call, for a client that asked for them: what the tool reports, or else that it still works.

Clients end a call that is silent for a minute; those that ask for progress start to count again with each sign.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import anyio
from mcp.server.mcpserver import Context

__all__ = ["Progress"]

PERIOD = 1.0  # seconds between two looks at how far the tool is
SILENCE = 5.0  # seconds after which a tool that reports nothing is said to work still
MINUTE = 60.0


@dataclass(slots=True)
class Progress:
    """How far a call is. Lives as long as the call."""

    context: Context[Any, Any] | None
    _done: float = 0.0
    _total: float | None = None

    def report(self, done: float, total: float | None = None) -> None:
        """Note how much is done, from 1 on; cheap, and may be called from any thread and at any rate."""
        self._done, self._total = done, total

    @contextmanager
    def told(self, start: Callable[[UUID, str, Callable[[], Awaitable[None]]], None]) -> Iterator[None]:
        """Tell the client while inside, if it asked; `start` puts what tells into a task group that lives longer."""
        context = self.context
        meta = None if context is None else context.request_context.meta
        if context is None or meta is None or meta.get("progress_token") is None:
            yield
            return
        scope = anyio.CancelScope()

        async def tell() -> None:
            with scope:
                await self._tell(context)

        start(uuid4(), "progress", tell)
        try:
            yield
        finally:
            scope.cancel()

    async def _tell(self, context: Context[Any, Any]) -> None:
        begin, told = anyio.current_time(), 0.0
        silent_since = begin
        while True:
            await anyio.sleep(PERIOD)
            now = anyio.current_time()
            if self._done > told:
                told, silent_since = self._done, now
                await context.report_progress(told, self._total)
            elif told < 1 and now - silent_since >= SILENCE:
                seconds, silent_since = now - begin, now
                told = seconds / (seconds + MINUTE)  # rises, and stays under what a tool counts
                await context.report_progress(told, None, f"Working for {seconds:.0f} seconds")
