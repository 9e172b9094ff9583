"""Known names that somebody may have meant by one that is not known. No I/O."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from itertools import islice

from moe_memorygraph.words import name_key
from moe_memorygraph.workflow.tenant_view import COMPANY_ENDINGS

__all__ = ["near_names"]

_SHORTEST = 3  # characters of a word that tells one name from others
_LIKE = 0.8  # share of characters in common, as difflib counts it
_MOST_COMPARED = 2000  # names


def near_names(unknown: str, names: Iterable[str], *, most: int = 3) -> list[str]:
    """At most `most` of `names`: those that hold words of `unknown` ("Chase": "JPMorgan Chase & Co."), most words first,
    else those whose first word, or all of them, are written nearly like it and begin with the same letter."""
    known = list(dict.fromkeys(names))
    wanted = {word for word in name_key(unknown).split() if len(word) >= _SHORTEST} - COMPANY_ENDINGS
    shared = {name: len(wanted.intersection(name_key(name).split())) for name in known}
    holding = sorted((name for name in known if shared[name]), key=lambda name: -shared[name])
    return (holding or _alike(unknown, known))[:most]


def _alike(unknown: str, known: Sequence[str]) -> list[str]:
    written = name_key(unknown)
    near = islice((name for name in known if name_key(name)[:1] == written[:1]), _MOST_COMPARED)
    forms = {form: name for name in near for form in (name_key(name).split(" ")[0], name_key(name))}
    return list(dict.fromkeys(forms[form] for form in get_close_matches(written, forms, n=6, cutoff=_LIKE)))
