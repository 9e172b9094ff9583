"""Long texts into passages that an embedding model can read: cut between sentences, in offsets of the text itself."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from moe_memorygraph.embedding import Tokenizer
from moe_memorygraph.ingestion.sentences import sentence_spans, trim

__all__ = [
    "PASSAGES_VERSION",
    "Passage",
    "WordEstimate",
    "split_document",
    "split_many",
    "split_markdown",
    "split_passages",
]

PASSAGES_VERSION = 2
"""Counted up when the same text is cut elsewhere than before; part of what a stored row is compared by."""

MAX_TOKENS = 200  # of the 254 that the shipped model reads: room for a subject or a heading before the passage
TEXTS_AT_ONCE = 256  # spans of tokens are lists of pairs, and large


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a text: `text[start:stop]`, verbatim, in code points, without white space at its ends."""

    start: int
    stop: int
    heading: str = ""  # of the section, outermost first: "Billing > Refunds"


class WordEstimate:
    """A tokenizer without a model: short of the shipped model's count by a quarter at worst (99 % of real tickets)."""

    _piece = re.compile(r"[A-Za-z]{1,6}|\d{1,3}|[^\W\da-zA-Z]|[^\w\s]")

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [sum(1 for _ in self._piece.finditer(text)) for text in texts]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        return [[found.span() for found in self._piece.finditer(text)] for text in texts]


ESTIMATE = WordEstimate()


def split_passages(
    text: str, *, max_tokens: int = MAX_TOKENS, overlap_sentences: int = 1, tokenizer: Tokenizer = ESTIMATE
) -> list[Passage]:
    """Passages of at most `max_tokens`, in order; a text of white space alone has none.

    Every character that is not white space is in a passage. A passage begins with the last `overlap_sentences`
    sentences of the one before, as far as they are short and leave room. A sentence that is longer than the limit is
    cut between words, a word that is longer is cut anywhere.
    """
    return split_many([text], max_tokens=max_tokens, overlap_sentences=overlap_sentences, tokenizer=tokenizer)[0]


def split_many(
    texts: Sequence[str],
    *,
    max_tokens: int = MAX_TOKENS,
    overlap_sentences: int = 1,
    tokenizer: Tokenizer = ESTIMATE,
) -> list[list[Passage]]:
    """The passages of each text, as `split_passages` gives them; one call of the tokenizer for many texts."""
    _check(max_tokens, overlap_sentences)
    split: list[list[Passage]] = [_if_short(text, max_tokens) or [] for text in texts]
    long = [place for place, passages in enumerate(split) if not passages and not texts[place].isspace()]
    for first in range(0, len(long), TEXTS_AT_ONCE):
        places = [place for place in long[first : first + TEXTS_AT_ONCE] if texts[place]]
        for place, spans in zip(places, tokenizer.token_spans([texts[place] for place in places]), strict=True):
            packer = _Packer(texts[place], spans, max_tokens, overlap_sentences)
            split[place] = packer.passages(0, len(texts[place]), heading="")
    return split


def split_markdown(
    text: str, *, max_tokens: int = MAX_TOKENS, overlap_sentences: int = 1, tokenizer: Tokenizer = ESTIMATE
) -> list[Passage]:
    """As `split_passages`, but no passage reaches beyond its section, and each knows the headings above it.

    The line of a heading belongs to the first passage under it. What stands in a fenced block is no heading.
    """
    _check(max_tokens, overlap_sentences)
    packer = _Packer(text, tokenizer.token_spans([text])[0], max_tokens, overlap_sentences)
    return [
        passage
        for section in _sections(text)
        for passage in packer.passages(section.start, section.stop, heading=section.heading)
    ]


split_document = split_markdown  # documents of every kind are read as Markdown


def _check(max_tokens: int, overlap_sentences: int) -> None:
    if max_tokens < 8 or overlap_sentences < 0:
        raise ValueError("max_tokens must be at least 8, overlap_sentences at least 0")


