"""Whether the evidence that a sentence cites bears it: the Verifier's check, and what it takes beyond it for words that no
rule of ours wrote.

A rule's sentence can be wrong in its numbers and names alone. A model's can be wrong in any word, so each word that says
something must stand in what is cited, or in a verified claim about it; and what turns a true sentence round (not, all,
because, rose, is for was, one's value for another's) is looked for by itself. What is left out by mistake costs little:
the rules' own words stand in its place.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from moe_memorygraph.experts.retelling.counts import count_fault
from moe_memorygraph.experts.retelling.periods import MONTHS, PERIOD
from moe_memorygraph.experts.retelling.reply import Sentence
from moe_memorygraph.experts.retelling.vocabulary import (
    CAUSES,
    FALLS,
    GLUE,
    LACKS,
    NEGATIONS,
    NUMBER_WORDS,
    RISES,
    SWEEPING,
)
from moe_memorygraph.experts.values import Claim, Draft, Evidence, Question, Tally
from moe_memorygraph.experts.verifier import Verifier, support_of
from moe_memorygraph.memory.values import Fact, Pattern
from moe_memorygraph.words import content_words, name_key, stem, stems, tokens

__all__ = ["Fault", "fault_of"]

Fault = Literal[
    "form",
    "citation",
    "quote",
    "number",
    "name",
    "speaker",
    "mixed",
    "time",
    "cause",
    "negation",
    "sweeping",
    "direction",
    "word",
]

_QUOTED = re.compile(r"“[^”]*”")
_NUMBERED = re.compile(r"(?<![\w.,/:-])(\d+) ([^\W\d_]+)")
_REACH = 3  # words after a negation that it is about
_NEAR = 4  # letters that two forms of a word have in common at least, and by which they may differ at most


def fault_of(
    sentence: Sentence | None, question: Question, claims: Sequence[Claim], evidence: Sequence[Evidence]
) -> Fault | None:
    """Why a model's sentence may not stand; None where its evidence bears it. `claims` are the verified ones."""
    if sentence is None:
        return "form"
    if sentence.cites is None:
        return "citation"
    claim = Claim(text=sentence.text, cites=sentence.cites)
    [fault] = Verifier().verify(question, Draft(claims=(claim,)), evidence).dropped or (None,)
    if fault:
        return fault  # type: ignore[return-value]  # the Verifier's reasons are among ours
    return _Held(claim, question, claims, evidence).fault()


class _Held:
    """One sentence beside all that its citations vouch for."""

    def __init__(self, claim: Claim, question: Question, claims: Sequence[Claim], evidence: Sequence[Evidence]) -> None:
        self.question = question
        self.cited = [evidence[index] for index in claim.cites]
        about = [one for one in claims if one.cites and set(one.cites) <= set(claim.cites)]
        self.support = " ".join([*(support_of(item, question) for item in self.cited), *(one.text for one in about)])
        self.said = _QUOTED.sub(" ", claim.text)  # quotes have been found word for word
        self.words = [word.casefold().replace("’", "'") for word in tokens(self.said)]
        self.held = {word.casefold().replace("’", "'") for word in tokens(self.support)}
        self.stems = stems(self.support)

    def fault(self) -> Fault | None:
        checks: tuple[tuple[Fault, bool], ...] = (
            ("number", self._counts_in_words() or self._counts_other_things()),
            ("mixed", self._mixes_customers() or self._mixes_values()),
            ("time", self._names_another_time()),
            ("cause", self._invents_a_cause()),
            ("negation", self._turns_round()),
            ("sweeping", any(word in SWEEPING and word not in self.held for word in self.words)),
        )
        for name, is_faulty in checks:
            if is_faulty:
                return name
        return count_fault(self.said, self.cited, self.question.customer_names) or self._strange_word()

    def _counts_in_words(self) -> bool:
        """A number in words that stands there neither in words nor in digits."""
        counted = [word for word in self.words if word in NUMBER_WORDS]
        return any(word not in self.held and NUMBER_WORDS[word] not in self.held for word in counted)

    def _counts_other_things(self) -> bool:
        """A number stands before the word for a thing, and nowhere in what it cites beside it ("12 minutes")."""
        held = [stem(word) for word in tokens(self.support)]
        beside: dict[str, set[str]] = {}
        for at, word in enumerate(held):
            if word.isdigit():
                beside.setdefault(word, set()).update(held[max(0, at - 2) : at + 3])
        for said in _NUMBERED.finditer(PERIOD.sub(" ", self.said)):
            thing = stem(said[2])
            if content_words(said[2]) and said[1] in beside and not _stands(thing, beside[said[1]]):
                return True
        return False

    def _mixes_customers(self) -> bool:
        """Two customers in one sentence may have each other's values; facts of two, or of one of two that is not named, too."""
        said = f" {name_key(self.said)} "
        ids = {item.customer_id for item in self.cited if item.customer_id} | set(self.question.customer_ids)
        named = {one for one in ids if f" {name_key(self._name(one))} " in said or f" {name_key(one)} " in said}
        owners = {item.customer_id for item in self.cited if isinstance(item.payload, Fact) and item.customer_id}
        unnamed = len(self.question.customers) > 1 and bool(owners) and not named
        return len(named) > 1 or len(owners) > 1 or unnamed

    def _name(self, customer_id: str) -> str:
        return self.question.customer_names.get(customer_id, customer_id)

    def _mixes_values(self) -> bool:
        """A word for what a fact is about stands nearer to another cited fact's value than to its own."""
        facts = [item.payload for item in self.cited if isinstance(item.payload, Fact)]
        said = [stem(word) for word in tokens(self.said)]
        values = {fact.fact_id: _places(said, _stems_of(fact.object)) for fact in facts}
        if len({fact.object.casefold() for fact in facts if values[fact.fact_id]}) < 2:
            return False
        for fact in facts:
            own = values[fact.fact_id]
            others = [
                at for one in facts if one.object.casefold() != fact.object.casefold() for at in values[one.fact_id]
            ]
            for place in _places(said, _stems_of(fact.predicate.replace("_", " "))):
                if _distance(place, others) < _distance(place, own):
                    return True
        return False

    def _names_another_time(self) -> bool:
        """A quarter, a half or a month that nothing it cites is about."""
        support = self.support.casefold()
        return any(
            said.casefold() not in support and _iso_month(said) not in support for said in PERIOD.findall(self.said)
        )

    def _invents_a_cause(self) -> bool:
        """It says what something came of, where nothing that it cites speaks of causes."""
        return any(stem(word) in CAUSES for word in self.words) and not self.stems & CAUSES

    def _turns_round(self) -> bool:
        """It denies what is not denied, or asserts the very thing that is."""
        said, held = _Polarity(self.said), _Polarity(self.support)
        if any(not held.denies(word, about) for word, about in said.denials):
            return True
        quoted = _Polarity(" ".join(item.quote for item in self.cited))
        turned = {one for one in quoted.denied if said.asserted[one] > quoted.asserted[one]}
        return bool(turned - said.lacked) or bool(quoted.parted & said.adjacent - quoted.adjacent)

    def _strange_word(self) -> Fault | None:
        """A word with content that stands in nothing it cites: 'name' where it is written as one."""
        names = stems(" ".join(self._name(item.customer_id) for item in self.cited if item.customer_id))
        counts = any(isinstance(item.payload, Tally | Pattern) for item in self.cited)
        for word in content_words(PERIOD.sub(" ", self.said)):  # these have been looked at
            one = stem(word)
            if (
                one in names
                or one in GLUE
                or one in CAUSES
                or _is_negation(word.casefold())
                or word.casefold() in NUMBER_WORDS
            ):
                continue
            if one in LACKS and (self.stems & LACKS or any(map(_is_negation, self.held))):
                continue
            if (counts and one in RISES | FALLS) or _stands(one, self.stems):
                continue
            return "name" if not word.islower() and not self.said.lstrip().startswith(word) else "word"
        return None


