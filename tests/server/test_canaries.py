"""Nothing that a busy run leaves beside its database holds anybody's words: every word of it is a canary, and all is searched.

Searched are the processes' stderr, the folder they work in with what they leave there for the time being, the home, and
in it PostgreSQL's own log. Not the database itself, nor what a command was asked to write.
"""

import json
import os
import secrets
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from moe_memorygraph.audit import AuditKeys, verify
from moe_memorygraph.memory.postgres import PostgresStore, open_store
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.values import Tenant, tenant_id_of
from moe_memorygraph.server.auth.keys import new_key, seal_of
from moe_memorygraph.server.secret import load_secret
from moe_memorygraph.settings import Settings
from tests.memory.postgres.support import superuser
from tests.server.processes import PATIENCE, environment

pytestmark = pytest.mark.postgres

NOT_SEARCHED = {"cluster"}
"""Of the home: the database."""

FAILING = """
import sys
from moe_memorygraph.experts import VectorRetrieve
from moe_memorygraph.workflow.engine import Workflow
gather = VectorRetrieve.gather
async def sometimes_fail(self, question, memory):
    if "wait" in question.text:
        raise RuntimeError("cannot read " + question.text)
    return await gather(self, question, memory)
VectorRetrieve.gather = sometimes_fail
ask = Workflow.ask
async def sometimes_crash(self, memory, given, **more):
    if "crash" in given.text:
        raise ValueError(given.text)
    return await ask(self, memory, given, **more)
Workflow.ask = sometimes_crash
from moe_memorygraph.cli import main
main()
"""
"""A server whose search fails, and whose workflow crashes, when a question says so; both quote it."""


@dataclass(slots=True)
class Canaries:
    """Words that nobody else says, by what they stand for."""

    words: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        letters = "".join(secrets.choice(string.ascii_lowercase) for _ in range(12))
        return self.words.setdefault(name, f"Zq{letters}")

    def found_in(self, *places: Path) -> dict[str, set[str]]:
        """Which stand in which files below these places."""
        found: dict[str, set[str]] = {}
        for file in (file for place in places for file in files_below(place)):
            text = file.read_bytes().lower()
            for name, word in self.words.items():
                if word.lower().encode() in text or word.lower() in str(file).lower():
                    found.setdefault(name, set()).add(file.name)
        return found


