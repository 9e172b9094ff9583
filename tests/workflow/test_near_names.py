"""Names that somebody may have meant."""

import pytest

from moe_memorygraph.workflow.near_names import near_names

NAMES = [
    "JPMORGAN CHASE & CO.",
    "Globex International",
    "Zellmore Labs",
    "Meridian Bank",
    "Meridian Freight",
    "Initech",
]


@pytest.mark.parametrize(
    ("unknown", "near"),
    [
        ("Chase", ["JPMORGAN CHASE & CO."]),
        ("Zellmore Textiles", ["Zellmore Labs"]),
        ("Globx", ["Globex International"]),
        ("Inittech", ["Initech"]),
        ("Meridian", ["Meridian Bank", "Meridian Freight"]),
        ("Meridian Freight Lines", ["Meridian Freight", "Meridian Bank"]),
        ("First Bank", []),  # a word that many companies end with tells none from others
        ("Umbrella", []),
        ("", []),
    ],
)
def test_names_that_share_a_word_come_first_and_else_those_written_alike(unknown: str, near: list[str]) -> None:
    assert near_names(unknown, NAMES) == near


def test_of_many_only_a_few_are_named() -> None:
    assert near_names("Acme", [f"Acme {number}" for number in range(50)]) == ["Acme 0", "Acme 1", "Acme 2"]
