"""API keys: good where they were made, and worth nothing anywhere else, changed, revoked or late."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.errors import InvalidArgument, Unavailable
from moe_memorygraph.memory.fakes import keys as fake_keys
from moe_memorygraph.memory.values import tenant_id_of
from moe_memorygraph.server.auth.keys import PREFIX, RECHECK_SECONDS, KeySeal, new_key, seal_of
from moe_memorygraph.server.principal import Principal, Refused
from moe_memorygraph.server.secret import ServerSecret
from moe_memorygraph.settings import Settings
from tests.memory.samples import NOW
from tests.server.auth.conftest import Keys
from tests.server.doubles import SECRET

SEAL = KeySeal(SECRET)
TEXT, KEPT = new_key(SEAL, "vendor", name="", scopes=("read",), now=NOW, expires_at=None)


async def test_a_key_says_whose_it_is_and_what_it_may_do(keys: Keys) -> None:
    text, key = await keys.make(scopes=("read", "write"))
    principal = await keys.checker().principal_of(text)
    assert principal == Principal(
        tenant_key="vendor", scopes=frozenset({"read", "write"}), issuer="key", subject=str(key.key_id)
    )


async def test_nothing_that_is_kept_lets_anybody_in(keys: Keys) -> None:
    text, key = await keys.make()
    assert text not in repr(key)
    assert key.digest.hex() not in repr(key)
    for made_up in (key.digest.hex(), PREFIX + key.digest.hex(), str(key.key_id), f"{PREFIX}{key.key_id}"):
        with pytest.raises(Refused, match="not known"):
            await keys.checker().principal_of(made_up)


@given(place=st.integers(min_value=0, max_value=len(TEXT) - 1), letter=st.sampled_from("aB3-_=.%\x00é"))
def test_a_key_with_one_letter_changed_is_none(place: int, letter: str) -> None:
    changed = TEXT[:place] + letter + TEXT[place + 1 :]
    if changed != TEXT:
        read = SEAL.read(changed)  # padding bits aside, which the digest holds
        assert read is None or SEAL.digest(changed) != KEPT.digest


@given(st.text(max_size=250))
def test_what_nobody_made_is_none(text: str) -> None:
    assert SEAL.read(text) is None
    assert SEAL.read(PREFIX + text) is None


async def test_what_nobody_made_never_reaches_the_database(keys: Keys) -> None:
    checker = keys.checker()
    other, _ = new_key(KeySeal(ServerSecret(b"o" * 32)), "vendor", name="", scopes=("read",), now=NOW, expires_at=None)
    for text in ("", PREFIX, PREFIX + "x" * 5000, TEXT[:-1], TEXT + "A", f" {TEXT}", other):
        with pytest.raises(Refused, match="not known"):
            await checker.principal_of(text)
    assert keys.asked == []


async def test_a_row_that_was_smuggled_in_lets_nobody_in(keys: Keys) -> None:
    """Somebody writes to the table, but has not the server's secret."""
    forged = KeySeal(ServerSecret(b"f" * 32))
    text, row = new_key(forged, "vendor", name="", scopes=("admin",), now=NOW, expires_at=None)
    await keys.store.tenant(tenant_id_of("vendor")).keys.add(row)
    with pytest.raises(Refused):
        await keys.checker().principal_of(text)
    mine, mine_row = await keys.make()
    await keys.store.tenant(tenant_id_of("vendor")).keys.add(replace(mine_row, digest=forged.digest(mine)))
    with pytest.raises(Refused):
        await keys.checker().principal_of(mine)


async def test_a_key_of_one_tenant_is_no_key_of_another(keys: Keys) -> None:
    text, key = await keys.make("vendor")
    await keys.store.tenant(tenant_id_of("rival")).keys.add(key)
    assert (await keys.checker().principal_of(text)).tenant_key == "vendor"
    # The same id sealed for the other tenant is another key, with another digest.
    with pytest.raises(Refused):
        await keys.checker().principal_of(keys.seal.mint(key.key_id, "rival"))


async def test_an_erased_tenants_keys_are_none(keys: Keys) -> None:
    text, _ = await keys.make()
    await keys.store.erase_tenant(tenant_id_of("vendor"))
    with pytest.raises(Refused, match="not known"):
        await keys.checker().principal_of(text)


async def test_a_revoked_key_is_refused_within_a_second(keys: Keys) -> None:
    text, key = await keys.make()
    checker = keys.checker()
    await checker.principal_of(text)
    await keys.store.tenant(tenant_id_of("vendor")).keys.revoke(key.key_id, now=keys.clocks.now)
    keys.clocks.move(RECHECK_SECONDS)
    with pytest.raises(Refused, match="revoked"):
        await checker.principal_of(text)
    with pytest.raises(Refused, match="revoked"):
        await keys.checker().principal_of(text)


async def test_between_two_looks_the_database_is_left_alone(keys: Keys) -> None:
    text, _ = await keys.make()
    checker = keys.checker()
    for _ in range(5):
        await checker.principal_of(text)
    assert len(keys.asked) == 1
    keys.clocks.move(RECHECK_SECONDS)
    await checker.principal_of(text)
    assert len(keys.asked) == 2


async def test_a_key_expires_also_between_two_looks(keys: Keys) -> None:
    text, _ = await keys.make(days=1)
    checker = keys.checker()
    keys.clocks.move(86_400 - RECHECK_SECONDS / 2)
    await checker.principal_of(text)
    keys.clocks.move(RECHECK_SECONDS / 2)
    with pytest.raises(Refused, match="expired"):
        await checker.principal_of(text)


async def test_its_last_use_is_noted_once_a_minute(keys: Keys) -> None:
    text, key = await keys.make()
    checker, ring = keys.checker(), keys.store.tenant(tenant_id_of("vendor")).keys

    async def last_used() -> float | None:
        kept = await ring.get(key.key_id)
        assert kept is not None
        return None if kept.last_used_at is None else (kept.last_used_at - NOW).total_seconds()

    await keys.checker(notes_use=False).principal_of(text)
    assert await last_used() is None
    for seconds, noted in ((0, 0), (30, 0), (29, 0), (1, 60)):
        keys.clocks.move(seconds)
        await checker.principal_of(text)
        assert await last_used() == noted


async def test_a_use_that_cannot_be_noted_keeps_nobody_out(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    text, _ = await keys.make()

    async def fail(*_: object, **__: object) -> None:
        raise Unavailable("The database takes no writes.")

    monkeypatch.setattr(fake_keys.InMemoryKeys, "used", fail)
    assert (await keys.checker().principal_of(text)).tenant_key == "vendor"


async def test_where_the_database_is_away_it_is_not_said_that_a_key_is_bad(keys: Keys) -> None:
    text, _ = await keys.make()
    keys.database_is_away = True
    with pytest.raises(Unavailable):
        await keys.checker().principal_of(text)


def test_beside_an_external_database_keys_need_a_secret_that_lasts(tmp_path: Path) -> None:
    embedded = Settings(home=tmp_path, database_url=None)
    external = Settings(home=tmp_path, database_url="postgresql://app:x@db/m")
    assert seal_of(SECRET, embedded) == KeySeal(SECRET)
    with pytest.raises(InvalidArgument, match="MEMORYGRAPH_SECRET"):
        seal_of(SECRET, external)
    assert seal_of(SECRET, Settings(home=tmp_path, database_url="postgresql://app:x@db/m", secret="s" * 32))


def test_a_key_is_made_for_a_tenants_key_only() -> None:
    with pytest.raises(InvalidArgument):
        new_key(SEAL, "Not A Key", name="", scopes=("read",), now=NOW, expires_at=None)
