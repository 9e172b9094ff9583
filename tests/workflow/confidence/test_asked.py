"""Which sort of value a question asks for, and whether one was given."""

import pytest

from moe_memorygraph.workflow.confidence.asked import Sort, asks_for_many, could_be, holds, sort_asked


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("When does Acme renew?", "date"),
        ("Since when are they with us?", "date"),
        ("How many seats does Acme have?", "count"),
        ("How much do they pay?", "amount"),
        ("How long are backups kept?", "number"),
        ("Who looks after Acme?", "person"),
        ("Where is the data kept?", "place"),
        ("Is Acme unhappy?", None),
    ],
)
def test_the_sort_that_is_asked_for(text: str, sort: Sort | None) -> None:
    assert sort_asked(text) == sort


@pytest.mark.parametrize(
    ("value", "fitting"),
    [
        ("2026-03-31", {"date"}),
        ("$12,000", {"amount", "number"}),
        ("120", {"count", "amount", "number"}),
        ("Kim Novak", {"person", "place"}),
        ("30 days", {"date", "count", "amount", "number"}),
    ],
)
def test_what_the_value_of_a_fact_could_be(value: str, fitting: set[str]) -> None:
    sorts: tuple[Sort, ...] = ("date", "count", "amount", "number", "person", "place")
    assert {sort for sort in sorts if could_be(value, sort)} == fitting
    assert could_be(value, None)


def test_whether_a_passage_holds_anything_of_the_sort() -> None:
    assert holds("Invoices are due within two weeks.", "count")
    assert holds("The first reminder goes out on Monday.", "date")
    assert not holds("Please call us back soon.", "number")
    assert not holds("Please call us back.", "date")
    assert holds("Please call us back.", "person")


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("Which customers are unhappy?", True),
        ("List all our enterprise accounts.", True),
        ("Which customer wrote about a parrot?", False),
        ("What do we promise?", False),
    ],
)
def test_whether_many_customers_are_asked_for(text: str, many: bool) -> None:
    assert asks_for_many(text) is many
