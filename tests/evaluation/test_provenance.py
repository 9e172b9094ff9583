"""The shipped weights are what the sets that they name gave; a change of either is seen."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moe_memorygraph.cli.suites import read_suite
from moe_memorygraph.evaluation.provenance import Given, difference, is_sealed, record_of, weights_document
from moe_memorygraph.evaluation.suites import SuiteName, read_stackfaq, read_tau2
from moe_memorygraph.memory.ranking import DOCUMENTS, FITTED_ON, SHIPPED
from tests.evaluation.suites import write_known_items, write_locomo, write_stackfaq, write_tau2

ROOT = Path(__file__).parents[2]
SETS = Path(os.environ.get("MEMORYGRAPH_SHARED") or ROOT.parent / "shared") / "data"
REFIT = "MEMORYGRAPH_REFIT"


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    text = resources.files("moe_memorygraph.memory.ranking").joinpath("weights.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def paths_of(shipped: dict[str, Any]) -> list[tuple[SuiteName, Path]]:
    found = [(one["suite"], SETS / one["path"]) for one in shipped["sets"]]
    if missing := [path.name for _, path in found if not path.exists()]:
        pytest.skip(f"the sets that weights are fitted on are not on this machine: {', '.join(missing)}")
    return found


def test_the_shipped_weights_are_as_the_fit_wrote_them(shipped: dict[str, Any]) -> None:
    assert is_sealed(shipped)
    assert {one["suite"] for one in shipped["sets"]} == {"locomo", "known_item", "stackfaq", "tau2"}
    assert {mark for one in shipped["sets"] for mark in one["parts"]} == FITTED_ON
    assert all(f"--suite {one['suite']}={one['path']}" in shipped["origin"] for one in shipped["sets"])


def test_the_sets_beside_the_repository_are_those_that_were_fitted_on(shipped: dict[str, Any]) -> None:
    for recorded, (name, path) in zip(shipped["sets"], paths_of(shipped), strict=True):
        assert record_of((path, read_suite(name, path), recorded["share"])) == recorded


def test_the_sets_give_the_shipped_weights(shipped: dict[str, Any]) -> None:
    if not os.environ.get(REFIT):
        pytest.skip(f"fits all sets anew, which takes about ten minutes: set {REFIT}=1")
    suites = [word for name, path in paths_of(shipped) for word in ("--suite", f"{name}={path}")]
    done = fit(*suites, "--check")
    assert done.returncode == 0, done.stderr


def fit(*words: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / "fit_ranker.py"), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=1200, check=False, cwd=ROOT)


@pytest.mark.soak
@pytest.mark.postgres
def test_one_command_fits_all_sets_and_checks_what_it_wrote(tmp_path: Path) -> None:
    folders = {name: tmp_path / name for name in ("locomo", "known_item", "stackfaq", "tau2")}
    for folder in folders.values():
        folder.mkdir()
    write_locomo(folders["locomo"], "conv-1", "conv-2")
    write_known_items(folders["known_item"])
    write_stackfaq(folders["stackfaq"])
    write_tau2(folders["tau2"])
    suites = [word for name, folder in folders.items() for word in ("--suite", f"{name}={folder}")]
    out = tmp_path / "weights.json"
    done = fit(*suites, "--out", out)
    assert done.returncode == 0, done.stderr
    document = json.loads(out.read_text(encoding="utf-8"))
    assert is_sealed(document)
    assert [one["suite"] for one in document["sets"]] == list(folders)
    assert document["texts"]["weights"]["customer"] == 1.0
    assert document["texts"]["weights"]["similarity"] > 0
    assert str(tmp_path) not in out.read_text(encoding="utf-8")

    assert fit(*suites, "--out", out, "--check").returncode == 0
    out.write_text(out.read_text(encoding="utf-8").replace('"customer": 1.0', '"customer": 1.5'), encoding="utf-8")
    done = fit(*suites, "--out", out, "--check")
    assert done.returncode == 1
    assert "weights.json: It was changed after it was written." in done.stderr


@pytest.mark.soak
@pytest.mark.postgres
def test_a_dry_run_tells_each_set_out_of_fold_and_without_groups_of_features(tmp_path: Path) -> None:
    done = fit("--suite", f"locomo={write_locomo(tmp_path, 'conv-1', 'conv-2')}", "--dry-run", "--report", "--ablate")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "locomo (locomo2.json.gz), 12 questions"
    assert [line.partition(":")[0].strip() for line in lines[1:3]] == ["out of fold", "out of fold, open-domain"]
    groups = [line.removeprefix("without ") for line in lines if line.startswith("without ")]
    assert groups[:3] == ["nothing", "similarity of the passage", "words of the passage"]
    assert {"neighbours", "rest of the text", "who", "when", "form"} <= set(groups)
    figures = [line for line in lines if line.strip().startswith("locomo (locomo2.json.gz): recall@5 ")]
    assert len(figures) == len(groups)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--suite", "stackfaq=."], "missing: known_item, locomo, tau2"),
        (["--suite", "nothing=.", "--dry-run"], "no suite is called 'nothing'"),
    ],
)
def test_a_fit_needs_every_set_by_its_name(words: list[str], said: str) -> None:
    done = fit(*words)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.fixture
def given(tmp_path: Path) -> list[Given]:
    (tmp_path / "faq").mkdir()
    (tmp_path / "bank").mkdir()
    faq, bank = write_stackfaq(tmp_path / "faq"), write_tau2(tmp_path / "bank")
    return [(faq, read_stackfaq(faq), 1.0), (bank, read_tau2(bank), 0.5)]


def test_the_same_fit_differs_in_nothing_and_rounding_is_forgiven(given: list[Given]) -> None:
    document = weights_document(given, {"texts": SHIPPED, "documents": DOCUMENTS})
    assert difference(document, weights_document(given, {"texts": SHIPPED, "documents": DOCUMENTS})) == ""
    near = replace(SHIPPED, values=SHIPPED.values + 0.001)
    assert difference(document, weights_document(given, {"texts": near, "documents": DOCUMENTS})) == ""


def test_another_fit_is_told_by_its_sets_and_weights(given: list[Given]) -> None:
    both = {"texts": SHIPPED, "documents": DOCUMENTS}
    document = weights_document(given, both)
    path, suite, share = given[0]
    fewer = replace(suite, probes=suite.probes[:1])
    assert "questions, sha256" in difference(document, weights_document([(path, fewer, share), given[1]], both))
    assert "another stackfaq: share" in difference(document, weights_document([(path, suite, 0.1), given[1]], both))
    assert "on 2 sets, not 1" in difference(document, weights_document(given[:1], both))
    moved = DOCUMENTS.values + np.eye(len(DOCUMENTS.values))[3]
    fitted = weights_document(given, {**both, "documents": replace(DOCUMENTS, values=moved)})
    assert difference(document, fitted) == f"Its {DOCUMENTS.names[3]} of documents is 1.0000 off."
