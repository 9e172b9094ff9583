"""`memorygraph audit`: what commands did is listed, verified, and compared with anchors."""

import json
from pathlib import Path

import pytest

from moe_memorygraph.memory.values import tenant_id_of
from tests.cli.conftest import Run

pytestmark = pytest.mark.postgres


def test_what_was_done_is_listed_and_a_trail_that_was_cut_off_is_broken(run: Run, tenant: str, tmp_path: Path) -> None:
    (made,) = run("audit", "list", "--tenant", tenant, "--json").document()
    assert (made["action"], made["outcome"], made["seal"], made["place"]) == ("tenant.create", "ok", 1, 1)
    assert made["actor"].startswith("cli:")
    anchors = tmp_path / "anchors.jsonl"
    line = {
        "tenant": str(tenant_id_of(tenant)),
        "seal": 2,
        "hash": "0" * 64,
        "entries": 9,
        "at": "2025-01-01T00:00:00Z",
    }
    anchors.write_text(json.dumps(line) + "\n")
    broken = run("audit", "verify", "--tenant", tenant, "--anchors", anchors)
    assert broken.status == 1
    assert broken.sentence().endswith("at seal 2: The seal was anchored and is gone: the end of the chain was cut off.")
    whole = run("audit", "verify", "--tenant", tenant, "--json")
    assert (whole.status, whole.document()["whole"], whole.document()["entries"]) == (0, True, 1)
