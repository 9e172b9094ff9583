"""Which language a text is in, by a vote of its small words; the names are those of PostgreSQL's configurations."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, get_args

__all__ = ["LANGUAGES", "Language", "function_words", "language_of", "words_of"]

Language = Literal["english", "german", "spanish", "french", "italian", "portuguese", "dutch"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

_READ = 500  # characters: enough small words to tell, and a bound on the time

# A word that several languages share stands under each of them, English included: it then decides nothing by itself.
_FUNCTION_WORDS: dict[Language, str] = {
    "english": (
        "a about after all also am an and any are as at be been but by can could did die do does don for from had has "
        "have he her his how i if in is it its just me more my no not of on or our out over per she so some son that the "
        "their them then there they this to under up us was war we were what when where which while who why will with "
        "would you your"
    ),
    "german": (
        "aber als am an auch auf aus bei bin bis bitte da das dass dem den der des die diese dieser doch du durch ein "
        "eine einem einen einer er es für gegen haben habe hat hatte ich ihr ihre im in ist ja kann kein keine können "
        "man mein meine mich mir mit nach nicht noch nur oder ohne schon sein sehr sich sie sind so über um und uns "
        "unser unsere vom von vor war warum was wegen weil wenn werden wie wieder will wir wird wo wurde wurden zu zum "
        "zur"
    ),
    "spanish": (
        "a al ante aunque cada como con cuando cuándo de del desde donde dónde dos el ella en entre era es esta está "
        "este estos fue ha hace han hasta hay la las le les lo los me mi mis muy más nada ni no nos o para pero por "
        "porque qué que quien se ser si sido sin sobre su sus también tengo tiene todo un una y ya yo"
    ),
    "french": (
        "a ai alors après au aussi aux avec avez avons ce ces cette chez comme dans de depuis des deux du elle en est "
        "et été être fait il ils je la le les leur lui ma mais me mes moi mon même ne nos notre nous on ont ou où "
        "par pas plus pour pourquoi quand que qui sa sans se ses si son sont sous sur ta te très un une vos votre "
        "vous à"
    ),
    "italian": (
        "a ad ai al alla alle anche che chi ci come con cosa da dal dalla dei del della delle di dopo dove e è era gli "
        "ha hanno ho i il in io la le lo ma mai me mi mia mio nel nella noi non o per perché più quando quella "
        "questa questo sono stata stato su sua sul sulla suo tra un una"
    ),
    "portuguese": (
        "a ao aos as até com como da das de depois do dos e ela ele em entre era essa esse esta está eu foi há isso já "
        "mais mas me meu minha muito na nas nem no nos não o os ou para pela pelo por porque qual quando que quem se "
        "sem ser seu sua são também tem tenho um uma à é"
    ),
    "dutch": (
        "aan al als bij dan dat de deze die dit door een en er geen had heb hebben heeft het hij hoe iets ik in is je "
        "kan maar me met mij mijn naar niet nog nu of om onze ook op over te tot uit van veel voor waarom wanneer "
        "want was wat we wel werd wij wil worden wordt zijn zo zonder"
    ),
}

# They open names ("El Paso", "Van der Berg") in English texts, so they confirm a language and never decide on one.
_NAME_WORDS = "al da das de del der di dos du el en la las le les los van von"
_LETTERS = "a e i o y à è é"  # left over from handles, formulas and codes, too
_CANNOT_DECIDE = frozenset(f"{_NAME_WORDS} {_LETTERS} {_FUNCTION_WORDS['english']}".split())

_WORD = re.compile(r"[^\W\d_]+")


def _votes() -> Iterator[tuple[str, tuple[Language, ...]]]:
    spoken = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
    for word in sorted(frozenset().union(*spoken.values())):
        yield word, tuple(language for language in LANGUAGES if word in spoken[language])


_VOTES = dict(_votes())
_VOTERS = frozenset(_VOTES)


def language_of(text: str) -> Language:
    """The language whose function words a text uses most; English where that is unsure.

    Each different word of the first 500 characters votes once for every language that has it. Another language than
    English needs two votes, one of them by a word that is neither English nor part of names, and more votes than
    English; of two such languages with equally many, the first in `LANGUAGES`. A text without function words is English.
    """
    said = _VOTERS.intersection(_WORD.findall(text[:_READ].lower()))
    counts = dict.fromkeys(LANGUAGES, 0)
    for word in said:
        for language in _VOTES[word]:
            counts[language] += 1
    best = max(LANGUAGES, key=counts.__getitem__)  # the first of equals, and English is the first
    if best == "english" or counts[best] < 2:
        return "english"
    decides = any(best in _VOTES[word] for word in said - _CANNOT_DECIDE)
    return best if decides else "english"


def words_of(text: str) -> list[str]:
    """The different words of a text, in lower case, in the order in which they first stand."""
    return list(dict.fromkeys(_WORD.findall(text.lower())))


@cache
def function_words(language: Language) -> frozenset[str]:
    """The small words by which a language is told."""
    return frozenset(_FUNCTION_WORDS[language].split())
