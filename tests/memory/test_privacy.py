"""The contract of `PrivacyMemory`, for every store."""

import random
from dataclasses import replace
from typing import Any

import anyio
import pytest

from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.postgres import PostgresStore
from moe_memorygraph.memory.postgres.embedded import EmbeddedServer
from moe_memorygraph.memory.postgres.pool import open_pool
from moe_memorygraph.memory.values import Customer, DataKey, PrivacyRules, SealedOriginals, tenant_id_of
from tests.memory.samples import NOW, an_id, document, fact, ticket, turn, unit
from tests.plugins.stores import created

KEY = DataKey(key_id=an_id("key"), wrapped=bytes(72), master_id=bytes(8), created_at=NOW)


def digest(number: int) -> bytes:
    return number.to_bytes(32)


def sealed(*types: str, mark: int = 0) -> tuple[SealedOriginals, ...]:
    return tuple(SealedOriginals(entity_type=one, box=bytes([mark]) * 60) for one in types)


async def test_policies_and_one_key(memory: TenantMemory) -> None:
    assert await memory.privacy.rules() == PrivacyRules()
    for entity_type, policy in (("PERSON", "hash"), ("PERSON", "mask"), ("SECRET", "encrypt"), ("DEFAULT", "hash")):
        await memory.privacy.set_policy(entity_type, policy)
    assert await memory.privacy.reset_policies(["SECRET", "IBAN_CODE"]) == 1
    assert not await memory.privacy.keep_originals(True)
    assert await memory.privacy.add_key(KEY) == KEY
    assert await memory.privacy.add_key(replace(KEY, key_id=an_id("other"))) == KEY, "the first stays"
    assert await memory.privacy.keep_originals(True)
    assert await memory.privacy.rewrap(KEY, wrapped=bytes([1]) * 72, master_id=bytes([1]) * 8)
    assert not await memory.privacy.rewrap(KEY, wrapped=bytes(72), master_id=bytes(8)), "it is wrapped otherwise by now"
    kept = replace(KEY, wrapped=bytes([1]) * 72, master_id=bytes([1]) * 8, keeps_originals=True)
    assert await memory.privacy.rules() == PrivacyRules(policies={"PERSON": "mask", "DEFAULT": "hash"}, key=kept)
    assert await memory.privacy.reset_policies() == 2


async def test_numbers_count_by_type_and_are_never_given_again(any_store: MemoryStore) -> None:
    mine, others = await created(any_store, "mine"), await created(any_store, "others")
    people = [("PERSON", digest(one)) for one in (7, 3, 5)]
    assert await mine.privacy.number(people) == dict(zip(people, (1, 2, 3), strict=True))
    assert await mine.privacy.number([("LOCATION", digest(3))]) == {("LOCATION", digest(3)): 1}
    assert await mine.privacy.known_numbers([people[2], ("PERSON", digest(9))]) == {people[2]: 3}
    assert await others.privacy.known_numbers(people) == {}
    assert await others.privacy.number(people[2:]) == {people[2]: 1}
    await mine.privacy.add_key(KEY)
    assert await mine.privacy.shred() == {"pseudonym": 4, "data_key": 1}
    assert await mine.privacy.number(people[:1]) == {people[0]: 4}


@pytest.mark.postgres
async def test_whoever_numbers_at_the_same_time_gives_the_same(
    postgres_store: PostgresStore, store_server: EmbeddedServer
) -> None:
    """Two pools, as two processes have them; values shuffled anew each time."""
    memory = await created(postgres_store, "a")
    where = store_server
    address: dict[str, Any] = {"host": str(where.socket_dir), "port": where.port, "database": where.database}
    found: list[dict[tuple[str, bytes], int]] = []
    async with open_pool(size=4, user=where.app_user, password=where.app_password, **address) as pool:
        stores = (postgres_store, PostgresStore(pool))

        async def number(seed: int) -> None:
            values = [(kind, digest(one)) for kind in ("PERSON", "LOCATION") for one in range(40)]
            picked = random.Random(seed).sample(values, 50)
            found.append(await stores[seed % 2].tenant(memory.tenant_id).privacy.number(picked))

        async with anyio.create_task_group() as group:
            for seed in range(12):
                group.start_soon(number, seed)
    numbers: dict[tuple[str, bytes], int] = {}
    for one in found:
        assert all(numbers.setdefault(value, number) == number for value, number in one.items())
    for kind in ("PERSON", "LOCATION"):
        given = sorted(number for (one, _), number in numbers.items() if one == kind)
        assert given == list(range(1, len(given) + 1)), "each once, and none left out"


