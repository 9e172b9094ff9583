"""Columns of the contract become typed rows, or a reason that names the column and shows no value."""

import dataclasses
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe_memorygraph.ingestion.rows import (
    MAX_BODY,
    MAX_ID,
    RowError,
    column_key,
    parse_customer,
    parse_fact,
    parse_ticket,
)

TICKET: dict[str, object] = {
    "ticket_id": "T1",
    "customer": "Acme Corp",
    "created_at": "2025-03-14",
    "body": "It broke.",
}
CUSTOMER: dict[str, object] = {"customer_id": "acme", "name": "Acme Corp"}
FACT: dict[str, object] = {"subject": "acme", "predicate": "tier", "object": "gold"}


def ticket(**values: object) -> Any:
    return parse_ticket({**TICKET, **values})


def test_a_ticket_with_every_column() -> None:
    row = parse_ticket(
        {
            "Ticket ID": " T1 ",
            "customer": "Acme  Corp",
            "created_at": "2025-03-14T09:30:00+02:00",
            "body": "It broke.\r\nBadly.",
            "subject": "Help",
            "category": "billing",
            "intent": "refund",
            "channel": "email",
            "status": "open",
            "priority": "high",
            "csat": "4",
            "resolved_at": "2025-03-15 10:00",
            "response": "Sorry.",
            "author": "Ann",
            "thread_id": "th-1",
            "Product Area": "API",
            "nested": {"a": [1, "ü"]},
            "empty": "  ",
        }
    )
    assert row.ticket_id == "T1"
    assert row.customer == "Acme Corp"
    assert row.created_at == datetime(2025, 3, 14, 7, 30, tzinfo=UTC)
    assert row.resolved_at == datetime(2025, 3, 15, 10, 0, tzinfo=UTC)
    assert row.body == "It broke.\nBadly."
    assert row.csat == 4
    assert row.attributes == {"Product Area": "API", "nested": '{"a":[1,"ü"]}'}


def test_a_conversation_without_a_body_is_composed_of_its_messages() -> None:
    messages = [
        {"author": "Ann", "role": "customer", "at": "2025-03-14T09:00Z", "text": "Hello?"},
        {"role": "agent", "text": "Hi."},
    ]
    row = ticket(body=None, messages=messages)
    assert row.body == "Ann: Hello?\nagent: Hi."
    assert row.messages[0].at == datetime(2025, 3, 14, 9, tzinfo=UTC)
    assert row.messages[1].at is None
    assert ticket(messages=messages).body == "It broke."


def test_messages_may_be_json_in_a_cell() -> None:
    assert ticket(body="", messages='[{"text": "Hi"}]').body == "customer: Hi"


def test_text_is_sanitized_and_not_redacted() -> None:
    row = ticket(body="nul \x00 and \ud800, bob@acme.example", subject="\u202eevil\u200b")
    assert row.body == "nul \ufffd and \ufffd, bob@acme.example"
    assert row.subject == "evil"


def test_a_customer_with_every_column() -> None:
    row = parse_customer(
        {
            **CUSTOMER,
            "aliases": "ACME; Acme Inc ;;ACME",
            "tier": "gold",
            "arr": "$12,000",
            "since": "2020-02-01",
            "churned_at": "2025-01-31T23:59:00Z",
            "churn_reason": "price",
            "owner": "Bob",
        }
    )
    assert row.aliases == ("ACME", "Acme Inc")
    assert row.arr == 12000
    assert row.since == date(2020, 2, 1)
    assert row.churned_at == date(2025, 1, 31)
    assert row.attributes == {"owner": "Bob"}


def test_aliases_may_be_a_list() -> None:
    assert parse_customer({**CUSTOMER, "aliases": ["A; B", "C", None, ""]}).aliases == ("A; B", "C")


def test_a_fact_with_every_column() -> None:
    row = parse_fact(
        {**FACT, "confidence": "0.8", "valid_from": "2024-01-01", "valid_to": "2025-01-01", "source": "crm"}
    )
    assert row.confidence == 0.8
    assert row.valid_from == datetime(2024, 1, 1, tzinfo=UTC)
    assert parse_fact(FACT).confidence == 1.0


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12000", 12000),
        ("$12,000", 12000),
        ("12,000.50", 12000.5),
        ("€ 1.2M", 1_200_000),
        ("12k", 12000),
        ("1.5 m USD", 1_500_000),
        ("USD 12,000", 12000),
        ("12.000,50 EUR", 12000.5),
        ("1.200.000", 1_200_000),
        ("1 200 000", 1_200_000),
        ("12'000", 12000),
        ("12.000k", 12000),
        (12000, 12000),
        (1.25e6, 1_250_000),
        (Decimal("12000.10"), 12000.1),
        ("0", 0),
    ],
)
def test_amounts_as_people_write_them(written: object, amount: float) -> None:
    assert parse_customer({**CUSTOMER, "arr": written}).arr == pytest.approx(amount)


