"""The additive gate: one logit per expert, a sum that can be read term by term."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from moe_memorygraph.gating.rules import RULES, GateContext
from moe_memorygraph.gating.weights import HAND_SET, Weights

__all__ = ["Decision", "ExpertDecision", "GateInput", "decide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateInput:
    """One expert's features, each in 0..1; a feature that is missing counts 0."""

    expert: str
    features: Mapping[str, float]

    def __post_init__(self) -> None:
        for name, value in self.features.items():
            if not 0.0 <= value <= 1.0:
                raise ValueError(f"feature {name} of {self.expert} is outside 0..1")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpertDecision:
    """`logit = sum(contributions.values())` exactly, the bias being one of them; `weight = 1 / (1 + exp(-logit))`."""

    name: str
    selected: bool
    weight: float
    logit: float
    contributions: Mapping[str, float]
    features: Mapping[str, float]
    rule: str | None
    """The rule that decided in place of the score; None: the score decided."""
    reason: str
    would_change_if: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    experts: tuple[ExpertDecision, ...]
    """In the order given to `decide`."""
    threshold: float
    weights_version: str

    @property
    def selected(self) -> tuple[str, ...]:
        return tuple(expert.name for expert in self.experts if expert.selected)

    def weight_of(self, name: str) -> float:
        return next(expert.weight for expert in self.experts if expert.name == name)


def decide(inputs: Sequence[GateInput], context: GateContext, *, weights: Weights = HAND_SET) -> Decision:
    """Choose experts: score each, let the rules speak, keep at least one that brings evidence."""
    judged = [_judge(item, context, weights) for item in inputs]
    kept = _keep_one_evidence_expert(judged, context)
    return Decision(experts=tuple(kept), threshold=weights.threshold, weights_version=weights.version)


def _judge(item: GateInput, context: GateContext, weights: Weights) -> ExpertDecision:
    bias, slope = weights.of(item.expert)
    contributions = {"bias": bias}
    for name, factor in slope.items():
        contributions[name] = factor * item.features.get(name, 0.0)
    logit = sum(contributions.values())
    weight = _sigmoid(logit)
    by_score = weight >= weights.threshold
    for rule in RULES:
        verdict = rule.judge(item.expert, context)
        if verdict is not None:
            change = (
                f"rule {rule.name} did not apply" if verdict.run != by_score else f"nothing: rule {rule.name} decides"
            )
            return ExpertDecision(
                name=item.expert,
                selected=verdict.run,
                weight=weight,
                logit=logit,
                contributions=contributions,
                features=dict(item.features),
                rule=rule.name,
                reason=verdict.reason,
                would_change_if=change,
            )
    strongest = max((n for n in contributions if n != "bias"), key=lambda n: abs(contributions[n]), default="bias")
    return ExpertDecision(
        name=item.expert,
        selected=by_score,
        weight=weight,
        logit=logit,
        contributions=contributions,
        features=dict(item.features),
        rule=None,
        reason=f"weight {weight:.2f} {'reaches' if by_score else 'stays under'} {weights.threshold:.2f}; {strongest} counts most",
        would_change_if=_smallest_change(item, slope, logit - _logit(weights.threshold)),
    )


def _keep_one_evidence_expert(judged: list[ExpertDecision], context: GateContext) -> list[ExpertDecision]:
    """Where the scores chose no expert that brings evidence, take the best that no rule forbids."""
    if any(item.selected and item.name in context.evidence_experts and item.name != "Compliance" for item in judged):
        return judged
    free = [item for item in judged if item.name in context.evidence_experts and item.rule is None]
    if not free:
        return judged
    best = max(free, key=lambda item: (item.logit, item.name))
    promoted = ExpertDecision(
        name=best.name,
        selected=True,
        weight=best.weight,
        logit=best.logit,
        contributions=best.contributions,
        features=best.features,
        rule="at_least_one",
        reason="no expert reached the threshold, and one must look for evidence",
        would_change_if="another expert reached the threshold",
    )
    return [promoted if item is best else item for item in judged]


def _smallest_change(item: GateInput, slope: Mapping[str, float], margin: float) -> str:
    """The change of one feature, within 0..1, that alone would turn the decision: solved, not searched."""
    best: tuple[float, str] | None = None
    for name, factor in slope.items():
        if factor == 0:
            continue
        value = item.features.get(name, 0.0)
        turning = value - margin / factor
        if 0.0 <= turning <= 1.0:
            word = "under" if turning < value else "over"
            candidate = (abs(turning - value), f"{name} were {word} {turning:.2f} (it is {value:.2f})")
            best = min(best, candidate) if best else candidate
    return best[1] if best else "no single feature could change it"


def _sigmoid(logit: float) -> float:
    if logit >= 0:
        return 1.0 / (1.0 + math.exp(-logit))
    grown = math.exp(logit)
    return grown / (1.0 + grown)


def _logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
