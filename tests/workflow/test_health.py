"""`customer_health`: a run whose numbers are counted, cited and stored."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.workflow.render import read_resource
from moe_memorygraph.workflow.values import Ask, RunResult
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
    assert text.startswith(f"# Health of Acme Corp: {answer['score']:.1f} of 100\n")