def files_below(place: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(place):
        folders[:] = [name for name in folders if name not in NOT_SEARCHED]
        yield from (Path(folder, name) for name in names if Path(folder, name).is_file())


@dataclass(frozen=True, slots=True)
class Place:
    """Where processes of the test work: their folder, what they say, and what they leave for the time being."""

    home: Path
    folder: Path

    def start(self, name: str, *arguments: str, code: str = FAILING, **variables: str) -> subprocess.Popen[str]:
        temporary = self.folder / "tmp"
        temporary.mkdir(exist_ok=True)
        with (self.folder / f"{name}.stderr").open("w") as stderr:
            return subprocess.Popen(
                [sys.executable, "-c", code, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                cwd=self.folder,
                env=environment(
                    self.home, TMPDIR=str(temporary), MEMORYGRAPH_LOG_LEVEL="DEBUG", PYTHONFAULTHANDLER="1", **variables
                ),
            )

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.stderr").read_text()


def port_of(place: Place, process: subprocess.Popen[str]) -> int:
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE)
    while "Serving " not in place.said("http"):
        assert process.poll() is None, place.said("http")
        assert datetime.now(UTC) < deadline
    return int(place.said("http").split("http://127.0.0.1:")[1].split("/")[0])


def call(tool: str, **arguments: Any) -> dict[str, Any]:
    return {"method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def busy(url: str, key: str, revoked: str, said: Canaries) -> dict[str, Any]:
    """All that clients do and try, each with words of its own; the answers, by what was asked."""
    headers = {"accept": "application/json, text/event-stream", "mcp-protocol-version": "2025-06-18"}
    good = {**headers, "authorization": f"Bearer {key}"}
    ticket = {"ticket_id": said["ticket id"], "customer": said["customer"], "created_at": "2025-01-02"}
    cited = {"body": f"{said['ticket']} is too slow, write to {said['name']}@example.com", "subject": said["subject"]}
    requests = {
        "customer": call("create_customer", customer_id=said["customer id"], name=said["customer"]),
        "tickets": call("ingest_tickets", tickets=[{**ticket, **cited}, {**ticket, "created_at": said["no date"]}]),
        "fact": call("record_fact", subject=said["customer"], predicate="owner", object=said["fact"], source="crm"),
        "turn": call("remember", session_id=said["session"], role="user", text=said["turn"]),
        "question": call("query_customer_intel", question=f"Why does {said['question']} wait?", session_id="s"),
        "model": call("query_customer_intel", question=f"Who is the owner of {said['customer']}?"),
        "crash": call("query_customer_intel", question=f"Does {said['crash']} crash?"),
        "tickets found": call("search_tickets", query=said["query"], customer=said["customer"]),
        "no customer": call("search_tickets", query="slow", customer=said["no customer"]),
        "no argument": call("search_tickets", query="slow", **{said["no argument"]: said["no value"]}),
        "wrong type": call("search_tickets", query=[said["wrong type"]], limit=said["wrong number"]),
        "no cursor": call("search_tickets", query="slow", cursor=said["no cursor"]),
        "too long": call("query_customer_intel", question=said["too long"] * 2_000),
        "nul": call("record_fact", subject=said["nul"], predicate="owner", object="\0\ud800", source=said["source"]),
        "no tool": call(said["no tool"], question=said["no tool's argument"]),
        "redact": call("redact_pii", text=f"{said['redacted']} 4111 1111 1111 1111"),
        "unconfirmed": call("forget_customer", customer=said["customer"]),
        "reply": call("draft_reply", customer=said["customer"], message=said["message"]),
        "no resource": {"method": "resources/read", "params": {"uri": f"memory://tickets/{said['no ticket']}"}},
        "no uri": {"method": "resources/read", "params": {"uri": f"file:///{said['no uri']}"}},
        "no prompt": {"method": "prompts/get", "params": {"name": said["no prompt"]}},
        "no method": {"method": said["no method"], "params": {said["no parameter"]: 1}},
        "completion": {
            "method": "completion/complete",
            "params": {
                "ref": {"type": "ref/prompt", "name": "account_health"},
                "argument": {"name": "customer", "value": said["completion"]},
            },
        },
    }
    answers: dict[str, Any] = {}
    with httpx2.Client(base_url=url, timeout=PATIENCE) as client:
        for number, (name, request) in enumerate(requests.items()):
            body = json.dumps({"jsonrpc": "2.0", "id": number, **request})
            typed = {**good, "content-type": "application/json"}
            answers[name] = client.post("/mcp", content=body, headers=typed).text
        for name, shown in {"made-up key": f"mg_{said['made-up key']}", "token": f"{said['token']}.e30.x"}.items():
            denied = {**headers, "authorization": f"Bearer {shown}"}
            answers[name] = client.post("/mcp", json=call("remember"), headers=denied).status_code
        denied = {**headers, "authorization": f"Bearer {revoked}"}
        answers["revoked"] = client.post("/mcp", json=call("remember"), headers=denied).status_code
        client.post("/mcp", content=f'{{"{said["no json"]}', headers={**good, "content-type": "application/json"})
        client.get(f"/{said['no path']}?{said['no parameter of a path']}=1", headers={"x-header": said["header"]})
        client.get("/healthz", headers={"host": said["host"]})
        client.post("/mcp", json=call("remember"), headers={**good, "origin": f"https://{said['origin']}.example"})
    return answers


def audit_of(answer: str) -> dict[str, Any]:
    audit: dict[str, Any] = json.loads(answer)["result"]["structuredContent"]["audit"]
    return audit


def quit_talk(place: Place, tenant: str, said: Canaries) -> None:
    """Over pipes, without a database: a line without sense, a call, and an end in the middle of a line."""
    url = f"postgresql://{said['user']}:{said['password']}@127.0.0.1:9/{said['database']}"
    with place.start("stdio", "serve", "--tenant", tenant, DATABASE_URL=url) as process:
        first = {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": said["client"], "version": "1"},
        }
        lines = [
            json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": first}),
            json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}),
            said["no message"],
            json.dumps({"jsonrpc": "2.0", "id": 2, **call("search_tickets", query=said["over pipes"])}),
        ]
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.flush()
        answers = "".join(process.stdout.readline() for _ in range(3))
        assert "unavailable: The database" in answers
        process.stdin.write(f'{{"jsonrpc": "2.0", "{said["half a line"]}')
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


