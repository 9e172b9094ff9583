"""The command with a language model: what doctor finds, and that nothing depends on one."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest

from tests.cli.conftest import COMMAND, Run
from tests.llm.fake_endpoint import Received, Reply, completion, open_endpoint_server

KEY = "sk-not-for-any-log"


def call(environment: dict[str, str], folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    prefixed = {f"MEMORYGRAPH_{name.upper()}": value for name, value in variables.items()}
    return subprocess.run(
        [*COMMAND, *words], env={**environment, **prefixed}, cwd=folder, capture_output=True, text=True, check=False
    )


def language_model(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    [check] = [one for one in json.loads(done.stdout)["checks"] if one["name"] == "language model"]
    assert isinstance(check, dict)
    return check


def without_openai(folder: Path, environment: dict[str, str]) -> dict[str, str]:
    """An environment in which the package cannot be imported, as where the extra is not installed."""
    (folder / "openai.py").write_text("raise ImportError('not installed')\n")
    return {**environment, "PYTHONPATH": str(folder)}


@pytest.mark.parametrize(
    ("behave", "verdict", "words"),
    [
        (lambda _: completion('{"ok": true}'), "ok", "small answers"),
        (lambda _: Reply(status=401, body=b"{}"), "warning", "it refuses"),
        (lambda _: Reply(says_nothing=True), "warning", "no answer in time"),
        (lambda _: Reply(body=b"<html>"), "warning", "not as an OpenAI-compatible endpoint"),
    ],
    ids=["sound", "key", "silent", "html"],
)
async def test_doctor_asks_the_model_for_a_word(
    environment: dict[str, str], tmp_path: Path, behave: Callable[[Received], Reply], verdict: str, words: str
) -> None:
    async with open_endpoint_server(behave) as server:
        variables = {"llm_url": server.url, "llm_model": "small", "llm_key": KEY, "llm_timeout_sec": "2"}
        done = await anyio.to_thread.run_sync(
            lambda: call(environment, tmp_path, "doctor", "--json", log_level="DEBUG", **variables)
        )
    check = language_model(done)
    assert done.returncode == 0, done.stdout
    assert check["verdict"] == verdict
    assert words in check["found"]
    assert KEY not in done.stdout + done.stderr
    assert len(server.received) == 1


def test_doctor_says_that_no_model_is_needed(run: Run) -> None:
    [check] = [one for one in run("doctor", json=True).document()["checks"] if one["name"] == "language model"]
    assert (check["verdict"], check["found"]) == ("ok", "none: answers are written by rules")


def test_a_model_without_the_extra_is_refused_with_what_to_install(
    environment: dict[str, str], tenant: str, tmp_path: Path
) -> None:
    bare = without_openai(tmp_path, environment)
    variables = {"llm_url": "http://localhost:1/v1", "llm_model": "small"}
    asked = call(bare, tmp_path, "ask", "Why?", "--tenant", tenant, **variables)
    assert asked.returncode == 1
    assert "moe-memorygraph[llm]" in asked.stderr
    assert "Traceback" not in asked.stderr
    check = language_model(call(bare, tmp_path, "doctor", "--json", **variables))
    assert check["verdict"] == "problem"
    assert "moe-memorygraph[llm]" in check["advice"]


def test_without_a_model_the_extra_is_not_missed(environment: dict[str, str], tenant: str, tmp_path: Path) -> None:
    asked = call(without_openai(tmp_path, environment), tmp_path, "ask", "Why?", "--tenant", tenant, "--json")
    assert asked.returncode == 0, asked.stderr
    assert json.loads(asked.stdout)["abstained"]


async def test_a_key_that_can_be_read_on_the_way_is_pointed_out(environment: dict[str, str], tmp_path: Path) -> None:
    async with open_endpoint_server(lambda _: completion("{}")) as server:
        elsewhere = server.url.replace("127.0.0.1", "0.0.0.0")  # this machine, by a name that does not say so
        variables = {"llm_url": elsewhere, "llm_model": "small", "llm_key": KEY}
        done = await anyio.to_thread.run_sync(lambda: call(environment, tmp_path, "doctor", "--json", **variables))
    assert language_model(done)["verdict"] == "warning"
    assert "https" in language_model(done)["advice"]


async def test_extract_has_the_model_read_tickets_where_a_setting_asks_for_it(
    environment: dict[str, str], run: Run, tenant: str, tmp_path: Path
) -> None:
    said = "We are off to Initech in spring."
    row = {
        "ticket_id": "T-1",
        "customer": "Acme",
        "created_at": "2026-01-05",
        "body": f"Please cancel our plan. {said}",
    }
    (tmp_path / "tickets.jsonl").write_text(json.dumps(row))
    loaded = run("ingest", "tickets", tmp_path / "tickets.jsonl", tenant=tenant)
    assert loaded.status == 0, loaded.err
    fact = {"predicate": "competitor_mentioned", "value": "Initech", "quote": said}
    async with open_endpoint_server(lambda _: completion(json.dumps({"facts": [fact]}))) as server:
        variables = {"llm_url": server.url, "llm_model": "small"}

        async def extract(**more: str) -> dict[str, Any]:
            done = await anyio.to_thread.run_sync(
                lambda: call(environment, tmp_path, "extract", "--tenant", tenant, "--json", **variables, **more)
            )
            assert done.returncode == 0, done.stderr
            return dict(json.loads(done.stdout), seconds=0)

        assert (await extract())["read"] == 0
        assert server.received == []
        assert await extract(llm_extracts="true") == {"read": 1, "facts": 2, "left": 0, "seconds": 0}
        assert (await extract(llm_extracts="true"))["read"] == 0
    assert len(server.received) == 1
