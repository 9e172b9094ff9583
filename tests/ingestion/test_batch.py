"""Rows in batches."""

from moe_memorygraph.ingestion.batch import batches


def sizes(rows: int, size: int) -> list[int]:
    return [len(batch.good) for batch in batches([{"row": row} for row in range(rows)], dict, size)]


def test_the_first_batches_are_small_so_that_the_first_rows_settle_soon() -> None:
    assert sizes(500, 128) == [16, 32, 64, 128, 128, 128, 4]
    assert sizes(10, 4) == [4, 4, 2]
    assert sizes(0, 128) == []


def test_lines_are_counted_through_all_batches() -> None:
    lines = [line.source.line for batch in batches([{}] * 100, dict, 64) for line in batch.good]
    assert lines == list(range(1, 101))
