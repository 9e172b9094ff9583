"""Known-item search over tickets: whoever half remembers a ticket finds it again.

Two probes a ticket: its first sentence, and its five rarest words. Tickets of the same text are wanted alike.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation.suites.values import Probe, Suite
from moe_memorygraph.words import sentences_of

__all__ = ["known_items"]

FOLDS = 5
WORDS = 5
_ENOUGH = 8  # distinct words that a ticket needs to be told from others
_SENTENCE_CHARS = 300
_WORD = re.compile(r"[^\W\d_]{3,}")
_BLACKED_OUT = re.compile(r"x{2,}", re.IGNORECASE)


def known_items(rows: Iterable[Mapping[str, object]], *, tickets: int = 300) -> Suite:
    """The suite over all rows, with probes of so many tickets, spread evenly. Raises `InvalidArgument` for none."""
    kept = list(rows)
    words = [_words(str(row.get("body") or "")) for row in kept]
    frequency = Counter(word for held in words for word in set(held))
    same: dict[str, list[str]] = defaultdict(list)
    for row in kept:
        same[str(row.get("body") or "")].append(str(row["ticket_id"]))
    firsts = {ids[0]: body for body, ids in same.items()}
    told = [
        place for place, row in enumerate(kept) if str(row["ticket_id"]) in firsts and len(set(words[place])) >= _ENOUGH
    ]
    if not told:
        raise InvalidArgument("No row holds enough words to be looked for.", "Give a file of tickets with texts.")
    step = max(1, len(told) // tickets)
    probes = []
    for number, place in enumerate(told[::step][:tickets]):
        body = str(kept[place].get("body"))
        for category, text in (("first sentence", _opening(body)), ("rare words", _rarest(words[place], frequency))):
            fold = str(number % FOLDS)
            probes.append(Probe(text=text, wanted=tuple(same[body]), category=category, fold=fold))
    return Suite(name="known_item", tickets=kept, probes=probes)


def _words(body: str) -> list[str]:
    return [word for word in _WORD.findall(body.lower()) if not _BLACKED_OUT.search(word)]


def _opening(body: str) -> str:
    start, stop = sentences_of(body)[0]
    return body[start : min(stop, start + _SENTENCE_CHARS)]


def _rarest(words: Sequence[str], frequency: Mapping[str, int]) -> str:
    return " ".join(sorted(set(words), key=lambda word: (frequency[word], word))[:WORDS])
