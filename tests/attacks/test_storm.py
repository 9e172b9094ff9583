"""The leak storm in short, and that it finds what it looks for. The long one is bench/storm.py."""

import random
from pathlib import Path

import anyio
import pytest

from bench.storm import TENANTS, Ledger, Storm, check_end, kill_connections, open_world, plant, sabotaged
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer

pytestmark = pytest.mark.postgres


async def _storm(
    where: EmbeddedServer, home: Path, operations: int, *, sabotage: str | None = None
) -> tuple[Ledger, list[str]]:
    rng, ledger = random.Random(20261121), Ledger()
    with anyio.fail_after(180), sabotaged(sabotage):
        async with open_world(where, home) as world:
            for key in TENANTS:
                await plant(world.store, key)
            async with anyio.create_task_group() as group:
                group.start_soon(kill_connections, where, ledger, rng)
                await Storm(world, ledger, rng).run(operations)
                group.cancel_scope.cancel()
            return ledger, await check_end(world, where, ledger)


@pytest.mark.soak
async def test_a_storm_leaks_nothing_and_leaves_nothing(store_server: EmbeddedServer, tmp_path: Path) -> None:
    ledger, wrong = await _storm(store_server, tmp_path, 1000)
    assert wrong == []
    assert ledger.leaks == []
    assert ledger.counts["answered"] > 300
    assert ledger.counts["cancelled"] > 50
    assert ledger.counts["failed: conflict"] > 10


async def test_the_storm_finds_a_tenant_that_stays_on_its_connection(
    store_server: EmbeddedServer, tmp_path: Path
) -> None:
    """Bound for the session and not for the transaction, as a slip of one word would have it."""
    ledger, wrong = await _storm(store_server, tmp_path, 150, sabotage="session-set")
    assert any("an unbound connection reads" in one for one in ledger.leaks)
    assert any("a connection is bound to" in one for one in wrong)
