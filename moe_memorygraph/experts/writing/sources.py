"""The evidence of one run, sorted by what it is, each piece with its number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from moe_memorygraph.experts.membership import MEMBER
from moe_memorygraph.experts.values import Evidence, Measured, Question, Tally
from moe_memorygraph.memory.values import DocumentHit, Fact, Pattern, Ticket, TicketHit, TurnHit

__all__ = ["WARNING", "Cited", "Sources", "day"]

WARNING = "warning"
"""What a ticket's fact is evidence of that warns of a loss."""
LIKELY = 0.5
"""A pattern that is more likely chance than not is listed by `recall_ltm` and left out of answers."""

Payload = TypeVar("Payload")


@dataclass(frozen=True, slots=True)
class Cited(Generic[Payload]):
    """A payload, the evidence that carries it, and its number among the evidence."""

    index: int
    evidence: Evidence
    payload: Payload


def day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "undated"


class Sources:
    """Evidence by kind, in the order given (best first)."""

    def __init__(self, question: Question, evidence: Sequence[Evidence]) -> None:
        self.question = question
        self.facts: list[Cited[Fact]] = []
        self.tallies: list[Cited[Tally]] = []
        self.measured: list[Cited[Measured]] = []
        self.tickets: list[Cited[Ticket]] = []
        self.patterns: list[Cited[Pattern]] = []
        self.documents: list[Cited[DocumentHit]] = []
        self.turns: list[Cited[TurnHit]] = []
        for index, item in enumerate(evidence):
            match item.payload:
                case Fact():
                    self.facts.append(Cited(index, item, item.payload))
                case Tally():
                    self.tallies.append(Cited(index, item, item.payload))
                case Measured():
                    self.measured.append(Cited(index, item, item.payload))
                case TicketHit():
                    self.tickets.append(Cited(index, item, item.payload.ticket))
                case Pattern() if item.payload.confidence >= LIKELY:
                    self.patterns.append(Cited(index, item, item.payload))
                case DocumentHit():
                    self.documents.append(Cited(index, item, item.payload))
                case TurnHit():
                    self.turns.append(Cited(index, item, item.payload))
                case _:
                    pass

    @property
    def members(self) -> list[Cited[Fact]]:
        """Facts that put their customers on the list that was asked for: the best first, else customer by customer."""
        found = [cited for cited in self.facts if cited.evidence.supports == MEMBER]
        return sorted(
            found, key=lambda one: (-one.evidence.score, self.name_of(one.payload.customer_id) or one.payload.subject)
        )

    @property
    def lists_customers(self) -> bool:
        """Whether customers were looked for by their facts, if only to find none."""
        return bool(self.members) or any(
            cited.payload.noun == "customer" and cited.payload.role != "writers" for cited in self.tallies
        )

    def name_of(self, customer_id: str | None) -> str:
        if customer_id is None:
            return ""
        return self.question.customer_names.get(customer_id, customer_id)

    def facts_of(self, customer_id: str, *predicates: str) -> list[Cited[Fact]]:
        name = self.name_of(customer_id).casefold()
        return [
            cited
            for cited in self.facts
            if (
                cited.payload.customer_id == customer_id
                or cited.payload.subject.casefold() in (customer_id.casefold(), name)
            )
            and (not predicates or cited.payload.predicate in predicates)
        ]

    def tally(self, role: str, group: str | None = None) -> Cited[Tally] | None:
        for cited in self.tallies:
            if cited.payload.role == role and (group is None or cited.payload.group_field == group):
                return cited
        return None

    def tickets_about(self, category: str) -> list[Cited[Ticket]]:
        return [cited for cited in self.tickets if cited.payload.category == category]
