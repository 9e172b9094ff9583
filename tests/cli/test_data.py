"""Loading, asking, exporting and erasing, each by its own process."""

import hashlib
import json
import os
import signal
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import COMMAND, Run

pytestmark = pytest.mark.postgres


def ticket(number: int, **changes: object) -> dict[str, object]:
    return {
        "ticket_id": f"T-{number}",
        "customer": "Acme Corp",
        "created_at": f"2025-{number % 12 + 1:02}-05",
        "subject": f"Invoice {number}",
        "body": f"The invoice number {number} charges us twice for single sign-on. Please mend it.",
        "category": "billing",
        **changes,
    }


def write_rows(path: Path, *rows: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


SIX = ["read", "inserted", "updated", "unchanged", "rejected", "seconds"]


def figures(document: dict[str, Any]) -> list[int]:
    assert list(document) == SIX
    return [document[name] for name in SIX[:-1]]


def test_tenants_are_created_and_listed(run: Run, tenant: str) -> None:
    again = run("tenant", "create", tenant)
    assert again.status == 1
    assert "exists already" in again.sentence()
    bad = run("tenant", "create", "Not A Key")
    assert (bad.status, bad.out) == (1, "")
    listed = run("tenant", "list", json=True).document()
    assert tenant in [row["tenant"] for row in listed]


def test_a_tenant_says_when_its_fiscal_year_begins_and_whom_it_trusts(run: Run, tenant: str) -> None:
    def begins(key: str) -> int:
        months = {row["tenant"]: row["fiscal_year_start"] for row in run("tenant", "list", json=True).document()}
        return int(months[key])

    assert begins(tenant) == 1
    assert run("tenant", "set", tenant, "--fiscal-year-start", "4").status == 0
    assert begins(tenant) == 4
    assert "April" in run("tenant", "list").out
    assert run("tenant", "set", tenant, "--fiscal-year-start", "13").status == 2
    assert run("tenant", "set", tenant).status == 2
    trusted = run("tenant", "set", tenant, "--trust", "CRM=0.5", "--trust", "exit interview=0.9", json=True)
    assert trusted.document()["source_trust"] == {"crm": 0.5, "exit interview": 0.9}
    assert begins(tenant) == 4
    for wrong in ("crm", "crm=1.5", "=0.5", "crm=high"):
        assert run("tenant", "set", tenant, "--trust", wrong).status == 2
    missing = run("tenant", "set", f"{tenant}-not", "--fiscal-year-start", "4")
    assert (missing.status, "does not exist" in missing.sentence()) == (1, True)
    other = run("tenant", "create", f"{tenant}-fy", "--fiscal-year-start", "10", json=True)
    assert other.document()["fiscal_year_start"] == begins(f"{tenant}-fy") == 10


def test_a_tenant_describes_its_own_predicates(run: Run, tenant: str, tmp_path: Path) -> None:
    one = {"subject": "Acme Corp", "predicate": "dock", "object": "North", "valid_from": "2024-01-01", "source": "plan"}
    two = {**one, "object": "South", "valid_from": "2025-01-01"}
    path = write_rows(tmp_path / "facts.jsonl", one, two)
    set_bay = ("predicate", "set", "Bay", "--tenant", tenant)
    said = run(*set_bay, "--single", "--value", "place", "--alias", "dock", "--asked-by", "parked", json=True)
    described = said.document()
    assert (described["name"], described["single"], described["aliases"]) == ("bay", True, ["dock"])
    assert run(*set_bay, "--half-life", "90", json=True).document() == {**described, "half_life_days": 90.0}
    assert run(*set_bay, "--half-life", "0", json=True).document() == described
    assert run("ingest", "facts", path, tenant=tenant).status == 0
    asked = run("ask", "Where is Acme Corp parked?", tenant=tenant, json=True)
    assert asked.status == 0
    (row,) = run("predicate", "list", "--own", tenant=tenant, json=True).document()
    assert (row["name"], row["own"], row["in_use"]) == ("bay", True, ["dock"])
    assert {"account_owner", "bay"} <= {
        row["name"] for row in run("predicate", "list", tenant=tenant, json=True).document()
    }
    assert "90 days" not in run("predicate", "list", "--own", tenant=tenant).out
    for wrong in (("--value", "colour"), ("--half-life", "-1"), ()):
        assert run(*set_bay, *wrong).status == 2
    assert run("predicate", "set", "1st", "--single", tenant=tenant).status == 1
    assert run("predicate", "remove", "bay", tenant=tenant, json=True).document()["removed"] == "bay"
    assert run("predicate", "remove", "bay", tenant=tenant).status == 1
    assert run("predicate", "list", tenant=f"{tenant}-not").status == 1


def test_ingest_takes_the_good_rows_and_names_the_others(run: Run, tenant: str, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    path = write_rows(tmp_path / "t.jsonl", ticket(1), ticket(2, created_at="soon"), ticket(3))
    tried = run("ingest", "tickets", path, tenant=tenant, dry_run=True, json=True)
    assert (tried.status, figures(tried.document())) == (3, [3, 2, 0, 0, 1])
    first = run("ingest", "tickets", path, tenant=tenant, rejects=rejects, json=True)
    assert (first.status, figures(first.document())) == (3, [3, 2, 0, 0, 1])
    (entry,) = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert entry["line"] == 2
    assert entry["row"]["ticket_id"] == "T-2"
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    path = write_rows(tmp_path / "t.jsonl", ticket(1), ticket(3))
    second = run("ingest", "tickets", path, tenant=tenant)
    assert second.status == 0
    assert "2 read, 0 inserted, 0 updated, 2 unchanged, 0 rejected" in second.out


def test_columns_are_mapped(run: Run, tenant: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("No,Client,Opened,Comment Text\n1,Acme,2025-01-01,Help!\n")
    plain = run("ingest", "tickets", path, tenant=tenant)
    assert plain.status == 1
    assert "ticket_id" in plain.sentence()
    columns = ["ticket_id=No", "customer=Client", "created_at=Opened", "body=Comment Text"]
    mapped = run("ingest", "tickets", path, *[word for pair in columns for word in ("--map", pair)], tenant=tenant)
    assert mapped.status == 0, mapped.err


@pytest.mark.parametrize("words", [["tickets", "none.csv"], ["tickets", "picture.png"], ["knowledge", "none"]])
def test_a_file_that_is_not_there_is_one_sentence(run: Run, tenant: str, words: list[str], tmp_path: Path) -> None:
    said = run("ingest", words[0], tmp_path / words[1], tenant=tenant, json=True)
    assert (said.status, said.out) == (1, "")
    assert said.sentence().startswith("Error: ")


def test_an_unknown_tenant_is_one_sentence(run: Run, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.jsonl", ticket(1))
    for words in (["ingest", "tickets", path], ["ask", "Why?"], ["distill"]):
        said = run(*words, tenant="nobody", json=True)
        assert (said.status, said.out) == (1, "")
        assert "tenant create" in said.sentence()


@pytest.fixture
def loaded(run: Run, tenant: str, tmp_path: Path) -> str:
    """A tenant with a customer, facts, tickets, a document and patterns."""
    customer = {
        "customer_id": "acme",
        "name": "Acme Corp",
        "status": "churned",
        "churn_reason": "price",
        "tier": "gold",
    }
    fact = {"subject": "Acme Corp", "predicate": "competitor", "object": "Planwise", "source": "call"}
    folder = tmp_path / "kb"
    folder.mkdir()
    (folder / "refunds.md").write_text("# Refunds\n\nMoney comes back within 30 days.\n")
    tickets = [ticket(number) for number in range(1, 61)] + [
        ticket(100 + n, created_at="2025-12-20") for n in range(40)
    ]
    for kind, path in (
        ("customers", write_rows(tmp_path / "c.jsonl", customer)),
        ("facts", write_rows(tmp_path / "f.jsonl", fact)),
        ("tickets", write_rows(tmp_path / "t.jsonl", *tickets)),
        ("knowledge", folder),
    ):
        done = run("ingest", kind, path, tenant=tenant, json=True)
        assert done.status == 0, done.err
    mined = run("distill", tenant=tenant, json=True)
    assert mined.status == 0
    assert mined.document()["patterns"] > 0
    return tenant


def test_a_loaded_tenant_answers_and_leaves(run: Run, loaded: str, tmp_path: Path) -> None:
    """One test for all that needs a loaded tenant: loading is most of its time."""
    _asks(run, loaded)
    _asks_many(run, loaded, tmp_path)
    _scores(run, loaded, tmp_path)
    _exports(run, loaded, tmp_path)


def _asks(run: Run, tenant: str) -> None:
    asked = run("ask", "Why did Acme Corp churn?", tenant=tenant, json=True)
    assert (asked.status, asked.err) == (0, "")
    envelope = asked.document()
    for name in (
        "run_id",
        "answer",
        "confidence",
        "abstained",
        "citations",
        "gate",
        "audit",
        "next_cursor",
        "truncated",
    ):
        assert name in envelope
    assert "price" in envelope["answer"]
    shown = run("ask", "Why did Acme Corp churn?", tenant=tenant)
    assert shown.status == 0
    for part in ("[1]", "memory://facts/", "confidence", "SemanticQuery", "rule compliance_always", " ms"):
        assert part in shown.out
    unknown = run("ask", "What is the tier?", tenant=tenant, customer="Nobody Inc", json=True)
    assert (unknown.status, unknown.out) == (1, "")
    assert unknown.sentence().startswith("Error: ")


def _asks_many(run: Run, tenant: str, tmp_path: Path) -> None:
    questions: list[object] = [
        "Why did Acme Corp churn?",
        {"question": "What is the tier of Acme Corp?"},
        {"question": "What is the tier?", "customer": "Nobody Inc"},
        "",
        7,
        *(f"How many tickets did Acme Corp open in 2025, counted {number} times?" for number in range(50)),
    ]
    path, out = tmp_path / "q.json", tmp_path / "answers.jsonl"
    path.write_text(json.dumps(questions))
    first = run("batch", path, tenant=tenant, out=out, json=True)
    assert first.status == 3
    document = first.document()
    assert [document[name] for name in ("questions", "answered", "failed", "skipped")] == [55, 52, 3, 0]
    assert [item["index"] for item in document["items"]] == list(range(55))
    assert {item["index"]: item["error"]["code"] for item in document["items"] if "error" in item}[2] == "not_found"
    lines = out.read_text().splitlines()
    assert len(lines) == 55
    out.write_text("\n".join(lines[:20]) + '\n{"index": 20, "key": "cut o')
    answered = sum("error" not in json.loads(line) for line in lines[:20])
    second = run("batch", path, tenant=tenant, out=out, json=True)
    assert second.document()["skipped"] == answered
    assert second.document()["answered"] == 52 - answered
    kept = [json.loads(line) for line in out.read_text().splitlines()]
    assert sorted(item["index"] for item in kept) == list(range(55))
    for taken, text in ((path, path.read_text()), (tmp_path / "notes.txt", "Mine.\n"), (tmp_path / "one.txt", "Mine.")):
        taken.write_text(text)
        assert run("batch", path, tenant=tenant, out=taken).status == 1
        assert taken.read_text() == text
    table = tmp_path / "q.csv"
    table.write_text("question,customer\nWhat is the tier?,Acme Corp\n")
    people = run("batch", table, tenant=tenant)
    assert people.status == 0
    assert "gold" in people.out


def _scores(run: Run, tenant: str, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    write_rows(
        golden,
        {
            "id": "churn",
            "question": "Why did Acme Corp churn?",
            "kind": "why",
            "expect": {
                "claims": [{"any_of": ["price"]}],
                "citations_any": ["plane:semantic"],
                "experts_any": ["SemanticQuery"],
            },
        },
        {
            "id": "no",
            "question": "What is the tier of Acme Corp?",
            "kind": "what_is",
            "expect": {"claims": [{"any_of": ["silver"]}]},
        },
    )
    scored = run("eval", golden, tenant=tenant, json=True)
    assert scored.status == 0, scored.err
    report = scored.document()
    assert (report["questions"], report["right"], report["citations_supported"]) == (2, 0.5, 1.0)
    assert [row["id"] for row in report["wrong"]] == ["no"]
    failed = run("eval", golden, tenant=tenant, floor="right=0.9")
    assert failed.status == 1
    assert "right is 0.500, under its floor 0.900" in failed.err


def _exports(run: Run, tenant: str, tmp_path: Path) -> None:
    """What was exported, erased and imported is exported alike, to the byte; and a changed file is not imported."""

    def export(key: str, out: Path) -> dict[str, bytes]:
        exported = run("tenant", "export", key, out=out, json=True)
        assert exported.status == 0, exported.err
        written = exported.document()["written"]
        assert (written["tickets.jsonl"], written["customers.jsonl"], written["knowledge"]) == (100, 1, 1)
        assert written["memory/run.jsonl"] > 0
        return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    out, copy = tmp_path / "export", f"{tenant}-copy"
    first = export(tenant, out)
    assert "told" not in first["tickets.jsonl"].decode()
    assert run("tenant", "export", tenant, out=out).status == 1  # never over what is there
    imported = run("tenant", "import", copy, "--from", out, json=True)
    assert imported.status == 0, imported.err
    second = export(copy, tmp_path / "again")
    manifests = [json.loads(one.pop("manifest.json")) for one in (first, second)]
    assert [one["tenant"].pop("key") for one in manifests] == [tenant, copy]
    assert [one.pop("exported_at") < "3" for one in manifests] == [True, True]
    assert manifests[0] == manifests[1]
    assert first == second
    assert {name: hashlib.sha256(data).hexdigest() for name, data in first.items()} == {
        name: one["sha256"] for name, one in manifests[0]["files"].items()
    }
    said = run("ask", "Why did Acme Corp churn?", tenant=copy, json=True).document()
    assert "price" in said["answer"]
    (out / "memory" / "fact.jsonl").write_bytes(first["memory/fact.jsonl"].replace(b"price", b"prize"))
    refused = run("tenant", "import", f"{tenant}-bad", "--from", out)
    assert refused.status == 1
    assert "memory/fact.jsonl is not as it was exported" in refused.sentence()


def test_doctor_finds_this_installation_sound(run: Run, tenant: str) -> None:
    assert run("key", "create", "--tenant", tenant, "--name", "bot").status == 0
    said = run("doctor", json=True)
    assert said.status == 0, said.out
    checks = {check["name"]: check for check in said.document()["checks"]}
    assert checks["database (embedded)"]["verdict"] == "ok"
    assert checks["schema"]["verdict"] == "ok"
    assert "all-MiniLM-L6-v2" in checks["embedding model"]["found"]
    assert f"tenant {tenant}" in checks
    assert checks[f"keys of tenant {tenant}"]["found"] == "1 good, 0 expired, 0 revoked"
    assert run("doctor").status == 0


def test_doctor_says_what_is_wrong(environment: dict[str, str], tmp_path: Path) -> None:
    broken = {**environment, "DATABASE_URL": "postgresql://mg_app:x@127.0.0.1:1/none"}
    done = subprocess.run(
        [*COMMAND, "doctor", "--json"], env=broken, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    problems = [check for check in json.loads(done.stdout)["checks"] if check["verdict"] == "problem"]
    assert [check["name"] for check in problems] == ["database (external)"]
    assert problems[0]["advice"]


def test_doctor_says_what_is_wrong_with_the_model(tenant: str, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [*COMMAND, "doctor", "--json"],
        env={**environment, "EMBEDDING_DIM": "512"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    checks = {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    assert [name for name, check in checks.items() if check["verdict"] == "problem"] == ["embedding model"]
    assert "EMBEDDING_DIM=384" in checks["embedding model"]["advice"]
    assert f"tenant {tenant}" in checks


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])
def test_a_load_that_is_stopped_goes_on(
    run: Run, tenant: str, environment: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    path = write_rows(tmp_path / "t.jsonl", *(ticket(row, customer=f"Customer {row % 7}") for row in range(800)))
    words = [*COMMAND, "ingest", "tickets", str(path), "--tenant", tenant, "--json"]
    loud = {**environment, "MEMORYGRAPH_LOG_LEVEL": "DEBUG"}
    with subprocess.Popen(
        words, env=loud, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "batch_written" in line:
                os.kill(process.pid, number)
                break
        out, err = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert out == ""
    if number == signal.SIGINT:
        assert "Run the same command again to go on" in err
        assert "Traceback" not in err
    before = {row["tenant"]: row["planes"]["vector"] for row in run("tenant", "list", json=True).document()}[tenant]
    assert 0 < before < 800
    assert before % 16 == 0  # whole batches, of which the first have 16
    again = run("ingest", "tickets", path, tenant=tenant, json=True)
    assert (again.status, figures(again.document())) == (0, [800, 800 - before, 0, before, 0])
    after = {row["tenant"]: row["planes"]["vector"] for row in run("tenant", "list", json=True).document()}[tenant]
    assert after == 800


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGINT, id="ctrl-c", marks=pytest.mark.soak), pytest.param(signal.SIGKILL, id="kill")],
)
def test_reading_what_tickets_tell_that_is_stopped_goes_on(
    run: Run, tenant: str, environment: dict[str, str], tmp_path: Path, number: signal.Signals
) -> None:
    """Killed between two transactions or in one; either way the rest is read by the next, and nothing twice."""
    said = "Please cancel our plan {}. The CSV export is not working."
    path = write_rows(tmp_path / "t.jsonl", *(ticket(row, body=said.format(row)) for row in range(1200)))
    assert run("ingest", "tickets", path, tenant=tenant).status == 0
    assert run("extract", tenant=tenant, json=True).document() | {"seconds": 0} == {
        "read": 0,
        "facts": 0,
        "left": 0,
        "seconds": 0,
    }
    words = [*COMMAND, "extract", "--again", "--tenant", tenant]
    loud = {**environment, "MEMORYGRAPH_LOG_LEVEL": "DEBUG"}
    with subprocess.Popen(
        words, env=loud, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "stored_batch_read" in line:
                os.kill(process.pid, number)
                break
        out, err = process.communicate(timeout=60)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert out == ""
    if number == signal.SIGINT:
        assert "to go on from there" in err
        assert "Traceback" not in err
    rest = run("extract", tenant=tenant, json=True).document()
    assert 0 < rest["read"] < 1200
    assert rest["facts"] == 2 * rest["read"]
    assert rest["left"] == 0
    assert run("extract", tenant=tenant, json=True).document()["read"] == 0
    again = run("extract", "--again", tenant=tenant, json=True).document()
    assert (again["read"], again["facts"]) == (1200, 2400)


def test_rejects_never_replace_the_file_that_is_read(run: Run, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "t.jsonl", ticket(1), {"ticket_id": "no body"})
    before = path.read_text()
    said = run("ingest", "tickets", path, tenant="any", rejects=tmp_path / "." / "t.jsonl")
    assert said.status == 2
    assert path.read_text() == before
