"""Who wants to know when a resource changes, and telling them. Knows nothing of the protocol.

What is watched is read again as its tenant's memory changes, and whoever watches is told when it reads differently. So
a change counts whoever made it: another call, a write-back, another process on the same database. A resource of another
tenant reads as one that does not exist, and never changes.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import anyio
import structlog

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, NotFound, TooLarge
from moe_memorygraph.memory.uris import parse_memory_uri
from moe_memorygraph.server.app import crash_site
from moe_memorygraph.server.principal import Principal

__all__ = ["MOST_OF_ONE_CLIENT", "Tell", "Watches", "is_watchable"]

log = structlog.get_logger(__name__)

PERIOD = 2.0  # seconds from a change that another process made to its notice, at most
MOST = 4_096
MOST_OF_ONE_CLIENT = 64
TELL_SECONDS = 5.0
"""A client that reads nothing for this long is told nothing: the others must not wait for it."""

_SESSIONS = "memory://sessions/"

Tell = Callable[[str], Awaitable[None]]
"""Told the URI of a resource that changed."""


def is_watchable(uri: str) -> bool:
    """Sessions and customers, with their planes, are; what never changes or changes with every question is not."""
    try:
        return parse_memory_uri(uri).kind in ("sessions", "customers")
    except NotFound:
        return False


@dataclass(eq=False, slots=True, kw_only=True)
class _Watch:
    principal: Principal
    uri: str
    tell: Tell
    digest: bytes | None
    """Of what the resource read when it was last looked at; None where there was none."""


@dataclass(slots=True, kw_only=True)
class Watches:
    """Everything that is watched in this process.

    `read` renders a resource for a caller; `revisions` counts the changes of a tenant's planes; `start` puts the one
    task that looks into the process's task group, which runs as long as there is something to watch.
    """

    read: Callable[[Principal, str], Awaitable[str]]
    revisions: Callable[[str], Awaitable[Mapping[str, int]]]
    start: Callable[[UUID, str, Callable[[], Awaitable[None]]], None]
    may_watch: Callable[[str], bool] = is_watchable
    _held: list[_Watch] = field(default_factory=list)
    _seen: dict[str, Mapping[str, int]] = field(default_factory=dict)
    _nudge: anyio.Event = field(default_factory=anyio.Event)
    _looking: bool = False

    def nudge(self) -> None:
        """Say that something was written: look now rather than at the end of the period."""
        self._nudge.set()

    @asynccontextmanager
    async def watching(self, principal: Principal, uris: Sequence[str], tell: Tell) -> AsyncIterator[None]:
        """Watch while inside. Raises `InvalidArgument` for what cannot be watched and `TooLarge` for too much."""
        if not all(self.may_watch(uri) for uri in uris):
            raise InvalidArgument("Only sessions and customers can be watched.", "Subscribe to one of those.")
        if len(uris) > MOST_OF_ONE_CLIENT or len(self._held) + len(uris) > MOST:
            raise TooLarge("Too many resources are watched.", "Unsubscribe from some.")
        mine = [
            _Watch(principal=principal, uri=uri, tell=tell, digest=await self._digest(principal, uri)) for uri in uris
        ]
        self._held += mine
        self._seen.pop(principal.tenant_key, None)
        if not self._looking:
            self._looking = True
            self.start(uuid4(), "watch resources", self._look)
        try:
            yield
        finally:
            for watch in mine:
                self._held.remove(watch)

    async def _look(self) -> None:
        try:
            while self._held:
                with anyio.move_on_after(PERIOD):
                    await self._nudge.wait()
                self._nudge = anyio.Event()
                changed = {key: await self._changed(key) for key in {one.principal.tenant_key for one in self._held}}
                for watch in list(self._held):
                    tenant_changed = changed.get(watch.principal.tenant_key, False)
                    if tenant_changed or watch.uri.startswith(_SESSIONS):  # turns count no changes
                        await self._look_at(watch)
        finally:
            self._looking = False

    async def _changed(self, tenant_key: str) -> bool:
        try:
            now = dict(await self.revisions(tenant_key))
        except MemoryGraphError:
            return False  # the next look may find the database back
        before, self._seen[tenant_key] = self._seen.get(tenant_key), now
        return before != now

    async def _look_at(self, watch: _Watch) -> None:
        try:
            digest = await self._digest(watch.principal, watch.uri)
            if digest == watch.digest or watch not in self._held:
                return
            watch.digest = digest
            with anyio.move_on_after(TELL_SECONDS):
                await watch.tell(watch.uri)
        except Exception as error:  # one resource or client must not end what the others watch
            log.error("watch_failed", **crash_site(error))

    async def _digest(self, principal: Principal, uri: str) -> bytes | None:
        try:
            return hashlib.sha256((await self.read(principal, uri)).encode()).digest()
        except MemoryGraphError:
            return None
