"""How fast tickets load, against what the embedder alone needs for the same passages in the same run.

    python bench/ingest.py cfpb=../shared/data/cfpb_complaints/complaints.csv.gz bitext=../shared/data/.../train.csv.gz
    python bench/ingest.py tickets.csv --json
    python bench/ingest.py cfpb=complaints.csv.gz --into /tmp/growth:growth-1000000     # its indexes grow row by row

Each file is loaded into a tenant of its own in a temporary home, or into one that stands and keeps the rows; loaded
again; and then its passages are embedded alone, in the same batches. Wall time depends on what else the machine does;
the CPU ratio hardly does.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time

import anyio

from moe_memorygraph.cli.shell import HOME, temporary_folder
from moe_memorygraph.embedding import Embedder, EmbedderInfo, Vectors
from moe_memorygraph.ingestion.loader import Loader
from moe_memorygraph.ingestion.presets import apply_preset, find_preset
from moe_memorygraph.ingestion.readers import open_rows
from moe_memorygraph.ingestion.rows import REQUIRED_COLUMNS
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.app import App, open_app
from moe_memorygraph.settings import load_settings
from moe_memorygraph.telemetry import configure_logging

MOST = 1.5  # times the embedder alone


class Recorder:
    """An embedder that keeps what it was asked for, batch by batch."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.batches: list[list[str]] = []

    @property
    def info(self) -> EmbedderInfo:
        return self._embedder.info

    @property
    def max_tokens(self) -> int:
        return self._embedder.max_tokens

    async def ready(self) -> EmbedderInfo:
        return await self._embedder.ready()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder.count_tokens(texts)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return self._embedder.token_spans(texts)

    async def embed_query(self, text: str, *, tenant: str = "") -> Vectors:
        return await self._embedder.embed_query(text, tenant=tenant)

    async def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return await self._embedder.embed_queries(texts)

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.batches.append(list(texts))
        return await self._embedder.embed_passages(texts)


async def measure(app: App, source: str, *, into: str) -> dict[str, object]:
    preset, _, path = source.rpartition("=")
    store, embedder = await app.store(), await app.embedder()
    key = into or f"bench-{len(preset)}-{Path(path).name.split('.')[0].lower()}"[:60]
    if not into:
        await store.create_tenant(Tenant(tenant_id=tenant_id_of(key), key=key, name=key))
    memory, redactor = store.tenant(tenant_id_of(key)), await app.redactor()
    recorder = Recorder(embedder)

    async def load() -> tuple[dict[str, object], float, float]:
        loader = Loader(store=store, memory=memory, embedder=recorder, redactor=redactor, now=lambda: datetime.now(UTC))
        required = find_preset(preset).required if preset else REQUIRED_COLUMNS["tickets"]
        rows = open_rows(Path(path), required=required)
        wall, cpu = perf_counter(), process_time()
        summary = await loader.load_tickets(apply_preset(find_preset(preset), rows) if preset else rows)
        return summary.to_json(), perf_counter() - wall, process_time() - cpu

    await embedder.embed_passages(["warm"])
    first, wall, cpu = await load()
    batches = recorder.batches
    if not batches:
        sys.exit(f"{path}: its rows stand in {key} already; nothing was embedded.")
    recorder.batches = []
    second, second_wall, _ = await load()
    alone_wall, alone_cpu = perf_counter(), process_time()
    for batch in batches:
        await embedder.embed_passages(batch)
    alone_wall, alone_cpu = perf_counter() - alone_wall, process_time() - alone_cpu
    rows = int(str(first["read"]))
    return {
        "file": Path(path).name,
        "first": first,
        "passages": sum(map(len, batches)),
        "rows_per_s": round(rows / wall, 1),
        "seconds": round(wall, 2),
        "embedder_alone_seconds": round(alone_wall, 2),
        "ratio": round(wall / alone_wall, 3),
        "cpu_ratio": round(cpu / alone_cpu, 3),
        "second": second,
        "second_seconds": round(second_wall, 2),
        "second_rows_per_s": round(rows / second_wall, 1),
        "second_passages_embedded": sum(map(len, recorder.batches)),
    }


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", nargs="+", metavar="[PRESET=]FILE")
    parser.add_argument("--into", default=":", metavar="HOME:TENANT", help="load into this tenant; the rows stay there")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    configure_logging("CRITICAL")
    results = []
    home, _, tenant = arguments.into.rpartition(":")
    with temporary_folder("bench") as folder:
        async with open_app(load_settings(home=Path(home or folder / HOME), database_url=None)) as app:
            for source in arguments.sources:
                results.append(await measure(app, source, into=tenant))
                print(json.dumps(results[-1]), file=sys.stderr)
    machine = {"platform": platform.platform(), "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    if arguments.json:
        print(json.dumps({"machine": machine, "results": results}))
    else:
        print(f"{machine}")
        for one in results:
            print(
                f"{one['file']}: {one['rows_per_s']} rows/s, {one['ratio']} x the embedder alone (CPU {one['cpu_ratio']} x); "
                f"again: {one['second_rows_per_s']} rows/s, {one['second_passages_embedded']} passages embedded"
            )
    return 0 if all(float(str(one["ratio"])) <= MOST for one in results) else 1


if __name__ == "__main__":
    sys.exit(anyio.run(main))
