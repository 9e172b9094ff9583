"""The server's secret: one per home, private, alike in every process."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moe_memorygraph.errors import Unavailable
from moe_memorygraph.server.secret import ServerSecret, load_secret
from moe_memorygraph.settings import Settings


def settings(home: Path, url: str | None = None) -> Settings:
    return Settings(home=home, database_url=url)


def test_one_home_has_one_secret_whoever_comes_first(tmp_path: Path) -> None:
    home = settings(tmp_path / "not yet" / "home")
    with ThreadPoolExecutor(16) as pool:
        secrets = list(pool.map(lambda _: load_secret(home).secret, range(64)))
    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32
    assert [file.name for file in home.home.iterdir()] == ["server.key"]


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    load_secret(settings(tmp_path))
    assert stat.S_IMODE((tmp_path / "server.key").stat().st_mode) == 0o600


def test_homes_differ(tmp_path: Path) -> None:
    assert load_secret(settings(tmp_path / "a")) != load_secret(settings(tmp_path / "b"))


def test_replicas_of_one_database_agree_without_a_file(tmp_path: Path) -> None:
    one = load_secret(settings(tmp_path / "a", "postgresql://app:x@db/m"))
    assert one == load_secret(settings(tmp_path / "b", "postgresql://app:x@db/m"))
    assert one != load_secret(settings(tmp_path / "b", "postgresql://app:y@db/m"))
    assert not (tmp_path / "a").exists()


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    (tmp_path / "server.key").write_bytes(b"short")
    with pytest.raises(Unavailable, match="damaged"):
        load_secret(settings(tmp_path))


def test_keys_differ_by_purpose_and_are_not_shown() -> None:
    secret = ServerSecret(b"s" * 32)
    assert secret.key("cursor") != secret.key("hash")
    assert "sss" not in repr(secret)
