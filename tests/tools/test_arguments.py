"""What tools accept, and how they complain."""

from datetime import UTC, datetime
from typing import Any

import pytest

from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, TooLarge
from moe_memorygraph.tools import ALL_TOOLS, parse_arguments
from moe_memorygraph.tools.admin import CustomerArguments, TicketsArguments
from moe_memorygraph.tools.arguments import check_range
from moe_memorygraph.tools.intel import IntelArguments
from moe_memorygraph.tools.privacy import RedactArguments
from moe_memorygraph.tools.recall import FactArguments, TicketArguments


def refusal(model: Any, given: dict[str, Any]) -> MemoryGraphError:
    with pytest.raises(MemoryGraphError) as caught:
        parse_arguments(model, given)
    return caught.value


@pytest.mark.parametrize(
    ("since", "instant"),
    [
        ("2025-10-01", datetime(2025, 10, 1, tzinfo=UTC)),
        ("2025-10", datetime(2025, 10, 1, tzinfo=UTC)),
        ("2025", datetime(2025, 1, 1, tzinfo=UTC)),
        ("2025-10-01T12:30:00", datetime(2025, 10, 1, 12, 30, tzinfo=UTC)),
        ("2025-10-01T12:30:00Z", datetime(2025, 10, 1, 12, 30, tzinfo=UTC)),
        ("2025-10-01T12:30:00+02:00", datetime(2025, 10, 1, 10, 30, tzinfo=UTC)),
        (" 2025-10-01 ", datetime(2025, 10, 1, tzinfo=UTC)),
    ],
)
def test_a_date_begins_at_its_first_instant_in_utc(since: str, instant: datetime) -> None:
    assert parse_arguments(IntelArguments, {"question": "?", "since": since}).since == instant


@pytest.mark.parametrize(
    ("until", "instant"),
    [
        ("2025-12-31", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2025-12", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2025-11", datetime(2025, 12, 1, tzinfo=UTC)),
        ("2025", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2025-12-31T12:00:00Z", datetime(2025, 12, 31, 12, tzinfo=UTC)),
    ],
)
def test_until_takes_a_whole_date_in_and_leaves_a_time_out(until: str, instant: datetime) -> None:
    assert parse_arguments(IntelArguments, {"question": "?", "until": until}).until == instant


def test_as_of_a_date_is_its_last_instant() -> None:
    arguments = parse_arguments(FactArguments, {"as_of": "2025-03-01"})
    assert arguments.as_of == datetime(2025, 3, 1, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize("bad", ["yesterday", "2025-13-01", "2025-02-30", "", "9999-12-31", "9999", "0000", 20251001])
def test_what_is_no_date_is_refused_without_repeating_it(bad: object) -> None:
    error = refusal(IntelArguments, {"question": "?", "until": bad})
    assert isinstance(error, InvalidArgument)
    assert "until: should be an ISO 8601 date" in error.sentence
    assert not bad or str(bad) not in str(error)


def test_null_is_as_good_as_left_out() -> None:
    arguments = parse_arguments(TicketArguments, {"query": "x", "since": None, "cursor": None, "category": None})
    assert arguments.since is None


def test_an_unknown_argument_is_refused_and_the_known_ones_named() -> None:
    error = refusal(IntelArguments, {"question": "?", "tenant": "globex"})
    assert error.code == "invalid_argument"
    assert error.sentence == "Wrong arguments: tenant: unknown argument."
    assert error.advice.startswith("The tool takes question, customer,")


def test_a_complaint_never_repeats_a_value_or_a_made_up_name() -> None:
    secret = "4111 1111 1111 1111"
    for given in (
        {"question": secret * 1000},
        {"question": [secret]},
        {"question": "?", "detail": secret},
        {"question": "?", "limit": secret},
        {"question": "?", secret: 1},
    ):
        assert secret not in str(refusal(IntelArguments, given))


@pytest.mark.parametrize("limit", [0, 51, -1, 1.5, True, "many"])
def test_a_limit_is_1_to_50(limit: object) -> None:
    assert "limit: " in refusal(TicketArguments, {"query": "x", "limit": limit}).sentence


def test_a_limit_may_come_as_text() -> None:
    assert parse_arguments(TicketArguments, {"query": "x", "limit": "7"}).limit == 7


def test_too_much_is_too_large() -> None:
    assert isinstance(refusal(IntelArguments, {"question": "x" * 4001}), TooLarge)
    assert isinstance(refusal(TicketsArguments, {"tickets": [{}] * 501}), TooLarge)


def test_text_that_a_database_cannot_hold_is_cleaned() -> None:
    assert parse_arguments(IntelArguments, {"question": "a\x00b", "session_id": "s\x00"}).question == "a\ufffdb"


def test_a_question_of_nothing_but_space_is_refused() -> None:
    assert "question: " in refusal(IntelArguments, {"question": " \n "}).sentence


def test_a_text_to_redact_is_taken_as_it_came() -> None:
    assert parse_arguments(RedactArguments, {"text": " \u200bx\x00 "}).text == " \u200bx\x00 "


def test_rows_may_come_as_json_text() -> None:
    arguments = parse_arguments(TicketsArguments, {"tickets": '[{"ticket_id": "T1"}]'})
    assert arguments.tickets == [{"ticket_id": "T1"}]
    assert "tickets: " in refusal(TicketsArguments, {"tickets": "[" * 100_000}).sentence


@pytest.mark.parametrize("aliases", [["Acme", "ACM"], "Acme; ACM", '["Acme", "ACM"]'])
def test_aliases_come_in_three_ways(aliases: object) -> None:
    arguments = parse_arguments(CustomerArguments, {"customer_id": "c", "name": "n", "aliases": aliases})
    assert arguments.aliases == ["Acme", "ACM"]


def test_aliases_may_be_null_and_are_at_most_fifty() -> None:
    given = {"customer_id": "c", "name": "n"}
    assert parse_arguments(CustomerArguments, {**given, "aliases": None}).aliases is None
    assert isinstance(refusal(CustomerArguments, {**given, "aliases": ["a"] * 51}), TooLarge)


def test_a_range_that_holds_nothing_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="`since` is not before `until`"):
        check_range(datetime(2025, 1, 2, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC))


def test_no_tool_takes_a_tenant() -> None:
    names = {name for tool in ALL_TOOLS for name in tool.arguments.model_fields}
    assert not [name for name in names if "tenant" in name]
