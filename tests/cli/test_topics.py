"""Topics from the command line: told at loading, changed by the tenant, told again, never taken for the tenant's."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.postgres

TEXTS = {
    "T-1": ("The invoice for May shows a wrong amount, please correct the bill.", None),
    "T-2": ("Nobody can sign in, the password reset mail never comes.", None),
    "T-3": ("Two nurses stand on the same night shift in the rota.", None),
    "T-4": ("Could you correct the invoice for June?", "Accounting"),
}


@pytest.fixture
def loaded(run: Run, tenant: str, tmp_path: Path) -> str:
    path = tmp_path / "tickets.jsonl"
    rows = [
        {"ticket_id": key, "customer": "Acme", "created_at": "2025-03-01", "body": body, "category": category}
        for key, (body, category) in TEXTS.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert run("ingest", "tickets", path, tenant=tenant).status == 0
    return tenant


def tickets_of(run: Run, tenant: str) -> dict[str, int]:
    found: dict[str, Any] = run("topic", "list", tenant=tenant, json=True).document()
    return {row["category"]: row["tickets"] for row in found["topics"] if row["tickets"]}


def test_tickets_without_a_category_get_a_topic(run: Run, loaded: str) -> None:
    assert tickets_of(run, loaded) == {"billing": 1, "login": 1}
    answer = run("ask", "How many invoice tickets did we get in 2025?", tenant=loaded, json=True).document()
    assert "1 ticket" in answer["answer"] or "2 tickets" in answer["answer"]


def test_a_tenant_has_topics_of_its_own(run: Run, loaded: str) -> None:
    words = (
        "--example",
        "Please swap my night shift.",
        "--example",
        "Mail ann@example.com the new rota.",
        "--word",
        "shift",
    )
    made = run("topic", "set", "rota", *words, "--label", "Rota planning", tenant=loaded, json=True)
    topic = made.document()["topic"]
    assert topic["label"] == "Rota planning"
    assert "ann@example.com" not in json.dumps(topic)
    assert run("topic", "set", "billing", "--label", "Invoices", tenant=loaded).status == 0
    told = run("topic", "apply", tenant=loaded, json=True).document()
    assert (told["tickets"], told["changed"]) == (3, 2)
    assert tickets_of(run, loaded) == {"Invoices": 1, "login": 1, "Rota planning": 1}
    assert "Rota planning" in run("topic", "list", tenant=loaded).out
    again = run("topic", "apply", tenant=loaded)
    assert "0 changed" in again.out
    assert run("topic", "set", "login", "--retire", tenant=loaded).status == 0
    assert "Retired: login" in run("topic", "list", tenant=loaded).out
    assert run("topic", "remove", "rota", tenant=loaded).status == 0
    gone = run("topic", "remove", "rota", tenant=loaded)
    assert (gone.status, "topic list" in gone.sentence()) == (1, True)


def test_an_export_leaves_our_topics_out(run: Run, loaded: str, tmp_path: Path) -> None:
    assert run("tenant", "export", loaded, "--out", tmp_path / "out").status == 0
    rows = [json.loads(line) for line in (tmp_path / "out" / "tickets.jsonl").read_text("utf-8").splitlines()]
    assert {row["ticket_id"]: row.get("category") for row in rows} == {
        "T-1": None,
        "T-2": None,
        "T-3": None,
        "T-4": "Accounting",
    }


@pytest.mark.parametrize(
    "words",
    [
        ("set", "rota"),
        ("set", "other", "--word", "x"),
        ("set", " ", "--word", "x"),
        ("set", "rota", "--word", ""),
        ("set", "rota", "--example", "x" * 501),
    ],
)
def test_what_makes_no_topic_is_wrong_usage(run: Run, tenant: str, words: tuple[str, ...]) -> None:
    assert run("topic", *words, tenant=tenant).status == 2


def test_an_unknown_tenant_has_no_topics(run: Run) -> None:
    for words in (("list",), ("remove", "rota"), ("set", "rota", "--word", "shift"), ("apply",)):
        assert run("topic", *words, tenant="nobody").status == 1
