"""What is checked and derived before a value is stored, alike in every implementation: hashes, bounds, dimensions."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, TypeVar

from moe_memorygraph.errors import Conflict, InvalidArgument, NotFound
from moe_memorygraph.memory.trust import Origin, check_special_trust, outranks
from moe_memorygraph.memory.values import Customer, Document, Fact, Pattern, RunRecord, Ticket, Vector

__all__ = [
    "canonical_json",
    "check_days",
    "check_facts",
    "check_fiscal_year_start",
    "check_passages",
    "check_told",
    "checked_trust",
    "dimension_conflict",
    "fact_identity",
    "folded",
    "key_missing",
    "one_dimension",
    "pattern_hash",
    "run_content",
    "signed_by",
    "tenant_missing",
    "with_content_hash",
]

Hashed = TypeVar("Hashed", Customer, Ticket, Document)


def with_content_hash(value: Hashed) -> Hashed:
    """The value itself, or, where its maker gave no hash, the value with a hash of all its fields but embeddings."""
    if value.content_hash:
        return value
    parts = []
    for one in fields(value):
        content = getattr(value, one.name)
        if one.name in ("told_by", "originals"):
            continue  # who read it and what it was made from are no part of what it says
        if one.name == "passages":
            content = [(p.part, p.start, p.stop) for p in content]
        elif one.name == "attributes":
            content = sorted(content.items())
        parts.append((one.name, content))
    return replace(value, content_hash=sha256(repr(parts).encode()).digest())


def check_passages(value: Ticket | Document) -> None:
    """Raise `InvalidArgument` unless every passage lies within its text and the parts are told apart."""
    if len({passage.part for passage in value.passages}) != len(value.passages):
        raise InvalidArgument("Two passages have the same part.", "Number the passages of one text from 0.")
    for passage in value.passages:
        text = value.text if isinstance(value, Document) else getattr(value, getattr(passage, "field", "body")) or ""
        if not 0 <= passage.start < passage.stop <= len(text):
            raise InvalidArgument("A passage lies outside its text.", "Give offsets in code points within the text.")


def check_facts(facts: Iterable[Fact]) -> None:
    """Raise `InvalidArgument` for a confidence outside 0..1 or an end before its start."""
    for fact in facts:
        if not 0 <= fact.confidence <= 1:
            raise InvalidArgument("A fact's confidence is a number from 0 to 1.", "Correct the confidence.")
        if fact.valid_from and fact.valid_to and fact.valid_to < fact.valid_from:
            raise InvalidArgument("A fact ends before it begins.", "Correct `valid_from` or `valid_to`.")


def check_told(ticket: Ticket) -> None:
    """Raise `InvalidArgument` unless each fact that the ticket tells is the ticket's own sentence, from a time on."""
    check_facts(ticket.told)
    for fact in ticket.told:
        quoted = ticket.body[fact.quote_start or 0 : fact.quote_stop]
        if fact.ticket_id != ticket.ticket_id or fact.quote_stop is None or quoted != fact.statement or not quoted:
            raise InvalidArgument("A fact is not what its ticket says.", "Quote the ticket's body verbatim.")
        if fact.valid_from is None:
            raise InvalidArgument("A fact that a ticket tells has no start.", "Give `valid_from`.")


def signed_by(fact: Fact, origin: Origin | None) -> Fact:
    """The fact as one of whoever writes: of the tier of the origin, or of a lower one where the fact says so itself."""
    if origin is None:
        return fact
    tier = fact.tier if outranks(origin.tier, fact.tier) else origin.tier
    return replace(fact, tier=tier, origin_id=origin.origin_id)


def fact_identity(fact: Fact) -> bytes:
    """What makes two facts the same: subject, predicate, object, start of validity, source, and the tier of its writer.

    Without the tier, an agent that says something first would keep a system of record from saying it.
    """
    start = fact.valid_from.astimezone(UTC).isoformat() if fact.valid_from else None
    said: tuple[object, ...] = (fact.subject, fact.predicate, fact.object, start, fact.source)
    if fact.tier != "record":  # so that facts stored before there were tiers keep their identity
        said += (fact.tier,)
    return sha256(repr(said).encode()).digest()


