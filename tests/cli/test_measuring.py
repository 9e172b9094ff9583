"""The figures of `memorygraph bench`: complete, consistent with each other, and of the right things."""

import json
from typing import Any

import pytest

from moe_memorygraph.cli.measuring import BATCH, CONCURRENCY, STAGES
from tests.cli.conftest import Run

Report = dict[str, Any]

TOOLS = {"query_customer_intel", "search_tickets", "recall_ltm", "get_facts"}


@pytest.fixture(scope="module")
def report(run: Run) -> Report:
    document: Report = run("bench", rows=120, asks=4, json=True).document()
    return document


@pytest.mark.soak
def test_every_tool_stands_beside_its_floor(report: Report) -> None:
    assert {row["tool"] for row in report["tools"]} == TOOLS
    for row in report["tools"]:
        assert row["ratio"] == pytest.approx(row["p50"] / row["floor_ms"]["p50"], abs=0.02)
        assert row["n"] == row["floor_ms"]["n"] == 4


@pytest.mark.soak
def test_stages_are_named_and_none_is_longer_than_the_whole(report: Report) -> None:
    stages = report["stages_ms"]
    assert set(STAGES) <= {name.partition(":")[0] for name in stages} | {"experts"}
    assert any(name.startswith("expert:") for name in stages)
    assert all(times["p50"] <= stages["whole"]["p95"] for times in stages.values())


@pytest.mark.soak
def test_what_was_measured_stands_beside_the_figures(report: Report) -> None:
    assert report["planes"]["vector"] == 120
    assert report["planes"]["semantic"] > 0
    assert report["planes"]["knowledge"] > 0
    assert [row["clients"] for row in report["throughput"]] == list(CONCURRENCY)
    assert report["batch"]["questions"] == BATCH
    assert report["machine"]["cores"] >= 1
    assert report["recall_of_itself_at_10"] == 1.0
    json.dumps(report)


def test_rows_and_tenant_exclude_each_other(run: Run) -> None:
    outcome = run("bench", rows=100, tenant="t")
    assert outcome.status == 2
    assert "--rows makes a tenant of its own" in outcome.err
