"""Loads of a tenant whose days are short: each stops where a day ends, keeps what went in, and goes on the next."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import HashEmbedder, Vectors
from moe_memorygraph.errors import RateLimited
from moe_memorygraph.ingestion.loader import IngestSummary, Loader
from moe_memorygraph.memory.fakes import InMemoryStore, InMemoryTenant
from moe_memorygraph.memory.quotas import Measure
from moe_memorygraph.memory.values import FactFilter, TicketFilter, tenant_id_of
from tests.plugins.stores import created

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
KINDS = ("customers", "tickets", "facts", "knowledge")
ROWS: Mapping[str, Sequence[Mapping[str, object]]] = {
    "customers": [
        {"customer_id": f"c-{n}", "name": f"Company {n}", "tier": "gold", "status": "active"} for n in range(7)
    ],
    "tickets": [
        {
            "ticket_id": f"T-{n}",
            "customer": "Acme",
            "created_at": "2025-10-01",
            "category": "export",
            "body": f"Export {n} fails. " * (n + 1),
        }
        for n in range(7)
    ],
    "facts": [{"subject": f"Company {n}", "predicate": "owner", "object": f"Team {n}"} for n in range(7)],
}


class Day:
    """What is left of a day."""

    def __init__(self, **most: int) -> None:
        self.left: dict[Measure, int] = {"rows": most["rows"], "embeddings": most["embeddings"]}

    async def take(self, measure: Measure, wanted: int) -> int:
        got = min(wanted, self.left[measure])
        self.left[measure] -= got
        return got

    def give_back(self, measure: Measure, count: int) -> None:
        assert count >= 0
        self.left[measure] += count

    async def refusal(self, measure: Measure) -> RateLimited:
        return RateLimited(f"No more {measure} today.", seconds=60)


class CountingEmbedder(HashEmbedder):
    def __init__(self) -> None:
        super().__init__(dimension=16)
        self.passages = 0

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages += len(texts)
        return await super().embed_passages(texts)


async def load(
    memory: InMemoryTenant, store: InMemoryStore, kind: str, folder: Path, day: Day | None
) -> tuple[IngestSummary, int]:
    """What came of it, and how many texts were embedded."""
    embedder = CountingEmbedder()
    loader = Loader(
        store=store, memory=memory, embedder=embedder, redactor=Redactor(), now=lambda: NOW, meter=day, batch_rows=4
    )
    if kind == "knowledge":
        summary = await loader.load_knowledge(folder)
    else:
        summary = await getattr(loader, f"load_{kind}")(ROWS[kind])
    return summary, embedder.passages


async def held(memory: InMemoryTenant) -> tuple[object, ...]:
    facts = await memory.semantic.find(FactFilter(include_superseded=True), limit=99)
    return (
        [one.customer_id for one in await memory.customers.all()],
        [(one.ticket_id, one.body) for one in await memory.vector.browse(TicketFilter(), limit=99)],
        sorted((one.subject, one.predicate, one.object) for one in facts),
        [(one.document_id, one.text) for one in await memory.knowledge.browse(limit=99)],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(7):
        (tmp_path / f"{number}.md").write_text(f"# Document {number}\n\nThe answer is {number}.\n")
    return tmp_path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("most", [{"rows": 3, "embeddings": 999}, {"rows": 999, "embeddings": 5}])
async def test_a_load_goes_on_day_after_day_until_all_is_in(kind: str, most: dict[str, int], folder: Path) -> None:
    store, whole = InMemoryStore(clock=lambda: NOW), InMemoryStore(clock=lambda: NOW)
    await created(store, "acme")
    await created(whole, "acme")
    memory, other = store.tenant(tenant_id_of("acme")), whole.tenant(tenant_id_of("acme"))
    days = 0
    while True:
        day, days = Day(**most), days + 1
        summary, passages = await load(memory, store, kind, folder, day)
        went_in = summary.inserted + summary.updated
        assert summary.read == went_in + summary.unchanged + summary.rejected
        assert most["rows"] - day.left["rows"] == went_in, "what is counted is what went in"
        assert most["embeddings"] - day.left["embeddings"] == passages
        assert ("stopped" in summary.to_json()) == bool(summary.stopped)
        if not summary.stopped:
            break
        assert went_in > 0
        assert summary.stopped.startswith("rate_limited: No more")
        assert days < 9
    assert days > 1
    await load(other, whole, kind, folder, None)
    assert await held(memory) == await held(other)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_load_without_room_for_one_row_fails_and_changes_nothing(kind: str, folder: Path) -> None:
    store = InMemoryStore(clock=lambda: NOW)
    await created(store, "acme")
    memory = store.tenant(tenant_id_of("acme"))
    with pytest.raises(RateLimited, match="Try again in 60 seconds"):
        await load(memory, store, kind, folder, Day(rows=0, embeddings=9))
    if kind != "customers":  # a customer may have nothing to embed
        with pytest.raises(RateLimited, match="No more embeddings"):
            await load(memory, store, kind, folder, Day(rows=9, embeddings=0))
    assert await held(memory) == ([], [], [], []) or kind == "tickets"


async def test_documents_that_were_not_read_are_not_missing(folder: Path) -> None:
    store = InMemoryStore(clock=lambda: NOW)
    await created(store, "acme")
    memory = store.tenant(tenant_id_of("acme"))
    await load(memory, store, "knowledge", folder, None)
    (folder / "6.md").unlink()
    for number in range(9):
        (folder / f"0{number}.md").write_text(f"# New {number}\n")
    summary, _ = await load(memory, store, "knowledge", folder, Day(rows=1, embeddings=99))
    assert (summary.removed, len(await memory.knowledge.browse(limit=99))) == (0, 8)
    summary, _ = await load(memory, store, "knowledge", folder, Day(rows=99, embeddings=99))
    assert (summary.removed, summary.stopped) == (1, "")
