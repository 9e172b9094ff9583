"""Loading rows over both stores: what goes in, what is left alone, what is refused, what a kill leaves."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.embedding import HashEmbedder, Vectors
from moe_memorygraph.errors import Conflict, Unavailable
from moe_memorygraph.ingestion.loader import IngestSummary, Loader, Reject
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import (
    Fact,
    FactFilter,
    Tenant,
    Ticket,
    TicketFilter,
    WriteCounts,
    tenant_id_of,
)
from tests.plugins.stores import created

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)


class CountingEmbedder(HashEmbedder):
    """Says how many passages it was asked for."""

    def __init__(self) -> None:
        super().__init__(dimension=64)
        self.passages = 0

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages += len(texts)
        return await super().embed_passages(texts)


class Bench:
    """A tenant and everything to load it with."""

    def __init__(self, store: MemoryStore, memory: TenantMemory, redactor: Redactor) -> None:
        self.store, self.memory, self.redactor = store, memory, redactor
        self.embedder = CountingEmbedder()
        self.now = NOW
        self.rejects: list[Reject] = []

    def loader(
        self, *, batch_rows: int = 4, memory: TenantMemory | None = None, dry_run: bool = False, patience: float = 0.0
    ) -> Loader:
        return Loader(
            store=self.store,
            memory=memory or self.memory,
            embedder=self.embedder,
            redactor=self.redactor,
            now=lambda: self.now,
            batch_rows=batch_rows,
            dry_run=dry_run,
            on_reject=self.rejects.append,
            patience_seconds=patience,
        )

    async def facts(self, subject: str, predicate: str) -> list[Fact]:
        filters = FactFilter(subjects=(subject,), predicates=(predicate,), include_superseded=True)
        return await self.memory.semantic.find(filters, limit=50)

    async def tickets(self, *customer_ids: str) -> list[Ticket]:
        return await self.memory.vector.browse(TicketFilter(customer_ids=customer_ids), limit=500)


@pytest.fixture(scope="session")
def redactor() -> Redactor:
    one = Redactor()
    one.load()
    return one


@pytest.fixture
async def bench(any_store: MemoryStore, redactor: Redactor) -> Bench:
    return Bench(any_store, await created(any_store, "acme"), redactor)


def ticket(number: int, **changes: object) -> dict[str, object]:
    at = datetime(2025, 3, 1, tzinfo=UTC) + timedelta(days=number)
    return {
        "ticket_id": f"T-{number}",
        "customer": "Acme Corp",
        "created_at": at.isoformat(),
        "subject": f"Question {number}",
        "body": f"The invoice number {number} is wrong. Please mend it.",
        "category": "billing",
        **changes,
    }


def figures(summary: IngestSummary) -> tuple[int, int, int, int, int]:
    return summary.read, summary.inserted, summary.updated, summary.unchanged, summary.rejected


async def test_tickets_go_in_with_their_passages(bench: Bench) -> None:
    summary = await bench.loader().load_tickets([ticket(number) for number in range(10)])
    assert figures(summary) == (10, 10, 0, 0, 0)
    stored = await bench.memory.vector.get("T-3")
    assert stored is not None
    assert stored.subject == "Question 3"
    (passage,) = stored.passages
    assert stored.body[passage.start : passage.stop] == stored.body
    hits = await bench.memory.vector.search(
        text="",
        embedding=await bench.embedder.embed_query("Question 7 invoice number 7"),
        filters=TicketFilter(),
        limit=1,
    )
    assert hits[0].ticket.ticket_id == "T-7"


async def test_a_second_load_changes_and_embeds_nothing(bench: Bench) -> None:
    rows = [ticket(number) for number in range(10)]
    await bench.loader().load_tickets(rows)
    embedded = bench.embedder.passages
    summary = await bench.loader(batch_rows=3).load_tickets(reversed(rows))
    assert figures(summary) == (10, 0, 0, 10, 0)
    assert bench.embedder.passages == embedded


async def test_a_changed_row_is_updated_alone(bench: Bench) -> None:
    rows = [ticket(number) for number in range(6)]
    await bench.loader().load_tickets(rows)
    bench.embedder.passages = 0
    rows[2] = ticket(2, body="Now it is right.")
    assert figures(await bench.loader().load_tickets(rows)) == (6, 0, 1, 5, 0)
    assert bench.embedder.passages == 1
    stored = await bench.memory.vector.get("T-2")
    assert stored is not None
    assert stored.body == "Now it is right."


async def test_another_rule_for_redaction_loads_anew(bench: Bench) -> None:
    rows = [ticket(1, body="Write to jane.roe@example.com")]
    await bench.loader().load_tickets(rows)
    bench.redactor = Redactor(enabled=False)
    assert figures(await bench.loader().load_tickets(rows)) == (1, 0, 1, 0, 0)


async def test_bad_rows_are_named_and_the_others_go_in(bench: Bench) -> None:
    rows = [ticket(1), ticket(2, created_at="yesterday"), ticket(3, body=" "), ticket(4)]
    summary = await bench.loader().load_tickets(rows)
    assert figures(summary) == (4, 2, 0, 0, 2)
    assert [reject.line for reject in summary.rejects] == [2, 3]
    assert "created_at" in summary.rejects[0].reason
    assert "yesterday" not in summary.rejects[0].reason
    assert bench.rejects[0].values == rows[1]


async def test_of_two_rows_with_one_id_the_first_goes_in(bench: Bench) -> None:
    rows = [ticket(1), ticket(2), ticket(1), *map(ticket, range(3, 9)), ticket(1, body="Something else.")]
    for _ in range(2):
        summary = await bench.loader().load_tickets(rows)
        assert summary.rejected == 1
        assert "an earlier row has this ticket_id" in summary.rejects[0].reason
    assert figures(summary) == (10, 0, 0, 9, 1)
    stored = await bench.memory.vector.get("T-1")
    assert stored is not None
    assert "invoice" in stored.body


async def test_personal_data_is_replaced_before_anything_is_stored(bench: Bench) -> None:
    row = ticket(
        1,
        subject="Mail jane.roe@example.com",
        body="My card is 4111 1111 1111 1111.",
        response="We wrote to jane.roe@example.com.",
        author="jane.roe@example.com",
        note="jane.roe@example.com",
        messages=[{"author": "jane.roe@example.com", "role": "customer", "text": "Mail jane.roe@example.com"}],
    )
    await bench.loader().load_tickets([row])
    stored = await bench.memory.vector.get("T-1")
    assert stored is not None
    said = repr(stored)
    assert "jane.roe" not in said
    assert "4111" not in said
    assert stored.pii_types == ("CREDIT_CARD", "EMAIL_ADDRESS")
    assert stored.attributes["note"] == "<EMAIL_ADDRESS>"


async def test_a_response_is_found_by_words_only(bench: Bench) -> None:
    await bench.loader().load_tickets([ticket(1, response="Our zeppelin will deliver it.")])
    assert bench.embedder.passages == 1
    hits = await bench.memory.vector.search(text="zeppelin", embedding=None, filters=TicketFilter(), limit=1)
    assert hits[0].text == "Our zeppelin will deliver it."


async def test_customers_are_found_by_id_name_and_alias(bench: Bench) -> None:
    customer = {"customer_id": "C-1", "name": "Acme Corp", "aliases": "ACME;Acme Incorporated"}
    await bench.loader().load_customers([customer])
    names = ["C-1", "acme corp", " ACME ", "Acme incorporated"]
    await bench.loader().load_tickets([ticket(number, customer=name) for number, name in enumerate(names)])
    assert {one.customer_id for one in await bench.tickets()} == {"C-1"}


async def test_unknown_customers_are_made_from_their_names(bench: Bench) -> None:
    names = ["Acme Corp", "acme corp", "O'Neil & Sons", "北京", "北京", "jane.roe@example.com", "joe.doe@example.com"]
    rows = [ticket(number, customer=name) for number, name in enumerate(names)]
    await bench.loader().load_tickets(rows)
    made = {one.customer_id: one.name for one in await bench.memory.customers.all()}
    assert made["acme-corp"] == "Acme Corp"
    assert len(made) == 5
    assert not any("jane" in one or "joe" in one for one in [*made, *made.values()])
    assert figures(await bench.loader().load_tickets(rows[::-1])) == (7, 0, 0, 7, 0)
    assert {one.customer_id: one.name for one in await bench.memory.customers.all()} == made


async def test_an_id_made_from_a_name_takes_nobodys_place(bench: Bench) -> None:
    await bench.loader().load_customers([{"customer_id": "acme-corp", "name": "Quite Another"}])
    await bench.loader().load_tickets([ticket(1, customer="Acme Corp")])
    names = {one.customer_id: one.name for one in await bench.memory.customers.all()}
    assert names.pop("acme-corp") == "Quite Another"
    assert list(names.values()) == ["Acme Corp"]


async def test_customers_after_their_tickets_get_them(bench: Bench) -> None:
    rows = [ticket(number) for number in range(300)]
    await bench.loader(batch_rows=100).load_tickets(rows)
    customer = {"customer_id": "C-1", "name": "ACME Corp.", "status": "active"}
    await bench.loader().load_customers([customer])
    assert await bench.tickets("acme-corp") == []
    assert len(await bench.tickets("C-1")) == 300
    assert figures(await bench.loader(batch_rows=100).load_tickets(rows)) == (300, 0, 0, 300, 0)
    (kept, gone) = sorted(await bench.memory.customers.all(), key=lambda one: one.customer_id != "C-1")
    assert kept.name == "ACME Corp."
    assert gone.attributes["merged_into"] == "C-1"
    await bench.loader().load_tickets([ticket(301)])
    assert len(await bench.tickets("C-1")) == 301


async def test_filled_columns_are_facts(bench: Bench) -> None:
    customer = {
        "customer_id": "C-1",
        "name": "Acme Corp",
        "tier": "gold",
        "arr": "$12,000",
        "since": "2021-05-01",
        "status": "churned",
        "churned_at": "2025-10-01",
        "churn_reason": "price, says jane.roe@example.com",
        "account manager": "Kim",
        "contact": "jane.roe@example.com",
    }
    assert figures(await bench.loader().load_customers([customer])) == (1, 1, 0, 0, 0)
    facts = await bench.memory.semantic.find(FactFilter(subjects=("C-1",), include_superseded=True), limit=50)
    held = {one.predicate: one for one in facts}
    assert {name: one.object for name, one in held.items()} == {
        "tier": "gold",
        "arr": "12000",
        "since": "2021-05-01",
        "status": "churned",
        "churned_at": "2025-10-01",
        "churn_reason": "price, says <EMAIL_ADDRESS>",
        "account_manager": "Kim",
    }
    assert {one.source for one in facts} == {"crm"}
    assert held["churn_reason"].statement == "Acme Corp: churn reason is price, says <EMAIL_ADDRESS>"
    assert held["tier"].valid_from == datetime(2021, 5, 1, tzinfo=UTC)
    assert held["status"].valid_from == held["churn_reason"].valid_from == datetime(2025, 10, 1, tzinfo=UTC)
    assert figures(await bench.loader().load_customers([customer])) == (1, 0, 0, 1, 0)


async def test_only_an_active_status_holds_from_the_first_day(bench: Bench) -> None:
    for number, status in enumerate(("Active", "churned", "at risk")):
        row = {"customer_id": f"C-{number}", "name": f"Firm {number}", "since": "2021-05-01", "status": status}
        await bench.loader().load_customers([row])
    begun = [(await bench.facts(f"C-{number}", "status"))[0].valid_from for number in range(3)]
    assert begun == [datetime(2021, 5, 1, tzinfo=UTC), None, None]


async def test_a_changed_column_supersedes_and_may_change_back(bench: Bench) -> None:
    for day, tier in enumerate(("gold", "silver", "gold", "gold")):
        bench.now = NOW + timedelta(days=day)
        await bench.loader().load_customers(
            [{"customer_id": "C-1", "name": "Acme", "tier": tier, "since": "2021-05-01"}]
        )
    facts = sorted(await bench.facts("C-1", "tier"), key=lambda one: one.valid_from or NOW)
    assert [(one.object, one.valid_from, one.valid_to) for one in facts] == [
        ("gold", datetime(2021, 5, 1, tzinfo=UTC), NOW + timedelta(days=1)),
        ("silver", NOW + timedelta(days=1), NOW + timedelta(days=2)),
        ("gold", NOW + timedelta(days=2), None),
    ]


async def test_facts_about_customers_and_others(bench: Bench) -> None:
    await bench.loader().load_customers([{"customer_id": "C-1", "name": "Acme Corp"}])
    rows = [
        {"subject": "acme corp", "predicate": "Competitor", "object": "Globex", "source": "call"},
        {"subject": "acme corp", "predicate": "competitor", "object": "Initech", "source": "call", "confidence": "0.5"},
        {"subject": "SSO", "predicate": "owner", "object": "Kim, kim@example.com", "valid_from": "2025-01-01"},
    ]
    assert figures(await bench.loader().load_facts(rows)) == (3, 3, 0, 0, 0)
    competitors = await bench.facts("C-1", "competitor")
    assert {one.object for one in competitors} == {"Globex", "Initech"}
    assert {one.customer_id for one in competitors} == {"C-1"}
    (owner,) = await bench.facts("SSO", "owner")
    assert owner.object == "Kim, <EMAIL_ADDRESS>"
    assert owner.customer_id is None
    embedded = bench.embedder.passages
    assert figures(await bench.loader().load_facts(rows)) == (3, 0, 0, 3, 0)
    assert bench.embedder.passages == embedded


@pytest.mark.parametrize("order", [1, -1])
async def test_dated_facts_make_one_history_in_any_order(bench: Bench, order: int) -> None:
    rows = [
        {"subject": "X", "predicate": "status", "object": value, "valid_from": start, "source": "crm"}
        for value, start in (("trial", "2024-01-01"), ("active", "2024-02-01"), ("churned", "2025-10-01"))
    ]
    for _ in range(2):
        await bench.loader().load_facts(rows[::order])
    history = sorted(await bench.facts("X", "status"), key=lambda one: one.valid_from or NOW)
    assert [one.object for one in history] == ["trial", "active", "churned"]
    assert [one.valid_to for one in history] == [history[1].valid_from, history[2].valid_from, None]


async def test_facts_without_a_start_settle_and_stay(bench: Bench) -> None:
    rows = [
        {"subject": "X", "predicate": "status", "object": value, "source": "crm"} for value in ("active", "churned")
    ]
    for day in range(3):
        bench.now = NOW + timedelta(days=day)
        await bench.loader().load_facts(rows)
    open_facts = [one for one in await bench.facts("X", "status") if one.valid_to is None]
    assert [one.object for one in open_facts] == ["churned"]
    assert len(await bench.facts("X", "status")) == 2


async def test_documents_come_change_and_go(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "refunds.md").write_text("# Refunds\n\n## Term\n\nWithin 30 days. Ask kb@example.com.\n")
    (tmp_path / "sso.md").write_text("# SSO\n\nUse SAML.\n")
    assert figures(await bench.loader().load_knowledge(tmp_path)) == (2, 2, 0, 0, 0)
    document = await bench.memory.knowledge.get("refunds.md")
    assert document is not None
    assert "<EMAIL_ADDRESS>" in document.text
    assert any("Term" in passage.heading for passage in document.passages)
    embedded = bench.embedder.passages
    assert figures(await bench.loader().load_knowledge(tmp_path)) == (2, 0, 0, 2, 0)
    assert bench.embedder.passages == embedded
    (tmp_path / "refunds.md").write_text("# Refunds\n\nWithin 14 days.\n")
    (tmp_path / "sso.md").unlink()
    summary = await bench.loader().load_knowledge(tmp_path)
    assert (figures(summary), summary.removed) == ((1, 0, 1, 0, 0), 1)
    assert await bench.memory.knowledge.get("sso.md") is None


async def test_a_document_that_cannot_be_read_now_is_kept(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "sso.md").write_text("# SSO\n\nUse SAML.\n")
    await bench.loader().load_knowledge(tmp_path)
    (tmp_path / "sso.md").write_text(" ")
    summary = await bench.loader().load_knowledge(tmp_path)
    assert (summary.rejected, summary.removed) == (1, 0)
    assert await bench.memory.knowledge.get("sso.md") is not None


async def test_a_dry_run_says_what_a_load_would_do(bench: Bench) -> None:
    await bench.loader().load_tickets([ticket(1), ticket(2)])
    before = (await bench.memory.status(), bench.embedder.passages, await bench.memory.outbox.pending())
    rows = [ticket(1), ticket(2, body="Changed."), ticket(3, customer="New"), ticket(4, csat=9)]
    summary = await bench.loader(dry_run=True).load_tickets(rows)
    assert figures(summary) == (4, 1, 1, 1, 1)
    customers = await bench.loader(dry_run=True).load_customers([{"customer_id": "C", "name": "C", "tier": "x"}])
    assert figures(customers) == (1, 1, 0, 0, 0)
    facts = await bench.loader(dry_run=True).load_facts([{"subject": "a", "predicate": "b", "object": "c"}])
    assert figures(facts) == (1, 1, 0, 0, 0)
    assert (await bench.memory.status(), bench.embedder.passages, await bench.memory.outbox.pending()) == before
    assert [one.name for one in await bench.memory.customers.all()] == ["Acme Corp"]


async def test_changed_tickets_leave_one_task_to_distil(bench: Bench) -> None:
    assert await bench.memory.outbox.pending() == 0
    for number in range(3):
        await bench.loader().load_tickets([ticket(number)])
    assert await bench.memory.outbox.pending() == 1
    (task,) = await bench.memory.outbox.claim(now=datetime.now(UTC), limit=5, lease_seconds=5)
    assert task.kind == "distill"
    await bench.memory.outbox.finish(task.task_id)
    await bench.loader().load_tickets([ticket(number) for number in range(3)])
    assert await bench.memory.outbox.pending() == 0


async def test_another_model_is_refused_before_anything_is_written(bench: Bench) -> None:
    await bench.store.claim_model(bench.memory.tenant_id, model="other", dimension=64)
    with pytest.raises(Conflict):
        await bench.loader().load_tickets([ticket(1)])
    assert await bench.memory.vector.count(TicketFilter()) == 0


class Failing:
    """A tenant's memory whose tickets cannot be written after so many batches."""

    def __init__(self, memory: TenantMemory, *, after: int, times: int = 1000) -> None:
        self._memory = memory
        self.vector = FailingTickets(memory, after, times)

    def writing_as(self, origin: object) -> "Failing":
        return self

    def __getattr__(self, name: str) -> object:
        return getattr(self._memory, name)


