"""The contract of `KeyRing`, for every store."""

from dataclasses import replace

import pytest

from moe_memorygraph.errors import NotFound
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.values import ApiKey, tenant_id_of
from tests.memory.samples import DAY, NOW, an_id
from tests.plugins.stores import created

KEY = ApiKey(
    key_id=an_id("key"),
    name="the agent of the night shift",
    digest=bytes(range(32)),
    scopes=("read", "write"),
    created_at=NOW,
    expires_at=NOW + 90 * DAY,
)
OTHER = replace(KEY, key_id=an_id("other"), name="", scopes=("admin",), created_at=NOW - DAY, expires_at=None)


async def test_a_key_comes_back_as_it_was_added(memory: TenantMemory) -> None:
    assert await memory.keys.all() == []
    await memory.keys.add(KEY)
    await memory.keys.add(OTHER)
    assert await memory.keys.get(KEY.key_id) == KEY
    assert await memory.keys.get(an_id("nothing")) is None
    assert await memory.keys.all() == [OTHER, KEY]


async def test_a_key_is_revoked_once_and_for_good(memory: TenantMemory) -> None:
    await memory.keys.add(KEY)
    await memory.keys.revoke(KEY.key_id, now=NOW + DAY)
    await memory.keys.revoke(KEY.key_id, now=NOW + 2 * DAY)
    assert await memory.keys.get(KEY.key_id) == replace(KEY, revoked_at=NOW + DAY)
    with pytest.raises(NotFound):
        await memory.keys.revoke(an_id("nothing"), now=NOW)


async def test_the_latest_use_counts(memory: TenantMemory) -> None:
    await memory.keys.add(KEY)
    for now in (NOW + DAY, NOW + 3 * DAY, NOW + 2 * DAY):
        await memory.keys.used(KEY.key_id, now=now)
    await memory.keys.used(an_id("nothing"), now=NOW)
    assert await memory.keys.get(KEY.key_id) == replace(KEY, last_used_at=NOW + 3 * DAY)


async def test_another_tenants_key_is_none(any_store: MemoryStore) -> None:
    acme, rival = await created(any_store, "acme"), await created(any_store, "rival")
    await acme.keys.add(KEY)
    assert await rival.keys.get(KEY.key_id) is None
    assert await rival.keys.all() == []
    with pytest.raises(NotFound):
        await rival.keys.revoke(KEY.key_id, now=NOW)
    await rival.keys.used(KEY.key_id, now=NOW)
    assert await acme.keys.get(KEY.key_id) == KEY


async def test_keys_need_a_tenant_and_go_with_it(any_store: MemoryStore) -> None:
    with pytest.raises(NotFound):
        await any_store.tenant(tenant_id_of("nosuch")).keys.add(KEY)
    acme = await created(any_store, "acme")
    await acme.keys.add(KEY)
    assert 1 in (await any_store.erase_tenant(acme.tenant_id)).values()
    assert await (await created(any_store, "acme")).keys.get(KEY.key_id) is None


def test_a_key_is_good_until_it_expires_or_is_revoked() -> None:
    assert KEY.is_good(NOW)
    assert not KEY.is_good(NOW + 90 * DAY)
    assert not replace(KEY, revoked_at=NOW).is_good(NOW)
    assert OTHER.is_good(NOW + 9999 * DAY)
    assert "digest" not in repr(KEY)
    with pytest.raises(ValueError, match="32 bytes"):
        replace(KEY, digest=b"short")
