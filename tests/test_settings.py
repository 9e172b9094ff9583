"""Settings from the environment, as clients and compose files write them."""

from pathlib import Path

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no `.env` and no `memorygraph.toml` of a developer lies."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", ["MEMORYGRAPH_HOME", "DATABASE_URL", "MEMORYGRAPH_DATABASE_URL", "EMBEDDING_DIM"])
def test_an_empty_variable_is_one_that_is_not_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    unset = load_settings()
    monkeypatch.setenv(name, "")
    assert load_settings() == unset


def test_the_prefixed_name_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPERT_TIMEOUT_SEC", "3")
    assert load_settings().expert_timeout_sec == 3
    monkeypatch.setenv("MEMORYGRAPH_EXPERT_TIMEOUT_SEC", "4")
    assert load_settings().expert_timeout_sec == 4


def test_a_wrong_setting_is_named_and_its_value_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMORYGRAPH_EMBEDDING_DIM", "secret-word")
    with pytest.raises(InvalidArgument, match="MEMORYGRAPH_EMBEDDING_DIM") as caught:
        load_settings()
    assert "secret-word" not in str(caught.value)


def test_what_is_wrong_of_two_settings_together_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMORYGRAPH_LLM_URL", "http://localhost:1/v1")
    with pytest.raises(InvalidArgument) as caught:
        load_settings()
    assert caught.value.sentence == "Settings are wrong: MEMORYGRAPH_LLM_URL needs MEMORYGRAPH_LLM_MODEL beside it."


def test_settings_do_not_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(ValueError, match="frozen"):
        Settings().database_url = "postgresql://elsewhere/db"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("localhost:11434/v1", "http"),
        ("ftp://models/v1", "http"),
        ("http://user:secret-word@models/v1", "MEMORYGRAPH_LLM_KEY"),
        ("http://models/v1?key=secret-word", "MEMORYGRAPH_LLM_KEY"),
        ("http://models/v1", "MEMORYGRAPH_LLM_MODEL"),
    ],
)
def test_the_address_of_a_model_is_checked(url: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMORYGRAPH_LLM_URL", url)
    monkeypatch.delenv("MEMORYGRAPH_LLM_MODEL", raising=False)
    with pytest.raises(InvalidArgument, match=fault) as caught:
        load_settings()
    assert "secret-word" not in str(caught.value)
