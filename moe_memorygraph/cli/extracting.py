"""What stored tickets tell, read from the command line."""

from dataclasses import dataclass, field
from time import perf_counter

from moe_memorygraph.cli.shell import DONE, open_app_for, print_json, progress_bar, settings_of_process
from moe_memorygraph.extraction import read_stored

__all__ = ["Extract"]


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
        async with open_app_for(settings_of_process()) as app:
            memory = await app.memory(self.tenant)
            if self.again:
                await memory.vector.read_again()
            with progress_bar("Reading tickets", total=None, unit="tickets") as tick:

                def on_progress(done: int, total: int | None) -> None:
                    self._read = done
                    tick(done, total)

                reading = await read_stored(memory, on_progress=on_progress)
        seconds = perf_counter() - begin
        if self.as_json:
            print_json(
                {"read": reading.read, "facts": reading.facts, "left": reading.left, "seconds": round(seconds, 3)}
            )
        else:
            print(f"{reading.read:,} tickets read, which tell {reading.facts:,} facts, in {seconds:.1f} s")
        return DONE
