"""STMRecall: what was said in this session and has not expired."""

from moe_memorygraph.experts.evidence import turn_evidence, wanted_stems
from moe_memorygraph.experts.values import Findings, Question
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Plane, PlanesPreview

__all__ = ["STMRecall"]


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

        Our own earlier answers are left out: an answer quoted as evidence for the next would make itself true.
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
        said = [hit for hit in hits if hit.turn.role != "assistant" and hit.turn.text.strip() != question.text.strip()]
        return Findings(evidence=tuple(turn_evidence(hit, expert=self.name, wanted=wanted) for hit in said))
