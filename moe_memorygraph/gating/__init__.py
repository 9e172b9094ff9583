"""Which experts to ask, with which weight, and why: arithmetic over values, no I/O."""

from moe_memorygraph.gating.gate import Decision, ExpertDecision, GateInput, decide
from moe_memorygraph.gating.representatives import nearest_similarity, pick_representatives
from moe_memorygraph.gating.rules import GateContext
from moe_memorygraph.gating.weights import HAND_SET, Weights

__all__ = [
    "HAND_SET",
    "Decision",
    "ExpertDecision",
    "GateContext",
    "GateInput",
    "Weights",
    "decide",
    "nearest_similarity",
    "pick_representatives",
]
