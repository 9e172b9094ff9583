"""A whole world from a seed, and the world as files in the formats that ingestion reads."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from moe_memorygraph.evaluation.worlds.answerable import answerable
from moe_memorygraph.evaluation.worlds.asking import Known
from moe_memorygraph.evaluation.worlds.cast import Cast, draw_cast
from moe_memorygraph.evaluation.worlds.documents import draw_policies
from moe_memorygraph.evaluation.worlds.facts import draw_facts
from moe_memorygraph.evaluation.worlds.tickets import draw_tickets
from moe_memorygraph.evaluation.worlds.unanswerable import unanswerable
from moe_memorygraph.evaluation.worlds.values import CUSTOMER_COLUMNS, Turn, World, WorldSize
from moe_memorygraph.sample.values import FACT_COLUMNS
from moe_memorygraph.sample.writing import csv_text, jsonl_text, write_text

__all__ = ["generate_world", "write_world"]

_NEIGHBOUR = 1_000_003
"""Added to a seed, it gives the seed of the other tenant."""
_NEIGHBOUR_SIZE = WorldSize(customers=22, tickets=60)


def generate_world(seed: int, *, size: WorldSize | None = None) -> World:
    """The world of a seed: the same seed and size give the same world, byte for byte.

    Raises `ValueError` where the size leaves no room for the plots (fewer than 22 customers).
    """
    size = size or WorldSize()
    if size.customers < _NEIGHBOUR_SIZE.customers:
        raise ValueError(f"a world needs {_NEIGHBOUR_SIZE.customers} customers, not {size.customers}")
    beside = _known(seed + _NEIGHBOUR, _NEIGHBOUR_SIZE, neighbour=None)
    known = _known(seed, size, neighbour=beside)
    rows = [*answerable(known), *unanswerable(known)]
    return _world(known, _fewer(rows, size.questions), neighbour=_world(beside, [], neighbour=None))


def _known(seed: int, size: WorldSize, *, neighbour: Known | None) -> Known:
    theirs = {word for one in neighbour.cast.companies for word in one.name.split()} if neighbour else set()
    cast = draw_cast(seed, size, avoid=theirs)
    return Known(
        cast=cast,
        facts=draw_facts(cast),
        tickets=draw_tickets(cast),
        policies=draw_policies(
            cast.chance("documents"),
            product=cast.product,
            tiers=cast.tiers,
            device=cast.domain.device,
            today=cast.today,
        ),
        turns=_turns(cast),
        neighbour=neighbour,
    )


def _turns(cast: Cast) -> tuple[Turn, ...]:
    """In three sessions an assistant says what is not so."""
    owned, planned = cast.role("alike")[0], cast.role("plain")[1]
    left = cast.role("left_recorded")[1]
    plan = next(tier for tier in cast.tiers if tier != planned.tier)
    said = (
        ("s-account_owner", f"Who owns {owned.name}?", f"The account owner of {owned.name} is {cast.contacts[-2]}."),
        ("s-tier", f"Which plan is {planned.name} on?", f"The tier of {planned.name} is {plan}."),
        ("s-reason", f"Why did {left.name} leave?", f"{left.name} churned because of a lawsuit over patents."),
    )
    return tuple(
        Turn(session_id=session, role=role, text=text)
        for session, *texts in said
        for role, text in zip(("user", "assistant"), texts, strict=True)
    )


def _world(known: Known, rows: Sequence[Mapping[str, Any]], *, neighbour: World | None) -> World:
    return World(
        seed=known.cast.seed,
        tenant_name=known.cast.tenant_name,
        customers=known.cast.companies,
        tickets=known.tickets.rows,
        facts=known.facts.rows,
        documents=known.policies.documents,
        turns=known.turns,
        questions=rows,
        neighbour=neighbour,
    )


def _fewer(rows: Sequence[dict[str, Any]], most: int | None) -> list[dict[str, Any]]:
    """At most so many, in their order, evenly over all of them: kinds stand beside each other."""
    if most is None or most >= len(rows):
        return list(rows)
    return [rows[place * len(rows) // most] for place in range(most)]


def write_world(world: World, folder: Path) -> None:
    """Write customers.csv, facts.csv, tickets.jsonl, knowledge/*.md and golden.jsonl into `folder`, made if absent."""
    knowledge = folder / "knowledge"
    knowledge.mkdir(parents=True, exist_ok=True)
    write_text(folder / "customers.csv", csv_text(CUSTOMER_COLUMNS, (one.row() for one in world.customers)))
    write_text(folder / "facts.csv", csv_text(FACT_COLUMNS, (one.row() for one in world.facts)))
    write_text(folder / "tickets.jsonl", jsonl_text(one.row() for one in world.tickets))
    for name, text in world.documents.items():
        write_text(knowledge / name, text)
    write_text(folder / "golden.jsonl", jsonl_text(world.questions))
