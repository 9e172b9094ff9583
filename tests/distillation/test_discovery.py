"""Many seeds of generated data: planted changes are found, and what has none gives none."""

from dataclasses import replace

import numpy as np
import pytest

from moe_memorygraph.distillation import KEEP_Q, Mined, mine
from moe_memorygraph.memory.values import Pattern
from tests.distillation.planting import MONTHS, YEARS, drawn, patterns_of

CUSTOMERS, TOPICS = 20, 5
MEANS = (15.0, 40.0, 5.0, 100.0, 2.0)
"""Tickets of a customer and topic in a month."""


def claims(mined: Mined) -> list[Pattern]:
    """What is stated without saying that it may be chance."""
    return [
        one
        for one in patterns_of(mined)
        if one.kind != "no_clear_change" and one.q_value is not None and one.q_value <= KEEP_Q
    ]


def calm(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.full((CUSTOMERS, TOPICS, len(MONTHS)), MEANS[seed % len(MEANS)])


def test_data_without_change_gives_claims_in_one_of_twenty_runs_at_most() -> None:
    runs = [mine(drawn(np.random.default_rng(seed), calm(seed)), YEARS, customers=()) for seed in range(200)]
    assert sum(one.tested for one in runs) > 500_000
    assert sum(bool(claims(one)) for one in runs) <= 0.05 * len(runs)


def test_shuffled_tickets_give_claims_in_one_of_twenty_runs_at_most() -> None:
    """A planted rise of a half, of which shuffling leaves only that all tickets together rose."""
    with_claims = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        means = calm(1)
        means[:8, :2, -3:] *= 1.5
        cells = drawn(rng, means)
        assert any(one.customer_id for one in claims(mine(cells, YEARS, customers=())))
        order = rng.permutation(len(cells))
        shuffled = replace(cells, customer=cells.customer[order], topic=cells.topic[order])
        with_claims += any(one.customer_id for one in claims(mine(shuffled, YEARS, customers=())))
    assert with_claims <= 2


@pytest.mark.parametrize("alpha", [0.02, 0.1])
def test_counts_that_spread_more_than_poisson_give_few_claims(alpha: float) -> None:
    tested = stated = 0
    for seed in range(30):
        mined = mine(drawn(np.random.default_rng(seed), calm(seed), alpha=alpha), YEARS, customers=())
        tested, stated = tested + mined.tested, stated + len(claims(mined))
    assert tested > 75_000
    assert stated <= 10


@pytest.mark.parametrize("factor", [1.4, 0.6])
def test_planted_changes_are_found_where_a_month_has_a_hundred_tickets(factor: float) -> None:
    found = planted = false = 0
    for seed in range(25):
        rng = np.random.default_rng(1000 + seed)
        means = np.full((CUSTOMERS, TOPICS, len(MONTHS)), 100.0)
        changed = {(int(a), int(b)) for a, b in zip(rng.integers(0, 20, 5), rng.integers(0, 5, 5), strict=True)}
        for customer, topic in changed:
            means[customer, topic, -3:] *= factor
        truth = {(f"customer-{customer:04}", f"topic-{topic:03}") for customer, topic in changed}
        stated = [
            one
            for one in claims(mine(drawn(rng, means), YEARS, customers=()))
            if one.kind == "level_change" and one.customer_id and one.topic
        ]
        scopes = {(one.customer_id, one.topic) for one in stated if one.period_start == MONTHS[-3]}
        found, planted = found + len(scopes & truth), planted + len(truth)
        false += len(scopes - truth) + sum(one.period_start != MONTHS[-3] for one in stated)
    assert found / planted >= 0.95
    assert false / found <= 0.05


def test_counts_are_exact() -> None:
    rng = np.random.default_rng(4)
    means = calm(1)
    means[3, 2, -3:] *= 2
    cells = drawn(rng, means)
    (found,) = [
        one
        for one in claims(mine(cells, YEARS, customers=()))
        if (one.kind, one.customer_id, one.topic) == ("level_change", "customer-0003", "topic-002")
    ]
    own = (cells.customer == 3) & (cells.topic == 2)
    for since, until, count in (
        (found.period_start, found.period_end, found.count),
        (found.baseline_start, found.baseline_end, found.baseline_count),
    ):
        inside = (cells.piece >= np.datetime64(since.date())) & (cells.piece < np.datetime64(until.date()))
        assert cells.tickets[own & inside].sum() == count
