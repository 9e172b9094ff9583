"""The report: its numbers are those of the score, and it says where little is known."""

import re
from datetime import UTC, datetime

from moe_memorygraph.health import change_sentences, driver_sentence, health_of, render_report
from tests.health.test_scoring import CALM, crowd

UNTIL = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_table_adds_up() -> None:
    health = health_of("C-29", crowd())
    report = render_report(health, name="Acme", until=UNTIL, months=[("2025-11", 3), ("2025-12", 6)], evidence=[])
    points = [float(one) for one in re.findall(r"^\| (?!\*)[^|]+\| ([+-]?\d+\.\d) \|", report, re.MULTILINE)]
    assert len(points) == 1 + len(health.drivers)
    assert round(sum(points), 1) == health.score
    assert f"# Health of Acme: {health.score:.1f} of 100" in report
    assert "`▅█` 2025-11 to 2025-12, at most 6; latest: 2025-11 3, 2025-12 6." in report
    assert "2025-10-03 to 2025-12-31: 44 tickets. Compared with 30 customers" in report


def test_evidence_stands_under_its_headings_in_order() -> None:
    report = render_report(
        health_of("C-1", crowd()),
        name="Acme",
        until=UNTIL,
        months=[],
        evidence=[
            ("Tickets that warn", "We leave. [7]"),
            ("On record", "status is active [8]"),
            ("On record", "x [9]"),
        ],
        marks={"volume": "[1]"},
    )
    tail = report[report.index("## Tickets that warn") :]
    assert tail == "## Tickets that warn\n\n- We leave. [7]\n\n## On record\n\n- status is active [8]\n- x [9]\n"
    assert "own usual number [1] |" in report


def test_what_is_not_known_is_said() -> None:
    health = health_of("stranger", crowd())
    for driver in health.drivers:
        assert driver_sentence(driver, health, "Acme").startswith("Nothing is known of Acme's ")
    assert change_sentences(health) == []


def test_only_what_takes_points_is_to_be_changed() -> None:
    held = [CALM, *crowd()]
    said = change_sentences(health_of("C-29", held))
    assert said
    assert all("the score would be" in one for one in said)
    assert not any("satisfaction" in one for one in said)  # the best of all