def _iso_month(said: str) -> str:
    """ "October 2025" as dates begin, "2025-10"; what no date begins with for a quarter."""
    name, year = said.split()
    return f"{year}-{MONTHS.index(name) + 1:02d}" if name in MONTHS else said


def _stems_of(text: str) -> list[str]:
    return [stem(word) for word in tokens(text)]


def _places(said: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Where all of the wanted stems stand one after another."""
    length = len(wanted)
    return [at for at in range(len(said) - length + 1) if length and list(said[at : at + length]) == list(wanted)]


def _distance(place: int, places: Iterable[int]) -> int:
    return min((abs(place - other) for other in places), default=1_000)


def _is_negation(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def _split_negations(text: str) -> list[str]:
    """Words in lower case; "cannot" and "don't" as two each."""
    lowered = text.casefold().replace("’", "'").replace("cannot", "can not").replace("can't", "can not")
    return [part for word in tokens(lowered) for part in ([word[:-3], "not"] if word.endswith("n't") else [word])]


class _Polarity:
    """Which stems of a text are denied, which are said to be lacking, and how often each is asserted."""

    def __init__(self, text: str) -> None:
        words = _split_negations(text)
        near = [
            frozenset(map(stem, content_words(" ".join(words[at + 1 : at + 1 + _REACH])))) for at in range(len(words))
        ]
        self.denials = [(word, near[at]) for at, word in enumerate(words) if _is_negation(word)]
        """Each negation, and what of content follows it closely."""
        self.denied = frozenset().union(*(about for _, about in self.denials))
        self.lacked = frozenset().union(*(near[at] for at, word in enumerate(words) if stem(word) in LACKS))
        reached = {
            place
            for at, word in enumerate(words)
            if _is_negation(word)
            for place in range(at + 1, min(at + 1 + _REACH, len(words)))
        }
        self.asserted = Counter(stem(word) for at, word in enumerate(words) if at not in reached)
        """How often each stem stands outside the reach of a negation."""

        self.adjacent = set(pairwise(words))
        self.parted = {(words[at - 1], words[at + 1]) for at in range(1, len(words) - 1) if _is_negation(words[at])}
        """Words that stand on either side of a negation: side by side they say the opposite."""

    def denies(self, negation: str, about: frozenset[str]) -> bool:
        """Whether it denies some of the same; of nothing with content ("none before"), whether it says so in that word."""
        return bool(about & self.denied) if about else any(negation == word for word, _ in self.denials)


def _stands(one: str, held: set[str]) -> bool:
    """Whether the stem stands there, or a longer or shorter form of the same word."""
    if one in held:
        return True
    if len(one) < _NEAR:
        return False
    return any(
        min(len(one), len(other)) >= _NEAR
        and abs(len(one) - len(other)) <= _NEAR
        and (one.startswith(other) or other.startswith(one))
        for other in held
    )