class FailingTickets:
    def __init__(self, memory: TenantMemory, after: int, times: int) -> None:
        self._tickets = memory.vector
        self._left, self._times = after, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._tickets, name)

    async def put_many(self, tickets: Sequence[Ticket]) -> WriteCounts:
        if self._left <= 0 < self._times:
            self._times -= 1
            raise Unavailable("The database cannot be reached.")
        self._left -= 1
        return await self._tickets.put_many(tickets)


@pytest.mark.parametrize("batches", [0, 1, 3])
async def test_a_load_that_broke_goes_on_where_it_was(bench: Bench, batches: int) -> None:
    rows = [ticket(number, customer=f"Customer {number % 5}") for number in range(22)]
    failing: object = Failing(bench.memory, after=batches)
    with pytest.raises(Unavailable, match="cannot be reached"):
        await bench.loader(memory=failing).load_tickets(rows)  # type: ignore[arg-type]  # stands in for a memory
    assert await bench.memory.vector.count(TicketFilter()) == 4 * batches
    assert figures(await bench.loader().load_tickets(rows)) == (22, 22 - 4 * batches, 0, 4 * batches, 0)
    assert await bench.memory.vector.count(TicketFilter()) == 22
    assert len(await bench.memory.customers.all()) == 5


async def test_a_database_that_comes_back_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moe_memorygraph.ingestion.batch.FIRST_PAUSE", 0.001)
    failing: object = Failing(bench.memory, after=1, times=3)
    summary = await bench.loader(memory=failing, patience=5.0).load_tickets(map(ticket, range(12)))  # type: ignore[arg-type]  # stands in for a memory
    assert figures(summary) == (12, 12, 0, 0, 0)


