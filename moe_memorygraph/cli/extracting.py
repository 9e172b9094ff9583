"""What stored tickets tell, read from the command line."""

from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import anyio.to_thread

from moe_memorygraph.cli.shell import DONE, open_app_for, print_json, progress_bar, settings_of_process
from moe_memorygraph.extraction import ModelReader, read_stored
from moe_memorygraph.llm import open_endpoint
from moe_memorygraph.settings import Settings

if TYPE_CHECKING:
    from moe_memorygraph.server.app import App

__all__ = ["Extract"]


async def _reader(settings: Settings, app: "App") -> ModelReader | None:
    """The model that reads tickets beside the patterns, where the settings ask for one."""
    model = await anyio.to_thread.run_sync(open_endpoint, settings) if settings.llm_extracts else None
    return ModelReader(model, await app.redactor(), seconds=settings.llm_timeout_sec) if model else None


@dataclass(kw_only=True)
class Extract:
    """One `memorygraph extract`; knows how far it came when it is interrupted."""

    tenant: str
    again: bool
    as_json: bool
    _read: int = field(default=0, init=False)

    def progress(self) -> str:
        return f"Interrupted: {self._read:,} tickets were read. Run it again, without --again, to go on from there."

    async def run(self) -> int:
        begin = perf_counter()
        settings = settings_of_process()
        async with open_app_for(settings) as app:
            memory, trail = await app.memory_for(self.tenant)
            reader = await _reader(settings, app)
            if self.again:
                await memory.vector.read_again()
            with progress_bar("Reading tickets", total=None, unit="tickets") as tick:

                def on_progress(done: int, total: int | None) -> None:
                    self._read = done
                    tick(done, total)

                reading = await read_stored(memory, reader=reader, on_progress=on_progress)
            await trail.record("memory.extract", counts={"tickets": reading.read, "facts": reading.facts})
        seconds = perf_counter() - begin
        if self.as_json:
            print_json(
                {"read": reading.read, "facts": reading.facts, "left": reading.left, "seconds": round(seconds, 3)}
            )
        else:
            print(f"{reading.read:,} tickets read, which tell {reading.facts:,} facts, in {seconds:.1f} s")
        return DONE
