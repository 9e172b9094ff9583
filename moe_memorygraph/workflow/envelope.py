"""From a finished run to what its tool returns: names and JSON types as the contract fixes them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from moe_memorygraph.experts import Claim, Evidence
from moe_memorygraph.gating import Decision
from moe_memorygraph.llm import orders_in_quote
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import DocumentHit, Fact, FactHit, Pattern, PatternHit, Ticket, TicketHit, TurnHit
from moe_memorygraph.telemetry import StageClock
from moe_memorygraph.workflow.aggregate import FactConflict

__all__ = [
    "answer_text",
    "audit_part",
    "citation",
    "conflict_part",
    "decision_part",
    "fact_item",
    "gate_part",
    "iso",
    "item_of",
    "pattern_item",
    "ticket_item",
]


def iso(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def citation(number: int, evidence: Evidence) -> dict[str, Any]:
    return {
        "id": str(number),
        "plane": evidence.plane,
        "uri": evidence.uri,
        "title": evidence.title,
        "quote": evidence.quote,
        "score": round(evidence.score, 4),
        "source": evidence.source,
        "observed_at": iso(evidence.observed_at),
        "customer": evidence.customer_id,
        "tier": _tier(evidence),
        **_orders(evidence.quote),
    }


def _tier(evidence: Evidence) -> str:
    """Who wrote what is quoted: a tier of `memory.trust`, or `computed` where this program did."""
    match evidence.payload:
        case Fact() as fact:
            return fact.tier
        case FactHit(fact=fact):
            return fact.tier
        case TicketHit():
            return "text"
        case TurnHit():
            return "agent"
        case DocumentHit():
            return "record"
        case _:
            return "computed"


def _orders(text: str) -> dict[str, Any]:
    """What marks a text that gives orders to whoever reads it."""
    signs = orders_in_quote(text)
    return {"gives_orders": list(signs)} if signs else {}


def item_of(evidence: Evidence) -> dict[str, Any]:
    """The thing that a piece of evidence carries, as the tools that list it return it."""
    match evidence.payload:
        case TicketHit() as hit:
            return ticket_item(hit, snippet=evidence.quote)
        case Fact() as fact:
            return fact_item(fact)
        case FactHit(fact=fact):
            return fact_item(fact)
        case Pattern() as pattern:
            return pattern_item(pattern)
        case PatternHit(pattern=pattern):
            return pattern_item(pattern)
        case _:
            quoted = {"plane": evidence.plane, "uri": evidence.uri, "title": evidence.title, "quote": evidence.quote}
            return quoted | _orders(evidence.quote)


def ticket_item(hit: TicketHit, *, snippet: str) -> dict[str, Any]:
    ticket = hit.ticket
    return {
        "ticket_id": ticket.ticket_id,
        "customer": ticket.customer_id,
        "author": ticket.author,
        "thread_id": ticket.thread_id,
        "created_at": iso(ticket.created_at),
        "category": ticket.category,
        "subject": ticket.subject,
        "snippet": snippet,
        "score": round(hit.score, 4),
        "uri": memory_uri("tickets", ticket.ticket_id),
        **_ours(ticket),
        **_orders(f"{ticket.subject}\n{snippet}"),
    }


def _ours(ticket: Ticket) -> dict[str, Any]:
    """What marks a category that the tenant did not give."""
    return {} if ticket.topic_probability is None else {"category_probability": round(ticket.topic_probability, 4)}


def fact_item(fact: Fact) -> dict[str, Any]:
    return {
        "fact_id": str(fact.fact_id),
        "subject": fact.subject,
        "predicate": fact.predicate,
        "object": fact.object,
        "confidence": round(fact.confidence, 4),
        "valid_from": iso(fact.valid_from),
        "valid_to": iso(fact.valid_to),
        "recorded_at": iso(fact.recorded_at),
        "superseded_by": str(fact.superseded_by) if fact.superseded_by else None,
        "source": fact.source,
        "tier": fact.tier,
        **_orders(f"{fact.object}\n{fact.source}"),
    }


def pattern_item(pattern: Pattern) -> dict[str, Any]:
    return {
        "pattern_id": str(pattern.pattern_id),
        "kind": pattern.kind,
        "statement": pattern.statement,
        "customer": pattern.customer_id,
        "topic": pattern.topic,
        "period": f"{iso(pattern.period_start)}/{iso(pattern.period_end)}",
        "baseline_period": f"{iso(pattern.baseline_start)}/{iso(pattern.baseline_end)}",
        "count": pattern.count,
        "baseline_count": pattern.baseline_count,
        "change_pct": pattern.change_pct,
        "rate_ratio": pattern.rate_ratio,
        "ci_low": pattern.ci_low,
        "ci_high": pattern.ci_high,
        "q_value": pattern.q_value,
        "tier": pattern.tier,
        "channel": pattern.channel,
        "product": pattern.product,
        "weight": pattern.weight,
        "expires_at": iso(pattern.expires_at),
        "evidence": list(pattern.evidence),
        "confidence": round(pattern.confidence, 4),
    }


def conflict_part(conflict: FactConflict) -> dict[str, Any]:
    def side(fact: Fact) -> dict[str, Any]:
        return {
            "object": fact.object,
            "source": fact.source,
            "tier": fact.tier,
            "confidence": round(fact.confidence, 4),
            "valid_from": iso(fact.valid_from),
            "uri": memory_uri("facts", fact.fact_id),
        }

    return {
        "subject": conflict.preferred.subject,
        "predicate": conflict.preferred.predicate,
        "preferred": side(conflict.preferred),
        "other": side(conflict.other),
        "reason": conflict.reason,
    }


def answer_text(claims: Sequence[Claim], numbers: Mapping[int, int]) -> str:
    """Claims as text, each followed by its citations' numbers: one to a line, under headings where there are any."""
    lines: list[str] = []
    under_heading = False
    for claim in claims:
        if claim.heading:
            lines.append(f"\n## {claim.text}\n" if lines else f"## {claim.text}\n")
            under_heading = True
            continue
        marks = "".join(f"[{numbers[index]}]" for index in dict.fromkeys(claim.cites))
        lines.append(f"{'- ' if under_heading else ''}{claim.text} {marks}".rstrip())
    return "\n".join(lines)


