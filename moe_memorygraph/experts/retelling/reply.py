"""From a model's reply to sentences with the numbers they cite; what is not of that form is no sentence."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from moe_memorygraph.compliance import PLACEHOLDER, sanitize
from moe_memorygraph.experts.retelling.periods import MONTHS

__all__ = ["Sentence", "read_reply"]

MOST_READ = 40  # sentences; more is no answer
LONGEST_SENTENCE = 600  # characters: a sentence with a quote in it

_THOUGHT = re.compile(r"\A.*</think>", re.DOTALL)
_MARKS = re.compile(r"\s*[\[【]\s*(?:evidence\s*)?\d+(?:\s*[,;]\s*\d+)*\s*[\]】]")
_MARKUP = re.compile(r"https?://|www\.|\]\(|!\[|<[A-Za-z/!]|[`|*#{}\\]|@\w", re.IGNORECASE)
_STRAIGHT = re.compile(r'"([^"]*)"')
_QUOTED = re.compile(r"“[^”]*”")
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({'|'.join(MONTHS)}),? (\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What a model wrote, not yet held against anything."""

    text: str
    cites: tuple[int, ...] | None
    """Positions in the evidence; None where it cites nothing, or what there is not."""


def read_reply(text: str, indexes: Sequence[int]) -> list[Sentence | None] | None:
    """The sentences of a reply, None for each that is none; None for a reply that is not of the form asked for.

    Overlooked are thoughts before the JSON, a fence around it, and citation marks within sentences. Dates in words
    become ISO 8601, as rules write them. `indexes`: evidence by the model's numbers, which count from 1.
    """
    document = _json_in(_THOUGHT.sub("", text))
    if not isinstance(document, dict) or not isinstance(document.get("sentences"), list):
        return None
    return [_sentence(item, indexes) for item in document["sentences"][:MOST_READ]]


def _json_in(text: str) -> Any:
    begin, end = text.find("{"), text.rfind("}")
    if begin < 0 or end < begin:
        return None
    try:
        return json.loads(text[begin : end + 1])
    except (ValueError, RecursionError):
        return None


def _sentence(item: Any, indexes: Sequence[int]) -> Sentence | None:
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return None
    text = _tidy(item["text"])
    if not text or len(text) > LONGEST_SENTENCE or _has_markup(text):
        return None
    return Sentence(text=text, cites=_cites(item.get("evidence"), indexes))


def _cites(numbers: Any, indexes: Sequence[int]) -> tuple[int, ...] | None:
    if not isinstance(numbers, list) or not numbers:
        return None
    if not all(type(number) is int and 1 <= number <= len(indexes) for number in numbers):
        return None
    return tuple(dict.fromkeys(indexes[number - 1] for number in numbers))


def _tidy(text: str) -> str:
    text = " ".join(sanitize(text).split())
    text = _STRAIGHT.sub(r"“\1”", _MARKS.sub("", text))  # however a quote is marked, it is held against its source
    text = _DAY_FIRST.sub(lambda said: _iso(said[3], said[2], said[1]), text)
    text = _MONTH_FIRST.sub(lambda said: _iso(said[3], said[1], said[2]), text)
    if text and text[-1] not in ".!?”":
        text += "."
    return text


def _iso(year: str, month: str, day: str) -> str:
    return f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d}"


def _has_markup(text: str) -> bool:
    """Whether it would be more than words to whoever shows it. Of a quote its source is answerable, as in any answer."""
    return _MARKUP.search(PLACEHOLDER.sub("", _QUOTED.sub("", text))) is not None
