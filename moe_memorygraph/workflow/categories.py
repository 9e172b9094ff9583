"""Which of the tenant's ticket categories a question means. No I/O.

A label names itself by its words and by what else people call the topics that it stands for, whatever its style:
"feature request tickets" means `feature_request`, "Ideas & Feature requests" and "Feature: request" alike.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TypeVar

from moe_memorygraph.topics import TAXONOMY, Phrases, Topic, phrase_of
from moe_memorygraph.words import content_words, stem, stems_in, tokens

__all__ = ["CategoryIndex", "Meant", "default_index", "topics_of_label", "words_of_label"]

Key = TypeVar("Key", str, tuple[str, ...], frozenset[str])
Labels = frozenset[str]

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEGMENT = re.compile(r"\s*[:/>|»]+\s*|\s+[-–—]\s+")
_PART = re.compile(r"\s*[&,;+()]\s*|\s+(?:and|or)\s+")
_GENERIC = frozenset(
    stem(word)
    for word in """issue problem request question inquiry enquiry complaint ticket support help topic matter general other misc
    miscellaneous service data category type new change update status process management handling team product info information
    technical case message report call""".split()  # noqa: SIM905 - words read better so
)
"""Words of labels that alone name nothing."""
_TICKETS = frozenset(
    stem(word)
    for word in [
        "ticket",
        "complaint",
        "issue",
        "request",
        "case",
        "problem",
        "question",
        "conversation",
        "message",
        "contact",
        "inquiry",
        "enquiry",
    ]
)
_ABOUT = frozenset(stem(word) for word in ["about", "on", "regarding", "concerning"])
_SHARED = 3
"""Labels that may share a last word for it to name them: "loan" at the end of ten names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """The categories that a question means, and the stems of the words by which it does."""

    categories: tuple[str, ...] = ()
    stems: frozenset[str] = frozenset()


_NOTHING = Meant()


class CategoryIndex:
    """A tenant's labels by all that people call them."""

    def __init__(
        self,
        labels: Sequence[str],
        *,
        topics: Sequence[Topic] = TAXONOMY,
        meanings: Mapping[str, str] | None = None,
    ) -> None:
        """`meanings` gives the topics of labels that no word tells, by label."""
        self._order = {label: place for place, label in enumerate(labels)}
        parsed = [_Label(label) for label in labels]
        of_topic = _labels_of_topics(parsed, topics, meanings or {})
        strong = _strong(parsed, topics, of_topic)
        self._strong = Phrases(strong)
        near = _union((phrase_of(one), of_topic[t.name]) for t in topics for one in t.near)
        self._near = Phrases({phrase: _holding(parsed, phrase, found) for phrase, found in near.items()})
        sets = _union((wanted, frozenset([one.label])) for one in parsed for wanted in one.sets)
        self._sets = _by_rarest(list(sets.items()))
        self._slots = {
            word: found
            for word, found in _union((word, frozenset([one.label])) for one in parsed for word in one.slots).items()
            if len(found) <= _SHARED and (word,) not in strong
        }

    def meant(self, text: str) -> Meant:
        """The labels that a text means: all that fit, the leading one first; of two names, what both mean."""
        written, words, places = _read(text)
        found = [*self._strong.find(words), *self._in_slots(words, [written[place] for place in places])] or list(
            self._near.find(words)
        )
        named = [labels for _, _, labels in found]
        used = {place for start, stop, _ in found for place in range(start, stop)}
        said = frozenset(words)
        for wanted, labels in chain.from_iterable(
            self._sets[word] for word in dict.fromkeys(words) if word in self._sets
        ):
            if wanted <= said:
                named.append(labels)
                used.update(place for place, word in enumerate(words) if word in wanted)
        if not named:
            return _NOTHING
        return Meant(
            categories=tuple(sorted(_agreed(named), key=self._order.__getitem__)),
            stems=frozenset(stem(written[places[place]]) for place in used),
        )

    def _in_slots(self, words: Sequence[str], written: Sequence[str]) -> Iterator[tuple[int, int, Labels]]:
        """Words that stand alone where a category stands: "vehicle tickets", "tickets about vehicles"."""
        for place, word in enumerate(words):
            if word not in self._slots:
                continue
            before, after = slice(max(0, place - 1), place), slice(place + 1, place + 2)
            if _is_one_of(words[after], _TICKETS):
                is_alone = not content_words(" ".join(written[before]))
            else:
                is_alone = _is_one_of(words[before], _ABOUT) and not content_words(" ".join(written[after]))
            if is_alone:
                yield place, place + 1, self._slots[word]


def _is_one_of(words: Sequence[str], known: frozenset[str]) -> bool:
    return bool(words) and words[0] in known


def _read(text: str) -> tuple[list[str], Sequence[str], Sequence[int]]:
    """The tokens of a text, the stems of its words, and of each word the place of its token: "sign-in" has two words."""
    written = tokens(text)
    if "-" not in text:
        return written, list(stems_in(written)), range(len(written))
    split = [(word, place) for place, token in enumerate(written) for word in token.split("-")]
    return written, list(stems_in(word for word, _ in split)), [place for _, place in split]


def _agreed(named: Iterable[Labels]) -> Labels:
    """All labels that were named; where two names have some in common, only these."""
    groups: list[Labels] = []
    for labels in named:
        for place, held in enumerate(groups):
            if held & labels:
                groups[place] = held & labels
                break
        else:
            groups.append(labels)
    return frozenset().union(*groups)


