"""Names that a tenant's facts know and that are no customers': people, their owners and contacts, plans, products, rivals.

A question that names one of them names nobody unknown; one that names the subject of facts asks for these. No I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from moe_memorygraph.memory.predicates import PredicateCatalogue, ValueType
from moe_memorygraph.memory.standard_predicates import STANDARD
from moe_memorygraph.words import name_key

__all__ = ["KnownName", "KnownNames"]

_LONGEST = 6  # tokens: longer is a sentence
_SHORTEST = 2  # characters
_NAMED: frozenset[ValueType] = frozenset(["any", "choice", "organisation", "person", "place"])
"""Types of values that have names."""
_SOMEBODY: frozenset[ValueType] = frozenset(["organisation", "person"])


@dataclass(frozen=True, slots=True)
class _Known:
    """What one name is known as."""

    subject: str | None = None
    """As facts carry it, where it is a subject."""
    predicates: tuple[str, ...] = ()
    """Those of which it is a value."""
    is_somebody: bool = False
    """A subject, a person or an organisation; not a plan, a status, a place."""
    is_choice: bool = False
    """One of the few words that a predicate's values are: found without a capital, too."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """Where a text names what facts know: first token, last token + 1."""

    first: int
    stop: int
    known: _Known

    @property
    def subject(self) -> str | None:
        return self.known.subject

    @property
    def predicates(self) -> tuple[str, ...]:
        return self.known.predicates

    @property
    def is_somebody(self) -> bool:
        return self.known.is_somebody


def _is_namelike(value: str) -> bool:
    """Whether a value may be somebody's or something's name: few words, and no number, date or amount."""
    return (
        len(value) >= _SHORTEST
        and not any(character.isdigit() for character in value)
        and len(name_key(value).split(" ")) <= _LONGEST
    )


class KnownNames:
    """Finds them in a text by all their words, in the order in which they are stored."""

    def __init__(
        self,
        subjects: Iterable[str] = (),
        values: Iterable[tuple[str, str]] = (),
        *,
        catalogue: PredicateCatalogue = STANDARD,
    ) -> None:
        """`values` are (predicate, value)."""
        self._names: dict[str, _Known] = {}
        for predicate, value in values:
            kind = catalogue.of(predicate).value
            if kind in _NAMED and _is_namelike(value):
                held = self._names.get(name_key(value), _Known())
                self._names[name_key(value)] = _Known(
                    predicates=(*held.predicates, predicate),
                    is_somebody=held.is_somebody or kind in _SOMEBODY,
                    is_choice=held.is_choice or kind == "choice",
                )
        for subject in subjects:
            held = self._names.get(name_key(subject), _Known())
            self._names[name_key(subject)] = replace(held, subject=subject, is_somebody=True)
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
        """Those named in a text, the longest first at each place; one of a single word only where it has a capital, or
        is one of a predicate's few."""
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
        for length in self._lengths.get(bare, ()):
            stop = start + length
            if stop > len(folded):
                continue
            known = self._names.get(" ".join((*folded[start : stop - 1], folded[stop - 1].removesuffix("'s"))))
            if known is not None and (length > 1 or known.is_choice or written[start][0].isupper()):
                return KnownName(start, stop, known)
        return None
