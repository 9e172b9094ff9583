"""The score and its drivers: exact sums, the right direction, little said on little ground."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_memorygraph.health import BASELINE, change_sentences, health_of
from moe_memorygraph.memory.values import CustomerFigures

CALM = CustomerFigures(
    customer_id="C-0",
    tickets=20,
    earlier=60,
    rated=10,
    csat=4.0,
    ranked=20,
    urgent=4,
    resolved=18,
    hours=24.0,
    with_status=20,
    unsettled=2,
    warning=1,
)


def crowd(count: int = 30) -> list[CustomerFigures]:
    """Customers that differ a little in everything."""
    return [
        replace(
            CALM,
            customer_id=f"C-{place}",
            tickets=15 + place,
            csat=3.0 + place / 30,
            urgent=3 + place % 7,
            hours=10.0 + place,
            unsettled=1 + place % 4,
            warning=place % 3,
        )
        for place in range(count)
    ]


@st.composite
def figures(draw: st.DrawFn) -> CustomerFigures:
    tickets = draw(st.integers(0, 500))
    rated, ranked, resolved, settled = (draw(st.integers(0, tickets)) for _ in range(4))
    return CustomerFigures(
        customer_id=draw(st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=3)),
        tickets=tickets,
        earlier=draw(st.integers(0, 2000)),
        rated=rated,
        csat=draw(st.floats(1, 5)) if rated else None,
        ranked=ranked,
        urgent=draw(st.integers(0, ranked)),
        resolved=resolved,
        hours=draw(st.floats(0, 10_000)) if resolved else None,
        with_status=settled,
        unsettled=draw(st.integers(0, settled)),
        warning=draw(st.integers(0, tickets)),
    )


@given(st.lists(figures(), max_size=12, unique_by=lambda one: one.customer_id))
def test_the_drivers_add_up_to_the_score_and_it_stays_in_its_range(held: list[CustomerFigures]) -> None:
    for customer_id in [*(one.customer_id for one in held), "nobody at all"]:
        health = health_of(customer_id, held)
        assert health.score == pytest.approx(health.start + sum(one.points for one in health.drivers), abs=1e-9)
        assert 0 <= health.score <= 100
        assert sum(one.most for one in health.drivers) == health.start
        assert all(abs(one.points) <= one.most for one in health.drivers)
        assert all(abs(one.points + one.gained_at_typical) <= one.most + 0.05 for one in health.drivers)


@pytest.mark.parametrize(
    ("name", "worse"),
    [
        ("volume", {"tickets": 200}),
        ("warnings", {"warning": 15}),
        ("satisfaction", {"csat": 1.2}),
        ("urgency", {"urgent": 20}),
        ("unsettled", {"unsettled": 18}),
        ("resolution time", {"hours": 400.0}),
    ],
)
def test_what_is_worse_takes_from_the_score_and_says_so_first(name: str, worse: dict[str, float]) -> None:
    troubled = replace(crowd()[10], customer_id="troubled", **worse)  # type: ignore[arg-type]
    health = health_of("troubled", [*crowd(), troubled])
    driver = next(one for one in health.drivers if one.name == name)
    assert driver.points < -0.5 * driver.most
    assert driver.rank is not None
    assert driver.rank > 0.9
    assert health.score < health_of("C-10", [*crowd(), troubled]).score


def test_the_typical_customer_is_in_the_middle() -> None:
    same = [replace(CALM, customer_id=f"C-{place}") for place in range(9)]
    health = health_of("C-4", same)
    assert health.score == 50.0
    assert {one.points for one in health.drivers} == {0.0}
    assert health.compared_with == 9


def mended(one: CustomerFigures, name: str, typical: float, held: list[CustomerFigures]) -> CustomerFigures:
    """The customer with this driver's figure at `typical`: fractions of tickets, where need be."""

    def count(part: str, whole: str) -> float:
        average = sum(getattr(each, part) for each in held) / sum(getattr(each, whole) for each in held)
        return float(typical * (getattr(one, whole) + 4) - 4 * average)

    changes: dict[str, Any] = {
        "volume": lambda: {"tickets": typical * (one.earlier / 3 + 0.5) - 0.5},
        "warnings": lambda: {"warning": typical},
        "satisfaction": lambda: {
            "csat": (
                typical * (one.rated + 4)
                - 4 * sum((each.csat or 0) * each.rated for each in held) / sum(each.rated for each in held)
            )
            / one.rated
        },
        "urgency": lambda: {"urgent": count("urgent", "ranked")},
        "unsettled": lambda: {"unsettled": count("unsettled", "with_status")},
        "resolution time": lambda: {"hours": typical},
    }
    return replace(one, **changes[name]())


@pytest.mark.parametrize(
    ("name", "worse", "tolerance"),
    [
        # What is mixed with the average of all tickets moves that average, a little.
        ("volume", {"tickets": 200}, 0.5),  # fewer tickets are trusted less
        ("warnings", {"warning": 15}, 0.05),
        ("satisfaction", {"csat": 1.2}, 0.3),
        ("urgency", {"urgent": 19}, 0.3),
        ("unsettled", {"unsettled": 18}, 0.3),
        ("resolution time", {"hours": 400.0}, 0.05),
    ],
)
def test_what_would_change_it_is_what_comes_out_when_it_is_changed(
    name: str, worse: dict[str, float], tolerance: float
) -> None:
    troubled = replace(crowd()[10], customer_id="troubled", **worse)  # type: ignore[arg-type]
    held = [*crowd(), troubled]
    health = health_of("troubled", held)
    driver = next(one for one in health.drivers if one.name == name)
    assert driver.gained_at_typical > 2
    assert driver.typical is not None
    after = health_of("troubled", [*crowd(), mended(troubled, name, driver.typical, held)])
    moved = next(one for one in after.drivers if one.name == name)
    assert moved.points == pytest.approx(driver.points + driver.gained_at_typical, abs=tolerance)
    others = {one.name: one.points for one in health.drivers if one.name != name}
    if name != "volume":  # whose tickets stand behind the other figures
        assert {one.name: one.points for one in after.drivers if one.name != name} == others
        assert after.score == pytest.approx(health.score + driver.gained_at_typical, abs=tolerance)
    said = change_sentences(health)
    assert any(f"the score would be {health.score + driver.gained_at_typical:.1f}." in one for one in said)


def test_one_ticket_says_little() -> None:
    few = replace(CALM, customer_id="few", tickets=1, earlier=0, rated=1, csat=1.0, ranked=1, urgent=1, resolved=0)
    few = replace(few, hours=None, with_status=1, unsettled=1, warning=1)
    many = replace(few, customer_id="many", tickets=40, rated=40, ranked=40, urgent=40, with_status=40, unsettled=40)
    many = replace(many, warning=40)
    assert health_of("many", [*crowd(), many]).score < health_of("few", [*crowd(), few]).score < 50


def test_nothing_is_known_of_somebody_who_never_wrote() -> None:
    health = health_of("stranger", crowd())
    assert health.score == 50.0
    assert {one.value for one in health.drivers} == {None}


def test_the_time_before_is_as_long_as_the_data_go_back() -> None:
    held = [replace(CALM, customer_id=f"C-{place}", earlier=20) for place in range(5)]
    volume = {
        days: next(
            one.value for one in health_of("C-1", held, baseline=timedelta(days=days)).drivers if one.name == "volume"
        )
        for days in (0, 90, BASELINE.days)
    }
    assert volume == {0: None, 90: pytest.approx(1.0), 270: pytest.approx(20.5 / (20 / 3 + 0.5))}