def pattern_hash(pattern: Pattern) -> bytes:
    """Of all that a pattern says, without its embedding and the time at which it was mined."""
    said = [
        getattr(pattern, one.name) for one in fields(pattern) if one.name not in {"embedding", "mined_at", "pattern_id"}
    ]
    stable = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in said]
    return sha256(repr(stable).encode()).digest()


def canonical_json(value: object) -> str:
    """One text for all that is the same JSON, whether it was stored as `jsonb` in between or not.

    Keys in order of their code points, no white space, nothing but ASCII; a number as Python's shortest text of it,
    but without an exponent from 1e16 on, and no zero below zero, as PostgreSQL keeps neither. Raises `InvalidArgument`
    for what JSON cannot say.
    """
    try:
        text = _dump(value)
        if "e+" in text or any(zero in text for zero in ("-0.0,", "-0.0}", "-0.0]")) or text == "-0.0":
            text = _dump(_as_kept(value))
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            "A value cannot be written as JSON.", "Give text, finite numbers, lists or maps."
        ) from error
    return text


_dump = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def _as_kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_kept(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_kept(one) for one in value]
    if isinstance(value, float):
        return int(Decimal(repr(value))) if abs(value) >= 1e16 and value - value == 0 else value + 0.0
    return value


def run_content(
    run: RunRecord, *, envelope: str | None = None, decision: str | None = None, computed: str | None = None
) -> bytes:
    """All that is stored of a run, as bytes that say it and nothing else; the rest where it was written as JSON already."""
    parts = (
        str(run.run_id),
        run.tool,
        run.question,
        run.created_at.astimezone(UTC).isoformat(timespec="microseconds"),
        run.answer,
        "" if run.confidence is None else repr(float(run.confidence)),
        "abstained" if run.abstained else "",
        canonical_json(dict(run.envelope)) if envelope is None else envelope,
        canonical_json(dict(run.decision)) if decision is None else decision,
        canonical_json(list(run.computed)) if computed is None else computed,
    )
    return "\0".join(parts).encode()


def folded(names: Iterable[str]) -> list[str]:
    """Names as they are compared without case, sorted, without repeats."""
    return sorted({name.casefold() for name in names})


def one_dimension(vectors: Sequence[Vector | None]) -> int | None:
    """The dimension that all these vectors share; None where there is none. Mixed ones raise `InvalidArgument`."""
    shapes = {vector.shape for vector in vectors if vector is not None}
    if not shapes:
        return None
    shape = shapes.pop()
    if shapes or len(shape) != 1 or shape[0] == 0:
        raise InvalidArgument("The embeddings differ in dimension.", "Embed everything with one model.")
    return int(shape[0])


def dimension_conflict() -> Conflict:
    return Conflict(
        "This embedding has another dimension than the tenant's.",
        "Set EMBEDDING_MODEL to the model this tenant was loaded with, or load the data into a new tenant.",
    )


def check_fiscal_year_start(month: int) -> None:
    """Raise `InvalidArgument` unless it is a month."""
    if not 1 <= month <= 12:
        raise InvalidArgument("A fiscal year begins in one of the months 1 to 12.", "Give 4 for April.")


def check_days(days: int) -> None:
    """Raise `InvalidArgument` unless something may be kept for so many days."""
    if not 1 <= days <= 36_500:
        raise InvalidArgument("A plane is kept for 1 to 36,500 days.", "Give another number of days.")


def checked_trust(trust: Mapping[str, float]) -> dict[str, float]:
    """By sources in lower case. Raises `InvalidArgument` for a trust outside 0..1 or a source without a name."""
    for source, value in trust.items():
        if not source.strip() or not 0.0 <= value <= 1.0:
            raise InvalidArgument("Trust in a source is a number from 0 to 1.", "Give a source and, say, 0.8.")
        check_special_trust(source)
    return {source.strip().casefold(): float(value) for source, value in trust.items()}


def key_missing() -> NotFound:
    return NotFound("There is no API key with this id.", "See `memorygraph key list`.")


def tenant_missing() -> NotFound:
    return NotFound("This tenant does not exist.", "Create it with `memorygraph tenant create`.")
