"""The catalogue of predicates: what is known of each, under which names."""

from pathlib import Path
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.memory.ports import MemoryStore, TenantMemory
from moe_memorygraph.memory.predicates import TOLD, Predicate, PredicateCatalogue, predicate_key
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.memory.values import tenant_id_of


def test_every_name_means_one_predicate() -> None:
    names = [name for predicate in STANDARD.all() for name in predicate.names]
    assert len(names) == len(set(names))
    assert not set(names) & set(TOLD)


def test_a_predicate_is_known_by_each_of_its_names() -> None:
    assert STANDARD.of("Customer Success Manager").name == "csm"
    assert STANDARD.canonical("licensed_seats") == "seats"
    assert STANDARD.is_single_valued("Account Owner")
    assert not STANDARD.is_single_valued("ships_with")
    assert STANDARD.names_of("licences")[:2] == ("licences", "seats")
    assert STANDARD.names_of("unheard_of") == ("unheard_of",)
    assert predicate_key(" Account  Owner") == "account_owner"


def test_a_name_tells_something_of_a_predicate_that_nobody_described() -> None:
    assert STANDARD.of("go_to_market_owner").value == "person"
    assert (STANDARD.of("kick_off_date").value, STANDARD.of("kick_off_date").asked_by) == ("date", ("kick off",))
    assert STANDARD.of("colour").value == "any"


def test_a_tenants_own_predicates_stand_in_place_of_others() -> None:
    own = PredicateCatalogue([Predicate(name="seats", single=False, value="text")])
    assert not STANDARD.with_own(own.all()).is_single_valued("seats")
    taken = STANDARD.with_own([Predicate(name="desk", aliases=("licences",))])
    assert (taken.canonical("licences"), taken.canonical("licensed_seats")) == ("desk", "seats")
    renamed = STANDARD.with_own([Predicate(name="desk", aliases=("seats",))])
    assert (renamed.canonical("seats"), renamed.canonical("licences")) == ("desk", "licences")
    assert STANDARD.with_own([]) is STANDARD


def test_half_lives_are_known_by_every_name() -> None:
    half_lives = STANDARD.half_lives()
    assert half_lives["health_score"] == half_lives["health"] > 0
    assert "account_owner" not in half_lives


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "Account Owner"},
        {"name": ""},
        {"name": "a" * 101},
        {"name": "a", "value": "colour"},
        {"name": "a", "half_life_days": 0.0},
        {"name": "a", "half_life_days": float("nan")},
        {"name": "a", "aliases": ("no name",)},
        {"name": "a", "asked_by": (" ",)},
        {"name": "a", "asked_by": ("x",) * 101},
    ],
)
def test_what_is_no_predicate_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        Predicate(**wrong)


async def test_what_a_tenant_says_of_predicates_comes_back(memory: TenantMemory) -> None:
    own = Predicate(
        name="bay",
        single=True,
        value="place",
        aliases=("hangar", "dock"),
        asked_by=("parked at", "berth"),
        hinted_by=("stands",),
        half_life_days=90.5,
    )
    before = await memory.revisions()
    await memory.catalogue.put(own)
    await memory.catalogue.put(Predicate(name="area"))
    assert await memory.catalogue.all() == [Predicate(name="area"), own]
    assert (await memory.revisions())["customers"] > before.get("customers", 0)
    plain = Predicate(name="bay", value="text")
    await memory.catalogue.put(plain)
    assert await memory.catalogue.all() == [Predicate(name="area"), plain]


async def test_what_a_tenant_said_of_a_predicate_can_be_taken_back(memory: TenantMemory) -> None:
    await memory.catalogue.put(Predicate(name="bay"))
    assert not await memory.catalogue.remove("other")
    seen = await memory.revisions()
    assert await memory.catalogue.remove("bay")
    assert await memory.catalogue.all() == []
    assert (await memory.revisions())["customers"] > seen["customers"]


async def test_a_tenant_that_does_not_exist_says_nothing(any_store: MemoryStore) -> None:
    with pytest.raises(NotFound):
        await any_store.tenant(tenant_id_of("nobody")).catalogue.put(Predicate(name="bay"))


def test_the_reference_names_every_predicate() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "predicates.md").read_text(encoding="utf-8")
    for predicate in STANDARD.all():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| `{predicate.name}` |")]
        assert f"| {'one' if predicate.single else 'many'} | {predicate.value} |" in row
        assert all(f"`{alias}`" in row for alias in predicate.aliases)
        assert predicate.half_life_days is None or f"{predicate.half_life_days:g} days" in row
