"""Published sets as tickets, the same on every run."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.ingestion.presets import BITEXT_ACCOUNTS, PRESETS, apply_preset, find_preset
from moe_memorygraph.ingestion.readers import SourceRow, open_rows
from moe_memorygraph.ingestion.rows import TicketRow, parse_ticket

SHARED = Path(os.environ.get("MEMORYGRAPH_SHARED") or Path(__file__).parents[3] / "shared") / "data"


def tickets(preset: str, *rows: dict[str, object]) -> list[TicketRow]:
    given = [SourceRow(line=number, values=row) for number, row in enumerate(rows, start=2)]
    return [parse_ticket(row.values or {}) for row in apply_preset(find_preset(preset), given)]


COMPLAINT: dict[str, object] = {
    "Date received": "2019-04-04",
    "Product": "Mortgage",
    "Sub-product": "FHA mortgage",
    "Issue": "Trouble during payment process",
    "Sub-issue": "None",
    "Consumer complaint narrative": "",
    "Company public response": "None",
    "Company": "EXAMPLE BANK, N.A.",
    "State": "CA",
    "Tags": "N/A",
    "Submitted via": "Web",
    "Company response to consumer": "Closed with explanation",
    "Timely response?": "Yes",
    "Complaint ID": "3201",
}


def test_a_complaint_becomes_a_ticket() -> None:
    [ticket] = tickets("cfpb", {**COMPLAINT, "Consumer complaint narrative": "They took my payment twice."})
    assert ticket.ticket_id == "3201"
    assert ticket.customer == "EXAMPLE BANK, N.A."
    assert ticket.created_at == datetime(2019, 4, 4, tzinfo=UTC)
    assert ticket.body == "They took my payment twice."
    assert ticket.subject == "Trouble during payment process"
    assert ticket.category == "Mortgage: Trouble during payment process"
    assert ticket.channel == "Web"
    assert ticket.status == "Closed with explanation"
    assert ticket.response is None
    assert ticket.attributes == {
        "product": "Mortgage",
        "sub_product": "FHA mortgage",
        "issue": "Trouble during payment process",
        "state": "CA",
        "timely_response": "Yes",
    }


def test_a_complaint_without_a_narrative_tells_its_issue() -> None:
    first, second = tickets("cfpb", COMPLAINT, {**COMPLAINT, "Sub-issue": "Wrong amount"})
    assert first.body == "Trouble during payment process"
    assert second.body == "Trouble during payment process: Wrong amount"
    assert second.subject == "Wrong amount"


def test_older_downloads_write_dates_the_american_way() -> None:
    assert tickets("cfpb", {**COMPLAINT, "Date received": "4/22/2015"})[0].created_at == datetime(
        2015, 4, 22, tzinfo=UTC
    )


def test_names_of_the_published_interface_work_too() -> None:
    [ticket] = tickets(
        "cfpb",
        {
            "date_received": "2024-01-02T12:00:00-05:00",
            "product": "Mortgage",
            "issue": "Trouble",
            "company": "EXAMPLE BANK",
            "complaint_id": 77,
            "complaint_what_happened": "It happened.",
        },
    )
    assert (ticket.ticket_id, ticket.body) == ("77", "It happened.")


REQUEST: dict[str, object] = {
    "flags": "B",
    "instruction": "how do I cancel order {{Order Number}}?",
    "category": "ORDER",
    "intent": "cancel_order",
    "response": "Go to your orders.",
}


def test_a_request_becomes_a_ticket() -> None:
    [ticket] = tickets("bitext", REQUEST)
    assert ticket.body == "how do I cancel order {{Order Number}}?"
    assert ticket.subject == "Cancel order"
    assert (ticket.category, ticket.intent, ticket.response) == ("ORDER", "cancel_order", "Go to your orders.")
    assert ticket.customer in BITEXT_ACCOUNTS
    assert datetime(2024, 1, 1, tzinfo=UTC) <= ticket.created_at < datetime(2026, 1, 1, tzinfo=UTC)
    assert ticket.attributes == {"flags": "B"}


def test_what_is_derived_depends_on_content_alone() -> None:
    other = {**REQUEST, "instruction": "another"}
    there, back = tickets("bitext", REQUEST, other), tickets("bitext", other, REQUEST)
    assert there == back[::-1]
    assert there[0].ticket_id != there[1].ticket_id
    # Ids that were stored must be met again by every later release.
    assert there[0].ticket_id == "bitext-7125bad7954710fd5b12"


def test_repeated_requests_are_tickets_of_their_own() -> None:
    rows = tickets("bitext", REQUEST, REQUEST, REQUEST)
    assert len({row.ticket_id for row in rows}) == 3
    assert rows == tickets("bitext", REQUEST, REQUEST, REQUEST)


def test_tags_of_older_sets_are_flags() -> None:
    row = {key: value for key, value in REQUEST.items() if key != "flags"}
    assert tickets("bitext", {**row, "tags": "B"}) == tickets("bitext", REQUEST)


def test_unreadable_rows_pass_through() -> None:
    broken = SourceRow(line=3, error="broken", raw="x")
    assert list(apply_preset(find_preset("cfpb"), [broken])) == [broken]


def test_an_unknown_preset_names_the_known_ones() -> None:
    with pytest.raises(InvalidArgument, match="bitext, cfpb"):
        find_preset("zendesk")


@pytest.mark.parametrize(
    ("preset", "file", "count"),
    [
        ("cfpb", "cfpb_complaints/complaints.csv.gz", 7724),
        ("bitext", "bitext_customer_support/bitext_train.csv.gz", 4514),
    ],
)
def test_whole_published_files_are_taken(preset: str, file: str, count: int) -> None:
    path = SHARED / file
    if not path.exists():
        pytest.skip("the published set is not on this machine")
    rows = list(apply_preset(PRESETS[preset], open_rows(path, required=PRESETS[preset].required)))
    parsed = [parse_ticket(row.values) for row in rows if row.values is not None]
    assert len(parsed) == len(rows) == count
    assert len({row.ticket_id for row in parsed}) == count
