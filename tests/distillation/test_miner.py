"""The miner on counts whose truth is known: exact numbers, planted changes, and data without any change."""

import random
from datetime import UTC, datetime

import pytest

from moe_memorygraph.distillation import KEEP_Q, Mined, mine
from moe_memorygraph.distillation.miner import MonthlyCount
from moe_memorygraph.memory.values import DataSpan, Pattern

NAMES = {"acme": "Acme Corp", "globex": "Globex"}
WHOLE_YEARS = DataSpan(oldest=datetime(2024, 1, 1, 1, tzinfo=UTC), newest=datetime(2025, 12, 31, 23, tzinfo=UTC))
MONTHS = [datetime(year, month, 1, tzinfo=UTC) for year in (2024, 2025) for month in range(1, 13)]


def flat(customer: str, category: str, per_month: int) -> list[MonthlyCount]:
    return [(customer, category, month, per_month) for month in MONTHS]


def found(mined: Mined, **about: object) -> Pattern:
    matches = [each for each in mined.patterns if all(getattr(each, name) == value for name, value in about.items())]
    assert len(matches) == 1, [each.statement for each in matches]
    return matches[0]


def poisson(rng: random.Random, mean: float) -> int:
    count, passed = 0, rng.expovariate(1)
    while passed < mean:
        count, passed = count + 1, passed + rng.expovariate(1)
    return count


def test_no_tickets_no_patterns() -> None:
    assert mine([], DataSpan(oldest=None, newest=None), names={}) == Mined()


def test_a_planted_rise_is_found_with_its_exact_numbers() -> None:
    counts = flat("acme", "support", 400) + flat("acme", "billing", 40)
    counts = [
        (customer, category, month, 56 if category == "billing" and month >= MONTHS[-3] else count)
        for customer, category, month, count in counts
    ]
    pattern = found(mine(counts, WHOLE_YEARS, names=NAMES), kind="level_change", customer_id="acme", topic="billing")
    assert (pattern.count, pattern.baseline_count, pattern.change_pct) == (168, 120, 40.0)
    assert (pattern.rate_ratio, pattern.ci_low, pattern.ci_high) == (1.4, 1.1076, 1.7696)
    assert pattern.period_start == datetime(2025, 10, 1, tzinfo=UTC)
    assert pattern.period_end == datetime(2026, 1, 1, tzinfo=UTC)
    assert pattern.statement.startswith(
        "Billing tickets of Acme Corp rose 40 % in Q4 2025: 168 against 120 in Q3 2025"
        " (rate ratio 1.40, 95 % interval 1.11 to 1.77)."
    )


def test_a_fall_and_a_new_topic_are_told_apart() -> None:
    counts = flat("acme", "delay", 100)
    counts = [(who, what, month, 60 if month >= MONTHS[-3] else count) for who, what, month, count in counts]
    counts += [("globex", "sso", month, 9) for month in MONTHS[-3:]]
    mined = mine(counts, WHOLE_YEARS, names=NAMES)
    fall = found(mined, kind="level_change", customer_id="acme", topic="delay")
    assert fall.change_pct == -40.0
    assert "Delay tickets of Acme Corp fell 40 % in Q4 2025: 180 against 300 in Q3 2025" in fall.statement
    new = found(mined, kind="new_topic", customer_id="globex", topic="sso")
    assert (new.count, new.baseline_count, new.change_pct) == (27, 0, None)
    assert new.statement.startswith(
        "Sso tickets of Globex appeared for the first time in Q4 2025: 27 against 0 in Q3 2025"
    )


def test_a_topic_that_comes_back_is_not_called_new() -> None:
    counts = flat("acme", "support", 50)
    counts += [("acme", "outage", month, 20) for month in (*MONTHS[:3], *MONTHS[12:15])]
    back = found(
        mine(counts, WHOLE_YEARS, names=NAMES),
        kind="level_change",
        customer_id="acme",
        topic="outage",
        period_start=MONTHS[12],
    )
    assert "reappeared in Q1 2025: 60 against 0 in Q4 2024" in back.statement


def test_one_bad_month_is_a_spike() -> None:
    counts = [("acme", "outage", month, 90 if month == MONTHS[4] else 10) for month in MONTHS]
    spike = found(mine(counts, WHOLE_YEARS, names=NAMES), kind="spike", customer_id="acme", topic="outage")
    assert (spike.count, spike.baseline_count) == (90, 30)
    assert spike.rate_ratio == pytest.approx(90 / 31 / (30 / 90), rel=1e-3)
    assert "spiked in May 2024, 8.7 times the daily rate of the three months before: 90 against 30" in spike.statement


