"""A memory that is only read: what runs leave is kept in the process, and the database takes nothing."""

from dataclasses import replace

import pytest

from moe_memorygraph.errors import MemoryGraphError
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.postgres import open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.reading import MOST_KEPT, only_reading
from moe_memorygraph.memory.values import Customer, OutboxTask, Tenant, TicketFilter, tenant_id_of
from tests.memory.postgres.support import contents, fill
from tests.memory.samples import DAY, NOW, an_id, fact
from tests.memory.test_logs import RUN
from tests.plugins.stores import created


async def test_runs_are_kept_in_the_process_alone(memory: TenantMemory) -> None:
    reading = only_reading(memory)
    await reading.runs.save(RUN, [OutboxTask(task_id=an_id("task"), kind="x", payload={})])
    assert await reading.runs.get(RUN.run_id) == RUN
    async with reading.reading_together() as together:
        assert await together.runs.get(RUN.run_id) == RUN
    assert await memory.runs.get(RUN.run_id) is None
    assert await memory.outbox.pending() == 0


async def test_what_others_stored_is_read(memory: TenantMemory) -> None:
    await memory.runs.save(RUN)
    await memory.customers.put_many([Customer(customer_id="C-1", name="Acme")])
    reading = only_reading(memory)
    assert reading.tenant_id == memory.tenant_id
    assert await reading.runs.get(RUN.run_id) == RUN
    assert await reading.customers.all() == await memory.customers.all()


async def test_the_oldest_runs_go_first(memory: TenantMemory) -> None:
    reading = only_reading(memory)
    runs = [replace(RUN, run_id=an_id(f"run {number}")) for number in range(MOST_KEPT + 1)]
    for run in runs:
        await reading.runs.save(run)
    assert await reading.runs.get(runs[0].run_id) is None
    assert await reading.runs.get(runs[1].run_id) == runs[1]


@pytest.mark.postgres
async def test_postgresql_itself_refuses_whatever_writes(store_server: EmbeddedServer) -> None:
    async with open_store(store_server, pool_size=2) as store:
        await fill(await created(store, "acme"))
    before = await contents(store_server)
    async with open_store(store_server, pool_size=2, read_only=True) as store:
        memory = store.tenant(tenant_id_of("acme"))
        assert await memory.vector.count(TicketFilter()) == 1
        for write in (
            lambda: fill(memory, "changed"),
            lambda: memory.semantic.record(fact("C-1", "tier", "changed"), now=NOW + DAY, single_valued=True),
            lambda: memory.runs.save(replace(RUN, run_id=an_id("another"))),
            lambda: memory.keys.revoke(an_id("key"), now=NOW),
            lambda: memory.stm.sweep(now=NOW + 99 * DAY),
            lambda: memory.forget_customer("C-1"),
            lambda: store.create_tenant(Tenant(tenant_id=tenant_id_of("new"), key="new", name="New")),
            lambda: store.erase_tenant(memory.tenant_id),
            lambda: store.build_index(memory.tenant_id),
        ):
            with pytest.raises(MemoryGraphError, match=r"only reads|cannot build"):
                await write()
    assert await contents(store_server) == before
