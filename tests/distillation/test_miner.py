"""The miner on cells whose truth is known: exact numbers, every kind of change, gaps, seasons and fading."""

import math
import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest

from moe_memorygraph.distillation import KEEP_Q, KINDS, Mined, mine
from moe_memorygraph.memory.cells import piece_of
from moe_memorygraph.memory.values import Customer, DataSpan, Pattern
from tests.distillation.planting import (
    MONTHS,
    NAMES,
    YEARS,
    Count,
    cells_of,
    cells_of_months,
    mined_months,
    patterns_of,
    pieces_of,
    spread_evenly,
)


def flat(customer: str, topic: str, per_month: int) -> list[Count]:
    return [(customer, topic, month, per_month) for month in MONTHS]


def only(patterns: list[Pattern], **about: object) -> Pattern:
    matches = [each for each in patterns if all(getattr(each, name) == value for name, value in about.items())]
    assert len(matches) == 1, [each.statement for each in matches]
    return matches[0]


def test_no_tickets_no_patterns() -> None:
    assert mine(cells_of([]), DataSpan(oldest=None, newest=None), customers=()) == Mined()


@pytest.mark.parametrize("tickets", [1, 2, 19, 20, 40])
@pytest.mark.parametrize("months", [1, 2, 5, 24])
def test_few_tickets_are_no_trouble(tickets: int, months: int) -> None:
    counts = [("acme", "billing" if at % 2 else "", MONTHS[at % months], 1) for at in range(tickets)]
    newest = MONTHS[months - 1].replace(day=28)
    for patterns in (mined_months(counts), mined_months(counts, DataSpan(oldest=MONTHS[0], newest=newest))):
        assert all(one.kind == "no_clear_change" or one.confidence < 0.95 for one in patterns)


