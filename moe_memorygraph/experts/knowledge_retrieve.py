"""KnowledgeRetrieve: passages of business documents."""

from moe_memorygraph.experts.evidence import document_evidence, wanted_stems
from moe_memorygraph.experts.values import Findings, Question
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Plane, PlanesPreview

__all__ = ["KnowledgeRetrieve"]


class KnowledgeRetrieve:
    name = "KnowledgeRetrieve"
    plane: Plane = "knowledge"
    typical_ms = 5.0

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        if preview.knowledge_passages == 0:
            return 0.0
        if question.kind == "policy":
            return 0.9
        if question.customers:
            return 0.1
        if question.kind == "why":
            return 0.9  # of what befell nobody in particular, a report may tell the cause
        return 0.5 if preview.knowledge_matches else 0.1

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        hits = await memory.knowledge.search(text=question.text, embedding=question.embedding, limit=question.limit)
        wanted = wanted_stems(question)
        return Findings(evidence=tuple(document_evidence(hit, expert=self.name, wanted=wanted) for hit in hits))
