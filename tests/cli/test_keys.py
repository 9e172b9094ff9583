"""`memorygraph key`: made and shown once, listed without what they are, revoked for good."""

from datetime import UTC, datetime, timedelta

import pytest

from moe_memorygraph.cli.keys import read_expiry
from tests.cli.conftest import Run

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def test_a_key_is_shown_once_and_listed_without_itself(run: Run, tenant: str) -> None:
    made = run("key", "create", "--tenant", tenant, "--scopes", "write,read", "--expires", "90d", "--name", "night bot")
    assert made.status == 0
    text = made.out.strip()
    assert text.startswith("mg_")
    assert "shown this once" in made.err
    listed = run("key", "list", "--tenant", tenant)
    assert text not in listed.out
    (row,) = run("key", "list", "--tenant", tenant, "--json").document()
    assert (row["name"], row["scopes"], row["state"]) == ("night bot", ["read", "write"], "active")
    assert row["last_used_at"] is None
    lasts = datetime.fromisoformat(row["expires_at"]) - datetime.fromisoformat(row["created_at"])
    assert lasts == timedelta(days=90)


def test_a_key_is_revoked_by_its_name_or_id(run: Run, tenant: str) -> None:
    made = [run("key", "create", "--tenant", tenant, "--name", name, "--json").document() for name in ("a", "b", "b")]
    assert [one["scopes"] for one in made] == [["read"]] * 3
    assert run("key", "revoke", "a", "--tenant", tenant).status == 0
    twice = run("key", "revoke", "b", "--tenant", tenant)
    assert (twice.status, "More than one" in twice.sentence()) == (1, True)
    revoked = run("key", "revoke", made[1]["key_id"], "--tenant", tenant, "--json").document()
    assert revoked["state"] == "revoked"
    assert run("key", "revoke", "nosuch", "--tenant", tenant).status == 1
    states = [row["state"] for row in run("key", "list", "--tenant", tenant, "--json").document()]
    assert states == ["revoked", "revoked", "active"]


@pytest.mark.parametrize(
    "options", [("--scopes", "root"), ("--scopes", ""), ("--expires", "soon"), ("--expires", "2001-01-01")]
)
def test_what_cannot_be_is_wrong_usage(run: Run, tenant: str, options: tuple[str, str]) -> None:
    refused = run("key", "create", "--tenant", tenant, *options)
    assert refused.status == 2
    assert refused.out == ""


def test_a_tenant_that_does_not_exist_has_no_keys(run: Run) -> None:
    for command in (("create",), ("list",), ("revoke", "x")):
        refused = run("key", *command, "--tenant", "nosuch")
        assert refused.status == 1
        assert "does not exist" in refused.sentence()


def test_when_a_key_expires() -> None:
    assert read_expiry("never", NOW) is None
    assert read_expiry("90d", NOW) == NOW + timedelta(days=90)
    assert read_expiry("2w", NOW) == NOW + timedelta(weeks=2)
    assert read_expiry("12h", NOW) == NOW + timedelta(hours=12)
    assert read_expiry("2026-05-04", NOW) == datetime(2026, 5, 5, tzinfo=UTC)
    for text in ("", "0d", "90", "d", "-1d", "2026-05-03", "2026-02-30"):
        with pytest.raises(SystemExit):
            read_expiry(text, NOW)
