"""The command that fits confidence, on records of answers that were judged before."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from moe_memorygraph.evaluation.provenance import is_sealed, moved_model
from moe_memorygraph.workflow.confidence import read_model
from tests.evaluation.test_calibrating import made_up

ROOT = Path(__file__).parents[2]


def fit(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    given = ("--home", folder / "home", "--records", folder / "records.json", "--out", folder / "weights.json")
    command = [sys.executable, ROOT / "scripts" / "fit_confidence.py", *given, *words]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, check=False, cwd=ROOT)


def rows(of: str, count: int, seed: int) -> list[dict[str, Any]]:
    found = []
    for place, one in enumerate(made_up(count, seed)):
        row = {"set": of, "group": f"{of} {place % 5}", "id": str(place), "kind": "policy", "hard": place % 50 == 0}
        found.append({**row, "right": one.right, "should_abstain": not one.right, "signs": dict(one.signs)})
    return found


@pytest.mark.soak
def test_one_command_fits_what_was_judged_and_checks_what_it_wrote(tmp_path: Path) -> None:
    kept = {f"world {seed}": rows("worlds", 400, seed) for seed in (7, 8, 9)} | {"sample": rows("sample", 100, 1)}
    (tmp_path / "records.json").write_text(json.dumps(kept), encoding="utf-8")
    words = ("--worlds", "7-8", "--held-out", "9")
    done = fit(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "worlds, held out, composed:" in done.stdout
    assert not (tmp_path / "home").exists()  # nothing had to be asked
    document = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert is_sealed(document)
    assert document["sets"][0]["answers"] == 800
    assert read_model(document).weights["document.similarity"] > 2.0
    assert fit(tmp_path, *words, "--check").returncode == 0

    done = fit(tmp_path, "--worlds", "7-9", "--check")
    assert (done.returncode, done.stderr.strip()) == (1, "weights.json: It was fitted on other answers.")
    document["weights"]["document"] += 0.5
    assert moved_model(json.loads((tmp_path / "weights.json").read_text(encoding="utf-8")), document) == (
        "Its document is 0.5000 off."
    )
    (tmp_path / "weights.json").write_text(json.dumps(document), encoding="utf-8")
    assert "changed after it was written" in fit(tmp_path, *words, "--check").stderr


def test_what_is_held_out_is_not_fitted_on(tmp_path: Path) -> None:
    done = fit(tmp_path, "--worlds", "7-9", "--held-out", "9-10")
    assert done.returncode == 2
    assert "held out" in done.stderr
