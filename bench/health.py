"""How well a customer's health tells who leaves within the next quarter, and what each driver adds to that.

    python bench/health.py --sample --seeds 200 219

Of the sample corpus, and of generated worlds, every customer that is still there at the end of a month, and wrote in the
year before it, is scored by what was known then: a ticket that was resolved later is open. The measure is AUROC: how often
one that leaves in the 91 days after scores lower than one that stays, of the same world and month. Beside it, that of each
driver alone, of equal weights, and of weights fitted by logistic regression (none below 0) on all other worlds.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

sys.path.insert(0, str(Path(__file__).parents[1]))

from moe_memorygraph.evaluation.worlds.generate import generate_world
from moe_memorygraph.extraction import told_facts
from moe_memorygraph.health import BASELINE, WARNINGS, WINDOW, health_of
from moe_memorygraph.memory.fakes import InMemoryTenant
from moe_memorygraph.memory.values import Tenant, Ticket, tenant_id_of
from moe_memorygraph.sample.corpus import generate_sample

AHEAD = timedelta(days=91)
FIRST = timedelta(days=270)
"""Of the data, before the first month that is scored."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """A customer at the end of a month: its drivers from -1 to 1 each, its score, and whether it left soon."""

    world: str
    month: date
    parts: tuple[float, ...]
    score: float
    left: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    name: str
    tickets: Sequence[Ticket]
    left: dict[str, date | None]


def _ticket(row: Any, customer_id: str) -> Ticket:
    one = Ticket(
        ticket_id=row.ticket_id,
        customer_id=customer_id,
        created_at=row.created_at.replace(tzinfo=UTC) if row.created_at.tzinfo is None else row.created_at,
        subject=row.subject,
        body=row.body,
        category=row.category,
        channel=row.channel,
        status=row.status,
        priority=row.priority,
        csat=getattr(row, "csat", None),
        resolved_at=row.resolved_at
        and (row.resolved_at.replace(tzinfo=UTC) if row.resolved_at.tzinfo is None else row.resolved_at),
    )
    return replace(one, told=tuple(told_facts(one)))


def corpora(seeds: Sequence[int], *, with_sample: bool) -> Iterator[Corpus]:
    if with_sample:
        sample = generate_sample()
        left = {one.customer_id: one.churned_at for one in sample.customers}
        yield Corpus("sample", [_ticket(one, one.customer_id) for one in sample.tickets], left)
    for seed in seeds:
        world = generate_world(seed)
        left = {one.customer_id: one.churned_at for one in world.customers}
        yield Corpus(f"world {seed}", [_ticket(one, one.company.customer_id) for one in world.tickets], left)


def _as_known(ticket: Ticket, at: datetime) -> Ticket:
    if ticket.resolved_at is None or ticket.resolved_at <= at:
        return ticket
    return replace(ticket, resolved_at=None, status="open", csat=None)


async def scored(corpus: Corpus) -> list[Scored]:
    first = min(one.created_at for one in corpus.tickets)
    last = max(one.created_at for one in corpus.tickets)
    found = []
    for month in _months(first + FIRST, last - AHEAD):
        at = datetime.combine(month, time(), tzinfo=UTC)
        memory = InMemoryTenant(tenant_id_of("health"), clock=lambda at=at: at)  # type: ignore[misc]
        memory.state.tenant = Tenant(tenant_id=memory.tenant_id, key="health", name="Health")
        known = [_as_known(one, at) for one in corpus.tickets if at - WINDOW - BASELINE <= one.created_at < at]
        await memory.vector.put_many(known)
        figures = await memory.vector.figures(
            before=at - WINDOW - BASELINE, since=at - WINDOW, until=at, warnings=WARNINGS
        )
        here = [one for one in figures if (left := corpus.left.get(one.customer_id)) is None or left > month]
        for one in here:
            health = health_of(one.customer_id, figures)
            left = corpus.left.get(one.customer_id)
            parts = {driver.name: driver.points / driver.most for driver in health.drivers}
            found.append(
                Scored(
                    corpus.name,
                    month,
                    tuple(parts[name] for name in NAMES),
                    health.score,
                    left is not None and left <= month + AHEAD,
                )
            )
    return found


NAMES = ("volume", "warnings", "satisfaction", "urgency", "unsettled", "resolution time")


def _months(first: datetime, last: datetime) -> Iterator[date]:
    month = date(first.year, first.month, 1)
    while month <= last.date():
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def auroc(rows: Sequence[Scored], scores: Floats) -> tuple[float, int]:
    """How often who leaves scores lower than who stays, ties as half; and over how many pairs."""
    groups: dict[tuple[str, date], list[int]] = defaultdict(list)
    for place, one in enumerate(rows):
        groups[one.world, one.month].append(place)
    wins = pairs = 0.0
    for places in groups.values():
        left = scores[[at for at in places if rows[at].left]]
        stays = scores[[at for at in places if not rows[at].left]]
        if len(left) and len(stays):
            wins += float(stats.mannwhitneyu(stays, left).statistic)
            pairs += len(left) * len(stays)
    return (wins / pairs if pairs else float("nan")), int(pairs)


def fitted(rows: Sequence[Scored]) -> Floats:
    """Weights, none below 0, that sum to 1: logistic regression of staying on the drivers, lightly held to 0."""
    parts = np.array([one.parts for one in rows])
    stays = np.array([0.0 if one.left else 1.0 for one in rows])

    def loss(weights: Floats) -> float:
        at = parts @ weights[1:] + weights[0]
        return float(np.mean(np.logaddexp(0, at) - stays * at) + 1e-3 * np.sum(weights[1:] ** 2))

    bounds = [(None, None)] + [(0.0, None)] * parts.shape[1]
    found = optimize.minimize(loss, np.zeros(parts.shape[1] + 1), bounds=bounds).x[1:]
    return np.asarray(found / max(found.sum(), 1e-9))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs=2, metavar=("FIRST", "LAST"))
    parser.add_argument("--sample", action="store_true")
    arguments = parser.parse_args()
    seeds = range(arguments.seeds[0], arguments.seeds[1] + 1) if arguments.seeds else ()
    rows: list[Scored] = []
    for corpus in corpora(seeds, with_sample=arguments.sample):
        rows += anyio.run(scored, corpus)
    if not rows:
        sys.exit("Nothing to score: give --sample, --seeds or both.")
    parts = np.array([one.parts for one in rows])
    value, pairs = auroc(rows, np.array([one.score for one in rows]))
    left = {(one.world, one.month) for one in rows if one.left}
    print(
        f"{len(rows):,} customers' months, {sum(one.left for one in rows)} before a loss; {pairs:,} pairs of {len(left)} months"
    )
    print(f"AUROC of the score: {value:.3f}; of equal weights: {auroc(rows, parts.mean(axis=1))[0]:.3f}")
    for at, name in enumerate(NAMES):
        print(f"  {name} alone: {auroc(rows, parts[:, at])[0]:.3f}")
    worlds = sorted({one.world for one in rows})
    if len(worlds) > 1:
        held_out = np.zeros(len(rows))
        for world in worlds:
            weights = fitted([one for one in rows if one.world != world])
            own = [place for place, one in enumerate(rows) if one.world == world]
            held_out[own] = parts[own] @ weights
        print(f"AUROC of fitted weights, each world by those fitted on the others: {auroc(rows, held_out)[0]:.3f}")
    print(json.dumps({name: round(float(one), 3) for name, one in zip(NAMES, fitted(rows), strict=True)}))


if __name__ == "__main__":
    main()
