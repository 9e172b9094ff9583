"""Forgetting, keeping and erasing, each by its own process; one of them killed."""

import json
from pathlib import Path
from typing import Any

import anyio
import pytest

from moe_memorygraph.memory.postgres.embedded import open_embedded
from moe_memorygraph.memory.values import tenant_id_of
from tests.cli.conftest import COMMAND, Outcome, Run
from tests.memory.postgres.support import superuser

pytestmark = pytest.mark.postgres

PATIENCE = 60.0  # seconds


def write_rows(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def done(outcome: Outcome) -> Any:
    assert outcome.status == 0, outcome.err
    return outcome.document()


def tickets_of(customer: str, *years: int) -> list[dict[str, object]]:
    return [
        {
            "ticket_id": f"{customer}-{year}",
            "customer": customer,
            "created_at": f"{year}-03-04",
            "body": f"{customer} asks about invoice {year}.",
        }
        for year in years
    ]


async def test_what_is_too_old_goes_a_customer_is_forgotten_and_an_erasing_that_is_killed_is_finished(
    run: Run, tenant: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    """It is killed while it waits, its rows being gone, for somebody who reads since before."""
    file = write_rows(tmp_path / "t.jsonl", tickets_of("Zyxquor", 2019, 2020, 2024) + tickets_of("Globex", 2019, 2024))
    done(run("ingest", "tickets", file, tenant=tenant, json=True))
    assert done(run("retention", "set", "vector", "1500", tenant=tenant, json=True))["due"] == 3
    applied = done(run("retention", "apply", tenant=tenant, json=True))
    assert (applied["dry_run"], applied["removed"]) == (False, {"vector": 3})
    forgotten = done(run("customer", "forget", "ZYXQUOR", "--yes", "--no-purge", tenant=tenant, json=True))
    assert forgotten["erased"] == {"customer": 1, "ticket": 1}
    assert (forgotten["still_named_in"], forgotten["purged"]) == ({}, None)

    async def rows(connection: Any) -> int:
        return int(await connection.fetchval("SELECT count(*) FROM ticket WHERE tenant_id = $1", tenant_id_of(tenant)))

    async with open_embedded(Path(environment["MEMORYGRAPH_HOME"])) as server, superuser(server) as watcher:
        async with superuser(server) as reader, reader.transaction(isolation="repeatable_read"):
            assert await rows(reader) == 1
            erasing = await anyio.open_process(
                [*COMMAND, "tenant", "erase", tenant, "--confirm", tenant], env=environment, cwd=tmp_path
            )
            with anyio.fail_after(PATIENCE):
                while await rows(watcher):
                    assert erasing.returncode is None
                    await anyio.sleep(0.05)
            erasing.kill()
            await erasing.wait()
            assert await rows(reader) == 1  # which the purge would have copied along
        assert done(run("purge", json=True))["purged"]["left"] == []
