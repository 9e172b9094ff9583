"""The edge to the terminal: exit statuses, one sentence for an error, JSON alone on stdout."""

import json
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from moe_memorygraph.errors import MemoryGraphError, NotFound
from moe_memorygraph.settings import Settings, load_settings
from moe_memorygraph.telemetry import configure_logging, crash_site

if TYPE_CHECKING:  # brings the database driver and the model's runtime
    from rich.table import Table

    from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
    from moe_memorygraph.server.app import App

__all__ = [
    "DONE",
    "FAILED",
    "HELD",
    "HOME",
    "INTERRUPTED",
    "PARTLY",
    "USAGE",
    "Pace",
    "Ticker",
    "existing_tenant",
    "on_terminal",
    "open_app_for",
    "open_store_for",
    "print_json",
    "print_table",
    "progress_bar",
    "record_act",
    "run",
    "say",
    "settings_of_process",
    "temporary_folder",
    "wrong_usage",
]

DONE, FAILED, USAGE, PARTLY, INTERRUPTED = 0, 1, 2, 3, 130

HOME = "home"
"""Of a temporary folder, the part that is the home."""
HELD: Mapping[str, str] = {
    "stm": "session turns",
    "ltm": "patterns",
    "semantic": "facts",
    "vector": "tickets",
    "knowledge": "documents",
}
"""What people call the items of each plane."""
STOPPING = 20.0  # seconds

ROW_CHARS = 10_000  # of a table in a pipe

PACE_OVER = 30.0  # seconds
PACE_AFTER = 3.0  # seconds after the first that was done

Ticker = Callable[[int, int | None], None]
"""Told how many items are done, and of how many (None: not known)."""


def say(text: str) -> None:
    """One line for people, on stderr."""
    print(text, file=sys.stderr, flush=True)


def print_json(document: Mapping[str, Any] | Sequence[Any]) -> None:
    """The one JSON document of a command."""
    print(json.dumps(document, ensure_ascii=False, indent=2 if on_terminal(sys.stdout) else None, default=str))


def print_table(table: "Table") -> None:
    """A table for people, its cells as they are: a name in brackets is no markup.

    In a pipe or a file each row is one line, however long, so that whole words are found there.
    """
    from rich.console import Console

    console = Console(markup=False, emoji=False)
    if not console.is_terminal:
        needed = console.measure(table, options=console.options.update(max_width=ROW_CHARS)).maximum
        console.width = max(console.width, needed)
    console.print(table)


def on_terminal(stream: Any) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())


def wrong_usage(sentence: str) -> NoReturn:
    say(f"Error: {sentence}")
    raise SystemExit(USAGE)


def settings_of_process(**overrides: Any) -> Settings:
    """The settings, with logs kept from the terminal unless somebody asked for them."""
    settings = load_settings(**overrides)
    configure_logging(settings.log_level if "log_level" in settings.model_fields_set else "CRITICAL")
    return settings


def run(work: Callable[[], Awaitable[int]], *, on_interrupt: Callable[[], str] = lambda: "Interrupted.") -> NoReturn:
    """Run a command to its exit status; errors become one sentence, never a traceback.

    `on_interrupt` says how far the work came, when Ctrl-C ends it.
    """
    from moe_memorygraph.loop import run_in_loop

    try:
        status = run_in_loop(work)
        sys.stdout.flush()
    except KeyboardInterrupt:
        say(on_interrupt())
        status = INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = FAILED
    except BaseException as error:
        status = _failed(error)
    raise SystemExit(status)


def _failed(error: BaseException) -> int:
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else FAILED
    if isinstance(error, KeyboardInterrupt):
        say("Interrupted.")
        return INTERRUPTED
    if isinstance(error, MemoryGraphError):
        say(f"Error: {error}")
    elif isinstance(error, OSError) and error.strerror:
        say(f"Error: {error.strerror}{f': {error.filename}' if error.filename else ''}.")
    else:
        say(f"Error: Something unexpected failed ({type(error).__name__}). `memorygraph doctor` may say what.")
        if os.environ.get("MEMORYGRAPH_LOG_LEVEL") == "DEBUG":  # the place, never the message: it may quote a user
            say("\n".join(crash_site(error)["at"]))
    return FAILED