def decision_part(decision: Decision) -> dict[str, Any]:
    """The gate's decision with every number that made it: `experts` as `explain_gate` returns them."""
    return {
        "threshold": decision.threshold,
        "weights_version": decision.weights_version,
        "experts": [
            {
                "name": expert.name,
                "selected": expert.selected,
                "weight": expert.weight,
                "logit": expert.logit,
                "contributions": dict(expert.contributions),
                "features": dict(expert.features),
                "rule": expert.rule,
                "reason": expert.reason,
                "would_change_if": expert.would_change_if,
            }
            for expert in decision.experts
        ],
    }


def gate_part(decision: Decision, *, degraded: Sequence[str]) -> dict[str, Any]:
    run = [expert for expert in decision.experts if expert.selected]
    skipped = [expert for expert in decision.experts if not expert.selected]
    said = [f"{expert.name} ({expert.weight:.2f}{_by(expert.rule)})" for expert in run]
    left = [f"{expert.name} ({expert.weight:.2f}{_by(expert.rule)})" for expert in skipped]
    rationale = f"Ran {', '.join(said) or 'none'}"
    rationale += f"; skipped {', '.join(left)}" if left else ""
    return {
        "experts_run": [expert.name for expert in run if expert.name not in degraded],
        "rationale": f"{rationale}.",
    }


def _by(rule: str | None) -> str:
    return f", rule {rule}" if rule else ""


def audit_part(
    decision: Decision,
    clock: StageClock,
    *,
    pii: Sequence[str],
    degraded: Sequence[str],
    language_model: Mapping[str, Any] | None = None,
    confidence: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    audit: dict[str, Any] = {
        "latency_ms": clock.total_ms,
        "stage_ms": dict(clock.stage_ms),
        "expert_scores": {expert.name: round(expert.weight, 4) for expert in decision.experts},
        "pii_detected": list(pii),
        "degraded": list(degraded),
    }
    parts = {"confidence": confidence, "language_model": language_model}
    return audit | {name: dict(part) for name, part in parts.items() if part is not None}
