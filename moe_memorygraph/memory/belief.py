"""How far a value is believed that one or several sources state."""

from collections.abc import Iterable, Mapping

from moe_memorygraph.memory.values import Fact

__all__ = ["FULL_TRUST", "belief_in"]

FULL_TRUST = 1.0
"""In a source of which the tenant said nothing."""


def belief_in(facts: Iterable[Fact], trust: Mapping[str, float]) -> float:
    """The probability, 0..1, that a value holds which these facts state: noisy-or over their sources.

    Each source is right with its fact's confidence times the tenant's trust in it; the value is wrong only if all are
    (Pearl 1988, section 4.3.2). A source that repeats itself counts once, with its surest statement.
    """
    surest: dict[str, float] = {}
    for fact in facts:
        source = fact.source.casefold()
        surest[source] = max(surest.get(source, 0.0), fact.confidence * trust.get(source, FULL_TRUST))
    wrong = 1.0
    for right in surest.values():
        wrong *= 1.0 - right
    return 1.0 - wrong
