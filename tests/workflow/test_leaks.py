"""Quotes that may not leave."""

from collections.abc import Collection

import pytest

from moe_memorygraph.compliance import Entity, Redactor
from moe_memorygraph.workflow.leaks import Leaks


class CountingRedactor(Redactor):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def find(self, text: str, *, language: str = "en", types: Collection[str] | None = None) -> tuple[Entity, ...]:
        self.asked.append(text)
        return super().find(text, language=language, types=types)


@pytest.mark.parametrize(
    ("quote", "leaks"),
    [
        ("Write to ann.lee@acme-corp.com please.", True),
        ("My card is 4111 1111 1111 1111.", True),
        ("My account is DE89 3704 0044 0532 0130 00.", True),
        ("My SSN is 536-22-1234.", True),
        ("The password: hunter2!x", True),
        ("Call me on 415-555-2671 or +49 30 901820.", False),
        ("The invoice was wrong.", False),
        ("Half a pair \ud83d stays.", False),
        ("", False),
    ],
)
def test_personal_data_is_seen_the_first_time_and_again(quote: str, leaks: bool) -> None:
    look = Leaks(CountingRedactor())
    assert [look.holds(quote), look.holds(quote)] == [leaks, leaks]


def test_a_quote_is_looked_through_once() -> None:
    redactor = CountingRedactor()
    look = Leaks(redactor)
    for _ in range(3):
        look.holds("The invoice was wrong.")
    assert redactor.asked == ["The invoice was wrong."]


def test_it_never_keeps_more_than_its_capacity() -> None:
    redactor = CountingRedactor()
    look = Leaks(redactor, capacity=2)
    for quote in ("a", "b", "c", "c", "a"):
        look.holds(quote)
    assert redactor.asked == ["a", "b", "c", "a"]
