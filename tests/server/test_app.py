"""The App: opens at once, loads behind, says why when it cannot, closes in order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import pytest

from moe_memorygraph.embedding import Embedder, HashEmbedder
from moe_memorygraph.errors import NotFound, PermissionDenied, Unavailable
from moe_memorygraph.memory.fakes import InMemoryStore
from moe_memorygraph.memory.ports import MemoryStore
from moe_memorygraph.memory.values import IndexNeed, RunRecord, TenantId
from moe_memorygraph.server.app import Loaders, OnWait, open_app
from moe_memorygraph.settings import Settings
from tests.memory.samples import NOW, ticket
from tests.plugins.stores import created
from tests.server.doubles import IdleWorkflow, fake_loaders, fake_store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=None)


def light(store: MemoryStore, **more: Any) -> Loaders:
    return fake_loaders(store, **{"workflow": IdleWorkflow(), "redactor": lambda _: object(), **more})


async def test_it_opens_at_once_and_whoever_needs_a_part_waits_for_it(settings: Settings) -> None:
    store = await fake_store("acme")
    may_load = anyio.Event()

    @asynccontextmanager
    async def slowly(settings: Settings, on_wait: OnWait | None) -> AsyncIterator[MemoryStore]:
        await may_load.wait()
        yield store

    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(store, open_store=slowly)) as app:
            await app.workflow()
            assert app.waiting_for() == ["The database"]
            async with anyio.create_task_group() as group:
                group.start_soon(app.memory, "acme")
                await anyio.wait_all_tasks_blocked()
                may_load.set()
            assert (await app.memory("acme")).tenant_id == (await app.memory("acme")).tenant_id
            assert app.waiting_for() == []


async def test_a_part_that_does_not_load_says_why_at_every_use_and_the_rest_works(settings: Settings) -> None:
    store = await fake_store("acme")

    @asynccontextmanager
    async def refusing(settings: Settings, on_wait: OnWait | None) -> AsyncIterator[MemoryStore]:
        raise Unavailable("The disk is full.", "Make room.")
        yield store

    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(store, open_store=refusing)) as app:
            errors = []
            for _ in range(2):
                with pytest.raises(Unavailable) as caught:
                    await app.memory("acme")
                errors.append(caught.value)
            assert str(errors[0]) == str(errors[1]) == "The disk is full. Make room."
            assert errors[0] is not errors[1]
            assert (await app.embedder()).info.name == "hash"


async def test_what_a_tenant_keeps_no_longer_goes_and_the_trail_says_so(settings: Settings) -> None:
    store = await fake_store("acme")
    async with open_app(settings, loaders=light(store)) as app:
        memory = await app.memory("acme")
        await memory.vector.put_many([ticket("old", "One.", at=datetime(2001, 1, 1, tzinfo=UTC))])
        run = RunRecord(
            run_id=uuid4(),
            tool="query_customer_intel",
            question="Why?",
            created_at=NOW,
            answer="So.",
            confidence=0.9,
            abstained=False,
            envelope={"citations": [{"uri": "memory://tickets/old"}]},
            decision={},
        )
        await memory.runs.save(run)
        await app.tend_retention(memory)
        assert await memory.vector.get("old") is not None  # nobody said that it should go
        await memory.retention.put("vector", 30)
        await app.tend_retention(memory)
        assert await memory.vector.get("old") is not None  # it was looked for just now
    async with open_app(settings, loaders=light(store)) as app:
        memory = await app.memory("acme")
        await app.tend_retention(memory)
        assert await memory.vector.get("old") is None
        assert [one.kind for one in await memory.outbox.claim(now=NOW, limit=9, lease_seconds=9)] == ["distill"]
    sealed = await memory.audit.sealed(after=(0, 0), limit=9)
    assert [(one.action, one.counts) for one in sealed if not one.is_run] == [
        ("retention.sweep", {"vector": 1}),
        ("retention.sweep", {"runs": 1}),  # known only now; runs stored meanwhile are told of by it, too
    ]


async def test_the_words_of_a_crash_stay_inside(settings: Settings) -> None:
    @asynccontextmanager
    async def crash(settings: Settings) -> AsyncIterator[Embedder]:
        raise RuntimeError("password=hunter2")
        yield HashEmbedder()

    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(await fake_store(), open_embedder=crash)) as app:
            with pytest.raises(Unavailable, match="The embedding model could not be loaded") as caught:
                await app.workflow()
            assert "hunter2" not in str(caught.value)


async def test_patience_has_an_end(settings: Settings) -> None:
    @asynccontextmanager
    async def never(settings: Settings) -> AsyncIterator[Embedder]:
        await anyio.sleep_forever()
        yield HashEmbedder()

    loaders = light(await fake_store(), open_embedder=never)
    with anyio.fail_after(5):
        async with open_app(settings, loaders=loaders, patience_seconds=0.01) as app:
            with pytest.raises(Unavailable, match="The embedding model is still starting"):
                await app.embedder()


async def test_a_tenant_that_was_never_created_is_not_found(settings: Settings) -> None:
    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(await fake_store("acme"))) as app:
            with pytest.raises(NotFound, match="memorygraph tenant create"):
                await app.memory("globex")


async def test_a_tenant_is_warmed_up_behind_and_one_that_does_not_exist_harms_nobody(settings: Settings) -> None:
    workflow = IdleWorkflow()
    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(await fake_store("acme"), workflow=workflow)) as app:
            app.warm_up("globex")
            app.warm_up("acme")
            while not workflow.warm:
                await anyio.lowlevel.checkpoint()
            assert workflow.warm == [await app.memory("acme")]


async def test_the_outbox_of_a_served_tenant_is_worked_and_once_more_at_the_end(settings: Settings) -> None:
    workflow, worked = IdleWorkflow(), anyio.Event()
    workflow.on_work = worked.set
    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(await fake_store("acme"), workflow=workflow)) as app:
            memory = await app.memory("acme")
            await worked.wait()
            before = len(workflow.worked)
        assert len(workflow.worked) > before
        assert {one.tenant_id for one in workflow.worked} == {memory.tenant_id}


async def test_a_failing_outbox_does_not_end_the_worker(settings: Settings) -> None:
    workflow, again = IdleWorkflow(), anyio.Event()

    def work() -> None:
        if len(workflow.worked) == 1:
            raise Unavailable("The database is away.")
        again.set()

    workflow.on_work = work
    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(await fake_store("acme"), workflow=workflow)) as app:
            await app.memory("acme")
            while not workflow.worked:
                await anyio.lowlevel.checkpoint()
            app.wake()
            await again.wait()


async def test_an_error_inside_comes_out_bare_and_everything_is_closed(settings: Settings) -> None:
    events: list[str] = []

    async def ask_for_a_tenant_that_there_is_not() -> None:
        async with open_app(settings, loaders=light(await fake_store("acme"), events=events)) as app:
            await app.memory("globex")

    with anyio.fail_after(5), pytest.raises(NotFound, match="tenant create"):
        await ask_for_a_tenant_that_there_is_not()
    assert events == ["opened", "closed"]


async def test_background_work_ends_before_the_store_closes(settings: Settings) -> None:
    events: list[str] = []
    started = anyio.Event()

    async def work() -> None:
        started.set()
        try:
            await anyio.sleep_forever()
        finally:
            events.append("work ended")

    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(await fake_store("acme"), events=events)) as app:
            await app.store()
            work_id = uuid4()
            app.start(work_id, "test", work)
            await started.wait()
            assert app.is_running(work_id)
    assert events == ["opened", "work ended", "closed"]


async def test_background_work_that_crashes_takes_nothing_down(settings: Settings) -> None:
    async def work() -> None:
        raise RuntimeError("no")

    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(await fake_store("acme"))) as app:
            work_id = uuid4()
            app.start(work_id, "test", work)
            await anyio.wait_all_tasks_blocked()
            assert not app.is_running(work_id)
            assert (await app.memory("acme")) is not None


async def test_being_cancelled_closes_the_store(settings: Settings) -> None:
    events: list[str] = []
    opened = anyio.Event()

    async def hold(app_settings: Settings) -> None:
        async with open_app(app_settings, loaders=light(await fake_store(), events=events)) as app:
            await app.store()
            opened.set()
            await anyio.sleep_forever()

    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            group.start_soon(hold, settings)
            await opened.wait()
            group.cancel_scope.cancel()
    assert events == ["opened", "closed"]


class LargeStore(InMemoryStore):
    """Its tenants lack an index until it is built, which fails or waits as the test says."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__()
        self.fails = fails
        self.tries = 0
        self.may_build = anyio.Event()
        self.is_built = anyio.Event()

    async def index_need(self, tenant_id: TenantId) -> IndexNeed:
        return IndexNeed(step=None if self.is_built.is_set() else "build")

    async def build_index(self, tenant_id: TenantId, **_: Any) -> bool:
        self.tries += 1
        await self.may_build.wait()
        if self.fails:
            raise PermissionDenied("No.", "Ask somebody.")
        self.is_built.set()
        return True


async def test_a_large_tenants_index_is_built_behind_and_once(settings: Settings) -> None:
    store = LargeStore()
    memory = await created(store, "acme")
    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(store)) as app:
            await app.tend_index(memory)
            await anyio.wait_all_tasks_blocked()
            await app.tend_index(memory)
            await anyio.wait_all_tasks_blocked()
            assert store.tries == 1
            store.may_build.set()
            await store.is_built.wait()
            await app.tend_index(memory)
            assert store.tries == 1


async def test_an_index_that_cannot_be_built_is_left_alone_for_a_while(settings: Settings) -> None:
    store = LargeStore(fails=True)
    memory = await created(store, "acme")
    store.may_build.set()
    with anyio.fail_after(5):
        async with open_app(settings, loaders=light(store)) as app:
            for _ in range(3):
                await app.tend_index(memory)
                await anyio.wait_all_tasks_blocked()
            assert store.tries == 1
