"""What it costs to read facts from tickets: alone, and as a share of a load.

    python bench/extraction.py cfpb=../shared/data/cfpb_complaints/complaints.csv.gz --rows 512

The rows are loaded in slices, each with the reading switched on and off in turn, into tenants of their own in a temporary
home. CPU time is this process's, which reads, cleans and embeds; wall time depends on what else the machine does.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

import anyio

from moe_memorygraph.cli.shell import HOME, temporary_folder
from moe_memorygraph.extraction import extract, told_facts
from moe_memorygraph.ingestion import tickets as loading
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.ingestion.presets import apply_preset, find_preset
from moe_memorygraph.ingestion.readers import SourceRow, open_rows
from moe_memorygraph.ingestion.rows import REQUIRED_COLUMNS, parse_ticket
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.settings import load_settings
from moe_memorygraph.telemetry import configure_logging

SLICE = 128  # rows


@contextmanager
def reading(*, is_on: bool) -> Iterator[None]:
    """Inside, loads read facts or none."""
    loading.told_facts = told_facts if is_on else lambda *_, **__: []  # type: ignore[attr-defined]
    try:
        yield
    finally:
        loading.told_facts = told_facts  # type: ignore[attr-defined]


def alone(rows: list[SourceRow]) -> dict[str, float]:
    """CPU milliseconds for one ticket, and what was found."""
    bodies = [parse_ticket(row.values).body for row in rows if row.values is not None]
    said_at = datetime(2025, 1, 1, tzinfo=UTC)
    begin = process_time()
    found = sum(len(extract(body, said_at=said_at)) for body in bodies)
    seconds = process_time() - begin
    return {
        "tickets": len(bodies),
        "mean_characters": sum(map(len, bodies)) / len(bodies),
        "facts": found,
        "cpu_ms_per_ticket": 1000 * seconds / len(bodies),
    }


async def load(app: App, key: str, rows: list[SourceRow]) -> tuple[float, float]:
    """Seconds of wall and of this process's CPU for one load into a new tenant."""
    tenant_id = tenant_id_of(key)
    store = await app.store()
    await store.create_tenant(Tenant(tenant_id=tenant_id, key=key, name=key))
    loader = Loader(
        store=store,
        memory=store.tenant(tenant_id),
        embedder=await app.embedder(),
        redactor=await app.redactor(),
        now=lambda: datetime.now(UTC),
    )
    begin, began = perf_counter(), process_time()
    await loader.load_tickets(rows)
    return perf_counter() - begin, process_time() - began


async def in_a_load(rows: list[SourceRow]) -> dict[str, float]:
    """Medians over slices of what the reading adds to a load."""
    with temporary_folder("bench") as folder:
        async with open_app(load_settings(home=folder / HOME, database_url=None)) as app:
            await load(app, "warm", rows[:SLICE])
            shares: list[tuple[float, float]] = []
            for number in range(0, len(rows), SLICE):
                part = rows[number : number + SLICE]
                taken: dict[bool, tuple[float, float]] = {}
                for is_on in (number // SLICE % 2 == 0, number // SLICE % 2 == 1):
                    with reading(is_on=is_on):
                        taken[is_on] = await load(app, f"s{number}-{'on' if is_on else 'off'}", part)
                shares.append((taken[True][0] / taken[False][0] - 1, taken[True][1] / taken[False][1] - 1))
    middle = len(shares) // 2
    return {
        "slices": len(shares),
        "median_more_wall": sorted(wall for wall, _ in shares)[middle],
        "median_more_cpu": sorted(cpu for _, cpu in shares)[middle],
    }


def read(source: str, number: int) -> list[SourceRow]:
    """Rows of a file, `PRESET=PATH` or a path, as tickets."""
    preset, _, path = source.rpartition("=")
    required = find_preset(preset).required if preset else REQUIRED_COLUMNS["tickets"]
    rows = open_rows(Path(path), required=required)
    return list(islice(apply_preset(find_preset(preset), rows) if preset else rows, number))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", help="PRESET=PATH or PATH")
    parser.add_argument("--rows", type=int, default=512)
    arguments = parser.parse_args()
    configure_logging("CRITICAL")
    rows = read(arguments.source, arguments.rows)
    report = {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "alone": alone(rows),
        "in_a_load": anyio.run(in_a_load, rows),
    }
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
