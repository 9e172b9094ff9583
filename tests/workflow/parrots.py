"""Two models for tests: one that puts every claim in other words, and one that makes a falsehood of each."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from moe_memorygraph.llm import Prompt

__all__ = ["Parrot", "falsify", "rephrase"]

_QUOTED = re.compile(r"^(?:[A-Z][\w ]+: )?(?:Our reply to )?(.+?), (\d{4}-\d\d-\d\d): “(.*)”$")
_OF_DOCUMENT = re.compile(r"^.+?: “(.*)”$")
_ORIGIN = re.compile(r" \([^()]*\)\.$")
_IS = re.compile(r"\b(is|was|are|were|has|had|can)\b")
_DENIED = re.compile(r"\bnot\b|n't|never|\bno\b|\bnone\b|nobody|nothing|cannot", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.,/-])\d+(?![\w.,/-]*\d)")
_NAME = re.compile(r"^[A-Z]\w+(?: [A-Z]\w+)*")
_TURNS = (("rose", "fell"), ("higher", "lower"), ("more", "fewer"))


def rephrase(claim: str) -> Iterator[str]:
    """What a claim of the rules says, as a sentence without quotation marks and origins."""
    if quoted := _QUOTED.match(claim):
        who, day, said = quoted.groups()
        yield f"{who} wrote on {day} that {said[:1].lower()}{said[1:]}"
    elif document := _OF_DOCUMENT.match(claim):
        yield document[1]
    else:
        yield _ORIGIN.sub(".", claim)


def falsify(claim: str) -> Iterator[str]:
    """Sentences near to a claim, none of which it bears out."""
    for said in rephrase(claim):
        bare = said.rstrip(".")
        yield f"{bare} because of the weather."
        yield f"{bare} and threatened legal action."
        if number := _NUMBER.search(said):
            yield f"{said[: number.start()]}{int(number[0]) + 1}{said[number.end() :]}"
        if name := _NAME.match(said):
            yield f"Initech{said[name.end() :]}"
        asserted = re.sub(r"\bcannot\b", "can", said.replace("n't", "").replace(" not ", " "))
        if asserted != said:
            yield asserted
        elif _IS.search(said) and not _DENIED.search(said):
            yield _IS.sub(r"\1 not", said, count=1)
        for one, other in _TURNS:
            if re.search(rf"\b{one}\b", said):
                yield re.sub(rf"\b{one}\b", other, said)


@dataclass(slots=True)
class Parrot:
    """A model in this process that writes what `write` makes of each finding, and remembers what it wrote."""

    write: Callable[[str], Iterator[str]]
    name: str = "parrot"
    written: list[tuple[str, str]] = field(default_factory=list)
    """Question and sentence."""

    async def complete(self, prompt: Prompt, *, seconds: float) -> str:
        data: dict[str, Any] = json.loads(prompt.data)
        sentences = [
            {"text": text, "evidence": finding["evidence"]}
            for finding in data["findings"]
            for text in self.write(finding["text"])
            if text not in {one["text"] for one in data["findings"]}
        ][:40]
        self.written += [(data["question"], _as_shown(one["text"])) for one in sentences]
        return json.dumps({"sentences": sentences})


def _as_shown(text: str) -> str:
    return re.sub(r'"([^"]*)"', r"“\1”", " ".join(text.split()))
