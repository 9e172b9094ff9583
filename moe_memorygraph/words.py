"""Words of questions: tokens, crude stems, and which of them carry content."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

__all__ = [
    "content_words",
    "label_stems",
    "name_key",
    "overlap",
    "sentences_of",
    "standing_in",
    "stem",
    "stems",
    "stems_in",
    "token_spans",
    "tokens",
]

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ASCII_TOKEN = re.compile(r"[A-Za-z0-9]+(?:['-][A-Za-z0-9]+)*")  # finds the same in ASCII in half the time
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_HAS_INITIALS = re.compile(r"\.[^\W\d_]\.")
_STOP = frozenset(
    [
        "a",
        "about",
        "after",
        "again",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "because",
        "been",
        "before",
        "being",
        "between",
        "both",
        "but",
        "by",
        "can",
        "could",
        "customer",
        "customers",
        "client",
        "clients",
        "account",
        "accounts",
        "company",
        "companies",
        "did",
        "do",
        "does",
        "doing",
        "done",
        "during",
        "each",
        "every",
        "few",
        "for",
        "from",
        "get",
        "gets",
        "give",
        "given",
        "go",
        "got",
        "had",
        "happen",
        "happened",
        "happening",
        "has",
        "have",
        "having",
        "he",
        "her",
        "here",
        "hers",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "know",
        "known",
        "latest",
        "let",
        "list",
        "look",
        "made",
        "make",
        "many",
        "may",
        "me",
        "might",
        "more",
        "most",
        "much",
        "must",
        "my",
        "need",
        "no",
        "nor",
        "not",
        "now",
        "number",
        "of",
        "off",
        "on",
        "once",
        "one",
        "ones",
        "only",
        "or",
        "other",
        "our",
        "ours",
        "out",
        "over",
        "own",
        "please",
        "recent",
        "recently",
        "said",
        "same",
        "say",
        "says",
        "see",
        "she",
        "should",
        "show",
        "since",
        "so",
        "some",
        "such",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "things",
        "this",
        "those",
        "through",
        "to",
        "told",
        "too",
        "under",
        "until",
        "up",
        "us",
        "use",
        "very",
        "want",
        "was",
        "way",
        "we",
        "well",
        "were",
        "what",
        "whats",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "yes",
        "yet",
        "you",
        "your",
        "yours",
        "versus",
        "vs",
        "compare",
        "compared",
        "difference",
        "between",
        "report",
        "summary",
        "summarise",
        "summarize",
        "overview",
        "brief",
        "ticket",
        "tickets",
        "conversation",
        "conversations",
        "question",
        "questions",
    ]
)
_SENTENCE_END = re.compile(
    r"(?:(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b\d\.)(?<!\b\d\d\.)(?<!\bArt\.)(?<!\bNo\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bDr\.)"
    r"(?<!e\.g\.)(?<!i\.e\.)(?<!\bvs\.)[\"')\]”]*\s+(?=[\"'“(\[]?[A-Z0-9<])"
    r"|\n\s*\n\s*|(?<=[.!?:])\n+|\n(?=\s*(?:[-*•]\s|\d{1,3}[.)]\s|#|\||>)))"
)
_MAY_END = re.compile(r"[.!?\n]")  # a sentence ends at such a line break, or after such a mark
_LINE_START = re.compile(r"\A(?:[-*•]\s+|\d{1,3}[.)]\s+|>\s+)")
_MARKS = frozenset("-*•>")  # with digits, what such a start begins with
_RULES = frozenset("#|:-")  # what no sentence begins with; a rule may
_NO_SENTENCE = re.compile(r"#{1,6}\s|\|?[\s|:-]+\|?$")


def tokens(text: str) -> list[str]:
    found: list[str] = (_ASCII_TOKEN if text.isascii() else _TOKEN).findall(text)
    return found


def token_spans(text: str) -> list[tuple[int, int]]:
    """Where each token stands (code points)."""
    return [match.span() for match in (_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text)]


def stem(word: str) -> str:
    """A crude English stem, good enough to match "complaints" with "complaint" and "cancelled" with "cancellation"."""
    return _STEMS[word]


def _stem_of(word: str) -> str:
    word = word.casefold().replace("’", "'")
    word = word.removesuffix("'s").rstrip("'")
    for suffix in (
        "ations",
        "ation",
        "ements",
        "ement",
        "ings",
        "ing",
        "ies",
        "ied",
        "ers",
        "ed",
        "es",
        "er",
        "ly",
        "s",
        "y",
        "e",
    ):
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word.removesuffix(suffix)
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeious":
        word = word[:-1]
    return word


class _Stems(dict[str, str]):
    """Stems of words, found when first asked for. A dictionary answers in half the time of a cached function."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_STEMS:
            self.clear()
        found = self[word] = _stem_of(word)
        return found


