"""`memorygraph limit`: set, kept to by a load, listed with what was used, and taken back."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.postgres


def test_a_load_keeps_to_the_day_and_the_list_says_so(run: Run, tenant: str, tmp_path: Path) -> None:
    made = run("limit", "set", "rows_per_day=5", "calls_per_second=unlimited", "--tenant", tenant)
    assert made.status == 0, made.err
    assert "Running servers keep to it within 5 seconds." in made.out
    file = tmp_path / "facts.jsonl"
    rows = [{"subject": f"Company {n}", "predicate": "owner", "object": "Ann"} for n in range(8)]
    file.write_text("\n".join(map(json.dumps, rows)))
    loaded = run("ingest", "facts", file, "--tenant", tenant, "--json")
    assert loaded.status == 3, loaded.err
    summary = loaded.document()
    assert (summary["read"], summary["inserted"]) == (5, 5)
    assert "Try again in" in summary["stopped"]
    listed = run("limit", "list", "--tenant", tenant, "--json").document()
    by_name = {row["limit"]: row for row in listed["limits"]}
    assert by_name["rows_per_day"] == {"limit": "rows_per_day", "most": 5, "is_own": True, "used": 5, "denied": 3}
    assert (by_name["calls_per_second"]["most"], by_name["calls_per_day"]["is_own"]) == (None, False)
