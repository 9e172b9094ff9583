"""What a statement means without its amounts."""

import pytest

from moe_memorygraph.distillation.statements import gist_of


@pytest.mark.parametrize(
    ("statement", "gist"),
    [
        (
            "Billing tickets of Acme Corp rose 40 % in Q4 2025: 168 against 120 in Q3 2025 (rate ratio 1.40).",
            "Billing tickets of Acme Corp rose in Q4 2025",
        ),
        (
            "Outage tickets spiked in March 2025, 46.5 times the daily rate of the three months before: 96 against 6.",
            "Outage tickets spiked in March 2025",
        ),
        (
            "Tickets by chat rose from 1,005.9 to 2,011.1 a week around 6 January 2025: 564 in 51 weeks.",
            "Tickets by chat rose around 6 January 2025",
        ),
        (
            "Customers with outage and refund tickets in one month: 40 times from 1 January 2024.",
            "Customers with outage and refund tickets in one month",
        ),
        ("", ""),
    ],
)
def test_the_gist_has_no_amounts(statement: str, gist: str) -> None:
    assert gist_of(statement) == gist