def test_a_period_that_the_data_ends_in_is_compared_by_days() -> None:
    counts = [("acme", "billing", month, 300) for month in MONTHS[:22]]
    counts += [("acme", "billing", MONTHS[22], 400)]
    span = DataSpan(oldest=WHOLE_YEARS.oldest, newest=datetime(2025, 11, 20, 12, tzinfo=UTC))
    pattern = found(
        mine(counts, span, names=NAMES),
        kind="level_change",
        customer_id="acme",
        topic="billing",
        period_start=MONTHS[21],
    )
    assert (pattern.count, pattern.baseline_count) == (700, 900)
    assert pattern.change_pct == pytest.approx(100 * (700 / 51 / (900 / 92) - 1), abs=0.05)
    assert "The data covers 51 of 92 days of Q4 2025 and 92 of 92 days of Q3 2025" in pattern.statement


def test_a_period_hardly_begun_is_left_out() -> None:
    counts = [("acme", "billing", month, 300) for month in MONTHS[:21]] + [("acme", "billing", MONTHS[21], 100)]
    span = DataSpan(oldest=WHOLE_YEARS.oldest, newest=datetime(2025, 10, 9, 12, tzinfo=UTC))
    assert all(each.period_start < MONTHS[21] for each in mine(counts, span, names=NAMES).patterns)


def test_every_quarter_has_a_line_on_all_tickets() -> None:
    mined = mine(flat("acme", "billing", 300), WHOLE_YEARS, names=NAMES)
    lines = [each for each in mined.patterns if each.customer_id is None and each.topic is None]
    assert [each.kind for each in lines] == ["no_clear_change"] * 7
    assert all(each.confidence == 0.9 for each in lines)
    last = found(Mined(patterns=tuple(lines)), period_start=MONTHS[-3])
    assert "All tickets together did not clearly change in Q4 2025: 900 against 900 in Q3 2025" in last.statement


@pytest.mark.parametrize("seed", range(5))
def test_data_without_change_yields_few_claims(seed: int) -> None:
    rng = random.Random(seed)
    counts = [
        (f"customer-{who}", f"topic-{what}", month, poisson(rng, 6))
        for who in range(30)
        for what in range(5)
        for month in MONTHS
    ]
    mined = mine(counts, WHOLE_YEARS, names={})
    claimed = [each for each in mined.patterns if each.q_value is not None and each.q_value <= KEEP_Q]
    assert mined.tested > 4000
    assert len([each for each in claimed if each.kind != "no_clear_change"]) <= 2
    leads = [each for each in mined.patterns if each.kind != "no_clear_change" and each not in claimed]
    assert all("This may be chance" in each.statement and each.confidence < 1 - KEEP_Q for each in leads)


def test_overdispersed_data_without_change_yields_few_claims() -> None:
    rng = random.Random(7)
    counts = [
        (f"customer-{who}", "billing", month, poisson(rng, rng.gammavariate(2, 10)))
        for who in range(60)
        for month in MONTHS
    ]
    mined = mine(counts, WHOLE_YEARS, names={})
    assert mined.overdispersion > 3
    claimed = [each for each in mined.patterns if each.q_value is not None and each.q_value <= KEEP_Q]
    assert len(claimed) <= 5


@pytest.mark.parametrize("seed", range(3))
def test_planted_changes_are_found_among_many_customers(seed: int) -> None:
    rng = random.Random(seed)
    counts = [
        (f"customer-{who}", "billing", month, poisson(rng, 45 if who < 5 and month >= MONTHS[-3] else 15))
        for who in range(40)
        for month in MONTHS
    ]
    mined = mine(counts, WHOLE_YEARS, names={})
    risen = {
        each.customer_id
        for each in mined.patterns
        if each.kind == "level_change" and each.period_start == MONTHS[-3] and each.topic == "billing"
        if each.q_value is not None and each.q_value <= 0.01 and each.customer_id is not None
    }
    assert risen == {f"customer-{who}" for who in range(5)}


def test_the_order_of_counts_changes_nothing_and_ids_stay() -> None:
    counts = [("acme", "billing", month, 56 if month >= MONTHS[-3] else 40) for month in MONTHS]
    shuffled = counts[:]
    random.Random(1).shuffle(shuffled)
    first, again = mine(counts, WHOLE_YEARS, names=NAMES), mine(shuffled, WHOLE_YEARS, names=NAMES)
    assert first == again
    assert len({each.pattern_id for each in first.patterns}) == len(first.patterns)


def test_counts_without_a_category_belong_to_the_customer_only() -> None:
    counts = [("acme", "", month, 90 if month >= MONTHS[-3] else 30) for month in MONTHS]
    mined = mine(counts, WHOLE_YEARS, names=NAMES)
    assert {each.topic for each in mined.patterns} == {None}
    assert found(mined, kind="level_change", customer_id="acme").count == 270


def test_awkward_topics_are_quoted() -> None:
    counts = [("acme", "Loans, leases / billing", month, 90 if month >= MONTHS[-3] else 30) for month in MONTHS]
    pattern = found(mine(counts, WHOLE_YEARS, names=NAMES), kind="level_change", customer_id="acme", topic=counts[0][1])
    assert pattern.statement.startswith("Tickets of Acme Corp about “Loans, leases / billing” rose 200 %")
