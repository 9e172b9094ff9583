"""A call that its client gives up leaves nothing half-written, wherever it was when it ended: over the real database."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import Tenant, TicketFilter, tenant_id_of
from tests.server.conftest import CUSTOMERS, TICKETS, Serve, Served
from tests.server.processes import PATIENCE

pytestmark = pytest.mark.postgres

MOST_STEPS = 2**20


async def given_up_everywhere(served: Served, tool: str, arguments: dict[str, Any]) -> AsyncIterator[int]:
    """Call again and again, each time giving up later; what has happened after each, until one call gets through.

    "Later" is twice as many turns of the event loop, so that the first are given up before anything happened and the
    last in the middle of what is written.
    """
    steps = 1
    while steps < MOST_STEPS:
        if await _given_up_after(served, tool, arguments, steps):
            yield steps
            steps *= 2
        else:
            return
    raise AssertionError("the call never ends")


async def _given_up_after(served: Served, tool: str, arguments: dict[str, Any], steps: int) -> bool:
    ended = anyio.Event()

    async def call() -> None:
        await served.call(tool, **arguments)
        ended.set()

    async with anyio.create_task_group() as group:
        group.start_soon(call)
        for _ in range(steps):
            if ended.is_set():
                return False
            await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
    return not ended.is_set()


async def counts(memory: TenantMemory) -> dict[str, tuple[int, int]]:
    return {plane.plane: (plane.items, plane.vectors) for plane in await memory.status()}


@pytest.fixture
async def opened(serve: Serve, postgres_store: MemoryStore) -> Any:
    await postgres_store.create_tenant(Tenant(tenant_id=tenant_id_of("vendor"), key="vendor", name="Vendor"))
    async with serve(store=postgres_store) as one:
        yield one


async def test_tickets_are_there_with_all_that_is_made_of_them_or_not_at_all(opened: Served) -> None:
    memory = await opened.app.memory("vendor")
    for customer in CUSTOMERS:
        await opened.call("create_customer", **customer)
    before = await counts(memory)
    seen = [
        (await memory.vector.count(TicketFilter()), await counts(memory))
        async for _ in given_up_everywhere(opened, "ingest_tickets", {"tickets": TICKETS})
    ]
    after = await counts(memory)
    assert await memory.vector.count(TicketFilter()) == len(TICKETS)
    assert len(seen) > 3
    for tickets, held in seen:
        assert tickets in (0, len(TICKETS))
        assert held["vector"] == (after["vector"] if tickets else before["vector"])


async def test_a_fact_that_takes_anothers_place_is_there_with_the_other_closed_or_not_at_all(opened: Served) -> None:
    await opened.call("create_customer", **CUSTOMERS[0])
    new = {"subject": "Acme", "predicate": "tier", "object": "business", "source": "crm", "valid_from": "2025-12-01"}

    async def tiers() -> list[tuple[str, bool]]:
        found = await opened.call("get_facts", subject="Acme", predicate="tier", include_superseded=True)
        return sorted((one["object"], one["superseded_by"] is not None) for one in found["items"])

    untouched = await tiers()
    async for _ in given_up_everywhere(opened, "record_fact", new):
        held = await tiers()
        assert held == untouched or len([one for one in held if not one[1]]) == 1
    assert ("business", False) in await tiers()


async def test_a_customer_is_forgotten_in_whole_or_not_at_all(opened: Served) -> None:
    memory = await opened.app.memory("vendor")
    for customer in CUSTOMERS:
        await opened.call("create_customer", **customer)
    await opened.call("ingest_tickets", tickets=TICKETS)
    mine = TicketFilter(customer_ids=("acme corp/1",))
    forget = {"customer": "acme corp/1", "confirm": True}
    async for _ in given_up_everywhere(opened, "forget_customer", forget):
        gone = await memory.customers.get("acme corp/1") is None
        assert await memory.vector.count(mine) == (0 if gone else 12)
        if gone:
            break  # it was done, and only its answer was given up
    assert await memory.customers.get("acme corp/1") is None
    assert await memory.vector.count(mine) == 0
    assert await memory.vector.count(TicketFilter()) == 1


async def test_a_customer_that_was_given_up_is_whole_when_it_is_made_again(opened: Served) -> None:
    async def facts() -> int:
        return len((await opened.call("get_facts", subject="acme corp/1", limit=50))["items"])

    memory = await opened.app.memory("vendor")
    async for _ in given_up_everywhere(opened, "create_customer", CUSTOMERS[0]):
        if await memory.customers.get("acme corp/1") is not None and await facts():
            assert await facts() == 4  # tier, status, the day it left and why: with the first came all
    assert await facts() == 4


async def test_a_sync_that_was_given_up_goes_on_or_never_began(
    serve: Serve, postgres_store: MemoryStore, tmp_path: Path
) -> None:
    await postgres_store.create_tenant(Tenant(tenant_id=tenant_id_of("vendor"), key="vendor", name="Vendor"))
    for number in range(3):
        (tmp_path / f"{number}.md").write_text(f"# Refunds {number}\n\nWe refund within {number} days.\n")
    async with serve(store=postgres_store, knowledge_folder=tmp_path) as opened:
        memory = await opened.app.memory("vendor")
        held = [
            (await counts(memory))["knowledge"] async for _ in given_up_everywhere(opened, "sync_knowledge_base", {})
        ]
        job = await opened.call("sync_knowledge_base")
        with anyio.fail_after(PATIENCE):
            while job["state"] in ("queued", "running"):
                await anyio.sleep(0.05)
                job = await opened.call("get_job_status", job_id=job["job_id"])
        assert job["state"] == "succeeded"
        whole = (await counts(memory))["knowledge"]
        assert whole[0] == 3
        assert all(
            items * whole[1] == vectors * whole[0] for items, vectors in held
        )  # no document without its passages


async def test_what_was_given_up_keeps_no_place_among_the_calls(opened: Served) -> None:
    async for _ in given_up_everywhere(opened, "search_tickets", {"query": "price"}):
        pass
    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(lambda: opened.call("search_tickets", query="price"))