def test_a_planted_rise_is_found_with_its_exact_numbers() -> None:
    counts = flat("acme", "support", 400) + flat("acme", "billing", 40)
    counts = [
        (customer, topic, month, 56 if topic == "billing" and month >= MONTHS[-3] else count)
        for customer, topic, month, count in counts
    ]
    pattern = only(mined_months(counts), kind="level_change", customer_id="acme", topic="billing")
    assert (pattern.count, pattern.baseline_count, pattern.change_pct) == (168, 480, 40.0)
    assert (pattern.period_start, pattern.period_end) == (
        datetime(2025, 10, 1, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert (pattern.baseline_start, pattern.baseline_end) == (datetime(2024, 10, 1, tzinfo=UTC), pattern.period_start)
    assert pattern.rate_ratio == round(168 / 92 / (480 / 365), 4)
    assert pattern.q_value is not None
    assert pattern.q_value <= KEEP_Q
    assert pattern.statement == (
        "Billing tickets of Acme Corp rose 40 % in Q4 2025: 168 against 120 a quarter in Q4 2024 to Q3 2025"
        f" (rate ratio 1.39, 95 % interval {pattern.ci_low:.2f} to {pattern.ci_high:.2f});"
        " 120 in the quarter before (+40 %)."
    )


def test_a_baseline_that_is_not_steady_is_the_quarter_before_alone() -> None:
    levels = (40, 40, 40, 40, 90, 20, 90, 180)
    counts = [("acme", "billing", month, levels[at // 3]) for at, month in enumerate(MONTHS)]
    pattern = only(mined_months(counts), kind="level_change", customer_id="acme", topic="billing", count=540)
    assert (pattern.baseline_count, pattern.change_pct) == (270, 100.0)
    assert "540 against 270 in Q3 2025 (rate ratio 2.00" in pattern.statement


def test_a_fall_a_new_topic_and_one_that_vanished_are_told_apart() -> None:
    counts = flat("globex", "support", 100)
    counts += [("acme", "delay", month, 60 if month >= MONTHS[-3] else 100) for month in MONTHS]
    counts += [("acme", "sso", month, 9) for month in MONTHS[-3:]]
    counts += [("acme", "fax", month, 9) for month in MONTHS[:-3]]
    patterns = mined_months(counts)
    fall = only(patterns, kind="level_change", customer_id="acme", topic="delay")
    assert fall.change_pct == -40.0
    assert "Delay tickets of Acme Corp fell 40 % in Q4 2025: 180 against 300 a quarter" in fall.statement
    new = only(patterns, kind="new_topic", customer_id="acme", topic="sso")
    assert (new.count, new.baseline_count, new.change_pct) == (27, 0, None)
    assert new.statement.startswith("Sso tickets of Acme Corp appeared for the first time in Q4 2025: 27 against 0")
    gone = only(patterns, kind="vanished_topic", customer_id="acme", topic="fax")
    assert (gone.count, gone.change_pct) == (0, -100)
    assert gone.statement.startswith("Fax tickets of Acme Corp stopped in Q4 2025: 0 against 27 a quarter")


def test_a_customers_first_tickets_are_no_change_of_the_customer() -> None:
    counts = flat("globex", "support", 100) + [("acme", "sso", month, 30) for month in MONTHS[-3:]]
    patterns = mined_months(counts)
    assert [one for one in patterns if one.customer_id == "acme"] == []
    assert only(patterns, kind="new_topic", topic="sso").count == 90


def test_a_topic_that_comes_back_is_not_called_new() -> None:
    counts = flat("acme", "support", 50)
    counts += [("acme", "outage", month, 20) for month in (*MONTHS[:3], *MONTHS[12:15])]
    back = only(mined_months(counts), kind="level_change", customer_id="acme", topic="outage", period_start=MONTHS[12])
    assert "reappeared in Q1 2025: 60 against 0 a quarter in Q2 to Q4 2024" in back.statement


def test_one_bad_month_is_a_spike() -> None:
    counts = [("acme", "outage", month, 90 if month == MONTHS[4] else 10) for month in MONTHS]
    spike = only(mined_months(counts), kind="spike", customer_id="acme", topic="outage")
    assert (spike.count, spike.baseline_count) == (90, 30)
    assert spike.rate_ratio == pytest.approx(90 / 31 / (30 / 90), rel=1e-3)
    assert "spiked in May 2024, 8.7 times the daily rate of the three months before: 90 against 30" in spike.statement


def test_a_week_of_change_is_found_where_it_is() -> None:
    turn = date(2025, 2, 17)
    rows = [
        {"customer": "acme", "topic": "billing", "piece": piece, "tickets": (4 if piece >= turn else 2) * days}
        for month in MONTHS
        for piece, days in pieces_of(month)
    ]
    patterns = patterns_of(mine(cells_of(rows), YEARS, customers=NAMES))
    found = only(patterns, kind="change_point", topic=None, customer_id="acme")
    assert found.period_start.date() == turn
    assert found.rate_ratio == pytest.approx(2, abs=0.01)
    assert (
        "rose from 14 to 28 a week around 17 February 2025: 728 in 26 weeks against 364 in the 26 before"
        in found.statement
    )


def test_a_period_that_the_data_ends_in_is_compared_by_days() -> None:
    counts = [("acme", "billing", month, 300) for month in MONTHS[:22]]
    counts.append(("acme", "billing", MONTHS[22], 600))
    span = DataSpan(oldest=YEARS.oldest, newest=datetime(2025, 11, 20, 12, tzinfo=UTC))
    patterns = mined_months(counts, span)
    pattern = only(patterns, kind="level_change", customer_id="acme", topic="billing", period_start=MONTHS[21])
    assert (pattern.count, pattern.baseline_count) == (900, 3600)
    assert pattern.change_pct == pytest.approx(100 * (900 / 51 / (3600 / 365) - 1), abs=0.05)
    assert "The data covers 51 of 92 days of Q4 2025 and 365 of 365 days of Q4 2024 to Q3 2025" in pattern.statement


def test_a_period_hardly_begun_is_left_out() -> None:
    counts = [("acme", "billing", month, 300) for month in MONTHS[:21]] + [("acme", "billing", MONTHS[21], 100)]
    span = DataSpan(oldest=YEARS.oldest, newest=datetime(2025, 10, 9, 12, tzinfo=UTC))
    assert all(each.period_start < MONTHS[21] for each in mined_months(counts, span))


def test_months_without_data_are_a_gap_and_no_fall() -> None:
    rng = np.random.default_rng(5)
    held = {at: 1 if 8 <= at < 15 else int(rng.poisson(300)) for at in range(24)}
    patterns = mined_months([("acme", "billing", MONTHS[at], count) for at, count in held.items()])
    assert {one.kind for one in patterns} == {"no_clear_change"}
    assert all(one.baseline_end <= MONTHS[8] or one.baseline_start >= MONTHS[15] for one in patterns)


def test_every_quarter_has_a_line_on_all_tickets() -> None:
    lines = [one for one in mined_months(flat("acme", "billing", 300)) if one.customer_id is one.topic is None]
    assert [each.kind for each in lines] == ["no_clear_change"] * 7
    assert all(each.confidence == 0.9 for each in lines)
    last = only(lines, period_start=MONTHS[-3])
    assert last.statement.startswith(
        "All tickets together did not clearly change in Q4 2025: 900 against 900 a quarter in Q4 2024 to Q3 2025"
    )


def test_what_comes_back_every_year_is_a_season() -> None:
    months = [datetime(year, month, 1, tzinfo=UTC) for year in range(2022, 2026) for month in range(1, 13)]
    span = DataSpan(oldest=months[0], newest=datetime(2025, 12, 31, 23, tzinfo=UTC))
    rng = np.random.default_rng(0)

    def level(month: datetime, factor: float = 1.0) -> int:
        return int(rng.poisson(factor * (900 if month.month >= 11 else 500)))

    calm = mined_months([("acme", "billing", month, level(month)) for month in months], span)
    assert [one.statement for one in calm if one.kind not in ("no_clear_change",) and one.confidence > 0.9] == []
    last = [level(month, 1.5 if month >= datetime(2025, 10, 1, tzinfo=UTC) else 1.0) for month in months]
    counts = [("acme", "billing", month, count) for month, count in zip(months, last, strict=True)]
    risen = only(
        mined_months(counts, span),
        kind="level_change",
        customer_id="acme",
        topic="billing",
        period_end=months[-1].replace(year=2026, month=1),
    )
    assert risen.rate_ratio == pytest.approx(1.5, rel=0.1)
    assert "beyond the season in Q4 2025" in risen.statement
    assert risen.statement.endswith("The season is taken out of the ratio.")


def measured(month: datetime, number: int, **more: float) -> list[dict[str, Any]]:
    """A month of acme's login tickets, in its first piece."""
    return [{"customer": "acme", "topic": "login", "piece": pieces_of(month)[0][0], "tickets": number, **more}]


@pytest.mark.parametrize(
    ("measure", "whole", "words"),
    [
        ("low_rated", "rated", "30 % were rated 1 or 2, 36 of 120 rated, against 10 %, 48 of 480,"),
        ("urgent", "ranked", "30 % were urgent, 36 of 120 with a priority, against 10 %, 48 of 480,"),
        ("reopened", "tickets", "30 % were reopened, 36 of 120 in all, against 10 %, 48 of 480,"),
    ],
)
def test_rising_trouble(measure: str, whole: str, words: str) -> None:
    rows = [
        row for month in MONTHS for row in measured(month, 40, **{whole: 40, measure: 12 if month >= MONTHS[-3] else 4})
    ]
    found = only(patterns_of(mine(cells_of(rows), YEARS, customers=NAMES)), kind="rising_trouble", customer_id="acme")
    assert f"Tickets of Acme Corp gave more trouble in Q4 2025: {words}" in found.statement
    assert (found.count, found.baseline_count, found.rate_ratio) == (36, 48, 3.0)


def test_trouble_that_eases_is_not_told() -> None:
    rows = [
        row for month in MONTHS for row in measured(month, 40, rated=40, low_rated=2 if month >= MONTHS[-3] else 12)
    ]
    assert not [
        one for one in patterns_of(mine(cells_of(rows), YEARS, customers=NAMES)) if one.kind == "rising_trouble"
    ]


def test_slow_resolution_is_told_in_hours() -> None:
    rows = []
    for month in MONTHS:
        hours = 30.0 if month >= MONTHS[-3] else 10.0
        sums = {"log_hours": 20 * np.log(hours), "log_hours_squared": 20 * np.log(hours) ** 2 + 20 * 0.5}
        rows += measured(month, 40, resolved=20, timed=20, **sums)
    found = only(patterns_of(mine(cells_of(rows), YEARS, customers=NAMES)), kind="slow_resolution", customer_id="acme")
    assert found.rate_ratio == pytest.approx(3, abs=0.001)
    assert "typically 30 hours against 10 hours in Q4 2024 to Q3 2025 (geometric means of 40 and 240" in found.statement


def test_repeat_contacts_beyond_what_numbers_explain() -> None:
    rows = []
    for month in MONTHS:
        for customer in range(40):
            repeated = int(customer < 20) if month >= MONTHS[-3] else int(customer == 0)
            rows += [{**measured(month, 2, repeated=repeated)[0], "customer": f"customer-{customer:02}"}]
    found = only(patterns_of(mine(cells_of(rows), YEARS, customers=())), kind="repeat_contacts", topic="login")
    assert (found.count, found.baseline_count) == (60, 12)
    assert found.rate_ratio == pytest.approx(20, rel=0.1)
    assert "More customers came back within a week about the same topic in Q4 2025, in login tickets" in found.statement


def test_topics_that_come_together() -> None:
    rng = np.random.default_rng(1)
    rows = []
    for customer in range(40):
        for month in MONTHS:
            topics = {name for name in ("billing", "bug", "login") if rng.random() < 0.2}
            if rng.random() < 0.1:
                topics |= {"outage", "refund"}
            rows += [
                {"customer": f"c-{customer}", "topic": topic, "piece": month.date(), "tickets": 1} for topic in topics
            ]
    patterns = patterns_of(mine(cells_of(rows), YEARS, customers=()))
    found = only(patterns, kind="co_occurrence")
    both = sum(row["topic"] == "refund" for row in rows)
    assert (found.topic, found.count) == ("outage", both)
    assert found.statement.startswith(f"Customers with outage and refund tickets in one month: {both} times from")


def test_what_rises_before_customers_leave() -> None:
    rng = np.random.default_rng(2)
    customers, counts = [], []
    for number in range(60):
        left = MONTHS[12 + number % 11] if number < 15 else None
        customers.append(
            Customer(customer_id=f"c-{number}", name=f"C {number}", churned_at=left.date() if left else None)
        )
        for month in MONTHS:
            if left is not None and month >= left:
                break
            is_before = left is not None and left - month <= timedelta(days=95)
            counts.append((f"c-{number}", "support", month, int(rng.poisson(5))))
            counts.append((f"c-{number}", "pricing", month, int(rng.poisson(5 if is_before else 1))))
    gap = MONTHS[5]  # a month of which hardly any ticket was loaded, and that of somebody else
    counts = [one for one in counts if one[2] != gap] + [("nobody", "support", gap, 1)]
    mined = mine(cells_of_months(counts), YEARS, customers=customers)
    found = only(patterns_of(mined), kind="churn_precursor", topic="pricing")
    assert found.count >= 12
    assert found.rate_ratio is not None
    assert found.rate_ratio > 2
    assert found.statement.startswith(f"Customers that leave have more pricing tickets before: {found.count} of 15")
    (one,) = [one for one in mined.patterns if one.pattern == found]
    assert {query.customer_id for query in one.evidence} <= {f"c-{number}" for number in range(15)}
    assert not [each for each in patterns_of(mined) if each.kind == "churn_precursor" and each.topic == "support"]


def test_tiers_channels_and_products_have_patterns_of_their_own() -> None:
    customers = [Customer(customer_id=f"c-{at}", name=f"C {at}", tier="gold" if at < 3 else "basic") for at in range(6)]
    rows = []
    for month in MONTHS:
        for at in range(6):
            for channel, product in (("chat", "Cards"), ("email", "Loans")):
                tickets = 30
                if month >= MONTHS[-3]:
                    tickets *= 2 if at < 3 else 1
                    tickets *= 2 if channel == "chat" else 1
                    tickets *= 2 if product == "Cards" else 1
                row = {"customer": f"c-{at}", "topic": "support", "channel": channel, "product": product}
                pieces = pieces_of(month)
                spread = spread_evenly(tickets, [days for _, days in pieces])
                rows += [
                    {**row, "piece": piece, "tickets": count}
                    for (piece, _), count in zip(pieces, spread, strict=True)
                    if count
                ]
    patterns = patterns_of(mine(cells_of(rows), YEARS, customers=customers))
    gold = only(patterns, kind="level_change", tier="gold", topic=None, period_start=MONTHS[-3])
    chat = only(patterns, kind="level_change", channel="chat", topic=None, period_start=MONTHS[-3])
    cards = only(patterns, kind="level_change", product="Cards", topic=None, period_start=MONTHS[-3])
    assert (gold.count, chat.count, cards.count) == (2700, 3240, 3240)
    assert gold.statement.startswith("Tickets of gold customers rose")
    assert chat.statement.startswith("Tickets by chat rose")
    assert cards.statement.startswith("Tickets on Cards rose")


def test_a_pattern_fades_and_then_is_gone() -> None:
    counts = [("acme", "billing", month, 56 if month >= MONTHS[21] else 40) for month in MONTHS]
    counts += flat("acme", "support", 200)
    fresh = only(mined_months(counts), kind="level_change", customer_id="acme", topic="billing")
    assert fresh.weight == fresh.confidence or fresh.weight == pytest.approx(fresh.confidence, abs=0.01)
    assert fresh.expires_at is not None
    weights = []
    for years in (1, 4, 8):
        later = [
            (who, what, month.replace(year=2025 + year), 200 if what == "support" else 56)
            for year in range(1, years + 1)
            for who, what, month, _ in counts[:24:2] + counts[24::2]
            if month.year == 2025 or year > 0
        ]
        span = DataSpan(oldest=YEARS.oldest, newest=datetime(2025 + years, 12, 31, 23, tzinfo=UTC))
        found = [one for one in mined_months([*counts, *later], span) if one.pattern_id == fresh.pattern_id]
        weights.append(found[0].weight if found else None)
        assert (span.newest is not None and span.newest >= fresh.expires_at) == (not found)
    assert weights[0] == pytest.approx(fresh.confidence * 2 ** (-365 / 730), abs=0.03)
    assert weights[2] is None


def test_the_order_of_cells_changes_nothing_and_ids_stay() -> None:
    counts = [("acme", "billing", month, 56 if month >= MONTHS[-3] else 40) for month in MONTHS]
    shuffled = counts[:]
    random.Random(1).shuffle(shuffled)
    first, again = mined_months(counts), mined_months(shuffled)
    assert first == again
    assert len({each.pattern_id for each in first}) == len(first)


def test_tickets_without_a_topic_belong_to_the_customer_only() -> None:
    counts = [("acme", "", month, 90 if month >= MONTHS[-3] else 30) for month in MONTHS]
    patterns = mined_months(counts)
    assert {each.topic for each in patterns} == {None}
    assert only(patterns, kind="level_change", customer_id="acme").count == 270


def test_awkward_topics_are_quoted() -> None:
    counts = [("acme", "Loans, leases / billing", month, 90 if month >= MONTHS[-3] else 30) for month in MONTHS]
    pattern = only(mined_months(counts), kind="level_change", customer_id="acme", topic=counts[0][1])
    assert pattern.statement.startswith("Tickets of Acme Corp about “Loans, leases / billing” rose 200 %")


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_cells_hold_patterns_make_sense(seed: int) -> None:
    chance = random.Random(seed)
    first = date(2022, chance.randint(1, 12), chance.randint(1, 28))
    length, share = chance.choice([1, 20, 100, 400, 1300]), chance.choice([0.05, 1])
    days = [first + timedelta(days=at) for at in range(length) if chance.random() < share] or [first]
    customers = [
        Customer(
            customer_id=f"c-{at}",
            name=f"C {at}",
            tier=chance.choice([None, "gold", "basic"]),
            churned_at=chance.choice([None, chance.choice(days)]),
        )
        for at in range(chance.choice([1, 3, 40]))
    ]
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for _ in range(chance.choice([1, 5, 30, 200, 900])):
        names = {
            "customer": chance.choice([one.customer_id for one in customers] + ["unknown"]),
            "topic": chance.choice(["", "a", "b", "c"]),
            "channel": chance.choice(["", "chat"]),
            "product": chance.choice(["", "p", "q"]),
            "piece": piece_of(chance.choice(days)),
        }
        tickets = chance.randint(1, 30)
        measures = {name: chance.randint(0, tickets) for name in ("urgent", "reopened", "repeated", "low_rated")}
        measures |= {"rated": tickets, "ranked": tickets, "resolved": tickets}
        logs = {"log_hours": tickets * chance.random(), "log_hours_squared": float(tickets)}
        rows[tuple(names.values())] = {**names, "tickets": tickets, **measures, **logs}
    span = DataSpan(
        oldest=datetime.combine(min(days), time(5), tzinfo=UTC),
        newest=datetime.combine(max(days), time(20), tzinfo=UTC),
    )
    patterns = patterns_of(mine(cells_of(rows.values()), span, customers=customers))
    assert len({one.pattern_id for one in patterns}) == len(patterns)
    for one in patterns:
        assert one.kind in KINDS
        assert one.period_start < one.period_end
        assert one.baseline_start < one.baseline_end
        assert one.rate_ratio is not None
        assert one.ci_low is not None
        assert one.ci_high is not None
        assert 0 <= one.ci_low < one.ci_high < math.inf
        assert one.rate_ratio > 0 or one.count == 0
        assert "nan" not in one.statement
        assert one.weight is not None
        assert one.weight <= one.confidence + 0.005
