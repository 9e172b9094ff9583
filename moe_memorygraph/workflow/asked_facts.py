"""Which facts a question asks for: by the names of predicates, by how people ask for them, and by who, when, where, how much.

The longest way of asking that stands in the question counts; of what it leaves unexplained, the question tells. No I/O.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from moe_memorygraph.experts.values import QuestionKind
from moe_memorygraph.memory.predicates import Predicate, PredicateCatalogue, ValueType
from moe_memorygraph.words import content_words, stem

__all__ = ["FACTUAL", "Asked", "NamedFacts"]

FACTUAL = frozenset[QuestionKind](["what_is", "general"])
"""Kinds of question that ask for a value; the others weigh facts beside other things."""


@lru_cache(maxsize=16_384)
def _form(word: str) -> str:
    """A word without the -s of plurals and verbs, in lower case: what is listed is found as it is listed."""
    folded = word.casefold().replace("’", "'").removesuffix("'s").removesuffix("'")
    if len(folded) > 4 and folded.endswith("ies"):
        return f"{folded[:-3]}y"
    if len(folded) > 3 and folded[-1] == "s" and folded[-2] not in "sui":
        return folded[:-1]
    return folded


_GLUE = frozenset(
    map(
        _form,
        "a an the of our their its his her we they it is are was were do does did has have".split(),  # noqa: SIM905
    )
)
"""Words that may stand within a phrase without changing what it asks for."""
_MOST_SKIPPED = 10  # tokens within a phrase: a long name and some glue
_POSSESSIVE = frozenset(["my", "our", "your", "his", "her", "its", "their", "own"])

_ANY: frozenset[ValueType] = frozenset()
_BY_WORD: dict[str, frozenset[ValueType]] = {
    "who": frozenset(["person", "organisation"]),
    "whom": frozenset(["person", "organisation"]),
    "whose": frozenset(["person", "organisation"]),
    "when": frozenset(["date"]),
    "where": frozenset(["place", "organisation"]),
    "what": _ANY,
    "which": _ANY,
}
_BY_SECOND_WORD: dict[str, frozenset[ValueType]] = {
    "many": frozenset(["number"]),
    "much": frozenset(["money", "number"]),
    "large": frozenset(["money", "number"]),
    "big": frozenset(["money", "number"]),
    "high": frozenset(["money", "number"]),
    "long": frozenset(["duration", "date", "number"]),
    "old": frozenset(["date", "number"]),
    "soon": frozenset(["date"]),
}
"""After "how"."""
_BY_NOUN: dict[str, frozenset[ValueType]] = {
    **dict.fromkeys(["country", "city", "place", "town", "location"], frozenset[ValueType](["place"])),
    **dict.fromkeys(["date", "day", "month", "year", "quarter"], frozenset[ValueType](["date"])),
    **dict.fromkeys(["person", "people", "colleague"], frozenset[ValueType](["person"])),
    **dict.fromkeys(
        ["company", "firm", "organisation", "organization", "vendor"], frozenset[ValueType](["organisation"])
    ),
    **dict.fromkeys(["amount", "sum", "price"], frozenset[ValueType](["money"])),
}
"""After "what" and "which"."""
_NOUNS = [[noun] for noun in _BY_NOUN]
_OPEN: frozenset[ValueType] = frozenset(["any"])
"""Values that may be of every type."""
_EVENTS: frozenset[ValueType] = frozenset(["text"])
"""Values that tell of what happened, from a day on."""
_MOVES = frozenset(
    stem(word)
    for word in "become became began begin change changed join move moved start started switch switched upgrade upgraded downgrade downgraded update updated".split()  # noqa: SIM905
)
"""With "when": what is asked for is the day from which another value holds."""
_EVERYBODY = frozenset(["customer", "account", "client", "company"])
_FRAME = (
    frozenset(
        stem(word)
        for word in """actual actually agree agreed agreement amount annual annually approximately colleague conflict contradict
    contradiction correct current currently date day disagree exact exactly figure former formerly guy history
    kind large latest least level long major moment month monthly name nowadays number official officially old overall
    people person present presently previous previously prior quarter quarterly record recorded right say side sort source
    sources still system systems team tell time today tomorrow total type unit value version week year yearly yesterday
    agree remind check confirm wonder curious quick quickly thank hi hello true anymore already really sure ever never use used right registered listed stand stands bought buy purchased purchase belong
    belongs come comes first last new originally original earlier big high much many
    world earth per annum money dollars euros roughly usually next write wrote written mention mentioned ask asked complain complained think thought""".split()  # noqa: SIM905
    )
    | _MOVES
)
"""Words that say which value of a fact is wanted, or of when, not of what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    predicates: tuple[str, ...] = ()
    """As the tenant's facts carry them; what was named most closely first."""
    unexplained: tuple[str, ...] = ()
    """Content words, as written and in order, that neither these predicates nor the frame of a question explain."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A phrase that asks for a predicate."""

    words: tuple[str, ...]
    predicate: str
    is_hint: bool