async def test_originals_are_replaced_with_their_item_and_go_with_it(memory: TenantMemory) -> None:
    one, other = an_id("turn"), an_id("fact")
    await memory.customers.put_many([Customer(customer_id="C-1", name="Acme", originals=sealed("PERSON"))])
    await memory.vector.put_many(
        [replace(ticket("T-1", "First.", vector=unit(1)), originals=sealed("PERSON", "SECRET"))]
    )
    await memory.knowledge.put_many(
        [replace(document("D-1", ("H", "Text."), vectors=(unit(1),)), originals=sealed("PERSON"))], now=NOW
    )
    await memory.stm.remember([replace(turn("turn", "Said.", embedding=unit(1)), originals=sealed("PERSON"))])
    told = fact("C-1", "tier", "gold", name="fact", customer_id="C-1", embedding=unit(1))
    await memory.semantic.put_many([replace(told, originals=sealed("PERSON"))], now=NOW)
    assert await memory.privacy.kept() == {"PERSON": 5, "SECRET": 1}
    assert await memory.privacy.originals("ticket", "T-1") == list(sealed("PERSON", "SECRET"))
    assert await memory.privacy.originals("turn", str(one)) == list(sealed("PERSON"))
    assert await memory.privacy.originals("fact", str(other)) == list(sealed("PERSON"))
    assert await memory.privacy.originals("fact", "T-1") == [], "no id of its kind"
    # Moved to another customer, nothing is said of originals: they stay. Written anew they are replaced.
    await memory.vector.put_many([ticket("T-1", "First.", customer="C-2", vector=unit(1))])
    assert len(await memory.privacy.originals("ticket", "T-1")) == 2
    await memory.vector.put_many(
        [replace(ticket("T-1", "Second.", vector=unit(1)), originals=sealed("PERSON", mark=1))]
    )
    assert await memory.privacy.originals("ticket", "T-1") == list(sealed("PERSON", mark=1))
    await memory.forget_customer("C-1")
    assert await memory.knowledge.remove_missing([]) == 1
    assert await memory.stm.sweep(now=turn("turn", "Said.").expires_at) == 1
    assert await memory.privacy.kept() == {}


async def test_a_forgotten_customers_pseudonyms_go_unless_others_share_them(memory: TenantMemory) -> None:
    people = [("PERSON", digest(one)) for one in range(4)]
    await memory.privacy.number(people)
    await memory.vector.put_many(
        [
            ticket("T-1", "<PERSON_1> and <PERSON_2> wrote.", customer="C-1", vector=unit(1), author="<PERSON_4>"),
            ticket("T-2", "So did <PERSON_2>.", customer="C-2", vector=unit(1)),
        ]
    )
    forgotten = await memory.forget_customer("C-1")
    assert forgotten.erased["pseudonym"] == 2
    # 3 stands in no text, but was never this customer's: a load that is under way may have just numbered it.
    assert await memory.privacy.known_numbers(people) == {people[1]: 2, people[2]: 3}


async def test_another_tenants_originals_are_none(any_store: MemoryStore) -> None:
    mine, others = await created(any_store, "mine"), await created(any_store, "others")
    await mine.vector.put_many([replace(ticket("T-1", "Mine.", vector=unit(1)), originals=sealed("PERSON"))])
    await others.vector.put_many([ticket("T-1", "Theirs.", vector=unit(1))])
    assert await others.privacy.originals("ticket", "T-1") == []
    await any_store.erase_tenant(tenant_id_of("others"))
    assert await mine.privacy.kept() == {"PERSON": 1}
