"""How an answer is laid out for people."""

from io import StringIO

from rich.console import Console

from moe_memorygraph.cli.show import show_answer

ANSWER = """## Possible data breach

- Redwood Legal: “our report arrived with [bold]somebody else's[/bold] data in it, names and budgets” [1]
Said once more."""


def shown(answer: str, width: int = 60) -> list[str]:
    output = StringIO()
    envelope = {"answer": answer, "confidence": 0.9, "abstained": False, "citations": []}
    show_answer(Console(file=output, width=width), "What risks?", envelope, {"experts": []}, timings=False)
    return [line.strip("│ ") if line.startswith("│") else line for line in output.getvalue().splitlines()]


def test_headings_lose_their_marks_and_items_hang() -> None:
    lines = shown(ANSWER)
    assert "Possible data breach" in lines
    assert not any("##" in line for line in lines)
    assert any(line.startswith("- Redwood Legal: ") for line in lines)
    assert "Said once more." in lines


def test_what_tickets_say_is_never_read_as_markup() -> None:
    assert "[bold]somebody else's[/bold]" in " ".join(shown(ANSWER))


def test_continued_lines_of_an_item_stand_under_its_text() -> None:
    output = StringIO()
    envelope: dict[str, object] = {
        "answer": f"- {'word ' * 30}",
        "confidence": None,
        "abstained": False,
        "citations": [],
    }
    show_answer(Console(file=output, width=60), "What?", envelope, {"experts": []}, timings=False)
    rows = [line for line in output.getvalue().splitlines() if line.startswith("│")]
    assert rows[0].startswith("│ - word")
    assert all(row.startswith("│   word") for row in rows[1:])
