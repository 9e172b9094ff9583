"""The catalogue of predicates: what is known of each, under which names."""

from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.predicates import TOLD, Predicate, PredicateCatalogue, predicate_key
from moe_memorygraph.memory.standard_predicates import STANDARD


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
