"""Everything that lives as long as the process, opened once: used by the server and by the command line.

`open_app` returns at once; database, embedding model and redactor load behind it, and whoever needs one waits for it.
"""

import gc
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from types import ModuleType
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID, uuid4, uuid5

import anyio
import anyio.abc
import anyio.to_thread
import structlog

from moe_memorygraph.errors import MemoryGraphError, NotFound, Unavailable
from moe_memorygraph.memory.values import SERVER_KEY, tenant_id_of
from moe_memorygraph.quotas import Quotas, limits_of
from moe_memorygraph.server.actors import STRANGER, actor_of, own_actor
from moe_memorygraph.server.admission import SteppingAside
from moe_memorygraph.server.principal import Principal, Refused
from moe_memorygraph.server.secret import ServerSecret, load_secret
from moe_memorygraph.settings import Settings
from moe_memorygraph.telemetry import crash_site

if TYPE_CHECKING:  # each takes long to import, and none is needed before the handshake
    from moe_memorygraph.audit import Auditor, AuditTrail
    from moe_memorygraph.compliance import Redactor
    from moe_memorygraph.embedding import Embedder
    from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
    from moe_memorygraph.vault import MasterKeys
    from moe_memorygraph.workflow.engine import Workflow

__all__ = ["App", "Loaders", "OnWait", "open_app"]

log = structlog.get_logger(__name__)

OnWait = Callable[[str], None]
"""Told, in words for a person, what opening the database waits for."""

OUTBOX_PERIOD = 30.0  # seconds between looks for work that other processes left or that is due again
OUTBOX_PASSES = 100  # batches of one tenant in one look
CLOSE_SECONDS = 10.0  # to give connections back
DRAIN_SECONDS = 2.0  # what a closing process spends on work that its own last call left
MOST_EARLY = 1_000  # refusals that are kept until the database is there
SEAL_PERIOD = 1.0  # seconds between looks for audit entries of this process that have no seal yet
SEAL_ALL_PERIOD = 30.0  # seconds between looks for those that others left
INDEX_AFTER = 20.0  # seconds of life, before which no index is begun: a command is over before it would be built
SWEEP_PERIOD = 600.0  # seconds between looks for what a tenant keeps no longer; it grows too old once a day
SWEEPS = 20  # batches of it that one look removes
INDEX_REST = 600.0  # seconds after a build that failed
SETTLE_SECONDS = 3.0  # after all parts are there: the first answers come before the walk through memory
PATIENCE = 600.0  # seconds; crash recovery of a large database takes minutes

T = TypeVar("T")


@asynccontextmanager
async def _open_store(settings: Settings, on_wait: OnWait | None) -> "AsyncIterator[MemoryStore]":
    """The external database where one is set, else the embedded one. Imports the driver in a thread first."""
    postgres, embedded = await anyio.to_thread.run_sync(_import_postgres)
    if settings.database_url is not None:
        async with postgres.open_store(
            settings.database_url,
            pool_size=settings.pool_size,
            admin_url=settings.admin_database_url,
            read_only=settings.read_only,
        ) as store:
            yield store
    else:
        async with (
            embedded.open_embedded(settings.home, on_wait=on_wait) as server,
            postgres.open_store(server, pool_size=settings.pool_size, read_only=settings.read_only) as store,
        ):
            yield store


def _import_postgres() -> tuple[ModuleType, ModuleType]:
    from moe_memorygraph.memory.postgres import embedded, store

    return store, embedded


@asynccontextmanager
async def _open_embedder(settings: Settings) -> "AsyncIterator[Embedder]":
    """The embedder, once its model is loaded. Imports its runtime in a thread first."""
    embedding = await anyio.to_thread.run_sync(_import_embedding)
    async with embedding.open_embedder(settings.embedding_model, dimension=settings.embedding_dim) as embedder:
        await embedder.ready()
        yield embedder


def _import_embedding() -> ModuleType:
    from moe_memorygraph import embedding

    return embedding


def _load_redactor(settings: Settings) -> "Redactor":
    from moe_memorygraph.compliance import Redactor, open_names

    return Redactor(enabled=settings.enable_pii_detection, names=open_names(settings.pii_entities))


def _import_audit() -> ModuleType:
    from moe_memorygraph import audit

    return audit


def _import_workflow() -> ModuleType:
    from moe_memorygraph.workflow import engine

    return engine


