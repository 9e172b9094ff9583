"""What doctor says of a tenant's API keys."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from moe_memorygraph.cli.doctoring import _anchors as anchors_check
from moe_memorygraph.cli.doctoring import _keys as keys_check
from moe_memorygraph.memory.values import ApiKey
from moe_memorygraph.settings import Settings

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def key(name: str, **changes: Any) -> ApiKey:
    fields = {"scopes": ("read",), "created_at": NOW - 60 * DAY, "last_used_at": NOW - DAY, **changes}
    return ApiKey(key_id=UUID(int=7), name=name, digest=b"d" * 32, **fields)


@pytest.mark.parametrize(
    ("keys", "settings", "found", "advice"),
    [
        ([key("a")], {}, "1 good, 0 expired, 0 revoked", ""),
        ([key("a"), key("b", expires_at=NOW - DAY), key("c", revoked_at=NOW)], {}, "1 good, 1 expired, 1 revoked", ""),
        ([key("bot", expires_at=NOW + 3 * DAY)], {}, "1 good, 0 expired, 0 revoked; soon expired: bot", "Make others"),
        ([key("", last_used_at=None)], {}, "1 good, 0 expired, 0 revoked; never used: 00000000", "Revoke"),
        ([key("a", last_used_at=None, created_at=NOW - DAY)], {}, "1 good, 0 expired, 0 revoked", ""),
        ([key("a")], {"database_url": "postgresql://db/x"}, "1 good, 0 expired, 0 revoked; none is taken", "MEMORYGRAPH_SECRET"),
        ([], {"public_url": "https://mcp.example.com"}, "0 good, 0 expired, 0 revoked; nobody of it is let in over HTTP", "key create --tenant acme"),
        ([key("a", revoked_at=NOW)], {"public_url": "https://mcp.example.com"}, "0 good, 0 expired, 1 revoked; nobody of it is let in over HTTP", "key create"),
    ],
)  # fmt: skip
def test_doctor_says_what_is_wrong_with_keys(
    keys: list[ApiKey], settings: dict[str, Any], found: str, advice: str, tmp_path: Path
) -> None:
    (check,) = keys_check("acme", keys, Settings(**{"home": tmp_path, "database_url": None, **settings}), NOW)
    assert (check.name, check.found) == ("keys of tenant acme", found)
    assert check.verdict == ("warning" if advice else "ok")
    assert advice in check.advice


def test_doctor_asks_for_no_key_where_none_is_needed(tmp_path: Path) -> None:
    assert keys_check("acme", [], Settings(home=tmp_path, database_url=None), NOW) == []


def test_doctor_says_whether_anchors_can_be_kept(tmp_path: Path) -> None:
    def verdicts(anchor: str | None) -> list[str]:
        settings = Settings(home=tmp_path, database_url=None, audit_anchor=anchor)
        return [check.verdict for check in anchors_check(settings)]

    assert verdicts(None) == verdicts("https://anchors.example.com/memory") == []
    assert verdicts(tmp_path.as_uri() + "/anchors.jsonl") == ["ok"]
    assert verdicts(tmp_path.as_uri() + "/nowhere/anchors.jsonl") == ["problem"]
    assert verdicts(tmp_path.as_uri()) == ["problem"]