@dataclass(frozen=True, slots=True)
class _Match:
    way: _Way
    places: tuple[int, ...]
    """Tokens of the question that it explains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ways:
    """All ways to ask for a tenant's facts, by first word; those of names whose words may stand in any order beside."""

    by_word: dict[str, tuple[_Way, ...]]
    scattered: dict[str, tuple[_Way, ...]]
    types: dict[str, ValueType]
    recorded: dict[str, tuple[str, ...]]
    """Canonical name to the names that the tenant's facts carry."""


class NamedFacts:
    """The facts of which a question's words speak.

    `words` are its tokens, slips mended; `named` the places of those that are names and times, which ask for nothing;
    `recorded` the predicates that the tenant's facts carry; `values_of` those of which it names a value.
    """

    def __init__(
        self,
        words: Sequence[str],
        named: frozenset[int],
        *,
        catalogue: PredicateCatalogue,
        recorded: tuple[str, ...],
        values_of: tuple[str, ...] = (),
    ) -> None:
        self._words = words
        self._named = named
        self._values_of = values_of
        self._ways = _ways(catalogue, recorded)
        self._folded = [_form(word) for word in words]
        found = _longest(_matches(self._folded, named, self._ways))
        self._found = [match for match in found if match.way.predicate in self._ways.recorded]

    @property
    def predicates(self) -> tuple[str, ...]:
        """All predicates that it may speak of, as facts carry them."""
        return _recorded(self._found, self._ways)

    def asked(self, kind: QuestionKind, *, of_somebody: bool) -> Asked:
        """Which of them it asks for; `of_somebody`: it names whose facts.

        Of a question for a value they have the type that its question word asks for, and what is asked for is not
        something else.
        """
        if kind not in FACTUAL:
            return Asked(predicates=self.predicates)
        if not (self._found or of_somebody):
            return Asked()
        asker, wanted = _question_word(self._folded, of_somebody=of_somebody)
        found = [match for match in self._found if match.places != (asker,)] or self._found  # "where" alone, last
        fitting = _fitting(found, wanted, self._ways.types)
        noun = {asker + 1} if fitting and self._folded[asker + 1 : asker + 2] in _NOUNS else set()
        unexplained = _unexplained(self._words, self._named | noun, found)
        if fitting and not (unexplained and fitting[0].way.is_hint):
            if not _stands_first(self._words, self._named | noun, unexplained, asker):
                return Asked(predicates=_recorded(fitting, self._ways), unexplained=unexplained)
        elif self._values_of and of_somebody and not wanted and not unexplained:  # "is Acme on Gold"
            return Asked(predicates=self._values_of)
        return Asked(unexplained=_unexplained(self._words, self._named, ()))


def _fitting(found: Sequence[_Match], wanted: frozenset[ValueType], types: Mapping[str, ValueType]) -> list[_Match]:
    """Matches whose values have a wanted type, or may have any; hints only where nothing else has."""
    for are_hints in (False, True):
        some = [match for match in found if match.way.is_hint is are_hints]
        if not wanted:
            if some:
                return some
            continue
        for accepted in (wanted, _OPEN, _EVENTS if "date" in wanted else _OPEN):
            if fitting := [match for match in some if types[match.way.predicate] in accepted]:
                return fitting
    return []


def _matches(folded: Sequence[str], named: frozenset[int], ways: _Ways) -> list[_Match]:
    found = []
    for place, word in enumerate(folded):
        if place in named:
            continue
        for way in ways.by_word.get(word, ()):
            places = _places(way.words, folded, place, named)
            if places:
                found.append(_Match(way, places))
        for way in ways.scattered.get(word, ()):
            if all(other in folded for other in way.words):
                places = tuple(folded.index(other) for other in way.words)
                if named.isdisjoint(places):
                    found.append(_Match(way, places))
    return found


