"""Time from the start of the server process to its reply to `initialize`, over stdio.

    python bench/handshake.py --tenant demo [--home FOLDER] [--runs 5] [--json]

Each run starts a fresh process, as an agent does, and also times the first answer of `query_customer_intel`, asked as
soon as hands are shaken: it waits for the database, the model and the tenant's view. `import` is what the same interpreter needs for `import mcp.server` alone: the
part of the handshake that is not ours; machines and their load cancel out in the ratio. `resident` is what the server
holds in memory once it has answered and rested a second, without PostgreSQL (Linux only).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REST = 1.0  # seconds from the first answer to the look at what the process holds

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "bench", "version": "1"},
    },
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
QUESTION = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "query_customer_intel", "arguments": {"question": "Why do customers complain?"}},
}


def measure(tenant: str, environment: dict[str, str]) -> dict[str, float]:
    """One process: milliseconds to the handshake and to the first answer, and what it holds then."""
    script = "from moe_memorygraph.cli import main; main()"
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", script, "serve", "--tenant", tenant],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    try:
        exchange(process, INITIALIZE)
        handshake = time.perf_counter() - begin
        answer = exchange(process, INITIALIZED, QUESTION)
        first_answer = time.perf_counter() - begin
        if answer["result"].get("isError"):
            sys.exit(f"The server cannot answer: {answer['result']['content'][0]['text']}")
        time.sleep(REST)
        held = resident_mb(process.pid)
    finally:
        process.communicate(timeout=60)
    return {"handshake_ms": handshake * 1000, "first_answer_ms": first_answer * 1000, "resident_mb": held}


def resident_mb(process: int) -> float:
    """Resident memory of a process in MB; nan where the system does not say."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def exchange(process: subprocess.Popen[bytes], *messages: dict[str, Any]) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    for message in messages:
        process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()
    reply: dict[str, Any] = json.loads(process.stdout.readline())
    return reply


def import_of_the_sdk(environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import mcp.server"], check=True, env=environment)
    return (time.perf_counter() - begin) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the handshake of a fresh server process.")
    parser.add_argument("--tenant", required=True, help="a tenant that exists")
    parser.add_argument("--home", help="MEMORYGRAPH_HOME; default: the environment's")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    environment = {**os.environ, **({"MEMORYGRAPH_HOME": options.home} if options.home else {})}
    measure(options.tenant, environment)  # warms the disk cache and starts PostgreSQL, as any earlier use does
    runs = [
        {**measure(options.tenant, environment), "import_ms": import_of_the_sdk(environment)}
        for _ in range(options.runs)
    ]
    medians = {name: round(statistics.median(run[name] for run in runs), 1) for name in runs[0]}
    report = {
        "runs": options.runs,
        "median": medians,
        "all": [{k: round(v, 1) for k, v in run.items()} for run in runs],
    }
    if options.json:
        print(json.dumps(report))
        return
    print(f"median of {options.runs}, in milliseconds")
    print(f"  start to initialize reply   {medians['handshake_ms']:8.0f}")
    print(f"  start to first answer       {medians['first_answer_ms']:8.0f}")
    print(f"  import mcp.server alone     {medians['import_ms']:8.0f}")
    print(f"resident after the first answer, MB: {medians['resident_mb']:.0f}")


if __name__ == "__main__":
    main()
