"""Policies and the vault as an administrator runs them: each opening is noted, what is noted holds no original."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

pytestmark = pytest.mark.postgres

ROW = {
    "ticket_id": "T-1",
    "customer": "Acme",
    "created_at": "2025-03-01",
    "body": "Mail ann@lovelace.example, then ANN@lovelace.example. Password: hunter2!x",
}


def test_originals_are_kept_opened_and_noted(run: Run, tenant: str, tmp_path: Path) -> None:
    path = tmp_path / "tickets.jsonl"
    path.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    assert run("policy", "set", "email_address", "pseudonym", tenant=tenant).status == 0
    assert run("vault", "on", tenant=tenant, json=True).document() == {"tenant": tenant, "keeps_originals": True}
    assert run("ingest", "tickets", path, tenant=tenant).status == 0
    reason = "she asked, from bob@lovelace.example"
    shown = run("vault", "open", "memory://tickets/T-1", tenant=tenant, reason=reason, json=True)
    assert [(one["type"], one["written"], one["value"]) for one in shown.document()["originals"]] == [
        ("EMAIL_ADDRESS", "<EMAIL_ADDRESS_1>", "ann@lovelace.example"),
        ("EMAIL_ADDRESS", "<EMAIL_ADDRESS_1>", "ANN@lovelace.example"),
        ("SECRET", "<SECRET>", "hunter2!x"),
    ]
    refused = run("vault", "open", "memory://tickets/T-2", tenant=tenant, reason=reason)
    assert (refused.status, refused.out) == (1, "")
    assert "keeps nothing of that" in refused.sentence()
    cut_off = run("vault", "open", "<EMAIL_ADDRESS:aes:QX", tenant=tenant, reason=reason)
    assert "a whole <TYPE:aes:...>" in cut_off.sentence()
    noted = run("audit", "list", tenant=tenant, json=True)
    opened = [(one["action"], one["outcome"]) for one in noted.document() if "open" in one["action"]]
    assert sorted(opened) == [("vault.open", "not_found")] * 2 + [("vault.open", "ok")]
    assert "lovelace" not in noted.out
