"""A ticket's text to what it says: deterministic, without a model, in time linear in the text. Pure."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from moe_memorygraph.extraction import commerce, demands, leaving, outcome, trouble
from moe_memorygraph.extraction.commerce import (
    NEEDS_RENEWAL,
    NEEDS_RIVAL,
    find_competitors,
    find_known_rivals,
    find_renewals,
)
from moe_memorygraph.extraction.dates import resolve
from moe_memorygraph.extraction.rule import Found
from moe_memorygraph.extraction.sentence import Sentence, folded
from moe_memorygraph.ingestion.sentences import sentence_spans

__all__ = ["EXTRACTION_VERSION", "RULES", "WITH_MODEL", "Mention", "extract", "spans_said"]

EXTRACTION_VERSION = 2
"""Of the patterns, always even: a ticket that was read by a smaller one is read again."""
WITH_MODEL = EXTRACTION_VERSION + 1
"""By the same patterns, and by a language model too: newer patterns read such a ticket again, the same do not."""

MOST_TEXT = 20_000
"""Characters that are read: longer are logs and pasted documents, where nobody says what they want."""
LONGEST = 600
"""Characters of a sentence: what runs on without an end is cut at white space."""
MOST_MENTIONS = 24
"""Facts of one ticket: one that says more is a list of something."""

RULES = (*leaving.RULES, *commerce.RULES, *trouble.RULES, *demands.RULES, *outcome.RULES)
"""Of one predicate the surest first."""

_NOT_THEIR_WORDS = re.compile(
    r"\s*(?:>|\||(?:agent|support|support team|bot|system|assistant|representative|operator|auto-?reply)(?: \([^)\n]{0,40}\))?\s*:)"
)
"""A sentence that begins so was written by somebody else: a quoted mail, a row of a table, our own reply."""
_ALL_BELOW = re.compile(
    r"^(?:-{3,} ?(?:original|forwarded) message|on .{4,80} wrote:\s*$|_{10,}\s*$|from: .{3,100}$\n^(?:sent|to|date): )",
    re.MULTILINE,
)
_SIGNS_OF_MAIL = ("wrote:", "--- ", "---o", "---f", "____", "from: ")
_HAPPENED = frozenset({"outage_reported", "cancellation_done", "product_affected", "login_trouble", "breach_reported"})
"""What a sentence may date: "the site was down on 3 March" holds from then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """What `text[start:stop]` says, offsets in code points; it holds from `valid_from`."""

    predicate: str
    value: str
    start: int
    stop: int
    confidence: float
    """What one may count on, 0..1: below what sentences of its kind were measured to be right in, and below any record."""
    valid_from: datetime


def extract(
    text: str,
    *,
    said_at: datetime,
    rivals: Collection[str] = (),
    own_names: Collection[str] = (),
    parts: Sequence[tuple[int, int]] | None = None,
) -> list[Mention]:
    """What a ticket's text says, in the order said; of one predicate and value the surest, of equals the first.

    `parts` are the pieces (start, stop) that the customer wrote, in order; None: all. `rivals` are names of the
    tenant's competitors; `own_names` those of the customer itself, which is nobody's rival.
    """
    text = text[:MOST_TEXT]
    low = folded(text)
    finders = _finders(low, rivals=rivals, own_names=own_names)
    best: dict[tuple[str, str], Mention] = {}
    for start, stop in spans_said(text, low, parts) if finders else ():
        said = low[start:stop]
        sentence = Sentence(text=text[start:stop], low=said, said_at=said_at)
        for found in _found(sentence, finders):
            mention = _mention(found, sentence, start=start, stop=stop)
            key = (mention.predicate, mention.value.casefold())
            if key not in best or best[key].confidence < mention.confidence:
                best[key] = mention
        if len(best) >= MOST_MENTIONS:
            break
    return sorted(best.values(), key=lambda one: (one.start, one.predicate, one.value))[:MOST_MENTIONS]


@dataclass(frozen=True, slots=True)
class _Finder:
    """A rule for one text, with those of the words it needs that the text holds at all: most rules are done with it here."""

    find: Callable[[Sentence], Iterator[Found]]
    needs: Sequence[str]
    predicate: str = ""
    """Of a rule that is looked for until its predicate is found."""


def _finders(low: str, *, rivals: Collection[str], own_names: Collection[str]) -> list[_Finder]:
    own = {name.casefold() for name in own_names}
    known = sorted(name for name in map(str.casefold, rivals) if len(name) > 2 and name in low and name not in own)
    finders = [
        _Finder(rule.find, held, rule.predicate if rule.most == 1 else "")
        for rule in RULES
        if (held := [need for need in rule.needs if need in low])
    ]
    if held := [need for need in NEEDS_RENEWAL if need in low]:
        finders.append(_Finder(find_renewals, held))
    if known:
        finders.append(_Finder(lambda sentence: find_known_rivals(sentence, known), known))
    if held := [need for need in NEEDS_RIVAL if need in low]:
        finders.append(_Finder(lambda sentence: find_competitors(sentence, own), held))
    return finders


def _found(sentence: Sentence, finders: Sequence[_Finder]) -> Iterator[Found]:
    taken: set[str] = set()
    low = sentence.low
    for finder in finders:
        for need in finder.needs:
            if need in low:
                break
        else:
            continue
        if finder.predicate in taken:
            continue  # one intent a sentence: the surest rule stands first
        for found in finder.find(sentence):
            taken.add(found.predicate)
            yield found


def _mention(found: Found, sentence: Sentence, *, start: int, stop: int) -> Mention:
    valid_from = sentence.said_at
    if found.predicate in _HAPPENED:
        dated = resolve(sentence.low, near=sentence.said_at, toward="past")
        if dated is not None and dated <= sentence.said_at:
            valid_from = dated
    return Mention(
        predicate=found.predicate,
        value=found.value,
        start=start,
        stop=stop,
        confidence=found.confidence,
        valid_from=valid_from,
    )


def spans_said(text: str, low: str, parts: Sequence[tuple[int, int]] | None) -> Iterator[tuple[int, int]]:
    """The sentences that the customer wrote, none longer than `LONGEST`."""
    quoted = _ALL_BELOW.search(text.lower()) if any(sign in low for sign in _SIGNS_OF_MAIL) else None
    end = len(text) if quoted is None else quoted.start()
    for begin, until in parts if parts is not None else ((0, end),):
        said = text[begin : min(until, end)]
        for start, stop in sentence_spans(said):
            if not _NOT_THEIR_WORDS.match(low, begin + start):
                yield from _pieces(text, begin + start, begin + stop)


def _pieces(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    begin = start
    while stop - begin > LONGEST:
        space = text.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
        cut = space if space > 0 else begin + LONGEST
        yield begin, cut
        begin = cut + (cut == space)
    if stop > begin:
        yield begin, stop
