"""The words to quote: the sentences of a text that say most about what was asked, cut from it verbatim."""

import re

from moe_memorygraph.words import sentences_of, stems_in, tokens

__all__ = ["best_quote", "is_courtesy"]

LONGEST_QUOTE = 280  # characters: two sentences of a ticket; more is reading, not quoting


def best_quote(text: str, wanted: set[str], *, longest: int = LONGEST_QUOTE) -> str:
    """A verbatim piece of `text`: the sentence that holds most of the wanted stems, with the next where it fits.

    Ties go to the earlier sentence. A sentence longer than `longest` is cut at a word's end. Empty text gives ''.
    """
    spans = sentences_of(text)
    if spans and spans[-1][1] - spans[0][0] <= longest and longest > LONGEST_QUOTE:
        return text[spans[0][0] : spans[-1][1]]  # a whole section, where one was asked for
    if not spans:
        return text.strip()[:longest]
    first = 0
    if len(spans) > 1:
        first = max(range(len(spans)), key=lambda place: (_worth(text[slice(*spans[place])], wanted), -place))
    start, stop = spans[first]
    for begins, ends in spans[first + 1 :]:
        if ends - start > longest or stop - start > longest // 2 or "\n\n" in text[stop:begins]:
            break
        stop = ends
    return _cut(text[start:stop], longest)


_COURTESY = re.compile(
    r"^\W*(?:(?:with |kind |best |warm |many )*(?:regards|wishes|thanks|greetings)|thank you|cheers|yours|sincerely|dear|hello"
    r"|hi|hey|good (?:morning|afternoon|evening|day))\b.{0,60}$",
    re.IGNORECASE,
)


def is_courtesy(quote: str) -> bool:
    """Whether a quote greets or takes leave and says nothing else."""
    return all(_COURTESY.match(quote[start:stop]) for start, stop in sentences_of(quote))


def _worth(sentence: str, wanted: set[str]) -> float:
    if _COURTESY.match(sentence):
        return -1.0
    held = len(wanted.intersection(stems_in(tokens(sentence))))
    return held - (0.5 if len(sentence) < 25 else 0.0) - (0.25 if sentence.rstrip().endswith(("?", ",")) else 0.0)


def _cut(piece: str, longest: int) -> str:
    if len(piece) <= longest:
        return piece
    space = piece.rfind(" ", 0, longest)
    return piece[: space if space > longest // 2 else longest].rstrip()
