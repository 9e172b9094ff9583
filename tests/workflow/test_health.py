"""`customer_health`: a run whose numbers are counted, cited and stored."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import TicketFilter
from moe_memorygraph.workflow.render import read_resource
from moe_memorygraph.workflow.values import Ask, RunResult
from tests.memory.samples import ticket, told
from tests.workflow.test_engine import NOW, World, world

__all__ = ["world"]

ASK = Ask(tool="customer_health", text="How does it fare?", customer="Acme Corp", limit=12)


async def measured(world: World, **changes: object) -> RunResult:
    return await world.workflow.health(world.memory, Ask(**{**_fields(ASK), **changes}))  # type: ignore[arg-type]


def _fields(ask: Ask) -> dict[str, object]:
    return {name: getattr(ask, name) for name in ask.__slots__}


async def test_the_drivers_add_up_and_every_citation_opens(world: World) -> None:
    answer = (await measured(world)).envelope
    assert answer["customer"] == "acme"
    assert answer["score"] == pytest.approx(answer["start"] + sum(one["points"] for one in answer["drivers"]))
    assert answer["period"].endswith("/2025-10-07T00:00:00Z")  # the archive ended a hundred days ago, on the 6th
    assert answer["compared_with"] == 2
    assert answer["citations"][0]["quote"] == answer["drivers"][0]["sentence"]
    for citation in answer["citations"]:
        assert citation["quote"] in (await read_resource(world.memory, citation["uri"], now=NOW)).text
        assert f"[{citation['id']}]" in answer["report"]
    assert {"SemanticQuery", "LTMRecall"} & set(answer["gate"]["experts_run"])


async def test_the_timeline_is_of_twelve_months_to_the_end_of_the_window(world: World) -> None:
    answer = (await measured(world)).envelope
    months = answer["timeline"]
    assert [one["month"] for one in months] == [
        *(f"2024-{n}" for n in (11, 12)),
        *(f"2025-{n:02d}" for n in range(1, 11)),
    ]
    written = await world.memory.vector.count_by("month", TicketFilter(customer_ids=("acme",)))
    assert {one["month"]: one["tickets"] for one in months if one["tickets"]} == {one.key: one.count for one in written}
    assert [one["month"] for one in months if one["scored"]] == ["2025-07", "2025-08", "2025-09", "2025-10"]
    assert answer["name"] == "Acme Corp"
    quotes = {one["id"]: one["quote"] for one in answer["citations"]}
    assert all(quotes[driver["citation"]] == driver["sentence"] for driver in answer["drivers"])


async def test_warnings_are_counted_by_month_as_far_as_they_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quote = "We are leaving."
    for number, day in enumerate(("2025-03-05", "2025-09-02", "2025-09-20"), 1):
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        intent = told(f"W-{number}", "cancellation_intent", "leaving", quote, customer_id="acme", valid_from=at)
        await world.memory.vector.put_many([ticket(f"W-{number}", quote, customer="acme", told=(intent,))])

    async def warnings() -> dict[str, int | None]:
        return {one["month"]: one["warnings"] for one in (await measured(world)).envelope["timeline"]}

    assert {month: count for month, count in (await warnings()).items() if count} == {"2025-03": 1, "2025-09": 2}
    monkeypatch.setattr("moe_memorygraph.workflow.health._MOST_TOLD", 2)
    known = {month: count for month, count in (await warnings()).items() if count is not None}
    assert known == {"2025-10": 0}  # September may have had more


async def test_the_run_is_stored_with_what_it_measured(world: World) -> None:
    answer = (await measured(world)).envelope
    run = await world.memory.runs.get(UUID(answer["run_id"]))
    assert run is not None
    assert run.tool == "customer_health"
    assert list(run.computed) == [one["sentence"] for one in answer["drivers"]]
    assert run.envelope["score"] == answer["score"]


async def test_the_window_ends_where_it_is_told_to(world: World) -> None:
    answer = (await measured(world, until=datetime(2025, 11, 1, tzinfo=UTC))).envelope
    assert answer["period"] == "2025-08-03T00:00:00Z/2025-11-01T00:00:00Z"
    assert answer["compared_with"] == 2
    volume = next(one for one in answer["drivers"] if one["name"] == "volume")
    assert volume["support"] == 12  # ten in the window, two in spring


async def test_a_customer_that_nobody_knows_has_no_health(world: World) -> None:
    with pytest.raises(NotFound):
        await measured(world, customer="Initech")
    with pytest.raises(NotFound):
        await read_resource(world.memory, memory_uri("health", "Initech"), now=NOW)


async def test_the_resource_says_what_the_tool_says(world: World) -> None:
    answer = (await measured(world)).envelope
    text = (await read_resource(world.memory, memory_uri("health", "acme"), now=NOW)).text
    assert f"\n# Health of Acme Corp: {answer['score']:.1f} of 100\n" in text
