"""Which customer a row means: found by id, name or alias, or made from the name that the row gives. No I/O."""

import re
from collections.abc import Iterable
from hashlib import blake2b

from moe_memorygraph.memory.values import Customer
from moe_memorygraph.words import name_key

__all__ = ["DERIVED", "CustomerNames", "derived_id", "is_derived", "merged_into"]

DERIVED = "made_from"
"""Attribute of a customer that no customer file brought: what it was made from."""
_MERGED = "merged_into"
_PLAIN = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")
MAX_SLUG = 80  # characters


def derived_id(name: str) -> str:
    """An id made from a name, the same on every run and in every order.

    A name of plain words becomes them ("Acme Corp": `acme-corp`); any other gets a hash behind, so that no two names
    that are told apart share an id.
    """
    key = name_key(name)
    slug = re.sub(r"[^a-z0-9]+", "-", key).strip("-")
    if _PLAIN.fullmatch(key) and len(slug) <= MAX_SLUG:
        return slug
    return f"{slug[:MAX_SLUG].strip('-') or 'customer'}-{_tail(key or name.casefold())}"


def _tail(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()


def is_derived(customer: Customer) -> bool:
    return DERIVED in customer.attributes and _MERGED not in customer.attributes


def merged_into(customer_id: str) -> dict[str, str]:
    """The attributes of a customer that was made from a name and turned out to be another one."""
    return {DERIVED: "ticket", _MERGED: customer_id}


class CustomerNames:
    """Customers by id, name and alias, compared as `name_key` does; grows as rows bring new ones.

    Where several have one name, a customer from a customer file comes before one made from a name, and then the
    first by id: the same for every order of loading.
    """

    def __init__(self, customers: Iterable[Customer]) -> None:
        self.by_id: dict[str, Customer] = {}
        self._by_key: dict[str, str] = {}
        for customer in sorted(customers, key=_rank):
            self.add(customer)

    def add(self, customer: Customer) -> None:
        """Take in a customer; names that are taken stay with who has them, unless that one was made from a name."""
        self.by_id[customer.customer_id] = customer
        if _MERGED in customer.attributes:
            return
        for name in (customer.customer_id, customer.name, *customer.aliases):
            key = name_key(name)
            holder = self.by_id.get(self._by_key.get(key, ""))
            if key and (holder is None or (is_derived(holder) and not is_derived(customer))):
                self._by_key[key] = customer.customer_id

    def find(self, name: str) -> Customer | None:
        found = self.by_id.get(name)
        if found is not None and _MERGED not in found.attributes:
            return found
        return self.by_id.get(self._by_key.get(name_key(name), ""))

    def make(self, name: str) -> Customer:
        """A new customer of this name, taken in. Its id avoids those of customers with other names."""
        customer_id = derived_id(name)
        if customer_id in self.by_id:
            customer_id = f"{customer_id}-{_tail(name_key(name) + name)}"
        customer = Customer(customer_id=customer_id, name=name, attributes={DERIVED: "ticket"})
        self.add(customer)
        return customer


def _rank(customer: Customer) -> tuple[bool, str]:
    return is_derived(customer), customer.customer_id
