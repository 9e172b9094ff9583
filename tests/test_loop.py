"""Which event loop a process runs in."""

import asyncio
import contextvars
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
import pytest

from moe_memorygraph.loop import run_in_loop

Result = TypeVar("Result")


def run_apart(work: Callable[[], Awaitable[Result]]) -> Result:
    """As a process of its own runs it: no fixture of a wider scope holds a loop there, which sniffio would tell of."""
    return contextvars.Context().run(run_in_loop, work)


async def module_of_the_loop() -> str:
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


@pytest.mark.skipif(
    sys.platform == "win32" or sys.implementation.name != "cpython", reason="uvloop is not made for this Python"
)
def test_uvloop_runs_where_it_is_installed() -> None:
    assert run_apart(module_of_the_loop) == "uvloop"


def test_the_loop_that_python_brings_runs_where_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    assert run_apart(module_of_the_loop) == "asyncio"


@pytest.mark.parametrize("missing", [False, True])
def test_what_is_cancelled_ends_and_errors_come_out_bare(monkeypatch: pytest.MonkeyPatch, missing: bool) -> None:
    if missing:
        monkeypatch.setitem(sys.modules, "uvloop", None)
    ended: list[str] = []

    async def work() -> None:
        with anyio.move_on_after(0):
            try:
                await anyio.sleep_forever()
            finally:
                ended.append("cancelled")
        await anyio.run_process([sys.executable, "-c", ""])
        raise LookupError(ended[0])

    with pytest.raises(LookupError, match="cancelled"):
        run_apart(work)
