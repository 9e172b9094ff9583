"""Who wants to know when a resource changes, and telling them. Knows nothing of the protocol.

What is watched is read again as its tenant's memory changes, and whoever watches is told when it reads differently. So
a change counts whoever made it: another call, a write-back, another process on the same database. A resource of another
tenant reads as one that does not exist, and never changes.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid4

import anyio
import structlog

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, NotFound, TooLarge
from moe_memorygraph.memory.uris import parse_memory_uri
from moe_memorygraph.server.principal import Principal
from moe_memorygraph.telemetry import crash_site

__all__ = ["MOST_OF_ONE_CLIENT", "Tell", "Watches", "is_watchable"]

log = structlog.get_logger(__name__)

PERIOD = 2.0  # seconds from a change that another process made to its notice, at most
MOST = 4_096
MOST_OF_ONE_TENANT = 1_024
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
    """Everything that is watched in this process, each tenant's by a task of its own: none waits for another's clients.

    `read` renders a resource for a caller; `revisions` counts the changes of a tenant's planes; `start` puts a
    task that looks into the process's task group, which runs as long as there is something of a tenant's to watch.
    """

    read: Callable[[Principal, str], Awaitable[str]]
    revisions: Callable[[str], Awaitable[Mapping[str, int]]]
    start: Callable[[UUID, str, Callable[[], Awaitable[None]]], None]
    may_watch: Callable[[str], bool] = is_watchable
    _held: list[_Watch] = field(default_factory=list)
    _seen: dict[str, Mapping[str, int]] = field(default_factory=dict)
    _nudges: dict[str, anyio.Event] = field(default_factory=dict)
    """By tenant that is looked after."""

    def nudge(self) -> None:
        """Say that something was written: look now rather than at the end of the period."""
        for one in self._nudges.values():
            one.set()

    @asynccontextmanager
    async def watching(self, principal: Principal, uris: Sequence[str], tell: Tell) -> AsyncIterator[None]:
        """Watch while inside. Raises `InvalidArgument` for what cannot be watched and `TooLarge` for too much."""
        if not all(self.may_watch(uri) for uri in uris):
            raise InvalidArgument("Only sessions and customers can be watched.", "Subscribe to one of those.")
        tenant_key = principal.tenant_key
        of_tenant = sum(one.principal.tenant_key == tenant_key for one in self._held)
        too_many = of_tenant + len(uris) > MOST_OF_ONE_TENANT or len(self._held) + len(uris) > MOST
        if len(uris) > MOST_OF_ONE_CLIENT or too_many:
            raise TooLarge("Too many resources are watched.", "Unsubscribe from some.")
        mine = [
            _Watch(principal=principal, uri=uri, tell=tell, digest=await self._digest(principal, uri)) for uri in uris
        ]
        self._held += mine
        self._seen.pop(tenant_key, None)
        if tenant_key not in self._nudges:
            self._nudges[tenant_key] = anyio.Event()
            self.start(uuid4(), "watch resources", partial(self._look, tenant_key))
        try:
            yield
        finally:
            for watch in mine:
                self._held.remove(watch)

    async def _look(self, tenant_key: str) -> None:
        try:
            while self._of(tenant_key):
                with anyio.move_on_after(PERIOD):
                    await self._nudges[tenant_key].wait()
                self._nudges[tenant_key] = anyio.Event()
                changed = await self._changed(tenant_key)
                for watch in self._of(tenant_key):
                    if changed or watch.uri.startswith(_SESSIONS):  # turns count no changes
                        await self._look_at(watch)
        finally:
            del self._nudges[tenant_key]

    def _of(self, tenant_key: str) -> list[_Watch]:
        return [one for one in self._held if one.principal.tenant_key == tenant_key]

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
        except MemoryGraphError as error:  # the next look may find it
            log.info("watch_postponed", code=error.code)
        except Exception as error:  # one resource or client must not end what the others watch
            log.error("watch_failed", **crash_site(error))

    async def _digest(self, principal: Principal, uri: str) -> bytes | None:
        try:
            return hashlib.sha256((await self.read(principal, uri)).encode()).digest()
        except NotFound:
            return None
