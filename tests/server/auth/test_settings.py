"""Which authorization servers are trusted is said in the settings, and said wrongly it stops the start."""

import json
from pathlib import Path
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.settings import OAuthIssuer, load_settings

IDP = "https://idp.example.com/realms/one"


@pytest.fixture(autouse=True)
def no_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEMORYGRAPH_PUBLIC_URL", "https://mcp.example.com/")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (IDP, [{"url": IDP}]),
        (json.dumps({"url": IDP, "tenants": {"org_1": "acme"}}), [{"url": IDP, "tenants": {"org_1": "acme"}}]),
        (json.dumps([{"url": IDP, "algorithms": ["ES256"]}]), [{"url": IDP, "algorithms": ("ES256",)}]),
        ("", []),
    ],
)
def test_issuers_are_addresses_or_objects(monkeypatch: pytest.MonkeyPatch, said: str, meant: list[Any]) -> None:
    monkeypatch.setenv("MEMORYGRAPH_OAUTH_ISSUERS", said)
    settings = load_settings()
    assert settings.oauth_issuers == tuple(OAuthIssuer(**one) for one in meant)
    assert settings.public_url == "https://mcp.example.com"


def test_issuers_stand_in_the_file_too(tmp_path: Path) -> None:
    (tmp_path / "memorygraph.toml").write_text(f'[[oauth_issuers]]\nurl = "{IDP}"\ntenant_claim = "org"\n')
    assert load_settings().oauth_issuers == (OAuthIssuer(url=IDP, tenant_claim="org"),)


@pytest.mark.parametrize(
    "said",
    [
        "http://idp.example.com",
        "idp.example.com",
        "https://user@idp.example.com",
        "[",
        '{"url": "https://a.example.com", "algorithms": ["HS256"]}',
        '{"url": "https://a.example.com", "algorithms": ["none"]}',
        '{"url": "https://a.example.com", "algorithms": []}',
        '{"url": "https://a.example.com", "audience": "x"}',
        '{"url": "https://a.example.com", "jwks_url": "http://a.example.com/keys"}',
        "https://a.example.com,https://a.example.com",
        "https://a.example.com,https://b.example.com",
    ],
)
def test_what_would_let_in_strangers_is_refused(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("MEMORYGRAPH_OAUTH_ISSUERS", said)
    with pytest.raises(InvalidArgument, match="Settings are wrong"):
        load_settings()


def test_of_several_each_has_its_own_tenants(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [{"url": f"https://{name}.example.com", "tenants": {"1": name}} for name in ("a", "b")]
    monkeypatch.setenv("MEMORYGRAPH_OAUTH_ISSUERS", json.dumps(both))
    assert len(load_settings().oauth_issuers) == 2


def test_tokens_must_be_meant_for_an_address_that_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMORYGRAPH_OAUTH_ISSUERS", IDP)
    monkeypatch.delenv("MEMORYGRAPH_PUBLIC_URL")
    with pytest.raises(InvalidArgument, match="needs MEMORYGRAPH_PUBLIC_URL"):
        load_settings()
