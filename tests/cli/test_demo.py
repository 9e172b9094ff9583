"""The guided tour, and how right its tenant's answers are: the floor that no change may fall under."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.postgres

FLOORS = {
    "right": 0.85,
    "claims_right": 0.88,
    "citations_supported": 1.0,
    "cited_as_expected": 0.85,
    "experts_as_expected": 0.95,
    "abstention_precision": 0.6,
    "abstention_recall": 0.8,
}
"""A little under what was measured; raise them when the answers get better."""


def test_the_tour_and_the_golden_questions(run: Run, environment: dict[str, str]) -> None:
    first = run("demo")
    assert first.status == 0, first.err
    assert first.out.count("· confidence") == 4
    for part in (
        "Why did Acme Corp churn?",
        "[1]",
        "memory://tickets/",
        "rule compliance_always",
        "claude mcp add",
        "mcpServers",
    ):
        assert part in first.out
    assert environment["MEMORYGRAPH_HOME"] in first.out
    again = run("demo")
    assert again.status == 0
    for kind in ("customers", "facts", "tickets", "knowledge"):
        (line,) = [line for line in again.out.splitlines() if line.startswith(f"{kind}: ")]
        assert "0 inserted, 0 updated" in line
    assert "patterns:" not in again.out
    golden = Path(environment["MEMORYGRAPH_HOME"]) / "sample" / "golden.jsonl"
    floors = [word for name, value in FLOORS.items() for word in ("--floor", f"{name}={value}")]
    scored = run("eval", golden, *floors, tenant="demo", json=True)
    report = scored.document()
    assert report["below_floors"] == [], report["wrong"]
    assert report["questions"] >= 60
    assert scored.status == 0
    # Asked again, every question gets the same answer, word for word, with the same citations.
    assert run("eval", golden, tenant="demo", json=True).document()["digest"] == report["digest"]
