"""English lexemes, near enough to PostgreSQL's 'english' configuration for tests; rare endings may differ."""

import re

__all__ = ["lexemes"]

_WORD = re.compile(r"[^\W_]+")

# The English stop words of PostgreSQL's snowball dictionary.
_STOP_LINES = (
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself "
    "it its itself they them their theirs themselves what which who whom this that these those am is are was were be "
    "been being have has had having do does did doing a an the and but if or because as until while of at by for with "
    "about against between into through during before after above below to from up down in out on off over under "
    "again further then once here there when where why how all any both each few more most other some such no nor not "
    "only own same so than too very s t can will just don should now"
)
_STOP_WORDS = frozenset(_STOP_LINES.split())
_VOWEL = re.compile(r"[aeiouy]")


def lexemes(text: str) -> frozenset[str]:
    """The stems of the words of a text, without stop words."""
    return frozenset(_stem(word) for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS)


def _stem(word: str) -> str:
    if len(word) <= 3:
        return word
    for suffix, ending in (("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("us", "us"), ("s", "")):
        if word.endswith(suffix):
            word = word.removesuffix(suffix) + ending
            break
    for suffix in ("ingly", "edly", "ing", "ed"):
        root = word.removesuffix(suffix)
        if root != word and _VOWEL.search(root):
            word = _mended(root)
            break
    if len(word) > 2 and word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "i"
    for suffix, ending in _DERIVED:
        root = word.removesuffix(suffix)
        if root != word and len(root) > 2 and _VOWEL.search(root):
            word = root + ending
            break
    root = word.removesuffix("e")
    return root if root != word and len(root) > 2 else word


_DERIVED = (
    ("ational", "at"),
    ("ization", "iz"),
    ("ation", "at"),
    ("ement", ""),
    ("ment", ""),
    ("ness", ""),
    ("ful", ""),
    ("ly", ""),
    ("ion", ""),
)


def _mended(root: str) -> str:
    if root.endswith(("at", "bl", "iz")):
        return root + "e"
    if len(root) > 2 and root[-1] == root[-2] and root[-1] in "bdfgmnprt":
        return root[:-1]
    return root
