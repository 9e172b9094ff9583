"""What a person is told while a command works."""

import pytest
from rich.table import Table

from moe_memorygraph.cli.shell import HOME, PACE_AFTER, PACE_OVER, Pace, print_table, temporary_folder
from moe_memorygraph.memory.postgres.embedded import open_embedded


def test_a_pace_is_not_told_from_its_first_seconds() -> None:
    assert Pace().rate is None
    pace = Pace()
    pace.note(16, 4.0)
    pace.note(20, 4.0 + PACE_AFTER / 2)
    assert pace.rate is None


def test_what_came_before_the_first_does_not_count() -> None:
    pace = Pace()
    pace.note(0, 0.0)
    pace.note(16, 60.0)  # a minute to load what is needed
    pace.note(1016, 70.0)
    assert pace.rate == pytest.approx(100.0)


def test_the_last_half_minute_counts() -> None:
    pace = Pace()
    pace.note(0, 0.0)
    for second in range(1, 200):
        pace.note(10 * second if second < 100 else 990 + 50 * (second - 99), float(second))
    assert pace.rate == pytest.approx(50.0, rel=0.05)
    assert PACE_OVER < 100


def test_nothing_done_has_no_pace() -> None:
    pace = Pace()
    pace.note(5, 0.0)
    pace.note(5, 20.0)
    assert pace.rate is None


def test_a_row_in_a_pipe_is_one_line_with_its_cells_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("name", "what", box=None, pad_edge=False)
    names = ["a name of some length " * 8, "[red]no markup[/red]", "[/]", ":smile:"]
    for name in names:
        table.add_row(name.strip(), "query_customer_intel")
    print_table(table)
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 1 + len(names)
    for name, row in zip(names, rows[1:], strict=True):
        assert row.startswith(name.strip())
        assert row.rstrip().endswith("query_customer_intel")


@pytest.mark.postgres
async def test_a_temporary_folder_outlives_the_database_in_it() -> None:
    with temporary_folder("test") as folder:
        async with open_embedded(folder / HOME) as server:
            assert server.port > 0
    assert not folder.exists()