async def test_a_cancelled_load_closes_its_file_and_resumes(bench: Bench) -> None:
    closed = []

    def rows() -> Iterator[Mapping[str, object]]:
        try:
            yield from (ticket(number) for number in range(1000))
        finally:
            closed.append(True)

    with anyio.CancelScope() as scope:
        loader = bench.loader()
        loader._on_progress = lambda tally: scope.cancel() if tally.inserted >= 8 else None
        await loader.load_tickets(rows())
    assert closed == [True]
    there = await bench.memory.vector.count(TicketFilter())
    assert 8 <= there < 1000
    summary = await bench.loader(batch_rows=128).load_tickets(ticket(number) for number in range(1000))
    assert figures(summary) == (1000, 1000 - there, 0, there, 0)


async def test_tenants_do_not_meet(bench: Bench) -> None:
    other = await created(bench.store, "globex")
    await bench.loader().load_tickets([ticket(1)])
    assert figures(await bench.loader(memory=other).load_tickets([ticket(1)])) == (1, 1, 0, 0, 0)
    hashes = [await one.vector.known_hashes(["T-1"]) for one in (bench.memory, other)]
    assert hashes[0]["T-1"] != hashes[1]["T-1"]


async def test_a_missing_tenant_is_an_error(any_store: MemoryStore, redactor: Redactor) -> None:
    memory = any_store.tenant(Tenant(tenant_id=tenant_id_of("none"), key="none", name="").tenant_id)
    bench = Bench(any_store, memory, redactor)
    with pytest.raises(Exception, match="tenant does not exist"):
        await bench.loader().load_tickets([ticket(1)])


async def test_values_are_canonical_in_the_hash(bench: Bench) -> None:
    row = ticket(1, csat="4", created_at="2025-03-02T00:00:00Z")
    await bench.loader().load_tickets([row])
    same = json.loads(json.dumps({**row, "csat": 4.0, "created_at": "2025-03-02T01:00:00+01:00"}))
    assert figures(await bench.loader().load_tickets([same])) == (1, 0, 0, 1, 0)
