"""Where a text names a customer: one pattern for PostgreSQL and for Python. Pure."""

import json
import re
from collections.abc import Iterable

__all__ = ["names_of", "naming_pattern"]

_SHORTEST = 3  # characters: a shorter name is too often a word of something else


def names_of(customer_id: str, names: Iterable[str]) -> list[str]:
    """Id and names without blanks at their ends, sorted, without repeats."""
    return sorted({one.strip() for one in (customer_id, *names) if one.strip()})


def naming_pattern(customer_id: str, names: Iterable[str]) -> str:
    """A regular expression for texts and JSON that hold the customer's id or one of its names as words; ignore case.

    What is shorter than three characters, or a number, counts only as a whole JSON string or in a URI of the customer:
    "7" is no mention of customer 7. Both engines read it alike: it has lookarounds, alternatives and escaped characters
    only.
    """
    every = names_of(customer_id, names)
    spoken = {one for one in every if len(one) >= _SHORTEST and not one.isdigit()}
    spoken |= {json.dumps(one, ensure_ascii=False)[1:-1] for one in spoken}
    exact = "|".join(re.escape(json.dumps(one, ensure_ascii=False)) for one in every)
    parts = [exact, rf"customers/{re.escape(customer_id)}(?!\w)"]
    if spoken:
        parts.append(rf"(?<!\w)(?:{'|'.join(re.escape(one) for one in sorted(spoken))})(?!\w)")
    return "|".join(parts)