class _Label:
    """A label taken apart. Phrases are the stems of their words, in order."""

    def __init__(self, label: str) -> None:
        self.label = label
        plain = words_of_label(label)
        segments = [one for one in _SEGMENT.split(plain) if one.strip()]
        parts = [[part for part in _PART.split(one) if part.strip()] for one in segments]
        every = [part for each in parts for part in each]
        self.words = frozenset(phrase_of(plain))
        self.parts = frozenset(map(phrase_of, every))
        heads, tails = (parts[0], every[len(parts[0]) :]) if parts else ([], [])
        longer = [one for one in (plain, *segments, *tails) if len(phrase_of(one)) > 1]
        self.phrases = [phrase_of(one) for one in (*heads, *longer) if _names(one)]
        self.sets = {wanted for one in (*segments, *every) if len(wanted := _content(one)) > 1}
        self.slots = {end for part in self.parts for end in (*part[-1:], *_core(part)[-1:])}


def _names(text: str) -> bool:
    """Whether words name something by themselves: one of them is neither generic nor empty."""
    return not _GENERIC.issuperset(_content(text))


def _content(text: str) -> frozenset[str]:
    return frozenset(map(stem, content_words(text.replace("-", " "))))


def _core(phrase: Sequence[str]) -> Sequence[str]:
    """A phrase without the generic words at its end: "refund request" is "refund"."""
    stop = len(phrase)
    while stop > 1 and phrase[stop - 1] in _GENERIC:
        stop -= 1
    return phrase[:stop]


def words_of_label(label: str) -> str:
    """A label as people write: "FeatureRequest" and `feature_request` have two words."""
    return _CAMEL.sub(" ", label).replace("_", " ")


def topics_of_label(label: str, topics: Sequence[Topic] = TAXONOMY) -> tuple[str, ...]:
    """Names of the topics that a label's words name."""
    found = _topics_in(_Label(label), topics, _called(topics))
    return tuple(topic.name for topic in topics if topic.name in found)


def _topics_in(label: _Label, topics: Sequence[Topic], called: Phrases[str]) -> set[str]:
    """Names of the topics that stand in a label: called by name, a longer name before a shorter one inside it, also by the
    words of a name apart from each other; a part of the label may be any word of a topic."""
    found = {name for _, _, name in called.find(phrase_of(words_of_label(label.label)))}
    for topic in topics:
        longer = (one for one in map(_phrase, topic.names) if len(one) > 1)
        if any(label.words.issuperset(one) for one in longer) or any(
            _phrase(one) in label.parts for one in (topic.name, *topic.names, *topic.words)
        ):
            found.add(topic.name)
    return found


def _called(topics: Sequence[Topic]) -> Phrases[str]:
    """What topics are called, by their names."""
    return Phrases(
        {
            _phrase(one): topic.name
            for topic in reversed(topics)
            for one in (*topic.near, *topic.names, topic.name)
            if _names(one)
        }
    )


@lru_cache(maxsize=4096)
def _phrase(text: str) -> tuple[str, ...]:
    """Of what topics are called, which is compared with every label."""
    return phrase_of(text)


def _labels_of_topics(
    labels: Sequence[_Label], topics: Sequence[Topic], meanings: Mapping[str, str]
) -> dict[str, Labels]:
    found: dict[str, set[str]] = {topic.name: set() for topic in topics}
    called = _called(topics)
    for one in labels:
        for name in _topics_in(one, topics, called):
            found[name].add(one.label)
    for label, name in meanings.items():
        if name in found:
            found[name].add(label)
    return {name: frozenset(held) for name, held in found.items()}


def _strong(
    labels: Sequence[_Label], topics: Sequence[Topic], of_topic: Mapping[str, Labels]
) -> dict[tuple[str, ...], Labels]:
    """What names labels by itself: their own words before what their topics are called."""
    own = _union((phrase, frozenset([one.label])) for one in labels for phrase in one.phrases)
    called = _union((phrase_of(name), of_topic[t.name]) for t in topics for name in (t.name, *t.names) if _names(name))
    for phrase, found in called.items():
        own[phrase] = own.get(phrase, frozenset()) | _holding(labels, phrase, found)
    return own


def _holding(labels: Sequence[_Label], phrase: Sequence[str], found: Labels) -> Labels:
    """Of a topic's labels those that hold what it is called; all, where none does."""
    return frozenset(one.label for one in labels if one.label in found and one.words.issuperset(phrase)) or found


def _by_rarest(sets: Sequence[tuple[Labels, Labels]]) -> dict[str, list[tuple[Labels, Labels]]]:
    """Sets of words by that of their words which stands in the fewest of them: most questions hold none."""
    counts = Counter(word for wanted, _ in sets for word in wanted)
    found: dict[str, list[tuple[Labels, Labels]]] = {}
    for wanted, labels in sets:
        found.setdefault(min(wanted, key=lambda word: (counts[word], word)), []).append((wanted, labels))
    return found


def _union(pairs: Iterable[tuple[Key, Labels]]) -> dict[Key, Labels]:
    found: dict[Key, Labels] = {}
    for key, labels in pairs:
        if labels:
            found[key] = found.get(key, frozenset()) | labels
    return found


@lru_cache(maxsize=256)
def default_index(labels: tuple[str, ...]) -> CategoryIndex:
    """The index of labels by the shipped taxonomy."""
    return CategoryIndex(labels)