@pytest.fixture
async def store(embedded_home: Path, embedded_server: EmbeddedServer) -> Any:
    async with open_store(embedded_server, pool_size=2) as store:
        yield store


async def test_what_a_busy_run_leaves_holds_nobodys_words(
    embedded_home: Path, embedded_server: EmbeddedServer, store: PostgresStore, tmp_path: Path
) -> None:
    said, place, tenant = Canaries(), Place(embedded_home, tmp_path), f"t-{uuid4().hex[:12]}"
    await store.create_tenant(Tenant(tenant_id=tenant_id_of(tenant), key=tenant, name=said["tenant's name"]))
    settings = Settings(home=embedded_home, database_url=None)
    seal, now = seal_of(load_secret(settings), settings), datetime.now(UTC)
    shown = []
    for name in ("key", "revoked key"):
        text, key = new_key(seal, tenant, name=said[name], scopes=("read", "write", "admin"), now=now, expires_at=None)
        await store.tenant(tenant_id_of(tenant)).keys.add(key)
        said.words[f"secret of the {name}"] = text[-24:]
        shown.append(text)
    await store.tenant(tenant_id_of(tenant)).keys.revoke(key.key_id, now=now)

    variables = {"MEMORYGRAPH_LLM_URL": "http://127.0.0.1:9/v1", "MEMORYGRAPH_LLM_MODEL": "m"}
    variables |= {"MEMORYGRAPH_LLM_KEY": said["model's key"], "MEMORYGRAPH_EXPERT_TIMEOUT_SEC": "0.2"}
    with place.start("http", "serve", "--transport", "http", "--port", "0", **variables) as process:
        try:
            answers = busy(f"http://127.0.0.1:{port_of(place, process)}", shown[0], shown[1], said)
        finally:
            process.terminate()
            assert process.wait(PATIENCE) == 0
    quit_talk(place, tenant, said)

    # It was as busy as it should be: things went well, went wrong, and were refused.
    assert "is too slow" in answers["tickets found"]
    assert "VectorRetrieve" in audit_of(answers["question"])["degraded"]
    assert audit_of(answers["model"])["language_model"]["outcome"] == "unreachable"
    assert "failed inside the server" in answers["crash"]
    assert [answers[name] for name in ("made-up key", "token", "revoked")] == [401, 401, 401]
    assert all("error" in answers[name].lower() for name in answers if name.startswith(("no ", "wrong", "too", "un")))
    for event in ("tool_called", "tool_crashed", "caller_refused"):
        assert event in place.said("http")

    # The trail of it is whole, and tells what was refused.
    memory = store.tenant(tenant_id_of(tenant))
    verdict = await verify(memory, [AuditKeys.derived(load_secret(settings).key, memory.tenant_id)])
    assert (verdict.broken, verdict.unsealed, verdict.runs > 5) == (None, 0, True)
    (refused,) = await memory.audit.latest(action="connect", limit=9)
    assert (refused.actor, refused.outcome) == (f"key:{key.key_id}", "invalid_token")
    outcomes = {(one.action, one.outcome) for one in await memory.audit.latest(limit=99)}
    assert outcomes >= {("forget_customer", "unconfirmed"), ("query_customer_intel", "crashed"), ("remember", "ok")}

    async with superuser(embedded_server) as admin:
        for wrong in (f"SELECT '{said['error']}'::int", f"SELECT {said['no column']}"):
            with pytest.raises(Exception, match=said.words["error"] + "|" + said.words["no column"].lower()):
                await admin.execute(wrong)
    assert said.found_in(tmp_path, embedded_home) == {}

    # The search finds what is there: a line of a server's own, and one of PostgreSQL's.
    with (tmp_path / "http.stderr").open("a") as stderr:
        stderr.write(f'{{"event": "leak", "text": "{said["leak"]}"}}\n')
    async with superuser(embedded_server) as admin:
        await admin.execute(f"DO $$ BEGIN RAISE LOG '{said['leak into the log']}'; END $$")
    found = said.found_in(tmp_path, embedded_home)
    assert found.keys() == {"leak", "leak into the log"}
