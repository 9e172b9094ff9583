"""What a process does for the audit trails it writes to: their keys, and, beside all calls, refusals, seals and anchors."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic

import structlog

from moe_memorygraph.audit.anchors import Anchor, Anchorage, open_anchorage
from moe_memorygraph.audit.chain import AuditKeys
from moe_memorygraph.audit.ports import AuditTrail
from moe_memorygraph.audit.recording import Notes, SilentTrail, Trail, audited
from moe_memorygraph.audit.sealing import seal_all
from moe_memorygraph.errors import MemoryGraphError, NotFound
from moe_memorygraph.memory.ports import AuditLog, MemoryStore, TenantMemory
from moe_memorygraph.memory.values import SERVER_KEY, Tenant, TenantId, tenant_id_of
from moe_memorygraph.settings import Settings

__all__ = ["Auditor", "open_auditor"]

log = structlog.get_logger(__name__)

NOTES_SECONDS = 5.0
STRANGERS_SECONDS = 60.0
"""Between two entries about strangers: anybody who reaches the server can cause one."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Kept:
    """One tenant's trail, as far as this process knows it."""

    log: AuditLog
    notes: Notes
    noted_at: float
    is_written: bool = False
    """Whether there may be something to seal."""
    to_anchor: bool = False


@dataclass(slots=True)
class Auditor:
    """Lives as long as the process. `key` gives the server's key for a purpose; with `writes` False nothing is written."""

    store: MemoryStore
    key: Callable[[str], bytes] = field(repr=False)
    writes: bool = True
    anchorage: Anchorage | None = None
    anchor_seconds: float = 300.0
    now: Callable[[], datetime] = _utc_now
    clock: Callable[[], float] = monotonic
    _tenants: dict[TenantId, _Kept] = field(default_factory=dict)
    _anchored_at: float | None = None

    def trail(self, memory: TenantMemory, actor: str) -> Trail | SilentTrail:
        """The trail of this tenant, written to in this name."""
        return self._trail(memory.tenant_id, memory.audit, actor)

    def opened(self, memory: TenantMemory, actor: str) -> tuple[TenantMemory, AuditTrail]:
        """The memory, whose runs are audited in this name, and the trail for what is no run."""
        trail = self.trail(memory, actor)
        return (audited(memory, trail) if isinstance(trail, Trail) else memory), trail

    def note(self, tenant_key: str, actor: str, action: str, *, outcome: str) -> None:
        """Note a refusal in a tenant's trail; under `SERVER_KEY`, in the server's own."""
        tenant_id = tenant_id_of(tenant_key)
        kept = self._tenants.get(tenant_id)
        to = kept.log if kept is not None else self.store.tenant(tenant_id).audit
        self._trail(tenant_id, to, actor).note(action, outcome=outcome)

    async def server_trail(self, actor: str) -> AuditTrail:
        """The server's own: who was refused without being anybody's caller, and which tenants came and went."""
        server = tenant_id_of(SERVER_KEY)
        if self.writes:
            await self._make_server_trail()
        return self._trail(server, self.store.tenant(server).audit, actor)

    def _trail(self, tenant_id: TenantId, to: AuditLog, actor: str) -> Trail | SilentTrail:
        if not self.writes:
            return SilentTrail(actor)
        kept = self._tenants.get(tenant_id)
        if kept is None:
            notes = Notes(AuditKeys.derived(self.key, tenant_id))
            kept = self._tenants[tenant_id] = _Kept(to, notes, self.clock())

        def written() -> None:
            kept.is_written = True

        return Trail(to, kept.notes, actor=actor, now=self.now, written=written)

    async def _make_server_trail(self) -> None:
        """The server's own trail hangs on a tenant that nobody can call as; make it where it is not there yet."""
        server = tenant_id_of(SERVER_KEY)
        await self.store.create_tenant(Tenant(tenant_id=server, key=SERVER_KEY, name="The server itself"))

    def look_everywhere(self) -> None:
        """Seal also what others left: processes that ended before they could."""
        for kept in self._tenants.values():
            kept.is_written = True

    async def work(self, *, at_end: bool = False) -> None:
        """Write refusals that have waited long enough, seal what has no seal, anchor where it is time; `at_end`, all.

        Never raises: what cannot be done now waits for the next time.
        """
        for tenant_id, kept in list(self._tenants.items()):
            try:
                await self._write_notes(tenant_id, kept, at_end=at_end)
                if kept.is_written:
                    kept.is_written = len(kept.notes) > 0
                    kept.to_anchor |= await seal_all(kept.log, kept.notes.keys, now=self.now) > 0
            except NotFound:  # erased
                del self._tenants[tenant_id]
            except MemoryGraphError as error:
                kept.is_written = True
                log.warning("audit_not_sealed", tenant=str(tenant_id), code=error.code)
        await self._anchor(at_end=at_end)

    async def _write_notes(self, tenant_id: TenantId, kept: _Kept, *, at_end: bool) -> None:
        is_server = tenant_id == tenant_id_of(SERVER_KEY)
        wait = STRANGERS_SECONDS if is_server else NOTES_SECONDS
        if not len(kept.notes) or not (at_end or self.clock() - kept.noted_at >= wait):
            return
        kept.noted_at = self.clock()
        if is_server:
            await self._make_server_trail()
        await kept.notes.write(kept.log)
        kept.is_written = True

    async def _anchor(self, *, at_end: bool) -> None:
        moved = {tenant_id: kept for tenant_id, kept in self._tenants.items() if kept.to_anchor}
        if self.anchorage is None or not moved:
            return
        if not at_end and self._anchored_at is not None and self.clock() - self._anchored_at < self.anchor_seconds:
            return
        self._anchored_at = self.clock()
        try:
            heads = {tenant_id: await kept.log.head() for tenant_id, kept in moved.items()}
            anchors = [Anchor.of(tenant_id, head, now=self.now()) for tenant_id, head in heads.items() if head]
            await self.anchorage.put(anchors)
        except MemoryGraphError as error:
            log.warning("audit_not_anchored", code=error.code)
            return
        for kept in moved.values():
            kept.to_anchor = False


def open_auditor(settings: Settings, store: MemoryStore, key: Callable[[str], bytes]) -> Auditor:
    """The auditor of a process with these settings. Opens nothing yet."""
    return Auditor(
        store=store,
        key=key,
        writes=not settings.read_only,
        anchorage=open_anchorage(settings.audit_anchor) if settings.audit_anchor else None,
        anchor_seconds=settings.audit_anchor_seconds,
    )