def _places(words: tuple[str, ...], folded: Sequence[str], start: int, named: frozenset[int]) -> tuple[int, ...]:
    """Where a phrase stands that begins at `start`, with names and glue skipped; () where it does not."""
    if words[0] == "own" and start and folded[start - 1] in _POSSESSIVE:
        return ()  # "in their own words"
    places, at = [start], start + 1
    for word in words[1:]:
        end = min(len(folded), at + _MOST_SKIPPED)
        while at < end and (at in named or (folded[at] != word and folded[at] in _GLUE)):
            at += 1
        if at >= end or folded[at] != word:
            return ()
        places.append(at)
        at += 1
    return tuple(places)


def _longest(matches: list[_Match]) -> list[_Match]:
    """Matches of which no word belongs to a longer one: "seat price" asks for no seats."""
    kept: list[_Match] = []
    lengths: dict[int, int] = {}
    for match in sorted(matches, key=lambda match: (-len(match.places), match.places)):
        if all(lengths.get(place, 0) <= len(match.places) for place in match.places):
            kept.append(match)
            for place in match.places:
                lengths[place] = len(match.places)
    return kept


def _question_word(folded: Sequence[str], *, of_somebody: bool) -> tuple[int, frozenset[ValueType]]:
    """Where the question begins that stands in a text, and the types of value that it asks for; none: of any."""
    for place, word in enumerate(folded):
        following = folded[place + 1] if place + 1 < len(folded) else ""
        if word == "how" and following in _BY_SECOND_WORD:
            counted = folded[place + 2] if place + 2 < len(folded) else ""
            return place, _ANY if counted in _EVERYBODY else _BY_SECOND_WORD[following]
        if word in _BY_WORD:
            asks_everybody = word.startswith("who") and not of_somebody  # for customers, by a fact about them
            asks_day = word == "when" and any(stem(other) in _MOVES for other in folded)
            return place, _ANY if asks_everybody or asks_day else _BY_WORD[word] or _BY_NOUN.get(following, _ANY)
    return len(folded), _ANY


def _recorded(matches: Iterable[_Match], ways: _Ways) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for match in matches for name in ways.recorded[match.way.predicate]))


def _unexplained(words: Sequence[str], named: frozenset[int], matches: Iterable[_Match]) -> tuple[str, ...]:
    explained = {place for match in matches for place in match.places}
    left = " ".join(word for place, word in enumerate(words) if place not in named and place not in explained)
    return tuple(word for word in content_words(left) if stem(word) not in _FRAME)


def _stands_first(words: Sequence[str], named: frozenset[int], unexplained: tuple[str, ...], at: int) -> bool:
    """Whether the first content word from `at` on is unexplained: then it is what is asked for ("what rent does Acme pay")."""
    if not unexplained:
        return False
    spoken = " ".join(word for place, word in enumerate(words[at:], at) if place not in named)
    first = next((word for word in content_words(spoken) if stem(word) not in _FRAME), None)
    return first is not None and any(stem(first) == stem(word) for word in unexplained)


@lru_cache(maxsize=512)
def _ways(catalogue: PredicateCatalogue, recorded: tuple[str, ...]) -> _Ways:
    """Compiled once for each catalogue and each set of predicates in use."""
    in_use: dict[str, list[str]] = {}
    for name in recorded:
        in_use.setdefault(catalogue.canonical(name), []).append(name)
    described = {predicate.name: predicate for predicate in catalogue.all()}
    for name in in_use:
        if name not in described:
            described[name] = catalogue.of(name)
    by_word: dict[str, dict[_Way, None]] = {}
    scattered: dict[str, list[_Way]] = {}
    for name, predicate in described.items():
        for way in _ways_of(name, predicate):
            by_word.setdefault(way.words[0], {})[way] = None
        words = _words_of(name.replace("_", " "))
        if name in in_use and len(words) > 1:
            scattered.setdefault(words[0], []).append(_Way(words, name, False))
    return _Ways(
        by_word={word: tuple(ways) for word, ways in by_word.items()},
        scattered={word: tuple(ways) for word, ways in scattered.items()},
        types={name: predicate.value for name, predicate in described.items()},
        recorded={name: tuple(names) for name, names in in_use.items()},
    )


def _ways_of(name: str, predicate: Predicate) -> Iterable[_Way]:
    for phrase in (name, *predicate.aliases, *predicate.asked_by):
        if words := _words_of(phrase.replace("_", " ")):
            yield _Way(words, name, False)
    for phrase in predicate.hinted_by:
        if words := _words_of(phrase):
            yield _Way(words, name, True)


def _words_of(phrase: str) -> tuple[str, ...]:
    return tuple(form for word in phrase.split() if (form := _form(word)) not in _GLUE)
