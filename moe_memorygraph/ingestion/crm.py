"""A customer's columns as facts with source `crm`. Pure: a customer in, facts out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time

from moe_memorygraph.memory.belief import SNAPSHOT_SOURCE, is_snapshot
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import Customer, Fact, fact_statement

__all__ = ["CRM", "crm_facts", "facts_to_record"]

CRM = SNAPSHOT_SOURCE
"""Source of facts that came as columns of a customer."""
ACTIVE = "active"
"""The status with which customers begin."""


def crm_facts(customer: Customer) -> list[Fact]:
    """A fact for each filled column and attribute, with the time from which it is known to hold.

    What a churned customer is and why holds from the day it churned; everything else from the day it became one,
    where that is known. Any other status than active came later, and nobody says when. An attribute in which personal
    data was replaced is no fact.
    """
    begun = _midnight(customer.since)
    ended = _midnight(customer.churned_at)
    columns = {
        "status": (customer.status, ended or (begun if _is_active(customer.status) else None)),
        "tier": (customer.tier, begun),
        "industry": (customer.industry, begun),
        "region": (customer.region, begun),
        "arr": (_amount(customer.arr), begun),
        "since": (_day(customer.since), begun),
        "churned_at": (_day(customer.churned_at), ended),
        "churn_reason": (customer.churn_reason, ended),
    }
    attributes = {
        "_".join(name.lower().split()): (value, begun)
        for name, value in customer.attributes.items()
        if not ("<" in value and ">" in value)
    }
    return [
        Fact(
            fact_id=uuid7(),
            subject=customer.customer_id,
            predicate=predicate,
            object=value,
            statement=fact_statement(subject=customer.name, predicate=predicate, value=value),
            customer_id=customer.customer_id,
            valid_from=start,
            source=CRM,
        )
        for predicate, (value, start) in {**attributes, **columns}.items()
        if value
    ]


def facts_to_record(facts: Sequence[Fact], held: Sequence[Fact], *, now: datetime) -> list[Fact]:
    """Those facts that say something new, given the facts already held about the same subjects.

    A value that changed holds from its own start where that lies after the start of the value before, else from now.
    """
    current = {
        (one.subject, one.predicate): one
        for one in held
        if is_snapshot(one) and one.valid_to is None and one.superseded_by is None
    }
    changed = []
    for fact in facts:
        before = current.get((fact.subject, fact.predicate))
        if before is None:
            changed.append(fact)
        elif before.object != fact.object:
            later = fact.valid_from is not None and (before.valid_from is None or fact.valid_from > before.valid_from)
            changed.append(fact if later else replace(fact, valid_from=now))
    return changed


def _is_active(status: str | None) -> bool:
    return status is not None and status.strip().casefold() == ACTIVE


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _amount(amount: float | None) -> str | None:
    if amount is None:
        return None
    return str(int(amount)) if amount == int(amount) else f"{amount:.2f}"
