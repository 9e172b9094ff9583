"""A tenant's own topics, and tickets that have no category of the tenant's, in memory."""

import re
from collections.abc import Sequence

import numpy as np

from moe_memorygraph.memory.fakes.state import TenantState
from moe_memorygraph.memory.fakes.tickets import InMemoryTickets
from moe_memorygraph.memory.values import OwnTopic, ToldTopic, UntoldTicket

__all__ = ["InMemoryTopics"]


class InMemoryTopics:
    """Implements `TopicMemory`."""

    def __init__(self, state: TenantState, tickets: InMemoryTickets) -> None:
        self._state = state
        self._tickets = tickets
        self._own: dict[str, OwnTopic] = {}

    async def own(self) -> list[OwnTopic]:
        return [one for _, one in sorted(self._own.items())]

    async def put(self, topic: OwnTopic) -> None:
        self._state.require()
        self._own[topic.name] = topic
        self._state.changed("vector")

    async def remove(self, name: str) -> bool:
        removed = self._own.pop(name, None) is not None
        if removed:
            self._state.changed("vector")
        return removed

    async def untold(self, *, after: str = "", limit: int) -> list[UntoldTicket]:
        found = []
        for ticket in self._tickets.without_category():
            vectors = [one.embedding for one in ticket.passages if one.embedding is not None]
            if ticket.ticket_id > after and vectors:
                mean = np.mean(np.array(vectors, np.float32), axis=0)
                text = f"{ticket.subject}\n{ticket.body}"
                found.append(
                    UntoldTicket(ticket_id=ticket.ticket_id, text=text, embedding=mean, category=ticket.category)
                )
        return found[:limit]

    async def tell(self, told: Sequence[ToldTopic]) -> int:
        changed = sum(self._tickets.tell(one) for one in told)
        if changed:
            self._state.changed("vector")
        return changed

    def naming(self, named: re.Pattern[str]) -> int:
        """How many name somebody."""
        return sum(
            bool(named.search("\n".join((one.name, one.label or "", *one.names, *one.words, *one.examples))))
            for one in self._own.values()
        )
