"""What is archived comes back as it was, column by column, in a tenant of another name; nothing of others is in it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from moe_memorygraph.errors import Conflict
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.archive import KEPT, LEFT_OUT, Row, reading_archive, restore
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import Tenant, TenantId, TicketFilter, tenant_id_of
from tests.memory.postgres.support import all_tables, contents, fill, superuser
from tests.memory.samples import DAY, NOW, fact, ticket, unit
from tests.plugins.stores import created

pytestmark = pytest.mark.postgres

Rows = dict[str, list[Row]]


async def archived(store: PostgresStore, tenant_id: TenantId) -> Rows:
    async with reading_archive(store.pool, tenant_id) as archive:
        return {table: [row async for row in archive.rows(table)] for table in KEPT}


async def one_by_one(rows: Rows) -> AsyncIterator[tuple[str, Sequence[Row]]]:
    for table, some in rows.items():
        for row in some:
            yield table, [row]


async def as_batches(some: Sequence[Row]) -> AsyncIterator[Sequence[Row]]:
    for row in some:
        yield [row]


async def test_every_table_is_archived_or_left_out_for_a_reason(store_server: EmbeddedServer) -> None:
    """Whoever adds a table says which."""
    async with superuser(store_server) as admin:
        assert sorted([*KEPT, *LEFT_OUT]) == await all_tables(admin)


async def test_what_is_archived_comes_back_in_every_column(
    postgres_store: PostgresStore, store_server: EmbeddedServer
) -> None:
    memory = await created(postgres_store, "acme")
    await fill(memory)
    await fill(await created(postgres_store, "other"), "theirs")
    for day, tier in enumerate(("silver", "gold", "platinum")):  # each gives way to the next
        one = fact("C-1", "tier", tier, valid_from=NOW + day * DAY, embedding=unit(1, day))
        await memory.semantic.record(one, now=NOW + day * DAY, single_valued=True)
    await memory.vector.put_many(
        [ticket("T-2", 'Überraschung "\\ \u2028 😀', attributes={"a\tb": "c"}, vector=unit(0, 1), csat=4 / 3)]
    )

    def mine(found: Mapping[str, list[Any]], tenant_id: TenantId) -> dict[str, list[str]]:
        return {
            table: sorted(row.replace(str(tenant_id), "") for row in found[table] if str(tenant_id) in row)
            for table in KEPT
            if table != "ticket"  # which names the transaction that wrote it
        }

    before = mine(await contents(store_server), memory.tenant_id)
    assert [table for table, rows in before.items() if not rows] == []
    rows = await archived(postgres_store, memory.tenant_id)
    assert "theirs" not in str(rows)
    new = Tenant(tenant_id=tenant_id_of("again"), key="again", name="Again", embedding_dim=4)
    with pytest.raises(Conflict):
        await restore(postgres_store.pool, replace(new, tenant_id=memory.tenant_id), one_by_one(rows), as_batches([]))
    await postgres_store.erase_tenant(memory.tenant_id)
    counts = await restore(postgres_store.pool, new, one_by_one(rows), as_batches(rows["fact"]))
    assert counts == {table: len(some) for table, some in rows.items()}
    assert mine(await contents(store_server), new.tenant_id) == before
    assert await archived(postgres_store, new.tenant_id) == rows


async def test_an_archive_is_of_one_moment(postgres_store: PostgresStore) -> None:
    memory = await created(postgres_store, "acme")
    await memory.vector.put_many([ticket("T-1", "One.")])
    async with reading_archive(postgres_store.pool, memory.tenant_id) as archive:
        assert [row["ticket_id"] async for row in archive.rows("ticket")] == ["T-1"]
        await memory.vector.put_many([ticket("T-2", "Two.")])
        assert await memory.vector.count(TicketFilter()) == 2
        assert [row["ticket_id"] async for row in archive.rows("ticket_passage")] == ["T-1"]
