"""Loads that are killed again and again, and a database that is: nothing may be lost or doubled.

    python bench/soak.py --minutes 10 --seed 1

Every round loads the sample's tickets into a new tenant. Each attempt is stopped after a random number of batches by
kill -9 of the loading process or of PostgreSQL; then the load goes on until it is through, and what is stored is held
against what was to be loaded, by export.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from moe_memorygraph.sample import generate_sample

COMMAND = (sys.executable, "-m", "moe_memorygraph.cli")
PATIENCE = 300  # seconds for one attempt


class Soak:
    def __init__(self, folder: Path, *, rows: int, rng: random.Random) -> None:
        self.home = folder / "home"
        self.rng = rng
        self.counts: Counter[str] = Counter()
        self.waits: list[float] = []
        self.environment = {**os.environ, "MEMORYGRAPH_HOME": str(self.home), "MEMORYGRAPH_LOG_LEVEL": "DEBUG"}
        self.environment.pop("DATABASE_URL", None)
        self.folder = folder
        self.rows = [dict(ticket.row()) for ticket in generate_sample(seed=1).tickets[:rows]]
        self.file = folder / "tickets.jsonl"
        self.file.write_text("".join(json.dumps(row) + "\n" for row in self.rows), encoding="utf-8")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def must(self, *words: str) -> str:
        done = self.run(*words)
        if done.returncode:
            raise SystemExit(f"{' '.join(words)} gave {done.returncode}: {done.stderr[-500:]}")
        return done.stdout

    def round(self, number: int) -> None:
        tenant = f"soak-{number}"
        self.must("tenant", "create", tenant)
        for _ in range(self.rng.randint(2, 5)):
            self.attempt(tenant)
        summary = json.loads(self.must("ingest", "tickets", str(self.file), "--tenant", tenant, "--json"))
        again = json.loads(self.must("ingest", "tickets", str(self.file), "--tenant", tenant, "--json"))
        self.check(summary["rejected"] == 0 and again["unchanged"] == len(self.rows), "a second load changed something")
        self.compare(tenant)
        self.counts["rounds"] += 1

    def attempt(self, tenant: str) -> None:
        """One load that is stopped after a random number of batches; it may also get through before."""
        victim = self.rng.choice(("loader", "postgres"))
        batches = self.rng.randint(1, 6)
        begin = time.monotonic()
        words = [*COMMAND, "ingest", "tickets", str(self.file), "--tenant", tenant, "--json"]
        with subprocess.Popen(
            words, env=self.environment, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            for line in process.stderr:
                batches -= "batch_written" in line
                if batches == 0:
                    self.kill(victim, process.pid)
                    break
            _, errors = process.communicate(timeout=PATIENCE)
        self.waits.append(time.monotonic() - begin)
        self.counts[f"killed {victim}" if batches == 0 else "ran through"] += 1
        self.counts[f"status {process.returncode}"] += 1
        said = (errors.strip().splitlines() or [""])[-1]
        sound = process.returncode in (0, -signal.SIGKILL) or (process.returncode == 1 and said.startswith("Error: "))
        self.check(sound, f"status {process.returncode}: {said}")

    def kill(self, victim: str, loader: int) -> None:
        if victim == "loader":
            os.kill(loader, signal.SIGKILL)
            return
        for file in self.home.rglob("postmaster.pid"):
            os.kill(int(file.read_text(encoding="utf-8").split()[0]), signal.SIGKILL)

    def compare(self, tenant: str) -> None:
        out = self.folder / f"export-{tenant}"
        self.must("tenant", "export", tenant, "--out", str(out))
        stored = [json.loads(line) for line in (out / "tickets.jsonl").read_text(encoding="utf-8").splitlines()]
        wanted = Counter(str(row["ticket_id"]) for row in self.rows)
        found = Counter(row["ticket_id"] for row in stored)
        self.check(found == wanted, f"{len(wanted - found)} lost, {len(found - wanted)} doubled or foreign")

    def check(self, holds: bool, otherwise: str) -> None:
        if not holds:
            raise SystemExit(f"FAILED after {dict(self.counts)}: {otherwise}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    end = time.monotonic() + 60 * arguments.minutes
    with tempfile.TemporaryDirectory(prefix="memorygraph-soak-") as folder:
        soak = Soak(Path(folder), rows=arguments.rows, rng=random.Random(arguments.seed))
        number = 0
        while time.monotonic() < end:
            soak.round(number)
            number += 1
            print(dict(soak.counts), flush=True)
    print(
        f"seed {arguments.seed}: nothing lost, nothing doubled; {dict(soak.counts)}; longest attempt {max(soak.waits):.1f} s"
    )


if __name__ == "__main__":
    main()
