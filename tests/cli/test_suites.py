"""`bench --suite`, from the published files to figures, over PostgreSQL and the shipped model."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.evaluation.suites import write_locomo, write_stackfaq

pytestmark = pytest.mark.postgres

FIGURES = {"recall@5", "recall@10", "recall@20", "hit@10", "all@10", "mrr", "ndcg@10"}


def test_conversations_are_loaded_asked_and_cross_validated(run: Run, tmp_path: Path) -> None:
    done = run("bench", "--suite", "locomo", write_locomo(tmp_path, "conv-1", "conv-2"), "--cross-validate", "--json")
    assert done.status == 0, done.err
    report = json.loads(done.out)
    assert (report["suite"], report["rows"], report["questions"]) == ("locomo", 20, 12)
    assert set(report["overall"]) == FIGURES
    assert report["overall"]["recall@5"] == 1
    assert set(report["by_category"]) == {"temporal", "open-domain", "single-hop"}
    assert report["weights_fitted_on_these"] == []
    assert report["weights_never_saw"] == ["conv-1", "conv-2"]
    assert report["cross_validated"]["overall"]["recall@5"] == 1
    for baseline in ("bm25", "dense", "rank_fusion"):
        assert report["baselines"][baseline]["overall"]["recall@20"] == 1
    assert 0 < report["search_ms"]["p50"] <= report["search_ms"]["p95"]


def test_documents_are_loaded_and_asked(run: Run, tmp_path: Path) -> None:
    done = run("bench", "--suite", "stackfaq", write_stackfaq(tmp_path))
    assert done.status == 0, done.err
    assert "2 rows, 2 questions; shipped weights, never fitted on any of this" in done.out
    assert "rank fusion" in done.out


def test_data_that_is_not_there_is_one_sentence(run: Run, tmp_path: Path) -> None:
    done = run("bench", "--suite", "locomo", tmp_path / "nowhere")
    assert (done.status, done.out) == (1, "")
    assert done.err.strip() == "Error: There is no file or folder 'nowhere'. Give the path of the suite's data."


@pytest.mark.parametrize("words", [["--suite", "locomo"], ["--suite", "nothing", "."], ["."], ["--cross-validate"]])
def test_a_suite_needs_its_name_and_its_path(run: Run, words: list[str]) -> None:
    done = run("bench", *words)
    assert done.status == 2
    assert "suite" in done.err