def _build_workflow(settings: Settings, embedder: "Embedder", redactor: "Redactor") -> "Workflow":
    from moe_memorygraph.llm import open_endpoint  # its client takes a second to import, where one is wanted

    model = open_endpoint(settings)
    workflow: Workflow = _import_workflow().Workflow(
        settings=settings,
        embedder=embedder,
        redactor=redactor,
        model=None if model is None else SteppingAside(model),
    )
    return workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaders:
    """How the parts of an `App` are made; the blocking ones run in a worker thread."""

    open_store: "Callable[[Settings, OnWait | None], AbstractAsyncContextManager[MemoryStore]]" = _open_store
    open_embedder: "Callable[[Settings], AbstractAsyncContextManager[Embedder]]" = _open_embedder
    redactor: "Callable[[Settings], Redactor]" = _load_redactor
    workflow: "Callable[[Settings, Embedder, Redactor], Workflow]" = _build_workflow
    secret: Callable[[Settings], ServerSecret] = load_secret


class _Part(Generic[T]):
    """A part that loads behind the handshake: a value, or the reason why there is none."""

    def __init__(self, what: str, patience: float) -> None:
        self.what = what
        self._patience = patience
        self._settled = anyio.Event()
        self._value: T | None = None
        self._failure: MemoryGraphError | None = None

    def set(self, value: T) -> None:
        self._value = value
        self._settled.set()

    def fail(self, failure: MemoryGraphError) -> None:
        self._failure = failure
        self._settled.set()

    @property
    def value(self) -> T | None:
        return self._value

    @property
    def failure(self) -> MemoryGraphError | None:
        return self._failure

    async def get(self) -> T:
        """The value, once there is one. Raises `Unavailable` when loading failed or takes too long."""
        if self._value is not None and self._failure is None:  # nearly always: a call asks for five parts
            return self._value
        with anyio.move_on_after(self._patience):
            await self._settled.wait()
        if self._failure is not None:
            # A fresh error: one that is raised by many calls would collect all their tracebacks.
            raise Unavailable(self._failure.sentence, self._failure.advice)
        if self._value is None:
            raise Unavailable(f"{self.what} is still starting.", "Ask again in a moment.")
        return self._value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    store: "_Part[MemoryStore]"
    embedder: "_Part[Embedder]"
    redactor: "_Part[Redactor]"
    workflow: "_Part[Workflow]"
    secret: _Part[ServerSecret]
    auditor: "_Part[Auditor]"