_MOST_STEMS = 65_536
_STEMS = _Stems()


def stems_in(tokens: Iterable[str]) -> Iterator[str]:
    """The stem of each token."""
    return map(_STEMS.__getitem__, tokens)


def stems(text: str) -> set[str]:
    return set(stems_in(tokens(text)))


@lru_cache(maxsize=4096)
def label_stems(label: str) -> frozenset[str]:
    """Stems of a label's words ("feature_request"). Labels are a tenant's vocabulary: few, and asked for again and again."""
    return frozenset(stems(label.replace("_", " ")))


def standing_in(text: str, wanted: Collection[str]) -> set[str]:
    """Those of the wanted stems of which a word stands in the text."""
    if text.isascii():  # a word begins with its stem, which is faster to look for than to read all words
        lowered = text.lower()
        wanted = [one for one in wanted if one in lowered]
    return set(wanted).intersection(stems_in(tokens(text))) if wanted else set()


def content_words(text: str) -> tuple[str, ...]:
    """Tokens that carry content, in order, each once, as written."""
    seen: dict[str, str] = {}
    for token in tokens(text):
        folded = token.casefold().replace("’", "'").removesuffix("'s")
        if folded not in _STOP and len(folded) > 1 and not folded.isdigit():
            seen.setdefault(stem(token), token)
    return tuple(seen.values())


def overlap(wanted: set[str], text: str) -> float:
    """Share of the wanted stems that stand in the text, 0..1; 0 where nothing is wanted."""
    return len(standing_in(text, wanted)) / len(wanted) if wanted else 0.0


def name_key(name: str) -> str:
    """A name as it is compared: lower case, tokens joined by one space ("O'Neil & Sons, N.A." -> "o'neil sons na")."""
    joined = _INITIALS.sub(lambda match: match[0].replace(".", ""), name) if _HAS_INITIALS.search(name) else name
    joined = joined.replace("’", "'").replace("“", " ").replace("”", " ")
    if joined.isascii():  # nearly all are; of other scripts, folding first would part some words
        return " ".join(tokens(joined.lower()))
    return " ".join(token.casefold() for token in tokens(joined))


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Spans (code points) of the text's sentences, without white space and list marks around them.

    A blank line, and the start of a list item, heading, table row or quote, end a sentence; a mere line break within a
    paragraph does not. Headings and table rules are no sentences.
    """
    spans, start = [], 0
    for stop, following in _ends_of(text):
        bare = text[start:stop].lstrip()
        if bare and (bare[0] in _MARKS or bare[0].isdecimal()):
            bare = _LINE_START.sub("", bare, count=1)
        left = stop - len(bare)
        bare = bare.rstrip()
        if bare and not (bare[0] in _RULES and _NO_SENTENCE.match(bare)):
            spans.append((left, left + len(bare)))
        start = following
    return spans


def _ends_of(text: str) -> Iterator[tuple[int, int]]:
    """Of each sentence its end, and where the next begins. Only where one can end the long pattern is tried."""
    start = 0
    for mark in _MAY_END.finditer(text):
        place = mark.start() if mark[0] == "\n" else mark.end()
        match = _SENTENCE_END.match(text, place) if place >= start else None
        if match:
            yield place, match.end()
            start = match.end()
    yield len(text), len(text)
