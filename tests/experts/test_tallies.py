"""Counts as sentences: how the time that was counted is said."""

import pytest

from moe_memorygraph.experts.tallies import topics_words, when_words


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Q4 2025", "in Q4 2025"),
        ("2025-03-04", "on 2025-03-04"),
        ("March 2025 to May 2025", "from March 2025 to May 2025"),
        ("2025-03-03 to 2025-04-15", "from 2025-03-03 to 2025-04-15"),
        ("2026 to date", "in 2026 to date"),
        ("since March 2025", "since March 2025"),
        ("since the outage (2025-03-04)", "since the outage (2025-03-04)"),
        ("after FY2025 Q1", "after FY2025 Q1"),
        ("by the end of June 2025", "by the end of June 2025"),
        ("the last 90 days", "in the last 90 days"),
        ("the period before", "in the period before"),
    ],
)
def test_when_something_was_counted(label: str, words: str) -> None:
    assert when_words(label) == words


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (("feature_request", "bug"), "feature request and bug"),
        (("Loan: fees", "Loan: late", "Loan: term", "Loan: other"), "Loan (4 categories)"),
        (("Loan: fees", "Loan: late", "Card: fees", "Card: late"), "Card and Loan (4 categories)"),
        (("a", "b", "c", "d", "e", "f"), "a, b and 4 other categories"),
    ],
)
def test_many_topics_are_not_all_named(labels: tuple[str, ...], words: str) -> None:
    assert topics_words(labels) == words
