"""Several loaders at once on one tenant, as two processes that ingest the same file."""

import random

import anyio
import anyio.lowlevel
import pytest

from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import Customer, Ticket, TicketFilter, WriteCounts
from tests.memory.samples import ticket, unit
from tests.plugins.stores import created

pytestmark = pytest.mark.postgres

TICKETS = [ticket(f"T-{number:03}", f"text {number} refund", vector=unit(1, number)) for number in range(200)]


async def test_loaders_of_the_same_rows_neither_block_nor_double(
    postgres_store: PostgresStore, store_server: EmbeddedServer
) -> None:
    memory = await created(postgres_store, "a")
    await memory.vector.put_many([ticket("first", "text", vector=unit(1.0))])
    before = (await memory.revisions())["vector"]
    counted: list[WriteCounts] = []

    async def load(store: PostgresStore, seed: int) -> None:
        order = random.Random(seed).sample(TICKETS, len(TICKETS))
        for start in range(0, len(order), 40):
            counted.append(await store.tenant(memory.tenant_id).vector.put_many(order[start : start + 40]))
            await store.tenant(memory.tenant_id).customers.put_many([Customer(customer_id="C-1", name="x")])

    with anyio.fail_after(60):
        async with open_store(store_server, pool_size=4) as second, anyio.create_task_group() as group:
            for seed in range(4):
                group.start_soon(load, postgres_store, seed)
                group.start_soon(load, second, seed + 100)
    total = sum(counted, WriteCounts())
    assert total == WriteCounts(inserted=200, unchanged=8 * 200 - 200)
    assert await memory.vector.count(TicketFilter()) == 201
    status = {one.plane: one for one in await memory.status()}
    assert (status["vector"].items, status["vector"].vectors) == (201, 201)
    inserting = sum(one.inserted > 0 for one in counted)
    assert (await memory.revisions())["vector"] == before + inserting


async def test_a_batch_that_fails_leaves_nothing_of_it(postgres_store: PostgresStore) -> None:
    memory = await created(postgres_store, "a")

    async def load(tickets: list[Ticket]) -> None:
        await memory.vector.put_many(tickets)

    with anyio.fail_after(30):
        await load(TICKETS[:50])
        async with anyio.create_task_group() as group:
            group.start_soon(load, TICKETS[50:150])
            await anyio.lowlevel.checkpoint()
            await anyio.lowlevel.checkpoint()
            group.cancel_scope.cancel()
        stored = await memory.vector.count(TicketFilter())
    assert stored in (50, 150)
    passages = {one.plane: one.vectors for one in await memory.status()}["vector"]
    assert passages == stored
    await load(TICKETS)
    assert await memory.vector.ids(TicketFilter(), limit=999) == sorted(one.ticket_id for one in TICKETS)
