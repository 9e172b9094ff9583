"""The gate's named rules. They decide after the score, in this order; the first that speaks for an expert wins.

A rule never changes a score: it says run or skip, and why, and the decision names it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

__all__ = ["RULES", "GateContext", "Rule", "Verdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateContext:
    """What the rules may look at, beside the scores."""

    evidence_experts: frozenset[str]
    """Those that bring evidence; the others check or compose."""
    requested: frozenset[str] = frozenset()
    """Experts that the tool asks for by its nature; empty: all may run."""
    reads_memory: bool = True
    """Whether the tool reads any plane at all (those that write or administer do not)."""
    open_circuits: frozenset[str] = frozenset()
    semantic_coverage: float = 0.0
    """Share of what is asked that stored facts answer, 0..1."""
    semantic_threshold: float = 0.85
    wants_verbatim: bool = False
    composes: bool = True
    """Whether the run writes an answer (tools that only read one plane do not)."""
    ruled_out: Mapping[str, str] = field(default_factory=dict)
    """Expert to the reason why it has nothing to read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    run: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    judge: Callable[[str, GateContext], Verdict | None]


def _circuit_open(expert: str, context: GateContext) -> Verdict | None:
    if expert in context.open_circuits:
        return Verdict(run=False, reason="it failed repeatedly and is resting")
    return None


def _asked_by_tool(expert: str, context: GateContext) -> Verdict | None:
    if expert not in context.evidence_experts or expert == "Compliance":
        return None
    if not context.reads_memory:
        return Verdict(run=False, reason="the tool reads no plane")
    if not context.requested:
        return None
    if expert in context.requested:
        return Verdict(run=True, reason="the tool reads its plane")
    return Verdict(run=False, reason="the tool reads another plane")


def _compliance_always(expert: str, _: GateContext) -> Verdict | None:
    return Verdict(run=True, reason="every run is checked for personal data") if expert == "Compliance" else None


def _answers_are_checked(expert: str, context: GateContext) -> Verdict | None:
    if expert not in ("Verifier", "Synthesizer"):
        return None
    if context.composes:
        return Verdict(run=True, reason="the run writes an answer")
    return Verdict(run=False, reason="the tool returns items, no prose")


def _nothing_to_read(expert: str, context: GateContext) -> Verdict | None:
    reason = context.ruled_out.get(expert)
    return Verdict(run=False, reason=reason) if reason else None


def _facts_suffice(expert: str, context: GateContext) -> Verdict | None:
    if (
        expert == "VectorRetrieve"
        and context.semantic_coverage >= context.semantic_threshold
        and not context.wants_verbatim
    ):
        return Verdict(run=False, reason="stored facts cover the question and nobody asked for exact words")
    return None


RULES: tuple[Rule, ...] = (
    Rule("circuit_open", _circuit_open),
    Rule("asked_by_tool", _asked_by_tool),
    Rule("compliance_always", _compliance_always),
    Rule("answers_are_checked", _answers_are_checked),
    Rule("nothing_to_read", _nothing_to_read),
    Rule("facts_suffice", _facts_suffice),
)
