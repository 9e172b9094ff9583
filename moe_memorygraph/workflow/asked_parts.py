"""Two questions in one: "Who is the contact at Acme, and what plan are they on?". No I/O."""

import re
from collections.abc import Callable
from itertools import pairwise

from moe_memorygraph.experts.values import Part
from moe_memorygraph.words import token_spans
from moe_memorygraph.workflow.asked_facts import FACTUAL, Asked, NamedFacts
from moe_memorygraph.workflow.kinds import Signals, kind_of

__all__ = ["parts_of"]

_ASKS = frozenset("what what's when who who's whom whose where which how is are does do did".split())  # noqa: SIM905
_MOST = 4
_MARK = re.compile(r"[,;?]")

ReadPart = Callable[[int, int], NamedFacts]
"""The facts that some of the question's tokens speak of: from, up to."""


def parts_of(text: str, read: ReadPart) -> tuple[Part, ...]:
    """What each question of several asks of facts; () where there is but one, or where one of them asks for no value."""
    spans = token_spans(text)
    words = [text[start:stop] for start, stop in spans]
    folded = [word.casefold().replace("’", "'") for word in words]
    after_mark = [bool(_MARK.search(text[one[1] : two[0]])) for one, two in pairwise(spans)]
    begins = (at for at in range(2, len(folded) - 1) if folded[at] in _ASKS)
    starts = [0, *(at for at in begins if folded[at - 1] == "and" or after_mark[at - 1])]
    if not 1 < len(starts) <= _MOST:
        return ()
    parts = []
    for start, stop in zip(starts, [*starts[1:], len(words)], strict=True):
        asked = read(start, stop).asked("what_is", of_somebody=True)
        said = " ".join(words[start:stop]).removesuffix(" and")
        if kind_of(said, Signals(customers=1, predicates=len(asked.predicates))) not in FACTUAL:
            return ()
        parts.append(_part(asked))
    return tuple(parts) if all(part.label for part in parts) and any(part.predicates for part in parts) else ()


def _part(asked: Asked) -> Part:
    first = asked.predicates[0].replace("_", " ") if asked.predicates else " ".join(asked.unexplained)
    return Part(label=first, predicates=asked.predicates)
