"""Markdown tables in words."""

from moe_memorygraph.experts.writing.tables import in_words

PRICES = """Prices are per month.

| | Starter | Pro |
| --- | --- | --- |
| price per seat | $15 | $29 |
| projects | 10 | unlimited |

Billed yearly."""
KEPT = "| data | kept |\n| --- | --- |\n| live projects | as long as the contract runs |\n| backups | overwritten after 35 days |"


def test_the_row_and_the_column_that_answer_are_told_with_their_heads() -> None:
    assert in_words(PRICES, "What does a seat cost in price on Pro?") == (
        "“Prices are per month. Billed yearly.” “price per seat”: Pro “$29”"
    )


def test_without_a_column_that_is_named_all_are_told() -> None:
    told = in_words(PRICES, "How many projects are there?")
    assert told == "“Prices are per month. Billed yearly.” “projects”: Starter “10”, Pro “unlimited”"


def test_a_word_that_asks_for_a_measure_finds_no_row() -> None:
    assert in_words(KEPT, "How long are backups kept?") == "“backups”: kept “overwritten after 35 days”"


def test_a_number_of_the_question_finds_its_row() -> None:
    table = "| uptime | credit |\n| --- | --- |\n| below 99.9 % | 10 % |\n| below 99.0 % | 25 % |"
    assert in_words(table, "Which credit is due below 99.0 %?") == "“below 99.0 %”: credit “25 %”"


def test_where_no_row_is_meant_all_are_told() -> None:
    assert (in_words(KEPT, "What is our retention policy?") or "").count(";") == 1


def test_a_row_that_was_cut_is_left_out_and_text_without_a_table_stays() -> None:
    assert in_words(KEPT + "\n| support tickets | 3 ye", "How long are tickets kept?") == in_words(
        KEPT, "How long are tickets kept?"
    )
    assert in_words("No table here.", "Anything?") is None
    assert in_words("| alone |", "Anything?") is None
