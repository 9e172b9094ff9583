"""Distilling over both stores: patterns are found, cite their tickets, are searchable, and stay when nothing changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from moe_memorygraph.distillation import distill
from moe_memorygraph.embedding import HashEmbedder
from moe_memorygraph.embedding.ports import Vectors
from moe_memorygraph.memory.fakes import InMemoryTenant
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Customer, PatternFilter, Ticket, TicketFilter

NOW = datetime(2026, 1, 15, tzinfo=UTC)
EMBEDDER = HashEmbedder(dimension=64)


def tickets(category: str, start: datetime, days: int, per_day: float) -> list[Ticket]:
    count = round(days * per_day)
    return [
        Ticket(
            ticket_id=f"{category}-{start:%Y%m%d}-{number}",
            customer_id="acme",
            created_at=start + timedelta(days=number * days / count),
            body="It does not work.",
            category=category,
        )
        for number in range(count)
    ]


class CountingEmbedder(HashEmbedder):
    texts = 0

    async def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        return await super().embed_passages(texts)


async def plant(memory: TenantMemory) -> None:
    """A year of calm, then three times as many billing tickets."""
    await memory.customers.put_many([Customer(customer_id="acme", name="Acme Corp")])
    for category, rate in (("billing", 0.4), ("support", 1.0)):
        await memory.vector.put_many(tickets(category, datetime(2025, 1, 1, tzinfo=UTC), 273, rate))
    await memory.vector.put_many(tickets("support", datetime(2025, 10, 1, tzinfo=UTC), 92, 1.0))
    await memory.vector.put_many(tickets("billing", datetime(2025, 10, 1, tzinfo=UTC), 92, 1.2))


async def test_a_planted_change_becomes_a_pattern_with_its_tickets(memory: TenantMemory) -> None:
    await plant(memory)
    summary = await distill(memory, EMBEDDER, now=NOW)
    assert summary.tickets == 109 + 273 + 92 + 110
    assert summary.inserted == summary.patterns > 0
    q4 = PatternFilter(
        customer_ids=("acme",), topics=("billing",), kind="level_change", since=datetime(2025, 10, 1, tzinfo=UTC)
    )
    (pattern,) = await memory.ltm.for_scope(q4, limit=10)
    assert pattern.statement.startswith(
        "Billing tickets of Acme Corp rose 202.8 % in Q4 2025: 110 against 36.3 a quarter in Q1 to Q3 2025"
    )
    assert pattern.confidence > 0.9
    assert pattern.mined_at == NOW
    assert pattern.expires_at is not None
    assert pattern.expires_at > NOW
    wanted = TicketFilter(customer_ids=("acme",), categories=("billing",), since=datetime(2025, 10, 1, tzinfo=UTC))
    assert list(pattern.evidence) == await memory.vector.ids(wanted, limit=20)
    assert len(pattern.evidence) == 20
    query = await EMBEDDER.embed_query("Billing tickets of Acme Corp rose in Q4 2025")
    (hit,) = await memory.ltm.search(text="", embedding=query, filters=PatternFilter(), limit=1)
    assert hit.pattern.pattern_id == pattern.pattern_id


async def test_only_what_means_something_new_is_embedded(memory: TenantMemory) -> None:
    await plant(memory)
    first = CountingEmbedder(dimension=64)
    summary = await distill(memory, first, now=NOW)
    assert first.texts == summary.patterns
    again = CountingEmbedder(dimension=64)
    await memory.vector.put_many(tickets("outage", datetime(2025, 11, 1, tzinfo=UTC), 30, 3.0))
    summary = await distill(memory, again, now=NOW)
    # Of November, and those in the week after; in PostgreSQL all since the oldest transaction that was open the first
    # time, anybody's on the server.
    assert 90 < summary.recounted < (300 if isinstance(memory, InMemoryTenant) else summary.tickets + 1)
    assert 0 < again.texts < summary.patterns
    assert len(await memory.ltm.embedded()) == summary.patterns


async def test_again_without_new_tickets_changes_nothing(memory: TenantMemory) -> None:
    await plant(memory)
    first = await distill(memory, EMBEDDER, now=NOW)
    second = await distill(memory, EMBEDDER, now=NOW + timedelta(days=1))
    assert (second.inserted, second.updated, second.unchanged) == (0, 0, first.patterns)


async def test_patterns_follow_the_tickets(memory: TenantMemory) -> None:
    await plant(memory)
    await distill(memory, EMBEDDER, now=NOW)
    before = {one.pattern_id: one for one in await memory.ltm.for_scope(PatternFilter(), limit=1000)}
    await memory.vector.put_many(tickets("outage", datetime(2025, 11, 1, tzinfo=UTC), 30, 3.0))
    summary = await distill(memory, EMBEDDER, now=NOW)
    after = {one.pattern_id: one for one in await memory.ltm.for_scope(PatternFilter(), limit=1000)}
    assert summary.patterns == len(after)
    assert summary.inserted == len(after.keys() - before.keys()) > 0
    new = {one.statement.split(":")[0] for key, one in after.items() if key not in before}
    assert "Outage tickets of Acme Corp appeared for the first time in Q4 2025" in new


async def test_a_vanished_topic_cites_the_tickets_that_were(memory: TenantMemory) -> None:
    await memory.vector.put_many(tickets("support", datetime(2025, 1, 1, tzinfo=UTC), 365, 1.0))
    await memory.vector.put_many(tickets("login", datetime(2025, 4, 1, tzinfo=UTC), 91, 0.5))
    await distill(memory, EMBEDDER, now=NOW)
    gone = [
        one
        for one in await memory.ltm.for_scope(PatternFilter(topics=("login",)), limit=50)
        if one.count == 0 and one.customer_id == "acme"
    ]
    assert gone[0].change_pct == -100
    assert all(ticket.startswith("login-") for ticket in gone[0].evidence)
    assert gone[0].evidence


async def test_an_empty_tenant_has_no_patterns(memory: TenantMemory) -> None:
    summary = await distill(memory, EMBEDDER, now=NOW)
    assert (summary.tickets, summary.patterns) == (0, 0)
    assert await memory.ltm.for_scope(PatternFilter(), limit=5) == []
