"""How long `memorygraph batch` takes: opening, and asking all questions of a file.

    python bench/batch.py QUESTIONS --tenant demo [--home FOLDER] [--runs 3] [--concurrency 20] [--json]

QUESTIONS is what `batch` takes, or golden questions, of which the first `--first` are asked. Every run is a process of
its own, as a user's is; the medians are shown. Questions asked at the same time share embeddings of up to eight, one
view of the tenant and the transactions that store them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def questions_of(path: Path, first: int) -> list[str]:
    """The first questions of a list or of lines, as texts or as objects with `question`."""
    text = path.read_text(encoding="utf-8")
    entries = json.loads(text) if path.suffix == ".json" else [json.loads(line) for line in text.splitlines() if line]
    return [one if isinstance(one, str) else one["question"] for one in entries][:first]


def run_once(file: Path, options: argparse.Namespace) -> dict[str, Any]:
    script = "from moe_memorygraph.cli import main; main()"
    home = {"MEMORYGRAPH_HOME": options.home} if options.home else {}
    command = ["batch", str(file), "--tenant", options.tenant, "--concurrency", str(options.concurrency), "--json"]
    done = subprocess.run(
        [sys.executable, "-c", script, *command],
        env={**os.environ, **home},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure memorygraph batch.")
    parser.add_argument("questions", type=Path)
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--home", help="MEMORYGRAPH_HOME; default: the environment's")
    parser.add_argument("--first", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--runs", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--concurrency", type=int, default=20, help="default: %(default)s")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    questions = questions_of(options.questions, options.first)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "questions.json"
        file.write_text(json.dumps(questions), encoding="utf-8")
        runs = [run_once(file, options) for _ in range(options.runs)]
    opening = statistics.median(run["opening_seconds"] for run in runs)
    asking = statistics.median(run["seconds"] - run["opening_seconds"] for run in runs)
    row = {
        "questions": len(questions),
        "answered": min(run["answered"] for run in runs),
        "concurrency": options.concurrency,
        "opening_s": round(opening, 3),
        "asking_s": round(asking, 3),
        "questions_per_s": round(len(questions) / asking, 1),
    }
    print(json.dumps(row) if options.json else "  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
