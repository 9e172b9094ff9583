"""Which customer a row means, and the ids of those that nobody brought."""

import re

from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.ingestion.naming import CustomerNames, derived_id, is_derived
from moe_memorygraph.memory.values import Customer
from moe_memorygraph.words import name_key


def customer(customer_id: str, name: str, *aliases: str, derived: bool = False) -> Customer:
    return Customer(
        customer_id=customer_id, name=name, aliases=aliases, attributes={"made_from": "ticket"} if derived else {}
    )


def test_ids_are_readable_where_they_can_be() -> None:
    assert derived_id("Acme Corp") == derived_id(" ACME corp. ") == "acme-corp"
    assert re.fullmatch(r"o-neil-sons-[0-9a-f]{8}", derived_id("O'Neil & Sons"))
    assert re.fullmatch(r"customer-[0-9a-f]{8}", derived_id("北京"))
    assert re.fullmatch(r"customer-[0-9a-f]{8}", derived_id("!?"))
    assert len(derived_id("very " * 100 + "long")) < 100


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_two_names_share_an_id_only_if_they_are_one(one: str, other: str) -> None:
    if name_key(one) != name_key(other):
        assert derived_id(one) != derived_id(other)
    elif name_key(one):
        assert derived_id(one) == derived_id(other)


@given(st.text(min_size=1, max_size=40))
def test_a_made_customer_is_found_by_its_name(name: str) -> None:
    names = CustomerNames([])
    made = names.make(name)
    assert is_derived(made)
    assert made.customer_id
    if name_key(name):
        assert names.find(name) == made


def test_ids_come_before_names_and_names_of_files_before_made_ones() -> None:
    names = CustomerNames([customer("a", "Other"), customer("acme", "Acme", derived=True), customer("z", "ACME", "a")])
    found = [names.find(name) for name in ("a", "A", "acme corp", "Acme", "other")]
    assert [one.customer_id if one else None for one in found] == ["a", "a", None, "z", "a"]


def test_the_order_of_customers_does_not_matter() -> None:
    some = [customer("b", "Same"), customer("a", "Same"), customer("same", "Same", derived=True)]
    for order in (some, some[::-1]):
        found = CustomerNames(order).find("SAME")
        assert found is not None
        assert found.customer_id == "a"
