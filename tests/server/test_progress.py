"""Signs of life: only for who asked, rising, and of the tool's own counts where it has some."""

from types import SimpleNamespace
from typing import Any, cast

import anyio
import pytest

from moe_memorygraph.server import progress
from moe_memorygraph.server.progress import Progress
from tests.server.doubles import start_in


class Client:
    """What a client that asked (or did not) is told."""

    def __init__(self, token: int | str | None = 0) -> None:
        self.told: list[tuple[float, float | None, str | None]] = []
        meta = {} if token is None else {"progress_token": token}
        self.request_context = SimpleNamespace(meta=meta)
        self._more = anyio.Event()

    async def is_told(self, times: int) -> None:
        while len(self.told) < times:
            await self._more.wait()

    async def report_progress(self, done: float, total: float | None = None, message: str | None = None) -> None:
        self.told.append((done, total, message))
        self._more.set()
        self._more = anyio.Event()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PERIOD", 0.001)
    monkeypatch.setattr(progress, "SILENCE", 0.005)


async def told(client: Client, work: Any) -> list[tuple[float, float | None, str | None]]:
    call = Progress(cast("Any", client))
    async with anyio.create_task_group() as group:
        with call.told(start_in(group)):
            with anyio.fail_after(10):
                await work(call)
    return client.told


async def test_what_a_tool_counts_is_told_and_rises() -> None:
    client = Client()

    async def load(call: Progress) -> None:
        for times, done in enumerate((128, 256, 300), start=1):
            call.report(done, 300)
            await client.is_told(times)

    counts = await told(client, load)
    assert counts == [(128, 300, None), (256, 300, None), (300, 300, None)]


async def test_a_silent_tool_is_said_to_work_and_its_first_count_is_still_more() -> None:
    client = Client()

    async def think(call: Progress) -> None:
        await client.is_told(3)
        call.report(1)
        await client.is_told(4)

    steps = [done for done, _, _ in await told(client, think)]
    assert steps == sorted(set(steps))
    assert steps[-1] == 1
    assert all(message and message.startswith("Working for") for _, _, message in client.told[:3])


async def test_who_did_not_ask_is_told_nothing() -> None:
    async def work(call: Progress) -> None:
        call.report(5)
        await anyio.sleep(0.02)

    assert await told(Client(token=None), work) == []
