"""Having a language model write the answer: what leaves for it is cleaned, what comes back is checked, nothing waits long.

The verified draft of the rules is there before, and stands whenever the model's words do not.
"""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
import structlog

from moe_memorygraph.compliance import RawText, Redactor
from moe_memorygraph.experts import Claim, Draft, Evidence, Question
from moe_memorygraph.experts.retelling import (
    INSTRUCTIONS,
    MOST_TOKENS,
    SCHEMA,
    Material,
    Retold,
    gather_material,
    join,
    read_reply,
)
from moe_memorygraph.llm import LanguageModel, ModelFailed, Prompt
from moe_memorygraph.workflow.breaker import Breakers

__all__ = ["LANGUAGE_MODEL", "Reteller", "Telling"]

log = structlog.get_logger()

LANGUAGE_MODEL = "LanguageModel"
"""How `audit.degraded` names it."""
RESERVE = 2.0  # seconds of a call that stay for what comes after the model: the check, the write, the way back
LEAST = 0.5  # seconds: with less, no model is asked
_EXACT = frozenset({"how_many", "list", "similar", "compliance"})
"""Kinds whose answer is a count or a list, or stands under its headings: a model's words could only lose some of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """The draft to show, and what there is to say of the model."""

    draft: Draft
    degraded: tuple[str, ...] = ()
    audit: Mapping[str, Any] | None = None
    """`model`, `outcome`, `sentences` kept, `dropped` by reason; None where no model was to be asked."""


class Reteller:
    """Asks a model for answers: the process's own, which rests when it keeps failing, or one that a caller lends.

    Lives as long as the process.
    """

    def __init__(self, redactor: Redactor, own: LanguageModel | None, *, seconds: float) -> None:
        self._redactor = redactor
        self._own = own
        self._seconds = seconds
        self._breakers = Breakers(time.monotonic)

    def has_model(self, lent: LanguageModel | None) -> bool:
        return self._own is not None or lent is not None

    async def retell(
        self,
        question: Question,
        draft: Draft,
        evidence: Sequence[Evidence],
        *,
        fixed: Collection[Claim] = (),
        lent: LanguageModel | None = None,
    ) -> Telling:
        """The verified draft in a model's words as far as they hold, or as it is. `fixed` claims keep their words."""
        model = self._own or lent
        if model is None or question.kind in _EXACT:
            return Telling(draft=draft)
        material = gather_material(question, draft, evidence, fixed=fixed)
        if material is None:
            return Telling(draft=draft)
        try:
            reply = await self._ask(model, await self._prompt(material))
        except ModelFailed as failure:
            return self._left_out(model, draft, question, failure.outcome)
        retold = await anyio.to_thread.run_sync(self._checked, reply, material, question, draft, evidence, fixed)
        if retold is None:
            return self._left_out(model, draft, question, "malformed")
        if not retold.kept:
            return self._left_out(model, draft, question, "unsupported", retold)
        return Telling(draft=retold.draft, audit=_audit(model, "written", retold))

    def _checked(
        self,
        reply: str,
        material: Material,
        question: Question,
        draft: Draft,
        evidence: Sequence[Evidence],
        fixed: Collection[Claim],
    ) -> Retold | None:
        """What of a reply stands; None where it is none. Some ms of a core: for a worker thread."""
        sentences = read_reply(reply, material.indexes)
        if not sentences:
            return None
        clean = [None if one is None or self._redactor.find(one.text) else one for one in sentences]
        return join(question, draft, evidence, clean, fixed=fixed)

    async def _ask(self, model: LanguageModel, prompt: Prompt) -> str:
        """Raises `ModelFailed`, at once where the model rests."""
        left = anyio.current_effective_deadline() - anyio.current_time() - RESERVE
        seconds = min(self._seconds, left)
        if seconds < LEAST:
            raise ModelFailed("late")
        if model is not self._own:
            return await model.complete(prompt, seconds=seconds)
        if self._breakers.is_open(LANGUAGE_MODEL):
            raise ModelFailed("unreachable")
        try:
            reply = await model.complete(prompt, seconds=seconds)
        except ModelFailed:
            self._breakers.failed(LANGUAGE_MODEL)
            raise
        self._breakers.succeeded(LANGUAGE_MODEL)
        return reply

    async def _prompt(self, material: Material) -> Prompt:
        data = await anyio.to_thread.run_sync(self._cleaned, material.data)
        text = json.dumps(data, ensure_ascii=False)
        return Prompt(instructions=INSTRUCTIONS, data=text, schema=SCHEMA, most_tokens=MOST_TOKENS)

    def _cleaned(self, value: Any) -> Any:
        """The same document, each of its texts cleaned as at ingestion: what leaves passes the same rules again."""
        if isinstance(value, str):
            return str(self._redactor.redact(RawText(value)).text)
        if isinstance(value, Mapping):
            return {name: self._cleaned(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._cleaned(item) for item in value]
        return value

    def _left_out(
        self, model: LanguageModel, draft: Draft, question: Question, outcome: str, retold: Retold | None = None
    ) -> Telling:
        log.warning("model_left_out", model=model.name, reason=outcome, run_id=str(question.run_id))
        return Telling(draft=draft, degraded=(LANGUAGE_MODEL,), audit=_audit(model, outcome, retold))


def _audit(model: LanguageModel, outcome: str, retold: Retold | None) -> dict[str, Any]:
    kept = retold.kept if retold else 0
    dropped = dict(sorted(retold.dropped.items())) if retold else {}
    return {"model": model.name, "outcome": outcome, "sentences": kept, "dropped": dropped}
