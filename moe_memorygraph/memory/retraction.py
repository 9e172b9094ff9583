"""Taking back all that came from one source, call, credential or time: pure rules, so that every store decides alike.

What is taken back leaves every plane, and is kept as what was known until then. Facts that it had closed, cut short or
kept out are settled again, in the order in which they were said, as if it had never been said.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.memory.belief import SNAPSHOT_SOURCE
from moe_memorygraph.memory.content import fact_identity
from moe_memorygraph.memory.predicates import PredicateCatalogue
from moe_memorygraph.memory.supersession import same_topic, settle
from moe_memorygraph.memory.trust import Origin
from moe_memorygraph.memory.uris import parse_memory_uri
from moe_memorygraph.memory.values import Fact, FactFilter

__all__ = [
    "Given",
    "Resettled",
    "RolledBack",
    "Selection",
    "as_known_at",
    "fact_from_json",
    "fact_to_json",
    "fits",
    "given_of",
    "in_order",
    "is_written_by",
    "named_by",
    "settle_again",
    "unknown_until",
]

_ALWAYS = datetime.min.replace(tzinfo=UTC)
_TIMES = ("valid_from", "valid_to", "recorded_at", "retracted_at")
_IDS = ("fact_id", "superseded_by", "origin_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What to take back: all that fits every given field, of which there must be one."""

    source: str | None = None
    """Source of facts, without case; path of a document or a folder of them; URI of a ticket, session or document."""
    run_id: UUID | None = None
    """Run of a tool, or of a load."""
    actor: str | None = None
    """As an `Origin` names it, for example `key:ID`."""
    since: datetime | None = None
    """Written from then on."""
    until: datetime | None = None
    """Written before."""

    def __post_init__(self) -> None:
        if all(getattr(self, one.name) is None for one in fields(self)):
            raise InvalidArgument("It is not said what to take back.", "Give a source, a run, a key or a time.")
        if self.source is not None and not self.source.strip():
            raise InvalidArgument("The source has no name.", "Name it as its facts do.")
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise InvalidArgument("The time ends before it begins.", "Swap the two.")

    def names(self, source: str) -> bool:
        """Whether this name of a source is meant: the same without case, or below it as in a folder."""
        if self.source is None:
            return True
        asked, named = self.source.strip().casefold().rstrip("/"), source.casefold()
        return named == asked or named.startswith(f"{asked}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledBack:
    """How many were taken back, by kind, and how many facts stand otherwise than before because of it."""

    facts: int = 0
    turns: int = 0
    tickets: int = 0
    documents: int = 0
    held: int = 0
    """In quarantine: discarded."""
    resettled: int = 0
    """Facts of others that hold again, longer or shorter, or that it had kept out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A fact as it was said: with the end that was stated of it, before it was settled with others."""

    fact: Fact
    held_by: UUID | None = None
    """The fact that said it already, so that this one was not stored; None: it was."""
    is_first: bool = False
    """It was loaded as the first of its kind: stored as it is, without a start where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resettled:
    """Facts about one subject and predicate, settled again."""

    standing: tuple[Fact, ...]
    again: tuple[Given, ...]
    """Those given that were held already when they were said."""
    revived: frozenset[UUID]
    """Those that were held already when they were said, and stand now."""
    absorbed: tuple[tuple[Given, UUID], ...]
    """Those that only say what another fact says that stands, with that one's id."""


def named_by(selection: Selection, kind: str) -> list[str] | None:
    """Ids of items of a kind of URI that the selection's source names; None where it names no source."""
    if selection.source is None:
        return None
    try:
        uri = parse_memory_uri(selection.source.strip())
    except InvalidArgument:
        return []
    except NotFound:
        return []
    return [uri.resource_id] if uri.kind == kind else []


def given_of(fact: Fact, stated_to: datetime | None, topic: Collection[Fact]) -> Given:
    """A stored fact as it was said: open where a successor ended it, else with the end that was stated.

    One that begins when it was recorded was said without a start. One whose successor was forgotten keeps its end: that
    it ended is known.
    """
    is_first = fact.valid_from is None
    if fact.valid_from == fact.recorded_at:
        fact = replace(fact, valid_from=None)
    if fact.superseded_by is not None:
        return Given(fact=replace(fact, valid_to=None, superseded_by=None), is_first=is_first)
    is_cut = any(
        one.valid_from == fact.valid_to and one.source == fact.source and one.tier == fact.tier for one in topic
    )
    return Given(fact=replace(fact, valid_to=stated_to) if is_cut else fact, is_first=is_first)


def is_written_by(selection: Selection, origin: Origin | None, *, written_at: datetime | None) -> bool:
    """Whether something with this origin, or without one written then, fits all of the selection but its source."""
    at = origin.written_at if origin is not None else written_at
    return (
        (selection.run_id is None or (origin is not None and origin.run_id == selection.run_id))
        and (selection.actor is None or (origin is not None and origin.actor == selection.actor))
        and (selection.since is None or (at is not None and at >= selection.since))
        and (selection.until is None or (at is not None and at < selection.until))
    )


def settle_again(given: Iterable[Given], doomed: Collection[UUID], *, catalogue: PredicateCatalogue) -> Resettled:
    """What stands of the facts about one subject and predicate without the doomed ones.

    They are settled as they were, one by one, in the order in which they were said.
    """
    standing: list[Fact] = []
    revived: list[UUID] = []
    absorbed: list[tuple[Given, UUID]] = []
    in_order = sorted(given, key=lambda one: (one.fact.recorded_at or _ALWAYS, one.fact.fact_id))
    left = [one for one in in_order if one.fact.fact_id not in doomed]
    for one in left:
        if one.is_first:
            standing.append(one.fact)
            continue
        held_by = _said(one.fact, standing, catalogue)
        if held_by is not None:
            absorbed.append((one, held_by))
        elif one.held_by is not None:
            revived.append(one.fact.fact_id)
    return Resettled(
        standing=tuple(standing),
        again=tuple(one for one in left if one.held_by is not None),
        revived=frozenset(revived),
        absorbed=tuple(absorbed),
    )


def _said(fact: Fact, standing: list[Fact], catalogue: PredicateCatalogue) -> UUID | None:
    """Settle one more fact with those that stand, which changes them in place; the one that says it already, if any."""
    names = catalogue.names_of(fact.predicate)
    beside = [one for one in standing if _is_open(one) and same_topic(fact, one, names)]
    is_single = catalogue.is_single_valued(fact.predicate) or fact.source == SNAPSHOT_SOURCE
    settlement = settle(fact, beside, now=fact.recorded_at or _ALWAYS, single_valued=is_single)
    if settlement.is_known:
        return settlement.stored.fact_id
    identity = fact_identity(settlement.stored)
    same = next((one for one in standing if fact_identity(one) == identity), None)
    if same is not None:
        return same.fact_id
    closed = {one.fact_id: one for one in settlement.superseded}
    standing[:] = [closed.get(one.fact_id, one) for one in standing]
    standing.append(settlement.stored)
    return None


def _is_open(fact: Fact) -> bool:
    return fact.valid_to is None and fact.superseded_by is None


def unknown_until(fact: Fact, now: datetime) -> Fact:
    """What to keep of a fact that stands only from now on, though it was said earlier: until now another said it."""
    return replace(fact, recorded_at=now)


def as_known_at(content: Mapping[str, Any], at: datetime) -> Fact | None:
    """A fact that was taken back or changed, as it was known at a time before that; None before it was recorded."""
    fact = fact_from_json(content)
    if fact.recorded_at is not None and fact.recorded_at > at:
        return None
    closed_at = content.get("closed_at")
    if closed_at is not None and datetime.fromisoformat(closed_at) > at:
        return replace(fact, valid_to=None, superseded_by=None)
    return fact


def fits(fact: Fact, filters: FactFilter, *, at: datetime) -> bool:
    """Whether a fact is about what is asked, and held at a time."""
    subjects = {subject.casefold() for subject in filters.subjects}
    names = {fact.subject.casefold(), (fact.customer_id or fact.subject).casefold()}
    return (
        (not subjects or bool(subjects & names))
        and (not filters.predicates or fact.predicate in filters.predicates)
        and (fact.valid_from is None or fact.valid_from <= at)
        and (fact.valid_to is None or at < fact.valid_to)
    )


def in_order(fact: Fact) -> tuple[str, str, float, UUID]:
    """Sorts by subject, predicate, newest validity first; ties by id."""
    start = -fact.valid_from.timestamp() if fact.valid_from else math.inf
    return (fact.subject, fact.predicate, start, fact.fact_id)


def fact_to_json(fact: Fact, **more: Any) -> dict[str, Any]:
    """All of a fact but its embedding and what the vault keeps of it, in JSON types; `more` stands beside it."""
    values: dict[str, Any] = {}
    for one in fields(fact):
        value = getattr(fact, one.name)
        if one.name in {"embedding", "originals"} or value is None:
            continue
        values[one.name] = (
            value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
        )
    return values | {name: value for name, value in more.items() if value is not None}


def fact_from_json(content: Mapping[str, Any]) -> Fact:
    """The fact of `fact_to_json`; what else stands there is left out."""
    known = {one.name for one in fields(Fact)}
    values = {name: value for name, value in content.items() if name in known}
    for name in _TIMES:
        if name in values:
            values[name] = datetime.fromisoformat(values[name])
    for name in _IDS:
        if name in values:
            values[name] = UUID(values[name])
    return Fact(**values)
