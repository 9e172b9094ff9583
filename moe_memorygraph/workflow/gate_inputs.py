"""From a question and what the planes hold for it to the gate's features, each in 0..1."""

from collections.abc import Callable, Mapping, Sequence

from moe_memorygraph.experts import EvidenceExpert, Question, QuestionKind, SemanticQuery, Synthesizer, Verifier
from moe_memorygraph.gating import GateContext, GateInput
from moe_memorygraph.memory.values import Plane, PlanesPreview
from moe_memorygraph.workflow.tenant_view import TenantView
from moe_memorygraph.workflow.values import ToolName

__all__ = ["REQUESTED", "gate_context", "gate_inputs"]

WHOLE_PLANE = 0.4
"""What a plane counts for where nothing narrows it: that it holds something is no sign that it holds this."""
DEAREST_MS = 50.0  # a cost of 1

REQUESTED: Mapping[str, frozenset[str]] = {
    "recall_ltm": frozenset({"LTMRecall"}),
    "search_tickets": frozenset({"VectorRetrieve"}),
    "get_facts": frozenset({"SemanticQuery"}),
    "customer_health": frozenset({"SemanticQuery", "LTMRecall"}),
}

_AFFINITY: Mapping[str, Mapping[QuestionKind, float]] = {
    "STMRecall": {"general": 0.6, "what_is": 0.5},
    "LTMRecall": {"why": 0.8, "trend": 1.0, "compare": 0.7, "report": 0.9, "list": 0.3, "how_many": 0.2},
    "SemanticQuery": {
        "what_is": 1.0,
        "why": 0.8,
        "report": 1.0,
        "compare": 0.8,
        "list": 0.6,
        "how_many": 0.3,
        "general": 0.4,
        "trend": 0.2,
    },
    "VectorRetrieve": {
        "why": 1.0,
        "how_many": 1.0,
        "trend": 1.0,
        "compare": 1.0,
        "list": 0.9,
        "similar": 1.0,
        "report": 1.0,
        "compliance": 0.5,
        "general": 0.8,
        "what_is": 0.8,
        "policy": 0.2,
    },
    "KnowledgeRetrieve": {"policy": 1.0, "what_is": 0.7, "general": 0.6, "compliance": 0.4, "why": 0.5, "similar": 0.2},
    "Compliance": {"compliance": 1.0},
}


def gate_inputs(
    question: Question,
    preview: PlanesPreview,
    view: TenantView,
    experts: Sequence[EvidenceExpert],
    load: Callable[[str], float],
) -> list[GateInput]:
    """One input per expert: those that bring evidence, then Verifier and Synthesizer."""
    coverage = _coverage(question, preview)
    inputs = []
    for expert in experts:
        features = {
            "coverage": coverage[expert.plane],
            "similarity": view.similarity(expert.plane, question.embedding),
            "kind": _affinity(expert.name, question),
            "estimate": expert.estimate(question, preview),
            "load": load(expert.name),
            "cost": min(expert.typical_ms / DEAREST_MS, 1.0),
        }
        inputs.append(GateInput(expert=expert.name, features=features))
    for checker in (Verifier, Synthesizer):
        cost = min(checker.typical_ms / DEAREST_MS, 1.0)
        inputs.append(GateInput(expert=checker.name, features={"load": 0.0, "cost": cost}))
    return inputs


def _affinity(expert: str, question: Question) -> float:
    """0..1; which customers are in a state or have a value is on record, however they are asked for."""
    if expert == SemanticQuery.name and question.asks_customers and question.kind in ("list", "how_many"):
        return 1.0
    return _AFFINITY.get(expert, {}).get(question.kind, 0.0)


def gate_context(
    question: Question,
    preview: PlanesPreview,
    experts: Sequence[EvidenceExpert],
    *,
    tool: ToolName,
    open_circuits: frozenset[str],
    semantic_threshold: float,
) -> GateContext:
    return GateContext(
        evidence_experts=frozenset(expert.name for expert in experts),
        requested=REQUESTED.get(tool, frozenset()),
        open_circuits=open_circuits,
        semantic_coverage=_semantic_coverage(question, preview),
        semantic_threshold=semantic_threshold,
        wants_verbatim=question.wants_verbatim,
        composes=tool in ("query_customer_intel", "explain_gate"),
        ruled_out=_ruled_out(question, preview),
    )


def _coverage(question: Question, preview: PlanesPreview) -> dict[Plane, float]:
    """How much each plane holds for the question, as a share of what would be plenty."""
    tickets = preview.vector_category_tickets if question.categories else preview.vector_tickets
    narrowed = bool(question.customers or question.time or question.categories)
    return {
        "stm": min(preview.stm_turns / 4, 1.0),
        "ltm": min(preview.ltm_patterns / 5, 1.0) * (1.0 if narrowed else WHOLE_PLANE),
        "semantic": _semantic_coverage(question, preview),
        "vector": min(tickets / 20, 1.0) * (1.0 if narrowed else WHOLE_PLANE),
        "knowledge": min(preview.knowledge_matches / 5, 1.0),
    }


def _semantic_coverage(question: Question, preview: PlanesPreview) -> float:
    """Share of what is asked that facts answer: all of it only where the question asks for a value and it is there."""
    if question.predicates and preview.semantic_predicate_facts:
        return 1.0 if question.kind in ("what_is", "general", "list") and not question.categories else 0.7
    if preview.semantic_facts:
        return 0.7 if question.kind == "report" else 0.5
    return 0.3 if question.predicates else 0.0


def _ruled_out(question: Question, preview: PlanesPreview) -> dict[str, str]:
    empty: dict[str, str] = {}
    if question.session_id is None or preview.stm_turns == 0:
        empty["STMRecall"] = "no session with live turns"
    if preview.ltm_patterns == 0:
        empty["LTMRecall"] = "no pattern for these customers and this time"
    if preview.vector_tickets == 0:
        empty["VectorRetrieve"] = "no ticket of these customers in this time"
    if preview.knowledge_passages == 0:
        empty["KnowledgeRetrieve"] = "no document is stored"
    return empty