@asynccontextmanager
async def open_app_for(settings: Settings) -> AsyncIterator["App"]:
    """An App for one command; says on a terminal what it waits for."""
    from moe_memorygraph.server.actors import own_actor
    from moe_memorygraph.server.app import open_app

    on_wait = say if on_terminal(sys.stderr) else None
    async with open_app(settings, on_wait=on_wait, actor=own_actor("cli")) as app:
        yield app


@asynccontextmanager
async def open_store_for(settings: Settings) -> AsyncIterator["MemoryStore"]:
    """The database alone, for commands that need no model."""
    from moe_memorygraph.server.app import Loaders

    async with Loaders().open_store(settings, say if on_terminal(sys.stderr) else None) as store:
        yield store


async def record_act(
    settings: Settings, store: "MemoryStore", memory: "TenantMemory | None", action: str, **said: Any
) -> None:
    """Write in the audit trail what a command did, and seal it. `memory` None: in that of the server itself.

    `said` is what `AuditTrail.record` takes.
    """
    import anyio.to_thread

    from moe_memorygraph.audit import open_auditor
    from moe_memorygraph.server.actors import own_actor
    from moe_memorygraph.server.secret import load_secret

    secret = await anyio.to_thread.run_sync(load_secret, settings)
    auditor = open_auditor(settings, store, secret.key)
    actor = own_actor("cli")
    trail = auditor.trail(memory, actor) if memory is not None else await auditor.server_trail(actor)
    await trail.record(action, **said)
    await auditor.work(at_end=True)


async def existing_tenant(store: "MemoryStore", key: str) -> "TenantMemory":
    """The memory of the tenant of this key; raises `NotFound` where there is none."""
    from moe_memorygraph.memory.values import SERVER_KEY, tenant_id_of

    memory = store.tenant(tenant_id_of(key))
    if key == SERVER_KEY or await memory.tenant() is None:
        raise NotFound("This tenant does not exist.", "See `memorygraph tenant list`.")
    return memory


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """A folder for a home of its own, removed at the end.

    The last user of an embedded database asks it to stop, and does not wait; here its files must not go before it.
    """
    from moe_memorygraph.memory.postgres.embedded.layout import Layout

    with tempfile.TemporaryDirectory(prefix=f"memorygraph-{purpose}-") as name:
        folder = Path(name)
        try:
            yield folder
        finally:
            patience = time.monotonic() + STOPPING
            database = Layout(folder / HOME / "postgres")
            with suppress(FileNotFoundError):  # there may be none
                database.farewell.touch()
            while database.postmaster() is not None and time.monotonic() < patience:
                time.sleep(0.05)


class Pace:
    """How fast something goes, over its last half minute; nothing is said of the first seconds, when models are loaded."""

    def __init__(self) -> None:
        self._noted: deque[tuple[float, int]] = deque()

    def note(self, done: int, at: float) -> None:
        """So much is done at that time, in seconds."""
        if not done:
            return
        self._noted.append((at, done))
        while len(self._noted) > 2 and self._noted[1][0] <= at - PACE_OVER:
            self._noted.popleft()

    @property
    def rate(self) -> float | None:
        """What is done in a second; None while it cannot be told, or nothing is done."""
        if not self._noted:
            return None
        (began, before), (at, done) = self._noted[0], self._noted[-1]
        return (done - before) / (at - began) if at - began >= PACE_AFTER and done > before else None


@contextmanager
def progress_bar(what: str, *, total: int | None, unit: str = "rows") -> Iterator[Ticker]:
    """A bar with rate and time left on stderr; nothing where stderr is no terminal."""
    if not on_terminal(sys.stderr):
        yield lambda done, total: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    pace = Pace()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=total, rate="", left="")

        def tick(done: int, of: int | None) -> None:
            pace.note(done, time.monotonic())
            known = max(done, of) if of is not None else None  # a hint may be low
            rate = f"{pace.rate:,.0f} {unit}/s" if pace.rate else ""
            left = f"{timedelta(seconds=round((known - done) / pace.rate))} left" if pace.rate and known else ""
            progress.update(task, completed=done, total=known, rate=rate, left=left)

        yield tick
