"""How customers fared in a window of time: the contract of `TicketMemory.figures`, for every store."""

from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import CustomerFigures, Fact, TicketFilter, TicketMeasures
from tests.memory.samples import DAY, NOW, an_id, ticket

WINDOW = {"before": NOW - 30 * DAY, "since": NOW - 10 * DAY, "until": NOW}


def told(ticket_id: str, predicate: str) -> Fact:
    return Fact(
        fact_id=an_id(f"{ticket_id} {predicate}"),
        subject="C-1",
        predicate=predicate,
        object="yes",
        statement="We leave.",
        customer_id="C-1",
        confidence=0.8,
        valid_from=NOW - DAY,
        source="ticket",
        ticket_id=ticket_id,
        quote_start=0,
        quote_stop=9,
    )


async def test_figures_of_a_window_and_of_the_time_before(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [
            ticket("T-1", "We leave.", at=NOW - DAY, csat=1.0, told=(told("T-1", "cancellation_intent"),)),
            ticket("T-2", "Slow", at=NOW - 2 * DAY, priority="Urgent", resolved_at=NOW - DAY, status="closed"),
            ticket("T-3", "Slow", at=NOW - 3 * DAY, csat=4.0, priority="low", resolved_at=NOW, status="Resolved"),
            ticket("T-4", "Praise", at=NOW - 10 * DAY, status="open", told=()),
            ticket("T-5", "Earlier", at=NOW - 11 * DAY, csat=5.0, priority="urgent", status="open"),
            ticket("T-6", "Too early", at=NOW - 31 * DAY),
            ticket("T-7", "Too late", at=NOW),
            ticket("T-8", "Only before", customer="C-2", at=NOW - 20 * DAY),
            ticket("T-9", "Outside", customer="C-3", at=NOW - 40 * DAY),
        ]
    )
    found = await memory.vector.figures(**WINDOW, warnings=("cancellation_intent",))
    assert found == [
        CustomerFigures(
            customer_id="C-1",
            tickets=4,
            earlier=1,
            rated=2,
            csat=2.5,
            ranked=2,
            urgent=1,
            resolved=2,
            hours=48.0,
            with_status=3,
            unsettled=1,
            warning=1,
        ),
        CustomerFigures(
            customer_id="C-2",
            tickets=0,
            earlier=1,
            rated=0,
            csat=None,
            ranked=0,
            urgent=0,
            resolved=0,
            hours=None,
            with_status=0,
            unsettled=0,
            warning=0,
        ),
    ]
    (without, _) = await memory.vector.figures(**WINDOW, warnings=("praise",))
    assert without.warning == 0


async def test_a_tenant_without_tickets_has_no_figures(memory: TenantMemory) -> None:
    assert await memory.vector.figures(**WINDOW, warnings=()) == []


async def test_measures_of_what_fits(memory: TenantMemory) -> None:
    await memory.vector.put_many(
        [
            ticket("T-1", "a", csat=1.0, category="billing", resolved_at=NOW + 3 * DAY),
            ticket("T-2", "b", csat=5.0, category="billing", resolved_at=NOW + DAY),
            ticket("T-3", "c", csat=3.5, category="login"),
            ticket("T-4", "d", category="billing", resolved_at=NOW - DAY),
        ]
    )
    assert await memory.vector.measures(TicketFilter(categories=("billing",))) == TicketMeasures(
        total=3, rated=2, mean_csat=3.0, median_csat=3.0, resolved=2, mean_hours=48.0, median_hours=48.0
    )
    assert (await memory.vector.measures(TicketFilter())).median_csat == 3.5
    assert await memory.vector.measures(TicketFilter(customer_ids=("C-9",))) == TicketMeasures()
