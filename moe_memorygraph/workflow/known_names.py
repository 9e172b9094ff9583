"""Names that a tenant's facts know and that are no customers': people, their owners and contacts, plans, products, rivals.

A question that names one of them names nobody unknown; one that names the subject of facts asks for these. No I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moe_memorygraph.memory.predicates import PredicateCatalogue, ValueType
from moe_memorygraph.memory.values import FactNames
from moe_memorygraph.words import name_key

__all__ = ["KnownName", "KnownNames", "known_names"]

_LONGEST = 6  # tokens: longer is a sentence
_SHORTEST = 2  # characters
_NAMED: frozenset[ValueType] = frozenset(["any", "choice", "organisation", "person", "place"])
"""Types of values that have names."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """Where a text names what facts know: first token, last token + 1."""

    first: int
    stop: int
    subject: str | None
    """As facts carry it, where it is a subject; None where facts only give it as a value."""


def known_names(names: FactNames, catalogue: PredicateCatalogue) -> "KnownNames":
    """Subjects, and values of predicates whose values have names."""
    named = {predicate for predicate, _ in names.values if catalogue.of(predicate).value in _NAMED}
    return KnownNames(names.subjects, (value for predicate, value in names.values if predicate in named))


def _is_namelike(value: str) -> bool:
    """Whether a value may be somebody's or something's name: few words, and no number, date or amount."""
    return (
        len(value) >= _SHORTEST
        and not any(character.isdigit() for character in value)
        and len(name_key(value).split(" ")) <= _LONGEST
    )


class KnownNames:
    """Finds them in a text by all their words, in the order in which they are stored."""

    def __init__(self, subjects: Iterable[str] = (), values: Iterable[str] = ()) -> None:
        self._names: dict[str, str | None] = {}
        for value in values:
            if _is_namelike(value):
                self._names[name_key(value)] = None
        for subject in subjects:
            self._names[name_key(subject)] = subject
        self._names.pop("", None)
        self._lengths: dict[str, tuple[int, ...]] = {}
        """First token to the numbers of tokens of the names that begin with it, the longest first."""
        for name in self._names:
            first, *others = name.split(" ")
            known = self._lengths.get(first, ())
            if len(others) + 1 not in known:
                self._lengths[first] = tuple(sorted((*known, len(others) + 1), reverse=True))

    def __len__(self) -> int:
        return len(self._names)

    def mentions(self, text_tokens: Sequence[str]) -> list[KnownName]:
        """Those named in a text, the longest first at each place; one of a single word only where it has a capital."""
        if not self._names:
            return []
        folded = [token.casefold().replace("’", "'") for token in text_tokens]
        found, start = [], 0
        while start < len(folded):
            one = self._at(folded, text_tokens, start)
            if one is not None:
                found.append(one)
            start = one.stop if one is not None else start + 1
        return found

    def _at(self, folded: list[str], written: Sequence[str], start: int) -> KnownName | None:
        bare = folded[start].removesuffix("'s")
        lengths = self._lengths.get(folded[start], ()) if bare == folded[start] else self._lengths.get(bare, ())
        for length in lengths:
            stop = start + length
            if stop > len(folded) or (length == 1 and not written[start][0].isupper()):
                continue
            key = " ".join((*folded[start : stop - 1], folded[stop - 1].removesuffix("'s")))
            if key in self._names:
                return KnownName(start, stop, self._names[key])
        return None
