"""The experts: named units that answer from one plane, check, or compose."""

from moe_memorygraph.experts.compliance import Compliance
from moe_memorygraph.experts.knowledge_retrieve import KnowledgeRetrieve
from moe_memorygraph.experts.ltm_recall import LTMRecall
from moe_memorygraph.experts.semantic_query import SemanticQuery
from moe_memorygraph.experts.stm_recall import STMRecall
from moe_memorygraph.experts.synthesizer import Synthesizer
from moe_memorygraph.experts.values import (
    Claim,
    Draft,
    Evidence,
    EvidenceExpert,
    Findings,
    Measured,
    Question,
    QuestionKind,
    Tally,
    TimeRange,
)
from moe_memorygraph.experts.vector_retrieve import VectorRetrieve
from moe_memorygraph.experts.verifier import Verdict, Verifier

__all__ = [
    "Claim",
    "Compliance",
    "Draft",
    "Evidence",
    "EvidenceExpert",
    "Findings",
    "KnowledgeRetrieve",
    "LTMRecall",
    "Measured",
    "Question",
    "QuestionKind",
    "STMRecall",
    "SemanticQuery",
    "Synthesizer",
    "Tally",
    "TimeRange",
    "VectorRetrieve",
    "Verdict",
    "Verifier",
]
