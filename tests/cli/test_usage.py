"""Usage without a database: help, wrong usage, what is imported when."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, Run


def test_help_lists_what_works(run: Run) -> None:
    said = run("--help")
    assert said.status == 0
    for command in (
        "demo",
        "serve",
        "ask",
        "batch",
        "ingest",
        "distill",
        "tenant",
        "audit",
        "quarantine",
        "rollback",
        "key",
        "eval",
        "bench",
        "doctor",
        "migrate",
    ):
        assert f"  {command} " in said.out
    for command in ("gate", "models", "dashboard"):
        assert f"  {command} " not in said.out


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["ask", "Why?"],
        ["ask", "Why?", "--tenant", "t", "--as-of", "yesterday"],
        ["ingest", "cats", "cats.csv", "--tenant", "t"],
        ["ingest", "tickets", "x.csv", "--tenant", "t", "--map", "body"],
        ["ingest", "tickets", "x.csv", "--tenant", "t", "--preset", "other"],
        ["ingest", "customers", "x.csv", "--tenant", "t", "--preset", "cfpb"],
        ["batch", "x.json", "--tenant", "t", "--concurrency", "0"],
        ["tenant", "erase", "t", "--confirm", "other"],
        ["tenant", "erase", "t"],
        ["retention", "set", "attic", "30", "--tenant", "t"],
        ["retention", "set", "vector", "0", "--tenant", "t"],
        ["eval", "x.jsonl", "--tenant", "t", "--floor", "speed=1"],
        ["eval", "x.jsonl", "--tenant", "t", "--floor", "right=much"],
        ["eval"],
        ["eval", "x.jsonl"],
        ["eval", "--tenant", "t"],
        ["eval", "--generate", "many"],
        ["eval", "--generate", "-1"],
        ["eval", "--generate", "1", "--generate", "1"],
        ["eval", "x.jsonl", "--generate", "1"],
        ["eval", "--generate", "1", "--tenant", "t"],
        ["eval", "--generate", "1", "--floor", "right=much"],
        ["serve", "--transport", "pigeon"],
        ["serve"],
    ],
)
def test_wrong_usage_is_status_2(run: Run, words: list[str]) -> None:
    said = run(*words)
    assert (said.status, said.out) == (2, "")
    assert "Traceback" not in said.err
    assert said.err.strip()


@pytest.mark.parametrize(
    ("variable", "value"), [("MEMORYGRAPH_POOL_SIZE", "many"), ("MEMORYGRAPH_ABSTAIN_BELOW", "secret-7")]
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, variable: str, value: str) -> None:
    for words in (["doctor"], ["serve", "--tenant", "t"]):
        done = subprocess.run(
            [*COMMAND, *words],
            env={variable: value, "PATH": ""},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 1
        assert variable.removeprefix("MEMORYGRAPH_").lower() in done.stderr.lower()
        assert value not in done.stderr
        assert "Traceback" not in done.stderr


def test_nothing_heavy_is_imported_for_help_or_serve() -> None:
    code = (
        "import sys\n"
        "from moe_memorygraph.cli import main\n"
        "try: main([{words}])\n"
        "except SystemExit: pass\n"
        "heavy = {{'numpy', 'onnxruntime', 'asyncpg', 'pyarrow', 'presidio_analyzer', 'spacy', 'mcp'}}\n"
        "print(sorted(heavy & set(sys.modules)), 'typer' in sys.modules, file=sys.stderr)\n"
    )
    for words, typer in (("'--help'", True), ("'serve', '--help'", False)):
        done = subprocess.run(
            [sys.executable, "-c", code.format(words=words)], capture_output=True, text=True, check=True
        )
        assert done.stderr.strip().splitlines()[-1] == f"[] {typer}"
