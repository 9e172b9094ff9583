"""English lexemes, near enough to PostgreSQL's 'english' configuration for tests; rare endings may differ."""

import re

from moe_memorygraph.abbreviations import other_forms
from moe_memorygraph.languages import Language, function_words, language_of, words_of
from moe_memorygraph.memory.ranking import Form, Said, stop_words

__all__ = ["lexemes", "said", "stored_lexemes"]

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


def stored_lexemes(text: str) -> frozenset[str]:
    """What a passage holds: English stems, and beside them those of the language that it is written in."""
    language = language_of(text)
    if language == "english":
        return lexemes(text)
    return lexemes(text).union(*(_foreign(word, language) for word in words_of(text)))


def said(text: str) -> Said:
    """A question with the other forms of what it says, as the search statements' adapter makes it."""
    language, pairs = language_of(text), other_forms(text)
    if language == "english" and not pairs:
        return Said(text=text)
    forms: list[Form] = [(lexemes(one), lexemes(other)) for one, other in pairs]
    own, added = lexemes(text), [other for _, other in pairs]
    if language != "english":
        stems = [(lexemes(word), _foreign(word, language)) for word in words_of(text)]
        own, forms = own - stop_words(stems), [*forms, *stems]
        added += [stem for _, stemmed in stems for stem in stemmed]
    return Said(text=" ".join([text, *added]), own=own, forms=forms)


_ENDINGS = ("ungen", "ung", "ten", "en", "es", "os", "as", "er", "et", "s", "n", "e", "o", "a", "t")


def _foreign(word: str, language: Language) -> frozenset[str]:
    """A cruder stem than PostgreSQL's; none for a function word."""
    if word in function_words(language):
        return frozenset()
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= 4), "")
    return frozenset({word.removesuffix(ending)})
