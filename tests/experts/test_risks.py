"""Which compliance risks a question speaks of."""

import pytest

from moe_memorygraph.experts.compliance import risks_asked


@pytest.mark.parametrize(
    "text",
    [
        "Show me complaints about someone opening an account in my name",
        "Find tickets where another person got the report",
        "Tickets about someone else receiving an invoice",
        "List all cases of somebody who was sent the wrong invoice",
    ],
)
def test_a_request_for_tickets_is_no_question_about_a_risk(text: str) -> None:
    assert risks_asked(text) == ()


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("Show me tickets about data breaches", "breach"),
        ("Find complaints about leaked customer data", "breach"),
        ("Did a customer see the report of another company?", "breach"),
        ("List tickets in which a password was sent", "credentials"),
        ("Show me requests to delete personal data", "erasure"),
    ],
)
def test_a_risk_that_is_named_or_told_as_an_event_is_one(text: str, risk: str) -> None:
    assert risk in risks_asked(text)