@dataclass(slots=True, kw_only=True)
class App:
    """Database, model and workflow of this process. Made by `open_app`."""

    settings: Settings
    actor: str
    """Who acts where no caller does, as the audit trail says it."""
    _parts: _Parts
    _group: anyio.abc.TaskGroup
    _opened_at: float = field(default_factory=monotonic)
    _tenants: "dict[str, TenantMemory]" = field(default_factory=dict)
    _masters: "MasterKeys | None" = None
    _own: "dict[str, TenantMemory]" = field(default_factory=dict)
    _early: deque[tuple[Principal | None, str, str]] = field(default_factory=lambda: deque(maxlen=MOST_EARLY))
    """Refusals before there was a database to note them in."""
    _wake: anyio.Event = field(default_factory=anyio.Event)
    _working: anyio.Lock = field(default_factory=anyio.Lock)
    _work: dict[UUID, str] = field(default_factory=dict)
    _index_rests: dict[UUID, float] = field(default_factory=dict)
    _swept: dict[UUID, float] = field(default_factory=dict)
    _sweeping: anyio.Lock = field(default_factory=anyio.Lock)
    quotas: Quotas = field(init=False)
    """What each tenant may have, and has had."""

    def __post_init__(self) -> None:
        self.quotas = Quotas(
            defaults=limits_of(self.settings), memory=self.memory, now=lambda: datetime.now(UTC), clock=monotonic
        )

    @property
    def uptime_seconds(self) -> float:
        return monotonic() - self._opened_at

    async def store(self) -> "MemoryStore":
        return await self._parts.store.get()

    async def embedder(self) -> "Embedder":
        return await self._parts.embedder.get()

    async def redactor(self) -> "Redactor":
        return await self._parts.redactor.get()

    async def workflow(self) -> "Workflow":
        return await self._parts.workflow.get()

    async def secret(self) -> ServerSecret:
        return await self._parts.secret.get()

    async def masters(self) -> "MasterKeys":
        """The keys that open the tenants' keys; read when they are first needed."""
        if self._masters is None:
            from moe_memorygraph.server.masters import load_masters  # brings the ports, which load behind the handshake

            self._masters = await anyio.to_thread.run_sync(load_masters, self.settings)
        return self._masters

    def secret_if_loaded(self) -> ServerSecret | None:
        return self._parts.secret.value

    async def auditor(self) -> "Auditor":
        return await self._parts.auditor.get()

    async def memory(self, tenant_key: str) -> "TenantMemory":
        """The memory of one tenant, whose outbox this process works from now on. Its runs are audited as this process's.

        Raises `NotFound` for a tenant that was never created.
        """
        known = self._own.get(tenant_key)
        if known is None:
            known, _ = await self.memory_for(tenant_key)
            self._own[tenant_key] = known
        return known

    async def memory_for(self, tenant_key: str, caller: Principal | None = None) -> "tuple[TenantMemory, AuditTrail]":
        """The same for a caller, whose runs are audited as its own; and the trail, for what it does beside."""
        memory, auditor = await self._bare_memory(tenant_key), await self.auditor()
        return auditor.opened(memory, self._actor(caller))

    def _actor(self, caller: Principal | None) -> str:
        secret = self.secret_if_loaded()
        return (actor_of(caller, secret) if caller and secret else None) or self.actor

    def note(self, caller: Principal, action: str, *, outcome: str) -> None:
        """Note in the audit trail that a call was refused or failed; takes no time of it."""
        self._note(caller, action, outcome)

    def note_refusal(self, refusal: Refused) -> None:
        """Note that somebody was not let in: in its tenant's trail, or that of the server where it is nobody's caller."""
        self._note(refusal.caller, "connect", refusal.error or "nothing_shown")

    def _note(self, caller: Principal | None, action: str, outcome: str) -> None:
        auditor = self._parts.auditor.value
        if auditor is None:
            self._early.append((caller, action, outcome))
        elif caller is None:
            auditor.note(SERVER_KEY, STRANGER, action, outcome=outcome)
        else:
            auditor.note(caller.tenant_key, self._actor(caller), action, outcome=outcome)

    def _note_early(self) -> None:
        while self._early:
            self._note(*self._early.popleft())

    async def _bare_memory(self, tenant_key: str) -> "TenantMemory":
        known = self._tenants.get(tenant_key)
        if known is not None:
            return known
        store = await self.store()
        memory = store.tenant(tenant_id_of(tenant_key))
        if tenant_key == SERVER_KEY or await memory.tenant() is None:
            raise NotFound("This tenant does not exist.", "Create it with `memorygraph tenant create`.")
        if self.settings.read_only:
            from moe_memorygraph.memory.reading import only_reading  # brings the ports, which load behind the handshake

            memory = only_reading(memory)
        self._tenants[tenant_key] = memory
        self.wake()
        return memory

    def waiting_for(self) -> list[str]:
        """Parts that are not there: still loading, or failed."""
        parts: tuple[_Part[Any], ...] = (self._parts.store, self._parts.embedder, self._parts.redactor)
        return [part.what for part in parts if part.value is None]

    def warm_up(self, tenant_key: str) -> None:
        """Read in the background what every question of this tenant needs, so that the first need not wait for it."""

        async def warm_up() -> None:
            try:
                await (await self.workflow()).warm_up(await self.memory(tenant_key))
            except MemoryGraphError as error:  # each call says so itself
                log.info("not_warmed_up", tenant=tenant_key, code=error.code)

        self.start(uuid4(), "warm up", warm_up)

    def wake(self) -> None:
        """Say that there may be work in an outbox."""
        self._wake.set()

    def start(self, work_id: UUID, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Run work in the background; it is cancelled when the App closes."""

        async def run() -> None:
            self._work[work_id] = name
            try:
                await work()
            except Exception as error:
                log.error("background_work_failed", work=name, id=str(work_id), **crash_site(error))
            finally:
                del self._work[work_id]

        self._group.start_soon(run)

    def is_running(self, work_id: UUID) -> bool:
        return work_id in self._work

    async def _work_outboxes(self) -> None:
        """Wake now and then, and whenever a call left work."""
        workflow = await self._parts.workflow.get()
        while True:
            with anyio.move_on_after(OUTBOX_PERIOD):
                await self._wake.wait()
            self._wake = anyio.Event()
            async with self._working:
                await self._work_all(workflow)

    async def _keep_audit(self) -> None:
        """Write refusals, seal and anchor, beside all calls."""
        auditor = await self.auditor()
        self._note_early()
        since = monotonic()
        while True:
            await anyio.sleep(SEAL_PERIOD)
            if monotonic() - since >= SEAL_ALL_PERIOD:
                since = monotonic()
                auditor.look_everywhere()
            try:
                await auditor.work()
            except Exception as error:  # as for outboxes: what waits for a seal waits for the next look
                log.error("audit_failed", **crash_site(error))

    async def _settle(self) -> None:
        """Once all parts are there: what is in memory now stays, and later collections need not walk through it."""
        await self._parts.workflow.get()
        await anyio.sleep(SETTLE_SECONDS)
        gc.collect()
        gc.freeze()

    async def _work_all(self, workflow: "Workflow") -> None:
        """A batch of each tenant in turn, so that none waits for all of another's."""
        tenants = list(self._tenants.items())
        for _ in range(OUTBOX_PASSES):
            tenants = [(key, memory) for key, memory in tenants if await self._work_some(workflow, key, memory)]
            if not tenants:
                return

    async def _work_some(self, workflow: "Workflow", key: str, memory: "TenantMemory") -> bool:
        """Whether there may be more."""
        try:
            if await workflow.work_outbox(await self.memory(key)):
                return True
            if self.uptime_seconds > INDEX_AFTER and not self.settings.read_only:
                await self.tend_retention(memory)
                await self.tend_index(memory)
        except Exception as error:  # the worker must live on: the next look may find the database back
            log.error("outbox_failed", tenant=key, **crash_site(error))
        return False

    async def tend_retention(self, memory: "TenantMemory") -> None:
        """Remove some of what the tenant keeps no longer. Noted first: were it stopped between, the trail would miss runs."""
        async with self._sweeping:
            await self._sweep(memory)

    async def _sweep(self, memory: "TenantMemory") -> None:
        if self._swept.get(memory.tenant_id, -SWEEP_PERIOD) > monotonic() - SWEEP_PERIOD:
            return
        from moe_memorygraph.workflow.keeping import keep_no_longer  # brings the ports, which load behind the handshake

        now = datetime.now(UTC)
        due = await memory.retention.due(now=now)
        trail = (await self.auditor()).trail(memory, self.actor)
        if due:
            await trail.record("retention.sweep", counts={str(plane): count for plane, count in due.items()})
        swept = await keep_no_longer(memory, now=now, batches=SWEEPS)  # nothing due: still what was held or taken back
        if swept.get("runs"):  # also runs that were stored since and cite what went
            await trail.record("retention.sweep", counts={"runs": swept["runs"]})
        if not due or not await memory.retention.due(now=now):
            self._swept[memory.tenant_id] = monotonic()

    async def tend_index(self, memory: "TenantMemory") -> None:
        """Have a large tenant's index built in the background, if it lacks one; returns at once."""
        store, tenant_id = await self.store(), memory.tenant_id
        work_id = uuid5(tenant_id, "index")
        if self.is_running(work_id) or self._index_rests.get(tenant_id, 0.0) > monotonic():
            return
        if (await store.index_need(tenant_id)).step is None:
            return

        async def build() -> None:
            try:
                await store.build_index(tenant_id)
            except MemoryGraphError as error:
                self._index_rests[tenant_id] = monotonic() + INDEX_REST
                log.warning("index_not_built", tenant=str(tenant_id), code=error.code)

        self.start(work_id, "index", build)

    async def _drain(self) -> None:
        """Do what this process left, so that a command that ends at once leaves nothing behind."""
        workflow, auditor = self._parts.workflow.value, self._parts.auditor.value
        if workflow is not None and self._tenants:
            with anyio.move_on_after(DRAIN_SECONDS, shield=True):
                async with self._working:
                    await self._work_all(workflow)
        if auditor is not None:
            self._note_early()
            with anyio.move_on_after(DRAIN_SECONDS, shield=True):
                await auditor.work(at_end=True)


@asynccontextmanager
async def open_app(
    settings: Settings,
    *,
    on_wait: OnWait | None = None,
    patience_seconds: float = PATIENCE,
    loaders: Loaders | None = None,
    actor: str | None = None,
) -> AsyncIterator[App]:
    """Open an App; returns at once and loads behind. `actor`: see there; None: whoever runs the process.

    A part that does not load raises `Unavailable` with the reason at each use; the App itself stays open.
    `patience_seconds`: how long a use waits for a part that is still loading.
    """
    loaders = loaders or Loaders()
    parts = _Parts(
        store=_Part("The database", patience_seconds),
        embedder=_Part("The embedding model", patience_seconds),
        redactor=_Part("The redactor", patience_seconds),
        workflow=_Part("The workflow", patience_seconds),
        secret=_Part("The server's secret", patience_seconds),
        auditor=_Part("The audit trail", patience_seconds),
    )
    closing = anyio.Event()
    store_closed, embedder_closed = anyio.Event(), anyio.Event()
    failure: Exception | None = None
    async with anyio.create_task_group() as loading:
        store, embedder = partial(loaders.open_store, settings, on_wait), partial(loaders.open_embedder, settings)
        loading.start_soon(_hold, parts.store, store, closing, store_closed)
        loading.start_soon(_hold, parts.embedder, embedder, closing, embedder_closed)
        loading.start_soon(_load, parts.redactor, partial(loaders.redactor, settings))
        loading.start_soon(_load_secret, parts, partial(loaders.secret, settings))
        loading.start_soon(_load_auditor, settings, parts)
        loading.start_soon(_assemble, settings, loaders, parts)
        try:
            async with anyio.create_task_group() as work:
                app = App(settings=settings, actor=actor or own_actor("local"), _parts=parts, _group=work)
                work.start_soon(_guarded, app._work_outboxes)
                work.start_soon(_guarded, app._keep_audit)
                work.start_soon(_guarded, app._settle)
                work.start_soon(app.quotas.run)
                try:
                    yield app
                except Exception as error:  # kept, so that the caller gets it bare and not in a group
                    failure = error
                finally:
                    await app._drain()
                    with anyio.move_on_after(DRAIN_SECONDS, shield=True):
                        await app.quotas.close()
                    work.cancel_scope.cancel()
        finally:
            closing.set()
            with anyio.move_on_after(CLOSE_SECONDS, shield=True):
                if parts.store.value is not None:
                    await store_closed.wait()
                if parts.embedder.value is not None:
                    await embedder_closed.wait()
            loading.cancel_scope.cancel()
    if failure is not None:
        raise failure


async def _hold(
    part: _Part[T],
    opening: Callable[[], AbstractAsyncContextManager[T]],
    closing: anyio.Event,
    closed: anyio.Event,
) -> None:
    """Open a part and keep it open until the App closes, all in one task, as its own tasks require."""
    try:
        async with opening() as value:
            part.set(value)
            await closing.wait()
    except Exception as error:
        part.fail(_reason(part.what, error))
    finally:
        closed.set()


async def _load(part: _Part[T], load: Callable[[], T]) -> None:
    try:
        part.set(await anyio.to_thread.run_sync(load, abandon_on_cancel=True))
    except Exception as error:
        part.fail(_reason(part.what, error))


async def _load_secret(parts: _Parts, load: Callable[[], ServerSecret]) -> None:
    """After the store, which makes the home folder with the permissions that it wants."""
    try:
        await parts.store.get()
    except MemoryGraphError as error:
        parts.secret.fail(error)
    else:
        await _load(parts.secret, load)


async def _load_auditor(settings: Settings, parts: _Parts) -> None:
    try:
        store, secret = await parts.store.get(), await parts.secret.get()
        audit = await anyio.to_thread.run_sync(_import_audit, abandon_on_cancel=True)
        parts.auditor.set(audit.open_auditor(settings, store, secret.key))
    except Exception as error:
        parts.auditor.fail(_reason(parts.auditor.what, error))


async def _assemble(settings: Settings, loaders: Loaders, parts: _Parts) -> None:
    try:
        await anyio.to_thread.run_sync(_import_workflow, abandon_on_cancel=True)  # while the model loads
        embedder, redactor = await parts.embedder.get(), await parts.redactor.get()
        workflow = await anyio.to_thread.run_sync(
            loaders.workflow, settings, embedder, redactor, abandon_on_cancel=True
        )
        parts.workflow.set(workflow)
    except Exception as error:
        parts.workflow.fail(_reason(parts.workflow.what, error))


async def _guarded(work: Callable[[], Awaitable[None]]) -> None:
    """A background task whose part never came must not take the App down: each call says why."""
    try:
        await work()
    except MemoryGraphError as error:
        log.warning("background_task_ended", code=error.code)


def _reason(what: str, error: Exception) -> MemoryGraphError:
    if isinstance(error, MemoryGraphError):
        log.error("part_not_loaded", part=what, code=error.code, reason=error.sentence)
        return error
    log.error("part_not_loaded", part=what, **crash_site(error))
    return Unavailable(f"{what} could not be loaded.", "Run `memorygraph doctor`, and see the server's log.")
