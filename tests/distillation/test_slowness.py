"""Times to resolution where the newest tickets are not resolved yet: no haste is made of them, and slowness is found."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from moe_memorygraph.distillation import KEEP_Q, mine
from moe_memorygraph.memory.fakes import InMemoryTenant
from moe_memorygraph.memory.values import DataSpan, Pattern, Tenant, Ticket, tenant_id_of

BEGIN, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 12, 31, 12, tzinfo=UTC)
LAST_QUARTER = datetime(2025, 10, 1, tzinfo=UTC)


def tickets(seed: int, *, slower: float, count: int = 1600) -> list[Ticket]:
    """Two years as they are known at the end: what was resolved later is open. Typically three days, spread widely."""
    rng = np.random.default_rng(seed)
    found = []
    for number, at in enumerate(np.sort(rng.random(count))):
        created = BEGIN + at * (END - BEGIN)
        hours = 72 * np.exp(1.2 * rng.standard_normal()) * (slower if created >= LAST_QUARTER else 1.0)
        resolved = created + timedelta(hours=float(hours))
        found.append(
            Ticket(
                ticket_id=f"T-{number}",
                customer_id="acme",
                created_at=created,
                body="It broke.",
                resolved_at=resolved if resolved <= END else None,
                status="closed" if resolved <= END else "open",
            )
        )
    return found


async def slow(held: list[Ticket]) -> list[Pattern]:
    memory = InMemoryTenant(tenant_id_of("acme"), clock=lambda: END)
    memory.state.tenant = Tenant(tenant_id=memory.tenant_id, key="acme", name="Acme")
    await memory.vector.put_many(held)
    await memory.mining.refresh()
    mined = mine(await memory.mining.cells(), DataSpan(oldest=BEGIN, newest=END), customers=())
    return [one.pattern for one in mined.patterns if one.pattern.kind == "slow_resolution"]


def typical(held: list[Ticket], *, newest: bool) -> float:
    hours = [
        np.log((one.resolved_at - one.created_at) / timedelta(hours=1))
        for one in held
        if one.resolved_at is not None and (one.created_at >= LAST_QUARTER) == newest
    ]
    return float(np.exp(np.mean(hours)))


async def test_what_is_slow_is_found_in_the_newest_quarter_though_much_of_it_is_still_open() -> None:
    found = hidden = 0
    for seed in range(12):
        held = tickets(seed, slower=2.0)
        resolved_only = typical(held, newest=True) / typical(held, newest=False)
        for told in await slow(held):
            if told.period_start != LAST_QUARTER or told.customer_id is not None:
                continue
            assert told.rate_ratio is not None
            assert told.q_value is not None
            found += told.q_value <= KEEP_Q
            hidden += resolved_only < told.rate_ratio
            assert 1.3 < told.rate_ratio < 2.5  # what takes over thirty days counts as thirty
            assert "at least 30 days old, open ones as 30 days" in told.statement
    assert found >= 11
    assert hidden >= 9


async def test_where_nothing_became_slower_one_run_of_twenty_says_so_at_most() -> None:
    runs = [bool(await slow(tickets(100 + seed, slower=1.0))) for seed in range(40)]
    assert sum(runs) <= 2


@pytest.mark.parametrize("share", [0.1, 0.4])
async def test_where_most_times_are_not_recorded_nothing_is_told(share: float) -> None:
    """A field that nobody fills any more makes no ticket slow."""
    held = tickets(1, slower=1.0)
    rng = np.random.default_rng(1)
    kept = [
        one
        if one.created_at < LAST_QUARTER or rng.random() < share
        else Ticket(ticket_id=one.ticket_id, customer_id="acme", created_at=one.created_at, body="It broke.")
        for one in held
    ]
    assert await slow(kept) == []
