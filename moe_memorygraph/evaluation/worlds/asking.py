"""How questions of a world are put: rows of golden.jsonl, times in words, a support manager's hurry."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moe_memorygraph.evaluation.worlds.cast import Cast
from moe_memorygraph.evaluation.worlds.documents import Policies
from moe_memorygraph.evaluation.worlds.facts import FactBook
from moe_memorygraph.evaluation.worlds.spellings import MONTHS, Claim
from moe_memorygraph.evaluation.worlds.tickets import Tickets
from moe_memorygraph.evaluation.worlds.values import Company, Quarter, Turn

__all__ = ["Known", "Row", "cite", "in_quarter", "row", "short", "twice"]

Row = dict[str, Any]
_ORDINALS = ("first", "second", "third", "fourth")
_HURRY = 0.2
"""Share of questions typed without capital and question mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that is true of a world, for whoever writes its questions."""

    cast: Cast
    facts: FactBook
    tickets: Tickets
    policies: Policies
    turns: Sequence[Turn]
    neighbour: "Known | None"


def row(
    chance: random.Random,
    kind: str,
    key: str,
    asked: str | Sequence[str],
    *claims: Claim,
    cited: Iterable[str] = (),
    forbid: Iterable[str] = (),
    given: Mapping[str, str] | None = None,
    abstain: bool = False,
) -> Row:
    """One question in one of its phrasings; `given` holds customer, as_of, since, until or session_id."""
    question = asked if isinstance(asked, str) else chance.choice(asked)
    if chance.random() < _HURRY:
        question = question.rstrip("?.")
        question = question[0].lower() + question[1:] if question[1:2].islower() else question
    return {
        "id": f"{kind}-{key}",
        "question": question,
        "kind": kind,
        **(given or {}),
        "expect": {
            "abstain": abstain,
            "claims": [{"any_of": list(claim)} for claim in claims],
            "citations_any": list(cited),
            "experts_any": [],
            "forbid": list(forbid),
        },
    }


def twice(chance: random.Random, asked: Sequence[str]) -> list[str]:
    """Two different phrasings, or the only one."""
    return chance.sample(list(asked), min(2, len(asked)))


def cite(tickets: Iterable[Any]) -> list[str]:
    return [f"memory://tickets/{ticket.ticket_id}" for ticket in tickets]


def short(chance: random.Random, company: Company) -> str:
    """The customer's name, or an alias that nobody else has."""
    return chance.choice((company.name, company.name, *company.aliases[:1]))


def in_quarter(chance: random.Random, quarter: Quarter) -> str:
    """A quarter in words that follow "in"."""
    first = 3 * quarter.number - 3
    return chance.choice(
        (
            f"Q{quarter.number} {quarter.year}",
            f"the {_ORDINALS[quarter.number - 1]} quarter of {quarter.year}",
            f"the months {MONTHS[first]} to {MONTHS[first + 2]} {quarter.year}",
        )
    )
