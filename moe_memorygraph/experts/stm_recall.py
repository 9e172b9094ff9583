"""STMRecall: what was said in this session and has not expired."""

import re
from collections.abc import Sequence

from moe_memorygraph.experts.evidence import turn_evidence, wanted_stems
from moe_memorygraph.experts.values import Findings, Question
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Plane, PlanesPreview
from moe_memorygraph.words import sentences_of, stems

__all__ = ["STMRecall"]

_ASKS = re.compile(
    r"\?\W*$|^\W*(?:and |but |so |then |also |please )*(?:what|why|how|who|whom|whose|which|when|where|is|are|was|were|do|does|did"
    r"|has|have|can|could|should|list|show|give|compare|find|tell me|name|explain|summari[sz]e)\b",
    re.IGNORECASE,
)
_LOOKED_BACK = 50  # turns of the session
_ECHOES = 0.8  # share of a turn's stems that stand in an answer of ours
_SHORTEST_ECHO = 4  # stems: less is a common phrase


class STMRecall:
    name = "STMRecall"
    plane: Plane = "stm"
    typical_ms = 2.0

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        if question.session_id is None or preview.stm_turns == 0:
            return 0.0
        return 0.8 if not question.customers else 0.4

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        """Turns of the user that bear on the question.

        Our own earlier answers are left out, and so is what a user says after them: an answer quoted as evidence for
        the next would make itself true. Questions are left out too: they state nothing.
        """
        if question.session_id is None:
            return Findings()
        hits = await memory.stm.search(
            question.session_id,
            text=question.text,
            embedding=question.embedding,
            now=question.asked_at,
            limit=question.limit,
        )
        wanted = wanted_stems(question)
        turns = await memory.stm.live_turns(question.session_id, now=question.asked_at, limit=_LOOKED_BACK)
        ours = [stems(turn.text) for turn in turns if turn.role == "assistant"]
        said = [
            hit
            for hit in hits
            if hit.turn.role != "assistant" and not _only_asks(hit.turn.text) and not _is_echo(hit.turn.text, ours)
        ]
        return Findings(evidence=tuple(turn_evidence(hit, expert=self.name, wanted=wanted) for hit in said))


def _only_asks(text: str) -> bool:
    return all(_ASKS.search(text[start:stop]) for start, stop in sentences_of(text))


def _is_echo(text: str, ours: Sequence[set[str]]) -> bool:
    """Whether a turn says little but what an answer of ours had said."""
    said = stems(text)
    return len(said) >= _SHORTEST_ECHO and any(len(said & answer) >= _ECHOES * len(said) for answer in ours)
