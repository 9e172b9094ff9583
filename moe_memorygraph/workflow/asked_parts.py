"""Two questions in one: "Who is the contact at Acme, and what plan are they on?". No I/O."""

from collections.abc import Callable, Sequence

from moe_memorygraph.experts.values import Part
from moe_memorygraph.workflow.asked_facts import FACTUAL, Asked, NamedFacts
from moe_memorygraph.workflow.kinds import Signals, kind_of

__all__ = ["parts_of"]

_ASKS = frozenset("what what's when who who's whom whose where which how is are does do did".split())  # noqa: SIM905
_MOST = 4

ReadPart = Callable[[int, int], NamedFacts]
"""The facts that some of the question's tokens speak of: from, up to."""


def parts_of(words: Sequence[str], read: ReadPart) -> tuple[Part, ...]:
    """What each question of several asks of facts; () where there is but one, or where one of them asks for no value.

    `words` are the question's tokens.
    """
    folded = [word.casefold().replace("’", "'") for word in words]
    starts = [0, *(at + 1 for at in range(1, len(folded) - 2) if folded[at] == "and" and folded[at + 1] in _ASKS)]
    if not 1 < len(starts) <= _MOST:
        return ()
    parts = []
    for start, stop in zip(starts, [*(at - 1 for at in starts[1:]), len(words)], strict=True):
        asked = read(start, stop).asked("what_is", of_somebody=True)
        said = " ".join(words[start:stop])
        if kind_of(said, Signals(customers=1, predicates=len(asked.predicates))) not in FACTUAL:
            return ()
        parts.append(_part(asked))
    return tuple(parts) if all(part.label for part in parts) and any(part.predicates for part in parts) else ()


def _part(asked: Asked) -> Part:
    first = asked.predicates[0].replace("_", " ") if asked.predicates else " ".join(asked.unexplained)
    return Part(label=first, predicates=asked.predicates)
