"""The official conformance suite and the Inspector against our own server: `make conformance`.

Installs what it needs into .conformance: Node, from a wheel where there is none of version 22 or newer, the suite and
the Inspector. Prints a line per run and what failed; exit status 1 if anything did.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from node_tools import FOLDER, ROOT, Node, find_node, install, say

SUITES = {
    "conformance 0.1.16, suite all": ("conformance-0.1", ["--suite", "all"]),
    "conformance 0.2.0-alpha.12, 2025-11-25": ("conformance-0.2", ["--requirements", "2025-11-25"]),
    "conformance 0.2.0-alpha.12, 2026-07-28": ("conformance-0.2", ["--requirements", "2026-07-28"]),
}
LOOKS = {
    "tools, strict": ["tools/list", "--strict"],
    "prompts": ["prompts/list"],
    "resources": ["resources/list"],
    "templates": ["resources/templates/list"],
    "a call": ["tools/call", "--tool-name", "redact_pii", "--tool-arg", "text=jane@example.com"],
    "a resource": ["resources/read", "--uri", "memory://planes"],
    "a prompt": ["prompts/get", "--prompt-name", "account_health", "--prompt-args", "customer=Acme"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    name: str
    passed: bool
    counted: str
    said: str
    """What it printed, for one that failed."""


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The address of a server of ours that listens."""
    command = [sys.executable, "-m", "tests.conformance.serve", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                sys.exit("The server did not start.")
            yield url
        finally:
            process.terminate()


def run_suite(node: Node, name: str, url: str) -> Outcome:
    package, arguments = SUITES[name]
    program = FOLDER / "node_modules" / package / "dist" / "index.js"
    results = FOLDER / "results" / re.sub(r"[^a-z0-9]+", "-", name)
    shutil.rmtree(results, ignore_errors=True)
    done = node.run(node.program, str(program), "server", "--url", url, *arguments, "-o", str(results))
    scenarios = re.findall(r"^([✓✗]) (\S+): (\d+) passed, (\d+) failed", done.stdout, re.MULTILINE)
    unscored = set(re.findall(r"^\s+[✓✗] (\S+) \(extension\)", done.stdout, re.MULTILINE))
    counted = [row for row in scenarios if row[1] not in unscored]
    failed = [row[1] for row in counted if row[0] == "✗"]
    passed = sum(int(row[2]) for row in counted)
    return Outcome(
        name=name,
        passed=done.returncode == 0 and bool(counted) and not failed,
        counted=f"{len(counted) - len(failed)} of {len(counted)} scenarios, {passed} checks",
        said="\n".join([*failed, *_complaints(results, failed)]) or done.stdout[-2_000:] + done.stderr[-2_000:],
    )


def _complaints(results: Path, failed: Sequence[str]) -> Iterator[str]:
    for scenario in failed:
        for file in results.glob(f"server-{scenario}-*/checks.json"):
            for check in json.loads(file.read_text()):
                if check["status"] == "FAILURE":
                    yield f"  {check['id']}: {check.get('errorMessage')}"


def run_inspector(node: Node, name: str, target: Sequence[str]) -> Outcome:
    """What a client looks at, by the Inspector; the tools' schemas under its strict rules."""
    said = []
    for what, method in LOOKS.items():
        done = node.run(*node.bin("mcp-inspector"), "--cli", *target, "--method", *method, cwd=ROOT)
        if done.returncode:
            said.append(f"{what}: exit {done.returncode}\n{done.stdout[-1_000:]}{done.stderr[-2_000:]}")
    counted = f"{len(LOOKS) - len(said)} of {len(LOOKS)} looks clean"
    return Outcome(name=f"Inspector, {name}", passed=not said, counted=counted, said="\n".join(said))


def main() -> int:
    node = find_node()
    install(node)
    outcomes = []
    with served("--fixtures") as url:
        outcomes += [run_suite(node, name, url) for name in SUITES]
    with served() as url:
        for era in ("legacy", "modern"):
            target = [url, "--transport", "http", "--protocol-era", era]
            outcomes.append(run_inspector(node, f"HTTP, {era}", target))
    stdio = [sys.executable, "-m", "tests.conformance.serve", "--stdio"]
    outcomes.append(run_inspector(node, "stdio", stdio))
    for outcome in outcomes:
        say(f"{'ok    ' if outcome.passed else 'FAILED'}  {outcome.name}: {outcome.counted}")
        if not outcome.passed:
            say(outcome.said)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
