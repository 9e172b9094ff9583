"""What tenants say of predicates, in memory."""

import re

from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.predicates import Predicate

__all__ = ["InMemoryPredicates"]


class InMemoryPredicates:
    """Implements `PredicateDirectory`."""

    def __init__(self, state: TenantState) -> None:
        self._state = state
        self._predicates: dict[str, Predicate] = {}

    async def all(self) -> list[Predicate]:
        return [self._predicates[name] for name in sorted(self._predicates)]

    async def put(self, predicate: Predicate) -> None:
        self._state.require()
        self._predicates[predicate.name] = predicate
        self._state.changed("customers")

    async def remove(self, name: str) -> bool:
        if self._predicates.pop(name, None) is None:
            return False
        self._state.changed("customers")
        return True

    def __len__(self) -> int:
        return len(self._predicates)

    def naming(self, named: re.Pattern[str]) -> int:
        """How many name somebody."""
        return sum(
            bool(named.search("\n".join((one.name, *one.aliases, *one.asked_by, *one.hinted_by))))
            for one in self._predicates.values()
        )
