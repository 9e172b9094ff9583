"""What a sentence says of counts: each number beside its own label, each change in its own direction."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from moe_memorygraph.experts.retelling.periods import PERIOD
from moe_memorygraph.experts.retelling.vocabulary import FALLS, RISES
from moe_memorygraph.experts.tallies import label_words
from moe_memorygraph.experts.values import Evidence, Tally
from moe_memorygraph.memory.values import Pattern
from moe_memorygraph.words import label_stems, stem, stems, tokens

__all__ = ["count_fault"]

_NUMBER = r"(?<![\w.,/-])(\d[\d,]*)(?![.,/-]*\w)"
_COUNT = re.compile(rf"{_NUMBER}(?!\s*(?:%|per\s?cent))")
_SHARE = re.compile(rf"{_NUMBER}\s*(?:%|per\s?cent)")
_TIME = re.compile(rf"{PERIOD.pattern}|\b\d{{4}}-\d\d(?:-\d\d)?\b|\bin (?:19|20)\d\d\b")
_FROM_TO = re.compile(rf"\bfrom\s+{_NUMBER}[^\d.;]{{0,40}}?\bto\s+{_NUMBER}")
_AGAINST = re.compile(
    rf"{_NUMBER}[^\d.;]{{0,60}}?\b(?:against|compared (?:with|to)|versus|vs|(?:up|down|increased|risen|fallen) from)\b"
    rf"[^\d.;]{{0,40}}?{_NUMBER}"
)


_BEFORE = re.compile(rf"{_NUMBER}\s*\(\s*{_NUMBER}\s+before\b")
_Change = tuple[str, int, int]
"""(label, count, count before); the total's label is ''."""


def count_fault(
    said: str, cited: Sequence[Evidence], names: Mapping[str, str]
) -> Literal["number", "direction"] | None:
    """What is wrong with the counts in a sentence; None where nothing is, or where it cites none. `names`: of customers.

    Its numbers are known to stand in what is cited. Looked at are whose they are, and what it says of their change.
    """
    tallies = [_labelled(item.payload, names) for item in cited if isinstance(item.payload, Tally)]
    patterns = [item.payload for item in cited if isinstance(item.payload, Pattern)]
    if not tallies and not patterns:
        return None
    words = stems(said)
    for tally in tallies:
        said = said.replace(tally.time.label, " ") if tally.time else said
    said = _TIME.sub(" ", said)
    changes = list(_changes(tallies))
    sound = (
        all(_has_its_label(_int(number), words, tallies, patterns) for number in _COUNT.findall(said))
        and all(_is_its_change(_int(share), words, changes) for share in _SHARE.findall(said))
        and _in_order(said, [pair for _, *pair in changes])
        and all(_stands_beside_its_own(key, said, tallies) for tally in tallies for key in _keys(tally))
    )
    if not sound:
        return "number"
    return None if _goes_its_way(words, changes, patterns) else "direction"


def _labelled(tally: Tally, names: Mapping[str, str]) -> Tally:
    """The tally with its groups' keys as people read them."""
    groups = [replace(group, key=names.get(group.key) or label_words(group.key)) for group in tally.groups]
    return replace(tally, groups=tuple(groups))


def _int(number: str) -> int:
    return int(number.replace(",", ""))


def _is_its_change(share: int, words: set[str], changes: Sequence[_Change]) -> bool:
    """A percentage that only groups' changes make stands in a sentence that names one of these groups."""
    makers = [label for label, now, before in changes if before and share == abs(round(100 * (now / before - 1)))]
    return not makers or "" in makers or any(_label(key) <= words for key in makers)


def _has_its_label(number: int, words: set[str], tallies: Sequence[Tally], patterns: Sequence[Pattern]) -> bool:
    """A number that only groups have stands in a sentence that names one of these groups."""
    if any(number == tally.total for tally in tallies):
        return True
    if any(number in (pattern.count, pattern.baseline_count) for pattern in patterns):
        return True
    owners = [group.key for tally in tallies for group in tally.groups if group.count == number]
    return not owners or any(_label(key) <= words for key in owners)


def _keys(tally: Tally) -> Iterator[str]:
    return (group.key for group in tally.groups)


def _stands_beside_its_own(key: str, said: str, tallies: Sequence[Tally]) -> bool:
    """A number right after a group's name, or else right before it, is a count of this group."""
    counts = [{group.key: group.count for group in tally.groups} for tally in tallies]
    own = {groups.get(key, 0) for groups in counts}
    words = tokens(said)
    label = [stem(word) for word in tokens(key)]
    for at in range(len(words) - len(label) + 1):
        if [stem(word) for word in words[at : at + len(label)]] != label:
            continue
        beside = (words[at + len(label) : at + len(label) + 1] or [""])[0]
        if not beside.isdigit():
            beside = words[at - 1] if at else ""
        if beside.isdigit() and int(beside) not in own:
            return False
    return True


def _label(key: str) -> frozenset[str]:
    return label_stems(key)


def _changes(tallies: Sequence[Tally]) -> Iterator[_Change]:
    period = next((tally for tally in tallies if tally.role == "period"), None)
    baseline = next((tally for tally in tallies if tally.role == "baseline"), None)
    if period and baseline:
        yield "", period.total, baseline.total
        before = {group.key: group.count for group in baseline.groups}
        for group in period.groups:
            yield group.key, group.count, before.get(group.key, 0)
        now = {group.key for group in period.groups}
        yield from ((key, 0, count) for key, count in before.items() if key not in now)


def _in_order(said: str, pairs: Sequence[Sequence[int]]) -> bool:
    """ "from A to B" and "B against A" put a count and the one before it in their places."""
    counts = {count for pair in pairs for count in pair}

    def fits(now: str, before: str) -> bool:
        pair = [_int(now), _int(before)]
        return not counts.issuperset(pair) or pair in [list(one) for one in pairs]

    return all(fits(now, before) for before, now in _FROM_TO.findall(said)) and all(
        fits(now, before) for now, before in [*_AGAINST.findall(said), *_BEFORE.findall(said)]
    )


def _goes_its_way(words: set[str], changes: Sequence[_Change], patterns: Sequence[Pattern]) -> bool:
    """A rise that it speaks of is one of the groups it names, or of the whole where it names none; a fall likewise."""
    named = [one for one in changes if one[0] and _label(one[0]) <= words]
    meant = named or [one for one in changes if not one[0]] or changes
    turns = [pattern.change_pct or 0.0 for pattern in patterns]
    rises = any(now > before for _, now, before in meant) or any(turn > 0 for turn in turns)
    falls = any(now < before for _, now, before in meant) or any(turn < 0 for turn in turns)
    return (rises or not words & RISES) and (falls or not words & FALLS)