@pytest.mark.parametrize("written", ["12.000", "lots", "-5", "1,2,3", "12,00", "NaN$", True, "1e400", [1]])
def test_amounts_that_cannot_be_read_are_refused(written: object) -> None:
    with pytest.raises(RowError, match=r"^arr "):
        parse_customer({**CUSTOMER, "arr": written})


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-03-14", datetime(2025, 3, 14, tzinfo=UTC)),
        ("20250314", datetime(2025, 3, 14, tzinfo=UTC)),
        ("2025-03-14T09:30:00Z", datetime(2025, 3, 14, 9, 30, tzinfo=UTC)),
        ("2025-03-14 09:30:00", datetime(2025, 3, 14, 9, 30, tzinfo=UTC)),
        ("2025-03-14 09:30:00 UTC", datetime(2025, 3, 14, 9, 30, tzinfo=UTC)),
        ("2025-03-14 09:30:00 +0200", datetime(2025, 3, 14, 7, 30, tzinfo=UTC)),
        ("2025-03-14T09:30:00.123456789Z", datetime(2025, 3, 14, 9, 30, 0, 123456, tzinfo=UTC)),
        (datetime(2025, 3, 14, 9), datetime(2025, 3, 14, 9, tzinfo=UTC)),  # noqa: DTZ001  # what Parquet brings
        (date(2025, 3, 14), datetime(2025, 3, 14, tzinfo=UTC)),
    ],
)
def test_times_in_iso_8601(written: object, moment: datetime) -> None:
    assert ticket(created_at=written).created_at == moment


@pytest.mark.parametrize(
    "written",
    [
        "14.03.2025",
        "03/14/2025",
        "yesterday",
        "2025-02-30",
        "2025-13-01",
        1700000000,
        "1700000000",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1899-12-31",
        True,
        ["2025-03-14"],
    ],
)
def test_times_in_other_forms_are_refused(written: object) -> None:
    with pytest.raises(RowError, match=r"^created_at is not"):
        ticket(created_at=written)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"ticket_id": " "}, "ticket_id is missing"),
        ({"ticket_id": None}, "ticket_id is missing"),
        ({"ticket_id": float("nan")}, "ticket_id is missing"),
        ({"customer": ""}, "customer is missing"),
        ({"created_at": None}, "created_at is missing"),
        ({"body": "\u200b"}, "body is missing"),
        ({"ticket_id": "x" * (MAX_ID + 1)}, "ticket_id is longer than 200 characters"),
        ({"ticket_id": "a\nb"}, "ticket_id holds control characters"),
        ({"ticket_id": "a\x00b"}, "ticket_id holds control characters"),
        ({"ticket_id": {"a": 1}}, "ticket_id is not text"),
        ({"body": "x" * (MAX_BODY + 1)}, "body is longer than 200,000 characters"),
        ({"body": b"\xff"}, "body is not UTF-8 text"),
        ({"csat": "0"}, "csat is not between 1 and 5"),
        ({"csat": 6}, "csat is not between 1 and 5"),
        ({"csat": "good"}, "csat is not a number"),
        ({"csat": True}, "csat is not a number"),
        ({"csat": "٤"}, "csat is not a number"),
        ({"messages": "not json"}, "messages is not JSON"),
        ({"messages": {"text": "x"}}, "messages is not a list"),
        ({"messages": ["hi"]}, r"messages\[0\] is not an object"),
        ({"messages": [{"text": "x"}, {"author": "Ann"}]}, r"messages\[1\].text is missing"),
        ({"messages": [{"text": "x", "at": "soon"}]}, r"messages\[0\].at is not a date"),
        ({"messages": [{"text": "x"}] * 2001}, "more than 2,000 messages"),
        ({f"column {number}": "x" for number in range(101)}, "more than 100 columns"),
        ({"notes": "x" * 20_001}, "notes is longer than 20,000 characters"),
    ],
)
def test_a_wrong_ticket_says_which_column(values: dict[str, object], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        ticket(**values)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"confidence": 1.5}, "confidence is not between 0 and 1"),
        ({"valid_from": "2025-01-01", "valid_to": "2024-01-01"}, "valid_to is not after valid_from"),
        ({"object": ""}, "object is missing"),
    ],
)
def test_a_wrong_fact_says_which_column(values: dict[str, object], reason: str) -> None:
    with pytest.raises(RowError, match=reason):
        parse_fact({**FACT, **values})


def test_numbers_become_ids_without_a_point() -> None:
    assert ticket(ticket_id=1234.0).ticket_id == "1234"
    assert ticket(ticket_id=1234).ticket_id == "1234"


def test_columns_are_compared_without_case_and_spaces() -> None:
    assert column_key(" Ticket-ID ") == column_key("ticket_id") == column_key("Ticket  Id") == "ticket_id"


SECRET_VALUE = "hunter2-4111111111111111"


@pytest.mark.parametrize("column", ["created_at", "csat", "messages", "resolved_at"])
def test_reasons_never_show_the_value(column: str) -> None:
    with pytest.raises(RowError) as caught:
        ticket(**{column: SECRET_VALUE})
    assert SECRET_VALUE not in caught.value.reason


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()))
    | st.binary()
    | st.datetimes()
    | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*TICKET, "csat", "messages", "aliases", "arr", "since", "x", "\x00", ""]), ANYTHING
    )
)
def test_any_row_parses_or_is_refused_with_a_reason(values: dict[str, object]) -> None:
    for parse, base in ((parse_ticket, TICKET), (parse_customer, CUSTOMER), (parse_fact, FACT)):
        try:
            row = parse({**base, **values})
        except RowError:
            continue
        json.dumps(dataclasses.asdict(row), default=str).encode()