def _if_short(text: str, max_tokens: int) -> list[Passage] | None:
    """Plain text with no more characters than tokens allowed needs no counting: most chat turns and many tickets."""
    if len(text) > max_tokens or not text.isascii():
        return None
    span = trim(text, 0, len(text))
    return [] if span is None else [Passage(start=span[0], stop=span[1])]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or as much of one as fits."""

    start: int
    stop: int
    tokens: int


class _Packer:
    """Fills passages with sentences. Counts tokens by where they start, so the text is tokenized only once."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]], max_tokens: int, overlap: int) -> None:
        self._text = text
        self._starts = [start for start, _ in spans]
        self._weights = [0, *accumulate(_weight(start, stop) for start, stop in spans)]
        self._max = max_tokens
        self._overlap = overlap

    def passages(self, start: int, stop: int, *, heading: str) -> list[Passage]:
        sentences = [(start + first, start + last) for first, last in sentence_spans(self._text[start:stop])]
        pieces = [piece for first, last in sentences for piece in self._pieces(first, last)]
        return [
            Passage(start=pieces[first].start, stop=pieces[last - 1].stop, heading=heading)
            for first, last in self._runs(pieces)
        ]

    def _tokens(self, start: int, stop: int) -> int:
        return self._weights[bisect_left(self._starts, stop)] - self._weights[bisect_left(self._starts, start)]

    def _runs(self, pieces: Sequence[_Piece]) -> Iterator[tuple[int, int]]:
        """First and last (exclusive) of the pieces of each passage; each run ends later than the one before."""
        first = last = 0
        while last < len(pieces):
            first, tokens = self._overlapping(pieces, last)
            tokens, last = (
                tokens + pieces[last].tokens,
                last + 1,
            )  # whatever it weighs: each passage must say something new
            while last < len(pieces) and tokens + pieces[last].tokens <= self._max:
                tokens += pieces[last].tokens
                last += 1
            yield first, last

    def _overlapping(self, pieces: Sequence[_Piece], last: int) -> tuple[int, int]:
        """Where a passage that must hold piece `last` begins, and the tokens before that piece."""
        room = min(self._max // 3, self._max - pieces[last].tokens)
        first, tokens = last, 0
        while first > max(0, last - self._overlap) and tokens + pieces[first - 1].tokens <= room:
            first -= 1
            tokens += pieces[first].tokens
        return first, tokens

    def _pieces(self, start: int, stop: int) -> Iterator[_Piece]:
        tokens = self._tokens(start, stop)
        if tokens <= self._max:
            yield _Piece(start, stop, tokens)
            return
        begun, filled, end = start, 0, start
        for word in self._words(start, stop):
            if filled and filled + word.tokens > self._max:
                yield _Piece(begun, end, filled)
                filled = 0
            if not filled:
                begun = word.start
            filled, end = filled + word.tokens, word.stop
        yield _Piece(begun, end, filled)

    def _words(self, start: int, stop: int) -> Iterator[_Piece]:
        """Words, and parts of words that alone are longer than the limit; each has at least one token."""
        for found in _WORD.finditer(self._text, start, stop):
            word = _Piece(found.start(), found.end(), self._tokens(*found.span()) or 1)
            if word.tokens <= self._max:
                yield word
            else:
                yield from self._parts(word)

    def _parts(self, word: _Piece) -> Iterator[_Piece]:
        """By characters: a part may have other tokens than it had inside, but no more than its bytes."""
        each = 1 if self._text[word.start : word.stop].isascii() else 4
        step = self._max // each
        for first in range(word.start, word.stop, step):
            last = min(first + step, word.stop)
            yield _Piece(first, last, (last - first) * each)


_WORD = re.compile(r"\S+")
_LONG_TOKEN = 100  # characters; the shipped model takes a longer word for one unknown token


def _weight(start: int, stop: int) -> int:
    """A token counts once; a monstrous one by its length, so that no passage becomes a monster."""
    length = stop - start
    return 1 if length <= _LONG_TOKEN else length // 4


@dataclass(frozen=True, slots=True)
class _Section:
    start: int
    stop: int
    heading: str


_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*\Z")
_LONGEST_HEADING = 400  # characters; a longer line is a paragraph whatever it begins with
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*\Z")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NO_TITLE = re.compile(r"\s*(?:[-*+>|]\s|\d{1,3}[.)]\s|[-*_=]{3,}\s*\Z)")


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    title: str
    start: int
    stop: int


def _sections(text: str) -> Iterator[_Section]:
    """Stretches under one path of headings, which together are the whole text; a heading without a text of its own
    stands with the section that follows."""
    path: list[_Heading] = []
    start = body = 0
    for heading in _headings(text):
        if text[body : heading.start].strip() or (path and heading.level <= path[-1].level):
            yield _Section(start, heading.start, _joined(path))
            start = heading.start
        path = [one for one in path if one.level < heading.level]
        path.append(heading)
        body = heading.stop
    yield _Section(start, len(text), _joined(path))


def _joined(path: Iterable[_Heading]) -> str:
    return " > ".join(heading.title for heading in path if heading.title)


def _headings(text: str) -> Iterator[_Heading]:
    """ATX headings, and single lines underlined with `=` or `-`; none inside a fenced block."""
    fence = ""
    before, line = "", _Line("", 0, 0)
    for one in _lines(text):
        mark = _FENCE.match(one.text)
        if one.stop - one.start > _LONGEST_HEADING:
            pass
        elif fence:
            if mark and mark[1].startswith(fence) and not one.text[mark.end() :].strip():
                fence = ""
        elif mark:
            fence = mark[1]
        elif found := _HEADING.match(one.text):
            yield _Heading(len(found[1]), _title(found[2] or ""), one.start, one.stop)
        elif (found := _UNDERLINE.match(one.text)) and _is_title(line.text) and not before.strip():
            yield _Heading(1 if found[1].startswith("=") else 2, _title(line.text), line.start, one.stop)
        before, line = line.text, one


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    stop: int


def _lines(text: str) -> Iterator[_Line]:
    for found in re.finditer(r"([^\n]*)\n|([^\n]+)\Z", text):
        yield _Line(found[1] or found[2] or "", found.start(), found.end())


def _is_title(line: str) -> bool:
    return (
        bool(line.strip()) and len(line) < _LONGEST_HEADING and not _NO_TITLE.match(line) and not _HEADING.match(line)
    )


def _title(text: str) -> str:
    """Without Markdown's marks, in one line."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[*_`]+(?=\S)|(?<=\S)[*_`]+", "", text).split())
