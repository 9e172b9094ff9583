"""Tickets asked for by their status or as the newest."""

import pytest

from moe_memorygraph.workflow.asked_tickets import asked_status, asks_newest

STATUSES = ("Closed", "open", "on_hold")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("How many open tickets does Globex have?", "open"),
        ("Which tickets are still open?", "open"),
        ("List the open billing complaints of Acme", "open"),
        ("Are there outstanding requests?", "open"),
        ("How many cases were closed in May?", "Closed"),
        ("How many resolved tickets in Q3?", "Closed"),
        ("Are any issues still unresolved?", None),  # open, on hold: several say it
        ("Who may open tickets?", None),
        ("How many tickets did Globex open in 2025?", None),
        ("Do customers open tickets at night?", None),
        ("I have to open a ticket", None),
        ("Is the account open?", None),
        ("Tickets were closed by whom?", None),
        ("Why did Acme leave?", None),
    ],
)
def test_a_status_stands_before_the_tickets_or_after_their_verb(text: str, status: str | None) -> None:
    assert asked_status(text, STATUSES) == status


def test_a_word_that_no_ticket_has_is_asked_for_all_the_same() -> None:
    assert asked_status("Which tickets are open?", ("closed",)) == "open"
    assert asked_status("Which tickets are open?", ()) is None


@pytest.mark.parametrize(
    "text",
    [
        "Show me the latest ticket from Acme",
        "the 5 most recent billing tickets",
        "When did we last hear from Acme?",
        "when has Acme last written to us",
        "last contact with Acme?",
    ],
)
def test_the_newest(text: str) -> None:
    assert asks_newest(text)


@pytest.mark.parametrize(
    "text", ["How many tickets last quarter?", "tickets of last month", "What changed in the last tickets quarter?"]
)
def test_a_time_is_not_the_newest(text: str) -> None:
    assert not asks_newest(text)
